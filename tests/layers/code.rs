//! Just enough of Rust's lexer to tell code from comments and literals, and words from signs.

/// A word, or one of the signs that the rules need.
pub struct Token<'a> {
    pub text: &'a str,
    pub line: usize,
}

/// Blanks comments, strings and character literals out and leaves the lines where they were.
pub fn code_only(source: &str) -> String {
    let bytes = source.as_bytes();
    let mut code = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let end = literal_or_comment(bytes, at);
        for byte in &mut code[at..end] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
        at = end.max(at + 1);
    }
    String::from_utf8_lossy(&code).into_owned()
}

/// Where the literal or comment that begins at `at` ends; `at` itself when none begins there.
fn literal_or_comment(bytes: &[u8], at: usize) -> usize {
    let rest = &bytes[at..];
    let word_before = at > 0 && is_word(bytes[at - 1]);
    if rest.starts_with(b"//") {
        at + rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len())
    } else if rest.starts_with(b"/*") {
        at + block_comment(rest)
    } else if rest[0] == b'"' {
        at + quoted(rest)
    } else if rest[0] == b'r' && !word_before {
        at + raw_string(rest)
    } else if rest[0] == b'\'' {
        at + character(rest)
    } else {
        at
    }
}

fn block_comment(rest: &[u8]) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        if rest[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                break;
            }
        } else {
            at += 1;
        }
    }
    at
}

fn quoted(rest: &[u8]) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != b'"' {
        at += if rest[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(rest.len())
}

fn raw_string(rest: &[u8]) -> usize {
    let hashes = rest[1..].iter().take_while(|b| **b == b'#').count();
    if rest.get(1 + hashes) != Some(&b'"') {
        return 0;
    }
    let mut end = vec![b'"'];
    end.resize(1 + hashes, b'#');
    let body = &rest[hashes + 2..];
    let length = body.windows(end.len()).position(|w| w == end);
    length.map_or(rest.len(), |length| hashes + 2 + length + end.len())
}

/// A lifetime also begins with an apostrophe, and does not end with one.
fn character(rest: &[u8]) -> usize {
    if rest.get(1) == Some(&b'\\') {
        let end = rest.iter().skip(3).position(|b| *b == b'\'');
        return end.map_or(0, |end| end + 4);
    }
    // One character of up to four bytes.
    (2..=5)
        .find(|end| rest.get(*end) == Some(&b'\''))
        .map_or(0, |end| {
            let one = std::str::from_utf8(&rest[1..end]).is_ok_and(|s| s.chars().count() == 1);
            if one { end + 1 } else { 0 }
        })
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// What `code_only` left, in pieces.
pub fn tokens(code: &str) -> Vec<Token<'_>> {
    let bytes = code.as_bytes();
    let (mut tokens, mut at, mut line) = (Vec::new(), 0, 1);
    while at < bytes.len() {
        let begin = at;
        at += 1;
        if is_word(bytes[begin]) {
            while at < bytes.len() && is_word(bytes[at]) {
                at += 1;
            }
        } else if code[begin..].starts_with("::") {
            at += 1;
        } else if !b"{},.()!#[]".contains(&bytes[begin]) {
            line += usize::from(bytes[begin] == b'\n');
            continue;
        }
        let text = &code[begin..at];
        tokens.push(Token { text, line });
    }
    tokens
}
