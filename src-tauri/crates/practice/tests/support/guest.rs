//! A participant on the real client, with a test card for a camera.
#![allow(clippy::unwrap_used, dead_code)]

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use foyer_media::clock::SharedClock;
use foyer_media::codec::h264::{H264Decoder, H264Encoder, H264Settings, Usage};
use foyer_media::encoded::{
    Bitrate, EncodedAudio, EncodedFrame, VideoDecoder as _, VideoEncoder as _,
};
use foyer_media::frame::VideoFrame;
use foyer_media::synthetic::card::{CardStyle, TestCard, Theme, read_counter};
use foyer_practice::{Client, ClientConfig, ClientEvent, Participant, TrackKind, connect};
use foyer_rtc::{Impairment, Transceiver};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;

pub const PATIENCE: Duration = Duration::from_secs(40);

pub struct Guest {
    pub client: Client,
    pub events: mpsc::Receiver<ClientEvent>,
    pub clock: SharedClock,
    pub me: String,
    pub roster: Vec<Participant>,
    pub incoming: HashMap<(String, TrackKind), Transceiver>,
    pub outgoing: HashMap<TrackKind, Transceiver>,
    pub connected: bool,
    pub key_frames_wanted: u32,
}

impl Guest {
    pub async fn join(link: &str, name: &str, clock: &SharedClock) -> Self {
        Self::join_over(link, name, clock, None).await
    }

    pub async fn join_over(
        link: &str,
        name: &str,
        clock: &SharedClock,
        impairment: Option<Impairment>,
    ) -> Self {
        let mut config = ClientConfig::guest(link, name, Arc::clone(clock));
        config.impairment = impairment;
        let (client, events) = connect(config).await.unwrap();
        Self {
            client,
            events,
            clock: Arc::clone(clock),
            me: String::new(),
            roster: Vec::new(),
            incoming: HashMap::new(),
            outgoing: HashMap::new(),
            connected: false,
            key_frames_wanted: 0,
        }
    }

    /// Follows events until something is so.
    pub async fn until(&mut self, what: &str, so: impl Fn(&Self) -> bool) {
        let follow = async {
            while !so(self) {
                let event = self.events.recv().await.expect("the call is over");
                self.note(event);
            }
        };
        assert!(timeout(PATIENCE, follow).await.is_ok(), "never: {what}");
    }

    /// Follows events until one fits.
    pub async fn event(&mut self, what: &str, fits: impl Fn(&ClientEvent) -> bool) -> ClientEvent {
        let follow = async {
            loop {
                let event = self.events.recv().await.expect("the call is over");
                if fits(&event) {
                    return event;
                }
                self.note(event);
            }
        };
        timeout(PATIENCE, follow)
            .await
            .unwrap_or_else(|_| panic!("never: {what}"))
    }

    fn note(&mut self, event: ClientEvent) {
        match event {
            ClientEvent::Welcome { participant, .. } => self.me = participant,
            ClientEvent::Roster(roster) => self.roster = roster,
            ClientEvent::Incoming {
                participant,
                kind,
                transceiver,
            } => {
                self.incoming.insert((participant, kind), transceiver);
            }
            ClientEvent::IncomingEnded { participant, kind } => {
                self.incoming.remove(&(participant, kind));
            }
            ClientEvent::Outgoing { kind, transceiver } => {
                self.outgoing.insert(kind, transceiver);
            }
            ClientEvent::OutgoingEnded { kind } => {
                self.outgoing.remove(&kind);
            }
            ClientEvent::Connected => self.connected = true,
            ClientEvent::ConnectionLost => self.connected = false,
            ClientEvent::KeyFrameWanted { .. } => self.key_frames_wanted += 1,
            ClientEvent::Error { code } => panic!("error {code}"),
            _ => {}
        }
    }

    pub fn id_of(&self, name: &str) -> Option<String> {
        let person = self.roster.iter().find(|person| person.name == name)?;
        Some(person.id.clone())
    }

