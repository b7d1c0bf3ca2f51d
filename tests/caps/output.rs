//! The caps of a track's pad: what is set, in a form the consumer takes.

use gstmediastream::caps::write;
use gstmediastream::model::constraints::{Property, Setting, Settings};

use crate::devices::caps;

fn picture(width: u32, height: u32, rate: f64) -> Settings {
    Settings::new()
        .with(Property::Width, Setting::Integer(width))
        .with(Property::Height, Setting::Integer(height))
        .with(Property::FrameRate, Setting::Double(rate))
}

fn sound(rate: u32, channels: u32) -> Settings {
    Settings::new()
        .with(Property::SampleRate, Setting::Integer(rate))
        .with(Property::ChannelCount, Setting::Integer(channels))
}

const YUY2: &str = "video/x-raw,format=YUY2,width=640,height=480,framerate=30/1,colorimetry=bt601";

fn output(settings: &Settings, frame: &str, downstream: &str) -> gst::Structure {
    let (frame, downstream) = (caps(frame), caps(downstream));
    let output = write::output(settings, &frame, downstream.structure(0));
    assert!(output.is_fixed() && output.size() == 1, "{output}");
    if !downstream.is_any() {
        assert!(
            output.can_intersect(&downstream),
            "{output} for {downstream}"
        );
    }
    output.structure(0).unwrap().to_owned()
}

fn text(structure: &gst::Structure, name: &str) -> String {
    structure.get::<String>(name).unwrap_or_default()
}

fn rate(structure: &gst::Structure) -> (i32, i32) {
    structure.get::<gst::Fraction>("framerate").unwrap().into()
}

#[test]
fn what_need_not_change_does_not() {
    let output = output(&picture(640, 480, 30.0), YUY2, "ANY");
    let expected = "video/x-raw,format=YUY2,width=640,height=480,framerate=30/1,colorimetry=bt601,\
                    pixel-aspect-ratio=1/1,interlace-mode=progressive";
    assert_eq!(caps(expected).structure(0).unwrap(), output.as_ref());
}

/// Such frames are what was promised: nothing has to be done to them.
#[test]
fn what_is_so_unless_something_else_is_said_is_spelled_out() {
    let output = output(&picture(640, 480, 30.0), YUY2, "ANY");
    let spelled_out = write::spelled_out(&caps(YUY2));
    assert_eq!(spelled_out.structure(0).unwrap(), output.as_ref());
    for other in ["pixel-aspect-ratio=4/3", "interlace-mode=interleaved"] {
        let frames = caps(&format!("{YUY2},{other}"));
        let spelled_out = write::spelled_out(&frames);
        assert!(spelled_out.is_subset(&frames), "{spelled_out}");
    }
    for other in ["audio/x-raw,rate=8000", "image/jpeg,width=640", "EMPTY"] {
        assert_eq!(write::spelled_out(&caps(other)), caps(other));
    }
}

#[test]
fn sizes_and_rates_are_as_set() {
    let output = output(&picture(320, 200, 15.0), YUY2, "video/x-raw");
    assert_eq!(output.get::<i32>("width"), Ok(320));
    assert_eq!(output.get::<i32>("height"), Ok(200));
    assert_eq!(rate(&output), (15, 1));
}

#[test]
fn pixels_are_square() {
    let frame =
        "video/x-raw,format=YUY2,width=720,height=576,framerate=25/1,pixel-aspect-ratio=16/15";
    let output = output(&picture(720, 576, 25.0), frame, "ANY");
    assert_eq!(
        output.get("pixel-aspect-ratio"),
        Ok(gst::Fraction::new(1, 1))
    );
}

#[test]
fn rates_are_the_device_s_fraction_or_an_integral_part_of_it() {
    for (delivered, set, expected) in [
        ("30000/1001", 29.97, (30_000, 1001)),
        ("30000/1001", 30_000.0 / 1001.0, (30_000, 1001)),
        ("2997/100", 29.97, (2997, 100)),
        ("30000/1001", 15_000.0 / 1001.0, (15_000, 1001)),
        ("10000000/333333", 30.0, (10_000_000, 333_333)),
        ("15/2", 7.5, (15, 2)),
        ("30/1", 12.5, (25, 2)),
        ("60/1", 59.94, (60_000, 1001)),
        ("30/1", 10.0, (10, 1)),
    ] {
        let frame = format!("video/x-raw,format=YUY2,width=8,height=8,framerate={delivered}");
        let output = output(&picture(8, 8, set), &frame, "ANY");
        assert_eq!(rate(&output), expected, "{set} of {delivered}");
    }
}

#[test]
fn a_consumer_s_fraction_of_the_same_rate_is_taken() {
    let frame = "video/x-raw,format=YUY2,width=8,height=8,framerate=60/1";
    let output = output(
        &picture(8, 8, 29.97),
        frame,
        "video/x-raw,framerate=2997/100",
    );
    assert_eq!(rate(&output), (2997, 100));
}

