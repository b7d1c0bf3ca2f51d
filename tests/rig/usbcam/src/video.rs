//! The camera's stream: what was agreed on, and the frames that go into isochronous packets.

use std::collections::VecDeque;
use std::rc::Rc;
use std::time::{Duration, Instant};

use crate::command::VideoCommand;
use crate::control::{GET_CUR, GET_DEF, GET_INFO, GET_LEN, GET_MAX, GET_MIN, SET_CUR};
use crate::descriptors::{CLOCK_FREQUENCY, INTERVALS, MJPEG, VIDEO_PACKET};
use crate::usbip::{PROTOCOL_ERROR, Urb};
use crate::{log, picture};

/// Selectors of the streaming interface.
const PROBE: u8 = 1;
const COMMIT: u8 = 2;
/// Bits of a payload header.
const FRAME_ID: u8 = 0x01;
const END_OF_FRAME: u8 = 0x02;
const ERROR: u8 = 0x40;
const END_OF_HEADER: u8 = 0x80;
const HEADER: usize = 2;
/// Behind by more than this, the camera skips instead of catching up.
const LATE: Duration = Duration::from_secs(1);

/// A size the camera offers.
pub struct Frame {
    pub width: u16,
    pub height: u16,
    /// Picture and black picture, compressed; raw ones are drawn.
    jpeg: Option<[Rc<[u8]>; 2]>,
}

/// All sizes.
pub struct Formats {
    pub yuyv: Vec<Frame>,
    pub jpeg: Vec<Frame>,
}

impl Frame {
    pub fn raw(width: u16, height: u16) -> Self {
        Frame {
            width,
            height,
            jpeg: None,
        }
    }

    pub fn jpeg(width: u16, height: u16, picture: Vec<u8>, black: Vec<u8>) -> Self {
        Frame {
            width,
            height,
            jpeg: Some([picture.into(), black.into()]),
        }
    }

    fn draw(&self, number: usize, black: bool) -> Rc<[u8]> {
        let (width, height) = (self.width.into(), self.height.into());
        match &self.jpeg {
            Some(pictures) => pictures[usize::from(black)].clone(),
            None if black => picture::black(width, height).into(),
            None => picture::yuyv(width, height, number).into(),
        }
    }
}

/// Format, size and interval, as host and device agree on them.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Agreement {
    format: u8,
    frame: u8,
    interval: u32,
}

/// What ails the camera.
#[derive(Default)]
struct Fault {
    stall: bool,
    error: bool,
    black: bool,
    corrupt: u32,
    short: u32,
    rate: Option<u32>,
}

/// The camera's streaming half.
pub struct Video {
    formats: Formats,
    // Apart from each other: another program may probe while one streams.
    probe: Agreement,
    committed: Agreement,
    streaming: bool,
    fault: Fault,
    waiting: VecDeque<Urb>,
    /// The frame on its way, and how much of it went.
    current: Option<(Rc<[u8]>, usize)>,
    count: usize,
    frame_id: u8,
    due: Instant,
}

impl Video {
    pub fn new(formats: Formats, now: Instant) -> Self {
        let first = Agreement {
            format: 1,
            frame: 1,
            interval: INTERVALS[0],
        };
        Video {
            formats,
            probe: first,
            committed: first,
            streaming: false,
            fault: Fault::default(),
            waiting: VecDeque::new(),
            current: None,
            count: 0,
            frame_id: 0,
            due: now,
        }
    }

    pub fn is_streaming(&self) -> bool {
        self.streaming
    }

    pub fn waiting(&mut self) -> &mut VecDeque<Urb> {
        &mut self.waiting
    }

    /// The alternate setting of the streaming interface: 0 is idle.
    pub fn set_streaming(&mut self, streaming: bool, now: Instant) {
        self.streaming = streaming;
        self.current = None;
        self.due = now;
        log(format_args!(
            "video {}: {:?}",
            if streaming { "starts" } else { "stops" },
            self.committed
        ));
    }

    pub fn command(&mut self, command: VideoCommand, now: Instant) {
        match command {
            VideoCommand::Run => {
                self.fault = Fault::default();
                self.due = now;
            }
            VideoCommand::Stall => self.fault.stall = true,
            VideoCommand::Error => self.fault.error = true,
            VideoCommand::Black => self.fault.black = true,
            VideoCommand::Corrupt(frames) => self.fault.corrupt = frames,
            VideoCommand::Short(frames) => self.fault.short = frames,
            VideoCommand::Fps(rate) => self.fault.rate = (rate > 0).then_some(rate),
        }
    }

