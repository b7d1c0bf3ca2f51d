//! What is one device and what is not: sets of nodes as real machines list them.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::devices::facts::Pcm;
use crate::devices::hardware::{Hardware, Usb};

fn facts(api: Api, kind: DeviceKind, path: &str) -> Facts {
    let names = matches!(api, Api::PipeWire | Api::Pulse);
    Facts {
        api,
        kind,
        label: "Camera".into(),
        path: Some(path.into()),
        node_name: names.then(|| path.to_owned()),
        pcm: None,
        hardware: None,
        numbers: Vec::new(),
        bus_path: None,
        serial: None,
        fake: None,
        facing: None,
        is_default: false,
        infrared: false,
        priority: 0,
    }
}

/// A function of a USB device in socket `socket`.
fn usb(socket: &str, serial: Option<&str>, interface: &str, node: &str) -> Hardware {
    let controller = "/sys/devices/pci0000:00/0000:00:14.0";
    let unit = format!("{controller}/usb1/1-{socket}");
    let number: String = node.chars().filter(char::is_ascii_digit).collect();
    Hardware {
        node: format!("{unit}/1-{socket}:1.{interface}/{node}").into(),
        number: node.starts_with("video").then(|| format!("81:{number}")),
        port: Some(format!(
            "pci0000:00/0000:00:14.0/usb-{socket}:1.{interface}"
        )),
        name: "Camera".into(),
        index: 0,
        unit: Some(unit),
        usb: Some(Usb {
            vendor: "f055".into(),
            product: "0101".into(),
            serial: serial.map(str::to_owned),
            interface: format!("0{interface}"),
        }),
    }
}

fn camera(api: Api, path: &str, hardware: Hardware) -> Facts {
    Facts {
        hardware: Some(hardware),
        ..facts(api, DeviceKind::VideoInput, path)
    }
}

fn microphone(api: Api, path: &str, card: u32, hardware: Hardware) -> Facts {
    Facts {
        hardware: Some(hardware),
        pcm: Some(Pcm { card, device: 0 }),
        ..facts(api, DeviceKind::AudioInput, path)
    }
}

/// A webcam with microphone in `socket`, as PipeWire, the kernel, PulseAudio and libcamera list it.
fn webcam(socket: &str, serial: Option<&str>, number: u32, apis: &[Api]) -> Vec<Facts> {
    let video = || usb(socket, serial, "0", &format!("video{number}"));
    let sound = || usb(socket, serial, "2", &format!("card{number}"));
    let node = format!("alsa_input.usb-{socket}");
    let one = |api: &Api| match api {
        Api::PipeWire => vec![
            camera(*api, &format!("v4l2_input.usb-{socket}"), video()),
            microphone(*api, &node, number, sound()),
        ],
        Api::V4l2 => vec![camera(*api, &format!("/dev/video{number}"), video())],
        Api::Alsa => vec![microphone(
            *api,
            &format!("hw:Cam{number},0"),
            number,
            sound(),
        )],
        Api::Pulse => vec![microphone(*api, &node, number, sound())],
        _ => {
            let id = format!("\\_SB_.PCI0.XHC_-{socket}:1.0-f055:0101");
            vec![facts(Api::Libcamera, DeviceKind::VideoInput, &id)]
        }
    };
    apis.iter().flat_map(one).collect()
}

const ALL: [Api; 5] = [
    Api::PipeWire,
    Api::V4l2,
    Api::Alsa,
    Api::Pulse,
    Api::Libcamera,
];

fn merged(facts: &[Facts]) -> Vec<Merged> {
    let facts: Vec<_> = facts.iter().collect();
    merge(&facts, &mut Identities::new("session".into()))
}

fn apis(facts: &[Facts], merged: &Merged) -> Vec<Api> {
    merged.members.iter().map(|at| facts[*at].api).collect()
}

#[test]
fn one_webcam_is_a_camera_and_a_microphone_however_many_list_it() {
    let seen = webcam("2", Some("A1"), 0, &ALL);
    let merged = merged(&seen);
    assert_eq!(merged.len(), 2, "{merged:?}");
    let expected = [Api::PipeWire, Api::Alsa, Api::Pulse];
    assert_eq!(apis(&seen, &merged[0]), expected, "preferred first");
    let expected = [Api::PipeWire, Api::V4l2, Api::Libcamera];
    assert_eq!(apis(&seen, &merged[1]), expected);
    assert_eq!(merged[0].group_id, merged[1].group_id, "one unit");
    assert_ne!(merged[0].id, merged[1].id);
}

