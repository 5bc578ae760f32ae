/* SPDX-License-Identifier: MIT
 * The list of command groups, in the order of help and man page. */
#include "cli/cli.h"

#define CLI_GROUPS(X)                                                          \
    X(bank)                                                                    \
    X(life)                                                                    \
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
    X(repay)                                                                   \
    X(pawn)                                                                    \
    X(rules)                                                                   \
    X(screen)                                                                  \
    X(explain)                                                                 \
    X(man)                                                                     \
    X(quote)                                                                   \
    X(rate)                                                                    \
    X(report)                                                                  \
    X(export)

#define X(name) extern const cli_group cli_group_##name;
CLI_GROUPS(X)
#undef X

const cli_group *const cli_groups[] = {
#define X(name) &cli_group_##name,
    CLI_GROUPS(X)
#undef X
        NULL};
