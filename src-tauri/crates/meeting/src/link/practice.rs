//! Practice meetings: on this machine or the local network.

use std::net::{Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use super::LinkError;

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

/// A link whose host is near and written as it is meant.
pub(super) fn judge(url: &Url) -> Result<PracticeLink, LinkError> {
    if url.scheme() != "http" || !is_near(url) {
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
pub(super) fn is_near(url: &Url) -> bool {
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
