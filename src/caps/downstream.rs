//! A consumer's caps to constraints that have to be met.
//!
//! A consumer that takes several things gives several alternatives, each of which is a conjunction: any
//! one of them has to be met. Structures of the caps are alternatives, and so are the members of
//! lists of sizes and rates, which a constraint set cannot express in one member.

use crate::caps::read::{DeviceMode, is_system_memory};
use crate::caps::{MediaType, field, format};
use crate::model::constraints::{Alternative, ConstraintSet, Kind};

mod required;

/// More alternatives than this are not looked at; the widest encoders have some 40.
const BRANCHES: usize = 128;

/// The raw format that decoders of cameras' coded types usually give.
const DECODED: &str = "I420";

/// The consumer's caps taken apart: one structure each, in the consumer's order, with one value
/// or range of every size and rate.
///
/// The index is that of [`alternatives`], so that what was selected can be looked up here and given
/// to [`write::output`](crate::caps::write::output). ANY caps are one branch, `ANY`; caps with
/// nothing for this kind of track are one branch, `EMPTY`, which no mode reaches.
pub fn branches(caps: &gst::CapsRef, kind: Kind) -> Vec<gst::Caps> {
    if caps.is_any() {
        return vec![gst::Caps::new_any()];
    }
    let fields: &[&str] = match kind {
        Kind::Video => &["width", "height", "framerate", "max-framerate"],
        Kind::Audio => &["rate", "channels"],
    };
    let mut branches = Vec::new();
    for (structure, features) in caps.iter_with_features() {
        if !is_of(kind, structure) {
            continue;
        }
        for structure in split(structure, fields, BRANCHES.saturating_sub(branches.len())) {
            let mut branch = gst::Caps::new_empty();
            branch
                .make_mut()
                .append_structure_full(structure, Some(features.to_owned()));
            branches.push(branch);
        }
    }
    if branches.is_empty() {
        branches.push(gst::Caps::new_empty());
    }
    branches
}

/// What the consumer's caps add to a request, one alternative per [branch](branches).
///
/// Sizes and rates become required constraints; the media type, the format and the memory decide
/// which modes reach the alternative and at what cost: 0 as delivered, then conversion by loss, then
/// decoding (where `can_decode` the type). Coded frames reach a consumer only if it names their
/// type, and only as they are (`resizeMode` `none`).
pub fn alternatives(
    caps: &gst::CapsRef,
    modes: &[DeviceMode],
    kind: Kind,
    can_decode: &dyn Fn(&MediaType) -> bool,
) -> Vec<Alternative> {
    let reach = Reach {
        kind,
        decodable: decodable(modes, can_decode),
    };
    branches(caps, kind)
        .iter()
        .map(|branch| reach.alternative(branch, modes))
        .collect()
}

/// Asks once per media type: the answer may take a walk through the registry.
fn decodable(modes: &[DeviceMode], can_decode: &dyn Fn(&MediaType) -> bool) -> Vec<MediaType> {
    let mut types: Vec<MediaType> = Vec::new();
    for mode in modes {
        if !mode.media_type.is_raw() && !types.contains(&mode.media_type) {
            types.push(mode.media_type.clone());
        }
    }
    types.retain(|media_type| can_decode(media_type));
    types
}

fn is_of(kind: Kind, structure: &gst::StructureRef) -> bool {
    let name = structure.name();
    match kind {
        Kind::Audio => name.starts_with("audio/"),
        Kind::Video => name.starts_with("video/") || name.starts_with("image/"),
    }
}

/// The product of the lists in `fields`, at most `room` structures.
fn split(structure: &gst::StructureRef, fields: &[&str], room: usize) -> Vec<gst::Structure> {
    let mut found = vec![structure.to_owned()];
    for &name in fields {
        let Ok(value) = structure.value(name) else {
            continue;
        };
        let mut members = Vec::new();
        field::leaves(value, field::DEPTH, &mut |member| {
            members.push(member.clone())
        });
        found = found
            .into_iter()
            .flat_map(|structure| {
                members.iter().map(move |member| {
                    let mut structure = structure.clone();
                    structure.set_value(name, member.clone());
                    structure
                })
            })
            .take(room)
            .collect();
    }
    found.truncate(room);
    found
}

/// What can be brought to a consumer, and how.
struct Reach {
    kind: Kind,
    decodable: Vec<MediaType>,
}