#[test]
fn the_ids_do_not_depend_on_who_lists_it() {
    let ids = |apis: &[Api]| -> Vec<_> {
        let merged = merged(&webcam("2", Some("A1"), 0, apis));
        merged.into_iter().map(|m| m.id).collect()
    };
    let all = ids(&ALL);
    assert_eq!(ids(&[Api::PipeWire]), all);
    assert_eq!(ids(&[Api::V4l2, Api::Alsa]), all);
    assert_eq!(ids(&[Api::V4l2, Api::Pulse]), all);
}

#[test]
fn the_ids_survive_renumbering_and_with_a_serial_another_socket() {
    let ids = |socket, serial, number| -> Vec<_> {
        let merged = merged(&webcam(socket, serial, number, &[Api::V4l2, Api::Alsa]));
        merged.into_iter().map(|m| m.id).collect()
    };
    assert_eq!(ids("2", Some("A1"), 0), ids("2", Some("A1"), 7));
    assert_eq!(ids("2", Some("A1"), 0), ids("3.1", Some("A1"), 1));
    assert_eq!(ids("2", None, 0), ids("2", None, 7));
    assert_ne!(ids("2", None, 0), ids("3", None, 0));
}

#[test]
fn two_identical_webcams_are_four_devices_in_two_groups() {
    for serial in [None, Some("200901010001")] {
        let apis = [Api::PipeWire, Api::V4l2, Api::Alsa];
        let mut seen = webcam("1", serial, 0, &apis);
        seen.extend(webcam("2", serial, 1, &apis));
        let merged = merged(&seen);
        let ids: BTreeSet<_> = merged.iter().map(|m| &m.id).collect();
        let groups: BTreeSet<_> = merged.iter().map(|m| &m.group_id).collect();
        assert_eq!(
            (merged.len(), ids.len(), groups.len()),
            (4, 4, 2),
            "{merged:?}"
        );
    }
}

#[test]
fn the_two_cameras_of_one_device_are_two() {
    let colour = usb("2", Some("A1"), "0", "video0");
    let infrared = usb("2", Some("A1"), "2", "video2");
    let seen = [
        camera(Api::V4l2, "/dev/video0", colour),
        camera(Api::V4l2, "/dev/video2", infrared),
    ];
    let merged = merged(&seen);
    assert_eq!(merged.len(), 2);
    assert_ne!(merged[0].id, merged[1].id);
    assert_eq!(merged[0].group_id, merged[1].group_id);
}

#[test]
fn nodes_on_one_bus_path_are_told_apart_by_the_index() {
    // Two nodes of the driver vivid.
    let node = |number: u32| Hardware {
        node: format!("/sys/devices/platform/vivid.0/video4linux/video{number}").into(),
        number: Some(format!("81:{number}")),
        port: Some("platform/vivid.0".into()),
        name: format!("vivid-00{number}-vid-cap"),
        index: number,
        unit: None,
        usb: None,
    };
    let seen = [0, 1].map(|n| camera(Api::V4l2, &format!("/dev/video{n}"), node(n)));
    let merged = merged(&seen);
    assert_eq!(merged.len(), 2);
    assert_ne!(merged[0].id, merged[1].id);
    assert_ne!(merged[0].group_id, merged[1].group_id);
}

#[test]
fn the_pcms_of_a_card_are_devices_of_one_group() {
    let pcm = |kind, device| Facts {
        pcm: Some(Pcm { card: 1, device }),
        ..facts(Api::Alsa, kind, &format!("hw:Loopback,{device}"))
    };
    let seen = [
        pcm(DeviceKind::AudioInput, 0),
        pcm(DeviceKind::AudioInput, 1),
        pcm(DeviceKind::AudioOutput, 0),
    ];
    let merged = merged(&seen);
    assert_eq!(merged.len(), 3);
    assert!(merged.iter().all(|m| m.group_id == merged[0].group_id));
}

