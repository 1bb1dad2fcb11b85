# tests/unit/client
UNIT_CLIENT_TESTS = \
	tests/unit/client/client_test \
	tests/unit/client/config_test \
	tests/unit/client/fsm_test \
	tests/unit/client/identity_test \
	tests/unit/client/lifetimes_test \
	tests/unit/client/mischief_test \
	tests/unit/client/referee_rules_test \
	tests/unit/client/referee_test \
	tests/unit/client/replies_test \
	tests/unit/client/requests_test \
	tests/unit/client/stations_test \
	tests/unit/client/strangers_test
check_PROGRAMS += $(UNIT_CLIENT_TESTS)
TESTS += $(UNIT_CLIENT_TESTS)

# A client engine, a scripted server and a clock.
check_LTLIBRARIES += libtest-client.la
libtest_client_la_SOURCES = tests/unit/client/fake.c tests/unit/client/fake.h
libtest_client_la_CPPFLAGS = $(USER_CPPFLAGS) $(CHECK_CFLAGS)
UNIT_CLIENT_LIBS = libtest-client.la $(UNIT_LIBS)

tests_unit_client_client_test_SOURCES = tests/unit/client/client_test.c
tests_unit_client_client_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_client_client_test_LDADD = $(UNIT_CLIENT_LIBS)

tests_unit_client_config_test_SOURCES = tests/unit/client/config_test.c
tests_unit_client_config_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_client_config_test_LDADD = $(UNIT_CLIENT_LIBS)

tests_unit_client_fsm_test_SOURCES = tests/unit/client/fsm_test.c
tests_unit_client_fsm_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_client_fsm_test_LDADD = $(UNIT_CLIENT_LIBS)

tests_unit_client_identity_test_SOURCES = tests/unit/client/identity_test.c
tests_unit_client_identity_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_client_identity_test_LDADD = $(UNIT_CLIENT_LIBS)

tests_unit_client_lifetimes_test_SOURCES = tests/unit/client/lifetimes_test.c
tests_unit_client_lifetimes_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_client_lifetimes_test_LDADD = $(UNIT_CLIENT_LIBS)

tests_unit_client_referee_rules_test_SOURCES = tests/unit/client/referee_rules_test.c
tests_unit_client_referee_rules_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_client_referee_rules_test_LDADD = $(UNIT_CLIENT_LIBS)

tests_unit_client_referee_test_SOURCES = tests/unit/client/referee_test.c
tests_unit_client_referee_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_client_referee_test_LDADD = $(UNIT_CLIENT_LIBS)

tests_unit_client_replies_test_SOURCES = tests/unit/client/replies_test.c
tests_unit_client_replies_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_client_replies_test_LDADD = $(UNIT_CLIENT_LIBS)

tests_unit_client_requests_test_SOURCES = tests/unit/client/requests_test.c
tests_unit_client_requests_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_client_requests_test_LDADD = $(UNIT_CLIENT_LIBS)

tests_unit_client_stations_test_SOURCES = tests/unit/client/stations_test.c
tests_unit_client_stations_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_client_stations_test_LDADD = $(UNIT_CLIENT_LIBS)


tests_unit_client_mischief_test_SOURCES = tests/unit/client/mischief_test.c
tests_unit_client_mischief_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_client_mischief_test_LDADD = $(UNIT_CLIENT_LIBS)

tests_unit_client_strangers_test_SOURCES = tests/unit/client/strangers_test.c
tests_unit_client_strangers_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_client_strangers_test_LDADD = $(UNIT_CLIENT_LIBS)
