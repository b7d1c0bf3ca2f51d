//! The controls of a node of Video4Linux.
//!
//! Controls can be read and written while another program, or we ourselves through another handle,
//! captures from the node. Menus of numbers (`iso_sensitivity`, `auto_exposure_bias`) cannot be
//! had: their numbers are in a C union, which no safe code reads.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::fd::AsFd;
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use v4l2r::bindings::{v4l2_event, v4l2_queryctrl, v4l2_querymenu};
use v4l2r::ioctl::{
    CtrlId, EventType, QueryCtrlFlags, SubscribeEventFlags, dqevent, g_ctrl, queryctrl, querymenu,
    s_ctrl, subscribe_event,
};
use v4l2r::nix::errno::Errno;
use v4l2r::nix::fcntl::OFlag;
use v4l2r::nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::board::Board;
use super::control::{Control, Id, Item};

/// `enum v4l2_ctrl_type`.
mod kind {
    pub const INTEGER: u32 = 1;
    pub const BOOLEAN: u32 = 2;
    pub const MENU: u32 = 3;
    pub const BUTTON: u32 = 4;
}

/// `V4L2_CTRL_FLAG_...`
mod flag {
    pub const DISABLED: u32 = 0x0001;
    pub const READ_ONLY: u32 = 0x0004;
    pub const INACTIVE: u32 = 0x0010;
    pub const WRITE_ONLY: u32 = 0x0040;
}

/// More lines than any menu has.
const LONGEST_MENU: i32 = 64;

/// Why a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Woken {
    /// Something may be different.
    Look,
    /// The same, and the driver cannot be waited for.
    Deaf,
    /// The other end of `stop` was let go of, or the device is gone.
    Over,
}

/// An opened node.
pub(super) struct Node(File);

impl Node {
    /// Opens it. May wait for the device.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .custom_flags(OFlag::O_NONBLOCK.bits())
            .open(path)?;
        Ok(Self(file))
    }

    /// Asks to be woken when somebody else writes one of these.
    ///
    /// # Errors
    ///
    /// The driver sends no events.
    pub fn subscribe(&self, ids: &[Id]) -> io::Result<()> {
        for id in ids {
            let event = EventType::Ctrl(id.number());
            subscribe_event(&self.0, event, SubscribeEventFlags::empty()).map_err(system)?;
        }
        Ok(())
    }

    /// Waits until something was written, or for `limit`; `None`: for ever. `is_heard`: whether
    /// the driver sends events.
    pub fn wait(&self, stop: &UnixStream, limit: Option<Duration>, is_heard: bool) -> Woken {
        let limit = limit.map_or(PollTimeout::NONE, |limit| {
            PollTimeout::try_from(limit).unwrap_or(PollTimeout::MAX)
        });
        let mut watched = vec![PollFd::new(stop.as_fd(), PollFlags::POLLIN)];
        if is_heard {
            // Never for readable data: that would begin to capture.
            watched.push(PollFd::new(self.0.as_fd(), PollFlags::POLLPRI));
        }
        match poll(&mut watched, limit) {
            Ok(_) | Err(Errno::EINTR) => {}
            Err(_) => return Woken::Over,
        }
        let said = |at: usize| {
            let fd = watched.get(at).and_then(|fd| fd.revents());
            fd.unwrap_or(PollFlags::empty())
        };
        let device = said(1);
        if !said(0).is_empty() || device.intersects(PollFlags::POLLHUP | PollFlags::POLLNVAL) {
            return Woken::Over;
        }
        while dqevent::<Event>(&self.0).is_ok() {}
        if device.contains(PollFlags::POLLERR) {
            return Woken::Deaf;
        }
        Woken::Look
    }
}

impl Board for Node {
    fn find(&self, id: Id) -> io::Result<Option<Control>> {
        let Ok(number) = CtrlId::new(id.number()) else {
            return Ok(None);
        };
        match queryctrl::<Answer>(&self.0, number, QueryCtrlFlags::empty()) {
            Ok(answer) => Ok(self.control(id, &answer)),
            // Not this one; or a driver that has none at all.
            Err(error) => match Errno::from(error) {
                Errno::EINVAL | Errno::ENOTTY => Ok(None),
                other => Err(other.into()),
            },
        }
    }

    fn read(&self, id: Id) -> io::Result<i32> {
        g_ctrl(&self.0, id.number()).map_err(system)
    }

    fn write(&self, id: Id, value: i32) -> io::Result<()> {
        s_ctrl(&self.0, id.number(), value)
            .map(drop)
            .map_err(system)
    }
}

impl Node {
    fn control(&self, id: Id, answer: &Answer) -> Option<Control> {
        let has = |flag| answer.flags & flag != 0;
        let is_known = matches!(
            answer.kind,
            kind::INTEGER | kind::BOOLEAN | kind::MENU | kind::BUTTON
        );
        if has(flag::DISABLED) || !is_known {
            return None;
        }
        let lines = answer.min..=answer.max.min(answer.min.saturating_add(LONGEST_MENU));
        let items = match answer.kind {
            kind::MENU => lines.filter(|index| self.has_line(id, *index)).collect(),
            _ => Vec::new(),
        };
        Some(Control {
            id,
            min: answer.min,
            max: answer.max,
            step: answer.step,
            items: items
                .into_iter()
                .map(|index| Item {
                    index,
                    number: None,
                })
                .collect(),
            is_readable: !has(flag::WRITE_ONLY) && answer.kind != kind::BUTTON,
            is_writable: !has(flag::READ_ONLY),
            is_active: !has(flag::INACTIVE),
        })
    }

    /// Drivers leave lines out.
    fn has_line(&self, id: Id, index: i32) -> bool {
        u32::try_from(index)
            .is_ok_and(|index| querymenu::<Line>(&self.0, id.number(), index).is_ok())
    }
}

fn system(error: impl Into<Errno>) -> io::Error {
    error.into().into()
}

/// What of `v4l2_queryctrl` counts.
struct Answer {
    kind: u32,
    min: i32,
    max: i32,
    step: i32,
    flags: u32,
}

impl From<v4l2_queryctrl> for Answer {
    fn from(answer: v4l2_queryctrl) -> Self {
        Self {
            kind: answer.type_,
            min: answer.minimum,
            max: answer.maximum,
            step: answer.step,
            flags: answer.flags,
        }
    }
}

/// That there is such a line.
struct Line;

impl From<v4l2_querymenu> for Line {
    fn from(_: v4l2_querymenu) -> Self {
        Self
    }
}

/// That there was an event.
struct Event;

impl From<v4l2_event> for Event {
    fn from(_: v4l2_event) -> Self {
        Self
    }
}
