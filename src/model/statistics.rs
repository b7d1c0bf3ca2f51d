//! The statistics of a track ("MediaStreamTrack Statistics"): what became of its frames, and when
//! sound arrived.
//!
//! Everything that becomes of one frame is counted in one step, so whoever reads never sees more
//! frames delivered and discarded than there were.

use std::time::Duration;

use super::constraints::Kind;

/// What became of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Handed to a consumer, or would have been, had there been one.
    Delivered,
    /// Left out to honour the target frame rate.
    Discarded,
    /// Lost for any other reason.
    Dropped,
}

/// `MediaStreamTrackVideoStats`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct VideoStats {
    /// Frames that a consumer got, or would have got.
    pub delivered_frames: u64,
    /// Frames left out to honour the target frame rate.
    pub discarded_frames: u64,
    /// All frames, those that were lost for other reasons as well.
    pub total_frames: u64,
}

impl VideoStats {
    /// What was counted after `before`.
    #[must_use]
    pub fn since(&self, before: &Self) -> Self {
        Self {
            delivered_frames: self
                .delivered_frames
                .saturating_sub(before.delivered_frames),
            discarded_frames: self
                .discarded_frames
                .saturating_sub(before.discarded_frames),
            total_frames: self.total_frames.saturating_sub(before.total_frames),
        }
    }
}

/// `MediaStreamTrackAudioStats`.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct AudioStats {
    /// Sample frames that a consumer got, or would have got.
    pub delivered_frames: u64,
    /// How long they last.
    pub delivered_frames_duration: Duration,
    /// All sample frames.
    pub total_frames: u64,
    /// How long they last.
    pub total_frames_duration: Duration,
    /// The time from capture to delivery of the latest sound.
    pub latency: Duration,
    /// Its average over all sound since the last reset.
    pub average_latency: Duration,
    /// The shortest since the last reset.
    pub minimum_latency: Duration,
    /// The longest since the last reset.
    pub maximum_latency: Duration,
}

/// The attribute `stats` of a track.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Stats {
    /// Of a camera's track.
    Video(VideoStats),
    /// Of a microphone's track.
    Audio(AudioStats),
}

/// The latencies since the last reset, weighted by how much sound had them.
#[derive(Debug, Clone, Copy, Default)]
struct Window {
    frames: f64,
    sum: f64,
    begun: bool,
}

/// Counts for one track.
#[derive(Debug, Clone)]
pub struct Counter {
    stats: Stats,
    window: Window,
}

impl Counter {
    /// Nothing counted yet.
    pub fn new(kind: Kind) -> Self {
        Self {
            stats: match kind {
                Kind::Video => Stats::Video(VideoStats::default()),
                Kind::Audio => Stats::Audio(AudioStats::default()),
            },
            window: Window::default(),
        }
    }

    /// What was counted so far.
    pub fn stats(&self) -> Stats {
        self.stats
    }

    /// Frames of which the same became. `duration`: how long all of them last.
    pub fn count(&mut self, fate: Fate, frames: u64, duration: Duration) {
        match &mut self.stats {
            Stats::Video(video) => {
                video.total_frames = video.total_frames.saturating_add(frames);
                match fate {
                    Fate::Delivered => {
                        video.delivered_frames = video.delivered_frames.saturating_add(frames);
                    }
                    Fate::Discarded => {
                        video.discarded_frames = video.discarded_frames.saturating_add(frames);
                    }
                    Fate::Dropped => {}
                }
            }
            Stats::Audio(audio) => {
                audio.total_frames = audio.total_frames.saturating_add(frames);
                audio.total_frames_duration = audio.total_frames_duration.saturating_add(duration);
                if fate == Fate::Delivered {
                    audio.delivered_frames = audio.delivered_frames.saturating_add(frames);
                    audio.delivered_frames_duration =
                        audio.delivered_frames_duration.saturating_add(duration);
                }
            }
        }
    }

    /// Frames of a camera that were counted elsewhere.
    pub fn add(&mut self, counted: VideoStats) {
        if let Stats::Video(video) = &mut self.stats {
            for (sum, more) in [
                (&mut video.delivered_frames, counted.delivered_frames),
                (&mut video.discarded_frames, counted.discarded_frames),
                (&mut video.total_frames, counted.total_frames),
            ] {
                *sum = sum.saturating_add(more);
            }
        }
    }

