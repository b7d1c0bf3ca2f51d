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
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use command::Command;
use device::Device;
use options::Options;
use port::{Port, PortEvent};

/// Isochronous transfers are completed in steps of this: finer than a USB audio period, coarser than a busy loop.
const TICK: Duration = Duration::from_millis(2);
/// How long a port that was just left takes to become free is the kernel's affair: ask again after this.
const ATTACH_AGAIN: Duration = Duration::from_millis(50);

/// Between the first contact that opens and the moment the host learns of it: transfers fail meanwhile. Without it a
/// control request that is on its way would be left without an answer, and the kernel would wait for it for 5 s.
const PULL_OUT: Duration = Duration::from_millis(20);

/// It leaves when the host has said nothing for so long. A transfer that the host has queued and taken back, and neither of
/// it sent, is forgotten by vhci-hcd when the connection ends: whoever waits for it waits for ever, with a lock that the
/// disconnection needs.
const QUIET: Duration = Duration::from_millis(60);

/// But no later than this: a host may go on asking.
const LATEST: Duration = Duration::from_millis(400);

/// The plug on its way out.
#[derive(Clone, Copy)]
struct Leaving {
    since: Instant,
    heard: Instant,
}

impl Leaving {
    fn is_over(self, now: Instant) -> bool {
        let quiet = now.saturating_duration_since(self.heard) >= QUIET;
        let since = now.saturating_duration_since(self.since);
        since >= LATEST || (quiet && since >= PULL_OUT)
    }
}

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
    let mut machine = Machine {
        device: Device::new(options.identity, options.video, options.audio),
        number: options.port,
        port: None,
        generation: 0,
        wanted: options.plugged,
        attach_at: Instant::now(),
        leaving: None,
        quit: false,
        sender,
    };
    while !machine.quit || machine.port.is_some() {
        machine.attach()?;
        // All that is waiting is taken before time is looked at: a transfer that came in is served at once.
        let mut wait = machine.patience();
        while let Ok(event) = events.recv_timeout(wait) {
            machine.take(event);
            wait = Duration::ZERO;
        }
        machine.tick();
    }
    Ok(())
}

/// The device and where it is plugged in.
struct Machine {
    device: Device,
    /// The port's number, and the port while it is plugged in.
    number: u32,
    port: Option<Port>,
    generation: u32,
    /// Whether it is to be plugged in.
    wanted: bool,
    attach_at: Instant,
    /// Once it is told to go.
    leaving: Option<Leaving>,
    quit: bool,
    sender: Sender<Event>,
}

impl Machine {
    fn attach(&mut self) -> io::Result<()> {
        let now = Instant::now();
        if !self.wanted || self.port.is_some() || now < self.attach_at {
            return Ok(());
        }
        self.generation += 1;
        self.attach_at = now + ATTACH_AGAIN;
        self.port = Port::attach(self.number, self.generation, self.sender.clone())?;
        if self.port.is_some() {
            log(format_args!("plugged into port {}", self.number));
        }
        Ok(())
    }

    /// How long nothing happens unless something comes.
    fn patience(&self) -> Duration {
        if self.device.is_streaming() || self.leaving.is_some() {
            TICK
        } else {
            ATTACH_AGAIN
        }
    }

    fn take(&mut self, event: Event) {
        match event {
            // Not what was sent to a port that it has left: answered in the next, the kernel would not
            // know the transfer and unplug the device.
            Event::Port(PortEvent::Message(of, message))
                if of == self.generation && self.port.is_some() =>
            {
                let now = Instant::now();
                if let Some(leaving) = &mut self.leaving {
                    leaving.heard = now;
                }
                let replies = self.device.receive(message, now);
                self.send(&replies);
            }
            Event::Port(PortEvent::Closed(of)) if of == self.generation && self.port.is_some() => {
                self.wanted = false;
                self.leave("the kernel closed the port");
            }
            // Of an attachment that is over.
            Event::Port(_) => {}
            Event::Command(line) => match line.parse() {
                Ok(command) => {
                    log(format_args!("command: {line}"));
                    self.command(command);
                }
                Err(message) => log(message),
            },
        }
    }

    fn command(&mut self, command: Command) {
        match command {
            Command::Plug => self.wanted = true,
            Command::Unplug | Command::Quit => {
                self.wanted = false;
                self.quit = command == Command::Quit;
                if self.port.is_some() {
                    self.device.cut();
                    let (since, heard) = (Instant::now(), Instant::now());
                    self.leaving = Some(Leaving { since, heard });
                }
            }
            Command::Device(command) => {
                let replies = self.device.command(command, Instant::now());
                self.send(&replies);
            }
        }
    }

    fn tick(&mut self) {
        let now = Instant::now();
        let replies = self.device.tick(now);
        self.send(&replies);
        if self.leaving.is_some_and(|leaving| leaving.is_over(now)) {
            self.leave("unplugged");
        }
    }

    fn leave(&mut self, why: &str) {
        log(why);
        self.port = None;
        self.leaving = None;
        self.device.reset();
    }

    fn send(&mut self, replies: &[u8]) {
        if let Some(port) = &mut self.port {
            port.send(replies);
        }
    }
}
