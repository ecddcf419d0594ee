//! Our identity client against the fake.
#![allow(clippy::unwrap_used)] // What fails here fails a test.

mod support;

use std::sync::Arc;
use std::time::Duration;

use foyer_acs::Secret;
use foyer_acs::clock::{Clock, ManualClock, later};
use foyer_acs::entra::{ACS_SCOPE, ClientCredentials, EntraTokens, GRAPH_SCOPE};
use foyer_acs::fake::{Application, Failing, Fake, Fault};
use foyer_acs::identity::{AccessKey, Credential, IdentityClient, IdentityError, Scope, UserId};
use foyer_acs::retry::RetryPolicy;
use jiff::SignedDuration;

use support::{around, fake, noon};

const GUEST: [Scope; 2] = [Scope::VoipJoin, Scope::ChatJoinLimited];

fn client(fake: &Fake, clock: &Arc<ManualClock>) -> IdentityClient {
    IdentityClient::connect(fake.connection(), around(fake, clock))
}

#[tokio::test]
async fn a_guest_is_made_gets_tokens_and_goes() {
    let clock = ManualClock::impatient(noon());
    let fake = fake(&clock).await;
    let client = client(&fake, &clock);
    let hour = Duration::from_secs(3600);

    let (user, first) = client.create_with_token(&GUEST, Some(hour)).await.unwrap();
    assert!(user.0.starts_with("8:acs:"), "{user}");
    assert_eq!(first.expires_on, later(noon(), hour));
    let second = client.issue(&user, &GUEST, None).await.unwrap();
    assert_eq!(
        second.expires_on,
        later(noon(), hour * 24),
        "a day unless said otherwise"
    );
    assert_ne!(first.token, second.token);

    client.revoke(&user).await.unwrap();
    client.delete(&user).await.unwrap();
    client.delete(&user).await.expect("gone is gone");
    let error = client.issue(&user, &GUEST, None).await.unwrap_err();
    assert_eq!(error, IdentityError::NotFound);

    let other = client.create().await.unwrap();
    assert_ne!(other, user);
    assert_eq!(fake.users(), 1);
}

#[tokio::test]
async fn a_foreign_key_is_refused_without_a_second_try() {
    let clock = ManualClock::impatient(noon());
    let fake = fake(&clock).await;
    let key = AccessKey::parse("c29tZWJvZHkgZWxzZQ==").unwrap();
    let client = IdentityClient::new(fake.endpoint(), Credential::Key(key), around(&fake, &clock));
    let error = client.create().await.unwrap_err();
    assert_eq!(error.code(), "identity.unauthorized");
    assert_eq!(fake.requests().len(), 1);
}

#[tokio::test]
async fn a_clock_that_is_off_is_corrected_by_the_services_own() {
    for off in [
        SignedDuration::from_hours(-5),
        SignedDuration::from_mins(20),
    ] {
        let clock = ManualClock::impatient(noon());
        let fake = fake(&clock).await;
        fake.set_ahead(off);
        let client = client(&fake, &clock);
        client.create().await.unwrap();
        client.create().await.unwrap();
        assert_eq!(client.service_ahead(), off);
        let answers: Vec<_> = fake.requests().iter().map(|seen| seen.status).collect();
        assert_eq!(answers, [401, 201, 201], "learnt once");
    }
}

#[tokio::test]
async fn a_small_difference_of_clocks_is_left_alone() {
    let clock = ManualClock::impatient(noon());
    let fake = fake(&clock).await;
    fake.set_ahead(SignedDuration::from_secs(200));
    let client = client(&fake, &clock);
    client.create().await.unwrap();
    assert_eq!(client.service_ahead(), SignedDuration::ZERO);
}

#[tokio::test]
async fn the_wait_that_the_service_asks_for_is_kept() {
    let clock = ManualClock::impatient(noon());
    let fake = fake(&clock).await;
    fake.fail(Fault::retry_after("/identities", 429, 7).times(2));
    client(&fake, &clock).create().await.unwrap();
    let slept = clock.slept();
    assert_eq!(slept.len(), 2);
    assert!(
        slept
            .iter()
            .all(|wait| (7.0..7.7).contains(&wait.as_secs_f64())),
        "{slept:?}"
    );
}

#[tokio::test]
async fn trouble_of_the_service_is_waited_out_and_then_reported() {
    let clock = ManualClock::impatient(noon());
    let fake = fake(&clock).await;
    let client = client(&fake, &clock);
    fake.fail(Fault::once("/identities", 500));
    fake.fail(Fault::once("/identities", 503).with(Failing::Cut));
    client.create().await.unwrap();
    fake.fail(Fault::once("/identities", 503).times(4));
    let error = client.create().await.unwrap_err();
    assert_eq!(error, IdentityError::Failed { status: 503 });
    fake.fail(Fault::once("/identities", 200).with(Failing::Garbage));
    assert_eq!(
        client.create().await.unwrap_err().code(),
        "identity.malformed"
    );
}

