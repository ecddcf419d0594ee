//! `generateCertificate()`.

use foyer_contract::bridge::event::{CertificateInfo, WireError};

use crate::trouble;

/// A key and its certificate.
pub(crate) enum Certificate {}

pub(crate) fn make(_expires: f64) -> Result<(Certificate, CertificateInfo), WireError> {
    Err(trouble::not_supported("generateCertificate"))
}