    /// The line on which somebody's stream arrives.
    pub async fn line(&mut self, name: &str, kind: TrackKind) -> Transceiver {
        let find = |guest: &Self| {
            let id = guest.id_of(name)?;
            guest.incoming.get(&(id, kind)).cloned()
        };
        self.until(&format!("{kind:?} of {name}"), |guest| {
            find(guest).is_some()
        })
        .await;
        find(self).unwrap()
    }

    /// Takes frames of somebody until so many came on one line: the line of a publisher whose codec turns out to
    /// be another one is made anew.
    pub async fn frames(&mut self, name: &str, kind: TrackKind, count: usize) -> Vec<EncodedFrame> {
        let take = async {
            'line: loop {
                let line = self.line(name, kind).await;
                let mut frames = line.receive_video();
                let mut taken = Vec::new();
                while taken.len() < count {
                    tokio::select! {
                        frame = frames.recv(), if !line.is_stopped() => match frame {
                            Some(frame) => taken.push(frame),
                            None => continue 'line,
                        },
                        event = self.events.recv() => self.note(event.expect("the call is over")),
                    }
                    if self.line(name, kind).await.id() != line.id() {
                        continue 'line;
                    }
                }
                return taken;
            }
        };
        timeout(PATIENCE, take).await.expect("frames stopped")
    }

    /// Our own line, once media flows.
    pub async fn own_line(&mut self, kind: TrackKind) -> Transceiver {
        self.until(&format!("own {kind:?}"), |guest| {
            guest.connected && guest.outgoing.contains_key(&kind)
        })
        .await;
        self.outgoing[&kind].clone()
    }
}

/// A test card being sent; what was sent can be compared with what arrives.
pub struct Sending {
    pub sent: Arc<std::sync::Mutex<Vec<Bytes>>>,
    task: JoinHandle<()>,
}

impl Drop for Sending {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Sends a card of 320x180 at 30 frames a second, a key frame a second.
pub fn send_card(line: Transceiver, clock: SharedClock, theme: Theme) -> Sending {
    let sent = Arc::new(std::sync::Mutex::new(Vec::new()));
    let log = Arc::clone(&sent);
    let task = tokio::spawn(async move {
        let style = CardStyle {
            name: "Test".into(),
            label: String::new(),
            theme,
        };
        let card = TestCard::new(320, 180, &style).unwrap();
        let mut encoder = H264Encoder::new(H264Settings {
            usage: Usage::Camera,
            rate: Bitrate(300_000),
            fps: 30,
        })
        .unwrap();
        let mut tick = tokio::time::interval(Duration::from_millis(33));
        for number in 0_u32.. {
            tick.tick().await;
            let picture = VideoFrame {
                at: clock.now(),
                image: Arc::new(card.draw(number, Duration::from_millis(33) * number)),
            };
            if let Some(frame) = encoder.encode(&picture, number % 30 == 0).unwrap() {
                log.lock().unwrap().push(frame.data.clone());
                line.send_video(&frame);
            }
        }
    });
    Sending { sent, task }
}

/// Sends numbered packets every 20 ms that pretend to be loud speech.
pub fn send_sound(line: Transceiver, clock: SharedClock) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut tick = tokio::time::interval(Duration::from_millis(20));
        for sequence in 0_u64.. {
            tick.tick().await;
            let packet = EncodedAudio {
                sequence,
                timestamp: sequence * 960,
                data: Bytes::copy_from_slice(&[&[0x78][..], &sequence.to_be_bytes()].concat()),
                level: Some(20),
                at: clock.now(),
            };
            line.send_audio(&packet);
        }
    })
}

/// Takes frames until so many came.
pub async fn frames(line: &Transceiver, count: usize) -> Vec<EncodedFrame> {
    let mut frames = line.receive_video();
    let take = async {
        let mut taken = Vec::new();
        while taken.len() < count {
            taken.push(frames.recv().await.expect("the line ended"));
        }
        taken
    };
    timeout(PATIENCE, take).await.expect("frames stopped")
}

/// The counters that frames show.
pub fn counters(frames: &[EncodedFrame]) -> Vec<u32> {
    let mut decoder = H264Decoder::new().unwrap();
    frames
        .iter()
        .filter_map(|frame| decoder.decode(frame).unwrap())
        .map(|picture| read_counter(&picture.image).expect("a test card"))
        .collect()
}
