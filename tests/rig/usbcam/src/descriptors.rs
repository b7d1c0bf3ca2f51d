//! What the device says of itself: the descriptors of USB 2.0, USB Video Class 1.1 and USB Audio Class 1.0.

use crate::control::{CAMERA_CONTROLS, PROCESSING_CONTROLS};
use crate::video::{Formats, Frame};

/// Interfaces.
pub const VIDEO_CONTROL: u8 = 0;
pub const VIDEO_STREAMING: u8 = 1;
pub const AUDIO_CONTROL: u8 = 2;
pub const AUDIO_STREAMING: u8 = 3;
/// Endpoints, both towards the host.
pub const VIDEO_ENDPOINT: u32 = 1;
pub const AUDIO_ENDPOINT: u32 = 2;
/// Units and terminals.
pub const CAMERA_TERMINAL: u8 = 1;
pub const PROCESSING_UNIT: u8 = 2;
const VIDEO_OUTPUT: u8 = 3;
const MICROPHONE: u8 = 4;
pub const FEATURE_UNIT: u8 = 5;
const AUDIO_OUTPUT: u8 = 6;
/// Format indices.
pub const YUYV: u8 = 1;
pub const MJPEG: u8 = 2;
/// Frame intervals in units of 100 ns: 30, 15 and 5 frames a second.
pub const INTERVALS: [u32; 3] = [333_333, 666_666, 2_000_000];
/// The clock of time stamps, which this device does not send.
pub const CLOCK_FREQUENCY: u32 = 48_000_000;
/// Three transactions of 1024 bytes in each of 8000 microframes a second.
pub const VIDEO_PACKET: u32 = 3 * 1024;
pub const SAMPLE_RATES: [u32; 2] = [16_000, 48_000];

const CS_INTERFACE: u8 = 0x24;
const CS_ENDPOINT: u8 = 0x25;

/// Names and numbers.
pub struct Identity {
    pub vendor_id: u16,
    pub product_id: u16,
    pub serial: String,
    pub product: String,
}

impl Default for Identity {
    fn default() -> Self {
        // In no hardware database: an entry there would change the names that PipeWire shows.
        Identity {
            vendor_id: 0xf055,
            product_id: 0x0101,
            serial: "RIG0001".into(),
            product: "Rig Camera".into(),
        }
    }
}

impl Identity {
    /// The device descriptor: composite, with interface associations.
    pub fn device(&self) -> Vec<u8> {
        let mut out = Writer::default();
        out.descriptor(|out| {
            out.u8s(&[1]).u16(0x0200).u8s(&[0xef, 2, 1, 64]);
            out.u16(self.vendor_id)
                .u16(self.product_id)
                .u16(0x0100)
                .u8s(&[1, 2, 3, 1]);
        });
        out.0
    }

    /// String descriptor `index`; 0 is the list of languages.
    pub fn string(&self, index: u8) -> Option<Vec<u8>> {
        let text = match index {
            0 => return Some(vec![4, 3, 0x09, 0x04]),
            1 => "Rig",
            2 => &self.product,
            3 => &self.serial,
            _ => return None,
        };
        let mut out = Writer::default();
        out.descriptor(|out| {
            out.u8s(&[3]);
            for unit in text.encode_utf16() {
                out.u16(unit);
            }
        });
        Some(out.0)
    }
}

/// The configuration descriptor, all others behind it.
pub fn configuration(video: Option<&Formats>, audio: bool) -> Vec<u8> {
    let mut body = Writer::default();
    if let Some(formats) = video {
        video_control(&mut body);
        video_streaming(&mut body, formats);
    }
    if audio {
        audio_control(&mut body);
        audio_streaming(&mut body);
    }
    let interfaces = 2 * u8::from(video.is_some()) + 2 * u8::from(audio);
    let mut out = Writer::default();
    // Bus-powered, 500 mA.
    out.u8s(&[9, 2])
        .u16(9 + body.0.len() as u16)
        .u8s(&[interfaces, 1, 0, 0x80, 250]);
    out.0.extend(body.0);
    out.0
}

fn video_control(out: &mut Writer) {
    out.u8s(&[8, 11, VIDEO_CONTROL, 2, 0x0e, 3, 0, 2]);
    out.interface(VIDEO_CONTROL, 0, 0, [0x0e, 1], 2);
    let mut units = Writer::default();
    units.descriptor(|out| {
        // Camera terminal, no optical lengths given.
        out.u8s(&[CS_INTERFACE, 2, CAMERA_TERMINAL])
            .u16(0x0201)
            .u8s(&[0, 0])
            .u16(0)
            .u16(0)
            .u16(0);
        out.bitmap(3, CAMERA_CONTROLS.iter().map(|control| control.bit));
    });
    units.descriptor(|out| {
        out.u8s(&[CS_INTERFACE, 5, PROCESSING_UNIT, CAMERA_TERMINAL])
            .u16(0);
        out.bitmap(3, PROCESSING_CONTROLS.iter().map(|control| control.bit));
        out.u8s(&[0, 0]);
    });
    units.descriptor(|out| {
        out.u8s(&[CS_INTERFACE, 3, VIDEO_OUTPUT])
            .u16(0x0101)
            .u8s(&[0, PROCESSING_UNIT, 0]);
    });
    out.u8s(&[13, CS_INTERFACE, 1])
        .u16(0x0110)
        .u16(13 + units.0.len() as u16);
    out.u32(CLOCK_FREQUENCY).u8s(&[1, VIDEO_STREAMING]);
    out.0.extend(units.0);
}

