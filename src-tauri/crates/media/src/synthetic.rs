//! Sources and sinks that need no hardware: first-class devices of the app, and what every test runs on.

pub mod card;
pub mod font;
pub mod sink;
pub mod speech;
pub mod tone;
pub mod y4m;

mod paced;
