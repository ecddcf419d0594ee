//! A provider only translates: what the service says becomes news for the call, what the call wants becomes
//! messages to the service.

pub(crate) mod practice;
pub(crate) mod teams;

use std::sync::Arc;
use std::time::Duration;

use foyer_contract::stats::CallStats;
use foyer_contract::survey::Ratings;
use foyer_meeting::call::News;
use foyer_meeting::moderation::Moderation;
use foyer_meeting::reaction::Reaction;
use foyer_rtc::Transceiver;
use tokio::sync::oneshot;

use crate::teams::RemoteVideo;

/// What an m-line carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum TrackKind {
    Audio,
    Camera,
    Share,
}

/// A feed of somebody else that is on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Watched {
    pub participant: String,
    pub kind: TrackKind,
    pub width: u32,
    pub height: u32,
    pub refresh: bool,
}

/// What a service says, beyond what concerns the call itself.
pub(crate) enum ProviderEvent {
    News(News),
    /// Our own m-line is ready to be fed.
    Outgoing {
        kind: TrackKind,
        transceiver: Transceiver,
    },
    OutgoingEnded(TrackKind),
    /// A stream of somebody else arrives.
    Incoming {
        participant: String,
        kind: TrackKind,
        transceiver: Transceiver,
    },
    /// Somebody sends pictures that come once they are watched.
    Announced {
        participant: String,
        kind: TrackKind,
    },
    /// Those pictures come, from elsewhere than a connection of ours.
    Pictures {
        participant: String,
        kind: TrackKind,
        video: Arc<dyn RemoteVideo>,
    },
    /// What is sent of ours, by another engine than the one that makes our self view. Until the end of the call.
    Sent {
        kind: TrackKind,
        video: Arc<dyn RemoteVideo>,
    },
    IncomingEnded {
        participant: String,
        kind: TrackKind,
    },
    KeyFrameWanted(TrackKind),
    /// Bits per second for all our video together.
    Bandwidth(u32),
    /// The figures of a second; names and sizes of pictures may be missing.
    Stats(CallStats),
}

/// Where what the guest thought of a call is handed in, for some time. Dropping it hands in nothing.
pub(crate) type Desk = oneshot::Sender<Ratings>;

/// For so long a [`Desk`] takes it.
pub(crate) const DESK_OPEN: Duration = Duration::from_secs(120);

/// A meeting service that we are connected to. Dropping it leaves.
pub(crate) trait Provider: Send {
    fn set_muted(&self, muted: bool);
    fn set_camera(&self, on: bool);
    fn set_share(&self, on: bool, sound: bool);
    fn chat(&self, client_id: &str, text: &str);
    /// Another text for a message of ours, by the service's id.
    fn edit_chat(&self, id: &str, text: &str);
    fn delete_chat(&self, id: &str);
    /// We write a message right now.
    fn typing(&self);
    fn raise_hand(&self, up: bool);
    fn react(&self, reaction: Reaction);
    fn set_captions(&self, on: bool, language: Option<String>);
    fn set_spoken_language(&self, language: String);
    /// Tells [`ProviderEvent::Stats`] once a second, or no longer.
    fn watch_stats(&self, on: bool);
    fn watch(&self, feeds: Vec<Watched>);
    /// The guest agrees to being recorded and transcribed.
    fn agree(&self);
    /// Into our breakout room, or back to the meeting.
    fn change_room(&self, enter: bool);
    /// Comes only where [`News::Abilities`] allowed it.
    fn moderate(&self, deed: Moderation);
    /// Says goodbye. With `survey`, whoever wants to know what the guest thought of it waits for that; `None` where
    /// nobody does.
    fn leave(self: Box<Self>, survey: bool) -> Option<Desk>;
}
