"""A hundred random runs of a camera and a microphone, apart and as a stream, in one process, then
the end of GStreamer: what the leaks tracer finds alive afterwards was leaked."""

import random
import sys

import gi

gi.require_version("Gst", "1.0")
from gi.repository import Gst

from at_work import wait_until_closed

Gst.init(None)
chance = random.Random(0x5EED)
STATES = [Gst.State.NULL, Gst.State.READY, Gst.State.PAUSED, Gst.State.PLAYING]
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


main()
wait_until_closed()
provider = Gst.DeviceProviderFactory.get_by_name("fakemediadeviceprovider")
if any(device.get_property("active") for device in provider.get_devices()):
    sys.exit("a device is still open")
Gst.deinit()
