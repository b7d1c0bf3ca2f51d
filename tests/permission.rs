//! The application is asked before a device is opened (#133, #134).

mod common;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use common::{Play, eventually, fake, init, promised};
use gst::prelude::*;
use gstmediastream::media::{InputDeviceInfo, MediaDeviceInfoExt, MediaDevices, MediaStream};

type Asked = Arc<Mutex<Vec<(Vec<String>, Option<String>)>>>;

/// An answer to `permission-request` while it lives; the tests of this file give theirs in turn.
struct Answer {
    devices: MediaDevices,
    handler: Option<gst::glib::SignalHandlerId>,
    asked: Asked,
    _alone: MutexGuard<'static, ()>,
}

impl Answer {
    fn with(answer: impl Fn(&[String]) -> bool + Send + Sync + 'static) -> Self {
        static ALONE: Mutex<()> = Mutex::new(());
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        init();
        let devices = MediaDevices::default();
        let asked = Asked::default();
        let heard = asked.clone();
        let handler = devices.connect("permission-request", false, move |values| {
            let kinds: Vec<String> = values[1].get().expect("kinds");
            let device: Option<gst::Device> = values[2].get().expect("a device or none");
            let info = device.map(|d| d.downcast::<InputDeviceInfo>().expect("an input"));
            let answer = answer(&kinds);
            let mut heard = heard.lock().expect("nobody panics with it");
            heard.push((kinds, info.map(|info| info.label())));
            Some(answer.to_value())
        });
        Self {
            devices,
            handler: Some(handler),
            asked,
            _alone: alone,
        }
    }

    fn get(&self, json: &str) -> Result<MediaStream, String> {
        let reply = promised(&self.devices, "get-user-media", &[&json]);
        reply.get::<MediaStream>("stream").map_err(|_| {
            let error: gst::Structure = reply.get("error").expect("one of the two");
            error.get("name").expect("an error has a name")
        })
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        if let Some(handler) = self.handler.take() {
            self.devices.disconnect(handler);
        }
    }
}

#[test]
fn refusal_is_not_allowed_and_nothing_is_opened() {
    let cameras = [fake("Fake camera 1"), fake("Fake camera 2")];
    let opens = || {
        cameras
            .clone()
            .map(|camera| camera.property::<u32>("opens"))
    };
    let answer = Answer::with(|_| false);
    let before = opens();
    assert_eq!(
        answer.get(r#"{"video":true}"#).err().as_deref(),
        Some("NotAllowedError")
    );
    let wide = r#"{"video":{"width":{"min":9999}}}"#;
    assert_eq!(
        answer.get(wide).err().as_deref(),
        Some("NotAllowedError"),
        "#134"
    );
    assert_eq!(opens(), before);
    let asked = answer.asked.lock().expect("nobody panics with it");
    assert_eq!(
        asked[0],
        (vec!["video".to_owned()], Some("Fake camera 1".to_owned()))
    );
}

#[test]
fn both_kinds_or_nothing() {
    let camera = fake("Fake camera 1");
    let answer = Answer::with(|kinds| kinds != ["audio", "video"]);
    let result = answer.get(r#"{"audio":true,"video":true}"#);
    assert_eq!(result.err().as_deref(), Some("NotAllowedError"));
    eventually("nothing stays open, #132", || {
        camera.property::<u32>("active") == 0
    });
    let stream = answer.get(r#"{"audio":true}"#).expect("this is allowed");
    stream.get_tracks().iter().for_each(|track| track.stop());
}

#[test]
fn nothing_is_opened_before_all_kinds_are_chosen_and_allowed() {
    let opens = || {
        ["Fake microphone 1", "Fake camera 1", "Fake camera 2"]
            .map(|label| fake(label).property::<u32>("opens"))
    };
    let seen = Arc::new(Mutex::new(Vec::new()));
    let answer = Answer::with({
        let seen = seen.clone();
        move |_| {
            seen.lock().expect("nobody panics with it").push(opens());
            true
        }
    });
    let before = opens();
    let wide = r#"{"audio":true,"video":{"width":{"min":9999}}}"#;
    assert_eq!(
        answer.get(wide).err().as_deref(),
        Some("OverconstrainedError")
    );
    assert_eq!(opens(), before, "#132: the microphone was not even opened");
    let stream = answer.get(r#"{"audio":true,"video":true}"#);
    let stream = stream.expect("this is allowed");
    stream.get_tracks().iter().for_each(|track| track.stop());
    let seen = seen.lock().expect("nobody panics with it");
    assert!(seen.iter().all(|seen| *seen == before), "{seen:?}");
    let asked = answer.asked.lock().expect("nobody panics with it");
    let about = |kind: &str| Some(format!("Fake {kind} 1"));
    let both = vec!["audio".to_owned(), "video".to_owned()];
    let last = [(both.clone(), about("microphone")), (both, about("camera"))];
    assert_eq!(asked[asked.len() - 2..], last, "each device once");
}

#[test]
fn an_element_is_not_authorized() {
    let _answer = Answer::with(|_| false);
    for source in ["usermediasrc", "mediatrackvideosrc"] {
        let play = Play::start(&format!("{source} ! fakesink"));
        let (error, details) = play.error();
        assert!(
            error.matches(gst::ResourceError::NotAuthorized),
            "{source}: {error}"
        );
        assert_eq!(
            details.get::<String>("name").as_deref(),
            Ok("NotAllowedError")
        );
    }
}
