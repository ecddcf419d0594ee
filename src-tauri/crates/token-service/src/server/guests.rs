//! Guests: an invitation in, a token out.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use foyer_acs::Secret;
use foyer_acs::identity::UserId;
use foyer_acs::token::AccessToken;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Shared;
use super::address::{Peer, caller};
use super::problem::{Body, Problem};
use crate::invitation::Invitation;
use crate::meeting::{Address, AddressError, Details};
use crate::refresh;
use crate::store::{Caller, Counted};

/// A meeting as it is asked for: by its link, or by its ID.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct MeetingBody {
    link: Option<String>,
    meeting_id: Option<String>,
    passcode: Option<Secret>,
}

impl MeetingBody {
    pub(super) fn read(
        link: Option<&str>,
        meeting_id: Option<&str>,
        passcode: Option<&Secret>,
    ) -> Result<Address, AddressError> {
        match (link, meeting_id) {
            (Some(link), None) => Address::from_link(link),
            (None, Some(id)) => {
                Address::from_id(id, passcode.map(|passcode| passcode.expose().as_str()))
            }
            (Some(_), Some(_)) | (None, None) => Err(AddressError::Link),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct EnterBody {
    invitation: Option<Secret>,
    /// The meeting that the guest wants to join, if they know.
    meeting: Option<MeetingBody>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct RefreshBody {
    refresh_secret: Secret,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct GuestAnswer {
    endpoint: String,
    user_id: String,
    token: String,
    expires_on: Timestamp,
    refresh_secret: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    meeting: Option<MeetingAnswer>,
}

/// The meeting that an invitation leads to.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MeetingAnswer {
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    meeting_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    passcode: Option<String>,
    #[serde(flatten)]
    details: Details,
}

impl MeetingAnswer {
    pub(super) fn new(address: Address, details: Details) -> Self {
        let (link, meeting_id, passcode) = match address {
            Address::Link(link) => (Some(link), None, None),
            Address::Id { id, passcode } => (None, Some(id), passcode),
        };
        Self {
            link,
            meeting_id,
            passcode,
            details,
        }
    }
}

fn answer(
    shared: &Shared,
    user: UserId,
    token: AccessToken,
    refresh_secret: Secret,
    meeting: Option<MeetingAnswer>,
) -> Json<GuestAnswer> {
    Json(GuestAnswer {
        endpoint: shared.config.azure.endpoint.as_str().to_owned(),
        user_id: user.0,
        token: token.token.expose().to_owned(),
        expires_on: token.expires_on,
        refresh_secret: refresh_secret.expose().to_owned(),
        meeting,
    })
}

/// `POST /v1/guests`
pub(super) async fn enter(
    State(shared): State<Arc<Shared>>,
    peer: Peer,
    headers: HeaderMap,
    Body(body): Body<EnterBody>,
) -> Result<Json<GuestAnswer>, Problem> {
    let now = shared.clock.now();
    let config = &shared.config;
    let invitation = match &body.invitation {
        Some(text) => {
            let keys = &config.invitations.keys;
            let opened = Invitation::open(text.expose(), keys, &config.public_url, now)?;
            if let Some(MeetingBody {
                link,
                meeting_id,
                passcode,
            }) = &body.meeting
            {
                let wanted =
                    MeetingBody::read(link.as_deref(), meeting_id.as_deref(), passcode.as_ref())?;
                opened.leads_to(Some(&wanted))?;
            }
            Some(opened)
        }
        None if config.guests.open => None,
        None => {
            shared.access.guest(&headers).await?;
            None
        }
    };
    let counted = invitation.as_ref().map(|invitation| Counted {
        id: invitation.id.clone(),
        most: invitation.uses,
        expires: invitation.expires,
    });
    let address = caller(&headers, peer, config.http.forwarded_hops);
    let caller = Caller {
        address: &address,
        address_rate: shared.address_rate,
        invitation: counted.as_ref(),
        invitation_rate: shared.invitation_rate,
        now,
    };
    shared.store.admit(caller).await?;
    let (user, token) = match shared.issuer.guest().await {
        Ok(guest) => guest,
        Err(error) => {
            if let Some(counted) = &counted {
                shared.store.give_back(counted).await;
            }
            return Err(error.into());
        }
    };
    let invited = counted.as_ref().map(|counted| counted.id.as_str());
    tracing::info!(invited, "a guest was let in");
    let secret = refresh::seal(
        &config.invitations.keys,
        &user,
        now,
        config.guests.refresh_for,
    );
    let meeting =
        invitation.map(|invitation| MeetingAnswer::new(invitation.meeting, invitation.details));
    Ok(answer(&shared, user, token, secret, meeting))
}

/// `POST /v1/guests/refresh`
pub(super) async fn refresh(
    State(shared): State<Arc<Shared>>,
    peer: Peer,
    headers: HeaderMap,
    Body(body): Body<RefreshBody>,
) -> Result<Json<GuestAnswer>, Problem> {
    let now = shared.clock.now();
    let keys = &shared.config.invitations.keys;
    let user = refresh::open(keys, &body.refresh_secret, now)?;
    let address = caller(&headers, peer, shared.config.http.forwarded_hops);
    let caller = Caller {
        address: &address,
        address_rate: shared.address_rate,
        invitation: None,
        invitation_rate: shared.invitation_rate,
        now,
    };
    shared.store.admit(caller).await?;
    let token = shared.issuer.refresh(&user).await?;
    tracing::info!("a guest's token was renewed");
    Ok(answer(&shared, user, token, body.refresh_secret, None))
}
