//! Traces for whoever runs the service: one span a request, and one for each question to Azure beneath it. They carry
//! routes and codes, never an address, an invitation or a name.

use axum::http::{HeaderMap, Method};
use foyer_acs::endpoint::Endpoint;
use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{SdkTracerProvider, Tracer};
use tracing::Span;
use tracing_opentelemetry::{OpenTelemetryLayer, OpenTelemetrySpanExt as _};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{FilterFn, Filtered, filter_fn};
use tracing_subscriber::registry::LookupSpan;

/// What spans of requests and of questions to Azure are made under; nothing else becomes a trace.
const TARGET: &str = "foyer_token_service::traces";

/// Why traces cannot be sent.
#[derive(Debug, thiserror::Error)]
#[error("traces.endpoint: {reason}")]
pub struct TracesError {
    /// What the exporter says.
    reason: String,
}

impl TracesError {
    /// Stable across releases.
    pub fn code(&self) -> &'static str {
        "traces.setup"
    }
}

/// Sends traces to a collector, from a thread of its own. What the collector does not take is lost: the service
/// never waits for it.
pub struct Traces(SdkTracerProvider);

impl Traces {
    /// To the collector's OTLP address, such as `http://localhost:4318`; `/v1/traces` is added. Not inside of a
    /// tokio runtime.
    pub fn to(endpoint: &Endpoint) -> Result<Self, TracesError> {
        let exporter = SpanExporter::builder()
            .with_http()
            .with_endpoint(format!("{}/v1/traces", endpoint.as_str()))
            .build()
            .map_err(|error| TracesError {
                reason: error.to_string(),
            })?;
        let resource = Resource::builder_empty()
            .with_service_name("foyer-token-service")
            .build();
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_resource(resource)
            .build();
        Ok(Self(provider))
    }

    /// What turns spans into traces.
    pub fn layer<S>(&self) -> Filtered<OpenTelemetryLayer<S, Tracer>, FilterFn, S>
    where
        S: tracing::Subscriber + for<'span> LookupSpan<'span>,
    {
        let tracer = self.0.tracer("foyer-token-service");
        let only_ours: FilterFn = filter_fn(|metadata| metadata.target() == TARGET);
        tracing_opentelemetry::layer()
            .with_tracer(tracer)
            .with_location(false)
            .with_threads(false)
            .with_tracked_inactivity(false)
            .with_filter(only_ours)
    }

    /// Sends what is left. Not inside of a tokio runtime.
    pub fn finish(self) {
        if let Err(error) = self.0.shutdown() {
            tracing::warn!(%error, "the last traces were not sent");
        }
    }
}

/// The span of a request, below the one of whoever sent it.
pub(crate) fn request(method: &Method, route: &'static str, headers: &HeaderMap) -> Span {
    let span = tracing::info_span!(
        target: TARGET,
        "request",
        otel.name = format!("{method} {route}"),
        otel.kind = "server",
        http.request.method = %method,
        http.route = route,
        http.response.status_code = tracing::field::Empty,
        otel.status_code = tracing::field::Empty,
    );
    let parent = TraceContextPropagator::new().extract(&Headers(headers));
    if let Err(error) = span.set_parent(parent) {
        // Nobody collects traces.
        tracing::trace!(?error, "no parent");
    }
    span
}

/// Notes how a request was answered.
pub(crate) fn answered(span: &Span, status: u16) {
    span.record("http.response.status_code", status);
    if status >= 500 {
        span.record("otel.status_code", "ERROR");
    }
}

/// The span of a question to Azure.
pub(crate) fn azure(operation: &'static str) -> Span {
    tracing::info_span!(
        target: TARGET,
        "azure",
        otel.name = format!("azure {operation}"),
        otel.kind = "client",
        otel.status_code = tracing::field::Empty,
    )
}

struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(|name| name.as_str()).collect()
    }
}
