#!/bin/sh
# SPDX-License-Identifier: MIT
# soak.sh - what `make check-soak` runs: ten million hostile messages to a server that 1,000 clients use
# (HOSTILE_MESSAGES, at HOSTILE_RATE a second; about five minutes), and thirty days of 100,000 clients
# on the virtual clock (about one).  Ends with "N passed, N failed".
set -u
build=${abs_top_builddir:?}
src=${abs_top_srcdir:?}
passed=0
failed=0

step() {
	name=$1
	shift
	echo "== $name"
	began=$(date +%s)
	if "$@" >"$build/soak.log" 2>&1; then
		passed=$((passed + 1))
		result=PASS
	else
		failed=$((failed + 1))
		result=FAIL
	fi
	grep -E '^(not ok|ok|# [0-9]|# day|Bail out)' "$build/soak.log" | cut -c 1-250
	echo "$result: $name, $(($(date +%s) - began)) s"
}

# A lease of a minute outlasts the eight seconds for which the server is stopped; a pool that is not
# too large is used from one end to the other before memory is looked at.
hostile() {
	HOSTILE_MESSAGES=${HOSTILE_MESSAGES:-10000000} HOSTILE_RATE=${HOSTILE_RATE:-40000} \
		HOSTILE_TURNS=100 HOSTILE_ROUNDS=25 HOSTILE_LEASE=1m HOSTILE_STOP=8 \
		HOSTILE_LAST=10.0.15.250 \
		sh "$src/tests/integration/hostile.test"
}

step "hostile messages" hostile
step "thirty days of 100,000 clients" "$build/tests/soak/month"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
