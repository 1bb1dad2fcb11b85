# lib/base: no protocol knowledge.
libdhcpperf_core_la_SOURCES += \
	lib/base/dp_hash.h \
	lib/base/dp_mem.h \
	lib/base/dp_octets.h \
	lib/base/dp_rng.h \
	lib/base/dp_settings.h \
	lib/base/dp_text.h \
	lib/base/dp_wheel.h \
	lib/base/dp_wide.h \
	lib/base/error.c \
	lib/base/mem.c \
	lib/base/rng.c \
	lib/base/settings.c \
	lib/base/text.c \
	lib/base/wheel.c \
	lib/base/wide.c
