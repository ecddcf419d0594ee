//! Where links start and end in a text.

use super::encoding::{html_unescape, percent_decode};

/// A link as it stands in a text.
pub struct Found {
    /// Cleaned of what a sentence or a page puts around it.
    pub link: String,
    /// Where the text goes on, if the link reaches to the end of its line: mail programs break long links.
    pub broken_at: Option<usize>,
}

const MARKERS: [&str; 9] = [
    "https://",
    "http://",
    "msteams:",
    "foyer:",
    "https%3a%2f%2f",
    "http%3a%2f%2f",
    "https:\\/\\/",
    // Browsers take these for slashes.
    "https:\\\\",
    "http:\\\\",
];
/// Longest context that is taken along although it stands there unencoded.
const MAX_CONTEXT: usize = 1_024;

/// Every link with a scheme, in order, then those without one: address bars show links like that.
pub fn links(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    let mut bare = Vec::new();
    let mut at = 0;
    let mut word = 0;
    while let Some(c) = text[at..].chars().next() {
        if is_boundary(c) {
            bare.extend(without_scheme(&text[word..at]));
            at += c.len_utf8();
            word = at;
        } else if has_marker(&text.as_bytes()[at..], at == word) {
            let end = end_of_link(text, at);
            found.push(Found {
                link: cleaned(&text[at..end]),
                broken_at: after_line_break(text, end),
            });
            at = end;
            word = end;
        } else {
            at += c.len_utf8();
        }
    }
    bare.extend(without_scheme(&text[word..]));
    found.extend(bare);
    found
}

/// The link with the next `lines` lines of the text behind it. `None` if they are none of a link.
pub fn joined(text: &str, found: &Found, lines: usize) -> Option<String> {
    let mut link = found.link.clone();
    let mut rest = &text[found.broken_at?..];
    for _ in 0..lines {
        let end = rest.find(['\r', '\n']).unwrap_or(rest.len());
        let (line, after) = rest.split_at(end);
        let line = line.trim();
        if line.is_empty() || line.len() > super::MAX_LINK || line.contains(char::is_whitespace) {
            return None;
        }
        let piece = line.split(is_boundary).next().unwrap_or_default();
        link.push_str(&html_unescape(piece));
        rest = after.trim_start_matches(['\r', '\n']);
    }
    Some(without_punctuation(&link).to_owned())
}

fn has_marker(bytes: &[u8], starts_word: bool) -> bool {
    // Most places start none; this is asked for every one of a text.
    if !matches!(bytes.first(), Some(b'h' | b'H' | b'm' | b'M' | b'f' | b'F')) {
        return false;
    }
    MARKERS.iter().any(|marker| {
        bytes
            .get(..marker.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(marker.as_bytes()))
            // Words may end in `…msteams:`, but nothing else ends in `https://`.
            && (starts_word || marker.starts_with("http"))
    })
}

fn is_boundary(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_whitespace()
            || c.is_ascii_control()
            || matches!(c, '<' | '>' | '"' | '`' | '|');
    }
    c.is_whitespace() || c.is_control() || "“”„«»‹›，；（）【】「」『』、".contains(c)
}

fn end_of_link(text: &str, start: usize) -> usize {
    let mut at = start;
    while let Some(c) = text[at..].chars().next() {
        if c == '{' && ends_with(&text[start..at], "context=") {
            let context = &text.as_bytes()[at..text.len().min(at + MAX_CONTEXT)];
            if let Some(length) = context.iter().position(|byte| *byte == b'}') {
                at += length + 1;
                continue;
            }
        }
        let starts_another =
            matches!(c, ',' | ';') && at > start && has_marker(&text.as_bytes()[at + 1..], true);
        if is_boundary(c) || starts_another {
            break;
        }
        at += c.len_utf8();
    }
    at
}

fn ends_with(text: &str, end: &str) -> bool {
    text.len()
        .checked_sub(end.len())
        .and_then(|start| text.get(start..))
        .is_some_and(|tail| tail.eq_ignore_ascii_case(end))
}

fn after_line_break(text: &str, end: usize) -> Option<usize> {
    let rest = &text[end..];
    let next = rest
        .strip_prefix("\r\n")
        .or_else(|| rest.strip_prefix('\n'))?;
    Some(text.len() - next.len())
}

/// A whole link may come encoded, or with its slashes escaped as in JSON.
fn cleaned(link: &str) -> String {
    let link = html_unescape(without_punctuation(link));
    if link.get(..8).is_some_and(|start| start.contains('%')) {
        return percent_decode(&link).unwrap_or(link);
    }
    if link.get(..8).is_some_and(|start| start.ends_with(":\\/")) {
        return link.replace("\\/", "/");
    }
    link
}

fn without_scheme(word: &str) -> Option<Found> {
    let lower = word.to_ascii_lowercase();
    let is_like_one = ["/meet/", "/l/meetup-join/"]
        .iter()
        .any(|path| lower.contains(path))
        || [
            "teams.microsoft.com/",
            "teams.live.com/",
            "teams.cloud.microsoft/",
        ]
        .iter()
        .any(|host| lower.starts_with(host));
    let bare = word.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '[');
    (is_like_one && !bare.is_empty()).then(|| Found {
        link: cleaned(&format!("http://{bare}")),
        broken_at: None,
    })
}

/// What a sentence puts behind a link does not belong to it.
fn without_punctuation(link: &str) -> &str {
    let opens = |c| link.contains(c);
    link.trim_end_matches(|c| match c {
        ')' => !opens('('),
        ']' => !opens('['),
        '}' => !opens('{'),
        c => ".,;:!?'*。".contains(c),
    })
}
