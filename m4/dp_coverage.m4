# SPDX-License-Identifier: MIT
# DP_COVERAGE - --enable-coverage counts which lines run; `make coverage` reports them.
AC_DEFUN([DP_COVERAGE], [
  AC_ARG_ENABLE([coverage],
    [AS_HELP_STRING([--enable-coverage],
      [count which lines run, for `make coverage' @<:@no@:>@])],
    [], [enable_coverage=no])
  AS_IF([test "x$enable_coverage" = xyes], [
    AX_CHECK_LINK_FLAG([--coverage], [CFLAGS="$CFLAGS --coverage"; LDFLAGS="$LDFLAGS --coverage"],
      [AC_MSG_ERROR([--enable-coverage: the compiler does not accept --coverage])])
  ])
  AC_PATH_PROG([GCOVR], [gcovr])
  AM_CONDITIONAL([COVERAGE], [test "x$enable_coverage" = xyes])
])
