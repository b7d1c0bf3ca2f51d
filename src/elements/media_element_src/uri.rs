//! What is to be played, as text.

/// Whether it has a scheme: what GStreamer looks for a source by.
pub(super) fn is_uri(text: &str) -> bool {
    let Some((scheme, _)) = text.split_once(':') else {
        return false;
    };
    let is_known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(is_known)
}

/// A URI as it is printed: without a password.
pub(super) fn printed(uri: &str) -> String {
    let Some((scheme, rest)) = uri.split_once("://") else {
        return uri.to_owned();
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest.get(..end).and_then(|host| host.rfind('@')) {
        Some(at) => format!("{scheme}://{}", rest.get(at + 1..).unwrap_or_default()),
        None => uri.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_no_uris() {
        for uri in ["file:///a", "http://h/", "data:,", "x+y-1.2:z"] {
            assert!(is_uri(uri), "{uri}");
        }
        for text in ["", "/tmp/a.mkv", "a.mkv", "a b:c", ":a", "1a:b"] {
            assert!(!is_uri(text), "{text}");
        }
    }

    #[test]
    fn passwords_are_not_printed() {
        assert_eq!(printed("http://me:secret@host/a@b"), "http://host/a@b");
        assert_eq!(printed("http://host/a@b"), "http://host/a@b");
        assert_eq!(printed("file:///a@b"), "file:///a@b");
        assert_eq!(printed("nonsense"), "nonsense");
        assert_eq!(printed("x://p@"), "x://");
    }
}
