/* SPDX-License-Identifier: MIT */
#include "engine/loan/cashflow_int.h"

#include <math.h>

/* Newton's method in floating point.  A bad guess costs time, not truth. */

enum {
    TURNS = 100
};

/* f and its slope over x = ln(1 + i). */
static double value(const umi__series *s, double x, double *slope)
{
    double sum = 0, fall = 0, power = 1, kept[UMI__KEPT];
    double grown = s->odd ? expm1(x) : 0, unit = 1.0 / s->dens[0];
    int64_t gaps[UMI__KEPT] = {0}, at = 0;
    for (size_t j = 0; j < s->count; j++) {
        const umi__term *t = &s->terms[j];
        double time = (double)t->num * unit;
        int64_t gap = t->num - at;
        if (s->groups > 1) {
            time = (double)t->num / s->dens[t->group];
            power = exp(-time * x);
        } else if (gap != 0) {
            size_t slot = (size_t)gap % UMI__KEPT;
            if (gaps[slot] != gap)
                kept[slot] = exp(-(double)gap * unit * x);
            gaps[slot] = gap;
            power *= kept[slot];
            at = t->num;
        }
        double a = t->about * power;
        if (t->odd != 0) {
            double odd = (double)t->odd / t->odd_den, by = 1 + odd * grown;
            a /= by;
            time += odd * (grown + 1) / by;
        }
        sum += a;
        fall += a * time;
    }
    *slope = -fall;
    return sum;
}

/* What is lent at its mean time grows to what is paid back at its own: right
 * for two flows, and near for a loan. */
static double first_guess(const umi__series *s, double low, double high)
{
    double sums[2] = {0}, times[2] = {0};
    for (size_t j = 0; j < s->count; j++) {
        const umi__term *t = &s->terms[j];
        int side = (t->amount < 0) != (s->terms[0].amount < 0);
        double time = (double)t->num / s->dens[t->group];
        sums[side] += t->about;
        times[side] += t->about * (time + (double)t->odd / t->odd_den);
    }
    double x =
        log(-sums[1] / sums[0]) / (times[1] / sums[1] - times[0] / sums[0]);
    return x > low && x < high ? x : low + (high - low) / 2;
}

double umi__series_guess(
    const umi__series *s, int left, double low, double high, double enough)
{
    const umi__term *last = &s->terms[s->count - 1];
    double span = 1 + (double)last->num / s->dens[last->group];
    double slope, x = first_guess(s, low, high);
    enough *= exp(-x);
    for (int i = 0; i < TURNS; i++) {
        double y = value(s, x, &slope), next = x - y / slope;
        if ((y > 0) - (y < 0) == left)
            low = x;
        else
            high = x;
        if (!(next > low && next < high))
            next = low + (high - low) / 2;
        double step = fabs(next - x);
        x = next;
        if (step * step * span < enough || step < 0x1p-52 * fabs(x))
            break;
    }
    return x;
}
