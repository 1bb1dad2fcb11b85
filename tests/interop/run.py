# SPDX-License-Identifier: MIT
"""run - each real client in each situation against dhcp-server on a cable of their own; a table of
what happened, and a verdict by what was expected.  See README."""

import argparse
import concurrent.futures
import json
import os
import re
import signal
import sys
import tempfile
import time
from dataclasses import dataclass, field

import clients
import situations
from net import Absent, Cable, Failed, Program, must_have, must_mount
from watch import NONE, Watch

SERVER_FLAGS = (
    "--interface eth0 --start-ip NET.50 --end-ip NET.69 --gateway NET.1 --dns1 NET.1 "
    "--min-lease 4s --seed 7 --verbose --force-rogue"
)


@dataclass
class Row:
    """What one client did in one situation.  `kinds` is compared with what is expected, the rest
    is for readers."""

    situation: str
    client: str
    kinds: dict
    after_s: float = -1.0
    sent: dict = field(default_factory=dict)
    heard: dict = field(default_factory=dict)
    remarks: list = field(default_factory=list)
    faults: list = field(default_factory=list)  # of the server: name and times


# ---- one run -----------------------------------------------------------------------------------


class Run:
    def __init__(self, args, situation, client, folder):
        self.situation, self.client, self.folder = situation, client, folder
        self.builddir = args.builddir
        self.program = self.server = None
        os.makedirs(folder)

    def begin_server(self, cable):
        command = [os.path.join(self.builddir, "dhcp-server")]
        command += SERVER_FLAGS.replace("NET", cable.network).split()
        command += ["--lease-time", f"{self.situation.lease_s}s", *self.situation.server]
        command += ["--output", f"json={self.folder}/server.json"]
        log = os.path.join(self.folder, "server.log")
        self.server = Program(cable.server.words(*command), log)
        self.server.wait_for(f"dhcp-server: ready on {cable.network}.1:", 20)

    def begin_tester(self, cable):
        """Clients of our own on another host, while the real one is watched."""
        if not self.situation.tester:
            return None
        words = [os.path.join(self.builddir, "dhcp-tester"), "--server", f"{cable.network}.1"]
        words += [*self.situation.tester, "--output", f"json={self.folder}/tester.json"]
        return Program(cable.stranger.words(*words), os.path.join(self.folder, "tester.log"))

    def end_tester(self, tester):
        """Its own clients must have been served, too."""
        if tester is None:
            return
        status = tester.end(signal.SIGTERM)
        with open(os.path.join(self.folder, "tester.json")) as f:
            totals = json.load(f)["totals"]
        if totals["bound"] == 0 or totals["failed"] > 0:
            raise Failed(f"the tester's clients: {totals}, exit status {status}\n{tester.text()}")

    def faults(self):
        with open(os.path.join(self.folder, "server.json")) as f:
            return [(x["name"], x["hits"]) for x in json.load(f).get("faults") or []]

    def begin_client(self, cable):
        words = self.client.words(os.path.join(self.folder, "client"), self.situation)
        self.program = Program(
            cable.client.words(*words), os.path.join(self.folder, "client.log")
        )

    def cut_power(self, cable, watch):
        self.program.end()
        if self.situation.moves:
            self.end_server()
            cable.be(1)
            self.begin_server(cable)
        watch.look(0.5)
        cable.client.ip("addr", "flush", "dev", "eth0")
        watch.look(0.5)
        self.begin_client(cable)

    def end_server(self):
        if self.server.end(signal.SIGTERM) != 0:
            raise Failed(f"the server failed: {self.server.text()}")

    def watch(self, cable, watch):
        reboots_at, releases_at = self.situation.reboots_at, self.situation.releases_at
        while watch.now() < self.situation.window_s:
            watch.look(0.1)
            if reboots_at and watch.now() >= reboots_at:
                reboots_at = 0
                self.cut_power(cable, watch)
            if releases_at and watch.now() >= releases_at:
                releases_at = 0
                self.program.tell(signal.SIGTERM)
            if self.situation.is_short and self.has_shown_enough(watch.seen):
                return
            if not self.program.is_alive() and not self.situation.releases_at:
                raise Failed(f"the client ended by itself:\n{self.program.text()}")

    def has_shown_enough(self, seen):
        is_renewed = renewals(seen)[0] == "acked" or not self.client.renews_soon
        return is_renewed and any(e.kind == "address" for e in seen.events)

    def play(self):
        cable = Cable(with_stranger=bool(self.situation.tester))
        try:
            if self.situation.taken:
                cable.server.ip("addr", "add", f"{self.situation.taken}/24", "dev", "eth0")
            self.begin_server(cable)
            watch = Watch(cable.client)
            tester = self.begin_tester(cable)
            self.begin_client(cable)
            self.watch(cable, watch)
            row = self.judge(watch.seen, cable)
            self.program.end()
            self.end_tester(tester)
            self.end_server()
            row.faults = self.faults()
            watch.close()
        finally:
            cable.close()
        return row

    def judge(self, seen, cable):
        kinds = kinds_of(seen, addresses_of(cable), self.situation)
        row = Row(self.situation.name, self.client.name, kinds)
        first = seen.addresses()
        row.after_s = first[0].at if first else -1.0
        for kind in ("DISCOVER", "REQUEST", "DECLINE", "RELEASE", "INFORM"):
            row.sent[kind] = len(seen.sent(kind))
        for kind in ("OFFER", "ACK", "NAK"):
            row.heard[kind] = len(seen.heard(kind))
        row.remarks = self.client.remarks(self.program.text())
        with open(os.path.join(self.folder, "events.json"), "w") as f:
            json.dump([vars(e) for e in seen.events], f, indent=0)
        return row


