//! The calling page at `http://localhost`, for servers that do not answer pages of a scheme they do not know.
//!
//! One listener for one page: it lives as long as its call, on the loopback interface alone, and answers nobody who
//! does not name it exactly: `Host`, `Origin` if there is one, and a token of this launch in the path. What it serves
//! is no secret; what makes the page more than a page is Tauri's and goes to the window alone.

use std::convert::Infallible;
use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, Method, Response, StatusCode, header};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq as _;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// A file and its type; `None` if there is none of this name.
pub(super) type Found = Option<(Vec<u8>, String)>;

/// What is served.
pub(super) trait Source: Send + Sync + 'static {
    /// A file by its name relative to the page.
    fn file(&self, name: &str) -> Found;

    /// The page's policy at the moment.
    fn policy(&self) -> String;
}

/// A running listener. Dropping it closes it and every connection that waits.
pub(super) struct Loopback {
    port: u16,
    token: String,
    _open: oneshot::Sender<Infallible>,
}

struct Guard {
    host: String,
    origin: String,
    token: String,
    source: Arc<dyn Source>,
}

impl Loopback {
    /// Listens on a port of the system's choice. Needs a Tokio runtime.
    pub async fn serve(source: Arc<dyn Source>) -> io::Result<Self> {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(io::Error::other)?;
        let token = BASE64_URL_SAFE_NO_PAD.encode(secret);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?.port();
        let guard = Guard {
            host: format!("localhost:{port}"),
            origin: format!("http://localhost:{port}"),
            token: token.clone(),
            source,
        };
        let app = Router::new().fallback(respond).with_state(Arc::new(guard));
        let (open, closed) = oneshot::channel::<Infallible>();
        let serving = axum::serve(listener, app).with_graceful_shutdown(async {
            closed.await.ok();
        });
        tokio::spawn(async move {
            if let Err(error) = serving.await {
                tracing::warn!(%error, "the calling page is served no longer");
            }
        });
        Ok(Self {
            port,
            token,
            _open: open,
        })
    }

    /// Where the page is. The name, because Microsoft's SDK wants it by name.
    pub fn page(&self) -> String {
        let Self { port, token, .. } = self;
        format!("http://localhost:{port}/{token}/index.html")
    }
}

async fn respond(State(guard): State<Arc<Guard>>, request: Request) -> Response<Body> {
    let found = guard.find(request.method(), request.headers(), request.uri().path());
    let (status, mime, body) = match found {
        Some((body, mime)) => (StatusCode::OK, mime, body),
        None => (StatusCode::NOT_FOUND, "text/plain".into(), Vec::new()),
    };
    Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, mime)
        .header(header::CACHE_CONTROL, "no-store")
        .header(header::CONTENT_SECURITY_POLICY, guard.source.policy())
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .header(header::X_FRAME_OPTIONS, "DENY")
        // The token is in the address.
        .header(header::REFERRER_POLICY, "no-referrer")
        .header(
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        )
        .body(Body::from(body))
        .expect("types and policy are plain text")
}

impl Guard {
    fn find(&self, method: &Method, headers: &HeaderMap, path: &str) -> Found {
        let is = |name: HeaderName, wanted: &str| headers.get(name).is_some_and(|it| it == wanted);
        let is_meant = is(header::HOST, &self.host)
            && (!headers.contains_key(header::ORIGIN) || is(header::ORIGIN, &self.origin));
        let (token, name) = path.strip_prefix('/')?.split_once('/')?;
        let is_known = bool::from(token.as_bytes().ct_eq(self.token.as_bytes()));
        if !is_meant || !is_known || method != Method::GET {
            return None;
        }
        self.source.file(name)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpStream;

    use super::*;

    struct OneFile;

    impl Source for OneFile {
        fn file(&self, name: &str) -> Found {
            (name == "index.html").then(|| (b"the page".to_vec(), "text/html".into()))
        }

        fn policy(&self) -> String {
            "default-src 'none'".into()
        }
    }

    async fn ask(port: u16, request: &str) -> String {
        let mut socket = TcpStream::connect((Ipv4Addr::LOCALHOST, port))
            .await
            .unwrap();
        let request = format!("{request}Connection: close\r\n\r\n");
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test]
    async fn only_whoever_names_it_exactly_gets_the_page() {
        let served = Loopback::serve(Arc::new(OneFile)).await.unwrap();
        let (port, token) = (served.port, served.token.clone());
        let page = format!("GET /{token}/index.html HTTP/1.1\r\nHost: localhost:{port}\r\n");
        let answer = ask(port, &page).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(answer.ends_with("the page"), "{answer}");
        assert!(answer.contains("content-security-policy: default-src 'none'"));
        let own = format!("{page}Origin: http://localhost:{port}\r\n");
        assert!(ask(port, &own).await.starts_with("HTTP/1.1 200"));

        let other = token.replace(&token[..4], "AAAA");
        for refused in [
            format!("GET /index.html HTTP/1.1\r\nHost: localhost:{port}\r\n"),
            format!("GET /{other}/index.html HTTP/1.1\r\nHost: localhost:{port}\r\n"),
            format!("GET /{token}/index.html HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"),
            format!("GET /{token}/index.html HTTP/1.1\r\nHost: evil.example:{port}\r\n"),
            format!("GET /{token}/index.html HTTP/1.1\r\nHost: localhost\r\n"),
            format!("GET /{token}/other.html HTTP/1.1\r\nHost: localhost:{port}\r\n"),
            format!("{page}Origin: null\r\n"),
            format!(
                "{page}Origin: http://localhost:{}\r\n",
                port.wrapping_add(1)
            ),
            format!("{page}Origin: https://localhost:{port}\r\n"),
            page.replace("GET", "POST"),
        ] {
            let answer = ask(port, &refused).await;
            assert!(answer.starts_with("HTTP/1.1 404"), "{refused}{answer}");
            assert!(!answer.contains("the page"), "{refused}{answer}");
        }
    }

    #[tokio::test]
    async fn it_is_gone_with_the_call() {
        let served = Loopback::serve(Arc::new(OneFile)).await.unwrap();
        let port = served.port;
        let mut waiting = TcpStream::connect((Ipv4Addr::LOCALHOST, port))
            .await
            .unwrap();
        let page = format!(
            "GET /{}/index.html HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n",
            served.token
        );
        waiting.write_all(page.as_bytes()).await.unwrap();
        let mut first = [0; 12];
        waiting.read_exact(&mut first).await.unwrap();
        assert_eq!(&first, b"HTTP/1.1 200");
        drop(served);
        // The connection that was kept alive ends as well.
        waiting.read_to_end(&mut Vec::new()).await.unwrap();
        assert!(
            TcpStream::connect((Ipv4Addr::LOCALHOST, port))
                .await
                .is_err()
        );
    }
}
