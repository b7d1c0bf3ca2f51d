"""A hundred random runs of a camera and a microphone, apart and as a stream, in one process, then
the end of GStreamer: what the leaks tracer finds alive afterwards was leaked."""

import glob
import random
import sys
import time

import gi

gi.require_version("Gst", "1.0")
from gi.repository import Gst

Gst.init(None)
chance = random.Random(0x5EED)
STATES = [Gst.State.NULL, Gst.State.READY, Gst.State.PAUSED, Gst.State.PLAYING]


# What opens devices, and what has one open.
THREADS = ["mediastream-job", "mediastream-src"]
SINKS = ["appsink name=%s sync=false drop=true max-buffers=1" % name for name in ("video", "audio")]
LINES = [
    "mediatrackvideosrc ! %s mediatrackaudiosrc ! %s",
    "usermediasrc name=s s.video_0 ! %s s.audio_0 ! %s",
]


def play_some(pipeline, buffers):
    """Runs until some buffers have come to every sink."""
    for name in ("video", "audio"):
        sink = pipeline.get_by_name(name)
        for _ in range(buffers):
            if sink.emit("try-pull-sample", 10 * Gst.SECOND) is None:
                sys.exit(f"no {name} within ten seconds")


def main():
    for run in range(10):
        pipeline = Gst.parse_launch(LINES[run % len(LINES)] % tuple(SINKS))
        for change in range(10):
            pipeline.set_state(Gst.State.PLAYING)
            if change == 0:
                play_some(pipeline, chance.randrange(1, 4))
            pipeline.set_state(chance.choice(STATES))
        pipeline.set_state(Gst.State.NULL)
        del pipeline


def wait_until_closed():
    """Devices are opened and closed behind the application's back: wait for the last thread that does."""
    deadline = time.monotonic() + 10
    while any(map(is_at_work, glob.glob("/proc/self/task/*/comm"))):
        if time.monotonic() > deadline:
            sys.exit("devices are still being opened or closed after ten seconds")
    provider = Gst.DeviceProviderFactory.get_by_name("fakemediadeviceprovider")
    if any(device.get_property("active") for device in provider.get_devices()):
        sys.exit("a device is still open")


def is_at_work(name):
    try:
        with open(name, encoding="ascii") as file:
            return file.read().strip() in THREADS
    except OSError:
        return False  # it has just ended


main()
wait_until_closed()
Gst.deinit()
