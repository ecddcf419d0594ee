//! Running other programs, and saying so.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use anyhow::{Context, Result, bail};

/// The repository's root: of the clone that is run, which need not be the one this program was built in where several
/// share a target directory.
pub fn root() -> &'static Path {
    static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
        std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from)
            .join("../../..")
    });
    &ROOT
}

/// Where cargo puts what it builds.
pub fn target() -> Result<PathBuf> {
    let out = output(cargo().args(["metadata", "--no-deps", "--format-version", "1"]))?;
    let metadata: serde_json::Value = serde_json::from_str(&out)?;
    let folder = metadata["target_directory"].as_str();
    Ok(folder
        .context("cargo metadata names no target directory")?
        .into())
}

/// A line for whoever watches.
pub fn say(text: &str) {
    // Nobody to tell if standard error is closed.
    writeln!(std::io::stderr().lock(), "{text}").ok();
}

/// The cargo that runs us, in the root.
///
/// It does not see what our own cargo says about this crate: build scripts watch some of these variables, and
/// would run again whenever cargo is called by hand and from here in turns.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    for (name, _) in std::env::vars_os() {
        let is_ours = name.to_str().is_some_and(|name| {
            name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
        });
        if is_ours {
            command.env_remove(name);
        }
    }
    command
}

/// npm, in the folder of the one package.json.
pub fn npm() -> Command {
    let mut command = Command::new("npm");
    command.current_dir(root().join("ui"));
    command
}

/// A program that lies in `ui/node_modules`, in the root.
pub fn node_bin(name: &str) -> Command {
    let mut command = Command::new(root().join("ui/node_modules/.bin").join(name));
    command.current_dir(root());
    command
}

/// Says what it does, does it, and fails with `advice` if it fails.
pub fn run(what: &str, command: &mut Command, advice: &str) -> Result<()> {
    say(&format!("==> {what}"));
    let status = command
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("{} could not be started. {advice}", program(command)))?;
    if !status.success() {
        bail!("{what}: {} ended with {status}. {advice}", program(command));
    }
    Ok(())
}

/// What a program prints; fails if it fails.
pub fn output(command: &mut Command) -> Result<String> {
    let out = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("{} could not be started", program(command)))?;
    if !out.status.success() {
        bail!("{} ended with {}", program(command), out.status);
    }
    Ok(String::from_utf8_lossy(&out.stdout).into_owned())
}

/// Whether a program is on the path.
pub fn has(program: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|dir| dir.join(program).is_file()))
}

fn program(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(
        command
            .get_args()
            .map(|word| word.to_string_lossy().into_owned()),
    );
    words.truncate(6);
    format!("`{}`", words.join(" "))
}
