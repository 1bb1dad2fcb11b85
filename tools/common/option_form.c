/* SPDX-License-Identifier: MIT */
/* option_form.c - one example for each data type of options. */
#include "common/option_form.h"

#include <stdio.h>

#include <libdhcpperf/option.h>

static const char *example_of(dhcpperf_opt_type type)
{
    switch (type) {
    case DHCPPERF_OPTTYPE_FLAG:
    case DHCPPERF_OPTTYPE_BOOL:
        return "true";
    case DHCPPERF_OPTTYPE_U8:
    case DHCPPERF_OPTTYPE_U16:
    case DHCPPERF_OPTTYPE_U32:
        return "64";
    case DHCPPERF_OPTTYPE_I32:
        return "-3600";
    case DHCPPERF_OPTTYPE_SECONDS:
        return "1h30m";
    case DHCPPERF_OPTTYPE_IP4:
        return "192.0.2.1";
    case DHCPPERF_OPTTYPE_IP4_LIST:
    case DHCPPERF_OPTTYPE_IP4_LIST0:
        return "192.0.2.1, 192.0.2.2";
    case DHCPPERF_OPTTYPE_IP4_LISTS:
        return "192.0.2.1, 192.0.2.2; 198.51.100.1";
    case DHCPPERF_OPTTYPE_IP4_MASK_LIST:
        return "10.0.0.0/8";
    case DHCPPERF_OPTTYPE_IP4_VIA_LIST:
        return "10.0.0.1 via 192.0.2.1";
    case DHCPPERF_OPTTYPE_ROUTE_LIST:
        return "10.0.0.0/8 via 192.0.2.1, default via 192.0.2.254";
    case DHCPPERF_OPTTYPE_U8_LIST:
    case DHCPPERF_OPTTYPE_U16_LIST:
        return "1, 2";
    case DHCPPERF_OPTTYPE_CODE_LIST:
        return "1, router, dns-servers";
    case DHCPPERF_OPTTYPE_MSG_TYPE:
        return "DISCOVER";
    case DHCPPERF_OPTTYPE_DOMAIN:
        return "example.org";
    case DHCPPERF_OPTTYPE_DOMAIN_LIST:
    case DHCPPERF_OPTTYPE_SEARCH_LIST:
        return "example.org, example.net";
    case DHCPPERF_OPTTYPE_CLIENT_ID:
        return "id:text or hex:01ab";
    case DHCPPERF_OPTTYPE_FQDN:
        return "flags=se host.example.org.";
    case DHCPPERF_OPTTYPE_USER_CLASS:
        return "gold, silver";
    case DHCPPERF_OPTTYPE_SIP_SERVERS:
        return "192.0.2.1 or sip.example.org";
    case DHCPPERF_OPTTYPE_SUBOPTIONS:
        return "1:hex:0102, 2:text";
    case DHCPPERF_OPTTYPE_RELAY_INFO:
        return "circuit-id:eth0/1, remote-id:hex:0102";
    case DHCPPERF_OPTTYPE_VI_CLASS:
        return "4491/docsis3.0";
    case DHCPPERF_OPTTYPE_VI_INFO:
        return "4491/1:hex:0102, 2:text";
    case DHCPPERF_OPTTYPE_VSS:
        return "vpn:red";
    case DHCPPERF_OPTTYPE_URI_LIST:
        return "https://example.org/";
    case DHCPPERF_OPTTYPE_OPAQUE:
    case DHCPPERF_OPTTYPE_STRING:
    case DHCPPERF_OPTTYPE_RECORD:
    case DHCPPERF_OPTTYPE__FORCE_INT:
        break;
    }
    return NULL;
}

static const char *word_of(char field)
{
    switch (field) {
    case 'i':
        return "address";
    case '6':
        return "IPv6 address";
    case 'I':
        return "addresses";
    case 'd':
        return "domain names";
    case 't':
        return "text";
    case 'x':
        return "octets";
    default:
        return "number";
    }
}

/* The fields of a record, one after another. */
static void describe_record(const char *fields, char buf[OPTION_FORM_CAP])
{
    int at = snprintf(buf, OPTION_FORM_CAP, ", which is, between spaces:");

    for (; *fields != '\0' && at < OPTION_FORM_CAP; fields++) {
        at += snprintf(buf + at, (size_t)(OPTION_FORM_CAP - at), " %s%s", word_of(*fields),
                       fields[1] != '\0' ? "," : "");
    }
}

const char *option_form(uint8_t code, char buf[OPTION_FORM_CAP])
{
    dhcpperf_opt_type type = dhcpperf_opt_datatype(code);
    const char *example = example_of(type), *fields = dhcpperf_opt_fields(code);

    buf[0] = '\0';
    if (example != NULL) {
        snprintf(buf, OPTION_FORM_CAP, ", such as %s", example);
    } else if (type == DHCPPERF_OPTTYPE_RECORD && fields != NULL) {
        describe_record(fields, buf);
    } else if (type == DHCPPERF_OPTTYPE_OPAQUE) {
        snprintf(buf, OPTION_FORM_CAP, ", such as hex:0a0b, text:abc or ip:192.0.2.1");
    }
    return buf;
}
