/* SPDX-License-Identifier: MIT */
/* cells.c - chained cells: what a lease record or a held reply is too small for (client identifiers
 * of up to 255 octets, options to be echoed).
 *
 * Invariant: each used cell belongs to exactly one string, each free one below `fresh` to the free
 * list. */
#include "lease/dp_cells.h"

#include <string.h>

#include <libdhcpperf/error.h>

int dp_cells_init(dp_cells *c, uint32_t n, const dhcpperf_mem *mem)
{
    memset(c, 0, sizeof *c);
    c->at = DP_ARRAY(mem, n, dp_cell);
    if (c->at == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    c->n = n;
    return 0;
}

void dp_cells_fini(dp_cells *c, const dhcpperf_mem *mem)
{
    DP_FREE_ARRAY(mem, c->at, c->n);
    c->at = NULL;
}

void dp_cells_clear(dp_cells *c)
{
    c->fresh = c->free = c->used = 0;
}

static uint32_t take_cell(dp_cells *c)
{
    uint32_t name = c->free;

    if (name != 0) {
        c->free = c->at[name - 1].next;
    } else {
        name = ++c->fresh;
    }
    c->used++;
    return name;
}

uint32_t dp_cells_put(dp_cells *c, const uint8_t *a, size_t alen, const uint8_t *b, size_t blen)
{
    size_t left = alen + blen, at = 0;
    uint32_t first = 0, *link = &first;

    if (!dp_cells_have_room(c, left)) {
        return 0;
    }
    do {
        uint32_t name = take_cell(c);
        dp_cell *cell = &c->at[name - 1];
        size_t fill = left < DP_CELL_DATA ? left : DP_CELL_DATA, from_a;

        from_a = at >= alen ? 0 : alen - at < fill ? alen - at : fill;
        if (from_a > 0) {
            memcpy(cell->data, a + at, from_a);
        }
        if (fill > from_a) {
            memcpy(cell->data + from_a, b + (at + from_a - alen), fill - from_a);
        }
        at += fill;
        left -= fill;
        *link = name;
        link = &cell->next;
    } while (left > 0);
    *link = 0;
    return first;
}

void dp_cells_get(const dp_cells *c, uint32_t name, uint8_t *buf, size_t len)
{
    while (len > 0) {
        const dp_cell *cell = &c->at[name - 1];
        size_t fill = len < DP_CELL_DATA ? len : DP_CELL_DATA;

        memcpy(buf, cell->data, fill);
        buf += fill;
        len -= fill;
        name = cell->next;
    }
}

int dp_cells_equal(const dp_cells *c, uint32_t name, const uint8_t *data, size_t len)
{
    while (len > 0) {
        const dp_cell *cell = &c->at[name - 1];
        size_t fill = len < DP_CELL_DATA ? len : DP_CELL_DATA;

        if (memcmp(data, cell->data, fill) != 0) {
            return 0;
        }
        data += fill;
        len -= fill;
        name = cell->next;
    }
    return 1;
}

void dp_cells_drop(dp_cells *c, uint32_t name)
{
    uint32_t last = name, n = 1;

    if (name == 0) {
        return;
    }
    while (c->at[last - 1].next != 0) {
        last = c->at[last - 1].next;
        n++;
    }
    c->at[last - 1].next = c->free;
    c->free = name;
    c->used -= n;
}
