//! Links of Teams itself: what meeting they name.

use std::fmt;

use url::Url;

use super::encoding::{
    base64_decode, flat_json, percent_decode, percent_decode_fully, percent_encode, query_value,
};
use super::{LinkError, Target, judge};
use crate::sensitive::Sensitive;

/// The host that cleaned links have: the SDK is not known to accept `teams.cloud.microsoft`.
const ORIGIN: &str = "https://teams.microsoft.com";

/// How a Teams meeting is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TeamsKind {
    /// `/l/meetup-join/` with the thread.
    Long,
    /// The same, in a channel: sound and pictures, but no chat for guests.
    Channel,
    /// `/meet/` with the meeting ID.
    Short,
    /// The meeting ID alone.
    Id,
}

/// A meeting of the worldwide Teams cloud. Debug tells none of what would let somebody in.
#[derive(Clone, PartialEq, Eq)]
pub struct TeamsMeeting {
    /// How the text names it.
    pub kind: TeamsKind,
    /// Of long links: `19:…@thread.v2` and the like.
    pub thread_id: Option<String>,
    /// Of long links: the message that opened the meeting; `0` outside channels.
    pub message_id: Option<String>,
    /// The organisation, a lower-case GUID.
    pub tenant_id: Option<String>,
    /// The organiser, a lower-case GUID.
    pub organizer_id: Option<String>,
    /// Digits only.
    pub meeting_id: Option<String>,
    /// The `p` of a short link. Not the passcode that people type.
    pub link_passcode: Option<Sensitive<String>>,
    /// The passcode that people type, which goes with the meeting ID.
    pub passcode: Option<Sensitive<String>>,
}

impl TeamsMeeting {
    /// Nothing but its kind.
    pub(super) fn new(kind: TeamsKind) -> Self {
        Self {
            kind,
            thread_id: None,
            message_id: None,
            tenant_id: None,
            organizer_id: None,
            meeting_id: None,
            link_passcode: None,
            passcode: None,
        }
    }

    /// A meeting by its ID, spaced or not, with the passcode if there is one. `None` if that is no meeting ID.
    pub fn from_id(id: &str, passcode: Option<Sensitive<String>>) -> Option<Self> {
        let is_digit_or_space = |c: char| c.is_ascii_digit() || c == ' ';
        let digits: String = id.chars().filter(char::is_ascii_digit).collect();
        let is_id = id.chars().all(is_digit_or_space) && (9..=16).contains(&digits.len());
        is_id.then(|| Self {
            meeting_id: Some(digits),
            passcode,
            ..Self::new(TeamsKind::Id)
        })
    }

    /// With the passcode that its invitation did not hold, as people type it. A short link that lacks its own
    /// becomes the meeting ID that it shows, since the two passcodes are different ones.
    #[must_use]
    pub fn with_passcode(self, passcode: &str) -> Self {
        let passcode = passcode.trim();
        if passcode.is_empty() || self.has_passcode() != Some(false) {
            return self;
        }
        Self {
            kind: TeamsKind::Id,
            passcode: Some(Sensitive::new(passcode)),
            ..self
        }
    }

    /// The cleaned link that joins, with all it needs. `None` for a meeting ID.
    pub fn join_url(&self) -> Option<Sensitive<String>> {
        let mut url = self.url()?;
        if let Some(p) = &self.link_passcode {
            url.push_str("?p=");
            for c in percent_encode(p.expose()).chars() {
                match c {
                    // At the end of a link in a text these would count as the sentence's.
                    '-' | '.' | '_' | '~' => url.push_str(&format!("%{:02X}", u32::from(c))),
                    c => url.push(c),
                }
            }
        }
        Some(Sensitive::new(url))
    }

    /// The cleaned link without a passcode, to be shown. `None` for a meeting ID.
    pub fn url(&self) -> Option<String> {
        if let (Some(thread), Some(message)) = (&self.thread_id, &self.message_id) {
            let thread = percent_encode(thread);
            let context = self.context();
            return Some(format!(
                "{ORIGIN}/l/meetup-join/{thread}/{message}{context}"
            ));
        }
        let id = self.meeting_id.as_ref()?;
        (self.kind == TeamsKind::Short).then(|| format!("{ORIGIN}/meet/{id}"))
    }

