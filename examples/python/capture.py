#!/usr/bin/env python3
"""Records the camera and the microphone, and switches the picture off for a second.

    examples/python/capture.py [FILE]        capture.webm unless named

Needs python3-gi and gir1.2-gstreamer-1.0, and the plugin in GST_PLUGIN_PATH. Without a camera:
GST_MEDIASTREAM_PROVIDERS=fake examples/python/capture.py
"""

import sys

import gi

gi.require_version("Gst", "1.0")
from gi.repository import Gio, GLib, Gst  # noqa: E402,F401 - Gio makes list models iterable

PIPELINE = """
    usermediasrc name=media
    media.video_0 ! queue ! videoconvert ! vp8enc deadline=1 cpu-used=8 ! webm.
    media.audio_0 ! queue ! audioconvert ! audioresample ! opusenc ! webm.
    webmmux name=webm ! filesink name=file
"""
CONSTRAINTS = '{"video": {"width": 640, "frameRate": {"max": 30}}, "audio": true}'


class Recorder:
    def __init__(self, path):
        self.loop = GLib.MainLoop()
        self.failed = False
        self.pipeline = Gst.parse_launch(PIPELINE)
        self.pipeline.get_by_name("file").set_property("location", path)
        self.media = self.pipeline.get_by_name("media")
        self.media.set_property("constraints", CONSTRAINTS)
        # Emitted on a thread of GStreamer's: what it does here is the main loop's.
        self.media.connect("no-more-pads", lambda _: GLib.idle_add(self.begin))
        bus = self.pipeline.get_bus()
        bus.add_signal_watch()
        bus.connect("message", self.on_message)

    def run(self):
        self.pipeline.set_state(Gst.State.PLAYING)
        GLib.timeout_add_seconds(30, self.fail, "it took too long")
        self.loop.run()
        self.pipeline.set_state(Gst.State.NULL)
        return 1 if self.failed else 0

    def begin(self):
        """The tracks are there."""
        stream = self.media.get_property("stream")
        for track in stream.get_property("tracks"):
            settings = track.emit("get-settings")
            print(track.props.kind, "from", track.props.label, "-", settings.to_string())
            if track.props.kind == "video":
                GLib.timeout_add(1000, self.enable, track, False)
                GLib.timeout_add(2000, self.enable, track, True)
        GLib.timeout_add(3000, self.finish)
        return GLib.SOURCE_REMOVE

    def enable(self, track, enabled):
        print("picture", "on" if enabled else "off")
        track.props.enabled = enabled
        return GLib.SOURCE_REMOVE

    def finish(self):
        # The file is complete when the end has come through: see EOS below.
        self.pipeline.send_event(Gst.Event.new_eos())
        return GLib.SOURCE_REMOVE

    def fail(self, why):
        print("capture.py:", why, file=sys.stderr)
        self.failed = True
        self.loop.quit()
        return GLib.SOURCE_REMOVE

    def on_message(self, _bus, message):
        structure = message.get_structure()
        if message.type == Gst.MessageType.ERROR:
            error, _debug = message.parse_error()
            self.fail(error.message)
        elif message.type == Gst.MessageType.EOS:
            self.loop.quit()
        elif structure and structure.get_name() == "media-stream-track":
            # A camera that is pulled out, a microphone that the system mutes ...
            print(structure.get_string("kind"), structure.get_string("event"), structure.get_string("reason"))


def on_devicechange(_provider, devices, inserted):
    """All devices now, and those of them that were just plugged in."""
    labels = ", ".join(device.props.label for device in inserted)
    print(len(devices), "devices;", f"plugged in: {labels}" if labels else "none is new")


def main():
    Gst.init(None)
    if not Gst.ElementFactory.find("usermediasrc"):
        sys.exit("capture.py: GST_PLUGIN_PATH does not lead to the plugin: no element usermediasrc")
    # The one object of the process that knows the devices.
    provider = Gst.DeviceProviderFactory.get_by_name("mediadeviceprovider")
    for device in provider.get_devices():
        print(device.props.kind.value_nick, device.get_display_name())
    provider.connect("devicechange", on_devicechange)
    path = sys.argv[1] if len(sys.argv) > 1 else "capture.webm"
    status = Recorder(path).run()
    if status == 0:
        print("written:", path)
    sys.exit(status)


main()
