"""Films that are played, switched, captured and stopped at any moment, in one process, then the end of GStreamer."""

import gc
import random
import sys
import tempfile

import gi

gi.require_version("Gst", "1.0")
from gi.repository import Gio, Gst  # noqa: F401 - Gio makes list models iterable

from at_work import until, wait_until_closed

Gst.init(None)
chance = random.Random(0x5EED)
FILM = """
    matroskamux name=mux ! filesink location=%s
    videotestsrc num-buffers=15 ! video/x-raw,width=64,height=48,framerate=15/1 ! jpegenc ! mux.
    videotestsrc num-buffers=15 ! video/x-raw,width=64,height=48,framerate=15/1 ! jpegenc ! mux.
    audiotestsrc num-buffers=40 ! taginject tags=language-code=en ! mux.
    audiotestsrc num-buffers=40 ! taginject tags=language-code=de ! mux.
"""
LINES = [
    "mediaelementsrc name=media",
    "mediaelementsrc name=media media.video ! queue ! fakesink media.audio ! queue ! fakesink",
]


def make(path):
    pipeline = Gst.parse_launch(FILM % path)
    pipeline.set_state(Gst.State.PLAYING)
    message = pipeline.get_bus().timed_pop_filtered(30 * Gst.SECOND, Gst.MessageType.EOS | Gst.MessageType.ERROR)
    if message is None or message.type != Gst.MessageType.EOS:
        sys.exit("there is no film")
    pipeline.set_state(Gst.State.NULL)


def switch(media):
    for track in media.props.audio_tracks:
        track.props.enabled = chance.random() < 0.5
    for track in media.props.video_tracks:
        track.props.selected = chance.random() < 0.5


def run(path, line):
    pipeline = Gst.Pipeline()
    media = Gst.parse_launch(line)
    pipeline.add(media)
    if isinstance(media, Gst.Bin) and media.get_by_name("media"):
        media = media.get_by_name("media")
    media.props.uri = Gst.filename_to_uri(path)
    heard = []
    audio = media.props.audio_tracks
    handlers = [audio.connect(event, lambda *_: heard.append(0)) for event in ("change", "addtrack", "removetrack")]
    pipeline.set_state(Gst.State.PLAYING)
    if chance.random() < 0.7:
        until("the tracks are listed", lambda: len(audio) == 2)
        stream = media.emit("capture-stream")
        switch(media)
        if chance.random() < 0.5:
            pipeline.set_state(Gst.State.PAUSED)
            pipeline.set_state(Gst.State.PLAYING)
        switch(media)
        # The list is a live one: what was switched off leaves it meanwhile, and is None then.
        for track in filter(None, stream.props.tracks):
            track.props.enabled = False
    track = audio[0] if len(audio) else None
    pipeline.set_state(chance.choice([Gst.State.NULL, Gst.State.READY]))
    if track:
        # It is listed no more.
        track.props.enabled = not track.props.enabled
    pipeline.set_state(Gst.State.NULL)
    for handler in handlers:
        audio.disconnect(handler)


with tempfile.TemporaryDirectory() as directory:
    film = f"{directory}/film.mkv"
    make(film)
    for number in range(20):
        run(film, LINES[number % len(LINES)])
gc.collect()
wait_until_closed()
Gst.deinit()
