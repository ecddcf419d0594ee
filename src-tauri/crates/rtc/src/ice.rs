//! What a page may say about getting through NATs and firewalls: ICE servers and a proxy, checked in one place.

mod proxy;
mod server;
mod url;

pub use proxy::{ProxyUrl, ProxyUrlError};
pub use server::{IceServer, IceServerError};
pub use url::{IceScheme, IceTransport, IceUrl, IceUrlError};

pub(crate) use server::check;
