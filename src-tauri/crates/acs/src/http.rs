//! One request to Azure: authorised, tried again where that is safe, its answer bounded and its time corrected.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use jiff::{SignedDuration, Timestamp};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, DATE, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{Method, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use crate::clock::SharedClock;
use crate::identity::sign::AccessKey;
use crate::retry::{Jitter, RetryPolicy, http_date, retry_after};
use crate::secret::Secret;
use crate::token::{TokenError, TokenSource};

/// A pool of connections, to be shared by all clients of a process.
#[derive(Clone, Debug)]
pub struct HttpClient(reqwest::Client);

/// What a pool of connections is to be like.
#[derive(Clone, Debug, Default)]
pub struct HttpOptions {
    /// Certificates in PEM that are trusted besides the system's, such as the fake server's or a proxy's.
    pub roots: Vec<String>,
    /// A proxy instead of the one that the environment names.
    pub proxy: Option<String>,
}

/// Why there is no pool of connections.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("the HTTP client cannot be set up: {reason}")]
pub struct HttpSetupError {
    /// What reqwest says.
    pub reason: String,
}

impl HttpSetupError {
    /// Stable across releases.
    pub fn code(&self) -> &'static str {
        "http.setup"
    }
}

impl From<reqwest::Error> for HttpSetupError {
    fn from(error: reqwest::Error) -> Self {
        Self {
            reason: error.without_url().to_string(),
        }
    }
}

impl HttpClient {
    /// Opens nothing yet.
    pub fn new(options: &HttpOptions) -> Result<Self, HttpSetupError> {
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("foyer/", env!("CARGO_PKG_VERSION")))
            // A redirect would carry the token somewhere else.
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(10))
            .timeout(Duration::from_secs(30));
        for root in &options.roots {
            builder =
                builder.add_root_certificate(reqwest::Certificate::from_pem(root.as_bytes())?);
        }
        if let Some(proxy) = &options.proxy {
            builder = builder.proxy(reqwest::Proxy::all(proxy)?);
        }
        Ok(Self(builder.build()?))
    }

    pub(crate) fn client(&self) -> &reqwest::Client {
        &self.0
    }
}

/// What every client here is made with.
#[derive(Clone)]
pub struct Surroundings {
    /// The connections.
    pub http: HttpClient,
    /// The time.
    pub clock: SharedClock,
    /// How often to try.
    pub retry: RetryPolicy,
    /// For the jitter; different in every process.
    pub seed: u64,
}

/// Whether a request may have been carried out although its answer never came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// Doing it twice does no harm.
    Harmless,
    /// People would see it twice: only tried again where the server said that it did nothing.
    Visible,
}

/// Who asks.
pub(crate) enum Auth<'a> {
    /// Nobody in particular; the body carries what is needed.
    None,
    /// The resource's owner.
    Key(&'a AccessKey),
    /// Whoever the token names.
    Bearer(&'a dyn TokenSource),
}

/// A request, before it is authorised.
pub(crate) struct Call {
    pub method: Method,
    pub url: Url,
    pub body: Bytes,
    pub content_type: &'static str,
    pub repeat: Repeat,
    /// The longest answer that is read.
    pub longest: usize,
}

impl Call {
    pub(crate) fn new(method: Method, url: Url, repeat: Repeat) -> Self {
        Self {
            method,
            url,
            body: Bytes::new(),
            content_type: "application/json",
            repeat,
            longest: 4 << 20,
        }
    }

    pub(crate) fn json(mut self, body: &serde_json::Value) -> Self {
        self.body = Bytes::from(body.to_string());
        self
    }
}

/// A successful answer.
pub(crate) struct Answer {
    pub body: Bytes,
}

impl Answer {
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        serde_json::from_slice(&self.body).map_err(|error| Failure::Malformed {
            // serde's own words may quote the answer, and with it a token.
            reason: format!("line {}, column {}", error.line(), error.column()),
        })
    }
}

