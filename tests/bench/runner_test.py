# SPDX-License-Identifier: MIT
"""runner_test - the benchmark runner reads, judges and prints what it is given; TAP on stdout.

Canned input only: nothing here depends on how fast anything is.
"""

import contextlib
import io
import json
import sys
import tempfile
import traceback

import compare
import figures
import machine
import peers
import programs
import run
import rows
from figures import Measured, Row, Target

PERFDHCP = """Running: perfdhcp -4 -r 40000 127.0.0.1
***Rate statistics***
Rate: 21105.2 4-way exchanges/second, expected rate: 40000

***Statistics for: DISCOVER-OFFER***
sent packets: 79178
received packets: 59557
drops: 19621
drops ratio: 24.7809 %

min delay: 0.026 ms
avg delay: 3.037 ms

***Statistics for: REQUEST-ACK***
sent packets: 59557
received packets: 48590
"""


def every_row_has_a_target_or_says_none():
    found = rows.all_rows()
    assert len({row.key for row in found}) == len(found), "a key is used twice"
    for row in found:
        assert row.target is None or isinstance(row.target, Target), row.key
        assert row.target is None or row.target.relation in (">=", "<=", "<"), row.key
        if row.target and row.target.of == "ratio":
            assert row.reference, f"{row.key} is judged by a ratio to nothing"
        shown = figures.cells(figures.document(row, Measured(ours=[1.0])))
        assert shown[4] == (row.target.text(row.unit) if row.target else "none"), row.key


def every_row_has_somebody_who_measures_it():
    for _, source, wanted in rows.GROUPS:
        kind, _, name = source.partition(":")
        if kind == "program":
            known = set(programs.FIGURES[name]) | {"dora.growth"}
            assert {row.key for row in wanted} <= known, source
        else:
            module, _, function = source.partition(".")
            assert callable(getattr(__import__(module), function)), source


def the_promised_figures_are_all_rows():
    wanted = {
        "loop.direct": 2e6, "loop.share": 0.5, "loop.relays1000": 0.8, "loop.singles": 0.9,
        "gen.loop.rate": 40, "gen.loop.cpu": 1 / 40, "gen.plain.rate": 4, "srv.kea.rate": 50,
        "srv.kea.cpu": 1 / 50, "dora.1e5": 2.5e6, "parse.indexed": 25, "dora.station": 96,
        "server.bytes": 128, "loop.memory.1e7": 1228.8, "dora.growth": 1.5, "pace.error.1k": 0.05,
        "pace.batch.200k": 0.05, "pace.lag.10k": 50, "loop.drops": 0, "loop.flight": 0,
        "pace.cpu.1k": 0.02, "pace.cpu.10k": 0.1,
    }  # fmt: skip
    found = {row.key: row.target.value for row in rows.all_rows() if row.target}
    for key, value in wanted.items():
        assert found[key] == value, key


def a_target_is_judged_by_the_median():
    row = Row("k", "what", "ns", Target("ours", "<=", 25))
    assert figures.judge(row, Measured(ours=[20, 25, 90])) is True
    assert figures.judge(row, Measured(ours=[20, 26, 27])) is False
    assert figures.judge(row, Measured(absent="install it")) is None
    assert figures.judge(Row("k", "what", "ns", None), Measured(ours=[1])) is None


def a_ratio_is_of_the_same_turn():
    row = Row("k", "what", "DORA/s", Target("ratio", ">=", 2), "peer")
    # A slow second turn slows both.  The ratio of the medians would be 9/9.
    measured = Measured(ours=[20, 2, 9], reference=[10, 1, 9])
    assert figures.ratios(measured.ours, measured.reference) == [2, 2, 1]
    assert figures.judge(row, measured) is True
    assert figures.judge(row, Measured(ours=[19, 19], reference=[10, 10])) is False
    assert figures.judge(row, Measured(ours=[19])) is None


def a_row_prints_both_figures_the_ratio_and_the_verdict():
    row = Row("k", "our server", "us", Target("ratio", "<=", 1 / 40), "perfdhcp")
    text = figures.line(figures.cells(figures.document(row, Measured([0.5, 0.6], [25, 30], 0.2))))
    for part in ("our server, us", "0.55 [0.5 - 0.6]", "perfdhcp 27.5 [25.0 - 30.0]", "1/50",
                 "ratio <= 1/40", "yes *"):  # fmt: skip
        assert part in text, (part, text)
    absent = figures.cells(figures.document(row, Measured(absent="install kea-admin")))
    assert absent[1] == "absent: install kea-admin" and absent[5] == "-", absent


def numbers_are_short():
    shown = {0: "0", 0.0123: "0.0123", 1.234: "1.23", 56.78: "56.8", 345.6: "346", 2e6: "2,000,000"}
    for value, text in shown.items():
        assert figures.number(value) == text, (value, figures.number(value))
    assert figures.ratio_text(1 / 77) == "1/77" and figures.ratio_text(0.93) == "0.93"


