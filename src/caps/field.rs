//! One field of a caps structure, whatever shape it has: value, range, list, lists in lists.

use gst::prelude::*;

use crate::caps::text;
use crate::model::constraints::{Rate, RateSpan, Span};

/// Lists in caps do not nest deeper than this; what does is junk.
pub(super) const DEPTH: usize = 8;

/// The numbers a field allows. `None`: the field is absent. Empty: nothing in it is a positive
/// number, so the structure describes nothing (0x0 sizes, wrong types).
pub(super) fn numbers(structure: &gst::StructureRef, name: &str) -> Option<Vec<Span<u32>>> {
    let value = structure.value(name).ok()?;
    let mut spans = Vec::new();
    leaves(value, DEPTH, &mut |leaf| spans.extend(number(leaf)));
    Some(spans)
}

/// The frame rates a field allows; what holds no positive rate is left out. `None`: the field is absent.
pub(super) fn rates(structure: &gst::StructureRef, name: &str) -> Option<Vec<RateSpan>> {
    let value = structure.value(name).ok()?;
    let mut spans = Vec::new();
    leaves(value, DEPTH, &mut |leaf| spans.extend(rate(leaf)));
    Some(spans)
}

/// The strings a field allows. `None`: the field is absent.
pub(super) fn texts(structure: &gst::StructureRef, name: &str) -> Option<Vec<String>> {
    let value = structure.value(name).ok()?;
    let mut texts = Vec::new();
    leaves(value, DEPTH, &mut |leaf| {
        texts.extend(text::read(leaf).filter(|text| !texts.contains(text)));
    });
    Some(texts)
}

/// Whether two structures allow a common value of one field; an absent field allows every value.
///
/// Member by member: GStreamer 1.22 itself compares lists as if all members were of the first one's
/// type, and crashes over `{ 1, [ 2, 3 ] }` beside `{ [ 2, 3 ], 1 }`.
pub(super) fn meet(a: &gst::StructureRef, b: &gst::StructureRef, name: &str) -> bool {
    let (Ok(a), Ok(b)) = (a.value(name), b.value(name)) else {
        return true;
    };
    let mut members = Vec::new();
    leaves(a, DEPTH, &mut |leaf| members.push(one(name, leaf)));
    let mut found = false;
    leaves(b, DEPTH, &mut |leaf| {
        let theirs = one(name, leaf);
        found = found || members.iter().any(|ours| ours.can_intersect(&theirs));
    });
    found
}

/// Whether two structures have the name in common and a value of every field.
pub(super) fn all_meet(a: &gst::StructureRef, b: &gst::StructureRef) -> bool {
    a.name() == b.name() && a.fields().all(|name| meet(a, b, name))
}

/// Whether `structure` allows this value of one field; an absent field allows every value.
pub(super) fn takes(
    structure: &gst::StructureRef,
    name: &str,
    value: impl Into<gst::glib::Value> + Send,
) -> bool {
    let mut ours = gst::Structure::new_empty("field");
    ours.set(name, value);
    meet(&ours, structure, name)
}

/// Whether one field is written the same in two structures, or absent in both.
pub(super) fn same(a: &gst::StructureRef, b: &gst::StructureRef, name: &str) -> bool {
    match (a.value(name), b.value(name)) {
        (Ok(a), Ok(b)) => one(name, a).to_string() == one(name, b).to_string(),
        (Err(_), Err(_)) => true,
        _ => false,
    }
}

/// Whether some field allows no value at all, as an empty list does; nothing fits such a structure.
pub(super) fn any_impossible(structure: &gst::StructureRef) -> bool {
    structure.iter().any(|(_, value)| {
        let mut is_possible = false;
        leaves(value, DEPTH, &mut |_| is_possible = true);
        !is_possible
    })
}

/// Whether a field is there and holds one value.
pub(super) fn is_fixed(structure: &gst::StructureRef, name: &str) -> bool {
    structure.value(name).is_ok_and(|value| {
        let mut caps = gst::Caps::new_empty();
        caps.make_mut().append_structure(one(name, value));
        caps.is_fixed()
    })
}

fn one(name: &str, value: &gst::glib::SendValue) -> gst::Structure {
    let mut structure = gst::Structure::new_empty("field");
    structure.set_value(name, value.clone());
    structure
}

/// Whether a range is one from nothing to nothing, which is what GStreamer makes of `[ 5, 3 ]` and of an end that no
/// number of steps leads to. The bindings panic over it, so it is asked as text: `[ 0, 0 ]`.
fn is_void(value: &gst::glib::SendValue) -> bool {
    let is_range = value.is::<gst::IntRange<i32>>() || value.is::<gst::FractionRange>();
    is_range
        && value.serialize().is_ok_and(|text| {
            let mut ends = text.split(['[', ',', ']']).skip(1).map(str::trim);
            ends.next() == ends.next()
        })
}

/// Calls `visit` with every value of the field that is not itself a list.
pub(super) fn leaves(
    value: &gst::glib::SendValue,
    depth: usize,
    visit: &mut dyn FnMut(&gst::glib::SendValue),
) {
    match value.get::<gst::ListRef>() {
        Ok(list) if depth > 0 => {
            for member in list.iter() {
                leaves(member, depth - 1, visit);
            }
        }
        Ok(_) => (),
        Err(_) if is_void(value) => (),
        Err(_) => visit(value),
    }
}

fn number(value: &gst::glib::SendValue) -> Option<Span<u32>> {
    if let Ok(number) = value.get::<i32>() {
        let number = u32::try_from(number).ok().filter(|&number| number > 0)?;
        return Some(Span {
            min: number,
            max: number,
            step: 1,
        });
    }
    let range = value.get::<gst::IntRange<i32>>().ok()?;
    let step = u32::try_from(range.step()).ok().filter(|&step| step > 0)?;
    let max = u32::try_from(range.max()).ok().filter(|&max| max > 0)?;
    // A range that starts at 0 or below starts at its first positive multiple of the step.
    let min = u32::try_from(range.min())
        .ok()
        .filter(|&min| min > 0)
        .unwrap_or(step);
    (min <= max).then_some(Span { min, max, step })
}

fn rate(value: &gst::glib::SendValue) -> Option<RateSpan> {
    if let Ok(fraction) = value.get::<gst::Fraction>() {
        let rate = positive(fraction)?;
        return Some(RateSpan {
            min: rate,
            max: rate,
        });
    }
    let range = value.get::<gst::FractionRange>().ok()?;
    let max = positive(range.max())?;
    // "From 0/1" means "no lower limit": 0/1 itself is the mark of a variable rate.
    let min = positive(range.min()).unwrap_or(if max.as_f64() < 1.0 {
        max
    } else {
        Rate {
            numerator: 1,
            denominator: 1,
        }
    });
    (min.as_f64() <= max.as_f64()).then_some(RateSpan { min, max })
}

fn positive(fraction: gst::Fraction) -> Option<Rate> {
    let numerator = u32::try_from(fraction.numer()).ok().filter(|&n| n > 0)?;
    let denominator = u32::try_from(fraction.denom()).ok().filter(|&d| d > 0)?;
    Some(Rate {
        numerator,
        denominator,
    })
}
