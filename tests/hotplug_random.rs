//! A hundred steps of plugging, unplugging, renumbering, twins and defaults: after each the list is what it should be,
//! ids stay, and a track whose device went away ends once. One test, since the list is one for the whole process.
//! No track of it is a healthy one: every device is pulled out.

mod common;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use common::{eventually, fake, init, settle, user_media};
use gio::prelude::*;
use gstmediastream::devices::{Device, Registry};
use gstmediastream::media::track::MediaStreamTrackState;
use gstmediastream::media::{MediaDevices, MediaStreamTrack};

const STEPS: usize = 100;

/// Name in the provider, label, class as the list has it.
const MODELS: [(&str, &str, &str); 5] = [
    ("camera-1", "Fake camera 1", "videoinput"),
    ("camera-2", "Fake camera 2", "videoinput"),
    ("microphone-1", "Fake microphone 1", "audioinput"),
    ("microphone-2", "Fake microphone 2", "audioinput"),
    ("output-1", "Fake output 1", "audiooutput"),
];

/// The same numbers in every run; `xorshift64*`.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % end
    }
}

/// What should be listed, and what ids were seen.
#[derive(Default)]
struct Expected {
    /// By name in the provider; a twin is there once it was plugged in.
    plugged: BTreeMap<String, bool>,
    default: BTreeMap<&'static str, String>,
    ids: BTreeMap<String, String>,
}

impl Expected {
    fn new() -> Self {
        let mut expected = Self::default();
        for (name, _, kind) in MODELS {
            expected.plugged.insert(name.to_owned(), true);
            expected.default.entry(kind).or_insert(name.to_owned());
        }
        expected
    }

    /// Name, label, kind, whether it is the default; sorted.
    fn list(&self) -> Vec<(String, String, &'static str, bool)> {
        let listed = self.plugged.iter().filter(|(_, plugged)| **plugged);
        listed
            .map(|(name, _)| {
                let model = name.trim_end_matches("-twin");
                let (_, label, kind) = MODELS.into_iter().find(|m| m.0 == model).expect("one");
                let is_default = self.default[kind] == *name;
                (name.clone(), label.to_owned(), kind, is_default)
            })
            .collect()
    }

    fn check(&mut self, step: &str) {
        let listed = Registry::shared().expect("it has started").devices();
        let mut found: Vec<_> = listed
            .iter()
            .map(|d| (name(d), d.label.clone(), d.kind.name(), d.is_default))
            .collect();
        found.sort_unstable();
        assert_eq!(found, self.list(), "after {step}");
        for device in &listed {
            let known = self.ids.entry(name(device)).or_insert(device.id.clone());
            assert_eq!(*known, device.id, "{} after {step}", name(device));
        }
        let mut ids: Vec<_> = self.ids.values().collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), self.ids.len(), "no id is two devices'");
    }
}

fn name(device: &Device) -> String {
    let node = device.preferred().expect("never empty");
    node.device.property("name-in-provider")
}

/// A live track, and how often it said that it ended.
struct Held {
    track: MediaStreamTrack,
    ended: Arc<AtomicUsize>,
}

impl Held {
    fn open(kind: &str, id: &str) -> Self {
        let kind = kind.trim_end_matches("input");
        let json = serde_json::json!({kind: {"deviceId": {"exact": id}}}).to_string();
        let track = user_media(&json).get_tracks().remove(0);
        let ended = Arc::new(AtomicUsize::new(0));
        let count = ended.clone();
        track.connect("ended", false, move |_| {
            count.fetch_add(1, Ordering::SeqCst);
            None
        });
        Self { track, ended }
    }

    fn is_live(&self) -> bool {
        self.track.ready_state() == MediaStreamTrackState::Live
    }

    fn wait_for_its_end(&self, step: &str) {
        eventually(step, || !self.is_live());
        eventually(step, || self.ended.load(Ordering::SeqCst) > 0);
    }
}

/// All of the test, so that a step is a method.
struct Desk {
    expected: Expected,
    held: BTreeMap<&'static str, Held>,
    past: Vec<Held>,
}