    /// A request to the streaming interface; `None`: the device does not know it.
    pub fn request(&mut self, request: u8, selector: u8, data: &[u8]) -> Option<Vec<u8>> {
        if selector != PROBE && selector != COMMIT {
            return None;
        }
        match request {
            SET_CUR => {
                self.probe = self.nearest(data)?;
                if selector == COMMIT {
                    self.committed = self.probe;
                }
                Some(Vec::new())
            }
            GET_LEN => Some(34u16.to_le_bytes().to_vec()),
            GET_INFO => Some(vec![0b11]),
            GET_CUR | GET_MIN | GET_MAX | GET_DEF => {
                let agreement = if selector == PROBE {
                    self.probe
                } else {
                    self.committed
                };
                Some(self.agreement_bytes(agreement))
            }
            _ => None,
        }
    }

    fn frame(&self, agreement: Agreement) -> &Frame {
        let frames = if agreement.format == MJPEG {
            &self.formats.jpeg
        } else {
            &self.formats.yuyv
        };
        &frames[usize::from(agreement.frame) - 1]
    }

    /// What the device has that is nearest to what the host wants.
    fn nearest(&self, data: &[u8]) -> Option<Agreement> {
        let &[_, _, format, frame, a, b, c, d, ..] = data else {
            return None;
        };
        let has_jpeg = !self.formats.jpeg.is_empty();
        let format = if format == MJPEG && has_jpeg {
            MJPEG
        } else {
            1
        };
        let count = if format == MJPEG {
            self.formats.jpeg.len()
        } else {
            self.formats.yuyv.len()
        };
        let frame = if (1..=count).contains(&frame.into()) {
            frame
        } else {
            1
        };
        let wanted = u32::from_le_bytes([a, b, c, d]);
        let interval = INTERVALS
            .into_iter()
            .min_by_key(|interval| interval.abs_diff(wanted))?;
        Some(Agreement {
            format,
            frame,
            interval,
        })
    }

    /// The probe and commit structure, table 4-75.
    fn agreement_bytes(&self, agreement: Agreement) -> Vec<u8> {
        let frame = self.frame(agreement);
        let size = u32::from(frame.width) * u32::from(frame.height) * 2;
        let mut bytes = vec![0; 34];
        bytes[0] = 1;
        bytes[2] = agreement.format;
        bytes[3] = agreement.frame;
        bytes[4..8].copy_from_slice(&agreement.interval.to_le_bytes());
        bytes[18..22].copy_from_slice(&size.to_le_bytes());
        bytes[22..26].copy_from_slice(&VIDEO_PACKET.to_le_bytes());
        bytes[26..30].copy_from_slice(&CLOCK_FREQUENCY.to_le_bytes());
        // A frame's start and end can be told from the headers.
        bytes[30] = 3;
        bytes
    }

    /// Answers the transfers for which there is something to send.
    pub fn tick(&mut self, now: Instant) -> Vec<u8> {
        let mut replies = Vec::new();
        if !self.streaming || self.fault.stall {
            return replies;
        }
        if self.fault.error {
            replies.extend(
                self.waiting
                    .drain(..)
                    .flat_map(|urb| urb.fail(PROTOCOL_ERROR)),
            );
            return replies;
        }
        loop {
            if self.current.is_none() && !self.next_frame(now) {
                return replies;
            }
            let Some(urb) = self.waiting.pop_front() else {
                return replies;
            };
            replies.extend(self.fill(urb));
        }
    }

    /// Takes up the next frame, if it is time for it.
    fn next_frame(&mut self, now: Instant) -> bool {
        if now < self.due {
            return false;
        }
        let interval = match self.fault.rate {
            Some(rate) => Duration::from_secs(1) / rate,
            None => Duration::from_nanos(u64::from(self.committed.interval) * 100),
        };
        self.due += interval;
        if self.due + LATE < now {
            self.due = now;
        }
        let picture = self
            .frame(self.committed)
            .draw(self.count, self.fault.black);
        self.count += 1;
        self.current = Some((picture, 0));
        true
    }

