# tests/unit/trace
check_PROGRAMS += \
	tests/unit/trace/event_test
TESTS += \
	tests/unit/trace/event_test
tests_unit_trace_event_test_SOURCES = tests/unit/trace/event_test.c
tests_unit_trace_event_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_trace_event_test_LDADD = $(UNIT_LIBS)
