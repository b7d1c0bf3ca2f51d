//! Weighing all modes of several devices together: which device serves a request best.

use crate::capture::{self, CaptureError, ErrorKind, Modes, OpenError, kind_of};
use crate::media::CAT;
use crate::model::constraints::{
    Alternative, Bare, Candidate, ConstraintSet, Defaults, Overconstrained, Property, Request,
    Selection, Setting, Settings, TrackConstraints, fitness_distance, select_settings,
};

/// SelectSettings over all modes of all devices: the index of the device that wins.
pub(super) fn choose(
    devices: &[Modes],
    constraints: &TrackConstraints,
    consumer: Option<&gst::Caps>,
) -> Result<usize, OpenError> {
    let any = gst::Caps::new_any();
    let caps = consumer.unwrap_or(&any);
    let all = Candidates::of(devices, |modes| modes.alternatives(caps).1);
    if all.candidates.is_empty() {
        // Listed, but its formats could not be read: it is busy. Opening it says so.
        return (!devices.is_empty()).then_some(0).ok_or_else(|| {
            CaptureError::new(ErrorKind::NotFound, "", "none of the devices is left").into()
        });
    }
    if all
        .alternatives
        .iter()
        .all(|a| a.cost.iter().all(Option::is_none))
    {
        return Err(missing_decoder(devices, constraints, caps)
            .map_or_else(|| all.unreachable(devices, caps), OpenError::Capture));
    }
    if let Some(unreadable) = unreadable(devices, constraints) {
        return Ok(unreadable);
    }
    match all.select(constraints) {
        Ok(selection) => {
            gst::info!(CAT, "{}{}", selection.report, whose(devices));
            Ok(all.owner(&selection))
        }
        Err(error) => Err(missing_decoder(devices, constraints, caps)
            .map_or(OpenError::Overconstrained(error), OpenError::Capture)),
    }
}

/// The device that is required by its id, if none of its formats could be read: opening it says so, and not
/// that another one is nearest.
fn unreadable(devices: &[Modes], constraints: &TrackConstraints) -> Option<usize> {
    let required = constraints.basic.get(Property::DeviceId)?.required_part()?;
    let mut only = ConstraintSet::new();
    only.set(Property::DeviceId, required).ok()?;
    devices.iter().position(|modes| {
        let mut settings = Settings::default();
        let id = Setting::Text(modes.device.id.clone());
        settings.set(Property::DeviceId, id);
        modes.candidates.is_empty()
            && kind_of(&modes.device).is_some_and(|kind| {
                fitness_distance(&settings, &only, kind, Bare::Ideal).is_finite()
            })
    })
}

/// Which candidates of a report are whose.
fn whose(devices: &[Modes]) -> String {
    let mut text = String::new();
    let mut first = 0;
    for modes in devices.iter().filter(|modes| !modes.candidates.is_empty()) {
        let next = first + modes.candidates.len();
        text += &format!(
            "\n  {first} to {} are of \"{}\"",
            next - 1,
            modes.device.label
        );
        first = next;
    }
    text
}

/// Whether a decoder that is not installed is all that is in the way.
fn missing_decoder(
    devices: &[Modes],
    constraints: &TrackConstraints,
    caps: &gst::Caps,
) -> Option<CaptureError> {
    let all = Candidates::of(devices, |modes| modes.alternatives_with_all_decoders(caps));
    let selection = all.select(constraints).ok()?;
    let modes = devices.get(all.owner(&selection))?;
    let first = all
        .owners
        .iter()
        .position(|owner| *owner == all.owner(&selection))?;
    let entry = modes.entries.get(selection.candidate - first)?;
    let coded = gst::Caps::new_empty_simple(entry.mode.structure.name());
    Some(CaptureError::missing_decoder(&modes.device.label, &coded))
}

/// The modes of several devices in one list.
struct Candidates {
    candidates: Vec<Candidate>,
    alternatives: Vec<Alternative>,
    /// Index by index: whose mode it is.
    owners: Vec<usize>,
}

impl Candidates {
    fn of(devices: &[Modes], alternatives_of: impl Fn(&Modes) -> Vec<Alternative>) -> Self {
        let mut all = Self {
            candidates: Vec::new(),
            alternatives: Vec::new(),
            owners: Vec::new(),
        };
        for (index, modes) in devices.iter().enumerate() {
            let of_device = alternatives_of(modes);
            // The same caps come apart the same way for every device: costs add up by index.
            for (sum, own) in all.alternatives.iter_mut().zip(&of_device) {
                sum.cost.extend(own.cost.iter().copied());
            }
            if index == 0 {
                all.alternatives = of_device;
            }
            all.candidates.extend(modes.candidates.iter().cloned());
            all.owners.resize(all.candidates.len(), index);
        }
        all
    }

    fn select(&self, constraints: &TrackConstraints) -> Result<Selection, Overconstrained> {
        let request = Request {
            constraints,
            alternatives: &self.alternatives,
        };
        select_settings(&self.candidates, &request, &Defaults::default())
            .map_err(capture::explain_processing)
    }

    /// Nothing that the devices give can be made into what the consumer takes.
    fn unreachable(&self, devices: &[Modes], consumer: &gst::Caps) -> OpenError {
        let entries = devices.iter().flat_map(|modes| &modes.entries);
        let mut given: Vec<&str> = entries.map(|e| e.mode.structure.name().as_str()).collect();
        given.sort_unstable();
        given.dedup();
        let given = given.join(", ");
        OpenError::Overconstrained(Overconstrained {
            constraint: None,
            wanted: consumer.to_string(),
            nearest: None,
            message: format!(
                "the consumer takes {consumer} only, and no device gives that: they give {given}; \
                 put an encoder or a converter behind"
            ),
        })
    }

    fn owner(&self, selection: &Selection) -> usize {
        self.owners
            .get(selection.candidate)
            .copied()
            .unwrap_or_default()
    }
}
