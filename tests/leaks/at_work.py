"""What these programs share: an end at which nothing is under way any more."""

import glob
import sys
import time

# What opens devices, and what has one open.
THREADS = ["mediastream-job", "mediastream-src", "mediastream-dev"]


def until(what, fact):
    """Waits for a fact that another thread brings about."""
    deadline = time.monotonic() + 30
    while not fact():
        if time.monotonic() > deadline:
            sys.exit(f"not within thirty seconds: {what}")
        time.sleep(0.001)


def is_at_work(name):
    try:
        with open(name, encoding="ascii") as file:
            return file.read().strip() in THREADS
    except OSError:
        return False  # it has just ended


def wait_until_closed():
    """Devices are opened and closed behind the application's back: wait for the last thread that does."""
    until("all is closed", lambda: not any(map(is_at_work, glob.glob("/proc/self/task/*/comm"))))
