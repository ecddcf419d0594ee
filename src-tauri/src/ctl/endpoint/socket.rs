//! A Unix socket.

use std::fs::{self, DirBuilder, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use tokio::net::{UnixListener, UnixStream};

use super::ReachError;

const FOLDER: &str = "org.foyer.Foyer";
const FILE: &str = "ctl.sock";

/// Where the socket is.
#[derive(Clone, Debug)]
pub struct Endpoint(PathBuf);

/// The running side of it; the file goes when this is dropped.
pub struct Listener {
    listener: UnixListener,
    file: PathBuf,
}

impl Endpoint {
    /// That of this user.
    pub fn of_user() -> Result<Self, ReachError> {
        let runtime = dirs::runtime_dir().map(|folder| folder.join(FOLDER));
        let folder = runtime.or_else(|| Some(dirs::data_local_dir()?.join(FOLDER).join("run")));
        Ok(Self::in_folder(&folder.ok_or(ReachError::NoPlace)?))
    }

    /// In this folder, which is made when somebody listens.
    pub fn in_folder(folder: &Path) -> Self {
        Self(folder.join(FILE))
    }

    /// Connects to the instance that listens. Needs a tokio runtime.
    pub async fn connect(&self) -> Result<UnixStream, ReachError> {
        UnixStream::connect(&self.0)
            .await
            .map_err(|error| match error.kind() {
                ErrorKind::NotFound | ErrorKind::ConnectionRefused => ReachError::NotRunning,
                _ => ReachError::Io(error),
            })
    }

    /// Listens, unless another instance does. What one that crashed has left is in nobody's way.
    /// Needs a tokio runtime.
    pub async fn listen(&self) -> io::Result<Listener> {
        if let Some(folder) = self.0.parent() {
            DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(folder)?;
        }
        match self.connect().await {
            Ok(_) => return Err(ErrorKind::AddrInUse.into()),
            Err(ReachError::NotRunning) => {}
            Err(ReachError::Io(error)) => return Err(error),
            Err(ReachError::NoPlace) => return Err(ErrorKind::NotFound.into()),
        }
        if let Err(error) = fs::remove_file(&self.0)
            && error.kind() != ErrorKind::NotFound
        {
            return Err(error);
        }
        let listener = UnixListener::bind(&self.0)?;
        fs::set_permissions(&self.0, Permissions::from_mode(0o600))?;
        Ok(Listener {
            listener,
            file: self.0.clone(),
        })
    }
}

impl Listener {
    /// The next one who asks.
    pub async fn accept(&mut self) -> io::Result<UnixStream> {
        Ok(self.listener.accept().await?.0)
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        // A file that stays is no harm.
        fs::remove_file(&self.file).ok();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[tokio::test]
    async fn only_the_user_can_reach_it_and_a_leftover_locks_nobody_out() {
        let home = tempfile::tempdir().unwrap();
        let endpoint = Endpoint::in_folder(&home.path().join("deep/run"));
        assert!(matches!(
            endpoint.connect().await,
            Err(ReachError::NotRunning)
        ));
        let mut first = endpoint.listen().await.unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&endpoint.0), 0o600);
        assert_eq!(mode(endpoint.0.parent().unwrap()), 0o700);
        let (client, served) = tokio::join!(endpoint.connect(), first.accept());
        assert!(client.is_ok() && served.is_ok());
        let second = endpoint.listen().await.err().unwrap();
        assert_eq!(second.kind(), ErrorKind::AddrInUse);
        drop(first);
        assert!(!endpoint.0.exists());

        // As a crash leaves it: the file without anybody behind it.
        drop(std::os::unix::net::UnixListener::bind(&endpoint.0).unwrap());
        assert!(endpoint.0.exists());
        assert!(matches!(
            endpoint.connect().await,
            Err(ReachError::NotRunning)
        ));
        endpoint.listen().await.unwrap();
    }
}
