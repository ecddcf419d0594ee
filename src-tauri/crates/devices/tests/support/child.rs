//! Tests that need another environment (a preloaded library, another sound server) run themselves again in a
//! process that has it.

use std::ffi::OsString;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

const MARK: &str = "FOYER_TEST_CHILD";
const LIMIT: Duration = Duration::from_secs(180);

/// True in the process that has the environment; there the test goes on. Elsewhere starts that process for the
/// test `name`, checks that it passed, and answers false.
pub fn has(name: &str, environment: impl IntoIterator<Item = (&'static str, OsString)>) -> bool {
    if std::env::var_os(MARK).is_some() {
        return true;
    }
    let child = Command::new(std::env::current_exe().unwrap())
        .args([name, "--exact", "--nocapture"])
        .env(MARK, "1")
        .envs(environment)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let id = child.id();
    let (say, said) = mpsc::channel();
    let waiting = thread::spawn(move || say.send(child.wait_with_output().unwrap()));
    let Ok(output) = said.recv_timeout(LIMIT) else {
        Command::new("kill")
            .args(["-9", &id.to_string()])
            .status()
            .unwrap();
        waiting.join().unwrap().ok();
        panic!("{name} did not end in {LIMIT:?}");
    };
    let words = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && words.contains("1 passed"),
        "{words}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    false
}

/// True in the process that [`has`] started.
pub fn is_child() -> bool {
    std::env::var_os(MARK).is_some()
}
