# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# peers.sh - what the tests against real DHCP programs share: TAP lines, network namespaces, servers
# as children in the foreground, and the wait for their first answer.  Sourced, never run.
# shellcheck disable=SC2034,SC2015,SC2154  # variables and functions are for the sourcing test
#
# A test calls  need_root, need ...  (exit 77 with the reason when something is absent),
# plan N, peers_begin,  and then  ok "claim" command...  N times.

builddir=${abs_top_builddir:-$(pwd)}
tester=$builddir/dhcp-tester
server=$builddir/dhcp-server
tap_n=0
tap_failed=0
peer_pids=
peer_namespaces=
work=

skip_all() {
	echo "1..0 # SKIP $*"
	exit 77
}

need_root() {
	[ "$(id -u)" -eq 0 ] || skip_all "needs root to make network namespaces"
	command -v ip >/dev/null 2>&1 || skip_all "needs ip (package iproute2)"
	ip netns add "dp-try-$$" 2>/dev/null || skip_all "this system does not let us make network namespaces"
	ip netns del "dp-try-$$"
}

# need COMMAND PACKAGE
need() {
	PATH=$PATH:/usr/sbin:/sbin
	command -v "$1" >/dev/null 2>&1 || skip_all "needs $1 (package $2)"
}

need_commands_built() {
	[ -x "$tester" ] && [ -x "$server" ] || skip_all "the commands are not built"
}

plan() { echo "1..$1"; }

peers_begin() {
	work=$(mktemp -d "${TMPDIR:-/tmp}/dhcpperf.XXXXXX")
	trap peers_end EXIT
	trap 'exit 1' INT TERM HUP
}

peers_end() {
	for pid in $peer_pids; do
		kill "$pid" 2>/dev/null || continue
		wait "$pid" 2>/dev/null
	done
	for ns in $peer_namespaces; do
		ip netns del "$ns"
	done
	[ -z "$work" ] || rm -rf "$work"
}

# ok CLAIM COMMAND...: one TAP line; the output of a failing command follows as diagnostics.
ok() {
	tap_claim=$1
	shift
	tap_n=$((tap_n + 1))
	if "$@" >"$work/ok.out" 2>&1; then
		echo "ok $tap_n - $tap_claim"
	else
		tap_status=$?
		echo "not ok $tap_n - $tap_claim"
		echo "# exit status $tap_status of: $*"
		tail -n 40 "$work/ok.out" | sed 's/^/# /'
		tap_failed=1
	fi
}

# skip N CLAIM REASON: N TAP lines for what cannot be tried here.
skip() {
	skip_n=$1
	while [ "$skip_n" -gt 0 ]; do
		skip_n=$((skip_n - 1))
		tap_n=$((tap_n + 1))
		echo "ok $tap_n - $2 # SKIP $3"
	done
}

# new_namespace: a namespace with lo up, its name in $ns.
new_namespace() {
	ns_count=$((${ns_count:-0} + 1))
	ns=dp-$$-$ns_count
	ip netns add "$ns"
	peer_namespaces="$peer_namespaces $ns"
	ip -n "$ns" link set lo up
}

# veth_pair NS1 ADDRESS1/LEN NS2 ADDRESS2/LEN: the two ends are called eth0.
veth_pair() {
	ip link add "dpa$$" netns "$1" type veth peer name "dpb$$" netns "$3"
	ip -n "$1" link set "dpa$$" name eth0
	ip -n "$3" link set "dpb$$" name eth0
	ip -n "$1" addr add "$2" dev eth0
	ip -n "$3" addr add "$4" dev eth0
	ip -n "$1" link set eth0 up
	ip -n "$3" link set eth0 up
}

# in_ns NS COMMAND...
in_ns() {
	in_ns_name=$1
	shift
	ip netns exec "$in_ns_name" "$@"
}

