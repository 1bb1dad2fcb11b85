/* SPDX-License-Identifier: MIT */
/* message.c - the reader: an index of the options of one payload.
 *
 * Parsing is one walk per field of options (options, then file and sname when overloaded) that
 * notes for each code where its value lies.  Only when some code came in pieces a second walk joins
 * the pieces in the handle's scratch (RFC 3396).  Work and memory are bounded by the payload's
 * length; nothing outside it is read.  An empty handle behaves like a message of zeros without
 * options. */
#include <libdhcpperf/message.h>

#include <string.h>

#include <libdhcpperf/error.h>

#include "base/dp_mem.h"
#include "wire/dp_message.h"

static const uint8_t zero_message[DP_OFF_OPTIONS];

static void clear(dhcpperf_msg *msg)
{
    msg->data = zero_message;
    msg->len = 0;
    memset(msg->seen, 0, sizeof msg->seen);
    msg->has_cookie = false;
    msg->no_end = false;
    msg->repeated = false;
    msg->bad_overload = false;
    msg->overload = 0;
    msg->joined = 0;
    msg->end = 0;
}

int dhcpperf_msg_new(dhcpperf_msg **ret, const dhcpperf_mem *mem)
{
    dhcpperf_mem m = dp_mem_pick(mem);
    dhcpperf_msg *msg;

    if (ret == NULL) {
        return DHCPPERF_E_INVALID;
    }
    msg = DP_NEW(&m, dhcpperf_msg);
    if (msg == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    msg->scratch = DP_ARRAY(&m, DP_SCRATCH_LEN, uint8_t);
    if (msg->scratch == NULL) {
        DP_FREE(&m, msg);
        return DHCPPERF_E_NOMEM;
    }
    msg->mem = m;
    clear(msg);
    *ret = msg;
    return 0;
}

void dhcpperf_msg_free(dhcpperf_msg *msg)
{
    dhcpperf_mem mem;

    if (msg != NULL) {
        mem = msg->mem;
        DP_FREE_ARRAY(&mem, msg->scratch, DP_SCRATCH_LEN);
        DP_FREE(&mem, msg);
    }
}

/* ---- parsing -------------------------------------------------------------------------------- */

static void note_option(dhcpperf_msg *msg, const uint8_t *tlv)
{
    unsigned code = tlv[0];
    dp_msg_entry *e = &msg->opt[code];

    if (dp_msg_has(msg, code)) {
        e->pieces++;
        e->len += tlv[1];
        e->join = NULL;
        msg->repeated = true;
    } else {
        msg->seen[code >> 6] |= UINT64_C(1) << (code & 63);
        e->data = tlv + 2;
        e->len = tlv[1];
        e->pieces = 1;
    }
}

/* Notes the options of data[from..to).  An option 52 outside the options field means nothing
 * (RFC 2132 section 9.3 speaks of the options field only) and is left out. */
static int index_field(dhcpperf_msg *msg, const uint8_t *data, size_t from, size_t to,
                       size_t *ret_end, dhcpperf_parse_error *reterr)
{
    size_t p = from;

    while (p < to) {
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): p is inside the packet */
        unsigned code = data[p];
        size_t next;

        if (code == DHCPPERF_OPT_PAD) {
            p++;
            continue;
        }
        if (code == DHCPPERF_OPT_END) {
            *ret_end = p + 1;
            return 0;
        }
        next = p + 1 < to ? p + 2 + data[p + 1] : SIZE_MAX;
        if (next > to) {
            return dp_parse_failed(reterr, p, (int)code, DHCPPERF_E_TRUNCATED);
        }
        if (code != DHCPPERF_OPT_OVERLOAD || from == DP_OFF_OPTIONS) {
            note_option(msg, data + p);
        }
        p = next;
    }
    msg->no_end = true;
    *ret_end = to;
    return 0;
}

/* What option 52 says; a nonsensical one is noted and ignored (C-019). */
static void read_overload(dhcpperf_msg *msg)
{
    const dp_msg_entry *e = &msg->opt[DHCPPERF_OPT_OVERLOAD];

    if (dp_msg_has(msg, DHCPPERF_OPT_OVERLOAD)) {
        if (e->len == 1 && e->pieces == 1 && e->data[0] >= 1 && e->data[0] <= 3) {
            msg->overload = e->data[0];
        } else {
            msg->bad_overload = true;
        }
    }
}

/* Copies the pieces of every repeated code behind each other: the second walk sees them in the same
 * order as the first, and their lengths are known to fit. */
