//! What applications read: structures of types that every binding has.

use gstmediastream::caps::structure;
use gstmediastream::model::constraints::{
    BooleanOrText, Capabilities, Capability, Overconstrained, Property, Setting, Settings,
};

fn number(min: f64, max: f64, step: Option<f64>) -> Capability {
    Capability::Number { min, max, step }
}

#[test]
fn settings_have_the_specification_s_names_and_plain_types() {
    gst::init().unwrap();
    let settings = Settings::new()
        .with(Property::DeviceId, Setting::Text("cam".into()))
        .with(Property::Width, Setting::Integer(640))
        .with(Property::FrameRate, Setting::Double(30.0))
        .with(Property::Torch, Setting::Boolean(false))
        .with(
            Property::PointsOfInterest,
            Setting::Points(vec![(0.25, 0.5)]),
        );
    let structure = structure::settings(&settings);
    assert_eq!(structure.name(), "settings");
    assert_eq!(structure.n_fields(), 5);
    assert_eq!(structure.get::<&str>("deviceId"), Ok("cam"));
    assert_eq!(structure.get::<u32>("width"), Ok(640));
    assert_eq!(structure.get::<f64>("frameRate"), Ok(30.0));
    assert_eq!(structure.get::<bool>("torch"), Ok(false));
    let points = structure.get::<gst::Array>("pointsOfInterest").unwrap();
    let point = points[0].get::<gst::Structure>().unwrap();
    assert_eq!(
        (point.get::<f64>("x"), point.get::<f64>("y")),
        (Ok(0.25), Ok(0.5))
    );
}

#[test]
fn ranges_are_structures_and_lists_are_arrays() {
    gst::init().unwrap();
    let capabilities = Capabilities::new()
        .with(Property::DeviceId, Capability::Text("cam".into()))
        .with(Property::Width, number(1.0, 1920.0, None))
        .with(Property::FrameRate, number(0.0, 60.0, None))
        .with(Property::Zoom, number(1.0, 4.0, Some(0.5)))
        .with(
            Property::ResizeMode,
            Capability::Texts(vec!["none".into(), "crop-and-scale".into()]),
        )
        .with(Property::AutoGainControl, Capability::Booleans(vec![false]))
        .with(
            Property::EchoCancellation,
            Capability::BooleansOrTexts(vec![
                BooleanOrText::Boolean(true),
                BooleanOrText::Text("all".into()),
            ]),
        );
    let structure = structure::capabilities(&capabilities);
    assert_eq!(structure.n_fields(), 7);
    assert_eq!(structure.get::<&str>("deviceId"), Ok("cam"));
    let range = |name: &str| structure.get::<gst::Structure>(name).unwrap();
    assert_eq!(range("width").get::<u32>("min"), Ok(1));
    assert_eq!(range("width").get::<u32>("max"), Ok(1920));
    assert!(!range("width").has_field("step"));
    assert_eq!(range("frameRate").get::<f64>("min"), Ok(0.0));
    assert_eq!(range("frameRate").get::<f64>("max"), Ok(60.0));
    assert_eq!(range("zoom").get::<f64>("step"), Ok(0.5));
    let list = |name: &str| structure.get::<gst::Array>(name).unwrap();
    let modes: Vec<_> = list("resizeMode")
        .iter()
        .map(|v| v.get::<String>().unwrap())
        .collect();
    assert_eq!(modes, ["none", "crop-and-scale"]);
    assert_eq!(list("autoGainControl")[0].get::<bool>(), Ok(false));
    // Arrays are of one type, so that beside strings booleans are strings.
    assert_eq!(list("echoCancellation")[0].get::<&str>(), Ok("true"));
    assert_eq!(list("echoCancellation")[1].get::<&str>(), Ok("all"));
}

#[test]
fn no_value_is_of_a_type_that_bindings_cannot_read() {
    gst::init().unwrap();
    let capabilities = Property::ALL
        .iter()
        .fold(Capabilities::new(), |all, &property| {
            all.with(property, number(1.0, 2.0, Some(1.0)))
        });
    let text = structure::capabilities(&capabilities).to_string();
    for forbidden in ["[ ", "(fraction)", "{ "] {
        assert!(!text.contains(forbidden), "{forbidden} in {text}");
    }
}

#[test]
fn an_overconstrained_error_tells_what_was_wanted_and_what_there_is() {
    gst::init().unwrap();
    let error = Overconstrained {
        constraint: Some(Property::Width),
        wanted: r#"{"exact":4000}"#.to_owned(),
        nearest: Some(Setting::Integer(1920)),
        message: "no camera is that wide".to_owned(),
    };
    let structure = structure::overconstrained(&error);
    assert_eq!(structure.name(), "error");
    assert_eq!(structure.get::<&str>("name"), Ok("OverconstrainedError"));
    assert_eq!(
        structure.get::<&str>("message"),
        Ok("no camera is that wide")
    );
    assert_eq!(structure.get::<&str>("constraint"), Ok("width"));
    assert_eq!(structure.get::<&str>("wanted"), Ok(r#"{"exact":4000}"#));
    assert_eq!(structure.get::<u32>("nearest"), Ok(1920));

    let nobody = Overconstrained {
        constraint: None,
        nearest: None,
        ..error
    };
    let structure = structure::overconstrained(&nobody);
    assert_eq!(structure.get::<&str>("constraint"), Ok(""));
    assert!(!structure.has_field("nearest"));
}

#[test]
fn supported_constraints_are_the_honoured_ones() {
    gst::init().unwrap();
    let structure = structure::supported_constraints();
    assert_eq!(structure.get::<bool>("width"), Ok(true));
    for property in Property::ALL {
        let honoured = gstmediastream::model::constraints::supported().any(|p| p == *property);
        assert_eq!(structure.has_field(property.name()), honoured, "{property}");
    }
}
