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
    /// The invitation was not made by the service it names, or was damaged.
    InvitationInvalid,
    /// The invitation's time has not come.
    InvitationNotYet,
    /// The invitation's time is over.
    InvitationExpired,
    /// As many as were invited have come.
    InvitationUsedUp,
    /// The organisation's service lets in nobody without an invitation.
    InvitationNeeded,
    /// Too many guests ask the organisation's service at once.
    EntryBusy,
    /// The organisation's service has trouble of its own.
    EntryFailed,
    /// The organisation's service did not answer.
    EntryUnreachable,
    /// The developer's own key was refused.
    OwnKeyRefused,
    /// Nobody is known who gives guests of Teams meetings their identity.
    NoService,
    /// This build cannot join Teams meetings.
    TeamsUnavailable,
    /// Microsoft's SDK will not run in this system's webview.
    EnvironmentRefused,
    /// The process in which Microsoft's SDK ran is gone.
    WindowLost,
    /// The organisation does not let guests in through apps like this.
    GuestsBlocked,
    /// The network lets no sound and pictures through.
    MediaBlocked,
    /// Sound and pictures were lost and did not come back.
    MediaLost,
    /// The guest's identity was no longer accepted.
    SessionExpired,
    /// Nobody else was there (any more).
    EverybodyGone,
    /// The breakout room's time is over.
    BreakoutClosed,
    /// A new role put us out; joining again applies it.
    RoleChanged,
    /// We were gone for too long.
    Interrupted,
}

impl EndReason {
    /// Every reason.
    pub const ALL: [Self; 33] = [
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
        Self::InvitationInvalid,
        Self::InvitationNotYet,
        Self::InvitationExpired,
        Self::InvitationUsedUp,
        Self::InvitationNeeded,
        Self::EntryBusy,
        Self::EntryFailed,
        Self::EntryUnreachable,
        Self::OwnKeyRefused,
        Self::NoService,
        Self::TeamsUnavailable,
        Self::EnvironmentRefused,
        Self::WindowLost,
        Self::GuestsBlocked,
        Self::MediaBlocked,
        Self::MediaLost,
        Self::SessionExpired,
        Self::EverybodyGone,
        Self::BreakoutClosed,
        Self::RoleChanged,
        Self::Interrupted,
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
            "entry.invitation_invalid" => Self::InvitationInvalid,
            "entry.invitation_not_yet" => Self::InvitationNotYet,
            "entry.invitation_expired" => Self::InvitationExpired,
            "entry.invitation_used_up" => Self::InvitationUsedUp,
            "entry.invitation_needed" => Self::InvitationNeeded,
            "entry.busy" => Self::EntryBusy,
            "entry.failed" => Self::EntryFailed,
            "entry.unreachable" => Self::EntryUnreachable,
            "entry.own_key" => Self::OwnKeyRefused,
            "teams.no_service" => Self::NoService,
            "teams.without_sdk" => Self::TeamsUnavailable,
            "teams.environment_refused" => Self::EnvironmentRefused,
            "teams.organisation_blocks_guests" => Self::GuestsBlocked,
            "teams.window" => Self::WindowLost,
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
            Self::InvitationInvalid => "invitationInvalid",
            Self::InvitationNotYet => "invitationNotYet",
            Self::InvitationExpired => "invitationExpired",
            Self::InvitationUsedUp => "invitationUsedUp",
            Self::InvitationNeeded => "invitationNeeded",
            Self::EntryBusy => "entryBusy",
            Self::EntryFailed => "entryFailed",
            Self::EntryUnreachable => "entryUnreachable",
            Self::OwnKeyRefused => "ownKeyRefused",
            Self::NoService => "noService",
            Self::TeamsUnavailable => "teamsUnavailable",
            Self::EnvironmentRefused => "environmentRefused",
            Self::WindowLost => "windowLost",
            Self::GuestsBlocked => "guestsBlocked",
            Self::MediaBlocked => "mediaBlocked",
            Self::MediaLost => "mediaLost",
            Self::SessionExpired => "sessionExpired",
            Self::EverybodyGone => "everybodyGone",
            Self::BreakoutClosed => "breakoutClosed",
            Self::RoleChanged => "roleChanged",
            Self::Interrupted => "interrupted",
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
            | Self::ServiceFailed
            | Self::InvitationNotYet
            | Self::EntryBusy
            | Self::EntryFailed
            | Self::EntryUnreachable
            | Self::MediaBlocked
            | Self::MediaLost
            | Self::SessionExpired
            | Self::EverybodyGone
            | Self::BreakoutClosed
            | Self::RoleChanged
            | Self::Interrupted
            | Self::WindowLost => true,
            Self::Removed
            | Self::MeetingEnded
            | Self::LinkUnknown
            | Self::LinkInvalid
            | Self::InvitationInvalid
            | Self::InvitationExpired
            | Self::InvitationUsedUp
            | Self::InvitationNeeded
            | Self::OwnKeyRefused
            | Self::NoService
            | Self::TeamsUnavailable
            | Self::EnvironmentRefused
            | Self::GuestsBlocked => false,
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
