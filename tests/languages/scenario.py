#!/usr/bin/env python3
"""The scenario of scenario.txt in Python: properties, action signals, GListModel, GstPromise and GstStructure, and
no typelib of the plugin."""

import gi

gi.require_version("Gst", "1.0")
from gi.repository import Gio, GLib, GObject, Gst  # noqa: E402,F401 - Gio makes list models iterable
from canvas import canvas  # noqa: E402
from media_element import media_element  # noqa: E402
from script import (  # noqa: E402
    caps,
    error_in,
    expected,
    is_gap,
    is_media,
    names,
    print_message,
    print_ten,
    print_track,
    promised,
    pull,
    pull_to_the_end,
    reason,
    say,
    show,
    truth,
    until,
)


class Scenario:
    def __init__(self):
        self.devices = Gst.DeviceProviderFactory.get_by_name("mediadeviceprovider")
        assert self.devices, "GST_PLUGIN_PATH leads to the plugin"
        self.devices.props.context = GLib.MainContext.default()
        fakes = Gst.DeviceProviderFactory.get_by_name("fakemediadeviceprovider")
        self.fakes = {fake.props.name_in_provider: fake for fake in fakes.get_devices()}
        self.events = []

    def run(self):
        self.enumerate()
        self.get_user_media()
        self.play()
        self.enabled()
        self.apply_constraints()
        self.clone()
        self.members()
        self.node()
        media_element()
        canvas()
        self.faults()
        self.permission()
        self.stop()
        assert not expected, f"the end comes after: {expected[0]}"

    def list(self):
        return list(promised(self.devices, "enumerate-devices").get_value("devices"))

    def enumerate(self):
        say("== enumerate")
        groups = 0
        for device in self.list():
            of = device.props
            if of.group_id not in names:
                groups += 1
                names[of.group_id] = f"<group {groups}>"
            names[of.device_id] = f"<id of {of.label}>"
            say(f"{device.__gtype__.name}: {of.kind.value_nick} {show(of.label)} {show(of.group_id)}")
            if of.kind.value_nick != "audiooutput":
                say(f"  capabilities {show(device.emit('get-capabilities'))}")
        say(f"supported {show(self.devices.emit('get-supported-constraints'))}")

    def refused(self, json):
        say(f"{show(json)} -> {reason(error_in(promised(self.devices, 'get-user-media', json)))}")

    def get_user_media(self):
        say("== getUserMedia")
        self.refused(None)
        self.refused('{"video": tru}')
        self.refused('{"video": {"width": {"min": 5000}}, "audio": true}')
        self.fakes["camera-2"].emit("fail-open", "NotReadableError")
        self.refused('{"video": {"facingMode": {"exact": "environment"}}}')
        self.fakes["camera-2"].emit("fail-open", "")
        reply = promised(
            self.devices,
            "get-user-media",
            '{"video": {"width": {"exact": 640}, "height": {"exact": 480}, "frameRate": 30},'
            ' "audio": {"sampleRate": {"exact": 44100}, "channelCount": 2}}',
        )
        self.stream = reply.get_value("stream")
        say(f"stream: active {truth(self.stream.props.active)}, id of {len(self.stream.props.id)} characters")
        for track in self.stream.props.tracks:
            self.print_new_track(track)
        self.video = self.stream.emit("get-video-tracks")[0]
        self.audio = self.stream.emit("get-audio-tracks")[0]
        for event in ("addtrack", "removetrack"):
            self.stream.connect(event, lambda *_: self.events.append("addtrack or removetrack"))
        self.listening = self.devices.connect("devicechange", self.on_device_change)

    def print_new_track(self, track):
        print_track(track)
        say(f"  capabilities {show(track.emit('get-capabilities'))}")
        device = track.props.device
        say(f"  device {show(device.props.label)}, the one listed {truth(device in self.list())}")
        track.connect("mute", lambda track: self.hear("mute", track))
        track.connect("unmute", lambda track: self.hear("unmute", track))
        track.connect("ended", lambda track: self.hear("ended", track))

    def on_device_change(self, _devices, *lists):
        devices, inserted = (show([device.props.label for device in each]) for each in lists)
        self.events.append(f"devicechange: {devices}, inserted {inserted}")

    def hear(self, event, track):
        """What a handler sees."""
        of = track.props
        self.events.append(
            f"{event} of {of.kind}: muted {truth(of.muted)} ({of.muted_reason.value_nick}),"
            f" {of.ready_state.value_nick}, stream active {truth(self.stream.props.active)}"
        )

    def print_events(self, count):
        """Waits for so many events."""
        until("an event", lambda: len(self.events) >= count)
        for event in sorted(self.events):
            say(event)
        self.events.clear()

    def play(self):
        say("== play")
        self.pipeline = Gst.parse_launch(
            "usermediasrc name=media"
            " media.video_0 ! appsink name=video sync=false max-buffers=8 drop=true"
            " media.audio_0 ! appsink name=audio sync=false max-buffers=8 drop=true"
        )
        media = self.pipeline.get_by_name("media")
        media.props.stream = self.stream
        self.pipeline.set_state(Gst.State.PLAYING)
        self.pictures = self.pipeline.get_by_name("video")
        self.sound = self.pipeline.get_by_name("audio")
        print_ten("pictures", self.pictures, is_media)
        print_ten("sound", self.sound, is_media)
        say(f"the stream played is the one given {truth(media.props.stream == self.stream)}")

    def print_enabled(self):
        say(f"enabled {truth(self.video.props.enabled)}, muted {truth(self.video.props.muted)}")

    def enabled(self):
        say("== enabled")
        self.video.props.enabled = False
        self.print_enabled()
        print_ten("black", self.pictures, is_gap)
        print_ten("sound", self.sound, is_media)
        self.video.props.enabled = True
        self.print_enabled()
        print_ten("pictures", self.pictures, is_media)

    def apply(self, json):
        error = error_in(promised(self.video, "apply-constraints", json))
        say(f"{show(json)} -> {reason(error) if error else 'done'}")
        say(f"  settings {show(self.video.emit('get-settings'))}")
        say(f"  constraints {self.video.emit('get-constraints')}")

    def apply_constraints(self):
        say("== applyConstraints")
        self.apply('{"width": {"exact": 320}, "height": {"exact": 240}}')
        print_ten("pictures", self.pictures, lambda sample: is_media(sample) and "320" in caps(sample))
        self.apply('{"width": {"exact": 4000}}')
        self.apply('{"frameRate": {"min": 200}, "advanced": [{"width": 640}]}')
        self.apply('{"width": [1, 2')
        self.apply(None)
        # Nobody wants to know how that went: in order all the same.
        self.video.emit("apply-constraints", '{"width": 160}', None)
        self.apply('{"width": {"exact": 640}, "height": {"exact": 480}}')

    def clone(self):
        say("== clone")
        self.video.props.content_hint = "motion"
        self.video.props.content_hint = "speech"
        clone = self.video.emit("clone")
        same = clone.props.device == self.video.props.device
        say(f"another id {truth(clone.props.id != self.video.props.id)}, the same device {truth(same)}")
        print_track(clone)
        clone.props.enabled = False
        clone.emit("stop")
        print_track(clone)
        print_track(self.video)
        stream = self.stream.emit("clone")
        tracks = list(stream.props.tracks)
        say(
            f"another id {truth(stream.props.id != self.stream.props.id)}, {len(tracks)} tracks,"
            f" active {truth(stream.props.active)}, the same tracks {truth(self.video in tracks)}"
        )
        for track in tracks:
            track.emit("stop")
        say(f"active {truth(stream.props.active)}, the original {truth(self.stream.props.active)}")

    def members(self):
        say("== stream")
        stream = GObject.new(GObject.type_from_name("GstMediaStream"))

        def find(id):
            found = stream.emit("get-track-by-id", id)
            return "null" if found is None else truth(found == self.video)

        say(f"new: active {truth(stream.props.active)}, {len(stream.props.tracks)} tracks")
        for track in (self.video, self.audio, self.video):
            stream.emit("add-track", track)
        say(
            f"added: active {truth(stream.props.active)}, {len(stream.props.tracks)} tracks,"
            f" {len(stream.emit('get-audio-tracks'))} audio, {len(stream.emit('get-video-tracks'))} video"
        )
        say(f"found {find(self.video.props.id)}, not found {find('')}, {find(None)}")
        before = stream.emit("get-tracks")
        stream.emit("remove-track", self.video)
        stream.emit("remove-track", self.video)
        say(
            f"removed: {len(stream.props.tracks)} tracks, before {len(before)},"
            f" found {find(self.video.props.id)}, {self.video.props.ready_state.value_nick}"
        )
        say(f"events {len(self.events)}")

    def node(self):
        say("== node")
        pipeline = Gst.parse_launch("mediatrackaudiosrc name=node on-ended=zero ! appsink name=sink sync=false")
        node = pipeline.get_by_name("node")
        node.props.track = self.video
        say(reason(pipeline.get_bus().pop_filtered(Gst.MessageType.WARNING).parse_warning_details()))
        stream = self.stream.emit("clone")
        track = stream.emit("get-audio-tracks")[0]
        node.props.media_stream = stream
        pipeline.set_state(Gst.State.PLAYING)
        sink = pipeline.get_by_name("sink")
        first = pull(sink)
        say(
            f"the stream given {truth(node.props.media_stream == stream)},"
            f" its track {truth(first and node.props.track == track)}"
        )
        print_ten("sound", sink, is_media)
        for each in stream.props.tracks:
            each.emit("stop")
        print_ten("silence", sink, lambda sample: is_gap(sample) and "1 channel" in caps(sample))
        pipeline.set_state(Gst.State.NULL)

    def faults(self):
        say("== events")
        camera = self.fakes["camera-1"]
        camera.emit("set-muted", True)
        self.print_events(1)
        print_message(self.pipeline)
        camera.emit("set-muted", False)
        self.print_events(1)
        print_message(self.pipeline)
        camera.emit("unplug")
        self.print_events(2)
        print_message(self.pipeline)
        print_track(self.video)
        pull_to_the_end(self.pictures)
        print_ten("sound", self.sound, is_media)
        camera.emit("plug")
        self.print_events(1)

    def permission(self):
        say("== permission")
        asked = []

        def request(_devices, kinds, device):
            asked.append(f"asked for {show(kinds)}: {show(device.props.label)}")
            return device.props.label == "Fake camera 1"

        handler = self.devices.connect("permission-request", request)
        pipeline = Gst.parse_launch("mediatrackvideosrc name=source ! fakesink")
        pipeline.get_by_name("source").props.constraints = '{"facingMode": {"exact": "environment"}}'
        pipeline.set_state(Gst.State.PLAYING)
        found = []

        def take():
            message = pipeline.get_bus().pop_filtered(Gst.MessageType.ERROR)
            found.extend([message] if message else [])
            return found

        until("the error", take)
        pipeline.set_state(Gst.State.NULL)
        self.devices.disconnect(handler)
        for question in asked:
            say(question)
        error, _ = found[0].parse_error()
        refused = error.matches(Gst.ResourceError.quark(), Gst.ResourceError.NOT_AUTHORIZED)
        say(f"not authorized {truth(refused)}")
        say(reason(found[0].parse_error_details()))

    def stop(self):
        say("== stop")
        self.audio.emit("stop")
        say(f"{self.audio.props.ready_state.value_nick}, stream active {truth(self.stream.props.active)}")
        pull_to_the_end(self.sound)
        self.pipeline.set_state(Gst.State.NULL)
        camera, microphone = self.fakes["camera-1"], self.fakes["microphone-1"]
        until("the microphone is closed", lambda: microphone.props.active == 0)
        say(f"users of the camera {camera.props.active}, of the microphone {microphone.props.active}")
        say(f"events {len(self.events)}")
        print_track(self.audio)
        self.devices.disconnect(self.listening)
        self.devices.props.context = None


Gst.init(None)
Scenario().run()
