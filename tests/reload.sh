#!/bin/sh
# SPDX-License-Identifier: MIT
# reload.sh - what `make check-reload` runs: SIGHUP every second, with two configurations in turn, under
# 20,000 new clients a second for 20 seconds (RELOAD_RATE, RELOAD_SECONDS), with one worker and with
# two.  Nothing may be lost, whatever rate the machine reaches, which is told.
set -u
RELOAD_RATE=${RELOAD_RATE:-20000} RELOAD_SECONDS=${RELOAD_SECONDS:-20} RELOAD_ONLY=load
export RELOAD_RATE RELOAD_SECONDS RELOAD_ONLY
log=${abs_top_builddir:?}/reload.log
sh "${abs_top_srcdir:?}/tests/integration/reload.test" >"$log" 2>&1
status=$?
grep -E '^(not ok|# [0-9]|Bail out)' "$log"
if [ $status -eq 0 ]; then
	echo "PASS: reload under load"
else
	echo "FAIL: reload under load, see $log"
fi
exit $status
