/* SPDX-License-Identifier: MIT */
/* server_workers.c - how many workers serve, on which processors, and what each of them gets of
 * what there is once: addresses by the engine, limits here. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/config_file.h"
#include "common/say.h"
#include "common/server_options.h"
#include "common/server_setup.h"

enum {
    FEW_ADDRESSES = 64 /* for one worker: a run of hardware addresses */
};

/* Begins the sentence with the place when a file gave the setting; the rest of the room. */
static char *begin(server_setup *s, const options *o, unsigned index, size_t *ret_cap)
{
    const option_value *v = &o->values[index];
    int used = 0;

    if (v->source == OPTION_FROM_FILE) {
        used = snprintf(s->error, sizeof s->error, "%s:%u: ", o->file->path, v->line);
        used = used > 0 && (size_t)used < sizeof s->error ? used : 0;
    }
    *ret_cap = sizeof s->error - (size_t)used;
    return s->error + used;
}

/* A limit of the engine's configuration; 0 when it has none. */
static uint32_t limit_of(const dhcpperf_server_config *c, const char *key)
{
    char text[32] = "";
    int len = dhcpperf_server_config_get(c, key, text, sizeof text - 1);

    return len > 0 ? (uint32_t)strtoul(text, NULL, 10) : 0;
}

static int judge_cpus(server_setup *s, const options *o)
{
    const option_value *v = &o->values[SERVER_CPUS];
    char why[400];
    size_t cap;
    char *to;

    s->cpus.n = 0;
    if (!options_given(o, SERVER_CPUS) ||
        workers_parse_cpus(&s->cpus, v->text, why, sizeof why) == 0) {
        return 0;
    }
    to = begin(s, o, SERVER_CPUS, &cap);
    snprintf(to, cap, "--cpus %s", why);
    return -1;
}

/* Only what is typed: a file may serve several hosts. */
static int judge_steering(server_setup *s, const options *o)
{
    if (o->values[SERVER_STEER].source != OPTION_FROM_COMMAND_LINE ||
        o->values[SERVER_WORKERS].on) {
        return 0;
    }
    snprintf(s->error, sizeof s->error,
             "--steer has no meaning with one worker, to which every request goes: --workers N "
             "makes more of them");
    return -1;
}

/* What cannot be divided. */
static int judge_limits(server_setup *s, const options *o, const dhcpperf_server_config *c)
{
    size_t cap;
    char *to;

    s->max_sessions = limit_of(c, "sessions.max");
    s->inform_rate = limit_of(c, "inform.rate");
    s->rate = limit_of(c, "rate.max");
    to = begin(s, o, SERVER_WORKERS, &cap);
    if (s->pool_size < s->workers) {
        snprintf(to, cap,
                 "--workers %u: there are %u addresses, and each worker needs one at least",
                 s->workers, (unsigned)s->pool_size);
    } else if (limit_of(c, "remote-id.max-leases") != 0) {
        snprintf(to, cap,
                 "--workers %u: --remote-id-limit counts the leases of all clients, and workers "
                 "know only their own; use --workers 1",
                 s->workers);
    } else if (s->max_sessions != 0 && s->max_sessions < s->workers) {
        snprintf(to, cap,
                 "--workers %u: --max-concurrent %u is divided among the workers, and each needs "
                 "one at least",
                 s->workers, (unsigned)s->max_sessions);
    } else if (s->inform_rate != 0 && s->inform_rate < s->workers) {
        snprintf(to, cap,
                 "--workers %u: the inform rate of %u a second is divided among the workers, and "
                 "each needs one at least",
                 s->workers, (unsigned)s->inform_rate);
    } else if (s->rate != 0 && s->rate < s->workers) {
        snprintf(to, cap,
                 "--workers %u: --rate-limit %u is divided among the workers, and each needs one "
                 "at least",
                 s->workers, (unsigned)s->rate);
    } else {
        return 0;
    }
    return -1;
}

/* Frames of a link come to one socket. */
static int judge_interface(server_setup *s, const options *o)
{
    size_t cap;
    char *to;

    if (o->values[SERVER_WORKERS].on) {
        s->workers = 1; /* nobody asked for a number */
    }
    if (s->workers == 1) {
        return 0;
    }
    to = begin(s, o, SERVER_WORKERS, &cap);
    snprintf(to, cap,
             "--workers %u: the clients on the link of --interface are served by one; use "
             "--workers 1",
             s->workers);
    return -1;
}

static void warn(const server_setup *s, unsigned processors)
{
    if (s->workers > processors) {
        say_warning("--workers %u on %u processor%s: they take turns, which is slower than one "
                    "worker for each",
                    s->workers, processors, processors == 1 ? "" : "s");
    }
    if (s->pool_size / FEW_ADDRESSES < s->workers) {
        say_warning("%u addresses for %u workers: each has its own part, and one may have none "
                    "left while others do; fewer workers or a larger pool helps",
                    (unsigned)s->pool_size, s->workers);
    }
}

int server_setup_workers(server_setup *s, const options *o, const dhcpperf_server_config *c)
{
    const option_value *v = &o->values[SERVER_WORKERS];
    unsigned processors;

    if (judge_cpus(s, o) != 0) {
        return -1;
    }
    processors = s->cpus.n > 0 ? s->cpus.n : workers_available();
    s->workers = v->on ? processors : (unsigned)v->count;
    s->workers = s->workers < WORKERS_MAX ? s->workers : WORKERS_MAX;
    if (s->interface != NULL && judge_interface(s, o) != 0) {
        return -1;
    }
    if (v->on && s->workers > s->pool_size) {
        s->workers = s->pool_size; /* nobody asked for that many */
    }
    if (s->workers == 1) {
        return judge_steering(s, o);
    }
    if (judge_limits(s, o, c) != 0) {
        return -1;
    }
    warn(s, processors);
    return 0;
}

int server_setup_keep_workers(server_setup *s, const options *o, const dhcpperf_server_config *c,
                              const server_setup *running)
{
    s->workers = running->workers;
    s->cpus = running->cpus;
    return s->workers > 1 ? judge_limits(s, o, c) : 0;
}

static int set_part(dhcpperf_server_config *c, const char *key, uint32_t total, unsigned index,
                    unsigned of)
{
    char text[16];

    if (total == 0) {
        return 0;
    }
    snprintf(text, sizeof text, "%u", (unsigned)(total / of + (index < total % of)));
    return dhcpperf_server_config_set(c, key, text);
}

int server_setup_share(server_setup *s, dhcpperf_server_config *c, unsigned index)
{
    int rc = dhcpperf_server_config_set_shard(c, index, s->workers);

    rc = rc != 0 ? rc : set_part(c, "sessions.max", s->max_sessions, index, s->workers);
    rc = rc != 0 ? rc : set_part(c, "inform.rate", s->inform_rate, index, s->workers);
    rc = rc != 0 ? rc : set_part(c, "rate.max", s->rate, index, s->workers);
    if (rc != 0) {
        snprintf(s->error, sizeof s->error, "--workers %u: %s", s->workers, dhcpperf_strerror(rc));
    }
    return rc != 0 ? -1 : 0;
}
