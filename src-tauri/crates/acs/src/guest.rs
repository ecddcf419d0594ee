//! A guest's way to an identity: from the organisation's token service, or from a developer's own key.

use std::sync::Arc;
use std::time::Duration;

use foyer_meeting::link::{Target, TeamsMeeting, Verdict, examine};
use jiff::Timestamp;
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Secret;
use crate::endpoint::Endpoint;
use crate::http::{Auth, Call, Failure, Repeat, Sender, Surroundings};
use crate::identity::{ConnectionString, Credential, IdentityClient, IdentityError, Scope, UserId};
use crate::token::{AccessToken, Refresher, TokenError, TokenKeeper};

/// What a guest's token allows: joining calls, and the chat of the meeting they are let into.
pub const SCOPES: [Scope; 2] = [Scope::VoipJoin, Scope::ChatJoinLimited];
/// How long the tokens of a developer's own identities live.
const OWN_LIFETIME: Duration = Duration::from_secs(60 * 60);

/// Who gives guests their identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Issuer {
    /// An organisation's token service.
    Service(Endpoint),
    /// The resource itself, for developers who have its key.
    Own(ConnectionString),
}

/// What a guest asks to be let into.
#[derive(Clone, Debug)]
pub enum Wanted {
    /// Where an invitation leads. Only a token service can say.
    Invitation(Secret),
    /// A meeting that is known.
    Meeting(TeamsMeeting),
}

/// What a guest joins with: one identity for one call.
#[derive(Clone, Debug)]
pub struct Guest {
    /// The resource that the identity belongs to.
    pub endpoint: Endpoint,
    /// Who the guest is.
    pub user: UserId,
    /// Their token, renewed when its time comes.
    pub tokens: Arc<TokenKeeper>,
    /// The meeting, which can be joined as it is.
    pub meeting: TeamsMeeting,
    /// What it is called, if the issuer says.
    pub subject: Option<String>,
}

/// Why a guest has no identity.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum EntryError {
    /// The invitation was not made by this service, or was damaged on its way.
    #[error("the invitation is not valid ({0})")]
    InvitationInvalid(String),
    /// The invitation's time has not come.
    #[error("the invitation is not valid yet")]
    InvitationNotYet,
    /// The invitation's time is over.
    #[error("the invitation has expired")]
    InvitationExpired,
    /// As many as were invited have come.
    #[error("the invitation has been used up")]
    InvitationUsedUp,
    /// The service lets in nobody without an invitation.
    #[error("the service wants an invitation")]
    InvitationNeeded,
    /// Too many guests at once.
    #[error("too many requests")]
    Busy,
    /// The service has trouble of its own, or is none of ours.
    #[error("the token service failed ({0})")]
    Failed(String),
    /// No answer.
    #[error("the token service was not reached: {reason}")]
    Unreachable {
        /// What went wrong, without secrets.
        reason: String,
    },
    /// The developer's key was refused.
    #[error(transparent)]
    Own(#[from] IdentityError),
}

impl EntryError {
    /// Stable across releases.
    pub fn code(&self) -> &'static str {
        match self {
            Self::InvitationInvalid(_) => "entry.invitation_invalid",
            Self::InvitationNotYet => "entry.invitation_not_yet",
            Self::InvitationExpired => "entry.invitation_expired",
            Self::InvitationUsedUp => "entry.invitation_used_up",
            Self::InvitationNeeded => "entry.invitation_needed",
            Self::Busy => "entry.busy",
            Self::Failed(_) => "entry.failed",
            Self::Unreachable { .. } => "entry.unreachable",
            Self::Own(_) => "entry.own_key",
        }
    }
}

impl From<Failure> for EntryError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused { status, code, .. } => match code.as_str() {
                "invitation.not_yet" => Self::InvitationNotYet,
                "invitation.expired" => Self::InvitationExpired,
                "invitation.used_up" => Self::InvitationUsedUp,
                refused if refused.starts_with("invitation.") => Self::InvitationInvalid(code),
                refused if refused.starts_with("access.") => Self::InvitationNeeded,
                "" => Self::Failed(format!("HTTP {status}")),
                _ => Self::Failed(code),
            },
            Failure::Throttled { .. } => Self::Busy,
            Failure::Unreachable { reason } => Self::Unreachable { reason },
            Failure::Malformed { reason } => Self::Failed(reason),
            Failure::Token(error) => Self::Failed(error.code().to_owned()),
        }
    }
}

