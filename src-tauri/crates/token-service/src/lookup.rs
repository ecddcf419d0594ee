//! The seam to whoever knows about meetings: Microsoft Graph, where it is configured.

use foyer_acs::clock::BoxFuture;

use crate::meeting::{Address, Details};

/// Which meeting.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// Where it is.
    pub meeting: &'a Address,
    /// Whose it is, as an object id, where the address does not tell.
    pub organizer_id: Option<&'a str>,
}

/// Why nothing was found out. An invitation is made nevertheless.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum LookupError {
    /// The application may not read this organiser's meetings: no application access policy.
    #[error("the application may not read the organiser's meetings")]
    Forbidden,
    /// Neither the address nor the question tells whose meeting it is.
    #[error("it is not known whose meeting it is")]
    NoOrganizer,
    /// No answer.
    #[error("no answer")]
    Unavailable,
}

impl LookupError {
    /// Stable across releases.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Forbidden => "lookup.forbidden",
            Self::NoOrganizer => "lookup.no_organizer",
            Self::Unavailable => "lookup.unavailable",
        }
    }
}

/// Knows about meetings.
pub trait Lookup: Send + Sync + 'static {
    /// What is known about a meeting; `None` if there is no such meeting.
    fn look_up<'a>(
        &'a self,
        question: Question<'a>,
    ) -> BoxFuture<'a, Result<Option<Details>, LookupError>>;
}
