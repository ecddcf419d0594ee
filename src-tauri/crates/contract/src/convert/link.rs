//! From what the link doctor says.

use foyer_meeting::link::{
    About, DialIn as DoctorsDialIn, Meeting, Target, TeamsKind, TeamsMeeting,
    Verdict as DoctorsVerdict,
};

use crate::link::{DialIn, LinkKind, LinkVerdict, Verdict};

impl From<DoctorsVerdict> for LinkVerdict {
    fn from(verdict: DoctorsVerdict) -> Self {
        match verdict {
            DoctorsVerdict::Join(meeting) => recognised(Verdict::Join, meeting),
            DoctorsVerdict::NeedsPasscode(meeting) => recognised(Verdict::NeedsPasscode, meeting),
            DoctorsVerdict::Refused { error, about } => Self {
                code: Some(error.code().to_owned()),
                ..told(Verdict::Refused, about)
            },
        }
    }
}

fn recognised(verdict: Verdict, meeting: Meeting) -> LinkVerdict {
    let known = LinkVerdict {
        url: meeting.target.url(),
        ..told(verdict, meeting.about)
    };
    match meeting.target {
        Target::Practice(_) => LinkVerdict {
            kind: Some(LinkKind::Practice),
            ..known
        },
        Target::Invitation(_) => LinkVerdict {
            kind: Some(LinkKind::Invitation),
            ..known
        },
        Target::Teams(teams) => of_teams(teams, known),
    }
}

fn of_teams(teams: TeamsMeeting, known: LinkVerdict) -> LinkVerdict {
    let kind = match teams.kind {
        TeamsKind::Long => LinkKind::TeamsLong,
        TeamsKind::Channel => LinkKind::TeamsChannel,
        TeamsKind::Short => LinkKind::TeamsShort,
        TeamsKind::Id => LinkKind::TeamsId,
    };
    LinkVerdict {
        kind: Some(kind),
        has_passcode: teams.has_passcode(),
        thread_id: teams.thread_id,
        tenant_id: teams.tenant_id,
        organizer_id: teams.organizer_id,
        meeting_id: teams.meeting_id,
        ..known
    }
}

fn told(verdict: Verdict, about: About) -> LinkVerdict {
    LinkVerdict {
        verdict,
        kind: None,
        code: None,
        url: None,
        thread_id: None,
        tenant_id: None,
        organizer_id: None,
        meeting_id: None,
        has_passcode: None,
        subject: about.subject,
        starts_at: about.starts_at,
        organizer: about.organizer,
        dial_in: about.dial_in.map(DialIn::from),
    }
}

impl From<DoctorsDialIn> for DialIn {
    fn from(dial_in: DoctorsDialIn) -> Self {
        Self {
            number: dial_in.number,
            conference_id: dial_in.conference_id,
        }
    }
}
