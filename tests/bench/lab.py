# SPDX-License-Identifier: MIT
"""lab - networks of our own, and programs in them.

The namespaces have no names: they live as long as somebody holds them and are gone with this
process, however it ends.  Programs are killed with it.  Nothing touches the host's network.
"""

import ctypes
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass

import machine

CLONE_NEWNET = 0x40000000
PR_SET_PDEATHSIG = 1
SERVER_CPU, GENERATOR_CPU = 1, 0
LIBC = ctypes.CDLL(None, use_errno=True)


class Failed(Exception):
    """Something of a measurement did not work; the text is for people."""


class Absent(Exception):
    """Something is not installed; the text says what to do."""


def _must(rc, what):
    if rc != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{what}: {os.strerror(error)}")


class Network:
    """One network namespace, kept by a process that only waits for its input to end."""

    def __init__(self):
        def begin():
            _must(LIBC.unshare(CLONE_NEWNET), "unshare")
            LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)

        try:
            self.keeper = subprocess.Popen(
                ["cat"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, preexec_fn=begin
            )
        except (OSError, subprocess.SubprocessError) as e:
            raise Absent("needs root, to make network namespaces") from e
        self.fd = os.open(f"/proc/{self.keeper.pid}/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        self.ip("link", "set", "lo", "up")

    def ip(self, *words):
        done = subprocess.run(
            ["ip", *words], capture_output=True, text=True, preexec_fn=lambda: self.enter()
        )
        if done.returncode != 0:
            raise Failed(f"ip {' '.join(words)}: {done.stderr.strip()}")
        return done.stdout

    def enter(self):
        _must(LIBC.setns(self.fd, CLONE_NEWNET), "setns")

    def close(self):
        os.close(self.fd)
        self.keeper.stdin.close()
        self.keeper.wait()


def go_ahead():
    """This process before others: where the kernel shares processors out among sessions first, a
    nice value counts within the session only."""
    os.setsid()
    os.nice(-15)
    try:
        with open("/proc/self/autogroup", "w") as f:
            f.write("-15")
    except OSError:
        pass  # a kernel without such groups


def hardware_address(network, name):
    return re.search(r"link/ether (\S+)", network.ip("-o", "link", "show", name)).group(1)


@dataclass
class Ended:
    """What a program that ran to its end has used and said."""

    status: int
    output: str
    cpu_s: float
    peak_bytes: int
    took_s: float


class Lab:
    """Programs, and the networks that some of them need: `loop` (127/8 alone) and the two ends of
    a cable, made when first asked for.  A program with network None runs where we are."""

    LINK = "10.77.0"

    def __init__(self, builddir, ahead=False):
        self.builddir = builddir
        self.ahead = ahead
        # In memory where there is such a place: some servers write leases, and wait for the disk.
        memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        self.work = tempfile.mkdtemp(prefix="dhcpperf-bench.", dir=memory)
        self.networks = []
        self.running = []
        self._loop = None
        self._ends = None

    def _network(self):
        if shutil.which("ip") is None:
            raise Absent("install iproute2")
        self.networks.append(Network())
        return self.networks[-1]

    @property
    def loop(self):
        if self._loop is None:
            self._loop = self._network()
            # perfdhcp takes no address that is not on an interface.
            self._loop.ip("addr", "add", "127.0.0.2/8", "dev", "lo")
        return self._loop

    @property
    def server_end(self):
        return self._cable()[0]

    @property
    def client_end(self):
        return self._cable()[1]

    def _cable(self):
        if self._ends is None:
            self._ends = self._network(), self._network()
            self._lay_cable(*self._ends)
        return self._ends

    def _lay_cable(self, one, two):
        one.ip(
            *"link add eth0 type veth peer name eth0 netns".split(), str(two.keeper.pid)
        )
        for network, own in ((one, 1), (two, 2)):
            network.ip("addr", "add", f"{self.LINK}.{own}/16", "dev", "eth0")
            network.ip("link", "set", "eth0", "up")
        for network, other, number in ((one, two, 2), (two, one, 1)):  # no ARP while measuring
            address = hardware_address(other, "eth0")
            network.ip(
                *f"neigh replace {self.LINK}.{number} lladdr {address} dev eth0".split(),
                *"nud permanent".split(),
            )

    def close(self):
        for child in list(self.running):
            self.stop(child)
        for network in self.networks:
            network.close()
        shutil.rmtree(self.work, ignore_errors=True)

    def live(self):
        return [child.pid for child in self.running]

    def command(self, name):
        """The built command itself, not the script that libtool wraps it in."""
        inner = os.path.join(self.builddir, ".libs", name)
        return inner if os.path.exists(inner) else os.path.join(self.builddir, name)

    def _start(self, network, cpu, command, environment, stdout, stderr):
        def begin():
            LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            if network is not None:
                network.enter()
            if self.ahead:
                go_ahead()
            cpus = sorted(os.sched_getaffinity(0))
            if cpu is not None and len(cpus) > 1:
                os.sched_setaffinity(0, {cpus[cpu % len(cpus)]})

        libs = os.path.join(self.builddir, ".libs")
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            cwd=self.work,
            env={**os.environ, "LD_LIBRARY_PATH": libs, **(environment or {})},
            preexec_fn=begin,
        )
        self.running.append(child)
        return child

    def start(self, network, cpu, command, environment=None):
        """A server; what it says goes to a file, whose name is child.said."""
        said = tempfile.NamedTemporaryFile("w", dir=self.work, delete=False)
        child = self._start(network, cpu, command, environment, said, said)
        child.said = said.name
        said.close()
        return child

    @staticmethod
    def said(child):
        with open(child.said) as f:
            return f.read()

    def stop(self, child):
        """Ends a server; what it said."""
        if child.poll() is None:
            child.terminate()
            try:
                child.wait(5)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        if child in self.running:
            self.running.remove(child)
        return self.said(child) if hasattr(child, "said") else ""

    def run(self, network, cpu, command, limit_s, environment=None):
        """A program to its end, or killed after limit_s."""
        began = time.monotonic()
        peak = 0
        with tempfile.TemporaryFile("w+", dir=self.work) as out:
            child = self._start(network, cpu, command, environment, out, subprocess.STDOUT)
            try:
                while True:
                    try:  # not ru_maxrss, which begins with our own size
                        peak = machine.peak_bytes(child.pid) or peak
                    except OSError:
                        pass
                    pid, status, used = os.wait4(child.pid, os.WNOHANG)
                    if pid != 0:
                        break
                    if time.monotonic() - began > limit_s:
                        child.kill()
                        _, status, used = os.wait4(child.pid, 0)
                        break
                    time.sleep(0.02)
                child.returncode = os.waitstatus_to_exitcode(status)
            finally:
                if child.returncode is None:
                    child.kill()
                    child.wait()
                self.running.remove(child)
            took = time.monotonic() - began
            out.seek(0)
            text = out.read()
        return Ended(child.returncode, text, used.ru_utime + used.ru_stime, peak, took)

    def document(self, name):
        with open(os.path.join(self.work, name)) as f:
            return json.load(f)
