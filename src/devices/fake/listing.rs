//! What the provider has listed, and the steps from there to what it is to list.

use std::collections::VecDeque;
use std::sync::Arc;

use super::FakeMediaDevice;
use super::device::Unit;

/// One device, under the object that stands for it at present.
#[derive(Debug)]
pub(super) struct Entry {
    pub unit: Arc<Unit>,
    pub face: FakeMediaDevice,
    /// What was announced, and how often it had been unplugged by then.
    announced: Option<(FakeMediaDevice, u32)>,
}

impl Entry {
    pub fn new(unit: Arc<Unit>, face: FakeMediaDevice) -> Self {
        Self {
            unit,
            face,
            announced: None,
        }
    }

    /// What is to be announced.
    fn wanted(&self) -> Option<(FakeMediaDevice, u32)> {
        let script = self.unit.fault().lock();
        let plugged = !script.faults.unplugged;
        plugged.then(|| (self.face.clone(), script.plugs))
    }
}

/// One thing to be announced.
#[derive(Debug)]
pub(super) enum Step {
    Add(FakeMediaDevice),
    Remove(FakeMediaDevice),
    Replace {
        old: FakeMediaDevice,
        new: FakeMediaDevice,
    },
}

/// Announcements are decided under the lock around this and made outside, one by one in this order by whoever
/// finds that nobody else does.
#[derive(Debug, Default)]
pub(super) struct Listing {
    pub entries: Vec<Entry>,
    /// Whether somebody is told.
    is_started: bool,
    steps: VecDeque<Step>,
    is_telling: bool,
}

impl Listing {
    pub fn start(&mut self) {
        self.is_started = true;
    }

    /// The base class forgets what was announced. That is given back: no object goes under the lock.
    pub fn stop(&mut self) -> Vec<FakeMediaDevice> {
        self.is_started = false;
        let announced = self.entries.iter_mut().filter_map(|e| e.announced.take());
        announced.map(|(face, _)| face).collect()
    }

    pub fn is_started(&self) -> bool {
        self.is_started
    }

    /// Decides what is to be announced: first all that leave, as after a reset of the bus.
    pub fn compare(&mut self) {
        if !self.is_started {
            return;
        }
        for entry in &mut self.entries {
            let wanted = entry.wanted();
            let plugs = wanted.map(|(_, plugs)| plugs);
            if let Some((old, _)) = entry.announced.take_if(|(_, of)| plugs != Some(*of)) {
                self.steps.push_back(Step::Remove(old));
            }
        }
        for entry in &mut self.entries {
            let Some((new, plugs)) = entry.wanted() else {
                continue;
            };
            match entry.announced.replace((new.clone(), plugs)) {
                None => self.steps.push_back(Step::Add(new)),
                Some((old, _)) if old != new => self.steps.push_back(Step::Replace { old, new }),
                Some(_) => {}
            }
        }
    }

    /// The next announcement for one who is telling already (`goes_on`), or who would begin to.
    pub fn next(&mut self, goes_on: bool) -> Option<Step> {
        if self.is_telling && !goes_on {
            return None;
        }
        let step = self.steps.pop_front();
        self.is_telling = step.is_some();
        step
    }
}
