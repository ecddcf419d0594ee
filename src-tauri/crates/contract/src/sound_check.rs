//! Hearing oneself as others would, before joining.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Where a sound check stands. What is recorded stays in memory until it has been played.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "state"
)]
pub enum SoundCheck {
    /// There was none, or it was given up.
    #[default]
    Idle,
    /// The microphone is being recorded.
    Recording {
        /// How long that takes.
        length_ms: u32,
    },
    /// The recording is played.
    Playing {
        /// What was found.
        verdict: SoundVerdict,
    },
    /// It is over, and the recording gone.
    Done {
        /// What was found.
        verdict: SoundVerdict,
    },
}

/// How others would hear us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum SoundVerdict {
    /// Well.
    Well,
    /// Hardly.
    TooQuiet,
    /// Distorted: the microphone is too loud.
    Clipping,
    /// Not at all.
    Nothing,
    /// With a noise that never stops.
    Noisy,
}
