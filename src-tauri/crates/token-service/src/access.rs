//! Who may invite, and who may come without an invitation.

use axum::http::{HeaderMap, header};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::config::OrganizerKey;
use crate::oidc::{OidcError, SignedIn};

/// Why somebody may not.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum AccessError {
    #[error("an invitation or a bearer is needed")]
    Missing,
    #[error("the bearer is not accepted")]
    Refused,
    #[error("the bearer has expired")]
    Expired,
    #[error("signed in, but not as somebody who may invite")]
    Role,
    #[error("whoever signs people in cannot be reached")]
    Unreachable,
}

impl AccessError {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Missing => "access.missing",
            Self::Refused => "access.refused",
            Self::Expired => "access.expired",
            Self::Role => "access.role",
            Self::Unreachable => "access.unreachable",
        }
    }
}

impl From<OidcError> for AccessError {
    fn from(error: OidcError) -> Self {
        match error {
            OidcError::Refused => Self::Refused,
            OidcError::Expired => Self::Expired,
            OidcError::Unreachable => Self::Unreachable,
        }
    }
}

pub(crate) struct Access {
    organizers: Vec<(String, [u8; 32])>,
    signed_in: Option<SignedIn>,
}

impl Access {
    pub(crate) fn new(organizers: &[OrganizerKey], signed_in: Option<SignedIn>) -> Self {
        Self {
            organizers: organizers
                .iter()
                .map(|organizer| (organizer.name.clone(), hash(organizer.key.expose())))
                .collect(),
            signed_in,
        }
    }

    /// The name of whoever may invite, for the log.
    pub(crate) async fn organizer(&self, headers: &HeaderMap) -> Result<String, AccessError> {
        let bearer = bearer(headers)?;
        let shown = hash(bearer);
        // Hashes are of one length and compared whole, so that time tells nothing about a key.
        for (name, hash) in &self.organizers {
            if bool::from(hash.ct_eq(&shown)) {
                return Ok(name.clone());
            }
        }
        let Some(signed_in) = &self.signed_in else {
            return Err(AccessError::Refused);
        };
        let person = signed_in.check(bearer).await?;
        match &signed_in.config().organizer_role {
            Some(role) if !person.roles.contains(role) => Err(AccessError::Role),
            Some(_) | None => Ok("signed in".into()),
        }
    }

    /// Whether somebody may come without an invitation.
    pub(crate) async fn guest(&self, headers: &HeaderMap) -> Result<(), AccessError> {
        let bearer = bearer(headers)?;
        match &self.signed_in {
            Some(signed_in) if signed_in.config().guests => {
                signed_in.check(bearer).await?;
                Ok(())
            }
            Some(_) | None => Err(AccessError::Refused),
        }
    }
}

fn bearer(headers: &HeaderMap) -> Result<&str, AccessError> {
    let value = headers
        .get(header::AUTHORIZATION)
        .ok_or(AccessError::Missing)?;
    let value = value.to_str().map_err(|_| AccessError::Refused)?;
    match value.split_once(' ') {
        Some((scheme, bearer)) if scheme.eq_ignore_ascii_case("bearer") => Ok(bearer.trim()),
        _ => Err(AccessError::Refused),
    }
}

fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}
