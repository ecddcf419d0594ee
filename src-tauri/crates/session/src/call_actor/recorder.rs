//! Writes down what the report tells.

use foyer_media::clock::MediaTime;
use foyer_meeting::call::Phase;
use foyer_meeting::chat::{Message, MessageState, Shown};
use foyer_meeting::roster::{Role, Roster};

use super::Actor;
use crate::audio::{AudioCounters, AudioEngine};
use crate::outgoing::{SharedSent, lock};
use crate::remote::millis_since;
use crate::report::{
    AudioReport, ChatReport, PersonReport, Report, SentAudioReport, SentReport, SentVideoReport,
    StateReport,
};

/// Messages and states kept; a call that has more has told enough.
const MAX_KEPT: usize = 10_000;

#[derive(Default)]
pub(super) struct Recorder {
    start: MediaTime,
    states: Vec<StateReport>,
    end_reason: Option<&'static str>,
    roster: Vec<PersonReport>,
    chat: Vec<ChatReport>,
    /// Of the engine, once it is gone.
    audio: AudioCounters,
}

impl Recorder {
    pub fn joining(&mut self, now: MediaTime) {
        self.start = now;
    }

    pub fn entered(&mut self, phase: Phase, now: MediaTime) {
        let state = match phase {
            Phase::Idle | Phase::PreJoin => return,
            Phase::Connecting => "connecting",
            Phase::Lobby => "lobby",
            Phase::InMeeting => "inMeeting",
            Phase::Reconnecting => "reconnecting",
            Phase::Ended(reason) => {
                self.end_reason = Some(reason.code());
                "ended"
            }
        };
        if self.states.len() < MAX_KEPT {
            self.states.push(StateReport {
                state: state.to_owned(),
                at_ms: millis_since(now, self.start),
            });
        }
    }

    pub fn roster(&mut self, roster: &Roster) {
        self.roster = roster
            .everybody()
            .iter()
            .map(|person| PersonReport {
                name: person.name.clone(),
                role: match person.role {
                    Role::Organizer => "organizer",
                    Role::Presenter => "presenter",
                    Role::Host => "host",
                    Role::Guest => "guest",
                },
            })
            .collect();
    }

    /// Each message once: when the service has it.
    pub fn message(&mut self, message: &Message) {
        let is_new = message.state == Shown::As(MessageState::New);
        if is_new && self.chat.len() < MAX_KEPT {
            self.chat.push(ChatReport {
                from: message.from.clone(),
                text: message.text.clone(),
            });
        }
    }

    pub fn audio(&mut self, engine: Option<AudioEngine>) {
        if let Some(engine) = engine {
            self.audio = engine.counters();
        }
    }
}

impl Actor {
    pub(super) fn report(&self) -> Report {
        let recorder = &self.recorder;
        let audio = match &self.audio {
            Some(engine) => engine.counters(),
            None => recorder.audio,
        };
        Report {
            states: recorder.states.clone(),
            end_reason: recorder.end_reason.map(str::to_owned),
            feeds: self.remote.report(recorder.start),
            audio: AudioReport {
                packets_received: audio.packets_received,
                packets_lost: audio.lost,
                concealed_ratio: audio.ratio(audio.concealed),
                repaired_ratio: audio.ratio(audio.repaired),
                peak_dbfs: audio.peak_dbfs(),
            },
            sent: SentReport {
                camera: sent_video(&self.camera.sent),
                share: sent_video(&self.share.sent),
                audio: SentAudioReport {
                    packets: audio.packets_sent,
                },
            },
            roster: recorder.roster.clone(),
            chat: recorder.chat.clone(),
            notices: self
                .call
                .notices()
                .iter()
                .map(|notice| match &notice.subject {
                    Some(subject) => format!("{}:{subject}", notice.code),
                    None => notice.code.clone(),
                })
                .collect(),
        }
    }
}

fn sent_video(sent: &SharedSent) -> SentVideoReport {
    let sent = lock(sent);
    SentVideoReport {
        frames: sent.frames,
        bitrate_bps: sent.bitrate(),
    }
}
