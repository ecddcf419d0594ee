//! The practice meeting: a small meeting service of our own, with everything that a call needs (signalling, lobby,
//! forwarding of media, chat, bots, pages for browsers), and the client that joins it.
//!
//! A feature of the app (try your set-up before it matters) and the far end of most tests. Apart from `session`
//! so that neither side of the wire sees into the other: they share [`protocol`] alone. It never touches devices,
//! opens no picture that passes through, and reads no clock that it was not handed.
//! Start with [`protocol`], then [`server::Server`] and [`client::connect`].

mod bot_media;
mod bots;
pub mod client;
pub mod protocol;
pub mod server;
mod sfu;

pub use client::{
    Client, ClientConfig, ClientEvent, ConnectError, Measured, MeasuredLine, connect,
};
pub use protocol::{ChatMessage, ChatState, Participant, Role, TrackKind, Waiting, Watch};
pub use server::{Meeting, MeetingOptions, Server, ServerConfig, StartError, WallClock};
