# lib/policy
libdhcpperf_core_la_SOURCES += \
	lib/policy/dp_fault.h \
	lib/policy/dp_hostile.h \
	lib/policy/dp_load.h \
	lib/policy/dp_retry.h \
	lib/policy/dp_scenario.h \
	lib/policy/dp_search.h \
	lib/policy/fault.c \
	lib/policy/hostile.c \
	lib/policy/hostile_clients.c \
	lib/policy/hostile_draft.c \
	lib/policy/hostile_header.c \
	lib/policy/hostile_options.c \
	lib/policy/hostile_shape.c \
	lib/policy/load.c \
	lib/policy/load_iter.c \
	lib/policy/load_text.c \
	lib/policy/retry.c \
	lib/policy/scenario.c \
	lib/policy/scenario_values.c \
	lib/policy/search.c \
	lib/policy/search_conditions.c \
	lib/policy/search_measure.c
