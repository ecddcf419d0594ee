//! Why a call is over.

/// Why a call is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EndReason {
    /// We left.
    HungUp,
    /// A host said no.
    DeniedByHost,
    /// A host took us out.
    Removed,
    /// A host ended the meeting for everybody, or it was over already.
    MeetingEnded,
    /// The service stopped answering and did not come back in time.
    ServerGone,
    /// Nobody answered in the lobby.
    LobbyTimedOut,
    /// The service knows no such meeting.
    LinkUnknown,
    /// The link cannot be used for joining.
    LinkInvalid,
    /// No place left.
    MeetingFull,
    /// The service refused our name.
    NameInvalid,
    /// The service could not be reached at all.
    NetUnreachable,
    /// The service and Foyer did not understand each other.
    ServiceFailed,
}

impl EndReason {
    /// Every reason.
    pub const ALL: [Self; 12] = [
        Self::HungUp,
        Self::DeniedByHost,
        Self::Removed,
        Self::MeetingEnded,
        Self::ServerGone,
        Self::LobbyTimedOut,
        Self::LinkUnknown,
        Self::LinkInvalid,
        Self::MeetingFull,
        Self::NameInvalid,
        Self::NetUnreachable,
        Self::ServiceFailed,
    ];

    /// The reason behind a refusal of the service.
    pub fn of_refusal(code: &str) -> Self {
        match code {
            "meeting.unknown" => Self::LinkUnknown,
            "meeting.full" => Self::MeetingFull,
            "meeting.ended" => Self::MeetingEnded,
            "name.invalid" => Self::NameInvalid,
            "net.unreachable" => Self::NetUnreachable,
            "link.invalid" => Self::LinkInvalid,
            _ => Self::ServiceFailed,
        }
    }

    /// Stable across releases: the UI and reports go by it.
    pub fn code(self) -> &'static str {
        match self {
            Self::HungUp => "hungUp",
            Self::DeniedByHost => "deniedByHost",
            Self::Removed => "removed",
            Self::MeetingEnded => "meetingEnded",
            Self::ServerGone => "serverGone",
            Self::LobbyTimedOut => "lobbyTimedOut",
            Self::LinkUnknown => "linkUnknown",
            Self::LinkInvalid => "linkInvalid",
            Self::MeetingFull => "meetingFull",
            Self::NameInvalid => "nameInvalid",
            Self::NetUnreachable => "netUnreachable",
            Self::ServiceFailed => "serviceFailed",
        }
    }

    /// Whether joining the same meeting again makes sense.
    pub fn can_rejoin(self) -> bool {
        match self {
            Self::HungUp
            | Self::DeniedByHost
            | Self::ServerGone
            | Self::LobbyTimedOut
            | Self::MeetingFull
            | Self::NameInvalid
            | Self::NetUnreachable
            | Self::ServiceFailed => true,
            Self::Removed | Self::MeetingEnded | Self::LinkUnknown | Self::LinkInvalid => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_reason_has_a_code_of_its_own() {
        let codes: BTreeSet<_> = EndReason::ALL.iter().map(|reason| reason.code()).collect();
        assert_eq!(codes.len(), EndReason::ALL.len());
    }

    #[test]
    fn a_refusal_nobody_has_heard_of_is_still_a_reason() {
        assert_eq!(
            EndReason::of_refusal("meeting.full"),
            EndReason::MeetingFull
        );
        assert_eq!(EndReason::of_refusal("?"), EndReason::ServiceFailed);
    }
}
