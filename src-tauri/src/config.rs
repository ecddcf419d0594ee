//! How this machine is set up: what its administrator wrote, what its user wrote, what the environment says, and what
//! was baked in at build. What an administrator or a brand locks, neither environment nor user can change.

mod policy;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use foyer_acs::endpoint::{Endpoint, EndpointError};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::brand::{self, Key};
use crate::settings::Managed;

/// The name of the file, in the app's folder and in the machine's.
pub const FILE: &str = "config.json";
/// The environment's word for the token service's address.
pub const SERVICE: &str = "FOYER_TOKEN_SERVICE";
/// The environment's word for developer mode: `1` or `0`.
pub const DEVELOPER: &str = "FOYER_DEVELOPER";
/// As tauri.conf.json names the app.
const IDENTIFIER: &str = "org.foyer.Foyer";
/// A longer file is none of ours.
const MAX_BYTES: u64 = 64 * 1024;

/// Where something is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// In this variable.
    Environment(&'static str),
    /// By this policy of a managed machine.
    Policy(&'static str),
    /// In this file.
    File(PathBuf),
    /// When the app was built.
    Build,
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Environment(name) => write!(f, "environment variable {name}"),
            Self::Policy(place) => write!(f, "policy {place}"),
            Self::File(file) => write!(f, "{}", file.display()),
            Self::Build => f.write_str("this build of Foyer"),
        }
    }
}

/// Why the set-up is of no use. Nothing is guessed instead: the guest is told.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum ConfigError {
    /// The file is not what it should be.
    #[error("{}: {reason}", file.display())]
    File {
        /// Which.
        file: PathBuf,
        /// What is wrong, and where.
        reason: String,
    },
    /// A policy is not what it should be.
    #[error("policy {place}: {reason}")]
    Policy {
        /// Which.
        place: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// The address is none that tokens may be fetched from.
    #[error("tokenService from {origin}: {error}")]
    Service {
        /// Where it is set.
        origin: Origin,
        /// What is wrong.
        error: EndpointError,
    },
    /// Neither yes nor no.
    #[error("{DEVELOPER}: neither 1 nor 0")]
    Developer,
}

impl ConfigError {
    /// Stable across releases.
    pub fn code(&self) -> &'static str {
        match self {
            Self::File { .. } | Self::Policy { .. } => "config.file",
            Self::Service { .. } => "config.token_service",
            Self::Developer => "config.developer",
        }
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct File {
    token_service: Option<String>,
    developer: Option<bool>,
    updates: Option<bool>,
    #[serde(default)]
    locked: Vec<Key>,
    #[serde(default)]
    preferences: Map<String, Value>,
}

/// What one place says.
struct Layer {
    origin: Origin,
    says: File,
    /// An administrator's, or that of whoever built the app.
    is_binding: bool,
}

/// Where the set-up is kept.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// Whether the system's policies count; only in tests they do not.
    pub policies: bool,
    /// The administrator's file.
    pub machine: Option<PathBuf>,
    /// The user's file.
    pub user: Option<PathBuf>,
}

/// The set-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Who gives guests of Teams meetings their identity, and where that is set.
    pub service: Option<(Endpoint, Origin)>,
    /// Whether the developer's own key is used instead.
    pub developer: bool,
    /// Whether the app may look for newer versions of itself.
    pub updates: bool,
    /// Preferences that are set for the guest.
    pub managed: Managed,
    /// Where each of those is set.
    pub managed_by: BTreeMap<String, Origin>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            service: None,
            developer: false,
            updates: true,
            managed: Managed::default(),
            managed_by: BTreeMap::new(),
        }
    }
}

