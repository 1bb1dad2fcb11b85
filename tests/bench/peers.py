# SPDX-License-Identifier: MIT
"""peers - our commands and other people's, in turns, under the same load in the same place.

A trial is one generator against one fresh server, each on a processor of its own where there are
two.  What is compared is always taken in the same turn.
"""

import json
import os
import re
import time

import loopback
import machine
import servers
from figures import Measured
from lab import GENERATOR_CPU, SERVER_CPU, Failed

LOST = 0.01  # share of the exchanges that a held rate may lose


# -- one trial --


class Trial:
    """Rate reached, processor time of each side per DORA, and what else is asked about."""

    def __init__(self, started, bound, took_s, cpu_s, peak_bytes):
        self.started = started
        self.bound = bound
        self.took_s = took_s
        self.cpu_s = cpu_s
        self.peak_bytes = peak_bytes
        self.server_cpu_s = 0.0
        self.document = None
        self.observed = None  # what the plain responder saw

    @property
    def rate(self):
        return self.bound / self.took_s if self.took_s > 0 else 0.0

    @property
    def cpu_per_dora(self):
        return self.cpu_s / self.bound if self.bound else 0.0

    @property
    def server_cpu_per_dora(self):
        return self.server_cpu_s / self.bound if self.bound else 0.0

    @property
    def lost(self):
        return 1 - self.bound / self.started if self.started else 1.0


def start_server(lab, make, place):
    command, environment = make(lab, place)
    child = lab.start(place.network, SERVER_CPU, command, environment)
    ready = {servers.ours: "dhcp-server: ready", servers.responder: "responder: ready"}.get(make)
    until = time.monotonic() + 20
    while time.monotonic() < until:
        if child.poll() is not None:
            said = lab.stop(child).strip().splitlines()
            raise Failed(f"{os.path.basename(command[0])} ended: {said[-1] if said else 'silent'}")
        if ready is None:
            if probe(lab, place):
                return child
            time.sleep(0.1)
        elif ready in lab.said(child):
            return child
        else:
            time.sleep(0.01)
    lab.stop(child)
    raise Failed(f"{os.path.basename(command[0])} does not answer")


def probe(lab, place):
    """One client with an address of its own is served."""
    with open(os.path.join(lab.work, "empty"), "w"):
        pass
    done = lab.run(
        place.clients,
        GENERATOR_CPU,
        tester_command(lab, place)
        + "--clients 1 --timeout 300ms --mac-base 02:aa:00:00:00:01".split(),
        5,
    )
    return done.status == 0 and lab.document("tester.json")["totals"]["bound"] == 1


def tester_command(lab, place):
    return [lab.command("dhcp-tester"), "--quiet", "--server", place.address,
            "--bind", place.relay, "--relay", "--relay-ip", place.relay,
            "--output", "json=" + os.path.join(lab.work, "tester.json")]  # fmt: skip


def tester(lab, place, *flags, limit_s=60):
    done = lab.run(place.clients, GENERATOR_CPU, tester_command(lab, place) + list(flags), limit_s)
    if done.status != 0:
        said = done.output.strip().splitlines()
        raise Failed(f"dhcp-tester: {said[-1] if said else done.status}")
    found = lab.document("tester.json")
    t = found["totals"]
    trial = Trial(t["started"], t["bound"], found["run"]["elapsed_s"], done.cpu_s, done.peak_bytes)
    trial.document = found
    return trial


def parse_perfdhcp(text):
    """{exchange: {name: number}} of the statistics that perfdhcp prints."""
    found = {}
    name = None
    for each in text.splitlines():
        heading = re.fullmatch(r"\*\*\*Statistics for: (\S+)\*\*\*", each.strip())
        pair = re.fullmatch(r"([a-z ]+): *(-?[\d.]+)(?: ms| %)?", each.strip())
        if heading:
            name = heading.group(1)
            found[name] = {}
        elif pair and name:
            found[name][pair.group(1)] = float(pair.group(2))
    return found


def perfdhcp(lab, place, rate, seconds, *flags):
    """Its faster mode on two processors; the wait for stragglers at the end is kept short, since it
    spins through it."""
    done = lab.run(
        place.clients,
        GENERATOR_CPU,
        [servers.find("perfdhcp", "kea-admin"), "-4", "-l", place.relay, "-r", str(int(rate)),
         "-R", "1000000", "-p", str(seconds), "-W", "50000", "-g", "single", *flags,
         place.address],  # fmt: skip
        seconds + 20,
    )
    found = parse_perfdhcp(done.output)
    try:
        started = found["DISCOVER-OFFER"]["sent packets"]
        bound = found["REQUEST-ACK"]["received packets"]
    except KeyError:
        said = done.output.strip().splitlines()
        raise Failed(f"perfdhcp: {said[-1] if said else done.status}") from None
    return Trial(int(started), int(bound), seconds, done.cpu_s, done.peak_bytes)


