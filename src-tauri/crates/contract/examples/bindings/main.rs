//! Writes the TypeScript side of the contract: `cargo run -p foyer-contract --example bindings -- UI-FOLDER`.

mod generate;

use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("usage: bindings UI-FOLDER");
        return ExitCode::from(2);
    };
    match generate::write(&folder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error}", folder.display());
            ExitCode::FAILURE
        }
    }
}