fn video_streaming(out: &mut Writer, formats: &Formats) {
    let mut body = Writer::default();
    body.descriptor(|out| {
        out.u8s(&[CS_INTERFACE, 4, YUYV, formats.yuyv.len() as u8]);
        // The GUID of YUY2: its four characters and the suffix all such GUIDs share.
        out.u8s(b"YUY2")
            .u8s(&[0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71])
            .u8s(&[16, 1, 0, 0, 0, 0]);
    });
    frames(&mut body, 5, &formats.yuyv);
    if !formats.jpeg.is_empty() {
        body.descriptor(|out| {
            out.u8s(&[
                CS_INTERFACE,
                6,
                MJPEG,
                formats.jpeg.len() as u8,
                1,
                1,
                0,
                0,
                0,
                0,
            ]);
        });
        frames(&mut body, 7, &formats.jpeg);
    }
    out.interface(VIDEO_STREAMING, 0, 0, [0x0e, 2], 0);
    let count = 1 + u8::from(!formats.jpeg.is_empty());
    let header = 13 + count;
    out.u8s(&[header, CS_INTERFACE, 1, count])
        .u16(u16::from(header) + body.0.len() as u16);
    out.u8s(&[0x80 | VIDEO_ENDPOINT as u8, 0, VIDEO_OUTPUT, 0, 0, 0, 1])
        .u8s(&vec![0; count.into()]);
    out.0.extend(body.0);
    // Idle, the interface has no endpoint; its one other setting carries everything.
    out.interface(VIDEO_STREAMING, 1, 1, [0x0e, 2], 0);
    // Asynchronous isochronous, two additional transactions in each microframe.
    out.u8s(&[7, 5, 0x80 | VIDEO_ENDPOINT as u8, 5])
        .u16(2 << 11 | 1024)
        .u8s(&[1]);
}

/// Frame descriptors (`subtype` 5: uncompressed, 7: MJPEG) and the colour matching that ends a format.
fn frames(out: &mut Writer, subtype: u8, frames: &[Frame]) {
    for (index, frame) in frames.iter().enumerate() {
        let pixels = u32::from(frame.width) * u32::from(frame.height);
        out.descriptor(|out| {
            out.u8s(&[CS_INTERFACE, subtype, index as u8 + 1, 0])
                .u16(frame.width)
                .u16(frame.height);
            out.u32(pixels * 16 * 5)
                .u32(pixels * 16 * 30)
                .u32(pixels * 2);
            out.u32(INTERVALS[0]).u8s(&[INTERVALS.len() as u8]);
            for interval in INTERVALS {
                out.u32(interval);
            }
        });
    }
    out.u8s(&[6, CS_INTERFACE, 0x0d, 1, 1, 4]);
}

fn audio_control(out: &mut Writer) {
    out.u8s(&[8, 11, AUDIO_CONTROL, 2, 1, 1, 0, 4]);
    out.interface(AUDIO_CONTROL, 0, 0, [1, 1], 4);
    let mut units = Writer::default();
    units.descriptor(|out| {
        out.u8s(&[CS_INTERFACE, 2, MICROPHONE])
            .u16(0x0201)
            .u8s(&[0, 1])
            .u16(0)
            .u8s(&[0, 0]);
    });
    units.descriptor(|out| {
        // Master controls: mute and volume.
        out.u8s(&[CS_INTERFACE, 6, FEATURE_UNIT, MICROPHONE, 1, 0b11, 0, 0]);
    });
    units.descriptor(|out| {
        out.u8s(&[CS_INTERFACE, 3, AUDIO_OUTPUT])
            .u16(0x0101)
            .u8s(&[0, FEATURE_UNIT, 0]);
    });
    out.u8s(&[9, CS_INTERFACE, 1])
        .u16(0x0100)
        .u16(9 + units.0.len() as u16)
        .u8s(&[1, AUDIO_STREAMING]);
    out.0.extend(units.0);
}

fn audio_streaming(out: &mut Writer) {
    out.interface(AUDIO_STREAMING, 0, 0, [1, 2], 0);
    out.interface(AUDIO_STREAMING, 1, 1, [1, 2], 0);
    out.u8s(&[7, CS_INTERFACE, 1, AUDIO_OUTPUT, 1, 1, 0]);
    out.descriptor(|out| {
        // PCM, one channel of 2 bytes, 16 bits.
        out.u8s(&[CS_INTERFACE, 2, 1, 1, 2, 16, SAMPLE_RATES.len() as u8]);
        for rate in SAMPLE_RATES {
            out.u8s(&rate.to_le_bytes()[..3]);
        }
    });
    // Room for 48 samples and some; every eighth microframe, so once in a millisecond.
    out.u8s(&[9, 5, 0x80 | AUDIO_ENDPOINT as u8, 5])
        .u16(100)
        .u8s(&[4, 0, 0]);
    // The sampling frequency can be set.
    out.u8s(&[7, CS_ENDPOINT, 1, 1, 0, 0, 0]);
}

