# tests/abi: what programs compiled against an earlier version count on.  tests/abi/update refreshes
# symbols.txt, layout.txt and the version map.
EXTRA_DIST += \
	tests/abi/exports.awk \
	tests/abi/layout.txt \
	tests/abi/symbols.txt \
	tests/abi/update
check_PROGRAMS += tests/abi/layout
tests_abi_layout_SOURCES = tests/abi/layout.c
ABI_TESTS = \
	tests/abi/headers.test \
	tests/abi/layout.test \
	tests/abi/symbols.test
dist_check_SCRIPTS += $(ABI_TESTS)
TESTS += $(ABI_TESTS)
if HAVE_CHECK
check_PROGRAMS += tests/abi/growth_test
TESTS += tests/abi/growth_test
tests_abi_growth_test_SOURCES = tests/abi/growth_test.c
tests_abi_growth_test_CPPFLAGS = $(USER_CPPFLAGS) $(CHECK_CFLAGS)
tests_abi_growth_test_LDADD = $(USER_LIBS)
endif
