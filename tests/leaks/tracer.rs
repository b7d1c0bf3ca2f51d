//! A program that is asked at its end what it has left behind. In Python, because a process has to end
//! GStreamer to be asked.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A folder with the library of this build, alone: GStreamer looks at everything below its path.
pub struct Plugins(PathBuf);

impl Plugins {
    pub fn link() -> Self {
        let program = std::env::current_exe().expect("this test");
        let built = program
            .parent()
            .and_then(Path::parent)
            .expect("target/profile");
        // Tests of one program run at the same time.
        static NUMBER: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let name = format!("mediastream-leaks-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).expect("a folder");
        let library = "libgstmediastream.so";
        std::os::unix::fs::symlink(built.join(library), folder.join(library)).expect("a link");
        Self(folder)
    }
}

impl Drop for Plugins {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Nothing but what is of these types is alive behind `program`, a file of this folder, and it says
/// nothing at the level of warnings.
#[track_caller]
pub fn leaves_nothing(program: &str, provider: &str, list: &[&str]) {
    let plugins = Plugins::link();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/leaks");
    let output = Command::new("/usr/bin/python3")
        .arg(folder.join(program))
        .env("GST_PLUGIN_PATH", &plugins.0)
        .env("GST_REGISTRY", plugins.0.join("registry.bin"))
        .env("GST_MEDIASTREAM_PROVIDERS", provider)
        .env("G_DEBUG", "fatal_criticals")
        .env("GST_TRACERS", "leaks")
        .env("GST_DEBUG", "GST_TRACER:7")
        .env("GST_DEBUG_NO_COLOR", "1")
        .output()
        .expect("python3 starts");
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
    let is_listed = |object: &&&str| {
        let known = |kind: &&str| object.starts_with(&format!("{kind},"));
        !list.iter().any(known) && !object.starts_with("%s")
    };
    let leaked: Vec<&&str> = alive.iter().filter(is_listed).collect();
    assert!(leaked.is_empty(), "{leaked:#?}");
    // Of the list itself, as much as one look at it makes.
    assert!(alive.len() < 100, "{} objects", alive.len());
}
