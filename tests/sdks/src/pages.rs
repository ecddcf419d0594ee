//! The scenarios' pages and the SDKs as npm has them, on the loopback interface.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderName, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use tokio::task::AbortHandle;

/// Every page has it, and the injected script comes after it.
const CHARSET: &str = "<meta charset=\"utf-8\" />";

/// The page of the other browser, which has a WebRTC of its own.
const FOREIGN: &str = "/foreign.html";

/// The page whose clock must be finer than a millisecond, as only pages apart from all others have it.
const TIMED: &str = "/tiles.html";
const APART: [(HeaderName, &str); 2] = [
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-embedder-policy"),
        "require-corp",
    ),
];

/// The server; ends when dropped.
pub struct Pages {
    /// Without a slash at the end.
    pub origin: String,
    server: AbortHandle,
}

impl Pages {
    /// Serves with `script` first in every page.
    pub async fn serve(port: u16, script: Option<String>) -> Result<Self> {
        let script = script.map(|text| {
            format!(
                "<script>{}</script>",
                text.replace("</script", "<\\/script")
            )
        });
        let app = Router::new().fallback(file).with_state(Arc::new(script));
        let listener = TcpListener::bind(("127.0.0.1", port)).await?;
        let server = tokio::spawn(async move { axum::serve(listener, app).await });
        Ok(Self {
            origin: format!("http://localhost:{port}"),
            server: server.abort_handle(),
        })
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// This crate's folder, where npm installs the SDKs.
pub fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

async fn file(State(script): State<Arc<Option<String>>>, uri: Uri) -> Response {
    let Some((path, kind)) = locate(uri.path()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let Ok(mut text) = tokio::fs::read_to_string(path).await else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let on_bridge = uri.path() != FOREIGN;
    if let (Some(script), "text/html", true) = (script.as_ref(), kind, on_bridge) {
        text = text.replacen(CHARSET, &format!("{CHARSET}{script}"), 1);
    }
    let kind = format!("{kind}; charset=utf-8");
    let headers = [
        (header::CONTENT_TYPE, kind.as_str()),
        (header::CACHE_CONTROL, "no-store"),
    ];
    if uri.path() == TIMED {
        return (APART, headers, text).into_response();
    }
    (headers, text).into_response()
}

fn locate(path: &str) -> Option<(PathBuf, &'static str)> {
    let relative = Path::new(path.strip_prefix('/')?);
    let plain = relative
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    let kind = match relative.extension()?.to_str()? {
        "html" => "text/html",
        "js" => "text/javascript",
        _ => return None,
    };
    let root = if relative.starts_with("node_modules") {
        folder().to_owned()
    } else if relative.starts_with("calling") {
        // Microsoft's SDK as the app has it.
        folder().join("../../ui/dist")
    } else {
        folder().join("pages")
    };
    plain.then(|| (root.join(relative), kind))
}
