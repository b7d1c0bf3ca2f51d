#!/usr/bin/env python3
"""The sound of a film in one's own language: its tracks are enabled, the others disabled.

    examples/python/audio_languages.py FILE [LANGUAGE] [SINK]

Without a language, that of the environment counts; "wavenc ! filesink location=german.wav" is a sink.
Needs python3-gi and gir1.2-gstreamer-1.0, and the plugin in GST_PLUGIN_PATH.
"""

import os
import re
import sys

import gi

gi.require_version("Gst", "1.0")
from gi.repository import Gio, Gst  # noqa: E402,F401 - Gio makes list models iterable

PIPELINE = "mediaelementsrc name=media media.audio ! queue ! audioconvert ! audioresample ! "


def primary(language):
    """"de" of "de-AT" and of "de_AT.UTF-8"."""
    return re.split("[-_.]", language)[0]


def choose(tracks, language):
    """Enables the tracks in this language and disables the others; if there are none, all stays as the film has
    it."""
    wanted = [track for track in tracks if primary(track.props.language) == primary(language)]
    if not wanted:
        print(f"nothing is in {language}", file=sys.stderr)
        return
    for track in tracks:
        track.props.enabled = track in wanted


def wait(pipeline, end):
    """Waits for the end of what is under way."""
    message = pipeline.get_bus().timed_pop_filtered(Gst.CLOCK_TIME_NONE, end | Gst.MessageType.ERROR)
    if message.type == Gst.MessageType.ERROR:
        error, _debug = message.parse_error()
        raise error


def play(file, language, sink):
    pipeline = Gst.parse_launch(PIPELINE + sink)
    media = pipeline.get_by_name("media")
    media.props.uri = Gst.filename_to_uri(file)
    try:
        # The tracks are known when it is ready to play.
        pipeline.set_state(Gst.State.PAUSED)
        wait(pipeline, Gst.MessageType.ASYNC_DONE)
        tracks = media.props.audio_tracks
        choose(tracks, language)
        for track in tracks:
            heard = "is" if track.props.enabled else "is not"
            print(f"{track.props.label} ({track.props.language}) {heard} heard")
        pipeline.set_state(Gst.State.PLAYING)
        wait(pipeline, Gst.MessageType.EOS)
    finally:
        pipeline.set_state(Gst.State.NULL)


def main():
    Gst.init(None)
    if not Gst.ElementFactory.find("mediaelementsrc"):
        sys.exit("audio_languages.py: GST_PLUGIN_PATH does not lead to the plugin: no element mediaelementsrc")
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    language, sink = (sys.argv[2:] + ["", ""])[:2]
    play(sys.argv[1], language or os.environ.get("LANG", ""), sink or "autoaudiosink")


main()
