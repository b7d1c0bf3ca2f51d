//! Which providers are asked: `auto`, or a list of names.

use std::fmt;

use super::device::Api;

/// A provider that the registry can ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// `pipewiredeviceprovider`
    PipeWire,
    /// `v4l2deviceprovider`
    V4l2,
    /// The sound cards, which the plugin lists better than `alsadeviceprovider`.
    Alsa,
    /// `pulsedeviceprovider`
    Pulse,
    /// `libcameraprovider`
    Libcamera,
    /// `fakemediadeviceprovider`
    Fake,
}

impl Source {
    /// In the order in which their names are listed in messages.
    pub const ALL: [Self; 6] = [
        Self::PipeWire,
        Self::V4l2,
        Self::Alsa,
        Self::Pulse,
        Self::Libcamera,
        Self::Fake,
    ];

    /// The name that users write.
    pub fn name(self) -> &'static str {
        match self {
            Self::PipeWire => "pipewire",
            Self::V4l2 => "v4l2",
            Self::Alsa => "alsa",
            Self::Pulse => "pulse",
            Self::Libcamera => "libcamera",
            Self::Fake => "fake",
        }
    }

    /// The name of the GStreamer feature.
    pub fn feature(self) -> &'static str {
        match self {
            Self::PipeWire => "pipewiredeviceprovider",
            Self::V4l2 => "v4l2deviceprovider",
            Self::Alsa => "alsadeviceprovider",
            Self::Pulse => "pulsedeviceprovider",
            Self::Libcamera => "libcameraprovider",
            Self::Fake => "fakemediadeviceprovider",
        }
    }

    /// How its devices are opened.
    pub fn api(self) -> Api {
        match self {
            Self::PipeWire => Api::PipeWire,
            Self::V4l2 => Api::V4l2,
            Self::Alsa => Api::Alsa,
            Self::Pulse => Api::Pulse,
            Self::Libcamera => Api::Libcamera,
            Self::Fake => Api::Fake,
        }
    }
}

/// A name in the list that is no provider's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyError {
    /// The name, or empty when the list names nothing.
    pub name: String,
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.name.is_empty() {
            write!(f, "the list of device providers is empty")?;
        } else {
            write!(f, "no device provider is called '{}'", self.name)?;
        }
        let names = Source::ALL.map(Source::name);
        write!(f, "; say 'auto', or some of {}", names.join(","))
    }
}

impl std::error::Error for PolicyError {}

/// Reads the property `providers`: each source once, in the order of [`Source::ALL`].
///
/// # Errors
///
/// An unknown name, or none at all.
pub fn parse(text: &str) -> Result<Vec<Source>, PolicyError> {
    let mut sources = Vec::new();
    for word in text.split(',').map(str::trim).filter(|w| !w.is_empty()) {
        if word == "auto" {
            // The real ones. A machine without any device lists none.
            sources.extend(Source::ALL.into_iter().filter(|s| *s != Source::Fake));
            continue;
        }
        let known = Source::ALL.into_iter().find(|s| s.name() == word);
        sources.push(known.ok_or_else(|| PolicyError { name: word.into() })?);
    }
    if sources.is_empty() {
        return Err(PolicyError {
            name: String::new(),
        });
    }
    sources.sort_unstable();
    sources.dedup();
    Ok(sources)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn auto_is_every_real_provider() {
        let names: Vec<_> = parse("auto").unwrap().iter().map(|s| s.name()).collect();
        assert_eq!(names, ["pipewire", "v4l2", "alsa", "pulse", "libcamera"]);
    }

    #[test]
    fn a_list_is_taken_as_a_set() {
        let names = parse(" fake, v4l2,,fake").unwrap();
        assert_eq!(names, [Source::V4l2, Source::Fake]);
        assert_eq!(parse("auto,fake").unwrap(), Source::ALL);
    }

    #[test]
    fn an_unknown_name_is_told_with_the_known_ones() {
        let error = parse("v4l2,jack").unwrap_err().to_string();
        assert_eq!(
            error,
            "no device provider is called 'jack'; say 'auto', or some of pipewire,v4l2,alsa,pulse,libcamera,fake"
        );
        assert!(parse(" , ").unwrap_err().to_string().contains("is empty"));
    }
}
