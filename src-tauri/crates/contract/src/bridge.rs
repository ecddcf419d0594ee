//! The wire between the calling window's W3C polyfill and the engine.
//!
//! One WebSocket per page carries everything in order. A text message is a JSON array: of [`Numbered`] commands from
//! the page, of [`Event`]s to it. A binary message is one data-channel message, `[u8 kind][u32 channel, little
//! endian][payload]` with kind 1 for UTF-8 and 2 for bytes, either way. Answers and events share the one queue, so
//! what the engine said first is heard first. When the socket closes everything that the page opened is closed.
//!
//! Handles are made by whoever makes the object: odd ones by the page, even ones by the engine; none is used twice.
//! Pictures and samples have sockets of their own ([`media`]).

pub mod command;
pub mod connection;
pub mod event;
pub mod media;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub use command::{Command, Numbered};
pub use event::Event;

/// A connection, transceiver, track, channel, certificate or sink of one page.
pub type Handle = u32;

/// WebSocket subprotocol of the control socket. A second one, `token.` and the page's token, must stand beside it.
pub const PROTOCOL: &str = "foyer-bridge.v1";

/// What the page is given before any of its scripts run, as `globalThis.__foyerBridge`. The polyfill takes it away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Opening {
    /// `ws://127.0.0.1:PORT`; the control socket is at `/control`.
    pub url: String,
    /// For the control socket, once.
    pub token: String,
    /// What the engine can send and receive: asked for synchronously by pages.
    pub capabilities: connection::Capabilities,
    /// Devices at the start.
    pub devices: Vec<media::MediaDevice>,
}
