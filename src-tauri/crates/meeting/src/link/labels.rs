//! What invitations say in words: meeting ID and passcode in many languages, telephone numbers, mail headers.

use super::TeamsMeeting;
use super::mail;
use super::read::id;
use super::verdict::DialIn;

/// How languages call the meeting ID, lower case, one a line.
const MEETING_ID: &str = include_str!("labels/meeting-id.txt");
/// How languages call the passcode, lower case, one a line.
const PASSCODE: &str = include_str!("labels/passcode.txt");
/// Mail headers that name the meeting.
pub const SUBJECT: [&str; 10] = [
    "subject",
    "betreff",
    "objet",
    "asunto",
    "oggetto",
    "onderwerp",
    "assunto",
    "temat",
    "тема",
    "件名",
];
/// Mail headers that name whoever invites.
pub const FROM: [&str; 10] = [
    "organizer",
    "organiser",
    "organisator",
    "организатор",
    "from",
    "von",
    "от",
    "da",
    "van",
    "od",
];

/// Characters of a label that are looked at before a number.
const BEFORE: usize = 48;
/// Characters behind a number within which its passcode is looked for.
const BEHIND: usize = 160;
/// Headers stand at the top of a mail.
const HEADER_LINES: usize = 60;

/// The meeting ID that a text names, with its passcode if it does.
pub fn meeting_id(text: &str) -> Option<TeamsMeeting> {
    if let Some(bare) = bare(text.trim()) {
        return Some(bare);
    }
    let chars: Vec<char> = text.chars().collect();
    let mentions_teams = text.to_ascii_lowercase().contains("teams");
    let mut unnamed = None;
    let mut at = 0;
    while at < chars.len() {
        let Some(number) = number(&chars, at) else {
            at += 1;
            continue;
        };
        at = number.end;
        if !(9..=16).contains(&number.digits.len()) {
            continue;
        }
        let behind = lower(&chars[number.end..chars.len().min(number.end + BEHIND)]);
        if behind.first() == Some(&'#') {
            continue;
        }
        let passcode =
            || label(&behind, PASSCODE).and_then(|end| token(&chars[number.end + end..]));
        if is_named(&chars[..number.start], MEETING_ID) {
            return Some(id(number.digits.clone(), passcode()));
        }
        // In a language that is not known here, an invitation still is two lines, each with a colon.
        if mentions_teams && unnamed.is_none() && number.digits.len() >= 11 {
            let is_labelled = chars[..number.start]
                .iter()
                .rev()
                .find(|c| **c != ' ')
                .is_some_and(|c| matches!(c, ':' | '：'));
            unnamed = next_value(&chars[number.end..])
                .filter(|_| is_labelled)
                .map(|passcode| id(number.digits, Some(passcode)));
        }
    }
    unnamed
}

/// The passcode that a text names, wherever it stands.
pub fn passcode(text: &str) -> Option<String> {
    let chars: Vec<char> = text.chars().collect();
    let behind = label(&lower(&chars), PASSCODE)?;
    // "Change your password here" names none.
    let has_colon = chars[behind..]
        .iter()
        .take_while(|c| is_filler(**c))
        .any(|c| matches!(c, ':' | '：'));
    token(&chars[behind..]).filter(|_| has_colon)
}

/// Nothing but the number, or the number and the passcode.
fn bare(text: &str) -> Option<TeamsMeeting> {
    if text.len() > 64 {
        return None;
    }
    let chars: Vec<char> = text.chars().collect();
    let number = number(&chars, 0).filter(|number| (12..=13).contains(&number.digits.len()))?;
    let rest: String = chars[number.end..].iter().collect();
    let rest = rest.trim();
    if rest.is_empty() {
        return Some(id(number.digits, None));
    }
    if looks_random(rest) && chars[number.end].is_whitespace() {
        return Some(id(number.digits, Some(rest.to_owned())));
    }
    let behind = &chars[number.end..];
    let passcode = token(&behind[label(&lower(behind), PASSCODE)?..])?;
    Some(id(number.digits, Some(passcode)))
}

struct Number {
    start: usize,
    end: usize,
    digits: String,
}

/// Digits in groups, if they start at `at`.
fn number(chars: &[char], at: usize) -> Option<Number> {
    let before = at.checked_sub(1).map(|before| chars[before]);
    if !chars.get(at)?.is_ascii_digit() || before.is_some_and(|c| c.is_alphanumeric() || c == '+') {
        return None;
    }
    let mut digits = String::new();
    let mut end = at;
    while let Some(c) = chars.get(end) {
        if c.is_ascii_digit() && digits.len() < 32 {
            digits.push(*c);
        } else {
            let is_between = matches!(c, ' ' | '\u{A0}' | '\u{202F}' | '\u{2009}' | '-')
                && chars.get(end + 1).is_some_and(char::is_ascii_digit);
            if !is_between {
                break;
            }
        }
        end += 1;
    }
    Some(Number {
        start: at,
        end,
        digits,
    })
}

