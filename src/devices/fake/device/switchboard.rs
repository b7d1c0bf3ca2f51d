//! The controls of a fake camera, as a driver has them.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::unit::Unit;
use crate::devices::controls::{Board, Control, Id, Item};

/// The signal that tells of every change.
pub(super) const CHANGED: &str = "control-changed";

/// What an automatic mode decides while it is not `off`.
const RULED: [(Id, Id, i32); 4] = [
    (Id::ExposureTime, Id::AutoExposure, 1),
    (Id::WhiteBalanceTemperature, Id::AutoWhiteBalance, 0),
    (Id::Focus, Id::AutoFocus, 0),
    (Id::Iso, Id::AutoIso, 0),
];

#[derive(Debug)]
struct State {
    controls: Vec<(Control, i32)>,
    /// Writing this one fails.
    broken: Option<Id>,
}

/// All controls of a device. The lock is a leaf: nothing else is called while it is held.
#[derive(Debug)]
pub struct Switchboard(Mutex<State>);

impl Switchboard {
    /// Those of a device of this name in the table.
    pub fn of(name: &str) -> Self {
        let controls = match name {
            "camera-2" => camera(),
            _ => Vec::new(),
        };
        Self(Mutex::new(State {
            controls,
            broken: None,
        }))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Plain data, valid after any panic.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn is_empty(&self) -> bool {
        self.lock().controls.is_empty()
    }

    pub fn get(&self, id: Id) -> Option<i32> {
        let state = self.lock();
        let found = state.controls.iter().find(|(control, _)| control.id == id);
        found.map(|(_, value)| *value)
    }

    /// Whether the value is another one.
    pub fn set(&self, id: Id, value: i32) -> Option<bool> {
        let mut state = self.lock();
        let found = state.controls.iter_mut().find(|(c, _)| c.id == id)?;
        let before = std::mem::replace(&mut found.1, value);
        Some(before != value)
    }

    pub fn break_down(&self, id: Option<Id>) {
        self.lock().broken = id;
    }
}

impl State {
    fn control(&self, id: Id) -> Option<Control> {
        let (control, _) = self.controls.iter().find(|(control, _)| control.id == id)?;
        let is_ruled = RULED.iter().any(|(ruled, mode, off)| {
            let mode = self.controls.iter().find(|(c, _)| c.id == *mode);
            *ruled == id && mode.is_some_and(|(_, value)| value != off)
        });
        Some(Control {
            is_active: !is_ruled,
            ..control.clone()
        })
    }
}

/// The handle of one user.
pub(super) struct Handle {
    pub board: Arc<Switchboard>,
    pub unit: Weak<Unit>,
}

impl Board for Handle {
    fn find(&self, id: Id) -> io::Result<Option<Control>> {
        Ok(self.board.lock().control(id))
    }

    fn read(&self, id: Id) -> io::Result<i32> {
        let value = self.board.get(id);
        value.ok_or_else(|| io::ErrorKind::InvalidInput.into())
    }

    /// As strict as a driver: what is broken or ruled by an automatic mode is refused.
    fn write(&self, id: Id, value: i32) -> io::Result<()> {
        {
            let state = self.board.lock();
            if state.broken == Some(id) {
                return Err(io::Error::other("asked to fail by fail-control"));
            }
            let control = state.control(id);
            let control = control.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
            if !control.is_writable || !control.is_active {
                return Err(io::ErrorKind::PermissionDenied.into());
            }
            if value != control.nearest(value.into()) {
                return Err(io::ErrorKind::InvalidInput.into());
            }
        }
        if self.board.set(id, value) == Some(true)
            && let Some(unit) = self.unit.upgrade()
        {
            unit.tell_control(id);
        }
        Ok(())
    }
}

/// A camera on a motor, with a lamp.
fn camera() -> Vec<(Control, i32)> {
    let menu = |id, lines: &[i32]| Control {
        items: lines
            .iter()
            .map(|index| Item {
                index: *index,
                number: None,
            })
            .collect(),
        ..Control::range(id, 0, 3, 1)
    };
    let numbers = |id, numbers: &[i64]| Control {
        items: (0i32..)
            .zip(numbers)
            .map(|(index, number)| Item {
                index,
                number: Some(*number),
            })
            .collect(),
        max: i32::try_from(numbers.len()).unwrap_or(1) - 1,
        ..Control::range(id, 0, 0, 1)
    };
    let shutter = Control {
        is_writable: false,
        ..Control::range(Id::Privacy, 0, 1, 1)
    };
    let button = Control {
        is_readable: false,
        ..Control::range(Id::FocusOnce, 0, 1, 1)
    };
    vec![
        (Control::range(Id::Brightness, 0, 255, 1), 128),
        (Control::range(Id::Contrast, 0, 100, 1), 50),
        (Control::range(Id::Saturation, 0, 200, 1), 100),
        (Control::range(Id::Sharpness, 0, 10, 1), 5),
        (menu(Id::AutoExposure, &[1, 3]), 3),
        (Control::range(Id::ExposureTime, 1, 2500, 1), 156),
        (numbers(Id::ExposureBias, &[-2000, -1000, 0, 1000, 2000]), 2),
        (menu(Id::AutoIso, &[0, 1]), 1),
        (numbers(Id::Iso, &[100_000, 200_000, 400_000]), 0),
        (Control::range(Id::AutoWhiteBalance, 0, 1, 1), 1),
        (
            Control::range(Id::WhiteBalanceTemperature, 2800, 6500, 100),
            4600,
        ),
        (Control::range(Id::AutoFocus, 0, 1, 1), 1),
        (button, 0),
        (Control::range(Id::Focus, 0, 250, 5), 0),
        (Control::range(Id::Zoom, 100, 400, 10), 100),
        (Control::range(Id::Pan, -36_000, 36_000, 3600), 0),
        (Control::range(Id::Tilt, -18_000, 18_000, 3600), 0),
        (menu(Id::Light, &[0, 1, 2]), 0),
        (shutter, 0),
    ]
}
