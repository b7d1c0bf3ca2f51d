//! The microphone's stream: a tone of 440 Hz, one packet a millisecond.

use std::collections::VecDeque;
use std::f64::consts::TAU;
use std::time::{Duration, Instant};

use crate::command::AudioCommand;
use crate::control::{GET_CUR, GET_MAX, GET_MIN, GET_RES, SET_CUR};
use crate::descriptors::SAMPLE_RATES;
use crate::log;
use crate::usbip::{PROTOCOL_ERROR, Urb};

const TONE: f64 = 440.0;
const AMPLITUDE: f64 = 8000.0;
const PACKET_TIME: Duration = Duration::from_millis(1);
/// Behind by more than this, samples are left out instead of being sent late.
const LATE: Duration = Duration::from_secs(1);
/// Selectors of the feature unit.
const MUTE: u8 = 1;
const VOLUME: u8 = 2;
/// Volume is in 1/256 dB.
const DECIBEL: i16 = 256;
const MIN_VOLUME: i16 = -40 * DECIBEL;

/// What ails the microphone.
#[derive(Clone, Copy, PartialEq)]
enum Fault {
    None,
    Stall,
    Error,
    Silence,
    Empty,
}

/// The microphone.
pub struct Audio {
    rate: u32,
    mute: bool,
    volume: i16,
    streaming: bool,
    fault: Fault,
    waiting: VecDeque<Urb>,
    /// Where the tone is, in turns.
    phase: f64,
    /// Samples that are due, in thousandths: no rate needs to be a multiple of 1000.
    owed: u32,
    due: Instant,
}

