/* SPDX-License-Identifier: MIT */
/* ctl.h - "dhcp-server ctl": asks a running server something, or tells it what to do. */
#ifndef SERVER_CTL_H
#define SERVER_CTL_H

/* argv[0] is "ctl".  An exit status. */
int ctl_run(int argc, char **argv);

#endif
