//! The access key, and the signature that it puts under a request.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use jiff::Timestamp;
use reqwest::Method;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use sha2::{Digest, Sha256};
use url::Url;

use crate::retry::write_http_date;

/// A resource's access key. `Debug` never shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessKey(Vec<u8>);

/// Why a text is no access key.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
#[error("the access key is not base64")]
pub struct AccessKeyError;

impl AccessKeyError {
    /// Stable across releases.
    pub fn code(self) -> &'static str {
        "key.not_base64"
    }
}

impl AccessKey {
    /// Reads a key as the portal shows it.
    pub fn parse(text: &str) -> Result<Self, AccessKeyError> {
        match STANDARD.decode(text.trim()) {
            Ok(bytes) if !bytes.is_empty() => Ok(Self(bytes)),
            Ok(_) | Err(_) => Err(AccessKeyError),
        }
    }

    /// The headers that make a request ours. The URL must be sent exactly as it is.
    pub(crate) fn sign(
        &self,
        method: &Method,
        url: &Url,
        body: &[u8],
        now: Timestamp,
    ) -> HeaderMap {
        let date = write_http_date(now);
        let hash = content_hash(body);
        let authority = match url.port() {
            Some(port) => format!("{}:{port}", url.host_str().unwrap_or_default()),
            None => url.host_str().unwrap_or_default().to_owned(),
        };
        let path_and_query = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        let signature = self.signature(method.as_str(), &path_and_query, &date, &authority, &hash);
        let authorization = format!(
            "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature={signature}"
        );
        let mut headers = HeaderMap::new();
        let entries = [
            (HeaderName::from_static("x-ms-date"), date),
            (HeaderName::from_static("x-ms-content-sha256"), hash),
            (AUTHORIZATION, authorization),
        ];
        for (name, text) in entries {
            let mut value = HeaderValue::try_from(text).expect("base64 and dates are ASCII");
            value.set_sensitive(name == AUTHORIZATION);
            headers.insert(name, value);
        }
        headers
    }

    /// Base64 of the HMAC over what is signed, in Azure's order.
    pub(crate) fn signature(
        &self,
        verb: &str,
        path_and_query: &str,
        date: &str,
        authority: &str,
        hash: &str,
    ) -> String {
        let signed = format!("{verb}\n{path_and_query}\n{date};{authority};{hash}");
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(signed.as_bytes());
        STANDARD.encode(mac.finalize().into_bytes())
    }
}

/// Base64 of the SHA-256 of a body, which may be empty.
pub(crate) fn content_hash(body: &[u8]) -> String {
    STANDARD.encode(Sha256::digest(body))
}

impl fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::retry::http_date;

    const KEY: &str = "Zm95ZXItdGVzdC1rZXktMDEyMzQ1Njc4OWFiY2RlZiE=";

    fn signed(method: Method, path: &str, body: &str) -> (String, String) {
        let url = format!("https://contoso.communication.azure.com{path}");
        let now = http_date("Sun, 22 Nov 2026 12:00:00 GMT").unwrap();
        let key = AccessKey::parse(KEY).unwrap();
        let headers = key.sign(&method, &url.parse().unwrap(), body.as_bytes(), now);
        let text = |name: &str| headers[name].to_str().unwrap().to_owned();
        assert_eq!(text("x-ms-date"), "Sun, 22 Nov 2026 12:00:00 GMT");
        (text("x-ms-content-sha256"), text("authorization"))
    }

    #[test]
    fn a_post_is_signed_as_microsofts_own_library_signs_it() {
        let body =
            r#"{"createTokenWithScopes":["voip.join","chat.join.limited"],"expiresInMinutes":60}"#;
        let (hash, authorization) =
            signed(Method::POST, "/identities?api-version=2023-10-01", body);
        assert_eq!(hash, "SJfZbk1bdPVDS0KwzM8lNKThPOIxPvpoM2ZUcXLaRsc=");
        assert_eq!(
            authorization,
            "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256\
             &Signature=xT6uS0SGvOUjOnZueWsSu/idR2GPur4EtdNllrnudCM="
        );
    }

    #[test]
    fn a_delete_without_body_is_signed_likewise() {
        let path = "/identities/8%3Aacs%3Aaaaa-bbbb?api-version=2023-10-01";
        let (hash, authorization) = signed(Method::DELETE, path, "");
        assert_eq!(hash, "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
        assert!(authorization.ends_with("&Signature=zj+w4rqResCzTGdmH2WTjd2whvnOH5kU3KsIZ3c/T+U="));
    }

    #[test]
    fn neither_key_nor_signature_is_shown_by_debug() {
        let key = AccessKey::parse(KEY).unwrap();
        assert_eq!(format!("{key:?}"), "AccessKey(…)");
        let url = "https://contoso.test/".parse().unwrap();
        let headers = key.sign(&Method::GET, &url, b"", Timestamp::UNIX_EPOCH);
        assert!(!format!("{headers:?}").contains("Signature"));
        assert_eq!(AccessKey::parse("not base64!"), Err(AccessKeyError));
        assert_eq!(AccessKey::parse(""), Err(AccessKeyError));
    }
}
