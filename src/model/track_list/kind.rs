//! `kind`: what a track is to the main one (HTML, the table "Return values for `AudioTrack`'s kind getter
//! and `VideoTrack`'s kind getter").
//!
//! Containers say little: most flag all their tracks, or none, as the default. So the main track is the
//! first that is flagged, or else the first that nothing speaks against, and there is one of it.

/// How a track describes the pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Description {
    /// The description alone, to be heard beside the main track.
    Alone,
    /// Mixed into the main sound already.
    Mixed,
}

/// What a resource says of one track. Nothing is the default.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Facts {
    /// To be played if nobody chooses.
    pub is_default: bool,
    /// Not to be played if nobody chooses.
    pub is_alternative: bool,
    /// Somebody talks about the main track.
    pub is_commentary: bool,
    /// For people who do not see: an audio track.
    pub describes: Option<Description>,
    /// For people who do not hear, in sign language: a video track.
    pub is_signed: bool,
    /// For people who do not hear, written into the pictures: a video track.
    pub is_captioned: bool,
    /// Written into the pictures, a translation of what is said: a video track.
    pub is_subtitled: bool,
    /// In the language in which the work was made.
    pub is_original: bool,
    /// In another language than that: dubbed.
    pub is_translation: bool,
    /// The BCP 47 tag, or nothing if it is not known.
    pub language: String,
}

/// The value of `kind` for each audio track of a resource.
pub fn audio_kinds(tracks: &[Facts]) -> Vec<&'static str> {
    let special = |facts: &Facts| match facts.describes {
        Some(Description::Alone) => Some("descriptions"),
        Some(Description::Mixed) => Some("main-desc"),
        None if facts.is_translation => Some("translation"),
        None => None,
    };
    kinds(tracks, special, "translation")
}

/// The value of `kind` for each video track of a resource.
pub fn video_kinds(tracks: &[Facts]) -> Vec<&'static str> {
    let special = |facts: &Facts| match facts {
        _ if facts.is_signed => Some("sign"),
        _ if facts.is_captioned => Some("captions"),
        _ if facts.is_subtitled => Some("subtitles"),
        _ => None,
    };
    kinds(tracks, special, "alternative")
}

/// `special`: what sound or pictures have of their own; `foreign`: what a track is in another language
/// than the main one.
fn kinds(
    tracks: &[Facts],
    special: impl Fn(&Facts) -> Option<&'static str>,
    foreign: &'static str,
) -> Vec<&'static str> {
    let special = |facts: &Facts| match facts.is_commentary {
        true => Some("commentary"),
        false => special(facts),
    };
    let main = main(tracks, &special);
    let language = main
        .and_then(|at| tracks.get(at))
        .map_or("", |facts| primary(&facts.language));
    let kind = |(at, facts): (usize, &Facts)| {
        let own = primary(&facts.language);
        let is_known = !own.is_empty() && !language.is_empty();
        match special(facts) {
            Some(kind) => kind,
            None if main == Some(at) => "main",
            None if is_known && own != language && !facts.is_original => foreign,
            // Another take in the same language, or one that the resource calls so.
            None if is_known || facts.is_alternative => "alternative",
            None => "",
        }
    };
    tracks.iter().enumerate().map(kind).collect()
}

/// Which is the main track.
fn main(tracks: &[Facts], special: &impl Fn(&Facts) -> Option<&'static str>) -> Option<usize> {
    let first = |fits: &dyn Fn(&Facts) -> bool| {
        tracks
            .iter()
            .position(|facts| special(facts).is_none() && fits(facts))
    };
    first(&|facts| facts.is_default)
        .or_else(|| first(&|facts| facts.is_original))
        .or_else(|| first(&|facts| !facts.is_alternative))
}

