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
    /// The accent's colour, `#rrggbb`, where the system is light.
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
        if self
            .name
            .as_deref()
            .is_some_and(|name| name.trim().is_empty())
        {
            return Some("name is empty".to_owned());
        }
        match (&self.accent, &self.accent_dark) {
            (None, None) => None,
            (Some(light), Some(dark)) => illegible(light, LIGHT).or_else(|| illegible(dark, DARK)),
            _ => Some("accent and accent_dark belong together".to_owned()),
        }
    }
}

/// The least favourable surfaces that the accent stands on in each theme, as ui/src/styles/tokens.css has them.
const LIGHT: [u8; 3] = [0xf5, 0xf5, 0xf5];
const DARK: [u8; 3] = [0x2e, 0x2e, 0x2e];

/// WCAG 2.2, success criterion 1.4.3.
const LEAST_CONTRAST: f64 = 4.5;

fn illegible(colour: &str, surface: [u8; 3]) -> Option<String> {
    let Some(parts) = parts(colour) else {
        return Some(format!("{colour} is no colour such as #0b6e69"));
    };
    let (one, other) = (luminance(parts), luminance(surface));
    let contrast = (one.max(other) + 0.05) / (one.min(other) + 0.05);
    (contrast < LEAST_CONTRAST).then(|| {
        format!("{colour} has a contrast of {contrast:.1} where texts need {LEAST_CONTRAST}")
    })
}

fn parts(colour: &str) -> Option<[u8; 3]> {
    let digits = colour.strip_prefix('#')?;
    let is_whole = digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    let part = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    is_whole.then_some(())?;
    Some([part(0)?, part(2)?, part(4)?])
}

/// Relative luminance, as WCAG 2.2 defines it.
fn luminance(parts: [u8; 3]) -> f64 {
    let [red, green, blue] = parts.map(|part| {
        let share = f64::from(part) / 255.0;
        if share <= 0.040_45 {
            share / 12.92
        } else {
            ((share + 0.055) / 1.055).powf(2.4)
        }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}
