#!/bin/sh
# SPDX-License-Identifier: MIT
# From application to disbursement on the command line, with each refusal.
sh "$(dirname "$0")/transcript.sh" "$(dirname "$0")/desk.transcript"
