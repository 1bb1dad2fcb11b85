#!/bin/sh
# SPDX-License-Identifier: MIT
# analyze.sh ANALYZER... - what compilers and analysers say about lib/ and tools/ when asked for
# more than warnings: gcc (-fanalyzer), cppcheck, clang-tidy.  Silence is success.  An analyser that
# is not installed is said and fails.
set -u
src=${abs_top_srcdir:?}
build=${abs_top_builddir:?}
jobs=${LINT_JOBS:-2}
status=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cd "$src" || exit 1
find lib tools -name '*.c' | sort >"$work/files"
# Without jansson, libyaml, ... the files that need them are not compiled either.
packages="jansson libyaml yaml-0.1 inih sqlite3 libpq libcap-ng libseccomp libsystemd"
flags="-std=gnu11 -DHAVE_CONFIG_H -Iinclude -I$build/include -I$build -Ilib -Itools"
for package in $packages; do
	if pkg-config --exists "$package" 2>/dev/null; then
		flags="$flags $(pkg-config --cflags "$package")"
	fi
done

# gcc 12 loses sight of what is stored behind a pointer to a pointer, so outside the library, where
# lists and strings are, its leaks and NULLs are not to be believed; clang's are.
gcc_analyzer() {
	grep '^lib/' "$work/files" >"$work/gcc.lib"
	grep '^tools/' "$work/files" >"$work/gcc.tools"
	# shellcheck disable=SC2086 # the flags are words
	{
		xargs -P "$jobs" -n 1 gcc -fanalyzer -O1 -Werror $flags -c -o /dev/null <"$work/gcc.lib" &&
			xargs -P "$jobs" -n 1 gcc -fanalyzer -O1 -Werror -Wno-analyzer-malloc-leak \
				-Wno-analyzer-null-dereference -Wno-analyzer-possible-null-dereference \
				$flags -c -o /dev/null <"$work/gcc.tools"
	}
}

cppcheck_all() {
	# shellcheck disable=SC2086
	cppcheck --quiet -j "$jobs" --std=c11 --error-exitcode=1 --inline-suppr \
		--enable=warning,portability,performance --suppressions-list=tests/lint/cppcheck.txt \
		-DHAVE_CONFIG_H -Iinclude -I"$build/include" -I"$build" -Ilib -Itools \
		--file-list="$work/files"
}

clang_tidy() {
	# shellcheck disable=SC2086
	xargs -P "$jobs" -n 4 sh -c 'clang-tidy --quiet "$@" -- '"$flags" sh <"$work/files" 2>/dev/null
}

for analyzer in "$@"; do
	case $analyzer in
	gcc) command=gcc ;;
	*) command=$analyzer ;;
	esac
	if ! command -v "$command" >/dev/null; then
		echo "FAIL: $analyzer: $command is not installed"
		status=1
		continue
	fi
	case $analyzer in
	gcc) gcc_analyzer ;;
	cppcheck) cppcheck_all ;;
	clang-tidy) clang_tidy ;;
	*) echo "analyze.sh: no analyser is called $analyzer" >&2 && false ;;
	esac >"$work/out" 2>&1 && echo "PASS: $analyzer" && continue
	echo "FAIL: $analyzer"
	grep -E 'warning|error' "$work/out" | sort -u | head -n 60
	status=1
done
exit $status
