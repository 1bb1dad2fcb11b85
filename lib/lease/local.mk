# lib/lease: addresses and who has them.
libdhcpperf_core_la_SOURCES += \
	lib/lease/cells.c \
	lib/lease/dp_cells.h \
	lib/lease/dp_index.h \
	lib/lease/dp_move.h \
	lib/lease/dp_pool.h \
	lib/lease/dp_store.h \
	lib/lease/index.c \
	lib/lease/links.c \
	lib/lease/move.c \
	lib/lease/parts.c \
	lib/lease/pool.c \
	lib/lease/pool_options.c \
	lib/lease/shares.c \
	lib/lease/store.c \
	lib/lease/store_life.c
