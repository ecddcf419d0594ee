//! A page without a browser: speaks the wire as the polyfill does.
#![allow(dead_code)] // Each test crate uses its part.

pub mod counted;
pub mod pair;

use std::collections::VecDeque;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use foyer_contract::bridge::command::{ChannelInit, Command, Numbered};
use foyer_contract::bridge::connection::{
    CandidateInit, Configuration, Description, Direction, Encoding, MediaKind, SdpType, Snapshot,
};
use foyer_contract::bridge::event::{Answer, Event, Outcome};
use foyer_contract::bridge::media::{MediaSocket, OpenTrack, Source};
use foyer_contract::bridge::{Handle, Opening, PROTOCOL};
use foyer_devices::SystemDevices;
use foyer_media::clock::MonotonicClock;
use foyer_media::device::Devices;
use foyer_w3c_bridge::{Bridge, Consent, ConsentToAll, Surroundings};
use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

pub const ORIGIN: &str = "http://page.test";
/// Longer than anything takes on a busy machine.
pub const LIMIT: Duration = Duration::from_secs(60);

pub type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

pub async fn bridge_with(devices: Arc<dyn Devices>) -> Bridge {
    bridge_for(devices, Arc::new(ConsentToAll)).await
}

pub async fn bridge_for(devices: Arc<dyn Devices>, consent: Arc<dyn Consent>) -> Bridge {
    Bridge::open(Surroundings {
        clock: MonotonicClock::shared(),
        devices,
        consent,
        allowed_origins: vec![ORIGIN.to_owned()],
        bind: vec![IpAddr::V4(Ipv4Addr::LOCALHOST)],
    })
    .await
    .unwrap()
}

pub async fn bridge() -> Bridge {
    bridge_with(Arc::new(SystemDevices::new(MonotonicClock::shared()))).await
}

/// Opens a socket with these words, right or wrong.
pub async fn connect(
    url: &str,
    origin: Option<&str>,
    protocols: &str,
    host: Option<&str>,
) -> Result<Socket, tungstenite::Error> {
    let mut request = url.into_client_request().unwrap();
    let headers = request.headers_mut();
    if let Some(origin) = origin {
        headers.insert("origin", origin.parse().unwrap());
    }
    if let Some(host) = host {
        headers.insert("host", host.parse().unwrap());
    }
    headers.insert("sec-websocket-protocol", protocols.parse().unwrap());
    Ok(connect_async(request).await?.0)
}

pub fn protocols(token: &str) -> String {
    format!("{PROTOCOL}, token.{token}")
}

pub struct Page {
    pub socket: Socket,
    pub url: String,
    seq: u32,
    next: Handle,
    pub events: VecDeque<Event>,
    pub messages: VecDeque<Vec<u8>>,
}

impl Page {
    pub async fn open(bridge: &Bridge) -> Self {
        Self::with(bridge.opening().unwrap()).await
    }

    pub async fn with(opening: Opening) -> Self {
        let url = format!("{}/control", opening.url);
        let socket = connect(&url, Some(ORIGIN), &protocols(&opening.token), None)
            .await
            .unwrap();
        Self {
            socket,
            url: opening.url,
            seq: 0,
            next: 1,
            events: VecDeque::new(),
            messages: VecDeque::new(),
        }
    }

    pub fn handle(&mut self) -> Handle {
        self.next += 2;
        self.next
    }

    pub async fn tell(&mut self, command: Command) -> u32 {
        self.seq += 1;
        let batch = vec![Numbered {
            seq: self.seq,
            command,
        }];
        let text = serde_json::to_string(&batch).unwrap();
        self.socket.send(Message::text(text)).await.unwrap();
        self.seq
    }

    /// Reads one message; false at the end.
    async fn read(&mut self) -> bool {
        match self.socket.next().await {
            Some(Ok(Message::Text(text))) => {
                let events: Vec<Event> = serde_json::from_str(&text).unwrap();
                self.events.extend(events);
                true
            }
            Some(Ok(Message::Binary(record))) => {
                self.messages.push_back(record.to_vec());
                true
            }
            Some(Ok(_)) => true,
            Some(Err(_)) | None => false,
        }
    }

    /// Waits for the first event of which this makes something; the others stay.
    pub async fn event<T>(&mut self, find: impl Fn(&Event) -> Option<T>) -> T {
        let work = async {
            let mut seen = 0;
            loop {
                while let Some(event) = self.events.get(seen) {
                    if let Some(found) = find(event) {
                        self.events.remove(seen);
                        return found;
                    }
                    seen += 1;
                }
                assert!(self.read().await, "closed; {:?}", self.events);
            }
        };
        tokio::time::timeout(LIMIT, work)
            .await
            .expect("event in time")
    }

    pub async fn message(&mut self) -> Vec<u8> {
        let work = async {
            loop {
                if let Some(message) = self.messages.pop_front() {
                    return message;
                }
                assert!(self.read().await, "closed");
            }
        };
        tokio::time::timeout(LIMIT, work)
            .await
            .expect("message in time")
    }

    /// True once the bridge has closed the socket.
    pub async fn is_closed(&mut self) -> bool {
        let work = async { while self.read().await {} };
        tokio::time::timeout(LIMIT, work).await.is_ok()
    }

    pub async fn outcome(&mut self, command: Command) -> Outcome {
        let number = self.tell(command).await;
        self.event(|event| match event {
            Event::Reply { seq, outcome, .. } if *seq == number => Some(outcome.clone()),
            _ => None,
        })
        .await
    }

    pub async fn ask(&mut self, command: Command) -> Answer {
        match self.outcome(command.clone()).await {
            Outcome::Ok(answer) => answer,
            Outcome::Error(error) => panic!("{command:?}: {error:?}"),
        }
    }

