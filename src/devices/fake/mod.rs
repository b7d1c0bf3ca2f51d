//! Two cameras, two microphones and one output that are always there.
//!
//! They let an application test itself on a machine without any device: they come through the same
//! doors as real ones, and they fail on request. The provider `fakemediadeviceprovider` has rank
//! NONE; the plugin lists its devices when `providers` (or `GST_MEDIASTREAM_PROVIDERS`) names `fake`.
//!
//! | device | label | group | modes |
//! |---|---|---|---|
//! | `camera-1` | Fake camera 1 | 1 | raw YUY2 640x480 at 30 and 15, 320x240 at 30, 1280x720 at 10; JPEG 1280x720 and 1920x1080 at 30 |
//! | `camera-2` | Fake camera 2 | 2 | raw NV12 640x480, 1280x720 and 1920x1080 at 60 and 30; faces the environment |
//! | `microphone-1` | Fake microphone 1 | 1 | S16LE, 48000 and 44100 Hz, one or two channels |
//! | `microphone-2` | Fake microphone 2 | 3 | F32LE, 16000 Hz, one channel |
//! | `output-1` | Fake output 1 | 3 | S16LE, 48000 Hz, two channels; swallows what it gets |
//!
//! `camera-1` and `microphone-1` are one webcam, `microphone-2` and `output-1` one headset.
//! The first of each kind is the default at first.
//!
//! # Faults
//!
//! A device is a `GstFakeMediaDevice`. Get it from the provider, for example in Python:
//!
//! ```python
//! provider = Gst.DeviceProviderFactory.get_by_name("fakemediadeviceprovider")
//! camera = next(d for d in provider.get_devices() if d.props.name_in_provider == "camera-1")
//! camera.emit("unplug-at", 30)
//! ```
//!
//! Each action signal writes one member of the device's script. The property `faults` (string, read and write) is
//! that script as a JSON document: writing it replaces the script as a whole, so that a member left out is a fault
//! that ends, and reading it gives what is in force. The environment variable `GST_MEDIASTREAM_FAULTS` has one such
//! document for each device to begin with: `{"camera-1": {"unplugAt": 30}, "microphone-1": {"muted": true}}`.
//!
//! What is not understood (an unknown member or word, another type, caps that are none) changes nothing: the log and a
//! warning on the provider's bus say why, and for the environment variable a warning on the terminal. NULL is the
//! empty string.
//!
//! *Frame n* is the n-th of a source since it was started, counted from 1, so n - 1 arrive before it; 0 is never.
//! What happens at a frame happens once, to the source that gets there first, and the member is 0 again.
//!
//! | action signal | JSON | what it does |
//! |---|---|---|
//! | `unplug`, `plug` | `unplugged`: boolean | the device leaves the list; a running source ends as `v4l2src` does, with a RESOURCE READ error and EOS. Sources that lost it stay lost when it is back |
//! | `unplug-at(uint)` | `unplugAt`: frame | the same, when a source wants that frame |
//! | `break-stream` | | an I/O error: running sources end in the same way, but the device stays listed and the next start works |
//! | `break-at(uint)` | `breakAt`: frame | the same, when a source wants that frame |
//! | `stall(boolean)` | `stalled`: boolean | running sources deliver nothing and say nothing, until it is false again. The first frame after it is DISCONT, and its time is the present |
//! | `stall-at(uint)` | `stallAt`: frame | sets `stalled` when a source wants that frame |
//! | `slow-down(uint)` | `slowDown`: n | only every n-th buffer comes, as of a camera in the dark; 0 and 1 end it |
//! | `set-muted(boolean)` | `muted`: boolean | sets the property `muted`; black or silence flows |
//! | `fail-open(string)` | `failOpen`: string | starts fail: `NotReadableError` is a RESOURCE BUSY error, `NotAllowedError` NOT_AUTHORIZED, `NotFoundError` NOT_FOUND, anything else FAILED; the empty string ends it |
//! | `fail-once(string)` | `failOnce`: string | the same, for the next start only |
//! | `slow-start(uint)` | `slowStart`: milliseconds | starts take that long (and may fail then), and cannot be interrupted |
//! | `hang(string)` | `hang`: string | a state change of its sources does not return, and cannot be interrupted, until another one or the empty string is written: `open` (NULL to READY), `start` (READY to PAUSED), `play` (PAUSED to PLAYING), `pause`, `stop`, `close` (the ways back). Sources that are in that change already hang as well |
//! | `set-modes(string)` | `modes`: caps | the device announces these caps instead of its own, as a changed device: also caps without rate, of 0x0, of things that it cannot make, `EMPTY`. The empty string restores its own |
//! | `refuse-caps(string)` | `refuseCaps`: caps | it cannot be set to what these caps include, although it announces that: a STREAM FAILED error, not negotiated; the empty string ends it |
//! | `change-caps(string)` | `changeCaps`: caps | running sources change to these caps without being asked; the empty string lets them negotiate again |
//! | | `changeCapsAt`: frame | the source that wants that frame changes to `changeCaps`, instead of those that are running |
//! | `set-timestamps(string)` | `timestamps`: string | what is written on the buffers instead of the time of capture: `repeat` (each time on two buffers), `freeze` (one time on all), `backward` (every second buffer three back), `jump` (an hour ahead), `none`; the empty string ends it |
//! | `corrupt(uint)` | `corrupt`: n | the next n buffers carry the flag CORRUPTED; reading gives how many are left |
//! | `duplicate(boolean)` | `duplicate`: boolean | a second device that is like this one in everything but its port is plugged in, or leaves. Its name in the provider is that of this one and `-twin`; it has faults of its own |
//! | `renumber` | | the system numbers all devices of this kind anew, as after a reset of the bus: they leave, each comes back under the number (`fake.path` in its properties) of the next one, and sources have lost them |
//! | `set-default` | `isDefault`: true | the device becomes the default of its kind; false changes nothing |
//! | `fail-control(string)` | `failControl`: string | writing that control fails; the empty string ends it |
//!
//! Where a fault shows in the list, a device is listed by another object from then on (`set-modes`, `renumber`).
//! The object that one has keeps working: both are the same device, with one script.
//!
//! What happens at a frame is notified, and announced in the list, from a thread of its own shortly after.
//!
//! # Controls
//!
//! `camera-2` has the controls of a camera on a motor with a lamp, under the names and in the units of
//! `v4l2-ctl --list-ctrls`: `zoom_absolute`, `pan_absolute`, `tilt_absolute`, `led_mode`,
//! `auto_exposure`, `exposure_time_absolute`, `privacy` and others.
//!
//! | action signal | what it does |
//! |---|---|
//! | `set-control(string, int)` | sets one, as another program or a hand on the device does |
//! | `get-control(string)` → int | its present value; -1: there is none |
//!
//! The signal `control-changed(string)` tells of every change, on the thread that made it.
//!
//! | read-only property | |
//! |---|---|
//! | `name-in-provider` | the first column of the table above |
//! | `muted` | notified when it changes, from the thread that called `set-muted` |
//! | `stalled`, `plugged`, `is-default` | the present state of these |
//! | `opens` | how often a source was started on it, failures not counted |
//! | `active` | how many sources are started now, or on their way to or from that; 0 when nobody holds it open |
//! | `hanging` | how many sources `hang` holds now |

mod bench;
mod device;
mod listing;
mod provider;
mod source;

pub use device::FakeMediaDevice;
pub use provider::FakeMediaDeviceProvider;

pub(crate) use provider::register;

use std::sync::LazyLock;

static CAT: LazyLock<gst::DebugCategory> = LazyLock::new(|| {
    gst::DebugCategory::new(
        "fakemediadevice",
        gst::DebugColorFlags::empty(),
        Some("The scripted faults of fake devices"),
    )
});
