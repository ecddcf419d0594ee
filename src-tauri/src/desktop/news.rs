//! What happens in a call that somebody who looks elsewhere should learn.

use foyer_contract::chat::MessageState;
use foyer_contract::event::CallEvent;
use foyer_contract::view::Phase;

/// Something worth telling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// The host let us in from the lobby.
    Admitted {
        /// The meeting's; empty where it is not known.
        title: String,
    },
    /// The host did not let us in.
    Denied,
    /// The host muted us.
    MutedByHost,
    /// The host put us out.
    Removed,
    /// A meeting that is rung for starts soon.
    Soon {
        /// The meeting's; may be empty.
        title: String,
        /// Microphone and network are fine.
        is_ready: bool,
    },
    /// A meeting that is rung for starts.
    Begins {
        /// The meeting's; may be empty.
        title: String,
    },
    /// Somebody wrote.
    Message {
        /// Who.
        from: String,
        /// What, plain.
        text: String,
    },
}

/// Sees the events of one call in order.
#[derive(Debug, Default)]
pub struct Witness {
    waits: bool,
    is_in: bool,
    muted_by_host: bool,
    /// The time of day when we came in.
    in_since_ms: f64,
}

/// What is older than our coming in by this much was written before it; clocks of two machines differ by less.
const EARLIER_MS: f64 = 60_000.0;

impl Witness {
    /// What an event brings; `now_ms` is the time of day.
    pub fn see(&mut self, event: &CallEvent, now_ms: f64) -> Option<News> {
        match event {
            CallEvent::View { view } => {
                let before = std::mem::replace(&mut self.waits, view.phase == Phase::Lobby);
                let was_in = std::mem::replace(
                    &mut self.is_in,
                    matches!(view.phase, Phase::InMeeting | Phase::Reconnecting),
                );
                let was_muted = std::mem::replace(&mut self.muted_by_host, view.me.muted_by_host);
                if self.is_in && !was_in {
                    self.in_since_ms = now_ms;
                }
                match &view.phase {
                    Phase::InMeeting if before => Some(News::Admitted {
                        title: view.title.clone().unwrap_or_default(),
                    }),
                    Phase::Ended { reason, .. } if reason == "deniedByHost" && before => {
                        Some(News::Denied)
                    }
                    Phase::Ended { reason, .. } if reason == "removed" && was_in => {
                        Some(News::Removed)
                    }
                    _ if self.is_in && view.me.muted_by_host && !was_muted => {
                        Some(News::MutedByHost)
                    }
                    _ => None,
                }
            }
            CallEvent::Chat { message } => {
                let fresh = message.state == MessageState::New
                    && !message.mine
                    && self.is_in
                    && message.sent_at_ms > self.in_since_ms - EARLIER_MS;
                fresh.then(|| News::Message {
                    from: message.from.clone(),
                    text: message.text.clone(),
                })
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use foyer_contract::background::BackgroundView;
    use foyer_contract::chat::ChatMessage;
    use foyer_contract::sound_check::SoundCheck;
    use foyer_contract::view::{Abilities, CallView, CaptionsView, KeepingView, LiveTimes};
    use serde_json::json;

    use super::*;

    fn view(phase: Phase, muted_by_host: bool) -> CallEvent {
        let off = json!({ "state": "off" });
        let view: CallView = serde_json::from_value(json!({
            "phase": phase, "title": "Team sync", "nowMs": 0.0, "people": [], "chatOpen": true, "unread": 0,
            "me": {
                "name": "Ada", "microphone": off, "mutedByHost": muted_by_host, "camera": off, "speaker": off,
                "share": off, "speaking": false,
                "background": BackgroundView::default(), "soundCheck": SoundCheck::default(),
            },
            "keeping": KeepingView::default(), "abilities": Abilities::default(),
            "captions": CaptionsView::default(), "dominant": [], "live": LiveTimes::default(),
            "waiting": [], "troubles": [], "notices": [],
        }))
        .unwrap();
        CallEvent::View { view }
    }

    fn ended(reason: &str) -> Phase {
        Phase::Ended {
            reason: reason.to_owned(),
            can_rejoin: true,
        }
    }

    fn message(state: MessageState, mine: bool, sent_at_ms: f64) -> CallEvent {
        CallEvent::Chat {
            message: ChatMessage {
                id: "1".to_owned(),
                from: "Mira".to_owned(),
                mine,
                text: "Hello".to_owned(),
                blocks: Vec::new(),
                sent_at_ms,
                state,
            },
        }
    }

    #[test]
    fn a_guest_is_let_in_once_muted_and_put_out() {
        let mut witness = Witness::default();
        let mut see = |phase, muted| witness.see(&view(phase, muted), 0.0);
        assert_eq!(see(Phase::Lobby, false), None);
        let admitted = News::Admitted {
            title: "Team sync".to_owned(),
        };
        assert_eq!(see(Phase::InMeeting, false), Some(admitted));
        assert_eq!(see(Phase::InMeeting, false), None);
        assert_eq!(see(Phase::InMeeting, true), Some(News::MutedByHost));
        assert_eq!(see(Phase::InMeeting, true), None);
        assert_eq!(see(Phase::Reconnecting, true), None);
        assert_eq!(see(Phase::InMeeting, true), None, "it was never the lobby");
        assert_eq!(see(ended("removed"), false), Some(News::Removed));
    }

    #[test]
    fn who_was_not_in_the_lobby_or_hangs_up_is_told_nothing() {
        let mut witness = Witness::default();
        let mut see = |phase| witness.see(&view(phase, false), 0.0);
        assert_eq!(see(Phase::Connecting), None);
        assert_eq!(see(Phase::InMeeting), None);
        assert_eq!(see(ended("hungUp")), None);
        let mut witness = Witness::default();
        witness.see(&view(Phase::Lobby, false), 0.0);
        let denied = witness.see(&view(ended("deniedByHost"), false), 0.0);
        assert_eq!(denied, Some(News::Denied));
    }

    #[test]
    fn new_messages_of_others_are_news_and_what_was_written_before_is_not() {
        let mut witness = Witness::default();
        let at = 1_000_000.0;
        let new = message(MessageState::New, false, at);
        assert_eq!(witness.see(&new, at), None, "we are not in yet");
        witness.see(&view(Phase::InMeeting, false), at);
        let news = News::Message {
            from: "Mira".to_owned(),
            text: "Hello".to_owned(),
        };
        assert_eq!(witness.see(&new, at), Some(news));
        for other in [
            message(MessageState::New, true, at),
            message(MessageState::Edited, false, at),
            message(MessageState::New, false, at - 600_000.0),
        ] {
            assert_eq!(witness.see(&other, at), None);
        }
    }
}
