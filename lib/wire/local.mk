# lib/wire: octets in and out; no sockets, no clock.
libdhcpperf_core_la_SOURCES += \
	lib/wire/dp_message.h \
	lib/wire/dp_view.h \
	lib/wire/dp_writer.h \
	lib/wire/message.c \
	lib/wire/overload.c \
	lib/wire/strict.c \
	lib/wire/view.c \
	lib/wire/writer.c
