//! What goes wrong here, as what a page gets to see.

use foyer_contract::bridge::event::WireError;
use foyer_media::device::CaptureError;
use foyer_rtc::{NegotiationError, OpenError};

/// A `DOMException` of this name.
pub(crate) fn dom(name: &str, message: impl Into<String>) -> WireError {
    WireError {
        name: name.to_owned(),
        message: message.into(),
        detail: None,
        sdp_line: None,
        sctp_cause: None,
        constraint: None,
    }
}

pub(crate) fn unknown_handle() -> WireError {
    dom("InvalidStateError", "no such object")
}

pub(crate) fn not_supported(what: &str) -> WireError {
    dom("NotSupportedError", format!("{what} is not supported"))
}

pub(crate) fn refused() -> WireError {
    dom("NotAllowedError", "Permission denied")
}

/// As getUserMedia (mediacapture-main, 10.1) names it.
pub(crate) fn of_device(error: &CaptureError) -> WireError {
    let name = match error {
        CaptureError::NotFound => "NotFoundError",
        CaptureError::NotAllowed => "NotAllowedError",
        CaptureError::Busy
        | CaptureError::Lost
        | CaptureError::Stalled(_)
        | CaptureError::Paused(_)
        | CaptureError::Unsupported(_)
        | CaptureError::Failed(_) => "NotReadableError",
    };
    dom(name, error.to_string())
}

pub(crate) fn of_opening(error: &OpenError) -> WireError {
    dom("OperationError", error.to_string())
}

/// As webrtc-pc (4.4.1.5) names it.
pub(crate) fn of_negotiation(error: &NegotiationError) -> WireError {
    let message = error.to_string();
    match error {
        NegotiationError::Sdp { line, .. } => WireError {
            detail: Some("sdp-syntax-error".to_owned()),
            sdp_line: u32::try_from(*line).ok(),
            ..dom("RTCError", message)
        },
        other => dom(other.dom_name(), message),
    }
}
