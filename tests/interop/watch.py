# SPDX-License-Identifier: MIT
"""watch - what goes over a cable and which addresses the client's interface has, as seen from the
client's network: facts that hold whatever a client says of itself."""

import ctypes
import os
import select
import socket
import struct
import threading
import time
from dataclasses import dataclass, field

CLONE_NEWNET = 0x40000000
ETH_P_ALL = 3
PACKET_OUTGOING = 4
RTMGRP_IPV4_IFADDR = 0x10
RTM_NEWADDR, RTM_DELADDR = 20, 21
IFA_LOCAL = 2
LIBC = ctypes.CDLL(None, use_errno=True)
TYPES = "0 DISCOVER OFFER REQUEST DECLINE ACK NAK RELEASE INFORM".split()
NONE = "0.0.0.0"


@dataclass
class Event:
    """A message (`kind` is its type) or an address that came to or left the interface."""

    at: float
    kind: str  # of TYPES, or "message" for what is none, "address", "no address", "probe" (ARP)
    sent: bool = False  # by the client
    ip: str = NONE  # yiaddr, the address that came or left, the one that is probed
    ciaddr: str = NONE
    wish: str = NONE  # option 50
    server: str = NONE  # option 54
    source: str = NONE  # of the IP header
    mac: str = ""  # where the frame goes, and where it is from
    from_mac: str = ""
    client: str = ""  # chaddr


@dataclass
class Seen:
    events: list = field(default_factory=list)

    def sent(self, kind):
        return [e for e in self.events if e.sent and e.kind == kind]

    def heard(self, kind):
        return [e for e in self.events if not e.sent and e.kind == kind]

    def addresses(self):
        """That the interface got, in order."""
        return [e for e in self.events if e.kind == "address" and not e.ip.startswith("127.")]


def _in_network(path, what):
    """Calls what() with this thread in another network namespace."""
    home = os.open(f"/proc/self/task/{threading.get_native_id()}/ns/net", os.O_RDONLY)
    there = os.open(path, os.O_RDONLY)
    try:
        if LIBC.setns(there, CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns")
        try:
            return what()
        finally:
            LIBC.setns(home, CLONE_NEWNET)
    finally:
        os.close(home)
        os.close(there)


def _sockets():
    frames = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    frames.bind(("eth0", ETH_P_ALL))
    routes = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
    routes.bind((0, RTMGRP_IPV4_IFADDR))
    return frames, routes


def _options(octets):
    """Codes and values of the field `options`; stops where it makes no sense."""
    found, at = {}, 240
    while at + 1 < len(octets) and octets[at] != 255:
        if octets[at] == 0:
            at += 1
            continue
        value = octets[at + 2 : at + 2 + octets[at + 1]]
        found.setdefault(octets[at], value)
        at += 2 + octets[at + 1]
    return found


def _ip(octets):
    return socket.inet_ntoa(octets) if len(octets) == 4 else NONE


def read_message(octets, event):
    """Fills in what a DHCP message says; what is none stays a "message"."""
    if len(octets) < 241 or octets[236:240] != b"\x63\x82\x53\x63":
        return
    options = _options(octets)
    kind = options.get(53, b"\0")[:1] or b"\0"
    event.kind = TYPES[kind[0]] if 0 < kind[0] < len(TYPES) else "message"
    event.ciaddr, event.ip = _ip(octets[12:16]), _ip(octets[16:20])
    event.client = octets[28:34].hex(":")
    event.wish, event.server = _ip(options.get(50, b"")), _ip(options.get(54, b""))


def read_frame(frame, event):
    """False when the frame is none of DHCP or ARP."""
    event.mac, event.from_mac = frame[:6].hex(":"), frame[6:12].hex(":")
    if frame[12:14] == b"\x08\x06" and len(frame) >= 42:
        event.kind, event.ip = "probe", _ip(frame[38:42])
        return _ip(frame[28:32]) == NONE and frame[20:22] == b"\0\1"
    if frame[12:14] != b"\x08\x00" or len(frame) < 42 or frame[23] != 17:
        return False
    udp = 14 + 4 * (frame[14] & 15)
    ports = struct.unpack("!HH", frame[udp : udp + 4].ljust(4, b"\0"))
    event.source = _ip(frame[26:30])
    read_message(frame[udp + 8 :], event)
    return not {67, 68}.isdisjoint(ports)


def read_address_change(octets, at):
    """Events of a routing message."""
    while len(octets) >= 24:
        length, kind = struct.unpack("=IH", octets[:6])
        attributes, name = octets[24:length], {RTM_NEWADDR: "address", RTM_DELADDR: "no address"}
        while kind in name and len(attributes) >= 4:
            size, code = struct.unpack("=HH", attributes[:4])
            if code == IFA_LOCAL:
                yield Event(at, name[kind], ip=_ip(attributes[4:8]))
            attributes = attributes[(size + 3) & ~3 or len(attributes) :]
        octets = octets[(length + 3) & ~3 :]


class Watch:
    """Collects events from now on."""

    def __init__(self, network):
        self.frames, self.routes = _in_network(network.path, _sockets)
        self.mac = self.frames.getsockname()[4].hex(":")
        self.seen = Seen()
        self.began = time.monotonic()

    def now(self):
        return time.monotonic() - self.began

    def is_for_us(self, event):
        """Others on the link get broadcast answers, too."""
        return event.kind not in TYPES or event.client == self.mac

    def look(self, patience_s):
        """Takes what happens within that time."""
        until = time.monotonic() + patience_s
        while (left := until - time.monotonic()) > 0:
            ready, _, _ = select.select([self.frames, self.routes], [], [], left)
            if self.frames in ready:
                frame, where = self.frames.recvfrom(65536)
                event = Event(self.now(), "message", sent=where[2] == PACKET_OUTGOING)
                if read_frame(frame, event) and (event.sent or self.is_for_us(event)):
                    self.seen.events.append(event)
            if self.routes in ready:
                self.seen.events += read_address_change(self.routes.recv(65536), self.now())

    def close(self):
        self.frames.close()
        self.routes.close()
