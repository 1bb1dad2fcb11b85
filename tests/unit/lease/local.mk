# tests/unit/lease
LEASE_TESTS = \
	tests/unit/lease/cells_test \
	tests/unit/lease/index_test \
	tests/unit/lease/links_test \
	tests/unit/lease/pool_options_test \
	tests/unit/lease/pool_test \
	tests/unit/lease/store_life_test \
	tests/unit/lease/store_test
check_PROGRAMS += $(LEASE_TESTS)
TESTS += $(LEASE_TESTS)

tests_unit_lease_cells_test_SOURCES = tests/unit/lease/cells_test.c
tests_unit_lease_cells_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_lease_cells_test_LDADD = $(UNIT_LIBS)
tests_unit_lease_pool_test_SOURCES = tests/unit/lease/pool_test.c
tests_unit_lease_pool_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_lease_pool_test_LDADD = $(UNIT_LIBS)
tests_unit_lease_index_test_SOURCES = tests/unit/lease/index_test.c
tests_unit_lease_index_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_lease_index_test_LDADD = $(UNIT_LIBS)
tests_unit_lease_links_test_SOURCES = tests/unit/lease/links_test.c
tests_unit_lease_links_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_lease_links_test_LDADD = $(UNIT_LIBS)
tests_unit_lease_pool_options_test_SOURCES = tests/unit/lease/pool_options_test.c
tests_unit_lease_pool_options_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_lease_pool_options_test_LDADD = $(UNIT_LIBS)
tests_unit_lease_store_life_test_SOURCES = tests/unit/lease/store_life_test.c
tests_unit_lease_store_life_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_lease_store_life_test_LDADD = $(UNIT_LIBS)
tests_unit_lease_store_test_SOURCES = tests/unit/lease/store_test.c
tests_unit_lease_store_test_CPPFLAGS = $(UNIT_CPPFLAGS) $(CHECK_CFLAGS)
tests_unit_lease_store_test_LDADD = $(UNIT_LIBS)
