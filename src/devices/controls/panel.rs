//! The properties of the Web that one camera's controls stand for: read, and set all or nothing.

use std::fmt;
use std::io;

use super::board::Board;
use super::control::{Control, Id};
use super::gauge::{Gauge, MANUAL, ORDER, SINGLE_SHOT};
use crate::model::constraints::{Capabilities, Property, Setting, Settings};

/// A property that a driver did not take.
#[derive(Debug)]
pub struct Refusal {
    /// Which.
    pub property: Property,
    /// What it was to become.
    pub wanted: Setting,
    /// What the system said.
    pub error: io::Error,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            property,
            wanted,
            error,
        } = self;
        write!(
            f,
            "{property} was to become {wanted}, and its driver refused: {error}"
        )
    }
}

impl std::error::Error for Refusal {}

/// The opened controls of a camera. Every call may wait for the device.
pub struct Panel {
    board: Box<dyn Board>,
    controls: Vec<Control>,
    /// Modes that were asked to sweep once: `single-shot` until another mode is set.
    swept: Vec<Property>,
}

impl Panel {
    pub(super) fn new(board: Box<dyn Board>) -> io::Result<Self> {
        let mut controls = Vec::new();
        for id in Id::ALL {
            controls.extend(board.find(*id)?);
        }
        Ok(Self {
            board,
            controls,
            swept: Vec::new(),
        })
    }

    fn has(&self, id: Id) -> bool {
        self.controls.iter().any(|control| control.id == id)
    }

    /// The controls that can be read.
    pub(super) fn readable(&self) -> Vec<Id> {
        let readable = self.controls.iter().filter(|control| control.is_readable);
        readable.map(|control| control.id).collect()
    }

    /// How a property is set here, and on what; `None`: it cannot be.
    fn gauge(&self, property: Property) -> Option<(Gauge, &Control)> {
        let gauge = Gauge::of(property)?;
        let control = self.controls.iter().find(|c| c.id == gauge.id())?;
        gauge.capability(control, self.has_button(gauge))?;
        Some((gauge, control))
    }

    fn has_button(&self, gauge: Gauge) -> bool {
        match gauge {
            Gauge::Mode { once, .. } => once.is_some_and(|id| self.has(id)),
            _ => false,
        }
    }

    /// What can be set.
    pub fn capabilities(&self) -> Capabilities {
        let mut capabilities = Capabilities::new();
        for property in ORDER {
            let range = self
                .gauge(property)
                .and_then(|(gauge, control)| gauge.capability(control, self.has_button(gauge)));
            if let Some(range) = range {
                capabilities.set(property, range);
            }
        }
        capabilities
    }

    /// What is set. A value that cannot be read just now is left out.
    pub fn settings(&self) -> Settings {
        let mut settings = Settings::new();
        for property in ORDER {
            if let Some(setting) = self.setting(property) {
                settings.set(property, setting);
            }
        }
        settings
    }

    fn setting(&self, property: Property) -> Option<Setting> {
        let (gauge, control) = self.gauge(property)?;
        let setting = gauge.setting(control, self.board.read(control.id).ok()?);
        let is_swept =
            setting == Setting::Text(MANUAL.to_owned()) && self.swept.contains(&property);
        Some(match is_swept {
            true => Setting::Text(SINGLE_SHOT.to_owned()),
            false => setting,
        })
    }

    /// Sets all of `wanted`, automatic modes before the values they rule. A value that an
    /// automatic mode makes the driver ignore is passed over (#198).
    ///
    /// # Errors
    ///
    /// The first that was refused; everything is as it was before.
    pub fn set(&mut self, wanted: &[(Property, Setting)]) -> Result<(), Refusal> {
        let before = self.settings();
        let swept = self.swept.clone();
        let mut touched = Vec::new();
        for property in ORDER {
            let Some((_, setting)) = wanted.iter().find(|(p, _)| *p == property) else {
                continue;
            };
            touched.push(property);
            if let Err(error) = self.write(property, setting, true) {
                for (property, setting) in before.iter().filter(|(p, _)| touched.contains(p)) {
                    // Who refuses the old value as well cannot be helped.
                    let _ = self.write(property, setting, false);
                }
                self.swept = swept;
                return Err(Refusal {
                    property,
                    wanted: setting.clone(),
                    error,
                });
            }
        }
        Ok(())
    }

    /// `presses`: whether a single shot is shot.
    fn write(&mut self, property: Property, setting: &Setting, presses: bool) -> io::Result<()> {
        let (gauge, control) = self
            .gauge(property)
            .ok_or_else(|| io::Error::from(io::ErrorKind::Unsupported))?;
        let value = gauge
            .value(control, setting)
            .ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        if let Gauge::Number {
            automatic: Some(automatic),
            ..
        } = gauge
            && self.has(automatic)
        {
            self.board.write(automatic, 0)?;
        }
        let id = gauge.id();
        // A mode written just before may have changed this.
        if !self.board.find(id)?.is_some_and(|now| now.is_active) {
            return Ok(());
        }
        if self.board.read(id).ok() != Some(value) {
            self.board.write(id, value)?;
        }
        if let Gauge::Mode { once, .. } = gauge {
            self.swept.retain(|p| *p != property);
            if *setting == Setting::Text(SINGLE_SHOT.to_owned()) {
                let button = once.filter(|_| presses);
                button.map_or(Ok(()), |id| self.board.write(id, 1))?;
                self.swept.push(property);
            }
        }
        Ok(())
    }

    /// Puts the lamp out: it shines only while a track lives.
    pub fn put_out(&mut self) {
        let off = Setting::Boolean(false);
        if let Err(error) = self.write(Property::Torch, &off, false) {
            gst::debug!(super::CAT, "the torch stays as it is: {error}");
        }
    }
}

#[cfg(test)]
mod tests;
