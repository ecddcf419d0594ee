//! What a server refuses.

use super::ServerMessage;

/// Everything a server refuses, with its stable code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No such meeting here.
    #[error("there is no such meeting")]
    MeetingUnknown,
    /// No room left, in the meeting or its lobby.
    #[error("the meeting is full")]
    MeetingFull,
    /// Over.
    #[error("the meeting has ended")]
    MeetingEnded,
    /// Empty after cleaning, or too long.
    #[error("a name has 1 to 256 characters")]
    NameInvalid,
    /// No message of the protocol.
    #[error("not a message of this protocol")]
    BadMessage,
    /// Longer than [`MAX_MESSAGE`](super::MAX_MESSAGE).
    #[error("the message is too large")]
    TooLarge,
    /// More than a client can mean.
    #[error("too many messages")]
    TooFast,
    /// No `join` in time.
    #[error("nobody joined on this connection")]
    NoJoin,
    /// The secret is not this meeting's.
    #[error("the host secret is wrong")]
    BadSecret,
    /// The resume token names nobody who is still here.
    #[error("the interrupted part is over")]
    BadResume,
    /// For hosts only.
    #[error("only a host may do this")]
    NotHost,
    /// Named somebody who is not there.
    #[error("nobody there has this id")]
    ParticipantUnknown,
    /// Not before admission.
    #[error("not before you are let in")]
    NotAdmitted,
    /// Empty or too long.
    #[error("a chat text has 1 to 4000 characters")]
    ChatInvalid,
    /// Not the writer's, or long forgotten.
    #[error("you wrote no such text")]
    ChatUnknown,
    /// No such reaction.
    #[error("nobody reacts like this")]
    ReactionUnknown,
    /// Somebody else shares.
    #[error("somebody else is sharing")]
    ShareTaken,
    /// The client reads too slowly.
    #[error("the connection is too slow")]
    TooSlow,
    /// Another connection took this part over.
    #[error("taken over by another connection")]
    Replaced,
    /// The answer or candidate could not be used.
    #[error("the description was refused")]
    Negotiation,
    /// Media broke and did not come back.
    #[error("the media connection was lost")]
    MediaLost,
    /// The server could not open a media connection.
    #[error("no media connection could be opened")]
    MediaUnavailable,
}

impl Refusal {
    /// Stable across releases.
    pub fn code(self) -> &'static str {
        match self {
            Self::MeetingUnknown => "meeting.unknown",
            Self::MeetingFull => "meeting.full",
            Self::MeetingEnded => "meeting.ended",
            Self::NameInvalid => "name.invalid",
            Self::BadMessage => "protocol.bad_message",
            Self::TooLarge => "protocol.too_large",
            Self::TooFast => "protocol.too_fast",
            Self::NoJoin => "protocol.no_join",
            Self::BadSecret => "auth.bad_secret",
            Self::BadResume => "auth.bad_resume",
            Self::NotHost => "auth.not_host",
            Self::ParticipantUnknown => "participant.unknown",
            Self::NotAdmitted => "meeting.not_admitted",
            Self::ChatInvalid => "chat.invalid",
            Self::ChatUnknown => "chat.unknown",
            Self::ReactionUnknown => "reaction.unknown",
            Self::ShareTaken => "share.taken",
            Self::TooSlow => "net.too_slow",
            Self::Replaced => "net.replaced",
            Self::Negotiation => "media.negotiation",
            Self::MediaLost => "media.lost",
            Self::MediaUnavailable => "media.unavailable",
        }
    }

    /// As it goes over the wire.
    pub fn message(self) -> ServerMessage {
        ServerMessage::Error {
            code: self.code().into(),
            message: self.to_string(),
        }
    }
}
