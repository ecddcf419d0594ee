//! Azure Communication Services and Microsoft Graph, as far as they are plain REST: identities and tokens, the chat
//! of a meeting, and what an organiser's server may ask about a meeting.
//!
//! Apart from `session` because the organisation's token service needs the same clients without a call, and because
//! nothing here depends on media. It must not draw conclusions about a call (that is `meeting`), never reads a clock
//! or the machine's settings, keeps nothing on disk, and never lets a token, key or passcode reach a log.
//! Start with [`guest::enter`], [`identity::IdentityClient`] and [`chat::ChatClient`]; [`fake::Fake`] (feature `fake`)
//! is the server that both are proven against, together with Microsoft's own libraries.

pub mod chat;
pub mod clock;
pub mod endpoint;
pub mod entra;
#[cfg(feature = "fake")]
pub mod fake;
pub mod graph;
pub mod guest;
pub mod http;
pub mod identifier;
pub mod identity;
pub mod probe;
pub mod retry;
pub mod secret;
pub mod token;

pub use clock::{Clock, SharedClock, TokioClock};
pub use endpoint::Endpoint;
pub use jiff::Timestamp;
pub use secret::Secret;