/// Why a request came to nothing, before each client says it in its own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    Refused {
        status: u16,
        code: String,
        message: String,
    },
    Throttled {
        retry_after: Option<Duration>,
    },
    Unreachable {
        reason: String,
    },
    Malformed {
        reason: String,
    },
    Token(TokenError),
}

/// The clock may differ by this much from the server's before a signature is made with the server's time.
const TOLERATED_SKEW: SignedDuration = SignedDuration::from_secs(60);

/// Sends requests.
pub(crate) struct Sender {
    pub around: Surroundings,
    jitter: Mutex<Jitter>,
    /// Milliseconds by which the server is ahead of our clock, as far as that matters.
    ahead_ms: AtomicI64,
}

impl Sender {
    pub(crate) fn new(around: Surroundings) -> Self {
        Self {
            jitter: Mutex::new(Jitter::new(around.seed)),
            around,
            ahead_ms: AtomicI64::new(0),
        }
    }

    /// How far the server's clock is ahead of ours; zero while they agree well enough.
    pub(crate) fn ahead(&self) -> SignedDuration {
        SignedDuration::from_millis(self.ahead_ms.load(Ordering::Relaxed))
    }

    pub(crate) async fn send(&self, call: &Call, auth: Auth<'_>) -> Result<Answer, Failure> {
        let mut attempt = 0;
        let mut corrected = false;
        let mut refused = None;
        loop {
            attempt += 1;
            let signed_at = self.server_time();
            let (headers, token) = authorise(call, &auth, signed_at, refused.clone()).await?;
            let outcome = self.once(call, headers).await;
            let (error, wait) = match outcome {
                Ok(answer) => return Ok(answer),
                Err(Trouble::Answered(status, headers, body)) => {
                    let unauthorised = status == StatusCode::UNAUTHORIZED;
                    if unauthorised && !corrected && self.learn_time(&headers, signed_at) {
                        corrected = true;
                        attempt -= 1;
                        continue;
                    }
                    if unauthorised && refused.is_none() && token.is_some() {
                        refused = token;
                        attempt -= 1;
                        continue;
                    }
                    let asked = asked_wait(&headers, self.server_time());
                    let error = failure(status, asked, &body);
                    (error, self.passing(call, status).then_some(asked))
                }
                Err(Trouble::NotSent(reason)) => (Failure::Unreachable { reason }, Some(None)),
                Err(Trouble::Unknown(reason)) => {
                    let again = call.repeat == Repeat::Harmless;
                    (Failure::Unreachable { reason }, again.then_some(None))
                }
                Err(Trouble::TooLong) => {
                    let reason = "the answer is too long".into();
                    return Err(Failure::Malformed { reason });
                }
            };
            let wait = wait.and_then(|asked| {
                let mut jitter = self.jitter.lock().unwrap_or_else(PoisonError::into_inner);
                self.around.retry.wait(attempt, asked, &mut jitter)
            });
            let Some(wait) = wait else {
                return Err(error);
            };
            tracing::debug!(attempt, wait_ms = wait.as_millis() as u64, "trying again");
            self.around.clock.sleep(wait).await;
        }
    }

    fn server_time(&self) -> Timestamp {
        let now = self.around.clock.now();
        now.saturating_add(self.ahead()).unwrap_or(now)
    }

    /// True if the server's clock differs from the time that was signed, so that signing again is worth it.
    fn learn_time(&self, headers: &HeaderMap, signed_at: Timestamp) -> bool {
        let date = headers.get(DATE).and_then(|date| date.to_str().ok());
        let Some(date) = date.and_then(http_date) else {
            return false;
        };
        if date.duration_since(signed_at).abs() < TOLERATED_SKEW {
            return false;
        }
        let ahead = date.duration_since(self.around.clock.now());
        let ahead_ms = i64::try_from(ahead.as_millis()).unwrap_or(0);
        self.ahead_ms.store(ahead_ms, Ordering::Relaxed);
        tracing::warn!(
            ahead_s = ahead.as_secs(),
            "the clock differs from the service's"
        );
        true
    }

