//! The `webrtc` connection underneath: sockets, ICE, DTLS, SRTP, SCTP.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use rtc::ice::mdns::MulticastDnsMode;
use rtc::media_stream::MediaStreamTrack;
use rtc::peer_connection::configuration::RTCOfferOptions;
use rtc::peer_connection::configuration::setting_engine::SctpMaxMessageSize;
use rtc::rtp_transceiver::rtp_sender::{
    RTCRtpCodec, RTCRtpCodecParameters, RTCRtpCodingParameters, RTCRtpEncodingParameters,
    RtpCodecKind,
};
use tokio::sync::mpsc;
use webrtc::data_channel::DataChannelEvent;
use webrtc::media_stream::track_local::TrackLocal;
use webrtc::media_stream::track_local::static_rtp::TrackLocalStaticRTP;
use webrtc::peer_connection::{
    MediaEngine, PeerConnection, PeerConnectionBuilder, PeerConnectionEventHandler,
    RTCIceCandidateInit, RTCIceConnectionState, RTCIceGatheringState, RTCPeerConnectionIceEvent,
    RTCPeerConnectionState, RTCSdpType, RTCSessionDescription, Registry, SettingEngineBuilder,
    StatsSelector,
};
use webrtc::runtime::{Runtime, TokioRuntime};

use super::announced::{Announced, Events};
use super::channel::{self, Attached, CoreChannel, Side};
use super::gate::Gate;
use super::numbers::Numbers;
use super::observed::{self, Observed};
use super::report;
use super::runtime::ImpairedRuntime;
use super::turn::Bridge;
use super::turn::socket::BridgedRuntime;
use super::wire::Wire;
use crate::connection::Config;
use crate::data_channel::DataChannelInit;
use crate::error::{NegotiationError, OpenError};
use crate::event::{CandidateError, ConnectionState, IceConnectionState, SdpKind};
use crate::ice::IceServer;
use crate::jsep::canonical::{LocalTransport, PLACEHOLDER_PT};
use crate::stats::TransportStats;
use crate::stats::report::{Entry, TransportEntry};

/// The stock 200 ms costs a third of a second per connection.
const CHECK_INTERVAL: Duration = Duration::from_millis(20);
/// The stock 7 checks at this interval would give a path up before somebody who is still busy has answered once.
const CHECKS: u16 = 150;
/// Whether a better path may still come: a path over a relay waits longest. A check that overtakes the trickled
/// candidate it belongs to makes a path to an unknown address, for which the stock wait is a second.
const RELAY_WAIT: Duration = Duration::from_millis(500);
const REFLEXIVE_WAIT: Duration = Duration::from_millis(100);
const DISCONNECTED_AFTER: Duration = Duration::from_secs(5);
const FAILED_AFTER: Duration = Duration::from_secs(25);
const KEEPALIVE: Duration = Duration::from_secs(2);
const SEND_BUFFER: usize = 4 * 1024 * 1024;
/// A channel that both sides could know of and nobody uses: it has the core set SCTP up from the beginning, because it
/// cannot do so later. Nothing is sent for it.
pub(crate) const HELD_OPEN: u16 = 1_021;

/// What the driver reports.
pub(crate) enum TransportEvent {
    Candidate(String),
    CandidateError(CandidateError),
    Gathered,
    State(ConnectionState),
    Ice(IceConnectionState),
    /// The SCTP association is established.
    SctpUp,
    DataChannel(CoreChannel, String, DataChannelInit),
}

/// Runs on the driver's task: only passes on.
struct Handler {
    events: mpsc::UnboundedSender<TransportEvent>,
}

impl Handler {
    fn tell(&self, event: TransportEvent) {
        // A closed queue means that the connection is being closed.
        let _ = self.events.send(event);
    }
}

#[async_trait::async_trait]
impl PeerConnectionEventHandler for Handler {
    async fn on_ice_candidate(&self, event: RTCPeerConnectionIceEvent) {
        match event.candidate.to_json() {
            Ok(init) if !init.candidate.is_empty() => {
                self.tell(TransportEvent::Candidate(init.candidate));
            }
            _ => {}
        }
    }

    async fn on_ice_gathering_state_change(&self, state: RTCIceGatheringState) {
        if state == RTCIceGatheringState::Complete {
            self.tell(TransportEvent::Gathered);
        }
    }

    async fn on_ice_connection_state_change(&self, state: RTCIceConnectionState) {
        self.tell(TransportEvent::Ice(match state {
            RTCIceConnectionState::Checking => IceConnectionState::Checking,
            RTCIceConnectionState::Connected => IceConnectionState::Connected,
            RTCIceConnectionState::Completed => IceConnectionState::Completed,
            RTCIceConnectionState::Disconnected => IceConnectionState::Disconnected,
            RTCIceConnectionState::Failed => IceConnectionState::Failed,
            RTCIceConnectionState::Closed => IceConnectionState::Closed,
            _ => return,
        }));
    }

