//! The link doctor: what a pasted text links to, or precisely why it cannot be joined. Never fetches anything.

use std::net::{Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// Longest link, in bytes.
pub const MAX_LINK: usize = 2_048;
/// Longest text that is looked through, in bytes.
const MAX_TEXT: usize = 64 * 1024;
/// How often a link may be wrapped in another.
const MAX_WRAPS: u32 = 5;

/// Hosts of the Teams clouds. Compared whole: `teams.microsoft.com.example.org` is somebody else.
const TEAMS_HOSTS: [&str; 8] = [
    "teams.microsoft.com",
    "teams.cloud.microsoft",
    "teams.live.com",
    "gov.teams.microsoft.us",
    "dod.teams.microsoft.us",
    "teams.microsoft.us",
    "teams.microsoftonline.cn",
    "aka.ms",
];

/// The address of a practice meeting.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PracticeLink {
    /// Host as it stands in a URL (IPv6 in brackets): this machine or one on the local network.
    pub host: String,
    /// TCP port, never 0.
    pub port: u16,
    /// The meeting: 1 to 64 letters, digits, `-` and `_`.
    pub id: String,
}

impl PracticeLink {
    /// The cleaned link, safe to show and to share.
    pub fn url(&self) -> String {
        format!("http://{}:{}/meet/{}", self.host, self.port, self.id)
    }

    /// Where its signalling listens.
    pub fn socket_url(&self) -> String {
        format!("ws://{}:{}/meet/{}/ws", self.host, self.port, self.id)
    }
}

/// Why a pasted text cannot be joined, the most helpful reason last.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq, PartialOrd, Ord)]
pub enum LinkError {
    /// The text holds no link at all.
    #[error("no link in the text")]
    NothingFound,
    /// A link, but not to a meeting that Foyer knows how to join.
    #[error("the link leads to some other site")]
    OtherSite,
    /// Longer than [`MAX_LINK`].
    #[error("the link is longer than {MAX_LINK} bytes")]
    TooLong,
    /// A Teams link; joining those takes the organisation's service.
    #[error("a Teams link, which needs the organisation's service")]
    TeamsNeedsService,
    /// The page that the host of a practice meeting opens in a browser.
    #[error("the link of a host page, which is for a browser")]
    HostPage,
}

impl LinkError {
    /// Stable across releases: the UI and the tests match on this, never on the message.
    pub fn code(self) -> &'static str {
        match self {
            Self::NothingFound => "link.nothing_found",
            Self::OtherSite => "link.other_site",
            Self::TooLong => "link.too_long",
            Self::TeamsNeedsService => "link.teams_needs_service",
            Self::HostPage => "link.host_page",
        }
    }
}

/// Finds the first joinable link in a text: the bare link, or an invitation around it.
pub fn parse_practice_link(text: &str) -> Result<PracticeLink, LinkError> {
    if text.len() > MAX_TEXT {
        return Err(LinkError::TooLong);
    }
    let mut best = LinkError::NothingFound;
    for word in text.split(|c: char| c.is_whitespace() || "<>\"“”„«»‹›`|".contains(c)) {
        match judge_word(word) {
            Ok(link) => return Ok(link),
            Err(error) => best = best.max(error),
        }
    }
    Err(best)
}

fn judge_word(word: &str) -> Result<PracticeLink, LinkError> {
    if word.len() > MAX_LINK {
        return Err(LinkError::TooLong);
    }
    let lower = word.to_ascii_lowercase();
    let start = ["http://", "https://", "msteams:"]
        .iter()
        .filter_map(|scheme| lower.find(scheme))
        .min();
    let candidate = match start {
        Some(start) => without_punctuation(&word[start..]).to_owned(),
        // Address bars show links without their scheme, so people copy them like that.
        None if lower.contains("/meet/") || lower.contains("/l/meetup-join/") => {
            let bare = word.trim_start_matches(|c: char| !c.is_ascii_alphanumeric() && c != '[');
            format!("http://{}", without_punctuation(bare))
        }
        None => return Err(LinkError::NothingFound),
    };
    judge(&candidate, MAX_WRAPS)
}

