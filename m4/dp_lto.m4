# SPDX-License-Identifier: MIT
# DP_LTO - --enable-lto optimises the library as a whole.  Objects are fat, so that the tests, which
# link them one by one, do without; the shared library alone is linked from the intermediate code.
# By itself it is off where it only costs time: in a developer's build and in instrumented ones.
AC_DEFUN([DP_LTO], [
  AC_ARG_ENABLE([lto],
    [AS_HELP_STRING([--enable-lto],
      [optimise the library across its files, which takes longer to link
       @<:@auto: unless --enable-werror, a sanitizer, fuzzing, coverage or no optimisation@:>@])],
    [], [enable_lto=auto])
  dp_lto=$enable_lto
  AS_IF([test "x$dp_lto" = xauto], [
    dp_lto=yes
    AS_IF([test "x$enable_werror" = xyes || test "x$enable_sanitizer" != xno ||
      test "x$enable_fuzzing" = xyes || test "x$enable_coverage" = xyes], [dp_lto=no])
    AS_CASE([" $CFLAGS "], [*" -O0 "*], [dp_lto=no], [*" -O"*], [], [dp_lto=no])
  ])
  DP_LTO_CFLAGS= DP_LTO_LDFLAGS= DP_NO_LTO_LDFLAGS=
  AS_IF([test "x$dp_lto" != xno], [
    AX_CHECK_COMPILE_FLAG([-ffat-lto-objects],
      [AX_CHECK_LINK_FLAG([-flto=auto], [dp_lto=yes], [dp_lto=unknown])], [dp_lto=unknown],
      [-Werror -flto=auto])
    AS_IF([test "x$dp_lto" = xyes], [
      DP_LTO_CFLAGS="-flto=auto -ffat-lto-objects"
      DP_LTO_LDFLAGS="-flto=auto"
      DP_NO_LTO_LDFLAGS="-fno-lto"
    ], [test "x$enable_lto" = xyes], [
      AC_MSG_ERROR([--enable-lto: the compiler does not accept -flto=auto -ffat-lto-objects])
    ], [dp_lto=no])
  ])
  AC_SUBST([DP_LTO_CFLAGS])
  AC_SUBST([DP_LTO_LDFLAGS])
  AC_SUBST([DP_NO_LTO_LDFLAGS])
])
