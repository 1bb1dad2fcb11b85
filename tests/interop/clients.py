# SPDX-License-Identifier: MIT
"""clients - how each real client is run so that it sees nothing of the host but the cable.

Each runs in a process and a mount namespace of its own, with directories of the run in place of the
host's: it can write neither leases nor resolv.conf there, and whatever it starts ends with it."""

import os
import re
import subprocess

from net import must_have

# $1 is the client's folder; state in it outlives one life of the client.
#
# The shell is the first process of its namespace, and all others end with it.  It ends when we do,
# which clients forget that become another user.
PRELUDE = r"""
set -e
folder=$1
run() {
	"$@" &
	pid=$!
	while kill -0 $pid 2>/dev/null; do
		wait $pid || :
	done
}
mount --make-rprivate /
mount -t tmpfs none /run
[ ! -e /etc/resolv.conf ] || mount --bind /dev/null /etc/resolv.conf
over() {
	mkdir -p "$1/state$2"
	[ ! -d "$2" ] || mount --bind "$1/state$2" "$2"
}
"""

# Sets what the client was given, and looks first whether somebody has the address already: what
# the scripts of distributions do, without the rest.
SCRIPT = r"""#!/bin/sh
# SPDX-License-Identifier: MIT
say() { echo "script: $*" >&2; }
in_use() {
	[ -e "${0%/*}/looks" ] && ! busybox arping -D -q -c 2 -w 2 -I "$interface" "$1"
}
case ${reason:-$1} in
BOUND | REBOOT)
	say "$reason $new_ip_address"
	if in_use "$new_ip_address"; then
		say "$new_ip_address is in use"
		exit 1
	fi
	ip addr replace "$new_ip_address/24" dev "$interface"
	;;
RENEW | REBIND)
	say "$reason $new_ip_address"
	[ "$old_ip_address" = "$new_ip_address" ] || ip addr flush dev "$interface"
	ip addr replace "$new_ip_address/24" dev "$interface"
	;;
bound | renew)
	say "$1 $ip"
	ip -4 addr show dev "$interface" | grep -q " $ip/" || ip addr flush dev "$interface"
	ip addr replace "$ip/24" dev "$interface"
	;;
EXPIRE | FAIL | RELEASE | STOP | deconfig | nak)
	say "${reason:-$1}"
	ip addr flush dev "$interface"
	;;
esac
exit 0
"""

NETWORK = """[Match]
Name=eth0
[Network]
DHCP=ipv4
LinkLocalAddressing=no
IPv6AcceptRA=no
[DHCPv4]
UseDNS=no
UseNTP=no
UseHostname=no
SendDecline={looks}
RequestBroadcast={broadcast}
"""


class Client:
    """One kind of client."""

    name = package = program = ""
    can_ask_for_broadcast = True
    renews_soon = True  # a lease of some seconds before its end
    noise = r"$^"  # lines that say nothing of importance

    def check(self):
        """The program's path; Absent when it is not installed."""
        return must_have(self.program, self.package)

    def version(self):
        done = subprocess.run(
            [self.check(), *self.version_flags], capture_output=True, text=True
        )
        found = re.search(r"v?(\d+(\.\d+)+[-\w.]*|\bsystemd \d+)", done.stdout + done.stderr)
        return found.group(1).replace("systemd ", "") if found else "?"

    version_flags = ("--version",)

    def words(self, folder, situation):
        """The command; `folder` has its state."""
        os.makedirs(folder, exist_ok=True)
        script = os.path.join(folder, "script")
        with open(script, "w") as f:
            f.write(SCRIPT)
        os.chmod(script, 0o755)
        if situation.looks:
            open(os.path.join(folder, "looks"), "w").close()
        life = PRELUDE + f"trap '{self.release}' TERM\n" + self.life(folder, situation)
        return [
            *("unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"),
            *("sh", "-c", life, "sh", folder),
        ]

    def life(self, folder, situation):
        raise NotImplementedError

    # What the shell does about a SIGTERM: the client gives its address back.
    release = ""

    def remarks(self, log):
        """What it said that is more than routine, oldest first, each once."""
        lines = [re.sub(r"\x1b\[[\d;]*m", "", line).strip() for line in log.splitlines()]
        said = [re.sub(r"^((eth0|script|udhcpc|DHCPv4 client): )+", "", x) for x in lines if self.tells(x)]
        return list(dict.fromkeys(said))

    WORDS = (
        r"\bnak\b|DHCPNAK|NAKed|declin|in use|conflict|claims|dropping|fail|lost|expire|timed? ?out|invalid|bogus|"
        r"malformed|mismatch|ignor|wrong|bad |unexpected|no lease|no dhcp ?offers|sleeping|reject|"
        r"too (short|long|many)|carrier|error|unable|cannot"
    )

    def tells(self, line):
        return re.search(self.WORDS, line, re.I) and not re.search(self.noise, line, re.I)


