//! Tokens: what a request carries, and keeping a fresh one at hand.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::Mutex;

use crate::clock::{BoxFuture, SharedClock, later, since};
use crate::secret::Secret;

/// A token with its end. Its text says nothing reliable about that: newer ones are opaque.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessToken {
    /// What is sent.
    pub token: Secret,
    /// Refused from then on.
    pub expires_on: Timestamp,
}

/// Why there is no token.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum TokenError {
    /// Whoever issues them did not answer.
    #[error("the issuer of tokens was not reached: {reason}")]
    Unreachable {
        /// What went wrong, without secrets.
        reason: String,
    },
    /// They answered no.
    #[error("the issuer of tokens refused: {reason}")]
    Refused {
        /// Their code, without secrets.
        reason: String,
    },
    /// What they issued has expired already, so that one of the clocks is wrong.
    #[error("the new token has expired already")]
    Expired,
}

impl TokenError {
    /// Stable across releases.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => "token.unreachable",
            Self::Refused { .. } => "token.refused",
            Self::Expired => "token.expired",
        }
    }
}

/// Gives out tokens, and a newer one when the last was refused.
pub trait TokenSource: Send + Sync + 'static {
    /// A token that is good now. `refused` is one that a server has just refused: it is not given again.
    fn token(&self, refused: Option<Secret>) -> BoxFuture<'_, Result<Secret, TokenError>>;
}

/// A token that cannot be renewed, such as one that a developer pasted.
#[derive(Clone, Debug)]
pub struct FixedToken(pub Secret);

impl TokenSource for FixedToken {
    fn token(&self, refused: Option<Secret>) -> BoxFuture<'_, Result<Secret, TokenError>> {
        let answer = match refused {
            Some(refused) if refused == self.0 => Err(TokenError::Refused {
                reason: "it cannot be renewed".into(),
            }),
            Some(_) | None => Ok(self.0.clone()),
        };
        Box::pin(std::future::ready(answer))
    }
}

/// Asks for a new token.
pub type Refresher =
    Box<dyn Fn() -> BoxFuture<'static, Result<AccessToken, TokenError>> + Send + Sync>;

/// Keeps one token in memory and renews it before it ends. Whoever asks while it is being renewed waits for the
/// one renewal.
pub struct TokenKeeper {
    clock: SharedClock,
    refresher: Refresher,
    held: Mutex<Option<Held>>,
}

struct Held {
    token: AccessToken,
    renew_at: Timestamp,
}

/// A token is renewed when this much of its life is left.
const MARGIN: Duration = Duration::from_secs(10 * 60);

impl TokenKeeper {
    /// Starts with `token`, or with none.
    pub fn new(clock: SharedClock, token: Option<AccessToken>, refresher: Refresher) -> Self {
        let now = clock.now();
        let held = token.map(|token| Held::new(token, now));
        Self {
            clock,
            refresher,
            held: Mutex::new(held),
        }
    }

    /// A token with its end, for those who hand it on.
    pub async fn access(&self, refused: Option<&Secret>) -> Result<AccessToken, TokenError> {
        let mut held = self.held.lock().await;
        let now = self.clock.now();
        let usable = held
            .as_ref()
            .filter(|held| Some(&held.token.token) != refused && held.token.expires_on > now)
            .map(|held| (held.token.clone(), held.renew_at));
        if let Some((token, renew_at)) = &usable
            && now < *renew_at
        {
            return Ok(token.clone());
        }
        let renewed = (self.refresher)().await.and_then(|token| {
            let good = token.expires_on > self.clock.now();
            good.then_some(token).ok_or(TokenError::Expired)
        });
        match (renewed, usable) {
            (Ok(token), _) => {
                *held = Some(Held::new(token.clone(), self.clock.now()));
                Ok(token)
            }
            // The old one still works: the next caller tries again, half way to its end.
            (Err(error), Some((token, _))) => {
                tracing::warn!(code = error.code(), "the token was not renewed in time");
                *held = Some(Held::new(token.clone(), now));
                Ok(token)
            }
            (Err(error), None) => Err(error),
        }
    }

