# lib/drive: the only folder with poll or a clock.
libdhcpperf_core_la_SOURCES += \
	lib/drive/clock.c \
	lib/drive/dp_pacing.h \
	lib/drive/dp_vnet.h \
	lib/drive/pacing.c \
	lib/drive/pump.c \
	lib/drive/vnet.c \
	lib/drive/vnet_link.c \
	lib/drive/vnet_queue.c \
	lib/drive/vnet_relay.c \
	lib/drive/vnet_run.c \
	lib/drive/vnet_switch.c
