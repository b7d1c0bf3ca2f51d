"""A hundred random runs of a camera and a microphone in one process, then the end of GStreamer: what
the leaks tracer finds alive afterwards was leaked."""

import random
import sys
import time

import gi

gi.require_version("Gst", "1.0")
from gi.repository import Gst

Gst.init(None)
chance = random.Random(0x5EED)
STATES = [Gst.State.NULL, Gst.State.READY, Gst.State.PAUSED, Gst.State.PLAYING]


def play_some(pipeline, buffers):
    """Runs until some buffers have come to every sink."""
    for name in ("video", "audio"):
        sink = pipeline.get_by_name(name)
        for _ in range(buffers):
            if sink.emit("try-pull-sample", 10 * Gst.SECOND) is None:
                sys.exit(f"no {name} within ten seconds")


def main():
    for run in range(10):
        pipeline = Gst.parse_launch(
            "mediatrackvideosrc ! appsink name=video sync=false drop=true max-buffers=1 "
            "mediatrackaudiosrc ! appsink name=audio sync=false drop=true max-buffers=1"
        )
        for change in range(10):
            pipeline.set_state(Gst.State.PLAYING)
            if change == 0:
                play_some(pipeline, chance.randrange(1, 4))
            pipeline.set_state(chance.choice(STATES))
        pipeline.set_state(Gst.State.NULL)
        del pipeline


def wait_until_closed():
    """Devices are closed behind the application's back: wait for the last."""
    provider = Gst.DeviceProviderFactory.get_by_name("fakemediadeviceprovider")
    deadline = time.monotonic() + 10
    while any(device.get_property("active") for device in provider.get_devices()):
        if time.monotonic() > deadline:
            sys.exit("a device is still open after ten seconds")


main()
wait_until_closed()
Gst.deinit()
