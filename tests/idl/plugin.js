// What the plugin says of itself: properties, signals, enumerations, and the structures that it gives for the
// fake devices.

import GObject from 'gi://GObject';
import 'gi://Gio';
import Gst from 'gi://Gst?version=1.0';

// `fooBar` is `foo-bar`, and `toJSON` is `to-json`.
export function mechanical(name) {
    return name.replace(/[A-Z]+/g, capitals => `-${capitals.toLowerCase()}`);
}

function items(list) {
    return Array.from({length: list.get_n_items()}, (_, at) => list.get_item(at));
}

// The strings in a field, be it one or a list of them.
function strings(structure, name) {
    if (GObject.type_name(structure.get_field_type(name)) !== 'GstValueArray')
        return [structure.get_value(name)];
    const [, array] = structure.get_array(name);
    return Array.from({length: array.n_values}, (_, at) => array.get_nth(at));
}

function promised(object, action, ...inputs) {
    const promise = Gst.Promise.new();
    object.emit(action, ...inputs, promise);
    if (promise.wait() !== Gst.PromiseResult.REPLIED)
        throw new Error(`${action} is not answered`);
    return promise.get_reply();
}

export class Plugin {
    constructor() {
        Gst.init(null);
        this.devices = Gst.DeviceProviderFactory.get_by_name('mediadeviceprovider');
        if (!this.devices)
            throw new Error('GST_PLUGIN_PATH leads to no plugin');
        this.infos = items(promised(this.devices, 'enumerate-devices').get_value('devices'));
        this.output = this.infos.find(info => !this.isInput(info));
        this.inputs = this.infos.filter(info => this.isInput(info));
        this.element = Gst.ElementFactory.make('mediaelementsrc', null);
        // A track of each camera and of each microphone.
        this.streams = this.inputs.map(info => this.open(info)).filter(stream => stream);
        this.tracks = this.streams.flatMap(stream => items(stream.tracks));
        this.capabilities = this.inputs.map(info => info.emit('get-capabilities'));
        this.settings = this.tracks.map(track => track.emit('get-settings'));
    }

    isInput(info) {
        return GObject.type_name(info.constructor.$gtype) === 'GstInputDeviceInfo';
    }

    open(info) {
        for (const kind of ['video', 'audio']) {
            const json = JSON.stringify({[kind]: {deviceId: {exact: info.device_id}}});
            const reply = promised(this.devices, 'get-user-media', json);
            if (reply.has_field('stream'))
                return reply.get_value('stream');
        }
        return null;
    }

    end() {
        this.tracks.forEach(track => track.emit('stop'));
    }

    track(kind) {
        return this.tracks.find(track => track.kind === kind);
    }

    // An object as the list may hold.
    anyOf(list) {
        return GObject.Object.new(list.get_item_type());
    }

    // The canvas is a pad.
    canvasTrack() {
        this.canvas = Gst.ElementFactory.make('mediastreamsink', null);
        this.canvas.request_pad_simple('video_%u');
        return this.canvas.stream.tracks.get_item(0);
    }

    property(object, name) {
        return object.constructor.find_property(name);
    }

    signal(object, name) {
        const id = GObject.signal_lookup(name, object.constructor.$gtype);
        return id === 0 ? null : GObject.signal_query(id);
    }

    // Whether the type of a property has a value of this nick.
    hasNick(object, property, nick) {
        const type = GObject.type_name(this.property(object, property).value_type);
        return Gst.Structure.from_string(`value, value=(${type})${nick}`)[0] !== null;
    }

    // Whether a capability or a setting offers the string.
    offers(member, string) {
        return [...this.capabilities, ...this.settings].some(structure =>
            structure.has_field(member) && strings(structure, member).includes(string));
    }

    hasField(structures, name) {
        return structures.some(structure => structure.has_field(name));
    }

    reply(object, action, ...inputs) {
        return promised(object, action, ...inputs);
    }

    // A dictionary converts the members that it has, and only those: a value that is of no possible type is
    // refused with the member's name.
    converts(object, action, json, path) {
        const reply = promised(object, action, JSON.stringify(json));
        if (!reply.has_field('error'))
            return false;
        const error = reply.get_value('error');
        return error.get_string('name') === 'TypeError' && error.get_string('message').startsWith(path);
    }
}
