# SPDX-License-Identifier: MIT
"""loopback - our two commands over UDP loopback, one processor each, beside the limit: an echo pair
that only moves datagrams, with the same train, window, length and destinations, in the same turn.
"""

import os

import programs
from figures import Measured
from lab import GENERATOR_CPU, SERVER_CPU, Failed

WINDOW = 8192


def echo(bench, gso, relays, *flags):
    return programs.run(
        bench, "bench_echo", "--reps", "1", "--gso", gso, "--relays", str(relays),
        "--window", str(WINDOW), *flags,
    )  # fmt: skip


def carrier(bench):
    """Our carriers and pumps around engines that only echo, beside the raw pair."""
    meter = bench.meter()
    ours, raw = [], []
    for _ in range(bench.reps):
        lines = echo(bench, "auto", 1)
        ours += programs.find(lines, {"bench": "echo"}, "ours_per_s")
        raw += programs.find(lines, {"bench": "echo"}, "raw_per_s")
    return {"loop.carrier": Measured(ours, raw, meter.read())}


def echo_limit(bench, gso, relays, train=64):
    """DORA/s that the raw echo pair would allow: a DORA is two exchanges."""
    lines = echo(bench, gso, relays, "--pair", "raw", "--train", str(max(train, 2)))
    found = programs.find(lines, {"bench": "echo", "gso": gso}, "raw_per_s")
    if not found or not found[0]:
        raise Failed("bench_echo says nothing")
    return found[0] / 2


def start(lab, last, flags):
    """dhcp-server with addresses from 10.0.0.10 to `last`; the port that it chose."""
    child = lab.start(
        None, SERVER_CPU,
        [lab.command("dhcp-server"), "--port", "0", "--start-ip", "10.0.0.10",
         "--end-ip", last, "--lease-time", "1h", "--reply-to-source", *flags],
    )  # fmt: skip
    while "ready on" not in lab.said(child):
        if child.poll() is not None:
            raise Failed("dhcp-server: " + lab.stop(child).strip())
    return child, lab.said(child).split("ready on ")[1].split()[0].rsplit(":", 1)[1]


def trial(bench, *flags, last="10.15.255.250", server_flags=()):
    """One run of dhcp-tester against a fresh server; its result document."""
    lab = bench.lab
    server, port = start(lab, last, server_flags)
    try:
        done = lab.run(
            None, GENERATOR_CPU,
            [lab.command("dhcp-tester"), "--server", "127.0.0.1", "--port", port, "--quiet",
             "--output", "json=" + os.path.join(lab.work, "tester.json"), *flags],
            120,
        )  # fmt: skip
    finally:
        lab.stop(server)
    if done.status != 0:
        said = done.output.strip().splitlines()
        raise Failed(f"dhcp-tester: {said[-1] if said else done.status}")
    found = lab.document("tester.json")
    if sum(v["count"] for v in found["violations"]) != 0:
        raise Failed(f"the run broke rules: {found['violations']}")
    found["peak_bytes"] = done.peak_bytes
    return found


def rate(found):
    return found["totals"]["dora_per_s"]


def direct(bench, clients, *flags, **server):
    return trial(bench, "--clients", str(clients), "--concurrency", str(WINDOW), *flags, **server)


def relay_flags(n):
    return ["--relay", "--relay-ip", "127.1.0.1", "--relay-count", str(n)]


def one_destination(bench):
    meter = bench.meter()
    found, limits = [], []
    for _ in range(bench.reps):
        found.append(direct(bench, bench.scaled(1000000)))
        limits.append(echo_limit(bench, "auto", 1, found[-1]["generator"]["train_max"]))
    foreign = meter.read()
    rates = [rate(f) for f in found]
    return {
        "loop.direct": Measured(rates, [], foreign),
        "loop.share": Measured(rates, limits, foreign),
        "loop.drops": Measured([f["generator"]["socket_drops"] for f in found], [], foreign),
    }


def relays(bench):
    meter = bench.meter()
    many, one, limits = [], [], []
    for _ in range(bench.reps):
        one.append(rate(direct(bench, bench.scaled(1000000), *relay_flags(1))))
        many.append(rate(direct(bench, bench.scaled(1000000), *relay_flags(1000))))
        limits.append(echo_limit(bench, "auto", 1000))
    foreign = meter.read()
    return {
        "loop.relays1000": Measured(many, one, foreign),
        "loop.relays1000.share": Measured(many, limits, foreign),
    }


def singles(bench):
    meter = bench.meter()
    ours, limits = [], []
    for _ in range(bench.reps):
        off = ("--gso", "off")
        ours.append(rate(direct(bench, bench.scaled(200000), *off, server_flags=off)))
        limits.append(echo_limit(bench, "off", 1))
    return {"loop.singles": Measured(ours, limits, meter.read())}


def flight(bench):
    """All of them have sent before any is answered for good: nothing may be lost."""
    meter = bench.meter()
    lost = []
    for _ in range(bench.reps):
        found = trial(bench, *"--clients 100000 --concurrency 100000 --timeout 3s".split())
        t = found["totals"]
        lost.append(t["started"] - t["bound"] + t["retries"])
    return {"loop.flight": Measured(lost, [], meter.read())}


def many(bench):
    """10^7 clients."""
    meter = bench.meter()
    found = [direct(bench, 10000000, last="10.200.0.0") for _ in range(bench.reps)]
    foreign = meter.read()
    return {
        "loop.memory.1e7": Measured([f["peak_bytes"] / 2**20 for f in found], [], foreign),
        "loop.rate.1e7": Measured([rate(f) for f in found], [], foreign),
    }
