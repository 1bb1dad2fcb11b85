# lib/engine: dispatch of the five verbs.
libdhcpperf_core_la_SOURCES += \
	lib/engine/dp_engine.h \
	lib/engine/engine.c
