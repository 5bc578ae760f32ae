#!/bin/sh
# SPDX-License-Identifier: MIT
# Repayment files of agents and providers, read by profiles.
sh "$(dirname "$0")/transcript.sh" "$(dirname "$0")/profile.transcript"
