//! One link, however wrapped.

use url::Url;

use super::site::{self, Cloud, Site};
use super::{LinkError, MAX_LINK, Target, invitation, practice, teams, wrap};

/// What one link leads to; `wraps` is how many more links may be around it.
pub fn link(candidate: &str, wraps: u32) -> Result<Target, LinkError> {
    if candidate.len() > MAX_LINK {
        return Err(LinkError::TooLong);
    }
    let candidate = strip_unseen(candidate);
    if candidate.chars().any(char::is_control) {
        return Err(LinkError::OtherSite);
    }
    if let Some(rest) = strip_scheme(candidate, "foyer:") {
        return invitation::judge(rest, wraps);
    }
    if let Some(rest) = strip_scheme(candidate, "msteams:") {
        return match wraps.checked_sub(1) {
            Some(wraps) => link(&without_own_scheme(rest), wraps),
            None => Err(LinkError::OtherSite),
        };
    }
    let Ok(url) = Url::parse(candidate) else {
        let poses = site::poses_as_teams(site::authority(candidate));
        return Err(if poses {
            LinkError::LookAlike
        } else {
            LinkError::OtherSite
        });
    };
    if !matches!(url.scheme(), "http" | "https") {
        return Err(LinkError::OtherSite);
    }
    match site::of(&url, candidate) {
        Site::Teams(Cloud::Public) => teams::judge(&url, wraps),
        Site::Teams(Cloud::Personal) => Err(LinkError::Personal),
        Site::Teams(Cloud::GccHigh) => Err(LinkError::GccHigh),
        Site::Teams(Cloud::Dod) => Err(LinkError::Dod),
        Site::Teams(Cloud::China) => Err(LinkError::China),
        Site::TeamsEvents => Err(LinkError::Event),
        Site::TeamsPart => Err(LinkError::NotAMeeting),
        Site::LookAlike => Err(LinkError::LookAlike),
        Site::Other if !site::is_written_as_meant(&url, candidate) => Err(LinkError::OtherSite),
        Site::Other => match (wrap::unwrap(&url), wraps.checked_sub(1)) {
            (Some(inner), Some(wraps)) => link(&inner, wraps),
            (Some(_), None) => Err(LinkError::OtherSite),
            (None, _) if is_teams_shortcut(&url) => Err(LinkError::NotAMeeting),
            (None, _) => practice::judge(&url).map(Target::Practice),
        },
    }
}

/// `aka.ms/JoinTeamsMeeting` and its like: help pages, which invitations carry.
fn is_teams_shortcut(url: &Url) -> bool {
    url.host_str() == Some("aka.ms") && url.path().to_ascii_lowercase().contains("teams")
}

fn strip_scheme<'a>(candidate: &'a str, scheme: &str) -> Option<&'a str> {
    candidate
        .get(..scheme.len())
        .filter(|start| start.eq_ignore_ascii_case(scheme))
        .map(|_| &candidate[scheme.len()..])
}

fn without_own_scheme(rest: &str) -> String {
    match rest.strip_prefix("//") {
        Some(with_host) => format!("https://{with_host}"),
        None => format!(
            "https://teams.microsoft.com/{}",
            rest.trim_start_matches('/')
        ),
    }
}

/// Copying takes along characters that nobody sees.
fn strip_unseen(candidate: &str) -> &str {
    candidate.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}')
    })
}
