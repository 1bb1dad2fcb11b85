# SPDX-License-Identifier: MIT
"""situations - what a client meets: a server without faults, something that happens to the client,
or one of the ready-made plans of faults."""

import os
from dataclasses import dataclass, field


@dataclass
class Situation:
    name: str
    why: str
    server: list = field(default_factory=list)  # flags
    lease_s: int = 36
    window_s: float = 60.0  # how long the client is watched
    broadcast: bool = False  # the client asks for broadcast answers
    reboots_at: float = 0.0  # the client's power is cut then, and comes back; 0 = never
    moves: bool = False  # and meanwhile the network has become another one
    releases_at: float = 0.0  # the client is told to give its address back; 0 = never
    tester: list = field(default_factory=list)  # flags of dhcp-tester on another host of the link
    taken: str = ""  # an address that another host on the link has
    looks: bool = True  # the client looks whether somebody has its address
    is_short: bool = False  # no longer than to the first renewal


def _plain(**facts):
    return Situation("none", "no faults", **facts)


def short():
    """The situation of every day."""
    return [_plain(lease_s=8, window_s=30.0, looks=False, is_short=True)]


def without_faults():
    return [
        _plain(),
        Situation("broadcast", "the client asks for broadcast answers", broadcast=True),
        Situation("reboot", "the client's power is cut for a second", reboots_at=15.0),
        Situation(
            "moved", "the client wakes up in another network", reboots_at=15.0, moves=True
        ),
        Situation("release", "the client is told to leave", releases_at=15.0, window_s=22.0),
        Situation("conflict", "another host has the first address", taken="10.9.0.50"),
    ]


def _by_rule(name, rule):
    return Situation(name, f"--fault '{rule}'", ["--fault", rule])


def of_frames():
    """What only a server that makes frames can do wrong."""
    return [
        _by_rule("in-use", "conflict on ack count=1"),
        _by_rule("fragments", "fragment 200 on any-reply"),
        _by_rule("odd-port", "from port 6767 on any-reply"),
        _by_rule("stranger", "from address 10.9.0.200 on any-reply"),
        _by_rule("forcerenew", "forcerenew after 5s on ack count=1"),
    ]


def _beside_a_hostile_tester(path):
    """The plan is for clients: another host on the link has some, who follow it."""
    flags = "--rate 10 --duration 50s --timeout 1s --retry --clients 120 --quiet".split()
    return Situation(
        "hostile",
        "scenarios/hostile.fault, by 120 simulated clients on the same link",
        ["--end-ip", "10.9.0.250"],
        tester=[*flags, "--fault-file", path],
    )


def ready_made(folder):
    """One for each plan of faults in the folder."""
    found = []
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        stem, ending = os.path.splitext(name)
        if ending == ".fault":
            path = os.path.join(folder, name)
            if stem == "hostile":
                found.append(_beside_a_hostile_tester(path))
            else:
                found.append(Situation(stem, f"scenarios/{name}", ["--fault-file", path]))
    return found
