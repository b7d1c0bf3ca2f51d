//! The device as a whole: takes the host's messages, gives bytes to send back. Time is a parameter.

use std::collections::VecDeque;
use std::time::Instant;

use crate::audio::Audio;
use crate::command::DeviceCommand;
use crate::control::{CAMERA_CONTROLS, PRIVACY, PROCESSING_CONTROLS, Values};
use crate::descriptors::{
    AUDIO_CONTROL, AUDIO_ENDPOINT, AUDIO_STREAMING, CAMERA_TERMINAL, FEATURE_UNIT, Identity,
    PROCESSING_UNIT, VIDEO_CONTROL, VIDEO_ENDPOINT, VIDEO_STREAMING, configuration,
};
use crate::usbip::{Message, PROTOCOL_ERROR, STALL, Urb, unlinked};
use crate::video::{Formats, Video};

/// Standard requests of USB 2.0, table 9-4.
const GET_STATUS: u8 = 0;
const CLEAR_FEATURE: u8 = 1;
const SET_FEATURE: u8 = 3;
const SET_ADDRESS: u8 = 5;
const GET_DESCRIPTOR: u8 = 6;
const GET_CONFIGURATION: u8 = 8;
const SET_CONFIGURATION: u8 = 9;
const GET_INTERFACE: u8 = 10;
const SET_INTERFACE: u8 = 11;

/// A setup packet.
struct Setup {
    request_type: u8,
    request: u8,
    value: u16,
    index: u16,
}

/// Camera, microphone, or both.
pub struct Device {
    identity: Identity,
    configuration: Vec<u8>,
    camera: Values,
    processing: Values,
    video: Option<Video>,
    audio: Option<Audio>,
    hung: bool,
    /// The plug is being pulled out.
    is_cut: bool,
    /// Control transfers that came while it hung.
    unanswered: VecDeque<Urb>,
    /// The number of the last transfer that came: they come in order.
    newest: u32,
    /// Transfers that are taken back before they came, and the request that does so. The kernel sends transfers and
    /// cancellations from two lists, and one may overtake the other.
    taken_back_early: Vec<(u32, u32)>,
}

impl Device {
    pub fn new(identity: Identity, video: Option<Formats>, audio: bool) -> Self {
        let now = Instant::now();
        Device {
            identity,
            configuration: configuration(video.as_ref(), audio),
            camera: Values::new(CAMERA_CONTROLS),
            processing: Values::new(PROCESSING_CONTROLS),
            video: video.map(|formats| Video::new(formats, now)),
            audio: audio.then(|| Audio::new(now)),
            hung: false,
            is_cut: false,
            unanswered: VecDeque::new(),
            newest: 0,
            taken_back_early: Vec::new(),
        }
    }

    pub fn is_streaming(&self) -> bool {
        self.video.as_ref().is_some_and(Video::is_streaming)
            || self.audio.as_ref().is_some_and(Audio::is_streaming)
    }

    /// The line is cut: every transfer fails, until [`Device::reset`].
    pub fn cut(&mut self) {
        self.is_cut = true;
    }

    /// Power was taken away: nothing runs, nothing waits. Faults that were set stay.
    pub fn reset(&mut self) {
        let now = Instant::now();
        self.is_cut = false;
        self.unanswered.clear();
        self.newest = 0;
        self.taken_back_early.clear();
        if let Some(video) = self.video.as_mut().filter(|video| video.is_streaming()) {
            video.set_streaming(false, now);
        }
        if let Some(audio) = self.audio.as_mut().filter(|audio| audio.is_streaming()) {
            audio.set_streaming(false, now);
        }
        for queue in self.queues() {
            queue.clear();
        }
    }

    fn queues(&mut self) -> impl Iterator<Item = &mut VecDeque<Urb>> {
        let video = self.video.as_mut().map(Video::waiting);
        let audio = self.audio.as_mut().map(Audio::waiting);
        [Some(&mut self.unanswered), video, audio]
            .into_iter()
            .flatten()
    }

    pub fn command(&mut self, command: DeviceCommand, now: Instant) -> Vec<u8> {
        match (command, &mut self.video, &mut self.audio) {
            (DeviceCommand::Hang(hung), ..) => {
                self.hung = hung;
                let waiting = if hung {
                    VecDeque::new()
                } else {
                    std::mem::take(&mut self.unanswered)
                };
                return waiting
                    .into_iter()
                    .flat_map(|urb| self.control(urb, now))
                    .collect();
            }
            (DeviceCommand::Privacy(on), ..) => self.camera.put(PRIVACY, on.into()),
            (DeviceCommand::Video(command), Some(video), _) => video.command(command, now),
            (DeviceCommand::Audio(command), _, Some(audio)) => audio.command(command, now),
            _ => {}
        }
        Vec::new()
    }