    /// When the token at hand is to be renewed; `None` if there is none.
    pub async fn renew_at(&self) -> Option<Timestamp> {
        self.held.lock().await.as_ref().map(|held| held.renew_at)
    }
}

impl Held {
    fn new(token: AccessToken, now: Timestamp) -> Self {
        let left = since(token.expires_on, now);
        let wait = if left > MARGIN * 2 {
            left - MARGIN
        } else {
            left / 2
        };
        Self {
            renew_at: later(now, wait),
            token,
        }
    }
}

impl TokenSource for TokenKeeper {
    fn token(&self, refused: Option<Secret>) -> BoxFuture<'_, Result<Secret, TokenError>> {
        Box::pin(async move { Ok(self.access(refused.as_ref()).await?.token) })
    }
}

impl fmt::Debug for TokenKeeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenKeeper")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::clock::{Clock, ManualClock};

    struct Bench {
        clock: Arc<ManualClock>,
        asked: Arc<AtomicU32>,
        keeper: TokenKeeper,
    }

    /// Each token lives for `life`; from the request number `fails_from` on, none is issued.
    fn bench(life: Duration, fails_from: u32) -> Bench {
        let clock = ManualClock::shared(Timestamp::UNIX_EPOCH);
        let asked = Arc::new(AtomicU32::new(0));
        let (time, count) = (Arc::clone(&clock), Arc::clone(&asked));
        let refresher: Refresher = Box::new(move || {
            let number = count.fetch_add(1, Ordering::SeqCst) + 1;
            let token = AccessToken {
                token: Secret::new(format!("token {number}")),
                expires_on: later(time.now(), life),
            };
            Box::pin(async move {
                if number >= fails_from {
                    return Err(TokenError::Unreachable {
                        reason: "test".into(),
                    });
                }
                Ok(token)
            })
        });
        let keeper = TokenKeeper::new(clock.clone(), None, refresher);
        Bench {
            clock,
            asked,
            keeper,
        }
    }

    #[tokio::test]
    async fn a_token_is_renewed_ten_minutes_before_its_end_and_once_for_all_who_ask() {
        let bench = bench(Duration::from_secs(3600), u32::MAX);
        let both = tokio::join!(bench.keeper.access(None), bench.keeper.access(None));
        assert_eq!(both.0, both.1);
        bench.clock.advance(Duration::from_secs(49 * 60));
        assert_eq!(bench.keeper.access(None).await, both.0);
        bench.clock.advance(Duration::from_secs(60));
        assert_eq!(
            bench.keeper.access(None).await.unwrap().token.expose(),
            "token 2"
        );
        assert_eq!(bench.asked.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn a_refused_token_is_replaced_at_once() {
        let bench = bench(Duration::from_secs(3600), u32::MAX);
        let first = bench.keeper.access(None).await.unwrap();
        let second = bench.keeper.access(Some(&first.token)).await.unwrap();
        assert_ne!(first, second);
        let third = bench.keeper.access(Some(&first.token)).await.unwrap();
        assert_eq!(second, third, "somebody else has renewed it meanwhile");
    }

    #[tokio::test]
    async fn a_failed_renewal_is_no_matter_while_the_old_token_lives() {
        let bench = bench(Duration::from_secs(3600), 2);
        bench.keeper.access(None).await.unwrap();
        bench.clock.advance(Duration::from_secs(55 * 60));
        assert_eq!(
            bench.keeper.access(None).await.unwrap().token.expose(),
            "token 1"
        );
        bench.keeper.access(None).await.unwrap();
        assert_eq!(
            bench.asked.load(Ordering::SeqCst),
            2,
            "not asked again at once"
        );
        bench.clock.advance(Duration::from_secs(5 * 60));
        let error = bench.keeper.access(None).await.unwrap_err();
        assert_eq!(error.code(), "token.unreachable");
    }

    #[tokio::test]
    async fn a_token_that_is_over_when_it_comes_is_an_error() {
        let bench = bench(Duration::ZERO, u32::MAX);
        assert_eq!(bench.keeper.access(None).await, Err(TokenError::Expired));
    }
}
