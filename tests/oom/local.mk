# tests/oom: the n-th allocation fails.
check_PROGRAMS += tests/oom/oom_test
TESTS += tests/oom/oom_test
tests_oom_oom_test_SOURCES = tests/oom/oom_test.c
tests_oom_oom_test_CPPFLAGS = $(USER_CPPFLAGS) $(CHECK_CFLAGS)
tests_oom_oom_test_LDADD = $(USER_LIBS)
