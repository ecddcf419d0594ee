//! Whole calls without a window, through a real practice server: what the scenarios in `tests/` stand on.
//!
//! Apart from the crates because it needs all of them. Everything is real but the hardware: cameras show test
//! cards whose counters say whose picture it is, microphones give a tone of their own pitch, speakers record.
//! It must never sleep for a fixed time and call that a check. Start with [`hall`], then [`guest`];
//! for Teams meetings with [`office`].

pub mod guest;
pub mod hall;
pub mod office;
pub mod rig;
pub mod screen;
pub mod sight;

use std::time::Duration;

/// Longest time that anything may take before a scenario fails: far more than it takes on a busy machine.
pub const LIMIT: Duration = Duration::from_secs(90);

/// Waits for something, and says what was missing if it does not come.
pub async fn soon<T>(what: &str, work: impl Future<Output = T>) -> T {
    match tokio::time::timeout(LIMIT, work).await {
        Ok(done) => done,
        Err(_) => panic!("waited {LIMIT:?} in vain: {what}"),
    }
}

/// Asks again and again until the answer is yes.
pub async fn until(what: &str, mut check: impl FnMut() -> bool) {
    soon(what, async {
        while !check() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
}
