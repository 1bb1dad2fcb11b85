# lib/io: the only folder that knows sockets.
libdhcpperf_core_la_SOURCES += \
	lib/io/dp_peers.h \
	lib/io/dp_plan.h \
	lib/io/dp_transport.h \
	lib/io/dp_udp.h \
	lib/io/peers.c \
	lib/io/plan.c \
	lib/io/transport.c \
	lib/io/udp.c \
	lib/io/udp_rx.c \
	lib/io/udp_steer.c \
	lib/io/udp_sys.c \
	lib/io/udp_train.c \
	lib/io/udp_tx.c
