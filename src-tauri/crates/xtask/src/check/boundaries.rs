//! Who may use whom, proven from `cargo metadata`; inside `rtc`, from its sources.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::step;

/// Each crate, and which of ours it may use. The app and the test crates may use all.
const ARROWS: &[(&str, &[&str])] = &[
    ("foyer-meeting", &[]),
    ("foyer-contract", &["foyer-meeting"]),
    ("foyer-media", &[]),
    ("foyer-devices", &["foyer-media"]),
    ("foyer-effects", &["foyer-media"]),
    ("foyer-rtc", &["foyer-media"]),
    (
        "foyer-w3c-bridge",
        &[
            "foyer-contract",
            "foyer-devices",
            "foyer-media",
            "foyer-rtc",
        ],
    ),
    // Itself as well: its tests switch the fake on.
    ("foyer-acs", &["foyer-meeting", "foyer-acs"]),
    (
        "foyer-practice",
        &["foyer-meeting", "foyer-media", "foyer-rtc"],
    ),
    (
        "foyer-session",
        &[
            "foyer-acs",
            "foyer-contract",
            "foyer-devices",
            "foyer-effects",
            "foyer-media",
            "foyer-meeting",
            "foyer-practice",
            "foyer-rtc",
        ],
    ),
    (
        "foyer-token-service",
        &["foyer-acs", "foyer-meeting", "foyer-token-service"],
    ),
    ("xtask", &[]),
];

/// Crates of others that only some of ours may name, and which; `*` stands for any ending.
const NAMED: &[(&[&str], &[&str])] = &[
    (&["tauri*", "webkit2gtk*"], &["foyer"]),
    (
        &[
            "nokhwa",
            "cpal",
            "pulseaudio",
            "scrap",
            "core-graphics",
            "x11rb",
        ],
        &["foyer-devices"],
    ),
    (&["webrtc", "rtc"], &["foyer-rtc"]),
    (&["rten*"], &["foyer-effects"]),
    (
        &["reqwest", "tungstenite", "tokio-tungstenite"],
        &[
            "foyer-acs",
            "foyer-practice",
            "foyer-w3c-bridge",
            // Only for the keys of whoever signs its users in.
            "foyer-token-service",
            "foyer-scenarios",
            "foyer-e2e",
        ],
    ),
];

/// Everything that goes against them.
pub fn check(metadata: &Value) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for package in metadata["packages"]
        .as_array()
        .context("metadata has packages")?
    {
        if !package["source"].is_null() {
            continue;
        }
        let name = package["name"].as_str().context("a package has a name")?;
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let wanted = dependency["name"]
                .as_str()
                .context("a dependency has a name")?;
            let for_tests = dependency["kind"] == "dev";
            if !allowed(name, wanted, for_tests) {
                found.push(format!(
                    "{name} may not use {wanted} (docs/architecture.md)"
                ));
            }
        }
    }
    outside_core(&step::root().join("src-tauri/crates/rtc/src"), &mut found)?;
    Ok(found)
}

/// Tests may use crates of others as they like: they play the far side.
fn allowed(package: &str, wanted: &str, for_tests: bool) -> bool {
    let arrows = ARROWS.iter().find(|(name, _)| *name == package);
    let ours = wanted == "foyer" || wanted.starts_with("foyer-");
    if let Some((_, may)) = arrows
        && ours
    {
        return may.contains(&wanted);
    }
    if for_tests {
        return true;
    }
    let meant = |name: &&str| match name.strip_suffix('*') {
        Some(start) => wanted.starts_with(start),
        None => wanted == *name,
    };
    NAMED
        .iter()
        .all(|(names, may)| !names.iter().any(meant) || may.contains(&package))
}

/// Only `core` in rtc names the crates `webrtc` and `rtc`.
fn outside_core(folder: &Path, found: &mut Vec<String>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if name == "core" || name == "core.rs" {
            continue;
        }
        if path.is_dir() {
            outside_core(&path, found)?;
        } else if name.ends_with(".rs") {
            for (number, line) in fs::read_to_string(&path)?.lines().enumerate() {
                if names_engine(line) {
                    let line = number + 1;
                    found.push(format!(
                        "only rtc's core may name webrtc: {}:{line}",
                        path.display()
                    ));
                }
            }
        }
    }
    Ok(())
}

fn names_engine(line: &str) -> bool {
    let code = line.split("//").next().unwrap_or_default();
    ["webrtc::", "rtc::"].iter().any(|path| {
        code.match_indices(path).any(|(at, _)| {
            let before = code[..at].chars().next_back();
            !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_point_one_way() {
        assert!(allowed("foyer-session", "foyer-rtc", false));
        assert!(!allowed("foyer-rtc", "foyer-session", false));
        assert!(allowed("foyer", "foyer-session", false) && allowed("foyer", "tauri", false));
        assert!(!allowed("foyer-session", "tauri", false));
        assert!(!allowed("foyer-media", "cpal", false));
        assert!(allowed("foyer-rtc", "tungstenite", true));
        assert!(!allowed("foyer-rtc", "foyer-session", true));
    }

    #[test]
    fn naming_the_engine_is_told_from_naming_our_own() {
        assert!(names_engine("use webrtc::peer_connection;"));
        assert!(names_engine("let x = rtc::rtp::Packet::default();"));
        assert!(!names_engine(
            "use foyer_rtc::Connection; // not webrtc::Connection"
        ));
        assert!(!names_engine("use crate::rtc::Connection;"));
    }
}