def against(lab, make, place, generate):
    """generate() against a fresh server; the server's processor time is in the trial."""
    server = start_server(lab, make, place)
    try:
        before = machine.cpu_of(server.pid)
        trial = generate()
        trial.server_cpu_s = machine.cpu_of(server.pid) - before
    finally:
        said = lab.stop(server)
    if make is servers.responder:
        trial.observed = json.loads(said.strip().splitlines()[-1])
    return trial


# -- the highest rate that something holds --


def highest(holds, start, tries, close=1.06):
    """The highest rate of those tried at which holds(rate) is true: up or down by large steps until
    one holds and one does not, then between the two; 0 when none held."""
    low, high, rate = 0.0, None, float(start)
    for _ in range(tries):
        if holds(rate):
            low = rate
        else:
            high = rate
        if high is None:
            rate = low * 1.5
        elif low == 0:
            rate = high / 2
        elif high / low < close:
            break
        else:
            rate = (low * high) ** 0.5
    return low


def held(trial, rate, seconds):
    return trial.lost < LOST and trial.started >= 0.98 * rate * seconds


# -- the rows: generators --


def closed_loop(lab, place, clients, window):
    """What is lost stays lost and is counted, as with perfdhcp."""
    return lambda: tester(
        lab, place, "--clients", str(clients), "--concurrency", str(window), "--timeout", "2s"
    )


def generators(bench, make, place, keys, clients, window):
    """Our generator in a closed loop, perfdhcp at the highest rate it holds, in turns."""
    lab = bench.lab
    servers.find("perfdhcp", "kea-admin")
    rate_key, cpu_key = keys
    seconds = 1 if bench.quick else 2
    ours, theirs = [], []

    def at(rate):
        return against(lab, make, place, lambda: perfdhcp(lab, place, rate, seconds))

    meter = bench.meter()
    best = highest(
        lambda rate: held(at(rate), rate, seconds), 24000, 5 if bench.quick else 8
    )
    if best == 0:
        raise Failed("perfdhcp held none of the rates tried")
    for _ in range(bench.reps):
        ours.append(against(lab, make, place, closed_loop(lab, place, clients, window)))
        for _ in range(4):
            trial = at(best)
            if held(trial, best, seconds):
                break
            best *= 0.95
        theirs.append(trial)
    note = f"perfdhcp at {best:.0f}/s, lost {max(t.lost for t in theirs):.2%}; ours lost " + (
        f"{max(t.lost for t in ours):.2%}, closed loop of {window}"
    )
    foreign = meter.read()
    return {
        rate_key: Measured([t.rate for t in ours], [t.rate for t in theirs], foreign, note),
        cpu_key: Measured(
            [t.cpu_per_dora * 1e6 for t in ours],
            [t.cpu_per_dora * 1e6 for t in theirs],
            foreign,
            note,
        ),
    }


def generators_loop(bench):
    return generators(
        bench, servers.ours, servers.on_loop(bench.lab), ("gen.loop.rate", "gen.loop.cpu"),
        bench.scaled(1000000), loopback.WINDOW,
    )  # fmt: skip


def generators_cable(bench):
    return generators(
        bench, servers.ours, servers.on_cable(bench.lab), ("gen.cable.rate", "gen.cable.cpu"),
        bench.scaled(800000), loopback.WINDOW,
    )  # fmt: skip


def generators_plain(bench):
    return generators(
        bench, servers.responder, servers.on_loop(bench.lab), ("gen.plain.rate", "gen.plain.cpu"),
        bench.scaled(200000), 1024,
    )  # fmt: skip


def memory(bench):
    """100,000 clients that keep their leases and renew."""
    lab = bench.lab
    place = servers.on_loop(lab)
    rate, seconds, clients = 20000, 5, 100000
    meter = bench.meter()
    ours, theirs = [], []
    for _ in range(bench.reps):
        trial = against(
            lab, servers.ours, place,
            lambda: tester(lab, place, "--clients", str(clients), "--rate", str(rate),
                           "--scenario", "lifecycle", "--duration", f"{seconds + 0.5}s",
                           "--release-at-end=false"),
        )  # fmt: skip
        ours.append(trial.peak_bytes / 2**20)
        trial = against(
            lab, servers.ours, place,
            lambda: perfdhcp(lab, place, rate, seconds, "-f", "100"),
        )  # fmt: skip
        theirs.append(trial.peak_bytes / 2**20)
    return {"gen.memory": Measured(ours, theirs, meter.read())}


# -- the rows: rates that are asked for --


def rate_error(observed, rate):
    """Per cent by which the DISCOVERs that the responder saw came faster or slower than asked."""
    n = observed["discovers"]
    span = (observed["last_ns"] - observed["first_ns"]) / 1e9
    return abs((n - 1) / span / rate - 1) * 100 if n > 1 and span > 0 else 100.0


def lag_us(trial):
    return trial.document["generator"]["send_lag_ns"]["p99"] / 1e3