impl Config {
    /// Reads all places. The environment goes before a policy or the machine's file, those before the user's file, and
    /// that before what was built in. What is locked, by a policy always, is heard from administrators and the build
    /// alone. Places that do not exist count as empty.
    pub fn read(
        places: &Places,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, ConfigError> {
        let layers = layers(places)?;
        let binding = layers.iter().filter(|layer| layer.is_binding);
        let locked: Vec<Key> = binding
            .flat_map(|layer| layer.says.locked.clone())
            .collect();
        let heard = |key: Key| {
            let is_locked = locked.contains(&key);
            let layers = layers.iter();
            layers.filter(move |layer| layer.is_binding || !is_locked)
        };
        let asked = |key: Key, name: &str| {
            let value = environment(name).filter(|value| !value.trim().is_empty());
            value.filter(|_| !locked.contains(&key))
        };
        let service = match asked(Key::TokenService, SERVICE) {
            Some(address) => Some((address, Origin::Environment(SERVICE))),
            None => heard(Key::TokenService)
                .find_map(|layer| Some((layer.says.token_service.clone()?, layer.origin.clone()))),
        };
        let developer = match asked(Key::Developer, DEVELOPER).as_deref() {
            None => heard(Key::Developer).find_map(|layer| layer.says.developer),
            Some("1") => Some(true),
            Some("0") => Some(false),
            Some(_) => return Err(ConfigError::Developer),
        };
        let (managed, managed_by) = managed(&layers)?;
        let updates = heard(Key::Updates).find_map(|layer| layer.says.updates);
        Ok(Self {
            service: service
                .map(|(address, origin)| parse(&address, origin))
                .transpose()?,
            developer: developer.unwrap_or(false),
            updates: updates.unwrap_or(true),
            managed,
            managed_by,
        })
    }
}

/// The preferences that administrators have set; of two the first counts. A user's own file sets none.
fn managed(layers: &[Layer]) -> Result<(Managed, BTreeMap<String, Origin>), ConfigError> {
    let mut values = Map::new();
    let mut origins = BTreeMap::new();
    for layer in layers.iter().filter(|layer| layer.is_binding) {
        let said = Managed::new(layer.says.preferences.clone());
        said.map_err(|error| layer.wrong(error.to_string()))?;
        for (name, value) in &layer.says.preferences {
            if !values.contains_key(name) {
                values.insert(name.clone(), value.clone());
                origins.insert(name.clone(), layer.origin.clone());
            }
        }
    }
    let managed = Managed::new(values).expect("each of them was tried");
    Ok((managed, origins))
}

impl Layer {
    fn wrong(&self, reason: String) -> ConfigError {
        match &self.origin {
            Origin::Policy(place) => ConfigError::Policy { place, reason },
            Origin::File(file) => ConfigError::File {
                file: file.clone(),
                reason,
            },
            // Neither says any preferences.
            Origin::Environment(_) | Origin::Build => ConfigError::Developer,
        }
    }
}

fn layers(places: &Places) -> Result<Vec<Layer>, ConfigError> {
    let mut layers = Vec::new();
    if places.policies {
        layers.extend(policy::read()?);
    }
    let files = [(&places.machine, true), (&places.user, false)];
    for (path, is_binding) in files {
        if let Some(path) = path {
            layers.push(Layer {
                origin: Origin::File(path.clone()),
                says: read(path)?,
                is_binding,
            });
        }
    }
    let brand = brand::built_in();
    layers.push(Layer {
        origin: Origin::Build,
        says: File {
            token_service: brand.token_service.clone(),
            developer: None,
            updates: brand.updates,
            locked: brand.locked.clone(),
            preferences: Map::new(),
        },
        is_binding: true,
    });
    Ok(layers)
}

/// The app's folder for its settings, as the window finds it.
pub fn own_folder() -> Option<PathBuf> {
    Some(dirs::config_dir()?.join(IDENTIFIER))
}

/// Where the set-up of this machine and this user is kept.
pub fn places(own_folder: Option<&Path>) -> Places {
    let machine = if cfg!(target_os = "windows") {
        std::env::var_os("ProgramData").map(|folder| PathBuf::from(folder).join("Foyer"))
    } else if cfg!(target_os = "macos") {
        Some(PathBuf::from("/Library/Application Support/Foyer"))
    } else {
        Some(PathBuf::from("/etc/foyer"))
    };
    Places {
        policies: true,
        machine: machine.map(|folder| folder.join(FILE)),
        user: own_folder.map(|folder| folder.join(FILE)),
    }
}

fn parse(address: &str, origin: Origin) -> Result<(Endpoint, Origin), ConfigError> {
    match Endpoint::parse(address) {
        Ok(endpoint) => Ok((endpoint, origin)),
        Err(error) => Err(ConfigError::Service { origin, error }),
    }
}

fn read(path: &Path) -> Result<File, ConfigError> {
    let wrong = |reason: String| ConfigError::File {
        file: path.to_owned(),
        reason,
    };
    let length = match fs::metadata(path) {
        Ok(metadata) => metadata.len(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(File::default()),
        Err(error) => return Err(wrong(error.to_string())),
    };
    if length > MAX_BYTES {
        return Err(wrong("longer than 64 KiB".to_owned()));
    }
    let bytes = fs::read(path).map_err(|error| wrong(error.to_string()))?;
    serde_json::from_slice(&bytes).map_err(|error| wrong(error.to_string()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn nothing(_: &str) -> Option<String> {
        None
    }

    /// The machine's file, the user's, and both as places.
    fn files_in(folder: &Path) -> (PathBuf, PathBuf, Places) {
        let (machine, user) = (folder.join("machine"), folder.join("user"));
        let places = Places {
            policies: false,
            machine: Some(machine.clone()),
            user: Some(user.clone()),
        };
        (machine, user, places)
    }

    #[test]
    fn the_environment_comes_before_the_machine_and_that_before_the_user() {
        let folder = tempfile::tempdir().unwrap();
        let (machine, user, files) = files_in(folder.path());
        assert_eq!(Config::read(&files, nothing).unwrap(), Config::default());
        fs::write(
            &user,
            r#"{"tokenService": "https://user.test/", "developer": true}"#,
        )
        .unwrap();
        let of = |config: Config| config.service.unwrap().0.as_str().to_owned();
        let config = Config::read(&files, nothing).unwrap();
        assert!(config.developer);
        assert_eq!(of(config), "https://user.test");
        fs::write(&machine, r#"{"tokenService": "https://machine.test"}"#).unwrap();
        assert_eq!(
            of(Config::read(&files, nothing).unwrap()),
            "https://machine.test"
        );
        let environment = |name: &str| match name {
            SERVICE => Some("https://environment.test".to_owned()),
            DEVELOPER => Some("0".to_owned()),
            _ => None,
        };
        let config = Config::read(&files, environment).unwrap();
        assert!(!config.developer);
        assert_eq!(of(config), "https://environment.test");
    }

    #[test]
    fn what_an_administrator_locks_neither_the_user_nor_the_environment_changes() {
        let folder = tempfile::tempdir().unwrap();
        let (machine, user, places) = files_in(folder.path());
        let said = r#"{"tokenService": "https://user.test", "developer": true, "updates": true}"#;
        fs::write(&user, said).unwrap();
        let environment = |name: &str| match name {
            SERVICE => Some("https://environment.test".to_owned()),
            DEVELOPER => Some("1".to_owned()),
            _ => None,
        };
        fs::write(
            &machine,
            r#"{"tokenService": "https://machine.test", "updates": false,
                "locked": ["tokenService", "developer", "updates"]}"#,
        )
        .unwrap();
        let config = Config::read(&places, environment).unwrap();
        let (service, origin) = config.service.unwrap();
        assert_eq!(service.as_str(), "https://machine.test");
        assert_eq!(origin, Origin::File(machine.clone()));
        assert!(!config.developer && !config.updates);
        // A user's lock holds nobody.
        fs::remove_file(&machine).unwrap();
        fs::write(&user, r#"{"locked": ["developer"]}"#).unwrap();
        assert!(Config::read(&places, environment).unwrap().developer);
    }

    #[test]
    fn preferences_are_set_by_administrators_alone() {
        let folder = tempfile::tempdir().unwrap();
        let (machine, user, places) = files_in(folder.path());
        fs::write(&user, r#"{"preferences": {"theme": "dark"}}"#).unwrap();
        fs::write(&machine, r#"{"preferences": {"keepRecents": false}}"#).unwrap();
        let config = Config::read(&places, nothing).unwrap();
        assert_eq!(config.managed.names().collect::<Vec<_>>(), ["keepRecents"]);
        let by = &config.managed_by["keepRecents"];
        assert_eq!(by, &Origin::File(machine.clone()));
        for wrong in [r#"{"keepRecent": false}"#, r#"{"keepRecents": 0}"#] {
            fs::write(&machine, format!(r#"{{"preferences": {wrong}}}"#)).unwrap();
            let error = Config::read(&places, nothing).unwrap_err();
            assert_eq!(error.code(), "config.file");
            assert!(error.to_string().contains("machine"), "{error}");
        }
    }

    #[test]
    fn what_is_wrong_is_named_and_nothing_else_is_used_instead() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(FILE);
        for (text, code, named) in [
            ("{", "config.file", FILE),
            (
                r#"{"tokenservice": "https://a.test"}"#,
                "config.file",
                "tokenservice",
            ),
            (r#"{"tokenService": 5}"#, "config.file", "expected a string"),
            (
                r#"{"tokenService": "http://a.test"}"#,
                "config.token_service",
                "not https",
            ),
            (
                r#"{"tokenService": "a.test"}"#,
                "config.token_service",
                "no URL",
            ),
        ] {
            fs::write(&file, text).unwrap();
            let places = Places {
                user: Some(file.clone()),
                ..Places::default()
            };
            let error = Config::read(&places, nothing).unwrap_err();
            assert_eq!(error.code(), code, "{text}");
            assert!(error.to_string().contains(named), "{error}");
        }
        let environment = |name: &str| (name == DEVELOPER).then(|| "yes".to_owned());
        assert_eq!(
            Config::read(&Places::default(), environment),
            Err(ConfigError::Developer)
        );
    }
}
