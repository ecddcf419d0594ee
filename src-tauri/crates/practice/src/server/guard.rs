//! What every request must show and every answer carries.
//!
//! A page of another origin must not reach into a meeting on this machine: requests under a foreign host name
//! (DNS rebinding) and upgrades from foreign pages are refused.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use url::Host;

use super::Shared;

const HEADERS: [(HeaderName, &str); 6] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
         img-src 'self' data:; media-src 'self' blob: mediastream:; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(self), microphone=(self), display-capture=(self), geolocation=()",
    ),
];

/// Refuses foreign requests and hardens answers.
pub(crate) async fn guard(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = if admissible(request.headers(), shared.address) {
        next.run(request).await
    } else {
        (StatusCode::FORBIDDEN, "Not from there.\n").into_response()
    };
    for (name, value) in HEADERS {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}

fn admissible(headers: &HeaderMap, address: SocketAddr) -> bool {
    let text = |name: HeaderName| headers.get(name).map(HeaderValue::to_str);
    let Some(Ok(host)) = text(header::HOST) else {
        return false;
    };
    if !own_host(host, address) {
        return false;
    }
    match text(header::ORIGIN) {
        None => true,
        Some(Ok(origin)) => origin
            .strip_prefix("http://")
            .is_some_and(|from| from.eq_ignore_ascii_case(host)),
        Some(Err(_)) => false,
    }
}

/// Whether the host header names this server by an address (a name could be anybody's) or as `localhost`.
fn own_host(host: &str, address: SocketAddr) -> bool {
    let Ok(url) = url::Url::parse(&format!("http://{host}/")) else {
        return false;
    };
    let plain = url.username().is_empty() && url.password().is_none() && url.path() == "/";
    let port = url.port_or_known_default() == Some(address.port());
    let ip: Option<IpAddr> = match url.host() {
        Some(Host::Ipv4(ip)) => Some(ip.into()),
        Some(Host::Ipv6(ip)) => Some(ip.into()),
        Some(Host::Domain(name)) => return plain && port && name == "localhost",
        None => None,
    };
    let reachable = ip.is_some_and(|ip| ip.is_loopback() || !address.ip().is_loopback());
    plain && port && reachable
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn ask(host: &str, origin: Option<&str>, listen: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, origin.parse().unwrap());
        }
        admissible(&headers, listen.parse().unwrap())
    }

    #[test]
    fn own_pages_and_programs_pass() {
        let listen = "127.0.0.1:4000";
        assert!(ask("127.0.0.1:4000", None, listen));
        assert!(ask("localhost:4000", Some("http://localhost:4000"), listen));
        assert!(ask("127.0.0.1:4000", Some("http://127.0.0.1:4000"), listen));
        assert!(ask("[::1]:4000", None, "[::1]:4000"));
        assert!(ask(
            "192.168.1.5:4000",
            Some("http://192.168.1.5:4000"),
            "0.0.0.0:4000"
        ));
    }

    #[test]
    fn foreign_pages_and_rebound_names_do_not() {
        let listen = "127.0.0.1:4000";
        for (host, origin) in [
            ("evil.example:4000", None),
            ("127.0.0.1:4001", None),
            ("127.0.0.1", None),
            ("192.168.1.5:4000", None),
            ("user@127.0.0.1:4000", None),
            ("127.0.0.1:4000", Some("http://evil.example")),
            ("127.0.0.1:4000", Some("null")),
            ("127.0.0.1:4000", Some("https://127.0.0.1:4000")),
            ("127.0.0.1:4000", Some("http://localhost:4000")),
            ("127.0.0.1:4000", Some("http://127.0.0.1:4000.evil.example")),
        ] {
            assert!(!ask(host, origin, listen), "{host} {origin:?}");
        }
        assert!(!ask("evil.example:4000", None, "0.0.0.0:4000"));
        assert!(!admissible(&HeaderMap::new(), listen.parse().unwrap()));
    }
}