static void join_pieces(dhcpperf_msg *msg)
{
    dhcpperf_bytes value;
    size_t cursor = 0, used = 0;
    uint8_t code;

    while (dhcpperf_msg_next_option(msg, &cursor, &code, &value) == 1) {
        dp_msg_entry *e = &msg->opt[code];

        if (e->pieces < 2 ||
            (code == DHCPPERF_OPT_OVERLOAD && value.data < msg->data + DP_OFF_OPTIONS)) {
            continue;
        }
        if (e->join == NULL) {
            e->join = msg->scratch + used;
            e->data = e->join;
            used += e->len;
        }
        if (value.len > 0) {
            memcpy(e->join, value.data, value.len);
            e->join += value.len;
        }
    }
    msg->joined = used;
}

static int index_all(dhcpperf_msg *msg, const uint8_t *data, size_t len,
                     dhcpperf_parse_error *reterr)
{
    size_t end;
    int rc = index_field(msg, data, DP_OFF_OPTIONS, len, &msg->end, reterr);

    if (rc == 0) {
        read_overload(msg);
        if ((msg->overload & DP_OVERLOAD_FILE) != 0) {
            rc = index_field(msg, data, DP_OFF_FILE, DP_OFF_FILE + DP_FILE_LEN, &end, reterr);
        }
    }
    if (rc == 0 && (msg->overload & DP_OVERLOAD_SNAME) != 0) {
        rc = index_field(msg, data, DP_OFF_SNAME, DP_OFF_SNAME + DP_SNAME_LEN, &end, reterr);
    }
    return rc;
}

int dhcpperf_msg_parse(dhcpperf_msg *msg, const uint8_t *data, size_t len, unsigned flags,
                       dhcpperf_parse_error *reterr)
{
    int plain_bootp;
    int rc;

    if (msg == NULL || (data == NULL && len > 0) ||
        (flags & ~(unsigned)DHCPPERF_PARSE_STRICT) != 0) {
        return dp_parse_failed(reterr, 0, -1, DHCPPERF_E_INVALID);
    }
    clear(msg);
    rc = dp_check_fixed_part(data, len, &plain_bootp, reterr);
    if (rc != 0) {
        return rc;
    }
    msg->data = data;
    msg->len = len;
    msg->has_cookie = !plain_bootp;
    msg->end = len;
    if (msg->has_cookie) {
        rc = index_all(msg, data, len, reterr);
    }
    if (rc == 0 && msg->repeated) {
        join_pieces(msg);
    }
    if (rc == 0 && (flags & DHCPPERF_PARSE_STRICT) != 0) {
        rc = dp_msg_check_strict(msg, reterr);
    }
    if (rc != 0) {
        clear(msg);
    }
    return rc;
}

/* ---- options -------------------------------------------------------------------------------- */

/* End of the field of options that offset p lies in, and the field that is read after it; 0 when
 * there is none.  The three fields do not touch, so an offset names its field. */
static size_t field_end(const dhcpperf_msg *msg, size_t p, size_t *ret_next)
{
    size_t after_options = (msg->overload & DP_OVERLOAD_FILE) != 0    ? DP_OFF_FILE
                           : (msg->overload & DP_OVERLOAD_SNAME) != 0 ? DP_OFF_SNAME
                                                                      : 0;

    if (p >= DP_OFF_OPTIONS) {
        *ret_next = after_options;
        return msg->len;
    }
    if (p >= DP_OFF_FILE) {
        *ret_next = (msg->overload & DP_OVERLOAD_SNAME) != 0 ? DP_OFF_SNAME : 0;
        return DP_OFF_FILE + DP_FILE_LEN;
    }
    *ret_next = 0;
    return DP_OFF_SNAME + DP_SNAME_LEN;
}

int dhcpperf_msg_next_option(const dhcpperf_msg *msg, size_t *cursor, uint8_t *ret_code,
                             dhcpperf_bytes *ret_value)
{
    size_t p = *cursor == 0 ? DP_OFF_OPTIONS : *cursor, next, to;

    /* Between calls the cursor is the offset behind the last option; behind the very end it is the
     * payload's length, where no option starts.  The end of sname is the start of file and the end
     * of file that of the cookie, so a full field is left at once. */
    if (msg->len == 0 || !msg->has_cookie || *cursor == SIZE_MAX) {
        return 0;
    }
    for (to = field_end(msg, p, &next); p != 0;
         p = next, to = p == 0 ? 0 : field_end(msg, p, &next)) {
        while (p < to && msg->data[p] == DHCPPERF_OPT_PAD) {
            p++;
        }
        if (p < to && msg->data[p] != DHCPPERF_OPT_END) {
            *ret_code = msg->data[p];
            ret_value->data = msg->data + p + 2;
            ret_value->len = msg->data[p + 1];
            p += 2 + ret_value->len;
            *cursor = p < to ? p : next != 0 ? next : SIZE_MAX;
            return 1;
        }
    }
    *cursor = SIZE_MAX;
    return 0;
}