    /// What is to be sent by `now` without being asked.
    pub fn tick(&mut self, now: Instant) -> Vec<u8> {
        if self.is_cut {
            let waiting: Vec<Urb> = self.queues().flat_map(std::mem::take).collect();
            return waiting
                .into_iter()
                .flat_map(|urb| urb.fail(PROTOCOL_ERROR))
                .collect();
        }
        if self.hung {
            return Vec::new();
        }
        let mut replies = self
            .video
            .as_mut()
            .map(|video| video.tick(now))
            .unwrap_or_default();
        replies.extend(
            self.audio
                .as_mut()
                .map(|audio| audio.tick(now))
                .unwrap_or_default(),
        );
        replies
    }

    pub fn receive(&mut self, message: Message, now: Instant) -> Vec<u8> {
        match message {
            // Even a hung device "answers" this: it is the host controller that takes a transfer back.
            Message::Unlink { seqnum, victim } if victim > self.newest => {
                // Answered now, the kernel might end the transfer and then be told of it a second time: it would
                // take that for a broken device and unplug it.
                self.taken_back_early.push((victim, seqnum));
                Vec::new()
            }
            Message::Unlink { seqnum, victim } => {
                let mut found = false;
                for queue in self.queues() {
                    let before = queue.len();
                    queue.retain(|urb| urb.seqnum != victim);
                    found |= queue.len() < before;
                }
                unlinked(seqnum, found)
            }
            Message::Submit(urb) => {
                self.newest = urb.seqnum;
                let early = self
                    .taken_back_early
                    .iter()
                    .position(|(victim, _)| *victim == urb.seqnum);
                match early {
                    Some(index) => unlinked(self.taken_back_early.swap_remove(index).1, true),
                    None => self.submit(urb, now),
                }
            }
        }
    }

    fn submit(&mut self, urb: Urb, now: Instant) -> Vec<u8> {
        match (urb.endpoint, &mut self.video, &mut self.audio) {
            // At the next tick: a host that tries again at once must not keep both sides busy.
            (0, ..) if self.hung || self.is_cut => self.unanswered.push_back(urb),
            (0, ..) => return self.control(urb, now),
            (VIDEO_ENDPOINT, Some(video), _) => video.waiting().push_back(urb),
            (AUDIO_ENDPOINT, _, Some(audio)) => audio.waiting().push_back(urb),
            _ => return urb.fail(STALL),
        }
        Vec::new()
    }

    fn control(&mut self, urb: Urb, now: Instant) -> Vec<u8> {
        let [
            request_type,
            request,
            value_low,
            value_high,
            index_low,
            index_high,
            ..,
        ] = urb.setup;
        let setup = Setup {
            request_type,
            request,
            value: u16::from_le_bytes([value_low, value_high]),
            index: u16::from_le_bytes([index_low, index_high]),
        };
        let answer = match request_type & 0x60 {
            0 => self.standard(&setup, now),
            _ => self.class(&setup, &urb.data),
        };
        match answer {
            Some(mut data) => {
                data.truncate(urb.length);
                urb.reply(0, &data)
            }
            None => urb.reply(STALL, &[]),
        }
    }

    fn standard(&mut self, setup: &Setup, now: Instant) -> Option<Vec<u8>> {
        let interface = setup.index as u8;
        match setup.request {
            GET_STATUS => Some(vec![0, 0]),
            CLEAR_FEATURE | SET_FEATURE | SET_ADDRESS | SET_CONFIGURATION => Some(Vec::new()),
            GET_CONFIGURATION => Some(vec![1]),
            GET_INTERFACE => {
                let streaming = match interface {
                    VIDEO_STREAMING => self.video.as_ref().is_some_and(Video::is_streaming),
                    AUDIO_STREAMING => self.audio.as_ref().is_some_and(Audio::is_streaming),
                    _ => false,
                };
                Some(vec![streaming.into()])
            }
            SET_INTERFACE => {
                match (interface, &mut self.video, &mut self.audio) {
                    (VIDEO_STREAMING, Some(video), _) => video.set_streaming(setup.value != 0, now),
                    (AUDIO_STREAMING, _, Some(audio)) => audio.set_streaming(setup.value != 0, now),
                    _ => {}
                }
                Some(Vec::new())
            }
            GET_DESCRIPTOR => match setup.value.to_be_bytes() {
                [1, _] => Some(self.identity.device()),
                [2, _] => Some(self.configuration.clone()),
                [3, index] => self.identity.string(index),
                _ => None,
            },
            _ => None,
        }
    }

