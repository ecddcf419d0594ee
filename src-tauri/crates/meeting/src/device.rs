//! Our own devices as the call sees them: wanted or not, open or not, failed and why.

use crate::call::Effect;

/// The places a device can fill in a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Slot {
    /// Records us.
    Microphone,
    /// Films us.
    Camera,
    /// Plays the others.
    Speaker,
    /// The display that we share.
    Share,
}

impl Slot {
    /// Every slot.
    pub const ALL: [Self; 4] = [Self::Microphone, Self::Camera, Self::Speaker, Self::Share];

    /// For notices and logs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Microphone => "microphone",
            Self::Camera => "camera",
            Self::Speaker => "speaker",
            Self::Share => "share",
        }
    }
}

/// A device as the guest sees it. Its light is on in `Starting` and `Live`: exactly while it is open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum DeviceState {
    /// Closed, by choice.
    #[default]
    Off,
    /// Being opened.
    Starting,
    /// Open.
    Live,
    /// Wanted, but it does not work; the code says why.
    Failed(String),
}

/// Numbers the attempts to open a device, so that an answer to an old one is known to be late.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Attempt(pub u32);

/// One device of ours. Every `Open` it asks for is followed by exactly one `Close`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Device {
    slot: Slot,
    id: Option<String>,
    state: DeviceState,
    attempt: Attempt,
}

impl Device {
    pub fn new(slot: Slot) -> Self {
        Self {
            slot,
            id: None,
            state: DeviceState::Off,
            attempt: Attempt::default(),
        }
    }

    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    pub fn state(&self) -> &DeviceState {
        &self.state
    }

    pub fn is_live(&self) -> bool {
        self.state == DeviceState::Live
    }

    pub fn is_open(&self) -> bool {
        match self.state {
            DeviceState::Starting | DeviceState::Live => true,
            DeviceState::Off | DeviceState::Failed(_) => false,
        }
    }

    /// Whether the guest wants it, working or not.
    pub fn is_wanted(&self) -> bool {
        self.state != DeviceState::Off
    }

    /// Opens it; after a failure tries again.
    pub fn open(&mut self, effects: &mut Vec<Effect>) {
        if self.is_open() {
            return;
        }
        self.attempt.0 += 1;
        self.state = DeviceState::Starting;
        effects.push(Effect::Open {
            slot: self.slot,
            id: self.id.clone(),
            attempt: self.attempt,
        });
    }

    /// Closes it, or forgets that it failed.
    pub fn close(&mut self, effects: &mut Vec<Effect>) {
        if self.is_open() {
            effects.push(Effect::Close { slot: self.slot });
        }
        self.state = DeviceState::Off;
    }

    /// Takes another device from now on. A wanted one changes over at once; the same one again changes nothing.
    pub fn choose(&mut self, id: Option<String>, effects: &mut Vec<Effect>) {
        if self.id == id {
            return;
        }
        self.id = id;
        if self.is_wanted() {
            self.close(effects);
            self.open(effects);
        }
    }

    /// It delivers. False if the answer came late.
    pub fn opened(&mut self, attempt: Attempt) -> bool {
        let fits = self.state == DeviceState::Starting && self.attempt == attempt;
        if fits {
            self.state = DeviceState::Live;
        }
        fits
    }

    /// It could not be opened, or stopped. False if the answer came late.
    pub fn failed(&mut self, attempt: Attempt, code: &str, effects: &mut Vec<Effect>) -> bool {
        let fits = self.is_open() && self.attempt == attempt;
        if fits {
            self.fail(code, effects);
        }
        fits
    }

    /// Closes it for a reason.
    pub fn fail(&mut self, code: &str, effects: &mut Vec<Effect>) {
        self.close(effects);
        self.state = DeviceState::Failed(code.to_owned());
    }
}
