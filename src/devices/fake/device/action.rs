//! The action signals: each writes one member of the script.

use gst::glib;
use gst::glib::subclass::Signal;
use gst::prelude::*;

use super::super::CAT;
use super::FakeMediaDevice;
use super::faults::{CapsText, FaultError, Faults, word};
use super::switchboard::CHANGED;
use super::unit::Unit;
use crate::caps::text;
use crate::devices::controls::Id;

/// An action signal whose handler gets the device and the signal's argument. What it refuses is told.
fn action<T>(
    name: &'static str,
    arguments: &[glib::Type],
    handler: fn(&Unit, T) -> Result<(), FaultError>,
) -> Signal
where
    T: Argument + 'static,
{
    Signal::builder(name)
        .param_types(arguments.iter().copied())
        .run_last()
        .action()
        .class_handler(move |values| {
            let device = values[0].get::<FakeMediaDevice>().ok()?;
            let argument = T::from_values(&values[1..])?;
            if let Err(error) = handler(device.unit(), argument) {
                complain(&device, name, &error);
            }
            None
        })
        .build()
}

/// Neither an action nor a property can refuse: the log says so, and a warning on the provider's bus.
pub fn complain(device: &FakeMediaDevice, what: &str, error: &FaultError) {
    let name = device.unit().name();
    let text = format!("{what} of '{name}' changes nothing: {error}");
    gst::error!(CAT, obj = device, "{text}");
    if let Some(provider) = device.unit().provider() {
        let warning = gst::message::Warning::builder(gst::LibraryError::Settings, &text);
        let _ = provider.bus().post(warning.src(&provider).build());
    }
}

/// What the action signals take.
trait Argument: Sized {
    fn from_values(values: &[glib::Value]) -> Option<Self>;
}

impl Argument for () {
    fn from_values(_values: &[glib::Value]) -> Option<Self> {
        Some(())
    }
}

impl Argument for bool {
    fn from_values(values: &[glib::Value]) -> Option<Self> {
        values.first()?.get().ok()
    }
}

impl Argument for u32 {
    fn from_values(values: &[glib::Value]) -> Option<Self> {
        values.first()?.get().ok()
    }
}

/// NULL is the empty string.
impl Argument for String {
    fn from_values(values: &[glib::Value]) -> Option<Self> {
        Some(text::read(values.first()?).unwrap_or_default())
    }
}

impl Argument for (String, i32) {
    fn from_values(values: &[glib::Value]) -> Option<Self> {
        Some((String::from_values(values)?, values.get(1)?.get().ok()?))
    }
}

/// A member that takes what its action takes.
macro_rules! member {
    ($name:literal, $member:ident: $type:ty) => {
        action(
            $name,
            &[<$type>::static_type()],
            |unit: &Unit, value: $type| write(unit, |faults| faults.$member = value),
        )
    };
}

/// A member that takes some strings only: a word, caps, or whatever fits into a message.
macro_rules! choice {
    ($name:literal, $member:ident) => {
        action(
            $name,
            &[String::static_type()],
            |unit: &Unit, text: String| {
                let value = word(text)?;
                write(unit, |faults| faults.$member = value)
            },
        )
    };
}

fn write(unit: &Unit, edit: impl FnOnce(&mut Faults)) -> Result<(), FaultError> {
    unit.edit(edit);
    Ok(())
}

fn fail_control(unit: &Unit, name: String) -> Result<(), FaultError> {
    let fail_control = name;
    let checked = Faults {
        fail_control,
        ..Faults::default()
    }
    .checked()?;
    write(unit, |faults| faults.fail_control = checked.fail_control)
}

/// The running sources change, not those that are started later.
fn change_caps(unit: &Unit, text: String) -> Result<(), FaultError> {
    let caps = CapsText::try_from(text)?;
    write(unit, |faults| {
        faults.change_caps = caps;
        faults.change_caps_at = 0;
    })
}

/// As if another program, or a hand on the device, had done it.
fn set_control(unit: &Unit, (name, value): (String, i32)) -> Result<(), FaultError> {
    let id = Id::from_name(&name);
    if let Some(id) = id.filter(|id| unit.controls().set(*id, value) == Some(true)) {
        unit.tell_control(id);
    }
    Ok(())
}

fn get_control() -> Signal {
    Signal::builder("get-control")
        .param_types([String::static_type()])
        .return_type::<i32>()
        .run_last()
        .action()
        .class_handler(|values| {
            let device = values[0].get::<FakeMediaDevice>().ok()?;
            let id = Id::from_name(&text::read(values.get(1)?).unwrap_or_default());
            let value = id.and_then(|id| device.unit().controls().get(id));
            Some(value.unwrap_or(-1).to_value())
        })
        .build()
}

/// All of them.
pub fn signals() -> Vec<Signal> {
    let text = [String::static_type()];
    vec![
        action("unplug", &[], |unit, ()| {
            write(unit, |faults| faults.unplugged = true)
        }),
        action("plug", &[], |unit, ()| {
            write(unit, |faults| faults.unplugged = false)
        }),
        member!("unplug-at", unplug_at: u32),
        action("break-stream", &[], |unit, ()| {
            unit.break_stream();
            Ok(())
        }),
        member!("break-at", break_at: u32),
        member!("stall", stalled: bool),
        member!("stall-at", stall_at: u32),
        member!("slow-down", slow_down: u32),
        member!("slow-start", slow_start: u32),
        member!("set-muted", muted: bool),
        choice!("fail-open", fail_open),
        choice!("fail-once", fail_once),
        choice!("hang", hang),
        choice!("set-modes", modes),
        choice!("refuse-caps", refuse_caps),
        action("change-caps", &text, change_caps),
        choice!("set-timestamps", timestamps),
        member!("corrupt", corrupt: u32),
        action("set-default", &[], |unit, ()| {
            unit.set_default();
            Ok(())
        }),
        member!("duplicate", duplicate: bool),
        action("renumber", &[], |unit, ()| {
            unit.renumber_kind();
            Ok(())
        }),
        action("fail-control", &text, fail_control),
        action(
            "set-control",
            &[String::static_type(), i32::static_type()],
            set_control,
        ),
        get_control(),
        Signal::builder(CHANGED).param_types(text).build(),
    ]
}
