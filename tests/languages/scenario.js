#!/usr/bin/env -S gjs -m
// The scenario of scenario.txt in JavaScript: properties, action signals, GListModel, GstPromise and GstStructure,
// and no typelib of the plugin.
//
// JavaScript runs on one thread: `context` brings the signals to the loop that `until` turns.

import GLib from 'gi://GLib';
import GObject from 'gi://GObject';
import Gst from 'gi://Gst?version=1.0';
import System from 'system';

import {canvas} from './canvas.js';
import {mediaElement} from './media_element.js';
import {
    caps, check, expected, isGap, items, names, nick, printMessage, printTen, printTrack, promised, pull,
    pullToTheEnd, reason, say, show, until,
} from './script.js';

class Scenario {
    constructor() {
        this.devices = Gst.DeviceProviderFactory.get_by_name('mediadeviceprovider');
        check(this.devices, 'GST_PLUGIN_PATH leads to the plugin');
        this.devices.context = GLib.MainContext.default();
        const fakes = Gst.DeviceProviderFactory.get_by_name('fakemediadeviceprovider');
        this.fakes = new Map(fakes.get_devices().map(fake => [fake.name_in_provider, fake]));
        this.events = [];
    }

    list() {
        return items(promised(this.devices, 'enumerate-devices').get_value('devices'));
    }

    enumerate() {
        say('== enumerate');
        let groups = 0;
        for (const device of this.list()) {
            if (!names.has(device.group_id))
                names.set(device.group_id, `<group ${++groups}>`);
            names.set(device.device_id, `<id of ${device.label}>`);
            const type = GObject.type_name(device.constructor.$gtype);
            say(`${type}: ${nick(device, 'kind')} ${show(device.label)} ${show(device.group_id)}`);
            if (nick(device, 'kind') !== 'audiooutput')
                say(`  capabilities ${show(device.emit('get-capabilities'))}`);
        }
        say(`supported ${show(this.devices.emit('get-supported-constraints'))}`);
    }

    refused(json) {
        const error = promised(this.devices, 'get-user-media', json).get_value('error');
        say(`${show(json)} -> ${reason(error)}`);
    }

    getUserMedia() {
        say('== getUserMedia');
        this.refused(null);
        this.refused('{"video": tru}');
        this.refused('{"video": {"width": {"min": 5000}}, "audio": true}');
        this.fakes.get('camera-2').emit('fail-open', 'NotReadableError');
        this.refused('{"video": {"facingMode": {"exact": "environment"}}}');
        this.fakes.get('camera-2').emit('fail-open', '');
        this.stream = promised(this.devices, 'get-user-media',
            '{"video": {"width": {"exact": 640}, "height": {"exact": 480}, "frameRate": 30},' +
            ' "audio": {"sampleRate": {"exact": 44100}, "channelCount": 2}}').get_value('stream');
        say(`stream: active ${this.stream.active}, id of ${this.stream.id.length} characters`);
        for (const track of items(this.stream.tracks)) {
            printTrack(track);
            say(`  capabilities ${show(track.emit('get-capabilities'))}`);
            say(`  device ${show(track.device.label)}, the one listed ${this.list().includes(track.device)}`);
            for (const event of ['mute', 'unmute', 'ended'])
                track.connect(event, heard => this.hear(event, heard));
        }
        this.video = this.stream.emit('get-video-tracks').get_item(0);
        this.audio = this.stream.emit('get-audio-tracks').get_item(0);
        for (const event of ['addtrack', 'removetrack'])
            this.stream.connect(event, () => this.events.push(event));
        const labels = list => show(items(list).map(device => device.label));
        this.listening = this.devices.connect('devicechange', (_, devices, inserted) =>
            this.events.push(`devicechange: ${labels(devices)}, inserted ${labels(inserted)}`));
    }

    // What a handler sees.
    hear(event, track) {
        this.events.push(`${event} of ${track.kind}: muted ${track.muted} (${nick(track, 'muted-reason')}),` +
            ` ${nick(track, 'ready-state')}, stream active ${this.stream.active}`);
    }

