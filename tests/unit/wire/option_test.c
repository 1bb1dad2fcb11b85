/* SPDX-License-Identifier: MIT */
/* option_test.c - the registry and the text forms: every named option both ways, what is refused
 * and where, and round trips of random values of every shape. */
#include <libdhcpperf/option.h>

#include <stdio.h>
#include <string.h>

#include <libdhcpperf/error.h>

#include "base/dp_rng.h"
#include "support/harness.h"
#include "support/vectors.h"

/* Text of a value from an exact-size heap copy, so that a sanitizer sees any octet outside it. */
static int format(uint8_t code, const uint8_t *data, size_t len, char *buf, size_t cap)
{
    uint8_t *copy = malloc(len > 0 ? len : 1);
    dhcpperf_bytes v = {copy, len};
    int rc;

    ck_assert_ptr_nonnull(copy);
    memcpy(copy, data, len);
    rc = dhcpperf_opt_format(code, v, buf, cap);
    ck_assert_int_eq(dhcpperf_opt_check(code, v), rc < 0 ? DHCPPERF_E_MALFORMED : 0);
    free(copy);
    return rc;
}

static void explain(char *buf, size_t cap, const uint8_t *data, size_t len)
{
    size_t i;

    buf[0] = '\0';
    for (i = 0; i < len && 2 * i + 3 < cap; i++) {
        snprintf(buf + 2 * i, 3, "%02x", data[i]);
    }
}

START_TEST(every_vector_encodes_and_formats_as_written)
    {
        size_t n, i, len;
        const option_vector *v = vectors_options(&n);
        char text[4096], hex[2048];
        uint8_t value[2048];

        ck_assert_msg(v != NULL, "tests/vectors/options.txt");
        for (i = 0; i < n; i++, v++) {
            int rc = dhcpperf_opt_encode_text(v->code, v->text, value, sizeof value, &len);

            ck_assert_msg(rc == 0, "options.txt:%u: \"%s\": %s", v->line, v->text,
                          dhcpperf_strerror(rc));
            explain(hex, sizeof hex, value, len);
            ck_assert_msg(len == v->len && memcmp(value, v->value, len) == 0,
                          "options.txt:%u: \"%s\" gave %s", v->line, v->text, hex);
            rc = format(v->code, v->value, v->len, text, sizeof text);
            ck_assert_msg(rc >= 0, "options.txt:%u: format: %s", v->line, dhcpperf_strerror(rc));
            ck_assert_msg(strcmp(text, v->canonical) == 0, "options.txt:%u: came back as \"%s\"",
                          v->line, text);
            ck_assert_msg(strlen(text) == (size_t)rc, "options.txt:%u: length %d", v->line, rc);
            rc = dhcpperf_opt_encode_text(v->code, text, value, sizeof value, &len);
            ck_assert_msg(rc == 0 && len == v->len && memcmp(value, v->value, len) == 0,
                          "options.txt:%u: \"%s\" does not encode back", v->line, text);
        }
    }
END_TEST

START_TEST(every_named_option_has_a_vector)
    {
        size_t n, i;
        const option_vector *v = vectors_options(&n);
        int code;

        ck_assert_ptr_nonnull(v);
        for (code = 1; code < 255; code++) {
            for (i = 0; i < n && v[i].code != code; i++) {
            }
            ck_assert_msg(dhcpperf_opt_name((uint8_t)code) == NULL || i < n,
                          "option %d has no line in options.txt", code);
        }
    }
END_TEST

START_TEST(names_and_numbers_lead_to_the_code)
    {
        char number[8], hex[8];
        int code;

        for (code = 0; code < 256; code++) {
            const char *name = dhcpperf_opt_name((uint8_t)code);

            snprintf(number, sizeof number, "%d", code);
            snprintf(hex, sizeof hex, "0x%x", (unsigned)code);
            ck_assert_msg(name == NULL || dhcpperf_opt_code(name) == code, "code %d", code);
            ck_assert_int_eq(dhcpperf_opt_code(number), code);
            ck_assert_int_eq(dhcpperf_opt_code(hex), code);
        }
        ck_assert_int_eq(dhcpperf_opt_code("routes"), 121);
        ck_assert_int_eq(dhcpperf_opt_code("Lease-Time"), 51);
        ck_assert_int_eq(dhcpperf_opt_code("T1"), 58);
        ck_assert_int_eq(dhcpperf_opt_code("no-such"), DHCPPERF_E_SYNTAX);
        ck_assert_int_eq(dhcpperf_opt_code("256"), DHCPPERF_E_SYNTAX);
        ck_assert_int_eq(dhcpperf_opt_code(""), DHCPPERF_E_SYNTAX);
        ck_assert_int_eq(dhcpperf_opt_code(NULL), DHCPPERF_E_INVALID);
    }