/// Little-endian numbers, one after the other.
#[derive(Default)]
struct Writer(Vec<u8>);

impl Writer {
    fn u8s(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.extend(bytes);
        self
    }

    fn u16(&mut self, value: u16) -> &mut Self {
        self.u8s(&value.to_le_bytes())
    }

    fn u32(&mut self, value: u32) -> &mut Self {
        self.u8s(&value.to_le_bytes())
    }

    /// A descriptor: its length byte, then what `write` adds.
    fn descriptor(&mut self, write: impl FnOnce(&mut Self)) {
        let start = self.0.len();
        self.0.push(0);
        write(self);
        self.0[start] = (self.0.len() - start) as u8;
    }

    /// `bmControls`, with its size before it.
    fn bitmap(&mut self, size: u8, bits: impl Iterator<Item = u32>) {
        let mask = bits.fold(0u32, |mask, bit| mask | 1 << bit);
        self.u8s(&[size]).u8s(&mask.to_le_bytes()[..size.into()]);
    }

    fn interface(&mut self, number: u8, alternate: u8, endpoints: u8, class: [u8; 2], string: u8) {
        self.u8s(&[
            9, 4, number, alternate, endpoints, class[0], class[1], 0, string,
        ]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn formats() -> Formats {
        Formats {
            yuyv: vec![Frame::raw(640, 480), Frame::raw(320, 240)],
            jpeg: vec![Frame::jpeg(1280, 720, vec![1], vec![2])],
        }
    }

    fn split(mut bytes: &[u8]) -> Vec<&[u8]> {
        let mut all = Vec::new();
        while let Some(length) = bytes.first() {
            let (one, rest) = bytes.split_at((*length).into());
            all.push(one);
            bytes = rest;
        }
        all
    }

    /// Class descriptors carry the length of their group: a wrong one makes the driver skip or misread what follows.
    fn group_length(all: &[&[u8]], header: usize, at: usize, members: usize) {
        let total = u16::from_le_bytes([all[header][at], all[header][at + 1]]);
        let counted: usize = all[header..header + members]
            .iter()
            .map(|one| one.len())
            .sum();
        assert_eq!(usize::from(total), counted);
    }

    #[test]
    fn every_length_adds_up() {
        let bytes = configuration(Some(&formats()), true);
        assert_eq!(
            u16::from_le_bytes([bytes[2], bytes[3]]) as usize,
            bytes.len()
        );
        let all = split(&bytes);
        assert_eq!(
            all.iter().filter(|one| one[1] == 4 && one[3] == 0).count(),
            4,
            "interfaces"
        );
        assert_eq!(bytes[4], 4, "interfaces announced");
        let headers: Vec<usize> = (0..all.len())
            .filter(|at| all[*at][1] == CS_INTERFACE && all[*at][2] == 1 && all[*at].len() > 7)
            .collect();
        // Video control: header and three units. Streaming: header, two formats, three frames, two colour matchings.
        group_length(&all, headers[0], 5, 4);
        group_length(&all, headers[1], 4, 8);
        group_length(&all, headers[2], 5, 4);
    }

    #[test]
    fn a_camera_without_jpeg_has_one_format() {
        let formats = Formats {
            yuyv: vec![Frame::raw(640, 480)],
            jpeg: vec![],
        };
        let bytes = configuration(Some(&formats), false);
        let all = split(&bytes);
        let header = all
            .iter()
            .find(|one| one[1] == CS_INTERFACE && one[2] == 1 && one.len() == 14);
        assert_eq!(header.map(|one| one[3]), Some(1));
        assert!(!all.iter().any(|one| one[1] == CS_INTERFACE && one[2] == 6));
    }

    #[test]
    fn a_microphone_alone_has_two_interfaces() {
        assert_eq!(configuration(None, true)[4], 2);
    }

    #[test]
    fn frame_descriptors_tell_size_and_rates() {
        let bytes = configuration(Some(&formats()), false);
        let frame = split(&bytes)
            .into_iter()
            .find(|one| one[1] == CS_INTERFACE && one[2] == 7)
            .unwrap();
        assert_eq!(frame.len(), 26 + 4 * INTERVALS.len());
        assert_eq!(frame[5..9], [0x00, 0x05, 0xd0, 0x02]);
        assert_eq!(frame[26..30], INTERVALS[0].to_le_bytes());
    }

    #[test]
    fn strings_are_utf16_with_their_length() {
        let identity = Identity {
            serial: "é1".into(),
            ..Identity::default()
        };
        assert_eq!(identity.string(3), Some(vec![6, 3, 0xe9, 0, b'1', 0]));
        assert_eq!(identity.string(9), None);
        assert_eq!(identity.device().len(), 18);
        assert_eq!(identity.device()[0], 18);
    }
}
