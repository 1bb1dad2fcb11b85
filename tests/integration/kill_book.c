/* SPDX-License-Identifier: MIT */
/* kill_book.c - the book, and what is noticed when it is written. */
#include "integration/kill_book.h"

#include <inttypes.h>
#include <string.h>

#include <libdhcpperf/types.h>

static book_entry *entry_of(book *b, dhcpperf_ip4 ip)
{
    return &b->entries[ip.b[2] << 8 | ip.b[3]];
}

static const char *text_of(dhcpperf_ip4 ip)
{
    static char text[16];

    if (dhcpperf_ip4_format(ip, text, sizeof text) < 0) {
        text[0] = '\0';
    }
    return text;
}

int book_open(book *b, const char *journal)
{
    memset(b, 0, sizeof *b);
    b->journal = journal != NULL ? fopen(journal, "w") : NULL;
    return journal != NULL && b->journal == NULL ? -1 : 0;
}

int book_close(book *b)
{
    int failed;

    if (b->journal == NULL) {
        return 0;
    }
    failed = fflush(b->journal) != 0 || ferror(b->journal);
    fclose(b->journal);
    return failed ? -1 : 0;
}

void book_ack(book *b, unsigned client, dhcpperf_ip4 ip, dhcpperf_ts sent, dhcpperf_ts now,
              uint32_t lease_s)
{
    book_entry *e = entry_of(b, ip);

    b->acks++;
    if (e->client != 0 && e->client != client) {
        b->changes++;
        if (!e->is_released && now < e->until) {
            b->twice++;
            printf("TWICE: %s was acknowledged to client %u while client %u has it for %" PRIu64
                   " ms more\n",
                   text_of(ip), client, e->client, (e->until - now) / DHCPPERF_NS_PER_MS);
        }
    }
    e->client = client;
    e->is_released = 0;
    e->until = sent + lease_s * DHCPPERF_NS_PER_S;
    if (b->journal != NULL) {
        fprintf(b->journal, "%" PRIu64 " ack %s %u %" PRIu32 "\n", now, text_of(ip), client,
                lease_s);
        fflush(b->journal);
    }
}

void book_release(book *b, unsigned client, dhcpperf_ip4 ip)
{
    book_entry *e = entry_of(b, ip);

    if (e->client == client) {
        e->is_released = 1;
    }
    if (b->journal != NULL) {
        fprintf(b->journal, "0 release %s %u\n", text_of(ip), client);
        fflush(b->journal);
    }
}

int book_holds(const book *b, unsigned client, dhcpperf_ip4 ip, dhcpperf_ts now,
               dhcpperf_dur margin)
{
    const book_entry *e = &b->entries[ip.b[2] << 8 | ip.b[3]];

    return e->client == client && !e->is_released && now + margin < e->until;
}

void book_lost(book *b, unsigned client, dhcpperf_ip4 ip, const char *how)
{
    b->lost++;
    printf("LOST: client %u has %s: %s\n", client, text_of(ip), how);
}

int book_list(const book *b, const char *path, dhcpperf_ts now, dhcpperf_dur margin)
{
    FILE *f = fopen(path, "w");
    unsigned i;
    int failed;

    if (f == NULL) {
        return -1;
    }
    for (i = 0; i < BOOK_ADDRESSES; i++) {
        const book_entry *e = &b->entries[i];

        if (e->client != 0 && !e->is_released && now + margin < e->until) {
            fprintf(f, "10.0.%u.%u %u\n", i >> 8, i & 255, e->client);
        }
    }
    failed = ferror(f);
    return fclose(f) != 0 || failed ? -1 : 0;
}
