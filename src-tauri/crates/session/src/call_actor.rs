//! The actor of one call: feeds the call machine, carries out what it asks for, and tells the UI.

mod effects;
mod figures;
mod intents;
mod recorder;
mod side;

use std::sync::Arc;

use foyer_contract::event::CallEvent;
use foyer_contract::intent::{Intent, WatchedFeed};
use foyer_effects::Effects;
use foyer_media::clock::SharedClock;
use foyer_meeting::call::{Call, DeviceNews, Input, News, Phase, Wish};
use foyer_meeting::device::{Attempt, Slot};
use foyer_practice::WallClock;
use foyer_rtc::Impairment;
use tokio::sync::{mpsc, oneshot, watch};

use crate::audio::sound_check::Stage;
use crate::audio::{AudioEngine, AudioEvent};
use crate::events::{Events, Turn};
use crate::feeds::FeedHub;
use crate::openings::{Opened, Opening, Openings};
use crate::outgoing::{Outgoing, Subject, Wiring};
use crate::provider::{DESK_OPEN, Desk, Provider, ProviderEvent, TrackKind};
use crate::rates::{Rates, share_out};
use crate::remote::RemoteFeeds;
use crate::report::Report;
use crate::session::{Destination, Environment};
use crate::task::Task;
use crate::teams::{Allowed, RemoteVideo, Teams};
use crate::view::{Around, view};
use recorder::Recorder;
use side::Side;

/// From the handle.
#[derive(Debug)]
pub(crate) enum Request {
    Intent(Intent),
    Report(oneshot::Sender<Report>),
}

/// What runs beside the call and reports back.
enum Aside {
    Dialled(Result<(Box<dyn Provider>, mpsc::Receiver<ProviderEvent>), String>),
    PicturesFailed {
        slot: Slot,
        attempt: Attempt,
        code: &'static str,
    },
}

/// Before anything is known about the network.
const FIRST_BANDWIDTH: u32 = 1_500_000;
/// Louder than this is speaking, not breathing.
const SPEAKING_DBFS: f32 = -42.0;
/// Level reports, ten a second, that a pause between words may last.
const SPEAKING_HOLD: u32 = 5;

struct Actor {
    destination: Destination,
    clock: SharedClock,
    wall_clock: WallClock,
    impairment: Option<Impairment>,
    teams: Option<Teams>,
    /// What another engine than ours may open.
    allowed: watch::Sender<Allowed>,
    call: Call,
    openings: Openings,
    audio: Option<AudioEngine>,
    audio_events: mpsc::Sender<AudioEvent>,
    camera: Side,
    share: Side,
    bandwidth: u32,
    provider: Option<Box<dyn Provider>>,
    provider_events: Option<mpsc::Receiver<ProviderEvent>>,
    /// After the end, where the guest is asked how it was.
    desk: Option<Desk>,
    dialling: Option<Task>,
    asides: mpsc::UnboundedSender<Aside>,
    hub: FeedHub,
    last_feed: u32,
    remote: RemoteFeeds,
    watched: Vec<WatchedFeed>,
    /// The one that a window of its own shows.
    watched_apart: Option<WatchedFeed>,
    /// The UI wants figures.
    stats_wanted: bool,
    speaking: u32,
    effects: Effects,
    sound_check: Stage,
    events: Events,
    recorder: Recorder,
}

