# SPDX-License-Identifier: MIT
# tap.sh - what the shell tests of lint and abi share: one TAP line per claim, the reason below it.
# shellcheck shell=sh disable=SC2034

src=${abs_top_srcdir:?run it by make check}
build=${abs_top_builddir:?run it by make check}
tap_n=0
tap_failed=0
work=$(mktemp -d) || exit 1
# dhcp-server does not stay root: the folder is that of the user it becomes.
if [ "$(id -u)" -eq 0 ]; then
	chown "${SUDO_UID:-$(id -u dhcpperf 2>/dev/null || id -u nobody)}" "$work" || exit 1
fi
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
LC_ALL=C
export LC_ALL

# skip_all REASON - the whole test needs something that is not here.
skip_all() {
	echo "1..0 # SKIP $*"
	exit 77
}

# check NAME COMMAND... - ok when the command succeeds; otherwise what it printed is the reason.
check() {
	tap_n=$((tap_n + 1))
	tap_name=$1
	shift
	if "$@" >"$work/tap.out" 2>&1; then
		echo "ok $tap_n - $tap_name"
	else
		echo "not ok $tap_n - $tap_name"
		sed 's/^/# /' "$work/tap.out"
		tap_failed=1
	fi
}

# skip NAME REASON - one claim that cannot be tested here.
skip() {
	tap_n=$((tap_n + 1))
	echo "ok $tap_n - $1 # SKIP $2"
}

# empty FILE - succeeds when the file has no lines, else shows them.
empty() {
	[ ! -s "$1" ] || {
		cat "$1"
		return 1
	}
}

finish() {
	echo "1..$tap_n"
	exit $tap_failed
}
