# tests/conformance: the requirements of the RFCs, a test named after each; public API only.
EXTRA_DIST += tests/conformance/requirements.txt
dist_check_SCRIPTS += tests/conformance/coverage.test
TESTS += tests/conformance/coverage.test
if HAVE_CHECK
# One block per program; keep them in alphabetic order.
check_PROGRAMS += tests/conformance/auth_test
TESTS += tests/conformance/auth_test
tests_conformance_auth_test_SOURCES = tests/conformance/auth_test.c
tests_conformance_auth_test_CPPFLAGS = $(USER_CPPFLAGS) $(CHECK_CFLAGS)
tests_conformance_auth_test_LDADD = $(USER_LIBS)
check_PROGRAMS += tests/conformance/client_messages_test
TESTS += tests/conformance/client_messages_test
tests_conformance_client_messages_test_SOURCES = tests/conformance/client_messages_test.c
tests_conformance_client_messages_test_CPPFLAGS = $(USER_CPPFLAGS) $(CHECK_CFLAGS)
tests_conformance_client_messages_test_LDADD = libtest-client.la $(USER_LIBS)
check_PROGRAMS += tests/conformance/client_reception_test
TESTS += tests/conformance/client_reception_test
tests_conformance_client_reception_test_SOURCES = tests/conformance/client_reception_test.c
tests_conformance_client_reception_test_CPPFLAGS = $(USER_CPPFLAGS) $(CHECK_CFLAGS)
tests_conformance_client_reception_test_LDADD = libtest-client.la $(USER_LIBS)
check_PROGRAMS += tests/conformance/codec_test
TESTS += tests/conformance/codec_test
tests_conformance_codec_test_SOURCES = tests/conformance/codec_test.c
tests_conformance_codec_test_CPPFLAGS = $(USER_CPPFLAGS) $(CHECK_CFLAGS)
tests_conformance_codec_test_LDADD = $(USER_LIBS)
check_PROGRAMS += tests/conformance/identity_test
TESTS += tests/conformance/identity_test
tests_conformance_identity_test_SOURCES = tests/conformance/identity_test.c
tests_conformance_identity_test_CPPFLAGS = $(USER_CPPFLAGS) $(CHECK_CFLAGS)
tests_conformance_identity_test_LDADD = $(USER_LIBS)
check_PROGRAMS += tests/conformance/server_discover_test
TESTS += tests/conformance/server_discover_test
tests_conformance_server_discover_test_SOURCES = tests/conformance/server_discover_test.c
tests_conformance_server_discover_test_CPPFLAGS = $(USER_CPPFLAGS) $(CHECK_CFLAGS)
tests_conformance_server_discover_test_LDADD = $(USER_LIBS)
check_PROGRAMS += tests/conformance/relay_test
TESTS += tests/conformance/relay_test
tests_conformance_relay_test_SOURCES = tests/conformance/relay_test.c
tests_conformance_relay_test_CPPFLAGS = $(USER_CPPFLAGS) $(CHECK_CFLAGS)
tests_conformance_relay_test_LDADD = $(USER_LIBS)
check_PROGRAMS += tests/conformance/server_relay_test
TESTS += tests/conformance/server_relay_test
tests_conformance_server_relay_test_SOURCES = tests/conformance/server_relay_test.c
tests_conformance_server_relay_test_CPPFLAGS = $(USER_CPPFLAGS) $(CHECK_CFLAGS)
tests_conformance_server_relay_test_LDADD = $(USER_LIBS)
endif
