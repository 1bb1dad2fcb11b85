# tests/unit/drive
check_PROGRAMS += tests/unit/drive/vnet_test
TESTS += tests/unit/drive/vnet_test
tests_unit_drive_vnet_test_SOURCES = tests/unit/drive/vnet_test.c
tests_unit_drive_vnet_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_drive_vnet_test_LDADD = $(UNIT_LIBS)
check_PROGRAMS += tests/unit/drive/vnet_relay_test
TESTS += tests/unit/drive/vnet_relay_test
tests_unit_drive_vnet_relay_test_SOURCES = tests/unit/drive/vnet_relay_test.c
tests_unit_drive_vnet_relay_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_drive_vnet_relay_test_LDADD = $(UNIT_LIBS)
check_PROGRAMS += tests/unit/drive/pump_test
TESTS += tests/unit/drive/pump_test
tests_unit_drive_pump_test_SOURCES = tests/unit/drive/pump_test.c
tests_unit_drive_pump_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_drive_pump_test_LDADD = $(UNIT_LIBS)
