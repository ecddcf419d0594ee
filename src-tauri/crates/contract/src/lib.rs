//! Every word that Rust and the UI exchange: the view of a call, intents, verdicts, devices and the binary
//! frame header. The TypeScript side is generated from here (`cargo xtask bindings`).
//!
//! Apart from everything else because it is the only place where both languages meet. It decides nothing:
//! no call logic, no wording (the UI owns every visible text and looks it up by code), no I/O.
//! Start with [`view::CallView`] (what the UI draws) and [`intent::Intent`] (what it asks); [`bridge`] is the wire
//! between the calling window and the engine, [`calling`] that between it and the call.

pub mod armed;
pub mod background;
pub mod bridge;
pub mod calling;
pub mod chat;
pub mod command;
mod convert;
pub mod desktop;
pub mod event;
pub mod frame;
pub mod intent;
pub mod link;
pub mod network;
pub mod preferences;
pub mod share;
pub mod share_window;
pub mod sound_check;
pub mod stats;
pub mod survey;
pub mod view;
