# lib/trace: events.
libdhcpperf_core_la_SOURCES += \
	lib/trace/dp_trace.h \
	lib/trace/event.c
