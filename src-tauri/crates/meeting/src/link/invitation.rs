//! Invitations of an organisation's service: `foyer://join?service=https://…&invitation=…`.

use url::Url;

use super::encoding::query_value;
use super::{LinkError, Target, judge, practice};
use crate::sensitive::Sensitive;

/// An invitation and the service that honours it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Address of the service without a slash at its end: https, or http near by.
    pub service: String,
    /// What the service signed.
    pub token: Sensitive<String>,
}

impl Invitation {
    /// The whole link, which lets its owner in.
    pub fn join_url(&self) -> Sensitive<String> {
        let service = super::encoding::percent_encode(&self.service);
        let token = self.token.expose();
        Sensitive::new(format!("foyer://join?service={service}&invitation={token}"))
    }
}

/// What stands behind `foyer:`. Besides invitations, a page may hand over a meeting's own link: `foyer://join?link=…`.
pub(super) fn judge(rest: &str, wraps: u32) -> Result<Target, LinkError> {
    let (path, query) = rest.split_once('?').ok_or(LinkError::NotAMeeting)?;
    let query = query.split('#').next().unwrap_or(query);
    if !path.trim_matches('/').eq_ignore_ascii_case("join") {
        return Err(LinkError::NotAMeeting);
    }
    if let Some(link) = query_value(query, "link") {
        return match wraps.checked_sub(1) {
            Some(wraps) => judge::link(&link, wraps),
            None => Err(LinkError::NotAMeeting),
        };
    }
    let service = query_value(query, "service").ok_or(LinkError::NotAMeeting)?;
    let token = query_value(query, "invitation").ok_or(LinkError::NotAMeeting)?;
    // No token ends in one; a link that did would lose it to the end of a sentence.
    let token = token.trim_end_matches('.').to_owned();
    let is_token = (1..=4_096).contains(&token.len())
        && token
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte));
    if !is_token {
        return Err(LinkError::NotAMeeting);
    }
    Ok(Target::Invitation(Invitation {
        service: service_address(&service)?,
        token: Sensitive::new(token),
    }))
}

fn service_address(text: &str) -> Result<String, LinkError> {
    let url = Url::parse(text).map_err(|_| LinkError::OtherSite)?;
    let is_safe = url.scheme() == "https" || url.scheme() == "http" && practice::is_near(&url);
    let is_plain = url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    if is_safe && is_plain && url.host_str().is_some() {
        Ok(url.as_str().trim_end_matches('/').to_owned())
    } else {
        Err(LinkError::OtherSite)
    }
}
