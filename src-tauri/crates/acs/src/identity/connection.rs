//! Connection strings, as the Azure portal shows them.

use crate::endpoint::{Endpoint, EndpointError};
use crate::identity::sign::{AccessKey, AccessKeyError};

/// A resource and its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionString {
    /// Where the resource answers.
    pub endpoint: Endpoint,
    /// What signs requests to it.
    pub key: AccessKey,
}

/// Why a text is no connection string. None of these quotes it: it holds a key.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum ConnectionStringError {
    /// No `endpoint=`.
    #[error("the connection string names no endpoint")]
    NoEndpoint,
    /// No `accesskey=`.
    #[error("the connection string holds no access key")]
    NoKey,
    /// Its endpoint is of no use.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// Its key is of no use.
    #[error(transparent)]
    Key(#[from] AccessKeyError),
}

impl ConnectionStringError {
    /// Stable across releases.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoEndpoint => "connection.no_endpoint",
            Self::NoKey => "connection.no_key",
            Self::Endpoint(error) => error.code(),
            Self::Key(error) => error.code(),
        }
    }
}

impl ConnectionString {
    /// Reads `endpoint=https://…/;accesskey=…`: names in any case, in any order, others ignored.
    pub fn parse(text: &str) -> Result<Self, ConnectionStringError> {
        let mut endpoint = None;
        let mut key = None;
        for part in text.trim().split(';') {
            // Only the first equals sign: base64 ends with more of them.
            let Some((name, value)) = part.split_once('=') else {
                continue;
            };
            let name = name.trim();
            if name.eq_ignore_ascii_case("endpoint") {
                endpoint = Some(value);
            } else if name.eq_ignore_ascii_case("accesskey") {
                key = Some(value);
            }
        }
        Ok(Self {
            endpoint: Endpoint::parse(endpoint.ok_or(ConnectionStringError::NoEndpoint)?)?,
            key: AccessKey::parse(key.ok_or(ConnectionStringError::NoKey)?)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_string_is_read_as_it_was_copied() {
        let usual = "endpoint=https://contoso.communication.azure.com/;accesskey=a2V5PT0=";
        let parsed = ConnectionString::parse(usual).unwrap();
        assert_eq!(
            parsed.endpoint.as_str(),
            "https://contoso.communication.azure.com"
        );
        for same in [
            "Endpoint=https://contoso.communication.azure.com;AccessKey=a2V5PT0=\n",
            "accesskey=a2V5PT0=;endpoint=https://contoso.communication.azure.com/;other=1;",
        ] {
            assert_eq!(ConnectionString::parse(same).as_ref(), Ok(&parsed));
        }
    }

    #[test]
    fn each_mistake_has_its_code_and_no_error_quotes_the_key() {
        for (text, code) in [
            ("", "connection.no_endpoint"),
            ("accesskey=Y2FuYXJ5", "connection.no_endpoint"),
            ("endpoint=https://contoso.test", "connection.no_key"),
            ("endpoint=contoso;accesskey=Y2FuYXJ5", "endpoint.not_a_url"),
            (
                "endpoint=http://contoso.test;accesskey=Y2FuYXJ5",
                "endpoint.not_secure",
            ),
            (
                "endpoint=https://contoso.test;accesskey=%canary%",
                "key.not_base64",
            ),
        ] {
            let error = ConnectionString::parse(text).unwrap_err();
            assert_eq!(error.code(), code, "{text}");
            assert!(
                !format!("{error} {error:?}")
                    .to_lowercase()
                    .contains("canary")
            );
        }
    }
}