/// Runs until every handle is gone; by then the call has ended.
pub(crate) async fn run(
    destination: Destination,
    environment: Environment,
    mut requests: mpsc::Receiver<Request>,
    events: mpsc::Sender<CallEvent>,
    hub: FeedHub,
) {
    let (openings, mut opened) = Openings::new(environment.devices);
    // Both are unbounded because each message answers something that was asked for once.
    let (asides, mut beside) = mpsc::unbounded_channel();
    let (audio_events, mut heard) = mpsc::channel(64);
    let clock = environment.clock;
    let mut actor = Actor {
        destination,
        clock: Arc::clone(&clock),
        wall_clock: environment.wall_clock,
        impairment: environment.impairment,
        teams: environment.teams,
        allowed: watch::Sender::default(),
        call: Call::default(),
        openings,
        audio: None,
        audio_events,
        camera: Side::default(),
        share: Side::default(),
        bandwidth: FIRST_BANDWIDTH,
        provider: None,
        provider_events: None,
        desk: None,
        dialling: None,
        asides,
        hub: hub.clone(),
        last_feed: 0,
        remote: RemoteFeeds::new(Arc::clone(&clock), hub),
        watched: Vec::new(),
        watched_apart: None,
        stats_wanted: false,
        speaking: 0,
        effects: environment.effects,
        sound_check: Stage::Idle,
        events: Events::new(events),
        recorder: Recorder::default(),
    };
    let mut effects = actor.effects.watch();
    loop {
        tokio::select! {
            request = requests.recv() => match request {
                Some(Request::Intent(intent)) => actor.intent(intent).await,
                Some(Request::Report(reply)) => {
                    // Whoever asked may have gone.
                    reply.send(actor.report()).ok();
                }
                None => break,
            },
            event = next(&mut actor.provider_events) => match event {
                Some(event) => actor.provider_event(event).await,
                None => actor.provider_ended().await,
            },
            Some(opening) = opened.recv() => actor.opening(opening).await,
            Some(aside) = beside.recv() => actor.aside(aside).await,
            // Never an error: the actor holds the other end.
            Ok(()) = effects.changed() => actor.events.changed(),
            Some(event) = heard.recv() => actor.audio_event(event).await,
            (permit, turn) = actor.events.turn() => {
                permit.send(match turn {
                    Turn::Event(event) => event,
                    Turn::View => CallEvent::View { view: actor.view() },
                });
            }
        }
    }
    actor.step(Input::Guest(Wish::Leave)).await;
}

async fn next(events: &mut Option<mpsc::Receiver<ProviderEvent>>) -> Option<ProviderEvent> {
    match events {
        Some(events) => events.recv().await,
        None => std::future::pending().await,
    }
}

impl Actor {
    /// The one way into the call machine.
    async fn step(&mut self, input: Input) {
        let before = self.call.phase();
        let now = self.clock.now().as_millis();
        let effects = self.call.step(now, input);
        // Before whoever carries out an effect asks.
        let allowed = Allowed::of(&self.call);
        self.allowed.send_if_modified(|known| {
            let differs = *known != allowed;
            *known = allowed;
            differs
        });
        for effect in effects {
            self.carry_out(effect);
        }
        let phase = self.call.phase();
        self.events.changed();
        if phase != before {
            tracing::info!(?phase, "call");
            self.recorder.entered(phase, self.clock.now());
            if before == Phase::PreJoin && self.sound_check != Stage::Idle {
                // Only for oneself, and only before others are there.
                self.audio().check_sound(false);
            }
            if matches!(phase, Phase::Ended(_)) {
                self.ended().await;
            }
        }
    }

    fn tell_watched(&self) {
        // Where both show it, the one apart is the one that does.
        let apart = self.watched_apart.iter();
        let all: Vec<_> = apart.chain(&self.watched).cloned().collect();
        let watched = self.remote.watched(&all);
        if let Some(provider) = &self.provider {
            provider.watch(watched);
        }
    }

