# lib/policy
libdhcpperf_core_la_SOURCES += \
	lib/policy/dp_load.h \
	lib/policy/dp_retry.h \
	lib/policy/load.c \
	lib/policy/load_iter.c \
	lib/policy/retry.c
