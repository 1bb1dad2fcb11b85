# SPDX-License-Identifier: MIT
"""What each file of examples/config makes a server do, seen by a client with a socket of its own.

usage: config_examples.py EXAMPLE PORT     (the server is on 127.0.0.1 and replies to the source)
"""
import socket
import struct
import sys

DISCOVER, OFFER, REQUEST, DECLINE, ACK, NAK, RELEASE, INFORM = range(1, 9)
COOKIE = bytes([99, 130, 83, 99])
port = 0
xid = 1000


def ip(text):
    return socket.inet_aton(text)


class Reply:
    def __init__(self, data):
        self.op, = data[:1]
        self.yiaddr = socket.inet_ntoa(data[16:20])
        self.siaddr = socket.inet_ntoa(data[20:24])
        self.file = data[108:236].split(b"\0")[0].decode()
        self.options = {}
        at = 240
        while at < len(data) and data[at] != 255:
            if data[at] == 0:
                at += 1
                continue
            n = data[at + 1]
            self.options[data[at]] = self.options.get(data[at], b"") + data[at + 2:at + 2 + n]
            at += 2 + n
        self.type = self.options.get(53, b"\0")[0]

    def text(self, code):
        return self.options[code].decode() if code in self.options else None

    def ips(self, code):
        value = self.options.get(code, b"")
        return [socket.inet_ntoa(value[i:i + 4]) for i in range(0, len(value), 4)]

    def number(self, code):
        return int.from_bytes(self.options[code], "big") if code in self.options else None


def send(kind, mac, giaddr="0.0.0.0", ciaddr="0.0.0.0", secs=0, wait=10.0, **more):
    """One message, and the reply to it or None.  more: o60=b"..." and so on."""
    global xid
    xid += 1
    chaddr = bytes.fromhex(mac.replace(":", ""))
    options = {int(k[1:]): v for k, v in more.items()}
    options.setdefault(55, bytes([1, 3, 6, 12, 15, 42, 66, 67, 108]))
    body = struct.pack("!4BIHH", 1, 1, 6, 1 if giaddr != "0.0.0.0" else 0, xid, secs, 0)
    body += ip(ciaddr) + ip("0.0.0.0") + ip("0.0.0.0") + ip(giaddr)
    body += chaddr.ljust(16, b"\0") + bytes(192) + COOKIE
    body += bytes([53, 1, kind])
    for code, value in sorted(options.items()):
        body += bytes([code, len(value)]) + value
    body += b"\xff"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", 0))
        s.settimeout(wait)
        s.sendto(body.ljust(300, b"\0"), ("127.0.0.1", port))
        try:
            data = s.recv(2048)
        except socket.timeout:
            return None
    assert data[4:8] == struct.pack("!I", xid), "a reply to somebody else"
    return Reply(data)


def discover(mac, giaddr="0.0.0.0", **more):
    r = send(DISCOVER, mac, giaddr, **more)
    assert r is not None, "no OFFER"
    return r


def lease(mac, giaddr="0.0.0.0", **more):
    offer = discover(mac, giaddr, **more)
    more.pop("o50", None)
    r = send(REQUEST, mac, giaddr, o50=ip(offer.yiaddr), o54=offer.options[54], **more)
    assert r is not None and r.type == ACK, "no ACK"
    return r


def silent(kind, mac, giaddr="0.0.0.0", **more):
    r = send(kind, mac, giaddr, wait=0.5, **more)
    assert r is None, f"a reply of type {r.type} where there should be none"


def mac(n):
    return f"02:00:00:00:{n >> 8:02x}:{n & 255:02x}"


def is_in(address, first, last):
    return ip(first) <= ip(address) <= ip(last)


def relay_info(circuit=None, remote=None, override=None):
    value = b""
    for code, part in ((1, circuit), (2, remote), (11, override)):
        if part is not None:
            value += bytes([code, len(part)]) + part
    return value


def equal(a, b):
    assert a == b, f"{a!r} instead of {b!r}"


# -- one function an example ----------------------------------------------------------------------


