//! Guests and organisers against a service with a fake Azure behind it.
#![allow(clippy::unwrap_used)] // What fails here fails a test.

mod support;

use std::time::Duration;

use foyer_acs::clock::ManualClock;
use foyer_acs::fake::{Application, Fake, FakeConfig, Fault, MeetingOptions};
use foyer_acs::{Secret, SharedClock};
use foyer_token_service::invitation::Invitation;
use foyer_token_service::seal::{Key, Keys, new_secret};
use foyer_token_service::service::Service;
use serde_json::json;
use std::sync::Arc;

use support::{Bench, LINK, ORGANIZER, PUBLIC, config, invitation, noon, token};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test]
async fn whoever_is_invited_becomes_a_guest_and_stays_one() {
    let bench = Bench::start(&[]).await;
    let body = json!({ "link": LINK, "subject": "Interview", "uses": 1, "expiresInMinutes": 60 });
    let made = bench.invite(ORGANIZER, &body).await;
    assert_eq!(made.status, 201, "{:?}", made.body);
    assert_eq!(made.text("expiresOn"), "2026-11-22T13:00:00Z");
    assert!(made.text("qrCode").contains("<svg"));
    let app_link = url::Url::parse(made.text("appLink")).unwrap();
    assert_eq!(app_link.scheme(), "foyer");
    let query = |name: &str| {
        let mut pairs = app_link.query_pairs();
        pairs.find(|(key, _)| key == name).unwrap().1.into_owned()
    };
    assert_eq!(query("service"), PUBLIC);
    let invitation = query("invitation");
    assert!(
        made.text("webLink")
            .ends_with(&format!("/join/{invitation}"))
    );

    let guest = bench.enter(&invitation).await;
    assert_eq!(guest.status, 200, "{:?}", guest.body);
    assert_eq!(guest.text("endpoint"), bench.fake.endpoint().as_str());
    assert!(guest.text("userId").starts_with("8:acs:"));
    assert_eq!(guest.text("expiresOn"), "2026-11-23T12:00:00Z");
    assert_eq!(guest.body["meeting"]["link"], LINK);
    assert_eq!(guest.body["meeting"]["subject"], "Interview");

    bench.enter(&invitation).await.is(403, "invitation.used_up");
    let secret = json!({ "refreshSecret": guest.text("refreshSecret") });
    let renewed = bench.post("/v1/guests/refresh", &secret).await;
    assert_eq!(renewed.text("userId"), guest.text("userId"));
    assert_ne!(renewed.text("token"), guest.text("token"));
    assert_eq!(bench.fake.users(), 1);

    bench.clock.advance(24 * 3_600 * SECOND);
    let late = bench.post("/v1/guests/refresh", &secret).await;
    late.is(403, "refresh.expired");
    let forged = json!({ "refreshSecret": "r1.k1.e30.AAAA" });
    let forged = bench.post("/v1/guests/refresh", &forged).await;
    forged.is(403, "refresh.forged");
}

#[tokio::test]
async fn a_meeting_id_is_as_good_as_a_link() {
    let bench = Bench::start(&[]).await;
    let body = json!({ "meetingId": "123 456 789", "passcode": "abc" });
    let made = bench.invite(ORGANIZER, &body).await;
    let link = url::Url::parse(made.text("appLink")).unwrap();
    let (_, invitation) = link.query_pairs().last().unwrap();
    let guest = bench.enter(&invitation).await;
    assert_eq!(guest.body["meeting"]["meetingId"], "123456789");
    assert_eq!(guest.body["meeting"]["passcode"], "abc");
    let page = bench.get(&format!("/join/{invitation}")).await;
    let page = page.text().await.unwrap();
    assert!(page.contains("https://teams.microsoft.com/meet/123456789?p=abc"));
}

