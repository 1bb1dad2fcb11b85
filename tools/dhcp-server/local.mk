# tools/dhcp-server
bin_PROGRAMS += dhcp-server
dhcp_server_CPPFLAGS = $(TOOLS_CPPFLAGS) $(SECCOMP_CFLAGS)
dhcp_server_LDADD = $(TOOLS_LIBS) $(LEASES_LIBS) $(SECCOMP_LIBS)
dhcp_server_SOURCES = \
	tools/dhcp-server/commands.c \
	tools/dhcp-server/commands.def \
	tools/dhcp-server/commands.h \
	tools/dhcp-server/confine.c \
	tools/dhcp-server/confine.h \
	tools/dhcp-server/control.c \
	tools/dhcp-server/control.h \
	tools/dhcp-server/ctl.c \
	tools/dhcp-server/ctl.h \
	tools/dhcp-server/handover.c \
	tools/dhcp-server/handover.h \
	tools/dhcp-server/job.c \
	tools/dhcp-server/job.h \
	tools/dhcp-server/leases.c \
	tools/dhcp-server/leases.h \
	tools/dhcp-server/log.c \
	tools/dhcp-server/log.h \
	tools/dhcp-server/main.c \
	tools/dhcp-server/numbers.c \
	tools/dhcp-server/numbers.h \
	tools/dhcp-server/office.c \
	tools/dhcp-server/office.h \
	tools/dhcp-server/others.c \
	tools/dhcp-server/others.h \
	tools/dhcp-server/rails.c \
	tools/dhcp-server/rails.h \
	tools/dhcp-server/preload.c \
	tools/dhcp-server/preload.h \
	tools/dhcp-server/reload.c \
	tools/dhcp-server/reload.h \
	tools/dhcp-server/report.c \
	tools/dhcp-server/report.h \
	tools/dhcp-server/seccomp.c \
	tools/dhcp-server/seccomp.h \
	tools/dhcp-server/serve.c \
	tools/dhcp-server/serve.h \
	tools/dhcp-server/team.c \
	tools/dhcp-server/team.h \
	tools/dhcp-server/worker.c \
	tools/dhcp-server/worker.h
if HAVE_JANSSON
dhcp_server_SOURCES += \
	tools/dhcp-server/command_faults.c \
	tools/dhcp-server/command_leases.c \
	tools/dhcp-server/commands_parts.h \
	tools/dhcp-server/ctl_parts.h \
	tools/dhcp-server/ctl_print.c
endif
