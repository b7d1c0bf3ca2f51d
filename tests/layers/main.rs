//! The rules of `docs/architecture.md` that no compiler knows: imports point down, the model is pure,
//! a file stays small and has a name of its own, nothing panics on the way or sleeps.

mod code;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use code::{Token, code_only, tokens};

/// From the top down: a file may name its own layer and those to the right of it.
const LAYERS: [&str; 6] = ["elements", "media", "capture", "devices", "caps", "model"];

/// Crates that know GStreamer or GLib, and the clocks: none of them may be named in `model/`.
const IMPURE: [&str; 10] = [
    "gst",
    "gst_app",
    "gst_audio",
    "gst_base",
    "gst_video",
    "glib",
    "gio",
    "Instant",
    "SystemTime",
    "rand",
];

/// Drawers: a helper lives with its noun instead.
const DRAWERS: [&str; 6] = ["utils", "util", "common", "helpers", "helper", "misc"];

const MOST_LINES: usize = 500;

#[derive(Debug, PartialEq)]
struct Fault {
    path: String,
    line: usize,
    what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "src/{}:{}: {}", self.path, self.line, self.what)
    }
}

/// How many modules deep a file is: `lib.rs` 0, `caps/mod.rs` 1, `caps/read.rs` 2.
fn depth(path: &str) -> usize {
    let components = path.split('/').count();
    components - usize::from(path.ends_with("mod.rs") || path == "lib.rs")
}

/// The modules of the crate's root that a file names, through `crate::` or through enough `super::`.
fn root_modules<'a>(path: &str, tokens: &[Token<'a>]) -> Vec<(usize, &'a str)> {
    let is = |at: usize, text: &str| tokens.get(at).is_some_and(|t| t.text == text);
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let mut up = 0;
        while is(at, "super") && is(at + 1, "::") {
            up += 1;
            at += 2;
        }
        let is_root = if up > 0 {
            // At least: a module within the file is deeper than the file.
            up >= depth(path)
        } else if is(at, "crate") && is(at + 1, "::") {
            at += 2;
            true
        } else {
            at += 1;
            false
        };
        if is_root {
            found.extend(heads(&tokens[at..]));
        }
    }
    found
}

/// The first names of the use tree that begins here: one, or those of a group in braces.
fn heads<'a>(tree: &[Token<'a>]) -> Vec<(usize, &'a str)> {
    let mut found = Vec::new();
    let (mut level, mut first) = (0, true);
    for token in tree {
        match token.text {
            "{" => level += 1,
            "}" => level -= 1,
            "," => first = level == 1,
            name if first => {
                found.push((token.line, name));
                first = false;
            }
            _ => {}
        }
        if level == 0 {
            break;
        }
    }
    found
}

/// The code without the tests that stand at its end.
fn without_tests<'a, 'b>(path: &str, tokens: &'b [Token<'a>]) -> &'b [Token<'a>] {
    if path.ends_with("/tests.rs") || path.contains("/tests/") {
        return &[];
    }
    let attribute = ["#", "[", "cfg", "(", "test", ")", "]", "mod"];
    let tests = tokens
        .windows(attribute.len())
        .position(|window| window.iter().map(|t| t.text).eq(attribute));
    &tokens[..tests.unwrap_or(tokens.len())]
}

