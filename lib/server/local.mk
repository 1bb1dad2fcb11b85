# lib/server: the server engine.
libdhcpperf_core_la_SOURCES += \
	lib/server/agent.c \
	lib/server/class.c \
	lib/server/config.c \
	lib/server/decide.c \
	lib/server/discover.c \
	lib/server/dp_decide.h \
	lib/server/dp_faulty.h \
	lib/server/dp_server.h \
	lib/server/faults.c \
	lib/server/faults_arp.c \
	lib/server/faults_pull.c \
	lib/server/faults_reply.c \
	lib/server/faults_request.c \
	lib/server/faults_restart.c \
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
	lib/server/rogue.c \
	lib/server/server.c \
	lib/server/settings.def \
	lib/server/templates.c
