//! What `foyer.brand.toml` may say. The build script reads it with this, and the app what the build script made of it.

use serde::{Deserialize, Serialize};

/// A setting that can be locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Key {
    /// Who gives guests their identity.
    #[serde(alias = "token_service")]
    TokenService,
    /// Whether a developer's own key is used.
    Developer,
    /// Whether the app looks for newer versions of itself.
    Updates,
}

/// An organisation's own Foyer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Brand {
    /// What the window is called.
    pub name: Option<String>,
    /// The accent's colour, `#rrggbb`.
    pub accent: Option<String>,
    /// The same where the system is dark.
    pub accent_dark: Option<String>,
    /// A file beside `foyer.brand.toml`, SVG or PNG; the build script puts a `data:` address here.
    pub logo: Option<String>,
    /// The address of the organisation's token service.
    pub token_service: Option<String>,
    /// Whether the app looks for newer versions of itself.
    pub updates: Option<bool>,
    /// Where those are announced.
    pub update_endpoint: Option<String>,
    /// The public keys, of the Tauri command line, that they may be signed with.
    #[serde(default)]
    pub update_keys: Vec<String>,
    /// What neither the environment nor the user may change.
    #[serde(default)]
    pub locked: Vec<Key>,
}

impl Brand {
    /// What is wrong with it, if anything.
    pub fn problem(&self) -> Option<String> {
        let https = |text: &Option<String>| {
            text.as_deref()
                .is_none_or(|text| text.starts_with("https://"))
        };
        if !https(&self.token_service) || !https(&self.update_endpoint) {
            return Some("addresses begin with https://".to_owned());
        }
        if self.update_endpoint.is_some() == self.update_keys.is_empty() {
            return Some("update_endpoint and update_keys belong together".to_owned());
        }
        let colours = [&self.accent, &self.accent_dark];
        colours.into_iter().flatten().find_map(|colour| {
            let digits = colour.strip_prefix('#').unwrap_or_default();
            let fits = digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
            (!fits).then(|| format!("{colour} is no colour such as #0b6e69"))
        })
    }
}
