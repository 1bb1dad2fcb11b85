#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""run - every figure that libdhcpperf promises, measured on this machine, as one table.

    run.py [--quick] [--rows PATTERN,...] [--list] [--show FILE] [--markdown] [--save] [--json FILE]

Called by `make bench BENCHFLAGS='...'`.  Whatever is compared is taken in turns in the same run:
two sittings of one machine differ by a factor of two, ratios within one sitting do not.
"""

import argparse
import fnmatch
import importlib
import json
import os
import signal
import sys
import time

import figures
import machine
import programs
from figures import Measured
from lab import GENERATOR_CPU, Absent, Failed, Lab
from rows import GROUPS


class Bench:
    """What the measuring functions are given."""

    def __init__(self, options, wanted):
        self.builddir = options.builddir
        self.quick = options.quick
        self.ahead = options.ahead
        self.reps = options.reps or (1 if options.quick else 5)
        self.wanted = wanted
        self._lab = None
        self._pacing = None

    @property
    def lab(self):
        if self._lab is None:
            self._lab = Lab(self.builddir, self.ahead)
        return self._lab

    def close(self):
        if self._lab is not None:
            self._lab.close()

    def scaled(self, clients):
        return clients // 5 if self.quick else clients

    def meter(self):
        return machine.Meter(self.lab.live)

    def run_program(self, program, flags):
        path = os.path.join(self.builddir, "tests", "bench", program)
        inner = os.path.join(os.path.dirname(path), ".libs", program)
        both = program == "bench_echo"  # a pair, each side on the processor that it takes
        return self.lab.run(
            None,
            None if both else GENERATOR_CPU,
            [inner if os.path.exists(inner) else path, *flags],
            600,
        )

    def pacing(self, mode):
        """--pacing where the tester has it."""
        if self._pacing is None:
            said = self.lab.run(
                None, GENERATOR_CPU, [self.lab.command("dhcp-tester"), "--help"], 10
            ).output
            self._pacing = "--pacing" in said
        return ["--pacing", mode] if self._pacing else []


def measure(bench, source, rows):
    """What a group's function finds, with a reason in each row that it could not fill."""
    try:
        kind, _, name = source.partition(":")
        if kind == "program":
            found = programs.measure(bench, name)
        else:
            module, _, function = source.partition(".")
            found = getattr(importlib.import_module(module), function)(bench)
    except Absent as e:
        found = {row.key: Measured(absent=str(e)) for row in rows}
    except Failed as e:
        found = {row.key: Measured(absent=f"failed: {e}") for row in rows}
    return {row.key: found.get(row.key, Measured(absent="not measured")) for row in rows}


def matches(row, patterns):
    return any(fnmatch.fnmatch(row.key, p) for p in patterns)


def chosen(patterns):
    """The groups with the rows that are asked for."""
    for title, source, rows in GROUPS:
        wanted = [row for row in rows if matches(row, patterns)]
        if wanted:
            yield title, source, wanted


def parse_arguments(arguments):
    p = argparse.ArgumentParser(prog="make bench BENCHFLAGS=...", description=__doc__.split("\n")[0])
    p.add_argument("--builddir", default=os.getcwd(), help=argparse.SUPPRESS)
    p.add_argument("--srcdir", default=os.path.join(os.path.dirname(__file__), "..", ".."),
                   help=argparse.SUPPRESS)  # fmt: skip
    p.add_argument("--compiler", default="", help=argparse.SUPPRESS)
    p.add_argument("--quick", action="store_true", help="one turn each, fewer clients")
    p.add_argument("--reps", type=int, help="turns of each row (5)")
    p.add_argument("--ahead", action="store_true",
                   help="measured programs go before all others (needs root): for busy machines")  # fmt: skip
    p.add_argument("--rows", default="*", help="rows by key, as in 'loop.*,gen.plain.rate'")
    p.add_argument("--list", action="store_true", help="show the keys and targets, measure nothing")
    p.add_argument("--show", metavar="FILE", help="print the table of a result, measure nothing")
    p.add_argument("--markdown", action="store_true", help="print the table as Markdown")
    p.add_argument("--save", action="store_true", help="keep the result in tests/bench/results")
    p.add_argument("--readme", action="store_true", help="put the judged rows into README")
    p.add_argument("--json", metavar="FILE", help="write the result there as well")
    return p.parse_args(arguments)


def print_rows(options, title, kept):
    show = figures.markdown_line if options.markdown else figures.line
    if title:
        print(show((f"**{title}**", "", "", "", "", "")) if options.markdown else f"-- {title}")
    for each in kept:
        print(show(figures.cells(each)), flush=True)


def print_head(options, result):
    m = result["machine"]
    print(f"{m['processor']}, {m['processors']} processors, Linux {m['kernel']}, {m['compiler']}, "
          f"commit {m['commit']}{' and changes' if m['changed'] else ''}, "
          f"{result['started_at']}{', one quick turn' if result['quick'] else ''}"
          f"{', ahead of other processes' if result['ahead'] else ''}\n")  # fmt: skip
    if options.markdown:
        print(figures.markdown_line(figures.HEADINGS))
        print(figures.markdown_line(["---"] * len(figures.HEADINGS)))
    else:
        print(figures.line(figures.HEADINGS))


