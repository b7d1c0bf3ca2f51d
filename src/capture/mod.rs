//! Layer 4: one opened device, shared by all its tracks.
//!
//! | file | noun |
//! |---|---|
//! | `membership` | a track's place at its source, whatever that is |
//! | `source` | an opened device as its tracks see it: open, join, apply, connect |
//! | `generator/` | a source without a device: what an application's own pipeline gives |
//! | `worker`, `run`, `closing`, `message` | the thread behind it, its decisions, what it is told |
//! | `call` | a question to it, and whether somebody still waits for the answer |
//! | `cloning` | taking a clone in without anybody waiting |
//! | `release` | giving the device back while no track needs it |
//! | `roster` | who shares it: tracks and their consumers |
//! | `controls` | the controls of a camera: set, read, heard |
//! | `modes`, `solve` | what it can be set to; which mode serves everybody |
//! | `pipeline`, `backends/`, `decoder`, `sink` | the private pipeline |
//! | `state_thread`, `reaper` | who starts and stops it, and what becomes of one that hangs |
//! | `verdict` | what an error of the device means: it is gone, is restarted, or failed |
//! | `processing` | gain control and noise suppression in it, while somebody wants them |
//! | `stamps` | when a frame was captured, whatever its driver says |
//! | `delivery`, `loans` | from its streaming thread to the feeds; buffers that readers still have |
//! | `counters` | what went wrong and was made good |
//! | `audience`, `tally` | to whom frames go, and where they are counted |
//! | `glance`, `photo`, `coding` | frames for still pictures |
//! | `feed`, `frame`, `copies` | what a consumer reads, and what it is given |
//! | `adapter`, `zero` | making of a frame what the track promised: crop, scale, rate; black, silence |
//! | `switches/` | switches of the device that mute it |
//! | `error` | why it failed, told apart by what can be done |

mod adapter;
mod audience;
mod backends;
mod call;
mod cloning;
mod closing;
mod coding;
mod controls;
mod copies;
mod counters;
mod decoder;
mod delivery;
mod error;
mod feed;
mod frame;
mod generator;
mod glance;
mod loans;
mod mark;
mod membership;
mod message;
mod modes;
mod photo;
mod pipeline;
mod pool;
mod processing;
mod reaper;
mod release;
mod roster;
mod run;
mod sink;
mod solve;
mod source;
mod stamps;
mod state_thread;
mod switches;
mod tally;
mod verdict;
mod worker;
mod zero;

use std::sync::LazyLock;

pub use adapter::Adapter;
pub use copies::{Copies, Label};
pub use counters::{Count, Counters};
pub use error::{CaptureError, ErrorKind, Missing, OpenError};
pub use feed::{Feed, Next, Tap, Target};
pub use frame::Frame;
pub use generator::Generator;
pub use glance::{Glance, Look};
pub(crate) use loans::{Loans, Terms};
pub use membership::{Closing, Connection, Membership};
pub use message::Settled;
pub use modes::{Entry, Modes, kind_of};
pub(crate) use processing::explain as explain_processing;
pub use source::{Listener, open};
pub use tally::{Moment, Tally};
pub use zero::Zero;

static CAT: LazyLock<gst::DebugCategory> = LazyLock::new(|| {
    gst::DebugCategory::new(
        "mediacapture",
        gst::DebugColorFlags::empty(),
        Some("Opened capture devices"),
    )
});
