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
    size_t changes; /**< of sign, from term to term */
    umi_u128 total; /**< of all magnitudes */
    bool odd;       /**< some term has an odd part */
    int32_t den;
    umi__term few[UMI__FEW];
} umi__series;

/** A number of 0 to 1: at least v, at most v + off, in units of 2^-127. */
typedef struct umi__near {
    umi_u128 v;
    uint64_t off;
} umi__near;

/** Powers of v = 1 / (1 + i), or of 1 + i from the last term backward when
 * i < 0, so that no power is above 1. */
typedef struct umi__powers {
    umi__near root, power; /**< root^at */
    int64_t at;
    bool backward;
    int64_t gaps[UMI__KEPT];
    umi__near kept[UMI__KEPT];
} umi__powers;

/** False when 127 bits do not do: more than one denominator, amounts of more
 * than 2^63 sen together, a root too near 0. */
UMI_MUST_CHECK bool umi__powers_begin(umi__powers *p,
                                      const umi__series *s,
                                      umi_i128 num,
                                      umi_i128 den);
/** The power of the term at @p num; terms come in the order of the powers. */
umi__near umi__powers_to(umi__powers *p, int64_t num);

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

/** Room to evaluate a series with so many bits. */
typedef struct umi__sum umi__sum;
umi__sum *
umi__sum_new(const umi__series *s, mpfr_prec_t bits, umi_arena *arena);

/** Evaluate at i = num / den > -1, or on all v from 2^-high to 2^-low. */
void umi__sum_at(umi__sum *w, const mpz_t num, const mpz_t den);
void umi__sum_over(umi__sum *w, double low, double high);

/* What is proved of it; 0 is undecided. */
int umi__sum_sign(const umi__sum *w);
int umi__sum_slope_sign(umi__sum *w); /**< of v f'(v) */
/** At a point, after umi__sum_slope_sign() over a box that holds it: whether
 * f has no zero in the box within @p reach of log2 v. */
bool umi__sum_far_from_zero(umi__sum *w, double reach);
/**
 * At a point: a bound on the sign changes of the partial sums; SIZE_MAX when
 * a sign is undecided.  By Laguerre's rule f has at most so many zeros in
 * (0, v), and a number of zeros of the same parity.
 */
size_t umi__sum_changes(umi__sum *w);

/** Whether f is exactly 0 at i = num / den > -1. */
bool umi__series_zero(const umi__series *s, const mpz_t num, const mpz_t den);

/** ln(1 + i) of about the rate, between two such numbers; @p left is the sign
 * of f on the low side, and @p enough how far off it may be. */
double umi__series_guess(
    const umi__series *s, int left, double low, double high, double enough);

/** How many rates a series has; 2 stands for more. */
typedef struct umi__count {
    int rates;
    bool too_close; /**< they cannot be told apart, whatever `rates` says */
    bool touched;   /**< f keeps its sign at one of them ... */
    double u;       /**< ... where -log2 v is about this */
} umi__count;
UMI_MUST_CHECK umi_status umi__series_count(umi__count *out,
                                            const umi__series *s,
                                            umi_arena *arena,
                                            umi_error *err);

#endif
