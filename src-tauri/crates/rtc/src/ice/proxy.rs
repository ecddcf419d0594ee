//! The HTTP proxy that TCP and TLS connections go through.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::url::authority;

const DEFAULT_PORT: u16 = 80;

/// `http://[user:password@]host[:port]`: a proxy that understands CONNECT (RFC 9110 9.3.6), reached in the clear.
#[derive(Clone, PartialEq, Eq)]
pub struct ProxyUrl {
    /// DNS name or IP address; IPv6 without brackets.
    pub host: String,
    /// Never 0.
    pub port: u16,
    /// User name and password for Basic authentication.
    credentials: Option<(String, String)>,
}

/// Why a text is no proxy URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProxyUrlError {
    /// Not `http://`.
    #[error("not an http:// URL")]
    Scheme,
    /// No host, or a port that is none.
    #[error("no usable host and port")]
    Authority,
    /// User name or password are not percent-encoded UTF-8, or the user name has a colon.
    #[error("unusable user name or password")]
    Credentials,
    /// A path, query or fragment.
    #[error("more than host and port")]
    Path,
}

impl ProxyUrlError {
    /// Stable across releases.
    pub fn code(self) -> &'static str {
        match self {
            Self::Scheme => "rtc.proxy_url.scheme",
            Self::Authority => "rtc.proxy_url.authority",
            Self::Credentials => "rtc.proxy_url.credentials",
            Self::Path => "rtc.proxy_url.path",
        }
    }
}

impl fmt::Debug for ProxyUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let credentials = self.credentials.as_ref().map(|_| "…");
        f.debug_struct("ProxyUrl")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("credentials", &credentials)
            .finish()
    }
}

impl ProxyUrl {
    /// The value of `Proxy-Authorization`, if there is to be one (RFC 7617).
    pub(crate) fn authorization(&self) -> Option<String> {
        let (user, password) = self.credentials.as_ref()?;
        let pair = format!("{user}:{password}");
        Some(format!("Basic {}", BASE64_STANDARD.encode(pair)))
    }
}

impl FromStr for ProxyUrl {
    type Err = ProxyUrlError;

    fn from_str(text: &str) -> Result<Self, ProxyUrlError> {
        let (scheme, rest) = text.split_once("://").ok_or(ProxyUrlError::Scheme)?;
        if !scheme.eq_ignore_ascii_case("http") {
            return Err(ProxyUrlError::Scheme);
        }
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        if rest.contains(['/', '?', '#']) {
            return Err(ProxyUrlError::Path);
        }
        let (credentials, place) = match rest.rsplit_once('@') {
            None => (None, rest),
            Some((pair, place)) => {
                let (user, password) = pair.split_once(':').unwrap_or((pair, ""));
                let (user, password) = (decode(user)?, decode(password)?);
                if user.contains(':') {
                    return Err(ProxyUrlError::Credentials);
                }
                (Some((user, password)), place)
            }
        };
        let (host, port) = authority(place).map_err(|_| ProxyUrlError::Authority)?;
        Ok(Self {
            host,
            port: port.unwrap_or(DEFAULT_PORT),
            credentials,
        })
    }
}

fn decode(text: &str) -> Result<String, ProxyUrlError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        if first != b'%' {
            bytes.push(first);
            continue;
        }
        let digits = after.get(..2).ok_or(ProxyUrlError::Credentials)?;
        let digit = |byte: u8| char::from(byte).to_digit(16);
        let (Some(high), Some(low)) = (digit(digits[0]), digit(digits[1])) else {
            return Err(ProxyUrlError::Credentials);
        };
        bytes.push((high * 16 + low) as u8);
        rest = &after[2..];
    }
    String::from_utf8(bytes).map_err(|_| ProxyUrlError::Credentials)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_decoded_and_kept_to_itself() {
        let proxy: ProxyUrl = "http://al%40ice:open%3Asesame@[::1]:8080/".parse().unwrap();
        assert_eq!((proxy.host.as_str(), proxy.port), ("::1", 8080));
        // `al@ice:open:sesame`
        assert_eq!(
            proxy.authorization().unwrap(),
            "Basic YWxAaWNlOm9wZW46c2VzYW1l"
        );
        let text = format!("{proxy:?}");
        assert!(!text.contains("ice") && !text.contains("sesame"), "{text}");
        let plain: ProxyUrl = "HTTP://proxy.example".parse().unwrap();
        assert_eq!(plain.port, 80);
        assert_eq!(plain.authorization(), None);
    }

    #[test]
    fn what_is_no_proxy_is_refused() {
        for (text, error) in [
            ("proxy:3128", ProxyUrlError::Scheme),
            ("https://proxy:3128", ProxyUrlError::Scheme),
            ("socks5://proxy:1080", ProxyUrlError::Scheme),
            ("http://", ProxyUrlError::Authority),
            ("http://proxy:x", ProxyUrlError::Authority),
            ("http://proxy/path", ProxyUrlError::Path),
            ("http://%zz@proxy", ProxyUrlError::Credentials),
            ("http://%ff@proxy", ProxyUrlError::Credentials),
        ] {
            assert_eq!(text.parse::<ProxyUrl>(), Err(error), "{text}");
        }
    }
}
