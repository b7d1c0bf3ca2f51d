//! The controls of an opened camera (Image Capture): set with the change that asks for them, read
//! afterwards, and heard when somebody else sets them.
//!
//! They are of the source, so all its tracks have the same values (#102). Only what a constraint
//! asks a value of is ever written; what was written stays when the last track ends, as in
//! browsers, except for the lamp, which goes out. The device is not set anew for a control: they
//! are written beside the running capture, on the worker's thread, which may wait for a driver.

use std::sync::Arc;

use super::message::{Message, Reply, Settled};
use super::worker::{Phase, Proposal, Worker};
use super::{CAT, CaptureError, ErrorKind};
use crate::devices::Device;
use crate::devices::controls::{Id, Offer, Panel, Refusal, Watch};
use crate::model::constraints::{Property, Setting, Settings};

/// The way to the controls of one camera, as long as its worker lives.
pub(super) struct Controls {
    offer: Option<Arc<Offer>>,
    panel: Option<Panel>,
    watch: Option<Watch>,
    /// Whether the lamp was lit here.
    is_lit: bool,
}

impl Controls {
    pub fn of(device: &Device) -> Self {
        Self {
            offer: device.controls().cloned(),
            panel: None,
            watch: None,
            is_lit: false,
        }
    }

    fn panel(&mut self) -> Option<&mut Panel> {
        if self.panel.is_none() {
            match self.offer.as_ref()?.access().open() {
                Ok(panel) => self.panel = Some(panel),
                Err(error) => gst::info!(CAT, "its controls cannot be opened: {error}"),
            }
        }
        self.panel.as_mut()
    }

    /// What is set at present; nothing for a device without controls.
    fn read(&mut self) -> Settings {
        self.panel()
            .map(|panel| panel.settings())
            .unwrap_or_default()
    }

    fn set(&mut self, wanted: &[(Property, Setting)]) -> Result<(), Refusal> {
        let Some(panel) = self.panel() else {
            return Ok(());
        };
        panel.set(wanted)?;
        self.is_lit |= wanted.contains(&(Property::Torch, Setting::Boolean(true)));
        Ok(())
    }

    /// Nobody is left.
    pub fn close(&mut self) {
        self.watch = None;
        if let Some(mut panel) = self.panel.take()
            && std::mem::take(&mut self.is_lit)
        {
            panel.put_out();
        }
    }
}

/// Gives `settings` the values that the camera has.
fn overlay(settings: &mut Settings, present: &Settings) {
    for (property, setting) in present.iter() {
        settings.set(property, setting.clone());
    }
}

impl Worker {
    /// The present values, so that what nobody asks anything of stays.
    pub fn read_controls(&mut self) {
        let present = self.controls.read();
        self.modes.set_present(&present);
    }

    /// Sets what a proposal asks for, and has it say what the camera made of it: a value that an
    /// automatic mode decides is only informative (#198).
    ///
    /// # Errors
    ///
    /// The driver refuses one; all are as they were.
    pub fn set_controls(&mut self, proposal: &mut Proposal) -> Result<(), CaptureError> {
        let present = self.controls.read();
        let first = proposal.choice.outcomes.first();
        let wanted = first.map(|outcome| outcome.settings.clone());
        let wanted = wanted.unwrap_or_default();
        let different: Vec<(Property, Setting)> = present
            .iter()
            .filter(|(property, _)| proposal.roster.asks_value_of(*property))
            .filter_map(|(property, now)| {
                let wanted = wanted.get(property).filter(|wanted| *wanted != now)?;
                Some((property, wanted.clone()))
            })
            .collect();
        if different.is_empty() {
            proposal.choice.overlay(&present);
            return Ok(());
        }
        let set = self.controls.set(&different);
        proposal.choice.overlay(&self.controls.read());
        set.map_err(|refusal| {
            let label = &self.shared.device.label;
            CaptureError::new(ErrorKind::Failed, label, refusal.to_string())
        })
    }

    /// The same for a device that was just opened. Its first track gets it as it is: what could
    /// not be set was but a wish.
    ///
    /// # Errors
    ///
    /// As [`Self::set_controls`], when a track that lived before asked.
    pub fn set_controls_opened(&mut self, proposal: &mut Proposal) -> Result<(), CaptureError> {
        let may_fail = self.roster.members.is_empty() || matches!(proposal.reply, Reply::Nobody);
        match self.set_controls(proposal) {
            Err(error) if may_fail => {
                gst::warning!(CAT, "{error}");
                Ok(())
            }
            result => result,
        }
    }

    /// Hears of what others set from now on.
    pub fn watch_controls(&mut self) {
        let Some(offer) = self.controls.offer.clone() else {
            return;
        };
        if self.controls.watch.is_some() {
            return;
        }
        let readable = offer.readable().iter().copied();
        // That one is a switch.
        let ids: Vec<Id> = readable.filter(|id| *id != Id::Privacy).collect();
        let messages = self.shared.messages.clone();
        let tell = Box::new(move |_: &[(Id, i32)]| drop(messages.send(Message::Controls)));
        self.controls.watch = Watch::begin(offer.access(), &ids, None, tell);
    }

    /// Somebody may have set a control.
    pub fn controls_changed(&mut self) {
        if !matches!(self.phase, Phase::Running | Phase::Released) {
            // Read when it is open.
            return;
        }
        let present = self.controls.read();
        if let Some(choice) = &mut self.choice {
            choice.overlay(&present);
        }
        let mut told = false;
        for member in &mut self.roster.members {
            let before = member.settings.clone();
            overlay(&mut member.settings, &present);
            if member.settings == before {
                continue;
            }
            self.serial += u64::from(!told);
            told = true;
            let settled = Settled {
                settings: member.settings.clone(),
                serial: self.serial,
            };
            member.listener.settings(settled, true);
        }
    }
}

impl super::solve::Choice {
    /// Gives every track the values that the camera has.
    fn overlay(&mut self, present: &Settings) {
        for outcome in &mut self.outcomes {
            overlay(&mut outcome.settings, present);
            overlay(&mut outcome.target.settings, present);
        }
    }
}