int dhcpperf_msg_get_option(const dhcpperf_msg *msg, uint8_t code, dhcpperf_bytes *ret)
{
    if (!dp_msg_has(msg, code)) {
        return DHCPPERF_E_NOTFOUND;
    }
    ret->data = msg->opt[code].data;
    ret->len = msg->opt[code].len;
    return 0;
}

/* A value of exactly n octets. */
static int fixed_option(const dhcpperf_msg *msg, uint8_t code, size_t n, const uint8_t **ret)
{
    if (!dp_msg_has(msg, code)) {
        return DHCPPERF_E_NOTFOUND;
    }
    if (msg->opt[code].len != n) {
        return DHCPPERF_E_MALFORMED;
    }
    *ret = msg->opt[code].data;
    return 0;
}

int dhcpperf_msg_get_option_u8(const dhcpperf_msg *msg, uint8_t code, uint8_t *ret)
{
    const uint8_t *p;
    int rc = fixed_option(msg, code, 1, &p);

    if (rc == 0) {
        *ret = *p;
    }
    return rc;
}

int dhcpperf_msg_get_option_u16(const dhcpperf_msg *msg, uint8_t code, uint16_t *ret)
{
    const uint8_t *p;
    int rc = fixed_option(msg, code, 2, &p);

    if (rc == 0) {
        *ret = dp_get16(p);
    }
    return rc;
}

int dhcpperf_msg_get_option_u32(const dhcpperf_msg *msg, uint8_t code, uint32_t *ret)
{
    const uint8_t *p;
    int rc = fixed_option(msg, code, 4, &p);

    if (rc == 0) {
        *ret = dp_get32(p);
    }
    return rc;
}

int dhcpperf_msg_get_option_ip4(const dhcpperf_msg *msg, uint8_t code, dhcpperf_ip4 *ret)
{
    const uint8_t *p;
    int rc = fixed_option(msg, code, sizeof ret->b, &p);

    if (rc == 0) {
        memcpy(ret->b, p, sizeof ret->b);
    }
    return rc;
}

int dhcpperf_msg_get_option_dur(const dhcpperf_msg *msg, uint8_t code, dhcpperf_dur *ret)
{
    uint32_t seconds;
    int rc = dhcpperf_msg_get_option_u32(msg, code, &seconds);

    if (rc == 0) {
        *ret = seconds == UINT32_MAX ? DHCPPERF_NEVER : seconds * DHCPPERF_NS_PER_S;
    }
    return rc;
}

int dhcpperf_msg_get_option_ip4s(const dhcpperf_msg *msg, uint8_t code, dhcpperf_ip4 *ips,
                                 size_t cap)
{
    dhcpperf_bytes value;
    size_t i, n;

    if (dhcpperf_msg_get_option(msg, code, &value) != 0) {
        return DHCPPERF_E_NOTFOUND;
    }
    if (value.len == 0 || value.len % 4 != 0) {
        return DHCPPERF_E_MALFORMED;
    }
    n = value.len / 4;
    for (i = 0; i < n && i < cap; i++) {
        memcpy(ips[i].b, value.data + 4 * i, 4);
    }
    return (int)n;
}

int dhcpperf_msg_get_client_id(const dhcpperf_msg *msg, dhcpperf_bytes *ret)
{
    dhcpperf_bytes value;

    if (dhcpperf_msg_get_option(msg, DHCPPERF_OPT_CLIENT_ID, &value) != 0 || value.len < 2) {
        return DHCPPERF_E_NOTFOUND;
    }
    *ret = value;
    return 0;
}

int dhcpperf_msg_get_max_size(const dhcpperf_msg *msg, uint16_t *ret)
{
    uint16_t size;
    int rc = dhcpperf_msg_get_option_u16(msg, DHCPPERF_OPT_MAX_SIZE, &size);

    if (rc == 0) {
        *ret = size < DP_MIN_MAX_SIZE ? DP_MIN_MAX_SIZE : size;
    }
    return rc;
}

/* ---- the fixed part ------------------------------------------------------------------------- */

static dhcpperf_ip4 header_ip4(const dhcpperf_msg *msg, size_t offset)
{
    dhcpperf_ip4 ip;

    memcpy(ip.b, msg->data + offset, sizeof ip.b);
    return ip;
}

