//! What other programs play, without anything that this one plays: of the sound systems, PulseAudio and what speaks its
//! protocol tell programs apart and let each be recorded alone. So nothing has to be taken out again: the call's own
//! sound is never in it.

#[cfg(target_os = "linux")]
mod mix;
#[cfg(target_os = "linux")]
mod pulse;
#[cfg(target_os = "linux")]
pub(crate) use self::pulse::{is_offered, open};

#[cfg(not(target_os = "linux"))]
mod absent {
    use foyer_media::device::CaptureError;
    use foyer_media::sound::AudioSource;

    /// Neither cpal's loopback of WASAPI nor that of Core Audio leaves our own sound out.
    pub(crate) fn is_offered() -> bool {
        false
    }

    pub(crate) fn open() -> Result<Box<dyn AudioSource>, CaptureError> {
        Err(CaptureError::Unsupported(
            "the sound of other programs comes with our own".into(),
        ))
    }
}
#[cfg(not(target_os = "linux"))]
pub(crate) use self::absent::{is_offered, open};
