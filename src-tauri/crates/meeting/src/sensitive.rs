//! Values that must not reach a log.

use std::fmt;

/// A value whose Debug never prints it: passcodes, tokens, contexts, addresses that let people in.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Sensitive<T>(T);

impl<T> Sensitive<T> {
    /// Guards a value.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, for whoever needs it to join. Never format what this returns.
    pub fn expose(&self) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Sensitive<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}