#[tokio::test]
async fn graph_tells_about_the_meeting_and_never_stands_in_the_way() {
    let clock = ManualClock::shared(noon());
    let fake = Fake::start(FakeConfig::loopback(clock.clone())).await;
    let fake = fake.unwrap();
    fake.register(Application {
        tenant: "contoso.test".into(),
        client_id: "an-app".into(),
        client_secret: Secret::new("its secret"),
        roles: vec!["OnlineMeetings.Read.All".into()],
        contributor: false,
    });
    let endpoint = fake.endpoint();
    let settings = config(
        &fake,
        &[
            ("GRAPH__TENANT", "contoso.test"),
            ("GRAPH__CLIENT_ID", "an-app"),
            ("GRAPH__CLIENT_SECRET", "its secret"),
            ("GRAPH__AUTHORITY", endpoint.as_str()),
            ("GRAPH__ENDPOINT", endpoint.as_str()),
        ],
    );
    let service = Service::start(settings, clock.clone()).await.unwrap();
    let client = reqwest::Client::new();
    let bench = Bench {
        clock,
        fake,
        service,
        client,
    };
    let meeting = bench.fake.open_meeting(MeetingOptions::at(noon()));
    let body = json!({ "link": meeting.join_url(), "subject": "ours" });
    let alone = bench.invite(ORGANIZER, &body).await;
    assert_eq!(alone.status, 201, "{:?}", alone.body);
    assert_eq!(alone.text("lookup"), "graph.no_access_policy");
    assert_eq!(alone.body["meeting"]["subject"], "ours");

    let organizer = &meeting.organizer().id;
    bench.fake.grant_access_policy("an-app", Some(organizer));
    let told = bench.invite(ORGANIZER, &body).await;
    let found = &told.body["meeting"];
    assert_eq!(told.body["lookup"], json!(null));
    assert_eq!(found["subject"], "Quarterly review");
    assert_eq!(found["organizer"], "Olga Organiser");
    assert_eq!(found["startsAt"], "2026-11-22T12:00:00Z");
    assert_eq!(found["chat"], "enabled");
    let short = json!({ "link": meeting.short_url() });
    let short = bench.invite(ORGANIZER, &short).await;
    assert_eq!(short.text("lookup"), "lookup.no_organizer");
    let id = json!({ "meetingId": meeting.meeting_id(), "organizerId": organizer });
    let id = bench.invite(ORGANIZER, &id).await;
    assert_eq!(id.body["meeting"]["subject"], "Quarterly review");
}

#[tokio::test]
async fn each_kind_of_bad_invitation_is_refused_in_its_own_way() {
    let bench = Bench::start(&[]).await;
    let good = invitation(Some(2), noon());
    let foreign = Keys::new(vec![Key::parse("k1", &new_secret()).unwrap()]).unwrap();
    let forged = good.seal(&foreign).token().expose().to_owned();
    let mut elsewhere = good.clone();
    elsewhere.service = "https://other.example".into();
    let mut past = good.clone();
    past.expires = noon();
    for (text, code) in [
        (forged.as_str(), "invitation.forged"),
        ("eyJhbGciOiJub25lIn0.e30.", "invitation.other_version"),
        ("nonsense", "invitation.malformed"),
        (&token(&elsewhere), "invitation.other_service"),
        (&token(&past), "invitation.expired"),
    ] {
        bench.enter(text).await.is(403, code);
    }
    let with = |link: &str| json!({ "invitation": token(&good), "meeting": { "link": link } });
    let other = "https://teams.microsoft.com/meet/987654321";
    let other = bench.post("/v1/guests", &with(other)).await;
    other.is(403, "invitation.other_meeting");
    assert_eq!(bench.fake.users(), 0, "Azure was asked for none of them");

    assert_eq!(bench.post("/v1/guests", &with(LINK)).await.status, 200);
    assert_eq!(bench.enter(&token(&good)).await.status, 200);
    bench
        .enter(&token(&good))
        .await
        .is(403, "invitation.used_up");
    bench
        .post("/v1/guests", &json!({}))
        .await
        .is(401, "access.missing");
}

#[tokio::test]
async fn only_organisers_invite_and_only_to_teams_meetings() {
    let bench = Bench::start(&[]).await;
    let body = json!({ "link": LINK });
    bench
        .post("/v1/invitations", &body)
        .await
        .is(401, "access.missing");
    bench.invite("wrong", &body).await.is(401, "access.refused");
    for (body, code) in [
        (
            json!({ "link": "https://example.org/meet/1" }),
            "meeting.link",
        ),
        (json!({}), "meeting.link"),
        (json!({ "meetingId": "12" }), "meeting.id"),
        (json!({ "link": LINK, "uses": 0 }), "invite.uses"),
        (json!({ "link": LINK, "uses": 1_001 }), "invite.uses"),
        (
            json!({ "link": LINK, "expiresInMinutes": 0 }),
            "invite.expires",
        ),
        (
            json!({ "link": LINK, "expiresInMinutes": u64::MAX }),
            "invite.expires",
        ),
        (json!({ "link": LINK, "lifetime": 1 }), "request.body"),
    ] {
        bench.invite(ORGANIZER, &body).await.is(400, code);
    }
}

