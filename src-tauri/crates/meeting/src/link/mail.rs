//! Mails as they travel: parts in base64 or quoted-printable, encoded words in headers.

use super::encoding::{base64_decode, quoted_printable_decode};
use super::verdict::one_line;
use super::{Verdict, calendar, labels, read};

/// Most parts of a mail that are looked into.
const MAX_PARTS: usize = 16;

/// The verdict on the encoded parts of a mail; `None` if there are none.
pub fn examine(text: &str) -> Option<Verdict> {
    let parts = parts(text);
    let best = parts
        .iter()
        .map(|part| calendar::examine(part).unwrap_or_else(|| read::read(part)))
        .reduce(Verdict::or)?;
    let mut best = best;
    let about = best.about_mut();
    let header = |names| labels::header(text, names).and_then(|value| one_line(&value));
    about.subject = about.subject.take().or_else(|| header(&labels::SUBJECT));
    Some(best)
}

fn parts(text: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut encoding = None;
    let mut body: Option<String> = None;
    for line in text.lines() {
        match &mut body {
            Some(collected) if line.starts_with("--") => {
                parts.extend(decoded(encoding.take(), collected));
                body = None;
            }
            Some(collected) => {
                collected.push_str(line);
                collected.push('\n');
            }
            None if line.is_empty() && encoding.is_some() => body = Some(String::new()),
            None => {
                let lower = line.to_ascii_lowercase();
                if let Some(value) = lower.strip_prefix("content-transfer-encoding:") {
                    encoding = Encoding::named(value.trim());
                }
            }
        }
        if parts.len() >= MAX_PARTS {
            return parts;
        }
    }
    parts.extend(decoded(encoding, &body.unwrap_or_default()));
    parts
}

#[derive(Clone, Copy)]
enum Encoding {
    Base64,
    QuotedPrintable,
}

impl Encoding {
    fn named(name: &str) -> Option<Self> {
        match name {
            "base64" => Some(Self::Base64),
            "quoted-printable" => Some(Self::QuotedPrintable),
            _ => None,
        }
    }
}

fn decoded(encoding: Option<Encoding>, body: &str) -> Option<String> {
    match encoding? {
        Encoding::Base64 => Some(String::from_utf8_lossy(&base64_decode(body)).into_owned()),
        Encoding::QuotedPrintable => Some(quoted_printable_decode(body)),
    }
}

/// `=?utf-8?B?…?=` and `=?utf-8?Q?…?=` in a header. Other character sets stay as they are.
pub fn decode_words(value: &str) -> String {
    let mut plain = String::new();
    let mut rest = value;
    while let Some((before, after)) = rest.split_once("=?") {
        let Some((word, behind)) = encoded_word(after) else {
            plain.push_str(before);
            plain.push_str("=?");
            rest = after;
            continue;
        };
        // Blanks between two encoded words are none of the text.
        if !before.trim().is_empty() || plain.is_empty() {
            plain.push_str(before);
        }
        plain.push_str(&word);
        rest = behind;
    }
    plain.push_str(rest);
    plain
}

fn encoded_word(text: &str) -> Option<(String, &str)> {
    let (charset, rest) = text.split_once('?')?;
    let (encoding, rest) = rest.split_once('?')?;
    let (word, rest) = rest.split_once("?=")?;
    if !charset.eq_ignore_ascii_case("utf-8") {
        return None;
    }
    let word = match encoding {
        "B" | "b" => String::from_utf8_lossy(&base64_decode(word)).into_owned(),
        "Q" | "q" => quoted_printable_decode(&word.replace('_', " ")),
        _ => return None,
    };
    Some((word, rest))
}
