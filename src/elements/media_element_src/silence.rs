//! A demuxer that fails without a word.
//!
//! While `decodebin` tries an element it takes its errors for a reason to try the next one. A demuxer that has
//! passed, and whose thread fails in the moment before `decodebin` says so, is heard by nobody: one that
//! finds a file to be cut in its head, at once. So its thread is looked at until there is something to play.

use std::sync::mpsc::channel;
use std::time::Duration;

use gst::prelude::*;
use gst::subclass::prelude::*;

use super::MediaElementSrc;
use crate::media::task_queue::spawn;

/// How often.
const LOOK: Duration = Duration::from_millis(20);

/// Looks at the demuxers of `decoder`, a new `uridecodebin`, and calls `failed` if one has given up.
pub(super) fn listen(
    decoder: &gst::Element,
    player: &MediaElementSrc,
    generation: u64,
    failed: impl Fn(&MediaElementSrc) + Clone + Send + Sync + 'static,
) {
    let Some(bin) = decoder.downcast_ref::<gst::Bin>() else {
        return;
    };
    let player = player.downgrade();
    bin.connect_deep_element_added(move |_, _, element| {
        let klass = element.metadata("klass").unwrap_or_default();
        if !klass.split('/').any(|word| word == "Demuxer") {
            return;
        }
        let (demuxer, player) = (element.downgrade(), player.clone());
        let failed = failed.clone();
        spawn(move || {
            let (_never, moment) = channel::<()>();
            loop {
                let (Some(demuxer), Some(player)) = (demuxer.upgrade(), player.upgrade()) else {
                    return;
                };
                let is_starting = player.imp().with_run(generation, |run| !run.is_listed);
                if is_starting != Some(true) || demuxer.parent().is_none() {
                    return;
                }
                if has_given_up(&demuxer) {
                    return failed(&player);
                }
                drop((demuxer, player));
                let _ = moment.recv_timeout(LOOK);
            }
        });
    });
}

/// Its thread pauses, and it has found nothing. One on trial has a locked state.
fn has_given_up(demuxer: &gst::Element) -> bool {
    let pauses = |pad: &gst::Pad| pad.task_state() == gst::TaskState::Paused;
    !demuxer.is_locked_state()
        && demuxer.sink_pads().iter().any(pauses)
        && demuxer.src_pads().is_empty()
}
