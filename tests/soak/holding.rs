//! What this process holds, and whether it holds more and more.
//!
//! Looked at with nothing open, many times. The first three tenths are the warm-up; then the medians of the
//! fourth and of the last tenth are compared, because allocators and thread pools breathe.
#![allow(dead_code)] // every soak test uses a part of it

use std::fmt;
use std::fs;
use std::process::Command;

/// What one small leaked thing costs: an `Arc` with a few fields, a closure, an event. The least that has
/// to be found.
const SMALL: u64 = 100;
/// A heap has holes: what differs between two looks at one that does not grow.
const HOLES: u64 = 320 << 10;
/// Thread pools of GLib and GStreamer grow and shrink as they are used.
const THREADS: u64 = 8;
/// Stacks that are kept for the next thread, and blocks of more than a page or two.
const LARGE: u64 = 16 << 20;

/// At one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holding {
    pub files: u64,
    pub threads: u64,
    /// Up to the last thing on the heap, where every allocation below 64 kB is, if it is as
    /// [`in_a_process_of_its_own`] sets it.
    pub heap: u64,
    /// In use, of all that is no file's.
    pub memory: u64,
}

impl Holding {
    pub fn now() -> Self {
        let entries = |path| fs::read_dir(path).expect("proc is mounted").count() as u64;
        let read = |path| fs::read_to_string(path).expect("proc is mounted");
        let (maps, status) = (read("/proc/self/maps"), read("/proc/self/status"));
        let heaps = maps.lines().filter(|line| line.ends_with("[heap]"));
        let anonymous = status.lines().find_map(|l| l.strip_prefix("RssAnon:"));
        let kilobytes = anonymous.and_then(|l| l.trim().strip_suffix(" kB")?.parse::<u64>().ok());
        Self {
            // One is the directory that is being read.
            files: entries("/proc/self/fd") - 1,
            threads: entries("/proc/self/task"),
            heap: heaps.filter_map(size).sum(),
            memory: kilobytes.expect("a number") << 10,
        }
    }
}

/// Of a line of `maps`: it begins with `from-to`.
fn size(line: &str) -> Option<u64> {
    let (from, to) = line.split_ascii_whitespace().next()?.split_once('-')?;
    let address = |digits| u64::from_str_radix(digits, 16).ok();
    Some(address(to)? - address(from)?)
}

impl fmt::Display for Holding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (heap, memory) = (self.heap >> 10, self.memory >> 10);
        let (files, threads) = (self.files, self.threads);
        write!(
            f,
            "{files} files, {threads} threads, {heap} kB of heap, {memory} kB in all"
        )
    }
}

/// What was seen in a number of cycles, a tenth of it warm-up.
pub struct Trend {
    pub early: Holding,
    pub late: Holding,
    /// Between the two.
    pub cycles: u64,
}

impl Trend {
    /// Runs `round` with the number of cycles that it is to do, fifty times; it returns with
    /// everything closed.
    pub fn of(cycles: u64, mut round: impl FnMut(u64)) -> Self {
        const ROUNDS: usize = 50;
        // Tenths: PipeWire's heap finds its shape in the first two hundred cycles.
        const WARM: usize = 3;
        let each = cycles.div_ceil(ROUNDS as u64);
        let seen: Vec<Holding> = (1..=ROUNDS as u64)
            .map(|number| {
                round(each);
                let now = Holding::now();
                if number.is_multiple_of(5) {
                    println!("{} cycles: {now}", number * each);
                }
                now
            })
            .collect();
        let tenth = ROUNDS / 10;
        Self {
            early: typical(&seen[WARM * tenth..(WARM + 1) * tenth]),
            late: typical(&seen[ROUNDS - tenth..]),
            cycles: each * (ROUNDS - (WARM + 1) * tenth) as u64,
        }
    }

    /// Nothing grows.
    #[track_caller]
    pub fn assert_flat(&self) {
        let Self {
            early,
            late,
            cycles,
        } = self;
        let said = format!("in {cycles} cycles from {early} to {late}");
        assert!(late.files <= early.files, "files: {said}");
        assert!(late.threads <= early.threads + THREADS, "threads: {said}");
        assert!(
            late.heap <= early.heap + (SMALL * cycles).max(HOLES),
            "heap: {said}"
        );
        assert!(late.memory <= early.memory + LARGE, "memory: {said}");
    }
}

/// The medians; of files the least: what a daemon's connection is still closing comes and goes, what is lost
/// stays.
fn typical(seen: &[Holding]) -> Holding {
    let of = |what: fn(&Holding) -> u64| {
        let mut values: Vec<u64> = seen.iter().map(what).collect();
        values.sort_unstable();
        values[values.len() / 2]
    };
    Holding {
        files: seen.iter().map(|h| h.files).min().unwrap_or_default(),
        threads: of(|h| h.threads),
        heap: of(|h| h.heap),
        memory: of(|h| h.memory),
    }
}

/// The allocator as it must be for what is allocated to be what is held: one heap for all threads, in
/// which what is freed at the end is given back, and large blocks apart.
const ALLOCATOR: [(&str, &str); 4] = [
    ("MALLOC_ARENA_MAX", "1"),
    ("MALLOC_MMAP_THRESHOLD_", "65536"),
    ("MALLOC_TRIM_THRESHOLD_", "65536"),
    ("MALLOC_TOP_PAD_", "0"),
];

/// Runs the test of that name in a process of its own, with an allocator that can be looked into. True: this
/// is it. The other one returns false when all went well.
#[track_caller]
pub fn in_a_process_of_its_own(test: &str) -> bool {
    if std::env::var_os(ALLOCATOR[0].0).is_some() {
        return true;
    }
    let program = std::env::current_exe().expect("this test");
    let status = Command::new(program)
        .args(["--exact", test, "--nocapture"])
        .envs(ALLOCATOR)
        .status();
    assert!(status.expect("it starts").success(), "see above");
    false
}
