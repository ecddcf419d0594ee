//! Whether what is said and shown is kept by the meeting, and the guest's consent to that.

/// What the meeting keeps, as the service says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Now.
    pub active: bool,
    /// Nothing of ours may be sent before the guest agrees.
    pub needs_consent: bool,
}

/// Recording and transcription together: the guest agrees to both at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Keeping {
    pub recording: Kept,
    pub transcription: Kept,
    agreed: bool,
}

impl Keeping {
    pub fn set_recording(&mut self, kept: Kept) {
        self.ask_anew(self.recording, kept);
        self.recording = kept;
    }

    pub fn set_transcription(&mut self, kept: Kept) {
        self.ask_anew(self.transcription, kept);
        self.transcription = kept;
    }

    /// Consent to one recording is none to the next.
    fn ask_anew(&mut self, before: Kept, after: Kept) {
        if after.needs_consent && !before.needs_consent {
            self.agreed = false;
        }
    }

    pub fn waits_for_consent(&self) -> bool {
        (self.recording.needs_consent || self.transcription.needs_consent) && !self.agreed
    }

    /// False if nothing was asked.
    pub fn agree(&mut self) -> bool {
        let asked = self.waits_for_consent();
        self.agreed |= asked;
        asked
    }

    /// The service did not take the guest's word.
    pub fn not_taken(&mut self) {
        self.agreed = false;
    }
}
