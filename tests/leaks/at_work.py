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


def name_of(thread):
    try:
        with open(f"{thread}/comm", encoding="ascii") as file:
            return file.read().strip()
    except OSError:
        return None  # it has just ended


def is_at_work():
    """A thread has the name of the one that began it until it gives itself its own."""
    mine = name_of("/proc/self")
    names = list(map(name_of, glob.glob("/proc/self/task/*")))
    return names.count(mine) > 1 or any(name in THREADS for name in names)


def wait_until_closed():
    """Devices are opened and closed behind the application's back: wait for the last thread that does."""
    until("all is closed", lambda: not is_at_work())
