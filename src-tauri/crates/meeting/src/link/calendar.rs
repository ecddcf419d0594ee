//! Calendar files: the first event that can be joined, with its time, subject and organiser.

use super::verdict::one_line;
use super::zone::{self, Zones};
use super::{About, Verdict, read};

/// Most events of a file that are looked at.
const MAX_EVENTS: usize = 64;
/// Where an event may carry its link, the most reliable first.
const PLACES: [&str; 9] = [
    "X-MICROSOFT-SKYPETEAMSMEETINGURL",
    "X-MICROSOFT-ONLINEMEETINGEXTERNALLINK",
    "X-MICROSOFT-ONLINEMEETINGCONFLINK",
    "X-GOOGLE-CONFERENCE",
    "CONFERENCE",
    "URL",
    "LOCATION",
    "DESCRIPTION",
    "X-ALT-DESC",
];

/// The verdict on a calendar file; `None` if the text is none.
pub fn examine(text: &str) -> Option<Verdict> {
    let start = find_ignoring_case(text, "BEGIN:VCALENDAR")?;
    let lines = unfold(&text[start..]);
    let zones = Zones::read(&lines);
    let mut best: Option<Verdict> = None;
    for event in events(&lines) {
        let verdict = judge(event, &zones);
        if matches!(verdict, Verdict::Join(_)) {
            return Some(verdict);
        }
        best = Some(match best {
            Some(best) => best.or(verdict),
            None => verdict,
        });
    }
    best
}

fn find_ignoring_case(text: &str, word: &str) -> Option<usize> {
    text.as_bytes()
        .windows(word.len())
        .position(|window| window.eq_ignore_ascii_case(word.as_bytes()))
}

/// One property: upper-case name, parameters as written, value still escaped.
pub struct Line {
    /// Such as `DTSTART`.
    pub name: String,
    parameters: String,
    /// As it stands in the file.
    pub value: String,
}

impl Line {
    fn read(line: &str) -> Option<Self> {
        let mut quoted = false;
        let colon = line.char_indices().find_map(|(at, c)| {
            quoted ^= c == '"';
            (c == ':' && !quoted).then_some(at)
        })?;
        let (head, value) = (&line[..colon], &line[colon + 1..]);
        let (name, parameters) = head.split_once(';').unwrap_or((head, ""));
        Some(Self {
            name: name.trim().to_ascii_uppercase(),
            parameters: parameters.to_owned(),
            value: value.to_owned(),
        })
    }

    /// The value of a parameter, without its quotes.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let mut quoted = false;
        self.parameters
            .split(move |c| {
                quoted ^= c == '"';
                c == ';' && !quoted
            })
            .find_map(|parameter| {
                let (key, value) = parameter.split_once('=')?;
                key.trim()
                    .eq_ignore_ascii_case(name)
                    .then(|| value.trim().trim_matches('"'))
            })
    }

    fn is(&self, name: &str, value: &str) -> bool {
        self.name == name && self.value.trim().eq_ignore_ascii_case(value)
    }
}

/// Lines that go on start with a blank.
fn unfold(text: &str) -> Vec<Line> {
    let mut whole: Vec<String> = Vec::new();
    for line in text.lines() {
        match (line.strip_prefix([' ', '\t']), whole.last_mut()) {
            (Some(more), Some(last)) => last.push_str(more),
            _ => whole.push(line.to_owned()),
        }
    }
    whole.iter().filter_map(|line| Line::read(line)).collect()
}

fn events(lines: &[Line]) -> impl Iterator<Item = &[Line]> {
    lines
        .split(|line| line.is("BEGIN", "VEVENT"))
        .skip(1)
        .take(MAX_EVENTS)
        .map(|rest| {
            let end = rest.iter().position(|line| line.is("END", "VEVENT"));
            &rest[..end.unwrap_or(rest.len())]
        })
}

fn judge(event: &[Line], zones: &Zones) -> Verdict {
    let of = |name: &'static str| event.iter().filter(move |line| line.name == name);
    let text = PLACES
        .iter()
        .flat_map(|place| of(place))
        .map(|line| unescape(&line.value))
        .collect::<Vec<_>>()
        .join("\n");
    let mut verdict = read::read(&text);
    let mut about = About {
        subject: of("SUMMARY").find_map(|line| one_line(&unescape(&line.value))),
        starts_at: of("DTSTART").find_map(|line| zone::starts_at(line, zones)),
        organizer: of("ORGANIZER").find_map(organizer),
        dial_in: None,
    };
    let known = verdict.about_mut();
    about.fill_from(std::mem::take(known));
    *known = about;
    verdict
}

fn organizer(line: &Line) -> Option<String> {
    let name = line.parameter("CN").and_then(one_line);
    let address = line
        .value
        .get(..7)
        .filter(|scheme| scheme.eq_ignore_ascii_case("mailto:"))
        .map(|_| &line.value[7..]);
    name.or_else(|| one_line(address?))
}

fn unescape(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n' | 'N') => text.push('\n'),
                Some(c) => text.push(c),
                None => text.push('\\'),
            },
            c => text.push(c),
        }
    }
    text
}
