#!/bin/sh
# SPDX-License-Identifier: MIT
# long.sh - what `make check-long` runs: valgrind, the other compiler's tarball check, all
# tests under ThreadSanitizer, leases kept by real servers (LIFECYCLE_SECONDS each, 60 unless set;
# skipped without root), a server that is killed (KILLS times for each lease store, 200 unless set), a
# server that gets another configuration every second (tests/reload.sh), the soak of tests/soak.sh, and long fuzzing (FUZZ_SECONDS a target, 600 unless set).  Ends with "N passed,
# N failed".
set -u
top=${abs_top_srcdir:?}
build=${abs_top_builddir:?}
make=${MAKE:-make}
jobs=${FUZZ_JOBS:-2}
seconds=${FUZZ_SECONDS:-900}
passed=0
failed=0

step() {
	name=$1
	shift
	echo "== $name"
	if "$@" >"$build/long.log" 2>&1; then
		passed=$((passed + 1))
		echo "PASS: $name"
	else
		failed=$((failed + 1))
		echo "FAIL: $name"
		grep -E '^(FAIL|ERROR):|error:|==[0-9]+==' "$build/long.log" | head -n 40
		tail -n 20 "$build/long.log"
	fi
}

clang_distcheck() {
	mkdir -p "$build/long-clang" && cd "$build/long-clang" &&
		"$top/configure" CC=clang CXX=clang++ --enable-werror &&
		$make -j2 distcheck DISTCHECK_CONFIGURE_FLAGS="CC=clang CXX=clang++ --enable-werror"
}

# Unit tests and simulations, too: the same code runs in every worker.
threads() {
	mkdir -p "$build/long-tsan" && cd "$build/long-tsan" &&
		"$top/configure" --enable-sanitizer=thread && $make -j2 check-threads && $make -j2 check
}

fuzz() {
	mkdir -p "$build/long-fuzz" && cd "$build/long-fuzz" &&
		"$top/configure" CC=clang CXX=clang++ CFLAGS="-O1 -g" --enable-fuzzing \
			--enable-sanitizer=address,undefined &&
		$make -j2 && $make fuzz FUZZ_SECONDS="$seconds" FUZZ_JOBS="$jobs"
}

afl() {
	mkdir -p "$build/long-afl" && cd "$build/long-afl" &&
		AFL_QUIET=1 "$top/configure" CC=afl-clang-fast CXX=afl-clang-fast++ CFLAGS="-O1 -g" \
			--enable-fuzzing --disable-shared &&
		AFL_QUIET=1 $make -j2 && $make -k fuzz-afl FUZZ_SECONDS="$seconds" FUZZ_JOBS="$jobs"
}

coverage() {
	mkdir -p "$build/long-coverage" && cd "$build/long-coverage" &&
		"$top/configure" --enable-coverage --disable-shared CFLAGS="-O0 -g" && $make -j2 coverage
}

lifecycle() {
	LIFECYCLE_SECONDS=${LIFECYCLE_SECONDS:-60} "$make" -C "$build" check \
		TESTS=tests/integration/interop_lifecycle.test
}

step "unit tests, simulations and failing allocations under valgrind" \
	"$make" -C "$build" -j2 check-valgrind
step "make distcheck with clang" clang_distcheck
step "static analysis" "$make" -C "$build" lint
step "line coverage of lib" coverage
grep -E '^(TOTAL|lines:)' "$build/long.log"
step "all tests under ThreadSanitizer" threads
step "lifecycle against real servers" lifecycle
# What each of them answered, and which rules it broke.
grep -E '^# .*( renewals answered| x [A-Z]-[0-9]{3} )' \
	"$build/tests/integration/interop_lifecycle.log"
step "real clients against faults" "$make" -C "$build" check-interop
step "${KILLS:-200} kills for each lease store" "$make" -C "$build" check-kill
grep -E '^# .*: starts=' "$build/tests/integration/kill.log"
step "reload under load" "$make" -C "$build" check-reload
grep -E '^# [0-9]' "$build/reload.log"
step "soak" "$make" -C "$build" check-soak
grep -E '^(not ok|# [0-9]|PASS|FAIL)' "$build/long.log"
step "fuzzing with libFuzzer, $seconds s a target" fuzz
grep ' runs: ' "$build/long.log"
step "fuzzing with AFL++, $seconds s a target" afl
grep ' runs: ' "$build/long.log"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
