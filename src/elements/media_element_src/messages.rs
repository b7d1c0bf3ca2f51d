//! What the elements inside say, and what the outside hears of it.

use gst::prelude::*;
use gst::subclass::prelude::*;

use super::imp::MediaElementSrc;
use super::{decoding, facts, failure};
use crate::elements::message;

impl MediaElementSrc {
    /// Whether `inner` goes on to the outside as it is.
    pub(super) fn take(&self, inner: &gst::Message) -> bool {
        match inner.view() {
            gst::MessageView::Error(error) => {
                self.fail(error);
                false
            }
            gst::MessageView::StreamCollection(collection) => {
                self.take_collection(&collection.stream_collection());
                true
            }
            gst::MessageView::StreamsSelected(selected) => {
                self.take_selected(selected.streams().collect());
                true
            }
            gst::MessageView::Element(element) => {
                if let Some(structure) = element.structure().filter(|s| s.name() == MISSING) {
                    self.take_missing(structure);
                }
                true
            }
            // The end is that of the sinks behind the pads, if there are any.
            gst::MessageView::Eos(_) => self.is_sink(),
            _ => true,
        }
    }

    /// The first error is the cause, those that follow come of it.
    fn fail(&self, error: &gst::message::Error) {
        let first = self.lock().run.as_mut().and_then(|run| {
            let is_first = !std::mem::replace(&mut run.has_failed, true);
            is_first.then(|| run.uri.clone())
        });
        if let Some(uri) = first {
            failure::post_inner(&self.obj(), &uri, error);
        }
        // Nobody waits for what will not come.
        self.set_async(false);
    }

    fn take_collection(&self, collection: &gst::StreamCollection) {
        let streams: Vec<gst::Stream> = collection.iter().collect();
        let media = streams.iter().filter(|stream| facts::kind(stream).is_some());
        let (good, bad): (Vec<_>, Vec<_>) = media.partition(|stream| decoding::can_decode(stream));
        let ids = |streams: &[&gst::Stream]| -> Vec<String> {
            let ids = streams.iter().filter_map(|stream| stream.stream_id());
            ids.map(Into::into).collect()
        };
        let hopeless = ids(&bad);
        let (new, nothing, _old) = {
            let mut state = self.lock();
            let Some(run) = &mut state.run else { return };
            let old = std::mem::replace(&mut run.collection, streams.clone());
            let is_new = |id: &String| !run.hopeless.contains(id);
            let new: Vec<String> = hopeless.into_iter().filter(is_new).collect();
            run.hopeless.extend(new.iter().cloned());
            let is_nothing = good.is_empty() && run.streams.is_empty() && !run.has_failed;
            run.has_failed |= is_nothing;
            (new, is_nothing.then(|| run.uri.clone()), old)
        };
        for stream in bad {
            if stream.stream_id().is_some_and(|id| new.iter().any(|new| *new == id)) {
                self.post_undecodable(stream);
            }
        }
        if let Some(uri) = nothing {
            failure::post_nothing(&self.obj(), &uri, streams.len(), !new.is_empty());
            self.set_async(false);
        }
    }

    /// A stream that nothing here can decode: others go on.
    fn post_undecodable(&self, stream: &gst::Stream) {
        let element = self.obj();
        let caps = stream.caps().unwrap_or_else(gst::Caps::new_empty);
        let structure = gst::Structure::builder(MISSING)
            .field("type", "decoder")
            .field("detail", &caps)
            .field("name", format!("decoder of {caps}"))
            .build();
        let missing = gst::message::Element::builder(structure)
            .src(&*element)
            .build();
        message::send(element.upcast_ref(), missing);
        let id = stream.stream_id().unwrap_or_default();
        let text = format!("the stream {id} is left out: install a decoder of {caps}");
        let warning = gst::message::Warning::builder(gst::StreamError::CodecNotFound, &text)
            .src(&*element)
            .build();
        message::send(element.upcast_ref(), warning);
    }

    fn take_selected(&self, streams: Vec<gst::Stream>) {
        let media = streams.iter().filter(|stream| facts::kind(stream).is_some());
        let ids = media.filter_map(|stream| stream.stream_id().map(Into::into));
        let expected: Vec<String> = ids.collect();
        let generation = {
            let mut state = self.lock();
            let Some(run) = &mut state.run else { return };
            run.expected = Some(expected);
            run.generation
        };
        self.expose_when_complete(generation);
    }

    /// Streams of these caps, which have no pad yet, will have none.
    fn take_missing(&self, missing: &gst::StructureRef) {
        let Ok(caps) = missing.get::<gst::Caps>("detail") else {
            return;
        };
        let run = self.lock().run.clone();
        let Some(run) = run else { return };
        let is_meant = |stream: &&gst::Stream| stream.caps().is_some_and(|own| own.can_intersect(&caps));
        let meant = run.collection.iter().filter(is_meant);
        let ids = meant.filter_map(|stream| stream.stream_id().map(String::from));
        let has_pad = |id: &String| run.streams.iter().any(|stream| stream.id == *id);
        let hopeless: Vec<String> = ids.filter(|id| !has_pad(id)).collect();
        if hopeless.is_empty() {
            return;
        }
        self.with_run(run.generation, |run| run.hopeless.extend(hopeless));
        self.expose_when_complete(run.generation);
    }
}

const MISSING: &str = "missing-plugin";