END_TEST

START_TEST(relay_suboptions_have_names_too)
    {
        int code;

        for (code = 0; code < 256; code++) {
            const char *name = dhcpperf_relay_subopt_name((uint8_t)code);

            ck_assert_msg(name == NULL || dhcpperf_relay_subopt_code(name) == code, "sub %d", code);
        }
        ck_assert_str_eq(dhcpperf_relay_subopt_name(1), "circuit-id");
        ck_assert_int_eq(dhcpperf_relay_subopt_code("77"), 77);
        ck_assert_int_eq(dhcpperf_relay_subopt_code("nothing"), DHCPPERF_E_SYNTAX);
    }
END_TEST

START_TEST(ranges_of_codes_have_their_status)
    {
        ck_assert_int_eq(dhcpperf_opt_get_status(0), DHCPPERF_OPT_ASSIGNED);
        ck_assert_int_eq(dhcpperf_opt_get_status(255), DHCPPERF_OPT_ASSIGNED);
        ck_assert_int_eq(dhcpperf_opt_get_status(53), DHCPPERF_OPT_ASSIGNED);
        ck_assert_int_eq(dhcpperf_opt_get_status(84), DHCPPERF_OPT_UNASSIGNED);
        ck_assert_int_eq(dhcpperf_opt_get_status(200), DHCPPERF_OPT_UNASSIGNED);
        ck_assert_int_eq(dhcpperf_opt_get_status(223), DHCPPERF_OPT_UNASSIGNED);
        ck_assert_int_eq(dhcpperf_opt_get_status(224), DHCPPERF_OPT_PRIVATE);
        ck_assert_int_eq(dhcpperf_opt_get_status(249), DHCPPERF_OPT_PRIVATE);
        ck_assert_int_eq(dhcpperf_opt_get_status(254), DHCPPERF_OPT_PRIVATE);
        ck_assert_int_eq(dhcpperf_opt_datatype(224), DHCPPERF_OPTTYPE_OPAQUE);
    }
END_TEST

START_TEST(every_type_has_a_name_and_records_have_fields)
    {
        int code;

        for (code = 0; code < 256; code++) {
            dhcpperf_opt_type type = dhcpperf_opt_datatype((uint8_t)code);

            ck_assert_ptr_nonnull(dhcpperf_opt_type_name(type));
            ck_assert_msg((dhcpperf_opt_fields((uint8_t)code) != NULL) ==
                              (type == DHCPPERF_OPTTYPE_RECORD),
                          "code %d", code);
        }
        ck_assert_ptr_null(dhcpperf_opt_type_name((dhcpperf_opt_type)999));
    }
END_TEST