/* A header field that is text up to its first NUL or its end (C-021). */
static dhcpperf_bytes header_text(const dhcpperf_msg *msg, size_t offset, size_t size,
                                  unsigned overload_bit)
{
    dhcpperf_bytes text = {msg->data + offset, 0};
    const uint8_t *nul = memchr(text.data, 0, size);

    if ((msg->overload & overload_bit) == 0) {
        text.len = nul != NULL ? (size_t)(nul - text.data) : size;
    }
    return text;
}

dhcpperf_bytes dhcpperf_msg_get_payload(const dhcpperf_msg *msg)
{
    dhcpperf_bytes payload = {msg->data, msg->len};

    return payload;
}

int dhcpperf_msg_get_type(const dhcpperf_msg *msg)
{
    uint8_t type;

    return dhcpperf_msg_get_option_u8(msg, DHCPPERF_OPT_MSG_TYPE, &type) == 0 ? type : 0;
}

int dhcpperf_msg_has_cookie(const dhcpperf_msg *msg)
{
    return msg->has_cookie;
}

uint8_t dhcpperf_msg_get_op(const dhcpperf_msg *msg)
{
    return msg->data[DP_OFF_OP];
}

uint8_t dhcpperf_msg_get_htype(const dhcpperf_msg *msg)
{
    return msg->data[DP_OFF_HTYPE];
}

uint8_t dhcpperf_msg_get_hlen(const dhcpperf_msg *msg)
{
    return msg->data[DP_OFF_HLEN];
}

uint8_t dhcpperf_msg_get_hops(const dhcpperf_msg *msg)
{
    return msg->data[DP_OFF_HOPS];
}

uint32_t dhcpperf_msg_get_xid(const dhcpperf_msg *msg)
{
    return dp_get32(msg->data + DP_OFF_XID);
}

uint16_t dhcpperf_msg_get_secs(const dhcpperf_msg *msg)
{
    return dp_get16(msg->data + DP_OFF_SECS);
}

uint16_t dhcpperf_msg_get_flags(const dhcpperf_msg *msg)
{
    return dp_get16(msg->data + DP_OFF_FLAGS);
}

dhcpperf_ip4 dhcpperf_msg_get_ciaddr(const dhcpperf_msg *msg)
{
    return header_ip4(msg, DP_OFF_CIADDR);
}

dhcpperf_ip4 dhcpperf_msg_get_yiaddr(const dhcpperf_msg *msg)
{
    return header_ip4(msg, DP_OFF_YIADDR);
}

dhcpperf_ip4 dhcpperf_msg_get_siaddr(const dhcpperf_msg *msg)
{
    return header_ip4(msg, DP_OFF_SIADDR);
}

dhcpperf_ip4 dhcpperf_msg_get_giaddr(const dhcpperf_msg *msg)
{
    return header_ip4(msg, DP_OFF_GIADDR);
}

dhcpperf_bytes dhcpperf_msg_get_chaddr(const dhcpperf_msg *msg)
{
    dhcpperf_bytes chaddr = {msg->data + DP_OFF_CHADDR, msg->data[DP_OFF_HLEN]};

    return chaddr;
}

dhcpperf_bytes dhcpperf_msg_get_sname(const dhcpperf_msg *msg)
{
    return header_text(msg, DP_OFF_SNAME, DP_SNAME_LEN, DP_OVERLOAD_SNAME);
}

dhcpperf_bytes dhcpperf_msg_get_file(const dhcpperf_msg *msg)
{
    return header_text(msg, DP_OFF_FILE, DP_FILE_LEN, DP_OVERLOAD_FILE);
}

unsigned dhcpperf_msg_get_overload(const dhcpperf_msg *msg)
{
    return msg->overload;
}

/* An option's text, else a header field's, which then must not be empty. */
static int option_or_field(const dhcpperf_msg *msg, uint8_t code, dhcpperf_bytes field,
                           dhcpperf_bytes *ret)
{
    if (dhcpperf_msg_get_option(msg, code, ret) == 0) {
        return 0;
    }
    if (field.len == 0) {
        return DHCPPERF_E_NOTFOUND;
    }
    *ret = field;
    return 0;
}

int dhcpperf_msg_get_boot_file(const dhcpperf_msg *msg, dhcpperf_bytes *ret)
{
    return option_or_field(msg, DHCPPERF_OPT_BOOT_FILE, dhcpperf_msg_get_file(msg), ret);
}

int dhcpperf_msg_get_boot_server(const dhcpperf_msg *msg, dhcpperf_bytes *ret)
{
    return option_or_field(msg, DHCPPERF_OPT_BOOT_SERVER, dhcpperf_msg_get_sname(msg), ret);
}
