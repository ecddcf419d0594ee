//! TURN over UDP, TCP and TLS for a crate that knows it over UDP alone.
//!
//! The crate is given servers at addresses that no network has (RFC 7600's dummy address, RFC 6666's discard prefix),
//! one port for each. Its sockets ([`socket`]) pass what goes there to a [`leg`], which has the real connection to the
//! real server, and take the answers from it. Thus no other program of this machine sees the way, a socket
//! of any interface can use it, and what servers answer can be watched for errors.

mod dial;
mod frame;
mod leg;
pub(crate) mod socket;

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use tokio::sync::mpsc;
use webrtc::peer_connection::{
    RTCConfiguration, RTCConfigurationBuilder, RTCIceServer, RTCIceTransportPolicy,
};

use self::dial::Dialer;
use self::frame::Meaning;
use self::leg::{Ends, Leg, Progress};
use super::transport::TransportEvent;
use crate::connection::Config;
use crate::ice::{self, IceScheme, IceServer, IceServerError, IceUrl};
use crate::transceiver::lock;

const DUMMY_V4: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 0, 8));
const DUMMY_V6: IpAddr = IpAddr::V6(Ipv6Addr::new(0x100, 0, 0, 0, 0, 0, 0, 8));
/// Resolves to the dummy addresses; RFC 6761 keeps `.invalid` out of DNS.
const DUMMY_NAME: &str = "turn.foyer.invalid";
/// Resolves to nothing. The crate takes an empty list of servers for "as before", and wants a relay if relays alone are
/// to be used.
const NO_SERVER: &str = "none.foyer.invalid:1";

/// True for the addresses of [`Bridge`]'s servers.
pub(super) fn is_dummy(address: SocketAddr) -> bool {
    let ip = address.ip();
    ip == DUMMY_V4 || ip == DUMMY_V6
}

/// The relays of one connection.
#[derive(Debug)]
pub(crate) struct Bridge {
    dialer: Arc<Dialer>,
    events: mpsc::UnboundedSender<TransportEvent>,
    state: Mutex<State>,
    /// Since the last gathering.
    relays_alone: AtomicBool,
}

#[derive(Default)]
struct State {
    servers: HashMap<u16, (IceUrl, String)>,
    /// What is configured, and under which ports.
    current: Vec<IceServer>,
    relay_only: bool,
    ports: Vec<u16>,
    last_port: u16,
    legs: HashMap<(SocketAddr, u16), Leg>,
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State")
            .field("servers", &self.servers)
            .field("legs", &self.legs.len())
            .finish_non_exhaustive()
    }
}

impl Bridge {
    pub(crate) fn new(config: &Config, events: mpsc::UnboundedSender<TransportEvent>) -> Self {
        Self {
            dialer: Arc::new(Dialer::new(config)),
            events,
            state: Mutex::default(),
            relays_alone: AtomicBool::new(config.relay_only),
        }
    }

    /// The configuration that makes the crate use these servers from its next gathering on. The same servers with
    /// other credentials keep their allocations.
    pub(crate) fn configure(
        &self,
        servers: &[IceServer],
        relay_only: bool,
    ) -> Result<RTCConfiguration, IceServerError> {
        let checked = ice::check(servers)?;
        let state = &mut *lock(&self.state);
        let urls = |servers: &[IceServer]| -> Vec<Vec<String>> {
            servers.iter().map(|server| server.urls.clone()).collect()
        };
        let same = relay_only == state.relay_only && urls(servers) == urls(&state.current);
        // The crate takes an allocation for alive as long as its server's address stays.
        let mut kept = std::mem::take(&mut state.ports).into_iter();
        if !same || state.is_lost(kept.as_slice()) {
            kept = Vec::new().into_iter();
        }
        state.current = servers.to_vec();
        state.relay_only = relay_only;
        let mut found = Vec::new();
        for (server, urls) in checked {
            let texts = server.urls.iter();
            let urls = texts
                .zip(urls)
                .filter_map(|(text, url)| state.name(text, url, &mut kept))
                .collect::<Vec<_>>();
            if !urls.is_empty() {
                found.push(RTCIceServer {
                    urls,
                    username: server.username.clone(),
                    credential: server.credential.clone(),
                });
            }
        }
        if state.ports.is_empty() {
            found.push(RTCIceServer {
                urls: vec![format!("turn:{NO_SERVER}?transport=udp")],
                username: "none".to_owned(),
                credential: "none".to_owned(),
            });
        }
        let policy = if relay_only {
            RTCIceTransportPolicy::Relay
        } else {
            RTCIceTransportPolicy::All
        };
        Ok(RTCConfigurationBuilder::default()
            .with_ice_servers(found)
            .with_ice_transport_policy(policy)
            .build())
    }

    /// What to hand the crate before it gathers again, if its relays are gone without its knowing.
    pub(crate) fn renew(&self) -> Option<RTCConfiguration> {
        let (servers, relay_only) = {
            let state = lock(&self.state);
            if !state.is_lost(&state.ports) {
                return None;
            }
            (state.current.clone(), state.relay_only)
        };
        self.configure(&servers, relay_only).ok()
    }

