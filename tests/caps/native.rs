//! The filter after the source: one fixed structure that the device accepts.

use gstmediastream::caps::read::{self, DeviceMode};
use gstmediastream::caps::write;
use gstmediastream::model::constraints::{Kind, NativeMode, NativePoint};

use crate::devices::{self, caps, device};

/// Both ends of a mode.
pub fn points(mode: &DeviceMode) -> Vec<NativePoint> {
    match &mode.mode {
        NativeMode::Video(mode) => {
            let (low, high) = (
                mode.frame_rate.map(|r| r.min),
                mode.frame_rate.map(|r| r.max),
            );
            vec![
                NativePoint::Video {
                    width: mode.width.min,
                    height: mode.height.min,
                    frame_rate: low,
                },
                NativePoint::Video {
                    width: mode.width.max,
                    height: mode.height.max,
                    frame_rate: high,
                },
            ]
        }
        NativeMode::Audio(mode) => {
            let (rate, channels) = (mode.sample_rate, mode.channel_count);
            vec![
                NativePoint::Audio {
                    sample_rate: rate.min,
                    channel_count: channels.min,
                },
                NativePoint::Audio {
                    sample_rate: rate.max,
                    channel_count: channels.max,
                },
            ]
        }
    }
}

fn native(kind: Kind, text: &str, format: Option<&str>) -> String {
    let mode = &read::modes(&caps(text), kind)[0];
    let point = points(mode)[1];
    write::native(mode, &point, format).to_string()
}

#[test]
fn every_mode_of_every_device_comes_back_as_caps_that_the_device_takes() {
    for device in devices::ALL {
        let modes = device.modes();
        assert!(!modes.is_empty(), "{} has no mode", device.name);
        for mode in &modes {
            for point in points(mode) {
                let written = write::native(mode, &point, None);
                assert_eq!(written.size(), 1, "{}: {written}", device.name);
                assert!(written.is_fixed(), "{}: {written}", device.name);
                assert!(
                    written.can_intersect(&device.caps()),
                    "{}: {written}",
                    device.name
                );
                assert_eq!(
                    written.structure(0).unwrap().has_field("format"),
                    mode.media_type.is_raw() || mode.structure.has_field("format"),
                    "{}: {written}",
                    device.name
                );
                let delivered = read::settings_of_frame(&written);
                assert_eq!(delivered, Some(point), "{}: {written}", device.name);
            }
        }
    }
}

#[test]
fn the_rate_stays_the_device_s_own_fraction() {
    let text = "video/x-raw,format=YUY2,width=640,height=480,framerate=2997/100";
    let written: gst::Caps = native(Kind::Video, text, None).parse().unwrap();
    let rate = written
        .structure(0)
        .unwrap()
        .get::<gst::Fraction>("framerate");
    assert_eq!(rate, Ok(gst::Fraction::new(2997, 100)));
}

#[test]
fn the_format_asked_for_is_taken_where_the_mode_has_it() {
    let text = "video/x-raw,format={YUY2,NV12},width=640,height=480,framerate=30/1";
    for (wish, format) in [
        (None, "YUY2"),
        (Some("NV12"), "NV12"),
        (Some("RGB"), "YUY2"),
    ] {
        let written = native(Kind::Video, text, wish);
        assert!(
            written.contains(&format!("format=(string){format}")),
            "{wish:?}: {written}"
        );
    }
    // A node that leaves the format open converts by itself, but needs to be told one.
    let open = "video/x-raw,width=640,height=480,framerate=30/1";
    assert!(native(Kind::Video, open, Some("NV12")).contains("NV12"));
    assert!(native(Kind::Video, open, None).contains("I420"));
}

#[test]
fn the_best_format_for_a_consumer_is_one_it_takes_else_the_least_loss() {
    let mode = |text: &str| read::modes(&caps(text), Kind::Video).remove(0);
    let several = mode("video/x-raw,format={GRAY8,YUY2,NV12},width=8,height=8,framerate=5/1");
    let best = |mode, text: &str| write::format(mode, caps(text).structure(0));
    let format = |name: &str| Some(name.to_owned());
    assert_eq!(
        best(&several, "video/x-raw,format={BGR,NV12}"),
        format("NV12")
    );
    assert_eq!(best(&several, "video/x-raw,format=I420"), format("NV12"));
    assert_eq!(best(&several, "video/x-raw,format=UYVY"), format("YUY2"));
    assert_eq!(best(&several, "video/x-raw"), format("GRAY8"));
    assert_eq!(write::format(&several, None), format("GRAY8"));
    let coded = mode("image/jpeg,width=8,height=8,framerate=5/1");
    assert_eq!(best(&coded, "video/x-raw,format=I420"), None);
    let microphone = &device("alsa-pipewire-pcm").modes()[0];
    assert_eq!(
        best(microphone, "audio/x-raw,format=S32LE"),
        format("S32LE")
    );
}

#[test]
fn colours_are_left_to_a_device_that_leaves_them_open() {
    let list = "video/x-raw,format=YUY2,width=8,height=8,framerate=5/1,colorimetry={bt601,bt709}";
    assert!(!native(Kind::Video, list, None).contains("colorimetry"));
    let fixed = "video/x-raw,format=YUY2,width=8,height=8,framerate=5/1,colorimetry=bt709";
    assert!(native(Kind::Video, fixed, None).contains("colorimetry=(string)bt709"));
}

#[test]
fn progressive_is_preferred() {
    let text = "video/x-raw,format=YUY2,width=8,height=8,framerate=5/1,interlace-mode={interleaved,progressive}";
    assert!(native(Kind::Video, text, None).contains("interlace-mode=(string)progressive"));
    let only = "video/x-raw,format=YUY2,width=8,height=8,framerate=5/1,interlace-mode=interleaved";
    assert!(native(Kind::Video, only, None).contains("interlace-mode=(string)interleaved"));
}

#[test]
fn a_variable_rate_stays_variable() {
    let text = "video/x-raw,format=YUY2,width=8,height=8,framerate=0/1,max-framerate=30/1";
    assert!(native(Kind::Video, text, None).contains("framerate=(fraction)0/1"));
    let none = "video/x-raw,format=YUY2,width=8,height=8";
    assert!(!native(Kind::Video, none, None).contains("framerate"));
}

#[test]
fn foreign_memory_is_asked_for_by_name() {
    let text = "video/x-raw(memory:DMABuf),format=NV12,width=8,height=8,framerate=5/1";
    assert!(native(Kind::Video, text, None).starts_with("video/x-raw(memory:DMABuf)"));
    let any = "video/x-raw(ANY),format=NV12,width=8,height=8,framerate=5/1";
    assert!(native(Kind::Video, any, None).starts_with("video/x-raw, "));
}

#[test]
fn many_channels_come_with_a_mask() {
    let mask = |text: &str| {
        let written: gst::Caps = native(Kind::Audio, text, None).parse().unwrap();
        written
            .structure(0)
            .unwrap()
            .get::<gst::Bitmask>("channel-mask")
            .ok()
            .map(|mask| *mask)
    };
    let rest = "audio/x-raw,format=S16LE,rate=48000";
    assert_eq!(mask(&format!("{rest},channels=[1,8]")), Some(0));
    assert_eq!(mask(&format!("{rest},channels=2")), None);
    assert_eq!(
        mask(&format!("{rest},channels=6,channel-mask=(bitmask)0x3f")),
        Some(0x3f)
    );
    assert_eq!(
        mask(&format!("{rest},channels=2,channel-mask=(bitmask)0x3")),
        Some(3)
    );
}