/* Text that must be refused, with the offset of the first character not understood. */
static const struct {
    uint8_t code;
    const char *text;
    int rc;
    size_t offset;
} refused[] = {
    {1, "", DHCPPERF_E_SYNTAX, 0},
    {1, "1.2.3", DHCPPERF_E_SYNTAX, 5},
    {1, "1.2.3.256", DHCPPERF_E_SYNTAX, 6},
    {1, "1.2.3.4 x", DHCPPERF_E_SYNTAX, 7},
    {1, "0x1.2.3.4", DHCPPERF_E_SYNTAX, 0},
    {3, "1.2.3.4,", DHCPPERF_E_SYNTAX, 8},
    {3, "1.2.3.4,,1.2.3.5", DHCPPERF_E_SYNTAX, 8},
    {3, "1.2.3.4, oops", DHCPPERF_E_SYNTAX, 9},
    {12, "", DHCPPERF_E_SYNTAX, 0},
    {12, "bad\\q", DHCPPERF_E_SYNTAX, 3},
    {12, "bad\\x4", DHCPPERF_E_SYNTAX, 3},
    {12, "hex:0", DHCPPERF_E_SYNTAX, 5},
    {12, "hex:012", DHCPPERF_E_SYNTAX, 7},
    {12, "hex:01:", DHCPPERF_E_SYNTAX, 6},
    {12, "hex:0g", DHCPPERF_E_SYNTAX, 5},
    {19, "maybe", DHCPPERF_E_SYNTAX, 0},
    {23, "256", DHCPPERF_E_RANGE, 0},
    {23, "-1", DHCPPERF_E_SYNTAX, 0},
    {23, "0x", DHCPPERF_E_SYNTAX, 1},
    {26, "65536", DHCPPERF_E_RANGE, 0},
    {2, "2147483648", DHCPPERF_E_RANGE, 0},
    {2, "-2147483649", DHCPPERF_E_RANGE, 1},
    {51, "4294967296", DHCPPERF_E_RANGE, 0},
    {51, "1x", DHCPPERF_E_SYNTAX, 0},
    {53, "DISCOVERY", DHCPPERF_E_SYNTAX, 0},
    {55, "1, nonsense", DHCPPERF_E_SYNTAX, 3},
    {61, "plain", DHCPPERF_E_SYNTAX, 0},
    {61, "mac:02:00", DHCPPERF_E_SYNTAX, 9},
    {61, "duid:01:02", DHCPPERF_E_SYNTAX, 8},
    {80, "false", DHCPPERF_E_SYNTAX, 0},
    {81, "flags=q host", DHCPPERF_E_SYNTAX, 6},
    {82, "circuit-id", DHCPPERF_E_SYNTAX, 10},
    {82, "circuit-id:", DHCPPERF_E_SYNTAX, 11},
    {82, "nowhere:x", DHCPPERF_E_SYNTAX, 0},
    {82, "circuit-id:a,", DHCPPERF_E_SYNTAX, 13},
    {82, "circuit-id:a, link-selection:1.2.3", DHCPPERF_E_SYNTAX, 34},
    {109, "1:2:3", DHCPPERF_E_SYNTAX, 5},
    {109, "1::2::3", DHCPPERF_E_SYNTAX, 4},
    {119, "a..b", DHCPPERF_E_SYNTAX, 2},
    {119, "a b", DHCPPERF_E_SYNTAX, 1},
    {121, "10.1.2.0/8 via 1.2.3.4", DHCPPERF_E_SYNTAX, 10},
    {121, "10.0.0.0/33 via 1.2.3.4", DHCPPERF_E_SYNTAX, 9},
    {121, "10.0.0.0/8", DHCPPERF_E_SYNTAX, 10},
    {121, "10.0.0.0/8 via", DHCPPERF_E_SYNTAX, 11},
    {124, "docsis", DHCPPERF_E_SYNTAX, 0},
    {125, "4491/9", DHCPPERF_E_SYNTAX, 6},
    {151, "", DHCPPERF_E_SYNTAX, 0},
    {159, "1 2", DHCPPERF_E_SYNTAX, 3},
    {159, "1 2 3 4", DHCPPERF_E_SYNTAX, 6},
    {221, "red", DHCPPERF_E_SYNTAX, 0},
    {224, "0102", DHCPPERF_E_SYNTAX, 0},
    {51, "", DHCPPERF_E_SYNTAX, 0},
    {51, "2000000h", DHCPPERF_E_RANGE, 0},
    {21, "10.0.0.0", DHCPPERF_E_SYNTAX, 8},
    {121, "10.0.0.0/x via 1.2.3.4", DHCPPERF_E_SYNTAX, 9},
    {55, "1,,3", DHCPPERF_E_SYNTAX, 2},
    {3, "1.2.3.4 5", DHCPPERF_E_SYNTAX, 7},
    {158, "1.2.3.4; 1.2", DHCPPERF_E_SYNTAX, 12},
    {82, "a-name-longer-than-any-of-the-sub-options:x", DHCPPERF_E_SYNTAX, 0},
    {82, "link-selection:1.2.3.4 x", DHCPPERF_E_SYNTAX, 22},
    {124, "4491 docsis", DHCPPERF_E_SYNTAX, 4},
    {221, "vpn-id:01:02", DHCPPERF_E_SYNTAX, 10},
    {119, "a\\q", DHCPPERF_E_SYNTAX, 1},
    {119, "a, b c", DHCPPERF_E_SYNTAX, 4},
    {81, "flags=9x host", DHCPPERF_E_SYNTAX, 7},
    {81, "rcodes=1/1x", DHCPPERF_E_SYNTAX, 10},
    {81, "rcodes=1", DHCPPERF_E_SYNTAX, 8},
};

