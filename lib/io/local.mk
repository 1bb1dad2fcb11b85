# lib/io: the only folder that knows sockets.
libdhcpperf_core_la_SOURCES += \
	lib/io/dp_packet.h \
	lib/io/dp_peers.h \
	lib/io/dp_plan.h \
	lib/io/dp_slots.h \
	lib/io/dp_socket.h \
	lib/io/dp_sys.h \
	lib/io/dp_transport.h \
	lib/io/dp_udp.h \
	lib/io/packet.c \
	lib/io/packet_filter.c \
	lib/io/packet_rx.c \
	lib/io/packet_tx.c \
	lib/io/peers.c \
	lib/io/plan.c \
	lib/io/slots.c \
	lib/io/socket.c \
	lib/io/transport.c \
	lib/io/udp.c \
	lib/io/udp_rx.c \
	lib/io/udp_steer.c \
	lib/io/udp_sys.c \
	lib/io/udp_train.c \
	lib/io/udp_tx.c
