# The commands: customers of the public API like any other program.
TOOLS_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tools $(JANSSON_CFLAGS) \
	$(YAML_CFLAGS) $(INIH_CFLAGS) $(SQLITE3_CFLAGS) $(LIBPQ_CFLAGS) $(CAP_NG_CFLAGS)
TOOLS_LIBS = libtools.la libdhcpperf.la $(JANSSON_LIBS) $(YAML_LIBS) $(INIH_LIBS) \
	$(CAP_NG_LIBS) $(PTHREAD_LIBS) -lm
# What only leases that last need.
LEASES_LIBS = $(SQLITE3_LIBS) $(LIBPQ_LIBS)
if BUILD_TOOLS
dist_pkgdata_DATA = tools/dhcpperf-result.schema.json
include tools/common/local.mk
include tools/dhcp-tester/local.mk
include tools/dhcp-server/local.mk
endif