    /// The crate gathers now. It keeps older candidates through an ICE restart; where relays alone are wanted, the
    /// sockets see to it that nothing goes another way.
    pub(crate) fn gathers(&self) {
        let relay_only = lock(&self.state).relay_only;
        self.relays_alone.store(relay_only, Ordering::Release);
    }

    fn relays_alone(&self) -> bool {
        self.relays_alone.load(Ordering::Acquire)
    }

    /// The crate's description without the candidates that it keeps beyond their time: those that are not wanted any
    /// more, and those of relays that are gone.
    pub(crate) fn prune(&self, sdp: &str) -> String {
        let state = lock(&self.state);
        let lines = sdp.split_inclusive('\n');
        lines
            .filter(|line| match line.strip_prefix("a=candidate:") {
                Some(candidate) => state.stands(candidate),
                None => true,
            })
            .collect()
    }

    /// Addresses of a name that only the bridge knows; `None` for any other `host:port`.
    fn resolve(&self, host: &str) -> Option<Vec<SocketAddr>> {
        let (name, port) = host.rsplit_once(':')?;
        let port = port.parse().ok()?;
        if host == NO_SERVER {
            return Some(Vec::new());
        }
        let known = name == DUMMY_NAME && lock(&self.state).servers.contains_key(&port);
        known.then(|| {
            [DUMMY_V4, DUMMY_V6]
                .map(|ip| SocketAddr::new(ip, port))
                .into()
        })
    }

    /// Passes a datagram on; an error if the connection to the server is gone.
    fn send(
        &self,
        local: SocketAddr,
        server: SocketAddr,
        datagram: Bytes,
        inbox: &mpsc::Sender<(SocketAddr, Bytes)>,
    ) -> io::Result<()> {
        let state = &mut *lock(&self.state);
        let key = (local, server.port());
        let (mut first, mut release) = (None, false);
        if let Meaning::Request {
            transaction,
            allocate,
            release: releases,
            signed,
        } = frame::meaning(&datagram)
        {
            first = (allocate && !signed).then_some(transaction);
            release = releases;
        }
        // Another gathering: an allocation of its own, and for that a connection of its own.
        let begins = first.is_some() && state.legs.get(&key).is_none_or(|leg| leg.first != first);
        if begins {
            let Some((url, name)) = state.servers.get(&server.port()).cloned() else {
                return Err(io::Error::from(io::ErrorKind::NotFound));
            };
            let ends = Ends {
                dialer: Arc::clone(&self.dialer),
                url,
                name,
                local,
                server,
                inbox: inbox.clone(),
                events: self.events.clone(),
            };
            state.legs.insert(key, leg::start(ends, first));
        }
        let Some(leg) = state.legs.get(&key) else {
            return Err(io::Error::from(io::ErrorKind::NotConnected));
        };
        let sent = leg.send(datagram);
        if release {
            state.legs.remove(&key);
        }
        sent
    }

    /// The socket is gone.
    fn forget(&self, local: SocketAddr) {
        lock(&self.state).legs.retain(|key, _| key.0 != local);
    }
}

impl State {
    /// The URL that the crate is given for a server.
    fn name(
        &mut self,
        text: &str,
        url: IceUrl,
        kept: &mut impl Iterator<Item = u16>,
    ) -> Option<String> {
        match url.scheme {
            IceScheme::Stun => Some(url.to_string()),
            IceScheme::Stuns => {
                tracing::debug!(server = %url, "STUN over TLS tells nothing that helps, left out");
                None
            }
            IceScheme::Turn | IceScheme::Turns => {
                let port = kept.next().unwrap_or_else(|| {
                    self.last_port = self.last_port.wrapping_add(1).max(1);
                    self.last_port
                });
                self.ports.push(port);
                self.servers.insert(port, (url, text.to_owned()));
                Some(format!("turn:{DUMMY_NAME}:{port}?transport=udp"))
            }
        }
    }

    fn stands(&self, candidate: &str) -> bool {
        let mut fields = candidate.split_whitespace().skip(4);
        let (Some(ip), Some(port), _, Some(kind)) =
            (fields.next(), fields.next(), fields.next(), fields.next())
        else {
            return true;
        };
        if kind != "relay" {
            return !self.relay_only;
        }
        let (Ok(ip), Ok(port)) = (ip.parse(), port.parse()) else {
            return false;
        };
        let address = SocketAddr::new(ip, port);
        self.legs.iter().any(|(key, leg)| {
            self.ports.contains(&key.1)
                && leg.relayed() == Some(address)
                && leg.progress() != Progress::Broken
        })
    }

    /// An allocation of these servers is gone or may be, or no server gave one.
    fn is_lost(&self, ports: &[u16]) -> bool {
        let legs = self.legs.iter().filter(|(key, _)| ports.contains(&key.1));
        let states: Vec<_> = legs.map(|(_, leg)| leg.progress()).collect();
        states.contains(&Progress::Broken)
            || states.contains(&Progress::Silent)
            || !states.is_empty() && states.iter().all(|state| *state == Progress::Failed)
    }
}
