# SPDX-License-Identifier: MIT
"""machine - what this machine is, how fast it is now, and how much of it others use."""

import hashlib
import os
import platform
import resource
import subprocess
import time

HZ = os.sysconf("SC_CLK_TCK")


def cpu_of(pid):
    """Processor seconds of a live process: exact where the kernel counts so, else in ticks."""
    try:
        total = 0
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/schedstat") as f:
                total += int(f.read().split()[0])
        return total / 1e9
    except FileNotFoundError:
        with open(f"/proc/{pid}/stat") as f:
            fields = f.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / HZ


def peak_bytes(pid):
    with open(f"/proc/{pid}/status") as f:
        for text in f:
            if text.startswith("VmHWM:"):
                return int(text.split()[1]) * 1024
    return 0


def parse_busy(text):
    """Processor seconds that the whole machine worked, from the text of /proc/stat."""
    ticks = [int(x) for x in text.splitlines()[0].split()[1:]]
    user, nice, system, _idle, _wait, irq, softirq = ticks[:7]
    return (user + nice + system + irq + softirq) / HZ


def busy():
    with open("/proc/stat") as f:
        return parse_busy(f.read())


class Meter:
    """Processors that others use between its start and read().  `live` gives the ids of our own
    processes that have not been waited for."""

    def __init__(self, live):
        self.live = live
        self.began = time.monotonic()
        self.at_start = busy() - self.own()

    def own(self):
        total = 0.0
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
            used = resource.getrusage(who)
            total += used.ru_utime + used.ru_stime
        for pid in self.live():
            try:
                total += cpu_of(pid)
            except OSError:
                pass  # it has ended; it counts once it has been waited for
        return total

    def read(self):
        took = time.monotonic() - self.began
        return max(0.0, (busy() - self.own() - self.at_start) / took) if took > 0 else 0.0


def speed():
    """MiB of SHA-256 per second on one processor: tells a slow hour from a quick one."""
    block = bytes(1 << 24)
    best = 0.0
    for _ in range(3):
        began = time.perf_counter()
        hashlib.sha256(block).digest()
        best = max(best, 16 / (time.perf_counter() - began))
    return best


def first_line(command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return (done.stdout or done.stderr).splitlines()[0]
    except (OSError, IndexError):
        return ""


def processor():
    try:
        with open("/proc/cpuinfo") as f:
            for text in f:
                if text.startswith("model name"):
                    return text.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.machine()


def describe(srcdir, compiler):
    git = ["git", "-C", srcdir]
    changed = subprocess.run(
        git + ["status", "--porcelain", "--untracked-files=no"], capture_output=True, text=True
    ).stdout
    return {
        "processor": processor(),
        "processors": len(os.sched_getaffinity(0)),
        "memory_mib": os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") >> 20,
        "kernel": platform.release(),
        "compiler": first_line(compiler.split() + ["--version"]) if compiler else "",
        "commit": first_line(git + ["rev-parse", "--short=10", "HEAD"]) or "unknown",
        "changed": bool(changed.strip()),
    }
