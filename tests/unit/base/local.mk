# tests/unit/base
check_PROGRAMS += tests/unit/base/wheel_test
TESTS += tests/unit/base/wheel_test
tests_unit_base_wheel_test_SOURCES = tests/unit/base/wheel_test.c
tests_unit_base_wheel_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_base_wheel_test_LDADD = $(UNIT_LIBS)