impl Audio {
    pub fn new(now: Instant) -> Self {
        Audio {
            rate: SAMPLE_RATES[1],
            mute: false,
            volume: 0,
            streaming: false,
            fault: Fault::None,
            waiting: VecDeque::new(),
            phase: 0.0,
            owed: 0,
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
        self.due = now;
        log(format_args!(
            "audio {}: {} Hz",
            if streaming { "starts" } else { "stops" },
            self.rate
        ));
    }

    pub fn command(&mut self, command: AudioCommand, now: Instant) {
        self.fault = match command {
            AudioCommand::Run => {
                self.due = now;
                Fault::None
            }
            AudioCommand::Stall => Fault::Stall,
            AudioCommand::Error => Fault::Error,
            AudioCommand::Silence => Fault::Silence,
            AudioCommand::Empty => Fault::Empty,
        };
    }

    /// Sampling frequency, a request to the endpoint.
    pub fn rate_request(&mut self, request: u8, data: &[u8]) -> Option<Vec<u8>> {
        match (request, data) {
            (SET_CUR, &[a, b, c, ..]) => {
                self.rate = u32::from_le_bytes([a, b, c, 0]);
                Some(Vec::new())
            }
            (GET_CUR, _) => Some(self.rate.to_le_bytes()[..3].to_vec()),
            _ => None,
        }
    }

    /// A request to the feature unit; `None`: the device does not know it.
    pub fn request(&mut self, request: u8, selector: u8, data: &[u8]) -> Option<Vec<u8>> {
        match (selector, request, data) {
            (MUTE, SET_CUR, &[mute, ..]) => {
                self.mute = mute != 0;
                log(format_args!(
                    "the microphone's switch is {}",
                    if self.mute { "off" } else { "on" }
                ));
                Some(Vec::new())
            }
            (MUTE, GET_CUR, _) => Some(vec![self.mute.into()]),
            (VOLUME, SET_CUR, &[low, high, ..]) => {
                self.volume = i16::from_le_bytes([low, high]).clamp(MIN_VOLUME, 0);
                Some(Vec::new())
            }
            (VOLUME, GET_CUR, _) => Some(self.volume.to_le_bytes().to_vec()),
            (VOLUME, GET_MIN, _) => Some(MIN_VOLUME.to_le_bytes().to_vec()),
            (VOLUME, GET_MAX, _) => Some(0i16.to_le_bytes().to_vec()),
            (VOLUME, GET_RES, _) => Some(DECIBEL.to_le_bytes().to_vec()),
            _ => None,
        }
    }

    /// Answers the transfers whose time has passed.
    pub fn tick(&mut self, now: Instant) -> Vec<u8> {
        let mut replies = Vec::new();
        if !self.streaming || self.fault == Fault::Stall {
            return replies;
        }
        if self.fault == Fault::Error {
            replies.extend(
                self.waiting
                    .drain(..)
                    .flat_map(|urb| urb.fail(PROTOCOL_ERROR)),
            );
            return replies;
        }
        if self.due + LATE < now {
            self.due = now;
        }
        while let Some(urb) = self.waiting.front() {
            let end = self.due + PACKET_TIME * urb.packets.len() as u32;
            if now < end {
                break;
            }
            self.due = end;
            if let Some(urb) = self.waiting.pop_front() {
                replies.extend(self.fill(urb));
            }
        }
        replies
    }

    fn fill(&mut self, mut urb: Urb) -> Vec<u8> {
        let silent = self.mute || self.fault == Fault::Silence;
        let amplitude = if silent {
            0.0
        } else {
            AMPLITUDE * 10f64.powf(f64::from(self.volume) / f64::from(DECIBEL) / 20.0)
        };
        let mut data = Vec::with_capacity(urb.length);
        for packet in &mut urb.packets {
            self.owed += self.rate;
            let samples = self.owed / 1000;
            self.owed %= 1000;
            if self.fault == Fault::Empty {
                continue;
            }
            for _ in 0..samples {
                self.phase = (self.phase + TONE / f64::from(self.rate)).fract();
                data.extend(((amplitude * (self.phase * TAU).sin()) as i16).to_le_bytes());
            }
            packet.actual = samples * 2;
        }
        urb.reply(0, &data)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::usbip::Packet;

    fn microphone(now: Instant, packets: usize) -> Audio {
        let mut audio = Audio::new(now);
        audio.set_streaming(true, now);
        let packets = vec![
            Packet {
                length: 100,
                ..Packet::default()
            };
            packets
        ];
        audio.waiting().push_back(Urb {
            is_in: true,
            length: 1000,
            packets,
            ..Urb::default()
        });
        audio
    }

    /// The largest sample of 50 ms, which is 22 periods.
    fn peak(prepare: impl Fn(&mut Audio)) -> i16 {
        let now = Instant::now();
        let mut audio = microphone(now, 50);
        prepare(&mut audio);
        let reply = audio.tick(now + Duration::from_millis(50));
        assert_eq!(reply.len(), 48 + 50 * 96 + 50 * 16);
        let samples = reply[48..48 + 50 * 96]
            .chunks_exact(2)
            .map(|pair| i16::from_le_bytes([pair[0], pair[1]]));
        samples.max().unwrap()
    }

    #[test]
    fn samples_come_when_their_time_has_passed() {
        let now = Instant::now();
        let mut audio = microphone(now, 8);
        assert!(audio.tick(now + Duration::from_millis(7)).is_empty());
        assert_eq!(
            audio.tick(now + Duration::from_millis(8)).len(),
            48 + 8 * 96 + 8 * 16
        );
    }

    #[test]
    fn mute_and_volume_are_heard() {
        assert!((7900..=8000).contains(&peak(|_| {})));
        assert_eq!(peak(|audio| drop(audio.request(SET_CUR, MUTE, &[1]))), 0);
        let minus_20_db = (-20 * DECIBEL).to_le_bytes();
        assert!((790..=800).contains(&peak(|audio| drop(audio.request(
            SET_CUR,
            VOLUME,
            &minus_20_db
        )))));
    }

    #[test]
    fn faults_show() {
        let now = Instant::now();
        let later = now + Duration::from_millis(8);
        let mut audio = microphone(now, 8);
        audio.command(AudioCommand::Stall, now);
        assert!(audio.tick(later).is_empty());
        audio.command(AudioCommand::Empty, now);
        assert_eq!(audio.tick(later).len(), 48 + 8 * 16);
    }
}
