"""Devices that are lost, come back, stall, are busy and hang, in one process, then the end of GStreamer."""

import gi

gi.require_version("Gst", "1.0")
from gi.repository import Gst

from at_work import until, wait_until_closed

Gst.init(None)
provider = Gst.DeviceProviderFactory.get_by_name("fakemediadeviceprovider")
DEVICES = [("video", "camera-2"), ("audio", "microphone-2")]
ONLY = {
    "camera-2": '{"facingMode":{"exact":"environment"}}',
    "microphone-2": '{"sampleRate":{"exact":16000}}',
}


def device(name):
    # A device that says something else of itself is another object.
    return next(d for d in provider.get_devices() if d.props.name_in_provider == name)


def start(kind, name, properties=""):
    pipeline = Gst.parse_launch(f"mediatrack{kind}src name=s {properties} ! fakesink name=sink sync=false")
    pipeline.get_by_name("s").set_property("constraints", ONLY[name])
    pipeline.set_state(Gst.State.PLAYING)
    return pipeline


def play(kind, name, properties=""):
    pipeline = start(kind, name, properties)
    sink, bus = pipeline.get_by_name("sink"), pipeline.get_bus()
    errors = []

    def has_come():
        errors.extend(filter(None, [bus.pop_filtered(Gst.MessageType.ERROR)]))
        return errors or sink.get_property("last-sample") is not None

    until("a buffer", has_come)
    if errors:
        pipeline.set_state(Gst.State.NULL)
        raise Refused(errors[0].parse_error())
    return pipeline


class Refused(Exception):
    """An error came instead of a buffer."""


def is_there(kind, name):
    try:
        play(kind, name).set_state(Gst.State.NULL)
        return True
    except Refused:
        return False


def hear(pipeline, event):
    """The next message of that name of a track."""
    while True:
        message = pipeline.get_bus().timed_pop_filtered(30 * Gst.SECOND, Gst.MessageType.ELEMENT)
        if message is None:
            raise SystemExit(f"no {event} within thirty seconds")
        structure = message.get_structure()
        if structure.has_name("media-stream-track") and structure.get_string("event") == event:
            return


def wait_for(pipeline, kind):
    if pipeline.get_bus().timed_pop_filtered(30 * Gst.SECOND, kind) is None:
        raise SystemExit(f"no {kind} within thirty seconds")


def unplugged(kind, name):
    fake = device(name)
    pipeline = play(kind, name)
    fake.emit("unplug")
    wait_for(pipeline, Gst.MessageType.EOS)
    pipeline.set_state(Gst.State.NULL)
    fake.emit("plug")
    # Another thread hears of it.
    until("it is there again", lambda: is_there(kind, name))


def reconnected(kind, name):
    fake = device(name)
    pipeline = play(kind, name, "on-ended=reconnect")
    fake.emit("unplug")
    hear(pipeline, "ended")
    before = pipeline.get_by_name("s").get_property("track")
    fake.emit("plug")
    until("another track", lambda: pipeline.get_by_name("s").get_property("track") != before)
    pipeline.set_state(Gst.State.NULL)


def stalled(kind, name):
    fake = device(name)
    pipeline = play(kind, name)
    fake.emit("stall", True)
    hear(pipeline, "mute")
    fake.emit("stall", False)
    hear(pipeline, "unmute")
    pipeline.set_state(Gst.State.NULL)


def broken(kind, name):
    fake = device(name)
    pipeline = play(kind, name)
    opens = fake.get_property("opens")
    fake.emit("break-stream")
    until("it is opened again", lambda: fake.get_property("opens") > opens)
    pipeline.set_state(Gst.State.NULL)


def busy(kind, name):
    fake = device(name)
    fake.emit("fail-open", "NotReadableError")
    pipeline = start(kind, name)
    wait_for(pipeline, Gst.MessageType.ERROR)
    pipeline.set_state(Gst.State.NULL)
    fake.emit("fail-open", "")


def hung(change, kind, name):
    fake = device(name)
    fake.emit("hang", change)
    pipeline = start(kind, name)
    pipeline.set_state(Gst.State.NULL)
    fake.emit("hang", "")


def main():
    for kind, name in DEVICES:
        for fault in (unplugged, reconnected, stalled, broken, busy):
            fault(kind, name)
            wait_until_closed()
        for change in ("open", "start", "play", "stop", "close"):
            hung(change, kind, name)
            wait_until_closed()


main()
Gst.deinit()