impl Desk {
    /// Carries one step out on the fakes and on the model; its name.
    fn step(&mut self, dice: &mut Dice) -> String {
        let (name, label, kind) = MODELS[dice.below(MODELS.len())];
        let device = &DEVICES.with(|devices| devices[name].clone());
        let plugged = self.expected.plugged.clone();
        let twin = format!("{name}-twin");
        match dice.below(6) {
            0 | 1 => {
                device.emit_by_name::<()>("unplug", &[]);
                self.expected.plugged.insert(name.to_owned(), false);
                if let Some(held) = self.held.remove(name) {
                    held.wait_for_its_end(label);
                    self.past.push(held);
                }
                format!("unplug {name}")
            }
            2 => {
                device.emit_by_name::<()>("plug", &[]);
                self.expected.plugged.insert(name.to_owned(), true);
                format!("plug {name}")
            }
            3 => {
                device.emit_by_name::<()>("renumber", &[]);
                format!("renumber all like {name}")
            }
            4 => {
                device.emit_by_name::<()>("set-default", &[]);
                self.expected.default.insert(kind, name.to_owned());
                format!("{name} becomes the default")
            }
            // A second one of a model that is not there is taken for the first one in another socket.
            _ if !plugged[name] && !plugged.contains_key(&twin) => format!("nothing with {name}"),
            _ => {
                let wanted = !plugged.get(&twin).is_some_and(|plugged| *plugged);
                device.emit_by_name::<()>("duplicate", &[&wanted]);
                self.expected.plugged.insert(twin, wanted);
                format!("the twin of {name}: {wanted}")
            }
        }
    }

    /// A track on every input that is there and has none that is live.
    fn hold(&mut self) {
        for (name, _, kind) in MODELS.into_iter().filter(|m| m.2.ends_with("input")) {
            if !self.expected.plugged[name] || self.held.get(name).is_some_and(Held::is_live) {
                continue;
            }
            let held = Held::open(kind, &self.expected.ids[name]);
            self.past.extend(self.held.insert(name, held));
        }
    }
}

thread_local! {
    static DEVICES: BTreeMap<&'static str, gst::Device> =
        MODELS.into_iter().map(|(name, label, _)| (name, fake(label))).collect();
}

fn ids(list: &gst::glib::Value) -> Vec<String> {
    let list: gio::ListModel = list.get().expect("a list that every language reads");
    let items = (0..list.n_items()).filter_map(|at| list.item(at));
    let ids = items.map(|info| info.property("device-id"));
    ids.filter(|id: &String| id != "default").collect()
}

fn listed() -> Vec<String> {
    let devices = Registry::shared().expect("it has started").devices();
    devices.iter().map(|device| device.id.clone()).collect()
}

/// As the specification's list: it follows when `devicechange` was told. The default output stands there twice.
fn enumerated(devices: &MediaDevices) -> Vec<String> {
    let infos = devices.enumerate_devices().expect("a list");
    let ids = infos.iter().map(|info| info.property("device-id"));
    ids.filter(|id: &String| id != "default").collect()
}

#[test]
fn the_list_is_right_after_each_of_a_hundred_steps() {
    init();
    DEVICES.with(|devices| assert_eq!(devices.len(), MODELS.len()));
    let devices = MediaDevices::default();
    let told: Arc<Mutex<Vec<Vec<String>>>> = Arc::default();
    let heard = told.clone();
    devices.enumerate_devices().expect("a list");
    let handler = devices.connect("devicechange", false, move |values| {
        heard
            .lock()
            .expect("nobody panics with it")
            .push(ids(&values[1]));
        None
    });
    let mut desk = Desk {
        expected: Expected::new(),
        held: BTreeMap::new(),
        past: Vec::new(),
    };
    desk.expected.check("the start");
    let mut dice = Dice(0x5eed);
    for number in 0..STEPS {
        desk.hold();
        let step = desk.step(&mut dice);
        settle();
        desk.expected.check(&format!("step {number}, {step}"));
    }

    let last = listed();
    eventually("the last list that was told is the present one", || {
        let told = told.lock().expect("nobody panics with it");
        told.last() == Some(&last)
    });
    let count = told.lock().expect("nobody panics with it").len();
    assert!(count <= STEPS, "{count} are more than there were changes");
    assert_eq!(
        enumerated(&devices),
        last,
        "what was told is what is listed"
    );
    devices.disconnect(handler);

    assert!(
        desk.past.len() >= 10,
        "only {} tracks were lost",
        desk.past.len()
    );
    for held in desk.past.iter().chain(desk.held.values()) {
        if held.is_live() {
            held.track.stop();
            assert_eq!(held.ended.load(Ordering::SeqCst), 0, "stop() tells nothing");
        } else {
            held.wait_for_its_end("what ended has said so");
            assert_eq!(held.ended.load(Ordering::SeqCst), 1, "and once");
        }
    }
}
