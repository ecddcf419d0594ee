//! The fake's ACS Identity.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::limits::Rule;
use super::request::{Reply, Request};
use super::world::{UserRecord, World};

const ISSUING: &[Rule] = &[(1000, 30)];
const MANAGING: &[Rule] = &[(500, 30)];
const SCOPES: [&str; 5] = [
    "voip",
    "voip.join",
    "chat",
    "chat.join",
    "chat.join.limited",
];
/// Every user of one resource begins like this.
pub(crate) const USER_PREFIX: &str = "8:acs:6f6f6f6f-acac-4acc-8acc-0123456789ab_";

impl World {
    pub(crate) fn identities(&mut self, request: &Request, rest: &[&str]) -> Result<Reply, Reply> {
        self.owner(request)?;
        match (request.method.as_str(), rest) {
            ("POST", []) => {
                self.limit("issue", ISSUING, request.now)?;
                self.create(request)
            }
            ("POST", [user, ":issueAccessToken"]) => {
                self.limit("issue", ISSUING, request.now)?;
                self.existing(user)?;
                let body = request.json()?;
                let token = self.issue(user, &body["scopes"], &body, request.now)?;
                Ok(Reply::json(200, &token))
            }
            ("POST", [user, ":revokeAccessTokens"]) => {
                self.limit("manage", MANAGING, request.now)?;
                let number = self.number();
                self.existing(user)?.revoked_up_to = number;
                Ok(Reply::empty(204))
            }
            ("DELETE", [user]) => {
                self.limit("manage", MANAGING, request.now)?;
                self.existing(user)?;
                self.users.remove(*user);
                Ok(Reply::empty(204))
            }
            _ => Err(Reply::error(404, "NotFound", "No such operation.")),
        }
    }

    fn limit(&mut self, name: &str, rules: &[Rule], now: Timestamp) -> Result<(), Reply> {
        self.limits
            .take(&[(format!("identity {name}"), rules)], now)
    }

    fn existing(&mut self, user: &str) -> Result<&mut UserRecord, Reply> {
        self.users
            .get_mut(user)
            .ok_or_else(|| Reply::error(404, "IdentityNotFound", "There is no such identity."))
    }

    fn create(&mut self, request: &Request) -> Result<Reply, Reply> {
        let body = request.json()?;
        let id = format!("{USER_PREFIX}{:016x}", self.number());
        let scopes = &body["createTokenWithScopes"];
        let wants_token = scopes.as_array().is_some_and(|scopes| !scopes.is_empty());
        let mut answer = json!({ "identity": { "id": id } });
        if wants_token {
            answer["accessToken"] = self.issue(&id, scopes, &body, request.now)?;
        }
        self.users.insert(id, UserRecord { revoked_up_to: 0 });
        Ok(Reply::json(201, &answer))
    }

    fn issue(
        &mut self,
        user: &str,
        scopes: &Value,
        body: &Value,
        now: Timestamp,
    ) -> Result<Value, Reply> {
        let invalid = |message: &str| Reply::error(400, "ValidationError", message);
        let names: Vec<_> = scopes.as_array().into_iter().flatten().collect();
        let known = |name: &&Value| name.as_str().is_some_and(|name| SCOPES.contains(&name));
        if names.is_empty() || !names.iter().all(known) {
            return Err(invalid("The scopes are missing or unknown."));
        }
        let minutes = match &body["expiresInMinutes"] {
            Value::Null => 1440,
            minutes => minutes
                .as_i64()
                .filter(|minutes| (60..=1440).contains(minutes))
                .ok_or_else(|| invalid("expiresInMinutes is not between 60 and 1440."))?,
        };
        let expires = now
            .saturating_add(SignedDuration::from_mins(minutes))
            .unwrap_or(Timestamp::MAX);
        let scope: Vec<_> = names.iter().filter_map(|name| name.as_str()).collect();
        // The Calling SDK looks for these, and refuses a token without its resource as 401/44115.
        let resource = user.trim_start_matches("8:acs:").split('_').next();
        let claims = json!({
            "skypeid": user.trim_start_matches("8:"),
            "acsScope": scope.join(","),
            "scp": 1792,
            "csi": now.as_second().to_string(),
            "resourceId": resource,
            "resourceLocation": "unitedstates",
            "num": self.number(),
            "iat": now.as_second(),
            "exp": expires.as_second(),
        });
        Ok(json!({
            "token": self.token(&claims),
            "expiresOn": expires.strftime("%Y-%m-%dT%H:%M:%S%.7f+00:00").to_string(),
        }))
    }
}
