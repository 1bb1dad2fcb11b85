# tests/unit/stats
check_PROGRAMS += \
	tests/unit/stats/hist_test
TESTS += \
	tests/unit/stats/hist_test
tests_unit_stats_hist_test_SOURCES = tests/unit/stats/hist_test.c
tests_unit_stats_hist_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_stats_hist_test_LDADD = $(UNIT_LIBS)
