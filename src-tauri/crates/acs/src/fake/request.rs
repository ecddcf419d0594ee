//! A request as the fake's world sees it, and its answer.

use std::collections::BTreeMap;

use axum::http::HeaderMap;
use bytes::Bytes;
use jiff::Timestamp;
use serde_json::{Value, json};
use url::Url;

pub(crate) struct Request {
    pub method: String,
    /// Path and query exactly as they travelled: that is what is signed.
    pub target: String,
    /// The path's segments, decoded.
    pub path: Vec<String>,
    pub query: BTreeMap<String, String>,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// Scheme and authority, for links back.
    pub origin: String,
    pub now: Timestamp,
}

impl Request {
    pub(crate) fn new(
        method: &str,
        target: &str,
        headers: HeaderMap,
        body: Bytes,
        scheme: &str,
        now: Timestamp,
    ) -> Self {
        let host = headers.get("host").and_then(|host| host.to_str().ok());
        let origin = format!("{scheme}://{}", host.unwrap_or_default());
        // A base of our own: the target is what counts.
        let url = Url::parse("http://fake")
            .and_then(|base| base.join(target))
            .ok();
        let query = url
            .iter()
            .flat_map(|url| url.query_pairs().into_owned().collect::<Vec<_>>())
            .collect();
        let path = target.split('?').next().unwrap_or_default();
        let path = path
            .split('/')
            .filter(|segment| !segment.is_empty())
            .map(decode)
            .collect();
        Self {
            method: method.to_owned(),
            target: target.to_owned(),
            path,
            query,
            headers,
            body,
            origin,
            now,
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Host and port as the client wrote them.
    pub(crate) fn authority(&self) -> &str {
        self.header("host").unwrap_or_default()
    }

    pub(crate) fn json(&self) -> Result<Value, Reply> {
        if self.body.is_empty() {
            return Ok(json!({}));
        }
        serde_json::from_slice(&self.body)
            .map_err(|_| Reply::error(400, "BadRequest", "The body is no JSON."))
    }

    /// A number from the query, at most `most`.
    pub(crate) fn number(&self, name: &str, otherwise: usize, most: usize) -> Result<usize, Reply> {
        match self.query.get(name) {
            None => Ok(otherwise),
            Some(text) => match text.parse() {
                Ok(number) if number <= most => Ok(number),
                Ok(_) | Err(_) => Err(Reply::error(400, "BadRequest", &format!("{name} is off."))),
            },
        }
    }
}

fn decode(segment: &str) -> String {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) if *first == b'%' => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            Some(_) | None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

pub(crate) struct Reply {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Bytes,
    /// The connection breaks half way through the body.
    pub cut: bool,
}

impl Reply {
    pub(crate) fn empty(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Bytes::new(),
            cut: false,
        }
    }

    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self {
            headers: vec![("content-type", "application/json; charset=utf-8".into())],
            body: Bytes::from(body.to_string()),
            ..Self::empty(status)
        }
    }

    pub(crate) fn error(status: u16, code: &str, message: &str) -> Self {
        let body = json!({ "error": { "code": code, "message": message } });
        Self::json(status, &body).with("x-ms-error-code", code)
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}
