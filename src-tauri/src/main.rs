//! The program `foyer`. Everything is in the library, so that tests reach it.

// A release must not open a console beside the window on Windows.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() -> std::process::ExitCode {
    foyer_app::cli::main()
}
