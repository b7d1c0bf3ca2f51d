//! Sources that cancel echo by themselves: the filters of PipeWire and PulseAudio that stand between a
//! microphone and its applications.

use super::device::{Api, Device, Node};
use super::record::Record;

/// How module-echo-cancel of PipeWire calls the group of the nodes that it makes.
const GROUP: &str = "echo-cancel-";
/// How module-echo-cancel of PulseAudio ends the name of the source that it makes.
const SUFFIX: &str = ".echo-cancel";

impl Device {
    /// Whether what it delivers is without echo, always.
    pub fn cancels_echo(&self) -> bool {
        self.nodes
            .iter()
            .any(|node: &Node| says_so(&Record::read(&node.device, node.api)))
    }
}

fn says_so(record: &Record) -> bool {
    let in_group = |field| {
        record
            .get(field)
            .is_some_and(|group| group.starts_with(GROUP))
    };
    match record.api {
        Api::PipeWire => in_group("node.link-group") || in_group("node.group"),
        Api::Pulse => {
            in_group("node.link-group")
                || in_group("node.group")
                || record
                    .internal_name
                    .as_deref()
                    .is_some_and(|name| name.ends_with(SUFFIX))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(api: Api, name: Option<&str>, properties: &[(&str, &str)]) -> Record {
        gst::init().unwrap();
        let own = |(field, value): &(&str, &str)| ((*field).to_owned(), (*value).to_owned());
        Record {
            api,
            class: "Audio/Source".into(),
            label: "Microphone".into(),
            internal_name: name.map(str::to_owned),
            properties: properties.iter().map(own).collect(),
            caps: gst::Caps::new_any(),
        }
    }

    /// As PipeWire 0.3.65 describes the source of libpipewire-module-echo-cancel.
    #[test]
    fn the_filter_of_pipewire_is_known_by_its_group() {
        let properties = [
            ("node.name", "a name of my own"),
            ("node.group", "echo-cancel-1234-32"),
            ("node.link-group", "echo-cancel-1234-32"),
            ("node.virtual", "true"),
        ];
        assert!(says_so(&record(Api::PipeWire, None, &properties)));
        let other = [("node.name", "echo-cancel-source-of-someone-else")];
        assert!(!says_so(&record(Api::PipeWire, None, &other)));
    }

    #[test]
    fn the_filter_of_pulseaudio_is_known_by_its_name() {
        let name = Some("alsa_input.usb.mono.echo-cancel");
        assert!(says_so(&record(Api::Pulse, name, &[])));
        assert!(!says_so(&record(
            Api::Pulse,
            Some("alsa_input.usb.mono"),
            &[]
        )));
        assert!(!says_so(&record(Api::Alsa, name, &[])));
    }
}