def addresses_of(cable):
    return re.findall(r"inet (\S+)/", cable.client.ip("-4", "addr", "show", "dev", "eth0"))


# ---- what kind of reaction it was --------------------------------------------------------------


def renewals(seen):
    """How the client's attempts to keep its lease ended, and how many there were: the last but
    those that still wait says."""
    asked = [e for e in seen.sent("REQUEST") if e.ciaddr != NONE]
    answers = [e for e in seen.events if not e.sent and e.kind in ("ACK", "NAK")]
    said = "none"
    for request in asked:
        nexts = [e for e in seen.sent("REQUEST") if e.at > request.at]
        limit = nexts[0].at if nexts else float("inf")
        got = [e for e in answers if request.at < e.at < limit]
        if got:
            said = "acked" if got[0].kind == "ACK" else "refused"
        elif said == "none" or nexts:
            said = "unanswered"
    return said, len(asked)


def address_kind(seen, at_end):
    first = seen.addresses()
    if not first:
        return "none"
    if not at_end:
        return "lost"
    return "kept" if first[0].ip in at_end else "changed"


def answers_kind(seen):
    """How those were sent that came before the client had an address."""
    names = {"ff:ff:ff:ff:ff:ff": "broadcast"}
    names.update((e.from_mac, "unicast") for e in seen.events if e.sent)
    first = [e for e in seen.heard("OFFER") + seen.heard("ACK") if e.ciaddr == NONE]
    kinds = {names.get(e.mac, "stray") for e in first}
    return kinds.pop() if len(kinds) == 1 else "both" if kinds else "none"


def network_kind(at_end):
    """Whose it is."""
    if not at_end:
        return "none"
    return "ours" if all(ip.startswith("10.") for ip in at_end) else "other"


def kinds_of(seen, at_end, situation):
    kinds = {
        "lease": "no" if address_kind(seen, at_end) == "none" else "yes",
        "renew": renewals(seen)[0],
        "address": address_kind(seen, at_end),
        "declines": "some" if seen.sent("DECLINE") else "none",
        "answers": answers_kind(seen),
        "naks": "some" if seen.heard("NAK") else "none",
        "network": network_kind(at_end),
    }
    if situation.releases_at:
        kinds["releases"] = "some" if seen.sent("RELEASE") else "none"
    if situation.reboots_at:
        again = [e for e in seen.events if e.sent and e.at > situation.reboots_at]
        again = [e for e in again if e.kind in ("DISCOVER", "REQUEST") and e.ciaddr == NONE]
        kinds["reboot"] = again[0].kind.lower() if again else "none"
    return kinds


# ---- what was expected -------------------------------------------------------------------------


def read_expected(path):
    """{(situation, client): {kind: {values}}} of lines "situation client kind=value|value ..."."""
    expected = {}
    with open(path) as f:
        for line in f:
            words = line.split("#")[0].split()
            if words:
                pairs = (w.split("=", 1) for w in words[2:])
                expected[tuple(words[:2])] = {k: set(v.split("|")) for k, v in pairs}
    return expected


def differences(row, expected):
    want = expected.get((row.situation, row.client))
    if want is None:
        return ["nothing is expected of it in tests/interop/expected/clients.txt"]
    return [
        f"{kind} is {value}, not {' or '.join(sorted(want[kind]))}"
        for kind, value in row.kinds.items()
        if kind in want and value not in want[kind]
    ]


# ---- the table ---------------------------------------------------------------------------------


def counts(of):
    return ", ".join(f"{n} {kind}" for kind, n in of.items() if n) or "-"


def table(rows, reasons, asked, versions):
    yield "# Real clients against dhcp-server\n"
    yield "Made by `make check-interop`; README says how to read it.\n"
    yield "Clients: " + ", ".join(f"{name} {v}" for name, v in versions.items()) + ".\n"
    for name, why in reasons.items():
        yield f"Not run here: {name} ({why}).\n"
    for situation in asked:
        yield f"\n## {situation.name}: {situation.why}\n"
        yield (
            "| client | address after | sent | heard | renewal | address | faults met | what it said |"
        )
        yield "|---|---|---|---|---|---|---|---|"
        for row in rows:
            if row.situation == situation.name:
                yield line_of(row)


