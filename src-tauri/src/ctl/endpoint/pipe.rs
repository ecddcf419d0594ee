//! A named pipe. By its default rights only its owner, administrators and the system may write to it, and nobody from
//! another machine (CreateNamedPipe, "Named Pipe Security and Access Rights").

use std::io;

use tokio::net::windows::named_pipe::{
    ClientOptions, NamedPipeClient, NamedPipeServer, ServerOptions,
};

use super::ReachError;

const ERROR_FILE_NOT_FOUND: i32 = 2;

/// Name of the pipe.
#[derive(Clone, Debug)]
pub struct Endpoint(String);

/// The running side of it.
pub struct Listener {
    name: String,
    next: NamedPipeServer,
}

impl Endpoint {
    /// That of this user.
    pub fn of_user() -> Result<Self, ReachError> {
        let user = std::env::var("USERNAME").map_err(|_| ReachError::NoPlace)?;
        let domain = std::env::var("USERDOMAIN").unwrap_or_default();
        Ok(Self(format!(
            r"\\.\pipe\org.foyer.Foyer.ctl.{domain}.{user}"
        )))
    }

    /// Connects to the instance that listens. Needs a tokio runtime.
    pub async fn connect(&self) -> Result<NamedPipeClient, ReachError> {
        ClientOptions::new()
            .open(&self.0)
            .map_err(|error| match error.raw_os_error() {
                Some(ERROR_FILE_NOT_FOUND) => ReachError::NotRunning,
                _ => ReachError::Io(error),
            })
    }

    /// Listens, unless another instance does. Needs a tokio runtime.
    pub async fn listen(&self) -> io::Result<Listener> {
        let next = ServerOptions::new()
            .first_pipe_instance(true)
            .create(&self.0)?;
        Ok(Listener {
            name: self.0.clone(),
            next,
        })
    }
}

impl Listener {
    /// The next one who asks.
    pub async fn accept(&mut self) -> io::Result<NamedPipeServer> {
        self.next.connect().await?;
        let next = ServerOptions::new().create(&self.name)?;
        Ok(std::mem::replace(&mut self.next, next))
    }
}
