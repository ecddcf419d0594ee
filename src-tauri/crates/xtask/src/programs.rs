//! Test programs, as cargo says that it has built them.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// One line of `cargo test --no-run --message-format=json`, as far as we read it.
#[derive(Deserialize)]
struct Message {
    package_id: Option<String>,
    manifest_path: Option<PathBuf>,
    target: Option<Target>,
    executable: Option<PathBuf>,
    profile: Option<Profile>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

#[derive(Deserialize)]
struct Profile {
    test: bool,
}

/// A built test program.
pub struct Program {
    /// Whose it is.
    pub package: String,
    /// Of the library, binary or file of tests.
    pub name: String,
    /// What to run.
    pub file: PathBuf,
    /// Where cargo would run it: the package's folder.
    pub folder: PathBuf,
}

/// Runs a `cargo test` without running what it builds.
pub fn build(cargo: &mut Command) -> Result<Vec<Program>> {
    let out = cargo
        .args(["--no-run", "--message-format=json-render-diagnostics"])
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()?;
    if !out.status.success() {
        bail!("the tests do not compile; the compiler's first message says why");
    }
    let mut programs = Vec::new();
    for line in String::from_utf8_lossy(&out.stdout).lines() {
        let message: Message = serde_json::from_str(line).context("cargo's messages are JSON")?;
        if let (Some(id), Some(manifest), Some(target), Some(file), Some(Profile { test: true })) = (
            message.package_id,
            message.manifest_path,
            message.target,
            message.executable,
            message.profile,
        ) {
            programs.push(Program {
                package: package_name(&id),
                name: target.name,
                file,
                folder: manifest
                    .parent()
                    .context("a manifest lies in a folder")?
                    .into(),
            });
        }
    }
    Ok(programs)
}

/// `path+file:///…/media#foyer-media@0.1.0` and `path+file:///…/xtask#0.1.0` name foyer-media and xtask.
fn package_name(id: &str) -> String {
    let (path, tail) = id.rsplit_once('#').unwrap_or((id, id));
    let name = tail.split_once('@').map(|(name, _)| name);
    name.or_else(|| path.rsplit('/').next())
        .unwrap_or(tail)
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_is_named_by_both_forms_of_its_id() {
        assert_eq!(
            package_name("path+file:///x/media#foyer-media@0.1.0"),
            "foyer-media"
        );
        assert_eq!(package_name("path+file:///x/xtask#0.1.0"), "xtask");
    }
}