    pub async fn media(&mut self, command: Command) -> Socket {
        let Answer::Media(MediaSocket { path, token }) = self.ask(command).await else {
            panic!("no media socket");
        };
        let url = format!("{}{path}", self.url);
        connect(&url, Some(ORIGIN), &protocols(&token), None)
            .await
            .unwrap()
    }

    pub async fn new_connection(&mut self) -> Handle {
        let pc = self.handle();
        self.tell(Command::PcNew {
            pc,
            configuration: Configuration::default(),
        })
        .await;
        pc
    }

    /// A transceiver and its receiver's track.
    pub async fn new_transceiver(&mut self, pc: Handle, kind: MediaKind) -> (Handle, Handle) {
        let (transceiver, receiver_track) = (self.handle(), self.handle());
        self.tell(Command::TransceiverNew {
            pc,
            transceiver,
            receiver_track,
            kind,
            direction: Direction::SendRecv,
            stream_ids: vec!["stream".to_owned()],
            track_id: Some(format!("track{transceiver}")),
            encodings: vec![encoding()],
            by_add_track: true,
        })
        .await;
        (transceiver, receiver_track)
    }

    /// Opens a device and tells what it is.
    pub async fn open_track(&mut self, source: Source) -> (Handle, OpenTrack) {
        let track = self.handle();
        match self.ask(Command::TrackOpen { track, source }).await {
            Answer::Track(opened) => (track, opened),
            other => panic!("{other:?}"),
        }
    }

    pub async fn snapshot(&mut self, command: Command) -> Snapshot {
        match self.ask(command).await {
            Answer::Snapshot(snapshot) => snapshot,
            other => panic!("{other:?}"),
        }
    }

    /// One offer and its answer; what the answerer and then the offerer learn.
    pub async fn negotiate(&mut self, offerer: Handle, answerer: Handle) -> (Snapshot, Snapshot) {
        let Answer::Sdp(offer) = self.ask(Command::PcCreateOffer { pc: offerer }).await else {
            panic!("no offer");
        };
        let offer = description(SdpType::Offer, offer);
        self.set(offerer, true, offer.clone()).await;
        let at_answerer = self.set(answerer, false, offer).await;
        let Answer::Sdp(answer) = self.ask(Command::PcCreateAnswer { pc: answerer }).await else {
            panic!("no answer");
        };
        let answer = description(SdpType::Answer, answer);
        self.set(answerer, true, answer.clone()).await;
        let at_offerer = self.set(offerer, false, answer).await;
        (at_answerer, at_offerer)
    }

    pub async fn set(&mut self, pc: Handle, local: bool, description: Description) -> Snapshot {
        self.snapshot(if local {
            Command::PcSetLocal { pc, description }
        } else {
            Command::PcSetRemote { pc, description }
        })
        .await
    }

    /// Carries candidates both ways until both are connected.
    pub async fn connect_pair(&mut self, one: Handle, other: Handle) {
        let mut connected = Vec::new();
        while connected.len() < 2 {
            let (pc, candidate) = self
                .event(|event| match event {
                    Event::Candidate { pc, candidate, .. } => Some((*pc, Some(candidate.clone()))),
                    Event::Transport { pc, connection, .. } if connection == "connected" => {
                        Some((*pc, None))
                    }
                    _ => None,
                })
                .await;
            let to = if pc == one { other } else { one };
            match candidate {
                None if !connected.contains(&pc) => connected.push(pc),
                None => {}
                Some(candidate) => {
                    let candidate = candidate.unwrap_or_else(CandidateInit::default);
                    self.ask(Command::PcAddCandidate { pc: to, candidate })
                        .await;
                }
            }
        }
    }
}

/// Kind, flags, width, height and payload of the next record.
pub async fn record(socket: &mut Socket) -> (u8, u8, u32, u32, Vec<u8>) {
    let work = async {
        loop {
            if let Message::Binary(bytes) = socket.next().await.unwrap().unwrap() {
                let number = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
                return (
                    bytes[0],
                    bytes[1],
                    number(4),
                    number(8),
                    bytes[20..].to_vec(),
                );
            }
        }
    };
    tokio::time::timeout(LIMIT, work)
        .await
        .expect("a record in time")
}

pub async fn credit(socket: &mut Socket, more: u32) {
    let text = format!("{{\"credit\":{more}}}");
    socket.send(Message::text(text)).await.unwrap();
}

pub fn encoding() -> Encoding {
    Encoding {
        rid: None,
        active: true,
        max_bitrate: None,
        max_framerate: None,
        scale_resolution_down_by: None,
        scale_resolution_down_to: None,
        scalability_mode: None,
        codec: None,
    }
}

pub fn description(kind: SdpType, sdp: String) -> Description {
    Description { kind, sdp }
}

pub fn channel_init(label: &str) -> ChannelInit {
    ChannelInit {
        label: label.to_owned(),
        ordered: true,
        max_packet_life_time: None,
        max_retransmits: None,
        protocol: String::new(),
        negotiated: false,
        id: None,
        priority: "low".to_owned(),
    }
}

pub fn message(channel: Handle, kind: u8, payload: &[u8]) -> Vec<u8> {
    let mut record = vec![kind];
    record.extend(channel.to_le_bytes());
    record.extend(payload);
    record
}

/// Waits for what must come in time.
pub async fn soon<T>(what: &str, work: impl Future<Output = T>) -> T {
    let done = tokio::time::timeout(LIMIT, work).await;
    done.unwrap_or_else(|_| panic!("{what} did not come"))
}
