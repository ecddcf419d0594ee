//! Values that must not reach a log.

use std::fmt;

use serde::{Deserialize, Deserializer};

/// A value whose Debug never prints it: tokens, keys, passwords, passcodes, contexts, addresses that let people in.
/// There is no `Display` and no `Serialize`: nothing writes it down by accident.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Sensitive<T>(T);

impl<T> Sensitive<T> {
    /// Guards a value.
    pub fn new(value: impl Into<T>) -> Self {
        Self(value.into())
    }

    /// The value, for the one place that needs it. Never format what this returns, and never put it into a URL that
    /// is kept, a file or an argument list.
    pub fn expose(&self) -> &T {
        &self.0
    }
}

impl<T> From<T> for Sensitive<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T> fmt::Debug for Sensitive<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Sensitive<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing_of_it() {
        let canary: Sensitive<String> = Sensitive::new("canary");
        let shown = format!("{canary:?} {:#?}", Some(&canary));
        assert!(!shown.contains("canary"));
    }
}
