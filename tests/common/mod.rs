//! What the tests on fake devices share: the plugin in this process, pipelines with a time limit,
//! and the fake devices by label.
#![allow(dead_code)] // every test file uses a part of it

pub mod canvas;
pub mod healthy;
pub mod rig;

use std::sync::Once;
use std::time::{Duration, Instant};

use gst::prelude::*;

/// Longer than anything takes on a loaded machine; a test that reaches it has hung.
pub const LIMIT: gst::ClockTime = gst::ClockTime::from_seconds(30);

/// GStreamer, the plugin, and the fake devices only, unless the environment says which.
pub fn init() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        gst::init().expect("GStreamer starts");
        gstmediastream::plugin_register_static().expect("the plugin registers");
        let in_the_rig =
            std::env::vars_os().any(|(name, _)| name.to_string_lossy().starts_with("RIG_"));
        if in_the_rig || std::env::var_os("GST_MEDIASTREAM_PROVIDERS").is_some() {
            return;
        }
        let registry = gstmediastream::devices::Registry::shared().expect("the registry starts");
        registry.set_providers("fake").expect("fakes are known");
    });
}

/// For tests of one file that use the same device and mind what the others do with it.
pub fn alone() -> std::sync::MutexGuard<'static, ()> {
    static ALONE: std::sync::Mutex<()> = std::sync::Mutex::new(());
    ALONE
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// A fake device, as an application gets it.
pub fn fake(label: &str) -> gst::Device {
    init();
    let provider = gst::DeviceProviderFactory::by_name("fakemediadeviceprovider")
        .expect("the provider is registered");
    // `probe` lists what is plugged in; the registry's started provider lists the same objects.
    let device = provider
        .devices()
        .into_iter()
        .find(|device| device.display_name() == label);
    device.unwrap_or_else(|| panic!("no fake device {label}"))
}

/// A pipeline that is stopped at the end of the test, however the test ends.
pub struct Play {
    pub pipeline: gst::Pipeline,
}

impl Play {
    /// Parses a launch line.
    pub fn parse(line: &str) -> Self {
        init();
        let element = gst::parse::launch(line).unwrap_or_else(|e| panic!("{line}: {e}"));
        let pipeline = element
            .downcast::<gst::Pipeline>()
            .unwrap_or_else(|element| {
                let pipeline = gst::Pipeline::new();
                pipeline.add(&element).expect("a new element can be added");
                pipeline
            });
        Self { pipeline }
    }

    /// Parses and starts.
    pub fn start(line: &str) -> Self {
        let play = Self::parse(line);
        play.play();
        play
    }

    pub fn play(&self) {
        self.pipeline
            .set_state(gst::State::Playing)
            .expect("the state change is accepted");
    }

    pub fn element(&self, name: &str) -> gst::Element {
        let found = self.pipeline.by_name(name);
        found.unwrap_or_else(|| panic!("no element {name}"))
    }

    pub fn bus(&self) -> gst::Bus {
        self.pipeline.bus().expect("a pipeline has a bus")
    }

    /// The next message that `wanted` accepts; an error message that it does not is a failure.
    #[track_caller]
    pub fn wait(&self, what: &str, mut wanted: impl FnMut(&gst::Message) -> bool) -> gst::Message {
        let deadline = Instant::now() + Duration::from(LIMIT);
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let left = gst::ClockTime::try_from(left).expect("a duration fits");
            let Some(message) = self.bus().timed_pop(left) else {
                panic!("no {what} within {LIMIT}");
            };
            if wanted(&message) {
                return message;
            }
            if let gst::MessageView::Error(error) = message.view() {
                panic!(
                    "error before {what}: {} ({:?})",
                    error.error(),
                    error.debug()
                );
            }
        }
    }

    /// The first error.
    #[track_caller]
    pub fn error(&self) -> (gst::glib::Error, gst::Structure) {
        let message = self.wait("error", |m| m.type_() == gst::MessageType::Error);
        let gst::MessageView::Error(error) = message.view() else {
            unreachable!("waited for an error")
        };
        let details = error.details().map(|d| d.to_owned());
        let details = details.unwrap_or_else(|| gst::Structure::new_empty("none"));
        (error.error(), details)
    }

    /// The end.
    #[track_caller]
    pub fn eos(&self) {
        self.wait("EOS", |m| m.type_() == gst::MessageType::Eos);
    }

    /// The next element message of a track with this event.
    #[track_caller]
    pub fn track_event(&self, event: &str) -> gst::Structure {
        let message = self.wait(event, |message| {
            message.structure().is_some_and(|s| {
                s.name() == "media-stream-track" && s.get::<String>("event").as_deref() == Ok(event)
            })
        });
        message.structure().expect("it had one").to_owned()
    }

    /// The next sample of the appsink of this name.
    #[track_caller]
    pub fn sample(&self, sink: &str) -> gst::Sample {
        let sink = self.element(sink);
        let sample =
            sink.emit_by_name::<Option<gst::Sample>>("try-pull-sample", &[&LIMIT.nseconds()]);
        sample.unwrap_or_else(|| panic!("no sample from {}", sink.name()))
    }
    /// Pulls what is left; true when then comes the end of the stream.
    pub fn ends(&self, sink: &str) -> bool {
        let sink = self.element(sink);
        let pull =
            || sink.emit_by_name::<Option<gst::Sample>>("try-pull-sample", &[&LIMIT.nseconds()]);
        while pull().is_some() {}
        sink.property("eos")
    }
}

impl Drop for Play {
    fn drop(&mut self) {
        let _ = self.pipeline.set_state(gst::State::Null);
    }
}

/// Returns when the list knows what has happened to the fakes.
pub fn settle() {
    init();
    let registry = gstmediastream::devices::Registry::shared().expect("the registry starts");
    registry.settle();
}

/// The names of the threads of this process.
pub fn threads() -> Vec<String> {
    let tasks = std::fs::read_dir("/proc/self/task").expect("proc is mounted");
    tasks
        .filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("comm")).ok())
        .map(|name| name.trim_end().to_owned())
        .collect()
}

/// Waits for a fact that another thread brings about. Woken by nobody: it looks.
#[track_caller]
pub fn eventually(what: &str, fact: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from(LIMIT);
    while !fact() {
        assert!(Instant::now() < deadline, "not within {LIMIT}: {what}");
        std::thread::yield_now();
    }
}

/// What `getUserMedia` gives for these constraints; its tracks are stopped by whoever wants that.
pub fn user_media(json: &str) -> gstmediastream::media::MediaStream {
    init();
    let constraints = gstmediastream::model::constraints::StreamConstraints::from_json(json);
    let constraints = constraints.unwrap_or_else(|error| panic!("{json}: {error}"));
    let stream = gstmediastream::media::MediaDevices::default().get_user_media(&constraints);
    stream.unwrap_or_else(|error| panic!("{json}: {error}"))
}

/// Calls an action whose last argument is a promise, as any language does, and waits for its reply.
pub fn promised(
    object: &impl IsA<gst::glib::Object>,
    action: &str,
    arguments: &[&dyn ToValue],
) -> gst::Structure {
    let promise = gst::Promise::new();
    let mut values: Vec<_> = arguments
        .iter()
        .map(|argument| argument.to_value())
        .collect();
    values.push(promise.to_value());
    object.emit_by_name_with_values(action, &values);
    assert_eq!(promise.wait(), gst::PromiseResult::Replied, "{action}");
    promise.get_reply().expect("there is a reply").to_owned()
}
