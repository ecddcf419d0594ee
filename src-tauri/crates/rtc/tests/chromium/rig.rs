//! One connection of Foyer's and one page, with the signalling between them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use foyer_media::clock::{MediaTime, MonotonicClock, SharedClock};
use foyer_rtc::{
    Config, ConnectionState, DataChannel, Direction, Event, Impairment, PeerConnection, SdpKind,
    Transceiver, TransceiverId,
};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

use crate::browser::Browser;

/// No condition takes this long, however busy the machine.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// What has happened on both sides.
#[derive(Default)]
pub struct Happened {
    /// Transceivers on which the page sends.
    pub tracks: Vec<Transceiver>,
    /// Transceivers on which the page stopped sending.
    pub ended: Vec<TransceiverId>,
    /// Key frames that the page asked for.
    pub key_wanted: HashMap<TransceiverId, u32>,
    /// Data channels that the page opened.
    pub channels: Vec<DataChannel>,
    /// Whether an offer of ours is due.
    pub negotiation_needed: u32,
    /// Bandwidth estimates.
    pub bandwidth: Vec<u32>,
    /// What the page reported, candidates left out.
    pub reports: Vec<Value>,
    /// When the page showed its first picture, by m-line.
    pub first_frames: HashMap<String, MediaTime>,
}

/// See the module.
pub struct Rig {
    /// The far side.
    pub browser: Arc<Browser>,
    /// The near side.
    pub connection: PeerConnection,
    /// The time line of both.
    pub clock: SharedClock,
    happened: Arc<Mutex<Happened>>,
    current: Arc<Mutex<PeerConnection>>,
    ours: AbortHandle,
    theirs: AbortHandle,
}

impl Drop for Rig {
    fn drop(&mut self) {
        self.ours.abort();
        self.theirs.abort();
    }
}

impl Rig {
    /// Starts both sides, with nothing on them.
    pub async fn start(impairment: Option<Impairment>) -> Self {
        let filter = tracing_subscriber::EnvFilter::from_default_env();
        let logging = tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_test_writer();
        let _ = logging.try_init();
        let clock = MonotonicClock::shared();
        let (browser, reports) = Browser::start().await;
        let browser = Arc::new(browser);
        browser.call("open()").await;
        let config = Config {
            impairment,
            ..Config::loopback(clock.clone())
        };
        let (connection, events) = PeerConnection::open(config).await.unwrap();
        let happened = Arc::new(Mutex::new(Happened::default()));
        let ours = tokio::spawn(follow_ours(browser.clone(), events, happened.clone()));
        let current = Arc::new(Mutex::new(connection.clone()));
        let theirs = follow_page(current.clone(), reports, happened.clone(), clock.clone());
        Self {
            browser,
            connection,
            clock,
            happened,
            current,
            ours: ours.abort_handle(),
            theirs: tokio::spawn(theirs).abort_handle(),
        }
    }

    /// Begins again with new connections on both sides, in the same page.
    pub async fn renew(&mut self) {
        self.connection.close().await;
        self.ours.abort();
        let config = Config::loopback(self.clock.clone());
        let (connection, events) = PeerConnection::open(config).await.unwrap();
        *self.current.lock().unwrap() = connection.clone();
        *self.happened.lock().unwrap() = Happened::default();
        self.connection = connection;
        self.browser.call("open()").await;
        let ours = follow_ours(self.browser.clone(), events, self.happened.clone());
        self.ours = tokio::spawn(ours).abort_handle();
    }

    /// Reads what has happened.
    pub fn happened<T>(&self, read: impl FnOnce(&Happened) -> T) -> T {
        read(&self.happened.lock().unwrap())
    }

    /// We offer; the page answers. With `sending`, the page sends on the offered lines.
    pub async fn offer(&self, sending: Option<Value>) {
        self.offer_through(sending, str::to_owned, str::to_owned)
            .await;
    }

    /// As [`Self::offer`], with the descriptions changed on their way.
    pub async fn offer_through(
        &self,
        sending: Option<Value>,
        to_page: impl Fn(&str) -> String,
        to_us: impl Fn(&str) -> String,
    ) {
        let offer = self.connection.create_offer().await.unwrap();
        self.connection
            .set_local_description(SdpKind::Offer, &offer)
            .await
            .unwrap();
        let sending = sending.unwrap_or(Value::Null);
        let call = format!("answer({}, {sending})", json!(to_page(&offer)));
        let answer = self.browser.call(&call).await;
        let answer = to_us(answer.as_str().unwrap());
        let taken = self
            .connection
            .set_remote_description(SdpKind::Answer, &answer)
            .await;
        taken.unwrap_or_else(|error| panic!("{error} in {answer}"));
    }

    /// The page offers; we answer, sending on all lines that were offered to us.
    pub async fn page_offers(&self, options: &str) {
        self.page_offers_through(options, str::to_owned, str::to_owned)
            .await;
    }

