# tools/common/leases: where leases are kept when the server is not running.
libtools_la_SOURCES += \
	tools/common/leases/lease_record.c \
	tools/common/leases/lease_record.h \
	tools/common/leases/lease_store.c \
	tools/common/leases/lease_store.h