def what_is_kept_says_what_was_judged():
    row = Row("k", "what", "s", Target("ours", "<", 2), "peer")
    kept = json.loads(json.dumps(figures.document(row, Measured([1, 3, 1], [4, 4, 4], 0.01, "n"))))
    assert kept["ours"] == {"median": 1, "min": 1, "max": 3, "runs": 3}, kept
    assert kept["ratio"]["median"] == 0.25 and kept["reached"] is True, kept
    assert kept["reference"]["what"] == "peer" and kept["foreign_processors"] == 0.01, kept
    kept = figures.document(row, Measured(absent="install it"))
    assert kept["absent"] == "install it" and "ours" not in kept, kept


def what_was_kept_is_shown_again():
    row = rows.all_rows()[0]
    result = {
        "schema": figures.SCHEMA, "started_at": "2026-01-01T00:00:00Z", "quick": False, "ahead": True,
        "machine": {"processor": "P", "processors": 2, "memory_mib": 4096, "kernel": "6.1",
                    "compiler": "gcc", "commit": "abc", "changed": False},
        "speed_mib_per_s": [1000, 900], "took_s": 7,
        "rows": [figures.document(row, Measured([20.5, 21, 22]))],
    }  # fmt: skip
    with tempfile.NamedTemporaryFile("w", suffix=".json") as f:
        json.dump(result, f)
        f.flush()
        with contextlib.redirect_stdout(io.StringIO()) as said:
            assert run.main(["--show", f.name]) == 0
    for part in (row.what, "21.0 [20.5 - 22.0]", "yes", "commit abc", "hashed 1000 MiB/s"):
        assert part in said.getvalue(), (part, said.getvalue())


def readme_takes_the_table_between_its_marks():
    judged = next(row for row in rows.all_rows() if row.target)
    shown = next(row for row in rows.all_rows() if not row.target and not row.reference)
    result = {
        "started_at": "2026-01-02T00:00:00Z", "ahead": False,
        "machine": {"processor": "P", "processors": 2, "memory_mib": 4096, "kernel": "6.1",
                    "compiler": "gcc", "commit": "abc", "changed": False},
        "rows": [figures.document(row, Measured([7])) for row in (judged, shown)],
    }  # fmt: skip
    text = "\n".join(["above", run.MARKS[0], "old", run.MARKS[1], "below", ""])
    new = run.put_between(text, run.summary(result))
    assert new.startswith("above\n") and new.endswith(run.MARKS[1] + "\nbelow\n"), new
    assert "old" not in new and judged.what in new and "(yes)" in new and "4 GiB" in new, new
    assert shown.what not in new, new
    assert run.put_between(new, run.summary(result)) == new


def the_lines_of_a_program_are_found_among_its_table():
    lines = programs.lines_of(
        'view   18.0 ns\n{"bench":"message","case":"view","ns":18.0,"min":17.5,"max":19.0}\n'
        '{"bench":"client","stations":1000000,"ns_per_message":60,"low":59,"high":70}\n'
        '{"bench":"dora_memory","stations":1000000,"station_bytes":95.5}\n'
        '{"bench":"hist","bits":10,"what":"record","ns":3.9}\n'
    )
    assert programs.find(lines, {"case": "view"}, "ns") == [17.5, 18.0, 19.0]
    assert programs.find(lines, {"stations": 1000000}, "station_bytes") == [95.5]
    assert programs.find(lines, {"bits": 10, "what": "record"}, "ns") == [3.9]
    assert programs.find(lines, {"bits": 7}, "ns") == []


def growth_is_cost_over_cost():
    grown = programs.growth(Measured([1e6, 2e6, 4e6]), Measured([1e6, 1e6, 1e6]))
    assert grown.ours == [1, 2, 4], grown


def perfdhcp_is_read_by_exchange():
    found = peers.parse_perfdhcp(PERFDHCP)
    assert found["DISCOVER-OFFER"]["sent packets"] == 79178, found
    assert found["DISCOVER-OFFER"]["drops ratio"] == 24.7809, found
    assert found["REQUEST-ACK"]["received packets"] == 48590, found
    assert peers.parse_perfdhcp("cannot bind") == {}


def the_search_ends_just_below_what_holds():
    for limit in (700, 9000, 24000, 41000, 150000):
        tried = []

        def holds(rate, limit=limit, tried=tried):
            tried.append(rate)
            return rate <= limit

        found = peers.highest(holds, 24000, 40)
        assert limit / 1.07 < found <= limit, (limit, found, tried)
        assert len(tried) < 20, tried
    assert peers.highest(lambda rate: False, 24000, 6) == 0


def a_rate_is_held_without_loss_only():
    assert peers.held(peers.Trial(20000, 19900, 2, 1, 1), 10000, 2)
    assert not peers.held(peers.Trial(20000, 19700, 2, 1, 1), 10000, 2)  # lost 1.5 %
    assert not peers.held(peers.Trial(19000, 19000, 2, 1, 1), 10000, 2)  # sent too few


