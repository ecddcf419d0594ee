//! What an operator watches, as Prometheus reads it. Labels are codes and routes: never who or which meeting.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Request {
    route: &'static str,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Code {
    code: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct From {
    pool: &'static str,
}

pub(crate) struct Metrics {
    registry: Mutex<Registry>,
    requests: Family<Request, Counter>,
    seconds: Histogram,
    refusals: Family<Code, Counter>,
    guests: Family<From, Counter>,
    upstream: Family<Code, Counter>,
    upstream_seconds: Histogram,
    pool: Gauge,
    redis: Gauge<f64, AtomicU64>,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let buckets = [
            0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
        ];
        let metrics = Self {
            registry: Mutex::default(),
            requests: Family::default(),
            seconds: Histogram::new(buckets),
            refusals: Family::default(),
            guests: Family::default(),
            upstream: Family::default(),
            upstream_seconds: Histogram::new(buckets),
            pool: Gauge::default(),
            redis: Gauge::default(),
        };
        let mut registry = Registry::with_prefix("foyer");
        registry.register("http_requests", "Requests", metrics.requests.clone());
        registry.register("http_seconds", "Their time", metrics.seconds.clone());
        registry.register("refusals", "Refused, by code", metrics.refusals.clone());
        registry.register("guests", "Guests let in", metrics.guests.clone());
        registry.register("azure_requests", "To Azure", metrics.upstream.clone());
        registry.register(
            "azure_seconds",
            "Their time",
            metrics.upstream_seconds.clone(),
        );
        registry.register("pool_identities", "Kept ready", metrics.pool.clone());
        registry.register(
            "redis_up",
            "1 while Redis answers, or is not used",
            metrics.redis.clone(),
        );
        *metrics.registry() = registry;
        metrics
    }

    pub(crate) fn request(&self, route: &'static str, status: u16, took: Duration) {
        self.requests
            .get_or_create(&Request { route, status })
            .inc();
        self.seconds.observe(took.as_secs_f64());
    }

    pub(crate) fn refused(&self, code: &'static str) {
        self.refusals.get_or_create(&Code { code }).inc();
    }

    pub(crate) fn guest(&self, pooled: bool) {
        let pool = if pooled { "hit" } else { "miss" };
        self.guests.get_or_create(&From { pool }).inc();
    }

    pub(crate) fn upstream(&self, code: &'static str, took: Duration) {
        self.upstream.get_or_create(&Code { code }).inc();
        self.upstream_seconds.observe(took.as_secs_f64());
    }

    pub(crate) fn pooled(&self, identities: usize) {
        self.pool.set(i64::try_from(identities).unwrap_or(i64::MAX));
    }

    pub(crate) fn redis(&self, up: bool) {
        self.redis.set(if up { 1.0 } else { 0.0 });
    }

    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = encode(&mut text, &self.registry());
        text
    }

    fn registry(&self) -> std::sync::MutexGuard<'_, Registry> {
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
