//! Which files are run: the core set as WPT's own manifest lists it, less what is set aside.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::Value;
use tempfile::TempDir;

use crate::Options;

/// The specifications that the bridge is measured by.
const CORE: [&str; 11] = [
    "webrtc",
    "webrtc-stats",
    "webrtc-priority",
    "webrtc-svc",
    "webrtc-extensions",
    "mediacapture-streams",
    "screen-capture",
    "audio-output",
    "mst-content-hint",
    "mediacapture-fromelement",
    "video-rvfc",
];

/// One file to run.
#[derive(Debug, PartialEq, Eq)]
pub struct Test {
    /// The address's path, without the leading slash.
    pub file: String,
    /// Whether the file asks for the longer time limit.
    pub long: bool,
}

/// A file that is set aside, and why.
#[derive(Deserialize)]
struct Excluded {
    file: String,
    #[expect(
        dead_code,
        reason = "for whoever reads the list; required of every entry"
    )]
    reason: String,
}

/// The files to run, in the manifest's order.
pub fn list(options: &Options) -> Result<Vec<Test>> {
    let core = core(&manifest(&options.dir)?)?;
    let excluded: Vec<Excluded> = serde_json::from_str(include_str!("../excluded.json"))?;
    for entry in &excluded {
        if !core.iter().any(|test| test.file == entry.file) {
            bail!("excluded.json names {}, which this WPT has not", entry.file);
        }
    }
    let wanted = |test: &Test| {
        let set_aside = excluded.iter().any(|entry| entry.file == test.file);
        let chosen = options.only.is_empty()
            || (options.only.iter()).any(|start| test.file.starts_with(start.as_str()));
        chosen && (options.all || !set_aside)
    };
    let tests: Vec<_> = core.into_iter().filter(wanted).collect();
    if tests.is_empty() {
        bail!("no file of the core set begins with {:?}", options.only);
    }
    Ok(tests)
}

/// Lets WPT list its files, with their generated addresses and time limits.
fn manifest(wpt: &Path) -> Result<Value> {
    let folder = TempDir::new()?;
    let file = folder.path().join("manifest.json");
    let status = Command::new("python3")
        .current_dir(wpt)
        .args([
            "wpt",
            "manifest",
            "--no-download",
            "--tests-root",
            ".",
            "-p",
        ])
        .arg(&file)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .with_context(|| format!("python3 in {}", wpt.display()))?;
    if !status.success() {
        bail!(
            "`wpt manifest` ended with {status}; is {} a checkout of WPT?",
            wpt.display()
        );
    }
    Ok(serde_json::from_str(&std::fs::read_to_string(file)?)?)
}

fn core(manifest: &Value) -> Result<Vec<Test>> {
    let mut tests = Vec::new();
    for directory in CORE {
        let found = tests.len();
        let node = &manifest["items"]["testharness"][directory];
        collect(directory, node, &mut tests);
        if tests.len() == found {
            bail!("WPT's manifest has no file in {directory}");
        }
    }
    Ok(tests)
}

/// A folder is an object; a file is an array of its hash and, for each of its addresses, `[path, {timeout, …}]`, where
/// the path is null if it is the file's own.
fn collect(path: &str, node: &Value, tests: &mut Vec<Test>) {
    if let Some(folder) = node.as_object() {
        for (name, below) in folder {
            collect(&format!("{path}/{name}"), below, tests);
        }
        return;
    }
    let addresses = node.as_array().into_iter().flatten().skip(1);
    tests.extend(addresses.map(|address| Test {
        file: address[0].as_str().unwrap_or(path).to_owned(),
        long: address[1]["timeout"] == "long",
    }));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_manifest_is_a_tree_whose_leaves_name_addresses() {
        let node = json!({
            "a": { "one.html": ["hash", [null, {}]] },
            "two.window.js": ["hash", ["webrtc/two.window.html?x", { "timeout": "long" }]],
        });
        let mut tests = Vec::new();
        collect("webrtc", &node, &mut tests);
        let test = |file: &str, long| Test {
            file: file.to_owned(),
            long,
        };
        assert_eq!(
            tests,
            [
                test("webrtc/a/one.html", false),
                test("webrtc/two.window.html?x", true),
            ]
        );
    }
}
