# tests/unit/server
SERVER_TESTS = \
	tests/unit/server/config_test \
	tests/unit/server/decide_test \
	tests/unit/server/faults_test \
	tests/unit/server/held_test \
	tests/unit/server/leases_test \
	tests/unit/server/limits_test \
	tests/unit/server/plan_test \
	tests/unit/server/receive_test \
	tests/unit/server/replies_test \
	tests/unit/server/server_test \
	tests/unit/server/templates_test
check_PROGRAMS += $(SERVER_TESTS)
TESTS += $(SERVER_TESTS)

tests_unit_server_config_test_SOURCES = tests/unit/server/config_test.c
tests_unit_server_config_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_server_config_test_LDADD = $(UNIT_LIBS)
tests_unit_server_decide_test_SOURCES = tests/unit/server/decide_test.c
tests_unit_server_decide_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_server_decide_test_LDADD = $(UNIT_LIBS)
tests_unit_server_faults_test_SOURCES = tests/unit/server/faults_test.c
tests_unit_server_faults_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_server_faults_test_LDADD = $(UNIT_LIBS)
tests_unit_server_held_test_SOURCES = tests/unit/server/held_test.c
tests_unit_server_held_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_server_held_test_LDADD = $(UNIT_LIBS)
tests_unit_server_leases_test_SOURCES = tests/unit/server/leases_test.c
tests_unit_server_leases_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_server_leases_test_LDADD = $(UNIT_LIBS)
tests_unit_server_limits_test_SOURCES = tests/unit/server/limits_test.c
tests_unit_server_limits_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_server_limits_test_LDADD = $(UNIT_LIBS)
tests_unit_server_plan_test_SOURCES = tests/unit/server/plan_test.c
tests_unit_server_plan_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_server_plan_test_LDADD = $(UNIT_LIBS)
tests_unit_server_receive_test_SOURCES = tests/unit/server/receive_test.c
tests_unit_server_receive_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_server_receive_test_LDADD = $(UNIT_LIBS)
tests_unit_server_replies_test_SOURCES = tests/unit/server/replies_test.c
tests_unit_server_replies_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_server_replies_test_LDADD = $(UNIT_LIBS)
tests_unit_server_server_test_SOURCES = tests/unit/server/server_test.c
tests_unit_server_server_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_server_server_test_LDADD = $(UNIT_LIBS)
tests_unit_server_templates_test_SOURCES = tests/unit/server/templates_test.c
tests_unit_server_templates_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_server_templates_test_LDADD = $(UNIT_LIBS)
