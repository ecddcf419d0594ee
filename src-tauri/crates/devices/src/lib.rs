//! The traits of `foyer_media` on real hardware: cameras, microphones, speakers and displays of this machine, and
//! notice of their coming and going.
//!
//! Apart because only here the operating system's capture and sound libraries are named: nokhwa, cpal, pulseaudio,
//! scrap, core-graphics and x11rb. Nothing of their types leaves this crate. It must not know calls, networks or windows, must
//! not keep a device open that nobody holds, and must not read the machine's clock itself.
//!
//! Every device runs on threads of its own, because none of those libraries can be interrupted: whatever hangs
//! is abandoned with its thread and reported. Start with [`SystemDevices`]; then `capture` (what all picture
//! sources share), `camera`, `screen`, `microphone` and `speaker`.

mod camera;
mod capture;
mod computer_sound;
mod deadline;
mod microphone;
mod picture;
mod resample;
mod screen;
mod sound;
mod speaker;
mod synthetic;
mod system;
mod trouble;
mod watch;

pub use picture::jpeg;
pub use system::SystemDevices;
pub use watch::DeviceWatch;
