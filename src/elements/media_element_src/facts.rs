//! What a resource says of a stream, in the words of audio and video tracks.

use gst::prelude::*;

use crate::media::track_list::Details;
use crate::model::constraints::Kind;
use crate::model::track_list::{Facts, audio_kinds, bcp47, video_kinds};

/// What is behind a decoder's pad, and whether it is sound or pictures; `None`: it is neither.
pub(super) fn of_pad(pad: &gst::Pad) -> Option<(gst::Stream, Kind)> {
    let caps = pad.current_caps().unwrap_or_else(|| pad.query_caps(None));
    let (stream_type, kind) = match caps.structure(0)?.name().as_str() {
        "video/x-raw" => (gst::StreamType::VIDEO, Kind::Video),
        "audio/x-raw" => (gst::StreamType::AUDIO, Kind::Audio),
        _ => return None,
    };
    let start = pad.sticky_event::<gst::event::StreamStart>(0);
    let flags = start.as_ref().map(|start| start.stream_flags());
    let id = start.as_ref().map(|start| start.stream_id().to_string());
    let stream = gst::Stream::new(
        id.as_deref(),
        Some(&caps),
        stream_type,
        flags.unwrap_or_else(gst::StreamFlags::empty),
    );
    Some((stream, kind))
}

/// What has been said of it since.
pub(super) fn update(stream: &gst::Stream, pad: &gst::Pad) {
    stream.set_caps(pad.current_caps().as_ref());
    stream.set_tags(tags(pad).as_ref());
}

/// Those of the stream. What a file says of itself as a whole is no track's title.
fn tags(pad: &gst::Pad) -> Option<gst::TagList> {
    let all = (0..).map_while(|number| pad.sticky_event::<gst::event::Tag>(number));
    let tags = all.map(|event| event.tag_owned());
    let of_stream = tags.filter(|tags| tags.scope() == gst::TagScope::Stream);
    of_stream.reduce(|all, more| all.merge(&more, gst::TagMergeMode::Append))
}

/// The id of a stream.
pub(super) fn id(stream: &gst::Stream) -> String {
    stream.stream_id().map(Into::into).unwrap_or_default()
}

/// What is fixed for the life of the tracks of one kind, in the order of the resource, and which of them
/// the resource names to be played.
pub(super) fn describe(kind: Kind, streams: &[gst::Stream]) -> Vec<(Details, bool)> {
    let facts: Vec<Facts> = streams.iter().map(facts).collect();
    let kinds = match kind {
        Kind::Audio => audio_kinds(&facts),
        Kind::Video => video_kinds(&facts),
    };
    let named = named(&facts);
    let describe = |(at, (stream, kind)): (usize, (&gst::Stream, &str))| {
        let details = Details {
            id: id(stream),
            kind: kind.to_owned(),
            label: title(stream),
            language: language(stream),
        };
        (details, named == Some(at))
    };
    streams
        .iter()
        .zip(kinds)
        .enumerate()
        .map(describe)
        .collect()
}

/// The one to begin with. Files flag all of their tracks as the default, one, or none.
fn named(facts: &[Facts]) -> Option<usize> {
    let first = |fits: fn(&Facts) -> bool| facts.iter().position(fits);
    first(|facts| facts.is_default)
        .or_else(|| first(|facts| !facts.is_alternative))
        .or(Some(0))
}

/// No demuxer of GStreamer tells more than the flags and the language.
fn facts(stream: &gst::Stream) -> Facts {
    let flags = stream.stream_flags();
    Facts {
        is_default: flags.contains(gst::StreamFlags::SELECT),
        is_alternative: flags.contains(gst::StreamFlags::UNSELECT),
        language: language(stream),
        ..Facts::default()
    }
}

fn title(stream: &gst::Stream) -> String {
    let tags = stream.tags();
    let title = tags
        .as_ref()
        .and_then(|tags| tags.get::<gst::tags::Title>());
    title
        .map(|title| title.get().to_owned())
        .unwrap_or_default()
}

fn language(stream: &gst::Stream) -> String {
    let tags = stream.tags();
    let code = tags
        .as_ref()
        .and_then(|tags| tags.get::<gst::tags::LanguageCode>());
    code.map(|code| bcp47(code.get())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(id: &str, flags: gst::StreamFlags, language: &str, title: &str) -> gst::Stream {
        let stream = gst::Stream::new(Some(id), None, gst::StreamType::AUDIO, flags);
        let mut tags = gst::TagList::new();
        let all = tags.make_mut();
        all.add::<gst::tags::LanguageCode>(&language, gst::TagMergeMode::Append);
        all.add::<gst::tags::Title>(&title, gst::TagMergeMode::Append);
        stream.set_tags(Some(&tags));
        stream
    }

    #[test]
    fn tags_become_attributes() {
        gst::init().unwrap();
        let none = gst::StreamFlags::empty();
        let streams = [
            stream("a", none, "eng", "English"),
            stream("b", none, "ger", "Deutsch"),
        ];
        let described = describe(Kind::Audio, &streams);
        let expected = |id: &str, kind: &str, label: &str, language: &str| Details {
            id: id.into(),
            kind: kind.into(),
            label: label.into(),
            language: language.into(),
        };
        assert_eq!(
            described,
            [
                (expected("a", "main", "English", "en"), true),
                (expected("b", "translation", "Deutsch", "de"), false),
            ]
        );
    }

    #[test]
    fn the_default_of_the_resource_is_played() {
        gst::init().unwrap();
        let (yes, no) = (gst::StreamFlags::SELECT, gst::StreamFlags::UNSELECT);
        let streams = [
            stream("a", no, "en", ""),
            stream("b", yes, "en", ""),
            stream("c", yes, "en", ""),
        ];
        let described = describe(Kind::Audio, &streams);
        let named: Vec<bool> = described.iter().map(|(_, named)| *named).collect();
        assert_eq!(named, [false, true, false]);
    }
}