#[test]
fn a_consumer_of_a_variable_rate_gets_one_with_a_limit() {
    let limit = |downstream: &str| {
        let output = output(&picture(8, 8, 15.0), YUY2, downstream);
        assert_eq!(rate(&output), (0, 1));
        let limit = output.get::<gst::Fraction>("max-framerate").unwrap();
        (limit.numer(), limit.denom())
    };
    assert_eq!(limit("video/x-raw,framerate=0/1"), (15, 1));
    assert_eq!(
        limit("video/x-raw,framerate=0/1,max-framerate=[1/1,30/1]"),
        (15, 1)
    );
    assert_eq!(
        limit("video/x-raw,framerate=0/1,max-framerate=30/1"),
        (30, 1)
    );
}

#[test]
fn a_frame_without_a_rate_is_of_variable_rate() {
    let settings = Settings::new().with(Property::Width, Setting::Integer(8));
    let frame = "video/x-raw,format=YUY2,width=8,height=8";
    assert_eq!(rate(&output(&settings, frame, "ANY")), (0, 1));
}

#[test]
fn the_delivered_format_stays_where_it_is_taken() {
    let output = output(
        &picture(640, 480, 30.0),
        YUY2,
        "video/x-raw,format={NV12,YUY2}",
    );
    assert_eq!(text(&output, "format"), "YUY2");
    assert_eq!(text(&output, "colorimetry"), "bt601");
}

#[test]
fn otherwise_it_is_the_consumer_s_format_with_the_least_loss() {
    for (wanted, chosen) in [
        ("{GRAY8,RGB,I420,UYVY}", "UYVY"),
        ("{GRAY8,I420,NV12}", "I420"),
        ("{GRAY8,BGRx}", "BGRx"),
        ("{GRAY8,RGB8P}", "GRAY8"),
        ("{Y444,I420}", "Y444"),
        ("GRAY8", "GRAY8"),
    ] {
        let downstream = format!("video/x-raw,format={wanted}");
        let output = output(&picture(640, 480, 30.0), YUY2, &downstream);
        assert_eq!(text(&output, "format"), chosen, "{wanted}");
        assert!(
            !output.has_field("colorimetry"),
            "they were the other format's"
        );
    }
}

#[test]
fn colours_follow_a_consumer_that_is_particular() {
    let output = output(
        &picture(8, 8, 30.0),
        YUY2,
        "video/x-raw,colorimetry={bt709,sRGB}",
    );
    assert_eq!(text(&output, "colorimetry"), "bt709");
}

#[test]
fn a_consumer_s_step_is_kept() {
    let output = output(
        &picture(101, 99, 30.0),
        YUY2,
        "video/x-raw,width=[2,4096,2],height=[16,4096,16]",
    );
    assert_eq!(output.get::<i32>("width"), Ok(100));
    assert_eq!(output.get::<i32>("height"), Ok(96));
}

#[test]
fn coded_frames_pass() {
    let frame =
        "video/x-h264,stream-format=byte-stream,alignment=au,width=640,height=480,framerate=30/1";
    let output = output(&picture(640, 480, 30.0), frame, "video/x-h264");
    assert_eq!(output, *caps(frame).structure(0).unwrap());
}

#[test]
fn foreign_memory_is_kept_only_by_frames_that_are() {
    let frame = caps("video/x-raw(memory:DMABuf),format=NV12,width=640,height=480,framerate=30/1");
    let output = |width| write::output(&picture(width, 480, 30.0), &frame, None);
    assert!(output(640).features(0).unwrap().contains("memory:DMABuf"));
    assert!(!output(320).features(0).unwrap().contains("memory:DMABuf"));
}

#[test]
fn audio_keeps_its_format_and_mask_where_they_are_taken() {
    let frame = "audio/x-raw,format=S16LE,rate=48000,channels=2,layout=interleaved,channel-mask=(bitmask)0x3";
    let output = output(&sound(48_000, 2), frame, "audio/x-raw,format={F32LE,S16LE}");
    assert_eq!(output, *caps(frame).structure(0).unwrap());
}

#[test]
fn audio_formats_convert_with_the_least_loss() {
    for (from, wanted, chosen) in [
        ("F32LE", "{U8,S16LE,S32LE}", "S32LE"),
        ("S16LE", "{S24LE,F32LE,U8}", "S24LE"),
        ("S24LE", "{S16LE,F32LE}", "F32LE"),
        ("S16LE", "{U8,S16BE}", "S16BE"),
    ] {
        let frame = format!("audio/x-raw,format={from},rate=48000,channels=1,layout=interleaved");
        let downstream = format!("audio/x-raw,format={wanted}");
        let output = output(&sound(48_000, 1), &frame, &downstream);
        assert_eq!(text(&output, "format"), chosen, "{from} for {wanted}");
    }
}

#[test]
fn other_channels_get_a_mask_of_their_own() {
    let frame = "audio/x-raw,format=S16LE,rate=48000,channels=2,layout=interleaved,channel-mask=(bitmask)0x3";
    let six = output(&sound(48_000, 6), frame, "ANY");
    assert_eq!(six.get("channel-mask"), Ok(gst::Bitmask::new(0x3f)));
    assert!(!output(&sound(48_000, 1), frame, "ANY").has_field("channel-mask"));
}

#[test]
fn nothing_delivered_gives_nothing() {
    let empty = caps("EMPTY");
    assert!(write::output(&picture(8, 8, 5.0), &empty, None).is_empty());
}
