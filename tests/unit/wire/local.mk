# tests/unit/wire
WIRE_TESTS = \
	tests/unit/wire/option_test \
	tests/unit/wire/view_test
check_PROGRAMS += $(WIRE_TESTS)
TESTS += $(WIRE_TESTS)

tests_unit_wire_option_test_SOURCES = tests/unit/wire/option_test.c
tests_unit_wire_option_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_wire_option_test_LDADD = $(UNIT_LIBS)

tests_unit_wire_view_test_SOURCES = tests/unit/wire/view_test.c
tests_unit_wire_view_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_wire_view_test_LDADD = $(UNIT_LIBS)
