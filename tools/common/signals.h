/* SPDX-License-Identifier: MIT */
/* signals.h - signals turned into things a loop can look at. */
#ifndef TOOLS_SIGNALS_H
#define TOOLS_SIGNALS_H

/* Watches INT, TERM, USR1 and HUP; ignores PIPE and XFSZ.  HUP is a wish to reopen files, or else,
 * unless the command is to survive its terminal, one to stop.  0, or -1 with errno. */
int signals_install(int hup_reopens);
/* Becomes readable when a signal has come; -1 before signals_install(). */
int signals_fd(void);
/* Empties the descriptor; call before looking at the rest. */
void signals_clear(void);

/* How often a signal to stop came, and which of them came first (0 = none). */
int signals_stops(void);
int signals_first_stop(void);
/* 1 once for USR1, HUP since the last look. */
int signals_take_snapshot(void);
int signals_take_reopen(void);

#endif