#[test]
fn a_virtual_node_is_known_by_its_name() {
    let node = |name| facts(Api::PipeWire, DeviceKind::AudioInput, name);
    let id = |name| merged(&[node(name)])[0].id.clone();
    assert_eq!(id("rig-mic"), id("rig-mic"));
    assert_ne!(id("rig-mic"), id("rig-mic-2"));
    let mut pulse = facts(Api::Pulse, DeviceKind::AudioInput, "rig-mic");
    pulse.label = "another label".into();
    let both = merged(&[pulse, node("rig-mic")]);
    assert_eq!(both.len(), 1);
    assert_eq!(both[0].id, id("rig-mic"));
}

#[test]
fn one_camera_that_pipewire_found_twice_is_one() {
    let mut second = facts(Api::PipeWire, DeviceKind::VideoInput, "libcamera_input");
    second.numbers = vec!["81:0".into()];
    let first = camera(Api::PipeWire, "v4l2_input", usb("2", None, "0", "video0"));
    assert_eq!(merged(&[second, first]).len(), 1);
}

#[test]
fn pipewires_choice_comes_first() {
    let node = |name, priority| Facts {
        priority,
        ..facts(Api::PipeWire, DeviceKind::AudioInput, name)
    };
    let merged = merged(&[node("a", 1000), node("b", 2009)]);
    assert_eq!(merged[0].members, [1]);
}

/// Facts as no machine lists them, from a few names, so that many coincide.
fn any_facts() -> impl Strategy<Value = Facts> {
    let api = prop::sample::select(&ALL[..]);
    let kind = prop::sample::select(vec![
        DeviceKind::AudioInput,
        DeviceKind::VideoInput,
        DeviceKind::AudioOutput,
    ]);
    let hardware = (0..3u32, 0..2u32, any::<bool>(), any::<bool>()).prop_map(
        |(socket, interface, serial, bus)| {
            let serial = serial.then_some("A1");
            let node = format!("video{socket}");
            let mut hardware = usb(&socket.to_string(), serial, &interface.to_string(), &node);
            if !bus {
                (hardware.usb, hardware.unit, hardware.port) = (None, None, None);
            }
            hardware
        },
    );
    let name = || prop::option::of("[ab]");
    let pcm = prop::option::of((0..2u32, 0..2u32));
    (
        api,
        kind,
        name(),
        prop::option::of(hardware),
        pcm,
        name(),
        name(),
    )
        .prop_map(|(api, kind, path, hardware, pcm, serial, bus_path)| Facts {
            hardware,
            pcm: pcm.map(|(card, device)| Pcm { card, device }),
            serial,
            bus_path,
            ..facts(api, kind, &path.unwrap_or_default())
        })
}

proptest! {
    #[test]
    fn everything_is_listed_once_under_an_id_of_its_own(
        seen in prop::collection::vec(any_facts(), 0..12)
    ) {
        let merged = merged(&seen);
        let mut members: Vec<_> = merged.iter().flat_map(|m| m.members.clone()).collect();
        members.sort_unstable();
        prop_assert_eq!(members, (0..seen.len()).collect::<Vec<_>>());
        let ids: BTreeSet<_> = merged
            .iter()
            .map(|m| (seen[m.members[0]].kind, &m.id))
            .collect();
        prop_assert_eq!(ids.len(), merged.len());
        for device in &merged {
            prop_assert!(device.members.iter().all(|at| seen[*at].kind == seen[device.members[0]].kind));
        }
    }

    #[test]
    fn the_order_in_which_providers_speak_does_not_matter(
        (seen, shuffled) in prop::collection::vec(any_facts(), 0..10)
            .prop_flat_map(|seen| (Just(seen.clone()), Just(seen).prop_shuffle()))
    ) {
        let set = |seen: &[Facts]| -> BTreeSet<_> {
            let merged = merged(seen);
            let texts = |m: &Merged| -> Vec<_> {
                m.members.iter().map(|at| format!("{:?}", seen[*at])).collect()
            };
            merged.iter().map(|m| (texts(m), m.id.clone())).collect()
        };
        prop_assert_eq!(set(&seen), set(&shuffled));
    }
}
