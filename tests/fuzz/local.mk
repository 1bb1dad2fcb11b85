# tests/fuzz: every target runs its corpus, the vectors and some variations in `make check`; configured
# with --enable-fuzzing it is a libFuzzer program and `make fuzz` runs each for FUZZ_SECONDS.
FUZZ_TARGETS = \
	tests/fuzz/fuzz_client \
	tests/fuzz/fuzz_fault \
	tests/fuzz/fuzz_fault_edit \
	tests/fuzz/fuzz_frame \
	tests/fuzz/fuzz_hist \
	tests/fuzz/fuzz_load \
	tests/fuzz/fuzz_message \
	tests/fuzz/fuzz_mischief \
	tests/fuzz/fuzz_option \
	tests/fuzz/fuzz_relay \
	tests/fuzz/fuzz_roundtrip \
	tests/fuzz/fuzz_scenario \
	tests/fuzz/fuzz_search \
	tests/fuzz/fuzz_server \
	tests/fuzz/fuzz_view
if BUILD_TOOLS
FUZZ_TARGETS += tests/fuzz/fuzz_config tests/fuzz/fuzz_leases
if HAVE_JANSSON
FUZZ_TARGETS += tests/fuzz/fuzz_control
endif
endif
FUZZ_SECONDS = 30
FUZZ_JOBS = 2
FUZZ_LIBS = libtest-support.la libdhcpperf.la
noinst_HEADERS = tests/fuzz/fuzz.h
EXTRA_DIST += tests/fuzz/corpus tests/vectors
if FUZZING
FUZZ_MAIN =
FUZZ_LINK = -fsanitize=fuzzer
noinst_PROGRAMS += $(FUZZ_TARGETS) tests/fuzz/unpack
tests_fuzz_unpack_SOURCES = tests/fuzz/unpack.c
tests_fuzz_unpack_CPPFLAGS = $(USER_CPPFLAGS)
tests_fuzz_unpack_LDADD = libtest-support.la
else
FUZZ_MAIN = tests/fuzz/main.c
FUZZ_LINK = $(AM_LDFLAGS)
check_PROGRAMS += $(FUZZ_TARGETS)
TESTS += $(FUZZ_TARGETS)
endif

tests_fuzz_fuzz_client_SOURCES = tests/fuzz/fuzz_client.c $(FUZZ_MAIN)
tests_fuzz_fuzz_client_CPPFLAGS = $(USER_CPPFLAGS)
tests_fuzz_fuzz_client_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_client_LDADD = $(FUZZ_LIBS)

tests_fuzz_fuzz_fault_SOURCES = tests/fuzz/fuzz_fault.c $(FUZZ_MAIN)
tests_fuzz_fuzz_fault_CPPFLAGS = $(USER_CPPFLAGS)
tests_fuzz_fuzz_fault_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_fault_LDADD = $(FUZZ_LIBS)

# Engines cut messages, nobody else: this one links the core.
tests_fuzz_fuzz_fault_edit_SOURCES = tests/fuzz/fuzz_fault_edit.c $(FUZZ_MAIN)
tests_fuzz_fuzz_fault_edit_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_fuzz_fuzz_fault_edit_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_fault_edit_LDADD = libtest-support.la libdhcpperf-core.la $(PTHREAD_LIBS) -lm

tests_fuzz_fuzz_mischief_SOURCES = tests/fuzz/fuzz_client.c $(FUZZ_MAIN)
tests_fuzz_fuzz_mischief_CPPFLAGS = $(USER_CPPFLAGS) -DFUZZ_MISCHIEF
tests_fuzz_fuzz_mischief_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_mischief_LDADD = $(FUZZ_LIBS)

tests_fuzz_fuzz_frame_SOURCES = tests/fuzz/fuzz_frame.c $(FUZZ_MAIN)
tests_fuzz_fuzz_frame_CPPFLAGS = $(USER_CPPFLAGS)
tests_fuzz_fuzz_frame_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_frame_LDADD = $(FUZZ_LIBS)

tests_fuzz_fuzz_hist_SOURCES = tests/fuzz/fuzz_hist.c $(FUZZ_MAIN)
tests_fuzz_fuzz_hist_CPPFLAGS = $(USER_CPPFLAGS)
tests_fuzz_fuzz_hist_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_hist_LDADD = $(FUZZ_LIBS)

tests_fuzz_fuzz_load_SOURCES = tests/fuzz/fuzz_load.c $(FUZZ_MAIN)
tests_fuzz_fuzz_load_CPPFLAGS = $(USER_CPPFLAGS)
tests_fuzz_fuzz_load_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_load_LDADD = $(FUZZ_LIBS)

tests_fuzz_fuzz_message_SOURCES = tests/fuzz/fuzz_message.c $(FUZZ_MAIN)
tests_fuzz_fuzz_message_CPPFLAGS = $(USER_CPPFLAGS)
tests_fuzz_fuzz_message_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_message_LDADD = $(FUZZ_LIBS)

tests_fuzz_fuzz_option_SOURCES = tests/fuzz/fuzz_option.c $(FUZZ_MAIN)
tests_fuzz_fuzz_option_CPPFLAGS = $(USER_CPPFLAGS)
tests_fuzz_fuzz_option_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_option_LDADD = $(FUZZ_LIBS)

tests_fuzz_fuzz_relay_SOURCES = tests/fuzz/fuzz_relay.c $(FUZZ_MAIN)
tests_fuzz_fuzz_relay_CPPFLAGS = $(USER_CPPFLAGS)
tests_fuzz_fuzz_relay_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_relay_LDADD = $(FUZZ_LIBS)

