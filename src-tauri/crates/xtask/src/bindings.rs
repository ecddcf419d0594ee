//! `cargo xtask bindings`.

use anyhow::Result;

use crate::step;

/// Writes the TypeScript side of the contract.
pub fn write() -> Result<()> {
    let mut generate = step::cargo();
    generate.args([
        "run",
        "--quiet",
        "--package",
        "foyer-contract",
        "--example",
        "bindings",
        "--",
    ]);
    generate.arg("ui/src/contract");
    step::run(
        "writing ui/src/contract",
        &mut generate,
        "The contract crate has to compile first",
    )
}
