//! Who asks, as far as the network tells.

use std::net::{IpAddr, SocketAddr};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};

use super::problem::Problem;

static FORWARDED: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The other end of the connection; put there by whoever accepted it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub SocketAddr);

impl<S: Sync> FromRequestParts<S> for Peer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts
            .extensions
            .get()
            .copied()
            .ok_or_else(|| Problem::internal("a request came over no connection"))
    }
}

/// The address that limits go by. Each of our `hops` proxies appended one; what stands further left, anybody may have
/// written. One household of IPv6 has a network of its own, so that only the network counts.
pub(crate) fn caller(headers: &HeaderMap, Peer(peer): Peer, hops: u8) -> String {
    let forwarded: Vec<&str> = headers
        .get_all(&FORWARDED)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .collect();
    let told = usize::from(hops)
        .checked_sub(1)
        .and_then(|back| forwarded.iter().rev().nth(back))
        .and_then(|text| read(text));
    match told.unwrap_or_else(|| peer.ip()).to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

/// Some proxies write a port as well.
fn read(text: &str) -> Option<IpAddr> {
    text.parse()
        .ok()
        .or_else(|| text.parse::<SocketAddr>().ok().map(|with| with.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(forwarded: &[&str], hops: u8) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(&FORWARDED, value.parse().unwrap());
        }
        caller(&headers, Peer("10.0.0.1:5000".parse().unwrap()), hops)
    }

    #[test]
    fn nobody_chooses_their_own_address() {
        assert_eq!(of(&["1.2.3.4"], 0), "10.0.0.1", "no proxy is ours");
        assert_eq!(of(&["6.6.6.6, 1.2.3.4"], 1), "1.2.3.4");
        assert_eq!(of(&["6.6.6.6", "1.2.3.4, 10.9.9.9"], 2), "1.2.3.4");
        assert_eq!(of(&["1.2.3.4:5678"], 1), "1.2.3.4");
        assert_eq!(of(&[], 1), "10.0.0.1");
        assert_eq!(of(&["nonsense"], 1), "10.0.0.1");
        assert_eq!(
            of(&["1.2.3.4"], 2),
            "10.0.0.1",
            "fewer than there should be"
        );
    }

    #[test]
    fn a_network_of_ipv6_is_one_caller() {
        assert_eq!(of(&["2001:db8:1:2:3:4:5:6"], 1), "2001:db8:1:2::/64");
        assert_eq!(of(&["::ffff:1.2.3.4"], 1), "1.2.3.4");
    }
}
