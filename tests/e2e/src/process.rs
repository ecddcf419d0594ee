//! Programs that end with the test that started them.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// A program and whatever it starts; killed when dropped.
pub struct Running {
    child: Child,
    name: String,
    lines: mpsc::Receiver<String>,
}

impl Running {
    /// Starts a program in a process group of its own. Its standard output is read line by line.
    pub fn start(command: &mut Command) -> Result<Self> {
        let name = command.get_program().to_string_lossy().into_owned();
        let mut child = command
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("{name} could not be started"))?;
        let out = child.stdout.take().context("it was asked to be piped")?;
        let (to, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                if to.send(line).is_err() {
                    return;
                }
            }
        });
        Ok(Self { child, name, lines })
    }

    /// The next line on its standard output.
    pub fn line(&self, limit: Duration) -> Result<String> {
        let line = self.lines.recv_timeout(limit);
        line.with_context(|| format!("{} said nothing within {limit:?}", self.name))
    }

    /// Waits for its end and answers with its exit code.
    pub fn wait(&mut self, limit: Duration) -> Result<Option<i32>> {
        // Its output ends with it.
        loop {
            match self.lines.recv_timeout(limit) {
                Ok(_) => {}
                Err(mpsc::RecvTimeoutError::Disconnected) => return Ok(self.child.wait()?.code()),
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    bail!("{} did not end within {limit:?}", self.name)
                }
            }
        }
    }

    /// Whether it has ended.
    pub fn ended(&mut self) -> Result<bool> {
        Ok(self.child.try_wait()?.is_some())
    }

    /// Asks it to end, as Ctrl+C or a logout would.
    pub fn terminate(&self) -> Result<()> {
        signal("TERM", &self.child.id().to_string())
    }

    /// Process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // All of the group may have ended.
        signal("KILL", &format!("-{}", self.child.id())).ok();
        self.child.wait().ok();
    }
}

fn signal(name: &str, whom: &str) -> Result<()> {
    let sent = Command::new("kill")
        .args(["-s", name, "--", whom])
        .stderr(Stdio::null())
        .status()?;
    if !sent.success() {
        bail!("signal {name} could not be sent");
    }
    Ok(())
}
