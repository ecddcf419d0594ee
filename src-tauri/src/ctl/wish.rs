//! What an action means for the call as it stands.

use foyer_contract::intent::Intent;

use super::{Action, NO_CALL, NOT_ALLOWED, NOT_IN_MEETING};
use crate::desktop::standing::{Device, Stage, Standing};

/// What is to be done about an action.
#[derive(Debug, PartialEq)]
pub enum Wish {
    /// Nothing: it is so already, or was only asked after.
    Granted,
    /// To ask the call for this, and to wait for the outcome.
    Ask(Intent, Goal),
    /// It cannot be, by code.
    Refused(&'static str),
}

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// The microphone open or closed.
    Microphone(bool),
    /// The camera open or closed.
    Camera(bool),
    /// The hand up or down.
    Hand(bool),
    /// The call over.
    Left,
}

impl Wish {
    /// Of an action, as things stand.
    pub fn of(action: Action, now: &Standing) -> Self {
        if action == Action::Status {
            return Self::Granted;
        }
        if !now.is_joined() {
            return Self::Refused(NO_CALL);
        }
        let (intent, goal) = match action {
            Action::Mute => microphone(false),
            Action::Unmute => microphone(true),
            Action::ToggleMute => microphone(now.microphone == Device::Off),
            Action::CameraOn => camera(true),
            Action::CameraOff => camera(false),
            Action::RaiseHand => hand(true),
            Action::LowerHand => hand(false),
            Action::Leave => (Intent::Leave, Goal::Left),
            Action::Status => return Self::Granted,
        };
        if let Goal::Hand(_) = goal {
            if now.phase != Stage::InMeeting {
                return Self::Refused(NOT_IN_MEETING);
            }
            if !now.may_raise_hand {
                return Self::Refused(NOT_ALLOWED);
            }
        }
        match goal.outcome(now) {
            Some(Ok(())) => Self::Granted,
            // A device that failed may be tried again.
            Some(Err(_)) | None => Self::Ask(intent, goal),
        }
    }
}

impl Goal {
    /// Nothing while it is open; the error is a device's code.
    pub fn outcome<'a>(&self, now: &'a Standing) -> Option<Result<(), &'a str>> {
        match *self {
            Self::Left => (!now.is_joined()).then_some(Ok(())),
            _ if !now.is_joined() => Some(Err(NO_CALL)),
            Self::Hand(up) => (now.hand == up).then_some(Ok(())),
            Self::Microphone(on) => switched(&now.microphone, on),
            Self::Camera(on) => switched(&now.camera, on),
        }
    }
}

fn switched(device: &Device, on: bool) -> Option<Result<(), &str>> {
    match device {
        Device::Live => on.then_some(Ok(())),
        Device::Off => (!on).then_some(Ok(())),
        Device::Failed(code) => on.then_some(Err(code)),
        Device::Starting => None,
    }
}

fn microphone(on: bool) -> (Intent, Goal) {
    (Intent::SetMuted { muted: !on }, Goal::Microphone(on))
}

fn camera(on: bool) -> (Intent, Goal) {
    (Intent::SetCamera { on }, Goal::Camera(on))
}

fn hand(up: bool) -> (Intent, Goal) {
    (Intent::RaiseHand { up }, Goal::Hand(up))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meeting() -> Standing {
        Standing {
            phase: Stage::InMeeting,
            may_raise_hand: true,
            microphone: Device::Live,
            ..Standing::default()
        }
    }

    #[test]
    fn without_a_call_only_the_status_is_told() {
        for phase in [Stage::None, Stage::PreJoin, Stage::Ended] {
            let now = Standing {
                phase,
                ..Standing::default()
            };
            assert_eq!(Wish::of(Action::Status, &now), Wish::Granted);
            for action in [Action::Mute, Action::Leave, Action::RaiseHand] {
                assert_eq!(Wish::of(action, &now), Wish::Refused(NO_CALL));
            }
        }
    }

    #[test]
    fn what_is_so_already_is_not_asked_for_and_toggling_goes_by_the_device() {
        let now = meeting();
        assert_eq!(Wish::of(Action::Unmute, &now), Wish::Granted);
        assert_eq!(Wish::of(Action::CameraOff, &now), Wish::Granted);
        let mute = Wish::Ask(Intent::SetMuted { muted: true }, Goal::Microphone(false));
        assert_eq!(Wish::of(Action::Mute, &now), mute);
        assert_eq!(Wish::of(Action::ToggleMute, &now), mute);
        // Still opening: a second press of the key takes it back.
        let starting = Standing {
            microphone: Device::Starting,
            ..meeting()
        };
        assert_eq!(Wish::of(Action::ToggleMute, &starting), mute);
        let muted = Standing {
            microphone: Device::Off,
            ..meeting()
        };
        let unmute = Wish::Ask(Intent::SetMuted { muted: false }, Goal::Microphone(true));
        assert_eq!(Wish::of(Action::ToggleMute, &muted), unmute);
    }

    #[test]
    fn a_hand_needs_a_meeting_that_knows_hands() {
        let lobby = Standing {
            phase: Stage::Lobby,
            ..meeting()
        };
        assert_eq!(
            Wish::of(Action::RaiseHand, &lobby),
            Wish::Refused(NOT_IN_MEETING)
        );
        let handless = Standing {
            may_raise_hand: false,
            ..meeting()
        };
        assert_eq!(
            Wish::of(Action::RaiseHand, &handless),
            Wish::Refused(NOT_ALLOWED)
        );
    }

    #[test]
    fn a_device_that_fails_ends_the_waiting_with_its_code() {
        let broken = Standing {
            microphone: Device::Failed("device.busy".to_owned()),
            ..meeting()
        };
        let goal = Goal::Microphone(true);
        assert_eq!(goal.outcome(&broken), Some(Err("device.busy")));
        assert_eq!(Goal::Microphone(false).outcome(&broken), None);
        let over = Standing {
            phase: Stage::Ended,
            ..meeting()
        };
        assert_eq!(goal.outcome(&over), Some(Err(NO_CALL)));
        assert_eq!(Goal::Left.outcome(&over), Some(Ok(())));
        assert_eq!(
            Wish::of(Action::Unmute, &broken),
            Wish::Ask(Intent::SetMuted { muted: false }, goal)
        );
    }
}
