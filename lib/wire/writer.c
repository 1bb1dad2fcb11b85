/* SPDX-License-Identifier: MIT */
/* writer.c - the writer: gathers a header and options in the handle, composes them at finish.
 *
 * Options are gathered in wire form, option 82 apart so that it can be last (RFC 3046 section 2.1),
 * and the message is laid out only at finish: then the exact length is known, and a message that
 * fits costs three copies.  One that does not is spread over options, file and sname (option 52) by
 * overload.c.  The first error sticks; after it every call is a no-op until the next begin.  The
 * caller's buffer is touched only by a finish that succeeds. */
#include <libdhcpperf/message.h>

#include <string.h>

#include <libdhcpperf/error.h>

#include "base/dp_mem.h"
#include "wire/dp_writer.h"

int dhcpperf_writer_new(dhcpperf_writer **ret, const dhcpperf_mem *mem)
{
    dhcpperf_mem m = dp_mem_pick(mem);
    dhcpperf_writer *w;

    if (ret == NULL) {
        return DHCPPERF_E_INVALID;
    }
    w = DP_NEW(&m, dhcpperf_writer);
    if (w == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    w->mem = m;
    w->error = DHCPPERF_E_STATE;
    *ret = w;
    return 0;
}

void dhcpperf_writer_free(dhcpperf_writer *w)
{
    dhcpperf_mem mem;

    if (w != NULL) {
        mem = w->mem;
        DP_FREE(&mem, w);
    }
}

static void fail(dhcpperf_writer *w, int code)
{
    if (w->error == 0) {
        w->error = code;
    }
}

/* ---- begin ---------------------------------------------------------------------------------- */

/* Replies by their type: what servers send, of RFC 2131, 3203, 4388, 6926 and 7724. */
static uint8_t op_of(unsigned type)
{
    switch (type) {
    case DHCPPERF_OFFER:
    case DHCPPERF_ACK:
    case DHCPPERF_NAK:
    case DHCPPERF_FORCERENEW:
    case DHCPPERF_LEASEUNASSIGNED:
    case DHCPPERF_LEASEUNKNOWN:
    case DHCPPERF_LEASEACTIVE:
    case DHCPPERF_LEASEQUERYDONE:
    case DHCPPERF_LEASEQUERYSTATUS:
        return 2;
    default:
        return 1;
    }
}

static void start(dhcpperf_writer *w, uint8_t *buf, size_t cap)
{
    w->buf = buf;
    w->cap = buf == NULL ? 0 : cap;
    w->limit = 0;
    w->quirks = 0;
    w->len = 0;
    w->relay_len = 0;
    w->has_raw = false;
    w->error = 0;
}

void dhcpperf_writer_begin(dhcpperf_writer *w, uint8_t *buf, size_t cap, dhcpperf_msg_type type,
                           uint32_t xid)
{
    unsigned t = (unsigned)type;

    start(w, buf, cap);
    memset(w->header, 0, DP_OFF_COOKIE);
    dp_put32(w->header + DP_OFF_COOKIE, DP_COOKIE);
    w->header[DP_OFF_OP] = op_of(t);
    w->header[DP_OFF_HTYPE] = 1;
    w->header[DP_OFF_HLEN] = 6;
    dp_put32(w->header + DP_OFF_XID, xid);
    if (t > UINT8_MAX) {
        fail(w, DHCPPERF_E_INVALID);
    } else if (t != 0) {
        dhcpperf_writer_add_u8(w, DHCPPERF_OPT_MSG_TYPE, (uint8_t)t);
    }
}

void dhcpperf_writer_reply_to(dhcpperf_writer *w, uint8_t *buf, size_t cap, dhcpperf_msg_type type,
                              const dhcpperf_msg *request)
{
    const uint8_t *from = request->data;
    dhcpperf_bytes relay;
    uint16_t max_size = DP_MIN_MAX_SIZE;

    dhcpperf_writer_begin(w, buf, cap, type, dhcpperf_msg_get_xid(request));
    w->header[DP_OFF_OP] = 2;
    w->header[DP_OFF_HTYPE] = from[DP_OFF_HTYPE];
    w->header[DP_OFF_HLEN] = from[DP_OFF_HLEN];
    memcpy(w->header + DP_OFF_FLAGS, from + DP_OFF_FLAGS, 2);
    memcpy(w->header + DP_OFF_GIADDR, from + DP_OFF_GIADDR, 4 + DP_CHADDR_LEN);
    if (type == DHCPPERF_ACK) {
        memcpy(w->header + DP_OFF_CIADDR, from + DP_OFF_CIADDR, 4);
    }
    if (type == DHCPPERF_NAK && dp_get32(from + DP_OFF_GIADDR) != 0) {
        w->header[DP_OFF_FLAGS] |= 0x80; /* RFC 2131 section 4.3.2 */
    }
    if (dhcpperf_msg_get_option(request, DHCPPERF_OPT_RELAY_INFO, &relay) == 0) {
        dhcpperf_writer_add_option(w, DHCPPERF_OPT_RELAY_INFO, relay);
    }
    (void)dhcpperf_msg_get_max_size(request, &max_size);
    dhcpperf_writer_set_max_size(w, max_size);
}

void dhcpperf_writer_copy_of(dhcpperf_writer *w, uint8_t *buf, size_t cap, const dhcpperf_msg *msg)
{
    dhcpperf_bytes value;
    size_t cursor = 0;
    uint8_t code;

    start(w, buf, cap);
    memcpy(w->header, msg->data, DP_OFF_OPTIONS);
    dp_put32(w->header + DP_OFF_COOKIE, DP_COOKIE);
    if ((msg->overload & DP_OVERLOAD_FILE) != 0) {
        memset(w->header + DP_OFF_FILE, 0, DP_FILE_LEN);
    }
    if ((msg->overload & DP_OVERLOAD_SNAME) != 0) {
        memset(w->header + DP_OFF_SNAME, 0, DP_SNAME_LEN);
    }
    while (dhcpperf_msg_next_option(msg, &cursor, &code, &value) == 1) {
        if (code != DHCPPERF_OPT_OVERLOAD) {
            dhcpperf_writer_add_option(w, code, value);
        }
    }
}

/* ---- the fixed part ------------------------------------------------------------------------- */

static void set_octets(dhcpperf_writer *w, size_t offset, const uint8_t *from, size_t n)
{
    if (w->error == 0 && n > 0) {
        memcpy(w->header + offset, from, n);
    }
}

void dhcpperf_writer_set_op(dhcpperf_writer *w, uint8_t op)
{
    set_octets(w, DP_OFF_OP, &op, 1);
}

void dhcpperf_writer_set_htype(dhcpperf_writer *w, uint8_t htype)
{
    set_octets(w, DP_OFF_HTYPE, &htype, 1);
}

void dhcpperf_writer_set_hlen(dhcpperf_writer *w, uint8_t hlen)
{
    set_octets(w, DP_OFF_HLEN, &hlen, 1);
}

void dhcpperf_writer_set_hops(dhcpperf_writer *w, uint8_t hops)
{
    set_octets(w, DP_OFF_HOPS, &hops, 1);
}

void dhcpperf_writer_set_xid(dhcpperf_writer *w, uint32_t xid)
{
    uint8_t octets[4];

    dp_put32(octets, xid);
    set_octets(w, DP_OFF_XID, octets, sizeof octets);
}

void dhcpperf_writer_set_secs(dhcpperf_writer *w, uint16_t secs)
{
    uint8_t octets[2];

    dp_put16(octets, secs);
    set_octets(w, DP_OFF_SECS, octets, sizeof octets);
}

void dhcpperf_writer_set_flags(dhcpperf_writer *w, uint16_t flags)
{
    uint8_t octets[2];

    dp_put16(octets, flags & DHCPPERF_FLAG_BROADCAST);
    set_octets(w, DP_OFF_FLAGS, octets, sizeof octets);
}

void dhcpperf_writer_set_ciaddr(dhcpperf_writer *w, dhcpperf_ip4 ip)
{
    set_octets(w, DP_OFF_CIADDR, ip.b, sizeof ip.b);
}

void dhcpperf_writer_set_yiaddr(dhcpperf_writer *w, dhcpperf_ip4 ip)
{
    set_octets(w, DP_OFF_YIADDR, ip.b, sizeof ip.b);
}

void dhcpperf_writer_set_siaddr(dhcpperf_writer *w, dhcpperf_ip4 ip)
{
    set_octets(w, DP_OFF_SIADDR, ip.b, sizeof ip.b);
}

void dhcpperf_writer_set_giaddr(dhcpperf_writer *w, dhcpperf_ip4 ip)
{
    set_octets(w, DP_OFF_GIADDR, ip.b, sizeof ip.b);
}

void dhcpperf_writer_set_chaddr(dhcpperf_writer *w, uint8_t htype, dhcpperf_bytes addr)
{
    uint8_t padded[DP_CHADDR_LEN] = {0};
    uint8_t len = (uint8_t)addr.len;

    if (addr.len > DP_CHADDR_LEN) {
        fail(w, DHCPPERF_E_INVALID);
        return;
    }
    if (addr.len > 0) {
        memcpy(padded, addr.data, addr.len);
    }
    set_octets(w, DP_OFF_HTYPE, &htype, 1);
    set_octets(w, DP_OFF_HLEN, &len, 1);
    set_octets(w, DP_OFF_CHADDR, padded, sizeof padded);
}

/* A text field keeps room for its NUL (RFC 2131 section 2: "null terminated string"). */
static void set_text(dhcpperf_writer *w, size_t offset, size_t size, dhcpperf_bytes text)
{
    if (text.len >= size || (text.len > 0 && memchr(text.data, 0, text.len) != NULL)) {
        fail(w, DHCPPERF_E_INVALID);
        return;
    }
    if (w->error == 0) {
        memset(w->header + offset, 0, size);
        set_octets(w, offset, text.data, text.len);
    }
}

void dhcpperf_writer_set_sname(dhcpperf_writer *w, dhcpperf_bytes name)
{
    set_text(w, DP_OFF_SNAME, DP_SNAME_LEN, name);
}

void dhcpperf_writer_set_file(dhcpperf_writer *w, dhcpperf_bytes name)
{
    set_text(w, DP_OFF_FILE, DP_FILE_LEN, name);
}

void dhcpperf_writer_set_raw(dhcpperf_writer *w, size_t offset, dhcpperf_bytes bytes)
{
    if (offset > DP_OFF_OPTIONS || bytes.len > DP_OFF_OPTIONS - offset) {
        fail(w, DHCPPERF_E_INVALID);
        return;
    }
    set_octets(w, offset, bytes.data, bytes.len);
}

void dhcpperf_writer_set_limit(dhcpperf_writer *w, size_t max_len)
{
    if (w->error == 0) {
        w->limit = max_len;
    }
}

void dhcpperf_writer_set_max_size(dhcpperf_writer *w, uint16_t max_size)
{
    size_t size = max_size < DP_MIN_MAX_SIZE ? DP_MIN_MAX_SIZE : max_size;

    dhcpperf_writer_set_limit(w, size - DP_IP_UDP_LEN);
}

void dhcpperf_writer_set_quirks(dhcpperf_writer *w, unsigned quirks)
{
    if ((quirks & ~(unsigned)(DHCPPERF_WRITE_NO_END | DHCPPERF_WRITE_NO_OVERLOAD)) != 0) {
        fail(w, DHCPPERF_E_INVALID);
        return;
    }
    w->quirks = quirks;
}

/* ---- options -------------------------------------------------------------------------------- */

/* Room for n more octets in one of the two gathering places, or NULL and NOBUFS. */
static uint8_t *gather(dhcpperf_writer *w, bool relay, size_t n)
{
    size_t *len = relay ? &w->relay_len : &w->len;
    uint8_t *at;

    if (w->error != 0) {
        return NULL;
    }
    if (n > DP_GATHER_LEN - *len) {
        fail(w, DHCPPERF_E_NOBUFS);
        return NULL;
    }
    at = (relay ? w->relay : w->gathered) + *len;
    *len += n;
    return at;
}

void dhcpperf_writer_add_option(dhcpperf_writer *w, uint8_t code, dhcpperf_bytes value)
{
    const uint8_t *from = value.data;
    size_t left = value.len;
    uint8_t *at;

    if (code == DHCPPERF_OPT_PAD || code == DHCPPERF_OPT_END || code == DHCPPERF_OPT_OVERLOAD) {
        fail(w, DHCPPERF_E_INVALID);
        return;
    }
    do { /* RFC 3396 section 5: every piece but the last as long as fits */
        size_t piece = left < UINT8_MAX ? left : UINT8_MAX;

        at = gather(w, code == DHCPPERF_OPT_RELAY_INFO, 2 + piece);
        if (at == NULL) {
            return;
        }
        at[0] = code;
        at[1] = (uint8_t)piece;
        if (piece > 0) {
            memcpy(at + 2, from, piece);
            from += piece;
            left -= piece;
        }
    } while (left > 0);
}

void dhcpperf_writer_add_u8(dhcpperf_writer *w, uint8_t code, uint8_t v)
{
    dhcpperf_bytes value = {&v, 1};

    dhcpperf_writer_add_option(w, code, value);
}

void dhcpperf_writer_add_u16(dhcpperf_writer *w, uint8_t code, uint16_t v)
{
    uint8_t octets[2];
    dhcpperf_bytes value = {octets, sizeof octets};

    dp_put16(octets, v);
    dhcpperf_writer_add_option(w, code, value);
}

void dhcpperf_writer_add_u32(dhcpperf_writer *w, uint8_t code, uint32_t v)
{
    uint8_t octets[4];
    dhcpperf_bytes value = {octets, sizeof octets};

    dp_put32(octets, v);
    dhcpperf_writer_add_option(w, code, value);
}

void dhcpperf_writer_add_dur(dhcpperf_writer *w, uint8_t code, dhcpperf_dur d)
{
    dhcpperf_dur seconds = d / DHCPPERF_NS_PER_S;

    /* RFC 2131 section 3.3: 0xffffffff is infinity and nothing else. */
    dhcpperf_writer_add_u32(w, code,
                            d == DHCPPERF_NEVER     ? UINT32_MAX
                            : seconds >= UINT32_MAX ? UINT32_MAX - 1
                                                    : (uint32_t)seconds);
}

void dhcpperf_writer_add_ip4(dhcpperf_writer *w, uint8_t code, const dhcpperf_ip4 *ips, size_t n)
{
    dhcpperf_bytes value = {NULL, 0};

    if (n > 0 && n <= SIZE_MAX / sizeof *ips) {
        value.data = ips[0].b; /* an array of four-octet structs is the wire form */
        value.len = n * sizeof *ips;
    }
    dhcpperf_writer_add_option(w, code, value);
}

void dhcpperf_writer_add_str(dhcpperf_writer *w, uint8_t code, const char *text)
{
    dhcpperf_bytes value = {(const uint8_t *)text, strlen(text)};

    dhcpperf_writer_add_option(w, code, value);
}

void dhcpperf_writer_add_text(dhcpperf_writer *w, uint8_t code, const char *text)
{
    dhcpperf_bytes value = {w->spare, 0};
    int rc = dhcpperf_opt_encode_text(code, text, w->spare, sizeof w->spare, &value.len);

    if (rc != 0) {
        fail(w, rc);
        return;
    }
    dhcpperf_writer_add_option(w, code, value);
}

void dhcpperf_writer_add_raw(dhcpperf_writer *w, uint8_t code, uint8_t claimed_len,
                             dhcpperf_bytes bytes)
{
    uint8_t head[2] = {code, claimed_len};
    dhcpperf_bytes tl = {head, sizeof head};

    dhcpperf_writer_add_octets(w, tl);
    dhcpperf_writer_add_octets(w, bytes);
}

void dhcpperf_writer_add_octets(dhcpperf_writer *w, dhcpperf_bytes bytes)
{
    uint8_t *at = gather(w, false, bytes.len);

    if (at != NULL && bytes.len > 0) {
        memcpy(at, bytes.data, bytes.len);
    }
    w->has_raw = true;
}

void dhcpperf_writer_remove_option(dhcpperf_writer *w, uint8_t code)
{
    size_t from = 0, to = 0, n;

    if (code == DHCPPERF_OPT_RELAY_INFO) {
        w->relay_len = 0;
        return;
    }
    if (w->has_raw) {
        fail(w, DHCPPERF_E_STATE);
        return;
    }
    for (; from < w->len; from += n) {
        n = 2u + w->gathered[from + 1];
        if (w->gathered[from] != code) {
            memmove(w->gathered + to, w->gathered + from, n);
            to += n;
        }
    }
    w->len = to;
}

/* ---- finish --------------------------------------------------------------------------------- */

int dhcpperf_writer_get_error(const dhcpperf_writer *w)
{
    return w->error;
}

/* Header, options, End and zeros in one field; `need` octets are known to fit. */
static void lay_out(dhcpperf_writer *w, size_t need, size_t total)
{
    uint8_t *p = w->buf;

    memcpy(p, w->header, DP_OFF_OPTIONS);
    memcpy(p + DP_OFF_OPTIONS, w->gathered, w->len);
    memcpy(p + DP_OFF_OPTIONS + w->len, w->relay, w->relay_len);
    if ((w->quirks & DHCPPERF_WRITE_NO_END) == 0) {
        p[need - 1] = DHCPPERF_OPT_END;
    }
    if (total > need) {
        memset(p + need, 0, total - need);
    }
}

int dhcpperf_writer_finish(dhcpperf_writer *w, size_t min_len, size_t *ret_len)
{
    size_t end = (w->quirks & DHCPPERF_WRITE_NO_END) == 0 ? 1 : 0;
    size_t need = DP_OFF_OPTIONS + w->len + w->relay_len + end;
    size_t total;

    if (w->error != 0) {
        if (w->error == DHCPPERF_E_NOBUFS) {
            *ret_len = SIZE_MAX;
        }
        return w->error;
    }
    if (w->limit != 0 && need > w->limit && !w->has_raw && w->quirks == 0 &&
        dp_writer_overload(w, w->limit)) {
        need = DP_OFF_OPTIONS + w->len + w->relay_len + end;
    }
    total = need > min_len ? need : min_len;
    if ((w->limit != 0 && need > w->limit) || total > w->cap) {
        w->error = DHCPPERF_E_NOBUFS;
        *ret_len = total;
        return DHCPPERF_E_NOBUFS;
    }
    lay_out(w, need, total);
    w->error = DHCPPERF_E_STATE; /* until the next begin */
    *ret_len = total;
    return 0;
}
