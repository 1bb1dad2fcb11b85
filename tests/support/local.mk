# tests/support: the vocabulary tests are written in; public API only.
check_LTLIBRARIES += libtest-support.la
libtest_support_la_CPPFLAGS = $(USER_CPPFLAGS) $(CHECK_CFLAGS)
libtest_support_la_SOURCES = \
	tests/support/allocfail.c \
	tests/support/allocfail.h \
	tests/support/md5.c \
	tests/support/md5.h \
	tests/support/vectors.c \
	tests/support/vectors.h
if HAVE_CHECK
libtest_support_la_SOURCES += \
	tests/support/faulted.c \
	tests/support/faulted.h \
	tests/support/freeze.c \
	tests/support/freeze.h \
	tests/support/harness.c \
	tests/support/harness.h \
	tests/support/talk.c \
	tests/support/talk.h \
	tests/support/world.c \
	tests/support/world.h
endif
EXTRA_DIST += tests/support/tap.sh
