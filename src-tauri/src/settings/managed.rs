//! Preferences that whoever manages the machine has set: they hold, whatever the guest would like.

use foyer_contract::preferences::Preferences;
use serde_json::{Map, Value};

use super::preferences::sound;

/// What an administrator may not set for everybody: keys are a habit of one's own hands.
const OWN: [&str; 1] = ["shortcuts"];

/// Something is set that there is not, or to what it cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ManagedError {
    /// There is no such preference.
    #[error("preferences: there is no {0}")]
    Unknown(String),
    /// It cannot be that.
    #[error("preferences: {0}")]
    Value(String),
}

/// Values by name, as `preferences.json` has them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Managed(Map<String, Value>);

impl Managed {
    /// These values, if preferences can have them.
    pub fn new(values: Map<String, Value>) -> Result<Self, ManagedError> {
        let known = object(&Preferences::default());
        for name in values.keys() {
            if !known.contains_key(name) || OWN.contains(&name.as_str()) {
                return Err(ManagedError::Unknown(name.clone()));
            }
        }
        let managed = Self(values);
        managed.merged(&Preferences::default())?;
        Ok(managed)
    }

    /// What is set.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The same preferences with what is set.
    pub(super) fn applied(&self, own: &Preferences) -> Preferences {
        sound(self.merged(own).expect("it was tried when it was made"))
    }

    /// What the guest would have, were nothing set: of `fresh`, but what is set stays as it was in `own`.
    pub(super) fn without(&self, fresh: &Preferences, own: &Preferences) -> Preferences {
        let own = object(own);
        let before = self
            .0
            .keys()
            .filter_map(|name| Some((name, own.get(name)?)));
        let mut merged = object(fresh);
        for (name, value) in before {
            merged.insert(name.clone(), value.clone());
        }
        parsed(merged).expect("both are preferences")
    }

    fn merged(&self, own: &Preferences) -> Result<Preferences, ManagedError> {
        let mut merged = object(own);
        merged.extend(self.0.clone());
        parsed(merged).map_err(|error| ManagedError::Value(error.to_string()))
    }
}

fn object(preferences: &Preferences) -> Map<String, Value> {
    match serde_json::to_value(preferences) {
        Ok(Value::Object(object)) => object,
        Ok(_) | Err(_) => unreachable!("preferences are an object"),
    }
}

fn parsed(object: Map<String, Value>) -> serde_json::Result<Preferences> {
    serde_json::from_value(Value::Object(object))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    use super::*;

    fn managed(values: Value) -> Result<Managed, ManagedError> {
        let Value::Object(values) = values else {
            panic!("an object");
        };
        Managed::new(values)
    }

    #[test]
    fn what_is_set_holds_and_the_guests_own_choice_comes_back_without_it() {
        let managed = managed(json!({ "keepRecents": false, "theme": "dark" })).unwrap();
        let own = Preferences {
            keep_recents: true,
            ..Preferences::default()
        };
        let applied = managed.applied(&own);
        assert!(!applied.keep_recents);
        let changed = Preferences {
            mirror: false,
            ..applied
        };
        let kept = managed.without(&changed, &own);
        assert!(kept.keep_recents && !kept.mirror);
    }

    #[test]
    fn what_there_is_not_is_said() {
        let unknown = ManagedError::Unknown("keepRecent".to_owned());
        assert_eq!(managed(json!({ "keepRecent": false })), Err(unknown));
        assert!(managed(json!({ "shortcuts": {} })).is_err());
        assert!(managed(json!({ "keepRecents": "no" })).is_err());
        assert!(managed(json!({ "theme": "pink" })).is_err());
    }
}
