//! Secrets that open a socket, once.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use subtle::ConstantTimeEq;

const LENGTH: usize = 32;

/// 256 random bits.
#[derive(Clone)]
pub(crate) struct Token([u8; LENGTH]);

impl Token {
    pub fn new() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; LENGTH];
        getrandom::fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// 64 lower-case hexadecimal digits.
    pub fn hex(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    pub fn parse(hex: &str) -> Option<Self> {
        let digits = hex.as_bytes();
        if digits.len() != 2 * LENGTH {
            return None;
        }
        let mut bytes = [0; LENGTH];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let value = |digit: u8| match digit {
                b'0'..=b'9' => Some(digit - b'0'),
                b'a'..=b'f' => Some(digit - b'a' + 10),
                _ => None,
            };
            *byte = value(pair[0])? << 4 | value(pair[1])?;
        }
        Some(Self(bytes))
    }

    /// Takes the same time whatever differs.
    pub fn is(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

/// Tokens that are out, each with what it opens. Bounded: the oldest is withdrawn.
pub(crate) struct Tokens<T> {
    out: Mutex<VecDeque<(Token, T)>>,
    most: usize,
}

impl<T> Tokens<T> {
    pub fn new(most: usize) -> Self {
        Self {
            out: Mutex::new(VecDeque::new()),
            most,
        }
    }

    pub fn issue(&self, opens: T) -> Result<Token, getrandom::Error> {
        let token = Token::new()?;
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        if out.len() == self.most {
            out.pop_front();
        }
        out.push_back((token.clone(), opens));
        Ok(token)
    }

    /// What it opens; never again.
    pub fn take(&self, token: &Token) -> Option<T> {
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        let mut place = None;
        for (index, (known, _)) in out.iter().enumerate() {
            if known.is(token) {
                place = Some(index);
            }
        }
        out.remove(place?).map(|(_, opens)| opens)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_opens_once_and_what_is_none_opens_nothing() {
        let tokens = Tokens::new(2);
        let first = tokens.issue(1).unwrap();
        let copy = Token::parse(&first.hex()).unwrap();
        assert!(tokens.take(&Token([0; LENGTH])).is_none());
        assert_eq!(tokens.take(&copy), Some(1));
        assert_eq!(tokens.take(&first), None);
        for text in ["", "00", &"0".repeat(63), &"A".repeat(64), &"é".repeat(32)] {
            assert!(Token::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn the_oldest_is_withdrawn() {
        let tokens = Tokens::new(2);
        let all: Vec<Token> = (0..3).map(|n| tokens.issue(n).unwrap()).collect();
        let opened: Vec<_> = all.iter().map(|token| tokens.take(token)).collect();
        assert_eq!(opened, [None, Some(1), Some(2)]);
    }
}
