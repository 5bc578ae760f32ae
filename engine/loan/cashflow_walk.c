/* SPDX-License-Identifier: MIT */
#include "engine/loan/cashflow_int.h"

#include <math.h>

/* How often f(v) = sum a v^n is 0 between v = 1 and v = 0.  Over x = -ln v it
 * is a sum of a e^(-n x), whose derivatives at a point are moments of the
 * terms there.  A walk goes to the right by steps over which Taylor's formula
 * proves that f or its slope keeps its sign, and ends where Laguerre's rule
 * shows that there is at most one zero more.
 *
 * Here floating point proves: powers come with their errors from
 * cashflow_fixed.c, and each moment is off by at most `tiny` of the moment of
 * the magnitudes, which is more than all roundings on its way together. */

enum {
    ORDER = 10
};

enum {
    LOOK = 32,    /* a look from a point costs so much beside its terms */
    CLOSELY = 32, /* a close one so many times as much */
    BITS = 320    /* of a close one */
};

#define SHORTEST         1e-9    /* step, beside x + 1, before it is a spot */
#define SHORTEST_CLOSELY 0x1p-46 /* beside v, that is rounded to 53 bits */
#define LEAST            0x1p-72 /* v: all its 53 bits are above 2^-127 */

typedef struct point {
    double v;
    double moments[ORDER], errors[ORDER]; /* of f */
    double size;    /* the next moment of all magnitudes */
    int sign;       /* of f; 0 when it cannot be told */
    size_t changes; /* at most, of the partial sums */
} point;

/* At most so many changes of sign there are in a sequence of which some signs
 * are unknown: of those so far that end with - and with +. */
typedef struct changing {
    long below, above;
} changing;

static void add_sign(changing *c, int sign)
{
    long below = c->below > c->above + 1 ? c->below : c->above + 1;
    long above = c->above > c->below + 1 ? c->above : c->below + 1;
    c->below = sign > 0 ? -2 : below;
    c->above = sign < 0 ? -2 : above;
}

static double about(umi__near v)
{
    return (double)(uint64_t)(v.v >> 64) * 0x1p-63 +
           (double)(uint64_t)v.v * 0x1p-127;
}

static int sign_beyond(double value, double error)
{
    return value > error ? 1 : value < -error ? -1 : 0;
}

/* Times are taken beside the last one, so that all are from 0 to 1. */
static double time_of(const umi__series *s, const umi__term *t)
{
    return (double)t->num / s->dens[t->group];
}

static double span_of(const umi__series *s)
{
    return time_of(s, &s->terms[s->count - 1]);
}

/* The terms, one behind another, as double; false when 127 bits do not do. */
static bool look_quickly(point *p, const umi__series *s)
{
    umi__powers powers;
    umi_i128 sum = 0;
    changing c = {-1, -1};
    double sizes[ORDER] = {0}, scale = 1 / span_of(s), off = 0;
    double tiny = (double)(s->count + 64) * 0x1p-51;
    if (!umi__powers_from(&powers, s, p->v))
        return false;
    for (size_t j = 0; j < s->count; j++) {
        const umi__term *t = &s->terms[j];
        umi__near near = umi__powers_to(&powers, t);
        double a = t->about * about(near), size = fabs(a);
        double time = time_of(s, t) * scale;
        off += fabs(t->about) * (double)near.off * 0x1p-126;
        for (int k = 0; k < ORDER; k++) {
            p->moments[k] += a;
            sizes[k] += size;
            a *= time;
            size *= time;
        }
        p->size += size;
        p->sign = sign_beyond(p->moments[0], tiny * sizes[0] + off);
        sum += t->amount;
        if (p->v == 1)
            p->sign = (sum > 0) - (sum < 0);
        add_sign(&c, p->sign);
    }
    for (int k = 0; k < ORDER; k++)
        p->errors[k] = tiny * sizes[k] + off;
    p->size += off;
    p->changes = (size_t)(c.below > c.above ? c.below : c.above);
    return true;
}

/* The moments again, so that large terms that cancel leave no error. */
static bool look_closely(umi__walk *w, point *p)
{
    double span = span_of(w->s), scale = 1;
    if (w->sum == NULL)
        w->sum = umi__sum_new(w->s, BITS, w->arena);
    w->failed = w->sum == NULL;
    if (w->failed)
        return false;
    umi__sum_from(w->sum, p->v);
    umi__sum_moments(w->sum, p->moments, ORDER);
    for (int k = 0; k < ORDER; k++, scale /= span) {
        p->moments[k] *= scale;
        p->errors[k] *= 0x1p-200; /* it was beside 2^-50 of the magnitudes */
        p->errors[k] += fabs(p->moments[k]) * 0x1p-46;
    }
    if (p->v != 1)
        p->sign = sign_beyond(p->moments[0], p->errors[0]);
    return true;
}

static bool look_from(umi__walk *w, point *p, double v, bool closely)
{
    size_t cost = (w->s->count + LOOK) * (closely ? CLOSELY : 1);
    if (w->work < cost)
        return false;
    w->work -= cost;
    *p = (point){.v = v};
    return look_quickly(p, w->s) && (!closely || look_closely(w, p));
}

/* The sign that a polynomial of coefficients c keeps from 0 to 1, whatever
 * is added to it that is at most @p error; 0 when that cannot be told.  It
 * lies between its Bernstein coefficients. */
