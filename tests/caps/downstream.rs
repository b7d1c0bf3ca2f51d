//! A consumer's caps as constraints, and which modes reach it at what cost.

use gstmediastream::caps::MediaType;
use gstmediastream::caps::downstream::{alternatives, branches};
use gstmediastream::caps::read::{self, DeviceMode};
use gstmediastream::model::constraints::{Alternative, Kind, TrackConstraints};

use crate::devices::{caps, device};

/// Costs this high are decoding.
const DECODED: u32 = 1_000;

fn of(device_caps: &str, consumer: &str) -> Vec<Alternative> {
    let modes = read::modes(&caps(device_caps), Kind::Video);
    alternatives(&caps(consumer), &modes, Kind::Video, &|_| true)
}

fn required(alternative: &Alternative) -> String {
    TrackConstraints {
        basic: alternative.required.clone(),
        advanced: Vec::new(),
    }
    .to_json()
}

fn requirements(kind: Kind, consumer: &str) -> Vec<String> {
    alternatives(&caps(consumer), &[], kind, &|_| true)
        .iter()
        .map(required)
        .collect()
}

fn video(consumer: &str) -> Vec<String> {
    requirements(Kind::Video, consumer)
}

const NV12: &str = "video/x-raw,format=NV12,width=640,height=480,framerate=30/1";
const JPEG: &str = "image/jpeg,width=640,height=480,framerate=30/1";

