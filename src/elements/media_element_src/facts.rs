//! What a resource says of a stream, in the words of audio and video tracks.

use crate::media::track_list::Details;
use crate::model::constraints::Kind;
use crate::model::track_list::{Facts, audio_kinds, bcp47, video_kinds};

/// Whether a stream is sound or pictures; `None`: it is neither.
pub(super) fn kind(stream: &gst::Stream) -> Option<Kind> {
    let kind = stream.stream_type();
    if kind.contains(gst::StreamType::VIDEO) {
        Some(Kind::Video)
    } else if kind.contains(gst::StreamType::AUDIO) {
        Some(Kind::Audio)
    } else {
        None
    }
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
            id: stream.stream_id().map(Into::into).unwrap_or_default(),
            kind: kind.to_owned(),
            label: title(stream),
            language: language(stream),
        };
        (details, named == Some(at))
    };
    streams.iter().zip(kinds).enumerate().map(describe).collect()
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
    let title = tags.as_ref().and_then(|tags| tags.get::<gst::tags::Title>());
    title.map(|title| title.get().to_owned()).unwrap_or_default()
}

fn language(stream: &gst::Stream) -> String {
    let tags = stream.tags();
    let code = tags.as_ref().and_then(|tags| tags.get::<gst::tags::LanguageCode>());
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
        let streams = [stream("a", no, "en", ""), stream("b", yes, "en", ""), stream("c", yes, "en", "")];
        let described = describe(Kind::Audio, &streams);
        let named: Vec<bool> = described.iter().map(|(_, named)| *named).collect();
        assert_eq!(named, [false, true, false]);
    }
}
