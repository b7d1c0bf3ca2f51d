//! Caps that somebody wrote, read by GStreamer's own parser, which a text can keep busy for years.
//!
//! What stands behind a `[` it tries as one type after the other, caps and structures with values of their own among
//! them: each `[` within another doubles the time. Each `{` within another takes of the stack. Ranges and lists are two
//! deep, and nothing that is meant goes much further. Behind a backslash brackets can hide, and no caps need one.

use std::str::FromStr;

use gst::glib;

/// How many brackets may be open at once.
const DEEPEST: usize = 8;

/// Reads caps.
///
/// # Errors
///
/// It is no text of caps, there is a backslash in it, or brackets are open in eight others.
pub fn caps(text: &str) -> Result<gst::Caps, glib::BoolError> {
    let depth = text.chars().scan(0_usize, |open, sign| {
        match sign {
            '[' | '{' | '<' => *open += 1,
            ']' | '}' | '>' => *open = open.saturating_sub(1),
            _ => (),
        }
        Some(*open)
    });
    if depth.max() > Some(DEEPEST) {
        return Err(glib::bool_error!(
            "brackets are open {DEEPEST} deep and deeper, where ranges in lists need two: close them"
        ));
    }
    if text.contains('\\') {
        return Err(glib::bool_error!(
            "there is a backslash in them: write what it stands for"
        ));
    }
    gst::Caps::from_str(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_and_lists_are_read_as_ever() {
        gst::init().unwrap();
        let text =
            "video/x-raw, width={ [ 1, 8 ], 20 }, height=[ 1, 8 ]; audio/x-raw, rate=[ 1, 8 ]";
        assert_eq!(
            caps(text).unwrap().structure(1).unwrap().name(),
            "audio/x-raw"
        );
        assert!(caps("video/x-raw, width=[").is_err());
    }

    #[test]
    fn what_would_keep_the_parser_busy_is_refused() {
        gst::init().unwrap();
        for (text, why) in [
            ("audio/x-raw,rate=[".repeat(100), "brackets"),
            (format!("a/b,v={}", "{".repeat(60_000)), "brackets"),
            (format!("a/b,v={}", "<".repeat(60_000)), "brackets"),
            (
                format!(r#"a/b,v=(GstCaps)"{}""#, r"a/b\,v\=\133".repeat(60)),
                "backslash",
            ),
        ] {
            let error = caps(&text).unwrap_err();
            assert!(error.message.contains(why), "{error}");
        }
    }
}
