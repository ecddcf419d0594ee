//! HTML as text, for looking through. Not for showing: nothing here makes a page safe.

use super::encoding::html_unescape;

/// Whether a text is a page or a part of one.
pub fn is_html(text: &str) -> bool {
    const TAGS: [&str; 9] = [
        "<a ", "<p", "<div", "<span", "<br", "<td", "<html", "<body", "<table",
    ];
    let lower = text.to_ascii_lowercase();
    TAGS.iter().any(|tag| lower.contains(tag))
}

/// The words of a page: tags are gone, those that end a line end it, entities are read.
pub fn to_text(page: &str) -> String {
    let mut text = String::with_capacity(page.len() / 2);
    let mut rest = page;
    while let Some(start) = rest.find('<') {
        text.push_str(&rest[..start]);
        rest = &rest[start..];
        let name: String = rest[1..]
            .chars()
            .take(12)
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '!' | '-'))
            .flat_map(char::to_lowercase)
            .collect();
        let (closing, name) = match name.strip_prefix('/') {
            Some(name) => (true, name),
            None => (false, name.as_str()),
        };
        let end = match name {
            _ if name.starts_with("!--") => "-->",
            "style" if !closing => "</style",
            "script" if !closing => "</script",
            "" => {
                // No tag: `<` of a text.
                text.push('<');
                rest = &rest[1..];
                continue;
            }
            _ => ">",
        };
        if matches!(
            name.trim_end_matches('/'),
            "br" | "p" | "div" | "tr" | "td" | "th" | "li" | "table" | "h1" | "h2" | "h3" | "hr"
        ) {
            text.push('\n');
        }
        rest = match find_ignoring_case(rest, end) {
            Some(at) => &rest[at + end.len()..],
            None => "",
        };
    }
    text.push_str(rest);
    html_unescape(&text)
}

fn find_ignoring_case(text: &str, word: &str) -> Option<usize> {
    if word == ">" {
        return text.find('>');
    }
    text.as_bytes()
        .windows(word.len())
        .position(|window| window.eq_ignore_ascii_case(word.as_bytes()))
}
