//! A meeting as Graph has it. Every field may be missing: old meetings and other clouds lack some.

use std::fmt;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::secret::Secret;

/// What an invitation can be made of. `Debug` shows neither subject nor link nor passcode.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OnlineMeeting {
    /// Graph's own id.
    pub id: Option<String>,
    /// What it is about.
    pub subject: Option<String>,
    /// When it begins.
    pub start_date_time: Option<Timestamp>,
    /// When it ends.
    pub end_date_time: Option<Timestamp>,
    /// The long link, also if a short one was asked for.
    pub join_web_url: Option<String>,
    /// How to join by ID.
    pub join_meeting_id_settings: Option<JoinMeetingId>,
    /// The chat's thread.
    pub chat_info: Option<ChatInfo>,
    /// Who waits in the lobby.
    pub lobby_bypass_settings: Option<LobbyBypass>,
    /// Whether there is a chat.
    pub allow_meeting_chat: Option<MeetingChat>,
    /// What those who join later see of it: `all`, `none` or something newer.
    pub share_meeting_chat_history_default: Option<String>,
    /// Who may present: `everyone`, `organization`, `roleIsPresenter`, `organizer` or something newer.
    pub allowed_presenters: Option<String>,
    /// Attendees may switch their camera on.
    pub allow_attendee_to_enable_camera: Option<bool>,
    /// Attendees may switch their microphone on.
    pub allow_attendee_to_enable_mic: Option<bool>,
    /// Reactions are allowed.
    pub allow_teamwork_reactions: Option<bool>,
    /// Participants may change their names.
    pub allow_participants_to_change_name: Option<bool>,
    /// It is recorded from the start.
    pub record_automatically: Option<bool>,
    /// Where a watermark lies over pictures, guests get none of them.
    pub watermark_protection: Option<Watermark>,
    /// How to dial in.
    pub audio_conferencing: Option<AudioConferencing>,
    /// Who called it.
    #[serde(deserialize_with = "organizer", rename = "participants")]
    pub organizer: Option<Organizer>,
    /// How room systems dial in.
    pub video_teleconference_id: Option<String>,
    /// Coming and going is announced to those who dialled in.
    pub is_entry_exit_announced: Option<bool>,
}

/// How to join by ID.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct JoinMeetingId {
    /// Whether it needs [`Self::passcode`].
    pub is_passcode_required: Option<bool>,
    /// Digits.
    pub join_meeting_id: Option<String>,
    /// Never for a log.
    pub passcode: Option<Secret>,
}

/// The chat's thread.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ChatInfo {
    /// As chat names it.
    pub thread_id: Option<String>,
    /// The message that a channel meeting hangs on; 0 otherwise.
    pub message_id: Option<String>,
}

/// Who waits in the lobby.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LobbyBypass {
    /// Who does not: `everyone`, `organization`, `invited`, `organizer` or something newer.
    pub scope: Option<String>,
    /// Those who dial in do not either.
    pub is_dial_in_bypass_enabled: Option<bool>,
}

/// Whether there is a chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MeetingChat {
    /// Before, during and after the meeting.
    Enabled,
    /// Not at all.
    Disabled,
    /// During the meeting only.
    Limited,
    /// Something newer.
    Other(String),
}

impl<'de> Deserialize<'de> for MeetingChat {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Ok(match text.as_str() {
            "enabled" => Self::Enabled,
            "disabled" => Self::Disabled,
            "limited" => Self::Limited,
            _ => Self::Other(text),
        })
    }
}

/// Where a watermark lies over pictures.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Watermark {
    /// Over shared screens.
    pub is_enabled_for_content_sharing: Option<bool>,
    /// Over cameras.
    pub is_enabled_for_video: Option<bool>,
}

/// How to dial in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AudioConferencing {
    /// To be typed after dialling.
    pub conference_id: Option<String>,
    /// Costs what a call costs.
    pub toll_number: Option<String>,
    /// Costs the caller nothing.
    pub toll_free_number: Option<String>,
    /// A page with more numbers.
    pub dialin_url: Option<String>,
}

/// Who called a meeting. `Debug` does not show the name.
#[derive(Clone, PartialEq, Eq)]
pub struct Organizer {
    /// Their object id in the directory.
    pub id: String,
    /// Their name.
    pub name: Option<String>,
    /// Their directory.
    pub tenant_id: Option<String>,
    /// Their sign-in name.
    pub upn: Option<String>,
}

/// Graph nests the organiser deeply, and leaves parts out.
fn organizer<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Organizer>, D::Error> {
    let participants = Value::deserialize(deserializer)?;
    let organizer = &participants["organizer"];
    let user = &organizer["identity"]["user"];
    let text = |value: &Value| value.as_str().map(str::to_owned);
    Ok(text(&user["id"]).map(|id| Organizer {
        id,
        name: text(&user["displayName"]),
        tenant_id: text(&user["tenantId"]),
        upn: text(&organizer["upn"]),
    }))
}

impl fmt::Debug for OnlineMeeting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnlineMeeting")
            .field("id", &self.id)
            .field("start_date_time", &self.start_date_time)
            .field("allow_meeting_chat", &self.allow_meeting_chat)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Organizer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Organizer")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