def subnets():
    one = discover(mac(1), "10.1.0.1", o51=struct.pack("!I", 10**6))
    assert is_in(one.yiaddr, "10.1.0.10", "10.1.99.250")
    equal(one.ips(3), ["10.1.0.1"])
    equal(one.text(15), "one.example")
    equal(one.ips(6), ["192.0.2.53", "192.0.2.54"])
    equal(one.ips(42), ["192.0.2.123"])
    equal(one.ips(1), ["255.255.0.0"])
    equal(one.number(51), 24 * 3600)  # as much as the subnet allows
    two = discover(mac(2), "10.2.0.1")
    assert is_in(two.yiaddr, "10.2.0.10", "10.2.0.250")
    equal(two.ips(3), ["10.2.0.1", "10.2.0.2"])
    equal(two.text(15), "example.org")
    equal(two.number(51), 30 * 60)
    three = discover(mac(3), "192.168.7.1")
    assert is_in(three.yiaddr, "192.168.7.100", "192.168.7.199")
    equal(three.ips(3), [])
    equal(three.number(51), 2 * 3600)
    for wish in ("10.1.50.7", "10.1.0.99"):  # excluded
        assert discover(mac(4), "10.1.0.1", o50=ip(wish)).yiaddr != wish
    equal(discover(mac(5), "10.1.0.1", o50=ip("10.1.200.42")).yiaddr, "10.1.200.42")
    silent(DISCOVER, mac(6), "10.99.0.1")  # no subnet of ours


def shared_network():
    seen = [lease(mac(n), "10.3.0.1") for n in range(1, 5)]
    equal({r.yiaddr for r in seen[:2]}, {"10.3.0.10", "10.3.0.11"})
    for r in seen[2:]:
        assert is_in(r.yiaddr, "10.3.1.10", "10.3.1.250"), r.yiaddr
        equal(r.ips(3), ["10.3.1.1"])
    equal(seen[0].ips(3), ["10.3.0.1"])


def class_vendor():
    pxe = discover(mac(1), o60=b"PXEClient:Arch:00007")
    equal(pxe.text(66), "boot.example.org")
    equal(pxe.text(67), "pxelinux.0")
    equal(pxe.number(51), 300)
    phone = discover(mac(2), o60=b"phone-7")
    equal(phone.text(66), "phones.example.org")
    assert is_in(phone.yiaddr, "10.4.0.200", "10.4.0.219"), phone.yiaddr
    for other in (b"phone-70", b"phone", b"xPXEClient"):
        r = discover(mac(3), o60=other)
        equal(r.text(66), None)
        assert is_in(r.yiaddr, "10.4.0.10", "10.4.0.99"), r.yiaddr
    equal(discover(mac(4)).number(51), 3600)


def class_user():
    for n, value in enumerate((b"staff", b"\5staff", b"\4gold\5staff")):
        r = discover(mac(n + 1), o77=value)
        equal(r.text(15), "staff.example.org")
        assert is_in(r.yiaddr, "10.5.0.100", "10.5.0.199"), r.yiaddr
        equal(r.number(51), 12 * 3600)
    equal(discover(mac(9), o77=b"\4gold").text(15), "guests.example.org")
    equal(discover(mac(9)).text(15), "guests.example.org")


def class_relay():
    def domain(n, value):
        more = {"o82": value} if value is not None else {}
        r = discover(mac(n), "10.6.0.1", **more)
        equal(r.options.get(82), value)
        return r.text(15)
    equal(domain(1, relay_info(b"lobby-3", b"\x0a\x0b")), "lobby.example.org")
    equal(domain(2, relay_info(b"lobby-3", b"\x0a")), "floors.example.org")
    equal(domain(3, relay_info(b"cellar", b"\x0a\x0b")), "floors.example.org")
    equal(domain(4, None), "example.org")


def reservations():
    five = lease("02:00:00:00:07:05")
    equal(five.yiaddr, "10.7.0.5")
    equal(five.text(12), "printer")
    equal(five.text(15), "print.example.org")
    equal(lease(mac(1), o61=bytes.fromhex("0007ab")).yiaddr, "10.7.0.6")
    seven = lease(mac(2), "10.7.0.1", o82=relay_info(b"port-7"))
    equal(seven.yiaddr, "10.7.0.7")
    equal(seven.text(15), "example.org")
    other = discover(mac(3), o50=ip("10.7.0.5"))
    assert is_in(other.yiaddr, "10.7.0.100", "10.7.0.199"), other.yiaddr


def inform():
    asks = bytes([1, 3, 15])
    r = send(INFORM, "02:00:00:00:08:01", ciaddr="10.8.0.200", o55=asks)
    assert r is not None, "no ACK"
    equal(r.type, ACK)
    equal(r.ips(3), ["10.8.0.1"])
    equal(r.text(15), None)
    equal(r.number(51), None)
    silent(INFORM, "02:00:00:00:08:09", ciaddr="10.8.0.200", o55=asks)
    silent(INFORM, "02:00:00:00:08:02", ciaddr="10.99.0.200", o55=asks)
    # Forty in a row take less than the seconds that forty answers would.
    answered = sum(send(INFORM, "02:00:00:00:08:02", ciaddr="10.8.0.201", wait=0.01, o55=asks)
                   is not None for _ in range(40))
    assert 1 <= answered < 40, answered


