//! Whose host a link leads to.

use url::Url;

/// Whose host it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Site {
    /// Exactly a host of a Teams cloud, and written as such.
    Teams(Cloud),
    /// A part of Teams where webinars and town halls are.
    TeamsEvents,
    /// Another host of Teams itself.
    TeamsPart,
    /// Poses as Teams or as a mail filter.
    LookAlike,
    /// Somebody else.
    Other,
}

/// The clouds that Teams runs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cloud {
    /// The worldwide one; also GCC, which cannot be told from the link.
    Public,
    /// Private people's.
    Personal,
    /// US authorities.
    GccHigh,
    /// US Department of Defense.
    Dod,
    /// 21Vianet.
    China,
}

/// Compared whole: `teams.microsoft.com.example.org` is somebody else.
const TEAMS_HOSTS: [(&str, Cloud); 7] = [
    ("teams.microsoft.com", Cloud::Public),
    ("teams.cloud.microsoft", Cloud::Public),
    ("teams.live.com", Cloud::Personal),
    ("gov.teams.microsoft.us", Cloud::GccHigh),
    ("teams.microsoft.us", Cloud::GccHigh),
    ("dod.teams.microsoft.us", Cloud::Dod),
    ("teams.microsoftonline.cn", Cloud::China),
];

/// Microsoft's own; a host below one of these imitates nobody.
const GENUINE: [&str; 9] = [
    "microsoft.com",
    "cloud.microsoft",
    "live.com",
    "microsoft.us",
    "microsoftonline.cn",
    "microsoftonline.com",
    "office.com",
    "office.net",
    "outlook.com",
];

/// Names that a look-alike runs together or apart.
const IMITATED: [&str; 5] = [
    "teamsmicrosoft",
    "microsoftteams",
    "teamslive",
    "teamscloudmicrosoft",
    "safelinksprotectionoutlook",
];

/// Whose host `url` leads to; `written` is the text it was parsed from.
pub fn of(url: &Url, written: &str) -> Site {
    let host = url.host_str().unwrap_or_default();
    let honest = is_written_as_meant(url, written) && url.port().is_none();
    if let Some((_, cloud)) = TEAMS_HOSTS.iter().find(|(name, _)| *name == host) {
        return if honest {
            Site::Teams(*cloud)
        } else {
            Site::LookAlike
        };
    }
    if GENUINE.iter().any(|domain| is_below(host, domain)) && honest {
        return match host {
            "events.teams.microsoft.com" | "events.teams.cloud.microsoft" => Site::TeamsEvents,
            _ if TEAMS_HOSTS.iter().any(|(name, _)| is_below(host, name)) => Site::TeamsPart,
            _ => Site::Other,
        };
    }
    // What poses may stand before the host as a user, or in letters that only look like those of Teams.
    let shown = [host, &unicode(host), authority(written)];
    if shown.into_iter().any(poses_as_teams) {
        Site::LookAlike
    } else {
        Site::Other
    }
}

/// True for `domain` itself and what is below it.
pub fn is_below(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// False for hosts that only become what they are by normalisation (`0x7f.1`, full-width letters, `%2E`, a dot at
/// the end) and for those with a user before them.
pub fn is_written_as_meant(url: &Url, written: &str) -> bool {
    let written = authority(written);
    let host = url.host_str().unwrap_or_default();
    let Some(start) = written.get(..host.len()) else {
        return false;
    };
    let port = written.get(host.len()..).unwrap_or_default();
    start.eq_ignore_ascii_case(host)
        && (port.is_empty()
            || port
                .strip_prefix(':')
                .is_some_and(|port| port.bytes().all(|byte| byte.is_ascii_digit())))
}

/// What stands between `//` and the path. A backslash belongs to it: no honest link has one there.
pub fn authority(written: &str) -> &str {
    let rest = written.split_once("//").map_or(written, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or(rest)
}

fn unicode(host: &str) -> String {
    idna::domain_to_unicode(host).0
}

/// Whether a host, or what stands in its place, is made to be taken for one of Teams.
pub fn poses_as_teams(shown: &str) -> bool {
    let shown = skeleton(shown);
    let run_together: String = shown
        .chars()
        .filter(|c| !matches!(c, '.' | '-' | '_'))
        .collect();
    if IMITATED.iter().any(|name| run_together.contains(name)) {
        return true;
    }
    let mut teams = false;
    let mut microsoft = false;
    for word in shown.split(|c: char| !c.is_alphanumeric()) {
        teams = teams || differs_by_at_most(word, "teams", 1);
        microsoft = microsoft || differs_by_at_most(word, "microsoft", 2);
    }
    teams && microsoft
}

/// The text as an eye sees it in a hurry.
fn skeleton(text: &str) -> String {
    let plain: String = text
        .chars()
        .flat_map(char::to_lowercase)
        .map(plain)
        .collect();
    plain.replace("rn", "m").replace("vv", "w")
}

fn plain(c: char) -> char {
    match c {
        '0' | 'о' | 'ο' | 'ö' | 'ó' | 'ò' | 'ô' | 'õ' | 'ø' | 'ơ' => 'o',
        '1' | 'і' | 'ι' | 'í' | 'ì' | 'î' | 'ï' | 'ı' | 'ɩ' => 'i',
        '3' | 'е' | 'ё' | 'ε' | 'é' | 'è' | 'ê' | 'ë' | 'ē' | 'ė' | 'ę' => 'e',
        '4' | 'а' | 'α' | 'á' | 'à' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ą' | 'ạ' => 'a',
        '5' | 'ѕ' | 'ś' | 'š' | 'ş' | 'ș' => 's',
        'т' | 'τ' | 'ť' | 'ţ' | 'ț' => 't',
        'м' | 'ṁ' | 'ṃ' => 'm',
        'с' | 'ç' | 'ć' | 'č' | 'ϲ' => 'c',
        'ŕ' | 'ř' | 'г' => 'r',
        'ƒ' | 'ḟ' => 'f',
        'ѵ' | 'ν' => 'v',
        'ӏ' | 'ł' => 'l',
        'ａ'..='ｚ' => char::from(b'a' + (c as u32 - 'ａ' as u32) as u8),
        '．' | '。' | '｡' | '․' => '.',
        _ => c,
    }
}

/// Levenshtein's distance, for words as short as these.
fn differs_by_at_most(word: &str, meant: &str, most: usize) -> bool {
    if word.len().abs_diff(meant.len()) > most || !word.is_ascii() {
        return false;
    }
    let mut row: Vec<usize> = (0..=meant.len()).collect();
    for (i, a) in word.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in meant.bytes().enumerate() {
            let changed = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[meant.len()] <= most
}
