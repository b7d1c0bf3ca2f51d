"""The script that every language plays, and how values are shown in its lines."""

import pathlib
import time
import warnings

import gi

gi.require_version("Gst", "1.0")
from gi.repository import GLib, GObject, Gst  # noqa: E402

# The one way to read a GstValueArray without an override of GStreamer's own.
warnings.filterwarnings("ignore", message="GObject.ValueArray")

# Longer than anything takes on a loaded machine.
LIMIT = 30

SCRIPT = pathlib.Path(__file__).with_name("scenario.txt").read_text(encoding="utf-8")
expected = [line for line in SCRIPT.splitlines() if not line.startswith("#")]

# Ids are different on every machine: they are shown by name.
names = {}


def say(line):
    """Prints a line, which is the next of the script."""
    print(line)
    following = expected.pop(0)
    assert line == following, f"the script says: {following}"


def until(what, fact):
    """Turns the loop until something is so."""
    deadline = time.monotonic() + LIMIT
    alarm = GLib.timeout_add(20, lambda: GLib.SOURCE_CONTINUE)
    while not fact():
        assert time.monotonic() < deadline, f"within {LIMIT} s: {what}"
        GLib.MainContext.default().iteration(True)
    GLib.source_remove(alarm)


def truth(fact):
    return "true" if fact else "false"


def show(value):
    if value is None:
        return "null"
    if isinstance(value, bool):
        return truth(value)
    if isinstance(value, (int, float)):
        return f"{value:.0f}" if value == int(value) else f"{value:.4f}"
    if isinstance(value, str):
        return names.get(value, f'"{value}"')
    if isinstance(value, Gst.Structure):
        return "{" + ", ".join(f"{name}: {show(field(value, name))}" for name in fields(value)) + "}"
    return "[" + ", ".join(show(each) for each in value) + "]"


def fields(structure):
    return [structure.nth_field_name(at) for at in range(structure.n_fields())]


def field(structure, name):
    if GObject.type_name(structure.get_field_type(name)) != "GstValueArray":
        return structure.get_value(name)
    _, array = structure.get_array(name)
    return [array.get_nth(at) for at in range(array.n_values)]


def promised(target, action, *inputs):
    promise = Gst.Promise.new()
    target.emit(action, *inputs, promise)
    assert promise.wait() == Gst.PromiseResult.REPLIED, action
    # The reply belongs to the promise, which ends here.
    return promise.get_reply().copy()


def error_in(reply):
    # What is in a structure belongs to it.
    return reply.get_value("error").copy() if reply.has_field("error") else None


def reason(error):
    details = [f"; {name} {show(field(error, name))}" for name in fields(error) if name not in ("name", "message")]
    return f"{error.get_string('name')}: {error.get_string('message')}{''.join(details)}"


def print_track(track):
    of = track.props
    say(
        f"track: {of.kind} {show(of.label)}, enabled {truth(of.enabled)}, muted {truth(of.muted)}"
        f" ({of.muted_reason.value_nick}), {of.ready_state.value_nick}, hint {show(of.content_hint)}"
    )
    say(f"  settings {show(track.emit('get-settings'))}")
    say(f"  constraints {track.emit('get-constraints')}")


def print_message(pipeline):
    """Waits for the next message about a track."""
    found = []

    def take():
        message = pipeline.get_bus().pop()
        while message and not message.has_name("media-stream-track"):
            message = pipeline.get_bus().pop()
        # The structure belongs to the message.
        found.extend([message.get_structure().copy()] if message else [])
        return found

    until("a message", take)
    about = found[0]
    same = about.get_string("track-id") == about.get_value("track").props.id
    say(
        f"message: {about.get_string('event')}, {about.get_string('kind')}, {about.get_string('reason')},"
        f" id {truth(same)}"
    )


def pull(sink):
    return sink.emit("try-pull-sample", LIMIT * Gst.SECOND)


def pull_to_the_end(sink):
    while pull(sink):
        pass
    say(f"the pad has ended {truth(sink.props.eos)}")


def is_gap(sample):
    return sample.get_buffer().has_flags(Gst.BufferFlags.GAP)


def is_media(sample):
    return not is_gap(sample)


def caps(sample):
    structure = sample.get_caps().get_structure(0)
    form = structure.get_string("format")
    if structure.has_field("width"):
        return f"{form} {structure.get_value('width')}x{structure.get_value('height')}"
    return f"{form} {structure.get_value('rate')} Hz, {structure.get_value('channels')} channels"


def print_ten(what, sink, is_wanted):
    """Pulls until a sample is as wanted, and then nine more, which are so as well."""
    deadline = time.monotonic() + LIMIT
    sample = pull(sink)
    while not is_wanted(sample):
        assert time.monotonic() < deadline, f"within {LIMIT} s: {what}"
        sample = pull(sink)
    count, times = 1, [sample.get_buffer().pts]
    for _ in range(9):
        sample = pull(sink)
        count += is_wanted(sample)
        times.append(sample.get_buffer().pts)
    rising = all(one < other for one, other in zip(times, times[1:]))
    say(f"{what}: {count} of 10 {caps(sample)}, times rise {truth(rising)}")
