//! The W3C bridge: what a page's polyfill asks for, carried out by the engine and the devices.
//!
//! A WebSocket server on the loopback interface alone (docs/decisions/0003) that speaks the wire of
//! [`foyer_contract::bridge`]. Apart from the app so that it runs without a window, and apart from `session` because
//! no call is known here: pages bring their own signalling. It must not trust the page: every message is checked,
//! everything a page can pile up is bounded, and a page that goes away leaves nothing running.
//!
//! Start with [`Bridge`]; then `server` (who may come in), `page` (one actor a page, its objects and its one queue),
//! `connection` (an actor for each `RTCPeerConnection`), `video` and `sound` (tracks), `socket` (pictures and samples).

mod bridge;
mod channel;
mod connection;
mod consent;
mod devices;
mod figures;
mod outbox;
mod page;
mod server;
mod socket;
mod sound;
mod task;
mod token;
mod trouble;
mod video;

pub use bridge::{Bridge, OpenError, Surroundings};
pub use consent::{Consent, ConsentToAll};
pub use video::remote::RemotePictures;
pub use video::sent::SentPictures;
