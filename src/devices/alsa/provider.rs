//! The provider: a thread that compares what is listed with what there is.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use gst::glib;
use gst::prelude::*;
use gst::subclass::prelude::*;

use super::cards::{self, Pcm};
use super::device::AlsaDevice;
use super::offer::Offer;
use super::watch::{Event, Watch};
use crate::devices::desk::CAT;

const PROC: &str = "/proc/asound";
const DEV: &str = "/dev/snd";

const SHORTEST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(64);

glib::wrapper! {
    /// Lists the PCMs of all sound cards, and notices when they change. Not registered: it would double what
    /// GStreamer's own provider lists for everybody else.
    pub struct AlsaProvider(ObjectSubclass<Provider>) @extends gst::DeviceProvider, gst::Object;
}

impl Default for AlsaProvider {
    fn default() -> Self {
        glib::Object::new()
    }
}

/// How the thread is ended.
#[derive(Debug)]
struct End {
    asked: Arc<AtomicBool>,
    context: glib::MainContext,
}

/// The object behind [`AlsaProvider`].
#[derive(Debug, Default)]
pub struct Provider {
    /// A leaf lock: nothing else is called while it is held.
    end: Mutex<Option<End>>,
}

impl Provider {
    fn replace_end(&self, end: Option<End>) -> Option<End> {
        // Replaced as a whole: whole after any panic.
        let mut present = self.end.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *present, end)
    }
}

#[glib::object_subclass]
impl ObjectSubclass for Provider {
    const NAME: &'static str = "GstMediaAlsaProvider";
    type Type = AlsaProvider;
    type ParentType = gst::DeviceProvider;
}

impl ObjectImpl for Provider {}

impl GstObjectImpl for Provider {}

impl DeviceProviderImpl for Provider {
    fn probe(&self) -> Vec<gst::Device> {
        let pcms = cards::read(Path::new(PROC));
        let device = |pcm: &Pcm| AlsaDevice::new(pcm, &Offer::of(Path::new(PROC), pcm)).upcast();
        pcms.iter().map(device).collect()
    }

    /// Returns when what is there is listed.
    fn start(&self) -> Result<(), gst::LoggableError> {
        if gst::ElementFactory::find("alsasrc").is_none() {
            return Err(gst::loggable_error!(
                CAT,
                "there is no alsasrc to open a microphone with"
            ));
        }
        let context = glib::MainContext::new();
        let asked = Arc::new(AtomicBool::new(false));
        let (listed, ready) = mpsc::channel();
        let provider = self.obj().downgrade();
        let thread = {
            let (context, asked) = (context.clone(), asked.clone());
            move || {
                let work = || watch(&provider, &context, &asked, &listed);
                if let Err(error) = context.with_thread_default(work) {
                    gst::warning!(CAT, "sound cards are not watched: {error}");
                }
            }
        };
        thread::Builder::new()
            .name("alsa-cards".to_owned())
            .spawn(thread)
            .map_err(|error| gst::loggable_error!(CAT, "no thread: {error}"))?;
        self.replace_end(Some(End { asked, context }));
        // An error means that the thread has ended, which it said itself.
        let _ = ready.recv();
        Ok(())
    }

    fn stop(&self) {
        // Not joined: a card that hangs may hold it for seconds.
        if let Some(end) = self.replace_end(None) {
            end.asked.store(true, Ordering::SeqCst);
            end.context.wakeup();
        }
    }
}

/// What is listed.
struct Listed {
    pcm: Pcm,
    offer: Offer,
    device: AlsaDevice,
}

impl Listed {
    /// A microphone of which nobody knows what it can do.
    fn is_to_be_asked(&self) -> bool {
        self.pcm.is_capture && !self.offer.is_certain
    }
}

fn watch(
    provider: &glib::WeakRef<AlsaProvider>,
    context: &glib::MainContext,
    end: &AtomicBool,
    ready: &mpsc::Sender<()>,
) {
    let mut watch = Watch::new();
    let mut listed = Vec::new();
    let mut unknown: Vec<String> = Vec::new();
    let mut events: Vec<Event> = Vec::new();
    let mut pause = SHORTEST_PAUSE;
    loop {
        let Some(provider) = provider.upgrade() else {
            return;
        };
        if events.contains(&Event::Touched("snd".into())) {
            // The directory is a new one.
            watch = Watch::new();
        }
        compare(&provider, &mut listed, &events);
        drop(provider);
        still_unknown(&mut unknown, &events, &listed, Path::new(DEV));
        // Only the first has a receiver.
        let _ = ready.send(());
        events = next_events(context, &watch, &listed, !unknown.is_empty(), &mut pause);
        if end.load(Ordering::SeqCst) {
            return;
        }
    }
}

