//! One of GStreamer's device providers, on a thread of its own until it has started.
//!
//! A provider may need seconds to start or never come back (its daemon is frozen), so it neither starts nor
//! stops on a thread that somebody waits for. Real providers get an instance of our own: another user of
//! the process's shared instance can neither stop it nor take its messages. The fake one is shared, since
//! whoever scripts its devices has to find the same ones.

use std::thread;

use gst::glib;
use gst::prelude::*;

use super::alsa::AlsaProvider;
use super::desk::{Door, Input};
use super::policy::Source;

/// A provider that was started, or is on its way.
#[derive(Debug)]
pub struct Provider {
    pub source: Source,
    /// Tells its messages from those of an earlier instance.
    pub turn: u64,
    /// `None` until it has started.
    pub started: Option<gst::DeviceProvider>,
}

impl Provider {
    /// Begins to start `source`. One [`Input::Started`] follows unless the provider hangs.
    pub fn launch(source: Source, turn: u64, door: Door) -> Self {
        let spawned = thread::Builder::new()
            .name(format!("devices-{}", source.name()))
            .spawn({
                let door = door.clone();
                move || {
                    let provider = start(source, turn, &door);
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
        }
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        let Some(provider) = self.started.take() else {
            return;
        };
        // Without a thread it stays started: nothing hears it any more.
        let _ = thread::Builder::new()
            .name(format!("devices-{}", self.source.name()))
            .spawn(move || {
                provider.bus().unset_sync_handler();
                provider.stop();
            });
    }
}

fn start(source: Source, turn: u64, door: &Door) -> Result<gst::DeviceProvider, String> {
    let provider = match source {
        Source::Alsa => AlsaProvider::default().upcast(),
        Source::Fake => factory(source)?
            .get()
            .ok_or_else(|| format!("{} cannot be instantiated", source.feature()))?,
        _ => glib::Object::with_type(factory(source)?.device_provider_type())
            .downcast::<gst::DeviceProvider>()
            .map_err(|_| format!("{} makes no device provider", source.feature()))?,
    };
    listen(&provider, source, turn, door);
    if let Err(error) = provider.start() {
        provider.bus().unset_sync_handler();
        return Err(error.to_string());
    }
    Ok(provider)
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
fn listen(provider: &gst::DeviceProvider, source: Source, turn: u64, door: &Door) {
    let door = door.clone();
    // The shared instance may have other readers of its bus.
    let reply = if source == Source::Fake {
        gst::BusSyncReply::Pass
    } else {
        gst::BusSyncReply::Drop
    };
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
