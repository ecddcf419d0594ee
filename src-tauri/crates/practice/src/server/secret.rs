//! Ids and secrets from the system's random numbers, and how secrets are compared.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq as _;

/// Easy to read aloud: no letters and digits that look alike; 32 of them, so that every byte maps evenly.
const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";

/// A meeting's id such as `kqz-7vfw-m3a`: 50 random bits.
pub(crate) fn meeting_id() -> String {
    let letters: Vec<char> = random::<10>()
        .iter()
        .map(|byte| char::from(LETTERS[usize::from(byte % 32)]))
        .collect();
    let part = |range: std::ops::Range<usize>| letters[range].iter().collect::<String>();
    format!("{}-{}-{}", part(0..3), part(3..7), part(7..10))
}

/// A secret of 192 random bits, safe in a URL fragment.
pub(crate) fn token() -> String {
    URL_SAFE_NO_PAD.encode(random::<24>())
}

/// Whether two secrets are the same, in a time that tells nothing about where they differ.
pub(crate) fn same(one: &str, other: &str) -> bool {
    bool::from(one.as_bytes().ct_eq(other.as_bytes()))
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("a system without random numbers cannot run TLS either");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_tokens_differ_and_fit_into_links() {
        let (a, b) = (token(), token());
        assert_ne!(a, b);
        assert!(same(&a, &a.clone()));
        assert!(!same(&a, &b) && !same(&a, &a[1..]) && !same(&a, ""));
        let id = meeting_id();
        assert_ne!(id, meeting_id());
        assert_eq!(id.len(), 12);
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(id.chars().all(plain));
    }
}
