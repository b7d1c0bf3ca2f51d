//! The script of a fake device as one document: in the property, in the environment, and when it is nonsense.

// The functions beside the tests are tests as well.
#![allow(clippy::unwrap_used)]

#[path = "common/fakes.rs"]
mod fakes;

use std::env;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;

use gst::prelude::*;

const VARIABLE: &str = "GST_MEDIASTREAM_FAULTS";

/// The tests script one and the same microphone.
static TURN: Mutex<()> = Mutex::new(());

fn faults(device: &gst::Device) -> String {
    device.property("faults")
}

#[test]
fn the_property_is_what_the_actions_wrote() {
    let _turn = TURN.lock();
    let device = fakes::device("microphone-2");
    assert_eq!(faults(&device), "{}");
    device.emit_by_name::<()>("unplug-at", &[&30u32]);
    device.emit_by_name::<()>("stall-at", &[&40u32]);
    device.emit_by_name::<()>("break-at", &[&50u32]);
    device.emit_by_name::<()>("slow-down", &[&2u32]);
    device.emit_by_name::<()>("slow-start", &[&100u32]);
    device.emit_by_name::<()>("corrupt", &[&3u32]);
    device.emit_by_name::<()>("stall", &[&true]);
    device.emit_by_name::<()>("set-muted", &[&true]);
    device.emit_by_name::<()>("fail-open", &[&"NotAllowedError"]);
    device.emit_by_name::<()>("fail-once", &[&"AbortError"]);
    device.emit_by_name::<()>("hang", &[&"play"]);
    device.emit_by_name::<()>("set-timestamps", &[&"jump"]);
    device.emit_by_name::<()>("refuse-caps", &[&"audio/x-raw"]);
    device.emit_by_name::<()>("fail-control", &[&"zoom_absolute"]);
    let written = faults(&device);
    assert_eq!(
        written,
        concat!(
            r#"{"stalled":true,"muted":true,"unplugAt":30,"breakAt":50,"stallAt":40,"slowDown":2,"slowStart":100,"#,
            r#""corrupt":3,"failOpen":"NotAllowedError","failOnce":"AbortError","failControl":"zoom_absolute","#,
            r#""hang":"play","timestamps":"jump","refuseCaps":"audio/x-raw"}"#
        )
    );
    device.set_property("faults", "{}");
    assert_eq!(faults(&device), "{}");
    assert!(!device.property::<bool>("muted") && !device.property::<bool>("stalled"));
    device.set_property("faults", &written);
    assert_eq!(faults(&device), written);
    assert!(device.property::<bool>("muted") && device.property::<bool>("stalled"));
    device.set_property("faults", None::<String>);
    assert_eq!(faults(&device), "{}");
}

