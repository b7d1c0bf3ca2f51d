//! Every pipeline that the README and the elements' documentation show can be pasted: it parses, with all elements
//! and properties.

use gst::glib;

/// The documentation in a source file, as Markdown.
fn comments(source: &str) -> String {
    let lines = source.lines().map(str::trim_start);
    let comments = lines.filter_map(|line| {
        let comment = line.strip_prefix("///").or(line.strip_prefix("//!"))?;
        Some(comment.to_owned() + "\n")
    });
    comments.collect()
}

/// What a reader would paste: the lines of fenced blocks that call gst-launch-1.0, joined where they are continued.
fn pipelines(markdown: &str) -> Vec<String> {
    let (mut found, mut fenced, mut open) = (Vec::new(), false, None::<String>);
    for line in markdown.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
            open = None;
            continue;
        }
        if !fenced {
            continue;
        }
        let mut command = match open.take() {
            Some(begun) => begun + " " + line.trim(),
            None if line.contains("gst-launch-1.0") => line.trim().to_owned(),
            None => continue,
        };
        if command.ends_with('\\') {
            command.pop();
            open = Some(command);
        } else {
            found.push(command);
        }
    }
    found
}

/// The arguments that gst-launch-1.0 takes for the pipeline: what stands before them are the shell's variables,
/// the name of the program and its options.
fn description(command: &str) -> Vec<String> {
    let words = glib::shell_parse_argv(command)
        .unwrap_or_else(|error| panic!("a shell would refuse {command}: {error}"));
    words
        .into_iter()
        .map(|word| word.into_string().expect("the README is UTF-8"))
        .skip_while(|word| word != "gst-launch-1.0")
        .skip(1)
        .skip_while(|word| word.starts_with('-'))
        .collect()
}

fn parse(command: &str) -> Result<gst::Element, String> {
    let words = description(command);
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    let mut context = gst::ParseContext::new();
    let flags = gst::ParseFlags::FATAL_ERRORS;
    gst::parse::launchv_full(&words, Some(&mut context), flags).map_err(|error| {
        let missing = context.missing_elements();
        if missing.is_empty() {
            format!("{error}\n  in {command}")
        } else {
            format!(
                "these elements are not installed: {}\n  for {command}",
                missing.join(", ")
            )
        }
    })
}

fn init() {
    gst::init().expect("GStreamer is installed");
    gstmediastream::plugin_register_static().expect("the plugin registers");
}

#[test]
fn every_pipeline_of_the_readme_parses() {
    init();
    let commands = pipelines(include_str!("../README.md"));
    assert!(
        commands.len() >= 5,
        "only {} pipelines found",
        commands.len()
    );
    every_one_parses(&commands);
}

#[test]
fn every_pipeline_of_the_elements_parses() {
    init();
    for source in [
        include_str!("../src/elements/track_src/mod.rs"),
        include_str!("../src/elements/user_media_src/mod.rs"),
    ] {
        let commands = pipelines(&comments(source));
        assert!(commands.len() >= 2, "only {commands:?} found");
        every_one_parses(&commands);
    }
}

fn every_one_parses(commands: &[String]) {
    let failures: Vec<_> = commands
        .iter()
        .filter_map(|command| parse(command).err())
        .collect();
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

/// What compiles is what is printed; the stage `languages` of scripts/test runs it in the other languages.
#[test]
fn the_program_in_rust_is_an_example() {
    let program = include_str!("../examples/settings.rs");
    let block = format!("```rust\n{program}```\n");
    assert!(include_str!("../README.md").contains(&block));
}

#[test]
fn fenced_commands_are_found_and_joined() {
    let markdown = "gst-launch-1.0 prose\n```sh\n# first\ngst-launch-1.0 -m a ! \\\n  b\nls\nGST_DEBUG=3 gst-launch-1.0 c\n```\n";
    let expected = ["gst-launch-1.0 -m a !  b", "GST_DEBUG=3 gst-launch-1.0 c"];
    assert_eq!(pipelines(markdown), expected);
}

#[test]
fn the_shells_part_of_a_command_is_left_out() {
    let command = r#"GST_DEBUG=3 gst-launch-1.0 -m -e fakesrc name='a b' ! "video/x-raw, width=1""#;
    let expected = ["fakesrc", "name=a b", "!", "video/x-raw, width=1"];
    assert_eq!(description(command), expected);
}

#[test]
fn what_cannot_be_pasted_is_reported() {
    init();
    let missing =
        parse("gst-launch-1.0 fakesrc ! nosuchelement ! fakesink").expect_err("unknown element");
    assert!(
        missing.contains("not installed: nosuchelement"),
        "{missing}"
    );
    let property =
        parse("gst-launch-1.0 fakesrc colour=red ! fakesink").expect_err("unknown property");
    assert!(property.contains("colour"), "{property}");
    parse("gst-launch-1.0 -e fakesrc num-buffers=1 ! fakesink").expect("a pipeline that is right");
}
