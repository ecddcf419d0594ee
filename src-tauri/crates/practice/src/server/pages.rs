//! The browser's way in: two pages and what they load, all from this binary.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::Shared;

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";

/// The guest's page. An unknown meeting gets it as well, and it says so.
pub(crate) async fn guest(state: State<Arc<Shared>>, id: Path<String>) -> Response {
    page(state, id, include_str!("../pages/guest.html"))
}

/// The host's page.
pub(crate) async fn host(state: State<Arc<Shared>>, id: Path<String>) -> Response {
    page(state, id, include_str!("../pages/host.html"))
}

fn page(State(shared): State<Arc<Shared>>, Path(id): Path<String>, html: &'static str) -> Response {
    let status = match shared.meeting(&id) {
        Some(_) => StatusCode::OK,
        None => StatusCode::NOT_FOUND,
    };
    (status, [(header::CONTENT_TYPE, HTML)], html).into_response()
}

/// Scripts and styles of the pages.
pub(crate) async fn asset(Path(name): Path<String>) -> Response {
    let (kind, text) = match name.as_str() {
        "guest.js" => (SCRIPT, include_str!("../pages/guest.js")),
        "host.js" => (SCRIPT, include_str!("../pages/host.js")),
        "call.js" => (SCRIPT, include_str!("../pages/call.js")),
        "view.js" => (SCRIPT, include_str!("../pages/view.js")),
        "practice.css" => (STYLE, include_str!("../pages/practice.css")),
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}