    /// Sound arrived this long after its capture.
    pub fn arrived(&mut self, frames: u64, latency: Duration) {
        let Stats::Audio(audio) = &mut self.stats else {
            return;
        };
        let window = &mut self.window;
        audio.latency = latency;
        if std::mem::replace(&mut window.begun, true) {
            audio.minimum_latency = audio.minimum_latency.min(latency);
            audio.maximum_latency = audio.maximum_latency.max(latency);
        } else {
            audio.minimum_latency = latency;
            audio.maximum_latency = latency;
        }
        // Exact enough for centuries; an empty buffer weighs as much as one frame.
        let weight = frames.max(1) as f64;
        window.frames += weight;
        window.sum += latency.as_secs_f64() * weight;
        let average = Duration::try_from_secs_f64(window.sum / window.frames);
        audio.average_latency = average
            .unwrap_or(latency)
            .clamp(audio.minimum_latency, audio.maximum_latency);
    }

    /// `resetLatency()`: average, minimum and maximum are the present latency, and a new window
    /// begins.
    pub fn reset_latency(&mut self) {
        if let Stats::Audio(audio) = &mut self.stats {
            audio.average_latency = audio.latency;
            audio.minimum_latency = audio.latency;
            audio.maximum_latency = audio.latency;
            self.window = Window {
                begun: self.window.begun,
                ..Window::default()
            };
        }
    }
}

/// Which frames of a camera a track of a lower rate has: for tracks that nobody reads, where no
/// element leaves frames out.
#[derive(Debug, Clone, Copy, Default)]
pub struct Decimation {
    due: Option<Duration>,
}

impl Decimation {
    /// What becomes of the frame captured at `captured`. `interval` is the track's; `lasts` is the
    /// camera's, if it says.
    pub fn fate(
        &mut self,
        captured: Duration,
        interval: Duration,
        lasts: Option<Duration>,
    ) -> Fate {
        let due = self.due.unwrap_or(captured);
        let early = lasts.map_or(interval / 3, |lasts| (lasts / 2).min(interval));
        if captured.saturating_add(early) < due {
            return Fate::Discarded;
        }
        let next = due.saturating_add(interval);
        // What was missed is not made up for.
        self.due = Some(if next < captured {
            captured.saturating_add(interval)
        } else {
            next
        });
        Fate::Delivered
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn audio(counter: &Counter) -> AudioStats {
        match counter.stats() {
            Stats::Audio(audio) => audio,
            Stats::Video(_) => panic!("audio was asked for"),
        }
    }

    /// #190, #202
    #[test]
    fn every_frame_is_counted_once_and_in_the_total() {
        let mut counter = Counter::new(Kind::Video);
        for fate in [Fate::Delivered, Fate::Discarded, Fate::Dropped] {
            counter.count(fate, 2, 40 * MS);
        }
        let expected = VideoStats {
            delivered_frames: 2,
            discarded_frames: 2,
            total_frames: 6,
        };
        assert_eq!(counter.stats(), Stats::Video(expected));
    }

    #[test]
    fn sound_is_counted_in_frames_and_time() {
        let mut counter = Counter::new(Kind::Audio);
        counter.count(Fate::Delivered, 480, 10 * MS);
        counter.count(Fate::Dropped, 960, 20 * MS);
        let audio = audio(&counter);
        assert_eq!((audio.delivered_frames, audio.total_frames), (480, 1440));
        assert_eq!(audio.delivered_frames_duration, 10 * MS);
        assert_eq!(audio.total_frames_duration, 30 * MS);
    }

    /// #193
    #[test]
    fn a_reset_begins_with_the_present_latency() {
        let mut counter = Counter::new(Kind::Audio);
        counter.arrived(100, 10 * MS);
        counter.arrived(300, 30 * MS);
        let before = audio(&counter);
        assert_eq!(before.latency, 30 * MS);
        assert_eq!(before.average_latency, 25 * MS, "weighted");
        assert_eq!(before.minimum_latency, 10 * MS);
        counter.reset_latency();
        let reset = audio(&counter);
        assert_eq!(
            (
                reset.average_latency,
                reset.minimum_latency,
                reset.maximum_latency
            ),
            (30 * MS, 30 * MS, 30 * MS)
        );
        counter.arrived(100, 20 * MS);
        let after = audio(&counter);
        assert_eq!(after.average_latency, 20 * MS, "a new window");
        assert_eq!(
            (after.minimum_latency, after.maximum_latency),
            (20 * MS, 30 * MS)
        );
    }

    fn delivered(interval: Duration, lasts: Option<Duration>, frames: u32) -> usize {
        let mut decimation = Decimation::default();
        let fates = (0..frames).map(|n| decimation.fate(n * 100 * MS / 3, interval, lasts));
        fates.filter(|fate| *fate == Fate::Delivered).count()
    }

    #[test]
    fn a_quarter_of_the_rate_is_a_quarter_of_the_frames() {
        assert_eq!(delivered(400 * MS / 3, Some(33 * MS), 400), 100);
        assert!((100..=101).contains(&delivered(400 * MS / 3, None, 400)));
        assert_eq!(delivered(50 * MS, Some(33 * MS), 300), 200);
        assert_eq!(delivered(33 * MS, Some(33 * MS), 300), 300);
    }
}
