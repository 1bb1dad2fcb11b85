# tests/unit/tools: the parts of the commands; they see tools/ and the public API, not lib/.
if BUILD_TOOLS
TOOLS_TEST_CPPFLAGS = $(USER_CPPFLAGS) -I$(top_srcdir)/tools $(CHECK_CFLAGS) \
	$(SQLITE3_CFLAGS) $(LIBPQ_CFLAGS)
TOOLS_TEST_LIBS = libtools.la $(USER_LIBS) $(JANSSON_LIBS) $(YAML_LIBS) \
	$(INIH_LIBS) $(LEASES_LIBS) $(CAP_NG_LIBS)

TOOLS_UNIT_TESTS = \
	tests/unit/tools/config_file_test \
	tests/unit/tools/merge_test \
	tests/unit/tools/handover_test \
	tests/unit/tools/faults_test \
	tests/unit/tools/server_faults_test \
	tests/unit/tools/generator_test \
	tests/unit/tools/job_test \
	tests/unit/tools/lease_feed_test \
	tests/unit/tools/lease_file_test \
	tests/unit/tools/lease_form_test \
	tests/unit/tools/lease_list_test \
	tests/unit/tools/lease_queue_test \
	tests/unit/tools/lease_record_test \
	tests/unit/tools/lease_writer_test \
	tests/unit/tools/kernel_test \
	tests/unit/tools/memory_test \
	tests/unit/tools/notify_test \
	tests/unit/tools/option_form_test \
	tests/unit/tools/options_test \
	tests/unit/tools/output_test \
	tests/unit/tools/plan_test \
	tests/unit/tools/preload_test \
	tests/unit/tools/queue_test \
	tests/unit/tools/room_test \
	tests/unit/tools/say_test \
	tests/unit/tools/seccomp_test \
	tests/unit/tools/server_setup_test \
	tests/unit/tools/units_test \
	tests/unit/tools/workers_test
check_PROGRAMS += $(TOOLS_UNIT_TESTS)
TESTS += $(TOOLS_UNIT_TESTS)
tests_unit_tools_config_file_test_SOURCES = \
	tests/unit/tools/config_file_test.c \
	tools/dhcp-tester/tester_options.c
tests_unit_tools_config_file_test_CPPFLAGS = $(TOOLS_TEST_CPPFLAGS)
tests_unit_tools_config_file_test_LDADD = $(TOOLS_TEST_LIBS)
tests_unit_tools_server_faults_test_SOURCES = tests/unit/tools/server_faults_test.c
tests_unit_tools_server_faults_test_CPPFLAGS = $(TOOLS_TEST_CPPFLAGS)
tests_unit_tools_server_faults_test_LDADD = $(TOOLS_TEST_LIBS)
tests_unit_tools_faults_test_SOURCES = tests/unit/tools/faults_test.c
tests_unit_tools_faults_test_CPPFLAGS = $(TOOLS_TEST_CPPFLAGS)
tests_unit_tools_faults_test_LDADD = $(TOOLS_TEST_LIBS)
tests_unit_tools_merge_test_SOURCES = \
	tests/unit/tools/merge_test.c \
	tools/dhcp-tester/ending.c \
	tools/dhcp-tester/gate.c \
	tools/dhcp-tester/merge.c \
	tools/dhcp-tester/part.c
tests_unit_tools_merge_test_CPPFLAGS = $(TOOLS_TEST_CPPFLAGS)
tests_unit_tools_merge_test_LDADD = $(TOOLS_TEST_LIBS)
tests_unit_tools_handover_test_SOURCES = \
	tests/unit/tools/handover_test.c \
	tools/dhcp-server/handover.c
tests_unit_tools_handover_test_CPPFLAGS = $(TOOLS_TEST_CPPFLAGS)
tests_unit_tools_handover_test_LDADD = $(TOOLS_TEST_LIBS)
tests_unit_tools_generator_test_SOURCES = \
	tests/unit/tools/generator_test.c \
	tools/dhcp-tester/generator.c
tests_unit_tools_generator_test_CPPFLAGS = $(TOOLS_TEST_CPPFLAGS)
tests_unit_tools_generator_test_LDADD = $(TOOLS_TEST_LIBS)
tests_unit_tools_job_test_SOURCES = \
	tests/unit/tools/job_test.c \
	tools/dhcp-server/job.c
tests_unit_tools_job_test_CPPFLAGS = $(TOOLS_TEST_CPPFLAGS)
tests_unit_tools_job_test_LDADD = $(TOOLS_TEST_LIBS)
LEASE_SAMPLES = \
	tests/unit/tools/lease_samples.c \
	tests/unit/tools/lease_samples.h
