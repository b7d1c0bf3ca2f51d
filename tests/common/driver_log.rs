//! What a V4L2 driver was asked, as the kernel tells.
#![allow(dead_code)] // every user uses a part of it

use std::fs::read_dir;
use std::path::PathBuf;
use std::process::Command;

/// `dev_debug` of Video4Linux: each open and release of a node.
pub const OPENS: u32 = 4;
/// Each call.
pub const CALLS: u32 = 1;

/// The kernel's log while the drivers tell what they are asked. `scripts/rig/run` gives it room for some thousand calls.
pub struct DriverLog;

fn switches() -> impl Iterator<Item = PathBuf> {
    let nodes = read_dir("/sys/class/video4linux").expect("there are cameras");
    nodes.map(|node| node.expect("a node").path().join("dev_debug"))
}

fn tell(what: u32) {
    for switch in switches() {
        std::fs::write(switch, what.to_string()).expect("this runs as root in scripts/rig/run");
    }
}

impl DriverLog {
    /// Of all nodes.
    pub fn follow(what: u32) -> Self {
        tell(what);
        let mut log = Self;
        log.take();
        log
    }

    /// What was told since the last call: "video0: VIDIOC_S_FMT: …", "… v4l2_open: video0: open (0)".
    pub fn take(&mut self) -> Vec<String> {
        let messages = Command::new("dmesg").arg("--read-clear").output();
        let messages = messages.expect("dmesg starts").stdout;
        let text = String::from_utf8_lossy(&messages);
        text.lines().map(str::to_owned).collect()
    }
}

impl Drop for DriverLog {
    fn drop(&mut self) {
        tell(0);
    }
}

/// How many of the lines are about a node and contain `call`.
pub fn count(lines: &[String], node: &str, call: &str) -> usize {
    let name = format!("{node}: ");
    let about = lines.iter().filter(|line| line.contains(&name));
    about.filter(|line| line.contains(call)).count()
}
