//! Device caps of every shape become the modes they describe.

use gstmediastream::caps::MediaType;
use gstmediastream::caps::read::{self, DeviceMode};
use gstmediastream::model::constraints::{Kind, NativeMode, NativePoint, Rate};

use crate::devices::{caps, device};

/// `media WxH@rate formats` or `media rateHz channels bits formats`, ranges as `min..max/step`.
fn line(mode: &DeviceMode) -> String {
    let span = |min: u32, max: u32, step: u32| match (min == max, step) {
        (true, _) => min.to_string(),
        (false, 1) => format!("{min}..{max}"),
        (false, step) => format!("{min}..{max}/{step}"),
    };
    let formats = mode.formats.join("+");
    let what = match &mode.mode {
        NativeMode::Video(mode) => {
            let (w, h) = (mode.width, mode.height);
            let rate = match mode.frame_rate {
                None => "?".to_owned(),
                Some(rate) if rate.min == rate.max => rate.max.to_string(),
                Some(rate) => format!("{}..{}", rate.min, rate.max),
            };
            format!(
                "{}x{}@{rate}",
                span(w.min, w.max, w.step),
                span(h.min, h.max, h.step)
            )
        }
        NativeMode::Audio(mode) => {
            let (r, c) = (mode.sample_rate, mode.channel_count);
            let bits = mode
                .sample_size
                .map_or("-".to_owned(), |size| size.to_string());
            format!(
                "{}Hz {}ch {bits}",
                span(r.min, r.max, r.step),
                span(c.min, c.max, c.step)
            )
        }
    };
    format!("{} {what} {formats}", mode.media_type)
        .trim_end()
        .to_owned()
}

fn lines(kind: Kind, text: &str) -> Vec<String> {
    read::modes(&caps(text), kind).iter().map(line).collect()
}

fn video(text: &str) -> Vec<String> {
    lines(Kind::Video, text)
}

fn audio(text: &str) -> Vec<String> {
    lines(Kind::Audio, text)
}

#[test]
fn fixed_values_are_one_mode() {
    let modes = video("video/x-raw,format=YUY2,width=640,height=480,framerate=30000/1001");
    assert_eq!(modes, ["raw 640x480@30000/1001 YUY2"]);
}

#[test]
fn lists_are_several_modes_and_ranges_stay_ranges() {
    assert_eq!(
        video("video/x-raw,format=NV12,width={640,1280},height=[16,720,8],framerate={15/1,30/1}"),
        [
            "raw 640x16..720/8@15/1 NV12",
            "raw 640x16..720/8@30/1 NV12",
            "raw 1280x16..720/8@15/1 NV12",
            "raw 1280x16..720/8@30/1 NV12",
        ]
    );
    let nested = "video/x-raw,format=NV12,width=640,height={ 360, { 480, [ 600, 800 ] } },framerate=[ 5/1, 30/1 ]";
    assert_eq!(
        video(nested),
        [
            "raw 640x360@5/1..30/1 NV12",
            "raw 640x480@5/1..30/1 NV12",
            "raw 640x600..800@5/1..30/1 NV12",
        ]
    );
}

#[test]
fn a_rate_that_is_absent_or_variable_is_unknown() {
    assert_eq!(
        video("video/x-raw,format=NV12,width=8,height=8"),
        ["raw 8x8@? NV12"]
    );
    assert_eq!(
        video("video/x-raw,format=NV12,width=8,height=8,framerate=0/1"),
        ["raw 8x8@? NV12"]
    );
    assert_eq!(
        video("video/x-raw,format=NV12,width=8,height=8,framerate={0/1,15/1}"),
        ["raw 8x8@15/1 NV12"]
    );
    assert_eq!(
        video("video/x-raw,format=NV12,width=8,height=8,framerate=0/1,max-framerate=30/1"),
        ["raw 8x8@30/1 NV12"]
    );
}

#[test]
fn a_range_of_rates_without_limits_ends_at_the_display_rate() {
    assert_eq!(
        video("video/x-raw,format=NV12,width=8,height=8,framerate=[0/1,2147483647/1]"),
        ["raw 8x8@1/1..60/1 NV12"]
    );
    assert_eq!(
        video("video/x-raw,format=NV12,width=8,height=8,framerate=[0/1,1/2]"),
        ["raw 8x8@1/2 NV12"]
    );
}

#[test]
fn what_has_no_size_is_no_mode() {
    for text in [
        "video/x-raw,format=NV12,width=0,height=0,framerate=30/1",
        "video/x-raw,format=NV12,width=640,height=0,framerate=30/1",
        "video/x-raw,format=NV12,width=-1,height=480",
        "video/x-raw,format=NV12,width=(string)wide,height=480",
        "video/x-raw,format=NV12,width=(fraction)1/2,height=480",
        "image/jpeg",
        "video/mpegts,systemstream=true",
        "text/x-raw,width=640,height=480",
        "audio/x-raw,rate=48000,channels=2",
        "ANY",
        "EMPTY",
    ] {
        assert_eq!(video(text), [""; 0], "{text}");
    }
}

