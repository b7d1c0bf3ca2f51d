"""The part of the scenario with a pipeline that is a stream: its pictures, on request."""

import gi

gi.require_version("Gst", "1.0")
from gi.repository import Gio, Gst  # noqa: E402,F401 - Gio makes list models iterable
from script import caps, print_message, print_track, pull, pull_to_the_end, say, truth, until  # noqa: E402

CANVAS = """
    appsrc name=pen format=time caps=video/x-raw,format=RGBA,width=4,height=4,framerate=30/1
    ! mediastreamsink name=canvas frame-rate=0
"""


class Canvas:
    def __init__(self):
        self.pipeline = Gst.parse_launch(CANVAS)
        self.pen = self.pipeline.get_by_name("pen")
        self.sink = self.pipeline.get_by_name("canvas")
        self.stream = self.sink.props.stream
        self.track = self.stream.emit("get-video-tracks")[0]
        self.events = []
        for event in ("mute", "unmute", "ended"):
            self.track.connect(event, lambda track, event=event: self.hear(event, track))
        for event in ("addtrack", "removetrack"):
            self.stream.connect(event, lambda _stream, track, event=event: self.hear(event, track))

    def run(self):
        self.before()
        self.first()
        self.requests()
        self.pause()
        self.end()

    def state(self):
        return f"stream active {truth(self.stream.props.active)}, {len(self.stream.props.tracks)} tracks"

    def hear(self, event, track):
        """What a handler sees."""
        of = track.props
        self.events.append(
            f"{event} of {of.kind}: muted {truth(of.muted)} ({of.muted_reason.value_nick}),"
            f" {of.ready_state.value_nick}, {self.state()}"
        )

    def print_events(self, count):
        """Waits for so many events, which come in this order."""
        until("an event", lambda: len(self.events) >= count)
        for event in self.events:
            say(event)
        self.events.clear()

    def push(self, colour):
        flow = self.pen.emit("push-buffer", Gst.Buffer.new_wrapped(bytes([colour] * 64)))
        assert flow == Gst.FlowReturn.OK

    def draw(self, *colours):
        """Each is shown before the next: what a request takes is known."""
        for colour in colours:
            before = self.rendered()
            self.push(colour)
            until("a picture is shown", lambda: self.rendered() > before)

    def rendered(self):
        return self.pipeline.get_by_name("video_0").props.stats.get_value("rendered")

    def print_seen(self, what, besides=None):
        """Waits for a picture of another colour than this."""
        seen = []

        def look():
            sample = pull(self.eye)
            assert sample, "a picture comes"
            seen[:] = [sample.get_buffer().extract_dup(0, 1)[0], caps(sample)]
            return seen[0] != besides

        until("a new picture", look)
        say(f"{what}: seen {seen[0]}, {seen[1]}")

    def before(self):
        say(f"before: {self.state()}, the same one {truth(self.sink.props.stream == self.stream)}")
        print_track(self.track)
        self.print_type("track", self.track)

    def print_type(self, what, track):
        drawn_into = truth(track.props.canvas == self.sink.get_static_pad("video_0"))
        say(f"{what}: {track.__gtype__.name}, its canvas the pad {drawn_into}")

    def first(self):
        self.pipeline.set_state(Gst.State.PLAYING)
        self.push(1)
        self.print_events(1)
        self.viewer = Gst.parse_launch("mediatrackvideosrc name=source ! appsink name=eye sync=false")
        self.viewer.get_by_name("source").props.track = self.track
        self.viewer.set_state(Gst.State.PLAYING)
        self.eye = self.viewer.get_by_name("eye")
        self.print_seen("drawn 1")
        # They come as events do, so that they never change in the midst of a handler.
        until("the settings", lambda: self.track.emit("get-settings").n_fields() > 0)
        print_track(self.track)

    def requests(self):
        """What came unasked, or twice, would be seen instead of the next."""
        self.draw(2, 3)
        self.sink.emit("request-frame")
        self.print_seen("drawn 2 and 3, requested of the element")
        clone = self.track.emit("clone")
        self.print_type("clone", clone)
        self.draw(4, 5)
        clone.emit("request-frame")
        self.print_seen("drawn 4 and 5, requested of the clone")
        clone.emit("stop")
        say(f"clone {clone.props.ready_state.value_nick}, the original {self.track.props.ready_state.value_nick}")
        for _ in range(3):
            self.track.emit("request-frame")
        self.draw(6, 7)
        self.print_seen("requested three times, drawn 6 and 7")
        self.draw(8)
        self.track.emit("request-frame")
        self.print_seen("drawn 8, requested once more")

    def pause(self):
        self.pipeline.set_state(Gst.State.PAUSED)
        self.print_events(1)
        print_message(self.viewer)
        self.pipeline.set_state(Gst.State.PLAYING)
        self.push(9)
        self.print_events(1)
        print_message(self.viewer)
        self.track.emit("request-frame")
        # Whoever looks meanwhile goes on seeing what was captured last.
        self.print_seen("drawn 9, requested after the pause", besides=8)

    def end(self):
        self.pen.emit("end-of-stream")
        self.print_events(2)
        print_message(self.viewer)
        pull_to_the_end(self.eye)
        # Too late: nothing comes of it.
        self.track.emit("request-frame")
        for pipeline in (self.viewer, self.pipeline):
            pipeline.set_state(Gst.State.NULL)
        say(f"after: {self.state()}, events {len(self.events)}")


def canvas():
    say("== canvas")
    Canvas().run()