tests_unit_tools_lease_file_test_SOURCES = \
	tests/unit/tools/lease_file_test.c \
	$(LEASE_SAMPLES)
tests_unit_tools_lease_file_test_CPPFLAGS = $(TOOLS_TEST_CPPFLAGS)
tests_unit_tools_lease_file_test_LDADD = $(TOOLS_TEST_LIBS)
tests_unit_tools_lease_form_test_SOURCES = \
	tests/unit/tools/lease_form_test.c \
	$(LEASE_SAMPLES)
tests_unit_tools_lease_form_test_CPPFLAGS = $(TOOLS_TEST_CPPFLAGS)
tests_unit_tools_lease_form_test_LDADD = $(TOOLS_TEST_LIBS)
tests_unit_tools_lease_record_test_SOURCES = \
	tests/unit/tools/lease_record_test.c \
	$(LEASE_SAMPLES)
tests_unit_tools_lease_record_test_CPPFLAGS = $(TOOLS_TEST_CPPFLAGS)
tests_unit_tools_lease_record_test_LDADD = $(TOOLS_TEST_LIBS)
LEASE_ENGINE = \
	tests/unit/tools/lease_engine.c \
	tests/unit/tools/lease_engine.h
tests_unit_tools_lease_feed_test_SOURCES = \
	tests/unit/tools/lease_feed_test.c \
	$(LEASE_ENGINE) \
	$(LEASE_SAMPLES)
tests_unit_tools_lease_feed_test_CPPFLAGS = $(TOOLS_TEST_CPPFLAGS)
tests_unit_tools_lease_feed_test_LDADD = $(TOOLS_TEST_LIBS)
tests_unit_tools_lease_list_test_SOURCES = \
	tests/unit/tools/lease_list_test.c \
	$(LEASE_ENGINE) \
	$(LEASE_SAMPLES)
tests_unit_tools_lease_list_test_CPPFLAGS = $(TOOLS_TEST_CPPFLAGS)
tests_unit_tools_lease_list_test_LDADD = $(TOOLS_TEST_LIBS)
tests_unit_tools_lease_queue_test_SOURCES = \
	tests/unit/tools/lease_queue_test.c \
	$(LEASE_SAMPLES)
tests_unit_tools_lease_queue_test_CPPFLAGS = $(TOOLS_TEST_CPPFLAGS)
tests_unit_tools_lease_queue_test_LDADD = $(TOOLS_TEST_LIBS)
tests_unit_tools_lease_writer_test_SOURCES = \
	tests/unit/tools/lease_writer_test.c \
	$(LEASE_ENGINE)
tests_unit_tools_lease_writer_test_CPPFLAGS = $(TOOLS_TEST_CPPFLAGS)
tests_unit_tools_lease_writer_test_LDADD = $(TOOLS_TEST_LIBS)
tests_unit_tools_preload_test_SOURCES = \
	tests/unit/tools/preload_test.c \
	tools/dhcp-server/preload.c \
	$(LEASE_ENGINE)
tests_unit_tools_preload_test_CPPFLAGS = $(TOOLS_TEST_CPPFLAGS)
tests_unit_tools_preload_test_LDADD = $(TOOLS_TEST_LIBS)
tests_unit_tools_kernel_test_SOURCES = tests/unit/tools/kernel_test.c
tests_unit_tools_kernel_test_CPPFLAGS = $(TOOLS_TEST_CPPFLAGS)
tests_unit_tools_kernel_test_LDADD = $(TOOLS_TEST_LIBS)
tests_unit_tools_notify_test_SOURCES = tests/unit/tools/notify_test.c
tests_unit_tools_notify_test_CPPFLAGS = $(TOOLS_TEST_CPPFLAGS)
tests_unit_tools_notify_test_LDADD = $(TOOLS_TEST_LIBS)
tests_unit_tools_option_form_test_SOURCES = tests/unit/tools/option_form_test.c
tests_unit_tools_option_form_test_CPPFLAGS = $(TOOLS_TEST_CPPFLAGS)
tests_unit_tools_option_form_test_LDADD = $(TOOLS_TEST_LIBS)
tests_unit_tools_options_test_SOURCES = \
	tests/unit/tools/options_test.c \
	tools/dhcp-tester/tester_options.c
