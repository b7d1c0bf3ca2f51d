#!/usr/bin/env -S gjs -m
// Reads the IDL of the specifications and asks the plugin for everything in it: present under its mechanical name,
// or in exceptions.json with a reason. An exception that is none any more is a fault as well.
//
//   gjs -m tests/idl/check.js NODE_MODULES

import Gio from 'gi://Gio';
import GObject from 'gi://GObject';
import System from 'system';

import {Plugin, mechanical} from './plugin.js';

// All of these, and parts of some larger ones: definitions, or single members.
const SPECIFICATIONS = {
    'mediacapture-streams': null,
    'mediacapture-extensions': null,
    'mst-content-hint': null,
    'image-capture': null,
    'html': ['HTMLMediaElement.audioTracks', 'HTMLMediaElement.videoTracks', 'AudioTrackList', 'AudioTrack',
        'VideoTrackList', 'VideoTrack', 'TrackEvent', 'TrackEventInit'],
    'media-source': ['AudioTrack', 'VideoTrack'],
    'mediacapture-fromelement': null,
};

function read(file) {
    return new TextDecoder().decode(file.load_contents(null)[1]);
}

// `{A,B}.c` is `A.c` and `B.c`, as in a shell.
function expanded(pattern) {
    const found = pattern.match(/^(.*?)\{([^}]*)\}(.*)$/);
    if (!found)
        return [pattern];
    const [, before, choice, after] = found;
    return choice.split(',').flatMap(each => expanded(before + each + after));
}

const modules = Gio.File.new_for_commandline_arg(System.programArgs[0]);
const {parse} = await import(modules.get_child('webidl2').get_child('index.js').get_uri());
const excused = JSON.parse(read(Gio.File.new_for_uri(import.meta.url).get_parent().get_child('exceptions.json')));
const exceptions = new Set(excused.flatMap(({what}) => what).flatMap(expanded));

const plugin = new Plugin();
const video = plugin.track('video');

// Where an interface is: an object of its class. Image Capture is part of the track.
const OBJECTS = {
    MediaStream: plugin.streams[0],
    MediaStreamTrack: video,
    MediaDevices: plugin.devices,
    MediaDeviceInfo: plugin.output,
    InputDeviceInfo: plugin.inputs[0],
    ImageCapture: video,
    HTMLMediaElement: plugin.element,
    AudioTrackList: plugin.element.audio_tracks,
    AudioTrack: plugin.anyOf(plugin.element.audio_tracks),
    VideoTrackList: plugin.element.video_tracks,
    VideoTrack: plugin.anyOf(plugin.element.video_tracks),
    CanvasCaptureMediaStreamTrack: plugin.canvasTrack(),
};

// Interfaces that are structures: their attributes are fields, their operations actions of the track.
const error = plugin.reply(video, 'apply-constraints', '{"width": {"min": 100000}}').get_value('error');
const STRUCTURES = {
    MediaStreamTrackAudioStats: plugin.track('audio').stats,
    MediaStreamTrackVideoStats: video.stats,
    OverconstrainedError: error,
};

// Events: their attributes are the arguments of the signal, in order.
const EVENTS = {
    MediaStreamTrackEvent: [plugin.streams[0], 'addtrack'],
    DeviceChangeEvent: [plugin.devices, 'devicechange'],
    TrackEvent: [plugin.element.audio_tracks, 'addtrack'],
};

// Enumerations: values of a property of that type, or strings that a member of a dictionary offers.
const NICKS = {
    MediaStreamTrackState: [video, 'ready-state'],
    MediaDeviceKind: [plugin.output, 'kind'],
};
const STRINGS = {
    VideoFacingModeEnum: ['facingMode'],
    VideoResizeModeEnum: ['resizeMode'],
    EchoCancellationModeEnum: ['echoCancellation'],
    HumanFaceDetectionModeEnum: ['humanFaceDetectionMode'],
    MeteringMode: ['whiteBalanceMode', 'exposureMode', 'focusMode'],
};

// Enumerations that are given: another value is refused.
const GIVEN = {
    FillLightMode: ['take-photo', 'fillLightMode'],
};

// Dictionaries that say how a constraint is written: a constraint that is written so.
const WRITTEN = {
    DoubleRange: 'frameRate',
    ConstrainDoubleRange: 'frameRate',
    ULongRange: 'width',
    ConstrainULongRange: 'width',
    ConstrainBooleanParameters: 'backgroundBlur',
    ConstrainDOMStringParameters: 'facingMode',
    ConstrainBooleanOrDOMStringParameters: 'echoCancellation',
    ConstrainPoint2DParameters: 'pointsOfInterest',
};

// No value of any type: every conversion refuses it.
const IMPOSSIBLE = {impossible: {impossible: []}};

const photo = plugin.reply(video, 'get-photo-capabilities').get_value('capabilities');

const DICTIONARIES = {
    MediaTrackSupportedConstraints: name => plugin.devices.emit('get-supported-constraints').has_field(name),
    MediaTrackCapabilities: name => plugin.hasField(plugin.capabilities, name),
    MediaTrackSettings: name => plugin.hasField(plugin.settings, name),
    MediaTrackConstraintSet: name => plugin.converts(video, 'apply-constraints', {[name]: {exact: IMPOSSIBLE}}, name),
    MediaTrackConstraints: name => plugin.converts(video, 'apply-constraints', {[name]: IMPOSSIBLE}, name),
    MediaStreamConstraints: name =>
        plugin.converts(plugin.devices, 'get-user-media', {[name]: {width: {min: IMPOSSIBLE}}}, `${name}.width`),
    MediaSettingsRange: name => photo.get_value('imageWidth').has_field(name),
    Point2D: name =>
        plugin.converts(video, 'apply-constraints', {pointsOfInterest: [{[name]: IMPOSSIBLE}]}, 'pointsOfInterest'),
    PhotoSettings: name =>
        plugin.converts(video, 'take-photo', {[name]: IMPOSSIBLE}, `photoSettings.${name}`),
    PhotoCapabilities: name => photo.has_field(name),
};
for (const [dictionary, constraint] of Object.entries(WRITTEN)) {
    DICTIONARIES[dictionary] = name => plugin.converts(video, 'apply-constraints',
        {[constraint]: {[name]: IMPOSSIBLE}}, `${constraint}.${name}`);
}

