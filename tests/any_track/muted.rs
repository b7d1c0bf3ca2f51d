//! A source that has nothing to give is muted, and its pads go on (#22, #24, #32, #33, #34).

use crate::common::eventually;
use crate::seen::{Diary, is_zero, playing, pts, until};
use crate::sources::each;
use gstmediastream::model::constraints::Kind;

#[test]
fn it_is_told_and_the_pad_goes_on() {
    each(|source| {
        let track = &source.track;
        let told = Diary::of(track);
        let play = playing(track, "");
        let first = until(&play, "sink", "live", |sample| !is_zero(sample));
        source.set_muted(true);
        eventually("it is muted", || track.muted());
        eventually("it is told", || told.has("mute"));
        let keeps_its_picture = !source.is_device() && source.kind() == Kind::Video;
        let mut last = until(&play, "sink", "what a muted track gives", |sample| {
            sample
                .buffer()
                .is_some_and(|b| b.flags().contains(gst::BufferFlags::GAP))
                || keeps_its_picture
        });
        for _ in 0..10 {
            let next = play.sample("sink");
            assert!(pts(&next) > pts(&last));
            assert_eq!(next.caps(), first.caps());
            assert_eq!(is_zero(&next), !keeps_its_picture);
            last = next;
        }
        source.set_muted(false);
        eventually("it is told", || told.has("unmute"));
        let live = until(&play, "sink", "live again", |sample| !is_zero(sample));
        assert!(pts(&live) > pts(&last) || keeps_its_picture);
        assert_eq!(live.caps(), first.caps());
        assert!(!track.muted());
        assert_eq!(told.entries(), ["mute", "unmute"]);
    });
}