tests_unit_tools_options_test_CPPFLAGS = $(TOOLS_TEST_CPPFLAGS)
tests_unit_tools_options_test_LDADD = $(TOOLS_TEST_LIBS)
tests_unit_tools_output_test_SOURCES = tests/unit/tools/output_test.c
tests_unit_tools_output_test_CPPFLAGS = $(TOOLS_TEST_CPPFLAGS)
tests_unit_tools_output_test_LDADD = $(TOOLS_TEST_LIBS)
tests_unit_tools_plan_test_SOURCES = \
	tests/unit/tools/plan_test.c \
	tools/dhcp-tester/answers.c \
	tools/dhcp-tester/capacity_flags.c \
	tools/dhcp-tester/division.c \
	tools/dhcp-tester/identity.c \
	tools/dhcp-tester/macs.c \
	tools/dhcp-tester/arrivals.c \
	tools/dhcp-tester/mischief.c \
	tools/dhcp-tester/pacing.c \
	tools/dhcp-tester/plan.c \
	tools/dhcp-tester/profile.c \
	tools/dhcp-tester/scenario.c \
	tools/dhcp-tester/state.c \
	tools/dhcp-tester/tester_options.c
tests_unit_tools_plan_test_CPPFLAGS = $(TOOLS_TEST_CPPFLAGS)
tests_unit_tools_plan_test_LDADD = $(TOOLS_TEST_LIBS)
tests_unit_tools_queue_test_SOURCES = tests/unit/tools/queue_test.c
tests_unit_tools_queue_test_CPPFLAGS = $(TOOLS_TEST_CPPFLAGS)
tests_unit_tools_queue_test_LDADD = $(TOOLS_TEST_LIBS)
tests_unit_tools_memory_test_SOURCES = tests/unit/tools/memory_test.c
tests_unit_tools_memory_test_CPPFLAGS = $(TOOLS_TEST_CPPFLAGS)
tests_unit_tools_memory_test_LDADD = $(TOOLS_TEST_LIBS)
tests_unit_tools_room_test_SOURCES = \
	tests/unit/tools/room_test.c \
	tools/dhcp-tester/room.c
tests_unit_tools_room_test_CPPFLAGS = $(TOOLS_TEST_CPPFLAGS)
tests_unit_tools_room_test_LDADD = $(TOOLS_TEST_LIBS)
tests_unit_tools_say_test_SOURCES = tests/unit/tools/say_test.c
tests_unit_tools_say_test_CPPFLAGS = $(TOOLS_TEST_CPPFLAGS)
tests_unit_tools_say_test_LDADD = $(TOOLS_TEST_LIBS)
tests_unit_tools_seccomp_test_SOURCES = \
	tests/unit/tools/seccomp_test.c \
	tools/dhcp-server/seccomp.c
tests_unit_tools_seccomp_test_CPPFLAGS = $(TOOLS_TEST_CPPFLAGS) $(SECCOMP_CFLAGS)
tests_unit_tools_seccomp_test_LDADD = $(TOOLS_TEST_LIBS) $(SECCOMP_LIBS)
tests_unit_tools_server_setup_test_SOURCES = tests/unit/tools/server_setup_test.c
tests_unit_tools_server_setup_test_CPPFLAGS = $(TOOLS_TEST_CPPFLAGS)
tests_unit_tools_server_setup_test_LDADD = $(TOOLS_TEST_LIBS)
tests_unit_tools_units_test_SOURCES = tests/unit/tools/units_test.c
tests_unit_tools_units_test_CPPFLAGS = $(TOOLS_TEST_CPPFLAGS)
tests_unit_tools_units_test_LDADD = $(TOOLS_TEST_LIBS)
tests_unit_tools_workers_test_SOURCES = tests/unit/tools/workers_test.c
tests_unit_tools_workers_test_CPPFLAGS = $(TOOLS_TEST_CPPFLAGS)
tests_unit_tools_workers_test_LDADD = $(TOOLS_TEST_LIBS)

# One set of tests for all lease stores in databases.
if HAVE_SQLITE3
check_PROGRAMS += tests/unit/tools/lease_sqlite_test
TESTS += tests/unit/tools/lease_sqlite_test
tests_unit_tools_lease_sqlite_test_SOURCES = \
	tests/unit/tools/lease_sqlite_test.c \
	tests/unit/tools/store_cases.c \
	tests/unit/tools/store_cases.h
tests_unit_tools_lease_sqlite_test_CPPFLAGS = $(TOOLS_TEST_CPPFLAGS)
tests_unit_tools_lease_sqlite_test_LDADD = $(TOOLS_TEST_LIBS)
endif
# Run by tests/integration/lease_postgresql.test, beside a server.
if HAVE_LIBPQ
check_PROGRAMS += tests/unit/tools/lease_postgresql_test
tests_unit_tools_lease_postgresql_test_SOURCES = \
	tests/unit/tools/lease_postgresql_test.c \
	tests/unit/tools/store_cases.c \
	tests/unit/tools/store_cases.h
tests_unit_tools_lease_postgresql_test_CPPFLAGS = $(TOOLS_TEST_CPPFLAGS)
tests_unit_tools_lease_postgresql_test_LDADD = $(TOOLS_TEST_LIBS)
endif
endif
