//! What a meeting is: links, the call machine, roster, chat, names.
//!
//! Apart from everything else because it is the one truth about a call and must be testable in any order of
//! events: it is pure. It does no I/O, reads no clock, knows no runtime and no device; time comes in with the
//! inputs, and what is to be done goes out as effects. Start with [`call::Call`].
#![deny(clippy::wildcard_enum_match_arm)]

pub mod ability;
pub mod call;
pub mod captions;
pub mod chat;
pub mod device;
pub mod end;
pub mod keeping;
pub mod link;
mod live;
pub mod moderation;
pub mod name;
pub mod notice;
pub mod phone;
pub mod reaction;
pub mod room;
pub mod roster;
pub mod sensitive;
