// The script that every language plays, and how values are shown in its lines.

import GLib from 'gi://GLib';
import GObject from 'gi://GObject';
import Gio from 'gi://Gio';
import Gst from 'gi://Gst?version=1.0';

// Longer than anything takes on a loaded machine.
export const LIMIT = 30;

// Ids are different on every machine: they are shown by name.
export const names = new Map();

const script = Gio.File.new_for_uri(import.meta.url).get_parent().get_child('scenario.txt');
export const expected = new TextDecoder().decode(script.load_contents(null)[1]).split('\n')
    .filter(line => line !== '' && !line.startsWith('#'));

export function check(fact, what) {
    if (!fact)
        throw new Error(`not so: ${what}`);
}

// Prints a line, which is the next of the script.
export function say(line) {
    print(line);
    const next = expected.shift();
    check(line === next, `the script says: ${next}`);
}

// Turns the loop until something is so.
export function until(what, fact) {
    const deadline = GLib.get_monotonic_time() + LIMIT * 1000000;
    const alarm = GLib.timeout_add(GLib.PRIORITY_DEFAULT, 20, () => GLib.SOURCE_CONTINUE);
    while (!fact()) {
        check(GLib.get_monotonic_time() < deadline, `within ${LIMIT} s: ${what}`);
        GLib.MainContext.default().iteration(true);
    }
    GLib.source_remove(alarm);
}

export function items(list) {
    return Array.from({length: list.get_n_items()}, (_, at) => list.get_item(at));
}

// The nick of an enumeration's value: the string of the specification.
export function nick(object, property) {
    const value = new GObject.Value();
    value.init(object.constructor.find_property(property).value_type);
    object.get_property(property, value);
    return Gst.value_serialize(value);
}

export function show(value) {
    if (value === null)
        return 'null';
    if (value instanceof Gst.Structure)
        return `{${fields(value).map(name => `${name}: ${show(field(value, name))}`).join(', ')}}`;
    if (Array.isArray(value))
        return `[${value.map(show).join(', ')}]`;
    if (typeof value === 'number')
        return Number.isInteger(value) ? value.toFixed() : value.toFixed(4);
    if (typeof value === 'string')
        return names.get(value) ?? `"${value}"`;
    return `${value}`;
}

export function fields(structure) {
    return Array.from({length: structure.n_fields()}, (_, at) => structure.nth_field_name(at));
}

export function field(structure, name) {
    if (GObject.type_name(structure.get_field_type(name)) !== 'GstValueArray')
        return structure.get_value(name);
    const [, array] = structure.get_array(name);
    return Array.from({length: array.n_values}, (_, at) => array.get_nth(at));
}

export function promised(object, action, ...inputs) {
    const promise = Gst.Promise.new();
    object.emit(action, ...inputs, promise);
    check(promise.wait() === Gst.PromiseResult.REPLIED, `${action} is answered`);
    return promise.get_reply();
}

export function reason(error) {
    const rest = fields(error).filter(name => name !== 'name' && name !== 'message');
    const details = rest.map(name => `; ${name} ${show(field(error, name))}`);
    return `${error.get_value('name')}: ${error.get_value('message')}${details.join('')}`;
}

export function printTrack(track) {
    say(`track: ${track.kind} ${show(track.label)}, enabled ${track.enabled}, muted ${track.muted}` +
        ` (${nick(track, 'muted-reason')}), ${nick(track, 'ready-state')}, hint ${show(track.content_hint)}`);
    say(`  settings ${show(track.emit('get-settings'))}`);
    say(`  constraints ${track.emit('get-constraints')}`);
}

export function pull(sink) {
    return sink.emit('try-pull-sample', LIMIT * Gst.SECOND);
}

export function isGap(sample) {
    return sample.get_buffer().has_flags(Gst.BufferFlags.GAP);
}

export function caps(sample) {
    const structure = sample.get_caps().get_structure(0);
    const [hasWidth, width] = structure.get_int('width');
    if (hasWidth)
        return `${structure.get_string('format')} ${width}x${structure.get_int('height')[1]}`;
    return `${structure.get_string('format')} ${structure.get_int('rate')[1]} Hz,` +
        ` ${structure.get_int('channels')[1]} channels`;
}

// Pulls until a sample is as wanted, and then nine more, which are so as well.
export function printTen(what, sink, wanted) {
    const deadline = GLib.get_monotonic_time() + LIMIT * 1000000;
    let sample = pull(sink);
    while (!wanted(sample)) {
        check(GLib.get_monotonic_time() < deadline, `within ${LIMIT} s: ${what}`);
        sample = pull(sink);
    }
    let [count, rising, last] = [1, true, sample.get_buffer().pts];
    for (let more = 0; more < 9; more++) {
        sample = pull(sink);
        const pts = sample.get_buffer().pts;
        count += wanted(sample) ? 1 : 0;
        rising = rising && pts > last;
        last = pts;
    }
    say(`${what}: ${count} of 10 ${caps(sample)}, times rise ${rising}`);
}

export function pullToTheEnd(sink) {
    while (pull(sink))
        ;
    say(`the pad has ended ${sink.eos}`);
}

// Waits for the next message about a track.
export function printMessage(pipeline) {
    let about = null;
    until('a message', () => {
        for (let next; !about && (next = pipeline.get_bus().pop());) {
            if (next.has_name('media-stream-track'))
                about = next.get_structure();
        }
        return about;
    });
    const track = about.get_value('track');
    say(`message: ${about.get_string('event')}, ${about.get_string('kind')}, ` +
        `${about.get_string('reason')}, id ${about.get_string('track-id') === track.id}`);
}