START_TEST(wrong_text_is_refused_where_it_goes_wrong)
    {
        uint8_t value[64];
        size_t len = 99, offset = 99;
        int rc = dhcpperf_opt_encode_text_at(refused[_i].code, refused[_i].text, value,
                                             sizeof value, &len, &offset);

        ck_assert_msg(rc == refused[_i].rc, "case %d \"%s\": %s", _i, refused[_i].text,
                      dhcpperf_strerror(rc));
        ck_assert_msg(offset == refused[_i].offset, "case %d \"%s\": offset %zu, not %zu", _i,
                      refused[_i].text, offset, refused[_i].offset);
        ck_assert_msg(len == 99, "case %d: length touched", _i);
    }
END_TEST

START_TEST(c_038_parts_longer_than_their_length_octet_are_out_of_range) /* C-038 */
    {
        char text[700] = "circuit-id:";
        uint8_t value[512];
        size_t len;

        memset(text + 11, 'a', 255);
        ck_assert_int_eq(dhcpperf_opt_encode_text(82, text, value, sizeof value, &len), 0);
        ck_assert_uint_eq(len, 257);
        text[266] = 'a';
        ck_assert_int_eq(dhcpperf_opt_encode_text(82, text, value, sizeof value, &len),
                         DHCPPERF_E_RANGE);
        memset(text, 'a', 256);
        text[256] = '\0';
        ck_assert_int_eq(dhcpperf_opt_encode_text(77, text, value, sizeof value, &len),
                         DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_opt_encode_text(143, text, value, sizeof value, &len), 0);
        text[64] = '\0';
        ck_assert_int_eq(dhcpperf_opt_encode_text(119, text, value, sizeof value, &len),
                         DHCPPERF_E_RANGE);
        text[63] = '\0';
        ck_assert_int_eq(dhcpperf_opt_encode_text(119, text, value, sizeof value, &len), 0);
    }
END_TEST

START_TEST(a_name_of_255_octets_fits_and_one_of_256_does_not)
    {
        char text[300];
        uint8_t value[300];
        size_t len, i;

        for (i = 0; i < 253; i++) { /* 126 labels of one letter and the root: 253 octets */
            text[i] = i % 2 == 0 ? 'a' : '.';
        }
        text[253] = '\0';
        ck_assert_int_eq(dhcpperf_opt_encode_text(119, text, value, sizeof value, &len), 0);
        ck_assert_uint_eq(len, 255);
        memcpy(text + 253, "a", 2);
        ck_assert_int_eq(dhcpperf_opt_encode_text(119, text, value, sizeof value, &len),
                         DHCPPERF_E_RANGE);
    }
END_TEST

START_TEST(c_049_a_small_buffer_is_told_the_length_and_not_overrun) /* C-049 */
    {
        size_t n, i, cap, len;
        const option_vector *v = vectors_options(&n);
        uint8_t *value;
        char *text;
        int rc;

        for (i = 0; i < n; i++, v++) {
            dhcpperf_bytes bytes = {v->value, v->len};

            for (cap = 0; cap < v->len; cap++) {
                value = malloc(cap > 0 ? cap : 1);
                rc = dhcpperf_opt_encode_text(v->code, v->text, value, cap, &len);
                free(value);
                ck_assert_msg(rc == DHCPPERF_E_NOBUFS && len >= v->len, "options.txt:%u cap %zu",
                              v->line, cap);
            }
            for (cap = 0; cap <= strlen(v->canonical); cap++) {
                text = malloc(cap > 0 ? cap : 1);
                rc = dhcpperf_opt_format(v->code, bytes, text, cap);
                free(text);
                ck_assert_msg(rc == DHCPPERF_E_NOBUFS, "options.txt:%u cap %zu", v->line, cap);
            }
        }
    }
END_TEST

