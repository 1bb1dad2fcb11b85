# tests/soak: hours and millions, see tests/soak.sh.  Built and run by `make check-soak` alone.
EXTRA_PROGRAMS += tests/soak/month
tests_soak_month_SOURCES = tests/soak/month.c
tests_soak_month_CPPFLAGS = $(USER_CPPFLAGS)
tests_soak_month_LDADD = libtest-support.la libdhcpperf.la
