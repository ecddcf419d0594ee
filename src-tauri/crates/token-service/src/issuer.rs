//! Guests' identities: some kept ready, the others made when asked for, never more often than Azure allows.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use foyer_acs::clock::{SharedClock, later, since};
use foyer_acs::identity::{IdentityClient, IdentityError, Scope, UserId};
use foyer_acs::token::AccessToken;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use tracing::Instrument as _;

use crate::budget::{Budget, Turn};
use crate::config::Pool;
use crate::metrics::Metrics;
use crate::traces;

/// How long a guest waits for a turn.
const PATIENCE: Duration = Duration::from_secs(5);
/// Requests at once that fill the pool.
const FILLING: usize = 16;
/// How often the pool is looked at when nothing happens: tokens grow old.
const LOOK: Duration = Duration::from_secs(60);
/// After a failure the pool is left alone for so long, then for twice as long, and so on.
const PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// Azure has told us to wait, but not how long.
const THROTTLED: Duration = Duration::from_secs(5);

/// An identity with a token, given to nobody yet.
pub(crate) type Ready = (UserId, AccessToken);

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub(crate) enum IssueError {
    /// Azure's limit, for so long.
    #[error("too many guests at once")]
    Busy(Duration),
    /// There is no such guest any more.
    #[error("the identity is gone")]
    Gone,
    /// Azure does not do what it should.
    #[error(transparent)]
    Upstream(IdentityError),
}

/// What tokens are like.
pub(crate) struct Terms {
    pub scopes: Vec<Scope>,
    pub lifetime: Duration,
    pub pool: Pool,
}

pub(crate) struct Issuer {
    client: IdentityClient,
    terms: Terms,
    budget: Arc<Budget>,
    clock: SharedClock,
    metrics: Arc<Metrics>,
    ready: Mutex<VecDeque<Ready>>,
    taken: Notify,
    /// Whether Azure's last answer was a good one, or there was none yet.
    healthy: AtomicBool,
    /// Turns that the pool leaves to guests who are there.
    keep: usize,
}

impl Issuer {
    pub(crate) fn new(
        client: IdentityClient,
        terms: Terms,
        budget: Arc<Budget>,
        requests_per_30s: usize,
        clock: SharedClock,
        metrics: Arc<Metrics>,
    ) -> Arc<Self> {
        Arc::new(Self {
            client,
            terms,
            budget,
            clock,
            metrics,
            ready: Mutex::default(),
            taken: Notify::new(),
            healthy: AtomicBool::new(true),
            keep: requests_per_30s / 10,
        })
    }

    /// Whether the next guest is likely to get a token.
    pub(crate) fn is_healthy(&self) -> bool {
        self.healthy.load(Ordering::Relaxed) || !self.ready().is_empty()
    }

    /// How many are kept ready.
    pub(crate) fn pooled(&self) -> usize {
        self.ready().len()
    }

    /// An identity that nobody has had, with a token.
    pub(crate) async fn guest(&self) -> Result<Ready, IssueError> {
        if let Some(ready) = self.pooled_one() {
            self.metrics.guest(true);
            return Ok(ready);
        }
        self.metrics.guest(false);
        self.attempt(|| self.create()).await
    }

    /// Another token for a guest.
    pub(crate) async fn refresh(&self, user: &UserId) -> Result<AccessToken, IssueError> {
        let ask = || {
            let lifetime = Some(self.terms.lifetime);
            self.client.issue(user, &self.terms.scopes, lifetime)
        };
        self.attempt(ask).await
    }

    fn pooled_one(&self) -> Option<Ready> {
        let freshest = later(self.clock.now(), self.terms.pool.fresh_for);
        let mut ready = self.ready();
        let found = loop {
            match ready.pop_front() {
                Some((_, token)) if token.expires_on <= freshest => {}
                other => break other,
            }
        };
        self.metrics.pooled(ready.len());
        drop(ready);
        self.taken.notify_one();
        found
    }

    async fn create(&self) -> Result<Ready, IdentityError> {
        let lifetime = Some(self.terms.lifetime);
        self.client
            .create_with_token(&self.terms.scopes, lifetime)
            .await
    }

