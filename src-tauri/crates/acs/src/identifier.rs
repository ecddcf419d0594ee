//! Who somebody is, across ACS, Teams and the telephone.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// Somebody in a chat. Two are the same if their raw ids are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identifier {
    /// The one form that every kind has.
    pub raw_id: String,
}

/// What kind of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A guest through ACS, as we are.
    Guest,
    /// A person with an account.
    Account,
    /// A guest through Teams itself.
    TeamsGuest,
    /// A program.
    App,
    /// Somebody who dialled in.
    Phone,
    /// None of these.
    Unknown,
}

/// Beginnings of raw ids.
const PREFIXES: [(&str, Kind); 11] = [
    ("8:acs:", Kind::Guest),
    ("8:spool:", Kind::Guest),
    ("8:gcch-acs:", Kind::Guest),
    ("8:dod-acs:", Kind::Guest),
    ("8:orgid:", Kind::Account),
    ("8:gcch:", Kind::Account),
    ("8:dod:", Kind::Account),
    ("8:teamsvisitor:", Kind::TeamsGuest),
    ("28:", Kind::App),
    ("8:echo", Kind::App),
    ("4:", Kind::Phone),
];

impl Identifier {
    /// Somebody by their raw id.
    pub fn new(raw_id: impl Into<String>) -> Self {
        Self {
            raw_id: raw_id.into(),
        }
    }

    /// By the beginning of the raw id.
    pub fn kind(&self) -> Kind {
        PREFIXES
            .iter()
            .find(|(prefix, _)| self.raw_id.starts_with(prefix))
            .map_or(Kind::Unknown, |(_, kind)| *kind)
    }
}

impl<'de> Deserialize<'de> for Identifier {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        // Older versions of the service leave the raw id out.
        let raw_id = value["rawId"]
            .as_str()
            .map(str::to_owned)
            .or_else(|| raw(&value));
        raw_id
            .map(Self::new)
            .ok_or_else(|| serde::de::Error::custom("an identifier without an id"))
    }
}

fn raw(value: &Value) -> Option<String> {
    if let Some(id) = value["communicationUser"]["id"].as_str() {
        return Some(id.to_owned());
    }
    if let Some(number) = value["phoneNumber"]["value"].as_str() {
        return Some(format!("4:{number}"));
    }
    let cloud = |value: &Value| value["cloud"].as_str().unwrap_or("public").to_owned();
    let user = &value["microsoftTeamsUser"];
    if let Some(id) = user["userId"].as_str() {
        let prefix = match (user["isAnonymous"].as_bool(), cloud(user).as_str()) {
            (Some(true), _) => "8:teamsvisitor:",
            (_, "dod") => "8:dod:",
            (_, "gcch") => "8:gcch:",
            (_, _) => "8:orgid:",
        };
        return Some(format!("{prefix}{id}"));
    }
    let app = &value["microsoftTeamsApp"];
    let prefix = match cloud(app).as_str() {
        "dod" => "28:dod:",
        "gcch" => "28:gcch:",
        _ => "28:orgid:",
    };
    Some(format!("{prefix}{}", app["appId"].as_str()?))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn everybody_has_a_raw_id_and_a_kind() {
        for (value, raw_id, kind) in [
            (
                json!({"rawId": "8:acs:a_b", "communicationUser": {"id": "8:acs:a_b"}}),
                "8:acs:a_b",
                Kind::Guest,
            ),
            (
                json!({"communicationUser": {"id": "8:acs:a_b"}}),
                "8:acs:a_b",
                Kind::Guest,
            ),
            (
                json!({"microsoftTeamsUser": {"userId": "x"}}),
                "8:orgid:x",
                Kind::Account,
            ),
            (
                json!({"microsoftTeamsUser": {"userId": "x", "cloud": "gcch"}}),
                "8:gcch:x",
                Kind::Account,
            ),
            (
                json!({"microsoftTeamsUser": {"userId": "x", "isAnonymous": true}}),
                "8:teamsvisitor:x",
                Kind::TeamsGuest,
            ),
            (
                json!({"microsoftTeamsApp": {"appId": "x"}}),
                "28:orgid:x",
                Kind::App,
            ),
            (
                json!({"phoneNumber": {"value": "+1555"}}),
                "4:+1555",
                Kind::Phone,
            ),
            (
                json!({"kind": "unknown", "rawId": "48:system"}),
                "48:system",
                Kind::Unknown,
            ),
        ] {
            let identifier: Identifier = serde_json::from_value(value).unwrap();
            assert_eq!(
                (identifier.raw_id.as_str(), identifier.kind()),
                (raw_id, kind)
            );
        }
        assert!(serde_json::from_value::<Identifier>(json!({})).is_err());
        assert!(serde_json::from_value::<Identifier>(json!([1])).is_err());
    }
}
