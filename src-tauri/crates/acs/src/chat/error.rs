//! Why chat did not do what was asked.

use std::time::Duration;

use crate::http::Failure;
use crate::token::TokenError;

/// Why there is no chat in this meeting. Joining and everything else goes on without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absence {
    /// The service turns even a new token away, or is not there any more: chat is being retired.
    Refused,
    /// We are not among the participants of the chat, or it is switched off.
    NotAllowed,
    /// The meeting's chat does not exist, as in channel meetings.
    Missing,
    /// Not admitted yet, or no longer in the meeting.
    Outside,
}

impl Absence {
    /// Stable across releases.
    pub fn code(self) -> &'static str {
        match self {
            Self::Refused => "chat.refused",
            Self::NotAllowed => "chat.not_allowed",
            Self::Missing => "chat.missing",
            Self::Outside => "chat.outside",
        }
    }
}

/// Why a chat request came to nothing.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum ChatError {
    /// There is no chat in this meeting.
    #[error("chat is not available in this meeting ({})", .0.code())]
    NotAvailable(Absence),
    /// The service turned the token away.
    #[error("the service refused the token ({code})")]
    Unauthorized {
        /// Azure's own code.
        code: String,
    },
    /// Not ours to do: not a participant, or somebody else's message.
    #[error("not allowed ({code})")]
    Forbidden {
        /// Azure's own code.
        code: String,
    },
    /// No such thread or message.
    #[error("there is no such thread or message")]
    NotFound,
    /// Nothing to send.
    #[error("the message is empty")]
    Empty,
    /// More than [`super::LONGEST_TEXT`].
    #[error("the message is too long")]
    TooLong,
    /// Too many requests, ours or everybody's together.
    #[error("too many requests")]
    Throttled {
        /// How long the service asks to wait, if it says.
        retry_after: Option<Duration>,
    },
    /// The service did not understand the request.
    #[error("the service rejected the request: {status} {code}")]
    Rejected {
        /// HTTP's.
        status: u16,
        /// Azure's own code.
        code: String,
    },
    /// The service has trouble of its own.
    #[error("the service failed with {status}")]
    Failed {
        /// HTTP's.
        status: u16,
    },
    /// No answer.
    #[error("the service was not reached: {reason}")]
    Unreachable {
        /// What went wrong.
        reason: String,
    },
    /// An answer that makes no sense.
    #[error("the service's answer makes no sense: {reason}")]
    Malformed {
        /// Where.
        reason: String,
    },
    /// No token.
    #[error(transparent)]
    Token(TokenError),
}

impl ChatError {
    /// Stable across releases.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotAvailable(_) => "chat.not_available",
            Self::Unauthorized { .. } => "chat.unauthorized",
            Self::Forbidden { .. } => "chat.forbidden",
            Self::NotFound => "chat.not_found",
            Self::Empty => "chat.empty",
            Self::TooLong => "chat.too_long",
            Self::Throttled { .. } => "chat.throttled",
            Self::Rejected { .. } => "chat.rejected",
            Self::Failed { .. } => "chat.failed",
            Self::Unreachable { .. } => "chat.unreachable",
            Self::Malformed { .. } => "chat.malformed",
            Self::Token(error) => error.code(),
        }
    }

    /// What it means for the chat as a whole when reading the thread came to this; `None` if it may pass.
    pub fn absence(&self) -> Option<Absence> {
        match self {
            Self::NotAvailable(absence) => Some(*absence),
            Self::Unauthorized { .. } => Some(Absence::Refused),
            Self::Forbidden { .. } => Some(Absence::NotAllowed),
            Self::NotFound => Some(Absence::Missing),
            Self::Empty
            | Self::TooLong
            | Self::Throttled { .. }
            | Self::Rejected { .. }
            | Self::Failed { .. }
            | Self::Unreachable { .. }
            | Self::Malformed { .. }
            | Self::Token(_) => None,
        }
    }
}

impl From<Failure> for ChatError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused { status, code, .. } => match status {
                401 => Self::Unauthorized { code },
                403 => Self::Forbidden { code },
                404 => Self::NotFound,
                // Gone for good.
                410 => Self::NotAvailable(Absence::Refused),
                413 => Self::TooLong,
                500.. => Self::Failed { status },
                _ => Self::Rejected { status, code },
            },
            Failure::Throttled { retry_after } => Self::Throttled { retry_after },
            Failure::Unreachable { reason } => Self::Unreachable { reason },
            Failure::Malformed { reason } => Self::Malformed { reason },
            Failure::Token(error) => Self::Token(error),
        }
    }
}