#[test]
fn fixed_values_are_exact_and_ranges_have_ends() {
    assert_eq!(
        video("video/x-raw,width=1280,height=[16,720],framerate=15/1"),
        [r#"{"width":{"exact":1280},"height":{"min":16,"max":720},"frameRate":{"exact":15}}"#]
    );
    assert_eq!(
        requirements(Kind::Audio, "audio/x-raw,rate=48000,channels=[1,2]"),
        [r#"{"sampleRate":{"exact":48000},"channelCount":{"max":2}}"#]
    );
}

#[test]
fn open_values_require_nothing() {
    for consumer in [
        "ANY",
        "video/x-raw",
        "video/x-raw(ANY)",
        "video/x-raw,width=[1,2147483647],height=[1,2147483647],framerate=[0/1,2147483647/1]",
        "video/x-raw,framerate=0/1",
        "video/x-raw,framerate=0/1,pixel-aspect-ratio=[0/1,2147483647/1]",
    ] {
        assert_eq!(video(consumer), ["{}"], "{consumer}");
    }
    assert_eq!(
        requirements(
            Kind::Audio,
            "audio/x-raw,rate=[1,2147483647],channels=[1,2147483647]"
        ),
        ["{}"]
    );
}

#[test]
fn rates_have_limits() {
    assert_eq!(
        video("video/x-raw,framerate=[0/1,30/1]"),
        [r#"{"frameRate":{"max":30}}"#]
    );
    assert_eq!(
        video("video/x-raw,framerate=[5/1,30/1]"),
        [r#"{"frameRate":{"min":5,"max":30}}"#]
    );
    assert_eq!(
        video("video/x-raw,framerate=0/1,max-framerate=[1/1,25/1]"),
        [r#"{"frameRate":{"max":25}}"#]
    );
    assert_eq!(
        video("video/x-raw,framerate=30000/1001"),
        [format!(
            r#"{{"frameRate":{{"exact":{}}}}}"#,
            30_000.0 / 1001.0
        )]
    );
}

#[test]
fn lists_are_alternatives_in_order() {
    assert_eq!(
        video("video/x-raw,width={640,[16,320]},framerate={30/1,15/1}"),
        [
            r#"{"width":{"exact":640},"frameRate":{"exact":30}}"#,
            r#"{"width":{"exact":640},"frameRate":{"exact":15}}"#,
            r#"{"width":{"min":16,"max":320},"frameRate":{"exact":30}}"#,
            r#"{"width":{"min":16,"max":320},"frameRate":{"exact":15}}"#,
        ]
    );
    assert_eq!(
        video("video/x-raw,width=320;image/jpeg;audio/x-raw;video/x-raw,width=160"),
        [
            r#"{"width":{"exact":320}}"#,
            r#"{"resizeMode":{"exact":"none"}}"#,
            r#"{"width":{"exact":160}}"#,
        ]
    );
}

#[test]
fn branches_go_with_alternatives() {
    for consumer in [
        "ANY",
        "EMPTY",
        "audio/x-raw",
        "video/x-raw,width={1,2,3},height={4,5};image/jpeg",
    ] {
        let consumer = caps(consumer);
        let branches = branches(&consumer, Kind::Video);
        let alternatives = alternatives(&consumer, &[], Kind::Video, &|_| true);
        assert_eq!(branches.len(), alternatives.len(), "{consumer}");
        for branch in &branches {
            assert!(
                branch.size() <= 1 && branch.is_subset(&consumer),
                "{branch} of {consumer}"
            );
        }
    }
}

#[test]
fn too_many_alternatives_are_cut() {
    let list: Vec<_> = (1..=100).map(|n| n.to_string()).collect();
    let list = list.join(",");
    let consumer = format!("video/x-raw,width={{{list}}},height={{{list}}}");
    assert_eq!(video(&consumer).len(), 128);
}

/// GStreamer makes ranges of nothing of ranges that end below their start or between two steps.
#[test]
fn a_range_of_nothing_fits_nothing() {
    // GStreamer's reader complains of each, and that is allowed here.
    let fatal = gst::glib::log_set_always_fatal(gst::glib::LogLevels::LEVEL_ERROR);
    for range in ["[5,3]", "[2,7,2]", "{[2,7,2]}"] {
        let consumer = format!("video/x-raw,width={range};video/x-raw,width=160");
        assert_eq!(
            video(&consumer).last().map(String::as_str),
            Some(r#"{"width":{"exact":160}}"#)
        );
        let device = format!("video/x-raw,format=I420,height=120,framerate=30/1,width={range}");
        let unreachable = |cost: &Option<u32>| cost.is_none();
        assert!(
            of(&device, "ANY")
                .iter()
                .all(|a| a.cost.iter().all(unreachable))
        );
    }
    assert!(video("video/x-raw,framerate=[0/1,0/1]").len() <= 1);
    gst::glib::log_set_always_fatal(fatal);
}

#[test]
fn the_same_format_costs_nothing_and_loss_costs_more() {
    let cost = |consumer: &str| of(NV12, consumer)[0].cost[0].unwrap();
    assert_eq!(cost("video/x-raw"), 0);
    assert_eq!(cost("video/x-raw,format={RGB,NV12}"), 0);
    assert!(cost("video/x-raw,format=I420") > 0);
    assert!(cost("video/x-raw,format=I420") < cost("video/x-raw,format=RGB"));
    assert!(cost("video/x-raw,format=RGB") < cost("video/x-raw,format=GRAY8"));
    assert!(cost("video/x-raw,format=NOISE") < DECODED);
}

#[test]
fn decoding_costs_more_than_any_conversion_and_needs_a_decoder() {
    let device = format!("{NV12};{JPEG}");
    let modes = read::modes(&caps(&device), Kind::Video);
    let raw = alternatives(
        &caps("video/x-raw,format=RGB"),
        &modes,
        Kind::Video,
        &|_| true,
    );
    let cost = &raw[0].cost;
    assert!(
        cost[0].unwrap() < DECODED && cost[1].unwrap() >= DECODED,
        "{cost:?}"
    );
    let no_jpeg = |media: &MediaType| *media != MediaType::Jpeg;
    for consumer in ["ANY", "video/x-raw", "video/x-raw(ANY)"] {
        let without = alternatives(&caps(consumer), &modes, Kind::Video, &no_jpeg);
        assert_eq!(without[0].cost, [Some(0), None], "{consumer}");
    }
}

#[test]
fn a_decoder_is_looked_for_once_a_type() {
    let asked = std::cell::RefCell::new(Vec::new());
    let modes = device("v4l2-h264-camera").modes();
    let consumer = caps("video/x-raw,width={1,2,3}");
    alternatives(&consumer, &modes, Kind::Video, &|media| {
        asked.borrow_mut().push(media.clone());
        true
    });
    assert_eq!(*asked.borrow(), [MediaType::Jpeg, MediaType::H264]);
}

#[test]
fn coded_frames_reach_only_who_names_them_and_only_as_they_are() {
    let device = format!("{NV12};{JPEG}");
    let found = of(&device, "image/jpeg,width=[1,1920]");
    assert_eq!(found[0].cost, [None, Some(0)]);
    assert_eq!(
        required(&found[0]),
        r#"{"width":{"max":1920},"resizeMode":{"exact":"none"}}"#
    );
    let both = of(&device, "image/jpeg;video/x-raw");
    assert_eq!(both[0].cost, [None, Some(0)]);
    assert_eq!(both[1].cost[0], Some(0));
    assert!(both[1].cost[1].unwrap() >= DECODED);
    let h264 = "video/x-h264,stream-format=byte-stream,alignment=au,width=8,height=8,framerate=5/1";
    assert_eq!(of(h264, "video/x-h264,stream-format=avc")[0].cost, [None]);
    assert_eq!(
        of(h264, "video/x-h264,stream-format={avc,byte-stream}")[0].cost,
        [Some(0)]
    );
}

#[test]
fn nothing_reaches_a_consumer_of_something_else() {
    for consumer in [
        "EMPTY",
        "audio/x-raw",
        "text/x-raw",
        "video/x-raw,pixel-aspect-ratio=16/15",
        "video/x-raw,interlace-mode=interleaved",
        "video/x-raw(memory:GLMemory)",
        "video/x-raw,width=0",
        "video/x-raw,format=(int)5",
        "video/x-vp8",
    ] {
        let found = of(&format!("{NV12};{JPEG}"), consumer);
        assert_eq!(found.len(), 1, "{consumer}");
        assert_eq!(found[0].cost, [None, None], "{consumer}");
    }
    let planar = caps("audio/x-raw,layout=non-interleaved");
    let modes = device("alsa-usb-microphone").modes();
    let found = alternatives(&planar, &modes, Kind::Audio, &|_| true);
    assert_eq!(found[0].cost, [None]);
}

#[test]
fn foreign_memory_reaches_who_names_it() {
    let device = "video/x-raw(memory:DMABuf),format=NV12,width=8,height=8,framerate=5/1";
    assert_eq!(of(device, "video/x-raw")[0].cost, [None]);
    assert_eq!(of(device, "ANY")[0].cost, [None]);
    let named = of(device, "video/x-raw(memory:DMABuf),format={NV12,I420}");
    assert_eq!(named[0].cost, [Some(0)]);
    assert_eq!(required(&named[0]), r#"{"resizeMode":{"exact":"none"}}"#);
}

#[test]
fn interlaced_modes_reach_who_takes_interlaced_frames() {
    let device = format!("{NV12},interlace-mode=interleaved");
    assert_eq!(
        of(&device, "video/x-raw,interlace-mode=progressive")[0].cost,
        [None]
    );
    assert_eq!(of(&device, "video/x-raw")[0].cost, [Some(0)]);
    assert_eq!(
        of(&device, "video/x-raw,interlace-mode=interleaved")[0].cost,
        [Some(0)]
    );
}

#[test]
fn a_device_that_converts_by_itself_is_free() {
    let modes: Vec<DeviceMode> = read::modes(&caps("video/x-raw,width=8,height=8"), Kind::Video);
    let found = alternatives(
        &caps("video/x-raw,format=RGB"),
        &modes,
        Kind::Video,
        &|_| true,
    );
    assert_eq!(found[0].cost, [Some(0)]);
}

#[test]
fn audio_formats_are_matched_by_sample_size() {
    let modes = device("alsa-dummy").modes();
    let sizes: Vec<_> = modes.iter().map(|mode| mode.formats.join("+")).collect();
    assert_eq!(sizes, ["S16LE", "U8", "S16LE", "U8"]);
    let cost = |consumer: &str| {
        alternatives(&caps(consumer), &modes, Kind::Audio, &|_| true)
            .remove(0)
            .cost
    };
    assert_eq!(cost("audio/x-raw"), [Some(0); 4]);
    let eight = cost("audio/x-raw,format=U8");
    assert!(eight[0].unwrap() > 0 && eight[1] == Some(0));
    let float = cost("audio/x-raw,format=F32LE");
    assert!(
        float[0].unwrap() < eight[0].unwrap(),
        "widening is cheaper than cutting"
    );
}

/// What a microphone cannot do by itself is converted for the consumer; what it can is asked of it.
#[test]
fn sound_is_resampled_and_mixed_for_its_consumer() {
    let microphone = "audio/x-raw,format=S16LE,layout=interleaved,rate={16000,48000},channels=1";
    let modes = read::modes(&caps(microphone), Kind::Audio);
    let asked = |consumer| {
        let found = alternatives(&caps(consumer), &modes, Kind::Audio, &|_| true);
        required(&found[0])
    };
    assert_eq!(
        asked("audio/x-raw,rate=16000"),
        r#"{"sampleRate":{"exact":16000}}"#
    );
    assert_eq!(
        asked("audio/x-raw,rate=44100,channels=1"),
        r#"{"channelCount":{"exact":1}}"#
    );
    assert_eq!(
        asked("audio/x-raw,rate=[8000,32000],channels=2"),
        r#"{"sampleRate":{"min":8000,"max":32000}}"#
    );
}
