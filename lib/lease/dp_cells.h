/* SPDX-License-Identifier: MIT */
/* dp_cells.h - byte strings of any length in an arena of small equal cells, named by 32-bit
 * numbers. All memory is taken at the start; cells never used stay untouched pages. */
#ifndef DP_CELLS_H
#define DP_CELLS_H

#include <stddef.h>
#include <stdint.h>

#include "base/dp_mem.h"

enum {
    DP_CELL_DATA = 28
};

typedef struct dp_cell {
    uint32_t next; /* 1 + number of the next cell of the string or of the free list; 0 = last */
    uint8_t data[DP_CELL_DATA];
} dp_cell;

typedef struct dp_cells {
    dp_cell *at;
    uint32_t n;     /* cells in all */
    uint32_t fresh; /* cells before this one have been used */
    uint32_t free;  /* 1 + first free cell; 0 = none */
    uint32_t used;  /* cells in use */
} dp_cells;

/* NOMEM. */
int dp_cells_init(dp_cells *c, uint32_t n, const dhcpperf_mem *mem);
void dp_cells_fini(dp_cells *c, const dhcpperf_mem *mem);
/* Gives all strings back. */
void dp_cells_clear(dp_cells *c);

/* Stores the string made of two parts; its name, never 0, or 0 when there is no room.  An empty
 * string takes one cell. */
uint32_t dp_cells_put(dp_cells *c, const uint8_t *a, size_t alen, const uint8_t *b, size_t blen);

/* Copies the first len octets of a string out. */
void dp_cells_get(const dp_cells *c, uint32_t name, uint8_t *buf, size_t len);

/* 1 when the string of len octets equals data. */
int dp_cells_equal(const dp_cells *c, uint32_t name, const uint8_t *data, size_t len);

/* Gives the cells of a string back; name 0 is a no-op. */
void dp_cells_drop(dp_cells *c, uint32_t name);

/* 1 when a string of `len` octets would find room. */
static inline int dp_cells_have_room(const dp_cells *c, size_t len)
{
    return len <= (size_t)(c->n - c->used) * DP_CELL_DATA && c->used < c->n;
}

#endif