def boot():
    one = discover(mac(1), "10.9.0.1")
    equal((one.siaddr, one.file), ("192.0.2.10", "generic.img"))
    two = discover(mac(2), "10.9.1.1")
    equal((two.siaddr, two.file), ("192.0.2.11", "special.img"))


def rapid_commit():
    r = discover(mac(1), o80=b"")
    equal(r.type, ACK)
    assert 80 in r.options
    equal(discover(mac(2)).type, OFFER)


def ipv6_only():
    r = discover(mac(1))
    equal(r.number(108), 1800)
    equal(r.yiaddr, "0.0.0.0")
    r = discover(mac(2), o55=bytes([1, 3]))
    equal(r.number(108), None)
    assert r.yiaddr != "0.0.0.0"


def override():
    r = lease(mac(1), "10.14.0.1", o82=relay_info(b"p1", override=ip("10.14.0.1")))
    equal(r.ips(54), ["10.14.0.1"])
    equal(lease(mac(2), "10.14.0.1").ips(54), ["127.0.0.1"])


def remote_id_limit():
    line = relay_info(remote=b"line-1")
    equal({lease(mac(n), "10.15.0.1", o82=line).type for n in (1, 2)}, {ACK})
    silent(DISCOVER, mac(3), "10.15.0.1", o82=line)
    equal(lease(mac(3), "10.15.0.1", o82=relay_info(remote=b"line-2")).type, ACK)


def quarantine():
    r = lease(mac(1))
    silent(DECLINE, mac(1), o50=ip(r.yiaddr), o54=r.options[54])
    rest = {lease(mac(n)).yiaddr for n in (1, 2)}
    equal(rest | {r.yiaddr}, {"10.16.0.10", "10.16.0.11", "10.16.0.12"})
    silent(DISCOVER, mac(3))


def authoritative():
    r = send(REQUEST, mac(1), o50=ip("10.17.0.50"))
    assert r is not None, "silence"
    equal(r.type, NAK)


def lease_times():
    equal(discover(mac(1)).number(51), 3600)
    for wish, got in ((1, 300), (600, 600), (10**6, 8 * 3600)):
        equal(discover(mac(2), o51=struct.pack("!I", wish)).number(51), got)


def min_secs():
    silent(DISCOVER, mac(1), secs=2)
    equal(discover(mac(1), secs=3).type, OFFER)


def half_open():
    discover(mac(1))
    discover(mac(2))
    silent(DISCOVER, mac(3))
    lease(mac(1))
    equal(discover(mac(3)).type, OFFER)


def both():
    r = discover(mac(1))
    assert is_in(r.yiaddr, "10.0.100.10", "10.0.100.200")
    equal(r.ips(1), ["255.255.255.0"])


def production():
    r = discover(mac(1))
    assert is_in(r.yiaddr, "172.16.1.100", "172.16.10.250")
    equal(r.ips(3), ["172.16.1.1"])
    equal(r.ips(6), ["172.16.1.10", "8.8.8.8"])
    equal(r.number(51), 24 * 3600)


def bootp():
    global xid
    xid += 1
    body = struct.pack("!4BIHH", 1, 1, 6, 0, xid, 0, 0) + bytes(16)
    body += bytes.fromhex("020000000c01").ljust(16, b"\0") + bytes(192) + COOKIE + b"\xff"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", 0))
        s.settimeout(10)
        s.sendto(body.ljust(300, b"\0"), ("127.0.0.1", port))
        r = Reply(s.recv(2048))
    equal(r.op, 2)
    equal(53 in r.options, False)
    assert is_in(r.yiaddr, "10.12.0.10", "10.12.0.99"), r.yiaddr


def leasequery():
    r = lease(mac(1), "10.13.0.1")
    known = send(10, "00:00:00:00:00:00", "10.13.0.1", ciaddr=r.yiaddr)
    assert known is not None, "no answer"
    equal(known.type, 13)  # LEASEACTIVE
    free = send(10, "00:00:00:00:00:00", "10.13.0.1", ciaddr="10.13.0.90")
    equal(free.type, 11)  # LEASEUNASSIGNED


def main():
    global port
    port = int(sys.argv[2])
    globals()[sys.argv[1].rsplit(".", 1)[0].replace("-", "_")]()


if __name__ == "__main__":
    main()
