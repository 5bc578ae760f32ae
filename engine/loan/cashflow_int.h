/* SPDX-License-Identifier: MIT */
#ifndef UMI_ENGINE_LOAN_CASHFLOW_INT_H
#define UMI_ENGINE_LOAN_CASHFLOW_INT_H

/**
 * @file
 * Enclosures of the sum whose zero is the rate.  With v = 1 / (1 + i) it is
 * f(v) = sum a v^t; every quantity is kept as a lower and an upper bound, so
 * that a sign that comes out is a proof.  Inside umi_exact_run().
 */
#include "engine/base/exact_int.h"
#include "engine/loan/cashflow.h"

#include <mpfr.h>

typedef struct umi__term {
    umi_i128 amount; /**< never 0 */
    double about;    /**< the same, for guesses */
    int64_t num;     /**< t = num / den of its group */
    int32_t group;
    int32_t odd, odd_den;
} umi__term;

/** A number of 0 to 1: at least v, at most v + off, in units of 2^-127. */
typedef struct umi__near {
    umi_u128 v;
    uint64_t off;
} umi__near;

enum {
    UMI__FEW = 64, /**< so many terms have room in the series itself */
    UMI__KEPT = 32 /**< powers kept by the small gaps between terms */
};

/** Terms by ascending t from 0, each t once; a group shares a denominator.
 * Points into itself: not to be copied. */
typedef struct umi__series {
    umi__term *terms;
    size_t count;
    int32_t *dens; /**< of each group; mostly there is one */
    int32_t groups;
    umi__near *roots; /**< room for one a group when there are several */
    size_t changes;   /**< of sign, from term to term */
    umi_u128 total;   /**< of all magnitudes */
    bool odd;         /**< some term has an odd part */
    int32_t den;
    umi__term few[UMI__FEW];
} umi__series;

/** Powers of v = 1 / (1 + i), or of 1 + i from the last term backward when
 * i < 0, so that no power is above 1. */
typedef struct umi__powers {
    const umi__series *s;
    umi__near root, power; /**< root^at */
    int64_t at;
    bool backward;
    int64_t gaps[UMI__KEPT];
    umi__near kept[UMI__KEPT];
} umi__powers;

/** False when 127 bits do not do: a root too near 0, or several denominators
 * backward. */
UMI_MUST_CHECK bool umi__powers_begin(umi__powers *p,
                                      const umi__series *s,
                                      umi_i128 num,
                                      umi_i128 den);
/** The same from v = x itself, forward, whatever the amounts; 0 < x <= 1. */
UMI_MUST_CHECK bool
umi__powers_from(umi__powers *p, const umi__series *s, double x);
/** The power of a term; terms come in the order of the powers. */
umi__near umi__powers_to(umi__powers *p, const umi__term *t);

/** The sign of the sum at i = num / den > -1 by 127 bits and without any
 * memory; 0 is undecided. */
int umi__fixed_sign(const umi__series *s, umi_i128 num, umi_i128 den);

typedef struct umi__bound {
    mpfr_t lo, hi;
} umi__bound;

/** The flows of @p q, sorted in place, as a series. */
UMI_MUST_CHECK umi_status umi__series_of(umi__series *s,
                                         const umi_rate_query *q,
                                         umi_arena *arena,
                                         umi_error *err);
/** The series seen from its last term: f(1/v) v^t of that term; no odd
 * parts. */
UMI_MUST_CHECK umi_status umi__series_reverse(umi__series *out,
                                              const umi__series *s,
                                              umi_arena *arena,
                                              umi_error *err);
/** Room for @p count terms over @p den, and terms in order of time. */
UMI_MUST_CHECK umi_status umi__series_begin(umi__series *s,
                                            size_t count,
                                            int32_t den,
                                            umi_arena *arena,
                                            umi_error *err);
void umi__series_add(umi__series *s, int64_t num, umi_i128 amount);

/** Room to evaluate a series with so many bits. */
typedef struct umi__sum umi__sum;
umi__sum *
umi__sum_new(const umi__series *s, mpfr_prec_t bits, umi_arena *arena);

/** Evaluate at i = num / den > -1, or at v = x. */
void umi__sum_at(umi__sum *w, const mpz_t num, const mpz_t den);
void umi__sum_from(umi__sum *w, double x);
/** What is proved of the value; 0 is undecided. */
int umi__sum_sign(const umi__sum *w);
/** The sums of a t^k v^t for k = 0 ... count - 1, each off by less than its
 * magnitudes together over 2^(bits - 60), but for rounding to double.  Ends
 * the evaluation. */
void umi__sum_moments(umi__sum *w, double *moments, int count);

/** Whether f is exactly 0 at i = num / den > -1. */
UMI_MUST_CHECK umi_status umi__series_zero(bool *zero,
                                           const umi__series *s,
                                           const mpz_t num,
                                           const mpz_t den,
                                           umi_arena *arena,
                                           umi_error *err);

/** ln(1 + i) of about the rate, between two such numbers; @p left is the sign
 * of f on the low side, and @p enough how far off it may be. */
double umi__series_guess(
    const umi__series *s, int left, double low, double high, double enough);

/* --- how many rates ------------------------------------------------------------
 * Over v from 1 down to 0; rates below 0 are those of the series seen from its
 * last term. */

/** A walk from v = 1 to 0.  It stops at spots where double cannot tell how
 * often f is 0; when it goes on there, it is with big numbers. */
typedef struct umi__walk {
    const umi__series *s;
    umi_arena *arena;
    size_t work;        /**< terms that may still be looked at */
    int rates;          /**< found on the way, but for one at v = 1 */
    double low, high;   /**< v of the last one */
    bool done;          /**< not at a spot */
    bool lost;          /**< done, for it cannot go on */
    bool failed;        /**< lost, for memory is exhausted */
    double at;          /**< v of the spot */
    double guesses[16]; /**< v near it where f may be 0 exactly */
    size_t guess_count;
    bool closely, stuck; /* since the spot: with big numbers; even so */
    umi__sum *sum;
} umi__walk;
void umi__walk_begin(umi__walk *w,
                     const umi__series *s,
                     size_t work,
                     umi_arena *arena);
void umi__walk_on(umi__walk *w);

/**
 * Divide the series by 1 - v p/q as often as that goes, p/q one of the
 * fractions near a spot: *divided says whether it went.
 */
UMI_MUST_CHECK umi_status umi__spot_divide(bool *divided,
                                           umi__series *out,
                                           int64_t *p,
                                           int64_t *q,
                                           const umi__walk *w,
                                           umi_arena *arena,
                                           umi_error *err);

/** The rates of a series, 2 standing for more; -1 when they cannot be told
 * apart. */
typedef struct umi__count {
    int rates;
    double low, high; /**< ln(1 + i) of one */
    int64_t p, q;     /**< q > 0: (1 + i)^(num/den) is just p/q */
    int64_t num, den;
} umi__count;
UMI_MUST_CHECK umi_status umi__series_count(umi__count *out,
                                            const umi__series *s,
                                            umi_arena *arena,
                                            umi_error *err);

#endif
