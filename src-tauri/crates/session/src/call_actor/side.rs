//! One side of our own pictures: camera or share.

use std::sync::Arc;

use foyer_media::clock::SharedClock;
use foyer_meeting::device::Attempt;
use foyer_rtc::Transceiver;

use crate::feeds::FeedHub;
use crate::incoming::{Incoming, SharedReceived};
use crate::outgoing::{Outgoing, SharedSent};
use crate::provider::TrackKind;
use crate::teams::RemoteVideo;

#[derive(Default)]
pub(super) struct Side {
    pub running: Option<(Attempt, u32, Outgoing)>,
    pub target: Option<Transceiver>,
    pub sent: SharedSent,
    /// What is sent where another engine sends: its feed.
    elsewhere: Option<(u32, Incoming)>,
}

impl Side {
    pub fn feed(&self) -> Option<u32> {
        self.running.as_ref().map(|(_, feed, _)| *feed)
    }

    /// A feed whose frames are the ones that others get. Where another engine sends, it encodes for itself.
    pub fn sent_feed(&self) -> Option<u32> {
        let own = self.feed()?;
        if let Some((elsewhere, _)) = &self.elsewhere {
            return Some(*elsewhere);
        }
        let is_sent = self.target.as_ref().is_some_and(Transceiver::can_send);
        is_sent.then_some(own)
    }

    /// Another engine sends; what it sends becomes the feed of this number.
    pub fn sends_elsewhere(
        &mut self,
        kind: TrackKind,
        video: &Arc<dyn RemoteVideo>,
        number: u32,
        hub: &FeedHub,
        clock: SharedClock,
    ) {
        let asked = Arc::clone(video);
        let feed = hub.open(number, Arc::new(move || asked.ask_for_key()));
        let sent = Incoming::start(&**video, kind, clock, feed, SharedReceived::default());
        self.elsewhere = Some((number, sent));
    }

    /// Nothing is sent any more.
    pub fn end(&mut self) {
        self.elsewhere = None;
    }
}
