/* SPDX-License-Identifier: MIT */
/* rails.h - where a server that misbehaves on purpose must not stand by accident. */
#ifndef SERVER_RAILS_H
#define SERVER_RAILS_H

#include "common/options.h"
#include "common/server_setup.h"

/* Refuses public addresses, and links on which another DHCP server answers; takes four seconds
 * where it has to look for one.  Before any socket of the server is open.  0, or an exit status
 * after a sentence. */
int rails_judge(const server_setup *s, const options *o);

#endif
