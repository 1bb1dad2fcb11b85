# tests/unit/client
UNIT_CLIENT_TESTS = \
	tests/unit/client/dora_test
check_PROGRAMS += $(UNIT_CLIENT_TESTS)
TESTS += $(UNIT_CLIENT_TESTS)

UNIT_CLIENT_FAKE = tests/unit/client/fake.c tests/unit/client/fake.h

tests_unit_client_dora_test_SOURCES = tests/unit/client/dora_test.c $(UNIT_CLIENT_FAKE)
tests_unit_client_dora_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_client_dora_test_LDADD = $(UNIT_LIBS)