static int kept_sign(const double *c, int degree, double error)
{
    int sign = 0;
    for (int i = 0; i <= degree; i++) {
        double b = 0, share = 1;
        for (int k = 0; k <= i; k++) {
            b += share * c[k];
            share *= (double)(i - k) / (degree - k);
        }
        int here = sign_beyond(b, error);
        if (here == 0 || here == -sign)
            return 0;
        sign = here;
    }
    return sign;
}

/* Whether f (by = 0) or its slope (by = 1) keeps its sign over a step. */
static int kept_over(const point *p, double step, int by)
{
    double c[ORDER], error = 0, power = 1;
    for (int k = 0; k < ORDER; k++) {
        double each = by == 0 ? power : power * k;
        c[k] = (k & 1 ? -each : each) * p->moments[k];
        error += each * p->errors[k] + fabs(c[k]) * 0x1p-46;
        power *= step / (k + 1);
    }
    error += 1.001 * power * (by == 0 ? 1 : ORDER) * p->size;
    return kept_sign(c + by, ORDER - 1 - by, error);
}

/* A v to the right of @p v by at most @p step of the span. */
static double beyond(double v, double step, double span)
{
    double x = step / span;
    return v / (1 + x + x * x / 2 + x * x * x / 6) * (1 + 0x1p-50);
}

/* --- spots ---------------------------------------------------------------------- */

/* Where the k-th derivative is 0 near @p p, by Newton: an (k+1)-fold zero of
 * f is a simple one of that. */
static double zero_of(const point *p, int by)
{
    double x = 0;
    for (int turn = 0; turn < 20; turn++) {
        double y = 0, slope = 0, power = 1;
        for (int k = by; k < ORDER; k++) {
            y += power * p->moments[k];
            if (k + 1 < ORDER)
                slope -= power * p->moments[k + 1];
            power *= -x / (k - by + 1);
        }
        x -= y / slope;
    }
    return x;
}

/* Newton goes on from where it came, for Taylor's formula is short. */
static double guess_of(umi__walk *w, const point *p, int by)
{
    point q = *p;
    for (int turn = 0; turn < 4; turn++) {
        double v = q.v * exp(-zero_of(&q, by) / span_of(w->s));
        if (!(v > LEAST && v <= 1) || !look_from(w, &q, v, false))
            return 0;
    }
    return q.v;
}

static void stop_at(umi__walk *w, const point *p)
{
    w->at = p->v;
    w->guesses[0] = p->v;
    w->guess_count = 1;
    for (int k = 0; k + 1 < ORDER; k++) {
        double guess = guess_of(w, p, k);
        if (guess > 0)
            w->guesses[w->guess_count++] = guess;
    }
}

/* --- the walk ------------------------------------------------------------------- */

void umi__walk_begin(umi__walk *w,
                     const umi__series *s,
                     size_t work,
                     umi_arena *arena)
{
    *w = (umi__walk){.s = s, .work = work, .arena = arena, .at = 1};
}

static void found(umi__walk *w, double low, double high)
{
    w->rates++;
    w->low = low;
    w->high = high;
}

/* One step from @p p, at most *step long; false when none can be proved.  A
 * sign that is 0 is a proof at v = 1 only. */
static bool
take_step(umi__walk *w, point *p, double *step, double shortest, bool closely)
{
    double span = span_of(w->s);
    point next;
    if (p->sign == 0 && p->v != 1)
        return false;
    for (; *step >= shortest; *step /= 2) {
        bool free = p->sign != 0 && kept_over(p, *step, 0) != 0;
        if (!free && kept_over(p, *step, 1) == 0)
            continue;
        double v = beyond(p->v, *step, span);
        if (!(v > LEAST && v < p->v) || !look_from(w, &next, v, closely))
            return false;
        if (next.sign == 0)
            continue;
        if (p->sign != 0 && next.sign != p->sign)
            found(w, v, p->v);
        *p = next;
        return true;
    }
    return false;
}

static bool step_closely(umi__walk *w, point *p, double *step)
{
    double v = p->v;
    *step = *step < SHORTEST ? SHORTEST : *step;
    return look_from(w, p, v, true) &&
           take_step(w, p, step, SHORTEST_CLOSELY * span_of(w->s), true);
}

/* At most one rate is beyond a point. */
static void come_home(umi__walk *w, const point *p)
{
    int first = w->s->terms[0].amount < 0 ? -1 : 1;
    if (p->sign != first)
        found(w, 0, p->v);
    w->done = true;
}

void umi__walk_on(umi__walk *w)
{
    point p;
    double span = span_of(w->s), step = 1;
    w->lost = !look_from(w, &p, w->at, false);
    while (!w->lost && w->rates < 2) {
        if (p.sign != 0 && p.changes <= 1) {
            come_home(w, &p);
            return;
        }
        double start = step, shortest = SHORTEST * (1 - log(p.v) * span);
        if (take_step(w, &p, &step, shortest, false)) {
            w->closely = false;
        } else if (!w->closely) {
            stop_at(w, &p);
            w->closely = true;
            return;
        } else {
            step = start;
            bool stuck = !step_closely(w, &p, &step);
            w->lost = stuck && w->stuck;
            w->stuck = stuck;
            if (stuck && !w->lost) { /* just before a zero: a better guess */
                stop_at(w, &p);
                return;
            }
        }
        step *= 4;
    }
    w->done = true;
}
