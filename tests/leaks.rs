//! Nothing stays alive behind pipelines that were started and stopped at any moment, and nothing
//! is said at the level of warnings. From Python, because a process has to end GStreamer to be
//! asked.

use std::path::Path;
use std::process::Command;

/// What lives as long as the process: the list of devices.
const LIST: [&str; 5] = [
    "GstFakeMediaDeviceProvider",
    "GstFakeMediaDevice",
    "GstBus",
    "GstCaps",
    "GstMessage",
];

#[test]
fn a_hundred_random_runs_leave_nothing_behind() {
    // The library of this build, alone in a folder: GStreamer looks at everything below its path.
    let program = std::env::current_exe().expect("this test");
    let built = program
        .parent()
        .and_then(Path::parent)
        .expect("target/profile");
    let folder = std::env::temp_dir().join(format!("mediastream-leaks-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let library = "libgstmediastream.so";
    std::os::unix::fs::symlink(built.join(library), folder.join(library)).expect("a link");
    let output = Command::new("/usr/bin/python3")
        .arg(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/leaks/random_states.py"
        ))
        .env("GST_PLUGIN_PATH", &folder)
        .env("GST_REGISTRY", folder.join("registry.bin"))
        .env("GST_MEDIASTREAM_PROVIDERS", "fake")
        .env("G_DEBUG", "fatal_criticals")
        .env("GST_TRACERS", "leaks")
        .env("GST_DEBUG", "GST_TRACER:7")
        .env("GST_DEBUG_NO_COLOR", "1")
        .output()
        .expect("python3 starts");
    std::fs::remove_dir_all(&folder).expect("it was made here");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    // The tracer itself warns that something is left: the list is.
    let warned = |line: &&str| line.contains("WARNING **") && !line.contains("Leaks detected");
    assert_eq!(said.lines().find(warned), None);
    let alive: Vec<&str> = said
        .lines()
        .filter_map(|line| line.split_once(" object-alive, type-name=(string)"))
        .map(|(_, object)| object)
        .collect();
    assert!(!alive.is_empty(), "the tracer says nothing: {said}");
    let leaked: Vec<&&str> = alive
        .iter()
        .filter(|object| {
            !LIST
                .iter()
                .any(|known| object.starts_with(&format!("{known},")))
        })
        .filter(|object| !object.starts_with("%s"))
        .collect();
    assert!(leaked.is_empty(), "{leaked:#?}");
    // Of the list itself, as much as one look at it makes.
    assert!(alive.len() < 100, "{} objects", alive.len());
}
