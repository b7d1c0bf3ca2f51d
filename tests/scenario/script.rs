//! The lines that every language prints, and how values are shown in them.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use gst::glib;
use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;

use crate::common::{LIMIT, Play};

/// The script: comments are not said.
pub struct Script {
    lines: std::vec::IntoIter<&'static str>,
    /// Ids are different on every machine: they are shown by name.
    pub names: HashMap<String, String>,
}

impl Script {
    pub fn new() -> Self {
        let lines: Vec<_> = include_str!("../languages/scenario.txt")
            .lines()
            .filter(|line| !line.starts_with('#'))
            .collect();
        Self {
            lines: lines.into_iter(),
            names: HashMap::new(),
        }
    }

    /// Prints a line, which is the next of the script.
    #[track_caller]
    pub fn say(&mut self, line: impl Into<String>) {
        let line = line.into();
        println!("{line}");
        assert_eq!(Some(line.as_str()), self.lines.next());
    }

    /// Nothing is left to say.
    pub fn finish(mut self) {
        assert_eq!(self.lines.next(), None);
    }

    pub fn text(&self, text: &str) -> String {
        let name = self.names.get(text).cloned();
        name.unwrap_or_else(|| format!("\"{text}\""))
    }

    pub fn structure(&self, structure: &gst::StructureRef) -> String {
        let fields = structure.iter();
        let shown: Vec<_> = fields
            .map(|(name, value)| format!("{name}: {}", self.value(value)))
            .collect();
        format!("{{{}}}", shown.join(", "))
    }

    fn value(&self, value: &glib::Value) -> String {
        if let Ok(structure) = value.get::<gst::Structure>() {
            return self.structure(&structure);
        }
        if let Ok(array) = value.get::<gst::Array>() {
            let shown: Vec<_> = array.iter().map(|value| self.value(value)).collect();
            return format!("[{}]", shown.join(", "));
        }
        if let Ok(number) = value.get::<f64>() {
            let whole = number.fract() == 0.0;
            return format!("{number:.*}", if whole { 0 } else { 4 });
        }
        let number = value.get::<u32>().map(|number| number.to_string());
        let truth = value.get::<bool>().map(|truth| truth.to_string());
        number.or(truth).unwrap_or_else(|_| {
            let text = value.get::<String>();
            self.text(&text.expect("a structure, a list, a number, a boolean or a text"))
        })
    }

    pub fn reason(&self, error: &gst::StructureRef) -> String {
        let of = |name| error.get::<String>(name).expect("every error has it");
        let mut shown = format!("{}: {}", of("name"), of("message"));
        for (name, value) in error.iter() {
            if name != "name" && name != "message" {
                shown += &format!("; {name} {}", self.value(value));
            }
        }
        shown
    }

    pub fn say_settings(&mut self, track: &MediaStreamTrack) {
        let settings: gst::Structure = track.emit_by_name("get-settings", &[]);
        self.say(format!("  settings {}", self.structure(&settings)));
        let constraints: String = track.emit_by_name("get-constraints", &[]);
        self.say(format!("  constraints {constraints}"));
    }

    pub fn say_track(&mut self, track: &MediaStreamTrack) {
        self.say(format!(
            "track: {} {}, enabled {}, muted {} ({}), {}, hint {}",
            track.kind(),
            self.text(&track.label()),
            track.enabled(),
            track.muted(),
            nick(track, "muted-reason"),
            nick(track, "ready-state"),
            self.text(&track.content_hint().unwrap_or_default()),
        ));
        self.say_settings(track);
    }

    pub fn say_capabilities(&mut self, of: &impl IsA<glib::Object>) {
        let capabilities: gst::Structure = of.emit_by_name("get-capabilities", &[]);
        self.say(format!("  capabilities {}", self.structure(&capabilities)));
    }

    /// Waits for the next message about a track.
    #[track_caller]
    pub fn say_message(&mut self, play: &Play) {
        let bus = play.bus();
        let about = until("a message", || {
            let messages = std::iter::from_fn(|| bus.pop());
            let mut about =
                messages.filter_map(|message| message.structure().map(|s| s.to_owned()));
            about.find(|about| about.name() == "media-stream-track")
        });
        let of = |name| about.get::<String>(name).expect("a text");
        let track: MediaStreamTrack = about.get("track").expect("a track");
        let (event, kind, reason) = (of("event"), of("kind"), of("reason"));
        let same = of("track-id") == track.id();
        self.say(format!("message: {event}, {kind}, {reason}, id {same}"));
    }

    /// Pulls until a sample is as wanted, and then nine more, which are so as well.
    #[track_caller]
    pub fn say_ten(
        &mut self,
        what: &str,
        play: &Play,
        sink: &str,
        wanted: fn(&gst::Sample) -> bool,
    ) {
        let deadline = deadline();
        let mut sample = play.sample(sink);
        while !wanted(&sample) {
            assert!(Instant::now() < deadline, "not within {LIMIT}: {what}");
            sample = play.sample(sink);
        }
        let (mut count, mut times) = (1, vec![time(&sample)]);
        for _ in 0..9 {
            sample = play.sample(sink);
            count += usize::from(wanted(&sample));
            times.push(time(&sample));
        }
        let rising = times.is_sorted_by(|one, other| one < other);
        let caps = caps(&sample);
        self.say(format!("{what}: {count} of 10 {caps}, times rise {rising}"));
    }
}

fn deadline() -> Instant {
    Instant::now() + Duration::from(LIMIT)
}

/// Turns the loop until something is so.
#[track_caller]
pub fn until<T>(what: &str, fact: impl Fn() -> Option<T>) -> T {
    let context = glib::MainContext::default();
    let deadline = deadline();
    loop {
        if let Some(found) = fact() {
            return found;
        }
        assert!(Instant::now() < deadline, "not within {LIMIT}: {what}");
        if !context.iteration(false) {
            std::thread::yield_now();
        }
    }
}

/// The nick of an enumeration's value: the string of the specification.
pub fn nick(object: &impl IsA<glib::Object>, property: &str) -> String {
    let value = object.property_value(property);
    let (_, found) = glib::EnumValue::from_value(&value).expect("an enumeration");
    found.nick().to_owned()
}

pub fn is_gap(sample: &gst::Sample) -> bool {
    let buffer = sample.buffer().expect("there is one");
    buffer.flags().contains(gst::BufferFlags::GAP)
}

pub fn is_media(sample: &gst::Sample) -> bool {
    !is_gap(sample)
}

fn time(sample: &gst::Sample) -> Option<gst::ClockTime> {
    sample.buffer()?.pts()
}

pub fn caps(sample: &gst::Sample) -> String {
    let caps = sample.caps().expect("every sample has them");
    let caps = caps.structure(0).expect("they are fixed");
    let format: String = caps.get("format").expect("raw media");
    let number = |name| caps.get::<i32>(name);
    match (number("width"), number("height")) {
        (Ok(width), Ok(height)) => format!("{format} {width}x{height}"),
        _ => {
            let of = |name| number(name).expect("sound");
            format!("{format} {} Hz, {} channels", of("rate"), of("channels"))
        }
    }
}
