# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2034,SC2154
# serving.sh - a dhcp-server of the test's own on 127.0.0.1, on a port the system chooses, and the
# documents of both commands.  Sourced after tap.sh.

tester=$build/dhcp-tester
server=$build/dhcp-server
[ -x "$tester" ] && [ -x "$server" ] || skip_all "the commands are not built"
for v in $(env | sed -n 's/^\(DHCP_[A-Z0-9_]*\)=.*/\1/p'); do
	unset "$v"
done
server_pid=
trap '[ -z "$server_pid" ] || kill "$server_pid" 2>/dev/null; rm -rf "$work"' EXIT

has_json() { "$tester" --version | grep -q ' json'; }

need_json() {
	has_json || skip_all "built without jansson"
	command -v python3 >/dev/null 2>&1 || skip_all "python3 not found"
}

# wait_line FILE PATTERN PID: until the file holds the line or the process is gone.  A line that never
# comes from a process that goes on is a failure of the whole test.
wait_line() {
	tries=0
	while ! grep -q "$2" "$1" 2>/dev/null; do
		tries=$((tries + 1))
		if ! kill -0 "$3" 2>/dev/null; then
			grep -q "$2" "$1"
			return
		fi
		if [ $tries -gt 3000 ]; then
			echo "# '$2' never came in $1:"
			sed 's/^/# /' "$1"
			tap_failed=1
			return 1
		fi
		sleep 0.01
	done
}

# begin_server NAME FLAGS...: $server_pid, $port; out, err and json under that name.
begin_server() {
	name=$1
	shift
	if has_json; then
		set -- "$@" --output "json=$work/$name.json"
	fi
	: >"$work/$name.err" # what an earlier one of that name said is not what is waited for
	"$server" --port 0 "$@" >"$work/$name.out" 2>"$work/$name.err" &
	server_pid=$!
	wait_line "$work/$name.err" '^dhcp-server: ready on ' $server_pid || sed 's/^/# /' "$work/$name.err"
	port=$(sed -n 's/^dhcp-server: ready on 127\.0\.0\.1:\([0-9]*\)$/\1/p' "$work/$name.err")
	port=${port:-0}
}

# end_server NAME [SIGNAL]: $server_status.
end_server() {
	kill "-${2:-TERM}" "$server_pid"
	wait "$server_pid"
	server_status=$?
	server_pid=
}

# run NAME FLAGS...: the tester; out, err and json under that name.
run() {
	name=$1
	shift
	"$tester" "$@" --output "json=$work/$name.json" >"$work/$name.out" 2>"$work/$name.err"
	status=$?
	cat "$work/$name.err" "$work/$name.out"
	return $status
}

all_bound="t['started'] == t['bound'] and t['failed'] == 0 and t['success_rate'] == 100"
balanced="all(x['exchanges'] == x['answered'] + x['late'] + x['refused'] + x['unanswered'] + \
x['in_flight'] and x['packets'] == x['exchanges'] + x['retransmits'] for x in m.values())"

# holds NAME EXPRESSION...: r is the document.
holds() {
	doc=$work/$1.json
	shift
	python3 - "$doc" "$@" <<'PY'
import json, sys
r = json.load(open(sys.argv[1]))
t, m, run = r.get("totals"), r["messages"], r["run"]
bad = [e for e in sys.argv[2:] if not eval(e)]
for e in bad:
    print("does not hold:", e)
if bad:
    r.pop("latency_ns", None)
    print(json.dumps(r, indent=1))
sys.exit(bool(bad))
PY
}

# server_agrees SERVER-NAME RUN-NAMES...: what the runs sent is what the server received.
server_agrees() {
	python3 - "$work" "$@" <<'PY'
import json, sys
work, server, *runs = sys.argv[1:]
s = json.load(open(f"{work}/{server}.json"))
sent = {"discover": 0, "request": 0}
answered = {"discover": 0, "request": 0}
resent = 0  # the carrier's own repetitions of an unanswered probe, of either kind
for name in runs:
    r = json.load(open(f"{work}/{name}.json"))
    m = r["messages"]
    resent += r["generator"]["probe_resent"]
    for kind in sent:
        sent[kind] += m[kind]["packets"]
        answered[kind] += m[kind]["answered"]
for kind in sent:
    x = s["messages"][kind]
    assert x["received"] == x["answered"] + x["refused"] + x["unanswered"] + x["held"], x
    assert x["received"] <= sent[kind] + resent, (kind, x, sent, resent)
    assert x["answered"] >= answered[kind], (kind, x, answered)
received = sum(s["messages"][kind]["received"] for kind in sent)
assert s["socket"]["drops"] > 0 or received == sum(sent.values()) + resent, (received, sent, resent)
PY
}
