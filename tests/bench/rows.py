# SPDX-License-Identifier: MIT
"""rows - the table: every row, what it is to reach, and who measures it.

A row without a target has NONE: it is shown because a change in it means something.
"""

from figures import NONE, Row, Target


def ours(relation, value):
    return Target("ours", relation, value)


def ratio(relation, value):
    return Target("ratio", relation, value)


RATES = ("1k", "10k", "50k", "200k")

# (title, measured by, rows).  "program:NAME" is a program of this folder, anything else a function.
GROUPS = [
    (
        "One message, one sample, one timer, one lease",
        "program:bench_message",
        [
            Row("parse.indexed", "parse 300 octets, common options indexed", "ns", ours("<=", 25)),
            Row("parse.reader", "parse 300 octets, any option readable", "ns", NONE),
            Row("compose.discover", "compose a DISCOVER by the writer", "ns", NONE),
            Row("compose.ack", "compose an ACK by the writer", "ns", NONE),
        ],
    ),
    ("", "program:bench_hist", [Row("hist.record", "record a latency, 3 digits", "ns", NONE)]),
    (
        "",
        "program:bench_wheel",
        [
            Row(f"timer.{what}.{n}", f"{words} a timer, {n.replace('1e', '10^')} set", "ns", NONE)
            for n in ("1e4", "1e7")
            for what, words in (("set", "set"), ("move", "move"), ("fire", "fire"))
        ],
    ),
    (
        "",
        "program:bench_lease",
        [
            Row("lease.lookup", "find a client's lease among 10^6", "ns", NONE),
            Row("lease.allocate", "allocate and bind an address of 10^6", "ns", NONE),
            Row("lease.expire", "expire a lease of 10^6", "ns", NONE),
        ],
    ),
    (
        "The engines in memory, one thread",
        "program:bench_client",
        [
            Row("client.message", "client engine, per message, 10^5 stations", "ns", NONE),
        ],
    ),
    (
        "",
        "program:bench_server",
        [
            Row("server.message", "server engine, per message, 10^5 clients", "ns", NONE),
            Row("server.renewal", "server engine, per renewal, 10^5 clients", "ns", NONE),
            Row("server.bytes", "memory of a lease at 10^6, all in", "octets", ours("<=", 128)),
        ],
    ),
    (
        "",
        "program:bench_dora",
        [
            Row("dora.1e4", "client and server, 10^4 stations", "DORA/s", NONE),
            Row("dora.1e5", "client and server, 10^5 stations", "DORA/s", ours(">=", 2.5e6)),
            Row("dora.1e6", "client and server, 10^6 stations", "DORA/s", NONE),
            Row("dora.1e7", "client and server, 10^7 stations", "DORA/s", NONE),
            Row("dora.station", "memory of a station at 10^6, all in", "octets", ours("<=", 96)),
            Row("dora.growth", "cost per DORA, 10^7 over 10^4 stations", "times", ours("<", 1.5)),
        ],
    ),
    (
        "dhcp-tester and dhcp-server over UDP loopback, one processor each",
        "loopback.one_destination",
        [
            Row("loop.direct", "one destination", "DORA/s", ours(">=", 2e6)),
            Row("loop.share", "one destination, share of the echo limit", "DORA/s",
                ratio(">=", 0.5), "raw echo / 2"),
            Row("loop.drops", "own socket drops at the ceiling", "", ours("<=", 0)),
        ],
    ),
    (
        "",
        "loopback.relays",
        [
            Row("loop.relays1000", "1,000 relays in runs of 64", "DORA/s",
                ratio(">=", 0.8), "one relay"),
            Row("loop.relays1000.share", "1,000 relays, share of the echo limit", "DORA/s",
                NONE, "raw echo / 2"),
        ],
    ),
    (
        "",
        "loopback.singles",
        [
            Row("loop.singles", "single packets (--gso off)", "DORA/s",
                ratio(">=", 0.9), "raw echo / 2"),
        ],
    ),
    (
        "",
        "loopback.carrier",
        [Row("loop.carrier", "carriers and pumps alone", "echoes/s", NONE, "raw echo")],
    ),
    (
        "",
        "loopback.flight",
        [
            Row("loop.flight", "exchanges lost, 100,000 in flight at once", "", ours("<=", 0)),
        ],
    ),
    (
        "",
        "loopback.many",
        [
            Row("loop.memory.1e7", "dhcp-tester with 10^7 stations", "MiB", ours("<", 1228.8)),
            Row("loop.rate.1e7", "dhcp-tester with 10^7 stations", "DORA/s", NONE),
        ],
    ),
    (
        "Asked rates, as a plain responder sees them",
        "peers.paced",
        [
            *(
                Row(f"pace.error.{n}", f"rate error at {n}/s, precise", "%",
                    ours("<", 0.05), "perfdhcp")
                for n in RATES[:3]
            ),
            *(
                Row(f"pace.batch.{n}", f"rate error at {n}/s, batch", "%",
                    ours("<", 0.05), "perfdhcp")
                for n in RATES[:3]
            ),
            Row("pace.lag.1k", "send lag p99 at 1k/s, precise", "us", NONE),
            Row("pace.lag.10k", "send lag p99 at 10k/s, precise", "us", ours("<", 50)),
            Row("pace.lag.50k", "send lag p99 at 50k/s, precise", "us", NONE),
            Row("pace.cpu.1k", "processors used at 1k/s, batch", "", ours("<", 0.02), "perfdhcp"),
            Row("pace.cpu.10k", "processors used at 10k/s, batch", "", ours("<", 0.1), "perfdhcp"),
            Row("pace.cpu.50k", "processors used at 50k/s, batch", "", NONE, "perfdhcp"),
        ],
    ),
    (
        "",
        "peers.rate_200k",
        [
            Row("pace.batch.200k", "rate error at 200k/s, batch", "%", ours("<", 0.05)),
            Row("pace.lag.200k", "send lag p99 at 200k/s, batch", "us", NONE),
            Row("pace.cpu.200k", "processors used at 200k/s, batch", "", NONE),
        ],
    ),
    (
        "dhcp-tester beside perfdhcp",
        "peers.generators_loop",
        [
            Row("gen.loop.rate", "our server on loopback", "DORA/s", ratio(">=", 40), "perfdhcp"),
            Row("gen.loop.cpu", "the same, generator's CPU per DORA", "us",
                ratio("<=", 1 / 40), "perfdhcp"),
        ],
    ),
    (
        "",
        "peers.generators_cable",
        [
            Row("gen.cable.rate", "our server over veth", "DORA/s", ratio(">=", 40), "perfdhcp"),
            Row("gen.cable.cpu", "the same, generator's CPU per DORA", "us",
                ratio("<=", 1 / 40), "perfdhcp"),
        ],
    ),
    (
        "",
        "peers.generators_plain",
        [
            Row("gen.plain.rate", "a plain responder without trains", "DORA/s",
                ratio(">=", 4), "perfdhcp"),
            Row("gen.plain.cpu", "the same, generator's CPU per DORA", "us", NONE, "perfdhcp"),
        ],
    ),
    (
        "",
        "peers.memory",
        [Row("gen.memory", "memory with 10^5 clients that renew", "MiB", NONE, "perfdhcp -f")],
    ),
    (
        "dhcp-server beside other servers, under dhcp-tester",
        "peers.kea_loop",
        [
            Row("srv.kea.rate", "Kea, in memory, on loopback", "DORA/s", ratio(">=", 50), "Kea"),
            Row("srv.kea.cpu", "the same, server's CPU per DORA", "us", ratio("<=", 1 / 50), "Kea"),
        ],
    ),
    *(
        (
            "",
            "peers." + function,
            [
                Row(f"srv.{name}.rate", f"{says}, over veth", "DORA/s", NONE, short),
                Row(f"srv.{name}.cpu", "the same, server's CPU per DORA", "us", NONE, short),
            ],
        )
        for function, name, says, short in (
            ("kea_cable", "kea-cable", "Kea, in memory", "Kea"),
            ("dhcpd", "dhcpd", "ISC dhcpd, 64k addresses", "dhcpd"),
            ("dnsmasq", "dnsmasq", "dnsmasq, no ping", "dnsmasq"),
            ("udhcpd", "udhcpd", "udhcpd, 1,024 leases", "udhcpd"),
        )
    ),
]


def all_rows():
    return [row for _, _, rows in GROUPS for row in rows]
