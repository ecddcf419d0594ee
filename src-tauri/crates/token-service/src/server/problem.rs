//! Refusals and failures, as JSON: `{"error": {"code", "message"}}`. The app chooses its words by the code.

use std::time::Duration;

use axum::Json;
use axum::extract::FromRequest;
use axum::extract::Request;
use axum::extract::rejection::JsonRejection;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::access::AccessError;
use crate::invitation::Refusal;
use crate::issuer::IssueError;
use crate::meeting::AddressError;
use crate::refresh::RefreshRefusal;
use crate::store::Denied;

#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    code: &'static str,
    message: String,
    retry_after: Option<Duration>,
}

/// Which problem an answer tells of, for the log.
#[derive(Clone, Copy)]
pub(crate) struct Code(pub &'static str);

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            retry_after: None,
        }
    }

    pub(crate) fn bad_request(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    pub(crate) fn internal(message: &str) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "service.broken", message)
    }

    pub(crate) fn timeout() -> Self {
        let message = "it took too long";
        Self::new(StatusCode::GATEWAY_TIMEOUT, "service.timeout", message)
    }

    fn later(code: &'static str, message: &str, wait: Duration) -> Self {
        let mut problem = Self::new(StatusCode::TOO_MANY_REQUESTS, code, message);
        problem.retry_after = Some(wait);
        problem
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = json!({ "error": { "code": self.code, "message": self.message } });
        let mut response = (self.status, Json(body)).into_response();
        if let Some(wait) = self.retry_after {
            let seconds = wait.as_millis().div_ceil(1000).max(1);
            if let Ok(value) = HeaderValue::try_from(seconds.to_string()) {
                response.headers_mut().insert(header::RETRY_AFTER, value);
            }
        }
        response.extensions_mut().insert(Code(self.code));
        response
    }
}

pub(crate) async fn not_found() -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "request.not_found",
        "there is nothing here",
    )
}

pub(crate) async fn wrong_method() -> Problem {
    let message = "not with this method";
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "request.method", message)
}

/// A body in JSON; whatever is wrong with it is told in our own words, which do not quote it.
pub(crate) struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        match Json::<T>::from_request(request, state).await {
            Ok(Json(body)) => Ok(Self(body)),
            Err(JsonRejection::MissingJsonContentType(_)) => Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "request.not_json",
                "the body is not declared as JSON",
            )),
            Err(JsonRejection::BytesRejection(error))
                if error.status() == StatusCode::PAYLOAD_TOO_LARGE =>
            {
                Err(Problem::new(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    "request.too_long",
                    "the body is too long",
                ))
            }
            Err(_) => Err(Problem::bad_request(
                "request.body",
                "the body is not what belongs here",
            )),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::new(StatusCode::FORBIDDEN, refusal.code(), refusal.to_string())
    }
}

impl From<RefreshRefusal> for Problem {
    fn from(refusal: RefreshRefusal) -> Self {
        Self::new(StatusCode::FORBIDDEN, refusal.code(), refusal.to_string())
    }
}

impl From<AddressError> for Problem {
    fn from(error: AddressError) -> Self {
        Self::bad_request(error.code(), error.to_string())
    }
}

impl From<AccessError> for Problem {
    fn from(error: AccessError) -> Self {
        let status = match &error {
            AccessError::Missing | AccessError::Refused | AccessError::Expired => {
                StatusCode::UNAUTHORIZED
            }
            AccessError::Role => StatusCode::FORBIDDEN,
            AccessError::Unreachable => StatusCode::SERVICE_UNAVAILABLE,
        };
        Self::new(status, error.code(), error.to_string())
    }
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::AddressTooOften(wait) => {
                Self::later("limit.address", "too many requests from this address", wait)
            }
            Denied::InvitationTooOften(wait) => Self::later(
                "limit.invitation",
                "too many requests with this invitation",
                wait,
            ),
            Denied::UsedUp => Refusal::UsedUp.into(),
            Denied::Broken => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "store.unavailable",
                "uses cannot be counted",
            ),
        }
    }
}

impl From<IssueError> for Problem {
    fn from(error: IssueError) -> Self {
        match error {
            IssueError::Busy(wait) => Self::later("limit.azure", "too many guests at once", wait),
            IssueError::Gone => Self::new(
                StatusCode::FORBIDDEN,
                "refresh.gone",
                "there is no such guest any more",
            ),
            // What is wrong between us and Azure is none of the guest's business; the log has it.
            IssueError::Upstream(_) => Self::new(
                StatusCode::BAD_GATEWAY,
                "azure.unavailable",
                "Azure issued no token",
            ),
        }
    }
}
