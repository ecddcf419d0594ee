//! What the owner of a managed machine has decided: group policies on Windows, a configuration profile on macOS. On
//! Linux the machine's file does both. Whatever a policy says is locked.

use super::{ConfigError, Layer};

/// The policies that count here.
#[cfg(windows)]
pub(super) fn read() -> Result<Vec<Layer>, ConfigError> {
    use windows_registry::{CURRENT_USER, LOCAL_MACHINE};

    const PLACES: [&str; 2] = [
        r"HKLM\SOFTWARE\Policies\Foyer",
        r"HKCU\SOFTWARE\Policies\Foyer",
    ];
    let mut found = Vec::new();
    for (hive, place) in [LOCAL_MACHINE, CURRENT_USER].into_iter().zip(PLACES) {
        // No such key: nobody manages this machine.
        let Ok(key) = hive.open(r"SOFTWARE\Policies\Foyer") else {
            continue;
        };
        let wrong = |name: &str| ConfigError::Policy {
            place,
            reason: format!("{name} is of the wrong type"),
        };
        let is_set = |name: &str| key.get_type(name).is_ok();
        let text = |name: &str| match key.get_string(name) {
            Ok(text) => Ok(Some(text)),
            Err(_) if is_set(name) => Err(wrong(name)),
            Err(_) => Ok(None),
        };
        let switch = |name: &str| match key.get_u32(name) {
            Ok(number) => Ok(Some(number != 0)),
            Err(_) if is_set(name) => Err(wrong(name)),
            Err(_) => Ok(None),
        };
        let says = super::File {
            token_service: text("TokenService")?,
            developer: switch("Developer")?,
            updates: switch("Updates")?,
            locked: Vec::new(),
            preferences: preferences(&key),
        };
        found.push(Layer::of_policy(place, says));
    }
    Ok(found)
}

/// Switches are numbers, everything else is text; the names are those of `config.json`.
#[cfg(windows)]
fn preferences(policies: &windows_registry::Key) -> serde_json::Map<String, serde_json::Value> {
    use serde_json::Value;

    let Ok(key) = policies.open("Preferences") else {
        return serde_json::Map::new();
    };
    let defaults = serde_json::to_value(foyer_contract::preferences::Preferences::default());
    let Ok(Value::Object(defaults)) = defaults else {
        return serde_json::Map::new();
    };
    let said = |(name, default): (&String, &Value)| {
        let value = match default {
            Value::Bool(_) => Value::from(key.get_u32(name).ok()? != 0),
            Value::Number(_) => Value::from(key.get_u32(name).ok()?),
            _ => Value::from(key.get_string(name).ok()?),
        };
        Some((name.clone(), value))
    };
    defaults.iter().filter_map(said).collect()
}

/// The policies that count here.
#[cfg(target_os = "macos")]
pub(super) fn read() -> Result<Vec<Layer>, ConfigError> {
    const PLACE: &str = "/Library/Managed Preferences/org.foyer.Foyer.plist";
    if !std::path::Path::new(PLACE).exists() {
        return Ok(Vec::new());
    }
    let says = plist::from_file(PLACE).map_err(|error| ConfigError::Policy {
        place: PLACE,
        reason: error.to_string(),
    })?;
    Ok(vec![Layer::of_policy(PLACE, says)])
}

/// The policies that count here.
#[cfg(not(any(windows, target_os = "macos")))]
pub(super) fn read() -> Result<Vec<Layer>, ConfigError> {
    Ok(Vec::new())
}

#[cfg(any(windows, target_os = "macos"))]
impl Layer {
    fn of_policy(place: &'static str, says: super::File) -> Self {
        use crate::brand::Key;

        let mut locked = says.locked.clone();
        let set = [
            (says.token_service.is_some(), Key::TokenService),
            (says.developer.is_some(), Key::Developer),
            (says.updates.is_some(), Key::Updates),
        ];
        locked.extend(set.into_iter().filter(|(is, _)| *is).map(|(_, key)| key));
        Self {
            origin: super::Origin::Policy(place),
            says: super::File { locked, ..says },
            is_binding: true,
        }
    }
}
