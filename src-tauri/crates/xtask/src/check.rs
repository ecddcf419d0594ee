//! `cargo xtask check`: everything that can be said about the sources without running the app.

mod boundaries;
pub mod licences;
mod paths;

use std::process::Command;

use anyhow::{Result, bail};
use serde_json::Value;

use crate::setup::{self, For, Sdk};
use crate::step;

/// Runs every check, and fails at the end if one failed.
pub fn run() -> Result<()> {
    setup::packages(For::Running)?;
    setup::node_modules(Sdk::With)?;
    let mut failed = Vec::new();
    let mut check = |what: &str, result: Result<()>| {
        if let Err(error) = result {
            step::say(&format!("{error:#}"));
            failed.push(what.to_owned());
        }
    };
    let metadata: Value = serde_json::from_str(&step::output(step::cargo().args([
        "metadata",
        "--format-version",
        "1",
        "--locked",
    ]))?)?;
    check(
        "boundaries",
        own("who may use whom", boundaries::check(&metadata)),
    );
    check(
        "licences",
        own("licences of what is linked", licences::check(&metadata)),
    );
    check("paths", own("no paths of one machine", paths::check()));
    check(
        "format",
        cargo(
            "formatting",
            &["fmt", "--all", "--check"],
            "Run `cargo fmt --all`",
        ),
    );
    check(
        "clippy",
        cargo(
            "lints",
            &[
                "clippy",
                "--workspace",
                "--all-targets",
                "--",
                "-D",
                "warnings",
            ],
            "Mend what it says; allow a lint only where the reason is written",
        ),
    );
    // They are read by whoever works on the sources: with private items, and links to them.
    let mut docs = step::cargo();
    docs.args([
        "doc",
        "--workspace",
        "--no-deps",
        "--document-private-items",
    ])
    .env(
        "RUSTDOCFLAGS",
        "-D warnings -A rustdoc::private-intra-doc-links",
    );
    check(
        "docs",
        step::run("documentation", &mut docs, "Mend what rustdoc says"),
    );
    check(
        "bindings",
        cargo(
            "generated TypeScript is current and camelCase",
            &[
                "test",
                "--quiet",
                "--package",
                "foyer-contract",
                "--test",
                "bindings",
            ],
            "Run `cargo xtask bindings`",
        ),
    );
    check(
        "ui",
        step::run(
            "the UI's types",
            step::npm().args(["run", "check"]),
            "Mend the UI",
        ),
    );
    if failed.is_empty() {
        step::say("all checks passed");
        return Ok(());
    }
    bail!("these checks failed: {}", failed.join(", "))
}

fn cargo(what: &str, arguments: &[&str], advice: &str) -> Result<()> {
    let command: &mut Command = &mut step::cargo();
    step::run(what, command.args(arguments), advice)
}

/// Turns what a check of our own found into one error.
fn own(what: &str, found: Result<Vec<String>>) -> Result<()> {
    step::say(&format!("==> {what}"));
    let found = found?;
    if found.is_empty() {
        return Ok(());
    }
    bail!("{}", found.join("\n"))
}
