# tools/common: what both commands share.
noinst_LTLIBRARIES += libtools.la
libtools_la_CPPFLAGS = $(TOOLS_CPPFLAGS)
libtools_la_SOURCES = \
	tools/common/options.c \
	tools/common/options.h \
	tools/common/server_options.c \
	tools/common/server_options.def \
	tools/common/server_options.h \
	tools/common/units.c \
	tools/common/units.h
