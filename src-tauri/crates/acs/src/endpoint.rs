//! Where a resource answers.

use url::{Host, Url};

/// The address of an ACS resource, of Graph or of an Entra authority: a scheme and an authority, perhaps with a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint(Url);

/// Why a text is no endpoint.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum EndpointError {
    /// It cannot be read as an absolute URL.
    #[error("the endpoint is no URL")]
    NotAUrl,
    /// Tokens and keys would travel in the clear. Allowed to this machine only, for the fake server.
    #[error("the endpoint is not https")]
    NotSecure,
    /// Credentials, a query or a fragment have no place in it.
    #[error("the endpoint carries more than an address")]
    NotPlain,
}

impl EndpointError {
    /// Stable across releases.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotAUrl => "endpoint.not_a_url",
            Self::NotSecure => "endpoint.not_secure",
            Self::NotPlain => "endpoint.not_plain",
        }
    }
}

impl Endpoint {
    /// Reads an endpoint as portals show it: with or without a slash at its end.
    pub fn parse(text: &str) -> Result<Self, EndpointError> {
        let url = Url::parse(text.trim()).map_err(|_| EndpointError::NotAUrl)?;
        let host = url.host().ok_or(EndpointError::NotAUrl)?;
        let here = match host {
            Host::Domain(name) => name == "localhost",
            Host::Ipv4(address) => address.is_loopback(),
            Host::Ipv6(address) => address.is_loopback(),
        };
        match url.scheme() {
            "https" => {}
            "http" if here => {}
            _ => return Err(EndpointError::NotSecure),
        }
        let plain = url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none();
        if !plain {
            return Err(EndpointError::NotPlain);
        }
        Ok(Self(url))
    }

    /// The address, as it is written into URLs: without a slash at its end.
    pub fn as_str(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }

    /// The address below this one with these path segments, each encoded as a whole, and this query.
    pub(crate) fn join(&self, segments: &[&str], query: &[(&str, &str)]) -> Url {
        let mut path = self.0.path().trim_end_matches('/').to_owned();
        for segment in segments {
            path.push('/');
            path.push_str(&encode(segment));
        }
        let mut url = self.0.clone();
        url.set_path(&path);
        if !query.is_empty() {
            let pairs: Vec<_> = query
                .iter()
                .map(|(name, value)| format!("{}={}", encode_key(name), encode(value)))
                .collect();
            url.set_query(Some(&pairs.join("&")));
        }
        url
    }

    /// The same path and query on this endpoint's authority.
    pub(crate) fn rehost(&self, url: &Url) -> Url {
        let mut moved = self.0.clone();
        moved.set_path(url.path());
        moved.set_query(url.query());
        moved
    }
}

/// Percent-encodes everything but RFC 3986's unreserved characters; a leading colon marks an action and stays.
fn encode(text: &str) -> String {
    let (kept, rest) = match text.strip_prefix(':') {
        Some(rest) => (":", rest),
        None => ("", text),
    };
    let mut encoded = kept.to_owned();
    for byte in rest.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// OData's names begin with a dollar sign, which everybody sends as it is.
fn encode_key(name: &str) -> String {
    match name.strip_prefix('$') {
        Some(rest) => format!("${}", encode(rest)),
        None => encode(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_spoken_to_in_the_clear() {
        let parse = |text| Endpoint::parse(text).map(|endpoint| endpoint.as_str().to_owned());
        assert_eq!(
            parse(" https://contoso.communication.azure.com/ "),
            Ok("https://contoso.communication.azure.com".into())
        );
        assert_eq!(parse("http://127.0.0.1:80"), Ok("http://127.0.0.1".into()));
        assert!(parse("http://localhost:8080/acs/").is_ok());
        for refused in [
            "http://contoso.test",
            "ftp://localhost",
            "http://127.0.0.1.evil.test",
        ] {
            assert_eq!(parse(refused), Err(EndpointError::NotSecure), "{refused}");
        }
        assert_eq!(
            parse("https://u:p@contoso.test"),
            Err(EndpointError::NotPlain)
        );
        assert_eq!(parse("contoso"), Err(EndpointError::NotAUrl));
    }

    #[test]
    fn ids_are_encoded_as_a_whole_and_actions_are_not() {
        let endpoint = Endpoint::parse("https://contoso.test/").unwrap();
        let url = endpoint.join(
            &["identities", "8:acs:a/b?c", ":issueAccessToken"],
            &[("api-version", "2023-10-01"), ("$filter", "a eq 'b&c'")],
        );
        assert_eq!(
            url.as_str(),
            "https://contoso.test/identities/8%3Aacs%3Aa%2Fb%3Fc/:issueAccessToken?api-version=2023-10-01\
             &$filter=a%20eq%20%27b%26c%27"
        );
    }
}
