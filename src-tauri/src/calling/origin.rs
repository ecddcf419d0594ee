//! Under which origin the page is served.

/// Set to `loopback`, the page is served at `http://localhost` at once; set to `scheme`, never.
pub(super) const SWITCH: &str = "FOYER_CALLING_ORIGIN";

/// The two ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Choice {
    /// The app's own scheme: no port is opened.
    Scheme,
    /// `http://localhost:PORT`, while the call lasts: for servers that answer no other origin.
    Loopback,
}

impl Choice {
    /// As the switch says; the scheme without one.
    pub fn of_environment() -> Self {
        match std::env::var(SWITCH) {
            Ok(switch) if switch == "loopback" => Self::Loopback,
            Ok(_) | Err(_) => Self::Scheme,
        }
    }
}