    async fn on_connection_state_change(&self, state: RTCPeerConnectionState) {
        let state = match state {
            RTCPeerConnectionState::Connecting => ConnectionState::Connecting,
            RTCPeerConnectionState::Connected => ConnectionState::Connected,
            RTCPeerConnectionState::Disconnected => ConnectionState::Disconnected,
            RTCPeerConnectionState::Failed => ConnectionState::Failed,
            RTCPeerConnectionState::Closed => ConnectionState::Closed,
            _ => return,
        };
        self.tell(TransportEvent::State(state));
    }

    async fn on_data_channel(&self, data_channel: CoreChannel) {
        // Read from the core, whose lock the driver does not hold while it calls.
        let (label, init) = channel::described(&*data_channel).await;
        self.tell(TransportEvent::DataChannel(data_channel, label, init));
    }
}

/// See the module.
pub(crate) struct Transport {
    connection: Arc<dyn PeerConnection>,
    bridge: Arc<Bridge>,
    nudger: tokio::task::JoinHandle<()>,
    numbers: Numbers,
    announced: Announced,
}

impl Drop for Transport {
    fn drop(&mut self) {
        self.nudger.abort();
        let connection = Arc::clone(&self.connection);
        // The driver goes on without its handle, so closing must be asked for.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                if let Err(error) = connection.close().await {
                    tracing::debug!(%error, "transport not closed cleanly");
                }
            });
        }
    }
}

fn engine(error: impl std::fmt::Display) -> NegotiationError {
    NegotiationError::Engine(error.to_string())
}

fn config_error(error: impl std::fmt::Display) -> OpenError {
    OpenError::Config(error.to_string())
}

/// Addresses to bind. A wildcard would leave loopback out, so that two programs on a machine without a network
/// could not meet.
fn addresses(wanted: &[IpAddr]) -> Vec<SocketAddr> {
    if !wanted.is_empty() {
        return wanted.iter().map(|ip| SocketAddr::new(*ip, 0)).collect();
    }
    let mut found = vec![IpAddr::V4(Ipv4Addr::LOCALHOST)];
    match rtc::shared::ifaces::ifaces() {
        Ok(interfaces) => {
            for ip in interfaces.iter().filter_map(|interface| interface.addr) {
                let ip = ip.ip();
                let usable = match ip {
                    IpAddr::V4(ip) => !ip.is_loopback() && !ip.is_link_local(),
                    IpAddr::V6(ip) => !ip.is_loopback() && (ip.segments()[0] & 0xffc0) != 0xfe80,
                };
                if usable && !ip.is_unspecified() && !found.contains(&ip) {
                    found.push(ip);
                }
            }
        }
        Err(error) => tracing::warn!(%error, "network interfaces not listed"),
    }
    found.into_iter().map(|ip| SocketAddr::new(ip, 0)).collect()
}

fn placeholder_codec() -> RTCRtpCodecParameters {
    RTCRtpCodecParameters {
        rtp_codec: RTCRtpCodec {
            mime_type: "audio/opus".to_owned(),
            clock_rate: 48_000,
            channels: 2,
            sdp_fmtp_line: String::new(),
            rtcp_feedback: Vec::new(),
        },
        payload_type: PLACEHOLDER_PT,
    }
}

