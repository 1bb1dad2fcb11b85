# tools/dhcp-tester
bin_PROGRAMS += dhcp-tester
dhcp_tester_CPPFLAGS = $(TOOLS_CPPFLAGS)
dhcp_tester_LDADD = $(TOOLS_LIBS)
dhcp_tester_SOURCES = \
	tools/dhcp-tester/answers.c \
	tools/dhcp-tester/answers.h \
	tools/dhcp-tester/arrivals.c \
	tools/dhcp-tester/clients.c \
	tools/dhcp-tester/clients.h \
	tools/dhcp-tester/document.c \
	tools/dhcp-tester/ending.c \
	tools/dhcp-tester/ending.h \
	tools/dhcp-tester/identity.c \
	tools/dhcp-tester/identity.h \
	tools/dhcp-tester/lane.c \
	tools/dhcp-tester/lane.h \
	tools/dhcp-tester/macs.c \
	tools/dhcp-tester/macs.h \
	tools/dhcp-tester/main.c \
	tools/dhcp-tester/options.def \
	tools/dhcp-tester/pacing.c \
	tools/dhcp-tester/pacing.h \
	tools/dhcp-tester/plan.c \
	tools/dhcp-tester/plan.h \
	tools/dhcp-tester/profile.c \
	tools/dhcp-tester/profile.h \
	tools/dhcp-tester/progress.c \
	tools/dhcp-tester/progress.h \
	tools/dhcp-tester/realistic.c \
	tools/dhcp-tester/realistic.h \
	tools/dhcp-tester/result.c \
	tools/dhcp-tester/result.h \
	tools/dhcp-tester/scenario.c \
	tools/dhcp-tester/scenario.h \
	tools/dhcp-tester/simulate.c \
	tools/dhcp-tester/simulate.h \
	tools/dhcp-tester/state.c \
	tools/dhcp-tester/state.h \
	tools/dhcp-tester/summary.c \
	tools/dhcp-tester/target.c \
	tools/dhcp-tester/target.h \
	tools/dhcp-tester/tester_options.c \
	tools/dhcp-tester/tester_options.h \
	tools/dhcp-tester/trace.c \
	tools/dhcp-tester/trace.h \
	tools/dhcp-tester/trial.c \
	tools/dhcp-tester/trial.h
