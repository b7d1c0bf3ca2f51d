//! A port of the kernel's virtual host controller with the device plugged into it.

use std::fs::OpenOptions;
use std::io::{self, BufReader, Write};
use std::net::Shutdown;
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::sync::mpsc::Sender;

use crate::Event;
use crate::usbip::Message;

const ATTACH: &str = "/sys/devices/platform/vhci_hcd.0/attach";
/// `enum usb_device_speed`: high speed, without which there is no room for raw video.
const HIGH_SPEED: u32 = 3;
/// Bus 1, device 1: what a USB/IP server would have called it.
const DEVICE_ID: u32 = 0x0001_0001;

/// What comes from a port. The number tells which attachment it belongs to: events of an earlier one may come late.
pub enum PortEvent {
    Message(u32, Message),
    Closed(u32),
}

/// An attachment. Dropping it unplugs the device.
pub struct Port {
    socket: UnixStream,
}

impl Port {
    /// Plugs in. `None`: the port is not free (yet).
    pub fn attach(number: u32, generation: u32, events: Sender<Event>) -> io::Result<Option<Self>> {
        let mut attach = OpenOptions::new()
            .write(true)
            .open(ATTACH)
            .map_err(|error| {
                io::Error::new(
                    error.kind(),
                    format!("{ATTACH}: {error}; is vhci-hcd loaded?"),
                )
            })?;
        let (socket, kernels) = UnixStream::pair()?;
        let line = format!("{number} {} {DEVICE_ID} {HIGH_SPEED}", kernels.as_raw_fd());
        if attach.write_all(line.as_bytes()).is_err() {
            return Ok(None);
        }
        let mut source = BufReader::with_capacity(1 << 16, socket.try_clone()?);
        std::thread::spawn(move || {
            while let Ok(message) = Message::read(&mut source) {
                if events
                    .send(Event::Port(PortEvent::Message(generation, message)))
                    .is_err()
                {
                    return;
                }
            }
            // Nobody listens any more when the program ends.
            let _ = events.send(Event::Port(PortEvent::Closed(generation)));
        });
        Ok(Some(Port { socket }))
    }

    /// Sends answers. A socket that is gone is reported by the reading thread.
    pub fn send(&mut self, bytes: &[u8]) {
        if !bytes.is_empty() {
            let _ = self.socket.write_all(bytes);
        }
    }
}

impl Drop for Port {
    fn drop(&mut self) {
        // The reading thread has a duplicate: closing alone would not end the connection.
        let _ = self.socket.shutdown(Shutdown::Both);
    }
}
