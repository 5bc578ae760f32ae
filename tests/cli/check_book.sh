#!/bin/sh
# SPDX-License-Identifier: MIT
# Loans taken over, repayments, reversals and backups on the command line,
# with each refusal.
sh "$(dirname "$0")/transcript.sh" "$(dirname "$0")/book.transcript"