class Udhcpc(Client):
    name, package, program = "udhcpc", "udhcpc", "udhcpc"
    renews_soon = False
    release = "kill -USR2 $pid"
    version_flags = ("--help",)

    def life(self, folder, situation):
        flags = "-B " if situation.broadcast else ""
        flags += "-a1000 " if situation.looks else ""
        return f'run {self.check()} -f -v -i eth0 -s "$1/script" -t 3 -T 2 -A 4 {flags}\n'


class Dhclient(Client):
    name, package, program = "dhclient", "isc-dhcp-client", "dhclient"
    can_ask_for_broadcast = False  # but for patched ones
    release = "dhclient -4 -r -lf /var/lib/dhcp/leases -pf /run/pid -sf $folder/script eth0"
    noise = "please visit|fallback"

    CONF = "timeout 20;\nretry 5;\nbackoff-cutoff 4;\ninitial-interval 2;\nselect-timeout 0;\n"

    def life(self, folder, situation):
        with open(os.path.join(folder, "conf"), "w") as f:
            f.write(self.CONF)
        return (
            'over "$1" /var/lib/dhcp\n'
            f'run {self.check()} -4 -d -cf "$1/conf" -lf /var/lib/dhcp/leases -pf /run/pid '
            '-sf "$1/script" eth0\n'
        )


class Dhcpcd(Client):
    name, package, program = "dhcpcd", "dhcpcd-base", "dhcpcd"
    release = "kill -ALRM $pid"
    noise = "executing|hook|carrier|CARRIER$"

    CONF = "noipv6\nnoipv4ll\nnohook resolv.conf, hostname, ntp\ntimeout 0\nreboot 4\n"

    def life(self, folder, situation):
        with open(os.path.join(folder, "conf"), "w") as f:
            f.write(self.CONF + ("broadcast\n" if situation.broadcast else ""))
            f.write("" if situation.looks else "noarp\nnodelay\n")
        return (
            'over "$1" /var/lib/dhcpcd\n'
            f'run {self.check()} -4 -B -d -f "$1/conf" -c /bin/true eth0\n'
        )


class Networkd(Client):
    name, package, program = "systemd-networkd", "systemd", "networkd"
    release = "kill -TERM $pid"
    noise = (
        r"^(?!eth0: )|carrier|expires in|ignoring DHCP option|not set|IPv6|driver|"
        r"Configuring (DHCPv4|route)|Request(ed|ing)|Remov(ed|ing)|wireless"
    )

    def check(self):
        for folder in ("/usr/lib/systemd", "/lib/systemd"):
            path = os.path.join(folder, "systemd-networkd")
            if os.access(path, os.X_OK):
                return path
        return must_have("systemd-networkd", self.package)

    # With /sys read-only it takes links as they are, as in a container, instead of waiting for
    # udev; without a bus it does what its files say.
    def life(self, folder, situation):
        with open(os.path.join(folder, "eth0.network"), "w") as f:
            yes_or_no = ("no", "yes")
            f.write(
                NETWORK.format(
                    looks=yes_or_no[situation.looks], broadcast=yes_or_no[situation.broadcast]
                )
            )
        return (
            "mount -t sysfs -o ro none /sys\n"
            'mkdir -p /run/systemd/network /run/systemd/netif "$1/state/netif"\n'
            'mount --bind "$1/state/netif" /run/systemd/netif\n'
            "mkdir -p /run/systemd/netif/leases /run/systemd/netif/links /run/systemd/netif/lldp\n"
            "chown -R systemd-network: /run/systemd/netif\n"
            "[ ! -d /etc/systemd/network ] || mount -t tmpfs none /etc/systemd/network\n"
            'cp "$1/eth0.network" /run/systemd/network/\n'
            "export SYSTEMD_LOG_LEVEL=debug SYSTEMD_LOG_TARGET=console SYSTEMD_LOG_COLOR=0\n"
            f"run {self.check()}\n"
        )


ALL = (Udhcpc(), Dhclient(), Dhcpcd(), Networkd())
