# lib/policy
libdhcpperf_core_la_SOURCES += \
	lib/policy/dp_fault.h \
	lib/policy/dp_load.h \
	lib/policy/dp_retry.h \
	lib/policy/dp_scenario.h \
	lib/policy/dp_search.h \
	lib/policy/fault.c \
	lib/policy/load.c \
	lib/policy/load_iter.c \
	lib/policy/load_text.c \
	lib/policy/retry.c \
	lib/policy/scenario.c \
	lib/policy/scenario_values.c \
	lib/policy/search.c \
	lib/policy/search_conditions.c \
	lib/policy/search_measure.c
