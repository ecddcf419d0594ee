//! The shell: the window, what its page may command, and the command line.
//!
//! Apart from the crates because only here Tauri is named, and only here a program starts: clock, log and devices
//! are made here and handed down. It must hold no media and no call logic: a command looks something up or passes
//! something on. Start with [`shell::Shell`] (what the commands work on) and [`window`] (how the app opens).

pub mod brand;
pub mod calling;
pub mod calls;
pub mod cli;
mod commands;
pub mod config;
pub mod developer_key;
pub mod devices;
pub mod doctor;
pub mod frames;
pub mod handed;
pub mod instance;
pub mod practice;
pub mod settings;
pub mod shell;
pub mod teams;
pub mod text_file;
pub mod updates;
pub mod window;
