//! How the streams of one source are recognised among all others that a daemon serves.
//!
//! The daemon knows a stream by numbers that the element in between does not tell; what we write into its
//! properties everybody can read.

use gst::glib;

/// What the mark of every stream of this crate begins with.
const PREFIX: &str = "gst-mediastream";

/// Written into the streams of one source, in this process and no other.
#[derive(Debug, Clone)]
pub(super) struct Mark(String);

impl Mark {
    /// One that nobody else has.
    pub fn new() -> Self {
        Self(format!("{PREFIX}/{}/", glib::uuid_string_random()))
    }

    /// What the stream of one run is marked with.
    pub fn of_run(&self, run: u64) -> String {
        format!("{}{run}", self.0)
    }

    /// The run that is marked so, if it is one of this source.
    #[cfg(feature = "pipewire")]
    pub fn run(&self, text: &str) -> Option<u64> {
        text.strip_prefix(self.0.as_str())?.parse().ok()
    }
}

/// Whether a source of this crate has marked a stream so, in whatever process.
#[cfg(feature = "pipewire")]
pub(super) fn is_one(text: &str) -> bool {
    text.starts_with(PREFIX)
}

#[cfg(all(test, feature = "pipewire"))]
mod tests {
    use super::*;

    #[test]
    fn a_source_knows_its_own_runs() {
        let (mine, other) = (Mark::new(), Mark::new());
        assert_eq!(mine.run(&mine.of_run(7)), Some(7));
        assert_eq!(mine.run(&other.of_run(7)), None);
        assert_eq!(mine.run("7"), None);
        assert_eq!(mine.run(""), None);
    }
}
