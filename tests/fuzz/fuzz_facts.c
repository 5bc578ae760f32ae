/* SPDX-License-Identifier: MIT
 * Any bytes as an application: the quick reader and the one by a tree give
 * the same facts and refuse the same. */
#include "tests/support/facts_agree.h"

#include "rules/set/data.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static facts_agree people, every;

static facts_agree
readers(const umi_ruleset *rs, const umi_ruleset *also, umi_arena *arena)
{
    facts_agree a = {.rs = rs, .also = also, .arena = umi_arena_new()};
    assert(rs != NULL && a.arena != NULL);
    umi_status rc = umi_facts_line_new(&a.reader, rs, also, arena, NULL);
    assert(rc == UMI_OK);
    return a;
}

static void make_ready(void)
{
    static umi_ruleset *shipped; /* kept, as is all of it */
    static umi_arena *arena;
    arena = umi_arena_new();
    const umi_data_file *f = umi_data_find("eligibility.yaml");
    umi_problems p = umi_problems_new(arena, UMI_LANG_EN, f->name);
    umi_text text = {f->text, f->size};
    umi_status rc = umi_ruleset_load(&shipped, f->name, text, &p);
    assert(rc == UMI_OK);
    people = readers(shipped, NULL, arena);
    every = readers(facts_of_every_kind(arena), shipped, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    umi_text line = {(const char *)data, size};
    if (people.rs == NULL)
        make_ready();
    assert(facts_differ(&people, line) == NULL);
    assert(facts_differ(&every, line) == NULL);
    return 0;
}