impl Transport {
    pub(crate) async fn open(
        config: &Config,
        gate: Gate,
        wire: Arc<Wire>,
    ) -> Result<(Self, mpsc::UnboundedReceiver<TransportEvent>), OpenError> {
        let (events, received) = mpsc::unbounded_channel();
        let bridge = Arc::new(Bridge::new(config, events.clone()));
        let certificates = config.certificate.iter().map(|own| own.inner.clone());
        let configuration = bridge
            .begin(&config.ice_servers, config.relay_only)?
            .with_certificates(certificates.collect())
            .build();
        let mut media = MediaEngine::default();
        media
            .register_codec(placeholder_codec(), RtpCodecKind::Audio)
            .map_err(config_error)?;
        let settings = SettingEngineBuilder::new()
            .with_ice_connection_attempts(Some(CHECK_INTERVAL), Some(CHECKS))
            .with_srflx_acceptance_min_wait(Some(REFLEXIVE_WAIT))
            .with_prflx_acceptance_min_wait(Some(REFLEXIVE_WAIT))
            .with_relay_acceptance_min_wait(Some(RELAY_WAIT))
            .with_ice_timeouts(
                Some(DISCONNECTED_AFTER),
                Some(FAILED_AFTER),
                Some(KEEPALIVE),
            )
            .with_include_loopback_candidate(true)
            .with_multicast_dns_mode(MulticastDnsMode::Disabled)
            .with_sctp_max_message_size(SctpMaxMessageSize::Bounded(
                SctpMaxMessageSize::MAX_MESSAGE_SIZE,
            ))
            .build();
        let runtime: Arc<dyn Runtime> = match config.impairment {
            Some(impairment) => Arc::new(ImpairedRuntime { impairment }),
            None => Arc::new(TokioRuntime),
        };
        let up = events.clone();
        let runtime = BridgedRuntime {
            inner: runtime,
            bridge: Arc::clone(&bridge),
        };
        let connection = PeerConnectionBuilder::new()
            .with_configuration(configuration)
            .with_media_engine(media)
            .with_setting_engine(settings)
            .with_interceptor_registry(Registry::new().with(1_000.into(), gate))
            .with_runtime(Arc::new(runtime))
            .with_handler(Arc::new(Handler { events }))
            .with_udp_addrs(addresses(&config.bind))
            .with_data_channel_send_buffer_limit(SEND_BUFFER)
            .build()
            .await
            .map_err(|error| OpenError::Socket(error.to_string()))?;
        let connection: Arc<dyn PeerConnection> = Arc::new(connection);

        let track = Arc::new(TrackLocalStaticRTP::new(MediaStreamTrack::new(
            "transport".to_owned(),
            "transport".to_owned(),
            "transport".to_owned(),
            RtpCodecKind::Audio,
            vec![RTCRtpEncodingParameters {
                rtp_coding_parameters: RTCRtpCodingParameters {
                    ssrc: Some(rand::random()),
                    ..RTCRtpCodingParameters::default()
                },
                codec: placeholder_codec().rtp_codec,
                ..RTCRtpEncodingParameters::default()
            }],
        )));
        connection
            .add_transceiver_from_track(Arc::clone(&track) as Arc<dyn TrackLocal>, None)
            .await
            .map_err(config_error)?;
        let held_open = rtc::data_channel::RTCDataChannelInit {
            negotiated: Some(HELD_OPEN),
            ..rtc::data_channel::RTCDataChannelInit::default()
        };
        let held_open = connection
            .create_data_channel("", Some(held_open))
            .await
            .map_err(config_error)?;
        tokio::spawn(watch_sctp(held_open, up));
        let nudger = tokio::spawn(nudge(track, wire));
        let transport = Self {
            connection,
            bridge,
            nudger,
            numbers: Numbers::new(),
            announced: Announced::default(),
        };
        Ok((transport, received))
    }

    pub(crate) async fn create_offer(&self, restart: bool) -> Result<String, NegotiationError> {
        if restart {
            self.renew_relays().await?;
        }
        let options = RTCOfferOptions {
            ice_restart: restart,
        };
        let offer = self
            .connection
            .create_offer(Some(options))
            .await
            .map_err(engine)?;
        Ok(offer.sdp)
    }

    /// Takes out of a description to be what does not hold any more.
    pub(crate) fn prune(&self, local: &mut LocalTransport) {
        local
            .candidates
            .retain(|candidate| self.bridge.stands(candidate));
        local.gathered &= self.bridge.is_unchanged();
    }

    pub(crate) async fn create_answer(&self) -> Result<String, NegotiationError> {
        let answer = self.connection.create_answer(None).await.map_err(engine)?;
        Ok(answer.sdp)
    }

    pub(crate) async fn set_local(&self, kind: SdpKind, sdp: &str) -> Result<(), NegotiationError> {
        if kind != SdpKind::Rollback {
            self.bridge.gathers();
        }
        let description = description(kind, sdp)?;
        self.connection
            .set_local_description(description)
            .await
            .map_err(engine)
    }

    pub(crate) async fn set_remote(
        &self,
        kind: SdpKind,
        sdp: &str,
    ) -> Result<(), NegotiationError> {
        if kind == SdpKind::Offer {
            self.renew_relays().await?;
        }
        let description = description(kind, sdp)?;
        self.connection
            .set_remote_description(description)
            .await
            .map_err(engine)
    }

    /// Replaces the servers that are asked at the next gathering.
    pub(crate) async fn set_servers(
        &self,
        servers: &[IceServer],
        relay_only: bool,
    ) -> Result<(), NegotiationError> {
        let configuration = self.bridge.configure(servers, relay_only)?;
        self.connection
            .set_configuration(configuration)
            .await
            .map_err(engine)
    }

    /// The crate keeps its allocations through an ICE restart, also those that are gone.
    async fn renew_relays(&self) -> Result<(), NegotiationError> {
        let Some(configuration) = self.bridge.renew() else {
            return Ok(());
        };
        self.connection
            .set_configuration(configuration)
            .await
            .map_err(engine)
    }

