//! Addresses that are opened outside of the app, by whatever the system has for them.

use url::Url;

/// A longer address is a trick.
const MAX_BYTES: usize = 8 * 1024;
const SCHEMES: [&str; 3] = ["https", "http", "mailto"];

/// The address as it is opened, if it is of a kind that starts nothing but a browser or a mail program.
pub fn address(text: &str) -> Option<Url> {
    if text.len() > MAX_BYTES {
        return None;
    }
    Url::parse(text)
        .ok()
        .filter(|url| SCHEMES.contains(&url.scheme()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_and_mails_are_opened_and_nothing_else() {
        for (text, opened) in [
            ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
            ("http://example.org", "http://example.org/"),
            ("mailto:ada@example.org", "mailto:ada@example.org"),
            // What a command line could take amiss is escaped.
            (
                "https://example.org/\" --evil",
                "https://example.org/%22%20--evil",
            ),
        ] {
            assert_eq!(address(text).as_ref().map(Url::as_str), Some(opened));
        }
        let long = format!("https://example.org/{}", "x".repeat(MAX_BYTES));
        for text in [
            "file:///etc/passwd",
            "javascript:alert(1)",
            "ms-msdt:/id",
            "foyer://join?i=1",
            "smb://host/share",
            "/usr/bin/xcalc",
            "--help",
            "",
            &long,
        ] {
            assert_eq!(address(text), None, "{text:.40}");
        }
    }
}
