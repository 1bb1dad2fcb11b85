# SPDX-License-Identifier: MIT
"""servers - how ours and other people's DHCP servers are started for a comparison.

Every server writes into a folder that is removed with the lab, in memory where there is such a
place: the comparison is of answering, not of disks.
"""

import json
import os
import shutil
import tempfile
from dataclasses import dataclass

from lab import Absent


@dataclass(frozen=True)
class Place:
    """Where a server works: in which network, under which address, which pool it has."""

    network: object
    clients: object  # the network of the generators
    address: str
    relay: str  # address of the generators, who speak as a relay agent
    interface: str
    subnet: str
    mask: str
    prefix_len: int
    first: str
    last: str


def on_loop(lab):
    return Place(lab.loop, lab.loop, "127.0.0.1", "127.0.0.2", "lo", "127.0.0.0", "255.0.0.0", 8,
                 "127.64.0.1", "127.79.255.250")  # fmt: skip


def on_cable(lab, last="10.76.255.250"):
    return Place(lab.server_end, lab.client_end, lab.LINK + ".1", lab.LINK + ".2", "eth0",
                 "10.64.0.0", "255.240.0.0", 12, "10.64.0.16", last)  # fmt: skip


def find(command, package):
    path = shutil.which(command, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if path is None:
        raise Absent(f"install {package}")
    return path


def write(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w") as f:
        f.write(text)
    return path


def ours(lab, place):
    return [lab.command("dhcp-server"), "--listen", place.address, "--port", "67",
            "--start-ip", f"{place.first}/{place.prefix_len}", "--end-ip", place.last,
            "--lease-time", "1h", "--gateway", place.address, "--force-rogue",
            "--output", "json=" + os.path.join(lab.work, "server.json")], {}  # fmt: skip


def responder(lab, place):
    return [os.path.join(lab.builddir, "tests/bench/responder"), place.address, "67", "300"], {}


def kea(lab, place):
    """One thread, which is its faster way on two processors; leases in memory; plain sockets, the
    only ones that it opens on a loopback interface and that take trains."""
    folder = tempfile.mkdtemp(dir=lab.work)
    config = {
        "Dhcp4": {
            "interfaces-config": {
                "interfaces": [f"{place.interface}/{place.address}"],
                "dhcp-socket-type": "udp",
            },
            "lease-database": {"type": "memfile", "persist": False, "lfc-interval": 0},
            "multi-threading": {"enable-multi-threading": False},
            "valid-lifetime": 3600,
            "renew-timer": 1800,
            "rebind-timer": 3150,
            "subnet4": [
                {
                    "id": 1,
                    "subnet": f"{place.subnet}/{place.prefix_len}",
                    "pools": [{"pool": f"{place.first} - {place.last}"}],
                    "option-data": [{"name": "routers", "data": place.address}],
                }
            ],
            "loggers": [
                {
                    "name": "kea-dhcp4",
                    "severity": "ERROR",
                    "output_options": [{"output": os.path.join(folder, "log")}],
                }
            ],
        }
    }
    path = write(folder, "kea.json", json.dumps(config))
    return [find("kea-dhcp4", "kea-dhcp4-server"), "-c", path], {
        "KEA_PIDFILE_DIR": folder,
        "KEA_LOCKFILE_DIR": folder,
    }


def dnsmasq(lab, place):
    folder = tempfile.mkdtemp(dir=lab.work)
    return [find("dnsmasq", "dnsmasq-base"), "--keep-in-foreground", "--conf-file=/dev/null",
            "--port=0", "--user=root", "--interface=" + place.interface, "--bind-interfaces",
            f"--dhcp-range={place.first},{place.last},{place.mask},1h", "--dhcp-authoritative",
            "--dhcp-lease-max=1000000", f"--dhcp-leasefile={folder}/leases", "--no-ping",
            f"--pid-file={folder}/pid", "--quiet-dhcp", f"--log-facility={folder}/log"], {}  # fmt: skip


def dhcpd(lab, place):
    folder = tempfile.mkdtemp(dir=lab.work)
    leases = write(folder, "leases", "")
    path = write(
        folder,
        "dhcpd.conf",
        "authoritative;\ndefault-lease-time 3600;\nmax-lease-time 3600;\nping-check false;\n"
        "dont-use-fsync true;\n"
        f"subnet {place.subnet} netmask {place.mask} {{\n"
        f"  range {place.first} {place.last};\n  option routers {place.address};\n}}\n",
    )
    return [find("dhcpd", "isc-dhcp-server"), "-4", "-f", "-q", "-cf", path, "-lf", leases,
            "-pf", os.path.join(folder, "pid"), "--no-pid", place.interface], {}  # fmt: skip


def udhcpd(lab, place):
    folder = tempfile.mkdtemp(dir=lab.work)
    leases = write(folder, "leases", "")
    path = write(
        folder,
        "udhcpd.conf",
        f"start {place.first}\nend {place.last}\ninterface {place.interface}\nmax_leases 1024\n"
        f"lease_file {leases}\npidfile {folder}/pid\nauto_time 0\n"
        f"option subnet {place.mask}\noption router {place.address}\noption lease 3600\n",
    )
    try:
        command = [find("udhcpd", "udhcpd")]
    except Absent:
        command = [find("busybox", "busybox"), "udhcpd"]
    return [*command, "-f", "-a", "0", path], {}
