# SPDX-License-Identifier: MIT
"""figures - what a row of the table is, how it is judged and how it is printed.

Knows numbers only: nothing here runs a program, so that the judging can be tested.
"""

import statistics
from dataclasses import asdict, dataclass, field
from typing import Optional

SCHEMA = "dhcpperf.bench/1"
QUIET = 0.05  # processors that others may use before a row is marked as disturbed


@dataclass(frozen=True)
class Target:
    """What is to be reached: by our own figure ("ours") or by the ratio to the reference."""

    of: str
    relation: str
    value: float

    def holds(self, figure):
        return {
            ">=": figure >= self.value,
            "<=": figure <= self.value,
            "<": figure < self.value,
        }[self.relation]

    def text(self, unit):
        if self.of == "ratio":
            return f"ratio {self.relation} {ratio_text(self.value)}"
        return f"{self.relation} {number(self.value)} {unit}".rstrip()


NONE = None  # a row that is shown and not judged says so


@dataclass(frozen=True)
class Row:
    """One line of the table.  `reference` names what stands beside our figure; "" for nothing."""

    key: str
    what: str
    unit: str
    target: Optional[Target]
    reference: str = ""


@dataclass
class Measured:
    """What was found for a row: our figures and the reference's, taken in turns."""

    ours: list = field(default_factory=list)
    reference: list = field(default_factory=list)
    foreign: float = 0.0  # processors used by others meanwhile, in the mean
    note: str = ""
    absent: str = ""  # what to install, when the row cannot be measured here


@dataclass(frozen=True)
class Spread:
    median: float
    low: float
    high: float
    n: int

    @staticmethod
    def of(values):
        return Spread(statistics.median(values), min(values), max(values), len(values))

    def document(self):
        return {"median": self.median, "min": self.low, "max": self.high, "runs": self.n}


def ratios(ours, reference):
    """Ratios of what was taken in the same turn, so that a slow moment slows both."""
    pairs = [(o, r) for o, r in zip(ours, reference) if r]
    return [o / r for o, r in pairs]


def judge(row, measured):
    """True, False, or None for what has no target or could not be measured."""
    if row.target is None or measured.absent or not measured.ours:
        return None
    if row.target.of == "ours":
        return row.target.holds(statistics.median(measured.ours))
    found = ratios(measured.ours, measured.reference)
    return row.target.holds(statistics.median(found)) if found else None


def number(value):
    """Four digits that matter, thousands apart."""
    size = abs(value)
    if size >= 1000:
        return f"{value:,.0f}"
    if size >= 100:
        return f"{value:.0f}"
    if size >= 10:
        return f"{value:.1f}"
    if size >= 1:
        return f"{value:.2f}"
    return "0" if value == 0 else f"{value:.3g}"


def ratio_text(value):
    """A ratio far below one is easier to read as a fraction."""
    if 0 < value < 0.2:
        return f"1/{1 / value:.0f}"
    return f"{value:.2f}" if value < 10 else f"{value:.1f}"


def spread_text(spread, show):
    """`spread` as it is kept: median, min and max."""
    if spread["min"] == spread["max"]:
        return show(spread["median"])
    return f"{show(spread['median'])} [{show(spread['min'])} - {show(spread['max'])}]"


HEADINGS = ("what", "ours: median [min - max]", "beside it", "ratio", "target", "reached")
WIDTHS = (54, 33, 48, 26, 20, 7)


def target_text(kept):
    if kept.get("target") is None:
        return "none"
    return Target(**kept["target"]).text(kept["unit"])


def cells(kept):
    """The texts of a line, from a row as it is kept."""
    what = f"{kept['what']}, {kept['unit']}" if kept["unit"] else kept["what"]
    if "absent" in kept:
        return (what, f"absent: {kept['absent']}", "", "", target_text(kept), "-")
    beside = ratio = ""
    if "reference" in kept:
        beside = f"{kept['reference']['what']} {spread_text(kept['reference'], number)}"
    if "ratio" in kept:
        ratio = spread_text(kept["ratio"], ratio_text)
    verdict = {True: "yes", False: "NO", None: "-"}[kept.get("reached")]
    if kept["foreign_processors"] > QUIET:
        verdict += " *"
    return (what, spread_text(kept["ours"], number), beside, ratio, target_text(kept), verdict)


def line(texts):
    return "  ".join(t.ljust(w) for t, w in zip(texts, WIDTHS)).rstrip()


def markdown_line(texts):
    return "| " + " | ".join(texts) + " |"


def document(row, measured):
    """The row as it is kept and printed."""
    out = {"key": row.key, "what": row.what, "unit": row.unit, "target": None}
    if row.target:
        out["target"] = asdict(row.target)
    if measured.absent:
        out["absent"] = measured.absent
        return out
    out["ours"] = Spread.of(measured.ours).document()
    if measured.reference:
        out["reference"] = Spread.of(measured.reference).document()
        out["reference"]["what"] = row.reference
        found = ratios(measured.ours, measured.reference)
        if found:
            out["ratio"] = Spread.of(found).document()
    out["reached"] = judge(row, measured)
    out["foreign_processors"] = round(measured.foreign, 3)
    if measured.note:
        out["note"] = measured.note
    return out
