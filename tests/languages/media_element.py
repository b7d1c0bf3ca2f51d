"""The part of the scenario with a media element: its track lists."""

import tempfile

import gi

gi.require_version("Gst", "1.0")
from gi.repository import Gio, Gst  # noqa: E402,F401 - Gio makes list models iterable
from script import LIMIT, say, show, truth, until  # noqa: E402

FILM = """
    matroskamux name=mux ! filesink name=file
    videotestsrc num-buffers=15 ! video/x-raw,width=64,height=48,framerate=15/1 ! vp8enc deadline=1 ! mux.
    audiotestsrc num-buffers=40 ! taginject tags=language-code=en,title=English ! mux.
    audiotestsrc num-buffers=40 ! taginject tags=language-code=de,title=Deutsch ! mux.
"""


def make_film(path):
    pipeline = Gst.parse_launch(FILM)
    pipeline.get_by_name("file").props.location = path
    pipeline.set_state(Gst.State.PLAYING)
    message = pipeline.get_bus().timed_pop_filtered(LIMIT * Gst.SECOND, Gst.MessageType.EOS | Gst.MessageType.ERROR)
    assert message.type == Gst.MessageType.EOS, "the film is made"
    pipeline.set_state(Gst.State.NULL)


def print_lists(when, audio, video, rest=""):
    say(f"{when}: {audio.props.length} audio, {len(video)} video, selected {video.props.selected_index}{rest}")


def print_media_track(kind, tracks, track, switch):
    of = track.props
    found = tracks.emit("get-track-by-id", of.id) == track
    say(
        f"{kind}: {of.kind} {show(of.label)}, language {show(of.language)}, {switch} {truth(track.get_property(switch))},"
        f" found {truth(found)}, source buffer {show(of.source_buffer)}"
    )


def watch(film):
    element = Gst.parse_launch("mediaelementsrc")
    element.props.uri = Gst.filename_to_uri(film)
    audio, video = element.props.audio_tracks, element.props.video_tracks
    events = []
    for kind, tracks in (("audio", audio), ("video", video)):
        for event in ("change", "addtrack", "removetrack"):
            tracks.connect(event, lambda *_, line=f"{event} of {kind}": events.append(line))

    def print_three():
        until("three events", lambda: len(events) == 3)
        say(", ".join(events))
        events.clear()

    print_lists("before", audio, video)
    element.set_state(Gst.State.PAUSED)
    print_three()
    for track in video:
        print_media_track("video", video, track, "selected")
    for track in audio:
        print_media_track("audio", audio, track, "enabled")
    none = [show(audio.emit("get-track-by-id", id)) for id in ("", None)]
    say(f"selected {video.props.selected_index}, not found {', '.join(none)}")
    # The tracks in the user's language, and no pictures.
    for track in audio:
        track.props.enabled = track.props.language == "de"
        track.props.enabled = track.props.language == "de"
    video[0].props.selected = False
    print_three()
    enabled = ", ".join(truth(track.props.enabled) for track in audio)
    say(f"enabled {enabled}, selected {video.props.selected_index}")
    stream = element.emit("capture-stream")
    until("a captured track", lambda: len(stream.props.tracks) == 1)
    captured = ", ".join(f"{track.props.kind} {show(track.props.label)}" for track in stream.props.tracks)
    say(f"captured: active {truth(stream.props.active)}, {captured}")
    element.set_state(Gst.State.NULL)
    print_lists("after", audio, video, ", no events" if not events else "")


def media_element():
    say("== mediaElement")
    with tempfile.TemporaryDirectory() as directory:
        film = f"{directory}/film.mkv"
        make_film(film)
        watch(film)
