//! The messages of USB/IP, after the connection is set up: `Documentation/usb/usbip_protocol.rst` of the kernel.
//! Everything is big-endian; a header is 48 bytes whatever the message.

use std::io::{self, Read};

const CMD_SUBMIT: u32 = 1;
const CMD_UNLINK: u32 = 2;
const RET_SUBMIT: u32 = 3;
const RET_UNLINK: u32 = 4;
const HEADER: usize = 48;
const PACKET: usize = 16;
/// Far above what a host asks for; a larger number means that the stream is out of step.
const MAX_TRANSFER: usize = 1 << 20;
const MAX_PACKETS: usize = 1024;

/// `-EPIPE`: the endpoint stalls, which is how a device says no.
pub const STALL: i32 = -32;
/// `-EPROTO`: a transfer that failed on the wire.
pub const PROTOCOL_ERROR: i32 = -71;
/// `-ECONNRESET`: the transfer was taken back.
const UNLINKED: i32 = -104;

/// One packet of an isochronous transfer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Packet {
    pub offset: u32,
    pub length: u32,
    pub actual: u32,
    pub status: i32,
}

/// A transfer the host asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Urb {
    pub seqnum: u32,
    pub is_in: bool,
    pub endpoint: u32,
    /// How much the host sends, or takes at most.
    pub length: usize,
    pub setup: [u8; 8],
    /// What the host sent.
    pub data: Vec<u8>,
    pub packets: Vec<Packet>,
}

/// What the host says.
#[derive(Debug, PartialEq, Eq)]
pub enum Message {
    Submit(Urb),
    /// Take back the transfer `victim`.
    Unlink {
        seqnum: u32,
        victim: u32,
    },
}

impl Message {
    pub fn read(source: &mut impl Read) -> io::Result<Self> {
        let mut header = [0; HEADER];
        source.read_exact(&mut header)?;
        let word = |index: usize| {
            u32::from_be_bytes([
                header[index * 4],
                header[index * 4 + 1],
                header[index * 4 + 2],
                header[index * 4 + 3],
            ])
        };
        match word(0) {
            CMD_UNLINK => Ok(Message::Unlink {
                seqnum: word(1),
                victim: word(5),
            }),
            CMD_SUBMIT => {
                let mut setup = [0; 8];
                setup.copy_from_slice(&header[40..]);
                let mut urb = Urb {
                    seqnum: word(1),
                    is_in: word(3) != 0,
                    endpoint: word(4),
                    length: word(6) as usize,
                    setup,
                    ..Urb::default()
                };
                // 0 or 0xffffffff: not isochronous.
                let packets = if word(8) == u32::MAX {
                    0
                } else {
                    word(8) as usize
                };
                if urb.length > MAX_TRANSFER || packets > MAX_PACKETS {
                    return Err(io::Error::other(format!(
                        "transfer of {} bytes in {packets} packets",
                        urb.length
                    )));
                }
                if !urb.is_in {
                    urb.data = vec![0; urb.length];
                    source.read_exact(&mut urb.data)?;
                }
                let mut table = vec![0; packets * PACKET];
                source.read_exact(&mut table)?;
                urb.packets = table.chunks_exact(PACKET).map(Packet::parse).collect();
                Ok(Message::Submit(urb))
            }
            other => Err(io::Error::other(format!("unknown USB/IP command {other}"))),
        }
    }
}

impl Packet {
    fn parse(bytes: &[u8]) -> Self {
        let word = |at: usize| {
            u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
        };
        Packet {
            offset: word(0),
            length: word(4),
            actual: 0,
            status: 0,
        }
    }
}

impl Urb {
    /// The answer: for an isochronous transfer the packets' `actual` and `status` are as the device left them.
    pub fn reply(&self, status: i32, data: &[u8]) -> Vec<u8> {
        let errors = self
            .packets
            .iter()
            .filter(|packet| packet.status != 0)
            .count();
        let sent = if self.is_in { data.len() } else { self.length };
        let mut bytes = Vec::with_capacity(HEADER + data.len() + self.packets.len() * PACKET);
        for word in [
            RET_SUBMIT,
            self.seqnum,
            0,
            0,
            0,
            status as u32,
            sent as u32,
            0,
        ] {
            bytes.extend(word.to_be_bytes());
        }
        for word in [self.packets.len() as u32, errors as u32, 0, 0] {
            bytes.extend(word.to_be_bytes());
        }
        if self.is_in {
            bytes.extend(data);
        }
        for packet in &self.packets {
            for word in [
                packet.offset,
                packet.length,
                packet.actual,
                packet.status as u32,
            ] {
                bytes.extend(word.to_be_bytes());
            }
        }
        bytes
    }

