//! Faults on demand.

use std::time::Duration;

use bytes::Bytes;

use super::request::{Reply, Request};

/// Coming requests that are to fail.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Only this method; any if `None`.
    pub method: Option<&'static str>,
    /// Only paths that contain this, as it travels; any if empty.
    pub path: String,
    /// How many requests.
    pub times: u32,
    /// In which way.
    pub failing: Failing,
}

/// How a request fails.
#[derive(Clone, Debug)]
pub enum Failing {
    /// With this status instead of being carried out.
    Status {
        /// HTTP's.
        status: u16,
        /// The service's own code.
        code: String,
        /// What `Retry-After` says, in seconds.
        retry_after: Option<u32>,
    },
    /// Carried out, but the connection breaks before the answer is complete.
    Cut,
    /// Carried out, but the answer is no JSON.
    Garbage,
    /// Carried out, but the answer comes late by the server's clock.
    Late(Duration),
}

impl Fault {
    /// The next request to such a path is answered with `status`.
    pub fn once(path: &str, status: u16) -> Self {
        Self {
            method: None,
            path: path.to_owned(),
            times: 1,
            failing: Failing::Status {
                status,
                code: "Fault".into(),
                retry_after: None,
            },
        }
    }

    /// The same with a `Retry-After`.
    pub fn retry_after(path: &str, status: u16, seconds: u32) -> Self {
        let mut fault = Self::once(path, status);
        if let Failing::Status { retry_after, .. } = &mut fault.failing {
            *retry_after = Some(seconds);
        }
        fault
    }

    /// As often as this.
    pub fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }

    /// Requests with this method only.
    pub fn on(mut self, method: &'static str) -> Self {
        self.method = Some(method);
        self
    }

    /// Fails in this way instead.
    pub fn with(mut self, failing: Failing) -> Self {
        self.failing = failing;
        self
    }
}

#[derive(Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// What happens to this request.
    pub(crate) fn take(&mut self, request: &Request) -> Option<Failing> {
        let at = self.0.iter().position(|fault| {
            fault.times > 0
                && fault.method.is_none_or(|method| method == request.method)
                && request.target.contains(&fault.path)
        })?;
        let fault = &mut self.0[at];
        fault.times -= 1;
        let failing = fault.failing.clone();
        if fault.times == 0 {
            self.0.remove(at);
        }
        Some(failing)
    }
}

impl Failing {
    /// The answer instead of carrying the request out.
    pub(crate) fn instead(&self) -> Option<Reply> {
        let Self::Status {
            status,
            code,
            retry_after,
        } = self
        else {
            return None;
        };
        let mut reply = Reply::error(*status, code, "A fault that was asked for.");
        if let Some(seconds) = retry_after {
            reply = reply.with("retry-after", seconds.to_string());
        }
        Some(reply)
    }

    /// What becomes of the answer after carrying it out.
    pub(crate) fn spoil(&self, mut reply: Reply) -> Reply {
        match self {
            Self::Cut => reply.cut = true,
            Self::Garbage => reply.body = Bytes::from_static(b"<html>Bad gateway</html>"),
            Self::Status { .. } | Self::Late(_) => {}
        }
        reply
    }
}
