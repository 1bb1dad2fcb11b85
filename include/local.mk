# The whole public contract; nothing else is installed.
pkginclude_HEADERS += \
	include/libdhcpperf/class.h \
	include/libdhcpperf/client.h \
	include/libdhcpperf/dhcpperf.h \
	include/libdhcpperf/engine.h \
	include/libdhcpperf/error.h \
	include/libdhcpperf/export.h \
	include/libdhcpperf/fault.h \
	include/libdhcpperf/frame.h \
	include/libdhcpperf/hostile.h \
	include/libdhcpperf/load.h \
	include/libdhcpperf/memory.h \
	include/libdhcpperf/message.h \
	include/libdhcpperf/option.h \
	include/libdhcpperf/pool.h \
	include/libdhcpperf/pump.h \
	include/libdhcpperf/relay.h \
	include/libdhcpperf/retry.h \
	include/libdhcpperf/scenario.h \
	include/libdhcpperf/search.h \
	include/libdhcpperf/server.h \
	include/libdhcpperf/stats.h \
	include/libdhcpperf/trace.h \
	include/libdhcpperf/transport.h \
	include/libdhcpperf/types.h \
	include/libdhcpperf/vnet.h
