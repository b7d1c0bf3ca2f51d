//! Which tracks are heard and seen.
//!
//! All streams are decoded all the time, so a switch holds from the next buffer on.

use gst::prelude::*;
use gst::subclass::prelude::*;

use super::facts;
use super::imp::MediaElementSrc;
use super::state::Run;
use super::stream::{Listed, Stream};
use crate::model::constraints::Kind;

impl MediaElementSrc {
    /// The lists tell who is switched.
    pub(super) fn listen_to_lists(&self) {
        let element = self.obj();
        self.audio_tracks
            .played_by(&*element, |element, _| element.imp().switched());
        self.video_tracks
            .played_by(&*element, |element, _| element.imp().switched());
    }

    /// "Found another track", for each of `found`. They are in the order of the resource.
    pub(super) fn list(&self, kind: Kind, found: &[&Stream]) {
        for stream in found {
            facts::update(&stream.facts, &stream.source);
        }
        let streams: Vec<gst::Stream> = found.iter().map(|s| s.facts.clone()).collect();
        let is_first = match kind {
            Kind::Audio => self.audio_tracks.tracks().is_empty(),
            Kind::Video => self.video_tracks.tracks().is_empty(),
        };
        for (stream, (details, named)) in found.iter().zip(facts::describe(kind, &streams)) {
            // What comes later is decided by what is there.
            let named = is_first.then_some(named);
            stream.enlist(match kind {
                Kind::Audio => Listed::Audio(self.audio_tracks.add(details, named)),
                Kind::Video => Listed::Video(self.video_tracks.add(details, named)),
            });
        }
    }

    /// A track was switched, or came: whoever plays or captures it follows.
    pub(super) fn switched(&self) {
        let run = self.lock().run.clone();
        if let Some(run) = run {
            play_selection(&run);
            // Its end is not waited for: off and on again is another captured track.
            let off = run.streams.iter().filter(|stream| !stream.is_on());
            off.for_each(|stream| stream.tap.finish());
        }
        self.follow();
    }

    /// SELECT_STREAMS in the words of the lists: what it names is on, what it does not is off.
    pub(super) fn select_streams(&self, event: &gst::Event) -> bool {
        let gst::EventView::SelectStreams(select) = event.view() else {
            return false;
        };
        let ids = select.streams();
        let is_named = |id: &str| ids.iter().any(|named| named == id);
        for track in self.audio_tracks.tracks() {
            track.set_enabled(is_named(&track.id()));
        }
        // At most one is selected: the first that is named.
        let tracks = self.video_tracks.tracks();
        match tracks.iter().find(|track| is_named(&track.id())) {
            Some(track) => track.set_selected(true),
            None => tracks.iter().for_each(|track| track.set_selected(false)),
        }
        true
    }
}

/// Two threads may switch at once: the last one to look is right.
fn play_selection(run: &Run) {
    for stream in run.of_kind(Kind::Audio) {
        loop {
            let is_on = stream.is_on();
            stream.input.set_property("mute", !is_on);
            if stream.is_on() == is_on {
                break;
            }
        }
    }
    let selected = || {
        let mut pictures = run.of_kind(Kind::Video);
        pictures
            .find(|stream| stream.is_on())
            .map(|stream| &stream.input)
    };
    loop {
        let input = selected();
        run.picture.select(input);
        if selected() == input {
            break;
        }
    }
}
