# lib/relay: a relay agent between two segments.
libdhcpperf_core_la_SOURCES += \
	lib/relay/config.c \
	lib/relay/deliver.c \
	lib/relay/dp_relay.h \
	lib/relay/forward.c \
	lib/relay/held.c \
	lib/relay/info.c \
	lib/relay/relay.c \
	lib/relay/settings.def \
	lib/relay/sources.c
