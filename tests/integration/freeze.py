# SPDX-License-Identifier: MIT
# freeze.py PID AFTER LENGTH: stops a process after some seconds for some seconds, and prints how
# long it really stood still: at least that long, from when the system said so.
import os, signal, sys, time

pid, after, length = int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])


def state():
    with open(f"/proc/{pid}/stat") as f:
        return f.read().rpartition(")")[2].split()[0]


time.sleep(after)
os.kill(pid, signal.SIGSTOP)
while state() != "T":
    time.sleep(0.0001)
began = time.monotonic()
time.sleep(length)
ended = time.monotonic()
os.kill(pid, signal.SIGCONT)
print(f"{ended - began:.6f}")
