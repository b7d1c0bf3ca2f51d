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

    /// One that was not there, under the next number of its kind.
    pub fn add(&mut self, entry: Entry) {
        let number = self.free_number(&entry.unit);
        entry.unit.set_number(number);
        self.entries.push(entry);
    }

    /// The second one of its model.
    pub fn twin(&self, of: &Unit) -> Option<Arc<Unit>> {
        let name = |unit: &Unit| unit.model().map(|model| model.name);
        let mut units = self.entries.iter().map(|entry| &entry.unit);
        let twin = units.find(|unit| unit.is_twin() && name(unit) == name(of));
        twin.cloned()
    }

    /// Each device of this kind that is plugged in gets the number of the next one, and one that is alone a
    /// free one.
    pub fn renumber(&mut self, of: &Unit) {
        let units = self.entries.iter().map(|entry| &entry.unit);
        let numbered = units.filter(|unit| unit.is_like(of)).filter_map(|unit| {
            let script = unit.fault().lock();
            (!script.faults.unplugged).then_some((script.number, unit))
        });
        let mut numbered: Vec<_> = numbered.collect();
        numbered.sort_by_key(|(number, _)| *number);
        let mut numbers: Vec<_> = numbered.iter().map(|(number, _)| *number).collect();
        match numbers.as_mut_slice() {
            [] => {}
            [number] => *number = self.free_number(of),
            several => several.rotate_left(1),
        }
        for ((_, unit), number) in numbered.iter().zip(numbers) {
            unit.renumber(number);
        }
    }

    fn free_number(&self, of: &Unit) -> u32 {
        let units = self.entries.iter().map(|entry| &entry.unit);
        let numbers = units
            .filter(|unit| unit.is_like(of))
            .map(|unit| unit.fault().lock().number);
        numbers.max().map_or(0, |number| number.saturating_add(1))
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
