# tests/unit/engine
check_PROGRAMS += tests/unit/engine/engine_test
TESTS += tests/unit/engine/engine_test
tests_unit_engine_engine_test_SOURCES = tests/unit/engine/engine_test.c
tests_unit_engine_engine_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_engine_engine_test_LDADD = $(UNIT_LIBS)
