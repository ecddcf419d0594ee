//! The notices of everything that is linked into the app, for those who install it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::check::licences;
use crate::step;

/// How files that hold notices are called.
const NAMES: &[&str] = &["licen", "copying", "notice", "copyright", "unlicense"];
/// Nothing longer is a notice.
const LONGEST: u64 = 256 * 1024;

/// Each library with its terms, then each text once.
pub fn text() -> Result<String> {
    let metadata =
        step::output(step::cargo().args(["metadata", "--format-version", "1", "--locked"]))?;
    let metadata: Value = serde_json::from_str(&metadata)?;
    let linked = licences::linked(&metadata)?;
    let mut libraries = BTreeSet::new();
    let mut texts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let word = |key: &str| package[key].as_str();
        let id = word("id").context("a package has an id")?;
        if !linked.contains(id) {
            continue;
        }
        if package["source"].is_null() {
            // What others made and one of our crates holds lies in a folder of its own.
            let manifest = Path::new(word("manifest_path").context("a package has a manifest")?);
            let held = manifest.with_file_name("model");
            if held.is_dir() {
                for text in notices(&held)? {
                    let holder = word("name").unwrap_or_default();
                    texts
                        .entry(text)
                        .or_default()
                        .insert(format!("the model in {holder}"));
                }
            }
            continue;
        }
        let name = format!(
            "{} {}",
            word("name").unwrap_or_default(),
            word("version").unwrap_or_default()
        );
        let terms = word("license").unwrap_or_default();
        libraries.insert(format!("{name}: {terms}"));
        let manifest = Path::new(word("manifest_path").context("a package has a manifest")?);
        for text in notices(manifest.parent().context("it lies in a folder")?)? {
            texts.entry(text).or_default().insert(name.clone());
        }
    }
    let mut all = String::from(
        "Foyer holds these libraries of others, each under the terms named behind it.\n\n",
    );
    for library in &libraries {
        writeln!(all, "{library}")?;
    }
    for (text, names) in &texts {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        write!(
            all,
            "\n{}\nOf {}:\n\n{text}\n",
            "=".repeat(80),
            names.join(", ")
        )?;
    }
    Ok(all)
}

fn notices(folder: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)?.flatten() {
        let name = entry.file_name().to_string_lossy().to_lowercase();
        let metadata = entry.metadata()?;
        if NAMES.iter().any(|start| name.starts_with(start))
            && metadata.is_file()
            && metadata.len() <= LONGEST
        {
            let text = String::from_utf8_lossy(&fs::read(entry.path())?).replace('\r', "");
            found.push(text.trim().to_owned());
        }
    }
    Ok(found)
}