impl Reach {
    fn alternative(&self, branch: &gst::CapsRef, modes: &[DeviceMode]) -> Alternative {
        let unreachable = Alternative {
            required: ConstraintSet::default(),
            cost: vec![None; modes.len()],
        };
        if branch.is_any() {
            let cost = modes.iter().map(|mode| self.raw(mode, None)).collect();
            return Alternative {
                cost,
                ..unreachable
            };
        }
        let (Some(structure), Some(features)) = (branch.structure(0), branch.features(0)) else {
            return unreachable;
        };
        let Some(mut required) = required::constraints(structure, self.kind) else {
            return unreachable;
        };
        let is_raw = MediaType::from_structure(structure).is_raw();
        let converts = is_raw && is_system_memory(features);
        if converts && self.kind == Kind::Audio {
            required::leave_to_the_consumer(&mut required, structure, modes);
        }
        if !converts && self.kind == Kind::Video {
            required::as_delivered(&mut required);
        }
        let wanted = field::texts(structure, "format");
        let mut known: Vec<(&DeviceMode, Option<u32>)> = Vec::new();
        let cost = |mode| {
            if converts {
                self.converted(structure, wanted.as_deref(), mode)
            } else {
                passed(structure, features, mode)
            }
        };
        let mut costs = Vec::with_capacity(modes.len());
        for mode in modes {
            // Modes of one format list differ in nothing that is asked here but their size.
            let last = known
                .iter()
                .rev()
                .find(|(other, _)| converts && is_alike(other, mode));
            let cost = match last {
                Some((_, cost)) => *cost,
                None => {
                    let cost = cost(mode);
                    known.push((mode, cost));
                    cost
                }
            };
            costs.push(cost);
        }
        Alternative {
            required,
            cost: costs,
        }
    }

    /// The cost of `mode` for a consumer that takes raw frames in system memory.
    fn converted(
        &self,
        structure: &gst::StructureRef,
        wanted: Option<&[String]>,
        mode: &DeviceMode,
    ) -> Option<u32> {
        let is_raw = mode.media_type.is_raw();
        if is_raw && mode.structure.name() != structure.name() {
            return None;
        }
        if self.kind == Kind::Video && !scan_meets(&mode.structure, structure) {
            return None;
        }
        self.raw(mode, wanted)
    }

    fn raw(&self, mode: &DeviceMode, wanted: Option<&[String]>) -> Option<u32> {
        if !mode.is_system_memory() {
            return None;
        }
        let loss = |from: &str| match wanted {
            None => Some(0),
            Some(wanted) => wanted
                .iter()
                .map(|to| format::conversion_cost(self.kind, from, to))
                .min(),
        };
        if !mode.media_type.is_raw() {
            let decoded = self.decodable.contains(&mode.media_type);
            return decoded
                .then(|| loss(DECODED))
                .flatten()
                .map(|loss| loss + mode.media_type.decode_cost());
        }
        if mode.formats.is_empty() {
            // The device converts by itself.
            return wanted.is_none_or(|wanted| !wanted.is_empty()).then_some(0);
        }
        mode.formats.iter().filter_map(|from| loss(from)).min()
    }
}

/// The cost of `mode` for a consumer of coded frames, or of frames in a memory that we cannot
/// read: nothing if the device delivers just that, else it cannot be had.
fn passed(
    structure: &gst::StructureRef,
    features: &gst::CapsFeaturesRef,
    mode: &DeviceMode,
) -> Option<u32> {
    let same_memory = features.is_any()
        || mode.features.is_equal(features)
        || (is_system_memory(features) && mode.is_system_memory());
    (same_memory && field::all_meet(&mode.structure, structure)).then_some(0)
}

/// Nothing here deinterlaces. Structures without the field are progressive.
fn scan_meets(mode: &gst::StructureRef, consumer: &gst::StructureRef) -> bool {
    let mut delivered = mode.to_owned();
    if !delivered.has_field("interlace-mode") {
        delivered.set("interlace-mode", "progressive");
    }
    field::meet(&delivered, consumer, "interlace-mode")
}

fn is_alike(a: &DeviceMode, b: &DeviceMode) -> bool {
    a.media_type == b.media_type
        && a.formats == b.formats
        && a.is_system_memory() == b.is_system_memory()
        && field::same(&a.structure, &b.structure, "interlace-mode")
}
