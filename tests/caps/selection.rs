//! From a device's caps over constraints to the caps that are set: each property that caps carry,
//! exact, ideal and as a range, on devices of each provider.

use std::sync::Arc;

use gstmediastream::caps::{downstream, write};
use gstmediastream::model::constraints::{
    Candidate, Capabilities, Capability, Defaults, Kind, Property, Request, Setting, Settings,
    SourceFacts, TrackConstraints, select_settings,
};

use crate::devices::{caps, device};

fn facts() -> SourceFacts {
    let id = || "the device".to_owned();
    SourceFacts {
        capabilities: Capabilities::new().with(Property::DeviceId, Capability::Text(id())),
        settings: Settings::new().with(Property::DeviceId, Setting::Text(id())),
    }
}

fn describe(caps: &gst::Caps) -> String {
    let structure = caps.structure(0).unwrap();
    let text = |name: &str| structure.get::<String>(name).unwrap_or_default();
    let number = |name: &str| structure.get::<i32>(name).unwrap();
    let what = if structure.name().starts_with("audio/") {
        format!("{}Hz {}ch", number("rate"), number("channels"))
    } else {
        let rate = structure.get::<gst::Fraction>("framerate").unwrap();
        format!("{}x{}@{rate}", number("width"), number("height"))
    };
    let media = if structure.name().ends_with("/x-raw") {
        text("format")
    } else {
        structure.name().to_string()
    };
    format!("{media} {what}")
}

/// What comes out of the device or its decoder when it is set to `native`.
fn delivered(native: &gst::Caps, consumer: &gst::Caps) -> gst::Caps {
    let structure = native.structure(0).unwrap();
    let passes = consumer
        .structure(0)
        .is_some_and(|c| c.name() == structure.name());
    if passes || structure.name().ends_with("/x-raw") {
        return native.clone();
    }
    let mut decoded = structure.to_owned();
    decoded.set_name("video/x-raw");
    decoded.set("format", "I420");
    gst::Caps::builder_full().structure(decoded).build()
}

fn run(name: &str, constraints: &str, consumer: &str) -> Result<(String, String), String> {
    let device = device(name);
    let (modes, consumer) = (device.modes(), caps(consumer));
    let source = Arc::new(facts());
    let candidates: Vec<_> = modes
        .iter()
        .map(|mode| Candidate {
            source: source.clone(),
            mode: mode.mode,
        })
        .collect();
    let alternatives = downstream::alternatives(&consumer, &modes, device.kind, &|_| true);
    let constraints = TrackConstraints::from_json(constraints).unwrap();
    let request = Request {
        constraints: &constraints,
        alternatives: &alternatives,
    };
    let selection = select_settings(&candidates, &request, &Defaults::default())
        .map_err(|error| error.constraint_name().to_owned())?;

    let mode = &modes[selection.candidate];
    let branch = &downstream::branches(&consumer, device.kind)[selection.alternative.unwrap()];
    let format = write::format(mode, branch.structure(0));
    let native = write::native(mode, &selection.native, format.as_deref());
    assert!(
        native.is_fixed() && native.can_intersect(&device.caps()),
        "{native}"
    );
    let frame = delivered(&native, branch);
    let output = write::output(&selection.settings, &frame, branch.structure(0));
    assert!(output.is_fixed(), "{output}");
    assert!(output.can_intersect(&consumer), "{output} for {consumer}");
    // The track says what it gives.
    let given = output.structure(0).unwrap();
    let fields = match device.kind {
        Kind::Video => [("width", Property::Width), ("height", Property::Height)],
        Kind::Audio => [
            ("rate", Property::SampleRate),
            ("channels", Property::ChannelCount),
        ],
    };
    for (name, property) in fields {
        let number = given.get::<i32>(name).unwrap().unsigned_abs();
        assert_eq!(selection.settings.integer(property), Some(number), "{name}");
    }
    Ok((describe(&native), describe(&output)))
}

