//! The page of the calling window: served under a scheme of its own, so that it shares no origin with the UI, and
//! with a policy of its own.
//!
//! `foyer-calling://localhost` (on Windows `https://foyer-calling.localhost`): Microsoft's SDK wants https or the
//! host `localhost`.

use std::borrow::Cow;
use std::sync::{Mutex, PoisonError};

use tauri::http::{Request, Response, StatusCode, header};
use tauri::{AppHandle, Runtime};

/// Name of the scheme.
pub const SCHEME: &str = "foyer-calling";

/// Where the built page lies among the app's files.
const FOLDER: &str = "/calling/";

/// Microsoft's hosts for signalling and telemetry, as its documentation lists them.
const HOSTS: [&str; 5] = [
    "*.skype.com",
    "*.microsoft.com",
    "*.azure.net",
    "*.azure.com",
    "*.office.com",
];

/// The files of the page.
pub struct Files<R: Runtime> {
    app: AppHandle<R>,
}

impl<R: Runtime> Files<R> {
    /// Those built into this app.
    pub fn of(app: &AppHandle<R>) -> Self {
        Self { app: app.clone() }
    }

    /// Whether there is one of this name, relative to the page.
    pub fn has(&self, name: &str) -> bool {
        let path = format!("{FOLDER}{name}");
        let resolver = self.app.asset_resolver();
        // Asking for a file by name would fall back on the UI's page.
        let is_it = |(found, _): (Cow<'_, str>, _)| {
            found.trim_start_matches('/') == path.trim_start_matches('/')
        };
        resolver.iter().any(is_it)
    }

    /// Its bytes and type.
    pub fn get(&self, name: &str) -> Option<(Vec<u8>, String)> {
        if !self.has(name) {
            return None;
        }
        let file = self.app.asset_resolver().get(format!("{FOLDER}{name}"))?;
        Some((file.bytes, file.mime_type))
    }
}

/// Where the page may connect to at the moment, besides Microsoft's hosts.
#[derive(Default)]
pub struct Policy {
    engine: Mutex<Option<String>>,
}

impl Policy {
    /// From now on this engine alone.
    pub(super) fn allow(&self, engine: Option<String>) {
        *self.engine.lock().unwrap_or_else(PoisonError::into_inner) = engine;
    }

    /// Takes an engine's address back; that of another stays.
    pub(super) fn forbid(&self, engine: &str) {
        let mut current = self.engine.lock().unwrap_or_else(PoisonError::into_inner);
        if current.as_deref() == Some(engine) {
            *current = None;
        }
    }

    /// The policy's text.
    pub fn text(&self) -> String {
        let engine = self.engine.lock().unwrap_or_else(PoisonError::into_inner);
        let mut connect = String::from("connect-src 'self' ipc: http://ipc.localhost");
        for host in HOSTS {
            connect.push_str(&format!(" https://{host} wss://{host}"));
        }
        if let Some(engine) = engine.as_deref() {
            connect.push(' ');
            connect.push_str(engine);
        }
        format!(
            "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; \
             media-src 'self' blob: mediastream:; worker-src 'self' blob:; {connect}; frame-src 'none'; \
             object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
    }
}

/// The answer to a request of the calling window. Any other window gets nothing.
pub fn respond<R: Runtime>(
    label: &str,
    files: &Files<R>,
    policy: &Policy,
    request: &Request<Vec<u8>>,
) -> Response<Cow<'static, [u8]>> {
    let name = request.uri().path().trim_start_matches('/');
    let file = if label == super::LABEL {
        files.get(if name.is_empty() { "index.html" } else { name })
    } else {
        None
    };
    let (status, mime, body) = match file {
        Some((bytes, mime)) => (StatusCode::OK, mime, bytes),
        None => (StatusCode::NOT_FOUND, "text/plain".into(), Vec::new()),
    };
    Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, mime)
        .header(header::CACHE_CONTROL, "no-store")
        .header(header::CONTENT_SECURITY_POLICY, policy.text())
        .body(Cow::Owned(body))
        .expect("a fixed response is well-formed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_reaches_microsoft_and_its_engine_and_nobody_else() {
        let policy = Policy::default();
        let sources = |text: &str| {
            let connect = text
                .split("; ")
                .find(|part| part.starts_with("connect-src"));
            let sources = connect.unwrap_or_default().split(' ').skip(1);
            sources.map(str::to_owned).collect::<Vec<_>>()
        };
        let before = sources(&policy.text());
        assert!(!before.iter().any(|source| source.contains("127.0.0.1")));
        policy.allow(Some("ws://127.0.0.1:4000".into()));
        let after = sources(&policy.text());
        assert_eq!(after.len(), before.len() + 1);
        assert!(after.contains(&"ws://127.0.0.1:4000".to_owned()));
        assert!(
            !after
                .iter()
                .any(|source| source == "*" || source.ends_with(":*"))
        );
        assert!(policy.text().contains("frame-src 'none'"));
        policy.forbid("ws://127.0.0.1:3000");
        assert_eq!(sources(&policy.text()), after, "of an older page");
        policy.forbid("ws://127.0.0.1:4000");
        assert_eq!(sources(&policy.text()), before);
    }
}
