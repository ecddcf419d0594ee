//! What this machine knows about joining Teams meetings.

use std::path::PathBuf;
use std::sync::Arc;

use foyer_acs::Timestamp;
use foyer_acs::clock::TokioClock;
use foyer_acs::guest::Issuer;
use foyer_acs::http::{HttpClient, HttpOptions, HttpSetupError, Surroundings};
use foyer_acs::retry::RetryPolicy;
use foyer_contract::link::TeamsAccess;
use foyer_session::teams::{CallingWindow, Teams};

use crate::config::{self, Config, ConfigError};
use crate::developer_key::{self, KeyError};
use crate::settings::Managed;

/// Set up once, when the app starts.
pub struct TeamsSetup {
    config: Result<Config, ConfigError>,
    window: Option<Arc<dyn CallingWindow>>,
}

/// Why Teams meetings cannot be joined from here.
#[derive(Debug, thiserror::Error)]
pub enum TeamsError {
    /// The set-up is of no use.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The developer's key is of no use.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// No request can be sent.
    #[error(transparent)]
    Http(#[from] HttpSetupError),
    /// The part of this that waits for the keyring broke.
    #[error("the keyring was not asked")]
    Broken,
}

impl TeamsError {
    /// Stable across releases.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Config(error) => error.code(),
            Self::Key(error) => error.code(),
            Self::Http(error) => error.code(),
            Self::Broken => "app.failed",
        }
    }
}

impl TeamsSetup {
    /// Reads the set-up. `own_folder` is the app's folder for its settings; `window` where the SDK runs, in builds
    /// that have it.
    pub fn load(own_folder: Option<PathBuf>, window: Option<Arc<dyn CallingWindow>>) -> Self {
        let places = config::places(own_folder.as_deref());
        let config = Config::read(&places, |name| std::env::var(name).ok());
        match &config {
            Ok(Config {
                service: Some((service, origin)),
                ..
            }) => tracing::info!(service = service.as_str(), %origin, "token service"),
            Ok(_) => {}
            Err(error) => tracing::error!(code = error.code(), %error, "the set-up is of no use"),
        }
        Self { config, window }
    }

    /// What is wrong with the set-up, to be told to the guest.
    pub fn problem(&self) -> Option<&ConfigError> {
        self.config.as_ref().err()
    }

    /// Preferences that are set for the guest. None where the set-up is of no use, which the guest is told.
    pub fn managed(&self) -> Managed {
        let config = self.config.as_ref().ok();
        config
            .map(|config| config.managed.clone())
            .unwrap_or_default()
    }

    /// Names of those preferences, with where each is set.
    pub fn managed_by(&self) -> Vec<(String, String)> {
        let config = self.config.as_ref().ok();
        let all = config.into_iter().flat_map(|config| &config.managed_by);
        all.map(|(name, origin)| (name.clone(), origin.to_string()))
            .collect()
    }

    /// Whether the app may look for newer versions of itself. Not where the set-up is of no use: it may say no.
    pub fn may_update(&self) -> bool {
        self.config.as_ref().is_ok_and(|config| config.updates)
    }

    /// Address of the organisation's service, where one is set up.
    pub fn service(&self) -> Option<&str> {
        let (service, _) = self.config.as_ref().ok()?.service.as_ref()?;
        Some(service.as_str())
    }

    /// For verdicts on links; asks nobody.
    pub fn access(&self) -> TeamsAccess {
        match &self.config {
            _ if self.window.is_none() => TeamsAccess::Unavailable,
            Ok(config) if config.developer || config.service.is_some() => TeamsAccess::Ready,
            Ok(_) | Err(_) => TeamsAccess::InvitationsOnly,
        }
    }

    /// Whether this build can join Teams meetings at all.
    pub fn is_built_in(&self) -> bool {
        self.window.is_some()
    }

    /// For a call; `survey` if the guest wants to be asked how it was. May wait until a person has unlocked the keyring.
    pub async fn teams(&self, survey: bool) -> Result<Teams, TeamsError> {
        let config = self.config.clone()?;
        let issuer = if config.developer {
            let key = tokio::task::spawn_blocking(developer_key::read);
            Some(Issuer::Own(key.await.map_err(|_| TeamsError::Broken)??))
        } else {
            config.service.map(|(service, _)| Issuer::Service(service))
        };
        Ok(Teams {
            issuer,
            around: surroundings()?,
            window: self.window.clone(),
            survey,
        })
    }
}

/// For requests of this process, with the system's proxy and certificates.
pub fn surroundings() -> Result<Surroundings, HttpSetupError> {
    Ok(Surroundings {
        http: HttpClient::new(&HttpOptions::default())?,
        clock: TokioClock::shared(Timestamp::now),
        retry: RetryPolicy::default(),
        seed: getrandom::u64().unwrap_or(1),
    })
}
