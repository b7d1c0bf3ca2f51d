//! Instructions, counted by callgrind in a child of this program, so that the number is the same again.

use std::path::Path;
use std::process::{Command, Stdio};

use super::Running;

/// What the child does: what was counted before steady state goes to a file of its own. Prints how many frames came
/// meanwhile.
pub fn child(line: &str, frames: u64) {
    let running = Running::start(&format!("{line} ! fakesink name=sink"));
    running.wait_for(15);
    dump();
    let before = running.arrived();
    running.wait_for(before + frames);
    let passed = running.arrived() - before;
    dump();
    println!("{passed}");
}

/// Ends a part of the counting.
fn dump() {
    let this = format!("--pid={}", std::process::id());
    let mut command = Command::new("vgdb");
    let command = command.args([&this, "dump"]).stdout(Stdio::null());
    let status = command.stderr(Stdio::null()).status();
    assert!(status.expect("vgdb starts").success(), "vgdb dump");
}

/// What a child prints that is counted.
fn count(counts: &Path, arguments: &[&str]) -> Result<String, String> {
    let this = std::env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--quiet", "--fair-sched=yes"])
        .arg(format!("--callgrind-out-file={}", counts.display()))
        .arg(this)
        .args(arguments)
        .stderr(Stdio::inherit())
        .output();
    let output = output.map_err(|error| format!("valgrind does not start: {error}"))?;
    assert!(output.status.success(), "{arguments:?}: {}", output.status);
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The total of one file of counts.
fn total(counts: &Path) -> Result<u64, String> {
    let written = std::fs::read_to_string(counts).unwrap_or_default();
    let _ = std::fs::remove_file(counts);
    let mut lines = written.lines();
    let total = lines.find_map(|line| {
        let number = line.strip_prefix("totals: ");
        number
            .or_else(|| line.strip_prefix("summary: "))?
            .trim()
            .parse()
            .ok()
    });
    total.ok_or_else(|| "callgrind wrote no total".into())
}

fn file() -> std::path::PathBuf {
    std::env::temp_dir().join(format!("mediastream-bench-{}", std::process::id()))
}

/// For one frame of a launch line, to which the sink is added: counted between two frames of one run, because starting a
/// real device is not the same each time.
///
/// # Errors
///
/// Why they cannot be counted.
pub fn per_frame(line: &str, frames: u64) -> Result<f64, String> {
    let passed = count(&file(), &["--counted", line, &frames.to_string()])?;
    let passed: f64 = passed
        .trim()
        .parse()
        .map_err(|_| format!("{line}: no count of frames"))?;
    let part = |number| file().with_extension(number);
    // The first is what came before, and the last what came behind.
    let _ = (total(&part("1")), total(&file()));
    Ok(total(&part("2"))? as f64 / passed)
}
