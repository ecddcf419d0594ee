//! The harness of the end-to-end tests: the built app in a real window, Chromium as a foreign guest, a display and
//! a sound server of their own.
//!
//! Apart from the scenarios because it needs a built UI, browsers and drivers; it uses none of our crates, only the
//! program `foyer` as people start it. Everything that it starts ends with the test. Start with [`app::App`].

pub mod app;
pub mod artifacts;
pub mod axe;
pub mod chromium;
pub mod desk;
pub mod display;
pub mod foyer;
pub mod guest;
pub mod keyboard;
pub mod office;
pub mod page;
pub mod pixels;
pub mod process;
pub mod sound;
pub mod usage;
pub mod wait;
