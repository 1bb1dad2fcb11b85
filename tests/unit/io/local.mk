# tests/unit/io
UNIT_IO_TESTS = \
	tests/unit/io/packet_filter_test \
	tests/unit/io/packet_test \
	tests/unit/io/peers_test \
	tests/unit/io/plan_test \
	tests/unit/io/steer_test \
	tests/unit/io/transport_test \
	tests/unit/io/udp_rx_test \
	tests/unit/io/udp_train_test \
	tests/unit/io/udp_tx_test
check_PROGRAMS += $(UNIT_IO_TESTS)
TESTS += $(UNIT_IO_TESTS)

FAKE_KERNEL = \
	tests/unit/io/fake_kernel.c \
	tests/unit/io/fake_kernel.h

tests_unit_io_packet_filter_test_SOURCES = tests/unit/io/packet_filter_test.c
tests_unit_io_packet_filter_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_io_packet_filter_test_LDADD = $(UNIT_LIBS)
tests_unit_io_packet_test_SOURCES = tests/unit/io/packet_test.c
tests_unit_io_packet_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_io_packet_test_LDADD = $(UNIT_LIBS)
tests_unit_io_peers_test_SOURCES = tests/unit/io/peers_test.c
tests_unit_io_peers_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_io_peers_test_LDADD = $(UNIT_LIBS)
tests_unit_io_plan_test_SOURCES = tests/unit/io/plan_test.c
tests_unit_io_plan_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_io_plan_test_LDADD = $(UNIT_LIBS)
tests_unit_io_steer_test_SOURCES = tests/unit/io/steer_test.c
tests_unit_io_steer_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_io_steer_test_LDADD = $(UNIT_LIBS)
tests_unit_io_transport_test_SOURCES = tests/unit/io/transport_test.c
tests_unit_io_transport_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_io_transport_test_LDADD = $(UNIT_LIBS)
tests_unit_io_udp_rx_test_SOURCES = tests/unit/io/udp_rx_test.c $(FAKE_KERNEL)
tests_unit_io_udp_rx_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_io_udp_rx_test_LDADD = $(UNIT_LIBS)
tests_unit_io_udp_train_test_SOURCES = tests/unit/io/udp_train_test.c $(FAKE_KERNEL)
tests_unit_io_udp_train_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_io_udp_train_test_LDADD = $(UNIT_LIBS)
tests_unit_io_udp_tx_test_SOURCES = tests/unit/io/udp_tx_test.c $(FAKE_KERNEL)
tests_unit_io_udp_tx_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_io_udp_tx_test_LDADD = $(UNIT_LIBS)
