//! A track has any number of readers, and none of them minds the others.

use gst::prelude::*;
use gstmediastream::model::constraints::Kind;

use crate::seen::{is_zero, number, playing, pts, until};
use crate::sources::{each, each_that_has_not_begun};

#[test]
fn two_pipelines_share_it_each_in_its_own_caps() {
    each(|source| {
        let (behind, name, wanted) = match source.kind() {
            Kind::Video => ("! video/x-raw,width=160,height=120", "width", 160.),
            Kind::Audio => ("! audio/x-raw,rate=16000,channels=1", "rate", 16000.),
        };
        let plain = playing(&source.track, "");
        let other = playing(&source.track, behind);
        for _ in 0..10 {
            let sample = until(&other, "sink", "live", |sample| !is_zero(sample));
            assert_eq!(number(&sample, name), wanted);
            let sample = until(&plain, "sink", "live", |sample| !is_zero(sample));
            assert_ne!(number(&sample, name), wanted);
        }
        drop(other);
        assert!(!is_zero(&until(&plain, "sink", "live", |sample| !is_zero(
            sample
        ))));
    });
}

/// By reference: what leaves two pads that take it as it is is the same memory.
#[test]
fn nothing_is_copied_for_a_reader() {
    each(|source| {
        let plays = [playing(&source.track, ""), playing(&source.track, "")];
        let memory = |sample: &gst::Sample| {
            let buffer = sample.buffer().expect("a buffer");
            buffer.peek_memory(0).as_ptr() as usize
        };
        // Kept, so that no address is used again.
        let of_first: Vec<_> = (0..30).map(|_| plays[0].sample("sink")).collect();
        let of_first: Vec<_> = of_first.iter().map(memory).collect();
        until(&plays[1], "sink", "in the same memory", |sample| {
            of_first.contains(&memory(sample))
        });
    });
}

#[test]
fn one_that_does_not_read_holds_up_nobody() {
    each(|source| {
        let slow = playing(&source.track, "! queue max-size-buffers=1");
        slow.element("sink").set_property("max-buffers", 1u32);
        let play = playing(&source.track, "");
        let mut last = until(&play, "sink", "live", |sample| !is_zero(sample));
        for _ in 0..60 {
            let next = play.sample("sink");
            assert!(pts(&next) > pts(&last) && !is_zero(&next));
            last = next;
        }
        // It goes on with what is new when it reads again.
        let late = until(&slow, "sink", "as new as that", |sample| {
            pts(sample) >= pts(&last)
        });
        assert!(!is_zero(&late));
    });
}

/// Whoever comes before it is known what there is waits, also for caps of his own.
#[test]
fn one_that_comes_too_early_waits() {
    each_that_has_not_begun(|source, track| {
        let (behind, name, wanted) = match track.track_kind() {
            Kind::Video => ("! video/x-raw,width=160,height=120", "width", 160.),
            Kind::Audio => ("! audio/x-raw,rate=16000,channels=1", "rate", 16000.),
        };
        assert!(track.muted());
        assert_eq!(track.settings().iter().count(), 0);
        let plays = [playing(track, ""), playing(track, behind)];
        track.set_enabled(false);
        track.set_enabled(true);
        source.play();
        for play in &plays {
            until(play, "sink", "live", |sample| !is_zero(sample));
        }
        let sample = plays[1].sample("sink");
        assert_eq!(number(&sample, name), wanted);
    });
}
