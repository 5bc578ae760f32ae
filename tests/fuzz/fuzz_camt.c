/* SPDX-License-Identifier: MIT
 * Whatever the bytes: refused with exit code 2, or a file that holds. */
#include "tests/support/bank_hold.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    (void)bank_bytes_hold(UMI_BANK_CAMT053,
                          (umi_text){(const char *)data, size});
    return 0;
}
