//! What the guest thought of a call, for the service's own survey.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Stars, 1 to 5. What is out of that range counts as not given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Ratings {
    /// All in all.
    pub overall: u32,
    /// Sound.
    pub audio: Option<u32>,
    /// Pictures.
    pub video: Option<u32>,
    /// Shared screens.
    pub share: Option<u32>,
}
