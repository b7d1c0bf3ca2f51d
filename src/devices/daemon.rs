//! Whether the PipeWire daemon is there.
//!
//! `pipewiredeviceprovider` goes on listing the devices of a daemon that died, and never finds one that was
//! started later. A connection of our own, on which nothing is said, ends when the daemon does; the socket's
//! directory is watched for the next one.

use std::env;
use std::io::{ErrorKind, Read};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use gio::prelude::*;
use gst::glib;

use super::desk::{Door, Input};

/// A daemon makes its socket before it listens, so one attempt is not enough. Then only files tell.
const SHORTEST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(4);

/// What is known of the daemon.
#[derive(Debug)]
pub enum State {
    /// It listens; the connection to use instead of the common one.
    Up(Option<UnixStream>),
    Down,
}

/// Begins to watch the daemon to the end of the process. One [`Input::Daemon`] follows soon, another with
/// every change.
pub fn watch(door: &Door) {
    let thread = {
        let door = door.clone();
        let context = glib::MainContext::new();
        move || {
            // Fails for a context that another thread has, and nobody else knows this one.
            let _ = context.with_thread_default(|| run(&context, &door));
        }
    };
    let spawned = thread::Builder::new()
        .name("devices-daemon".to_owned())
        .spawn(thread);
    if spawned.is_err() {
        // Unwatched is better than unused.
        door.send(Input::Daemon(State::Up(None)));
    }
}

fn run(context: &glib::MainContext, door: &Door) {
    let Some(sockets) = sockets() else {
        door.send(Input::Daemon(State::Up(None)));
        return;
    };
    let _monitors: Vec<_> = sockets.iter().filter_map(|s| monitor(s)).collect();
    let mut pause = SHORTEST_PAUSE;
    let (mut has_died, mut is_told) = (false, false);
    loop {
        if let Some(stream) = connect(&sockets) {
            // GStreamer's plugin has one connection for all that do not bring their own, and keeps it while
            // anybody uses it, dead or alive. So after the first daemon's end everything gets another one.
            let connection = has_died.then(|| connect(&sockets)).flatten();
            door.send(Input::Daemon(State::Up(connection)));
            listen(stream);
            (has_died, is_told, pause) = (true, false, SHORTEST_PAUSE);
        }
        if !is_told {
            is_told = true;
            door.send(Input::Daemon(State::Down));
        }
        pause = wait(context, pause);
    }
}

/// Waits for something to happen in a directory, for a while first and then for as long as it takes. Returns
/// how long to wait next time.
fn wait(context: &glib::MainContext, pause: Duration) -> Duration {
    let timer = (pause <= LONGEST_PAUSE).then(|| {
        let go_on = || glib::ControlFlow::Continue;
        let timer = glib::timeout_source_new(pause, None, glib::Priority::DEFAULT, go_on);
        timer.attach(Some(context));
        timer
    });
    context.iteration(true);
    match timer {
        Some(timer) => {
            timer.destroy();
            pause * 2
        }
        // A file: perhaps the daemon's, which may not listen yet.
        None => SHORTEST_PAUSE,
    }
}

/// Where libpipewire looks for the daemon. `None`: it is told in a way that only libpipewire reads.
fn sockets() -> Option<Vec<PathBuf>> {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty());
    let remote = set("PIPEWIRE_REMOTE").map_or("pipewire-0".into(), PathBuf::from);
    if remote.is_absolute() {
        return Some(vec![remote]);
    }
    if remote.to_string_lossy().contains(['[', '"', ' ']) {
        return None;
    }
    let directory = ["PIPEWIRE_RUNTIME_DIR", "XDG_RUNTIME_DIR", "USERPROFILE"]
        .into_iter()
        .find_map(set);
    let directories = directory.map(PathBuf::from).into_iter();
    let directories = directories.chain([PathBuf::from("/run/pipewire")]);
    Some(
        directories
            .map(|directory| directory.join(&remote))
            .collect(),
    )
}

fn connect(sockets: &[PathBuf]) -> Option<UnixStream> {
    sockets
        .iter()
        .find_map(|path| UnixStream::connect(path).ok())
}

/// Wakes the thread's context when something happens beside the socket.
fn monitor(socket: &Path) -> Option<gio::FileMonitor> {
    let directory = gio::File::for_path(socket.parent()?);
    let flags = gio::FileMonitorFlags::NONE;
    directory
        .monitor_directory(flags, gio::Cancellable::NONE)
        .ok()
}

/// Returns when the daemon has ended. It has nothing to say to who says nothing.
fn listen(mut stream: UnixStream) {
    let mut buffer = [0; 512];
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return,
        }
    }
}
