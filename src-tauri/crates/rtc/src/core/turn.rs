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
    /// Since the last gathering.
    changed: bool,
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
        Ok(self.begin(servers, relay_only)?.build())
    }

    /// As `configure`, for what else is to be said.
    pub(crate) fn begin(
        &self,
        servers: &[IceServer],
        relay_only: bool,
    ) -> Result<RTCConfigurationBuilder, IceServerError> {
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
            state.changed = true;
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
            .with_ice_transport_policy(policy))
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
        let mut state = lock(&self.state);
        state.changed = false;
        self.relays_alone.store(state.relay_only, Ordering::Release);
    }

    fn relays_alone(&self) -> bool {
        self.relays_alone.load(Ordering::Acquire)
    }

    /// Whether a local candidate holds after the next gathering too. The crate keeps all; but some are not wanted any
    /// more, and the relays of others are gone.
    pub(crate) fn stands(&self, candidate: &str) -> bool {
        lock(&self.state).stands(candidate)
    }

    /// Whether the next gathering asks the servers that the last one asked.
    pub(crate) fn is_unchanged(&self) -> bool {
        !lock(&self.state).changed
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

#[cfg(test)]
mod tests {
    use foyer_media::clock::MonotonicClock;

    use super::*;

    fn bridge() -> Bridge {
        let config = Config::loopback(MonotonicClock::shared());
        Bridge::new(&config, mpsc::unbounded_channel().0)
    }

    fn server(urls: &[&str], credential: &str) -> IceServer {
        IceServer {
            urls: urls.iter().map(|url| (*url).to_owned()).collect(),
            username: "alice".to_owned(),
            credential: credential.to_owned(),
        }
    }

    fn urls(configuration: &RTCConfiguration) -> Vec<String> {
        let servers = configuration.ice_servers().iter();
        servers.flat_map(|server| server.urls.clone()).collect()
    }

    #[test]
    fn servers_keep_their_places_unless_they_change() {
        let bridge = bridge();
        let both = ["stun:a", "turn:b", "turns:c:443"];
        let configure = |urls: &[&str], credential: &str, relay_only| {
            let servers = [server(urls, credential)];
            bridge.configure(&servers, relay_only).unwrap()
        };
        let first = configure(&both, "p", false);
        let known = urls(&first);
        assert_eq!(known[0], "stun:a:3478");
        assert_eq!(known.len(), 3);
        assert_ne!(known[1], known[2]);
        let rotated = configure(&both, "q", false);
        assert_eq!(urls(&rotated), known);
        assert_eq!(rotated.ice_servers()[0].credential, "q");
        let stricter = urls(&configure(&both, "q", true));
        assert!(!stricter.contains(&known[1]) && !stricter.contains(&known[2]));
        let other = urls(&configure(&both[..2], "q", true));
        assert!(!other.contains(&stricter[1]), "{other:?}");
    }

    #[test]
    fn only_names_of_its_own_are_resolved() {
        let bridge = bridge();
        let servers = [server(&["turn:b"], "p")];
        let known = urls(&bridge.configure(&servers, false).unwrap());
        let url = known[0].strip_prefix("turn:").unwrap();
        let (place, _) = url.split_once('?').unwrap();
        let addresses = bridge.resolve(place).unwrap();
        assert_eq!(addresses.len(), 2);
        assert!(addresses.iter().all(|address| is_dummy(*address)));
        assert_eq!(bridge.resolve("turn.foyer.invalid:999"), None);
        assert_eq!(bridge.resolve("example.org:3478"), None);
        // No relay, but the crate insists on one.
        let known = urls(&bridge.configure(&[], true).unwrap());
        let url = known[0].strip_prefix("turn:").unwrap();
        let (place, _) = url.split_once('?').unwrap();
        assert_eq!(bridge.resolve(place), Some(Vec::new()));
    }

    #[test]
    fn candidates_beyond_their_time_are_left_out() {
        let bridge = bridge();
        let host = "candidate:1 1 udp 2130706431 10.0.0.1 5000 typ host";
        let relay = "candidate:2 1 udp 16777215 10.0.0.2 6000 typ relay raddr 10.0.0.1 rport 5000";
        bridge.configure(&[], false).unwrap();
        assert!(bridge.stands(host));
        assert!(!bridge.stands(relay), "of no server");
        bridge.gathers();
        assert!(bridge.is_unchanged());
        bridge.configure(&[], true).unwrap();
        assert!(!bridge.stands(host));
        assert!(!bridge.is_unchanged());
    }
}