    // Waits for so many events.
    printEvents(count) {
        until(`${count} events`, () => this.events.length >= count);
        this.events.sort().forEach(event => say(event));
        this.events = [];
    }

    play() {
        say('== play');
        this.pipeline = Gst.parse_launch('usermediasrc name=media' +
            ' media.video_0 ! appsink name=video sync=false max-buffers=8 drop=true' +
            ' media.audio_0 ! appsink name=audio sync=false max-buffers=8 drop=true');
        const media = this.pipeline.get_by_name('media');
        media.stream = this.stream;
        this.pipeline.set_state(Gst.State.PLAYING);
        this.pictures = this.pipeline.get_by_name('video');
        this.sound = this.pipeline.get_by_name('audio');
        printTen('pictures', this.pictures, sample => !isGap(sample));
        printTen('sound', this.sound, sample => !isGap(sample));
        say(`the stream played is the one given ${media.stream === this.stream}`);
    }

    enabled() {
        say('== enabled');
        this.video.enabled = false;
        say(`enabled ${this.video.enabled}, muted ${this.video.muted}`);
        printTen('black', this.pictures, isGap);
        printTen('sound', this.sound, sample => !isGap(sample));
        this.video.enabled = true;
        say(`enabled ${this.video.enabled}, muted ${this.video.muted}`);
        printTen('pictures', this.pictures, sample => !isGap(sample));
    }

    apply(json) {
        const error = promised(this.video, 'apply-constraints', json).get_value('error');
        say(`${show(json)} -> ${error ? reason(error) : 'done'}`);
        say(`  settings ${show(this.video.emit('get-settings'))}`);
        say(`  constraints ${this.video.emit('get-constraints')}`);
    }

    applyConstraints() {
        say('== applyConstraints');
        this.apply('{"width": {"exact": 320}, "height": {"exact": 240}}');
        printTen('pictures', this.pictures, sample => !isGap(sample) && caps(sample).includes('320'));
        this.apply('{"width": {"exact": 4000}}');
        this.apply('{"frameRate": {"min": 200}, "advanced": [{"width": 640}]}');
        this.apply('{"width": [1, 2');
        this.apply(null);
        // Nobody wants to know how that went: in order all the same.
        this.video.emit('apply-constraints', '{"width": 160}', null);
        this.apply('{"width": {"exact": 640}, "height": {"exact": 480}}');
    }

    clone() {
        say('== clone');
        this.video.content_hint = 'motion';
        this.video.content_hint = 'speech';
        const clone = this.video.emit('clone');
        say(`another id ${clone.id !== this.video.id}, the same device ${clone.device === this.video.device}`);
        printTrack(clone);
        clone.enabled = false;
        clone.emit('stop');
        printTrack(clone);
        printTrack(this.video);
        const stream = this.stream.emit('clone');
        const tracks = items(stream.tracks);
        say(`another id ${stream.id !== this.stream.id}, ${tracks.length} tracks, active ${stream.active},` +
            ` the same tracks ${tracks.includes(this.video)}`);
        tracks.forEach(track => track.emit('stop'));
        say(`active ${stream.active}, the original ${this.stream.active}`);
    }

    members() {
        say('== stream');
        const stream = new this.stream.constructor();
        const find = id => stream.emit('get-track-by-id', id);
        say(`new: active ${stream.active}, ${stream.tracks.get_n_items()} tracks`);
        for (const track of [this.video, this.audio, this.video])
            stream.emit('add-track', track);
        say(`added: active ${stream.active}, ${stream.tracks.get_n_items()} tracks,` +
            ` ${stream.emit('get-audio-tracks').get_n_items()} audio,` +
            ` ${stream.emit('get-video-tracks').get_n_items()} video`);
        say(`found ${find(this.video.id) === this.video}, not found ${find('')}, ${find(null)}`);
        const before = stream.emit('get-tracks');
        stream.emit('remove-track', this.video);
        stream.emit('remove-track', this.video);
        say(`removed: ${stream.tracks.get_n_items()} tracks, before ${before.get_n_items()},` +
            ` found ${find(this.video.id)}, ${nick(this.video, 'ready-state')}`);
        say(`events ${this.events.length}`);
    }

