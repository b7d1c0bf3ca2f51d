//! A driver that lies about the time: what leaves the pad rises strictly, lies where it was captured, and
//! what had to be changed is counted.

mod common;

use std::sync::mpsc::{Receiver, channel};

use common::healthy::Healthy;
use common::{LIMIT, Play, alone, fake, settle};
use gst::prelude::*;

const LIES: [&str; 5] = ["repeat", "freeze", "backward", "jump", "none"];
/// Live buffers that are looked at during each lie.
const BUFFERS: usize = 12;
/// No machine is as late as this.
const NEAR: gst::ClockTime = gst::ClockTime::from_seconds(2);
/// Closer to the one before is only what was put there for want of a better place.
const NO_PLACE: gst::ClockTime = gst::ClockTime::from_useconds(1);

/// An honest driver again however the test ends.
struct Liar(gst::Device);

impl Drop for Liar {
    fn drop(&mut self) {
        self.0.set_property("faults", "{}");
        settle();
    }
}

/// A live buffer at the pad.
struct Came {
    pts: gst::ClockTime,
    duration: gst::ClockTime,
    /// The running time when it came.
    now: gst::ClockTime,
}

fn listen(play: &Play) -> Receiver<Came> {
    let (sender, came) = channel();
    let source = play.element("s");
    let weak = source.downgrade();
    let pad = source.static_pad("src").expect("a pad");
    pad.add_probe(gst::PadProbeType::BUFFER, move |_, info| {
        if let (Some(buffer), Some(source)) = (info.buffer(), weak.upgrade())
            && !buffer.flags().contains(gst::BufferFlags::GAP)
        {
            let _ = sender.send(Came {
                pts: buffer.pts().expect("a time"),
                duration: buffer.duration().expect("a duration"),
                now: source.current_running_time().expect("it runs"),
            });
        }
        gst::PadProbeReturn::Ok
    });
    came
}

fn corrected(play: &Play) -> u64 {
    let stats: gst::Structure = play.element("s").property("stats");
    stats.get("corrected").expect("counted")
}

fn check(line: &str, device: &str) {
    let liar = Liar(fake(device));
    let device = &liar.0;
    let (play, healthy) = Healthy::start(line);
    let came = listen(&play);
    let next = || came.recv_timeout(LIMIT.into()).expect("more comes");
    let mut last = next();
    assert_eq!(corrected(&play), 0, "this driver did not lie");
    for lie in LIES {
        device.emit_by_name::<()>("set-timestamps", &[&lie]);
        let before = corrected(&play);
        let mut without_place = 0;
        let mut seen = 0;
        // Sound that goes back a little, or says nothing, is as usual.
        let is_lie = !(line.contains("audio") && ["backward", "none"].contains(&lie));
        let is_corrected = || corrected(&play) >= before + 5 || !is_lie;
        while seen < BUFFERS || !is_corrected() {
            let buffer = next();
            seen += 1;
            assert!(seen < 10 * BUFFERS, "{lie}: nothing was corrected");
            assert!(buffer.pts > last.pts, "{lie}");
            let off = buffer.pts.absdiff(buffer.now);
            assert!(off < NEAR, "{lie}: {off} from the present");
            let gap = buffer.pts.saturating_sub(last.pts + last.duration);
            assert!(gap < NEAR, "{lie}: a gap of {gap}");
            without_place += usize::from(buffer.pts < last.pts + NO_PLACE);
            last = buffer;
        }
        assert!(
            without_place * 4 < seen,
            "{lie}: {without_place} of {seen} have no place"
        );
        device.emit_by_name::<()>("set-timestamps", &[&""]);
    }
    let track: gstmediastream::media::MediaStreamTrack = play.element("s").property("track");
    assert!(!track.muted() && track.lost().is_none());
    healthy.check();
}

#[test]
fn of_pictures() {
    let _alone = alone();
    check(
        r#"mediatrackvideosrc name=s constraints="{\"facingMode\":{\"exact\":\"environment\"},\"frameRate\":30}" ! fakesink sync=false"#,
        "Fake camera 2",
    );
}

#[test]
fn of_pictures_at_another_rate() {
    let _alone = alone();
    check(
        r#"mediatrackvideosrc name=s constraints="{\"facingMode\":{\"exact\":\"environment\"},\"frameRate\":{\"exact\":20}}" ! fakesink sync=false"#,
        "Fake camera 2",
    );
}

#[test]
fn of_sound() {
    let _alone = alone();
    check(
        r#"mediatrackaudiosrc name=s constraints="{\"channelCount\":{\"exact\":2}}" ! fakesink sync=false"#,
        "Fake microphone 1",
    );
}

/// What a decoder makes of it included.
#[test]
fn of_coded_pictures() {
    let _alone = alone();
    let camera = fake("Fake camera 2");
    let modes = "image/jpeg,width=640,height=480,framerate=30/1";
    camera.emit_by_name::<()>("set-modes", &[&modes]);
    settle();
    check(
        r#"mediatrackvideosrc name=s constraints="{\"facingMode\":{\"exact\":\"environment\"}}" ! video/x-raw ! fakesink sync=false"#,
        "Fake camera 2",
    );
}
