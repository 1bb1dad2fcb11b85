#!/bin/sh
# SPDX-License-Identifier: MIT
# afl.sh SECONDS TARGET - one fuzz target under AFL++ for that long, from the seeds in fuzz-seeds.
# Fails when there is a crash or a hang; what AFL++ says is kept in fuzz-afl.
set -eu
seconds=$1
target=$2
name=${target##*/fuzz_}
out=fuzz-afl/$name

command -v afl-fuzz >/dev/null || { echo "fuzz-afl needs afl-fuzz" >&2; exit 1; }
rm -rf "$out"
mkdir -p fuzz-afl
AFL_NO_UI=1 AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1
AFL_FORKSRV_INIT_TMOUT=60000
export AFL_NO_UI AFL_SKIP_CPUFREQ AFL_NO_AFFINITY AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES
export AFL_FORKSRV_INIT_TMOUT
if ! afl-fuzz -V "$seconds" -G 4096 -m none -t 2000+ -i "fuzz-seeds/$name" -o "$out" -- "./$target" \
	>"fuzz-afl/$name.log" 2>&1; then
	echo "$target: afl-fuzz failed:"
	tail -n 15 "fuzz-afl/$name.log"
	exit 1
fi
# A hang counts when the input takes longer than 2 s once more: a busy machine hangs by itself.
hangs=0
for input in "$out"/default/hangs/id*; do
	[ -e "$input" ] || continue
	timeout 20 "./$target" "$input" >/dev/null 2>&1 || hangs=$((hangs + 1))
done
crashes=$(find "$out/default/crashes" -name 'id*' | wc -l)
runs=$(sed -n 's/^execs_done *: *//p' "$out/default/fuzzer_stats")
if [ "$crashes" -gt 0 ] || [ "$hangs" -gt 0 ]; then
	echo "$target: $crashes crashes, $hangs hangs; inputs in $out/default"
	exit 1
fi
echo "$target runs: $runs"