tests_fuzz_fuzz_roundtrip_SOURCES = tests/fuzz/fuzz_roundtrip.c $(FUZZ_MAIN)
tests_fuzz_fuzz_roundtrip_CPPFLAGS = $(USER_CPPFLAGS)
tests_fuzz_fuzz_roundtrip_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_roundtrip_LDADD = $(FUZZ_LIBS)

tests_fuzz_fuzz_scenario_SOURCES = tests/fuzz/fuzz_scenario.c $(FUZZ_MAIN)
tests_fuzz_fuzz_scenario_CPPFLAGS = $(USER_CPPFLAGS)
tests_fuzz_fuzz_scenario_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_scenario_LDADD = $(FUZZ_LIBS)

# Verdicts are made of numbers in the statistics, which only the core can set.
tests_fuzz_fuzz_search_SOURCES = tests/fuzz/fuzz_search.c $(FUZZ_MAIN)
tests_fuzz_fuzz_search_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_fuzz_fuzz_search_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_search_LDADD = libtest-support.la libdhcpperf-core.la $(PTHREAD_LIBS) -lm

tests_fuzz_fuzz_server_SOURCES = tests/fuzz/fuzz_server.c $(FUZZ_MAIN)
tests_fuzz_fuzz_server_CPPFLAGS = $(USER_CPPFLAGS)
tests_fuzz_fuzz_server_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_server_LDADD = $(FUZZ_LIBS)

# The view is not public: this one links the core.
tests_fuzz_fuzz_view_SOURCES = tests/fuzz/fuzz_view.c $(FUZZ_MAIN)
tests_fuzz_fuzz_view_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_fuzz_fuzz_view_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_view_LDADD = libtest-support.la libdhcpperf-core.la $(PTHREAD_LIBS) -lm

# The files of the commands.
tests_fuzz_fuzz_config_SOURCES = tests/fuzz/fuzz_config.c $(FUZZ_MAIN)
tests_fuzz_fuzz_config_CPPFLAGS = $(USER_CPPFLAGS) -I$(top_srcdir)/tools
tests_fuzz_fuzz_config_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_config_LDADD = libtest-support.la libtools.la libdhcpperf.la $(JANSSON_LIBS) \
	$(YAML_LIBS) $(INIH_LIBS) -lm

tests_fuzz_fuzz_leases_SOURCES = tests/fuzz/fuzz_leases.c $(FUZZ_MAIN)
tests_fuzz_fuzz_leases_CPPFLAGS = $(USER_CPPFLAGS) -I$(top_srcdir)/tools
tests_fuzz_fuzz_leases_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_leases_LDADD = libtest-support.la libtools.la libdhcpperf.la -lm

# Requests to a running server, without its socket.
tests_fuzz_fuzz_control_SOURCES = \
	tests/fuzz/fuzz_control.c \
	tools/dhcp-server/command_faults.c \
	tools/dhcp-server/command_leases.c \
	tools/dhcp-server/commands.c \
	tools/dhcp-server/job.c \
	$(FUZZ_MAIN)
tests_fuzz_fuzz_control_CPPFLAGS = $(USER_CPPFLAGS) $(TOOLS_CPPFLAGS)
tests_fuzz_fuzz_control_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_control_LDADD = libtest-support.la libtools.la libdhcpperf.la $(JANSSON_LIBS) \
	$(YAML_LIBS) $(INIH_LIBS) $(CAP_NG_LIBS) $(PTHREAD_LIBS) -lm

# Seeds for one target, out of its corpus and the vectors.
FUZZ_UNPACK = name=$${t\#\#*/fuzz_}; mkdir -p fuzz-seeds/$$name; \
	tests/fuzz/unpack fuzz-seeds/$$name `find $(top_srcdir)/tests/vectors \
	  $(top_srcdir)/tests/fuzz/corpus/$$name -name '*.hex' 2>/dev/null`
.PHONY: fuzz fuzz-afl
if FUZZING
fuzz: $(FUZZ_TARGETS) tests/fuzz/unpack
	@for t in $(FUZZ_TARGETS); do $(FUZZ_UNPACK); done; \
	printf '%s\n' $(FUZZ_TARGETS) | xargs -P $(FUZZ_JOBS) -n 1 sh -c 'name=$${0##*/fuzz_}; \
	  log=fuzz-seeds/$$name.log; \
	  if ./$$0 -max_total_time=$(FUZZ_SECONDS) -max_len=4096 -print_final_stats=1 \
	      -artifact_prefix=fuzz-seeds/$$name- fuzz-seeds/$$name >$$log 2>&1; then \
	    sed -n "s|^stat::number_of_executed_units: *|$$0 runs: |p" $$log; \
	  else \
	    echo "$$0 found:"; \
	    grep -aE "runtime error|ERROR|SUMMARY|REQUIRE|^ *#[0-9]+ 0x|Test unit written|Base64" $$log | \
	      tail -n 40; \
	    exit 1; \
	  fi'
# The same targets under AFL++, in a tree configured with CC=afl-clang-fast and --disable-shared.
fuzz-afl: $(FUZZ_TARGETS) tests/fuzz/unpack
	@for t in $(FUZZ_TARGETS); do $(FUZZ_UNPACK); done; \
	printf '%s\n' $(FUZZ_TARGETS) | xargs -P $(FUZZ_JOBS) -n 1 $(SHELL) \
	  $(top_srcdir)/tests/fuzz/afl.sh $(FUZZ_SECONDS)
else
fuzz fuzz-afl:
	@echo 'configure with --enable-fuzzing and CC=clang or CC=afl-clang-fast first' >&2; exit 1
endif
EXTRA_DIST += tests/fuzz/afl.sh
clean-local: clean-fuzz-seeds
clean-fuzz-seeds:
	-rm -rf fuzz-seeds fuzz-afl
