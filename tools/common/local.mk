# tools/common: what both commands share.
noinst_LTLIBRARIES += libtools.la
libtools_la_CPPFLAGS = $(TOOLS_CPPFLAGS)
libtools_la_SOURCES = \
	tools/common/about.c \
	tools/common/about.h \
	tools/common/config_file.c \
	tools/common/config_file.h \
	tools/common/config_ini.c \
	tools/common/config_tree.c \
	tools/common/config_yaml.c \
	tools/common/drive.c \
	tools/common/drive.h \
	tools/common/fault_text.c \
	tools/common/fault_text.h \
	tools/common/faults.c \
	tools/common/faults.h \
	tools/common/figures.c \
	tools/common/figures.h \
	tools/common/mailbox.c \
	tools/common/mailbox.h \
	tools/common/kernel.c \
	tools/common/kernel.h \
	tools/common/memory.c \
	tools/common/memory.h \
	tools/common/near.c \
	tools/common/near.h \
	tools/common/network.c \
	tools/common/network.h \
	tools/common/notify.c \
	tools/common/notify.h \
	tools/common/options.c \
	tools/common/options.h \
	tools/common/option_form.c \
	tools/common/option_form.h \
	tools/common/options_args.c \
	tools/common/options_help.c \
	tools/common/options_parts.h \
	tools/common/output.c \
	tools/common/output.h \
	tools/common/privileges.c \
	tools/common/privileges.h \
	tools/common/queue.c \
	tools/common/queue.h \
	tools/common/run.c \
	tools/common/run.h \
	tools/common/sanitized.h \
	tools/common/say.c \
	tools/common/say.h \
	tools/common/server_classes.c \
	tools/common/server_faults.c \
	tools/common/server_faults.h \
	tools/common/server_flags.c \
	tools/common/server_inform.c \
	tools/common/server_layout.c \
	tools/common/server_layout.h \
	tools/common/server_layout_parts.h \
	tools/common/server_options.c \
	tools/common/server_options.def \
	tools/common/server_options.h \
	tools/common/server_ranges.c \
	tools/common/server_reservations.c \
	tools/common/server_result.c \
	tools/common/server_result.h \
	tools/common/server_setup.c \
	tools/common/server_setup.h \
	tools/common/server_subnets.c \
	tools/common/server_values.c \
	tools/common/server_values.h \
	tools/common/server_workers.c \
	tools/common/signals.c \
	tools/common/signals.h \
	tools/common/units.c \
	tools/common/units.h \
	tools/common/workers.c \
	tools/common/workers.h
if HAVE_JANSSON
libtools_la_SOURCES += tools/common/json.c tools/common/json.h
else
EXTRA_DIST += tools/common/json.c tools/common/json.h
endif
include tools/common/leases/local.mk