#[tokio::test]
async fn whoever_counts_requests_sees_each_one() {
    let clock = ManualClock::impatient(noon());
    let fake = fake(&clock).await;
    let mut around = around(&fake, &clock);
    around.retry = RetryPolicy::NONE;
    let client = IdentityClient::connect(fake.connection(), around);
    fake.fail(Fault::retry_after("/identities", 429, 12));
    let retry_after = Some(Duration::from_secs(12));
    let error = client.create().await.unwrap_err();
    assert_eq!(error, IdentityError::Throttled { retry_after });
    assert_eq!(fake.requests().len(), 1);
}

#[tokio::test]
async fn the_thousand_and_first_request_in_half_a_minute_is_refused() {
    let clock = ManualClock::shared(noon());
    let fake = fake(&clock).await;
    let mut around = around(&fake, &clock);
    around.retry = RetryPolicy::NONE;
    let client = IdentityClient::connect(fake.connection(), around);
    for _ in 0..1000 {
        client.create().await.unwrap();
    }
    clock.advance(Duration::from_secs(10));
    let error = client.create().await.unwrap_err();
    let retry_after = Some(Duration::from_secs(20));
    assert_eq!(error, IdentityError::Throttled { retry_after });
    clock.advance(Duration::from_secs(20));
    client.create().await.unwrap();
}

#[tokio::test]
async fn a_life_that_azure_would_refuse_is_not_asked_for() {
    let clock = ManualClock::impatient(noon());
    let fake = fake(&clock).await;
    let client = client(&fake, &clock);
    for minutes in [0, 59, 1441] {
        let life = Some(Duration::from_secs(minutes * 60));
        let error = client.create_with_token(&GUEST, life).await.unwrap_err();
        assert_eq!(error, IdentityError::Lifetime);
    }
    let nobody = UserId("8:acs:nobody".into());
    let error = client.issue(&nobody, &[], None).await.unwrap_err();
    assert_eq!(error, IdentityError::NotFound);
    assert_eq!(fake.requests().len(), 1);
}

fn application(roles: &[&str], contributor: bool) -> Application {
    Application {
        tenant: "contoso.test".into(),
        client_id: "an-app".into(),
        client_secret: Secret::new("its secret"),
        roles: roles.iter().map(|&role| role.to_owned()).collect(),
        contributor,
    }
}

fn entra(fake: &Fake, clock: &Arc<ManualClock>, secret: &str, scope: &str) -> Credential {
    let credentials = ClientCredentials {
        authority: fake.endpoint(),
        tenant: "contoso.test".into(),
        client_id: "an-app".into(),
        client_secret: Secret::new(secret),
        scope: scope.into(),
    };
    Credential::Entra(Arc::new(EntraTokens::new(credentials, around(fake, clock))))
}

#[tokio::test]
async fn an_entra_token_serves_instead_of_the_key_and_is_renewed() {
    let clock = ManualClock::impatient(noon());
    let fake = fake(&clock).await;
    fake.register(application(&[], true));
    let credential = entra(&fake, &clock, "its secret", ACS_SCOPE);
    let client = IdentityClient::new(fake.endpoint(), credential, around(&fake, &clock));
    client.create().await.unwrap();
    client.create().await.unwrap();
    clock.advance(Duration::from_secs(3600));
    client.create().await.unwrap();
    let asked = fake
        .requests()
        .iter()
        .filter(|seen| seen.target.contains("/oauth2/"))
        .count();
    assert_eq!(
        asked, 2,
        "one token for two requests, another when it had ended"
    );
    assert!(clock.now() > noon());
}

#[tokio::test]
async fn entra_refuses_in_three_ways_with_three_codes() {
    let clock = ManualClock::impatient(noon());
    let fake = fake(&clock).await;
    fake.register(application(&[], false));
    for (secret, scope, code) in [
        ("wrong", ACS_SCOPE, "token.refused"),
        ("its secret", GRAPH_SCOPE, "identity.unauthorized"),
        ("its secret", ACS_SCOPE, "identity.forbidden"),
    ] {
        let credential = entra(&fake, &clock, secret, scope);
        let client = IdentityClient::new(fake.endpoint(), credential, around(&fake, &clock));
        let error = client.create().await.unwrap_err();
        assert_eq!(error.code(), code);
        assert!(!format!("{error:?} {error}").contains("its secret"));
    }
}

#[tokio::test]
async fn nobody_there_is_told_from_somebody_who_refuses() {
    let clock = ManualClock::impatient(noon());
    let (connection, around) = {
        let fake = fake(&clock).await;
        (fake.connection(), around(&fake, &clock))
    };
    let error = IdentityClient::connect(connection, around)
        .create()
        .await
        .unwrap_err();
    assert_eq!(error.code(), "identity.unreachable");
    assert_eq!(clock.slept().len(), 3, "tried four times");
}

#[tokio::test]
async fn the_fake_speaks_tls_to_whoever_trusts_its_certificate() {
    let clock = ManualClock::impatient(noon());
    let fake = support::fake_with_tls(&clock).await;
    assert!(fake.url().starts_with("https://"));
    client(&fake, &clock).create().await.unwrap();
}
