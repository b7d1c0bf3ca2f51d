// The part of the scenario with a pipeline that is a stream: its pictures, on request.

import GObject from 'gi://GObject';
import Gst from 'gi://Gst?version=1.0';

import {caps, check, nick, printMessage, printTrack, pull, pullToTheEnd, say, until} from './script.js';

const CANVAS = `
    appsrc name=pen format=time caps=video/x-raw,format=RGBA,width=4,height=4,framerate=30/1
    ! mediastreamsink name=canvas frame-rate=0
`;

class Canvas {
    constructor() {
        this.pipeline = Gst.parse_launch(CANVAS);
        this.pen = this.pipeline.get_by_name('pen');
        this.sink = this.pipeline.get_by_name('canvas');
        this.stream = this.sink.stream;
        this.track = this.stream.emit('get-video-tracks').get_item(0);
        this.events = [];
        for (const event of ['mute', 'unmute', 'ended'])
            this.track.connect(event, track => this.hear(event, track));
        for (const event of ['addtrack', 'removetrack'])
            this.stream.connect(event, (_, track) => this.hear(event, track));
    }

    state() {
        return `stream active ${this.stream.active}, ${this.stream.tracks.get_n_items()} tracks`;
    }

    // What a handler sees.
    hear(event, track) {
        this.events.push(`${event} of ${track.kind}: muted ${track.muted} (${nick(track, 'muted-reason')}),` +
            ` ${nick(track, 'ready-state')}, ${this.state()}`);
    }

    // Waits for so many events, which come in this order.
    printEvents(count) {
        until(`${count} events`, () => this.events.length >= count);
        this.events.splice(0).forEach(event => say(event));
    }

    push(colour) {
        const picture = Gst.Buffer.new_wrapped(new Uint8Array(64).fill(colour));
        check(this.pen.emit('push-buffer', picture) === Gst.FlowReturn.OK, 'a picture is pushed');
    }

    // Each is shown before the next: what a request takes is known.
    draw(...colours) {
        for (const colour of colours) {
            const before = this.rendered();
            this.push(colour);
            until('a picture is shown', () => this.rendered() > before);
        }
    }

    rendered() {
        return this.pipeline.get_by_name('video_0').stats.get_value('rendered');
    }

    // Waits for a picture of another colour than this.
    printSeen(what, besides = null) {
        let [sample, colour] = [null, null];
        until('a new picture', () => {
            sample = pull(this.eye);
            check(sample, 'a picture comes');
            [colour] = sample.get_buffer().extract_dup(0, 1);
            return colour !== besides;
        });
        say(`${what}: seen ${colour}, ${caps(sample)}`);
    }

    before() {
        say(`before: ${this.state()}, the same one ${this.sink.stream === this.stream}`);
        printTrack(this.track);
        this.printType('track', this.track);
    }

    printType(what, track) {
        say(`${what}: ${GObject.type_name(track.constructor.$gtype)},` +
            ` its canvas the pad ${track.canvas === this.sink.get_static_pad('video_0')}`);
    }

    first() {
        this.pipeline.set_state(Gst.State.PLAYING);
        this.push(1);
        this.printEvents(1);
        this.viewer = Gst.parse_launch('mediatrackvideosrc name=source ! appsink name=eye sync=false');
        this.viewer.get_by_name('source').track = this.track;
        this.viewer.set_state(Gst.State.PLAYING);
        this.eye = this.viewer.get_by_name('eye');
        this.printSeen('drawn 1');
        // They come as events do, so that they never change in the midst of a handler.
        until('the settings', () => this.track.emit('get-settings').n_fields() > 0);
        printTrack(this.track);
    }

    // What came unasked, or twice, would be seen instead of the next.
    requests() {
        this.draw(2, 3);
        this.sink.emit('request-frame');
        this.printSeen('drawn 2 and 3, requested of the element');
        const clone = this.track.emit('clone');
        this.printType('clone', clone);
        this.draw(4, 5);
        clone.emit('request-frame');
        this.printSeen('drawn 4 and 5, requested of the clone');
        clone.emit('stop');
        say(`clone ${nick(clone, 'ready-state')}, the original ${nick(this.track, 'ready-state')}`);
        for (let times = 0; times < 3; times++)
            this.track.emit('request-frame');
        this.draw(6, 7);
        this.printSeen('requested three times, drawn 6 and 7');
        this.draw(8);
        this.track.emit('request-frame');
        this.printSeen('drawn 8, requested once more');
    }

    pause() {
        this.pipeline.set_state(Gst.State.PAUSED);
        this.printEvents(1);
        printMessage(this.viewer);
        this.pipeline.set_state(Gst.State.PLAYING);
        this.push(9);
        this.printEvents(1);
        printMessage(this.viewer);
        this.track.emit('request-frame');
        // Whoever looks meanwhile goes on seeing what was captured last.
        this.printSeen('drawn 9, requested after the pause', 8);
    }

    end() {
        this.pen.emit('end-of-stream');
        this.printEvents(2);
        printMessage(this.viewer);
        pullToTheEnd(this.eye);
        // Too late: nothing comes of it.
        this.track.emit('request-frame');
        this.viewer.set_state(Gst.State.NULL);
        this.pipeline.set_state(Gst.State.NULL);
        say(`after: ${this.state()}, events ${this.events.length}`);
    }
}

export function canvas() {
    say('== canvas');
    const drawn = new Canvas();
    for (const part of ['before', 'first', 'requests', 'pause', 'end'])
        drawn[part]();
}
