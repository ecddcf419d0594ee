//! A clone builds anywhere: no tracked text names a folder of one machine.

use anyhow::Result;

use crate::step;

/// Folders that exist on some machine only. In two parts, so that this file does not name them.
const FOLDERS: &[(&str, &str)] = &[
    ("/wo", "rk/"),
    ("/ro", "ot/"),
    ("/ho", "me/"),
    ("/Us", "ers/"),
    ("/tm", "p/"),
];

/// Every line that names one.
pub fn check() -> Result<Vec<String>> {
    let pattern: Vec<String> = FOLDERS.iter().map(|(a, b)| format!("{a}{b}")).collect();
    let out = std::process::Command::new("git")
        .current_dir(step::root())
        .args([
            "grep",
            "-nIE",
            &format!("(^|[^a-zA-Z0-9_.])({})", pattern.join("|")),
        ])
        .args(["--", ":!*.lock", ":!ui/package-lock.json"])
        .output()?;
    let lines = String::from_utf8_lossy(&out.stdout);
    Ok(lines
        .lines()
        .map(|line| format!("names a folder of one machine: {line}"))
        .collect())
}
