//! What the SDK's `callEndReason` means for the guest.
//!
//! Sources: Microsoft's troubleshooting codes of call ends, the UI Library's composites, and the list of reasons in
//! Graph's documentation of deleting calls. A pair that is not known falls back on its code, which is like HTTP's.

use foyer_contract::calling::event::Failure;
use foyer_meeting::call::News;
use foyer_meeting::end::EndReason;

/// The news that ends the call.
pub(super) fn news(code: u32, sub_code: Option<u32>) -> News {
    News::Ended(reason(code, sub_code.unwrap_or(0)))
}

/// The same for what the SDK threw before there was a call.
pub(super) fn of_agent(failure: &Failure) -> News {
    let sub_code = failure.sub_code.unwrap_or(0);
    News::Ended(match (failure.code, sub_code) {
        // The webview is not what the SDK wants: no WebRTC, or a browser it will not have.
        (Some(500), 40_216) => EndReason::EnvironmentRefused,
        (Some(code), sub_code) if code != 0 => reason(code, sub_code),
        _ => EndReason::ServiceFailed,
    })
}

fn reason(code: u32, sub_code: u32) -> EndReason {
    match (code, sub_code) {
        (0, 0) => EndReason::HungUp,
        (0, 5854) => EndReason::DeniedByHost,
        (0, 5855) => EndReason::LobbyTimedOut,
        (0, 5000 | 5300) => EndReason::Removed,
        (0, 5002 | 5010 | 5012 | 5013 | 5020) => EndReason::EverybodyGone,
        (0, 5030) => EndReason::BreakoutClosed,
        (0, 5317) => EndReason::RoleChanged,
        (0, 4521) => EndReason::Interrupted,
        // 4097, 5001, 5003, 7000 and whatever else ends a meeting without an error.
        (0, _) => EndReason::MeetingEnded,
        (400, _) => EndReason::LinkInvalid,
        (401, _) | (495, 4507) => EndReason::SessionExpired,
        (403, _) => EndReason::GuestsBlocked,
        (404, _) => EndReason::LinkUnknown,
        (408, _) | (480, _) => EndReason::NetUnreachable,
        (410, 301_005) => EndReason::MediaLost,
        // Our own offer: not the network's fault.
        (410, 3111) => EndReason::ServiceFailed,
        (410, _) => EndReason::MediaBlocked,
        (490 | 491 | 496 | 497 | 498, _) => EndReason::ServerGone,
        _ => EndReason::ServiceFailed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_mean_what_the_documentation_says() {
        for (pair, meant) in [
            ((0, 0), EndReason::HungUp),
            ((0, 5854), EndReason::DeniedByHost),
            ((0, 5855), EndReason::LobbyTimedOut),
            ((0, 5000), EndReason::Removed),
            ((0, 4097), EndReason::MeetingEnded),
            ((0, 5020), EndReason::EverybodyGone),
            ((400, 5751), EndReason::LinkInvalid),
            ((401, 71_005), EndReason::SessionExpired),
            ((403, 5221), EndReason::GuestsBlocked),
            ((403, 0), EndReason::GuestsBlocked),
            ((408, 10_057), EndReason::NetUnreachable),
            ((410, 3100), EndReason::MediaBlocked),
            ((410, 301_005), EndReason::MediaLost),
            ((490, 4502), EndReason::ServerGone),
            ((503, 1), EndReason::ServiceFailed),
            ((9_999, 9), EndReason::ServiceFailed),
        ] {
            assert_eq!(reason(pair.0, pair.1), meant, "{pair:?}");
        }
    }
}