    async fn provider_event(&mut self, event: ProviderEvent) {
        match event {
            ProviderEvent::News(news) => self.news(news).await,
            ProviderEvent::Outgoing { kind, transceiver } => {
                self.set_target(kind, Some(transceiver))
            }
            ProviderEvent::OutgoingEnded(kind) => self.set_target(kind, None),
            ProviderEvent::Incoming {
                participant,
                kind: TrackKind::Audio,
                transceiver,
            } => {
                let packets = transceiver.receive_audio();
                self.audio().hear(participant, packets);
            }
            ProviderEvent::Incoming {
                participant,
                kind,
                transceiver,
            } => {
                self.pictures_begin(&participant, kind, Arc::new(transceiver));
            }
            ProviderEvent::Announced { participant, kind } => {
                let number = &mut self.last_feed;
                self.remote.announce(&participant, kind, number);
                self.remote.follow(self.call.roster());
                self.events.changed();
            }
            ProviderEvent::Pictures {
                participant,
                kind,
                video,
            } => self.pictures_begin(&participant, kind, video),
            ProviderEvent::Sent { kind, video } => self.sent_elsewhere(kind, &video),
            ProviderEvent::IncomingEnded {
                participant,
                kind: TrackKind::Audio,
            } => {
                if let Some(audio) = &self.audio {
                    audio.forget(participant);
                }
            }
            ProviderEvent::IncomingEnded { participant, kind } => {
                self.remote.end(&participant, kind);
                self.events.changed();
            }
            ProviderEvent::KeyFrameWanted(kind) => {
                if let Some((_, _, outgoing)) =
                    self.side(kind).and_then(|side| side.running.as_ref())
                {
                    outgoing.key_request().ask();
                }
            }
            ProviderEvent::Stats(stats) => self.stats(stats),
            ProviderEvent::Bandwidth(rate) => {
                self.bandwidth = rate;
                self.share_out();
            }
        }
    }

    fn pictures_begin(&mut self, participant: &str, kind: TrackKind, video: Arc<dyn RemoteVideo>) {
        let number = &mut self.last_feed;
        self.remote.begin(participant, kind, video, number);
        self.remote.follow(self.call.roster());
        self.events.changed();
    }

    fn sent_elsewhere(&mut self, kind: TrackKind, video: &Arc<dyn RemoteVideo>) {
        self.last_feed += 1;
        let (number, hub) = (self.last_feed, self.hub.clone());
        let clock = Arc::clone(&self.clock);
        if let Some(side) = self.side(kind) {
            side.sends_elsewhere(kind, video, number, &hub, clock);
        }
        self.events.changed();
    }

    async fn news(&mut self, news: News) {
        let (roster, back) = match &news {
            News::Roster(_) => (true, false),
            News::ConnectionBack => (false, true),
            _ => (false, false),
        };
        self.step(Input::Service(news)).await;
        if roster {
            self.remote.follow(self.call.roster());
            self.recorder.roster(self.call.roster());
        }
        if back && !(self.watched.is_empty() && self.watched_apart.is_none()) {
            self.tell_watched();
        }
    }

    /// The provider has nothing more to say: if it did not say why, it is gone.
    async fn provider_ended(&mut self) {
        self.provider_events = None;
        self.step(Input::Service(News::Gone)).await;
    }

    async fn opening(&mut self, opening: Opening) {
        let Opening {
            slot,
            attempt,
            outcome,
        } = opening;
        if !self.openings.is_wanted(slot, attempt) {
            return;
        }
        let news = match outcome {
            Ok(device) => {
                self.plug_in(slot, attempt, device);
                DeviceNews::Opened { slot, attempt }
            }
            Err(error) => DeviceNews::Failed {
                slot,
                attempt,
                code: error.code().to_owned(),
            },
        };
        self.step(Input::Device(news)).await;
    }

    fn plug_in(&mut self, slot: Slot, attempt: Attempt, device: Opened) {
        match device {
            Opened::Microphone(source) => self.audio().set_microphone(Some((attempt, source))),
            Opened::Speaker(sink) => self.audio().set_speaker(Some((attempt, sink))),
            Opened::Camera(capture) => {
                self.film(slot, attempt, capture, Subject::Camera);
            }
            Opened::Screen(capture, sound) => {
                if let Some(source) = sound {
                    self.audio().set_share(Some((attempt, source)));
                }
                self.film(slot, attempt, capture, Subject::Screen);
            }
        }
    }

