# tests/integration: what crosses a socket, and what other people's programs think of it.
EXTRA_DIST += tests/integration/peers.sh tests/integration/postgres.sh \
	tests/integration/power_cut.sh tests/integration/serving.sh \
	tests/integration/config_examples.py tests/integration/freeze.py tests/integration/refuse.c tests/integration/step.c tests/interop/expected/dhcpd.txt \
	tests/interop/expected/dnsmasq.txt tests/interop/expected/kea.txt
INTEGRATION_TESTS =
if BUILD_TOOLS
INTEGRATION_TESTS += \
	tests/integration/capabilities.test \
	tests/integration/capacity.test \
	tests/integration/cli.test \
	tests/integration/config.test \
	tests/integration/faults.test \
	tests/integration/hardship.test \
	tests/integration/health_check.test \
	tests/integration/hostile.test \
	tests/integration/identity.test \
	tests/integration/interface.test \
	tests/integration/interop_dhcpd.test \
	tests/integration/leases.test \
	tests/integration/interop_dnsmasq.test \
	tests/integration/interop_kea.test \
	tests/integration/interop_lifecycle.test \
	tests/integration/interop_perfdhcp.test \
	tests/integration/omission.test \
	tests/integration/privileges.test \
	tests/integration/real_clients.test \
	tests/integration/rails.test \
	tests/integration/relays.test \
	tests/integration/scenarios.test \
	tests/integration/reload.test \
	tests/integration/control.test \
	tests/integration/signals.test \
	tests/integration/simulation.test \
	tests/integration/tester_workers.test \
	tests/integration/tshark.test \
	tests/integration/udp_loopback.test \
	tests/integration/units.test \
	tests/integration/workers.test
endif
dist_check_SCRIPTS += $(INTEGRATION_TESTS)
TESTS += $(INTEGRATION_TESTS)

# What an independent decoder makes of the codec's octets.
check_PROGRAMS += tests/integration/codec_samples
tests_integration_codec_samples_SOURCES = tests/integration/codec_samples.c
tests_integration_codec_samples_CPPFLAGS = $(USER_CPPFLAGS)
tests_integration_codec_samples_LDADD = libtest-support.la libdhcpperf.la
dist_check_SCRIPTS += tests/integration/tshark_codec.test
TESTS += tests/integration/tshark_codec.test

# The carrier and servers on raw sockets: public API only.
check_PROGRAMS += tests/integration/train_relay
tests_integration_train_relay_SOURCES = tests/integration/train_relay.c
tests_integration_train_relay_CPPFLAGS = $(USER_CPPFLAGS)
tests_integration_train_relay_LDADD = libdhcpperf.la
dist_check_SCRIPTS += tests/integration/raw_peers.test
TESTS += tests/integration/raw_peers.test

# A relay agent in front of a real server: public API only.
check_PROGRAMS += tests/integration/relay_chain
tests_integration_relay_chain_SOURCES = tests/integration/relay_chain.c
tests_integration_relay_chain_CPPFLAGS = $(USER_CPPFLAGS)
tests_integration_relay_chain_LDADD = libdhcpperf.la
dist_check_SCRIPTS += tests/integration/relay_dnsmasq.test
TESTS += tests/integration/relay_dnsmasq.test

# What a user does with an installed library: on a staged install in make check, on the real one in
# make installcheck.
EXTRA_DIST += tests/integration/consumer.c tests/integration/installed.sh
dist_check_SCRIPTS += tests/integration/consumer.test
TESTS += tests/integration/consumer.test
installcheck-local:
	@$(AM_TESTS_ENVIRONMENT) DESTDIR='$(DESTDIR)' libdir='$(libdir)' includedir='$(includedir)' \
	  $(SHELL) $(top_srcdir)/tests/integration/installed.sh
if HAVE_CHECK
check_PROGRAMS += tests/integration/carrier_loopback tests/integration/carrier_packet
TESTS += tests/integration/carrier_loopback tests/integration/carrier_packet
tests_integration_carrier_loopback_SOURCES = tests/integration/carrier_loopback.c
tests_integration_carrier_loopback_CPPFLAGS = $(USER_CPPFLAGS) $(CHECK_CFLAGS)
tests_integration_carrier_loopback_LDADD = $(USER_LIBS)
tests_integration_carrier_packet_SOURCES = tests/integration/carrier_packet.c
tests_integration_carrier_packet_CPPFLAGS = $(USER_CPPFLAGS) $(CHECK_CFLAGS)
tests_integration_carrier_packet_LDADD = $(USER_LIBS)
endif

# The histogram against another implementation of the same layout.
check_PROGRAMS += tests/integration/hist_dump
tests_integration_hist_dump_SOURCES = tests/integration/hist_dump.c
tests_integration_hist_dump_CPPFLAGS = $(USER_CPPFLAGS)
tests_integration_hist_dump_LDADD = libdhcpperf.la
EXTRA_DIST += tests/integration/hdr_js.js
dist_check_SCRIPTS += tests/integration/hdr_js.test
TESTS += tests/integration/hdr_js.test

dist_check_SCRIPTS += tests/integration/readme.test
TESTS += tests/integration/readme.test

dist_check_SCRIPTS += tests/integration/pacing.test
TESTS += tests/integration/pacing.test

# Leases in a database, beside a server of the test's own.
if HAVE_CHECK
dist_check_SCRIPTS += tests/integration/lease_postgresql.test
TESTS += tests/integration/lease_postgresql.test
endif

# A server that is killed again and again: clients on the public API, and a disk that loses what was
# not synchronised.
if BUILD_TOOLS
check_PROGRAMS += tests/integration/kill_client
tests_integration_kill_client_SOURCES = \
	tests/integration/kill_book.c \
	tests/integration/kill_book.h \
	tests/integration/kill_client.c
tests_integration_kill_client_CPPFLAGS = $(USER_CPPFLAGS)
tests_integration_kill_client_LDADD = libdhcpperf.la
if SHARED
POWER_CUT = tests/integration/power_cut.la
tests_integration_power_cut_la_SOURCES = tests/integration/power_cut.c
tests_integration_power_cut_la_LDFLAGS = -module -avoid-version -shared -rpath /nowhere
else
EXTRA_DIST += tests/integration/power_cut.c
endif
check_LTLIBRARIES += $(POWER_CUT)
dist_check_SCRIPTS += tests/integration/kill.test tests/integration/lease_database.test \
	tests/integration/lease_disk.test tests/integration/lease_exchange.test
TESTS += tests/integration/kill.test tests/integration/lease_database.test \
	tests/integration/lease_disk.test tests/integration/lease_exchange.test
endif
