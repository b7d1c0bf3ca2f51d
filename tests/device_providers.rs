//! `GST_MEDIASTREAM_PROVIDERS` is read at the start; a word in it that means nothing is told.

use std::env;
use std::process::Command;

use gstmediastream::devices::Registry;

const VARIABLE: &str = "GST_MEDIASTREAM_PROVIDERS";

/// Runs a test of this file again, in a process that has the variable from its beginning.
#[track_caller]
fn assert_passes_with(test: &str, providers: &str) {
    let program = env::current_exe().expect("a test knows its own program");
    let mut command = Command::new(program);
    command.args(["--exact", test]).env(VARIABLE, providers);
    let status = command.status().expect("a program can start itself");
    assert!(status.success(), "{test} with {providers}");
}

#[test]
fn an_unknown_name_is_an_error_that_lists_the_known_ones() {
    if env::var(VARIABLE).as_deref() != Ok("fake,jack") {
        let test = "an_unknown_name_is_an_error_that_lists_the_known_ones";
        return assert_passes_with(test, "fake,jack");
    }
    gst::init().unwrap();
    // A start that failed is tried again, and fails again.
    for _ in 0..2 {
        let error = Registry::shared().unwrap_err().to_string();
        let expected = "GST_MEDIASTREAM_PROVIDERS: no device provider is called 'jack'; say 'auto', or some of ";
        assert!(error.starts_with(expected), "{error}");
    }
}

#[test]
fn only_what_is_named_is_listed() {
    if env::var(VARIABLE).as_deref() != Ok("fake") {
        return assert_passes_with("only_what_is_named_is_listed", "fake");
    }
    gst::init().unwrap();
    gstmediastream::plugin_register_static().unwrap();
    let labels: Vec<_> = Registry::shared()
        .unwrap()
        .devices()
        .iter()
        .map(|device| device.label.clone())
        .collect();
    assert_eq!(labels.len(), 5, "{labels:?}");
    assert!(
        labels.iter().all(|label| label.starts_with("Fake ")),
        "{labels:?}"
    );
}
