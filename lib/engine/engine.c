/* SPDX-License-Identifier: MIT */
/* engine.c - dispatch of the five verbs: arguments, re-entrancy, and time that never runs
 * backwards. It knows nothing of what an engine does. */
#include "engine/dp_engine.h"

#include <assert.h>
#include <string.h>

#include "base/dp_mem.h"

static void no_sent(void *self, const dhcpperf_txdone *done, unsigned n, dhcpperf_ts now)
{
    (void)self;
    (void)done;
    (void)n;
    (void)now;
}

static uint32_t any_len(const void *self)
{
    (void)self;
    return 0;
}

static int first_shard(const void *self, const dhcpperf_pkt *pkt)
{
    (void)self;
    (void)pkt;
    return 0;
}

static dhcpperf_ts no_deadline(const void *self)
{
    (void)self;
    return DHCPPERF_NEVER;
}

static int no_timers(void *self, dhcpperf_ts now)
{
    (void)self;
    (void)now;
    return 0;
}

int dp_engine_init(dhcpperf_engine *e, const dhcpperf_engine_ops *ops, void *self)
{
    memset(e, 0, sizeof *e);
    if (ops == NULL || ops->size < offsetof(dhcpperf_engine_ops, sent)) {
        return DHCPPERF_E_INVALID;
    }
    memcpy(&e->ops, ops, ops->size < sizeof e->ops ? ops->size : sizeof e->ops);
    if (e->ops.recv == NULL || e->ops.pull == NULL) {
        return DHCPPERF_E_INVALID;
    }
    e->ops.size = sizeof e->ops;
    e->ops.sent = e->ops.sent != NULL ? e->ops.sent : no_sent;
    e->ops.msg_len = e->ops.msg_len != NULL ? e->ops.msg_len : any_len;
    e->ops.owner = e->ops.owner != NULL ? e->ops.owner : first_shard;
    e->ops.deadline = e->ops.deadline != NULL ? e->ops.deadline : no_deadline;
    e->ops.advance = e->ops.advance != NULL ? e->ops.advance : no_timers;
    e->self = self;
    return 0;
}

int dp_engine_enter(dhcpperf_engine *e, dhcpperf_ts *inout_now)
{
    if (e->busy) {
        return DHCPPERF_E_REENTRANT;
    }
    e->busy = 1;
    if (*inout_now < e->now) {
        e->clamped++;
        *inout_now = e->now;
    }
    e->now = *inout_now;
    return 0;
}

void dp_engine_leave(dhcpperf_engine *e)
{
    e->busy = 0;
}

void dp_engine_borrow(dhcpperf_engine *e)
{
    e->borrowers++;
}

void dp_engine_give_back(dhcpperf_engine *e)
{
    assert(e->borrowers > 0);
    e->borrowers--;
}

int dhcpperf_engine_recv(dhcpperf_engine *e, dhcpperf_pkt *pkts, unsigned n, dhcpperf_ts now)
{
    int rc;

    if (e == NULL || (pkts == NULL && n > 0)) {
        return DHCPPERF_E_INVALID;
    }
    rc = dp_engine_enter(e, &now);
    if (rc == 0) {
        rc = e->ops.recv(e->self, pkts, n, now);
        dp_engine_leave(e);
    }
    return rc;
}

int dhcpperf_engine_pull(dhcpperf_engine *e, dhcpperf_pkt *pkts, unsigned max, dhcpperf_ts now)
{
    int rc;

    if (e == NULL || (pkts == NULL && max > 0)) {
        return DHCPPERF_E_INVALID;
    }
    rc = dp_engine_enter(e, &now);
    if (rc == 0) {
        rc = e->ops.pull(e->self, pkts, max, now);
        dp_engine_leave(e);
    }
    return rc;
}

void dhcpperf_engine_sent(dhcpperf_engine *e, const dhcpperf_txdone *done, unsigned n,
                          dhcpperf_ts now)
{
    if (e == NULL || done == NULL || dp_engine_enter(e, &now) != 0) {
        return;
    }
    e->ops.sent(e->self, done, n, now);
    dp_engine_leave(e);
}

uint32_t dhcpperf_engine_msg_len(const dhcpperf_engine *e)
{
    return e != NULL ? e->ops.msg_len(e->self) : 0;
}

int dhcpperf_engine_owner(const dhcpperf_engine *e, const dhcpperf_pkt *pkt)
{
    if (e == NULL || pkt == NULL) {
        return DHCPPERF_E_INVALID;
    }
    return e->ops.owner(e->self, pkt);
}

dhcpperf_ts dhcpperf_engine_deadline(const dhcpperf_engine *e)
{
    return e != NULL ? e->ops.deadline(e->self) : DHCPPERF_NEVER;
}

int dhcpperf_engine_advance(dhcpperf_engine *e, dhcpperf_ts now)
{
    int rc;

    if (e == NULL) {
        return DHCPPERF_E_INVALID;
    }
    rc = dp_engine_enter(e, &now);
    if (rc == 0) {
        rc = e->ops.advance(e->self, now);
        dp_engine_leave(e);
    }
    return rc;
}

int dhcpperf_engine_new(dhcpperf_engine **ret, const dhcpperf_engine_ops *ops, void *self,
                        const dhcpperf_mem *mem)
{
    dhcpperf_mem m = dp_mem_pick(mem);
    dhcpperf_engine *e;
    int rc;

    if (ret == NULL) {
        return DHCPPERF_E_INVALID;
    }
    e = DP_NEW(&m, dhcpperf_engine);
    if (e == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    rc = dp_engine_init(e, ops, self);
    if (rc != 0) {
        DP_FREE(&m, e);
        return rc;
    }
    e->mem = m;
    *ret = e;
    return 0;
}

void dhcpperf_engine_free(dhcpperf_engine *e)
{
    if (e == NULL) {
        return;
    }
    assert(e->borrowers == 0);
    if (e->ops.release != NULL) {
        e->ops.release(e->self);
    }
    {
        dhcpperf_mem m = e->mem;

        DP_FREE(&m, e);
    }
}
