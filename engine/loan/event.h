/* SPDX-License-Identifier: MIT */
#ifndef UMI_ENGINE_LOAN_EVENT_H
#define UMI_ENGINE_LOAN_EVENT_H

/**
 * @file
 * Events: what happens to a loan after its disbursement.  They are only ever
 * added, and a mistake is undone by one more that reverses it; the loan is
 * what umi_life_replay() makes of them all.
 */
#include "engine/loan/waterfall.h"

#define UMI_EVENTS_MAX 10000 /**< most events of one umi_events_check() */

typedef enum umi_event_kind {
    UMI_EVENT_REPAYMENT, /**< money from the borrower */
    UMI_EVENT_FEE,       /**< a fee arises */
    UMI_EVENT_PENALTY,   /**< a penalty arises */
    UMI_EVENT_WAIVE,     /**< debt is forgiven */
    UMI_EVENT_REVERSE,   /**< an earlier event never happened */
    UMI_EVENT_REFUND,    /**< money back to the borrower */
    UMI_EVENT_WRITE_OFF, /**< debt is given up but not forgiven */
    UMI_EVENT_RECOVER,   /**< money for what was written off */
    UMI_EVENT_PAYOFF     /**< money for the whole debt */
} umi_event_kind;

#define UMI_EVENT_KINDS 9

/** One event; what its kind does not take is zero. */
typedef struct umi_event {
    umi_event_kind kind;
    bool has_amount;
    bool has_component;
    umi_day date;     /**< value date */
    umi_day booked;   /**< when it was entered, >= date; changes nothing */
    umi_day due;      /**< of a fee or penalty: owed with the row of this day */
    umi_money amount; /**< > 0 where has_amount */
    umi_component component; /**< of a waiver or write-off */
    uint32_t reverses;       /**< from 1: the event that a reverse undoes */
} umi_event;

/** "repayment", "write_off", ..., and back. */
const char *umi_event_kind_name(umi_event_kind k);
UMI_MUST_CHECK bool umi_event_kind_parse(umi_event_kind *out, umi_text t);

/** Whether a kind refuses, allows or requires a key. */
typedef enum umi_need {
    UMI_REFUSED,
    UMI_OPTIONAL,
    UMI_REQUIRED
} umi_need;

/** The keys that an event of one kind takes, beside kind and date. */
typedef struct umi_event_keys {
    umi_need amount, component, due, reverses;
} umi_event_keys;

const umi_event_keys *umi_event_keys_of(umi_event_kind k);

/**
 * Refuse events that make no sense, in order of entry: a key that the kind
 * does not take or lacks, an amount not above 0, a date before @p disbursed, a
 * reverse of what is not there, is a reverse, or is reversed already.  Events
 * without a reverse stand each for itself and may be checked in parts.
 *
 * @retval UMI_EINVAL err->field is the key ("events.amount"), the message
 *                    names the event from 1
 */
UMI_MUST_CHECK umi_status umi_events_check(const umi_event *events,
                                           size_t n,
                                           umi_day disbursed,
                                           umi_error *err);

/** The latest value date (a reverse counts), or @p disbursed without any. */
umi_day umi_events_last(const umi_event *events, size_t n, umi_day disbursed);

#endif