# start LOG NS COMMAND...: a child in the foreground of its own; its pid in $peer_pid.
start() {
	start_log=$1
	start_ns=$2
	shift 2
	: >"$start_log" # what an earlier one said is not what is waited for
	ip netns exec "$start_ns" "$@" >"$start_log" 2>&1 &
	peer_pid=$!
	peer_pids="$peer_pids $peer_pid"
}

# stop PID: ends one child and waits for it; its exit status.
stop() {
	kill "$1" 2>/dev/null
	wait "$1"
	stop_status=$?
	new_pids=
	for pid in $peer_pids; do
		[ "$pid" = "$1" ] || new_pids="$new_pids $pid"
	done
	peer_pids=$new_pids
	return $stop_status
}

# wait_bound NS PORT: until the peer has bound its UDP port, so that a probe from the same port does
# not take it away.
wait_bound() {
	wait_hex=$(printf ':%04X ' "$2")
	until in_ns "$1" grep -q "$wait_hex" /proc/net/udp; do
		kill -0 "$peer_pid" 2>/dev/null || return 1
	done
}

# wait_answer NS TESTER-FLAGS...: until one client is served, at most some 20 s.
wait_answer() {
	wait_ns=$1
	shift
	wait_n=0
	while [ $wait_n -lt 60 ]; do
		wait_n=$((wait_n + 1))
		if in_ns "$wait_ns" "$tester" "$@" --clients 1 --timeout 300ms --quiet \
			--mac-base 02:fe:00:00:00:01 --output "json=$work/probe.json" \
			>"$work/probe.out" 2>&1 && json_holds "$work/probe.json" "r['totals']['bound'] == 1"; then
			return 0
		fi
		[ "$wait_n" -gt 3 ] && ! kill -0 "$peer_pid" 2>/dev/null && break
	done
	echo "# no answer; last try:"
	sed 's/^/# /' "$work/probe.out"
	return 1
}

# json_holds FILE PYTHON-EXPRESSION: r is the document; says what it found otherwise.
json_holds() {
	python3 - "$@" <<'PY'
import json, sys
r = json.load(open(sys.argv[1]))
bad = [e for e in sys.argv[2:] if not eval(e)]
for e in bad:
    print("does not hold:", e)
    for key in ("totals", "messages", "errors", "violations", "remarks", "generator"):
        print(key, json.dumps(r.get(key)))
sys.exit(1 if bad else 0)
PY
}

# rules_known PEER FILE...: the rules that the peer broke, by result documents or by lines "ID rule
# level", are among those of tests/interop/expected/PEER.txt.  One that is new fails; one that is
# not broken this time is a note, as runs and versions differ.
rules_known() {
	python3 - "$top_srcdir/tests/interop/expected/$1.txt" "$@" <<'PY'
import json, re, sys
expected, peer, *files = sys.argv[1:]
line = re.compile(r"[A-Z]-\d{3} \S+ (must|should)$")
known = {t for t in open(expected).read().splitlines() if line.match(t)}
seen = {}
for name in files:
    text = open(name).read()
    if text.startswith("{"):
        r = json.loads(text)
        for v in r["violations"] + r["remarks"]:
            seen[f"{v['id']} {v['rule']} {v['level']}"] = v["example"]
    else:
        seen.update((t, "") for t in text.splitlines() if line.match(t))
for rule in sorted(known - seen.keys()):
    print(f"note: {peer} did not break this time: {rule}")
new = sorted(seen.keys() - known)
for rule in new:
    print(f"not in {expected}: {rule}; {seen[rule]}")
sys.exit(1 if new else 0)
PY
}

# ok_rules CLAIM PEER FILE...: that, with its notes.
ok_rules() {
	ok_rules_claim=$1
	shift
	ok "$ok_rules_claim" rules_known "$@"
	grep '^note: ' "$work/ok.out" | sed 's/^/# /'
}

# every_fate_named FILE: exchanges = answered + late + refused + unanswered + in_flight, everywhere.
every_fate_named() {
	json_holds "$1" "all(m['exchanges'] == m['answered'] + m['late'] + m['refused'] + \
m['unanswered'] + m['in_flight'] for m in r['messages'].values())"
}
