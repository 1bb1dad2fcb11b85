# tools/common/leases: where leases are kept when the server is not running.
libtools_la_SOURCES += \
	tools/common/leases/lease_lock.c \
	tools/common/leases/lease_lock.h \
	tools/common/leases/lease_postgresql.c \
	tools/common/leases/lease_postgresql_array.c \
	tools/common/leases/lease_postgresql_claim.c \
	tools/common/leases/lease_postgresql_load.c \
	tools/common/leases/lease_postgresql_parts.h \
	tools/common/leases/lease_postgresql_session.c \
	tools/common/leases/lease_record.c \
	tools/common/leases/lease_record.h \
	tools/common/leases/lease_sql.c \
	tools/common/leases/lease_sql.h \
	tools/common/leases/lease_sqlite.c \
	tools/common/leases/lease_sqlite_load.c \
	tools/common/leases/lease_sqlite_parts.h \
	tools/common/leases/lease_store.c \
	tools/common/leases/lease_store.h
