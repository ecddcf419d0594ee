//! The fake's Entra token endpoint and the Graph calls about meetings.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use serde_json::{Value, json};
use url::form_urlencoded;

use super::request::{Reply, Request};
use super::world::World;

/// Whether a meeting is one that was asked for.
type Fits = Box<dyn Fn(&Value) -> bool>;

/// How long an application's token lives.
const TOKEN_LIFE: i64 = 3599;

impl World {
    /// `POST /{tenant}/oauth2/v2.0/token`
    pub(crate) fn entra(&mut self, request: &Request, tenant: &str) -> Result<Reply, Reply> {
        let refuse = |error: &str, number: u32| {
            let body = json!({
                "error": error,
                "error_description": format!("AADSTS{number}: refused."),
                "error_codes": [number],
            });
            Reply::json(400, &body)
        };
        if request.method != "POST" {
            return Err(Reply::error(405, "MethodNotAllowed", "POST only."));
        }
        let form: BTreeMap<String, String> =
            form_urlencoded::parse(&request.body).into_owned().collect();
        let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
        if field("grant_type") != "client_credentials" {
            return Err(refuse("unsupported_grant_type", 70003));
        }
        let application = self
            .applications
            .iter()
            .find(|app| app.tenant == tenant && app.client_id == field("client_id"))
            .ok_or_else(|| refuse("unauthorized_client", 700_016))?;
        if application.client_secret.expose() != field("client_secret") {
            let mut reply = refuse("invalid_client", 7_000_215);
            reply.status = 401;
            return Err(reply);
        }
        // The resource is the scope without what follows its last slash; ACS's ends with one of its own.
        let audience = match field("scope") {
            "https://graph.microsoft.com/.default" => "https://graph.microsoft.com/",
            "https://communication.azure.com//.default" => "https://communication.azure.com/",
            _ => return Err(refuse("invalid_scope", 70011)),
        };
        let expires = request
            .now
            .saturating_add(SignedDuration::from_secs(TOKEN_LIFE))
            .map_or(i64::MAX, |at| at.as_second());
        let claims = json!({
            "aud": audience,
            "appid": application.client_id,
            "roles": application.roles,
            "contributor": application.contributor,
            "tid": tenant,
            "exp": expires,
        });
        Ok(Reply::json(
            200,
            &json!({
                "token_type": "Bearer",
                "expires_in": TOKEN_LIFE,
                "ext_expires_in": TOKEN_LIFE,
                "access_token": self.token(&claims),
            }),
        ))
    }

    pub(crate) fn graph(&mut self, request: &Request, rest: &[&str]) -> Result<Reply, Reply> {
        let (application, roles) = self.application(request)?;
        let ["users", organizer, "onlineMeetings", rest @ ..] = rest else {
            return Err(Reply::error(404, "NotFound", "Resource not found."));
        };
        if request.method != "GET" {
            return Err(Reply::error(405, "MethodNotAllowed", "GET only."));
        }
        let reading = ["OnlineMeetings.Read.All", "OnlineMeetings.ReadWrite.All"];
        if !roles.iter().any(|role| reading.contains(&role.as_str())) {
            return Err(Reply::error(
                403,
                "Forbidden",
                "Application does not have permission to perform this action.",
            ));
        }
        let granted = self.policies.iter().any(|(app, user)| {
            *app == application && user.as_deref().is_none_or(|user| user == *organizer)
        });
        if !granted {
            return Err(Reply::error(
                403,
                "Forbidden",
                "No application access policy found for this app.",
            ));
        }
        let fits: Fits = match rest {
            [] => {
                let filter = request.query.get("$filter").map(String::as_str);
                let (field, wanted) = filter
                    .and_then(equality)
                    .ok_or_else(|| Reply::error(400, "BadRequest", "The filter is missing."))?;
                filtered(&field, wanted)?
            }
            [id] => {
                let found = self
                    .meetings
                    .iter()
                    .find(|(owner, meeting)| owner == organizer && meeting["id"] == *id);
                let (_, meeting) =
                    found.ok_or_else(|| Reply::error(404, "NotFound", "3004: not found"))?;
                return Ok(Reply::json(200, meeting));
            }
            _ => return Err(Reply::error(404, "NotFound", "Resource not found.")),
        };
        let found: Vec<&Value> = self
            .meetings
            .iter()
            .filter(|(owner, meeting)| owner == organizer && fits(meeting))
            .map(|(_, meeting)| meeting)
            .collect();
        if found.is_empty() {
            return Err(Reply::error(404, "NotFound", "3004: Meeting is not found."));
        }
        let context = format!(
            "{}/v1.0/$metadata#users('{organizer}')/onlineMeetings",
            request.origin
        );
        Ok(Reply::json(
            200,
            &json!({ "@odata.context": context, "value": found }),
        ))
    }
}

/// Reads `field eq 'value'`, where a quote inside is doubled.
fn equality(filter: &str) -> Option<(String, String)> {
    let (field, rest) = filter.trim().split_once(" eq ")?;
    let quoted = rest.trim().strip_prefix('\'')?.strip_suffix('\'')?;
    let plain = quoted.replace("''", "\0");
    if plain.contains('\'') {
        return None;
    }
    Some((field.trim().to_lowercase(), plain.replace('\0', "'")))
}

fn filtered(field: &str, wanted: String) -> Result<Fits, Reply> {
    match field {
        // A short link finds its meeting as well, and the answer shows the long form.
        "joinweburl" => Ok(Box::new(move |meeting| {
            [&meeting["joinWebUrl"], &meeting["shortJoinUrl"]]
                .iter()
                .any(|url| **url == *wanted)
        })),
        "joinmeetingidsettings/joinmeetingid" => Ok(Box::new(move |meeting| {
            meeting["joinMeetingIdSettings"]["joinMeetingId"] == *wanted
        })),
        _ => Err(Reply::error(
            400,
            "BadRequest",
            "The filter is not supported.",
        )),
    }
}
