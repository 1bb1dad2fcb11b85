# SPDX-License-Identifier: MIT
"""programs - what the benchmark programs of this folder print, as figures of rows.

Each prints one JSON object a line when asked to.  A program that repeats itself prints its median
with the lowest and the highest, and is run once; the others are run several times.
"""

import json

from figures import Measured
from lab import Failed

ENDS = {
    "message": ("min", "max"),
    "client": ("low", "high"),
    "dora_in_memory": ("low", "high"),
    "lease": ("low", "high"),
}


def lines_of(text):
    """The JSON objects among the lines of a program."""
    found = []
    for each in text.splitlines():
        if each.startswith("{"):
            found.append(json.loads(each))
    return found


def find(lines, has, name):
    """The field `name` of the one line that has all of `has`; its lowest and highest when the
    program says them.  [] when there is no such line."""
    for each in lines:
        if all(each.get(k) == v for k, v in has.items()) and name in each:
            low, high = ENDS.get(each.get("bench"), ("", ""))
            if low in each and high in each:
                return [each[low], each[name], each[high]]
            return [each[name]]
    return []


def _size(n):
    return {"1e4": 10000, "1e5": 100000, "1e6": 1000000, "1e7": 10000000}[n]


# program -> {row: (what its line has, field)}
FIGURES = {
    "bench_message": {
        "parse.indexed": ({"case": "view"}, "ns"),
        "parse.reader": ({"case": "parse"}, "ns"),
        "compose.discover": ({"case": "compose DISCOVER"}, "ns"),
        "compose.ack": ({"case": "compose ACK by reply_to"}, "ns"),
    },
    "bench_client": {
        "client.message": ({"bench": "client", "stations": 100000}, "ns_per_message"),
    },
    "bench_server": {
        "server.message": ({"bench": "server", "clients": 100000}, "ns_per_message"),
        "server.renewal": ({"bench": "server", "clients": 100000}, "ns_per_renewal"),
        "server.bytes": ({"bench": "server", "clients": 1000000}, "bytes_per_lease"),
    },
    "bench_hist": {"hist.record": ({"bits": 10, "what": "record"}, "ns")},
    "bench_wheel": {
        f"timer.{what}.{n}": ({"timers": _size(n), "what": words}, "ns")
        for n in ("1e4", "1e7")
        for what, words in (("set", "set"), ("move", "move"), ("fire", "fire in order"))
    },
    "bench_lease": {
        f"lease.{what}": ({"leases": 1000000, "what": what}, "ns")
        for what in ("lookup", "allocate", "expire")
    },
    "bench_dora": {
        f"dora.{n}": ({"bench": "dora_in_memory", "stations": _size(n)}, "dora_per_s")
        for n in ("1e4", "1e5", "1e6", "1e7")
    }
    | {
        "dora.station": ({"bench": "dora_memory", "stations": 1000000}, "station_bytes"),
    },
}
REPEATS_ITSELF = {"bench_message", "bench_client", "bench_lease"}
# All sizes in one turn, so that the growth is of the same turn.
FLAGS = {"bench_dora": "--runs 1 10000 100000 1000000 10000000".split()}


def run(bench, program, *flags):
    done = bench.run_program(program, ["--json", *flags])
    if done.status != 0:
        said = done.output.strip().splitlines()
        raise Failed(f"{program}: {said[-1] if said else done.status}")
    return lines_of(done.output)


def measure(bench, program):
    """The rows of one program."""
    rows = {key: Measured() for key in FIGURES[program]}
    meter = bench.meter()
    for _ in range(1 if program in REPEATS_ITSELF else bench.reps):
        lines = run(bench, program, *FLAGS.get(program, []))
        for key, (has, name) in FIGURES[program].items():
            found = find(lines, has, name)
            # The ends are those within one run of the program.
            rows[key].ours += found if program in REPEATS_ITSELF else found[len(found) // 2 :][:1]
    foreign = meter.read()
    for measured in rows.values():
        measured.foreign = foreign
        if not measured.ours:
            measured.absent = f"{program} does not print it"
    if program == "bench_dora":
        rows["dora.growth"] = growth(rows["dora.1e4"], rows["dora.1e7"])
    return rows


def growth(few, many):
    """Cost per DORA with many stations over that with few."""
    return Measured(
        [f / m for f, m in zip(few.ours, many.ours)], [], few.foreign
    )
