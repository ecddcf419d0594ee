//! Texts that this service signed itself: `version.key.payload.seal`, sealed with HMAC-SHA256 and nothing else.
//!
//! The version fixes what is inside and how it is sealed. No field names an algorithm, so nobody can ask for another.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use foyer_acs::Secret;
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// The shortest secret of a key, in bytes: as long as the seal.
const SHORTEST_SECRET: usize = 32;

/// A secret that seals, and the name under which texts refer to it.
#[derive(Clone)]
pub struct Key {
    id: String,
    secret: Vec<u8>,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.id)
    }
}

/// Why something is no key. None of these quotes the secret.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum KeyError {
    /// Its name would not fit between dots.
    #[error("a key's id is 1 to 32 letters, digits, - and _")]
    Id,
    /// Its secret cannot be read.
    #[error("a key's secret is base64")]
    NotBase64,
    /// Its secret could be guessed.
    #[error("a key's secret has at least {SHORTEST_SECRET} bytes")]
    TooShort,
}

impl KeyError {
    /// Stable across releases.
    pub fn code(self) -> &'static str {
        match self {
            Self::Id => "key.id",
            Self::NotBase64 => "key.not_base64",
            Self::TooShort => "key.too_short",
        }
    }
}

impl Key {
    /// Reads a key: its secret is base64.
    pub fn parse(id: &str, secret: &Secret) -> Result<Self, KeyError> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if !(1..=32).contains(&id.len()) || !id.bytes().all(plain) {
            return Err(KeyError::Id);
        }
        let secret = STANDARD
            .decode(secret.expose().trim())
            .map_err(|_| KeyError::NotBase64)?;
        if secret.len() < SHORTEST_SECRET {
            return Err(KeyError::TooShort);
        }
        Ok(Self {
            id: id.to_owned(),
            secret,
        })
    }

    fn mac(&self, text: &str) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret).expect("any length will do");
        mac.update(text.as_bytes());
        mac
    }
}

/// All keys that are honoured; the first one seals. Replacing a key: put the new one first, and take the old one
/// away when everything it sealed has expired.
#[derive(Clone, Debug)]
pub struct Keys(Vec<Key>);

/// Why a text is not one that this service sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SealError {
    /// Not four parts.
    Shape,
    /// Another kind of token: another version, or one that names its own algorithm.
    Version,
    /// A key that is not, or no longer, honoured.
    UnknownKey,
    /// The seal does not fit.
    Forged,
}

impl Keys {
    /// `None` if there is none, or two have one name.
    pub fn new(keys: Vec<Key>) -> Option<Self> {
        let twice = keys
            .iter()
            .enumerate()
            .any(|(at, key)| keys[..at].iter().any(|other| other.id == key.id));
        (!keys.is_empty() && !twice).then_some(Self(keys))
    }

    /// Seals a payload.
    pub(crate) fn seal(&self, version: &str, payload: &[u8]) -> String {
        let key = &self.0[0];
        let signed = format!("{version}.{}.{}", key.id, URL_SAFE_NO_PAD.encode(payload));
        let seal = URL_SAFE_NO_PAD.encode(key.mac(&signed).finalize().into_bytes());
        format!("{signed}.{seal}")
    }

    /// The payload of a text that was sealed with this version. Nothing of it is read before the seal has proven good.
    pub(crate) fn open(&self, version: &str, text: &str) -> Result<Vec<u8>, SealError> {
        let (found, _) = text.split_once('.').ok_or(SealError::Shape)?;
        if found != version {
            return Err(SealError::Version);
        }
        let parts: Vec<&str> = text.split('.').collect();
        let [_, id, payload, seal] = parts[..] else {
            return Err(SealError::Shape);
        };
        let key = self
            .0
            .iter()
            .find(|key| key.id == id)
            .ok_or(SealError::UnknownKey)?;
        let seal = URL_SAFE_NO_PAD
            .decode(seal)
            .map_err(|_| SealError::Forged)?;
        let signed = &text[..version.len() + id.len() + payload.len() + 2];
        key.mac(signed)
            .verify_slice(&seal)
            .map_err(|_| SealError::Forged)?;
        URL_SAFE_NO_PAD
            .decode(payload)
            .map_err(|_| SealError::Shape)
    }
}

/// Random bytes as text that fits into links: 4 characters for 3 bytes.
pub(crate) fn random<const N: usize>() -> String {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("a system without random numbers cannot run TLS either");
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A new secret for a key, base64.
pub fn new_secret() -> Secret {
    let mut bytes = [0; SHORTEST_SECRET];
    getrandom::fill(&mut bytes).expect("a system without random numbers cannot run TLS either");
    Secret::new(STANDARD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_could_be_guessed_or_misread_are_refused() {
        let good = new_secret();
        assert!(Key::parse("2026-11", &good).is_ok());
        assert_eq!(Key::parse("", &good).unwrap_err(), KeyError::Id);
        assert_eq!(Key::parse("a.b", &good).unwrap_err(), KeyError::Id);
        let of = |text: &str| Key::parse("a", &Secret::new(text)).unwrap_err();
        assert_eq!(of("%canary%"), KeyError::NotBase64);
        assert_eq!(of("Y2FuYXJ5"), KeyError::TooShort);
        assert!(Keys::new(Vec::new()).is_none());
        let key = Key::parse("a", &good).unwrap();
        assert!(Keys::new(vec![key.clone(), key]).is_none(), "one name each");
    }

    #[test]
    fn a_replaced_key_is_honoured_until_it_is_taken_away() {
        let [old, new] = ["old", "new"].map(|id| Key::parse(id, &new_secret()).unwrap());
        let before = Keys::new(vec![old.clone()]).unwrap();
        let during = Keys::new(vec![new.clone(), old]).unwrap();
        let after = Keys::new(vec![new]).unwrap();
        let text = before.seal("x1", b"payload");
        assert_eq!(during.open("x1", &text).unwrap(), b"payload");
        assert_eq!(after.open("x1", &text), Err(SealError::UnknownKey));
        assert!(during.seal("x1", b"").starts_with("x1.new."));
        assert!(!format!("{during:?}").contains(&STANDARD.encode(&during.0[0].secret)));
    }

    #[test]
    fn a_text_sealed_for_one_purpose_is_of_no_use_for_another() {
        let keys = Keys::new(vec![Key::parse("a", &new_secret()).unwrap()]).unwrap();
        let text = keys.seal("x1", b"payload");
        assert_eq!(keys.open("y1", &text), Err(SealError::Version));
        let renamed = text.replacen("x1", "y1", 1);
        assert_eq!(keys.open("y1", &renamed), Err(SealError::Forged));
    }
}
