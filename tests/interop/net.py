# SPDX-License-Identifier: MIT
"""net - cables between networks of our own, and programs at their ends.

The networks have no names: each lives as long as a process that waits for us to end.  Every program
is killed when we are.  Nothing touches the host's own network."""

import os
import shutil
import signal
import subprocess
import time


class Absent(Exception):
    """Something that is needed is not here; the text says what."""


class Failed(Exception):
    """Something did not work; the text is for people."""


def must_have(program, package):
    path = shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if path is None:
        raise Absent(f"needs {program} (package {package})")
    return path


def must_mount():
    """Absent when this system does not let us hide the host's files from a client."""
    words = ["unshare", "--mount", "--pid", "--fork", "--mount-proc", "sh", "-c"]
    words.append("mount --make-rprivate / && mount -t tmpfs none /run")
    if subprocess.run(words, capture_output=True).returncode != 0:
        raise Absent("needs a system that lets root mount in a namespace")


class Network:
    """One network namespace."""

    def __init__(self):
        self.keeper = subprocess.Popen(
            ["unshare", "--net", "sh", "-c", "echo here; exec cat"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        if self.keeper.stdout.readline() != b"here\n":
            self.keeper.wait()
            raise Absent("needs root, to make network namespaces")
        self.ip("link", "set", "lo", "up")

    @property
    def path(self):
        return f"/proc/{self.keeper.pid}/ns/net"

    def words(self, *command):
        """The command as one that runs in this network and dies with us."""
        return ["setpriv", "--pdeathsig", "KILL", "nsenter", f"--net={self.path}", *command]

    def ip(self, *words):
        done = subprocess.run(self.words("ip", *words), capture_output=True, text=True)
        if done.returncode != 0:
            raise Failed(f"ip {' '.join(words)}: {done.stderr.strip()}")
        return done.stdout

    def close(self):
        self.keeper.stdin.close()
        self.keeper.stdout.close()
        self.keeper.wait()


class Cable:
    """Two networks, the server's and the client's, joined by interfaces that both call eth0."""

    NETWORKS = ("10.9.0", "10.10.0")

    def __init__(self, with_stranger=False):
        self.server = Network()
        self.client = Network()
        self.stranger = Network() if with_stranger else None
        if with_stranger:
            self._join_all()
        else:
            self._plug(self.client, "eth0")
        self.server.ip("link", "set", "eth0", "up")
        self.be(0)

    def _plug(self, other, name):
        """A cable from our interface of that name to eth0 of another network."""
        peer = str(other.keeper.pid)
        self.server.ip(*f"link add {name} type veth peer name eth0 netns {peer}".split())
        other.ip("link", "set", "eth0", "up")

    def _join_all(self):
        """The server's eth0 is a bridge, to which the others are plugged."""
        self.server.ip(*"link add eth0 type bridge forward_delay 0".split())
        for name, other in (("client", self.client), ("stranger", self.stranger)):
            self._plug(other, name)
            self.server.ip("link", "set", name, "master", "eth0")
            self.server.ip("link", "set", name, "up")
        self.stranger.ip("addr", "add", f"{self.NETWORKS[0]}.9/24", "dev", "eth0")

    def be(self, which):
        """Makes it one of the networks: the server's address changes."""
        self.network = self.NETWORKS[which]
        self.server.ip("addr", "flush", "dev", "eth0")
        self.server.ip("addr", "add", f"{self.network}.1/24", "dev", "eth0")

    def close(self):
        for network in (self.server, self.client, self.stranger):
            if network is not None:
                network.close()


class Program:
    """A child whose output goes to a file."""

    def __init__(self, words, log):
        self.log = log
        with open(log, "ab") as out:
            self.child = subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT
            )

    def is_alive(self):
        return self.child.poll() is None

    def text(self):
        with open(self.log, errors="replace") as f:
            return f.read()

    def wait_for(self, words, patience_s):
        """Until the output has the words; Failed with the output when it does not come."""
        until = time.monotonic() + patience_s
        while words not in self.text():
            if time.monotonic() > until or not self.is_alive():
                raise Failed(f"{self.child.args}: no '{words}' in\n{self.text()}")
            time.sleep(0.02)

    def tell(self, sig):
        """A signal to the first process of the child's own namespace, or to the child."""
        with open(f"/proc/{self.child.pid}/task/{self.child.pid}/children") as f:
            inside = f.read().split()
        os.kill(int(inside[0]) if inside else self.child.pid, sig)

    def end(self, sig=signal.SIGKILL, patience_s=10):
        self.child.send_signal(sig)
        try:
            return self.child.wait(patience_s)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
            raise Failed(f"{self.child.args} does not end:\n{self.text()}") from None