#[test]
fn a_document_unplugs_and_plugs() {
    let _turn = TURN.lock();
    let provider = fakes::provider();
    let device = fakes::device("microphone-2");
    let is_listed = || provider.devices().iter().any(|other| other == &device);
    device.set_property("faults", r#"{"unplugged": true, "muted": true}"#);
    assert!(!is_listed() && !device.property::<bool>("plugged"));
    device.set_property("faults", "{}");
    assert!(is_listed() && device.property::<bool>("plugged"));
}

#[test]
fn what_is_not_understood_changes_nothing_and_is_told() {
    let _turn = TURN.lock();
    let provider = fakes::provider();
    let device = fakes::device("microphone-2");
    provider.start().unwrap();
    device.set_property("faults", r#"{"corrupt": 7}"#);
    let bus = provider.bus();
    let nested = "audio/x-raw,rate=[".repeat(100);
    let nested = format!(r#"{{"corrupt": 8, "modes": "{nested}"}}"#);
    for (json, why) in [
        (&*nested, "brackets are open 8 deep"),
        (r#"{"corupt": 8}"#, "unknown field `corupt`"),
        (r#"{"corrupt": "8"}"#, "expected u32"),
        (r#"{"corrupt": 8, "modes": "["}"#, "'[' are no caps"),
        (r#"{"corrupt": 8"#, "EOF"),
        ("[8]", "an object"),
        ("\u{1b}[2J", "expected value"),
    ] {
        device.set_property("faults", json);
        assert_eq!(faults(&device), r#"{"corrupt":7}"#, "{json}");
        let told = bus.timed_pop_filtered(fakes::LIMIT, &[gst::MessageType::Warning]);
        let told = told.expect("a warning");
        let gst::MessageView::Warning(warning) = told.view() else {
            unreachable!("filtered")
        };
        let text = warning.error().to_string();
        assert!(
            text.contains(why) && text.contains("microphone-2"),
            "{json}: {text}"
        );
    }
    device.set_property("faults", "");
    provider.stop();
}

#[test]
fn no_argument_of_an_action_is_too_odd() {
    let _turn = TURN.lock();
    let device = fakes::device("microphone-2");
    let long = "x".repeat(1 << 20);
    let caps = format!("audio/x-raw,rate={{{}1}}", "1,".repeat(20_000));
    let nested = "[".repeat(60_000);
    let texts = [
        None,
        Some(""),
        Some("NULL"),
        Some("\u{1b}[31m\n\"\\"),
        Some("日本%s%n"),
        Some(&*nested),
        Some(&*caps),
        Some(&*long),
    ];
    let actions = [
        "fail-open",
        "fail-once",
        "hang",
        "set-modes",
        "refuse-caps",
        "change-caps",
        "set-timestamps",
        "fail-control",
    ];
    for text in texts {
        for action in actions {
            device.emit_by_name::<()>(action, &[&text]);
        }
        device.emit_by_name::<()>("set-control", &[&text, &i32::MIN]);
        assert_eq!(device.emit_by_name::<i32>("get-control", &[&text]), -1);
        device.set_property("faults", text);
        assert_eq!(device.emit_by_name::<i32>("get-control", &[&text]), -1);
    }
    // What C may write as well: bytes that are no text.
    let bytes = Path::new(OsStr::from_bytes(b"\xff\xfe")).to_value();
    for action in actions {
        device.emit_by_name_with_values(action, std::slice::from_ref(&bytes));
    }
    device.set_property_from_value("faults", &bytes);
    device.set_property("faults", "");
    assert_eq!(faults(&device), "{}");
}

#[test]
fn a_device_that_no_provider_made_has_a_script_too() {
    fakes::init();
    // Not the one that is unplugged at times.
    let type_ = fakes::device("camera-1").type_();
    let device = gst::glib::Object::with_type(type_)
        .downcast::<gst::Device>()
        .unwrap();
    for action in ["unplug", "renumber", "set-default", "plug", "break-stream"] {
        device.emit_by_name::<()>(action, &[]);
    }
    device.emit_by_name::<()>("duplicate", &[&true]);
    device.emit_by_name::<()>("set-modes", &[&"video/x-raw"]);
    assert_eq!(
        faults(&device),
        r#"{"duplicate":true,"modes":"video/x-raw"}"#
    );
}

/// Runs a test of this file again, in a process that has the variable from its beginning; what it says.
#[track_caller]
fn run_with(test: &str, faults: &str) -> String {
    let program = env::current_exe().unwrap();
    let mut command = Command::new(program);
    command
        .args(["--exact", test, "--nocapture"])
        .env(VARIABLE, faults)
        // What is left out is told as a warning, which is what is looked at here.
        .env_remove("G_DEBUG");
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{test} with {faults}: {said}");
    said
}

#[test]
fn the_environment_has_the_script_of_every_device() {
    if env::var(VARIABLE).is_err() {
        run_with(
            "the_environment_has_the_script_of_every_device",
            r#"{"camera-1": {"unplugged": true}, "camera-2": {"isDefault": true, "duplicate": true},
                "microphone-1": {"failOpen": "NotReadableError"}}"#,
        );
        return;
    }
    let devices = fakes::provider().devices();
    let listed: Vec<String> = devices
        .iter()
        .map(|d| d.property("name-in-provider"))
        .collect();
    assert_eq!(
        listed,
        [
            "camera-2",
            "microphone-1",
            "microphone-2",
            "output-1",
            "camera-2-twin"
        ]
    );
    assert!(fakes::device("camera-2").property::<bool>("is-default"));
    assert_eq!(
        faults(&fakes::device("microphone-1")),
        r#"{"isDefault":true,"failOpen":"NotReadableError"}"#
    );
}

#[test]
fn an_environment_that_is_not_understood_is_told_and_left_out() {
    if env::var(VARIABLE).is_err() {
        for (faults, why) in [
            (
                r#"{"camera-9": {}}"#,
                "no device is called 'camera-9'; there are camera-1, ",
            ),
            (r#"{"camera-1": {"stall": true}}"#, "unknown field `stall`"),
            ("camera-1", "expected value"),
        ] {
            let said = run_with(
                "an_environment_that_is_not_understood_is_told_and_left_out",
                faults,
            );
            assert!(
                said.contains(VARIABLE) && said.contains(why),
                "{faults}: {said}"
            );
        }
        return;
    }
    assert_eq!(fakes::provider().devices().len(), 5);
    assert_eq!(faults(&fakes::device("camera-1")), r#"{"isDefault":true}"#);
}