def paced(bench):
    """Both generators at asked rates against the plain responder, which is the observer."""
    lab = bench.lab
    place = servers.on_loop(lab)
    seconds = 2 if bench.quick else 3
    out = {}
    for name, rate in (("1k", 1000), ("10k", 10000), ("50k", 50000)):
        keys = {f"pace.{kind}.{name}" for kind in ("error", "lag", "cpu")}
        if not keys & bench.wanted:
            continue
        meter = bench.meter()
        precise, batch, theirs = [], [], []
        for _ in range(bench.reps):
            for mode, into in (("precise", precise), ("batch", batch)):
                into.append(
                    against(
                        lab, servers.responder, place,
                        lambda mode=mode: tester(
                            lab, place, "--rate", str(rate), "--clients", str(rate * seconds),
                            *bench.pacing(mode)),
                    )  # fmt: skip
                )
            theirs.append(
                against(
                    lab, servers.responder, place, lambda: perfdhcp(lab, place, rate, seconds)
                )
            )
        foreign = meter.read()
        their_errors = [rate_error(t.observed, rate) for t in theirs]
        out[f"pace.error.{name}"] = Measured(
            [rate_error(t.observed, rate) for t in precise], their_errors, foreign
        )
        out[f"pace.batch.{name}"] = Measured(
            [rate_error(t.observed, rate) for t in batch], their_errors, foreign
        )
        out[f"pace.lag.{name}"] = Measured(
            [lag_us(t) for t in precise], [], foreign
        )
        out[f"pace.cpu.{name}"] = Measured(
            [t.cpu_s / t.took_s for t in batch], [t.cpu_s / t.took_s for t in theirs], foreign
        )
    return out


# -- the rows: servers --


def server_pair(bench, name, make, place, load, own_place, own_load):
    """Our server and another one under our generator, in turns."""
    lab = bench.lab
    meter = bench.meter()
    ours, theirs = [], []
    for _ in range(bench.reps):
        ours.append(against(lab, servers.ours, own_place, own_load))
        theirs.append(against(lab, make, place, load))
    foreign = meter.read()
    note = f"lost: {max(t.lost for t in theirs):.2%} of theirs, {max(t.lost for t in ours):.2%} of ours"
    return {
        f"srv.{name}.rate": Measured([t.rate for t in ours], [t.rate for t in theirs], foreign, note),
        f"srv.{name}.cpu": Measured(
            [t.server_cpu_per_dora * 1e6 for t in ours],
            [t.server_cpu_per_dora * 1e6 for t in theirs],
            foreign,
            note,
        ),
    }


def timed_load(lab, place, clients, window, seconds):
    return lambda: tester(
        lab, place, "--clients", str(clients), "--concurrency", str(window),
        "--duration", f"{seconds}s", *"--retry --retry-policy fast".split(),
    )  # fmt: skip


def pair(bench, name, make, places, load):
    """`load`: clients and window of the other server's load, which is stopped after some seconds;
    ours is given as many clients as it can serve in about a second."""
    lab = bench.lab
    theirs, own = places
    seconds = 1 if bench.quick else 3
    own_clients = bench.scaled(1000000) if own.network is lab.loop else bench.scaled(500000)
    return server_pair(
        bench, name, make, theirs, timed_load(lab, theirs, *load, seconds),
        own, closed_loop(lab, own, own_clients, loopback.WINDOW),
    )  # fmt: skip


def kea_loop(bench):
    place = servers.on_loop(bench.lab)
    return pair(bench, "kea", servers.kea, (place, place), (500000, 64))


def kea_cable(bench):
    place = servers.on_cable(bench.lab)
    return pair(bench, "kea-cable", servers.kea, (place, place), (500000, 64))


def dnsmasq(bench):
    place = servers.on_cable(bench.lab)
    return pair(bench, "dnsmasq", servers.dnsmasq, (place, place), (20000, 16))


def dhcpd(bench):
    """The cost of dhcpd grows with its pool; it is given 64k addresses, as a /16 has."""
    places = servers.on_cable(bench.lab, "10.64.255.250"), servers.on_cable(bench.lab)
    return pair(bench, "dhcpd", servers.dhcpd, places, (60000, 32))


def udhcpd(bench):
    """The cost of udhcpd grows with the leases that it may have; it is given 1,024."""
    places = servers.on_cable(bench.lab, "10.64.4.15"), servers.on_cable(bench.lab)
    return pair(bench, "udhcpd", servers.udhcpd, places, (1000, 8))


def rate_200k(bench):
    """DISCOVERs alone, which the plain responder can follow at this rate."""
    lab = bench.lab
    place = servers.on_loop(lab)
    rate, seconds = 200000, 1 if bench.quick else 2
    meter = bench.meter()
    found = [
        against(
            lab, servers.responder, place,
            lambda: tester(lab, place, "--rate", str(rate), "--clients", str(rate * seconds),
                           "--scenario", "discover-only", *bench.pacing("batch")),
        )
        for _ in range(bench.reps)
    ]  # fmt: skip
    foreign = meter.read()
    return {
        "pace.batch.200k": Measured([rate_error(t.observed, rate) for t in found], [], foreign),
        "pace.lag.200k": Measured([lag_us(t) for t in found], [], foreign),
        "pace.cpu.200k": Measured([t.cpu_s / t.took_s for t in found], [], foreign),
    }