    /// Adds a remote candidate. One of a kind that cannot be used is left out.
    pub(crate) async fn add_candidate(&self, candidate: &str) {
        let init = RTCIceCandidateInit {
            candidate: candidate.to_owned(),
            sdp_mid: Some("0".to_owned()),
            sdp_mline_index: Some(0),
            ..RTCIceCandidateInit::default()
        };
        if let Err(error) = self.connection.add_ice_candidate(init).await {
            tracing::debug!(%error, "remote candidate left out");
            return;
        }
        self.wake().await;
    }

    /// A new remote candidate does not end the driver's sleep by itself, and before DTLS is up the nudge does not pass.
    /// Handing it the configuration that it has does.
    async fn wake(&self) {
        let same = self.connection.get_configuration().await;
        if let Err(error) = self.connection.set_configuration(same).await {
            tracing::debug!(%error, "driver not woken");
        }
    }

    pub(crate) async fn create_data_channel(
        &self,
        label: &str,
        init: &DataChannelInit,
    ) -> Result<Attached, NegotiationError> {
        let init = rtc::data_channel::RTCDataChannelInit {
            ordered: init.ordered,
            max_packet_life_time: init.max_packet_life_time,
            max_retransmits: init.max_retransmits,
            protocol: init.protocol.clone(),
            negotiated: init.negotiated,
        };
        let numbered_here = init.negotiated.is_none();
        let _turn = self.numbers.turn().await;
        self.connection
            .create_data_channel(label, Some(init))
            .await
            .map(|core| {
                let events = if numbered_here {
                    self.announced.expect(&core)
                } else {
                    Events::of(Arc::clone(&core), None)
                };
                self.attached(core, events, numbered_here)
            })
            .map_err(engine)
    }

    /// A channel that the crate says the far side has opened. `None` if it is one of ours, whose tasks have it now.
    pub(crate) fn announced(&self, core: CoreChannel) -> Option<Attached> {
        let core = self.announced.take(core)?;
        let events = Events::of(Arc::clone(&core), None);
        Some(self.attached(core, events, false))
    }

    /// What a channel's tasks need of the crate. `numbered_here`: its stream id is of this side's choice.
    fn attached(
        &self,
        core: CoreChannel,
        events: Events<CoreChannel>,
        numbered_here: bool,
    ) -> Attached {
        let side = Side {
            core,
            connection: Arc::downgrade(&self.connection),
            numbers: self.numbers.clone(),
            numbered_here,
        };
        Attached { events, side }
    }

    /// What ICE and DTLS have come to.
    pub(crate) async fn observed(&self) -> Observed {
        observed::of(&self.connection).await
    }

    /// Data channels that there may be at once, when the association is up.
    pub(crate) async fn max_channels(&self) -> Option<u16> {
        let sctp = self.connection.sctp().await?;
        sctp.max_channels().await.ok().flatten()
    }

    /// The selected path, and the transport's part of a report; what the crate does not know is taken from `known`.
    pub(crate) async fn stats(&self, known: &TransportEntry) -> (TransportStats, Vec<Entry>) {
        let now = TokioRuntime.now();
        let report = self.connection.get_stats(now, StatsSelector::None).await;
        let far_end = observed::far_end(&self.connection).await;
        report::read(&report, known, far_end.as_ref())
    }

    pub(crate) async fn close(&self) {
        if let Err(error) = self.connection.close().await {
            tracing::debug!(%error, "transport not closed cleanly");
        }
    }
}

fn description(kind: SdpKind, sdp: &str) -> Result<RTCSessionDescription, NegotiationError> {
    match kind {
        SdpKind::Offer => RTCSessionDescription::offer(sdp.to_owned()),
        SdpKind::Answer | SdpKind::PrAnswer => RTCSessionDescription::answer(sdp.to_owned()),
        SdpKind::Rollback => RTCSessionDescription::rollback(None),
    }
    .map_err(engine)
    .inspect(|description| debug_assert_ne!(description.sdp_type, RTCSdpType::Unspecified))
}

/// Keeps the channel that nobody uses, without whose handle the crate would take it for one of the far side's. It opens
/// with the association.
async fn watch_sctp(held_open: CoreChannel, events: mpsc::UnboundedSender<TransportEvent>) {
    while let Some(event) = held_open.poll().await {
        if matches!(event, DataChannelEvent::OnOpen) && events.send(TransportEvent::SctpUp).is_err()
        {
            return;
        }
    }
}

/// Wakes the driver whenever something waits in the outbox. An empty compound packet passes the crate's sender and
/// reaches the gate, which takes it for what it is.
async fn nudge(track: Arc<TrackLocalStaticRTP>, wire: Arc<Wire>) {
    loop {
        wire.nudge.notified().await;
        if wire.is_connected()
            && let Err(error) = track.write_rtcp(Vec::new()).await
        {
            tracing::debug!(%error, "driver not woken");
        }
    }
}
