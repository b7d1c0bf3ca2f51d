//! The answer to "why this mode?".

use std::fmt;

use super::mode::{Candidate, NativeMode, NativePoint, Span};
use super::property::Property;

/// What decided between equally near candidates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Tie {
    /// The device would have to be set anew.
    Current,
    /// The native frame would be scaled, cropped or decimated more.
    Resampling,
    /// The defaults are farther.
    Defaults,
    /// The consumer's order, or the cost of converting.
    Consumer,
    /// The order of the candidates.
    Order,
}

/// What became of a candidate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Fate {
    /// It is no mode at all.
    Void,
    /// Nothing converts it to what the consumer accepts.
    Unreachable,
    /// A required constraint leaves nothing of it.
    RuledOut(Property),
    /// It misses an advanced set that others meet.
    MissesSet(u32),
    /// It is no nearer than this.
    Distance(f64),
    /// Equally near, but ...
    Tied(Tie),
    /// The best so far.
    Chosen,
}

impl Fate {
    /// The better of two fates.
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Distance(a), Self::Distance(b)) => Self::Distance(a.min(b)),
            (Self::MissesSet(a), Self::MissesSet(b)) => Self::MissesSet(a.max(b)),
            (a, b) if a.rank() >= b.rank() => a,
            (_, b) => b,
        }
    }

    fn rank(self) -> u8 {
        match self {
            Self::Void => 0,
            Self::Unreachable => 1,
            Self::RuledOut(_) => 2,
            Self::MissesSet(_) => 3,
            Self::Distance(_) => 4,
            Self::Tied(_) => 5,
            Self::Chosen => 6,
        }
    }
}

impl fmt::Display for Fate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Void => f.write_str("is no mode"),
            Self::Unreachable => f.write_str("cannot be converted to what the consumer accepts"),
            Self::RuledOut(property) => write!(f, "ruled out by {property}"),
            Self::MissesSet(set) => write!(f, "misses advanced set {}", set + 1),
            Self::Distance(distance) => write!(f, "distance {distance:.4} or more"),
            Self::Tied(Tie::Current) => {
                f.write_str("equally near, but the device is set otherwise")
            }
            Self::Tied(Tie::Resampling) => f.write_str("equally near, but resampled more"),
            Self::Tied(Tie::Defaults) => f.write_str("equally near, but farther from the defaults"),
            Self::Tied(Tie::Consumer) => {
                f.write_str("equally near, but the consumer prefers another")
            }
            Self::Tied(Tie::Order) => f.write_str("equally near, but listed later"),
            Self::Chosen => f.write_str("chosen"),
        }
    }
}

/// The candidates, their distances, and what ruled each out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    outcome: String,
    /// As many as a person reads.
    candidates: Vec<(NativeMode, Fate)>,
    /// How many more there are.
    more: usize,
}

/// As many candidates are told of.
const READ: usize = 64;

impl Report {
    pub(super) fn new(
        outcome: String,
        candidates: &[Candidate],
        mut fate: impl FnMut(usize, &Candidate) -> Fate,
    ) -> Self {
        let read = candidates.iter().enumerate().take(READ);
        Self {
            outcome,
            candidates: read
                .map(|(index, candidate)| (candidate.mode, fate(index, candidate)))
                .collect(),
            more: candidates.len().saturating_sub(READ),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.outcome)?;
        for (index, (mode, fate)) in self.candidates.iter().enumerate() {
            write!(f, "\n  {index}: {mode}: {fate}")?;
        }
        if self.more > 0 {
            write!(f, "\n  and {} more", self.more)?;
        }
        Ok(())
    }
}

impl<T: fmt::Display + PartialEq> fmt::Display for Span<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.min == self.max {
            write!(f, "{}", self.min)
        } else {
            write!(f, "[{}..{}]", self.min, self.max)
        }
    }
}

impl fmt::Display for NativeMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Video(mode) => {
                write!(f, "{}x{}", mode.width, mode.height)?;
                match mode.frame_rate {
                    Some(span) if span.min == span.max => write!(f, "@{}", span.min),
                    Some(span) => write!(f, "@[{}..{}]", span.min, span.max),
                    None => Ok(()),
                }
            }
            Self::Audio(mode) => {
                write!(
                    f,
                    "{} Hz, {} channels",
                    mode.sample_rate, mode.channel_count
                )?;
                match mode.sample_size {
                    Some(bits) => write!(f, ", {bits} bits"),
                    None => f.write_str(", not linear"),
                }
            }
        }
    }
}

impl fmt::Display for NativePoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Video {
                width,
                height,
                frame_rate,
            } => {
                write!(f, "{width}x{height}")?;
                frame_rate.map_or(Ok(()), |rate| write!(f, "@{rate}"))
            }
            Self::Audio {
                sample_rate,
                channel_count,
            } => write!(f, "{sample_rate} Hz, {channel_count} channels"),
        }
    }
}
