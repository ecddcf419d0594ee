//! The call as the UI draws it.

use std::time::Duration;

use foyer_contract::sound_check::{SoundCheck, SoundVerdict};
use foyer_contract::view::{
    CallView, CaptionsView, KeepingView, LiveTimes, MeView, PersonView, RoomView, ShareView,
};
use foyer_effects::Effects;
use foyer_media::clock::MediaTime;
use foyer_media::voice::verdict::Verdict;
use foyer_meeting::call::Call;
use foyer_meeting::device::Slot;
use foyer_meeting::room::Room;
use foyer_meeting::roster::Person;

use crate::audio::sound_check::{self, Stage};
use crate::background;
use crate::provider::TrackKind;
use crate::remote::RemoteFeeds;

/// What a view needs that the call machine does not know.
pub(crate) struct Around<'a> {
    pub now: MediaTime,
    pub camera_feed: Option<u32>,
    pub sent_feed: Option<u32>,
    pub share_feed: Option<u32>,
    pub sent_share_feed: Option<u32>,
    pub speaking: bool,
    pub effects: &'a Effects,
    pub sound_check: Stage,
    pub remote: &'a RemoteFeeds,
    pub survey: Option<Duration>,
}

pub(crate) fn view(call: &Call, around: &Around<'_>) -> CallView {
    let millis = |at: i64| at as f64;
    CallView {
        phase: call.phase().into(),
        title: call.title().map(str::to_owned),
        lobby_since_ms: call.lobby_since().map(millis),
        in_meeting_since_ms: call.in_meeting_since().map(millis),
        now_ms: millis(around.now.as_millis()),
        me: me(call, around),
        people: call
            .roster()
            .others()
            .map(|person| person_view(call, person, around.remote))
            .collect(),
        share: share(call, around.remote),
        chat_open: call.is_chat_open(),
        chat_absent: call.chat_absent().map(str::to_owned),
        keeping: KeepingView {
            recording: call.recording().active,
            transcription: call.transcription().active,
            waits_for_consent: call.waits_for_consent(),
        },
        unread: call.unread(),
        abilities: call.abilities().into(),
        captions: CaptionsView {
            state: call.captions().into(),
            language: call.caption_language().map(str::to_owned),
            languages: call.caption_languages().to_vec(),
        },
        dominant: call.roster().dominant().map(str::to_owned).collect(),
        live: live(call, around),
        room: room(call),
        waiting: call.waiting().iter().map(Into::into).collect(),
        dial_in: call.dial_in().map(Into::into),
        troubles: call.troubles().to_vec(),
        survey_ms: around.survey.map(|open| open.as_millis() as f64),
        notices: call.notices().iter().map(Into::into).collect(),
    }
}

fn room(call: &Call) -> Option<RoomView> {
    let inside = call.is_in_room();
    let room = match call.room() {
        Some(room) => room.clone(),
        // Closed behind us; the way back is all that is left.
        None if inside => Room {
            may_return: true,
            ..Room::default()
        },
        None => return None,
    };
    Some(RoomView {
        name: room.name,
        inside,
        may_change: if inside { room.may_return } else { room.open },
        automatic: room.automatic,
    })
}

fn me(call: &Call, around: &Around<'_>) -> MeView {
    let id = |slot| call.device_id(slot).map(str::to_owned);
    MeView {
        name: call.name().unwrap_or_default().to_owned(),
        microphone: call.device(Slot::Microphone).into(),
        muted_by_host: call.is_muted_by_host(),
        camera: call.device(Slot::Camera).into(),
        speaker: call.device(Slot::Speaker).into(),
        share: call.device(Slot::Share).into(),
        camera_feed: around.camera_feed,
        sent_feed: around.sent_feed,
        share_feed: around.share_feed,
        sent_share_feed: around.sent_share_feed,
        speaking: around.speaking,
        camera_id: id(Slot::Camera),
        microphone_id: id(Slot::Microphone),
        speaker_id: id(Slot::Speaker),
        hand: call.hand(),
        background: background::view(around.effects),
        sound_check: match around.sound_check {
            Stage::Idle => SoundCheck::Idle,
            Stage::Recording => SoundCheck::Recording {
                length_ms: sound_check::LENGTH.as_millis() as u32,
            },
            Stage::Playing(verdict) => SoundCheck::Playing {
                verdict: said(verdict),
            },
            Stage::Done(verdict) => SoundCheck::Done {
                verdict: said(verdict),
            },
        },
    }
}

fn said(verdict: Verdict) -> SoundVerdict {
    match verdict {
        Verdict::Well => SoundVerdict::Well,
        Verdict::TooQuiet => SoundVerdict::TooQuiet,
        Verdict::Clipping => SoundVerdict::Clipping,
        Verdict::Nothing => SoundVerdict::Nothing,
        Verdict::Noisy => SoundVerdict::Noisy,
    }
}

fn live(call: &Call, around: &Around<'_>) -> LiveTimes {
    let live = |slot| call.live(slot, around.now.as_millis()) as f64;
    LiveTimes {
        microphone_ms: live(Slot::Microphone),
        camera_ms: live(Slot::Camera),
        share_ms: live(Slot::Share),
    }
}

fn person_view(call: &Call, person: &Person, remote: &RemoteFeeds) -> PersonView {
    PersonView {
        id: person.id.clone(),
        name: person.name.clone(),
        role: person.role.into(),
        muted: person.muted,
        speaking: call.roster().is_speaking(&person.id),
        camera_feed: remote
            .number(&person.id, TrackKind::Camera)
            .filter(|_| person.camera_on),
        hand: call.roster().hand(&person.id),
        spotlit: call.roster().is_spotlit(&person.id),
        volume: call.roster().volume(&person.id),
        typing: call.roster().is_typing(&person.id),
    }
}

fn share(call: &Call, remote: &RemoteFeeds) -> Option<ShareView> {
    let person = call.roster().sharer()?;
    Some(ShareView {
        person_id: person.id.clone(),
        name: person.name.clone(),
        feed: remote.number(&person.id, TrackKind::Share)?,
    })
}