/* Lengths of C-013 and C-014, C-015, C-035, C-041, C-043: the smallest and the unit. */
static const struct {
    uint8_t code, len, fits;
} lengths[] = {
    {53, 0, 0},  {53, 1, 1},  {53, 2, 0},   {50, 3, 0},   {50, 4, 1},   {50, 5, 0},  {51, 3, 0},
    {51, 4, 1},  {51, 5, 0},  {54, 3, 0},   {54, 4, 1},   {54, 5, 0},   {58, 3, 0},  {58, 4, 1},
    {58, 5, 0},  {59, 3, 0},  {59, 4, 1},   {59, 5, 0},   {1, 3, 0},    {1, 4, 1},   {1, 5, 0},
    {2, 3, 0},   {2, 4, 1},   {2, 5, 0},    {57, 1, 0},   {57, 2, 1},   {57, 3, 0},  {52, 0, 0},
    {52, 1, 1},  {52, 2, 0},  {116, 0, 0},  {116, 1, 1},  {116, 2, 0},  {108, 3, 0}, {108, 4, 1},
    {108, 5, 0}, {3, 0, 0},   {3, 3, 0},    {3, 4, 1},    {3, 5, 0},    {3, 8, 1},   {6, 0, 0},
    {6, 8, 1},   {42, 5, 0},  {44, 4, 1},   {21, 4, 0},   {21, 8, 1},   {21, 12, 0}, {33, 4, 0},
    {33, 8, 1},  {33, 0, 0},  {61, 0, 0},   {61, 1, 0},   {61, 2, 1},   {80, 0, 1},  {80, 1, 0},
    {82, 0, 0},  {82, 1, 0},  {82, 2, 1},   {90, 10, 0},  {90, 11, 1},  {81, 2, 0},  {81, 3, 1},
    {55, 0, 0},  {55, 1, 1},  {55, 255, 1}, {68, 0, 1},   {68, 3, 0},   {124, 4, 0}, {124, 5, 1},
    {125, 4, 0}, {125, 5, 1}, {109, 15, 0}, {109, 16, 1}, {109, 17, 0}, {221, 0, 0},
};

START_TEST(lengths_are_judged_by_the_option)
    {
        uint8_t value[256] = {0};
        dhcpperf_bytes v = {value, lengths[_i].len};
        int rc = dhcpperf_opt_check(lengths[_i].code, v);

        ck_assert_msg((rc == 0) == (lengths[_i].fits != 0), "option %d of %d octets: %s",
                      lengths[_i].code, lengths[_i].len, dhcpperf_strerror(rc));
    }
END_TEST

/* Values that their option cannot have although the length is possible. */
static const struct {
    uint8_t code;
    const char *hex;
} broken[] = {
    {19, "02"},                      /* a flag that is neither */
    {121, "21 0a00000000 c0000201"}, /* width 33 (C-033) */
    {121, "08 0a c00002"},           /* router cut short */
    {121, "08 0a c0000201 08"},      /* second descriptor cut short */
    {82, "0105 6162"},               /* sub-option overruns (C-035, C-036) */
    {82, "0102616202"},              /* code without length */
    {119, "c000"},                   /* pointer to itself (C-042) */
    {119, "0161c005 0162 00"},       /* forward pointer */
    {119, "0161c000"},               /* pointer into the label it ends: a loop */
    {119, "0161"},                   /* no root */
    {119, "0561"},                   /* label past the end */
    {119, "80 00"},                  /* reserved label type */
    {119, "0161 00 c0"},             /* half a pointer */
    {124, "0000118b 05 04616263"},   /* data length too big (C-039) */
    {125, "0000118b 03 0101"},
    {125, "0000118b 00 0000"}, /* second enterprise cut short */
    {120, "02 c0000201"},      /* unknown encoding */
    {120, "01 c00002"},
    {120, "00 01 31 01 32 01 33 01 34 00"}, /* a name that reads as an address */
    {137, "0161 00 00"},                    /* octets behind the name */
    {158, "05 c0000201 00"},
    {143, "0005 6162"},
    {81, "040000 0561"}, /* wire name past the end */
    {221, "02 00"},      /* unknown VSS type (C-044) */
    {221, "01 000001"},
    {159, "0102 03"},
    {212, "0820 20010db8000000000000000000000000"}, /* 6rd without a relay */
};

START_TEST(broken_values_are_malformed)
    {
        uint8_t value[64];
        char text[256];
        long n = vectors_hex(broken[_i].hex, value, sizeof value);

        ck_assert_int_gt(n, 0);
        ck_assert_msg(format(broken[_i].code, value, (size_t)n, text, sizeof text) ==
                          DHCPPERF_E_MALFORMED,
                      "case %d: option %d %s gave %s", _i, broken[_i].code, broken[_i].hex, text);
        ck_assert_str_eq(text, "");
    }
END_TEST

