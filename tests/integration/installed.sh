#!/bin/sh
# SPDX-License-Identifier: MIT
# installed.sh - what a user does with an installed libdhcpperf: finds it through pkg-config, builds
# programs against it out of tree, and runs them.  DESTDIR and libdir say where it is.  Used by
# consumer.test on a staged install and by `make installcheck` on the real one.
. "${abs_top_srcdir:?}/tests/support/tap.sh"

pkg_config=${PKG_CONFIG:-pkg-config}
lib=${DESTDIR}${libdir:?}
sanitize=$(sed -n 's/^CFLAGS = .*\(-fsanitize=[^ ]*\).*/\1/p' "$build/Makefile")

[ -z "$1" ] || check "make install into a staging folder" sh -c "$1"

command -v "$pkg_config" >/dev/null 2>&1 || {
	skip "programs are built through pkg-config" "pkg-config not found"
	finish
}
PKG_CONFIG_LIBDIR=$lib/pkgconfig
PKG_CONFIG_PATH=
PKG_CONFIG_SYSROOT_DIR=$DESTDIR
PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1
PKG_CONFIG_ALLOW_SYSTEM_LIBS=1
export PKG_CONFIG_LIBDIR PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR
export PKG_CONFIG_ALLOW_SYSTEM_CFLAGS PKG_CONFIG_ALLOW_SYSTEM_LIBS

check "pkg-config knows libdhcpperf" "$pkg_config" --exists --print-errors libdhcpperf
cflags=$("$pkg_config" --cflags libdhcpperf)
libs=$("$pkg_config" --libs libdhcpperf)

shared() { # SOURCE PROGRAM
	# shellcheck disable=SC2086 # lists of words
	${CC:-cc} -std=gnu11 -Wall -Wextra -Werror $sanitize -o "$work/$2" "$1" $cflags $libs
}
run() { # PROGRAM ARGUMENTS...
	program=$1
	shift
	LD_LIBRARY_PATH=$lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH} "$work/$program" "$@"
}
linked() { # PROGRAM
	LD_LIBRARY_PATH=$lib ldd "$work/$1" | grep -F "$lib/libdhcpperf.so.0"
}

if [ -e "$lib/libdhcpperf.so" ]; then
	check "consumer.c builds against the shared library" shared "$src/tests/integration/consumer.c" consumer
	check "it uses the installed one" linked consumer
	check "it runs" run consumer
	for example in decode lifetime_in_memory slo_gate one_client embed_poll embed_epoll custom_transport; do
		[ $example != embed_epoll ] || [ "$(uname)" = Linux ] || continue
		check "examples/c/$example.c builds" shared "$src/examples/c/$example.c" $example
	done
	check "lifetime_in_memory runs" run lifetime_in_memory
	check "custom_transport runs" run custom_transport
	check "slo_gate runs" run slo_gate 50ms 1ms
else
	skip "programs use the shared library" "none was built"
fi

static() {
	# shellcheck disable=SC2046 # lists of words
	${CC:-cc} -std=gnu11 -Wall -Wextra -Werror -static -o "$work/static" \
		"$src/tests/integration/consumer.c" $("$pkg_config" --static --cflags --libs libdhcpperf)
}
if [ ! -e "$lib/libdhcpperf.a" ]; then
	skip "consumer.c builds and runs against the static library" "none was built"
elif [ -n "$sanitize" ]; then
	skip "consumer.c builds and runs against the static library" "instrumented build"
else
	check "consumer.c builds against the static library" static
	check "it runs without a shared one" "$work/static"
fi

nothing_else() {
	installed=$(cd "$DESTDIR${includedir:-/nowhere}/libdhcpperf" && ls)
	for header in $installed; do
		[ -e "$src/include/libdhcpperf/$header" ] || [ "$header" = version.h ] || {
			echo "$header is not a public header"
			return 1
		}
	done
}
check "only public headers are installed" nothing_else
finish