    /// The answer in which every packet failed.
    pub fn fail(mut self, status: i32) -> Vec<u8> {
        for packet in &mut self.packets {
            packet.actual = 0;
            packet.status = status;
        }
        let of_transfer = if self.packets.is_empty() { status } else { 0 };
        self.reply(of_transfer, &[])
    }
}

/// The answer to [`Message::Unlink`]. A transfer that is not `found` was answered before the request came.
pub fn unlinked(seqnum: u32, found: bool) -> Vec<u8> {
    let status = if found { UNLINKED } else { 0 };
    let mut bytes = vec![0; HEADER];
    for (index, word) in [RET_UNLINK, seqnum, 0, 0, 0, status as u32]
        .into_iter()
        .enumerate()
    {
        bytes[index * 4..index * 4 + 4].copy_from_slice(&word.to_be_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn submit(is_in: bool, length: u32, packets: &[(u32, u32)]) -> Vec<u8> {
        let count = if packets.is_empty() {
            u32::MAX
        } else {
            packets.len() as u32
        };
        let mut bytes: Vec<u8> = [
            CMD_SUBMIT,
            7,
            0x10001,
            is_in.into(),
            1,
            0,
            length,
            0,
            count,
            1,
        ]
        .into_iter()
        .flat_map(u32::to_be_bytes)
        .collect();
        bytes.extend([1, 2, 3, 4, 5, 6, 7, 8]);
        if !is_in {
            bytes.extend(vec![9; length as usize]);
        }
        for (offset, length) in packets {
            bytes.extend(
                [*offset, *length, 0, 0]
                    .into_iter()
                    .flat_map(u32::to_be_bytes),
            );
        }
        bytes
    }

    #[test]
    fn reads_a_control_transfer_with_its_data() {
        let Message::Submit(urb) = Message::read(&mut &submit(false, 3, &[])[..]).unwrap() else {
            panic!()
        };
        assert_eq!(
            (urb.seqnum, urb.is_in, urb.endpoint, urb.length),
            (7, false, 1, 3)
        );
        assert_eq!(urb.setup, [1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(urb.data, [9, 9, 9]);
        assert!(urb.packets.is_empty());
    }

    #[test]
    fn answers_an_isochronous_transfer_packet_by_packet() {
        let bytes = submit(true, 200, &[(0, 100), (100, 100)]);
        let Message::Submit(mut urb) = Message::read(&mut &bytes[..]).unwrap() else {
            panic!()
        };
        urb.packets[0].actual = 4;
        urb.packets[1].status = PROTOCOL_ERROR;
        let reply = urb.reply(0, &[1, 2, 3, 4]);
        assert_eq!(reply.len(), HEADER + 4 + 2 * PACKET);
        assert_eq!(reply[24..28], 4u32.to_be_bytes(), "actual length");
        assert_eq!(reply[32..36], 2u32.to_be_bytes(), "packets");
        assert_eq!(reply[36..40], 1u32.to_be_bytes(), "packets in error");
        assert_eq!(reply[HEADER + 4 + 8..HEADER + 4 + 12], 4u32.to_be_bytes());
        assert_eq!(
            reply[HEADER + 4 + PACKET + 12..],
            PROTOCOL_ERROR.to_be_bytes()
        );
    }

    #[test]
    fn a_stream_out_of_step_is_an_error() {
        assert!(Message::read(&mut &submit(true, u32::MAX, &[])[..]).is_err());
        assert!(Message::read(&mut &[0xff; HEADER][..]).is_err());
    }

    #[test]
    fn unlink_tells_whether_the_transfer_was_still_there() {
        assert_eq!(unlinked(3, true)[20..24], UNLINKED.to_be_bytes());
        assert_eq!(unlinked(3, false)[20..24], [0; 4]);
    }
}