/// Lines on which the given words and signs follow one another.
fn lines_with(tokens: &[Token<'_>], wanted: &[&str]) -> Vec<usize> {
    let windows = tokens.windows(wanted.len());
    let hits = windows.filter(|w| w.iter().map(|t| t.text).eq(wanted.iter().copied()));
    hits.map(|w| w[0].line).collect()
}

/// All that is wrong with one file; `path` is relative to `src/`, with slashes.
fn faults(path: &str, source: &str) -> Vec<Fault> {
    let code = code_only(source);
    let tokens = tokens(&code);
    let mut faults = Vec::new();
    let mut fault = |line: usize, what: String| {
        let path = path.to_owned();
        faults.push(Fault { path, line, what });
    };

    let layer = path.split('/').next().unwrap_or_default();
    if let Some(own) = LAYERS.iter().position(|name| *name == layer) {
        for (line, module) in root_modules(path, &tokens) {
            if LAYERS[..own].contains(&module) {
                fault(
                    line,
                    format!("{layer} may not know {module}: imports point down"),
                );
            }
        }
    }
    if layer == "model" {
        for token in tokens.iter().filter(|t| IMPURE.contains(&t.text)) {
            fault(token.line, format!("'{}' in the pure model", token.text));
        }
    }

    let lines = source.lines().count();
    if lines > MOST_LINES {
        fault(
            lines,
            format!("{lines} lines, at most {MOST_LINES}: there is a second noun in it"),
        );
    }
    for name in path.trim_end_matches(".rs").split('/') {
        if DRAWERS.contains(&name) {
            fault(
                1,
                format!("'{name}' is a drawer: put each helper next to its noun"),
            );
        }
    }

    for line in lines_with(without_tests(path, &tokens), &[".", "unwrap", "(", ")"]) {
        fault(
            line,
            "unwrap: return an error, or say in an expect why it cannot fail".into(),
        );
    }
    for line in lines_with(&tokens, &["thread", "::", "sleep"]) {
        fault(line, "sleep: wait for what is to happen instead".into());
    }
    for unfinished in ["todo", "unimplemented"] {
        for line in lines_with(&tokens, &[unfinished, "!"]) {
            fault(line, format!("{unfinished}! panics in somebody's pipeline"));
        }
    }
    faults
}

fn rust_files(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).expect("the source tree can be read") {
        let path = entry.expect("the source tree can be read").path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn the_source_keeps_the_rules() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for layer in LAYERS {
        assert!(
            root.join(layer).is_dir(),
            "layer {layer} has no folder: nothing would be checked"
        );
    }
    let mut files = Vec::new();
    rust_files(&root, &mut files);
    let mut all = Vec::new();
    for file in files {
        let path = file
            .strip_prefix(&root)
            .expect("found below it")
            .to_string_lossy();
        let source = fs::read_to_string(&file).expect("a source file is UTF-8");
        all.extend(faults(&path, &source));
    }
    let report: Vec<_> = all.iter().map(ToString::to_string).collect();
    assert!(report.is_empty(), "\n{}", report.join("\n"));
}

/// The lines that are found wrong in `source`, were it `path`.
#[track_caller]
fn assert_faults(path: &str, source: &str, expected: &[usize]) {
    let found = faults(path, source);
    let lines: Vec<_> = found.iter().map(|f| f.line).collect();
    assert_eq!(lines, expected, "{path}: {source}\n{found:?}");
}

#[test]
fn an_arrow_that_points_up_is_found() {
    assert_faults("caps/read.rs", "use crate::devices::Device;", &[1]);
    assert_faults("caps/mod.rs", "\nfn f() { crate::media::go() }", &[2]);
    assert_faults(
        "model/a/b.rs",
        "use crate::{\n model::X,\n caps::{Y, devices},\n};",
        &[3],
    );
    assert_faults("devices/id.rs", "pub(in crate::elements) fn f() {}", &[1]);
    assert_faults("caps/read.rs", "use super::super::capture::Source;", &[1]);
    assert_faults(
        "caps/mod.rs",
        "mod tests { use super::super::capture::Source; }",
        &[1],
    );
    assert_faults("caps/mod.rs", "use super::{model::A, media};", &[1]);
}

#[test]
fn an_arrow_that_points_down_or_aside_is_fine() {
    assert_faults(
        "elements/x/imp.rs",
        "use crate::{media, model};\nuse crate::caps::A;",
        &[],
    );
    assert_faults(
        "caps/read.rs",
        "use crate::caps::write;\nuse super::media::A;",
        &[],
    );
    assert_faults("caps/read.rs", "use crate::model::{devices, media};", &[]);
    assert_faults(
        "caps/read.rs",
        "use gst::media::A; let c = \"crate::media\";",
        &[],
    );
    assert_faults("lib.rs", "pub mod elements;\nuse crate::elements::A;", &[]);
}

#[test]
fn comments_and_literals_are_not_code() {
    assert_faults(
        "caps/read.rs",
        "//! See [`crate::media`].\n/* crate::media /* x */ crate::media */",
        &[],
    );
    assert_faults(
        "model/a.rs",
        "let a = r#\"gst \" gst\"#; let b = \"\\\"gst\";",
        &[],
    );
    assert_faults(
        "model/a.rs",
        "fn f<'gst>(x: &'gst str) -> char { '\"' }\nuse gst::Caps;",
        &[1, 1, 2],
    );
    assert_faults(
        "model/a.rs",
        "let c = ['\\'', '\\u{41}', 'é', '\"'];\nlet gst = 1;",
        &[2],
    );
}

#[test]
fn gstreamer_and_clocks_in_the_model_are_found() {
    assert_faults(
        "model/a.rs",
        "use gst::Caps;\nuse gst::glib;\nlet t = Instant::now();",
        &[1, 2, 2, 3],
    );
    assert_faults("model/a.rs", "let gst_like = 1; struct Glib;", &[]);
    assert_faults("caps/a.rs", "use gst::Caps;", &[]);
}

#[test]
fn long_files_and_drawers_are_found() {
    assert_faults("caps/read.rs", &"\n".repeat(500), &[]);
    assert_faults("caps/read.rs", &"\n".repeat(501), &[501]);
    assert_faults("caps/utils.rs", "", &[1]);
    assert_faults("common/mod.rs", "", &[1]);
    assert_faults("caps/commonality.rs", "", &[]);
}

#[test]
fn unwrap_sleep_and_unfinished_work_are_found() {
    assert_faults("caps/a.rs", "x\n    .unwrap();", &[2]);
    assert_faults("caps/a.rs", "x.unwrap_or(1);", &[]);
    assert_faults(
        "caps/a.rs",
        "#[cfg(test)]\nmod tests { fn f() { x.unwrap() } }",
        &[],
    );
    assert_faults("caps/tests.rs", "x.unwrap();", &[]);
    assert_faults(
        "caps/a.rs",
        "#[cfg(test)]\nmod tests { fn f() { std::thread::sleep(d) } }",
        &[2],
    );
    assert_faults("caps/a.rs", "todo!();\nunimplemented!()", &[1, 2]);
}