const isAction = signal => (signal.signal_flags & GObject.SignalFlags.ACTION) !== 0;

const isVoid = signal => GObject.type_name(signal.return_type) === 'void';

const MEMBERS = {
    attribute(object, member) {
        if (member.idlType.idlType === 'EventHandler') {
            const signal = plugin.signal(object, member.name.replace(/^on/, ''));
            return signal !== null && !isAction(signal);
        }
        const property = plugin.property(object, mechanical(member.name));
        if (!property)
            return false;
        const isWritable = (property.flags & GObject.ParamFlags.WRITABLE) !== 0;
        return (property.flags & GObject.ParamFlags.READABLE) !== 0 && isWritable === !member.readonly;
    },

    // As many arguments, and the promise as the last. An indexed getter is a list model.
    operation(object, member) {
        if (member.special === 'getter')
            return GObject.type_is_a(object.constructor.$gtype, Gio.ListModel.$gtype);
        const signal = plugin.signal(object, mechanical(member.name));
        if (!signal || !isAction(signal))
            return false;
        const isPromise = member.idlType.generic === 'Promise';
        const last = signal.param_types?.at(-1);
        return signal.n_params === member.arguments.length + (isPromise ? 1 : 0) &&
            isVoid(signal) === (isPromise || member.idlType.idlType === 'undefined') &&
            (!isPromise || GObject.type_name(last) === 'GstPromise');
    },

    // Without arguments, as g_object_new () is.
    constructor(object, member) {
        return member.arguments.length === 0 && GObject.Object.new(object.constructor.$gtype) !== null;
    },
};

const STRUCTURED = {
    attribute: (structure, member) => structure.has_field(member.name),
    operation: (_, member) => MEMBERS.operation(video, member),
    constructor: () => false,
};

function memberName(member) {
    return member.name || member.special || `constructor/${member.arguments.length}`;
}

// Each thing that a definition asks for: its key, and whether it is there.
function* demands(definition) {
    const {name, members, values} = definition;
    switch (definition.type) {
    case 'interface':
        for (const member of members) {
            const key = `${name}.${memberName(member)}`;
            const {type} = member;
            if (name in OBJECTS)
                yield [key, () => MEMBERS[type](OBJECTS[name], member)];
            else if (name in STRUCTURES)
                yield [key, () => STRUCTURED[type](STRUCTURES[name], member)];
            else if (name in EVENTS)
                yield [key, () => isArgument(EVENTS[name], members, member)];
            else
                yield [key, () => false];
        }
        break;
    case 'enum':
        for (const {value} of values)
            yield [`${name}.${value}`, () => isValue(name, value)];
        break;
    case 'dictionary':
        for (const member of members)
            yield [`${name}.${member.name}`, () => DICTIONARIES[name]?.(member.name) ?? false];
        break;
    }
}

function isArgument([object, event], members, member) {
    const attributes = members.filter(({type}) => type === 'attribute');
    return member.type === 'attribute' && plugin.signal(object, event).n_params === attributes.length;
}

function isValue(name, value) {
    if (name in NICKS)
        return plugin.hasNick(...NICKS[name], value);
    if (name in GIVEN) {
        const [action, member] = GIVEN[name];
        return !plugin.converts(video, action, {[member]: value}, '') &&
            plugin.converts(video, action, {[member]: `no ${value}`}, '');
    }
    if (name === 'RedEyeReduction')
        return photo.get_string('redEyeReduction') === value;
    return STRINGS[name]?.some(member => plugin.offers(member, value)) ?? false;
}

let [present, excepted] = [0, 0];
const faults = [];
const used = new Set();

// `Foo.*` excepts all of a definition.
function judge(key, isThere) {
    const exception = [key, key.replace(/\..*/, '.*')].find(each => exceptions.has(each));
    const found = isThere();
    present += found ? 1 : 0;
    excepted += !found && exception ? 1 : 0;
    if (exception)
        used.add(exception);
    if (found && exception)
        faults.push(`${key} is there: its exception is not needed any more`);
    else if (!found && !exception)
        faults.push(`${key} is not there, and no exception says why`);
}

for (const [specification, parts] of Object.entries(SPECIFICATIONS)) {
    const idl = read(modules.resolve_relative_path(`@webref/idl/${specification}.idl`));
    for (const definition of parse(idl)) {
        for (const [key, isThere] of demands(definition)) {
            if (!parts || parts.includes(definition.name) || parts.includes(key))
                judge(key, isThere);
        }
    }
}
for (const exception of exceptions) {
    if (!used.has(exception))
        faults.push(`${exception} is in none of the specifications: its exception is not needed any more`);
}
plugin.end();
faults.forEach(fault => printerr(fault));
print(`${present} members of the specifications are there, ${excepted} are excepted, ${faults.length} faults`);
System.exit(faults.length === 0 ? 0 : 1);