    node() {
        say('== node');
        const pipeline = Gst.parse_launch(
            'mediatrackaudiosrc name=node on-ended=zero ! appsink name=sink sync=false');
        const node = pipeline.get_by_name('node');
        node.track = this.video;
        say(reason(pipeline.get_bus().pop_filtered(Gst.MessageType.WARNING).parse_warning_details()));
        const stream = this.stream.emit('clone');
        const track = items(stream.emit('get-audio-tracks'))[0];
        node.media_stream = stream;
        pipeline.set_state(Gst.State.PLAYING);
        const sink = pipeline.get_by_name('sink');
        const first = pull(sink);
        say(`the stream given ${node.media_stream === stream}, its track ${first && node.track === track}`);
        printTen('sound', sink, sample => !isGap(sample));
        items(stream.tracks).forEach(each => each.emit('stop'));
        printTen('silence', sink, sample => isGap(sample) && caps(sample).includes('1 channel'));
        pipeline.set_state(Gst.State.NULL);
    }

    mediaElement() {
        mediaElement();
    }

    canvas() {
        canvas();
    }

    faults() {
        say('== events');
        const camera = this.fakes.get('camera-1');
        camera.emit('set-muted', true);
        this.printEvents(1);
        printMessage(this.pipeline);
        camera.emit('set-muted', false);
        this.printEvents(1);
        printMessage(this.pipeline);
        camera.emit('unplug');
        this.printEvents(2);
        printMessage(this.pipeline);
        printTrack(this.video);
        pullToTheEnd(this.pictures);
        printTen('sound', this.sound, sample => !isGap(sample));
        camera.emit('plug');
        this.printEvents(1);
    }

    permission() {
        say('== permission');
        const asked = [];
        const handler = this.devices.connect('permission-request', (_, kinds, device) => {
            asked.push(`asked for ${show(kinds)}: ${show(device.label)}`);
            return device.label === 'Fake camera 1';
        });
        const pipeline = Gst.parse_launch('mediatrackvideosrc name=source ! fakesink');
        pipeline.get_by_name('source').constraints = '{"facingMode": {"exact": "environment"}}';
        pipeline.set_state(Gst.State.PLAYING);
        let message = null;
        until('the error', () => (message = pipeline.get_bus().pop_filtered(Gst.MessageType.ERROR)));
        pipeline.set_state(Gst.State.NULL);
        this.devices.disconnect(handler);
        asked.forEach(question => say(question));
        const [error] = message.parse_error();
        say(`not authorized ${error.matches(Gst.ResourceError, Gst.ResourceError.NOT_AUTHORIZED)}`);
        say(reason(message.parse_error_details()));
    }

    stop() {
        say('== stop');
        this.audio.emit('stop');
        say(`${nick(this.audio, 'ready-state')}, stream active ${this.stream.active}`);
        pullToTheEnd(this.sound);
        this.pipeline.set_state(Gst.State.NULL);
        const microphone = this.fakes.get('microphone-1');
        until('the microphone is closed', () => microphone.active === 0);
        say(`users of the camera ${this.fakes.get('camera-1').active}, of the microphone ${microphone.active}`);
        say(`events ${this.events.length}`);
        printTrack(this.audio);
        this.devices.disconnect(this.listening);
        this.devices.context = null;
    }
}

Gst.init(null);
const scenario = new Scenario();
for (const part of ['enumerate', 'getUserMedia', 'play', 'enabled', 'applyConstraints', 'clone', 'members', 'node',
    'mediaElement', 'canvas', 'faults', 'permission', 'stop'])
    scenario[part]();
check(expected.length === 0, `the end comes after: ${expected[0]}`);
System.exit(0);
