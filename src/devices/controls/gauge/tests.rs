use super::super::control::Item;
use super::*;

fn menu_of(id: Id, lines: &[i32]) -> Control {
    let items = lines.iter().map(|index| Item {
        index: *index,
        number: None,
    });
    Control {
        items: items.collect(),
        ..Control::range(id, 0, 9, 1)
    }
}

fn numbers_of(id: Id, numbers: &[i64]) -> Control {
    let items = numbers.iter().enumerate().map(|(at, number)| Item {
        index: at as i32,
        number: Some(*number),
    });
    Control {
        items: items.collect(),
        ..Control::range(id, 0, numbers.len() as i32 - 1, 1)
    }
}

fn range(min: f64, max: f64, step: f64) -> Option<Capability> {
    let step = Some(step);
    Some(Capability::Number { min, max, step })
}

/// What `property` can be on `control`, what each of `values` is, and whether that is written as
/// the same value.
#[track_caller]
fn check(property: Property, control: &Control, can: Option<Capability>, values: &[(i32, f64)]) {
    let gauge = Gauge::of(property).expect("it has a control");
    assert_eq!(gauge.capability(control, false), can);
    for (value, number) in values {
        let setting = Setting::Double(*number);
        assert_eq!(gauge.setting(control, *value), setting, "{value}");
        assert_eq!(gauge.value(control, &setting), Some(*value), "{number}");
    }
}

#[test]
fn units_of_a_hundred_microseconds_stay_as_they_are() {
    let control = Control::range(Id::ExposureTime, 3, 2047, 1);
    let can = range(3.0, 2047.0, 1.0);
    check(Property::ExposureTime, &control, can, &[(156, 156.0)]);
}

#[test]
fn the_smallest_zoom_is_ratio_one() {
    let control = Control::range(Id::Zoom, 100, 400, 10);
    let values = [(100, 1.0), (130, 1.3), (400, 4.0)];
    check(Property::Zoom, &control, range(1.0, 4.0, 0.1), &values);
    let unknown = Control::range(Id::Zoom, 0, 16_384, 1);
    let can = range(0.0, 16_384.0, 1.0);
    check(Property::Zoom, &unknown, can, &[(7, 7.0)]);
}

#[test]
fn what_focuses_nearer_is_a_smaller_distance() {
    let control = Control::range(Id::Focus, 0, 250, 5);
    let values = [(0, 250.0), (250, 0.0), (50, 200.0)];
    let can = range(0.0, 250.0, 5.0);
    check(Property::FocusDistance, &control, can, &values);
}

/// #188
#[test]
fn nothing_turns_by_more_than_half_a_turn() {
    let control = Control::range(Id::Pan, -700_000, 700_000, 3600);
    let can = range(-648_000.0, 648_000.0, 3600.0);
    check(
        Property::Pan,
        &control,
        can.clone(),
        &[(-41_200, -41_200.0)],
    );
    let gauge = Gauge::of(Property::Pan).expect("it has a control");
    let beyond = gauge.setting(&control, 700_000);
    assert_eq!(beyond, Setting::Double(648_000.0));
    let tilt = Control::range(Id::Tilt, -700_000, 0, 3600);
    check(Property::Tilt, &tilt, range(-648_000.0, 0.0, 3600.0), &[]);
}

#[test]
fn menus_of_thousandths_are_numbers() {
    let bias = numbers_of(Id::ExposureBias, &[-2000, -1000, 0, 1000, 2000]);
    let can = range(-2.0, 2.0, 1.0);
    check(
        Property::ExposureCompensation,
        &bias,
        can,
        &[(0, -2.0), (3, 1.0)],
    );
    let iso = numbers_of(Id::Iso, &[100_000, 200_000, 400_000]);
    let can = Some(Capability::Number {
        min: 100.0,
        max: 400.0,
        step: None,
    });
    check(Property::Iso, &iso, can, &[(1, 200.0)]);
    let names_only = menu_of(Id::Iso, &[0, 1]);
    check(Property::Iso, &names_only, None, &[]);
}

fn modes(property: Property, control: &Control, has_button: bool) -> Vec<String> {
    let gauge = Gauge::of(property).expect("it has a control");
    match gauge.capability(control, has_button) {
        Some(Capability::Texts(modes)) => modes,
        other => panic!("{other:?}"),
    }
}

#[test]
fn automatic_exposure_is_what_the_camera_has_of_it() {
    let gauge = Gauge::of(Property::ExposureMode).expect("it has a control");
    for (lines, automatic) in [(&[1, 3][..], 3), (&[0, 1, 2, 3], 0)] {
        let control = menu_of(Id::AutoExposure, lines);
        let continuous = Setting::Text(CONTINUOUS.into());
        let manual = Setting::Text(MANUAL.into());
        assert_eq!(
            modes(Property::ExposureMode, &control, false),
            [MANUAL, CONTINUOUS]
        );
        assert_eq!(gauge.value(&control, &continuous), Some(automatic));
        assert_eq!(gauge.value(&control, &manual), Some(1));
        assert_eq!(gauge.setting(&control, 3), continuous);
        assert_eq!(gauge.setting(&control, 2), manual, "the time is ours");
    }
    let only_manual = menu_of(Id::AutoExposure, &[1]);
    assert_eq!(modes(Property::ExposureMode, &only_manual, false), [MANUAL]);
}

#[test]
fn a_button_is_a_single_shot() {
    let control = Control::range(Id::AutoFocus, 0, 1, 1);
    assert_eq!(
        modes(Property::FocusMode, &control, true),
        [MANUAL, SINGLE_SHOT, CONTINUOUS]
    );
    assert_eq!(
        modes(Property::FocusMode, &control, false),
        [MANUAL, CONTINUOUS]
    );
}

#[test]
fn a_torch_needs_a_lamp_that_stays_on() {
    let gauge = Gauge::of(Property::Torch).expect("it has a control");
    let flash = menu_of(Id::Light, &[0, 1]);
    assert_eq!(gauge.capability(&flash, false), None);
    let torch = menu_of(Id::Light, &[0, 2]);
    let can = Some(Capability::Booleans(vec![false, true]));
    assert_eq!(gauge.capability(&torch, false), can);
    assert_eq!(gauge.value(&torch, &Setting::Boolean(true)), Some(2));
    assert_eq!(gauge.setting(&torch, 1), Setting::Boolean(false));
}

#[test]
fn what_cannot_be_set_is_no_capability() {
    let gauge = Gauge::of(Property::Zoom).expect("it has a control");
    let control = Control {
        is_writable: false,
        ..Control::range(Id::Zoom, 1, 2, 1)
    };
    assert_eq!(gauge.capability(&control, false), None);
}

#[test]
fn modes_are_written_before_values() {
    let is_mode = |p: &Property| matches!(Gauge::of(*p), Some(Gauge::Mode { .. }));
    assert!(ORDER.is_sorted_by_key(|p| !is_mode(p)));
    let others = Property::ALL.iter().filter(|p| !ORDER.contains(p));
    assert!(others.into_iter().all(|p| Gauge::of(*p).is_none()));
}
