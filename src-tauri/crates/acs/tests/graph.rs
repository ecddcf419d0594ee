//! Our Graph client against the fake.
#![allow(clippy::unwrap_used)] // What fails here fails a test.

mod support;

use std::sync::Arc;
use std::time::Duration;

use foyer_acs::Secret;
use foyer_acs::clock::{ManualClock, later};
use foyer_acs::entra::{ClientCredentials, EntraTokens, GRAPH_SCOPE};
use foyer_acs::fake::{Application, Failing, Fake, Fault, MeetingOptions};
use foyer_acs::graph::meeting::MeetingChat;
use foyer_acs::graph::{GraphClient, GraphError};
use serde_json::json;

use support::{around, fake, noon};

const READ_ALL: &str = "OnlineMeetings.Read.All";

fn client(fake: &Fake, clock: &Arc<ManualClock>, role: &str) -> GraphClient {
    fake.register(Application {
        tenant: "contoso.test".into(),
        client_id: "an-app".into(),
        client_secret: Secret::new("its secret"),
        roles: vec![role.to_owned()],
        contributor: false,
    });
    let credentials = ClientCredentials {
        authority: fake.endpoint(),
        tenant: "contoso.test".into(),
        client_id: "an-app".into(),
        client_secret: Secret::new("its secret"),
        scope: GRAPH_SCOPE.into(),
    };
    let around = around(fake, clock);
    let tokens = Arc::new(EntraTokens::new(credentials, around.clone()));
    GraphClient::new(fake.endpoint(), tokens, around)
}

