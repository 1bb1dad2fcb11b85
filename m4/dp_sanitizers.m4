# SPDX-License-Identifier: MIT
# DP_SANITIZERS - --enable-sanitizer=LIST compiles and links everything with -fsanitize=LIST.
AC_DEFUN([DP_SANITIZERS], [
  AC_ARG_ENABLE([sanitizer],
    [AS_HELP_STRING([--enable-sanitizer=LIST],
      [instrument with -fsanitize=LIST, for example address,undefined @<:@no@:>@])],
    [], [enable_sanitizer=no])
  AS_CASE([$enable_sanitizer],
    [yes], [enable_sanitizer=address,undefined])
  AS_IF([test "x$enable_sanitizer" != xno], [
    dp_sanitize="-fsanitize=$enable_sanitizer -fno-sanitize-recover=all -fno-omit-frame-pointer"
    AX_CHECK_LINK_FLAG([$dp_sanitize],
      [CFLAGS="$CFLAGS $dp_sanitize"; LDFLAGS="$LDFLAGS $dp_sanitize"],
      [AC_MSG_ERROR([the compiler does not accept -fsanitize=$enable_sanitizer])])
  ])
])