/// Files of PCMs that have come, and that the kernel does not list yet: it makes the files of a new card first, and tells
/// nobody when it is done.
fn still_unknown(unknown: &mut Vec<String>, events: &[Event], listed: &[Listed], dev: &Path) {
    for event in events {
        match event {
            Event::Touched(file) if file.starts_with("pcm") && !unknown.contains(file) => {
                unknown.push(file.clone());
            }
            _ => {}
        }
    }
    unknown.retain(|file| {
        let is_it = |one: &Listed| one.pcm.file() == *file;
        !listed.iter().any(is_it) && dev.join(file).exists()
    });
}

/// Waits for news. That a device is no longer in use is told by nobody: while there is one that could not be
/// asked, or one that is not listed yet, the kernel's word on it is read now and then, less and less often.
fn next_events(
    context: &glib::MainContext,
    watch: &Watch,
    listed: &[Listed],
    has_unknown: bool,
    pause: &mut Duration,
) -> Vec<Event> {
    let waiting: Vec<_> = listed.iter().filter(|one| one.is_to_be_asked()).collect();
    let timer = (has_unknown || !waiting.is_empty()).then(|| {
        let go_on = || glib::ControlFlow::Continue;
        let timer = glib::timeout_source_new(*pause, None, glib::Priority::DEFAULT, go_on);
        timer.attach(Some(context));
        timer
    });
    context.iteration(true);
    if let Some(timer) = timer {
        timer.destroy();
    }
    let mut events: Vec<_> = watch.events().collect();
    if events.is_empty() {
        *pause = (*pause * 2).min(LONGEST_PAUSE);
        let free = waiting
            .iter()
            .filter(|one| one.pcm.is_free(Path::new(PROC)));
        events.extend(free.map(|one| Event::Touched(one.pcm.file())));
    } else {
        *pause = SHORTEST_PAUSE;
    }
    events
}

/// Brings the list up to date. What is gone goes first: finding out about what is new may take long.
fn compare(provider: &AlsaProvider, listed: &mut Vec<Listed>, events: &[Event]) {
    let proc = Path::new(PROC);
    let present = cards::read(proc);
    let is_gone =
        |one: &Listed| !present.contains(&one.pcm) || events.contains(&Event::Gone(one.pcm.file()));
    for gone in listed.extract_if(.., |one| is_gone(one)) {
        gst::debug!(CAT, "sound device {} is gone", gone.pcm.path());
        provider.device_remove(&gone.device);
    }
    for one in listed.iter_mut() {
        let is_touched = events.contains(&Event::Touched(one.pcm.file()));
        if !is_touched || !one.is_to_be_asked() {
            continue;
        }
        let offer = Offer::of(proc, &one.pcm);
        if offer.is_certain {
            let device = AlsaDevice::new(&one.pcm, &offer);
            provider.device_changed(&device, &one.device);
            (one.device, one.offer) = (device, offer);
        }
    }
    for pcm in present {
        if listed.iter().any(|one| one.pcm == pcm) {
            continue;
        }
        let offer = Offer::of(proc, &pcm);
        gst::debug!(CAT, "sound device {}: {offer:?}", pcm.path());
        let device = AlsaDevice::new(&pcm, &offer);
        provider.device_add(&device);
        listed.push(Listed { pcm, offer, device });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_came_before_its_card_is_looked_for_again() {
        gst::init().unwrap();
        let dev = std::env::temp_dir().join(format!("mediastream-dev-{}", std::process::id()));
        std::fs::create_dir_all(&dev).unwrap();
        std::fs::write(dev.join("pcmC1D0c"), "").unwrap();
        let came = |file: &str| Event::Touched(file.to_owned());
        let mut unknown = Vec::new();
        // Another came and is gone again, and the directory is no PCM.
        let events = [came("pcmC1D0c"), came("pcmC2D0c"), came("snd")];
        still_unknown(&mut unknown, &events, &[], &dev);
        assert_eq!(unknown, ["pcmC1D0c"]);
        still_unknown(&mut unknown, &[came("pcmC1D0c")], &[], &dev);
        assert_eq!(unknown, ["pcmC1D0c"]);
        let pcm = Pcm {
            card: 1,
            id: "Dummy".into(),
            card_name: "Dummy".into(),
            long_name: String::new(),
            device: 0,
            name: String::new(),
            is_capture: true,
            has_siblings: false,
        };
        let offer = Offer {
            caps: gst::Caps::new_empty_simple("audio/x-raw"),
            is_certain: true,
        };
        let device = AlsaDevice::new(&pcm, &offer);
        still_unknown(&mut unknown, &[], &[Listed { pcm, offer, device }], &dev);
        assert!(unknown.is_empty());
        std::fs::remove_dir_all(&dev).unwrap();
    }
}