/// What a sentence puts behind a link does not belong to it.
fn without_punctuation(link: &str) -> &str {
    link.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '}', '\'', '*'])
}

fn judge(candidate: &str, wraps: u32) -> Result<PracticeLink, LinkError> {
    if candidate.chars().any(char::is_control) {
        return Err(LinkError::OtherSite);
    }
    let Ok(url) = Url::parse(candidate) else {
        return Err(LinkError::OtherSite);
    };
    // Whoever hides a user before the host means to mislead; no meeting link has one.
    if !url.username().is_empty() || url.password().is_some() {
        return Err(LinkError::OtherSite);
    }
    if is_teams(&url, wraps) {
        return Err(LinkError::TeamsNeedsService);
    }
    if url.scheme() != "http" || !is_written_as_meant(candidate, &url) || !is_near(&url) {
        return Err(LinkError::OtherSite);
    }
    let host = url.host_str().unwrap_or_default().to_owned();
    let port = url.port_or_known_default().unwrap_or(0);
    let path: Vec<_> = url.path().trim_end_matches('/').split('/').collect();
    match path[..] {
        ["", "host", id] if is_meeting_id(id) => Err(LinkError::HostPage),
        ["", "meet", id] if is_meeting_id(id) && port != 0 => Ok(PracticeLink {
            host,
            port,
            id: id.to_owned(),
        }),
        _ => Err(LinkError::OtherSite),
    }
}

fn is_meeting_id(id: &str) -> bool {
    (1..=64).contains(&id.len())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

/// This machine, or an address that only a local network has.
fn is_near(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => is_near_v4(address),
        Some(Host::Ipv6(address)) => is_near_v6(address),
        None => false,
    }
}

fn is_near_v4(address: Ipv4Addr) -> bool {
    address.is_loopback() || address.is_private() || address.is_link_local()
}

fn is_near_v6(address: Ipv6Addr) -> bool {
    address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
}

/// False for hosts that only become what they are by normalisation: `0x7f.1`, full-width letters, `127.1`.
fn is_written_as_meant(candidate: &str, url: &Url) -> bool {
    let written = candidate.get("http://".len()..).unwrap_or_default();
    let host = url.host_str().unwrap_or_default();
    match url.host() {
        Some(Host::Domain(_) | Host::Ipv4(_)) => written
            .get(..host.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(host)),
        Some(Host::Ipv6(_)) => written.starts_with('['),
        None => false,
    }
}

/// A Teams link of any shape: plain, as a scheme, or wrapped by a mail filter.
fn is_teams(url: &Url, wraps: u32) -> bool {
    if url.scheme() == "msteams" {
        return true;
    }
    let Some(host) = url.host_str() else {
        return false;
    };
    if TEAMS_HOSTS.contains(&host) {
        return host != "aka.ms" || url.path().to_ascii_lowercase().contains("teams");
    }
    let inner = if host.ends_with(".safelinks.protection.outlook.com")
        || host.ends_with(".safelinks.protection.office365.us")
    {
        query(url, "url")
    } else if host == "www.google.com" && url.path() == "/url" {
        query(url, "q").or_else(|| query(url, "url"))
    } else if host == "urldefense.com" {
        url.as_str()
            .split_once("/v3/__")
            .map(|(_, rest)| rest.split("__;").next().unwrap_or(rest).to_owned())
    } else {
        None
    };
    let inner = inner.and_then(|inner| Url::parse(&inner).ok());
    wraps > 0
        && inner.is_some_and(|inner| inner.username().is_empty() && is_teams(&inner, wraps - 1))
}

fn query(url: &Url, key: &str) -> Option<String> {
    url.query_pairs()
        .find(|(name, _)| name == key)
        .map(|(_, value)| value.into_owned())
}
