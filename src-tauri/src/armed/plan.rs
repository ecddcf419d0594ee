//! When what is due for the armed meetings. Pure: the time of day is passed in, in milliseconds since 1970.

use foyer_contract::armed::{ArmedMeeting, ArmedStage};

/// So long before the start devices and network are looked at.
pub const SOON_MS: i64 = 5 * 60_000;
/// So long after it nobody waits for the guest any more.
pub const FORGOTTEN_MS: i64 = 60 * 60_000;

/// What has to be done now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Look at devices and network.
    Check(ArmedMeeting),
    /// Ring.
    Ring(ArmedMeeting),
}

/// The meetings, the next one first. A stage is never gone back from, whatever becomes of the clock.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    meetings: Vec<ArmedMeeting>,
}

impl Plan {
    /// With what was kept.
    pub fn new(mut meetings: Vec<ArmedMeeting>) -> Self {
        meetings.sort_by_key(|meeting| meeting.starts_at_ms);
        Self { meetings }
    }

    /// All of them.
    pub fn meetings(&self) -> &[ArmedMeeting] {
        &self.meetings
    }

    /// Adds one, in place of the same meeting at another time.
    pub fn arm(&mut self, meeting: ArmedMeeting) {
        self.meetings.retain(|known| known.link != meeting.link);
        self.meetings.push(meeting);
        self.meetings.sort_by_key(|meeting| meeting.starts_at_ms);
    }

    /// Takes one out.
    pub fn disarm(&mut self, id: &str) {
        self.meetings.retain(|meeting| meeting.id != id);
    }

    /// The one with this id.
    pub fn find(&mut self, id: &str) -> Option<&mut ArmedMeeting> {
        self.meetings.iter_mut().find(|meeting| meeting.id == id)
    }

    /// What is due now. Those that nobody joined are forgotten after a while.
    pub fn step(&mut self, now_ms: i64) -> Vec<Deed> {
        self.meetings
            .retain(|meeting| now_ms < meeting.starts_at_ms + FORGOTTEN_MS);
        let mut deeds = Vec::new();
        for meeting in &mut self.meetings {
            let starts_at = meeting.starts_at_ms;
            if meeting.stage == ArmedStage::Begun {
                continue;
            }
            if now_ms >= starts_at {
                meeting.stage = ArmedStage::Begun;
                deeds.push(Deed::Ring(meeting.clone()));
            } else if meeting.stage == ArmedStage::Waiting && now_ms >= starts_at - SOON_MS {
                meeting.stage = ArmedStage::Soon;
                deeds.push(Deed::Check(meeting.clone()));
            }
        }
        deeds
    }

    /// When something is due next.
    pub fn next_at_ms(&self) -> Option<i64> {
        let next = |meeting: &ArmedMeeting| match meeting.stage {
            ArmedStage::Waiting => meeting.starts_at_ms - SOON_MS,
            ArmedStage::Soon => meeting.starts_at_ms,
            ArmedStage::Begun => meeting.starts_at_ms + FORGOTTEN_MS,
        };
        self.meetings.iter().map(next).min()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use foyer_contract::link::LinkKind;

    use super::*;

    const START: i64 = 1_800_000_000_000;
    const MINUTE: i64 = 60_000;

    fn meeting(id: &str, starts_at_ms: i64) -> ArmedMeeting {
        ArmedMeeting {
            id: id.to_owned(),
            title: format!("Meeting {id}"),
            kind: LinkKind::Practice,
            link: format!("http://127.0.0.1:1/meet/{id}"),
            starts_at_ms,
            stage: ArmedStage::Waiting,
            found: None,
        }
    }

    fn said(deeds: &[Deed]) -> Vec<(&str, &str)> {
        let say = deeds.iter().map(|deed| match deed {
            Deed::Check(meeting) => ("check", meeting.id.as_str()),
            Deed::Ring(meeting) => ("ring", meeting.id.as_str()),
        });
        say.collect()
    }

    #[test]
    fn a_meeting_is_looked_at_five_minutes_before_and_rung_for_at_its_start_each_once() {
        let mut plan = Plan::new(vec![meeting("a", START)]);
        assert_eq!(plan.next_at_ms(), Some(START - 5 * MINUTE));
        assert!(plan.step(START - 5 * MINUTE - 1).is_empty());
        assert_eq!(said(&plan.step(START - 5 * MINUTE)), [("check", "a")]);
        assert!(plan.step(START - 4 * MINUTE).is_empty());
        assert_eq!(plan.next_at_ms(), Some(START));
        assert_eq!(said(&plan.step(START)), [("ring", "a")]);
        assert!(plan.step(START + MINUTE).is_empty());
        assert_eq!(plan.meetings().len(), 1, "one can still join it");
        plan.step(START + 60 * MINUTE);
        assert!(plan.meetings().is_empty());
        assert_eq!(plan.next_at_ms(), None);
    }

    #[test]
    fn after_a_restart_it_goes_on_where_it_was_and_a_start_that_was_slept_through_rings() {
        let mut plan = Plan::new(vec![meeting("a", START)]);
        plan.step(START - 3 * MINUTE);
        let kept = plan.meetings().to_vec();
        let mut again = Plan::new(kept);
        assert!(again.step(START - 2 * MINUTE).is_empty());
        assert_eq!(said(&again.step(START + 10 * MINUTE)), [("ring", "a")]);
        let mut rung = Plan::new(again.meetings().to_vec());
        assert!(rung.step(START + 11 * MINUTE).is_empty());
        let mut late = Plan::new(vec![meeting("b", START)]);
        assert_eq!(said(&late.step(START + 59 * MINUTE)), [("ring", "b")]);
        let mut too_late = Plan::new(vec![meeting("c", START)]);
        assert!(too_late.step(START + 60 * MINUTE).is_empty());
    }

    #[test]
    fn a_clock_that_is_put_back_rings_nothing_twice() {
        let mut plan = Plan::new(vec![meeting("a", START)]);
        plan.step(START);
        assert!(plan.step(START - 10 * MINUTE).is_empty());
        assert!(plan.step(START).is_empty());
    }

    #[test]
    fn several_are_kept_in_order_and_each_can_be_taken_out() {
        let mut plan = Plan::default();
        plan.arm(meeting("late", START + 30 * MINUTE));
        plan.arm(meeting("early", START));
        let ids = |plan: &Plan| {
            let meetings = plan.meetings().iter();
            meetings
                .map(|meeting| meeting.id.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(ids(&plan), ["early", "late"]);
        let moved = ArmedMeeting {
            id: "moved".to_owned(),
            starts_at_ms: START + 60 * MINUTE,
            ..meeting("early", START)
        };
        plan.arm(moved);
        assert_eq!(ids(&plan), ["late", "moved"]);
        plan.disarm("late");
        assert_eq!(ids(&plan), ["moved"]);
        assert!(plan.step(START + 30 * MINUTE).is_empty());
        assert!(plan.find("moved").is_some() && plan.find("late").is_none());
    }
}
