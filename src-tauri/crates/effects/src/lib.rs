//! What stands behind the guest: the camera's background blurred or replaced, on this machine, before anybody gets
//! a picture.
//!
//! Apart because it is the one place that runs a model, and because it must sit in front of everything that opens a
//! camera: preview, self view, the practice meeting and the calling window see the same pictures. It knows frames and
//! devices by the traits of `foyer_media`, and no call, no window, no network. It never touches a screen, never reads a
//! clock of its own, and never hands out a picture of the room while the guest wants it hidden: where it cannot keep
//! up, the camera pauses with a reason ([`Stop`]).
//!
//! Start with [`EffectDevices`] (cameras with effects) and [`Effects`] (what the guest chose, and how it goes); then
//! `compositor` (one picture), `selfie` (where the person is), `budget` (what it may cost).

mod backdrop;
mod background;
mod blend;
mod blur;
mod budget;
mod camera;
pub mod compositor;
mod devices;
mod effects;
mod mask;
mod own;
mod selfie;

pub use backdrop::Backdrop;
pub use background::Background;
pub use devices::EffectDevices;
pub use effects::{Effects, Status, Stop};
pub use mask::{FindPerson, FinderError, MASK_HEIGHT, MASK_WIDTH, MakeFinder};
pub use own::{MAX_PICTURE_BYTES, OwnPictureError, read as read_picture};
pub use selfie::Selfie;
