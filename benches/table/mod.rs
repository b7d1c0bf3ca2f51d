//! One row of the table that `scripts/bench` prints: what it costs here, what it costs there, and the goal.
//!
//! A bench prints each of its rows as one line of JSON on its standard output, and all else on standard error. Its
//! first comment says where it runs, once or several times, and which rows come of it in each of these places:
//!
//! ```text
//! //! Runs in: the host
//! //! Runs in: scripts/rig/run --drivers vivid
//! //! Row: CPU per frame, 1080p30
//! ```
#![allow(dead_code)] // every bench uses a part of it

use std::fmt;

use serde_json::json;

/// What makes a row good.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Goal {
    /// Ours is at most so many times the other.
    Ratio(f64),
    /// Ours is at most so many of the row's unit.
    AtMost(f64),
    /// Ours is so many of the row's unit, neither more nor less: what is counted.
    Exactly(f64),
}

impl Goal {
    /// Whether a measurement meets it. Without another side there is no ratio to be met.
    pub fn is_met(self, ours: f64, other: Option<f64>) -> bool {
        match self {
            Self::Ratio(most) => other.is_some_and(|other| ours <= other * most),
            Self::AtMost(most) => ours <= most,
            Self::Exactly(number) => ours == number,
        }
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ratio(most) => write!(f, "≤ {most:.2}"),
            Self::AtMost(_) => write!(f, "≤ "),
            Self::Exactly(_) => Ok(()),
        }?;
        match self {
            Self::Ratio(_) => write!(f, " of it"),
            Self::AtMost(number) | Self::Exactly(number) => write!(f, "{number}"),
        }
    }
}

/// See the module.
#[derive(Debug, Clone)]
pub struct Row<'a> {
    /// What is measured.
    pub row: &'a str,
    /// Where: `host`, `vivid`, `aloop`, `pipewire`.
    pub place: &'a str,
    /// The other side, as one would type it.
    pub beside: &'a str,
    pub ours: f64,
    /// `None`: there is no other side.
    pub other: Option<f64>,
    pub unit: &'a str,
    pub goal: Goal,
}

impl Row<'_> {
    /// Prints it.
    pub fn print(&self) {
        let line = json!({
            "row": self.row,
            "place": self.place,
            "beside": self.beside,
            "ours": self.ours,
            "other": self.other,
            "unit": self.unit,
            "goal": self.goal.to_string(),
            "met": self.goal.is_met(self.ours, self.other),
        });
        println!("{line}");
    }
}

/// Prints a row that cannot be measured here, and why.
pub fn not_measured(row: &str, place: &str, goal: Goal, why: &str) {
    let goal = goal.to_string();
    let line = json!({"row": row, "place": place, "goal": goal, "reason": why});
    println!("{line}");
}