    /// Twice if the first failure may pass: each time with a turn of its own.
    async fn attempt<T, F>(&self, ask: impl Fn() -> F) -> Result<T, IssueError>
    where
        F: Future<Output = Result<T, IdentityError>>,
    {
        let mut failed = None;
        for _ in 0..2 {
            let turn = self.budget.wait(PATIENCE).await.map_err(IssueError::Busy)?;
            match self.carry_out(turn, ask()).await {
                Ok(result) => return Ok(result),
                Err(IdentityError::NotFound) => return Err(IssueError::Gone),
                Err(IdentityError::Throttled { retry_after }) => {
                    return Err(IssueError::Busy(retry_after.unwrap_or(THROTTLED)));
                }
                Err(
                    error @ (IdentityError::Failed { .. }
                    | IdentityError::Unreachable { .. }
                    | IdentityError::Malformed { .. }),
                ) => failed = Some(error),
                Err(error) => return Err(IssueError::Upstream(error)),
            }
        }
        Err(failed.map_or(IssueError::Busy(THROTTLED), IssueError::Upstream))
    }

    async fn carry_out<T>(
        &self,
        turn: Turn,
        request: impl Future<Output = Result<T, IdentityError>>,
    ) -> Result<T, IdentityError> {
        let started = self.clock.now();
        let span = traces::azure("token");
        let answer = request.instrument(span.clone()).await;
        if answer.is_err() {
            span.record("otel.status_code", "ERROR");
        }
        drop(turn);
        let code = answer.as_ref().map_or_else(IdentityError::code, |_| "ok");
        self.metrics
            .upstream(code, since(self.clock.now(), started));
        match &answer {
            Ok(_) | Err(IdentityError::NotFound) => self.healthy.store(true, Ordering::Relaxed),
            Err(error) => {
                tracing::warn!(code = error.code(), "azure did not issue a token");
                self.healthy.store(false, Ordering::Relaxed);
            }
        }
        if let Err(IdentityError::Throttled { retry_after }) = &answer {
            self.budget.close(retry_after.unwrap_or(THROTTLED));
        }
        answer
    }

    /// Keeps the pool full until told to stop.
    pub(crate) async fn fill(self: Arc<Self>, mut stopping: watch::Receiver<bool>) {
        let mut making: JoinSet<Result<(), IdentityError>> = JoinSet::new();
        let mut pause = PAUSE;
        let mut rest = None;
        loop {
            if let Some(time) = rest.take() {
                tokio::select! {
                    () = self.clock.sleep(time) => {}
                    _ = stopping.wait_for(|stop| *stop) => break,
                }
            }
            let mut wait = LOOK;
            while self.lacks(making.len()) && making.len() < FILLING {
                match self.budget.take(self.keep).await {
                    Ok(turn) => {
                        let issuer = Arc::clone(&self);
                        making.spawn(async move { issuer.make(turn).await });
                    }
                    Err(until) => {
                        wait = until.min(LOOK);
                        break;
                    }
                }
            }
            tokio::select! {
                Some(made) = making.join_next() => match made {
                    Ok(Ok(())) => pause = PAUSE,
                    Ok(Err(_)) | Err(_) => {
                        rest = Some(pause);
                        pause = (pause * 2).min(LONGEST_PAUSE);
                    }
                },
                () = self.taken.notified(), if wait == LOOK => {}
                () = self.clock.sleep(wait) => self.forget_old(),
                _ = stopping.wait_for(|stop| *stop) => break,
            }
        }
    }

    fn lacks(&self, coming: usize) -> bool {
        self.ready().len() + coming < self.terms.pool.size
    }

    async fn make(&self, turn: Turn) -> Result<(), IdentityError> {
        let made = self.carry_out(turn, self.create()).await?;
        let mut ready = self.ready();
        ready.push_back(made);
        self.metrics.pooled(ready.len());
        Ok(())
    }

    fn forget_old(&self) {
        let freshest = later(self.clock.now(), self.terms.pool.fresh_for);
        let mut ready = self.ready();
        ready.retain(|(_, token)| token.expires_on > freshest);
        self.metrics.pooled(ready.len());
    }

    fn ready(&self) -> MutexGuard<'_, VecDeque<Ready>> {
        self.ready.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
