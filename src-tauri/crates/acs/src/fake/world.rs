//! Everything that the fake knows, and the way from a request to its answer.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::SignedDuration;
use serde_json::Value;

use super::access::Application;
use super::fault::{Failing, Faults};
use super::limits::Limits;
use super::request::{Reply, Request};
use super::thread::Thread;
use crate::identity::{AccessKey, AccessKeyError};
use crate::secret::Secret;

/// A request that was answered, without what is secret in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// HTTP's.
    pub method: String,
    /// Path and query as they travelled.
    pub target: String,
    /// Of the answer.
    pub status: u16,
}

pub(crate) struct UserRecord {
    /// Tokens up to this number are refused.
    pub revoked_up_to: u64,
}

pub(crate) struct World {
    pub key: AccessKey,
    pub ahead: SignedDuration,
    pub faults: Faults,
    pub limits: Limits,
    pub seen: Vec<Seen>,
    pub users: BTreeMap<String, UserRecord>,
    pub threads: BTreeMap<String, Thread>,
    pub applications: Vec<Application>,
    /// Application and organiser; everybody's meetings with `None`.
    pub policies: Vec<(String, Option<String>)>,
    /// Organiser and meeting, as Graph shows it.
    pub meetings: Vec<(String, Value)>,
    /// Set once Azure offers no chat any more: the status that it answers with.
    pub chat_retired: Option<u16>,
    /// Counts everything that needs a number of its own.
    pub count: u64,
}

impl World {
    pub(crate) fn new(key: &Secret, limits: bool) -> Result<Self, AccessKeyError> {
        Ok(Self {
            key: AccessKey::parse(key.expose())?,
            ahead: SignedDuration::ZERO,
            faults: Faults::default(),
            limits: Limits::new(limits),
            seen: Vec::new(),
            users: BTreeMap::new(),
            threads: BTreeMap::new(),
            applications: Vec::new(),
            policies: Vec::new(),
            meetings: Vec::new(),
            chat_retired: None,
            count: 0,
        })
    }

    pub(crate) fn number(&mut self) -> u64 {
        self.count += 1;
        self.count
    }

    /// Answers; the second value is how late.
    pub(crate) fn handle(&mut self, request: &Request) -> (Reply, Option<Duration>) {
        let failing = self.faults.take(request);
        let instead = failing.as_ref().and_then(Failing::instead);
        let reply = match instead {
            Some(reply) => reply,
            None => self.dispatch(request).unwrap_or_else(|refusal| refusal),
        };
        let late = match &failing {
            Some(Failing::Late(late)) => Some(*late),
            Some(_) | None => None,
        };
        let reply = match failing {
            Some(failing) => failing.spoil(reply),
            None => reply,
        };
        self.seen.push(Seen {
            method: request.method.clone(),
            target: request.target.clone(),
            status: reply.status,
        });
        (reply, late)
    }

    fn dispatch(&mut self, request: &Request) -> Result<Reply, Reply> {
        let path: Vec<&str> = request.path.iter().map(String::as_str).collect();
        match path.as_slice() {
            ["identities", rest @ ..] => {
                api_version(request)?;
                self.identities(request, rest)
            }
            ["chat", "threads", rest @ ..] => {
                api_version(request)?;
                self.chat(request, rest)
            }
            [tenant, "oauth2", "v2.0", "token"] => self.entra(request, tenant),
            ["v1.0", rest @ ..] => self.graph(request, rest),
            _ => Err(Reply::error(404, "NotFound", "There is nothing here.")),
        }
    }
}

fn api_version(request: &Request) -> Result<(), Reply> {
    let plausible = |version: &String| {
        let date = version.trim_end_matches("-preview");
        date.len() == 10 && date.bytes().all(|c| c.is_ascii_digit() || c == b'-')
    };
    if request.query.get("api-version").is_some_and(plausible) {
        return Ok(());
    }
    Err(Reply::error(
        400,
        "BadRequest",
        "The API version is missing or unknown.",
    ))
}
