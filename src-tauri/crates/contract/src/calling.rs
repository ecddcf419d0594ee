//! What Rust and the calling window's driver of Microsoft's SDK say to each other.
//!
//! [`Request`]s go to the page one by one, [`Event`]s come back in batches, each side in order. The driver holds no
//! call logic: it does what a request says and tells every event of the SDK as a plain value, in the SDK's own words
//! (`'InLobby'`, `'turnVideoOn'`), because the SDK adds words between versions and a driver that refuses an unknown
//! one would lose the rest. Ids of people are raw ids (`8:acs:…`, `8:orgid:…`).

pub mod event;
pub mod people;
pub mod request;

pub use event::Event;
pub use request::Request;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What the page tells in one go.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "CallingBatch")]
pub struct Batch {
    /// Number of the first event, counted from 1 without gaps: what was told already is told once only.
    pub first: u32,
    /// In order.
    pub events: Vec<Event>,
}