/// Rows of device, constraints, the consumer's caps, and what comes of it: what the device is set to
/// (`->` what the track gives, where that is not the same), or the constraint at fault.
fn check(rows: &str) {
    let mut wrong = Vec::new();
    for row in rows.lines().map(str::trim).filter(|row| !row.is_empty()) {
        let columns: Vec<_> = row.split('|').map(str::trim).collect();
        let [device, constraints, consumer, expected] = columns[..] else {
            panic!("not four columns: {row}");
        };
        let found = match run(device, constraints, consumer) {
            Ok((native, output)) if native == output => native,
            Ok((native, output)) => format!("{native} -> {output}"),
            Err(constraint) => format!("error {constraint:?}"),
        };
        if found != expected {
            wrong.push(format!("{row}\n  found {found}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn nothing_asked_gives_the_defaults() {
    check(
        r#"
        v4l2-usb-camera                 | {} | ANY         | YUY2 640x480@30
        pipewire-0.3-usb-camera         | {} | video/x-raw | YUY2 640x480@30
        pipewire-0.3-virtual-camera     | {} | ANY         | YUY2 640x480@30
        pipewire-1.4-usb-camera         | {} | video/x-raw | YUY2 640x480@30
        v4l2-vivid-webcam               | {} | video/x-raw | YUY2 640x480@30
        v4l2-vivid-hdmi                 | {} | video/x-raw | YUY2 640x480@60
        v4l2-facetime                   | {} | video/x-raw | YUY2 640x480@2997/100
        icamera-dmabuf                  | {} | video/x-raw | NV12 640x480@30
        alsa-usb-microphone             | {} | ANY         | S16LE 48000Hz 1ch
        pipewire-0.3-virtual-microphone | {} | ANY         | S16LE 48000Hz 2ch
        pipewire-0.3-null-source        | {} | ANY         | F32LE 48000Hz 2ch
        "#,
    );
}

#[test]
fn width_and_height() {
    check(
        r#"
        v4l2-usb-camera       | {"width":{"exact":1280}}                            | video/x-raw | image/jpeg 1280x720@30 -> I420 1280x720@30
        v4l2-usb-camera       | {"height":{"exact":240}}                            | video/x-raw | YUY2 320x240@30
        v4l2-usb-camera       | {"width":1280,"height":720}                         | video/x-raw | image/jpeg 1280x720@30 -> I420 1280x720@30
        v4l2-usb-camera       | {"width":{"min":1000}}                              | image/jpeg  | image/jpeg 1280x720@30
        v4l2-usb-camera       | {"width":{"max":320},"resizeMode":{"exact":"none"}} | video/x-raw | YUY2 320x240@30
        v4l2-usb-camera       | {"width":{"exact":600},"height":{"exact":400}}      | video/x-raw | YUY2 640x480@30 -> YUY2 600x400@30
        v4l2-usb-camera       | {"width":{"exact":4000}}                            | video/x-raw | error "width"
        v4l2-vivid-hdmi       | {"width":{"exact":1000},"height":{"exact":600}}     | video/x-raw | YUY2 1000x600@60
        pipewire-vivid-webcam | {"width":1920,"height":1080}                        | video/x-raw | YUY2 1920x1080@30
        "#,
    );
}

#[test]
fn frame_rate() {
    check(
        r#"
        v4l2-usb-camera   | {"frameRate":{"exact":15}}                             | video/x-raw | YUY2 640x480@15
        v4l2-usb-camera   | {"frameRate":5}                                        | video/x-raw | YUY2 640x480@5
        v4l2-usb-camera   | {"frameRate":{"exact":7.5}}                            | video/x-raw | YUY2 640x480@15 -> YUY2 640x480@15/2
        v4l2-usb-camera   | {"frameRate":{"max":20},"resizeMode":{"exact":"none"}} | video/x-raw | YUY2 640x480@15
        v4l2-usb-camera   | {"frameRate":{"min":60}}                               | video/x-raw | error "frameRate"
        v4l2-vivid-webcam | {"frameRate":{"min":100}}                              | video/x-raw | YUY2 640x480@120
        v4l2-facetime     | {"frameRate":{"exact":29.97}}                          | video/x-raw | YUY2 640x480@2997/100
        v4l2-h264-camera  | {"width":{"exact":1920},"frameRate":{"min":15}}        | video/x-raw | image/jpeg 1920x1080@30 -> I420 1920x1080@30
        v4l2-h264-camera  | {"width":{"exact":1920},"frameRate":7.5}               | video/x-raw | image/jpeg 1920x1080@15/2 -> I420 1920x1080@15/2
        "#,
    );
}

#[test]
fn aspect_ratio() {
    check(
        r#"
        v4l2-usb-camera | {"aspectRatio":{"exact":1.3333333333},"resizeMode":{"exact":"none"}} | video/x-raw | YUY2 640x480@30
        v4l2-usb-camera | {"aspectRatio":1.7777777778,"resizeMode":{"exact":"none"}}           | video/x-raw | image/jpeg 1280x720@30 -> I420 1280x720@30
        v4l2-usb-camera | {"aspectRatio":{"min":1.5},"resizeMode":{"exact":"none"}}            | video/x-raw | image/jpeg 1280x720@30 -> I420 1280x720@30
        v4l2-usb-camera | {"aspectRatio":{"exact":1},"height":{"exact":480}}                   | video/x-raw | YUY2 640x480@30 -> YUY2 480x480@30
        "#,
    );
}

#[test]
fn resize_mode() {
    check(
        r#"
        v4l2-usb-camera | {"resizeMode":{"exact":"none"},"width":600}              | video/x-raw | YUY2 640x480@30
        v4l2-usb-camera | {"resizeMode":"crop-and-scale","width":600,"height":400} | video/x-raw | YUY2 640x480@30 -> YUY2 600x400@30
        v4l2-usb-camera | {"resizeMode":{"exact":"none"},"width":{"exact":600}}    | video/x-raw | error ""
        v4l2-usb-camera | {"resizeMode":{"exact":"stretch"}}                       | video/x-raw | error "resizeMode"
        "#,
    );
}

#[test]
fn device_id() {
    check(
        r#"
        v4l2-usb-camera | {"deviceId":{"exact":"the device"}}             | video/x-raw | YUY2 640x480@30
        v4l2-usb-camera | {"deviceId":{"exact":["another","the device"]}} | video/x-raw | YUY2 640x480@30
        v4l2-usb-camera | {"deviceId":"another"}                          | video/x-raw | YUY2 640x480@30
        v4l2-usb-camera | {"deviceId":{"exact":"another"}}                | video/x-raw | error "deviceId"
        "#,
    );
}

#[test]
fn sample_rate() {
    check(
        r#"
        alsa-usb-microphone         | {"sampleRate":{"exact":16000}} | ANY | S16LE 16000Hz 1ch
        pipewire-0.3-usb-microphone | {"sampleRate":16000}           | ANY | S16LE 16000Hz 1ch
        alsa-usb-microphone         | {"sampleRate":{"max":32000}}   | ANY | S16LE 32000Hz 1ch
        alsa-usb-microphone         | {"sampleRate":{"min":96000}}   | ANY | error "sampleRate"
        alsa-dummy                  | {"sampleRate":{"exact":44100}} | ANY | S16LE 44100Hz 2ch
        pipewire-0.3-null-source    | {"sampleRate":96000}           | ANY | F32LE 96000Hz 2ch
        "#,
    );
}

#[test]
fn sample_size() {
    check(
        r#"
        alsa-dummy          | {"sampleSize":{"exact":8}}  | ANY         | U8 48000Hz 2ch
        alsa-loopback       | {"sampleSize":24}           | ANY         | S24_32LE 48000Hz 2ch
        alsa-loopback       | {"sampleSize":{"min":32}}   | ANY         | F32LE 48000Hz 2ch
        alsa-usb-microphone | {"sampleSize":{"exact":24}} | ANY         | error "sampleSize"
        pulse-source        | {"sampleSize":{"exact":16}} | audio/x-raw | S16LE 48000Hz 2ch
        "#,
    );
}

#[test]
fn channel_count() {
    check(
        r#"
        alsa-dummy              | {"channelCount":{"exact":1}}       | ANY | S16LE 48000Hz 1ch
        alsa-loopback           | {"channelCount":6}                 | ANY | S16LE 48000Hz 6ch
        alsa-loopback           | {"channelCount":{"min":3,"max":5}} | ANY | S16LE 48000Hz 3ch
        alsa-usb-microphone     | {"channelCount":{"exact":2}}       | ANY | error "channelCount"
        pipewire-1.4-microphone | {"channelCount":{"exact":6}}       | ANY | S16LE 48000Hz 6ch
        "#,
    );
}

#[test]
fn latency() {
    check(
        r#"
        alsa-usb-microphone | {"latency":{"exact":0.01}}   | ANY | S16LE 48000Hz 1ch
        alsa-usb-microphone | {"latency":0.5}              | ANY | S16LE 48000Hz 1ch
        alsa-usb-microphone | {"latency":{"max":0.1}}      | ANY | S16LE 48000Hz 1ch
        alsa-usb-microphone | {"latency":{"max":0.000001}} | ANY | error "latency"
        "#,
    );
}

#[test]
fn consumers_decide_with() {
    check(
        r#"
        v4l2-usb-camera     | {}                                          | video/x-raw,format=NV12,framerate=15/1                            | YUY2 640x480@15 -> NV12 640x480@15
        v4l2-usb-camera     | {"width":1280}                              | video/x-raw,format=NV12,framerate=15/1                            | image/jpeg 1280x720@15 -> NV12 1280x720@15
        v4l2-usb-camera     | {}                                          | image/jpeg                                                        | image/jpeg 640x480@30
        v4l2-h264-camera    | {"width":1920,"height":1080,"frameRate":30} | video/x-h264                                                      | video/x-h264 1920x1080@30
        v4l2-vivid-webcam   | {}                                          | video/x-raw,format={RGB,NV12},width=320                           | NV12 320x240@30
        v4l2-vivid-hdmi     | {}                                          | video/x-raw,format=I420,width=[16,1280],height=360,framerate=20/1 | I420 480x360@60 -> I420 480x360@20
        v4l2-usb-camera     | {"width":{"exact":640}}                     | video/x-raw,width=320                                             | error ""
        v4l2-usb-camera     | {}                                          | video/x-raw,width={2000,160},height=120                           | YUY2 320x240@30 -> YUY2 160x120@30
        alsa-loopback       | {"sampleSize":24}                           | audio/x-raw,format=S24LE,rate=44100,channels=1                    | S24LE 44100Hz 1ch
        alsa-usb-microphone | {}                                          | audio/x-raw,format=F32LE                                          | S16LE 48000Hz 1ch -> F32LE 48000Hz 1ch
        alsa-usb-microphone | {}                                          | audio/x-raw,rate={48000,24000,16000,12000,8000}                   | S16LE 48000Hz 1ch
        "#,
    );
}