    fn class(&mut self, setup: &Setup, data: &[u8]) -> Option<Vec<u8>> {
        let [selector, _] = setup.value.to_be_bytes();
        let [unit, interface] = setup.index.to_be_bytes();
        // To an endpoint, not to an interface: only the microphone's has anything to set.
        if setup.request_type & 0x1f == 2 {
            return self.audio.as_mut()?.rate_request(setup.request, data);
        }
        match (interface, unit) {
            (VIDEO_STREAMING, _) => self.video.as_mut()?.request(setup.request, selector, data),
            (VIDEO_CONTROL, CAMERA_TERMINAL) => self.camera.request(setup.request, selector, data),
            (VIDEO_CONTROL, PROCESSING_UNIT) => {
                self.processing.request(setup.request, selector, data)
            }
            (AUDIO_CONTROL, FEATURE_UNIT) => {
                self.audio.as_mut()?.request(setup.request, selector, data)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device() -> Device {
        let formats = Formats {
            yuyv: vec![crate::video::Frame::raw(640, 480)],
            jpeg: vec![],
        };
        Device::new(Identity::default(), Some(formats), true)
    }

    fn control(setup: [u8; 8]) -> Message {
        let length = u16::from_le_bytes([setup[6], setup[7]]).into();
        Message::Submit(Urb {
            seqnum: 5,
            is_in: setup[0] & 0x80 != 0,
            setup,
            length,
            ..Urb::default()
        })
    }

    #[test]
    fn descriptors_are_cut_to_what_the_host_asks_for() {
        let reply = device().receive(
            control([0x80, GET_DESCRIPTOR, 0, 2, 0, 0, 9, 0]),
            Instant::now(),
        );
        assert_eq!(reply.len(), 48 + 9);
        assert_eq!(reply[20..24], [0; 4]);
    }

    #[test]
    fn an_unknown_request_stalls() {
        let reply = device().receive(control([0xa1, 0x81, 0, 0x7f, 0, 2, 1, 0]), Instant::now());
        assert_eq!(reply[20..24], STALL.to_be_bytes());
    }

    #[test]
    fn a_hung_device_lets_transfers_be_taken_back() {
        let now = Instant::now();
        let mut device = device();
        device.command(DeviceCommand::Hang(true), now);
        assert!(
            device
                .receive(control([0x80, GET_STATUS, 0, 0, 0, 0, 2, 0]), now)
                .is_empty()
        );
        assert_eq!(
            device.receive(
                Message::Unlink {
                    seqnum: 6,
                    victim: 5
                },
                now
            ),
            unlinked(6, true)
        );
        assert!(device.command(DeviceCommand::Hang(false), now).is_empty());
    }

    #[test]
    fn transfers_fail_when_the_line_is_cut() {
        let now = Instant::now();
        let mut device = device();
        device.cut();
        assert!(
            device
                .receive(control([0x80, GET_STATUS, 0, 0, 0, 0, 2, 0]), now)
                .is_empty()
        );
        assert_eq!(device.tick(now)[20..24], PROTOCOL_ERROR.to_be_bytes());
        assert!(device.tick(now).is_empty());
    }

    #[test]
    fn a_transfer_may_be_taken_back_before_it_comes() {
        let now = Instant::now();
        let mut device = device();
        assert!(
            device
                .receive(
                    Message::Unlink {
                        seqnum: 6,
                        victim: 5
                    },
                    now
                )
                .is_empty()
        );
        assert_eq!(
            device.receive(control([0x80, GET_STATUS, 0, 0, 0, 0, 2, 0]), now),
            unlinked(6, true)
        );
        // One that was answered before: nothing is taken back.
        assert_eq!(
            device.receive(
                Message::Unlink {
                    seqnum: 7,
                    victim: 4
                },
                now
            ),
            unlinked(7, false)
        );
    }

    #[test]
    fn a_device_that_hung_answers_what_was_asked_meanwhile() {
        let now = Instant::now();
        let mut device = device();
        device.command(DeviceCommand::Hang(true), now);
        device.receive(control([0x80, GET_STATUS, 0, 0, 0, 0, 2, 0]), now);
        assert_eq!(
            device.command(DeviceCommand::Hang(false), now).len(),
            48 + 2
        );
    }
}
