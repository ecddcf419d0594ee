//! STUN and TURN URIs (RFC 7064, RFC 7065).

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

const PLAIN_PORT: u16 = 3478;
const SECURE_PORT: u16 = 5349;
/// The longest DNS name (RFC 1035 2.3.4).
const MAX_NAME: usize = 253;

/// What a server does, and whether over TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IceScheme {
    /// Tells the own address.
    Stun,
    /// The same over TLS.
    Stuns,
    /// Relays.
    Turn,
    /// The same over TLS or DTLS.
    Turns,
}

impl IceScheme {
    /// True for relays.
    pub fn is_turn(self) -> bool {
        matches!(self, Self::Turn | Self::Turns)
    }

    /// True for TLS and DTLS.
    pub fn is_secure(self) -> bool {
        matches!(self, Self::Stuns | Self::Turns)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Stun => "stun",
            Self::Stuns => "stuns",
            Self::Turn => "turn",
            Self::Turns => "turns",
        }
    }
}

/// Between us and the server; a relay always relays UDP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IceTransport {
    /// UDP, or DTLS if the scheme is secure.
    Udp,
    /// TCP, or TLS if the scheme is secure.
    Tcp,
}

/// One server, by a checked URI with all defaults filled in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct IceUrl {
    /// What it is for.
    pub scheme: IceScheme,
    /// Lower-case DNS name, or an IP address; IPv6 without brackets.
    pub host: String,
    /// Never 0.
    pub port: u16,
    /// How it is reached.
    pub transport: IceTransport,
}

/// Why a text is no ICE server URI. Pages get a `SyntaxError` for it (webrtc-pc 4.4.1.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IceUrlError {
    /// Neither `stun:`, `stuns:`, `turn:` nor `turns:`.
    #[error("the scheme is none of stun, stuns, turn, turns")]
    Scheme,
    /// No DNS name and no IP address.
    #[error("no host name or address")]
    Host,
    /// No number from 1 to 65535.
    #[error("no usable port")]
    Port,
    /// A query where none is allowed, or another than `transport`.
    #[error("a query that the scheme does not have")]
    Query,
    /// Neither `udp` nor `tcp`.
    #[error("the transport is neither udp nor tcp")]
    Transport,
}

impl IceUrlError {
    /// Stable across releases.
    pub fn code(self) -> &'static str {
        match self {
            Self::Scheme => "rtc.ice_url.scheme",
            Self::Host => "rtc.ice_url.host",
            Self::Port => "rtc.ice_url.port",
            Self::Query => "rtc.ice_url.query",
            Self::Transport => "rtc.ice_url.transport",
        }
    }
}

impl FromStr for IceUrl {
    type Err = IceUrlError;

    fn from_str(text: &str) -> Result<Self, IceUrlError> {
        let (scheme, rest) = text.split_once(':').ok_or(IceUrlError::Scheme)?;
        let scheme = match scheme.to_ascii_lowercase().as_str() {
            "stun" => IceScheme::Stun,
            "stuns" => IceScheme::Stuns,
            "turn" => IceScheme::Turn,
            "turns" => IceScheme::Turns,
            _ => return Err(IceUrlError::Scheme),
        };
        let (place, query) = match rest.split_once('?') {
            Some((place, query)) => (place, Some(query)),
            None => (rest, None),
        };
        let transport = match query {
            None if scheme.is_secure() => IceTransport::Tcp,
            None => IceTransport::Udp,
            Some(_) if !scheme.is_turn() => return Err(IceUrlError::Query),
            Some(query) => {
                let value = query.strip_prefix("transport=").ok_or(IceUrlError::Query)?;
                match value.to_ascii_lowercase().as_str() {
                    "udp" => IceTransport::Udp,
                    "tcp" => IceTransport::Tcp,
                    _ => return Err(IceUrlError::Transport),
                }
            }
        };
        let default = if scheme.is_secure() {
            SECURE_PORT
        } else {
            PLAIN_PORT
        };
        let (host, port) = authority(place)?;
        Ok(Self {
            scheme,
            host,
            port: port.unwrap_or(default),
            transport,
        })
    }
}

impl fmt::Display for IceUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = self.scheme.name();
        if self.host.contains(':') {
            write!(f, "{scheme}:[{}]:{}", self.host, self.port)?;
        } else {
            write!(f, "{scheme}:{}:{}", self.host, self.port)?;
        }
        match self.transport {
            _ if !self.scheme.is_turn() => Ok(()),
            IceTransport::Udp => write!(f, "?transport=udp"),
            IceTransport::Tcp => write!(f, "?transport=tcp"),
        }
    }
}

