//! Organisers: a meeting in, an invitation out.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use foyer_acs::Secret;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Shared;
use super::guests::{MeetingAnswer, MeetingBody};
use super::problem::{Body, Problem};
use crate::invitation::{Invitation, LONGEST};
use crate::lookup::LookupError;
use crate::meeting::Details;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct InviteBody {
    link: Option<String>,
    meeting_id: Option<String>,
    passcode: Option<Secret>,
    /// Whose meeting it is (their object id): a short link and a meeting ID do not tell.
    organizer_id: Option<String>,
    /// For how many guests.
    uses: Option<u32>,
    /// How long it is good.
    expires_in_minutes: Option<u64>,
    /// Shown where Graph is not asked or does not know.
    subject: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct InviteAnswer {
    app_link: String,
    web_link: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    qr_code: Option<String>,
    expires_on: Timestamp,
    uses: Option<u32>,
    meeting: MeetingAnswer,
    /// Why nothing more is known about the meeting: a code. The invitation is good nevertheless.
    #[serde(skip_serializing_if = "Option::is_none")]
    lookup: Option<&'static str>,
}

/// `POST /v1/invitations`
pub(super) async fn invite(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Body(body): Body<InviteBody>,
) -> Result<(StatusCode, Json<InviteAnswer>), Problem> {
    let who = shared.access.organizer(&headers).await?;
    let terms = &shared.config.invitations;
    let address = MeetingBody::read(
        body.link.as_deref(),
        body.meeting_id.as_deref(),
        body.passcode.as_ref(),
    )?;
    let uses = body.uses.unwrap_or(terms.default_uses);
    if !(1..=terms.most_uses).contains(&uses) {
        let message = format!("between 1 and {} guests", terms.most_uses);
        return Err(Problem::bad_request("invite.uses", message));
    }
    let life = body
        .expires_in_minutes
        .map_or(terms.default_life, |minutes| {
            Duration::from_secs(minutes.saturating_mul(60))
        });
    if life.is_zero() || life > terms.longest_life {
        let most = terms.longest_life.as_secs() / 60;
        let message = format!("between 1 and {most} minutes");
        return Err(Problem::bad_request("invite.expires", message));
    }
    let found = match &shared.lookup {
        Some(lookup) => Some(lookup.look_up(&address, body.organizer_id.as_deref()).await),
        None => None,
    };
    // Guests join without it, so that Graph never stands in the way of an invitation.
    let failed = found.as_ref().and_then(|found| found.as_ref().err());
    let lookup = failed.map(LookupError::code);
    if let Some(code) = lookup {
        tracing::warn!(code, "a meeting was not found out about");
    }
    let mut details: Details = found.and_then(Result::ok).unwrap_or_default();
    details.subject = details.subject.or(body.subject);
    let now = shared.clock.now();
    let public_url = &shared.config.public_url;
    let invitation = Invitation::new(public_url, address, details, Some(uses), now, life);
    let sealed = invitation.seal(&terms.keys);
    if sealed.token().expose().len() > LONGEST {
        let message = "the link is too long for an invitation";
        return Err(Problem::bad_request("invite.too_long", message));
    }
    tracing::info!(by = who, id = invitation.id, uses, "an invitation was made");
    let answer = InviteAnswer {
        app_link: sealed.app_link(),
        web_link: sealed.web_link(),
        qr_code: sealed.qr_code(),
        expires_on: invitation.expires,
        uses: invitation.uses,
        meeting: MeetingAnswer::new(invitation.meeting, invitation.details),
        lookup,
    };
    Ok((StatusCode::CREATED, Json(answer)))
}
