//! How this machine is set up: what its administrator wrote, what its user wrote, what the environment says, and what
//! was baked in at build.

use std::fs;
use std::path::{Path, PathBuf};

use foyer_acs::endpoint::{Endpoint, EndpointError};
use serde::Deserialize;

/// The name of the file, in the app's folder and in the machine's.
pub const FILE: &str = "config.json";
/// The environment's word for the token service's address.
pub const SERVICE: &str = "FOYER_TOKEN_SERVICE";
/// The environment's word for developer mode: `1` or `0`.
pub const DEVELOPER: &str = "FOYER_DEVELOPER";
/// The token service's address for guests who get their installer from one organisation.
const BAKED_IN: Option<&str> = option_env!("FOYER_BUILD_TOKEN_SERVICE");
/// As tauri.conf.json names the app.
const IDENTIFIER: &str = "org.foyer.Foyer";
/// A longer file is none of ours.
const MAX_BYTES: u64 = 64 * 1024;

/// Where something is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// In this variable.
    Environment(&'static str),
    /// In this file.
    File(PathBuf),
    /// When the app was built.
    Build,
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Environment(name) => write!(f, "environment variable {name}"),
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
            Self::File { .. } => "config.file",
            Self::Service { .. } => "config.token_service",
            Self::Developer => "config.developer",
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct File {
    token_service: Option<String>,
    developer: Option<bool>,
}

/// The set-up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// Who gives guests of Teams meetings their identity, and where that is set.
    pub service: Option<(Endpoint, Origin)>,
    /// Whether the developer's own key is used instead.
    pub developer: bool,
}

impl Config {
    /// Reads `files`, the machine's before the user's: what the administrator set cannot be overruled by the user,
    /// but by whoever controls the environment. Files that do not exist count as empty.
    pub fn read(
        files: &[PathBuf],
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, ConfigError> {
        let mut config = Self::default();
        if let Some(address) = said(&environment, SERVICE) {
            config.service = Some(service(&address, Origin::Environment(SERVICE))?);
        }
        let mut developer = match said(&environment, DEVELOPER).as_deref() {
            None => None,
            Some("1") => Some(true),
            Some("0") => Some(false),
            Some(_) => return Err(ConfigError::Developer),
        };
        for path in files {
            let file = read(path)?;
            if let (None, Some(address)) = (&config.service, file.token_service) {
                config.service = Some(service(&address, Origin::File(path.clone()))?);
            }
            developer = developer.or(file.developer);
        }
        if let (None, Some(address)) = (&config.service, BAKED_IN) {
            config.service = Some(service(address, Origin::Build)?);
        }
        config.developer = developer.unwrap_or(false);
        Ok(config)
    }
}

/// The app's folder for its settings, as the window finds it.
pub fn own_folder() -> Option<PathBuf> {
    Some(dirs::config_dir()?.join(IDENTIFIER))
}

/// The machine's file, then the user's.
pub fn files(own_folder: Option<&Path>) -> Vec<PathBuf> {
    let machine = if cfg!(target_os = "windows") {
        std::env::var_os("ProgramData").map(|folder| PathBuf::from(folder).join("Foyer"))
    } else if cfg!(target_os = "macos") {
        Some(PathBuf::from("/Library/Application Support/Foyer"))
    } else {
        Some(PathBuf::from("/etc/foyer"))
    };
    machine
        .into_iter()
        .chain(own_folder.map(Path::to_owned))
        .map(|folder| folder.join(FILE))
        .collect()
}

fn said(environment: impl Fn(&str) -> Option<String>, name: &str) -> Option<String> {
    environment(name).filter(|value| !value.trim().is_empty())
}

fn service(address: &str, origin: Origin) -> Result<(Endpoint, Origin), ConfigError> {
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

    #[test]
    fn the_environment_comes_before_the_machine_and_that_before_the_user() {
        let folder = tempfile::tempdir().unwrap();
        let (machine, user) = (folder.path().join("machine"), folder.path().join("user"));
        let files = [machine.clone(), user.clone()];
        assert_eq!(Config::read(&files, nothing).unwrap().service, None);
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
            let error = Config::read(std::slice::from_ref(&file), nothing).unwrap_err();
            assert_eq!(error.code(), code, "{text}");
            assert!(error.to_string().contains(named), "{error}");
        }
        let environment = |name: &str| (name == DEVELOPER).then(|| "yes".to_owned());
        assert_eq!(Config::read(&[], environment), Err(ConfigError::Developer));
    }
}
