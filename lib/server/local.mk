# lib/server: the server engine.
libdhcpperf_core_la_SOURCES += \
	lib/server/agent.c \
	lib/server/class.c \
	lib/server/config.c \
	lib/server/decide.c \
	lib/server/dp_server.h \
	lib/server/held.c \
	lib/server/inform.c \
	lib/server/leasequery.c \
	lib/server/leases.c \
	lib/server/receive.c \
	lib/server/replies.c \
	lib/server/server.c \
	lib/server/settings.def \
	lib/server/templates.c
