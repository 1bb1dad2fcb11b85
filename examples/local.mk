# examples/c: whole programs, compiled and run by make check, and by make installcheck against the
# installed library.
EXAMPLES = \
	examples/c/custom_transport \
	examples/c/decode \
	examples/c/embed_poll \
	examples/c/find_capacity \
	examples/c/lifetime_in_memory \
	examples/c/one_client \
	examples/c/slo_gate
if HAVE_EPOLL
EXAMPLES += examples/c/embed_epoll
endif
check_PROGRAMS += $(EXAMPLES)
examples_c_custom_transport_SOURCES = examples/c/custom_transport.c
examples_c_custom_transport_LDADD = libdhcpperf.la
examples_c_decode_SOURCES = examples/c/decode.c
examples_c_decode_LDADD = libdhcpperf.la
examples_c_embed_epoll_SOURCES = examples/c/embed_epoll.c
examples_c_embed_epoll_LDADD = libdhcpperf.la
examples_c_embed_poll_SOURCES = examples/c/embed_poll.c
examples_c_embed_poll_LDADD = libdhcpperf.la
examples_c_find_capacity_SOURCES = examples/c/find_capacity.c
examples_c_find_capacity_LDADD = libdhcpperf.la
examples_c_lifetime_in_memory_SOURCES = examples/c/lifetime_in_memory.c
examples_c_lifetime_in_memory_LDADD = libdhcpperf.la
examples_c_one_client_SOURCES = examples/c/one_client.c
examples_c_one_client_LDADD = libdhcpperf.la
examples_c_slo_gate_SOURCES = examples/c/slo_gate.c
examples_c_slo_gate_LDADD = libdhcpperf.la
dist_check_SCRIPTS += examples/examples.test
TESTS += examples/examples.test

# examples/config: files for --config, each served by tests/integration/config.test.
EXTRA_DIST += examples/config

# examples/deploy/scenarios: ready-made plans of faults, each played by tests/integration/faults.test.
EXTRA_DIST += examples/deploy/scenarios

# examples/scenarios: files for --scenario, each played by tests/integration/scenarios.test.
EXTRA_DIST += examples/scenarios

# examples/deploy/systemd: units, looked at by tests/integration/units.test.
EXTRA_DIST += examples/deploy/systemd
