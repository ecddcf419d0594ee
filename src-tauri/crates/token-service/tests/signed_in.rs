//! People who sign in somewhere else, checked with that somewhere's public keys.
#![allow(clippy::unwrap_used)] // What fails here fails a test.

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::{Json, Router, routing::get};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use rcgen::{KeyPair, PublicKeyData as _};
use serde_json::{Value, json};

use support::{Answer, Bench, LINK, noon};

struct Issuer {
    key: KeyPair,
    url: String,
    asked: Arc<AtomicUsize>,
}

impl Issuer {
    async fn start() -> Self {
        let key = KeyPair::generate().unwrap();
        let public = key.der_bytes();
        let point = &public[public.len() - 64..];
        let [x, y] = [&point[..32], &point[32..]].map(|part| URL_SAFE_NO_PAD.encode(part));
        let jwk = json!({ "kty": "EC", "crv": "P-256", "kid": "e1", "use": "sig", "x": x, "y": y });
        let keys = json!({ "keys": [jwk] });
        let asked = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&asked);
        let app = Router::new().route(
            "/keys",
            get(async move || {
                counted.fetch_add(1, Ordering::Relaxed);
                Json(keys.clone())
            }),
        );
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { key, url, asked }
    }

    fn token(&self, kid: &str, claims: &Value) -> String {
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some(kid.into());
        let key = EncodingKey::from_ec_der(&self.key.serialize_der());
        encode(&header, claims, &key).unwrap()
    }

    async fn bench(&self) -> Bench {
        let keys = format!("{}/keys", self.url);
        Bench::start(&[
            ("OIDC__ISSUER", &self.url),
            ("OIDC__JWKS_URL", &keys),
            ("OIDC__AUDIENCE", "api://foyer"),
            ("OIDC__ALGORITHMS", r#"["ES256"]"#),
            ("OIDC__GUESTS", "true"),
            ("OIDC__ORGANIZER_ROLE", "Foyer.Invite"),
        ])
        .await
    }

    fn claims(&self) -> Value {
        json!({
            "iss": self.url,
            "aud": "api://foyer",
            "exp": noon().as_second() + 600,
            "roles": ["Foyer.Invite"],
        })
    }
}

async fn enter(bench: &Bench, bearer: &str) -> Answer {
    let request = bench.client.post(bench.url("/v1/guests"));
    let request = request.bearer_auth(bearer).json(&json!({}));
    Answer::of(request.send().await.unwrap()).await
}

fn with(mut claims: Value, name: &str, value: Value) -> Value {
    claims[name] = value;
    claims
}

#[tokio::test]
async fn who_signed_in_is_a_guest_and_with_the_role_an_organiser() {
    let issuer = Issuer::start().await;
    let bench = issuer.bench().await;
    let body = json!({ "link": LINK });
    let good = issuer.token("e1", &issuer.claims());
    assert_eq!(enter(&bench, &good).await.status, 200);
    assert_eq!(bench.invite(&good, &body).await.status, 201);
    let plain = issuer.token("e1", &with(issuer.claims(), "roles", json!([])));
    assert_eq!(enter(&bench, &plain).await.status, 200);
    bench.invite(&plain, &body).await.is(403, "access.role");
    assert_eq!(issuer.asked.load(Ordering::Relaxed), 1, "the keys are kept");
}

#[tokio::test]
async fn tokens_of_others_for_others_or_for_another_time_are_refused() {
    let issuer = Issuer::start().await;
    let bench = issuer.bench().await;
    let stranger = Issuer::start().await;
    let claims = || issuer.claims();
    let of = |claims: Value| issuer.token("e1", &claims);
    let good = of(claims());
    let (signed, _) = good.rsplit_once('.').unwrap();
    let payload = good.split('.').nth(1).unwrap();
    let none = format!("eyJhbGciOiJub25lIn0.{payload}.");
    // Signed with the public key as a shared secret: the classic confusion.
    let mut header = Header::new(Algorithm::HS256);
    header.kid = Some("e1".into());
    let secret = EncodingKey::from_secret(issuer.key.public_key_pem().as_bytes());
    let confused = encode(&header, &claims(), &secret).unwrap();
    for (token, code) in [
        (stranger.token("e1", &claims()), "access.refused"),
        (issuer.token("e2", &claims()), "access.refused"),
        (format!("{signed}."), "access.refused"),
        (none, "access.refused"),
        (confused, "access.refused"),
        (
            of(with(claims(), "iss", json!("https://other.example"))),
            "access.refused",
        ),
        (
            of(with(claims(), "aud", json!("api://other"))),
            "access.refused",
        ),
        (
            of(with(claims(), "nbf", json!(noon().as_second() + 600))),
            "access.refused",
        ),
        (
            of(with(claims(), "exp", json!(noon().as_second() - 61))),
            "access.expired",
        ),
        ("x".repeat(10_000), "access.refused"),
        ("nonsense".into(), "access.refused"),
    ] {
        enter(&bench, &token).await.is(401, code);
    }
    assert_eq!(bench.fake.users(), 0);
    assert_eq!(
        issuer.asked.load(Ordering::Relaxed),
        1,
        "unknown keys flood nobody"
    );
    bench.clock.advance(Duration::from_secs(61));
    enter(&bench, &issuer.token("e2", &claims()))
        .await
        .is(401, "access.refused");
    assert_eq!(issuer.asked.load(Ordering::Relaxed), 2);
}
