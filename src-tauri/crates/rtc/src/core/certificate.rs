//! Certificates for DTLS that are made before a connection (webrtc-pc 4.9).

use std::time::{Duration, SystemTime};

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use rtc::crypto::SignatureScheme;
use rtc::peer_connection::certificate::{CertificateParams, RTCCertificate};

/// What kind of key it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// On the curve P-256.
    Ecdsa,
    /// Of 2048 bits, signing with SHA-256.
    Rsa,
}

/// A certificate was not made.
#[derive(Debug, thiserror::Error)]
#[error("no certificate: {0}")]
pub struct CertificateError(String);

impl CertificateError {
    /// Stable across releases.
    pub fn code(&self) -> &'static str {
        "rtc.certificate"
    }
}

/// A self-signed certificate with its key. Cloning shares nothing that changes.
#[derive(Clone, Debug)]
pub struct Certificate {
    pub(crate) inner: RTCCertificate,
    fingerprint: String,
}

impl Certificate {
    /// Makes one that is good until so many milliseconds after the beginning of 1970. An RSA key takes up to a
    /// second: keep it off async threads.
    pub fn generate(kind: KeyKind, expires_ms: u64) -> Result<Self, CertificateError> {
        let failed = |error: &dyn std::fmt::Display| CertificateError(error.to_string());
        let provider = rtc::crypto::default_provider().map_err(|error| failed(&error))?;
        let crypto = provider.crypto();
        let mut parameters = CertificateParams::default();
        let expires = SystemTime::UNIX_EPOCH + Duration::from_millis(expires_ms);
        parameters.not_after = expires.into();
        let inner = match kind {
            KeyKind::Ecdsa => {
                let scheme = SignatureScheme::EcdsaP256Sha256;
                RTCCertificate::generate(crypto, scheme, parameters)
            }
            KeyKind::Rsa => {
                let scheme = SignatureScheme::RsaPkcs1Sha256;
                let key = KeyPair::generate(KeySize::Rsa2048).map_err(|error| failed(&error))?;
                let der: Pkcs8V1Der<'_> = key.as_der().map_err(|error| failed(&error))?;
                let key = crypto
                    .import_signing_key(scheme, der.as_ref())
                    .map_err(|error| failed(&error))?;
                RTCCertificate::generate_from_signing_key(parameters, scheme, key)
            }
        };
        let inner = inner.map_err(|error| failed(&error))?;
        let fingerprints = inner.get_fingerprints(crypto);
        let fingerprints = fingerprints.map_err(|error| failed(&error))?;
        let first = fingerprints.into_iter().next();
        let fingerprint = first.ok_or_else(|| CertificateError("without a fingerprint".into()))?;
        Ok(Self {
            inner,
            fingerprint: fingerprint.value,
        })
    }

    /// SHA-256 in lower-case hex with colons.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn keys_of_both_kinds_are_made_and_no_two_are_the_same() {
        let in_a_year = 1_800_000_000_000;
        let [a, b] = [KeyKind::Ecdsa, KeyKind::Rsa]
            .map(|kind| Certificate::generate(kind, in_a_year).unwrap());
        assert_eq!(a.fingerprint().len(), 32 * 3 - 1);
        assert_ne!(a.fingerprint(), b.fingerprint());
        assert_eq!(
            a.inner.expires,
            SystemTime::UNIX_EPOCH + Duration::from_millis(in_a_year)
        );
    }
}
