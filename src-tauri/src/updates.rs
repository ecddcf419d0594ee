//! Newer versions of the app itself: looked for where the build says, taken only with a signature that holds for that
//! very version, and never put in while there is a call.
//!
//! Packages of a Linux distribution are renewed by the system, not from here.

use std::time::Duration;

use tauri::plugin::TauriPlugin;
use tauri::{AppHandle, Runtime};
use tauri_plugin_updater::{Config, Error, Update, UpdaterExt};
use url::Url;

use crate::brand::Brand;
use crate::calls::Calls;

/// For the answer and for the whole package each.
const LIMIT: Duration = Duration::from_secs(10 * 60);

/// Where newer versions are announced, and who signs them.
#[derive(Clone, Debug)]
pub struct Source {
    /// The address of the announcement.
    pub endpoint: Url,
    /// Public keys, any of which is good: during a change of keys the old and the new one.
    pub keys: Vec<String>,
}

/// Why there is no update.
#[derive(Debug, thiserror::Error)]
pub enum UpdateError {
    /// The signature is another's, or does not fit the package or the version.
    #[error("the update is not signed as it must be: {0}")]
    Signature(Error),
    /// Not fetched, not understood or not put in.
    #[error("no update: {0}")]
    Failed(#[from] Error),
    /// It has to wait for the end of the call.
    #[error("there is a call")]
    InCall,
}

impl UpdateError {
    /// Stable across releases.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Signature(_) => "update.signature",
            Self::Failed(_) => "update.failed",
            Self::InCall => "update.in_call",
        }
    }
}

/// A newer version, fetched and found to be signed.
pub struct Ready {
    update: Update,
    package: Vec<u8>,
}

impl Source {
    /// What this build says; none where nobody has put in where to look, and by whom it is signed.
    pub fn of(brand: &Brand) -> Option<Self> {
        let endpoint = brand.update_endpoint.as_deref()?.parse().ok()?;
        Some(Self {
            endpoint,
            keys: brand.update_keys.clone(),
        })
    }
}

/// Whether the app may replace itself here: not where a package manager has put it.
pub fn is_possible(environment: impl Fn(&str) -> Option<std::ffi::OsString>) -> bool {
    !cfg!(target_os = "linux") || environment("APPIMAGE").is_some()
}

/// What fetches and checks. Everything it is told comes with each [`Source`].
pub fn plugin<R: Runtime>() -> TauriPlugin<R, Config> {
    tauri_plugin_updater::Builder::new().build()
}

/// The newest version, if it is newer than this one: fetched whole, and signed by one of the keys.
pub async fn find<R: Runtime>(
    app: &AppHandle<R>,
    source: &Source,
) -> Result<Option<Ready>, UpdateError> {
    let mut refused = None;
    for key in &source.keys {
        let updater = app
            .updater_builder()
            .pubkey(key)
            .endpoints(vec![source.endpoint.clone()])?
            .version_comparator(|current, release| release.version > current)
            .timeout(LIMIT)
            .build()?;
        let Some(update) = updater.check().await? else {
            return Ok(None);
        };
        match update.download(|_, _| {}, || {}).await {
            Ok(package) => return Ok(Some(Ready { update, package })),
            Err(error) if is_of_signature(&error) => refused = Some(error),
            Err(error) => return Err(error.into()),
        }
    }
    match refused {
        Some(error) => Err(UpdateError::Signature(error)),
        None => Ok(None),
    }
}

fn is_of_signature(error: &Error) -> bool {
    matches!(
        error,
        Error::Minisign(_)
            | Error::Base64(_)
            | Error::SignatureUtf8(_)
            | Error::SignedVersionMismatch { .. }
            | Error::MissingSignedVersion
    )
}

impl Ready {
    /// Which version it is.
    pub fn version(&self) -> &str {
        &self.update.version
    }

    /// What was fetched.
    pub fn package(&self) -> &[u8] {
        &self.package
    }

    /// Puts it in, checking its signature once more. On Windows this ends the app; elsewhere the next start is the new
    /// one.
    pub fn install(&self, calls: &Calls) -> Result<(), UpdateError> {
        if calls.is_open() {
            return Err(UpdateError::InCall);
        }
        self.update
            .install(&self.package)
            .map_err(|error| match is_of_signature(&error) {
                true => UpdateError::Signature(error),
                false => UpdateError::Failed(error),
            })
    }
}
