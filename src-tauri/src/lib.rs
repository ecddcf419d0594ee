//! The shell: the window, what its page may command, and the command line.
//!
//! Apart from the crates because only here Tauri is named, and only here a program starts: clock, log and devices
//! are made here and handed down. It must hold no media and no call logic: a command looks something up or passes
//! something on. Start with [`shell::Shell`] (what the commands work on) and [`window`] (how the app opens).

pub mod armed;
mod background;
pub mod brand;
pub mod calling;
pub mod calls;
pub mod cli;
pub mod clipboard;
mod commands;
pub mod config;
pub mod ctl;
pub mod desktop;
pub mod developer_key;
pub mod devices;
pub mod doctor;
pub mod frames;
pub mod handed;
pub mod instance;
pub mod network;
pub mod outside;
#[cfg(target_os = "linux")]
mod painting;
pub mod practice;
pub mod saving;
pub mod settings;
pub mod share_previews;
pub mod share_window;
pub mod shell;
pub mod teams;
pub mod text_file;
pub mod updates;
pub mod window;
