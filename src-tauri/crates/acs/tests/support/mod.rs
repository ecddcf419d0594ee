//! What the tests of this crate share.
#![allow(dead_code)] // Each test program uses its part.

use std::sync::Arc;

use foyer_acs::Timestamp;
use foyer_acs::clock::ManualClock;
use foyer_acs::fake::{Fake, FakeConfig};
use foyer_acs::http::Surroundings;
use foyer_acs::retry::RetryPolicy;

/// When all tests begin.
pub fn noon() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

pub async fn fake(clock: &Arc<ManualClock>) -> Fake {
    Fake::start(FakeConfig::loopback(clock.clone()))
        .await
        .unwrap()
}

pub async fn fake_with_tls(clock: &Arc<ManualClock>) -> Fake {
    let mut config = FakeConfig::loopback(clock.clone());
    config.tls = true;
    Fake::start(config).await.unwrap()
}

pub fn around(fake: &Fake, clock: &Arc<ManualClock>) -> Surroundings {
    Surroundings {
        http: fake.http_client().unwrap(),
        clock: clock.clone(),
        retry: RetryPolicy::default(),
        seed: 1,
    }
}
