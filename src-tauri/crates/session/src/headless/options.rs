//! What a call without a window is to do, as the command line says it.

use std::path::Path;
use std::time::Duration;

use foyer_contract::intent::Choices;

/// What a call without a window is to do. Devices are named as on the command line; what is not named stays off.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// A practice link.
    pub link: String,
    /// As others see us.
    pub name: String,
    /// Leaves after this long in the meeting, or after this long waiting to get in; `None` stays to the end.
    pub duration: Option<Duration>,
    /// `test`, `none`, a camera's id or a `.y4m` file.
    pub camera: Option<String>,
    /// `test`, `none` or a microphone's id.
    pub microphone: Option<String>,
    /// `none` or a speaker's id.
    pub speaker: Option<String>,
    /// What to share, as [`foyer_media::share::Share`] writes it, such as `display:0`.
    pub share: Option<String>,
    /// A message to send after admission.
    pub say: Option<String>,
}

impl Options {
    pub(super) fn choices(&self) -> Choices {
        let camera = chosen(self.camera.as_deref(), "test:card").map(|id| {
            let is_file = Path::new(&id)
                .extension()
                .is_some_and(|end| end.eq_ignore_ascii_case("y4m"));
            if is_file && !id.starts_with("file:") {
                format!("file:{id}")
            } else {
                id
            }
        });
        let microphone = chosen(self.microphone.as_deref(), "test:speech");
        let speaker = chosen(self.speaker.as_deref(), "test:silence");
        Choices {
            name: self.name.clone(),
            camera_on: camera.is_some(),
            microphone_on: microphone.is_some(),
            camera_id: camera,
            microphone_id: microphone,
            // There is no call without a speaker, but one that keeps time and makes no sound.
            speaker_id: speaker.or_else(|| Some("test:silence".into())),
        }
    }
}

fn chosen(word: Option<&str>, test: &str) -> Option<String> {
    match word {
        None | Some("none") => None,
        Some("test") => Some(test.to_owned()),
        Some(id) => Some(id.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_named_stays_off_and_makes_no_sound() {
        let choices = Options::default().choices();
        assert!(!choices.camera_on && !choices.microphone_on);
        assert_eq!(choices.speaker_id.as_deref(), Some("test:silence"));
    }

    #[test]
    fn short_words_and_files_become_ids() {
        let options = Options {
            camera: Some("clips/face.y4m".into()),
            microphone: Some("test".into()),
            speaker: Some("cpal:x".into()),
            ..Options::default()
        };
        let choices = options.choices();
        assert_eq!(choices.camera_id.as_deref(), Some("file:clips/face.y4m"));
        assert_eq!(choices.microphone_id.as_deref(), Some("test:speech"));
        assert_eq!(choices.speaker_id.as_deref(), Some("cpal:x"));
        assert!(choices.camera_on && choices.microphone_on);
    }
}
