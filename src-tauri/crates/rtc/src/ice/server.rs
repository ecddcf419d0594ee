//! ICE servers with their credentials.

use std::fmt;

use super::url::{IceUrl, IceUrlError};

/// A STUN or TURN server, in the shape of `RTCIceServer`.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct IceServer {
    /// `stun:`, `stuns:`, `turn:` and `turns:` URIs (RFC 7064, RFC 7065).
    pub urls: Vec<String>,
    /// TURN user name.
    pub username: String,
    /// TURN password.
    pub credential: String,
}

impl fmt::Debug for IceServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let credential = match self.credential.is_empty() {
            true => "",
            false => "…",
        };
        f.debug_struct("IceServer")
            .field("urls", &self.urls)
            // Time-limited credentials carry their expiry, and often a user's identity, in the name.
            .field("username", &if self.username.is_empty() { "" } else { "…" })
            .field("credential", &credential)
            .finish()
    }
}

/// Why ICE servers were refused (webrtc-pc 4.4.1.6).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IceServerError {
    /// A server without URLs: a page's `SyntaxError`.
    #[error("ICE server {index} has no URL")]
    NoUrls {
        /// From 0.
        index: usize,
    },
    /// A text that is no ICE server URI: a page's `SyntaxError`.
    #[error("ICE server {index}: {source}")]
    Url {
        /// From 0.
        index: usize,
        /// Why.
        source: IceUrlError,
    },
    /// A relay without user name or password: a page's `InvalidAccessError`.
    #[error("ICE server {index} relays but has no credentials")]
    Credentials {
        /// From 0.
        index: usize,
    },
}

impl IceServerError {
    /// Stable across releases.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoUrls { .. } => "rtc.ice_server.no_urls",
            Self::Url { source, .. } => source.code(),
            Self::Credentials { .. } => "rtc.ice_server.credentials",
        }
    }

    /// The `DOMException` name (webrtc-pc 4.4.1.6, "set a configuration").
    pub fn dom_name(&self) -> &'static str {
        match self {
            Self::NoUrls { .. } | Self::Url { .. } => "SyntaxError",
            Self::Credentials { .. } => "InvalidAccessError",
        }
    }
}

impl IceServer {
    /// The checked URLs; `index` is for the error.
    pub fn parse(&self, index: usize) -> Result<Vec<IceUrl>, IceServerError> {
        if self.urls.is_empty() {
            return Err(IceServerError::NoUrls { index });
        }
        let mut parsed = Vec::with_capacity(self.urls.len());
        for url in &self.urls {
            let url: IceUrl = url
                .parse()
                .map_err(|source| IceServerError::Url { index, source })?;
            if url.scheme.is_turn() && (self.username.is_empty() || self.credential.is_empty()) {
                return Err(IceServerError::Credentials { index });
            }
            parsed.push(url);
        }
        Ok(parsed)
    }
}

/// The servers with their checked URLs.
pub(crate) fn check(
    servers: &[IceServer],
) -> Result<Vec<(&IceServer, Vec<IceUrl>)>, IceServerError> {
    let servers = servers.iter().enumerate();
    servers
        .map(|(index, server)| Ok((server, server.parse(index)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(url: &str, username: &str, credential: &str) -> IceServer {
        IceServer {
            urls: vec![url.to_owned()],
            username: username.to_owned(),
            credential: credential.to_owned(),
        }
    }

    #[test]
    fn a_relay_needs_credentials() {
        assert!(server("stun:a", "", "").parse(0).is_ok());
        assert!(server("turn:a", "u", "p").parse(0).is_ok());
        let refused = Err(IceServerError::Credentials { index: 3 });
        assert_eq!(server("turn:a", "u", "").parse(3), refused);
        assert_eq!(server("turns:a", "", "p").parse(3), refused);
        assert_eq!(
            IceServer::default().parse(1),
            Err(IceServerError::NoUrls { index: 1 })
        );
    }

    #[test]
    fn debug_keeps_secrets() {
        let text = format!("{:?}", server("turn:a", "alice", "hunter2"));
        assert!(text.contains("turn:a"), "{text}");
        assert!(
            !text.contains("alice") && !text.contains("hunter2"),
            "{text}"
        );
    }
}