impl From<Failure> for TokenError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused { code, .. } => Self::Refused { reason: code },
            Failure::Throttled { .. } => Self::Unreachable {
                reason: "too many requests".into(),
            },
            Failure::Unreachable { reason } => Self::Unreachable { reason },
            Failure::Malformed { reason } => Self::Refused { reason },
            Failure::Token(error) => error,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireGuest {
    endpoint: String,
    user_id: UserId,
    token: Secret,
    expires_on: Timestamp,
    refresh_secret: Secret,
    meeting: Option<WireMeeting>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireMeeting {
    link: Option<Secret>,
    meeting_id: Option<String>,
    passcode: Option<Secret>,
    subject: Option<String>,
}

/// Gets a guest an identity.
pub async fn enter(
    issuer: &Issuer,
    wanted: &Wanted,
    around: &Surroundings,
) -> Result<Guest, EntryError> {
    match (issuer, wanted) {
        (Issuer::Service(service), wanted) => of_service(service, wanted, around).await,
        (Issuer::Own(connection), Wanted::Meeting(meeting)) => {
            of_own_key(connection, meeting, around).await
        }
        (Issuer::Own(_), Wanted::Invitation(_)) => Err(EntryError::InvitationInvalid(
            "a key of one's own honours no invitations".into(),
        )),
    }
}

async fn of_service(
    service: &Endpoint,
    wanted: &Wanted,
    around: &Surroundings,
) -> Result<Guest, EntryError> {
    let sender = Arc::new(Sender::new(around.clone()));
    let body = match wanted {
        Wanted::Invitation(token) => json!({ "invitation": token.expose() }),
        Wanted::Meeting(meeting) => json!({ "meeting": meeting_body(meeting) }),
    };
    // Nobody sees an identity that is never used, but each try would count as one of the invitation's uses.
    let url = service.join(&["v1", "guests"], &[]);
    let call = Call::new(Method::POST, url, Repeat::Visible).json(&body);
    let wire: WireGuest = sender.send(&call, Auth::None).await?.json()?;
    let endpoint = Endpoint::parse(&wire.endpoint)
        .map_err(|error| EntryError::Failed(error.code().to_owned()))?;
    let subject = wire
        .meeting
        .as_ref()
        .and_then(|meeting| meeting.subject.clone());
    let meeting = match wanted {
        Wanted::Meeting(meeting) => meeting.clone(),
        Wanted::Invitation(_) => wire
            .meeting
            .and_then(invited)
            .ok_or_else(|| EntryError::Failed("the service names no meeting".into()))?,
    };
    let first = AccessToken {
        token: wire.token,
        expires_on: wire.expires_on,
    };
    let refresher = refresher(sender, service.clone(), wire.refresh_secret);
    Ok(Guest {
        endpoint,
        user: wire.user_id,
        tokens: Arc::new(TokenKeeper::new(
            around.clock.clone(),
            Some(first),
            refresher,
        )),
        meeting,
        subject,
    })
}

fn meeting_body(meeting: &TeamsMeeting) -> Value {
    match (meeting.join_url(), &meeting.meeting_id) {
        (Some(url), _) => json!({ "link": url.expose() }),
        (None, id) => json!({
            "meetingId": id,
            "passcode": meeting.passcode.as_ref().map(Secret::expose),
        }),
    }
}

/// What a service says is judged like what a guest pastes.
fn invited(wire: WireMeeting) -> Option<TeamsMeeting> {
    match (wire.link, wire.meeting_id) {
        (Some(link), _) => match examine(link.expose()) {
            Verdict::Join(meeting) => match meeting.target {
                Target::Teams(teams) => Some(teams),
                Target::Practice(_) | Target::Invitation(_) => None,
            },
            Verdict::NeedsPasscode(_) | Verdict::Refused { .. } => None,
        },
        (None, Some(id)) => TeamsMeeting::from_id(&id, wire.passcode),
        (None, None) => None,
    }
}

fn refresher(sender: Arc<Sender>, service: Endpoint, secret: Secret) -> Refresher {
    Box::new(move || {
        let (sender, service, secret) = (Arc::clone(&sender), service.clone(), secret.clone());
        Box::pin(async move {
            let body = json!({ "refreshSecret": secret.expose() });
            let url = service.join(&["v1", "guests", "refresh"], &[]);
            let call = Call::new(Method::POST, url, Repeat::Harmless).json(&body);
            let wire: WireGuest = sender.send(&call, Auth::None).await?.json()?;
            Ok(AccessToken {
                token: wire.token,
                expires_on: wire.expires_on,
            })
        })
    })
}

async fn of_own_key(
    connection: &ConnectionString,
    meeting: &TeamsMeeting,
    around: &Surroundings,
) -> Result<Guest, EntryError> {
    let credential = Credential::Key(connection.key.clone());
    let identity = Arc::new(IdentityClient::new(
        connection.endpoint.clone(),
        credential,
        around.clone(),
    ));
    let (user, token) = identity
        .create_with_token(&SCOPES, Some(OWN_LIFETIME))
        .await?;
    let renewed = user.clone();
    let refresher: Refresher = Box::new(move || {
        let (identity, user) = (Arc::clone(&identity), renewed.clone());
        Box::pin(async move {
            let issued = identity.issue(&user, &SCOPES, Some(OWN_LIFETIME)).await;
            issued.map_err(|error| TokenError::Refused {
                reason: error.code().to_owned(),
            })
        })
    });
    Ok(Guest {
        endpoint: connection.endpoint.clone(),
        user,
        tokens: Arc::new(TokenKeeper::new(
            around.clock.clone(),
            Some(token),
            refresher,
        )),
        meeting: meeting.clone(),
        subject: None,
    })
}
