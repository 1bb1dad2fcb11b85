#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""compare - this build beside that of another commit, in turns: what has become faster or slower.

    compare.py BASE [--reps N] [--programs PATTERN,...] [--ahead] [--base-build DIR]

Called by `make bench-compare BASE=commit`.  Builds BASE in a temporary folder (or takes a build
that exists), runs the benchmark programs of both in turns, A B A B, and prints the ratio of each
figure that both print.  A difference counts when its median exceeds 3 % and every turn shows at
least half of that.
"""

import argparse
import fnmatch
import os
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile

import figures
import loopback
import machine
import programs
from lab import GENERATOR_CPU, Failed, Lab

CLEAR = 0.03
PROGRAMS = ("message", "hist", "lease", "wheel", "client", "server", "dora")
NAMES = ("bench", "case", "what", "bits", "timers", "clients", "stations", "leases", "gso",
         "destinations", "window")  # fmt: skip
NOT_COMPARED = ("low", "high", "min", "max")


def figures_of(lines):
    """{what it is: value} of the JSON lines of a program."""
    found = {}
    for each in programs.lines_of("\n".join(lines)):
        name = " ".join(
            str(each[k]) if k == "bench" else f"{k}={each[k]}" for k in NAMES if k in each
        )
        for key, value in each.items():
            if key not in NAMES + NOT_COMPARED and isinstance(value, (int, float)):
                found[f"{name}: {key}"] = float(value)
    return found


def better(figure):
    """Whether more or less of a figure is better, by its name."""
    return "more" if figure.rsplit(" ", 1)[-1].endswith("per_s") else "less"


def verdict(wanted, ratios):
    """Of ratios new / base, one for each turn."""
    if len(ratios) < 3:
        return "too few turns"
    middle = statistics.median(ratios)
    least = min(abs(r - 1) if (r > 1) == (middle > 1) else 0 for r in ratios)
    if abs(middle - 1) < CLEAR or least < CLEAR / 2:
        return "same"
    return "faster" if (middle > 1) == (wanted == "more") else "SLOWER"


def must(command, folder, log):
    done = subprocess.run(command, cwd=folder, stdout=log, stderr=log)
    if done.returncode != 0:
        log.flush()
        with open(log.name) as f:
            print("".join(f.readlines()[-20:]), file=sys.stderr)
        raise Failed(f"{' '.join(command)} failed")


def build(options, folder):
    """The base, built as this build was: its folder."""
    source, target = os.path.join(folder, "source"), os.path.join(folder, "build")
    with open(os.path.join(folder, "log"), "w") as log:
        must(["git", "clone", "-q", "--shared", "--no-checkout", options.srcdir, source], folder, log)
        must(["git", "checkout", "-q", options.base], source, log)
        print(f"building {options.base} ...", flush=True)
        must(["autoreconf", "-fi"], source, log)
        os.mkdir(target)
        how = shlex.split(options.configured)
        must([os.path.join(source, "configure"), *how], target, log)
        must(["make", f"-j{len(os.sched_getaffinity(0))}"], target, log)
        for name in PROGRAMS:  # older commits have fewer
            subprocess.run(["make", f"tests/bench/bench_{name}"], cwd=target, stdout=log, stderr=log)
    return target


class Side:
    """One of the two builds."""

    def __init__(self, builddir, ahead):
        self.lab = Lab(builddir, ahead)

    def has(self, program):
        return os.path.exists(self._path(program))

    def _path(self, program):
        folder = os.path.join(self.lab.builddir, "tests", "bench")
        inner = os.path.join(folder, ".libs", program)
        return inner if os.path.exists(inner) else os.path.join(folder, program)

    def run(self, program):
        done = self.lab.run(None, GENERATOR_CPU, [self._path(program), "--json"], 600)
        if done.status != 0:
            raise Failed(f"{program} of {self.lab.builddir}: {done.output.strip()[-200:]}")
        return figures_of(done.output.splitlines())

    def loopback(self):
        found = loopback.trial(self, *"--clients 500000 --concurrency 4096".split())
        t = found["totals"]
        return {"loopback: dora_per_s": t["dora_per_s"]}


def take_turns(sides, measure, reps):
    """[{figure: value} of each turn] for the base and for the new build."""
    found = ([], [])
    for turn in range(reps):
        order = (0, 1) if turn % 2 == 0 else (1, 0)  # neither always comes first
        for i in order:
            found[i].append(measure(sides[i]))
    return found


def report(base, new):
    """One line for each figure that both have."""
    slower = 0
    for name in base[0]:
        if any(name not in each for each in base + new):
            continue
        a, b = [each[name] for each in base], [each[name] for each in new]
        ratios = figures.ratios(b, a)
        if not ratios:
            continue
        shown = figures.spread_text(figures.Spread.of(ratios).document(), figures.ratio_text)
        said = verdict(better(name), ratios)
        slower += said == "SLOWER"
        print(f"{name:60} {figures.number(statistics.median(a)):>12} "
              f"{figures.number(statistics.median(b)):>12}  "
              f"{shown:22} {said}", flush=True)  # fmt: skip
    return slower


def parse_arguments(arguments):
    p = argparse.ArgumentParser(prog="make bench-compare BASE=", description=__doc__.split("\n")[0])
    p.add_argument("base", help="commit to compare with")
    p.add_argument("--builddir", default=os.getcwd(), help=argparse.SUPPRESS)
    p.add_argument("--srcdir", default=os.path.join(os.path.dirname(__file__), "..", ".."),
                   help=argparse.SUPPRESS)  # fmt: skip
    p.add_argument("--configured", default="", help=argparse.SUPPRESS)
    p.add_argument("--reps", type=int, default=5, help="turns (5)")
    p.add_argument("--programs", default="*", help="as in 'message,dora,loopback'")
    p.add_argument("--ahead", action="store_true",
                   help="measured programs go before all others (needs root)")  # fmt: skip
    p.add_argument("--base-build", metavar="DIR", help="a build of BASE with its programs")
    return p.parse_args(arguments)


def compare(options, base_build):
    sides = [Side(each, options.ahead) for each in (base_build, options.builddir)]
    patterns = options.programs.split(",")
    slower = 0
    print(f"{'figure':60} {'base':>12} {'this':>12}  {'this / base':22} verdict")
    try:
        meter = machine.Meter(lambda: sides[0].lab.live() + sides[1].lab.live())
        for name in PROGRAMS:
            program = f"bench_{name}"
            if not any(fnmatch.fnmatch(name, p) for p in patterns):
                continue
            if not all(side.has(program) for side in sides):
                print(f"{name}: not in both builds")
                continue
            slower += report(*take_turns(sides, lambda s: s.run(program), options.reps))
        if any(fnmatch.fnmatch("loopback", p) for p in patterns):
            slower += report(*take_turns(sides, lambda s: s.loopback(), options.reps))
        print(f"{slower} slower; others used {meter.read():.2f} processors meanwhile")
    finally:
        for side in sides:
            side.lab.close()
    return 0


def main(arguments):
    options = parse_arguments(arguments)
    folder = tempfile.mkdtemp(prefix="dhcpperf-compare.")
    try:
        return compare(options, options.base_build or build(options, folder))
    except Failed as e:
        print(f"bench-compare: {e}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
