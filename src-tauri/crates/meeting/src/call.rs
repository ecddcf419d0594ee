//! The call: our taking part in a meeting, as a pure state machine.
//!
//! `Idle → PreJoin → Connecting → Lobby → InMeeting ⇄ Reconnecting → Ended`. Whoever drives it feeds every
//! [`Input`] into [`Call::step`] and carries out the [`Effect`]s in order. Late or senseless inputs change
//! nothing, so nobody needs to check first.

mod guest;
mod input;
mod service;

pub use input::{Choices, DeviceNews, Effect, Input, Millis, News, Wish};

use crate::ability::Abilities;
use crate::captions::{Captions, CaptionsState};
use crate::chat::Chat;
use crate::device::{Device, DeviceState, Slot};
use crate::end::EndReason;
use crate::keeping::{Keeping, Kept};
use crate::live::Meter;
use crate::moderation::Waiting;
use crate::notice::{Notice, Notices};
use crate::phone::DialIn;
use crate::room::{Room, Rooms};
use crate::roster::Roster;

/// Where a call stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Nothing chosen yet; no device was touched.
    #[default]
    Idle,
    /// Name and devices are being chosen; nothing has left this machine.
    PreJoin,
    /// On the way to the service.
    Connecting,
    /// Waiting to be let in.
    Lobby,
    /// In.
    InMeeting,
    /// In, but the connection is gone; coming back by itself.
    Reconnecting,
    /// Over.
    Ended(EndReason),
}

impl Phase {
    /// Whether the service counts us in: between admission and leaving.
    pub fn is_admitted(self) -> bool {
        match self {
            Self::InMeeting | Self::Reconnecting => true,
            Self::Idle | Self::PreJoin | Self::Connecting | Self::Lobby | Self::Ended(_) => false,
        }
    }

    /// Whether there is a service to say goodbye to.
    fn is_dialled(self) -> bool {
        match self {
            Self::Connecting | Self::Lobby | Self::InMeeting | Self::Reconnecting => true,
            Self::Idle | Self::PreJoin | Self::Ended(_) => false,
        }
    }
}

/// What the service was told last about our devices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Told {
    muted: Option<bool>,
    camera: Option<bool>,
    share: bool,
}

/// How long our devices were open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Meters {
    microphone: Meter,
    camera: Meter,
    share: Meter,
}

/// One call, from the pasted link to the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    phase: Phase,
    name: Option<String>,
    title: Option<String>,
    lobby_since: Option<Millis>,
    in_meeting_since: Option<Millis>,
    microphone: Device,
    camera: Device,
    speaker: Device,
    share: Device,
    muted_by_host: bool,
    told: Told,
    roster: Roster,
    chat: Chat,
    /// When the service heard last that we write.
    typing_told: Option<Millis>,
    abilities: Abilities,
    captions: Captions,
    keeping: Keeping,
    rooms: Rooms,
    waiting: Vec<Waiting>,
    dial_in: Option<DialIn>,
    /// Codes; each once.
    troubles: Vec<String>,
    meters: Meters,
    notices: Notices,
}

impl Default for Call {
    fn default() -> Self {
        Self {
            phase: Phase::Idle,
            name: None,
            title: None,
            lobby_since: None,
            in_meeting_since: None,
            microphone: Device::new(Slot::Microphone),
            camera: Device::new(Slot::Camera),
            speaker: Device::new(Slot::Speaker),
            share: Device::new(Slot::Share),
            muted_by_host: false,
            told: Told::default(),
            roster: Roster::default(),
            chat: Chat::default(),
            typing_told: None,
            abilities: Abilities::default(),
            captions: Captions::default(),
            keeping: Keeping::default(),
            rooms: Rooms::default(),
            waiting: Vec::new(),
            dial_in: None,
            troubles: Vec::new(),
            meters: Meters::default(),
            notices: Notices::default(),
        }
    }
}

impl Call {
    /// Applies one input, which happened now, and says what is to be done, in order.
    pub fn step(&mut self, now: Millis, input: Input) -> Vec<Effect> {
        let mut effects = Vec::new();
        match input {
            Input::Guest(wish) => self.wish(wish, now, &mut effects),
            Input::Service(news) => self.news(news, &mut effects),
            Input::Device(news) => self.device_news(news, &mut effects),
        }
        self.tell(&mut effects);
        self.measure(now);
        effects
    }

    /// Where the call stands.
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// The name that others see, once there is a valid one.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Title of the meeting, once the service has told it.
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// When the lobby was entered.
    pub fn lobby_since(&self) -> Option<Millis> {
        self.lobby_since
    }

    /// When we were let in.
    pub fn in_meeting_since(&self) -> Option<Millis> {
        self.in_meeting_since
    }

    /// How a device of ours is.
    pub fn device(&self, slot: Slot) -> &DeviceState {
        self.slot(slot).state()
    }

    /// Which device was chosen; `None` for the system's default.
    pub fn device_id(&self, slot: Slot) -> Option<&str> {
        self.slot(slot).id()
    }

    /// True if the host muted us last and we have not unmuted since.
    pub fn is_muted_by_host(&self) -> bool {
        self.muted_by_host
    }

    /// Who is there; empty before admission and after the end.
    pub fn roster(&self) -> &Roster {
        &self.roster
    }

    /// True between admission and leaving, where the meeting has a chat.
    pub fn is_chat_open(&self) -> bool {
        self.phase.is_admitted() && self.chat.absent().is_none()
    }

