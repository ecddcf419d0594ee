//! What is linked into the app is free of copyleft, but for what is listed here with its reason.

use std::collections::{HashMap, HashSet};

use anyhow::{Context, Result};
use serde_json::Value;

/// Ask for no more than a notice.
const PERMISSIVE: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "IJG",
    "ISC",
    "MIT",
    "MIT-0",
    "NCSA",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "Unlicense",
    "Zlib",
];

/// MPL-2.0 reaches no further than its own files, which we use unchanged. Tauri needs these.
const FILE_COPYLEFT: &[(&str, &str)] = &[
    ("cssparser", "tauri-utils reads HTML with it"),
    ("cssparser-macros", "part of cssparser"),
    ("dtoa-short", "part of cssparser"),
    (
        "option-ext",
        "dirs, with which tauri finds the user's folders",
    ),
    ("selectors", "tauri-utils reads HTML with it"),
];

/// Everything linked under terms that neither list has.
pub fn check(metadata: &Value) -> Result<Vec<String>> {
    let mut packages = HashMap::new();
    for package in metadata["packages"]
        .as_array()
        .context("metadata has packages")?
    {
        packages.insert(
            package["id"].as_str().context("a package has an id")?,
            package,
        );
    }
    let mut found = Vec::new();
    for id in linked(metadata)? {
        let package = packages.get(id).context("what is resolved is a package")?;
        let name = package["name"].as_str().unwrap_or_default();
        let Some(licence) = package["license"].as_str() else {
            found.push(format!("{name} says no licence"));
            continue;
        };
        let listed = FILE_COPYLEFT.iter().any(|(listed, _)| *listed == name);
        let fits = |term: &str| PERMISSIVE.contains(&term) || (listed && term == "MPL-2.0");
        if !satisfied(licence, &fits) {
            found.push(format!("{name} is under {licence}"));
        }
    }
    found.sort();
    Ok(found)
}

/// Ids of the app and all that it links: normal dependencies only, on every system.
pub fn linked(metadata: &Value) -> Result<HashSet<&str>> {
    let nodes = metadata["resolve"]["nodes"]
        .as_array()
        .context("metadata is resolved")?;
    let by_id: HashMap<&str, &Value> = nodes
        .iter()
        .filter_map(|node| Some((node["id"].as_str()?, node)))
        .collect();
    let app = metadata["resolve"]["root"]
        .as_str()
        .context("the root package is the app")?;
    let mut seen = HashSet::from([app]);
    let mut open = vec![app];
    while let Some(node) = open.pop().and_then(|id| by_id.get(id)) {
        for dependency in node["deps"].as_array().into_iter().flatten() {
            let normal = |kind: &Value| kind["kind"].is_null();
            let kinds = dependency["dep_kinds"].as_array();
            if let Some(id) = dependency["pkg"].as_str()
                && kinds.is_some_and(|kinds| kinds.iter().any(normal))
                && seen.insert(id)
            {
                open.push(id);
            }
        }
    }
    Ok(seen)
}

/// Whether an SPDX expression (or the older `MIT/Apache-2.0`) can be met with terms that fit.
fn satisfied(expression: &str, fits: &dyn Fn(&str) -> bool) -> bool {
    let spaced = expression
        .replace('/', " OR ")
        .replace('(', " ( ")
        .replace(')', " ) ");
    let words: Vec<&str> = spaced.split_ascii_whitespace().collect();
    let mut rest = words.as_slice();
    let met = any(&mut rest, fits);
    met && rest.is_empty()
}

fn any(rest: &mut &[&str], fits: &dyn Fn(&str) -> bool) -> bool {
    let mut met = all(rest, fits);
    while let ["OR", tail @ ..] = rest {
        *rest = tail;
        met |= all(rest, fits);
    }
    met
}

fn all(rest: &mut &[&str], fits: &dyn Fn(&str) -> bool) -> bool {
    let mut met = term(rest, fits);
    while let ["AND", tail @ ..] = rest {
        *rest = tail;
        met &= term(rest, fits);
    }
    met
}

fn term(rest: &mut &[&str], fits: &dyn Fn(&str) -> bool) -> bool {
    match *rest {
        ["(", tail @ ..] => {
            *rest = tail;
            let met = any(rest, fits);
            *rest = rest.get(1..).unwrap_or_default();
            met
        }
        [licence, "WITH", exception, tail @ ..] => {
            *rest = tail;
            fits(&format!("{licence} WITH {exception}")) || fits(licence)
        }
        [licence, tail @ ..] => {
            *rest = tail;
            fits(licence)
        }
        [] => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_is_met_as_a_lawyer_would_read_it() {
        let fits = |term: &str| PERMISSIVE.contains(&term);
        assert!(satisfied("MIT/Apache-2.0", &fits));
        assert!(satisfied("GPL-3.0 OR MIT", &fits));
        assert!(satisfied("(MIT OR GPL-2.0) AND Unicode-3.0", &fits));
        assert!(satisfied(
            "Apache-2.0 WITH LLVM-exception OR GPL-2.0",
            &fits
        ));
        assert!(!satisfied("MIT AND LGPL-2.1", &fits));
        assert!(!satisfied("MPL-2.0", &fits));
        assert!(!satisfied("", &fits));
    }
}
