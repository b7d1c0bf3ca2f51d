//! PipeWire's echo-cancel source: a microphone that cancels echo, always, and says so (#113).
//!
//! Runs in: scripts/rig/pipewire-session

#[path = "../common/mod.rs"]
mod common;

use std::io::Write;
use std::process::{Child, Command, Stdio};

use common::{eventually, promised, user_media};
use gst::prelude::*;
use gstmediastream::caps::structure;
use gstmediastream::devices::DeviceKind;

/// The filter lives as long as the program that loaded it.
struct Filter(Child);

impl Filter {
    fn load() -> Self {
        let mut child = Command::new("pw-cli")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("pw-cli starts");
        let line = "load-module libpipewire-module-echo-cancel library.name=aec/libspa-aec-null\n";
        let input = child.stdin.as_mut().expect("it has an input");
        input.write_all(line.as_bytes()).expect("it reads");
        Self(child)
    }
}

impl Drop for Filter {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn echo(capabilities: &gst::StructureRef) -> Vec<bool> {
    let list = capabilities.get::<gst::Array>("echoCancellation");
    let list = list.expect("a list");
    list.iter().filter_map(|value| value.get().ok()).collect()
}

#[test]
fn it_is_chosen_by_the_constraint() {
    common::init();
    let _filter = Filter::load();
    let registry = gstmediastream::devices::Registry::shared().expect("the list");
    eventually("the filter is listed beside the microphone", || {
        let devices = registry.devices();
        let microphones = devices.iter().filter(|d| d.kind == DeviceKind::AudioInput);
        microphones.count() == 2
    });
    for (wanted, has) in [(true, [true]), (false, [false])] {
        let stream = user_media(&format!(
            r#"{{"audio":{{"echoCancellation":{{"exact":{wanted}}}}}}}"#
        ));
        let track = stream.get_audio_tracks().remove(0);
        assert_eq!(echo(&structure::capabilities(&track.capabilities())), has);
        let settings = structure::settings(&track.settings());
        assert_eq!(settings.get::<bool>("echoCancellation"), Ok(wanted));
        let device = track.property::<gst::glib::Object>("device");
        let of_device = device.emit_by_name::<gst::Structure>("get-capabilities", &[]);
        assert_eq!(echo(&of_device), has);
        let json = format!(r#"{{"echoCancellation":{{"exact":{}}}}}"#, !wanted);
        let reply = promised(&track, "apply-constraints", &[&json]);
        let error = reply.get::<gst::Structure>("error").expect("refused");
        assert_eq!(
            error.get::<String>("constraint").as_deref(),
            Ok("echoCancellation")
        );
        track.stop();
    }
}
