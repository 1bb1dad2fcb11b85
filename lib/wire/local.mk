# lib/wire: octets in and out; no sockets, no clock.
libdhcpperf_core_la_SOURCES += \
	lib/wire/auth.c \
	lib/wire/annotate.c \
	lib/wire/domain.c \
	lib/wire/dp_arp.h \
	lib/wire/dp_forms.h \
	lib/wire/dp_frame.h \
	lib/wire/dp_message.h \
	lib/wire/dp_option.h \
	lib/wire/dp_template.h \
	lib/wire/dp_value.h \
	lib/wire/dp_view.h \
	lib/wire/dp_writer.h \
	lib/wire/dump.c \
	lib/wire/forms.c \
	lib/wire/frame.c \
	lib/wire/message.c \
	lib/wire/option.c \
	lib/wire/option_encode.c \
	lib/wire/option_format.c \
	lib/wire/option_nested.c \
	lib/wire/options.def \
	lib/wire/overload.c \
	lib/wire/routes.c \
	lib/wire/strict.c \
	lib/wire/template.c \
	lib/wire/text_scan.c \
	lib/wire/value.c \
	lib/wire/view.c \
	lib/wire/writer.c
