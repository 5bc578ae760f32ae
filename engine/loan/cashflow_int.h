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
    int64_t num;     /**< t = num / den of its group */
    size_t group;
    int32_t odd, odd_den;
} umi__term;

/** Terms by ascending t, each t once; a group shares a denominator. */
typedef struct umi__series {
    umi__term *terms;
    size_t count;
    int32_t *dens; /**< of each group */
    size_t groups;
    size_t changes; /**< of sign, from term to term */
} umi__series;

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
