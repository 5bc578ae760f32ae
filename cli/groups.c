/* SPDX-License-Identifier: MIT
 * The list of command groups, in the order of help and man page. */
#include "cli/cli.h"

#define CLI_GROUPS(X)                                                          \
    X(init)                                                                    \
    X(household)                                                               \
    X(group)                                                                   \
    X(apply)                                                                   \
    X(application)                                                             \
    X(decide)                                                                  \
    X(approve)                                                                 \
    X(reject)                                                                  \
    X(book)                                                                    \
    X(disburse)                                                                \
    X(post)                                                                    \
    X(batch)                                                                   \
    X(verify)                                                                  \
    X(backup)                                                                  \
    X(restore)                                                                 \
    X(doctor)                                                                  \
    X(reverse)                                                                 \
    X(repay)                                                                   \
    X(pawn)                                                                    \
    X(loan)                                                                    \
    X(bank)                                                                    \
    X(day)                                                                     \
    X(report)                                                                  \
    X(export)                                                                  \
    X(quote)                                                                   \
    X(rate)                                                                    \
    X(life)                                                                    \
    X(rules)                                                                   \
    X(screen)                                                                  \
    X(explain)                                                                 \
    X(man)

#define X(name) extern const cli_group cli_group_##name;
CLI_GROUPS(X)
#undef X

const cli_group *const cli_groups[] = {
#define X(name) &cli_group_##name,
    CLI_GROUPS(X)
#undef X
        NULL};