fn lower(chars: &[char]) -> Vec<char> {
    chars
        .iter()
        .map(|c| c.to_lowercase().next().unwrap_or(*c))
        .collect()
}

fn is_filler(c: char) -> bool {
    c.is_whitespace() || ":：.#()*\"'=–-".contains(c)
}

/// Whether one of the labels stands right before the end.
fn is_named(before: &[char], labels: &str) -> bool {
    let window = lower(&before[before.len().saturating_sub(BEFORE)..]);
    let window: String = window.into_iter().collect();
    let window = window.trim_end_matches(is_filler);
    labels.lines().any(|label| window.ends_with(label))
}

/// Where the first of the labels ends; of several there, the longest.
fn label(text: &[char], labels: &str) -> Option<usize> {
    let text: String = text.iter().collect();
    let (start, length) = labels
        .lines()
        .filter_map(|label| Some((text.find(label)?, label.len())))
        .min_by_key(|(start, length)| (*start, std::cmp::Reverse(*length)))?;
    Some(text[..start + length].chars().count())
}

/// The word behind a label; on the next line only if it looks like no ordinary word.
fn token(text: &[char]) -> Option<String> {
    let skipped = text.iter().take_while(|c| is_filler(**c)).count();
    let breaks = text[..skipped].iter().filter(|c| **c == '\n').count();
    let word: String = text[skipped..]
        .iter()
        .take(65)
        .take_while(|c| c.is_ascii_alphanumeric())
        .collect();
    // "Passcode: Meeting ID: 241…" leaves the passcode out.
    let ahead: String = lower(&text[skipped..text.len().min(skipped + BEFORE)])
        .into_iter()
        .collect();
    let is_label = MEETING_ID.lines().any(|label| ahead.starts_with(label));
    let fits = (1..=64).contains(&word.len()) && breaks <= 2 && !is_label;
    (fits && (breaks == 0 || looks_random(&word))).then_some(word)
}

fn looks_random(word: &str) -> bool {
    (4..=16).contains(&word.len())
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && word.bytes().skip(1).any(|byte| !byte.is_ascii_lowercase())
        && word.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// What stands behind the next colon, near by.
fn next_value(text: &[char]) -> Option<String> {
    if !text.first()?.is_whitespace() {
        return None;
    }
    let colon = text.iter().take(80).position(|c| matches!(c, ':' | '：'))?;
    token(&text[colon + 1..]).filter(|word| looks_random(word))
}

/// The first telephone number, with the conference's ID.
pub fn dial_in(text: &str) -> Option<DialIn> {
    text.lines().find_map(|line| {
        let (_, rest) = line.split_once('+')?;
        let end = rest
            .find(|c: char| !c.is_ascii_digit() && !" -().\u{A0}".contains(c))
            .unwrap_or(rest.len());
        let (number, behind) = rest.split_at(end);
        let count = number.bytes().filter(u8::is_ascii_digit).count();
        if !(8..=15).contains(&count) || !number.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let keyed: String = behind
            .chars()
            .take_while(|c| c.is_ascii_digit() || matches!(c, ',' | ' '))
            .filter(char::is_ascii_digit)
            .take(16)
            .collect();
        Some(DialIn {
            number: format!(
                "+{}",
                number.trim_end_matches(|c: char| !c.is_ascii_digit())
            ),
            conference_id: Some(keyed)
                .filter(|keyed| !keyed.is_empty())
                .or_else(|| conference_id(text)),
        })
    })
}

fn conference_id(text: &str) -> Option<String> {
    let chars: Vec<char> = text.chars().collect();
    let mut at = 0;
    while at < chars.len() {
        match number(&chars, at) {
            Some(number) if chars.get(number.end) == Some(&'#') && number.digits.len() >= 6 => {
                return Some(number.digits);
            }
            Some(number) => at = number.end,
            None => at += 1,
        }
    }
    None
}

/// The value of the first of these headers at the top of a mail.
pub fn header(text: &str, names: &[&str]) -> Option<String> {
    text.lines().take(HEADER_LINES).find_map(|line| {
        let (name, value) = line.split_once([':', '：'])?;
        let name = name.trim().trim_matches('*').to_lowercase();
        names
            .contains(&name.as_str())
            .then(|| mail::decode_words(value.trim().trim_matches('*')))
            .filter(|value| !value.trim().is_empty())
    })
}
