//! Updates against a server that means no good: only what is newer, and signed for that very version, is taken.
//!
//! The signatures in `tests/updates` were made with keys that are gone: `tauri signer sign --app-version 9.9.9
//! payload`.

#![allow(clippy::unwrap_used)]

use std::path::Path;

use axum::Router;
use axum::routing::get;
use foyer_app::updates::{self, Ready, Source, UpdateError};
use serde_json::{Value, json};
use tauri::App;
use tauri::test::{MockRuntime, mock_builder, mock_context, noop_assets};

const NEWER: &str = "9.9.9";

fn kept(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/updates");
    std::fs::read_to_string(folder.join(name)).unwrap()
}

/// With the settings that ship.
fn app() -> App<MockRuntime> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let config = std::fs::read_to_string(root.join("tauri.conf.json")).unwrap();
    let config: Value = serde_json::from_str(&config).unwrap();
    let mut context = mock_context(noop_assets());
    let updater = config["plugins"]["updater"].clone();
    let plugins = &mut context.config_mut().plugins.0;
    plugins.insert("updater".into(), updater);
    mock_builder()
        .plugin(updates::plugin())
        .build(context)
        .unwrap()
}

/// Announces `version` with this signature, and serves `payload`.
async fn found(
    version: &str,
    signature: String,
    payload: String,
    keys: &[&str],
) -> Result<Option<Ready>, UpdateError> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let announcement = json!({
        "version": version,
        "url": format!("http://{address}/payload"),
        "signature": signature,
    });
    let routes = Router::new()
        .route("/latest.json", get(async move || announcement.to_string()))
        .route("/payload", get(async move || payload));
    let server = tokio::spawn(async move { axum::serve(listener, routes).await });
    let source = Source {
        endpoint: format!("http://{address}/latest.json").parse().unwrap(),
        keys: keys.iter().map(|key| kept(key)).collect(),
    };
    let app = app();
    let found = updates::find(app.handle(), &source).await;
    server.abort();
    found
}

async fn refused(version: &str, signature: String, payload: String, why: &str) {
    let answer = found(version, signature, payload, &["now.pub"]).await;
    let error = answer.err().expect("it is refused");
    assert_eq!(error.code(), "update.signature", "{why}: {error}");
}

#[tokio::test]
async fn what_is_newer_and_signed_is_taken() {
    let ready = found(NEWER, kept("now.sig"), kept("payload"), &["now.pub"]).await;
    let ready = ready.unwrap().unwrap();
    assert_eq!(ready.version(), NEWER);
    assert_eq!(ready.package(), kept("payload").as_bytes());
}

#[tokio::test]
async fn what_was_tampered_with_is_refused() {
    let tampered = kept("payload").replace("installer", "installed");
    refused(NEWER, kept("now.sig"), tampered, "the package").await;
}

#[tokio::test]
async fn what_is_not_signed_or_by_a_stranger_is_refused() {
    refused(NEWER, String::new(), kept("payload"), "no signature").await;
    refused(NEWER, kept("stranger.sig"), kept("payload"), "a stranger").await;
}

#[tokio::test]
async fn an_older_version_is_no_update_whatever_it_calls_itself() {
    for version in ["0.0.1", "0.1.0"] {
        let answer = found(version, kept("older.sig"), kept("payload"), &["now.pub"]).await;
        assert!(answer.unwrap().is_none(), "{version}");
    }
    refused(
        NEWER,
        kept("older.sig"),
        kept("payload"),
        "its version is signed",
    )
    .await;
    refused(
        NEWER,
        kept("unversioned.sig"),
        kept("payload"),
        "no version",
    )
    .await;
}

#[tokio::test]
async fn while_keys_change_either_is_good() {
    for (signature, keys) in [
        ("now.sig", ["now.pub", "next.pub"]),
        ("next.sig", ["now.pub", "next.pub"]),
    ] {
        let answer = found(NEWER, kept(signature), kept("payload"), &keys).await;
        assert!(answer.unwrap().is_some(), "{signature}");
    }
    let answer = found(NEWER, kept("next.sig"), kept("payload"), &["now.pub"]).await;
    assert!(answer.is_err(), "before the key is known");
}
