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
//! camera.emit("unplug")
//! ```
//!
//! | action signal | what it does |
//! |---|---|
//! | `unplug` | the device leaves the list; a running source ends as `v4l2src` does, with a RESOURCE READ error and EOS |
//! | `plug` | the device is back; sources that lost it stay lost |
//! | `set-default` | the device becomes the default of its kind |
//! | `stall(boolean)` | running sources deliver nothing and say nothing, until it is false again |
//! | `slow-down(uint)` | only every n-th buffer comes, as of a camera in the dark; 1 ends it |
//! | `set-muted(boolean)` | sets the property `muted`; black or silence flows |
//! | `fail-open(string)` | the next starts fail: `NotReadableError` is a RESOURCE BUSY error, `NotAllowedError` NOT_AUTHORIZED, `NotFoundError` NOT_FOUND, anything else FAILED; the empty string ends it |
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
//! | `fail-control(string)` | writing it fails; the empty string ends it |
//!
//! The signal `control-changed(string)` tells of every change, on the thread that made it.
//!
//! | read-only property | |
//! |---|---|
//! | `name-in-provider` | the first column of the table above |
//! | `muted` | notified when it changes, from the thread that called `set-muted` |
//! | `stalled`, `plugged`, `is-default` | the present state of these |
//! | `opens` | how often a source was started on it |
//! | `active` | how many sources are started now; 0 when nobody holds it open |

mod bench;
mod device;
mod provider;
mod source;

pub use device::FakeMediaDevice;
pub use provider::FakeMediaDeviceProvider;

pub(crate) use provider::register;
