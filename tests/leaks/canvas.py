"""Random runs of pipelines that draw and of others that look, in one process, then the end of GStreamer: what the
leaks tracer finds alive afterwards was leaked."""

import random
import sys

import gi

gi.require_version("Gst", "1.0")
from gi.repository import Gio, Gst

from at_work import until, wait_until_closed

Gst.init(None)
chance = random.Random(0xCA11A5)
STATES = [Gst.State.NULL, Gst.State.READY, Gst.State.PAUSED, Gst.State.PLAYING]
DRAWN = "videotestsrc ! mediastreamsink name=canvas audiotestsrc ! canvas. videotestsrc ! canvas."
SEEN = "usermediasrc name=source ! appsink name=eye sync=false drop=true max-buffers=1"


def see_some(pipeline, pictures):
    """Runs until some pictures have come."""
    for _ in range(pictures):
        if pipeline.get_by_name("eye").emit("try-pull-sample", 10 * Gst.SECOND) is None:
            sys.exit("no picture within ten seconds")


def run(rate):
    """One canvas and one who looks at it."""
    canvas = Gst.parse_launch(DRAWN)
    sink = canvas.get_by_name("canvas")
    sink.set_property("frame-rate", rate)
    stream = sink.get_property("stream")
    viewer = Gst.parse_launch(SEEN)
    viewer.get_by_name("source").set_property("stream", stream)
    for pipeline in (canvas, viewer):
        pipeline.set_state(Gst.State.PLAYING)
    see_some(viewer, 1 if rate == 0 else chance.randrange(1, 4))
    clone = stream.emit("clone")
    for _ in range(10):
        chance.choice([canvas, viewer]).set_state(chance.choice(STATES))
        sink.emit("request-frame")
    pad = sink.get_static_pad("video_1")
    canvas.set_state(Gst.State.NULL)
    pad.get_peer().unlink(pad)
    sink.release_request_pad(pad)
    viewer.set_state(Gst.State.NULL)
    tracks = stream.get_property("tracks")
    until("all have left", lambda: Gio.ListModel.get_n_items(tracks) == 0)
    until("the clones end", lambda: not clone.get_property("active"))


for rate in (-1, 0, 5, 1000, -1):
    run(rate)
wait_until_closed()
Gst.deinit()
