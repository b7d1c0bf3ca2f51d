//! A USB camera with a microphone, made in user space and plugged into the running kernel.
//!
//! It speaks USB/IP over a socket pair to the kernel's `vhci_hcd`, so that the real `uvcvideo` and `snd-usb-audio` bind
//! to it: `/dev/videoN` and an ALSA card appear, with their udev events, and go when it is unplugged.
//! (`dummy_hcd` with the gadget drivers cannot do this: it fails every isochronous transfer.)
//!
//! One thread owns the device and runs [`run`]; one thread per source of events only reads: the socket, the commands.

mod audio;
mod command;
mod control;
mod descriptors;
mod device;
mod options;
mod picture;
mod port;
mod usbip;
mod video;

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader};
use std::path::Path;
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use command::Command;
use device::Device;
use options::Options;
use port::{Port, PortEvent};

/// Isochronous transfers are completed in steps of this: finer than a USB audio period, coarser than a busy loop.
const TICK: Duration = Duration::from_millis(2);
/// How long a port that was just left takes to become free is the kernel's affair: ask again after this.
const ATTACH_AGAIN: Duration = Duration::from_millis(50);

/// What the device's thread reacts to.
enum Event {
    Port(PortEvent),
    Command(String),
}

/// A line of the log, with the time that the kernel's log has too.
fn log(message: impl std::fmt::Display) {
    let uptime = std::fs::read_to_string("/proc/uptime").unwrap_or_default();
    println!("[{}] {message}", uptime.split(' ').next().unwrap_or(""));
}

fn main() -> ExitCode {
    let options = match Options::parse(std::env::args().skip(1)) {
        Ok(Some(options)) => options,
        Ok(None) => {
            print!("{}", options::USAGE);
            return ExitCode::SUCCESS;
        }
        Err(message) => {
            eprintln!("usbcam: {message}\n{}", options::USAGE);
            return ExitCode::from(2);
        }
    };
    let (sender, events) = channel();
    if let Some(path) = &options.commands
        && let Err(error) = read_commands(path, sender.clone())
    {
        eprintln!(
            "usbcam: cannot take commands from {}: {error}",
            path.display()
        );
        return ExitCode::FAILURE;
    }
    match run(options, sender, events) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("usbcam: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Makes the FIFO and starts a thread that sends each of its lines as an event.
fn read_commands(path: &Path, sender: Sender<Event>) -> io::Result<()> {
    match rustix::fs::mkfifoat(
        rustix::fs::CWD,
        path,
        rustix::fs::Mode::from_raw_mode(0o600),
    ) {
        Ok(()) | Err(rustix::io::Errno::EXIST) => {}
        Err(error) => return Err(error.into()),
    }
    // Opened for writing as well: the end of one writer is then not the end of the commands.
    let fifo: File = OpenOptions::new().read(true).write(true).open(path)?;
    std::thread::spawn(move || {
        for line in BufReader::new(fifo).lines().map_while(Result::ok) {
            if sender.send(Event::Command(line)).is_err() {
                return;
            }
        }
    });
    Ok(())
}

fn run(options: Options, sender: Sender<Event>, events: Receiver<Event>) -> io::Result<()> {
    let mut device = Device::new(options.identity, options.video, options.audio);
    let mut port: Option<Port> = None;
    let mut wanted = options.plugged;
    let mut generation = 0;
    let mut attach_at = Instant::now();
    loop {
        let now = Instant::now();
        if wanted && port.is_none() && now >= attach_at {
            generation += 1;
            attach_at = now + ATTACH_AGAIN;
            port = Port::attach(options.port, generation, sender.clone())?;
            if port.is_some() {
                device.reset();
                log(format_args!("plugged into port {}", options.port));
            }
        }
        let wait = if device.is_streaming() {
            TICK
        } else {
            ATTACH_AGAIN
        };
        let mut next = events.recv_timeout(wait);
        // All that is waiting is taken before time is looked at: a transfer that came in is served at once.
        loop {
            match next {
                Ok(Event::Port(PortEvent::Message(of, message))) => {
                    if let Some(port) = port.as_mut().filter(|_| of == generation) {
                        port.send(&device.receive(message, Instant::now()));
                    }
                }
                Ok(Event::Port(PortEvent::Closed(of))) => {
                    if of == generation && port.take().is_some() {
                        log("the kernel closed the port");
                        wanted = false;
                        device.reset();
                    }
                }
                Ok(Event::Command(line)) => match line.parse() {
                    Ok(Command::Plug) => wanted = true,
                    Ok(command @ (Command::Unplug | Command::Quit)) => {
                        wanted = false;
                        if port.take().is_some() {
                            log("unplugged");
                            device.reset();
                        }
                        if command == Command::Quit {
                            return Ok(());
                        }
                    }
                    Ok(Command::Device(command)) => {
                        log(format_args!("command: {line}"));
                        let replies = device.command(command, Instant::now());
                        if let Some(port) = &mut port {
                            port.send(&replies);
                        }
                    }
                    Err(message) => log(message),
                },
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            }
            next = events.recv_timeout(Duration::ZERO);
        }
        if let Some(port) = &mut port {
            port.send(&device.tick(Instant::now()));
        }
    }
}
