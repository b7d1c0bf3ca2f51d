//! `docs/coverage.md`: every rule is proven by a test that is run, or says why not.

#[path = "common/named_tests.rs"]
mod named_tests;

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use named_tests::{fault_of_test, is_run, is_run_in, named_tests};

const PAGE: &str = include_str!("../docs/coverage.md");

const RULES: RangeInclusive<u32> = 1..=205;
/// How many rules may not apply.
const RULED_OUT: usize = 10;
/// Shorter than any reason that says something.
const SHORTEST_REASON: usize = 20;

/// The last column of a row.
#[derive(Debug, PartialEq)]
enum Proof<'a> {
    Tests(Vec<&'a str>),
    DoesNotApply(&'a str),
    Neither(&'a str),
}

impl<'a> Proof<'a> {
    fn read(cell: &'a str) -> Self {
        if let Some(reason) = cell.strip_prefix("does not apply: ") {
            return Self::DoesNotApply(reason);
        }
        let tests: Vec<_> = cell
            .split(", ")
            .map(|name| name.trim_matches('`'))
            .collect();
        match tests
            .iter()
            .all(|name| name.contains(".rs::") && !name.contains(' '))
        {
            true => Self::Tests(tests),
            false => Self::Neither(cell),
        }
    }
}

/// The rows that begin with a number.
fn rows(page: &str) -> Vec<(u32, &str, Proof<'_>)> {
    let row = |line| {
        let mut cells = str::split(line, '|').map(str::trim).skip(1);
        let number = cells.next()?.parse().ok()?;
        Some((number, cells.next()?, Proof::read(cells.next()?)))
    };
    page.lines().filter_map(row).collect()
}

/// What is wrong with the numbered rows.
fn faults_of_rows(page: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut seen: BTreeMap<u32, u32> = RULES.map(|number| (number, 0)).collect();
    let mut ruled_out = Vec::new();
    for (number, rule, proof) in rows(page) {
        *seen.entry(number).or_default() += 1;
        if rule.is_empty() {
            faults.push(format!("#{number} says nothing"));
        }
        match proof {
            Proof::Tests(_) => {}
            Proof::DoesNotApply(reason) => {
                if reason.len() < SHORTEST_REASON {
                    faults.push(format!("#{number} does not say why it does not apply"));
                }
                ruled_out.push(number);
            }
            Proof::Neither(cell) => {
                faults.push(format!("#{number} has neither test nor reason: {cell:?}"));
            }
        }
    }
    for (number, times) in seen {
        if times != 1 || !RULES.contains(&number) {
            faults.push(format!("#{number} is there {times} times"));
        }
    }
    if ruled_out.len() > RULED_OUT {
        faults.push(format!("too many do not apply: {ruled_out:?}"));
    }
    faults
}

fn faults(page: &str) -> Vec<String> {
    let mut faults = faults_of_rows(page);
    faults.extend(named_tests(page).filter_map(fault_of_test));
    faults
}

#[test]
fn every_rule_is_proven_or_says_why_not() {
    let faults = faults(PAGE);
    assert!(
        faults.is_empty(),
        "docs/coverage.md:\n{}",
        faults.join("\n")
    );
}

/// The page with the row of one rule written anew; an empty row: without it.
fn with_row(number: u32, row: &str) -> String {
    let begin = format!("| {number} |");
    let lines = PAGE.lines().map(|line| match line.starts_with(&begin) {
        true => row,
        false => line,
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn what_is_wrong_is_found() {
    let first = PAGE.lines().find(|line| line.starts_with("| 1 |"));
    let twice = with_row(2, first.expect("the first rule"));
    for (page, fault) in [
        (with_row(7, ""), "#7 is there 0 times"),
        (twice, "#1 is there 2 times"),
        (with_row(205, "| 206 | x | — |"), "#206"),
        (with_row(3, "| 3 | x | — |"), "#3 has neither"),
        (
            with_row(3, "| 3 |  | `tests/stop.rs::x` |"),
            "#3 says nothing",
        ),
        (with_row(3, "| 3 | x | not yet |"), "#3 has neither"),
        (
            with_row(3, "| 3 | x | does not apply: no |"),
            "#3 does not say why",
        ),
        (
            with_row(3, "| 3 | x | `tests/nothing.rs::x` |"),
            "does not exist",
        ),
        (
            with_row(3, "| 3 | x | `tests/stop.rs::x` |"),
            "x does not exist",
        ),
        (
            with_row(3, "| 3 | x | `tests/stop.rs::camera` |"),
            "is no test",
        ),
        (
            with_row(3, "| 3 | x | see `tests/stop.rs::x` |"),
            "#3 has neither",
        ),
    ] {
        let found = faults(&page);
        assert!(
            found.iter().any(|found| found.contains(fault)),
            "{fault}: {found:?}"
        );
    }
    let reason = "does not apply: for a reason that is long enough";
    let page: String = (1..=11)
        .map(|n| format!("| {n} | x | {reason} |\n"))
        .collect();
    let found = faults_of_rows(&page);
    assert!(
        found.iter().any(|found| found.starts_with("too many")),
        "{found:?}"
    );
}

#[test]
fn tests_are_told_from_what_is_none() {
    let source =
        "#[test]\n/// Why.\n#[ignore = \"slow\"]\nfn a() {}\n\n#[test]\nfn b() {}\nfn c() {}\n";
    assert_eq!(is_run_in(source, "a"), Err("is ignored"));
    assert_eq!(is_run_in(source, "b"), Ok(()));
    assert_eq!(is_run_in(source, "c"), Err("is no test"));
    assert_eq!(is_run_in(source, "d"), Err("does not exist"));
    for file in [
        "src/nobody/knows.rs",
        "tests/rig/rig_nothing.rs",
        "tests/caps/nothing.rs",
        "examples/share.rs",
    ] {
        assert!(is_run(file, "").is_err(), "{file}");
    }
    assert_eq!(is_run("src/devices/merge/tests.rs", ""), Ok(()));
    assert_eq!(is_run("tests/caps/reading.rs", ""), Ok(()));
}