#[tokio::test]
async fn a_meeting_is_found_by_long_link_short_link_and_id_with_every_field() {
    let clock = ManualClock::impatient(noon());
    let fake = fake(&clock).await;
    let mut options = MeetingOptions::at(noon());
    options.subject = "Olga's \"review\" & more".into();
    options.graph = json!({ "videoTeleconferenceId": "987654", "recordAutomatically": true });
    let meeting = fake.open_meeting(options);
    fake.open_meeting(MeetingOptions::at(noon()));
    let client = client(&fake, &clock, READ_ALL);
    let olga = meeting.organizer().clone();
    fake.grant_access_policy("an-app", Some(&olga.id));

    let found = client
        .meeting_by_link(&olga.id, meeting.join_url())
        .await
        .unwrap();
    let short = client
        .meeting_by_link(&olga.id, meeting.short_url())
        .await
        .unwrap();
    let spaced = format!(
        "{} {}",
        &meeting.meeting_id()[..4],
        &meeting.meeting_id()[4..]
    );
    let by_id = client.meeting_by_id(&olga.id, &spaced).await.unwrap();
    assert_eq!(found, short);
    assert_eq!(found, by_id);

    assert!(found.id.is_some());
    assert_eq!(found.subject.as_deref(), Some("Olga's \"review\" & more"));
    assert_eq!(found.start_date_time, Some(noon()));
    assert_eq!(
        found.end_date_time,
        Some(later(noon(), Duration::from_secs(3600)))
    );
    assert_eq!(found.join_web_url.as_deref(), Some(meeting.join_url()));
    let join = found.join_meeting_id_settings.as_ref().unwrap();
    assert_eq!(join.is_passcode_required, Some(true));
    assert_eq!(join.join_meeting_id.as_deref(), Some(meeting.meeting_id()));
    assert_eq!(join.passcode.as_ref(), Some(meeting.passcode()));
    let chat = found.chat_info.as_ref().unwrap();
    assert_eq!(chat.thread_id.as_deref(), Some(meeting.thread_id()));
    assert_eq!(chat.message_id.as_deref(), Some("0"));
    let lobby = found.lobby_bypass_settings.as_ref().unwrap();
    assert_eq!(lobby.scope.as_deref(), Some("organization"));
    assert_eq!(lobby.is_dial_in_bypass_enabled, Some(false));
    assert_eq!(found.allow_meeting_chat, Some(MeetingChat::Enabled));
    assert_eq!(
        found.share_meeting_chat_history_default.as_deref(),
        Some("none")
    );
    assert_eq!(found.allowed_presenters.as_deref(), Some("everyone"));
    assert_eq!(found.allow_attendee_to_enable_camera, Some(true));
    assert_eq!(found.allow_attendee_to_enable_mic, Some(true));
    assert_eq!(found.allow_teamwork_reactions, Some(true));
    assert_eq!(found.allow_participants_to_change_name, Some(false));
    assert_eq!(found.record_automatically, Some(true));
    let watermark = found.watermark_protection.as_ref().unwrap();
    assert_eq!(watermark.is_enabled_for_content_sharing, Some(false));
    assert_eq!(watermark.is_enabled_for_video, Some(false));
    let audio = found.audio_conferencing.as_ref().unwrap();
    assert_eq!(audio.conference_id.as_deref(), Some("123456789"));
    assert_eq!(audio.toll_number.as_deref(), Some("+1 425 555 0100"));
    assert_eq!(audio.toll_free_number.as_deref(), Some("+1 800 555 0100"));
    assert!(
        audio
            .dialin_url
            .as_deref()
            .unwrap()
            .starts_with("https://dialin.")
    );
    let organizer = found.organizer.as_ref().unwrap();
    assert_eq!(organizer.id, olga.id);
    assert_eq!(organizer.name.as_deref(), Some("Olga Organiser"));
    assert_eq!(organizer.upn.as_deref(), Some("olga@contoso.test"));
    assert!(organizer.tenant_id.is_some());
    assert_eq!(found.video_teleconference_id.as_deref(), Some("987654"));
    assert_eq!(found.is_entry_exit_announced, Some(true));

    let shown = format!("{found:?} {join:?}");
    for secret in ["review", meeting.passcode().expose(), "meetup-join", "Olga"] {
        assert!(!shown.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn an_old_meeting_with_hardly_a_field_is_read_as_well() {
    let clock = ManualClock::impatient(noon());
    let fake = fake(&clock).await;
    let mut options = MeetingOptions::at(noon());
    options.graph = json!({
        "subject": null, "joinMeetingIdSettings": null, "chatInfo": null, "participants": null,
        "audioConferencing": null, "lobbyBypassSettings": null, "watermarkProtection": null,
        "allowMeetingChat": "unknownFutureValue", "endDateTime": null, "newerField": { "a": [1] },
    });
    let meeting = fake.open_meeting(options);
    let client = client(&fake, &clock, READ_ALL);
    fake.grant_access_policy("an-app", None);
    let organizer = &meeting.organizer().id;
    let found = client
        .meeting_by_link(organizer, meeting.join_url())
        .await
        .unwrap();
    assert_eq!(found.subject, None);
    assert_eq!(found.organizer, None);
    let newer = MeetingChat::Other("unknownFutureValue".into());
    assert_eq!(found.allow_meeting_chat, Some(newer));
}

#[tokio::test]
async fn a_missing_access_policy_is_told_from_a_missing_permission() {
    let clock = ManualClock::impatient(noon());
    let fake = fake(&clock).await;
    let meeting = fake.open_meeting(MeetingOptions::at(noon()));
    let organizer = meeting.organizer().id.clone();
    let client = client(&fake, &clock, READ_ALL);
    fake.grant_access_policy("an-app", Some("somebody else"));
    let error = client
        .meeting_by_link(&organizer, meeting.join_url())
        .await
        .unwrap_err();
    assert_eq!(error, GraphError::NoAccessPolicy);
    fake.grant_access_policy("an-app", Some(&organizer));
    client
        .meeting_by_link(&organizer, meeting.join_url())
        .await
        .unwrap();
    let error = client.meeting_by_id(&organizer, "999").await.unwrap_err();
    assert_eq!(error, GraphError::NotFound);

    let other = support::fake(&clock).await;
    let powerless = self::client(&other, &clock, "User.Read.All");
    let error = powerless.meeting_by_id(&organizer, "1").await.unwrap_err();
    assert_eq!(error.code(), "graph.forbidden");
}

#[tokio::test]
async fn what_cannot_be_a_link_or_an_id_is_not_asked_for() {
    let clock = ManualClock::impatient(noon());
    let fake = fake(&clock).await;
    let client = client(&fake, &clock, READ_ALL);
    for id in ["", "12a", "1' or 'a' eq 'a"] {
        assert_eq!(
            client.meeting_by_id("olga", id).await,
            Err(GraphError::Invalid)
        );
    }
    assert_eq!(
        client.meeting_by_link("olga", "a\nb").await,
        Err(GraphError::Invalid)
    );
    assert_eq!(
        client.meeting_by_link("", "https://x.test").await,
        Err(GraphError::Invalid)
    );
    assert_eq!(fake.requests(), []);
}

#[tokio::test]
async fn a_quote_in_a_link_does_not_end_the_filter() {
    let clock = ManualClock::impatient(noon());
    let fake = fake(&clock).await;
    let client = client(&fake, &clock, READ_ALL);
    fake.grant_access_policy("an-app", None);
    let hostile = "https://teams.microsoft.com/x' or subject eq 'y";
    assert_eq!(
        client.meeting_by_link("olga", hostile).await,
        Err(GraphError::NotFound)
    );
}

#[tokio::test]
async fn graphs_troubles_have_their_codes_and_a_refused_token_is_renewed_once() {
    let clock = ManualClock::impatient(noon());
    let fake = fake(&clock).await;
    let meeting = fake.open_meeting(MeetingOptions::at(noon()));
    let client = client(&fake, &clock, READ_ALL);
    fake.grant_access_policy("an-app", None);
    let organizer = &meeting.organizer().id;
    fake.fail(Fault::once("/v1.0/", 401));
    client
        .meeting_by_link(organizer, meeting.join_url())
        .await
        .unwrap();
    for (fault, code) in [
        (Fault::once("/v1.0/", 401).times(2), "graph.unauthorized"),
        (Fault::once("/v1.0/", 504).times(9), "graph.failed"),
        (Fault::retry_after("/v1.0/", 429, 600), "graph.throttled"),
        (
            Fault::once("/v1.0/", 0).with(Failing::Garbage),
            "graph.malformed",
        ),
        (
            Fault::once("/v1.0/", 0).with(Failing::Cut).times(9),
            "graph.unreachable",
        ),
        (Fault::once("/v1.0/", 400), "graph.rejected"),
    ] {
        fake.heal();
        fake.fail(fault);
        let error = client
            .meeting_by_link(organizer, meeting.join_url())
            .await
            .unwrap_err();
        assert_eq!(error.code(), code);
    }
}
