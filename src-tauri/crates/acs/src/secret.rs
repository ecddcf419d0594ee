//! Texts that must reach no log.

use foyer_meeting::sensitive::Sensitive;

/// A token, key, password or passcode.
pub type Secret = Sensitive<String>;
