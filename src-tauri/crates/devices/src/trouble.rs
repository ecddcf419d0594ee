//! What system libraries say, as [`CaptureError`].

use std::any::Any;

use foyer_media::device::CaptureError;

/// When something failed: the same number means different things before and after a device was open.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    Opening,
    Running,
}

/// nokhwa and v4l hand out strings only; the number of the system's error is inside them.
pub(crate) fn from_text(stage: Stage, text: &str) -> CaptureError {
    if let Some(number) = os_error(text) {
        return from_os_error(stage, number, text);
    }
    for (hresult, error) in [
        // MF_E_VIDEO_RECORDING_DEVICE_INVALIDATED
        ("0xC00D3EA2", CaptureError::Lost),
        // MF_E_HW_MFT_FAILED_START_STREAMING: another program holds the camera.
        ("0xC00D3704", CaptureError::Busy),
        // E_ACCESSDENIED: the privacy settings forbid cameras.
        ("0x80070005", CaptureError::NotAllowed),
    ] {
        if text.contains(hresult) {
            return error;
        }
    }
    if text.contains("Framerate not whole number") {
        return CaptureError::Unsupported(text.into());
    }
    CaptureError::Failed(text.into())
}

/// Maps an `errno` of Linux; `text` is kept if the number says nothing.
pub(crate) fn from_os_error(stage: Stage, number: i32, text: &str) -> CaptureError {
    // EPERM 1, ENOENT 2, ENXIO 6, EACCES 13, EBUSY 16, ENODEV 19.
    match (number, stage) {
        (16, _) => CaptureError::Busy,
        (1 | 13, _) => CaptureError::NotAllowed,
        (2 | 6 | 19, Stage::Opening) => CaptureError::NotFound,
        (2 | 6 | 19, Stage::Running) => CaptureError::Lost,
        _ => CaptureError::Failed(text.into()),
    }
}

fn os_error(text: &str) -> Option<i32> {
    let (_, after) = text.rsplit_once("os error ")?;
    let digits = after.split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}

/// What a caught panic said.
pub(crate) fn panicked(panic: &(dyn Any + Send)) -> CaptureError {
    let words = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied());
    CaptureError::Failed(words.unwrap_or("a system library panicked").into())
}

/// What cpal said.
pub(crate) fn from_sound(stage: Stage, error: &cpal::Error) -> CaptureError {
    use cpal::ErrorKind;
    match error.kind() {
        ErrorKind::DeviceBusy => CaptureError::Busy,
        ErrorKind::PermissionDenied => CaptureError::NotAllowed,
        ErrorKind::DeviceNotAvailable if stage == Stage::Opening => CaptureError::NotFound,
        ErrorKind::DeviceNotAvailable
        | ErrorKind::StreamInvalidated
        | ErrorKind::HostUnavailable => CaptureError::Lost,
        ErrorKind::UnsupportedConfig | ErrorKind::UnsupportedOperation => {
            CaptureError::Unsupported(error.to_string())
        }
        _ => CaptureError::Failed(error.to_string()),
    }
}

/// True for what a running stream reports although it goes on.
pub(crate) fn is_passing(error: &cpal::Error) -> bool {
    use cpal::ErrorKind;
    !matches!(
        error.kind(),
        ErrorKind::DeviceNotAvailable
            | ErrorKind::StreamInvalidated
            | ErrorKind::HostUnavailable
            | ErrorKind::PermissionDenied
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_the_system_decides() {
        let busy = "Could not open device stream: Device or resource busy (os error 16)";
        assert_eq!(from_text(Stage::Opening, busy), CaptureError::Busy);
        let gone = "Could not capture frame: No such device (os error 19)";
        assert_eq!(from_text(Stage::Running, gone), CaptureError::Lost);
        assert_eq!(from_text(Stage::Opening, gone), CaptureError::NotFound);
        assert_eq!(
            from_text(Stage::Opening, "Permission denied (os error 13)"),
            CaptureError::NotAllowed
        );
    }

    #[test]
    fn words_without_a_known_number_are_kept() {
        for words in ["odd", "os error ", "os error x", "(os error 99999999999)"] {
            assert_eq!(
                from_text(Stage::Running, words),
                CaptureError::Failed(words.into())
            );
        }
    }

    #[test]
    fn windows_results_are_known() {
        assert_eq!(
            from_text(Stage::Running, "ReadSample (0xC00D3EA2)"),
            CaptureError::Lost
        );
    }
}