#[tokio::test]
async fn nobody_asks_too_often_or_too_much() {
    let bench = Bench::start(&[("GUESTS__PER_ADDRESS", "3"), ("HTTP__FORWARDED_HOPS", "1")]).await;
    let invitation = token(&invitation(None, noon()));
    let ask = async |address: &str| {
        let request = bench.client.post(bench.url("/v1/guests"));
        let request = request.header("x-forwarded-for", address);
        let request = request.json(&json!({ "invitation": invitation }));
        support::Answer::of(request.send().await.unwrap()).await
    };
    for _ in 0..3 {
        assert_eq!(ask("1.2.3.4").await.status, 200);
    }
    let refused = ask("1.2.3.4").await;
    refused.is(429, "limit.address");
    assert_eq!(refused.retry_after, Some(20));
    ask("6.6.6.6, 1.2.3.4").await.is(429, "limit.address");
    assert_eq!(ask("1.2.3.5").await.status, 200);
    bench.clock.advance(20 * SECOND);
    assert_eq!(ask("1.2.3.4").await.status, 200);

    let long = json!({ "invitation": "x".repeat(20_000) });
    bench
        .post("/v1/guests", &long)
        .await
        .is(413, "request.too_long");
    let text = bench.client.post(bench.url("/v1/guests")).body("{}");
    let text = support::Answer::of(text.send().await.unwrap()).await;
    text.is(415, "request.not_json");
    let get = support::Answer::of(bench.get("/v1/guests").await).await;
    get.is(405, "request.method");
    let lost = support::Answer::of(bench.get("/nowhere").await).await;
    lost.is(404, "request.not_found");
}

#[tokio::test]
async fn one_invitation_cannot_take_the_service_from_the_others() {
    let bench = Bench::start(&[("GUESTS__PER_INVITATION", "2")]).await;
    let [popular, other] = [(); 2].map(|()| token(&invitation(None, noon())));
    for _ in 0..2 {
        assert_eq!(bench.enter(&popular).await.status, 200);
    }
    let refused = bench.enter(&popular).await;
    refused.is(429, "limit.invitation");
    assert_eq!(refused.retry_after, Some(30));
    assert_eq!(bench.enter(&other).await.status, 200);
}

#[tokio::test]
async fn a_crowd_is_served_from_the_pool_and_azure_never_asked_too_often() {
    let bench = Bench::start(&[
        ("AZURE__REQUESTS_PER_30S", "20"),
        ("POOL__SIZE", "12"),
        ("GUESTS__OPEN", "true"),
    ])
    .await;
    let pooled = async |wanted: u64| {
        loop {
            let ready: serde_json::Value = bench.get("/readyz").await.json().await.unwrap();
            if ready["pool"] == wanted {
                break;
            }
            tokio::task::yield_now().await;
        }
    };
    pooled(12).await;
    let mut served = 0;
    let refused = loop {
        let answer = bench.post("/v1/guests", &json!({})).await;
        if answer.status != 200 {
            break answer;
        }
        served += 1;
    };
    // Twelve were ready; the pool and the guests share what is left of the window.
    assert!((12..=20).contains(&served), "{served}");
    refused.is(429, "limit.azure");
    assert_eq!(refused.retry_after, Some(30));
    assert_eq!(bench.fake.requests().len(), 20);
    bench.clock.advance(30 * SECOND);
    pooled(12).await;
    assert!(bench.fake.requests().len() <= 40);
    assert!(bench.fake.requests().iter().all(|seen| seen.status == 201));
}

#[tokio::test]
async fn old_tokens_in_the_pool_are_given_to_nobody() {
    let bench = Bench::start(&[
        ("POOL__SIZE", "2"),
        ("POOL__FRESH_FOR", "4h"),
        ("GUESTS__OPEN", "true"),
    ])
    .await;
    while bench.fake.users() < 2 {
        tokio::task::yield_now().await;
    }
    bench.clock.advance(21 * 3_600 * SECOND);
    let guest = bench.post("/v1/guests", &json!({})).await;
    assert_eq!(guest.text("expiresOn"), "2026-11-24T09:00:00Z");
}