/// "en" of "en-GB": two tracks in the English of two countries are takes in one language.
fn primary(tag: &str) -> &str {
    match tag.split('-').next() {
        None | Some("und") => "",
        Some(language) => language,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spoken(language: &str) -> Facts {
        Facts {
            language: language.into(),
            ..Facts::default()
        }
    }

    fn default(language: &str) -> Facts {
        Facts {
            is_default: true,
            ..spoken(language)
        }
    }

    #[test]
    fn nothing_said_is_one_main_track() {
        assert_eq!(audio_kinds(&[]), [""; 0]);
        let nothing = Facts::default();
        assert_eq!(audio_kinds(std::slice::from_ref(&nothing)), ["main"]);
        assert_eq!(video_kinds(&[nothing.clone(), nothing]), ["main", ""]);
    }

    /// As Matroska has it where nobody wrote the flag.
    #[test]
    fn all_flagged_as_the_default_is_none_flagged() {
        let tracks = [default("en"), default("de"), default("en-GB")];
        assert_eq!(audio_kinds(&tracks), ["main", "translation", "alternative"]);
    }

    #[test]
    fn the_flagged_one_is_the_main_track() {
        let tracks = [spoken("de"), default("en"), spoken("")];
        assert_eq!(audio_kinds(&tracks), ["translation", "main", ""]);
    }

    #[test]
    fn the_original_is_no_translation() {
        let original = Facts {
            is_original: true,
            ..spoken("ja")
        };
        let tracks = [default("en"), original.clone()];
        assert_eq!(audio_kinds(&tracks), ["main", "alternative"]);
        let tracks = [spoken("en"), original];
        assert_eq!(audio_kinds(&tracks), ["translation", "main"]);
    }

    #[test]
    fn an_alternative_is_main_for_nobody() {
        let alternative = Facts {
            is_alternative: true,
            ..Facts::default()
        };
        let tracks = [alternative.clone(), Facts::default()];
        assert_eq!(video_kinds(&tracks), ["alternative", "main"]);
        assert_eq!(audio_kinds(&[alternative]), ["alternative"]);
    }

    #[test]
    fn there_is_one_main_track_at_the_most() {
        let said: Vec<Facts> = (0..32)
            .map(|bits| Facts {
                is_default: bits & 1 != 0,
                is_alternative: bits & 2 != 0,
                is_original: bits & 4 != 0,
                is_commentary: bits & 8 != 0,
                language: if bits & 16 != 0 { "en" } else { "" }.into(),
                ..Facts::default()
            })
            .collect();
        for a in &said {
            for b in &said {
                let tracks = [a.clone(), b.clone(), default("de")];
                for kinds in [audio_kinds(&tracks), video_kinds(&tracks)] {
                    let mains = kinds.iter().filter(|kind| **kind == "main").count();
                    assert_eq!(mains, 1, "{tracks:?}: {kinds:?}");
                }
            }
        }
    }

    #[test]
    fn what_is_heard_beside_or_instead() {
        let commentary = Facts {
            is_commentary: true,
            ..default("en")
        };
        let description = |describes| Facts {
            describes: Some(describes),
            ..spoken("en")
        };
        let dubbed = Facts {
            is_translation: true,
            ..spoken("")
        };
        let tracks = [
            commentary.clone(),
            description(Description::Alone),
            description(Description::Mixed),
            dubbed,
            spoken("en"),
        ];
        let kinds = [
            "commentary",
            "descriptions",
            "main-desc",
            "translation",
            "main",
        ];
        assert_eq!(audio_kinds(&tracks), kinds);
        assert_eq!(video_kinds(&[commentary]), ["commentary"]);
    }

    #[test]
    fn what_is_seen_instead() {
        let signed = Facts {
            is_signed: true,
            ..Facts::default()
        };
        let captioned = Facts {
            is_captioned: true,
            ..Facts::default()
        };
        let subtitled = Facts {
            is_subtitled: true,
            ..Facts::default()
        };
        let tracks = [default("en"), signed, captioned, subtitled, spoken("de")];
        let kinds = ["main", "sign", "captions", "subtitles", "alternative"];
        assert_eq!(video_kinds(&tracks), kinds);
    }
}
