# SPDX-License-Identifier: MIT
# dp_versions.m4 - the libtool version of the library, and how to change it.
#
# CURRENT:REVISION:AGE, from the last public release:
#   code changed, interfaces did not      -> REVISION + 1
#   interfaces were added, none changed   -> CURRENT + 1, REVISION = 0, AGE + 1
#   interfaces were removed or changed    -> CURRENT + 1, REVISION = 0, AGE = 0
# The soname is CURRENT - AGE.  tests/abi/symbols.txt is the list this number speaks of.
AC_DEFUN([DP_LT_VERSION], [AC_SUBST([LT_VERSION_INFO], [0:0:0])])
