//! What drivers and other programs say, made fit to be shown.

/// In characters: more than anybody reads, and than any real device has.
const LONGEST: usize = 256;

/// The name of a device for people: one line of at most 256 characters, none of which drives a terminal.
pub fn label(text: &str) -> String {
    // Nothing behind this can come into the label: a megabyte costs nothing.
    let start: String = text.trim_start().chars().take(4 * LONGEST).collect();
    let label: String = plain(&start).trim().chars().take(LONGEST).collect();
    label.trim_end().to_owned()
}

/// The text with a space for every run of characters that do something instead of being seen: ends of lines, escape
/// sequences, and the marks that show what follows in another order.
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut within = false;
    for character in text.chars() {
        match (acts(character), within) {
            (true, false) => plain.push(' '),
            (true, true) => {}
            (false, _) => plain.push(character),
        }
        within = acts(character);
    }
    plain
}

fn acts(character: char) -> bool {
    // Unicode's line and paragraph separators; embeddings, overrides and isolates of its bidirectional algorithm.
    let separates = matches!(character, '\u{2028}' | '\u{2029}');
    let turns = matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    character.is_control() || separates || turns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_any_script_stay_as_they_are() {
        for name in [
            "HD Pro Webcam C920",
            "Caméra \"1\"\\",
            "カメラ",
            "מצלמה\u{200f} 1",
            "📷👩\u{200d}💻",
            "",
        ] {
            assert_eq!(label(name), name);
        }
    }

    #[test]
    fn nothing_drives_a_terminal() {
        for (told, shown) in [
            ("a\u{1b}[2Jb", "a [2Jb"),
            ("\u{7}bell\u{7}", "bell"),
            ("c1\u{9b}31m", "c1 31m"),
            ("one\r\ntwo\tthree\u{2028}four\u{7f}", "one two three four"),
            ("evil\u{202e}gpj.exe\u{202c}", "evil gpj.exe"),
            ("a\u{2066}\u{2067}\u{0}b", "a b"),
            ("\u{1b}\u{1b}", ""),
        ] {
            assert_eq!(label(told), shown, "{told:?}");
        }
    }

    #[test]
    fn a_megabyte_is_one_line() {
        assert_eq!(label(&"é".repeat(500_000)), "é".repeat(LONGEST));
        assert_eq!(label(&"\n".repeat(1_000_000)), "");
        let spaced = format!("{}{}", "a ".repeat(127), " ".repeat(1_000_000));
        assert_eq!(label(&spaced), "a ".repeat(127).trim_end());
    }
}
