# tests/integration: what crosses a socket, and what other people's programs think of it.
EXTRA_DIST += tests/integration/peers.sh
INTEGRATION_TESTS =
if BUILD_TOOLS
INTEGRATION_TESTS += \
	tests/integration/interop_dhcpd.test \
	tests/integration/interop_dnsmasq.test \
	tests/integration/interop_kea.test \
	tests/integration/interop_perfdhcp.test \
	tests/integration/tshark.test
endif
dist_check_SCRIPTS += $(INTEGRATION_TESTS)
TESTS += $(INTEGRATION_TESTS)
