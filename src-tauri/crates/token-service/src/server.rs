//! What the service answers.

mod address;
mod guard;
mod guests;
mod health;
mod invitations;
mod landing;
mod language;
mod problem;
pub(crate) mod serve;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use foyer_acs::clock::SharedClock;
use tokio::sync::watch;

use crate::access::Access;
use crate::config::Config;
use crate::issuer::Issuer;
use crate::limit::Rate;
use crate::lookup::Lookup;
use crate::metrics::Metrics;
use crate::store::Store;
use crate::store::shared::Shared as Redis;

/// The longest request that is read. The longest invitation is a fourth of it.
const LONGEST_BODY: usize = 16 << 10;

/// What every request sees.
pub(crate) struct Shared {
    pub config: Config,
    pub clock: SharedClock,
    pub issuer: Arc<Issuer>,
    pub store: Arc<Store>,
    pub redis: Option<Arc<Redis>>,
    pub access: Access,
    pub lookup: Option<Lookup>,
    pub metrics: Arc<Metrics>,
    pub stopping: watch::Receiver<bool>,
    pub address_rate: Rate,
    pub invitation_rate: Rate,
}

impl Shared {
    pub(crate) fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }
}

pub(crate) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/v1/guests", post(guests::enter))
        .route("/v1/guests/refresh", post(guests::refresh))
        .route("/v1/invitations", post(invitations::invite))
        .route("/join/{invitation}", get(landing::page))
        .route("/assets/landing.css", get(landing::style))
        .route("/livez", get(health::live))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .fallback(problem::not_found)
        .method_not_allowed_fallback(problem::wrong_method)
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .layer(axum::middleware::from_fn_with_state(
            Arc::clone(&shared),
            guard::guard,
        ))
        .with_state(shared)
}