/// `host [ ":" port ]`, the host without brackets.
pub(super) fn authority(text: &str) -> Result<(String, Option<u16>), IceUrlError> {
    let (host, port) = if let Some(inner) = text.strip_prefix('[') {
        let (host, after) = inner.split_once(']').ok_or(IceUrlError::Host)?;
        let host: Ipv6Addr = host.parse().map_err(|_| IceUrlError::Host)?;
        let port = match after {
            "" => None,
            after => Some(after.strip_prefix(':').ok_or(IceUrlError::Host)?),
        };
        (host.to_string(), port)
    } else {
        let (host, port) = match text.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        };
        (name(host)?, port)
    };
    let port = match port {
        None => None,
        Some(digits) => Some(number(digits)?),
    };
    Ok((host, port))
}

fn number(digits: &str) -> Result<u16, IceUrlError> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(IceUrlError::Port);
    }
    match digits.parse() {
        Ok(0) | Err(_) => Err(IceUrlError::Port),
        Ok(port) => Ok(port),
    }
}

/// RFC 3986 would also allow percent-encoding and sub-delimiters, which no DNS name has.
fn name(host: &str) -> Result<String, IceUrlError> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    if host.is_empty() || host.len() > MAX_NAME || !host.bytes().all(fits) {
        return Err(IceUrlError::Host);
    }
    let labels = host.strip_suffix('.').unwrap_or(host);
    if labels
        .split('.')
        .any(|label| label.is_empty() || label.len() > 63)
    {
        return Err(IceUrlError::Host);
    }
    let last = labels.rsplit('.').next().unwrap_or_default();
    // A last label of digits makes it an IPv4 address (WHATWG URL, host parsing).
    if last.bytes().all(|byte| byte.is_ascii_digit()) && host.parse::<Ipv4Addr>().is_err() {
        return Err(IceUrlError::Host);
    }
    Ok(host.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<IceUrl, IceUrlError> {
        text.parse()
    }

    #[test]
    fn defaults_are_filled_in() {
        for (text, whole) in [
            ("stun:example.org", "stun:example.org:3478"),
            ("STUNS:example.org", "stuns:example.org:5349"),
            ("turn:Example.org", "turn:example.org:3478?transport=udp"),
            (
                "turn:10.0.0.1:80?transport=TCP",
                "turn:10.0.0.1:80?transport=tcp",
            ),
            (
                "turns:[2001:DB8::2]",
                "turns:[2001:db8::2]:5349?transport=tcp",
            ),
            ("turns:a.b:443", "turns:a.b:443?transport=tcp"),
            ("turns:a.b?transport=udp", "turns:a.b:5349?transport=udp"),
        ] {
            let url = parse(text).unwrap();
            assert_eq!(url.to_string(), whole);
            assert_eq!(parse(whole).unwrap(), url);
        }
    }

    #[test]
    fn what_the_grammar_does_not_have_is_refused() {
        for (text, error) in [
            ("", IceUrlError::Scheme),
            ("example.org", IceUrlError::Scheme),
            ("http:example.org", IceUrlError::Scheme),
            (" stun:example.org", IceUrlError::Scheme),
            ("stun:", IceUrlError::Host),
            ("stun://example.org", IceUrlError::Host),
            ("turn:user@example.org", IceUrlError::Host),
            ("turn:user:secret@example.org", IceUrlError::Port),
            ("turn:exa mple.org", IceUrlError::Host),
            ("turn:a..b", IceUrlError::Host),
            ("turn:1.2.3", IceUrlError::Host),
            ("turn:1.2.3.256", IceUrlError::Host),
            ("turn:2001:db8::2", IceUrlError::Host),
            ("turn:[1.2.3.4]", IceUrlError::Host),
            ("turn:[::1", IceUrlError::Host),
            ("turn:[::1]3478", IceUrlError::Host),
            ("turn:a:", IceUrlError::Port),
            ("turn:a:0", IceUrlError::Port),
            ("turn:a:+80", IceUrlError::Port),
            ("turn:a:65536", IceUrlError::Port),
            ("turn:a/path", IceUrlError::Host),
            ("turn:a#part", IceUrlError::Host),
            ("stun:a?transport=udp", IceUrlError::Query),
            ("stuns:a?", IceUrlError::Query),
            ("turn:a?", IceUrlError::Query),
            ("turn:a?foo=udp", IceUrlError::Query),
            ("turn:a?transport=", IceUrlError::Transport),
            ("turn:a?transport=sctp", IceUrlError::Transport),
            ("turn:a?transport=udp&transport=tcp", IceUrlError::Transport),
        ] {
            assert_eq!(parse(text), Err(error), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_judged(text in "\\PC{0,40}") {
            let _ = parse(&text);
            if let Ok(url) = parse(&format!("turn:{text}")) {
                proptest::prop_assert_eq!(parse(&url.to_string()), Ok(url));
            }
        }
    }
}
