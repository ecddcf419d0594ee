//! What stands behind the guest, as it was chosen last: put in front of everything that opens a camera.

use std::sync::Arc;

use foyer_contract::background::Background;
use foyer_effects::{EffectDevices, Effects, read_picture};
use foyer_media::clock::MonotonicClock;
use foyer_media::device::Devices;
use foyer_session::background::chosen;

use crate::settings::Settings;

/// What was chosen last. A picture that is gone becomes a strong blur: nobody is shown in a room that they hid.
pub fn remembered(settings: &Settings) -> Effects {
    let effects = Effects::default();
    if let Some(jpeg) = settings.own_background() {
        match read_picture(&jpeg) {
            Ok(picture) => effects.set_own(picture),
            Err(error) => tracing::warn!(%error, "the guest's own background cannot be read"),
        }
    }
    let background = match settings.background() {
        Background::Own if !effects.has_own() => Background::StrongBlur,
        background => background,
    };
    effects.choose(chosen(background));
    effects
}

/// These devices, their cameras with that behind whoever they film.
pub fn before(devices: Arc<dyn Devices>, effects: &Effects) -> Arc<dyn Devices> {
    let clock = MonotonicClock::shared();
    Arc::new(EffectDevices::new(devices, clock, effects.clone()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use foyer_contract::intent::Intent;
    use foyer_effects::Background as Chosen;

    use super::*;

    const JPEG: &[u8] = include_bytes!("../crates/effects/tests/astronaut.jpg");

    #[test]
    fn the_choice_comes_back_and_a_lost_picture_is_not_a_shown_room() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(crate::settings::FILE);
        let settings = Settings::load(Some(file.clone()));
        assert_eq!(remembered(&settings).background(), Chosen::None);
        settings.keep_own_background(JPEG).unwrap();
        settings.note(&Intent::SetBackground {
            background: Background::Own,
        });
        let again = remembered(&Settings::load(Some(file.clone())));
        assert_eq!((again.background(), again.has_own()), (Chosen::Own, true));
        settings.keep_own_background(b"spoilt").unwrap();
        let again = remembered(&Settings::load(Some(file)));
        assert_eq!(again.background(), Chosen::StrongBlur);
    }
}