    /// As [`Self::page_offers`], with the descriptions changed on their way.
    pub async fn page_offers_through(
        &self,
        options: &str,
        to_us: impl Fn(&str) -> String,
        to_page: impl Fn(&str) -> String,
    ) {
        let offer = self.browser.call(&format!("offer({options})")).await;
        let offer = to_us(offer.as_str().unwrap());
        let taken = self
            .connection
            .set_remote_description(SdpKind::Offer, &offer)
            .await;
        taken.unwrap_or_else(|error| panic!("{error} in {offer}"));
        for transceiver in self.connection.transceivers() {
            if transceiver.current_direction().is_none() {
                transceiver.set_direction(Direction::SendRecv);
            }
        }
        let answer = self.connection.create_answer().await.unwrap();
        self.connection
            .set_local_description(SdpKind::Answer, &answer)
            .await
            .unwrap();
        self.browser
            .call(&format!("receive('answer', {})", json!(to_page(&answer))))
            .await;
    }

    /// Changes what has happened.
    pub fn happened_mut(&self, change: impl FnOnce(&mut Happened)) {
        change(&mut self.happened.lock().unwrap());
    }

    /// How often the page has asked for a key frame since the last time.
    pub fn take_key_wanted(&self, transceiver: TransceiverId) -> u32 {
        let mut happened = self.happened.lock().unwrap();
        happened.key_wanted.remove(&transceiver).unwrap_or_default()
    }

    /// Waits until both sides are connected.
    pub async fn connected(&self) {
        self.until("connected", async || {
            let ours = self.connection.state() == ConnectionState::Connected;
            ours && self.browser.call("pc.connectionState").await == "connected"
        })
        .await;
    }

    /// The transceiver on which the page sends on this m-line.
    pub async fn track(&self, mid: &str) -> Transceiver {
        self.find("a track", async || {
            self.happened(|happened| {
                let found = happened.tracks.iter().rev();
                found
                    .clone()
                    .find(|track| track.mid().as_deref() == Some(mid))
                    .cloned()
            })
        })
        .await
    }

    /// The page's statistics of one direction of an m-line (`in` or `out`), or null.
    pub async fn page_stats(&self, direction: &str, mid: &str) -> Value {
        let mut stats = self.browser.call("stats()").await;
        stats[format!("{direction}:{mid}")].take()
    }

    /// A number of the page's statistics, zero before there is one.
    pub async fn page_stat(&self, direction: &str, mid: &str, name: &str) -> f64 {
        self.page_stats(direction, mid).await[name]
            .as_f64()
            .unwrap_or(0.0)
    }

    /// Waits for a condition.
    pub async fn until(&self, what: &str, condition: impl AsyncFn() -> bool) {
        self.find(what, async || condition().await.then_some(()))
            .await;
    }

    /// Waits for a value.
    pub async fn find<T>(&self, what: &str, look: impl AsyncFn() -> Option<T>) -> T {
        let found = async {
            loop {
                if let Some(found) = look().await {
                    return found;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        match tokio::time::timeout(PATIENCE, found).await {
            Ok(found) => found,
            Err(_) => {
                let page = self.browser.try_call("stats()").await;
                let state = self.connection.state();
                let stats = self.connection.stats().await;
                panic!("never: {what}; page {page:?}; we are {state:?} with {stats:?}")
            }
        }
    }

    /// Ends both sides.
    pub async fn close(self) {
        self.connection.close().await;
        self.ours.abort();
        self.theirs.abort();
        let browser = self.browser.clone();
        drop(self);
        let alone = async {
            let mut browser = browser;
            loop {
                match Arc::try_unwrap(browser) {
                    Ok(browser) => return browser.close().await,
                    Err(shared) => browser = shared,
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let _ = tokio::time::timeout(Duration::from_secs(20), alone).await;
    }
}

async fn follow_ours(
    browser: Arc<Browser>,
    mut events: mpsc::Receiver<Event>,
    happened: Arc<Mutex<Happened>>,
) {
    while let Some(event) = events.recv().await {
        if let Event::Candidate(candidate) = event {
            browser.call(&format!("add({})", json!(candidate))).await;
            continue;
        }
        let mut happened = happened.lock().unwrap();
        match event {
            Event::Track { transceiver, .. } => happened.tracks.push(transceiver),
            Event::TrackEnded(id) => happened.ended.push(id),
            Event::KeyFrameWanted(id) => *happened.key_wanted.entry(id).or_default() += 1,
            Event::DataChannel(channel) => happened.channels.push(channel),
            Event::NegotiationNeeded => happened.negotiation_needed += 1,
            Event::Bandwidth(bits) => happened.bandwidth.push(bits),
            _ => {}
        }
    }
}

async fn follow_page(
    connection: Arc<Mutex<PeerConnection>>,
    mut reports: mpsc::UnboundedReceiver<Value>,
    happened: Arc<Mutex<Happened>>,
    clock: SharedClock,
) {
    while let Some(report) = reports.recv().await {
        if report["type"] == "candidate" {
            // Null ends the candidates.
            let candidate = serde_json::from_value(report["candidate"].clone());
            let connection = connection.lock().unwrap().clone();
            let added = connection
                .add_candidate(candidate.unwrap_or_default())
                .await;
            added.unwrap_or_else(|error| panic!("{error} in {report}"));
            continue;
        }
        let mut happened = happened.lock().unwrap();
        if report["type"] == "first-frame" {
            let mid = report["mid"].as_str().unwrap_or_default().to_owned();
            happened.first_frames.entry(mid).or_insert(clock.now());
        }
        happened.reports.push(report);
    }
}