    fn film(
        &mut self,
        slot: Slot,
        attempt: Attempt,
        capture: foyer_media::device::VideoCapture,
        subject: Subject,
    ) {
        self.last_feed += 1;
        let number = self.last_feed;
        let asides = self.asides.clone();
        let hub = self.hub.clone();
        let rates = self.rates();
        let side = match subject {
            Subject::Camera => &mut self.camera,
            Subject::Screen => &mut self.share,
        };
        let wiring = Wiring {
            subject,
            clock: Arc::clone(&self.clock),
            rate: match subject {
                Subject::Camera => rates.camera,
                Subject::Screen => rates.share,
            },
            sent: Arc::clone(&side.sent),
        };
        let outgoing = Outgoing::start(
            capture,
            wiring,
            |keys| hub.open(number, Arc::new(move || keys.ask())),
            move |code| {
                let failed = Aside::PicturesFailed {
                    slot,
                    attempt,
                    code,
                };
                // The call may have ended meanwhile.
                asides.send(failed).ok();
            },
        );
        outgoing.send_to(side.target.clone());
        side.running = Some((attempt, number, outgoing));
        self.share_out();
    }

    async fn aside(&mut self, aside: Aside) {
        match aside {
            Aside::Dialled(outcome) => {
                // Hung up while it was under way: dropping the provider leaves.
                if self.dialling.take().is_none() {
                    return;
                }
                match outcome {
                    Ok((provider, events)) => {
                        if self.stats_wanted {
                            provider.watch_stats(true);
                        }
                        self.provider = Some(provider);
                        self.provider_events = Some(events);
                    }
                    Err(code) => self.step(Input::Service(News::Refused(code))).await,
                }
            }
            Aside::PicturesFailed {
                slot,
                attempt,
                code,
            } => {
                let code = code.to_owned();
                let news = DeviceNews::Failed {
                    slot,
                    attempt,
                    code,
                };
                self.step(Input::Device(news)).await;
            }
        }
    }

    async fn audio_event(&mut self, event: AudioEvent) {
        match event {
            AudioEvent::Failed {
                slot,
                attempt,
                code,
            } => {
                let code = code.to_owned();
                let news = DeviceNews::Failed {
                    slot,
                    attempt,
                    code,
                };
                self.step(Input::Device(news)).await;
            }
            AudioEvent::Check(stage) => {
                self.sound_check = stage;
                self.events.changed();
            }
            AudioEvent::Level(dbfs) => {
                let before = self.speaking > 0;
                self.speaking = if dbfs > SPEAKING_DBFS {
                    SPEAKING_HOLD
                } else {
                    self.speaking.saturating_sub(1)
                };
                if before != (self.speaking > 0) {
                    self.events.changed();
                }
                self.events.microphone_level(dbfs);
            }
        }
    }

    fn rates(&self) -> Rates {
        share_out(self.bandwidth, self.share.running.is_some())
    }

    fn share_out(&self) {
        let rates = self.rates();
        if let Some((_, _, camera)) = &self.camera.running {
            camera.set_rate(rates.camera);
        }
        if let Some((_, _, share)) = &self.share.running {
            share.set_rate(rates.share);
        }
    }

    fn view(&self) -> foyer_contract::view::CallView {
        let around = Around {
            now: self.clock.now(),
            camera_feed: self.camera.feed(),
            sent_feed: self.camera.sent_feed(),
            share_feed: self.share.feed(),
            sent_share_feed: self.share.sent_feed(),
            speaking: self.speaking > 0,
            effects: &self.effects,
            sound_check: self.sound_check,
            remote: &self.remote,
            survey: self.desk.as_ref().map(|_| DESK_OPEN),
        };
        view(&self.call, &around)
    }

    async fn ended(&mut self) {
        self.recorder.audio(self.audio.take());
        self.provider_events = None;
        self.remote.end_all();
        self.camera.end();
        self.share.end();
        self.hub.close();
        let last = CallEvent::View { view: self.view() };
        self.events.finish(last).await;
    }
}
