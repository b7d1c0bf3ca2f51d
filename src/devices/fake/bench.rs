//! The five devices as a table.

use std::str::FromStr;

/// One row of the table in the module above.
#[derive(Debug)]
pub struct Model {
    pub name: &'static str,
    pub label: &'static str,
    pub class: &'static str,
    pub group: &'static str,
    pub facing: Option<&'static str>,
    pub is_default: bool,
    modes: &'static [&'static str],
}

/// What the provider lists.
pub static MODELS: [Model; 5] = [
    Model {
        name: "camera-1",
        label: "Fake camera 1",
        class: "Video/Source",
        group: "1",
        facing: None,
        is_default: true,
        modes: &[
            "video/x-raw,format=YUY2,width=640,height=480,framerate={(fraction)30/1,(fraction)15/1}",
            "video/x-raw,format=YUY2,width=320,height=240,framerate=30/1",
            "video/x-raw,format=YUY2,width=1280,height=720,framerate=10/1",
            "image/jpeg,width=1280,height=720,framerate=30/1",
            "image/jpeg,width=1920,height=1080,framerate=30/1",
        ],
    },
    Model {
        name: "camera-2",
        label: "Fake camera 2",
        class: "Video/Source",
        group: "2",
        facing: Some("environment"),
        is_default: false,
        modes: &[
            "video/x-raw,format=NV12,width=640,height=480,framerate={(fraction)60/1,(fraction)30/1}",
            "video/x-raw,format=NV12,width=1280,height=720,framerate={(fraction)60/1,(fraction)30/1}",
            "video/x-raw,format=NV12,width=1920,height=1080,framerate={(fraction)60/1,(fraction)30/1}",
        ],
    },
    Model {
        name: "microphone-1",
        label: "Fake microphone 1",
        class: "Audio/Source",
        group: "1",
        facing: None,
        is_default: true,
        modes: &["audio/x-raw,format=S16LE,layout=interleaved,rate={48000,44100},channels=[1,2]"],
    },
    Model {
        name: "microphone-2",
        label: "Fake microphone 2",
        class: "Audio/Source",
        group: "3",
        facing: None,
        is_default: false,
        modes: &["audio/x-raw,format=F32LE,layout=interleaved,rate=16000,channels=1"],
    },
    Model {
        name: "output-1",
        label: "Fake output 1",
        class: "Audio/Sink",
        group: "3",
        facing: None,
        is_default: true,
        modes: &["audio/x-raw,format=S16LE,layout=interleaved,rate=48000,channels=2"],
    },
];

impl Model {
    /// All its modes, one structure each.
    pub fn caps(&self) -> gst::Caps {
        gst::Caps::from_str(&self.modes.join(";")).expect("a constant that a test reads")
    }

    /// Which of its kind it is at first.
    pub fn number(&self) -> u32 {
        let before = MODELS.iter().take_while(|model| model.name != self.name);
        let of_kind = before.filter(|model| model.class == self.class);
        of_kind.map(|_| 1).sum()
    }

    /// The facts from which the list is made. A second one of the model has another port, and nothing else
    /// that tells it apart.
    pub fn properties(&self, number: u32, is_twin: bool) -> gst::Structure {
        let kind = match self.class {
            "Video/Source" => "video",
            "Audio/Source" => "capture",
            _ => "playback",
        };
        let port = format!("{}{}", self.group, if is_twin { "-twin" } else { "" });
        let mut properties = gst::Structure::builder("fake-proplist")
            .field("device.api", "fake")
            .field("fake.name", self.name)
            .field("fake.group", &port)
            .field("fake.port", &port)
            .field("fake.path", format!("fake:{kind}{number}"));
        if let Some(facing) = self.facing {
            properties = properties.field("fake.facing", facing);
        }
        properties.build()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mode_is_readable() {
        gst::init().unwrap();
        for model in &MODELS {
            assert_eq!(model.caps().size(), model.modes.len(), "{}", model.name);
        }
    }
}