START_TEST(c_033_widths_of_classless_routes) /* C-033 */
    {
        static const uint8_t widths[] = {0, 8, 17, 24, 25, 32};
        uint8_t value[16] = {widths[_i], 10, 0, 0, 0, 192, 0, 2, 1};
        size_t significant = (widths[_i] + 7u) / 8;
        char text[64], want[64];

        memmove(value + 1 + significant, value + 5, 4);
        snprintf(want, sizeof want, "%s/%d via 192.0.2.1", widths[_i] == 0 ? "0.0.0.0" : "10.0.0.0",
                 widths[_i]);
        ck_assert_int_gt(format(121, value, 1 + significant + 4, text, sizeof text), 0);
        ck_assert_str_eq(text, want);
    }
END_TEST

START_TEST(c_042_compressed_names_follow_pointers_backwards) /* C-042 */
    {
        static const uint8_t value[] = {3,   'e', 'n', 'g', 5,   'a',  'p', 'p',  'l', 'e',
                                        3,   'c', 'o', 'm', 0,   9,    'm', 'a',  'r', 'k',
                                        'e', 't', 'i', 'n', 'g', 0xc0, 4,   0xc0, 15};
        char text[128];

        ck_assert_int_gt(format(119, value, sizeof value, text, sizeof text), 0);
        ck_assert_str_eq(text, "eng.apple.com, marketing.apple.com, marketing.apple.com");
    }
END_TEST

START_TEST(c_048_control_octets_never_reach_the_text) /* C-048 */
    {
        uint8_t value[256];
        char text[2048];
        int i, n;

        for (i = 0; i < 256; i++) {
            value[i] = (uint8_t)i;
        }
        n = format(56, value, sizeof value, text, sizeof text);
        ck_assert_int_gt(n, 0);
        for (i = 0; i < n; i++) {
            ck_assert_msg(text[i] >= 0x20 && text[i] < 0x7f, "character %d", i);
        }
    }
END_TEST

START_TEST(assignments_take_names_numbers_and_bare_flags)
    {
        uint8_t code, value[64];
        size_t len, offset;

        ck_assert_int_eq(
            dhcpperf_opt_parse_assignment("60=udhcp 1.0", &code, value, sizeof value, &len, NULL),
            0);
        ck_assert_uint_eq(code, 60);
        ck_assert_uint_eq(len, 9);
        ck_assert_int_eq(
            dhcpperf_opt_parse_assignment("rapid-commit", &code, value, sizeof value, &len, NULL),
            0);
        ck_assert_uint_eq(code, 80);
        ck_assert_uint_eq(len, 0);
        ck_assert_int_eq(dhcpperf_opt_parse_assignment("routes=10.0.0.0/8 via 192.0.2.1, default "
                                                       "via 192.0.2.2",
                                                       &code, value, sizeof value, &len, NULL),
                         0);
        ck_assert_uint_eq(code, 121);
        ck_assert_uint_eq(len, 11);
        ck_assert_int_eq(
            dhcpperf_opt_parse_assignment("router=oops", &code, value, sizeof value, &len, &offset),
            DHCPPERF_E_SYNTAX);
        ck_assert_uint_eq(offset, 7);
        ck_assert_int_eq(
            dhcpperf_opt_parse_assignment("nonsense=1", &code, value, sizeof value, &len, &offset),
            DHCPPERF_E_SYNTAX);
        ck_assert_uint_eq(offset, 0);
        ck_assert_int_eq(
            dhcpperf_opt_parse_assignment("=1", &code, value, sizeof value, &len, &offset),
            DHCPPERF_E_SYNTAX);
        ck_assert_int_eq(
            dhcpperf_opt_parse_assignment("router", &code, value, sizeof value, &len, &offset),
            DHCPPERF_E_SYNTAX);
    }
END_TEST

START_TEST(wrong_arguments_are_invalid)
    {
        dhcpperf_bytes none = {NULL, 4};
        uint8_t code, value[8];
        size_t len;

        ck_assert_int_eq(dhcpperf_opt_encode_text(1, NULL, value, 8, &len), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_opt_encode_text(1, "1.2.3.4", value, 8, NULL),
                         DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_opt_parse_assignment(NULL, &code, value, 8, &len, NULL),
                         DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_opt_parse_assignment("a=b", NULL, value, 8, &len, NULL),
                         DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_opt_format(1, none, NULL, 0), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_relay_subopt_code(NULL), DHCPPERF_E_INVALID);
    }
END_TEST

