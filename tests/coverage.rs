//! `docs/coverage.md` may only name tests that exist.

use std::fs;
use std::path::Path;

/// The words between back quotes that look like `file::function`.
fn named_tests(markdown: &str) -> Vec<(&str, &str)> {
    let quoted = markdown.split('`').skip(1).step_by(2);
    let pairs = quoted.filter_map(|name| name.split_once(".rs::"));
    pairs.filter(|(file, _)| !file.is_empty()).collect()
}

#[test]
fn every_test_that_is_named_exists() {
    let named = named_tests(include_str!("../docs/coverage.md"));
    assert!(
        !named.is_empty(),
        "the page names no test: did its form change?"
    );
    for (file, name) in named {
        let file = format!("{file}.rs");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(&file);
        let source = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}: {error}"));
        // In a module of tests the last part is the function.
        let function = name.rsplit("::").next().unwrap_or(name);
        assert!(
            source.contains(&format!("fn {function}(")),
            "{file} has no test {function}"
        );
    }
}

#[test]
fn names_are_read_from_a_table() {
    let row = "| rule | `#anchor` | `tests/a.rs::b`, `src/c/d.rs::tests::e` |";
    assert_eq!(
        named_tests(row),
        [("tests/a", "b"), ("src/c/d", "tests::e")]
    );
}
