//! Around every request: a time limit, headers that keep answers out of caches, a line in the log, the metrics.

use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use foyer_acs::clock::since;

use tracing::Instrument as _;

use super::Shared;
use super::problem::{Code, Problem};
use crate::traces;

const HEADERS: [(HeaderName, &str); 5] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'",
    ),
];

/// Routes by their own names: what stands in the address may let people in.
const ROUTES: [&str; 8] = [
    "/v1/guests",
    "/v1/guests/refresh",
    "/v1/invitations",
    "/join/{invitation}",
    "/assets/landing.css",
    "/livez",
    "/readyz",
    "/metrics",
];

pub(crate) async fn guard(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    let started = shared.clock.now();
    let path = request.extensions().get::<MatchedPath>();
    let route = path
        .and_then(|path| ROUTES.into_iter().find(|route| *route == path.as_str()))
        .unwrap_or("other");
    let limit = shared.config.http.request_timeout;
    let span = traces::request(request.method(), route, request.headers());
    let mut response = tokio::time::timeout(limit, next.run(request))
        .instrument(span.clone())
        .await
        .unwrap_or_else(|_| Problem::timeout().into_response());
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if shared.is_stopping() {
        // Whoever comes again comes to another instance.
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    let took = since(shared.clock.now(), started);
    let status = response.status();
    shared.metrics.request(route, status.as_u16(), took);
    let (status, ms) = (status.as_u16(), took.as_millis() as u64);
    traces::answered(&span, status);
    match response.extensions().get::<Code>() {
        Some(Code(code)) => {
            shared.metrics.refused(code);
            if status >= 500 {
                tracing::warn!(route, status, ms, code, "failed");
            } else {
                tracing::info!(route, status, ms, code, "refused");
            }
        }
        None => tracing::debug!(route, status, ms, "answered"),
    }
    response
}
