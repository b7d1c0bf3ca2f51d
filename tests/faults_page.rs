//! `docs/faults.md`: every fault is proven on every back end where it exists, and every pain of users has
//! its test or says why it cannot occur.

#[path = "common/named_tests.rs"]
mod named_tests;

use std::ops::RangeInclusive;

use named_tests::{fault_of_test, named_tests};

const PAGE: &str = include_str!("../docs/faults.md");

const BACK_ENDS: [&str; 4] = ["V4L2", "ALSA", "PipeWire", "fake"];
const PAINS: RangeInclusive<u32> = 1..=44;
/// Shorter than any reason that says something.
const SHORTEST_REASON: usize = 15;
/// How many pains may say that they cannot occur here.
const RULED_OUT: usize = 6;

/// What stands where a test is asked for.
fn is_proof(cell: &str) -> bool {
    let tests: Vec<_> = cell
        .split(", ")
        .map(|name| name.trim_matches('`'))
        .collect();
    tests
        .iter()
        .all(|name| name.contains(".rs::") && !name.contains(' '))
}

/// A dash and why.
fn is_reason(cell: &str) -> bool {
    let reason = cell.strip_prefix("— ");
    reason.is_some_and(|reason| reason.len() >= SHORTEST_REASON)
}

fn cells(line: &str) -> Vec<&str> {
    let line = line.trim().trim_start_matches('|').trim_end_matches('|');
    line.split('|').map(str::trim).collect()
}

/// The rows of the table below a heading, without its head.
fn table<'a>(page: &'a str, heading: &str) -> Vec<Vec<&'a str>> {
    let below = page.split_once(&format!("\n## {heading}\n"));
    let section = below.map_or("", |(_, below)| below);
    let section = section.split("\n## ").next().unwrap_or("");
    let lines = section.lines().filter(|line| line.starts_with('|'));
    lines.skip(2).map(cells).collect()
}

fn wrong_faults(page: &str) -> Vec<String> {
    let rows = table(page, "Faults");
    let mut wrong = Vec::new();
    if rows.is_empty() {
        wrong.push("no faults".to_owned());
    }
    for row in rows {
        let [fault, happens, soon, proofs @ ..] = &row[..] else {
            wrong.push(format!("{row:?} has too few cells"));
            continue;
        };
        if proofs.len() != BACK_ENDS.len() || [fault, happens, soon].iter().any(|c| c.is_empty()) {
            wrong.push(format!("\"{fault}\" has not all its cells"));
        }
        for (back_end, proof) in BACK_ENDS.iter().zip(proofs) {
            if !is_proof(proof) && !is_reason(proof) {
                wrong.push(format!(
                    "\"{fault}\", {back_end}: neither test nor reason: {proof:?}"
                ));
            }
        }
        if !proofs.iter().any(|proof| is_proof(proof)) {
            wrong.push(format!("\"{fault}\" is proven nowhere"));
        }
    }
    wrong
}

fn wrong_pains(page: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut ruled_out = 0;
    let mut due = PAINS;
    for row in table(page, "Pains") {
        let [number, pain, proof] = row[..] else {
            wrong.push(format!("{row:?} has not three cells"));
            continue;
        };
        if due.next().map(|due| due.to_string()).as_deref() != Some(number) || pain.is_empty() {
            wrong.push(format!("{number} is out of order, or says nothing"));
        }
        ruled_out += usize::from(is_reason(proof));
        if !is_proof(proof) && !is_reason(proof) {
            wrong.push(format!("{number} has neither test nor reason: {proof:?}"));
        }
    }
    if due.next().is_some() || ruled_out > RULED_OUT {
        wrong.push(format!(
            "not all are there, or too many, {ruled_out}, cannot occur"
        ));
    }
    wrong
}

fn wrong(page: &str) -> Vec<String> {
    let mut wrong = wrong_faults(page);
    wrong.extend(wrong_pains(page));
    wrong.extend(named_tests(page).filter_map(fault_of_test));
    wrong
}

#[test]
fn every_fault_is_proven_on_every_back_end_that_has_it() {
    let wrong = wrong(PAGE);
    assert!(wrong.is_empty(), "docs/faults.md:\n{}", wrong.join("\n"));
}

/// The page with the row that begins so written anew.
fn with_row(begin: &str, row: &str) -> String {
    let lines = PAGE.lines().map(|line| match line.starts_with(begin) {
        true => row,
        false => line,
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn what_is_wrong_is_found() {
    let test = "`tests/restarted.rs::what_does_not_open_again_has_failed`";
    for (page, fault) in [
        (with_row("| 7 |", ""), "8 is out of order"),
        (with_row("| 44 |", ""), "not all are there"),
        (with_row("| 7 |", "| 7 | x | — no |"), "7 has neither"),
        (
            with_row("| 7 |", "| 7 | x | `tests/no.rs::x` |"),
            "does not exist",
        ),
        (
            with_row(
                "| unplugged, while playing |",
                &format!("| x | y | z | {test} |"),
            ),
            "not all its cells",
        ),
        (
            with_row(
                "| unplugged, while playing |",
                &format!("| x | y | z | {test} | | {test} | {test} |"),
            ),
            "ALSA: neither",
        ),
    ] {
        let found = wrong(&page);
        assert!(
            found.iter().any(|f| f.contains(fault)),
            "{fault}: {found:#?}"
        );
    }
}