def the_rate_error_is_that_of_the_observer():
    seen = {"discovers": 10001, "first_ns": 5 * 10**9, "last_ns": 6 * 10**9}
    assert peers.rate_error(seen, 10000) < 1e-9
    assert abs(peers.rate_error(seen, 10100) - 0.990099) < 1e-4
    assert peers.rate_error({"discovers": 0, "first_ns": 0, "last_ns": 0}, 1000) == 100


def others_are_what_is_not_ours():
    text = "cpu  100 5 50 9000 7 3 2 1 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\n"
    assert machine.parse_busy(text) == 160 / machine.HZ
    meter = machine.Meter(lambda: [])
    assert 0 <= meter.read() <= 4096


def a_row_that_is_absent_does_not_end_the_run():
    def nothing(bench):
        raise run.Absent("install kea-admin")

    def broken(bench):
        raise run.Failed("it ended")

    peers.nothing, peers.broken = nothing, broken
    wanted = [Row("a", "a", "", None)]
    assert run.measure(None, "peers.nothing", wanted)["a"].absent == "install kea-admin"
    assert run.measure(None, "peers.broken", wanted)["a"].absent == "failed: it ended"
    peers.nothing = lambda bench: {}
    assert run.measure(None, "peers.nothing", wanted)["a"].absent == "not measured"


def rows_are_chosen_by_pattern():
    keys = [r.key for _, _, found in run.chosen(["loop.*", "gen.plain.rate"]) for r in found]
    assert "gen.plain.rate" in keys and "loop.share" in keys and "gen.plain.cpu" not in keys, keys
    with contextlib.redirect_stderr(io.StringIO()) as said:
        assert run.main(["--rows", "nosuch"]) == 2
    assert "nosuch" in said.getvalue()


def results_are_kept_under_commit_and_kernel():
    with tempfile.TemporaryDirectory() as folder:
        options = run.parse_arguments(["--save", "--srcdir", folder])
        result = {"machine": {"commit": "abc", "kernel": "6.1"}, "rows": []}
        with contextlib.redirect_stdout(io.StringIO()):
            run.save(options, result)
        with open(f"{folder}/tests/bench/results/abc-6.1.json") as f:
            assert json.load(f) == result


def a_comparison_pairs_what_both_print():
    base = compare.figures_of(['{"bench":"wheel","timers":10,"what":"set","ns":50.0}'])
    new = compare.figures_of(['{"bench":"wheel","timers":10,"what":"set","ns":40.0,"low":39}',
                              '{"bench":"new","ns":1}'])  # fmt: skip
    assert list(base) == ["wheel what=set timers=10: ns"], base
    assert set(new) >= set(base) and len(new) == 2, new
    assert compare.better("dora_per_s") == "more" and compare.better("ns_per_message") == "less"


def a_comparison_prints_what_both_have():
    base = [{"wheel: ns": 50.0, "old: ns": 1.0}, {"wheel: ns": 52.0}, {"wheel: ns": 51.0}]
    new = [{"wheel: ns": 100.0}, {"wheel: ns": 104.0}, {"wheel: ns": 102.0}]
    with contextlib.redirect_stdout(io.StringIO()) as said:
        assert compare.report(base, new) == 1
    text = said.getvalue()
    assert text.count("\n") == 1 and "SLOWER" in text and "2.00" in text and "51.0" in text, text


def turns_alternate():
    taken = []
    found = compare.take_turns("AB", lambda side: taken.append(side) or {side: 1}, 3)
    assert taken == list("ABBAAB"), taken
    assert found == ([{"A": 1}] * 3, [{"B": 1}] * 3), found


def a_comparison_speaks_of_clear_differences_only():
    assert compare.verdict("less", [0.8, 0.82, 0.85]) == "faster"
    assert compare.verdict("less", [1.1, 1.2, 1.3]) == "SLOWER"
    assert compare.verdict("more", [1.1, 1.2, 1.3]) == "faster"
    assert compare.verdict("more", [0.7, 0.9, 1.1]) == "same"  # the spread holds 1
    assert compare.verdict("more", [0.98, 0.985, 0.99]) == "same"  # below 3 %
    assert compare.verdict("less", [1.01, 1.04, 1.3]) == "same"  # one turn hardly shows it
    assert compare.verdict("less", [1.5, 1.5]) == "too few turns"


TESTS = [
    found for found in list(globals().values())
    if callable(found) and getattr(found, "__module__", "") == __name__
]  # fmt: skip


def main():
    failed = 0
    print(f"1..{len(TESTS)}")
    for number, test in enumerate(TESTS, 1):
        name = test.__name__.replace("_", " ")
        try:
            test()
            print(f"ok {number} - {name}")
        except Exception:
            failed += 1
            print(f"not ok {number} - {name}")
            print("".join("# " + text + "\n" for text in traceback.format_exc().splitlines()), end="")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
