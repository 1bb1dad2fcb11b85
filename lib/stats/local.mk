# lib/stats: histograms and counters.
libdhcpperf_core_la_SOURCES += \
	lib/stats/counters.def \
	lib/stats/dp_hist.h \
	lib/stats/dp_stats.h \
	lib/stats/hist.c \
	lib/stats/hist_codec.c \
	lib/stats/stats.c
