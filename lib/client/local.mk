# lib/client: the client-simulation engine.
libdhcpperf_core_la_SOURCES += \
	lib/client/auth.c \
	lib/client/client.c \
	lib/client/commands.c \
	lib/client/config.c \
	lib/client/dp_client.h \
	lib/client/dp_config.h \
	lib/client/dp_fsm.h \
	lib/client/dp_mischief.h \
	lib/client/fsm.c \
	lib/client/fsm.def \
	lib/client/identity.c \
	lib/client/life.c \
	lib/client/lifetimes.c \
	lib/client/offers.c \
	lib/client/mischief.c \
	lib/client/observe.c \
	lib/client/options.c \
	lib/client/dp_hearing.h \
	lib/client/dp_referee.h \
	lib/client/referee.c \
	lib/client/referee_close.c \
	lib/client/referee_options.c \
	lib/client/referee_patterns.c \
	lib/client/referee_rules.c \
	lib/client/referee_table.c \
	lib/client/relays.c \
	lib/client/replies.c \
	lib/client/requests.c \
	lib/client/rules.def \
	lib/client/settings.def \
	lib/client/stages.c \
	lib/client/stations.c \
	lib/client/strangers.c \
	lib/client/timers.c
