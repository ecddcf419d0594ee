//! The streams of a meeting, kept in line with its roster.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use foyer_media::clock::{MediaTime, SharedClock};
use foyer_media::encoded::VideoCodec;
use foyer_rtc::ConnectionState;
use tokio::sync::mpsc;

use crate::protocol::{Participant, TrackKind};
use crate::sfu::{
    AudioSource, Desired, Leg, LegCommand, LegEvent, LegOptions, Source, VideoSource,
};

/// What one participant publishes.
#[derive(Clone)]
pub(crate) struct Published {
    pub audio: Arc<AudioSource>,
    pub camera: Arc<VideoSource>,
    pub share: Option<Arc<VideoSource>>,
}

impl Published {
    fn sources(&self) -> BTreeMap<TrackKind, Source> {
        let mut sources = BTreeMap::from([
            (TrackKind::Audio, Source::Audio(Arc::clone(&self.audio))),
            (TrackKind::Camera, Source::Video(Arc::clone(&self.camera))),
        ]);
        if let Some(share) = &self.share {
            sources.insert(TrackKind::Share, Source::Video(Arc::clone(share)));
        }
        sources
    }
}

/// Sources and legs of everybody in the meeting.
pub(crate) struct Media {
    rtc: foyer_rtc::Config,
    clock: SharedClock,
    events: mpsc::Sender<(String, LegEvent)>,
    published: BTreeMap<String, Published>,
    legs: HashMap<String, Leg>,
    followed: Vec<Participant>,
    codecs: Vec<Option<VideoCodec>>,
}

impl Media {
    pub(crate) fn new(
        rtc: foyer_rtc::Config,
        clock: SharedClock,
        events: mpsc::Sender<(String, LegEvent)>,
    ) -> Self {
        Self {
            rtc,
            clock,
            events,
            published: BTreeMap::new(),
            legs: HashMap::new(),
            followed: Vec::new(),
            codecs: Vec::new(),
        }
    }

    /// Brings sources, legs and their lines in line with the roster; false if there was nothing to do.
    pub(crate) fn follow(&mut self, roster: &[Participant], now: MediaTime) -> bool {
        if self.followed == roster {
            return false;
        }
        self.followed = roster.to_vec();
        let here = |id: &str| roster.iter().any(|person| person.id == id);
        self.legs.retain(|id, _| here(id));
        self.published.retain(|id, _| here(id));
        for person in roster {
            let published = self
                .published
                .entry(person.id.clone())
                .or_insert_with(|| Published {
                    audio: Arc::new(AudioSource::new(person.sounds())),
                    camera: Arc::new(VideoSource::new(person.camera_on)),
                    share: None,
                });
            published.audio.set_live(person.sounds());
            published.camera.set_live(person.camera_on, now);
            match (person.sharing, &published.share) {
                (true, None) => published.share = Some(Arc::new(VideoSource::new(true))),
                (false, Some(_)) => published.share = None,
                _ => {}
            }
        }
        for person in roster.iter().filter(|person| !person.bot) {
            let desired = self.desired(&person.id);
            if let Some(leg) = self.legs.get(&person.id) {
                leg.want(desired);
                continue;
            }
            let leg = Leg::start(LegOptions {
                participant: person.id.clone(),
                rtc: self.rtc.clone(),
                clock: Arc::clone(&self.clock),
                desired,
                events: self.events.clone(),
            });
            self.legs.insert(person.id.clone(), leg);
        }
        true
    }

    /// Lets lines follow what publishers turn out to send. Cheap if nothing changed.
    pub(crate) fn follow_codecs(&mut self) {
        let codecs: Vec<Option<VideoCodec>> = self
            .published
            .values()
            .flat_map(|published| [Some(&published.camera), published.share.as_ref()])
            .map(|video| video.and_then(|video| video.codec()))
            .collect();
        if codecs != self.codecs {
            self.codecs = codecs;
            for (id, leg) in &self.legs {
                leg.want(self.desired(id));
            }
        }
    }

    /// Passes a command to a participant's leg; false if it cannot keep up.
    pub(crate) fn command(&self, participant: &str, command: LegCommand) -> bool {
        self.legs
            .get(participant)
            .is_none_or(|leg| leg.command(command))
    }

    /// What a participant publishes.
    pub(crate) fn published(&self, participant: &str) -> Option<&Published> {
        self.published.get(participant)
    }

    /// Who speaks, the loudest first.
    pub(crate) fn speaking(&self, now: MediaTime) -> Vec<String> {
        let mut speaking: Vec<(&String, f32)> = self
            .published
            .iter()
            .filter_map(|(id, published)| Some((id, published.audio.speech(now)?)))
            .collect();
        speaking.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        speaking.into_iter().map(|(id, _)| id.clone()).collect()
    }

    fn desired(&self, me: &str) -> Desired {
        let mut desired = Desired::default();
        for (id, published) in &self.published {
            if id == me {
                desired.up = published.sources();
                continue;
            }
            for (kind, source) in published.sources() {
                desired.down.insert((id.clone(), kind), source);
            }
        }
        desired
    }
}

/// What a state says about whether media flows: `Some(true)` it does, `Some(false)` it does not any more.
pub(crate) fn flows(state: ConnectionState) -> Option<bool> {
    match state {
        ConnectionState::Connected => Some(true),
        ConnectionState::Disconnected | ConnectionState::Failed | ConnectionState::Closed => {
            Some(false)
        }
        ConnectionState::New | ConnectionState::Connecting => None,
    }
}