    fn context(&self) -> String {
        let members: Vec<_> = [("Tid", &self.tenant_id), ("Oid", &self.organizer_id)]
            .into_iter()
            .filter_map(|(key, id)| Some(format!("\"{key}\":\"{}\"", id.as_ref()?)))
            .collect();
        if members.is_empty() {
            return String::new();
        }
        let json = format!("{{{}}}", members.join(","));
        format!("?context={}", percent_encode(&json))
    }

    /// Whether the text holds a passcode; `None` where none is needed.
    pub fn has_passcode(&self) -> Option<bool> {
        match self.kind {
            TeamsKind::Long | TeamsKind::Channel => self.passcode.as_ref().map(|_| true),
            TeamsKind::Short => Some(self.link_passcode.is_some()),
            TeamsKind::Id => Some(self.passcode.is_some()),
        }
    }
}

impl fmt::Debug for TeamsMeeting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TeamsMeeting")
            .field("kind", &self.kind)
            .field("has_passcode", &self.has_passcode())
            .finish_non_exhaustive()
    }
}

/// A link whose host is Teams' own.
pub(super) fn judge(url: &Url, wraps: u32) -> Result<Target, LinkError> {
    let path = url.path();
    let query = url.query().unwrap_or_default();
    let lower = path.to_ascii_lowercase();
    let inner = |target: &str| match wraps.checked_sub(1) {
        Some(wraps) => judge::link(&at_home(target), wraps),
        None => Err(LinkError::NotAMeeting),
    };
    if lower.starts_with("/dl/launcher") {
        let target = query_value(query, "url").ok_or(LinkError::NotAMeeting)?;
        return inner(&target);
    }
    if let Some(tail) = after(path, &lower, "/l/meetup-join/") {
        return match long(tail, query) {
            // Some programs encode the whole link once more, its slashes and question mark included.
            Err(LinkError::NotAMeeting) if lower.contains("%2f") => {
                let decoded = percent_decode(tail).ok_or(LinkError::NotAMeeting)?;
                let query = if query.is_empty() {
                    String::new()
                } else {
                    format!("?{query}")
                };
                inner(&format!("/l/meetup-join/{decoded}{query}"))
            }
            done => done.map(Target::Teams),
        };
    }
    if let Some(id) = after(path, &lower, "/meet/").or_else(|| after(path, &lower, "/v2/meet/")) {
        return match short(id, query) {
            Err(LinkError::NotAMeeting) if lower.contains("%3f") => {
                let decoded = percent_decode(id).ok_or(LinkError::NotAMeeting)?;
                inner(&format!("/meet/{decoded}"))
            }
            done => done.map(Target::Teams),
        };
    }
    if lower.starts_with("/light-meetings/launch") || lower.starts_with("/v2/light-meetings/launch")
    {
        return light(query).map(Target::Teams);
    }
    if ["/convene/", "/registration/", "/l/event/", "/broadcast/"]
        .iter()
        .any(|start| lower.starts_with(start))
    {
        return Err(LinkError::Event);
    }
    match url.fragment() {
        Some(fragment)
            if fragment.starts_with('/')
                && (matches!(&*lower, "/" | "/_" | "/_/" | "/v2") || lower.starts_with("/v2/")) =>
        {
            inner(fragment)
        }
        _ => Err(LinkError::NotAMeeting),
    }
}

fn after<'a>(path: &'a str, lower: &str, start: &str) -> Option<&'a str> {
    lower.starts_with(start).then(|| &path[start.len()..])
}

