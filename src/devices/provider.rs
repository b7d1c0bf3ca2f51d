//! One of GStreamer's device providers, on a thread of its own until it has started.
//!
//! A provider may need seconds to start or never come back (its daemon is frozen), so it does not start on a
//! thread that somebody waits for. Real providers get an instance of our own: another user of the process's
//! shared instance can neither stop it nor take its messages. The fake one is shared, since whoever scripts
//! its devices has to find the same ones.
//!
//! None is ever stopped or freed: PipeWire's goes on calling itself back on a connection that a capture
//! shares, and corrupts the memory.

use std::os::fd::{AsRawFd, RawFd};
use std::os::unix::net::UnixStream;
use std::thread;

use gst::glib;
use gst::prelude::*;

use super::alsa::AlsaProvider;
use super::desk::{Door, Input};
use super::policy::Source;

/// A provider that was started, or is on its way; kept to the end of the process.
#[derive(Debug)]
pub struct Provider {
    pub source: Source,
    /// Tells its messages from those of an earlier instance.
    pub turn: u64,
    /// `None` until it has started.
    pub started: Option<gst::DeviceProvider>,
    /// Its own connection to PipeWire, if it has one. Devices know it by its number, which is not to become
    /// the number of something else.
    _connection: Option<UnixStream>,
}

impl Provider {
    /// Begins to start `source`. One [`Input::Started`] follows unless the provider hangs.
    pub fn launch(source: Source, turn: u64, door: Door, connection: Option<UnixStream>) -> Self {
        let descriptor = connection.as_ref().map(AsRawFd::as_raw_fd);
        let spawned = thread::Builder::new()
            .name(format!("devices-{}", source.name()))
            .spawn({
                let door = door.clone();
                move || {
                    let provider = start(source, turn, &door, descriptor);
                    door.send(Input::Started { turn, provider });
                }
            });
        if let Err(error) = spawned {
            let provider = Err(format!("no thread to start it on: {error}"));
            door.send(Input::Started { turn, provider });
        }
        Self {
            source,
            turn,
            started: None,
            _connection: connection,
        }
    }
}

fn start(
    source: Source,
    turn: u64,
    door: &Door,
    descriptor: Option<RawFd>,
) -> Result<gst::DeviceProvider, String> {
    let provider = match source {
        Source::Alsa => AlsaProvider::default().upcast(),
        Source::Fake => factory(source)?
            .get()
            .ok_or_else(|| format!("{} cannot be instantiated", source.feature()))?,
        _ => glib::Object::with_type(factory(source)?.device_provider_type())
            .downcast::<gst::DeviceProvider>()
            .map_err(|_| format!("{} makes no device provider", source.feature()))?,
    };
    if let Some(descriptor) = descriptor.filter(|_| provider.has_property("fd")) {
        provider.set_property("fd", descriptor);
    }
    listen(&provider, turn, door);
    if let Err(error) = provider.start() {
        provider.bus().unset_sync_handler();
        return Err(error.to_string());
    }
    if source == Source::V4l2 && provider.devices().is_empty() {
        for device in without_udev(&provider) {
            door.send(Input::Added { turn, device });
        }
    }
    Ok(provider)
}

/// A started V4L2 provider lists what udev knows. In a container there is no udev, but there may be cameras:
/// one that is not started opens every node to see.
fn without_udev(started: &gst::DeviceProvider) -> glib::List<gst::Device> {
    let probing = glib::Object::with_type(started.type_()).downcast::<gst::DeviceProvider>();
    probing
        .map(|provider| provider.devices())
        .unwrap_or_default()
}

fn factory(source: Source) -> Result<gst::DeviceProviderFactory, String> {
    gst::DeviceProviderFactory::find(source.feature())
        .ok_or_else(|| format!("GStreamer has no {}", source.feature()))?
        .load()
        .map_err(|error| format!("the plugin of {} does not load: {error}", source.feature()))?
        .downcast()
        .map_err(|_| format!("{} is no device provider", source.feature()))
}

/// Hands the provider's news to the desk. The handler runs on whatever thread has the news.
fn listen(provider: &gst::DeviceProvider, turn: u64, door: &Door) {
    let door = door.clone();
    // What is left to a queue that nobody reads stays there. Who shares the instance of the fakes, a
    // `GstDeviceMonitor`, hears of them by the bus's signal.
    let reply = gst::BusSyncReply::Drop;
    provider.bus().set_sync_handler(move |_, message| {
        let input = match message.view() {
            gst::MessageView::DeviceAdded(added) => Input::Added {
                turn,
                device: added.device(),
            },
            gst::MessageView::DeviceRemoved(removed) => Input::Removed {
                turn,
                device: removed.device(),
            },
            gst::MessageView::DeviceChanged(changed) => {
                let (device, old) = changed.device_changed();
                Input::Replaced { turn, old, device }
            }
            _ => return reply,
        };
        door.send(input);
        reply
    });
}
