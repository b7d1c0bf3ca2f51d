//! A device whose capabilities make no sense: it stays listed, asking for it ends in a track or in a
//! clear error, and its neighbours do not notice.

mod common;

use common::healthy::Healthy;
use common::{alone, fake, settle};
use gst::prelude::*;
use gstmediastream::devices::Registry;
use gstmediastream::media::{MediaDevices, MediaStream};
use gstmediastream::model::constraints::StreamConstraints;

/// Its own modes again however the test ends.
struct Odd(gst::Device);

impl Odd {
    fn announce(&self, modes: &str) {
        self.0.emit_by_name::<()>("set-modes", &[&modes]);
        settle();
    }
}

impl Drop for Odd {
    fn drop(&mut self) {
        self.announce("");
    }
}

/// Nothing can be chosen out of these.
const NONSENSE: [&str; 5] = [
    "video/x-raw,format=YUY2,width=0,height=0,framerate=30/1",
    "video/x-raw,format=YUY2,width=-640,height=480,framerate=30/1",
    "video/x-raw,format=YUY2,width=(string)wide,height=480",
    "video/x-raw,format=YUY2,width=2147483647,height=2147483647,framerate=30/1",
    "video/x-raw,format={},width=640,height=480,framerate=30/1",
];

/// No camera has these: a node for metadata, another kind of device.
const NO_PICTURES: [&str; 3] = [
    "EMPTY",
    "text/x-raw,width=640,height=480",
    "audio/x-raw,format=S16LE,rate=48000,channels=2",
];

/// Something can be made of these.
const ODD: [&str; 7] = [
    "video/x-raw,format=NV12,width=320,height=240",
    "video/x-raw,format=NV12,width=320,height=240,framerate=0/1",
    "video/x-raw,format=NV12,width=320,height=240,framerate=[0/1,2147483647/1]",
    "video/x-raw,width=320,height=240,framerate=30/1",
    "video/x-raw,format=NV12,width=[1,2147483647],height=[1,2147483647],framerate=30/1",
    "video/x-raw,format=NV12,width={0,320},height={0,240},framerate={0/1,30/1}",
    "video/x-raw,format=NV12,width=0,height=0;video/x-raw,format=NV12,width=320,height=240,framerate=30/1",
];

fn ask(device: &str) -> Result<MediaStream, String> {
    let json =
        format!(r#"{{"video":{{"deviceId":{{"exact":"{device}"}},"width":320,"height":240}}}}"#);
    let constraints = StreamConstraints::from_json(&json).expect("well-formed");
    let asked = MediaDevices::default().get_user_media(&constraints);
    asked.map_err(|error| error.to_string())
}

fn id(modes: &str) -> String {
    let registry = Registry::shared().expect("it starts");
    let devices = registry.devices();
    let found = devices.iter().find(|d| d.label == "Fake camera 2");
    let found = found.unwrap_or_else(|| panic!("{modes}: not listed"));
    found.id.clone()
}

#[test]
fn nonsense_is_refused_in_words() {
    let _alone = alone();
    let odd = Odd(fake("Fake camera 2"));
    let (_play, healthy) = Healthy::start("");
    let before = id("its own");
    for modes in NONSENSE {
        odd.announce(modes);
        assert_eq!(id(modes), before, "{modes}");
        let error = ask(&before)
            .err()
            .unwrap_or_else(|| panic!("{modes} opens"));
        assert!(error.contains("Fake camera 2"), "{modes}: {error}");
        healthy.goes_on();
    }
    odd.announce("");
    ask(&before).expect("its own modes work").get_tracks()[0].stop();
    healthy.check();
}

#[test]
fn what_gives_no_pictures_is_no_camera_until_it_does() {
    let _alone = alone();
    let odd = Odd(fake("Fake camera 2"));
    let (_play, healthy) = Healthy::start("");
    let before = id("its own");
    for modes in NO_PICTURES {
        odd.announce(modes);
        let registry = Registry::shared().expect("it starts");
        assert!(registry.find(&before).is_none(), "{modes}");
        assert!(ask(&before).is_err(), "{modes}");
        odd.announce("");
        assert_eq!(id("its own"), before);
        healthy.goes_on();
    }
    healthy.check();
}

#[test]
fn what_is_odd_can_be_used() {
    let _alone = alone();
    let odd = Odd(fake("Fake camera 2"));
    let (_play, healthy) = Healthy::start("");
    for modes in ODD {
        odd.announce(modes);
        let stream = ask(&id(modes)).unwrap_or_else(|error| panic!("{modes}: {error}"));
        let track = stream.get_tracks().remove(0);
        let frame = common::promised(&track, "grab-frame", &[]);
        let sample = frame.get::<gst::Sample>("sample");
        let sample = sample.unwrap_or_else(|_| panic!("{modes}: {frame}"));
        let (buffer, caps) = (sample.buffer().expect("one"), sample.caps().expect("some"));
        let info = gst_video::VideoInfo::from_caps(caps).expect("raw");
        assert_eq!((info.width(), info.height()), (320, 240), "{modes}");
        assert_eq!(buffer.size(), info.size(), "{modes}");
        track.stop();
        healthy.goes_on();
    }
    healthy.check();
}
