/* SPDX-License-Identifier: MIT */
#ifndef UMI_ENGINE_UMI_H
#define UMI_ENGINE_UMI_H

/** @file Every public header of the engine, and the version. */
#define UMI_VERSION_MAJOR 0
#define UMI_VERSION_MINOR 1
#define UMI_VERSION_PATCH 0

#include "engine/base/alloc.h"
#include "engine/base/calendar.h"
#include "engine/base/date.h"
#include "engine/base/daycount.h"
#include "engine/base/exact.h"
#include "engine/base/hash.h"
#include "engine/base/json.h"
#include "engine/base/lang.h"
#include "engine/base/money.h"
#include "engine/base/rate.h"
#include "engine/base/round.h"
#include "engine/base/status.h"
#include "engine/base/text.h"
#include "engine/base/version.h"
#include "engine/loan/accrual.h"
#include "engine/loan/arrears.h"
#include "engine/loan/cashflow.h"
#include "engine/loan/event.h"
#include "engine/loan/life.h"
#include "engine/loan/schedule.h"
#include "engine/loan/terms.h"
#include "engine/loan/waterfall.h"
#include "engine/party/application.h"
#include "engine/party/group.h"
#include "engine/party/household.h"
#include "engine/party/nik.h"
#include "engine/party/reference.h"

#endif