#[test]
fn a_raw_size_left_open_is_every_size() {
    assert_eq!(
        video("video/x-raw,format=NV12"),
        ["raw 1..32768x1..32768@? NV12"]
    );
}

#[test]
fn formats_of_one_mode_come_together() {
    let text = "video/x-raw,format=YUY2,width=640,height=480,framerate=30/1;\
                video/x-raw,format={NV12,I420},width=640,height=480,framerate={30/1,15/1};\
                video/x-raw,format=BGR,width=640,height=480,framerate=30/1,colorimetry=sRGB";
    assert_eq!(
        video(text),
        [
            "raw 640x480@30/1 YUY2+NV12+I420",
            "raw 640x480@15/1 NV12+I420",
            "raw 640x480@30/1 BGR",
        ]
    );
}

#[test]
fn coded_types_are_named() {
    let text = "image/jpeg,width=8,height=8,framerate=5/1;video/x-h264,width=8,height=8,framerate=5/1;\
                video/x-h265,width=8,height=8;video/x-vp8,width=8,height=8;\
                video/mpegts,systemstream=true,width=8,height=8;video/x-bayer,format=rggb,width=8,height=8";
    let modes = read::modes(&caps(text), Kind::Video);
    let types: Vec<_> = modes.iter().map(|mode| mode.media_type.clone()).collect();
    let other = |name: &str| MediaType::Other(name.to_owned());
    assert_eq!(
        types,
        [
            MediaType::Jpeg,
            MediaType::H264,
            MediaType::H265,
            MediaType::Vp8,
            other("video/mpegts"),
            other("video/x-bayer"),
        ]
    );
}

#[test]
fn foreign_memory_is_used_only_for_what_system_memory_has_not() {
    let text = "video/x-raw(memory:DMABuf),format=DMA_DRM,drm-format=YUYV,width=640,height=480,framerate=30/1;\
                video/x-raw(memory:DMABuf),format=DMA_DRM,drm-format=NV12,width=1920,height=1080,framerate=30/1;\
                video/x-raw(meta:GstVideoMeta),format=YUY2,width=640,height=480,framerate=30/1";
    let modes = read::modes(&caps(text), Kind::Video);
    assert_eq!(
        modes.iter().map(line).collect::<Vec<_>>(),
        ["raw 640x480@30/1 YUY2", "raw 1920x1080@30/1 DMA_DRM"]
    );
    assert!(modes[0].is_system_memory() && !modes[1].is_system_memory());
    assert!(modes[1].features.contains("memory:DMABuf"));
}

#[test]
fn a_format_without_a_name_is_left_out_beside_named_ones() {
    assert_eq!(
        device("pipewire-vivid-hdmi")
            .modes()
            .iter()
            .map(line)
            .collect::<Vec<_>>(),
        ["raw 16..16384x16..8640@60/1 YUY2+NV12"]
    );
    assert_eq!(
        video("video/x-raw,width=8,height=8,framerate=5/1"),
        ["raw 8x8@5/1"]
    );
}

#[test]
fn audio_modes_are_grouped_by_sample_size() {
    assert_eq!(
        audio(
            "audio/x-raw,format={S16BE,S24LE,S16LE,S24_32LE,F32LE,U8,S32LE},rate={16000,48000},channels=1"
        ),
        [
            "raw 16000Hz 1ch 16 S16LE+S16BE",
            "raw 48000Hz 1ch 16 S16LE+S16BE",
            "raw 16000Hz 1ch 24 S24LE+S24_32LE",
            "raw 48000Hz 1ch 24 S24LE+S24_32LE",
            "raw 16000Hz 1ch 32 F32LE+S32LE",
            "raw 48000Hz 1ch 32 F32LE+S32LE",
            "raw 16000Hz 1ch 8 U8",
            "raw 48000Hz 1ch 8 U8",
        ]
    );
}

#[test]
fn audio_ranges_without_limits_are_brought_in() {
    let line = "raw 8000..192000Hz 1..8ch 16 S16LE";
    let open = "audio/x-raw,format=S16LE,rate=[1,2147483647],channels=[1,2147483647]";
    assert_eq!(audio(open), [line]);
    assert_eq!(audio("audio/x-raw,format=S16LE"), [line]);
    // What has a limit keeps it.
    let real = "audio/x-raw,format=S16LE,rate=[4000,384000],channels=[1,32]";
    assert_eq!(audio(real), ["raw 4000..384000Hz 1..32ch 16 S16LE"]);
}

