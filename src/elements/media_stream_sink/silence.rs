//! The sound of a gap: silence, in pieces.

use gst::ClockTime;

/// Of sound that has no times nobody knows when a gap has passed, so it is not longer than this.
const LONGEST_UNTIMED: ClockTime = ClockTime::from_seconds(10);
/// Pieces in a second: who pauses, seeks or stops waits for no more than one.
const PIECES: u32 = 10;
/// A piece has no more bytes than this, however many channels there are.
const BIGGEST: u32 = 64 * 1024;

/// Pieces of silence, each of which begins where the one before it ended. All are the same memory.
pub(super) struct Silence {
    piece: gst::Buffer,
    info: gst_audio::AudioInfo,
    start: ClockTime,
    /// In samples of a channel.
    passed: u64,
    length: u64,
}

impl Silence {
    /// From `start` to `stop`, in sound of these caps.
    pub fn new(caps: &gst::CapsRef, start: ClockTime, stop: ClockTime) -> Option<Self> {
        let info = gst_audio::AudioInfo::from_caps(caps).ok()?;
        let length = samples(&info, stop.checked_sub(start)?)?;
        let most = (info.rate() / PIECES).min(BIGGEST / info.bpf().max(1));
        let most = u64::from(most.max(1)).min(length);
        let mut bytes = vec![0; usize::try_from(most).ok()? * info.bpf() as usize];
        info.format_info().fill_silence(&mut bytes);
        let mut piece = gst::Buffer::from_slice(bytes);
        piece.get_mut()?.set_flags(gst::BufferFlags::GAP);
        Some(Self {
            piece,
            info,
            start,
            passed: 0,
            length,
        })
    }

    /// As much of it as is played where nothing has its time.
    pub fn untimed(mut self) -> Self {
        let longest = samples(&self.info, LONGEST_UNTIMED).unwrap_or_default();
        self.length = self.length.min(longest);
        self
    }

    fn time(&self, at: u64) -> Option<ClockTime> {
        let second = ClockTime::SECOND.nseconds();
        let passed = u128::from(at) * u128::from(second) / u128::from(self.info.rate().max(1));
        let passed = ClockTime::try_from(u64::try_from(passed).ok()?).ok()?;
        self.start.checked_add(passed)
    }
}

fn samples(info: &gst_audio::AudioInfo, lasts: ClockTime) -> Option<u64> {
    let rate = u128::from(info.rate());
    let second = u128::from(ClockTime::SECOND.nseconds());
    // The nearest: what comes after the gap begins there.
    let samples = (u128::from(lasts.nseconds()) * rate + second / 2) / second;
    u64::try_from(samples).ok()
}

impl Iterator for Silence {
    type Item = gst::Buffer;

    fn next(&mut self) -> Option<gst::Buffer> {
        let frame = self.info.bpf() as usize;
        let all = self.piece.size() / frame.max(1);
        let left = self.length - self.passed;
        let count = usize::try_from(left).map_or(all, |left| left.min(all));
        if count == 0 {
            return None;
        }
        let (start, end) = (self.passed, self.passed + count as u64);
        let (start, stop) = (self.time(start)?, self.time(end)?);
        let what = gst::BufferCopyFlags::FLAGS | gst::BufferCopyFlags::MEMORY;
        let mut piece = self.piece.copy_region(what, 0..count * frame).ok()?;
        let writable = piece.get_mut()?;
        writable.set_pts(start);
        writable.set_duration(stop - start);
        self.passed = end;
        Some(piece)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn silence(channels: u32, rate: u32, start: ClockTime, stop: ClockTime) -> Silence {
        gst::init().expect("GStreamer starts");
        let caps = format!(
            "audio/x-raw,format=F64LE,layout=interleaved,rate={rate},channels={channels},\
             channel-mask=(bitmask)0"
        );
        let caps: gst::Caps = caps.parse().expect("they are caps");
        Silence::new(&caps, start, stop).expect("sound")
    }

    fn ms(ms: u64) -> ClockTime {
        ClockTime::from_mseconds(ms)
    }

    #[test]
    fn it_is_as_long_as_the_gap() {
        let pieces: Vec<_> = silence(2, 8000, ms(500), ms(3750)).collect();
        assert_eq!(pieces.iter().map(|p| p.size()).sum::<usize>(), 26_000 * 16);
        let mut at = ms(500);
        for piece in &pieces {
            assert_eq!(piece.pts(), Some(at));
            let lasts = piece.duration().expect("it says so");
            assert!(lasts <= ms(100) && piece.flags().contains(gst::BufferFlags::GAP));
            at += lasts;
        }
        assert_eq!((pieces.len(), at), (33, ms(3750)));
    }

    #[test]
    fn a_piece_is_small_however_wide_the_sound_is() {
        let mut pieces = silence(64, 768_000, ms(0), ms(3000));
        let (one, two) = (pieces.next().expect("one"), pieces.next().expect("two"));
        assert_eq!(one.size(), 64 * 1024);
        let memory = |buffer: &gst::Buffer| {
            let map = buffer.map_readable().expect("it can be read");
            assert!(map.iter().all(|byte| *byte == 0));
            map.as_ptr()
        };
        assert_eq!(memory(&one), memory(&two), "there is one");
        assert_eq!(pieces.count(), 3 * 768_000 / 128 - 2);
    }

    #[test]
    fn gaps_of_no_length_and_beyond_all_times() {
        assert!(silence(1, 48_000, ms(7), ms(7)).next().is_none());
        let mut longest = silence(1, 768_000, ms(0), ClockTime::MAX);
        assert!(longest.next().is_some());
        assert_eq!(longest.untimed().count(), 937);
    }
}