#[tokio::test]
async fn azures_trouble_costs_no_use_and_is_over_when_it_is_over() {
    let bench = Bench::start(&[]).await;
    let once = token(&invitation(Some(1), noon()));
    bench.fake.fail(Fault::once("/identities", 500).times(2));
    bench.enter(&once).await.is(502, "azure.unavailable");
    let ready = bench.get("/readyz").await;
    assert_eq!(ready.status(), 503);
    bench.fake.fail(Fault::retry_after("/identities", 429, 7));
    let refused = bench.enter(&once).await;
    refused.is(429, "limit.azure");
    assert_eq!(refused.retry_after, Some(7));
    bench.enter(&once).await.is(429, "limit.azure");
    assert_eq!(bench.fake.requests().len(), 3, "it is left alone meanwhile");
    bench.clock.advance(7 * SECOND);
    bench.fake.fail(Fault::once("/identities", 503));
    assert_eq!(bench.enter(&once).await.status, 200, "tried once more");
    assert_eq!(bench.get("/readyz").await.status(), 200);
    bench.enter(&once).await.is(403, "invitation.used_up");
}

#[tokio::test]
async fn the_landing_page_speaks_the_guests_language_and_runs_nothing() {
    let bench = Bench::start(&[("LANDING__DOWNLOAD_URL", "https://foyer.example/get")]).await;
    let mut invitation = invitation(None, noon());
    invitation.details.subject = Some("<script>alert('\"&\"')</script>".into());
    invitation.details.starts_at = Some(noon());
    let path = format!("/join/{}", token(&invitation));
    let page = async |language: &str, path: &str| {
        let request = bench.client.get(bench.url(path));
        let request = request.header("accept-language", language);
        request.send().await.unwrap()
    };
    let english = page("en-GB", &path).await;
    assert_eq!(english.status(), 200);
    let policy = english.headers()["content-security-policy"].to_str();
    assert!(
        policy
            .unwrap()
            .starts_with("default-src 'none'; style-src 'self'")
    );
    assert_eq!(english.headers()["referrer-policy"], "no-referrer");
    let english = english.text().await.unwrap();
    assert!(!english.contains("<script"), "{english}");
    assert!(english.contains("&lt;script&gt;") && english.contains("2026-11-22 12:00 UTC"));
    assert!(english.contains("href=\"foyer://join?service=") && english.contains("Get Foyer"));
    assert!(english.contains("https://foyer.example/get"));
    let russian = page("ru", &path).await.text().await.unwrap();
    assert!(russian.contains("Открыть в Foyer") && russian.contains("lang=\"ru\""));

    bench.clock.advance(3_600 * SECOND);
    let expired = page("ru", &path).await;
    assert_eq!(expired.status(), 403);
    let expired = expired.text().await.unwrap();
    assert!(expired.contains("истёк") && !expired.contains("foyer:"));
    let style = bench.get("/assets/landing.css").await;
    assert_eq!(style.headers()["content-type"], "text/css; charset=utf-8");
}

#[tokio::test]
async fn an_operator_sees_what_happens_and_no_more() {
    let bench = Bench::start(&[]).await;
    assert_eq!(bench.get("/livez").await.status(), 200);
    let invitation = token(&invitation(Some(1), noon()));
    bench.enter(&invitation).await;
    bench.enter(&invitation).await;
    bench.get(&format!("/join/{invitation}")).await;
    let metrics = bench.get("/metrics").await.text().await.unwrap();
    for line in [
        r#"foyer_http_requests_total{route="/v1/guests",status="200"} 1"#,
        r#"foyer_http_requests_total{route="/join/{invitation}",status="200"} 1"#,
        r#"foyer_refusals_total{code="invitation.used_up"} 1"#,
        r#"foyer_azure_requests_total{code="ok"} 1"#,
        r#"foyer_guests_total{pool="miss"} 1"#,
    ] {
        assert!(metrics.contains(line), "{line} in\n{metrics}");
    }
    assert!(!metrics.contains(&invitation));
}

#[tokio::test]
async fn uses_in_a_file_outlive_the_service() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("uses.redb");
    let store = [("STORE__PATH", path.to_str().unwrap())];
    let bench = Bench::start(&store).await;
    let once = token(&invitation(Some(1), noon()));
    assert_eq!(bench.enter(&once).await.status, 200);
    let clock: SharedClock = bench.clock.clone();
    drop(bench.service);
    let fake = Fake::start(FakeConfig::loopback(Arc::clone(&clock))).await;
    let fake = fake.unwrap();
    // The old one lets the file go after its last task.
    let service = loop {
        match Service::start(config(&fake, &store), Arc::clone(&clock)).await {
            Ok(service) => break service,
            Err(error) => assert_eq!(error.code(), "store.file"),
        }
        tokio::task::yield_now().await;
    };
    let again = Bench {
        fake,
        service,
        ..bench
    };
    again.enter(&once).await.is(403, "invitation.used_up");
    let opened = Invitation::open(&once, &support::keys(), PUBLIC, noon());
    assert!(opened.is_ok(), "the invitation itself knows nothing of it");
}
