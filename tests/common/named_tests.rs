//! Tests that a page of `docs/` names as `file::function`: each exists, and is run.
#![allow(dead_code)] // each page's test uses a part of it

use std::fs;
use std::path::Path;

const MANIFEST: &str = include_str!("../../Cargo.toml");

/// Everything on the page that looks like a test, in numbered rows and elsewhere.
pub fn named_tests(page: &str) -> impl Iterator<Item = &str> {
    let quoted = page.split('`').skip(1).step_by(2);
    quoted.filter(|name| name.contains(".rs::"))
}

/// Whether `function` is a test in this source, and one that is not left out.
pub fn is_run_in(source: &str, function: &str) -> Result<(), &'static str> {
    let lines: Vec<_> = source.lines().map(str::trim).collect();
    let head = format!("fn {function}(");
    let at = lines.iter().position(|line| line.starts_with(&head));
    let at = at.ok_or("does not exist")?;
    let above = lines[..at].iter().rev();
    let attributes = above.take_while(|line| line.starts_with("#[") || line.starts_with("//"));
    let attributes: Vec<_> = attributes.collect();
    if !attributes.iter().any(|line| **line == "#[test]") {
        return Err("is no test");
    }
    match attributes.iter().any(|line| line.starts_with("#[ignore")) {
        true => Err("is ignored"),
        false => Ok(()),
    }
}

fn read(path: &Path) -> Option<String> {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).ok()
}

fn declares(source: Option<String>, module: &str) -> bool {
    let ends = format!("mod {module};");
    source.is_some_and(|source| {
        let mut lines = source.lines().map(str::trim);
        lines.any(|line| line == ends || line.ends_with(&format!(" {ends}")))
    })
}

/// Whether the crate has this module: some file declares it, and so on up to the root.
fn is_in_crate(path: &Path) -> bool {
    let mut folder = path.parent().unwrap_or(Path::new(""));
    let mut module = path
        .file_stem()
        .and_then(|stem| stem.to_str())
        .unwrap_or("");
    if module == "mod" {
        module = folder
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or("");
        folder = folder.parent().unwrap_or(Path::new(""));
    }
    if folder == Path::new("src") {
        return module == "lib" || declares(read(Path::new("src/lib.rs")), module);
    }
    let parents = [folder.join("mod.rs"), folder.with_extension("rs")];
    let mut parents = parents.iter().filter(|parent| read(parent).is_some());
    parents.any(|parent| declares(read(parent), module) && is_in_crate(parent))
}

/// Whether anybody runs the tests of this file.
pub fn is_run(file: &str, source: &str) -> Result<(), &'static str> {
    let path = Path::new(file);
    let folders: Vec<_> = file.split('/').collect();
    let listed = MANIFEST.contains(&format!("path = \"{file}\""));
    match folders[..] {
        ["src", ..] if is_in_crate(path) => Ok(()),
        ["src", ..] => Err("is no module of the crate"),
        ["tests", "rig", _] if !listed => Err("is not listed in Cargo.toml"),
        ["tests", "rig", _] if !source.contains("\n//! Runs in: ") => {
            Err("does not say in which machine it runs")
        }
        ["tests", "rig", _] => Ok(()),
        // What is listed may be left out there: the others cargo finds by itself.
        ["tests", _] if listed || MANIFEST.contains("autotests") => Err("is listed by hand"),
        ["tests", _] | ["tests", _, "main.rs"] => Ok(()),
        ["tests", folder, _] => {
            let main = read(Path::new(&format!("tests/{folder}/main.rs")));
            let module = path.file_stem().and_then(|stem| stem.to_str());
            match declares(main, module.unwrap_or("")) {
                true => Ok(()),
                false => Err("is no module of its program"),
            }
        }
        _ => Err("is in no place for tests"),
    }
}

/// What is wrong with a test as the page names it.
pub fn fault_of_test(name: &str) -> Option<String> {
    let fault = |why: &str| Some(format!("{name} {why}"));
    let (file, function) = name.split_once(".rs::")?;
    let file = format!("{file}.rs");
    let Some(source) = read(Path::new(&file)) else {
        return fault("is in a file that does not exist");
    };
    // In a module of tests the last part is the function.
    let function = function.rsplit("::").next().unwrap_or(function);
    let told = is_run_in(&source, function).and_then(|()| is_run(&file, &source));
    told.err().and_then(fault)
}
