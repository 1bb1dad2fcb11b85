# tests/unit/policy
check_PROGRAMS += \
	tests/unit/policy/fault_test \
	tests/unit/policy/fault_edit_test \
	tests/unit/policy/fault_time_test \
	tests/unit/policy/fault_match_test \
	tests/unit/policy/fault_errors_test \
	tests/unit/policy/fault_parse_test \
	tests/unit/policy/hostile_test \
	tests/unit/policy/load_iter_test \
	tests/unit/policy/load_test \
	tests/unit/policy/retry_test \
	tests/unit/policy/scenario_test \
	tests/unit/policy/search_conditions_test \
	tests/unit/policy/search_measure_test \
	tests/unit/policy/search_test
TESTS += \
	tests/unit/policy/fault_test \
	tests/unit/policy/fault_edit_test \
	tests/unit/policy/fault_time_test \
	tests/unit/policy/fault_match_test \
	tests/unit/policy/fault_errors_test \
	tests/unit/policy/fault_parse_test \
	tests/unit/policy/hostile_test \
	tests/unit/policy/load_iter_test \
	tests/unit/policy/load_test \
	tests/unit/policy/retry_test \
	tests/unit/policy/scenario_test \
	tests/unit/policy/search_conditions_test \
	tests/unit/policy/search_measure_test \
	tests/unit/policy/search_test
tests_unit_policy_load_iter_test_SOURCES = tests/unit/policy/load_iter_test.c
tests_unit_policy_load_iter_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_policy_load_iter_test_LDADD = $(UNIT_LIBS)
tests_unit_policy_load_test_SOURCES = tests/unit/policy/load_test.c
tests_unit_policy_load_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_policy_load_test_LDADD = $(UNIT_LIBS)
tests_unit_policy_retry_test_SOURCES = tests/unit/policy/retry_test.c
tests_unit_policy_retry_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_policy_retry_test_LDADD = $(UNIT_LIBS)
tests_unit_policy_scenario_test_SOURCES = tests/unit/policy/scenario_test.c
tests_unit_policy_scenario_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_policy_scenario_test_LDADD = $(UNIT_LIBS)
tests_unit_policy_search_conditions_test_SOURCES = tests/unit/policy/search_conditions_test.c
tests_unit_policy_search_conditions_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_policy_search_conditions_test_LDADD = $(UNIT_LIBS)
tests_unit_policy_search_measure_test_SOURCES = tests/unit/policy/search_measure_test.c
tests_unit_policy_search_measure_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_policy_search_measure_test_LDADD = $(UNIT_LIBS)
tests_unit_policy_search_test_SOURCES = tests/unit/policy/search_test.c
tests_unit_policy_search_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_policy_search_test_LDADD = $(UNIT_LIBS)
tests_unit_policy_hostile_test_SOURCES = tests/unit/policy/hostile_test.c
tests_unit_policy_hostile_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_policy_hostile_test_LDADD = $(UNIT_LIBS)
tests_unit_policy_fault_parse_test_SOURCES = tests/unit/policy/fault_parse_test.c
tests_unit_policy_fault_parse_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_policy_fault_parse_test_LDADD = $(UNIT_LIBS)
tests_unit_policy_fault_errors_test_SOURCES = tests/unit/policy/fault_errors_test.c
tests_unit_policy_fault_errors_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_policy_fault_errors_test_LDADD = $(UNIT_LIBS)
tests_unit_policy_fault_match_test_SOURCES = tests/unit/policy/fault_match_test.c
tests_unit_policy_fault_match_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_policy_fault_match_test_LDADD = $(UNIT_LIBS)
tests_unit_policy_fault_time_test_SOURCES = tests/unit/policy/fault_time_test.c
tests_unit_policy_fault_time_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_policy_fault_time_test_LDADD = $(UNIT_LIBS)
tests_unit_policy_fault_edit_test_SOURCES = tests/unit/policy/fault_edit_test.c
tests_unit_policy_fault_edit_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_policy_fault_edit_test_LDADD = $(UNIT_LIBS)
tests_unit_policy_fault_test_SOURCES = tests/unit/policy/fault_test.c
tests_unit_policy_fault_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_policy_fault_test_LDADD = $(UNIT_LIBS)