    /// One transfer's worth of the current frame. Packets behind its end stay empty.
    fn fill(&mut self, mut urb: Urb) -> Vec<u8> {
        let mut data = Vec::with_capacity(urb.length);
        for packet in &mut urb.packets {
            let Some((picture, sent)) = &mut self.current else {
                break;
            };
            // One that is past its half when it is to be cut short ends where it is.
            let length = if self.fault.short > 0 {
                (picture.len() / 2).max(*sent)
            } else {
                picture.len()
            };
            let room = (packet.length as usize).saturating_sub(HEADER);
            let part = &picture[*sent..length.min(*sent + room)];
            *sent += part.len();
            let is_last = *sent == length;
            let flags = END_OF_HEADER
                | self.frame_id
                | if is_last { END_OF_FRAME } else { 0 }
                | if self.fault.corrupt > 0 { ERROR } else { 0 };
            packet.actual = (HEADER + part.len()) as u32;
            data.extend([HEADER as u8, flags]);
            data.extend(part);
            if is_last {
                self.current = None;
                self.frame_id ^= FRAME_ID;
                self.fault.corrupt = self.fault.corrupt.saturating_sub(1);
                self.fault.short = self.fault.short.saturating_sub(1);
            }
        }
        urb.reply(0, &data)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::usbip::Packet;

    const REPLY_HEADER: usize = 48;

    fn camera(now: Instant) -> Video {
        let formats = Formats {
            yuyv: vec![Frame::raw(4, 2), Frame::raw(2, 2)],
            jpeg: vec![Frame::jpeg(1280, 720, vec![0xff; 10], vec![0; 3])],
        };
        let mut video = Video::new(formats, now);
        video.set_streaming(true, now);
        video
    }

    fn urb(packets: usize, length: u32) -> Urb {
        let packets = vec![
            Packet {
                length,
                ..Packet::default()
            };
            packets
        ];
        Urb {
            seqnum: 1,
            is_in: true,
            endpoint: 1,
            length: 100,
            packets,
            ..Urb::default()
        }
    }

    fn wanted(format: u8, frame: u8, interval: u32) -> Vec<u8> {
        let mut bytes = vec![0; 34];
        bytes[2] = format;
        bytes[3] = frame;
        bytes[4..8].copy_from_slice(&interval.to_le_bytes());
        bytes
    }

    #[test]
    fn a_frame_is_cut_into_packets_and_the_last_says_so() {
        let now = Instant::now();
        let mut video = camera(now);
        video.waiting().push_back(urb(4, 12));
        let reply = video.tick(now);
        // 16 bytes of picture: 10 and 6, with a header each; two packets remain empty.
        let data = &reply[REPLY_HEADER..REPLY_HEADER + 20];
        assert_eq!(data[..2], [2, END_OF_HEADER]);
        assert_eq!(data[12..14], [2, END_OF_HEADER | END_OF_FRAME]);
        let actual = |packet: usize| reply[REPLY_HEADER + 20 + packet * 16 + 11];
        assert_eq!([actual(0), actual(1), actual(2), actual(3)], [12, 8, 0, 0]);
    }

    #[test]
    fn the_next_frame_comes_when_it_is_due_and_is_told_apart() {
        let now = Instant::now();
        let mut video = camera(now);
        video.waiting().extend([urb(1, 100), urb(1, 100)]);
        assert_eq!(video.tick(now)[REPLY_HEADER + 1] & FRAME_ID, 0);
        assert!(video.tick(now + Duration::from_millis(33)).is_empty());
        assert_eq!(
            video.tick(now + Duration::from_millis(34))[REPLY_HEADER + 1] & FRAME_ID,
            FRAME_ID
        );
    }

    #[test]
    fn a_stalled_camera_answers_nothing_until_it_runs_again() {
        let now = Instant::now();
        let mut video = camera(now);
        video.waiting().push_back(urb(1, 100));
        video.command(VideoCommand::Stall, now);
        assert!(video.tick(now).is_empty());
        video.command(VideoCommand::Run, now);
        assert!(!video.tick(now).is_empty());
    }

    #[test]
    fn short_and_corrupt_frames_are_counted() {
        let now = Instant::now();
        let mut video = camera(now);
        video.command(VideoCommand::Short(1), now);
        video.command(VideoCommand::Corrupt(1), now);
        video.waiting().extend([urb(1, 100), urb(1, 100)]);
        let first = video.tick(now);
        assert_eq!(first[REPLY_HEADER + 1] & ERROR, ERROR);
        assert_eq!(first.len(), REPLY_HEADER + 2 + 8 + 16);
        let second = video.tick(now + Duration::from_millis(40));
        assert_eq!(second[REPLY_HEADER + 1] & ERROR, 0);
        assert_eq!(second.len(), REPLY_HEADER + 2 + 16 + 16);
    }

    #[test]
    fn a_frame_that_is_past_its_half_can_still_be_cut_short() {
        let now = Instant::now();
        let mut video = camera(now);
        video.waiting().push_back(urb(1, 12));
        video.tick(now);
        video.command(VideoCommand::Short(1), now);
        video.waiting().push_back(urb(1, 100));
        let end = video.tick(now);
        assert_eq!(end[REPLY_HEADER + 1] & END_OF_FRAME, END_OF_FRAME);
        assert_eq!(end.len(), REPLY_HEADER + 2 + 16);
    }

    #[test]
    fn agrees_on_what_it_has() {
        let mut video = camera(Instant::now());
        video.request(SET_CUR, PROBE, &wanted(MJPEG, 9, 600_000));
        let probe = video.request(GET_CUR, PROBE, &[]).unwrap();
        assert_eq!(probe[2..4], [MJPEG, 1]);
        assert_eq!(probe[4..8], 666_666u32.to_le_bytes());
        // Probing leaves the running stream alone.
        assert_eq!(video.committed.format, 1);
    }
}