def line_of(row):
    after = f"{row.after_s:.1f} s" if row.after_s >= 0 else "never"
    said = "; ".join(row.remarks[:3])[:160].replace("|", "/") or "-"
    address = row.kinds["address"]
    if row.kinds["declines"] == "some":
        address += ", after a DECLINE"
    if "reboot" in row.kinds:
        address += f", asked again by {row.kinds['reboot'].upper()}"
    if row.kinds["network"] == "other":
        address += ", not one of ours"
    met = "; ".join(f"{name} {n}" for name, n in row.faults if n) or "-"
    said = f"{met} | {said}"
    return (
        f"| {row.client} | {after} | {counts(row.sent)} | {counts(row.heard)} | "
        f"{row.kinds['renew']} | {address} | {said} |"
    )


# ---- all of them -------------------------------------------------------------------------------


def who_is_here():
    here, reasons, versions = [], {}, {}
    for client in clients.ALL:
        try:
            client.check()
            versions[client.name] = client.version()
            here.append(client)
        except Absent as e:
            reasons[client.name] = str(e)
    return here, reasons, versions


def play_all(args, asked, here, work):
    """Rows in order, and failures in words by (situation, client)."""
    pairs = [(s, c) for s in asked for c in here if c.can_ask_for_broadcast or not s.broadcast]
    rows, failures = [], {}
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        started = {}
        for situation, client in pairs:
            folder = os.path.join(work, f"{situation.name}-{client.name}")
            started[pool.submit(Run(args, situation, client, folder).play)] = (situation, client)
        for done in started:
            situation, client = started[done]
            try:
                rows.append(done.result())
            except Failed as e:
                failures[(situation.name, client.name)] = str(e)
    return rows, failures


def say(n, is_ok, what, details):
    print(f"{'ok' if is_ok else 'not ok'} {n} - {what}")
    for detail in details:
        for line in str(detail).splitlines()[-30:]:
            print(f"# {line}")
    sys.stdout.flush()


def tell(rows, failures, expected):
    """TAP lines; whether all is well."""
    n, good = 0, True
    for row in rows:
        bad = differences(row, expected)
        n, good = n + 1, good and not bad
        say(n, not bad, f"{row.client}, {row.situation}", bad + [line_of(row)])
    for (situation, client), why in failures.items():
        n, good = n + 1, False
        say(n, False, f"{client}, {situation}", [why])
    print(f"1..{n}")
    return good


def parse(argv):
    p = argparse.ArgumentParser()
    p.add_argument("--builddir", required=True)
    p.add_argument("--srcdir", required=True)
    p.add_argument("--short", action="store_true", help="the situation of every day only")
    p.add_argument("--jobs", type=int, default=32, help="runs at once; they mostly wait")
    p.add_argument("--only", default="", help="situations and clients whose names hold this word")
    p.add_argument("--table", default="", help="write the table there")
    p.add_argument("--keep", default="", help="keep logs and events in this folder")
    return p.parse_args(argv)


def choose(args):
    asked = situations.short() if args.short else situations.without_faults()
    if not args.short:
        folder = os.path.join(args.srcdir, "examples/deploy/scenarios")
        asked += situations.of_frames() + situations.ready_made(folder)
    here, reasons, versions = who_is_here()
    if args.only:
        by_name = [s for s in asked if args.only in s.name]
        here = here if by_name else [c for c in here if args.only in c.name]
        asked = by_name or asked
    return asked, here, reasons, versions


def main():
    args = parse(sys.argv[1:])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        for program, package in (("ip", "iproute2"), ("unshare", "util-linux"),
                                 ("nsenter", "util-linux"), ("setpriv", "util-linux"),
                                 ("busybox", "busybox")):  # fmt: skip
            must_have(program, package)
        must_mount()
        Cable().close()
        asked, here, reasons, versions = choose(args)
        if not here:
            raise Absent("no real client: " + "; ".join(reasons.values()))
    except (Absent, Failed) as e:
        print(f"1..0 # SKIP {e}")
        return 77
    expected = read_expected(os.path.join(args.srcdir, "tests/interop/expected/clients.txt"))
    for name, why in reasons.items():
        print(f"# {name} is not run: {why}")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="dhcpperf-interop.") as temporary:
        rows, failures = play_all(args, asked, here, args.keep or temporary)
    good = tell(rows, failures, expected)
    print(f"# took {time.monotonic() - began:.0f} s")
    if args.table:
        with open(args.table, "w") as f:
            f.write("\n".join(table(rows, reasons, asked, versions)) + "\n")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
