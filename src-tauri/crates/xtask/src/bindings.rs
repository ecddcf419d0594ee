//! `cargo xtask bindings`.

use std::process::Command;

use anyhow::Result;

use crate::step;

/// Writes the TypeScript side of the contract.
pub fn write() -> Result<()> {
    step::run(
        "building what writes the bindings",
        step::cargo().args(["build", "--workspace", "--example", "bindings"]),
        "The contract crate has to compile first",
    )?;
    let mut generate = Command::new(step::target()?.join("debug/examples/bindings"));
    generate.current_dir(step::root()).arg("ui");
    step::run(
        "writing ui/src/contract and ui/calling/wire/contract",
        &mut generate,
        "The message before says what could not be written",
    )
}
