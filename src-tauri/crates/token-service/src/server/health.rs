//! For whoever runs the service.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use serde_json::json;

use super::Shared;

/// `GET /livez`: the process answers.
pub(super) async fn live() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: guests can be sent here. Without Redis they still can.
pub(super) async fn ready(State(shared): State<Arc<Shared>>) -> impl IntoResponse {
    let stopping = shared.is_stopping();
    let azure = shared.issuer.is_healthy();
    let ready = azure && !stopping;
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let body = json!({
        "ready": ready,
        "stopping": stopping,
        "azure": azure,
        "redis": shared.redis.as_ref().map(|redis| redis.is_up()),
        "pool": shared.issuer.pooled(),
    });
    (status, Json(body))
}

/// `GET /metrics`
pub(super) async fn metrics(State(shared): State<Arc<Shared>>) -> impl IntoResponse {
    let up = shared.redis.as_ref().is_none_or(|redis| redis.is_up());
    shared.metrics.redis(up);
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], shared.metrics.text())
}