def print_end(result):
    before, after = result["speed_mib_per_s"]
    print(f"\nTook {result['took_s']:.0f} s. One processor hashed {before:.0f} MiB/s before and "
          f"{after:.0f} after. * = other processes used more than {figures.QUIET} of a processor "
          "meanwhile.")  # fmt: skip


def show(options):
    """The table of a result that was kept."""
    with open(options.show) as f:
        result = json.load(f)
    if result.get("schema") != figures.SCHEMA:
        print(f"{options.show} is not a result of this program ({figures.SCHEMA})", file=sys.stderr)
        return 2
    kept = {each["key"]: each for each in result["rows"]}
    print_head(options, result)
    for title, _, rows in chosen(options.rows.split(",")):
        found = [kept[row.key] for row in rows if row.key in kept]
        print_rows(options, title if found else "", found)
    print_end(result)
    if options.readme:
        update_readme(options, result)
    return 0


def summary(result):
    """Lines of Markdown: what the machine is, and the rows that have a target or a peer."""
    m = result["machine"]
    lines = [
        f"{m['processor']}, {m['processors']} processors, {m['memory_mib'] >> 10} GiB, "
        f"Linux {m['kernel']}, {m['compiler']}, commit {m['commit']}, "
        f"{result['started_at'][:10]}{BUSY if result['ahead'] else ''}.",
        "",
        figures.markdown_line(figures.HEADINGS[:-1]),
        figures.markdown_line(["---"] * (len(figures.HEADINGS) - 1)),
    ]
    kept = {each["key"]: each for each in result["rows"]}
    for title, _, rows in chosen(["*"]):
        found = [kept[r.key] for r in rows if r.key in kept and (r.target or r.reference)]
        if title:
            lines.append(figures.markdown_line((f"**{title}**", "", "", "", "")))
        for each in found:
            *texts, target, reached = figures.cells(each)
            target = f"{target} ({reached.rstrip(' *')})" if each["target"] else "-"
            lines.append(figures.markdown_line((*texts, target)))
    return lines


BUSY = ", while other programs kept the machine busy and these were put before them"
MARKS = "<!-- figures -->", "<!-- end of figures -->"


def put_between(text, lines):
    """The text with the lines in place of what stands between the marks."""
    before, rest = text.split(MARKS[0] + "\n", 1)
    _, after = rest.split(MARKS[1], 1)
    return before + MARKS[0] + "\n" + "\n".join(lines) + "\n" + MARKS[1] + after


def update_readme(options, result):
    path = os.path.join(options.srcdir, "README")
    with open(path) as f:
        text = f.read()
    with open(path, "w") as f:
        f.write(put_between(text, summary(result)))
    print(f"the table of {os.path.relpath(path)} is that of this result")


def save(options, result):
    if options.readme:
        update_readme(options, result)
    names = []
    if options.json:
        names.append(options.json)
    if options.save:
        folder = os.path.join(options.srcdir, "tests", "bench", "results")
        os.makedirs(folder, exist_ok=True)
        m = result["machine"]
        names.append(os.path.join(folder, f"{m['commit']}-{m['kernel']}.json"))
    for name in names:
        with open(name, "w") as f:
            json.dump(result, f, indent=1)
            f.write("\n")
        print(f"written: {os.path.relpath(name)}")


def list_rows(groups):
    for _, _, rows in groups:
        for row in rows:
            print(f"{row.key:24} {row.target.text(row.unit) if row.target else 'none':22} {row.what}")


def measure_all(options, groups):
    """The result; each row is printed once it is known."""
    result = {
        "schema": figures.SCHEMA,
        "started_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "machine": machine.describe(options.srcdir, options.compiler),
        "quick": options.quick,
        "ahead": options.ahead,
        "speed_mib_per_s": [machine.speed()],
        "rows": [],
    }
    print_head(options, result)
    began = time.monotonic()
    bench = Bench(options, {row.key for _, _, rows in groups for row in rows})
    try:
        for title, source, rows in groups:
            found = measure(bench, source, rows)
            kept = [figures.document(row, found[row.key]) for row in rows]
            print_rows(options, title, kept)
            result["rows"] += kept
    finally:
        bench.close()
    result["took_s"] = round(time.monotonic() - began, 1)
    result["speed_mib_per_s"].append(machine.speed())
    print_end(result)
    return result


def main(arguments):
    options = parse_arguments(arguments)
    groups = list(chosen(options.rows.split(",")))
    if not groups:
        print(f"no row is called '{options.rows}'; --list shows the names", file=sys.stderr)
        return 2
    if options.list:
        list_rows(groups)
        return 0
    if options.show:
        return show(options)
    for number in (signal.SIGTERM, signal.SIGHUP):  # so that everything is put away
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    try:
        save(options, measure_all(options, groups))
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
