//! Backgrounds between the contract and `foyer_effects`.

use foyer_contract::background::{Background, BackgroundState, BackgroundView};
use foyer_effects::{Backdrop, Background as Chosen, Effects, Status, Stop};

/// What the guest chose, for whoever makes pictures.
pub fn chosen(background: Background) -> Chosen {
    match background {
        Background::None => Chosen::None,
        Background::Blur => Chosen::Blur,
        Background::StrongBlur => Chosen::StrongBlur,
        Background::Dawn => Chosen::Backdrop(Backdrop::Dawn),
        Background::Slate => Chosen::Backdrop(Backdrop::Slate),
        Background::Sand => Chosen::Backdrop(Backdrop::Sand),
        Background::Meadow => Chosen::Backdrop(Backdrop::Meadow),
        Background::Own => Chosen::Own,
    }
}

fn named(background: Chosen) -> Background {
    match background {
        Chosen::None => Background::None,
        Chosen::Blur => Background::Blur,
        Chosen::StrongBlur => Background::StrongBlur,
        Chosen::Backdrop(Backdrop::Dawn) => Background::Dawn,
        Chosen::Backdrop(Backdrop::Slate) => Background::Slate,
        Chosen::Backdrop(Backdrop::Sand) => Background::Sand,
        Chosen::Backdrop(Backdrop::Meadow) => Background::Meadow,
        Chosen::Own => Background::Own,
    }
}

/// The choice and how it goes, for the UI.
pub(crate) fn view(effects: &Effects) -> BackgroundView {
    let millis = |time: std::time::Duration| (time.as_secs_f64() * 10_000.0).round() / 10.0;
    BackgroundView {
        chosen: named(effects.background()),
        has_own: effects.has_own(),
        state: match effects.status() {
            Status::Idle => BackgroundState::Idle,
            Status::Starting => BackgroundState::Starting,
            Status::Running { per_picture } => BackgroundState::Running {
                picture_ms: millis(per_picture),
            },
            Status::Stopped(stop) => BackgroundState::Stopped {
                code: stop.code().to_owned(),
                picture_ms: match stop {
                    Stop::TooSlow { per_picture, .. } => Some(millis(per_picture)),
                    Stop::Failed => None,
                },
            },
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_background_is_the_same_on_both_sides() {
        for background in [
            Background::None,
            Background::Blur,
            Background::StrongBlur,
            Background::Dawn,
            Background::Slate,
            Background::Sand,
            Background::Meadow,
            Background::Own,
        ] {
            assert_eq!(named(chosen(background)), background);
        }
    }
}
