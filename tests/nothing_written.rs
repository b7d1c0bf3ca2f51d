//! Nothing is written but what the application asked for: a process that lists, captures, takes a photo and loses its
//! device leaves every directory that it could call its own as empty as it was.

mod common;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{Play, fake, promised, user_media};
use gst::prelude::*;

const INSIDE: &str = "NOTHING_WRITTEN_INSIDE";

/// Where programs keep things, by the variable that says so.
const DIRECTORIES: [&str; 8] = [
    "HOME",
    "TMPDIR",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_RUNTIME_DIR",
    "XDG_STATE_HOME",
    "PWD",
];

#[test]
fn a_capture_leaves_nothing_behind() {
    if env::var_os(INSIDE).is_some() {
        return capture();
    }
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("nothing-written");
    let _ = fs::remove_dir_all(&root);
    let place = |name: &str| root.join("own").join(name);
    let mut command = Command::new(env::current_exe().expect("a test knows its own program"));
    command.args(["--exact", "a_capture_leaves_nothing_behind"]);
    for variable in DIRECTORIES {
        fs::create_dir_all(place(variable)).expect("the target directory is ours");
        command.env(variable, place(variable));
    }
    // GStreamer's own list of plugins, which the process that loads it writes.
    command.env("GST_REGISTRY", root.join("registry.bin"));
    command.env(INSIDE, "1").current_dir(place("PWD"));
    let status = command.status().expect("a program can start itself");
    assert!(status.success());
    let left = files(&root.join("own"));
    assert!(left.is_empty(), "{left:?}");
    let _ = fs::remove_dir_all(&root);
}

fn files(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).expect("it was made above");
    let paths = entries.map(|entry| entry.expect("it can be read").path());
    paths
        .flat_map(|path| match path.is_dir() {
            true => files(&path),
            false => vec![path],
        })
        .collect()
}

fn capture() {
    let camera = fake("Fake camera 1");
    let play = Play::start(
        "usermediasrc name=s constraints={\"audio\":true,\"video\":true} \
         s.video_0 ! fakesink name=v s.audio_0 ! fakesink name=a",
    );
    play.wait("preroll", |m| m.type_() == gst::MessageType::AsyncDone);
    let track = user_media(r#"{"video":true}"#).get_tracks().remove(0);
    let photo = promised(&track, "take-photo", &[&None::<String>]);
    photo.get::<gst::Sample>("sample").expect("a photo");
    camera.emit_by_name::<()>("unplug", &[]);
    play.track_event("ended");
}