START_TEST(enterprise_and_list_parts_have_their_limits)
    {
        char text[1200] = "4491/";
        uint8_t value[1200];
        size_t i, len;

        for (i = 0; i < 2; i++) { /* two parts of 130 octets are more than one length octet */
            memset(text + 5 + 131 * i, 'a', 130);
            text[5 + 131 * i + 130] = i == 0 ? ',' : '\0';
        }
        ck_assert_int_eq(dhcpperf_opt_encode_text(124, text, value, sizeof value, &len),
                         DHCPPERF_E_RANGE);
        for (i = 0; i < 64; i++) { /* 64 addresses are 256 octets */
            memcpy(text + 8 * i, "1.1.1.1,", 8);
        }
        text[8 * 64 - 1] = '\0';
        ck_assert_int_eq(dhcpperf_opt_encode_text(158, text, value, sizeof value, &len),
                         DHCPPERF_E_RANGE);
        text[8 * 63 - 1] = '\0';
        ck_assert_int_eq(dhcpperf_opt_encode_text(158, text, value, sizeof value, &len), 0);
        ck_assert_uint_eq(len, 253);
    }
END_TEST

START_TEST(c_035_suboptions_are_walked_with_every_code_ordinary) /* C-035 */
    {
        static const uint8_t value[] = {0, 1, 9, 255, 0,  1, 2, 'a', 'b', 5,
                                        3, 1, 2, 3,   11, 4, 1, 2,   3,   4};
        dhcpperf_bytes v = {value, sizeof value}, sub;
        size_t cursor = 0;
        dhcpperf_ip4 ip;
        uint8_t code;

        ck_assert_int_eq(dhcpperf_subopt_next(v, &cursor, &code, &sub), 1);
        ck_assert_uint_eq(code, 0);
        ck_assert_int_eq(dhcpperf_subopt_next(v, &cursor, &code, &sub), 1);
        ck_assert_uint_eq(code, 255);
        ck_assert_uint_eq(sub.len, 0);
        ck_assert_int_eq(dhcpperf_subopt_find(v, 1, &sub), 0);
        ck_assert_uint_eq(sub.len, 2);
        ck_assert_int_eq(dhcpperf_subopt_find(v, 99, &sub), DHCPPERF_E_NOTFOUND);
        /* C-046: 5 and 11 of other than 4 octets are absent */
        ck_assert_int_eq(dhcpperf_relay_get_ip4(v, 5, &ip), DHCPPERF_E_NOTFOUND);
        ck_assert_int_eq(dhcpperf_relay_get_ip4(v, 11, &ip), 0);
        assert_ip4_eq(ip, "1.2.3.4");
        v.len--;
        ck_assert_int_eq(dhcpperf_subopt_find(v, 99, &sub), DHCPPERF_E_MALFORMED);
        ck_assert_int_eq(dhcpperf_subopt_find(v, 1, &sub), 0);
    }
END_TEST

START_TEST(c_039_enterprises_are_walked) /* C-039 */
    {
        static const uint8_t value[] = {0, 0, 0x11, 0x8b, 2, 1, 0, 0, 0, 1, 0x37, 0};
        dhcpperf_bytes v = {value, sizeof value}, data;
        size_t cursor = 0;
        uint32_t enterprise;

        ck_assert_int_eq(dhcpperf_enterprise_next(v, &cursor, &enterprise, &data), 1);
        ck_assert_uint_eq(enterprise, 4491);
        ck_assert_uint_eq(data.len, 2);
        ck_assert_int_eq(dhcpperf_enterprise_next(v, &cursor, &enterprise, &data), 1);
        ck_assert_uint_eq(enterprise, 311);
        ck_assert_uint_eq(data.len, 0);
        ck_assert_int_eq(dhcpperf_enterprise_next(v, &cursor, &enterprise, &data), 0);
        v.len = 8;
        cursor = 0;
        ck_assert_int_eq(dhcpperf_enterprise_next(v, &cursor, &enterprise, &data), 1);
        ck_assert_int_eq(dhcpperf_enterprise_next(v, &cursor, &enterprise, &data),
                         DHCPPERF_E_MALFORMED);
    }
END_TEST

