//! Joins it all: one actor a call, between the call machine, a provider, the devices and the UI.
//!
//! Apart because only here everything meets: `meeting` decides, providers translate, `devices` and `rtc` do, and
//! this crate carries out effects and reports back. It decides nothing about a call itself (that is
//! `foyer_meeting::call`) and opens no windows: the one in which Teams is joined is handed in ([`teams`]). Start with
//! [`open`], then `call_actor`.

mod audio;
pub mod background;
mod call_actor;
mod chime;
mod events;
mod feeds;
pub mod headless;
mod incoming;
mod openings;
mod outgoing;
mod provider;
mod rates;
mod remote;
pub mod report;
mod ring;
mod session;
mod share;
mod task;
pub mod teams;
mod view;

pub use feeds::FrameStream;
pub use ring::ring;
pub use session::{CallHandle, CallStreams, Environment, OpenCallError, open};
