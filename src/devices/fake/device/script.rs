//! What a device is to do at present, and the place where its sources meet that.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::faults::{Faults, Hang, Timestamps};

/// What a device's script says at present, and what has come of it.
#[derive(Debug, Default)]
pub struct Script {
    pub faults: Faults,
    /// Counts the times it was unplugged: a source that began under another number has lost it.
    pub plugs: u32,
    /// Counts the I/O errors, in the same way.
    pub breaks: u32,
    /// Counts the changes of caps, in the same way.
    pub changes: u32,
    /// Under which number the system lists it.
    pub number: u32,
    pub opens: u32,
    pub active: u32,
    pub hanging: u32,
}

/// The script and the news about it, shared by a device and its sources.
///
/// The lock is a leaf, but for a twin's: that of the device it doubles comes after it.
#[derive(Debug, Default)]
pub struct Fault {
    script: Mutex<Script>,
    news: Condvar,
}

/// What a source knew of its device when it was started.
#[derive(Debug, Default, Clone, Copy)]
pub struct Opened {
    plugs: u32,
    breaks: u32,
    changes: u32,
}

/// A frame that may be delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shot {
    pub muted: bool,
    /// It had to wait, so the clockwork is late.
    pub stalled: bool,
    /// As many frames as this take the time of one.
    pub every: u32,
    pub corrupt: bool,
    pub timestamps: Timestamps,
}

/// What a source may do when it wants its next frame.
#[derive(Debug, Clone, PartialEq)]
pub enum Opening {
    Deliver(Shot),
    /// Deliver in these caps from now on, whatever was agreed; `None`: agree anew. Then ask again.
    Change(Option<gst::Caps>),
    /// The device was pulled.
    Lost,
    /// The device is there and cannot be read.
    Broken,
    /// The caller asked to give up waiting.
    Interrupted,
}

/// The script before and after a change, for those who are to be told.
#[derive(Debug, Clone)]
pub struct Edit {
    pub before: Faults,
    pub after: Faults,
}

impl Script {
    /// Changes the script in force, and counts what a source has to notice.
    fn edit(&mut self, edit: impl FnOnce(&mut Faults)) -> Edit {
        let before = self.faults.clone();
        edit(&mut self.faults);
        let after = self.faults.clone();
        self.plugs += u32::from(after.unplugged && !before.unplugged);
        let is_new = after.change_caps != before.change_caps;
        self.changes += u32::from(is_new && after.change_caps_at == 0);
        Edit { before, after }
    }

    /// Lets happen what is to happen at this frame.
    fn reach(&mut self, frame: u32) -> Option<Edit> {
        let is_due = |at: u32| at != 0 && frame >= at;
        let faults = &self.faults;
        let unplug = is_due(faults.unplug_at) && !faults.unplugged;
        let stall = is_due(faults.stall_at);
        let breaks = is_due(faults.break_at);
        let change = is_due(faults.change_caps_at);
        if !(unplug || stall || breaks || change) {
            return None;
        }
        self.breaks += u32::from(breaks);
        self.changes += u32::from(change);
        Some(self.edit(|faults| {
            for (due, at) in [
                (unplug, &mut faults.unplug_at),
                (stall, &mut faults.stall_at),
                (breaks, &mut faults.break_at),
                (change, &mut faults.change_caps_at),
            ] {
                if due {
                    *at = 0;
                }
            }
            faults.unplugged |= unplug;
            faults.stalled |= stall;
        }))
    }
}

impl Fault {
    pub fn lock(&self) -> MutexGuard<'_, Script> {
        // Plain data, valid after any panic.
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn change<R>(&self, change: impl FnOnce(&mut Script) -> R) -> R {
        let result = change(&mut self.lock());
        self.news.notify_all();
        result
    }

    /// Changes the script in force.
    pub fn edit(&self, edit: impl FnOnce(&mut Faults)) -> Edit {
        self.change(|script| script.edit(edit))
    }

    /// Starts the device, as slowly as the script says: what to give to [`Self::wait`], or the name of the
    /// scripted error. Cannot be interrupted, as little as a driver can.
    pub fn open(&self) -> Result<Opened, String> {
        let gone = || "NotFoundError".to_owned();
        let (opened, refusal) = self.change(|script| {
            let faults = &mut script.faults;
            if faults.unplugged {
                return Err(gone());
            }
            let once = std::mem::take(&mut faults.fail_once);
            let refusal = if once.is_empty() {
                faults.fail_open.clone()
            } else {
                once
            };
            script.opens += u32::from(refusal.is_empty());
            script.active += 1;
            let opened = Opened {
                plugs: script.plugs,
                breaks: script.breaks,
                changes: script.changes,
            };
            Ok((opened, refusal))
        })?;
        self.start_slowly(opened.plugs);
        self.hang(Hang::Start);
        let is_lost = self.lock().plugs != opened.plugs;
        if is_lost || !refusal.is_empty() {
            self.close();
            return Err(if is_lost { gone() } else { refusal });
        }
        Ok(opened)
    }

    /// The counterpart of an [`Self::open`] that succeeded.
    pub fn close(&self) {
        self.change(|script| script.active -= 1);
    }

    /// Until it is unplugged.
    fn start_slowly(&self, plugs: u32) {
        let begin = Instant::now();
        let mut script = self.lock();
        loop {
            let whole = Duration::from_millis(script.faults.slow_start.into());
            let left = whole.saturating_sub(begin.elapsed());
            if left.is_zero() || script.plugs != plugs {
                return;
            }
            let woken = self.news.wait_timeout(script, left);
            script = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Blocks while this state change is not to come back.
    pub fn hang(&self, change: Hang) {
        let mut script = self.lock();
        if change == Hang::Never || script.faults.hang != change {
            return;
        }
        script.hanging += 1;
        while script.faults.hang == change {
            script = self
                .news
                .wait(script)
                .unwrap_or_else(PoisonError::into_inner);
        }
        script.hanging -= 1;
    }

    /// Blocks while the device stalls. `frame`: which one is wanted, counted from 1 since the start.
    /// `interrupted` is asked again after every [`Self::wake`]. `reached` is told what happened because of this
    /// frame, in whatever way it ends.
    pub fn wait(
        &self,
        opened: &mut Opened,
        frame: u32,
        interrupted: impl Fn() -> bool,
        reached: impl FnOnce(Edit),
    ) -> Opening {
        let mut script = self.lock();
        let mut stalled = false;
        if let Some(edit) = script.reach(frame) {
            drop(script);
            // However soon somebody ends it.
            stalled = edit.after.stalled;
            self.news.notify_all();
            reached(edit);
            script = self.lock();
        }
        loop {
            if interrupted() {
                return Opening::Interrupted;
            }
            if script.plugs != opened.plugs {
                return Opening::Lost;
            }
            if script.breaks != opened.breaks {
                return Opening::Broken;
            }
            if script.changes != opened.changes {
                opened.changes = script.changes;
                return Opening::Change(script.faults.change_caps.caps().cloned());
            }
            if !script.faults.stalled {
                let corrupt = script.faults.corrupt > 0;
                script.faults.corrupt -= u32::from(corrupt);
                let faults = &script.faults;
                return Opening::Deliver(Shot {
                    muted: faults.muted,
                    stalled,
                    every: faults.slow_down.max(1),
                    corrupt,
                    timestamps: faults.timestamps,
                });
            }
            stalled = true;
            script = self
                .news
                .wait(script)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Makes every waiting source ask its `interrupted` again.
    pub fn wake(&self) {
        self.change(|_| ());
    }
}
