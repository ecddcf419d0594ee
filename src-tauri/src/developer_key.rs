//! The connection string of a developer's own ACS resource, in the system's keyring and nowhere else.

use foyer_acs::Secret;
use foyer_acs::identity::{ConnectionString, ConnectionStringError};
use keyring::{Entry, Error};

const SERVICE: &str = "Foyer";
const USER: &str = "developer connection string";

/// Why there is no key. None of these quotes it.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The system has no keyring, or it is locked.
    #[error("the system's keyring cannot be used: {reason}")]
    NoKeyring {
        /// What the system said.
        reason: String,
    },
    /// None was stored.
    #[error("no connection string is stored; store one with: foyer developer-key set")]
    None,
    /// What is stored, or to be stored, is no connection string.
    #[error("the connection string cannot be used: {0}")]
    Unusable(#[from] ConnectionStringError),
}

impl KeyError {
    /// Stable across releases.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoKeyring { .. } => "developer_key.no_keyring",
            Self::None => "developer_key.none",
            Self::Unusable(_) => "developer_key.unusable",
        }
    }
}

impl From<Error> for KeyError {
    fn from(error: Error) -> Self {
        match error {
            Error::NoEntry => Self::None,
            // Only these texts are known to hold nothing of what is stored.
            Error::NoDefaultStore => {
                let reason = match Entry::store_status() {
                    Err(Error::PlatformFailure(cause) | Error::NoStorageAccess(cause)) => {
                        cause.to_string()
                    }
                    Ok(()) | Err(_) => "there is none".to_owned(),
                };
                Self::NoKeyring { reason }
            }
            Error::PlatformFailure(cause) | Error::NoStorageAccess(cause) => Self::NoKeyring {
                reason: cause.to_string(),
            },
            _ => Self::NoKeyring {
                reason: "it answers in an unknown way".to_owned(),
            },
        }
    }
}

/// What is stored. Blocks, perhaps until the person has unlocked the keyring.
pub fn read() -> Result<ConnectionString, KeyError> {
    let text = Secret::new(Entry::new(SERVICE, USER)?.get_password()?);
    Ok(ConnectionString::parse(text.expose())?)
}

/// Stores one, in place of any other; answers with its resource's address.
pub fn store(text: &Secret) -> Result<String, KeyError> {
    let connection = ConnectionString::parse(text.expose())?;
    Entry::new(SERVICE, USER)?.set_password(text.expose().trim())?;
    Ok(connection.endpoint.as_str().to_owned())
}

/// Forgets it; true if there was one.
pub fn forget() -> Result<bool, KeyError> {
    match Entry::new(SERVICE, USER)?.delete_credential() {
        Ok(()) => Ok(true),
        Err(Error::NoEntry) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