#[test]
fn audio_without_a_format_can_be_asked_for_16_or_32_bits() {
    assert_eq!(
        device("pipewire-0.3-virtual-microphone")
            .modes()
            .iter()
            .map(line)
            .collect::<Vec<_>>(),
        [
            "raw 8000..192000Hz 2ch 16 S16LE",
            "raw 8000..192000Hz 2ch 32 F32LE"
        ]
    );
}

#[test]
fn known_rates_take_the_place_of_a_range_that_has_them() {
    let at = |name: &str, rates: &[u32]| {
        let modes = read::at_rates(device(name).modes(), rates);
        modes.iter().map(line).collect::<Vec<_>>()
    };
    assert_eq!(
        at("alsa-usb-microphone", &[8000, 16000, 48000]),
        ["raw 16000Hz 1ch 16 S16LE", "raw 48000Hz 1ch 16 S16LE"]
    );
    let unchanged = ["raw 16000..48000Hz 1ch 16 S16LE"];
    assert_eq!(at("alsa-usb-microphone", &[96000]), unchanged);
    assert_eq!(at("alsa-usb-microphone", &[]), unchanged);
    assert_eq!(at("v4l2-usb-camera", &[48000]).len(), 12);
}

#[test]
fn coded_samples_are_not_linear_and_planar_ones_are_not_ours() {
    assert_eq!(
        audio("audio/x-alaw,rate=8000,channels=1"),
        ["audio/x-alaw 8000Hz 1ch -"]
    );
    let planar = "audio/x-raw,format=F32LE,rate=48000,channels=2,layout=non-interleaved";
    assert_eq!(audio(planar), [""; 0]);
    assert_eq!(
        audio("audio/x-raw,format=NOISE,rate=8000,channels=1"),
        [""; 0]
    );
    assert_eq!(audio("video/x-raw,width=8,height=8"), [""; 0]);
}

#[test]
fn a_usb_camera_is_read_as_it_is() {
    let expected = [
        "raw 640x480@30/1 YUY2",
        "raw 640x480@15/1 YUY2",
        "raw 640x480@5/1 YUY2",
        "raw 320x240@30/1 YUY2",
        "raw 320x240@15/1 YUY2",
        "raw 320x240@5/1 YUY2",
        "image/jpeg 1280x720@30/1",
        "image/jpeg 1280x720@15/1",
        "image/jpeg 1280x720@5/1",
        "image/jpeg 640x480@30/1",
        "image/jpeg 640x480@15/1",
        "image/jpeg 640x480@5/1",
    ];
    for name in ["v4l2-usb-camera", "pipewire-0.3-usb-camera"] {
        let modes = device(name).modes();
        assert_eq!(
            modes.iter().map(line).collect::<Vec<_>>(),
            expected,
            "{name}"
        );
    }
}

#[test]
fn vivid_s_interlaced_twins_are_left_out() {
    for name in ["v4l2-vivid-webcam", "v4l2-vivid-hdmi"] {
        let modes = device(name).modes();
        assert!(modes.iter().all(DeviceMode::is_system_memory), "{name}");
    }
    let hdmi: Vec<_> = device("v4l2-vivid-hdmi").modes().iter().map(line).collect();
    assert_eq!(
        hdmi[0],
        "raw 16..16384/2x16..8640/2@60/1 YUY2+NV12+I420+ARGB"
    );
}

#[test]
fn a_list_too_long_is_cut() {
    let list = |from: u32| {
        (from..from + 200)
            .map(|n| n.to_string())
            .collect::<Vec<_>>()
            .join(",")
    };
    let text = format!(
        "video/x-raw,format=NV12,width={{{}}},height={{{}}},framerate={{5/1,10/1}}",
        list(100),
        list(100)
    );
    assert_eq!(read::modes(&caps(&text), Kind::Video).len(), 4096);
}

#[test]
fn delivered_caps_are_read_back() {
    let point = |text: &str| read::settings_of_frame(&caps(text));
    assert_eq!(
        point("video/x-raw,format=NV12,width=640,height=480,framerate=30000/1001"),
        Some(NativePoint::Video {
            width: 640,
            height: 480,
            frame_rate: Some(Rate::new(30_000, 1001))
        })
    );
    assert_eq!(
        point("image/jpeg,width=640,height=480,framerate=0/1"),
        Some(NativePoint::Video {
            width: 640,
            height: 480,
            frame_rate: None
        })
    );
    assert_eq!(
        point("audio/x-raw,format=S16LE,rate=16000,channels=1"),
        Some(NativePoint::Audio {
            sample_rate: 16_000,
            channel_count: 1
        })
    );
    assert_eq!(
        point("video/x-raw,format=NV12,width=[1,2],height=480"),
        None
    );
    assert_eq!(point("video/x-h264"), None);
    assert_eq!(point("EMPTY"), None);
}
