//! Strings that come from programs in other languages, and from drivers.
//!
//! They may be no UTF-8 at all, which the bindings answer with a panic, and a panic behind a C function ends the
//! process. GStreamer's own serialisation, which escapes such bytes, is the way around.

use std::borrow::Cow;

use gst::glib;
use gst::prelude::*;

/// The same value, and if it is a string one that can be read without harm. For `set_property`.
pub fn readable(value: &glib::Value) -> Cow<'_, glib::Value> {
    match value.is::<String>() {
        true => Cow::Owned(read(value).to_value()),
        false => Cow::Borrowed(value),
    }
}

/// The string in a value, bytes that are no UTF-8 replaced. `None` for NULL, and for what is no string.
pub fn read(value: &glib::Value) -> Option<String> {
    if !value.is::<String>() {
        return None;
    }
    let serialized = value.serialize().ok()?;
    match &*String::from_utf8_lossy(serialized.as_bytes()) {
        "NULL" => None,
        text => Some(unescape(text)),
    }
}

/// Undoes what GStreamer does to strings: quotes around them, a backslash before signs, and `\ooo` for
/// bytes that are no ASCII.
fn unescape(text: &str) -> String {
    let inner = text.strip_prefix('"').and_then(|t| t.strip_suffix('"'));
    let Some(inner) = inner else {
        return text.to_owned();
    };
    let mut bytes = Vec::with_capacity(inner.len());
    let mut rest = inner.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        if *first != b'\\' {
            bytes.push(*first);
            continue;
        }
        if let [
            a @ b'0'..=b'3',
            b @ b'0'..=b'7',
            c @ b'0'..=b'7',
            after @ ..,
        ] = rest
        {
            bytes.push((a - b'0') << 6 | (b - b'0') << 3 | (c - b'0'));
            rest = after;
        } else if let [sign, after @ ..] = rest {
            bytes.push(*sign);
            rest = after;
        }
    }
    // No C string holds one, and none could be made of it again.
    bytes.retain(|byte| *byte != 0);
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_come_through_as_they_are() {
        gst::init().unwrap();
        for text in [
            "",
            "NULL",
            "\"NULL\"",
            "{\"width\": 1}",
            "Caméra \\ \"1\"",
            "a\nb\t",
            "日本",
        ] {
            assert_eq!(read(&text.to_value()).as_deref(), Some(text));
        }
        assert_eq!(read(&None::<String>.to_value()), None);
        assert_eq!(read(&7i32.to_value()), None);
    }

    #[test]
    fn bytes_that_are_no_text_are_replaced() {
        assert_eq!(unescape("\"a\\377b\""), "a\u{fffd}b");
        assert_eq!(unescape("\"\\"), "\"\\");
        assert_eq!(unescape("\"\\3\""), "3");
        assert_eq!(unescape("\"a\\000b\""), "ab");
    }
}
