//! Why a text cannot be joined.

use super::{MAX_LINK, MAX_TEXT};

/// Why a pasted text cannot be joined, the most helpful reason last.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq, PartialOrd, Ord)]
pub enum LinkError {
    /// The text holds no link at all.
    #[error("no link in the text")]
    NothingFound,
    /// A link, but not to a meeting that Foyer knows how to join.
    #[error("the link leads to some other site")]
    OtherSite,
    /// A link longer than [`MAX_LINK`], or a text longer than [`MAX_TEXT`].
    #[error("the link is longer than {MAX_LINK} bytes, or the text longer than {MAX_TEXT}")]
    TooLong,
    /// A Teams link, but to something else than a meeting, or cut off.
    #[error("a Teams link, but not to a meeting")]
    NotAMeeting,
    /// The page that the host of a practice meeting opens in a browser.
    #[error("the link of a host page, which is for a browser")]
    HostPage,
    /// A Teams link; joining those takes the organisation's service.
    #[error("a Teams link, which needs the organisation's service")]
    TeamsNeedsService,
    /// A webinar, a town hall or a live event.
    #[error("the link of a webinar, town hall or live event")]
    Event,
    /// The Teams of 21Vianet in China.
    #[error("a meeting in the Teams cloud of China")]
    China,
    /// The Teams of the US Department of Defense.
    #[error("a meeting in the Teams cloud of the US Department of Defense")]
    Dod,
    /// The Teams of US authorities.
    #[error("a meeting in the GCC High cloud")]
    GccHigh,
    /// Teams for private people.
    #[error("a meeting of a personal Teams account")]
    Personal,
    /// A host that imitates Teams, or an address written so that it misleads.
    #[error("the link imitates Teams, but leads elsewhere")]
    LookAlike,
}

impl LinkError {
    /// Stable across releases: the UI and the tests match on this, never on the message.
    pub fn code(self) -> &'static str {
        match self {
            Self::NothingFound => "link.nothing_found",
            Self::OtherSite => "link.other_site",
            Self::TooLong => "link.too_long",
            Self::NotAMeeting => "link.not_a_meeting",
            Self::HostPage => "link.host_page",
            Self::TeamsNeedsService => "link.teams_needs_service",
            Self::Event => "link.event",
            Self::China => "link.china",
            Self::Dod => "link.dod",
            Self::GccHigh => "link.gcc_high",
            Self::Personal => "link.personal",
            Self::LookAlike => "link.look_alike",
        }
    }

    /// True if a meeting ID in the same text would be no better: its link already tells that it cannot be joined,
    /// or that the text is not to be trusted.
    pub(super) fn outweighs_an_id(self) -> bool {
        self >= Self::Event
    }
}