    /// Why there is no chat although we are in.
    pub fn chat_absent(&self) -> Option<&str> {
        self.chat.absent().filter(|_| self.phase.is_admitted())
    }

    /// Messages that the guest has not seen.
    pub fn unread(&self) -> u32 {
        self.chat.unread()
    }

    /// Whether the meeting is recorded.
    pub fn recording(&self) -> Kept {
        self.keeping.recording
    }

    /// Whether the meeting is transcribed.
    pub fn transcription(&self) -> Kept {
        self.keeping.transcription
    }

    /// True while the guest has to agree to being kept before anything of ours is sent.
    pub fn waits_for_consent(&self) -> bool {
        self.keeping.waits_for_consent()
    }

    /// The breakout room that is ours.
    pub fn room(&self) -> Option<&Room> {
        self.rooms.assigned()
    }

    /// Whether we are in our breakout room.
    pub fn is_in_room(&self) -> bool {
        self.rooms.inside()
    }

    /// Who waits in the lobby, where we may let them in.
    pub fn waiting(&self) -> &[Waiting] {
        if self.abilities.admit {
            &self.waiting
        } else {
            &[]
        }
    }

    /// How to take part by telephone, where the meeting has numbers. Kept after the end, when it may help.
    pub fn dial_in(&self) -> Option<&DialIn> {
        self.dial_in.as_ref()
    }

    /// What is bad about our connection, by code.
    pub fn troubles(&self) -> &[String] {
        &self.troubles
    }

    /// What this meeting lets us do.
    pub fn abilities(&self) -> Abilities {
        self.abilities
    }

    /// Whether captions run for us.
    pub fn captions(&self) -> CaptionsState {
        self.captions.state()
    }

    /// What is spoken, as far as captions know.
    pub fn caption_language(&self) -> Option<&str> {
        self.captions.language()
    }

    /// What may be chosen as spoken.
    pub fn caption_languages(&self) -> &[String] {
        self.captions.languages()
    }

    /// The place of our hand among those that are up, 1 being the first.
    pub fn hand(&self) -> Option<u32> {
        self.roster.hand(self.roster.me()?)
    }

    /// How long a device was open up to now; speakers are not counted.
    pub fn live(&self, slot: Slot, now: Millis) -> Millis {
        let meters = &self.meters;
        match slot {
            Slot::Microphone => meters.microphone.until(now),
            Slot::Camera => meters.camera.until(now),
            Slot::Share => meters.share.until(now),
            Slot::Speaker => 0,
        }
    }

    /// What went wrong and did not end the call.
    pub fn notices(&self) -> &[Notice] {
        self.notices.list()
    }

    fn slot(&self, slot: Slot) -> &Device {
        match slot {
            Slot::Microphone => &self.microphone,
            Slot::Camera => &self.camera,
            Slot::Speaker => &self.speaker,
            Slot::Share => &self.share,
        }
    }

    fn slot_mut(&mut self, slot: Slot) -> &mut Device {
        match slot {
            Slot::Microphone => &mut self.microphone,
            Slot::Camera => &mut self.camera,
            Slot::Speaker => &mut self.speaker,
            Slot::Share => &mut self.share,
        }
    }

    fn device_news(&mut self, news: DeviceNews, effects: &mut Vec<Effect>) {
        match news {
            DeviceNews::Opened { slot, attempt } => {
                self.slot_mut(slot).opened(attempt);
            }
            DeviceNews::Failed {
                slot,
                attempt,
                code,
            } => {
                if self.slot_mut(slot).failed(attempt, &code, effects) {
                    self.notices.add(&code, Some(slot.word()));
                }
            }
        }
    }

    /// Tells the service what changed on our side, while there is one that listens.
    fn tell(&mut self, effects: &mut Vec<Effect>) {
        if self.phase != Phase::InMeeting {
            return;
        }
        let silent = self.waits_for_consent();
        let muted = silent || !self.microphone.is_live();
        if self.told.muted != Some(muted) {
            self.told.muted = Some(muted);
            effects.push(Effect::TellMuted(muted));
        }
        let camera = !silent && self.camera.is_live();
        if self.told.camera != Some(camera) {
            self.told.camera = Some(camera);
            effects.push(Effect::TellCamera(camera));
        }
        let share = !silent && self.share.is_live();
        if self.told.share != share {
            self.told.share = share;
            effects.push(Effect::TellShare(share));
        }
    }

    fn measure(&mut self, now: Millis) {
        let meters = &mut self.meters;
        meters.microphone.set(self.microphone.is_open(), now);
        meters.camera.set(self.camera.is_open(), now);
        meters.share.set(self.share.is_open(), now);
    }

    /// What we call ourselves, for messages of ours.
    fn own_name(&self) -> String {
        self.name.clone().unwrap_or_default()
    }

    fn end(&mut self, reason: EndReason, effects: &mut Vec<Effect>) {
        for slot in Slot::ALL {
            self.slot_mut(slot).close(effects);
        }
        if self.phase.is_dialled() {
            effects.push(Effect::HangUp);
        }
        self.roster.clear();
        self.captions.stop();
        self.abilities = Abilities::default();
        self.keeping = Keeping::default();
        self.rooms = Rooms::default();
        self.waiting.clear();
        self.troubles.clear();
        self.phase = Phase::Ended(reason);
    }
}
