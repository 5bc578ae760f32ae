/* SPDX-License-Identifier: MIT */
#include "engine/base/exact_int.h"

#include "engine/base/alloc.h"
#include "engine/base/round_int.h"

#include <assert.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdalign.h>

/* Small numbers are laid one behind another and given back all at once; a
 * large one has a block of its own, for a number that grows row by row would
 * else leave the sum of all its sizes behind. */
enum {
    NEST = 4096, /* bytes on the stack: enough for an ordinary schedule */
    CHUNK = 65536,
    LARGE = 1024
};

typedef struct block {
    struct block *prev, *next;
    size_t room;
    alignas(max_align_t) unsigned char bytes[];
} block;

typedef struct scope {
    struct scope *outer;
    jmp_buf out;
    block *blocks;
    unsigned char *at, *end; /* free room among the small ones */
    alignas(max_align_t) unsigned char nest[NEST];
} scope;

static _Thread_local scope *current;

/* What served GMP before us still serves numbers outside of any scope. */
static void *(*host_alloc)(size_t);
static void *(*host_realloc)(void *, size_t, size_t);
static void (*host_free)(void *, size_t);

static void *block_new(scope *s, size_t room)
{
    block *b = umi_alloc(sizeof *b + room);
    if (b == NULL)
        longjmp(s->out, 1);
    *b = (block){.next = s->blocks, .room = room};
    if (s->blocks != NULL)
        s->blocks->prev = b;
    s->blocks = b;
    return b->bytes;
}

static block *block_of(void *p)
{
    return (block *)((unsigned char *)p - offsetof(block, bytes));
}

static size_t padded(size_t size)
{
    const size_t unit = alignof(max_align_t);
    return (size + unit - 1) / unit * unit;
}

static void *scope_alloc(size_t size)
{
    scope *s = current;
    if (s == NULL)
        return host_alloc(size);
    if (size >= LARGE)
        return block_new(s, size + size / 4); /* it will grow, limb by limb */
    size = padded(size);
    if ((size_t)(s->end - s->at) < size) {
        s->at = block_new(s, CHUNK);
        s->end = s->at + CHUNK;
    }
    void *p = s->at;
    s->at += size;
    return p;
}

static void scope_free(void *p, size_t size)
{
    scope *s = current;
    if (s == NULL) {
        host_free(p, size);
    } else if (size >= LARGE) {
        block *b = block_of(p);
        if (b->prev != NULL)
            b->prev->next = b->next;
        else
            s->blocks = b->next;
        if (b->next != NULL)
            b->next->prev = b->prev;
        umi_free(b);
    } else if ((unsigned char *)p + padded(size) == s->at) {
        s->at = p;
    }
}

static void *scope_realloc(void *old, size_t had, size_t size)
{
    if (current == NULL)
        return host_realloc(old, had, size);
    if (had >= LARGE && size >= LARGE && size <= block_of(old)->room)
        return old;
    void *p = scope_alloc(size);
    memcpy(p, old, had < size ? had : size);
    scope_free(old, had);
    return p;
}

static void install(void)
{
    mp_get_memory_functions(&host_alloc, &host_realloc, &host_free);
    mp_set_memory_functions(scope_alloc, scope_realloc, scope_free);
}

umi_status umi_exact_run(umi_exact_fn body, void *self, umi_error *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, install);
    scope s;
    s.outer = current;
    s.blocks = NULL;
    s.at = s.nest;
    s.end = s.nest + NEST;
    current = &s;
    umi_status rc = UMI_ENOMEM;
    if (setjmp(s.out) == 0)
        rc = body(self, err);
    else
        rc = umi_fail(err, UMI_ENOMEM, "", "no memory for exact arithmetic");
    current = s.outer;
    while (s.blocks != NULL) {
        block *next = s.blocks->next;
        umi_free(s.blocks);
        s.blocks = next;
    }
    return rc;
}

void umi__mpz_set(mpz_t z, umi_i128 v)
{
    umi_u128 u = v < 0 ? 0 - (umi_u128)v : (umi_u128)v;
    if (u >> 64 == 0) {
        mpz_set_ui(z, (unsigned long)u);
    } else {
        mpz_set_ui(z, (unsigned long)(u >> 64));
        mpz_mul_2exp(z, z, 64);
        mpz_add_ui(z, z, (unsigned long)u);
    }
    if (v < 0)
        mpz_neg(z, z);
}

static_assert(GMP_NUMB_BITS == 64, "two limbs are 128 bits");

bool umi__mpz_get(umi_i128 *out, const mpz_t z)
{
    if (mpz_sizeinbase(z, 2) > 126)
        return false;
    umi_u128 u = mpz_getlimbn(z, 1);
    u = u << 64 | mpz_getlimbn(z, 0);
    *out = mpz_sgn(z) < 0 ? -(umi_i128)u : (umi_i128)u;
    return true;
}

void umi__mpz_mul(mpz_t z, umi_i128 v)
{
    if (v >= 0 && v <= (umi_i128)UINT64_MAX) {
        mpz_mul_ui(z, z, (unsigned long)v);
        return;
    }
    mpz_t f;
    mpz_init(f);
    umi__mpz_set(f, v);
    mpz_mul(z, z, f);
    mpz_clear(f);
}

void umi__mpz_divide(mpz_t q,
                     const mpz_t num,
                     const mpz_t den,
                     umi_round_mode mode)
{
    assert(mpz_sgn(den) > 0);
    bool negative = mpz_sgn(num) < 0;
    mpz_t rest;
    mpz_init(rest);
    mpz_tdiv_qr(q, rest, num, den);
    if (mpz_sgn(rest) != 0) {
        mpz_mul_2exp(rest, rest, 1);
        if (umi__goes_up(mode, negative, mpz_odd_p(q), mpz_cmpabs(rest, den)))
            negative ? mpz_sub_ui(q, q, 1) : mpz_add_ui(q, q, 1);
    }
    mpz_clear(rest);
}

bool umi__mpz_round(umi_money *out,
                    const mpz_t num,
                    const mpz_t den,
                    umi_rounding r)
{
    assert(r.unit.sen > 0);
    mpz_t q, d;
    mpz_init(q);
    mpz_init(d);
    mpz_mul_ui(d, den, (unsigned long)r.unit.sen);
    umi__mpz_divide(q, num, d, r.mode);
    mpz_mul_ui(q, q, (unsigned long)r.unit.sen);
    bool fits = mpz_fits_slong_p(q);
    if (fits)
        out->sen = mpz_get_si(q);
    mpz_clear(d);
    mpz_clear(q);
    return fits;
}

void umi_buf_fixed(umi_buf *b, umi_i128 value, int places)
{
    char text[64], *p = text + sizeof text;
    umi_u128 u = value < 0 ? 0 - (umi_u128)value : (umi_u128)value;
    assert(places >= 0 && places < 20);
    for (int i = 0; i <= places || u != 0; i++, u /= 10) {
        if (i == places && places > 0)
            *--p = '.';
        *--p = (char)('0' + (int)(u % 10));
    }
    if (value < 0)
        *--p = '-';
    umi_buf_bytes(b, p, (size_t)(text + sizeof text - p));
}
