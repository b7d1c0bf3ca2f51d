//! `on-ended=reconnect`: a lost device is taken again, or another one that serves, as a new track each
//! time; black or silence meanwhile.

mod common;

use common::healthy::Healthy;
use common::{Play, alone, eventually, fake, settle};
use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;

/// Plugs the device in again however the test ends: the tests of this file share it.
struct Unplugged(gst::Device);

impl Unplugged {
    fn pull(device: &gst::Device) -> Self {
        device.emit_by_name::<()>("unplug", &[]);
        Self(device.clone())
    }
}

impl Drop for Unplugged {
    fn drop(&mut self) {
        self.0.emit_by_name::<()>("plug", &[]);
        settle();
    }
}

/// The element of a kind, and the device that its tests lose.
struct Case {
    element: &'static str,
    device: gst::Device,
    /// Constraints that only this device meets.
    only: &'static str,
    /// Those that another one meets as well, and this one better.
    rather: &'static str,
}

fn cases() -> [Case; 2] {
    [
        Case {
            element: "mediatrackvideosrc",
            device: fake("Fake camera 2"),
            only: r#"{\"facingMode\":{\"exact\":\"environment\"}}"#,
            // The other camera is the healthy one, and need not change its mode.
            rather: r#"{\"facingMode\":\"environment\",\"width\":640,\"frameRate\":15}"#,
        },
        Case {
            element: "mediatrackaudiosrc",
            device: fake("Fake microphone 1"),
            only: r#"{\"channelCount\":{\"exact\":2}}"#,
            rather: "{}",
        },
    ]
}

impl Case {
    fn line(&self, on_ended: &str) -> String {
        let (element, only) = (self.element, self.only);
        format!(
            r#"{element} name=s on-ended={on_ended} constraints="{only}" ! appsink name=sink sync=false"#
        )
    }

    fn start(&self, on_ended: &str) -> (Play, Healthy) {
        let (play, healthy) = Healthy::start(&self.line(on_ended));
        live(&play);
        (play, healthy)
    }
}

fn track(play: &Play) -> MediaStreamTrack {
    play.element("s").property("track")
}

fn label(track: &MediaStreamTrack) -> String {
    track.property("label")
}

/// The next buffer that the device filled.
fn live(play: &Play) -> gst::Sample {
    loop {
        let sample = play.sample("sink");
        if !sample
            .buffer()
            .expect("one")
            .flags()
            .contains(gst::BufferFlags::GAP)
        {
            return sample;
        }
    }
}

fn stat(play: &Play, name: &str) -> u64 {
    let stats: gst::Structure = play.element("s").property("stats");
    stats.get(name).expect("counted")
}

/// The track in the place of `lost`, once it is there.
fn successor(play: &Play, lost: &MediaStreamTrack) -> MediaStreamTrack {
    eventually("another track plays", || {
        let playing = track(play);
        playing != *lost && playing.lost().is_none()
    });
    track(play)
}

#[test]
fn the_same_device_is_taken_before_any_other() {
    let _alone = alone();
    for case in cases() {
        let (play, healthy) = case.start("zero");
        let lost = track(&play);
        // From now on another one would do as well, and be the first choice for its mode.
        let other = match case.element {
            "mediatrackvideosrc" => r#"{"width":{"ideal":640},"frameRate":{"ideal":15}}"#,
            _ => r#"{"channelCount":{"ideal":1},"sampleRate":{"ideal":16000}}"#,
        };
        play.element("s").set_property("constraints", other);
        eventually("they are applied", || {
            lost.constraints().to_json() != case.only.replace('\\', "")
        });
        let unplugged = Unplugged::pull(&case.device);
        play.track_event("ended");
        drop(unplugged);
        settle();
        play.element("s")
            .set_property_from_str("on-ended", "reconnect");
        let found = successor(&play, &lost);
        assert_eq!(label(&found), label(&lost));
        live(&play);
        healthy.check();
    }
}

#[test]
fn another_device_that_fits_is_taken_where_it_is_gone() {
    let _alone = alone();
    for case in cases() {
        let line = case.line("reconnect").replace(case.only, case.rather);
        let (first, healthy) = Healthy::start(&line);
        live(&first);
        let lost = track(&first);
        let label_of_lost = label(&lost);
        assert_eq!(label_of_lost, case.device.display_name());
        let _unplugged = Unplugged::pull(&case.device);
        let found = successor(&first, &lost);
        assert_ne!(label(&found), label_of_lost);
        live(&first);
        assert_eq!(stat(&first, "reconnects"), 1);
        healthy.check();
    }
}

#[test]
fn every_return_is_a_new_track_and_is_counted() {
    let _alone = alone();
    for case in cases() {
        let (play, healthy) = case.start("reconnect");
        let mut tracks = vec![track(&play)];
        for returns in 1..=3 {
            let lost = track(&play);
            let unplugged = Unplugged::pull(&case.device);
            play.track_event("ended");
            drop(unplugged);
            let found = successor(&play, &lost);
            assert!(!tracks.contains(&found));
            assert_eq!(found.constraints(), lost.constraints());
            tracks.push(found);
            live(&play);
            assert_eq!(stat(&play, "reconnects"), returns);
            assert!(stat(&play, "reconnect-attempts") >= returns);
        }
        healthy.check();
        // Counts are of one start.
        play.pipeline.set_state(gst::State::Null).expect("accepted");
        assert_eq!(stat(&play, "reconnects"), 3, "readable after the end");
        play.pipeline
            .set_state(gst::State::Paused)
            .expect("accepted");
        assert_eq!(stat(&play, "reconnects"), 0);
        assert_eq!(stat(&play, "reconnect-attempts"), 0);
    }
}

/// Black and silence follow one another without a gap, and what the new track brings comes behind.
#[test]
fn time_goes_on_across_the_loss() {
    let _alone = alone();
    for case in cases() {
        let (play, healthy) = case.start("reconnect");
        let lost = track(&play);
        let unplugged = Unplugged::pull(&case.device);
        let mut last = live(&play);
        let mut made = 0;
        let mut unplugged = Some(unplugged);
        let mut came = 0;
        while came < 5 {
            let sample = play.sample("sink");
            let (before, after) = (last.buffer().expect("one"), sample.buffer().expect("one"));
            let (end, at) = (
                before.pts().expect("one") + before.duration().expect("one"),
                after.pts(),
            );
            assert!(at > before.pts(), "{:?} after {:?}", after, before);
            if after.flags().contains(gst::BufferFlags::GAP) {
                made += 1;
                assert!(
                    at.expect("one").absdiff(end) <= gst::ClockTime::MSECOND,
                    "{at:?} after {end:?}"
                );
            }
            assert_eq!(last.caps(), sample.caps());
            if made == 20 {
                drop(unplugged.take());
            }
            let is_new = track(&play) != lost;
            came += u32::from(is_new && !after.flags().contains(gst::BufferFlags::GAP));
            last = sample;
        }
        assert!(made >= 20, "{made} buffers while it was gone");
        healthy.check();
    }
}
