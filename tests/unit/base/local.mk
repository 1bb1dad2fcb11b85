# tests/unit/base
check_PROGRAMS += \
	tests/unit/base/error_test \
	tests/unit/base/hash_test \
	tests/unit/base/mem_test \
	tests/unit/base/rng_test \
	tests/unit/base/settings_test \
	tests/unit/base/text_test \
	tests/unit/base/wheel_test \
	tests/unit/base/wide_test
TESTS += \
	tests/unit/base/error_test \
	tests/unit/base/hash_test \
	tests/unit/base/mem_test \
	tests/unit/base/rng_test \
	tests/unit/base/settings_test \
	tests/unit/base/text_test \
	tests/unit/base/wheel_test \
	tests/unit/base/wide_test
tests_unit_base_error_test_SOURCES = tests/unit/base/error_test.c
tests_unit_base_error_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_base_error_test_LDADD = $(UNIT_LIBS)
tests_unit_base_hash_test_SOURCES = tests/unit/base/hash_test.c
tests_unit_base_hash_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_base_hash_test_LDADD = $(UNIT_LIBS)
tests_unit_base_mem_test_SOURCES = tests/unit/base/mem_test.c
tests_unit_base_mem_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_base_mem_test_LDADD = $(UNIT_LIBS)
tests_unit_base_rng_test_SOURCES = tests/unit/base/rng_test.c
tests_unit_base_rng_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_base_rng_test_LDADD = $(UNIT_LIBS)
tests_unit_base_settings_test_SOURCES = tests/unit/base/settings_test.c
tests_unit_base_settings_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_base_settings_test_LDADD = $(UNIT_LIBS)
tests_unit_base_text_test_SOURCES = tests/unit/base/text_test.c
tests_unit_base_text_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_base_text_test_LDADD = $(UNIT_LIBS)
tests_unit_base_wheel_test_SOURCES = tests/unit/base/wheel_test.c
tests_unit_base_wheel_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_base_wheel_test_LDADD = $(UNIT_LIBS)
tests_unit_base_wide_test_SOURCES = tests/unit/base/wide_test.c
tests_unit_base_wide_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_base_wide_test_LDADD = $(UNIT_LIBS)
