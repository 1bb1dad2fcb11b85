# tools/common/leases: where leases are kept when the server is not running.
libtools_la_SOURCES += \
	tools/common/leases/lease_csv.c \
	tools/common/leases/lease_csv_context.c \
	tools/common/leases/lease_csv_context.h \
	tools/common/leases/lease_file.c \
	tools/common/leases/lease_file.h \
	tools/common/leases/lease_file_compact.c \
	tools/common/leases/lease_file_load.c \
	tools/common/leases/lease_form.c \
	tools/common/leases/lease_form.h \
	tools/common/leases/lease_isc.c \
	tools/common/leases/lease_isc.h \
	tools/common/leases/lease_isc_read.c \
	tools/common/leases/lease_last.c \
	tools/common/leases/lease_last.h \
	tools/common/leases/lease_lock.c \
	tools/common/leases/lease_lock.h \
	tools/common/leases/lease_postgresql.c \
	tools/common/leases/lease_postgresql_array.c \
	tools/common/leases/lease_postgresql_claim.c \
	tools/common/leases/lease_postgresql_load.c \
	tools/common/leases/lease_postgresql_parts.h \
	tools/common/leases/lease_postgresql_session.c \
	tools/common/leases/lease_reader.c \
	tools/common/leases/lease_reader.h \
	tools/common/leases/lease_record.c \
	tools/common/leases/lease_record.h \
	tools/common/leases/lease_sql.c \
	tools/common/leases/lease_sql.h \
	tools/common/leases/lease_sqlite.c \
	tools/common/leases/lease_sqlite_load.c \
	tools/common/leases/lease_sqlite_parts.h \
	tools/common/leases/lease_store.c \
	tools/common/leases/lease_store.h \
	tools/common/leases/lease_text.c \
	tools/common/leases/lease_text.h