/* Random octets, drawn so that lengths, labels and texts often make sense. */
static size_t random_value(uint64_t seed, uint64_t round, uint8_t *value, size_t cap)
{
    static const uint8_t likely[] = {0,    1,   2,   3,   4,    5,    8,   16,  24,
                                     32,   'a', 'b', '.', ',',  ' ',  ':', ';', '=',
                                     '\\', 'h', 'e', 'x', 0x7f, 0xc0, 0xff};
    size_t i, n = dp_below(dp_draw(seed, round, 1, 0), cap);

    for (i = 0; i < n; i++) {
        value[i] = likely[dp_below(dp_draw(seed, round, 2, i), sizeof likely)];
    }
    return n;
}

START_TEST(any_value_that_formats_encodes_back) /* every shape, both directions */
    {
        uint64_t seed = harness_seed((uint64_t)_i), round;
        uint8_t value[48], back[64];
        char text[1024], again[1024];
        size_t len, back_len, formatted = 0;

        for (round = 0; round < 40000; round++) {
            uint8_t code = (uint8_t)(round & 255);
            int rc;

            len = random_value(seed, round, value, sizeof value);
            rc = format(code, value, len, text, sizeof text);
            if (rc < 0) {
                continue;
            }
            formatted++;
            rc = dhcpperf_opt_encode_text(code, text, back, sizeof back, &back_len);
            ck_assert_msg(rc == 0, "seed %d round %u option %d \"%s\": %s", _i, (unsigned)round,
                          code, text, dhcpperf_strerror(rc));
            if (dhcpperf_opt_datatype(code) == DHCPPERF_OPTTYPE_SEARCH_LIST ||
                dhcpperf_opt_datatype(code) == DHCPPERF_OPTTYPE_DOMAIN_LIST ||
                dhcpperf_opt_datatype(code) == DHCPPERF_OPTTYPE_DOMAIN ||
                dhcpperf_opt_datatype(code) == DHCPPERF_OPTTYPE_SIP_SERVERS ||
                dhcpperf_opt_datatype(code) == DHCPPERF_OPTTYPE_RECORD) {
                /* names may have been compressed in another way: compare the texts */
                ck_assert_int_ge(format(code, back, back_len, again, sizeof again), 0);
                ck_assert_msg(strcmp(text, again) == 0, "seed %d round %u option %d \"%s\" \"%s\"",
                              _i, (unsigned)round, code, text, again);
                continue;
            }
            ck_assert_msg(back_len == len && memcmp(back, value, len) == 0,
                          "seed %d round %u option %d \"%s\"", _i, (unsigned)round, code, text);
        }
        ck_assert_uint_gt(formatted, 4000);
    }
END_TEST

#define N_OF(array) ((int)(sizeof(array) / sizeof(array)[0]))

static void tests(TCase *tc)
{
    tcase_add_test(tc, every_vector_encodes_and_formats_as_written);
    tcase_add_test(tc, every_named_option_has_a_vector);
    tcase_add_test(tc, names_and_numbers_lead_to_the_code);
    tcase_add_test(tc, relay_suboptions_have_names_too);
    tcase_add_test(tc, ranges_of_codes_have_their_status);
    tcase_add_test(tc, every_type_has_a_name_and_records_have_fields);
    tcase_add_loop_test(tc, wrong_text_is_refused_where_it_goes_wrong, 0, N_OF(refused));
    tcase_add_test(tc, c_038_parts_longer_than_their_length_octet_are_out_of_range);
    tcase_add_test(tc, a_name_of_255_octets_fits_and_one_of_256_does_not);
    tcase_add_test(tc, c_049_a_small_buffer_is_told_the_length_and_not_overrun);
    tcase_add_loop_test(tc, lengths_are_judged_by_the_option, 0, N_OF(lengths));
    tcase_add_loop_test(tc, broken_values_are_malformed, 0, N_OF(broken));
    tcase_add_loop_test(tc, c_033_widths_of_classless_routes, 0, 6);
    tcase_add_test(tc, c_042_compressed_names_follow_pointers_backwards);
    tcase_add_test(tc, c_048_control_octets_never_reach_the_text);
    tcase_add_test(tc, assignments_take_names_numbers_and_bare_flags);
    tcase_add_test(tc, wrong_arguments_are_invalid);
    tcase_add_test(tc, enterprise_and_list_parts_have_their_limits);
    tcase_add_test(tc, c_035_suboptions_are_walked_with_every_code_ordinary);
    tcase_add_test(tc, c_039_enterprises_are_walked);
    tcase_add_loop_test(tc, any_value_that_formats_encodes_back, 0, 4);
}

HARNESS_MAIN("wire/option", tests)
