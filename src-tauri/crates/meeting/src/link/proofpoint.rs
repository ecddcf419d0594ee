//! Proofpoint's URL Defense: three generations of rewritten links.

use url::Url;

use super::encoding::{base64_decode, html_unescape, percent_decode, query_value};

/// The link inside, if `url` is one of Proofpoint's.
pub fn unwrap(url: &Url, host: &str) -> Option<String> {
    if !matches!(
        host,
        "urldefense.proofpoint.com" | "urldefense.com" | "urldefense.us"
    ) {
        return None;
    }
    let query = url.query().unwrap_or_default();
    if url.path().starts_with("/v1/") {
        return Some(html_unescape(&query_value(query, "u")?));
    }
    if url.path().starts_with("/v2/") {
        let written: String = query_value(query, "u")?
            .chars()
            .map(|c| match c {
                '-' => '%',
                '_' => '/',
                c => c,
            })
            .collect();
        return Some(html_unescape(&percent_decode(&written)?));
    }
    third(url.as_str())
}

/// `…/v3/__LINK__;REPLACED!!…$`: what was replaced by `*` in the link stands behind it in base64.
fn third(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("/v3/__")?;
    let (link, rest) = rest.rsplit_once("__;").unwrap_or((rest, ""));
    let replaced = rest.split('!').next().unwrap_or_default();
    let replaced = String::from_utf8(base64_decode(replaced)).ok()?;
    let mut replaced = replaced.chars();
    let mut whole = String::with_capacity(link.len());
    let mut chars = link.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '*' {
            whole.push(c);
        } else if chars.next_if_eq(&'*').is_some() {
            let length = run_length(chars.next()?)?;
            whole.extend(replaced.by_ref().take(length));
        } else {
            // Without a list nothing was replaced, and the star is its own.
            whole.push(replaced.next().unwrap_or('*'));
        }
    }
    Some(with_both_slashes(&whole))
}

/// Runs of replaced characters are counted by a letter, from two on.
fn run_length(c: char) -> Option<usize> {
    const LENGTHS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    LENGTHS.find(c).map(|index| index + 2)
}

/// Some servers on the way merge `//` into `/`.
fn with_both_slashes(link: &str) -> String {
    match link.split_once(":/") {
        Some((scheme, rest)) if !rest.starts_with('/') && !scheme.contains('/') => {
            format!("{scheme}://{rest}")
        }
        _ => link.to_owned(),
    }
}