/// The web client's own addresses: `/_#/meet/…`, or a whole link.
fn at_home(target: &str) -> String {
    let scheme = target.get(..8).unwrap_or_default().to_ascii_lowercase();
    if scheme == "https://" || scheme.starts_with("http://") || scheme == "msteams:" {
        return target.to_owned();
    }
    let path = match target.split_once("#/") {
        Some((before, path)) if before.trim_matches(['/', '_']).split('?').next() == Some("") => {
            path
        }
        _ => target.trim_start_matches('/'),
    };
    format!("{ORIGIN}/{path}")
}

fn long(tail: &str, query: &str) -> Result<TeamsMeeting, LinkError> {
    let (thread, message) = tail
        .trim_end_matches('/')
        .rsplit_once('/')
        .ok_or(LinkError::NotAMeeting)?;
    let thread = percent_decode_fully(thread).ok_or(LinkError::NotAMeeting)?;
    let context = query_value(query, "context")
        .and_then(|context| percent_decode_fully(&context))
        .and_then(|context| flat_json(&context))
        .unwrap_or_default();
    let is_broadcast = member(&context, "IsBroadcastMeeting").is_some_and(|value| value == "true")
        || query_value(query, "btype").is_some();
    let meeting = with_thread(&thread, message)?;
    if is_broadcast {
        return Err(LinkError::Event);
    }
    Ok(TeamsMeeting {
        tenant_id: member(&context, "Tid").and_then(guid),
        organizer_id: member(&context, "Oid").and_then(guid),
        ..meeting
    })
}

fn with_thread(thread: &str, message: &str) -> Result<TeamsMeeting, LinkError> {
    let is_number =
        (1..=20).contains(&message.len()) && message.bytes().all(|byte| byte.is_ascii_digit());
    let (name, realm) = thread
        .strip_prefix("19:")
        .and_then(|rest| rest.rsplit_once("@thread."))
        .ok_or(LinkError::NotAMeeting)?;
    let is_name = (1..=256).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-.=+:~".contains(&byte));
    if !is_number || !is_name || !matches!(realm, "v2" | "tacv2" | "skype") {
        return Err(LinkError::NotAMeeting);
    }
    let is_channel = realm != "v2" && !name.starts_with("meeting_");
    let kind = if is_channel {
        TeamsKind::Channel
    } else {
        TeamsKind::Long
    };
    Ok(TeamsMeeting {
        thread_id: Some(thread.to_owned()),
        message_id: Some(message.to_owned()),
        ..TeamsMeeting::new(kind)
    })
}

fn short(id: &str, query: &str) -> Result<TeamsMeeting, LinkError> {
    let id = percent_decode(id.trim_end_matches('/')).ok_or(LinkError::NotAMeeting)?;
    let digits: String = id.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    if !(6..=20).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(LinkError::NotAMeeting);
    }
    let p = query_value(query, "p")
        .filter(|p| (1..=256).contains(&p.len()) && !p.chars().any(char::is_control));
    Ok(TeamsMeeting {
        meeting_id: Some(digits),
        link_passcode: p.map(Sensitive::new),
        ..TeamsMeeting::new(TeamsKind::Short)
    })
}

/// The light web client: everything in base64.
fn light(query: &str) -> Result<TeamsMeeting, LinkError> {
    let coords = query_value(query, "coords").ok_or(LinkError::NotAMeeting)?;
    let json = String::from_utf8(base64_decode(&coords)).map_err(|_| LinkError::NotAMeeting)?;
    let members = flat_json(&json).ok_or(LinkError::NotAMeeting)?;
    let thread = member(&members, "conversationId").ok_or(LinkError::NotAMeeting)?;
    let meeting = with_thread(thread, member(&members, "messageId").unwrap_or("0"))?;
    Ok(TeamsMeeting {
        tenant_id: member(&members, "tenantId").and_then(guid),
        organizer_id: member(&members, "organizerId").and_then(guid),
        ..meeting
    })
}

fn member<'a>(members: &'a [(String, String)], key: &str) -> Option<&'a str> {
    members
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(key))
        .map(|(_, value)| value.as_str())
}

fn guid(text: &str) -> Option<String> {
    let is_guid = text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        });
    is_guid.then(|| text.to_ascii_lowercase())
}
