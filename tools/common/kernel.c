/* SPDX-License-Identifier: MIT */
/* kernel.c - reading /proc/net.  It belongs to the kernel, but which kernel, or what else is
 * mounted there, nobody knows: a line that is not as expected is no count. */
#include "common/kernel.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[KERNEL_COUNTS] = {"in_datagrams",  "no_ports",      "in_errors",
                                                 "rcvbuf_errors", "sndbuf_errors", "in_csum_errors",
                                                 "softnet_drops", "peer_drops"};

enum {
    MAX_FILE = 4 << 20 /* octets: of a socket table some 30,000 sockets */
};

const char *kernel_name(kernel_count c)
{
    return names[c];
}

void kernel_nothing(kernel_counts *ret)
{
    unsigned i;

    for (i = 0; i < KERNEL_COUNTS; i++) {
        ret->at[i] = KERNEL_ABSENT;
    }
}

/* -- words ------------------------------------------------------------------------------------- */

typedef struct word {
    const char *at;
    size_t len;
} word;

/* The next word of the line at *inout_at; 0 at its end. */
static int next_word(const char **inout_at, word *ret)
{
    const char *p = *inout_at + strspn(*inout_at, " \t");

    ret->at = p;
    ret->len = strcspn(p, " \t\n");
    *inout_at = p + ret->len;
    return ret->len > 0;
}

/* The beginning of the next line, or NULL. */
static const char *next_line(const char *at)
{
    const char *end = strchr(at, '\n');

    return end != NULL && end[1] != '\0' ? end + 1 : NULL;
}

/* The word as a number without sign that fits; 0 on success. */
static int as_number(word w, int base, uint64_t *ret)
{
    char text[24], *end;

    if (w.len == 0 || w.len >= sizeof text ||
        strspn(w.at, base == 16 ? "0123456789abcdefABCDEF" : "0123456789") < w.len) {
        return -1;
    }
    memcpy(text, w.at, w.len);
    text[w.len] = '\0';
    *ret = strtoull(text, &end, base);
    return *end == '\0' && *ret != KERNEL_ABSENT ? 0 : -1;
}

/* -- the files --------------------------------------------------------------------------------- */

static const struct {
    const char *word;
    kernel_count count;
} snmp_words[] = {
    {"InDatagrams", KERNEL_IN_DATAGRAMS},   {"NoPorts", KERNEL_NO_PORTS},
    {"InErrors", KERNEL_IN_ERRORS},         {"RcvbufErrors", KERNEL_RCVBUF_ERRORS},
    {"SndbufErrors", KERNEL_SNDBUF_ERRORS}, {"InCsumErrors", KERNEL_IN_CSUM_ERRORS},
};

static void take_udp(kernel_counts *inout, word name, word value)
{
    uint64_t n;
    unsigned i;

    for (i = 0; i < sizeof snmp_words / sizeof snmp_words[0]; i++) {
        if (strlen(snmp_words[i].word) == name.len &&
            memcmp(snmp_words[i].word, name.at, name.len) == 0 && as_number(value, 10, &n) == 0) {
            inout->at[snmp_words[i].count] = n;
        }
    }
}

/* A line of names after "Udp:", then one of values. */
void kernel_parse_snmp(kernel_counts *inout, const char *text)
{
    static const char label[] = "Udp:";
    const char *head, *values;
    word name, value;

    for (head = text; head != NULL && strncmp(head, label, sizeof label - 1) != 0;
         head = next_line(head)) {
    }
    values = head != NULL ? next_line(head) : NULL;
    if (values == NULL || strncmp(values, label, sizeof label - 1) != 0) {
        return;
    }
    head += sizeof label - 1;
    values += sizeof label - 1;
    while (next_word(&head, &name) && next_word(&values, &value)) {
        take_udp(inout, name, value);
    }
}

/* A line for each processor: hexadecimal numbers, the second is of what was dropped. */
void kernel_parse_softnet(kernel_counts *inout, const char *text)
{
    uint64_t sum = 0, n;
    const char *line, *at;
    word w;

    for (line = text; line != NULL && *line != '\0'; line = next_line(line)) {
        at = line;
        if (!next_word(&at, &w) || as_number(w, 16, &n) != 0 || !next_word(&at, &w) ||
            as_number(w, 16, &n) != 0) {
            return;
        }
        sum += n;
    }
    if (text[0] != '\0') {
        inout->at[KERNEL_SOFTNET_DROPS] = sum;
    }
}

/* "0100007F:1A43": the address as the processor has it in memory, the port as a number. */
static int read_place(word w, uint32_t *ret_ip, uint16_t *ret_port)
{
    uint64_t ip, port;

    if (w.len != 13 || w.at[8] != ':' || as_number((word){w.at, 8}, 16, &ip) != 0 ||
        as_number((word){w.at + 9, 4}, 16, &port) != 0) {
        return -1;
    }
    *ret_ip = (uint32_t)ip;
    *ret_port = (uint16_t)port;
    return 0;
}