    fn passing(&self, call: &Call, status: StatusCode) -> bool {
        match status {
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => true,
            StatusCode::REQUEST_TIMEOUT => call.repeat == Repeat::Harmless,
            other => other.is_server_error() && call.repeat == Repeat::Harmless,
        }
    }

    async fn once(&self, call: &Call, headers: HeaderMap) -> Result<Answer, Trouble> {
        let mut request = self
            .around
            .http
            .0
            .request(call.method.clone(), call.url.clone())
            .headers(headers);
        if !call.body.is_empty() {
            request = request
                .header(CONTENT_TYPE, call.content_type)
                .body(call.body.clone());
        }
        let mut response = request.send().await.map_err(Trouble::from)?;
        let status = response.status();
        let headers = response.headers().clone();
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(Trouble::from)? {
            if body.len() + chunk.len() > call.longest {
                return Err(Trouble::TooLong);
            }
            body.extend_from_slice(&chunk);
        }
        let body = body.freeze();
        if status.is_success() {
            return Ok(Answer { body });
        }
        Err(Trouble::Answered(status, headers, body))
    }
}

enum Trouble {
    Answered(StatusCode, HeaderMap, Bytes),
    NotSent(String),
    /// It may or may not have been carried out.
    Unknown(String),
    TooLong,
}

impl From<reqwest::Error> for Trouble {
    fn from(error: reqwest::Error) -> Self {
        let connecting = error.is_connect() || error.is_builder();
        let reason = chain(&error.without_url());
        if connecting {
            Self::NotSent(reason)
        } else {
            Self::Unknown(reason)
        }
    }
}

/// An error with what caused it: reqwest's own text alone says nothing of use.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

async fn authorise(
    call: &Call,
    auth: &Auth<'_>,
    now: Timestamp,
    refused: Option<Secret>,
) -> Result<(HeaderMap, Option<Secret>), Failure> {
    match auth {
        Auth::None => Ok((HeaderMap::new(), None)),
        Auth::Key(key) => Ok((key.sign(&call.method, &call.url, &call.body, now), None)),
        Auth::Bearer(source) => {
            let token = source.token(refused).await.map_err(Failure::Token)?;
            let mut value =
                HeaderValue::try_from(format!("Bearer {}", token.expose())).map_err(|_| {
                    Failure::Malformed {
                        reason: "the token is no header value".into(),
                    }
                })?;
            value.set_sensitive(true);
            let mut headers = HeaderMap::new();
            headers.insert(AUTHORIZATION, value);
            Ok((headers, Some(token)))
        }
    }
}

/// The wait that the server asks for: Azure's own headers are finer than the standard one.
fn asked_wait(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let millis = ["retry-after-ms", "x-ms-retry-after-ms"]
        .into_iter()
        .find_map(|name| text(name)?.trim().parse().ok());
    millis
        .map(Duration::from_millis)
        .or_else(|| retry_after(text(RETRY_AFTER.as_str())?, now))
}

#[derive(Deserialize)]
struct ErrorBody {
    error: ErrorDetail,
}

#[derive(Deserialize)]
struct ErrorDetail {
    #[serde(default)]
    code: String,
    #[serde(default)]
    message: String,
}

fn failure(status: StatusCode, retry_after: Option<Duration>, body: &Bytes) -> Failure {
    if status == StatusCode::TOO_MANY_REQUESTS {
        return Failure::Throttled { retry_after };
    }
    let (code, message) = serde_json::from_slice::<ErrorBody>(body)
        .map(|body| (body.error.code, body.error.message))
        .unwrap_or_default();
    Failure::Refused {
        status: status.as_u16(),
        code,
        message,
    }
}
