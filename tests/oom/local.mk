# tests/oom: the n-th allocation fails.
check_PROGRAMS += tests/oom/oom_test
TESTS += tests/oom/oom_test
tests_oom_oom_test_SOURCES = \
	tests/oom/oom.h \
	tests/oom/oom_codec.c \
	tests/oom/oom_drive.c \
	tests/oom/oom_engines.c \
	tests/oom/oom_policy.c \
	tests/oom/oom_test.c
nodist_tests_oom_oom_test_SOURCES = tests/oom/counted.h
tests_oom_oom_test_CPPFLAGS = $(USER_CPPFLAGS) -I$(top_builddir)/tests $(CHECK_CFLAGS)
tests_oom_oom_test_LDADD = $(USER_LIBS)
EXTRA_DIST += tests/oom/counted.awk
CLEANFILES += tests/oom/counted.h
$(tests_oom_oom_test_OBJECTS): tests/oom/counted.h
tests/oom/counted.h: $(top_srcdir)/tests/abi/symbols.txt $(top_srcdir)/tests/oom/counted.awk
	$(AM_V_GEN)$(MKDIR_P) tests/oom && \
	  $(AWK) -f $(top_srcdir)/tests/oom/counted.awk $(top_srcdir)/tests/abi/symbols.txt >$@.tmp && \
	  mv $@.tmp $@
