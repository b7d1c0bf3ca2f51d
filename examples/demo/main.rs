//! What the crate is for, on one screen: `scripts/demo [DIRECTORY]`.
//!
//! Lists the devices, opens a camera and a microphone by constraints, says what was chosen and why,
//! records five seconds of them with the picture switched off in the third, takes a still
//! meanwhile, and looks at the files afterwards to see whether all that is true.
//!
//! | file | noun |
//! |---|---|
//! | `devices` | what is plugged in; the fakes where something is lacking |
//! | `reasons` | the answer to "why this mode?", from the log |
//! | `recording` | the pipeline that writes the two files |
//! | `check` | what is in them |
//! | `limit` | nothing here takes for ever |

mod check;
mod devices;
mod limit;
mod reasons;
mod recording;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use gstmediastream::media::{MediaDevices, MediaStream};
use gstmediastream::model::constraints::{Kind, Property, StreamConstraints};

use devices::Choice;
use limit::Limit;
use reasons::Reasons;

fn main() -> ExitCode {
    let limit = Limit::start();
    match run(&limit) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\ndemo: failed while {}: {error}", limit.step());
            ExitCode::FAILURE
        }
    }
}

/// The directory that the user named, or `demo-output`.
fn directory() -> Result<PathBuf, String> {
    let mut arguments = std::env::args_os().skip(1);
    let directory = PathBuf::from(arguments.next().unwrap_or_else(|| "demo-output".into()));
    if arguments.next().is_some() || directory.to_string_lossy().starts_with('-') {
        return Err("usage: scripts/demo [DIRECTORY]".into());
    }
    std::fs::create_dir_all(&directory)
        .map_err(|error| format!("the directory {}: {error}", directory.display()))?;
    Ok(directory)
}

/// What a web page would write, with the devices to choose from where not all of them are meant.
fn constraints(choice: &Choice) -> String {
    let video = r#""width": 1280, "height": 720, "frameRate": {"max": 30}"#;
    let video = match choice.device_ids(Kind::Video) {
        Some(ids) => format!("{{{video}, \"deviceId\": {{\"exact\": {ids}}}}}"),
        None => format!("{{{video}}}"),
    };
    let audio = match choice.device_ids(Kind::Audio) {
        Some(ids) => format!("{{\"deviceId\": {{\"exact\": {ids}}}}}"),
        None => "true".into(),
    };
    format!("{{\"video\": {video},\n   \"audio\": {audio}}}")
}

/// Opens what meets the constraints; says what that is and why.
fn open(media: &MediaDevices, choice: &Choice) -> Result<MediaStream, Box<dyn Error>> {
    let constraints = constraints(choice);
    println!("\n== getUserMedia({constraints})");
    let reasons = Reasons::collect();
    let constraints = StreamConstraints::from_json(&constraints)?;
    let stream = media.get_user_media(&constraints).map_err(|error| {
        format!("{error}\n  To see the demo without real devices: GST_MEDIASTREAM_PROVIDERS=fake scripts/demo")
    })?;
    for track in stream.get_tracks() {
        let (kind, label) = (track.kind(), track.label());
        println!(
            "\n{kind} from \"{label}\"{}, set to",
            choice.remark(track.track_kind())
        );
        for (property, setting) in track.settings().iter() {
            if !matches!(property, Property::DeviceId | Property::GroupId) {
                println!("  {property} {setting}");
            }
        }
    }
    println!("\nWhy (GST_DEBUG=mediastream:INFO says this of any program):");
    reasons.print();
    Ok(stream)
}

fn run(limit: &Limit) -> Result<(), Box<dyn Error>> {
    let directory = directory()?;
    gst::init()?;
    gstmediastream::plugin_register_static()?;
    let media = MediaDevices::default();
    let files = [directory.join("capture.mkv"), directory.join("still.png")];
    let [film, still] = files.each_ref().map(PathBuf::as_path);

    limit.enter("listing the devices");
    let choice = Choice::make(&media)?;
    choice.print();

    limit.enter("opening the devices");
    let stream = open(&media, &choice)?;

    limit.enter("recording");
    println!("\n== Five seconds; the picture is switched off in the third");
    recording::record(&stream, film, still)?;
    for track in stream.get_tracks() {
        track.stop();
    }

    limit.enter("checking the files");
    println!("\n== Done, and checked");
    report(film, still, &choice)
}

fn report(film: &Path, still: &Path, choice: &Choice) -> Result<(), Box<dyn Error>> {
    let found = check::film(film)?;
    found.judge(choice.is_fake(Kind::Video))?;
    println!("  {}\n      {found}", film.display());
    let (width, height) = check::still(still)?;
    if (width, height) != (found.width, found.height) {
        return Err(format!("the still is {width}x{height}, the film is not").into());
    }
    println!(
        "  {}\n      {width}x{height}, taken by a clone of the track while it recorded",
        still.display()
    );
    Ok(())
}
