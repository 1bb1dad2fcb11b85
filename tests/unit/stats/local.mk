# tests/unit/stats
check_PROGRAMS += \
	tests/unit/stats/hist_test \
	tests/unit/stats/hist_codec_test \
	tests/unit/stats/stats_test
TESTS += \
	tests/unit/stats/hist_test \
	tests/unit/stats/hist_codec_test \
	tests/unit/stats/stats_test
tests_unit_stats_hist_test_SOURCES = tests/unit/stats/hist_test.c
tests_unit_stats_hist_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_stats_hist_test_LDADD = $(UNIT_LIBS)
tests_unit_stats_hist_codec_test_SOURCES = tests/unit/stats/hist_codec_test.c
tests_unit_stats_hist_codec_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_stats_hist_codec_test_LDADD = $(UNIT_LIBS)
tests_unit_stats_stats_test_SOURCES = tests/unit/stats/stats_test.c
tests_unit_stats_stats_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_stats_stats_test_LDADD = $(UNIT_LIBS)
