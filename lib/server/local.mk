# lib/server: the server engine.
libdhcpperf_core_la_SOURCES += \
	lib/server/agent.c \
	lib/server/class.c \
	lib/server/config.c \
	lib/server/decide.c \
	lib/server/discover.c \
	lib/server/dp_decide.h \
	lib/server/dp_server.h \
	lib/server/grant.c \
	lib/server/held.c \
	lib/server/inform.c \
	lib/server/limits.c \
	lib/server/leasequery.c \
	lib/server/plan.c \
	lib/server/leases.c \
	lib/server/receive.c \
	lib/server/record.c \
	lib/server/replies.c \
	lib/server/request.c \
	lib/server/server.c \
	lib/server/settings.def \
	lib/server/templates.c