/* Of one line of the socket table: where the socket is bound and what it dropped; 0 on success. */
static int read_socket(const char *line, uint32_t *ret_ip, uint16_t *ret_port, uint64_t *ret_drops)
{
    enum {
        LOCAL = 1,
        DROPS = 12
    };
    unsigned column;
    word w;

    for (column = 0; next_word(&line, &w); column++) {
        if (column == LOCAL && read_place(w, ret_ip, ret_port) != 0) {
            return -1;
        }
        if (column == DROPS) {
            return as_number(w, 10, ret_drops);
        }
    }
    return -1;
}

void kernel_parse_sockets(kernel_counts *inout, const char *text, const dhcpperf_endpoint *peer)
{
    uint64_t drops, there = 0, everywhere = 0;
    unsigned n_there = 0, n_everywhere = 0;
    uint32_t want, ip;
    uint16_t port;
    const char *line;

    memcpy(&want, peer->ip.b, sizeof want);
    for (line = text; line != NULL; line = next_line(line)) {
        if (read_socket(line, &ip, &port, &drops) != 0 || port != peer->port) {
            continue; /* the heading, too */
        }
        if (ip == want) {
            there += drops;
            n_there++;
        } else if (ip == 0) {
            everywhere += drops;
            n_everywhere++;
        }
    }
    if (n_there + n_everywhere > 0) {
        inout->at[KERNEL_PEER_DROPS] = n_there > 0 ? there : everywhere;
    }
}

/* -- looking ----------------------------------------------------------------------------------- */

/* The whole file, which the kernel writes while it is read and whose size is not known before;
 * NULL when there is none. */
static char *read_file(const char *path)
{
    FILE *f = fopen(path, "r");
    size_t cap = 16384, len = 0;
    char *text = f != NULL ? malloc(cap) : NULL, *more;

    while (text != NULL && (len += fread(text + len, 1, cap - 1 - len, f)) == cap - 1) {
        more = cap < MAX_FILE ? realloc(text, cap * 2) : NULL;
        if (more == NULL) {
            free(text);
            text = NULL;
            break;
        }
        text = more;
        cap *= 2;
    }
    if (f != NULL) {
        fclose(f);
    }
    if (text != NULL) {
        text[len] = '\0';
    }
    return text;
}

void kernel_look(kernel_counts *ret, const dhcpperf_endpoint *peer)
{
    char *text;

    kernel_nothing(ret);
    text = read_file("/proc/net/snmp");
    if (text != NULL) {
        kernel_parse_snmp(ret, text);
        free(text);
    }
    text = read_file("/proc/net/softnet_stat");
    if (text != NULL) {
        kernel_parse_softnet(ret, text);
        free(text);
    }
    text = peer != NULL ? read_file("/proc/net/udp") : NULL;
    if (text != NULL) {
        kernel_parse_sockets(ret, text, peer);
        free(text);
    }
}

/* -- between two looks ------------------------------------------------------------------------- */

uint64_t kernel_since(const kernel_counts *before, const kernel_counts *after, kernel_count c)
{
    uint64_t from = before->at[c], to = after->at[c];

    if (from == KERNEL_ABSENT || to == KERNEL_ABSENT) {
        return KERNEL_ABSENT;
    }
    if (to >= from) {
        return to - from;
    }
    /* Counters of 32 bits wrap; a sum of several that fell says nothing. */
    return from <= UINT32_MAX ? (uint32_t)(to - from) : KERNEL_ABSENT;
}

uint64_t kernel_lost_by_others(const kernel_counts *before, const kernel_counts *after,
                               uint64_t own)
{
    uint64_t all = kernel_since(before, after, KERNEL_RCVBUF_ERRORS);

    return all == KERNEL_ABSENT ? KERNEL_ABSENT : all > own ? all - own : 0;
}

/* -- in words ---------------------------------------------------------------------------------- */

/* Appends a part, unless its count is zero or absent. */
static size_t describe(char buf[KERNEL_TEXT], size_t at, uint64_t n, const char *words)
{
    if (n == 0 || n == KERNEL_ABSENT) {
        return at;
    }
    return at + (size_t)snprintf(buf + at, KERNEL_TEXT - at, "%s%" PRIu64 " %s",
                                 at == 0 ? "" : ", ", n, words);
}

const char *kernel_describe(char buf[KERNEL_TEXT], const kernel_counts *before,
                            const kernel_counts *after, uint64_t own)
{
    static const struct {
        kernel_count count;
        const char *words;
    } rest[] = {
        {KERNEL_SNDBUF_ERRORS, "not sent for want of a send buffer"},
        {KERNEL_IN_CSUM_ERRORS, "with a wrong checksum"},
        {KERNEL_NO_PORTS, "to ports where nobody listens"},
        {KERNEL_SOFTNET_DROPS, "packets at full queues of processors"},
    };
    size_t at = 0;
    unsigned i;

    buf[0] = '\0';
    at = describe(buf, at, own, "datagrams or trains lost at our own full receive buffers");
    at = describe(buf, at, kernel_lost_by_others(before, after, own),
                  at == 0 ? "datagrams or trains lost at full receive buffers of others"
                          : "at those of others");
    for (i = 0; i < sizeof rest / sizeof rest[0]; i++) {
        at = describe(buf, at, kernel_since(before, after, rest[i].count), rest[i].words);
    }
    return buf;
}
