//! What Microsoft Graph tells an organisation's own server about a meeting. A guest has no identity for it: this is
//! for the token service, with application permissions.

pub mod meeting;

use std::sync::Arc;
use std::time::Duration;

use reqwest::Method;
use serde::Deserialize;

pub use self::meeting::OnlineMeeting;
use crate::endpoint::Endpoint;
use crate::http::{Auth, Call, Failure, Repeat, Sender, Surroundings};
use crate::token::{TokenError, TokenSource};

/// Graph of the public cloud.
pub const PUBLIC_GRAPH: &str = "https://graph.microsoft.com";

/// Why Graph told nothing about a meeting.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum GraphError {
    /// This organiser has no meeting with this link or ID.
    #[error("this organiser has no such meeting")]
    NotFound,
    /// An administrator has to let the application at this organiser's meetings, with
    /// `New-CsApplicationAccessPolicy` and `Grant-CsApplicationAccessPolicy`. It takes up to half an hour to count.
    #[error("no application access policy lets the application at this organiser's meetings")]
    NoAccessPolicy,
    /// The application lacks the permission `OnlineMeetings.Read.All`, or nobody consented to it.
    #[error("the application lacks the permission to read meetings ({code})")]
    Forbidden {
        /// Graph's own code.
        code: String,
    },
    /// The token is not good for Graph.
    #[error("Graph refused the token ({code})")]
    Unauthorized {
        /// Graph's own code.
        code: String,
    },
    /// The link or ID asked for cannot be one.
    #[error("neither a join link nor a meeting ID")]
    Invalid,
    /// Too many requests.
    #[error("too many requests")]
    Throttled {
        /// How long Graph asks to wait, if it says.
        retry_after: Option<Duration>,
    },
    /// Graph did not understand the request.
    #[error("Graph rejected the request: {status} {code}")]
    Rejected {
        /// HTTP's.
        status: u16,
        /// Graph's own code.
        code: String,
        /// For a log; in Graph's words.
        message: String,
    },
    /// Graph has trouble of its own.
    #[error("Graph failed with {status}")]
    Failed {
        /// HTTP's.
        status: u16,
    },
    /// No answer.
    #[error("Graph was not reached: {reason}")]
    Unreachable {
        /// What went wrong.
        reason: String,
    },
    /// An answer that makes no sense.
    #[error("Graph's answer makes no sense: {reason}")]
    Malformed {
        /// Where.
        reason: String,
    },
    /// No token.
    #[error(transparent)]
    Token(TokenError),
}

impl GraphError {
    /// Stable across releases.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "graph.not_found",
            Self::NoAccessPolicy => "graph.no_access_policy",
            Self::Forbidden { .. } => "graph.forbidden",
            Self::Unauthorized { .. } => "graph.unauthorized",
            Self::Invalid => "graph.invalid",
            Self::Throttled { .. } => "graph.throttled",
            Self::Rejected { .. } => "graph.rejected",
            Self::Failed { .. } => "graph.failed",
            Self::Unreachable { .. } => "graph.unreachable",
            Self::Malformed { .. } => "graph.malformed",
            Self::Token(error) => error.code(),
        }
    }
}

impl From<Failure> for GraphError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused {
                status,
                code,
                message,
            } => match status {
                401 => Self::Unauthorized { code },
                // The code is "Forbidden" or "General" over the years; only the words tell this from a permission.
                403 if message.to_lowercase().contains("application access policy") => {
                    Self::NoAccessPolicy
                }
                403 => Self::Forbidden { code },
                404 => Self::NotFound,
                500.. => Self::Failed { status },
                _ => Self::Rejected {
                    status,
                    code,
                    message,
                },
            },
            Failure::Throttled { retry_after } => Self::Throttled { retry_after },
            Failure::Unreachable { reason } => Self::Unreachable { reason },
            Failure::Malformed { reason } => Self::Malformed { reason },
            Failure::Token(error) => Self::Token(error),
        }
    }
}

/// Graph, asked by an application.
pub struct GraphClient {
    endpoint: Endpoint,
    token: Arc<dyn TokenSource>,
    sender: Sender,
}

#[derive(Deserialize)]
struct Found {
    value: Vec<OnlineMeeting>,
}

impl GraphClient {
    /// A client; asks for nothing yet. `token` as from [`crate::entra::EntraTokens`] with
    /// [`crate::entra::GRAPH_SCOPE`].
    pub fn new(endpoint: Endpoint, token: Arc<dyn TokenSource>, around: Surroundings) -> Self {
        Self {
            endpoint,
            token,
            sender: Sender::new(around),
        }
    }

    /// The meeting behind a link, long or short, of this organiser (by object id): a short link does not say whose
    /// it is.
    pub async fn meeting_by_link(
        &self,
        organizer: &str,
        join_url: &str,
    ) -> Result<OnlineMeeting, GraphError> {
        if join_url.is_empty() || join_url.chars().any(char::is_control) {
            return Err(GraphError::Invalid);
        }
        // A quote in OData is doubled.
        let filter = format!("JoinWebUrl eq '{}'", join_url.replace('\'', "''"));
        self.one(organizer, &filter).await
    }

    /// The meeting that people join by this ID, digits with or without spaces.
    pub async fn meeting_by_id(
        &self,
        organizer: &str,
        meeting_id: &str,
    ) -> Result<OnlineMeeting, GraphError> {
        let digits: String = meeting_id.chars().filter(|c| !c.is_whitespace()).collect();
        if digits.is_empty() || !digits.bytes().all(|c| c.is_ascii_digit()) {
            return Err(GraphError::Invalid);
        }
        let filter = format!("joinMeetingIdSettings/joinMeetingId eq '{digits}'");
        self.one(organizer, &filter).await
    }

    async fn one(&self, organizer: &str, filter: &str) -> Result<OnlineMeeting, GraphError> {
        if organizer.is_empty() {
            return Err(GraphError::Invalid);
        }
        let url = self.endpoint.join(
            &["v1.0", "users", organizer, "onlineMeetings"],
            &[("$filter", filter)],
        );
        let call = Call::new(Method::GET, url, Repeat::Harmless);
        let answer = self
            .sender
            .send(&call, Auth::Bearer(self.token.as_ref()))
            .await?;
        let found: Found = answer.json()?;
        found.value.into_iter().next().ok_or(GraphError::NotFound)
    }
}
