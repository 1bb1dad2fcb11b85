# tests/unit/wire
WIRE_TESTS = \
	tests/unit/wire/arp_test \
	tests/unit/wire/forms_test \
	tests/unit/wire/frame_test \
	tests/unit/wire/message_test \
	tests/unit/wire/option_test \
	tests/unit/wire/roundtrip_test \
	tests/unit/wire/template_test \
	tests/unit/wire/value_test \
	tests/unit/wire/view_test \
	tests/unit/wire/writer_test
check_PROGRAMS += $(WIRE_TESTS)
TESTS += $(WIRE_TESTS)

tests_unit_wire_arp_test_SOURCES = tests/unit/wire/arp_test.c
tests_unit_wire_arp_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_wire_arp_test_LDADD = $(UNIT_LIBS)

tests_unit_wire_forms_test_SOURCES = tests/unit/wire/forms_test.c
tests_unit_wire_forms_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_wire_forms_test_LDADD = $(UNIT_LIBS)

tests_unit_wire_frame_test_SOURCES = tests/unit/wire/frame_test.c
tests_unit_wire_frame_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_wire_frame_test_LDADD = $(UNIT_LIBS)

tests_unit_wire_message_test_SOURCES = tests/unit/wire/message_test.c
tests_unit_wire_message_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_wire_message_test_LDADD = $(UNIT_LIBS)

tests_unit_wire_option_test_SOURCES = tests/unit/wire/option_test.c
tests_unit_wire_option_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_wire_option_test_LDADD = $(UNIT_LIBS)

tests_unit_wire_roundtrip_test_SOURCES = tests/unit/wire/roundtrip_test.c
tests_unit_wire_roundtrip_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_wire_roundtrip_test_LDADD = $(UNIT_LIBS)

tests_unit_wire_template_test_SOURCES = tests/unit/wire/template_test.c
tests_unit_wire_template_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_wire_template_test_LDADD = $(UNIT_LIBS)

tests_unit_wire_value_test_SOURCES = tests/unit/wire/value_test.c
tests_unit_wire_value_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_wire_value_test_LDADD = $(UNIT_LIBS)

tests_unit_wire_view_test_SOURCES = tests/unit/wire/view_test.c
tests_unit_wire_view_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_wire_view_test_LDADD = $(UNIT_LIBS)

tests_unit_wire_writer_test_SOURCES = tests/unit/wire/writer_test.c
tests_unit_wire_writer_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_wire_writer_test_LDADD = $(UNIT_LIBS)
