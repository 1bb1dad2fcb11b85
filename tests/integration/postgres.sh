# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2034,SC2154
# postgres.sh - a PostgreSQL of the test's own: a new cluster in a temporary directory, on a Unix
# socket there and nowhere else, run by a user without rights.  Sourced after tap.sh.
#
# It ends with the test, however that ends: stopped when the test does, and by the kernel
# (PR_SET_PDEATHSIG) should the test be killed.

postgres_dir=
postgres_pid=
postgres_setpriv=setpriv

# postgres_find: the newest installed server's programs in $postgres_bin and who runs them, or 1.
postgres_find() {
	postgres_bin=
	for d in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /usr/lib/postgresql /usr/libexec/postgresql \
		$(pg_config --bindir 2>/dev/null) /usr/local/bin /usr/bin; do
		[ ! -x "$d/initdb" ] || [ ! -x "$d/postgres" ] || [ ! -x "$d/psql" ] || postgres_bin=$d
		[ -z "$postgres_bin" ] || break
	done
	[ -n "$postgres_bin" ] && command -v setpriv >/dev/null 2>&1 || return 1
	postgres_user=$(id -un)
	if [ "$(id -u)" -eq 0 ]; then
		postgres_user=postgres
		id postgres >/dev/null 2>&1 || postgres_user=nobody
		postgres_setpriv="setpriv --reuid=$postgres_user --regid=$(id -g $postgres_user) --clear-groups"
	fi
}

# need_postgres: or the whole test is skipped.
need_postgres() {
	"$build/dhcp-server" --version 2>/dev/null | grep -q ' postgresql' || skip_all "built without libpq"
	postgres_find || skip_all "needs a PostgreSQL server and setpriv (packages postgresql, util-linux)"
}

# postgres_as COMMAND...: as the user without rights.
postgres_as() {
	# shellcheck disable=SC2086 # words
	(cd "$postgres_dir" && exec $postgres_setpriv "$@")
}

# postgres_make: the cluster; its connection in $postgres_where.
postgres_make() {
	postgres_dir=$(mktemp -d "${TMPDIR:-/tmp}/dhcpperf-pg.XXXXXX") || return 1
	trap 'postgres_end; rm -rf "$work"' EXIT
	[ "$(id -u)" -ne 0 ] || chown "$postgres_user" "$postgres_dir"
	chmod 711 "$postgres_dir"
	postgres_as "$postgres_bin/initdb" -D "$postgres_dir/data" -U dhcp -A trust -E UTF8 --locale=C \
		--no-sync >"$work/initdb.out" 2>&1 || {
		sed 's/^/# /' "$work/initdb.out"
		return 1
	}
	cat >>"$postgres_dir/data/postgresql.conf" <<-CONF
		listen_addresses = ''
		unix_socket_directories = '$postgres_dir'
		unix_socket_permissions = 0777
		shared_buffers = 8MB
		max_connections = 30
		autovacuum = off
		log_line_prefix = ''
	CONF
	postgres_where="host=$postgres_dir user=dhcp dbname=postgres"
}

# postgres_start: until it takes connections.
postgres_start() {
	# No function: the trap of a subshell is not ours, and the child's parent must be this shell.
	# shellcheck disable=SC2086 # words
	$postgres_setpriv --pdeathsig QUIT "$postgres_bin/postgres" -D "$postgres_dir/data" \
		>>"$work/postgres.log" 2>&1 &
	postgres_pid=$!
	postgres_tries=0
	until "$postgres_bin/psql" -q -X "$postgres_where" -c '' >/dev/null 2>&1; do
		postgres_tries=$((postgres_tries + 1))
		if [ $postgres_tries -gt 600 ] || ! kill -0 $postgres_pid 2>/dev/null; then
			sed 's/^/# /' "$work/postgres.log"
			return 1
		fi
		sleep 0.05
	done
}

# postgres_stop [SIGNAL]: INT ends connections in order, QUIT at once, KILL is a crash.
postgres_stop() {
	[ -z "$postgres_pid" ] || {
		kill "-${1:-INT}" "$postgres_pid" 2>/dev/null
		wait "$postgres_pid" 2>/dev/null
		postgres_pid=
	}
}

postgres_end() {
	postgres_stop QUIT
	[ -z "$postgres_dir" ] || rm -rf "$postgres_dir"
	postgres_dir=
}

# sql STATEMENT: its answer, plain.
sql() {
	"$postgres_bin/psql" -q -X -A -t -v ON_ERROR_STOP=1 "$postgres_where" -c "$1"
}
