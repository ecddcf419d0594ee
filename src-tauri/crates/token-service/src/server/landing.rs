//! What a guest's browser shows for an invitation: a plain page without scripts.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use url::form_urlencoded;

use super::Shared;
use super::language::{Words, words};
use super::problem::Code;
use crate::invitation::{Invitation, Refusal};
use crate::meeting::Address;

/// `GET /join/{invitation}`. Looking at it uses nothing up: mail filters look as well.
pub(super) async fn page(
    State(shared): State<Arc<Shared>>,
    Path(text): Path<String>,
    headers: HeaderMap,
) -> Response {
    let words = words(&headers);
    let keys = &shared.config.invitations.keys;
    let now = shared.clock.now();
    let opened = Invitation::open(&text, keys, &shared.config.public_url, now);
    let (status, body, code) = match opened {
        Ok(invitation) => {
            let body = invited(&shared, &invitation, words);
            (StatusCode::OK, body, None)
        }
        Err(refusal) => {
            let body = refused(refusal, words);
            (StatusCode::FORBIDDEN, body, Some(Code(refusal.code())))
        }
    };
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_LANGUAGE, words.code),
        (header::VARY, "Accept-Language"),
    ];
    let mut response = (status, headers, document(words, &body)).into_response();
    if let Some(code) = code {
        response.extensions_mut().insert(code);
    }
    response
}

/// `GET /assets/landing.css`
pub(super) async fn style() -> impl IntoResponse {
    let kind = [(header::CONTENT_TYPE, "text/css; charset=utf-8")];
    (kind, include_str!("landing.css"))
}

fn document(words: &Words, body: &str) -> String {
    let (code, title) = (words.code, words.title);
    format!(
        "<!doctype html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"robots\" content=\"noindex\">\n<title>{title} – Foyer</title>\n\
         <link rel=\"stylesheet\" href=\"/assets/landing.css\">\n</head>\n<body>\n<main>\n\
         {body}</main>\n</body>\n</html>\n"
    )
}

fn invited(shared: &Shared, invitation: &Invitation, words: &Words) -> String {
    let details = &invitation.details;
    let heading = details.subject.as_deref().unwrap_or(words.title);
    let mut body = format!("<h1>{}</h1>\n", escaped(heading));
    let mut facts = String::new();
    let mut fact = |name: &str, value: &str| {
        // Writing to a string does not fail.
        let _ = writeln!(facts, "<dt>{name}</dt><dd>{}</dd>", escaped(value));
    };
    if let Some(organizer) = &details.organizer {
        fact(words.organizer, organizer);
    }
    if let Some(starts) = details.starts_at {
        fact(
            words.starts,
            &starts.strftime("%Y-%m-%d %H:%M UTC").to_string(),
        );
    }
    if let Some(dial_in) = &details.dial_in {
        fact(words.dial_in, &dial_in.number);
        fact(words.conference, &dial_in.conference_id);
    }
    if !facts.is_empty() {
        let _ = writeln!(body, "<dl>\n{facts}</dl>");
    }
    let _ = writeln!(body, "<p>{}</p>", words.explain);
    let sealed = invitation.seal(&shared.config.invitations.keys);
    let mut link = |class: &str, href: &str, text: &str| {
        let href = escaped(href);
        let _ = writeln!(
            body,
            "<p><a class=\"{class}\" href=\"{href}\">{text}</a></p>"
        );
    };
    link("first", &sealed.app_link(), words.open);
    if let Some(download) = &shared.config.download_url {
        link("second", download.as_str(), words.get);
    }
    link("third", &browser_link(&invitation.meeting), words.browser);
    body
}

fn browser_link(meeting: &Address) -> String {
    match meeting {
        Address::Link(link) => link.clone(),
        Address::Id { id, passcode } => {
            let mut link = format!("https://teams.microsoft.com/meet/{id}");
            if let Some(passcode) = passcode {
                let query = form_urlencoded::Serializer::new(String::new())
                    .append_pair("p", passcode)
                    .finish();
                let _ = write!(link, "?{query}");
            }
            link
        }
    }
}

fn refused(refusal: Refusal, words: &Words) -> String {
    let reason = match refusal {
        Refusal::Expired => words.expired,
        Refusal::NotYet => words.not_yet,
        Refusal::Malformed
        | Refusal::OtherVersion
        | Refusal::UnknownKey
        | Refusal::Forged
        | Refusal::OtherService
        | Refusal::OtherMeeting
        | Refusal::UsedUp => words.invalid,
    };
    format!("<h1>{reason}</h1>\n<p>{}</p>\n", words.ask)
}

/// As text or as an attribute in double quotes.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}
