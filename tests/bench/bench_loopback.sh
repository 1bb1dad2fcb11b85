#!/bin/sh
# SPDX-License-Identifier: MIT
# bench_loopback.sh - dhcp-tester against dhcp-server over UDP loopback, one core each, beside the
# echo limit measured in the same run; and the memory both need for a million clients.
#
#     bench_loopback.sh [--json]        from the build directory; REPS (5), CLIENTS (300000)
set -eu
builddir=${abs_top_builddir:-$(pwd)}
reps=${REPS:-5}
clients=${CLIENTS:-300000}
json=no
[ "${1:-}" != --json ] || json=yes

command -v python3 >/dev/null 2>&1 || { echo "bench_loopback: skipped, it needs python3" && exit 0; }
[ -x "$builddir/dhcp-tester" ] || { echo "bench_loopback: skipped, the commands are not built" && exit 0; }
# The words that put a command on core N, where that can be done; a prefix and not a function, so
# that the background job is the command itself.
on_core() {
	if command -v taskset >/dev/null 2>&1 && [ "$(nproc)" -gt 1 ]; then
		echo "taskset -c $1"
	fi
}
on_0=$(on_core 0)
on_1=$(on_core 1)

work=$(mktemp -d "${TMPDIR:-/tmp}/dhcpperf.XXXXXX")
server_pid=
finish() {
	[ -z "$server_pid" ] || kill "$server_pid" 2>/dev/null || true
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' INT TERM

# start_server: a fresh one on the second core; its port in $port.
start_server() {
	: >"$work/server.err" # the last one's ready line is not this one's
	# shellcheck disable=SC2086  # words
	$on_1 "$builddir/dhcp-server" --port 0 --start-ip 10.0.0.10 --end-ip 10.15.255.250 \
		--lease-time 1h --reply-to-source --output "json=$work/server.json" \
		>"$work/server.out" 2>>"$work/server.err" &
	server_pid=$!
	port=
	while [ -z "$port" ]; do
		kill -0 "$server_pid" 2>/dev/null || { cat "$work/server.err" >&2 && exit 1; }
		port=$(sed -n 's/^dhcp-server: ready on .*:\([0-9]*\)$/\1/p' "$work/server.err")
	done
}

stop_server() {
	kill "$server_pid"
	wait "$server_pid" || true
	server_pid=
}

# one NAME FLAGS...: a run; appends "NAME dora_per_s bound tester_rss server_rss".
one() {
	name=$1
	shift
	start_server
	# shellcheck disable=SC2086
	$on_0 "$builddir/dhcp-tester" --server 127.0.0.1 --port "$port" --quiet \
		--output "json=$work/r.json" "$@" >"$work/tester.out" 2>&1 || cat "$work/tester.out" >&2
	server_rss=$(awk '/^VmHWM:/ { print $2 * 1024 }' "/proc/$server_pid/status")
	stop_server
	python3 - "$work/r.json" "$name" "$server_rss" >>"$work/figures" <<'PY'
import json, sys
r = json.load(open(sys.argv[1]))
t = r["totals"]
assert t["bound"] == t["started"], t
assert sum(v["count"] for v in r["violations"]) == 0, r["violations"]
print(sys.argv[2], t["dora_per_s"], t["bound"], t["resident_bytes"], sys.argv[3])
PY
}

window=${WINDOW:-4096}
i=0
while [ $i -lt "$reps" ]; do
	i=$((i + 1))
	one direct --clients "$clients" --concurrency "$window"
	one relays-1 --clients "$clients" --concurrency "$window" --relay --relay-ip 127.1.0.1
	one relays-100 --clients "$clients" --concurrency "$window" --relay --relay-ip 127.1.0.1 --relay-count 100
	one relays-1000 --clients "$clients" --concurrency "$window" --relay --relay-ip 127.1.0.1 --relay-count 1000
	one gso-off --clients $((clients / 4)) --concurrency "$window" --gso off
done
one million --clients 1000000 --concurrency "$window"

# The limit in the same run: an echo of the same shape by the least that two sockets can do.  A DORA
# is two exchanges.
: >"$work/echo"
if [ -x "$builddir/tests/bench/bench_echo" ]; then
	for gso in auto off; do
		"$builddir/tests/bench/bench_echo" --json --reps "$reps" --window "$window" --gso "$gso" \
			>>"$work/echo" || :
	done
fi

python3 - "$work/figures" "$work/echo" "$json" <<'PY'
import json, statistics, sys
rows = {}
for line in open(sys.argv[1]):
    name, rate, bound, tester, server = line.split()
    rows.setdefault(name, []).append((float(rate), int(tester), int(server)))
limits = {}  # case of the echo -> DORA/s it would allow
for line in open(sys.argv[2]):
    if line.startswith("{"):
        e = json.loads(line)
        limits[e["gso"], e["destinations"]] = e["raw_per_s"] / 2
echo = {"direct": ("auto", 1), "relays-1": ("auto", 1), "relays-100": ("auto", 100),
        "relays-1000": ("auto", 1000), "gso-off": ("off", 1)}
one = statistics.median(r[0] for r in rows["relays-1"])
for name, runs in rows.items():
    rates = sorted(r[0] for r in runs)
    out = {"bench": "loopback", "case": name, "dora_per_s": statistics.median(rates),
           "low": rates[0], "high": rates[-1], "tester_mib": max(r[1] for r in runs) / 2**20,
           "server_mib": max(r[2] for r in runs) / 2**20}
    if name.startswith("relays-"):
        out["share_of_one_relay"] = out["dora_per_s"] / one
    if echo.get(name) in limits:
        out["share_of_echo_limit"] = out["dora_per_s"] / limits[echo[name]]
    if sys.argv[3] == "yes":
        print(json.dumps(out))
    else:
        extra = ""
        if "share_of_echo_limit" in out:
            extra += ", %.2f of the echo limit" % out["share_of_echo_limit"]
        if name.startswith("relays-"):
            extra += ", %.2f of one relay" % out["share_of_one_relay"]
        print("%-28s %10.0f DORA/s  (%.0f - %.0f)  tester %.0f MiB, server %.0f MiB%s" % (
            "loopback " + name, out["dora_per_s"], out["low"], out["high"], out["tester_mib"],
            out["server_mib"], extra))
PY
