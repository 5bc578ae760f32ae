/* SPDX-License-Identifier: MIT */
#include "rules/decide/shadow.h"

#include "engine/base/json.h"

#include <assert.h>

umi_status umi_shadow_tally_new(umi_shadow_tally *out,
                                const umi_ruleset *rs,
                                const umi_ruleset *shadow,
                                umi_arena *arena,
                                umi_error *err)
{
    umi_shadow_tally t = {0};
    t.dropped = umi_arena_array(arena, rs->rule_count + 1, sizeof *t.dropped);
    t.added = umi_arena_array(arena, shadow->rule_count + 1, sizeof *t.added);
    if (t.dropped == NULL || t.added == NULL)
        return umi_fail_memory(err);
    *out = t;
    return UMI_OK;
}

/* --- one product ---------------------------------------------------------- */

/* A product as one rule set sees it; product NULL: it has none. */
typedef struct side {
    const umi_ruleset *rs;
    const umi_product_decision *product;
} side;

static side side_of(const umi_decision *d, umi_text code)
{
    int k = umi_ruleset_product(d->ruleset, code);
    return (side){d->ruleset, k < 0 ? NULL : &d->products[k]};
}

static bool has_reason(side s, umi_text code)
{
    for (size_t i = 0; s.product != NULL && i < s.product->reason_count; i++)
        if (umi_text_eq(s.rs->rules[s.product->reasons[i]].reason_code, code))
            return true;
    return false;
}

/* Write the reasons of @p a that @p b lacks, or only see whether there are
 * any (w NULL); count them in @p seen, by rule. */
static bool reasons_beyond(umi_json_out *w, side a, side b, int64_t *seen)
{
    bool any = false;
    for (size_t i = 0; a.product != NULL && i < a.product->reason_count; i++) {
        uint32_t r = a.product->reasons[i];
        if (has_reason(b, a.rs->rules[r].reason_code))
            continue;
        any = true;
        if (w != NULL) {
            umi_json_text(w, a.rs->rules[r].reason_code);
            seen[r]++;
        }
    }
    return any;
}

static bool known(const umi_value *v)
{
    return v != NULL && v->state == UMI_KNOWN;
}

static bool same_term(const umi_value *a, const umi_value *b)
{
    return known(a) == known(b) && (!known(a) || umi_value_equal(a, b));
}

static bool same_product(side a, side b)
{
    return a.product != NULL && b.product != NULL &&
           a.product->status == b.product->status &&
           same_term(a.product->max, b.product->max) &&
           same_term(a.product->rate, b.product->rate) &&
           !reasons_beyond(NULL, a, b, NULL) &&
           !reasons_beyond(NULL, b, a, NULL);
}

static void put_term(umi_json_out *w, const char *key, const umi_value *v)
{
    umi_buf b = {0};
    umi_json_key(w, key);
    if (known(v)) {
        umi_buf_value(&b, v);
        umi_json_text(w, umi_buf_as_text(&b));
    } else {
        umi_json_null(w);
    }
    w->buf->failed |= b.failed;
    umi_buf_free(&b);
}

/* What the shadow says of a product, and the reasons by which it differs. */
static void put_product(
    umi_json_out *w, umi_text code, side own, side other, umi_shadow_tally *t)
{
    const umi_product_decision *p = other.product;
    umi_json_open(w, '{');
    umi_json_put_text(w, "product", code);
    umi_json_key(w, "status");
    if (p != NULL)
        umi_json_str(w, umi_verdict_name(p->status));
    else
        umi_json_null(w);
    put_term(w, "max", p != NULL ? p->max : NULL);
    put_term(w, "rate", p != NULL ? p->rate : NULL);
    umi_json_key(w, "added");
    umi_json_open(w, '[');
    (void)reasons_beyond(w, other, own, t->added);
    umi_json_close(w, ']');
    umi_json_key(w, "dropped");
    umi_json_open(w, '[');
    (void)reasons_beyond(w, own, other, t->dropped);
    umi_json_close(w, ']');
    umi_json_close(w, '}');
}

/* --- the whole ------------------------------------------------------------ */

static umi_text route_of(const umi_decision *d)
{
    return d->route < 0 ? (umi_text){0} : d->ruleset->products[d->route].code;
}

/* Those that differ: first the products that decide, then those that only the
 * shadow has; how many. */
static size_t put_products(umi_json_out *w,
                           const umi_decision *d,
                           const umi_decision *shadow,
                           umi_shadow_tally *t)
{
    size_t n = 0;
    for (size_t i = 0; i < d->ruleset->product_count; i++) {
        umi_text code = d->ruleset->products[i].code;
        side own = side_of(d, code), other = side_of(shadow, code);
        if (same_product(own, other))
            continue;
        put_product(w, code, own, other, t);
        n++;
    }
    for (size_t i = 0; i < shadow->ruleset->product_count; i++) {
        umi_text code = shadow->ruleset->products[i].code;
        side own = side_of(d, code);
        if (own.product != NULL)
            continue;
        put_product(w, code, own, side_of(shadow, code), t);
        n++;
    }
    return n;
}

/* The null and the brace that end a decision make room. */
static umi_json_out begin(umi_buf *b, const umi_ruleset *rs)
{
    static const char end[] = "\"shadow\":null}";
    umi_json_out w = {.buf = b};
    char hex[UMI_HASH_HEX];
    if (!b->failed) {
        assert(b->len > sizeof end && memcmp(b->ptr + b->len - sizeof end + 1,
                                             end, sizeof end - 1) == 0);
        b->len -= sizeof "null}" - 1;
    }
    umi_hash_hex(hex, &rs->sha256);
    umi_json_open(&w, '{');
    umi_json_key(&w, "ruleset");
    umi_json_open(&w, '{');
    umi_json_put_text(&w, "id", rs->id);
    umi_json_put_text(&w, "version", rs->version);
    umi_json_put_str(&w, "sha256", hex);
    umi_json_close(&w, '}');
    return w;
}

void umi_shadow_write_json(umi_buf *b,
                           const umi_decision *decision,
                           const umi_decision *shadow,
                           umi_shadow_tally *tally)
{
    umi_json_out w = begin(b, shadow->ruleset);
    umi_text route = route_of(shadow);
    umi_json_put_str(&w, "decision", umi_decision_name(shadow->outcome));
    umi_json_key(&w, "route");
    if (route.ptr != NULL)
        umi_json_text(&w, route);
    else
        umi_json_null(&w);
    umi_json_key(&w, "products");
    umi_json_open(&w, '[');
    bool differs = put_products(&w, decision, shadow, tally) > 0 ||
                   decision->outcome != shadow->outcome ||
                   !umi_text_eq(route_of(decision), route);
    umi_json_close(&w, ']');
    umi_json_put_bool(&w, "differs", differs);
    umi_json_close(&w, '}');
    umi_buf_putc(b, '}');
    tally->all++;
    tally->differ += differs;
}

void umi_shadow_write_failure(umi_buf *b,
                              const umi_ruleset *shadow,
                              const umi_error *why,
                              umi_shadow_tally *tally)
{
    umi_json_out w = begin(b, shadow);
    umi_json_key(&w, "error");
    umi_json_error(&w, why);
    umi_json_close(&w, '}');
    umi_buf_putc(b, '}');
    tally->all++;
    tally->failed++;
}
