//! Who may: signatures of the resource's key, users' tokens, applications' tokens.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::request::{Reply, Request};
use super::world::World;
use crate::identity::sign::content_hash;
use crate::retry::http_date;
use crate::secret::Secret;

/// How far a signed date may be off.
const SIGNED_DATE: SignedDuration = SignedDuration::from_mins(5);

/// An application that is registered in the directory.
#[derive(Clone, Debug)]
pub struct Application {
    /// The directory, by id or domain.
    pub tenant: String,
    /// Its id.
    pub client_id: String,
    /// Its secret.
    pub client_secret: Secret,
    /// The permissions that an administrator consented to, such as `OnlineMeetings.Read.All`.
    pub roles: Vec<String>,
    /// Whether it has a role on the ACS resource.
    pub contributor: bool,
}

/// What a user's token says.
pub(crate) struct User {
    pub id: String,
    pub scopes: Vec<String>,
}

impl User {
    /// Refuses a user whose token has none of these scopes.
    pub(crate) fn needs(&self, scopes: &[&str]) -> Result<(), Reply> {
        if self.scopes.iter().any(|has| scopes.contains(&has.as_str())) {
            return Ok(());
        }
        Err(Reply::error(403, "Forbidden", "The token lacks a scope."))
    }
}

fn unauthorized(message: &str) -> Reply {
    Reply::error(401, "Unauthorized", message).with("www-authenticate", "HMAC-SHA256, Bearer")
}

impl World {
    /// The owner of the resource: by signature, or by an application's token.
    pub(crate) fn owner(&self, request: &Request) -> Result<(), Reply> {
        let authorization = request
            .header("authorization")
            .ok_or_else(|| unauthorized("There is no authorization."))?;
        if let Some(token) = authorization.strip_prefix("Bearer ") {
            let claims = self.claims(token, request.now)?;
            let resource = claims["aud"].as_str().unwrap_or_default();
            if resource != "https://communication.azure.com/" {
                return Err(unauthorized("The token is for somebody else."));
            }
            if claims["contributor"] != json!(true) {
                return Err(Reply::error(403, "Forbidden", "No role on the resource."));
            }
            return Ok(());
        }
        let signature = authorization
            .strip_prefix("HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=")
            .ok_or_else(|| unauthorized("The authorization is of no known kind."))?;
        let date = request
            .header("x-ms-date")
            .or_else(|| request.header("date"))
            .unwrap_or_default();
        let signed_at = http_date(date).ok_or_else(|| unauthorized("The date is no date."))?;
        if signed_at.duration_since(request.now).abs() > SIGNED_DATE {
            return Err(unauthorized("The signature is too old or too new."));
        }
        let hash = request.header("x-ms-content-sha256").unwrap_or_default();
        if hash != content_hash(&request.body) {
            return Err(unauthorized("The body is not the one that was signed."));
        }
        let expected = self.key.signature(
            &request.method,
            &request.target,
            date,
            request.authority(),
            hash,
        );
        if bool::from(expected.as_bytes().ct_eq(signature.as_bytes())) {
            return Ok(());
        }
        Err(unauthorized("The signature does not fit."))
    }

    /// The user whose token the request carries.
    pub(crate) fn user(&self, request: &Request) -> Result<User, Reply> {
        let claims = self.claims(bearer(request)?, request.now)?;
        let id = claims["skypeid"].as_str().unwrap_or_default();
        let id = format!("8:{id}");
        let number = claims["num"].as_u64().unwrap_or(0);
        match self.users.get(&id) {
            Some(user) if number > user.revoked_up_to => Ok(User {
                id,
                scopes: claims["acsScope"]
                    .as_str()
                    .unwrap_or_default()
                    .split(',')
                    .map(str::to_owned)
                    .collect(),
            }),
            Some(_) | None => Err(unauthorized("The token was revoked.")),
        }
    }

    /// The application whose token for Graph the request carries: its id and its roles.
    pub(crate) fn application(&self, request: &Request) -> Result<(String, Vec<String>), Reply> {
        let invalid = |message: &str| Reply::error(401, "InvalidAuthenticationToken", message);
        let token = bearer(request).map_err(|_| invalid("Access token is empty."))?;
        let claims = self
            .claims(token, request.now)
            .map_err(|_| invalid("Lifetime or signature validation failed."))?;
        if claims["aud"] != "https://graph.microsoft.com/" {
            return Err(invalid(
                "Access token validation failure. Invalid audience.",
            ));
        }
        let roles = claims["roles"].as_array().into_iter().flatten();
        Ok((
            claims["appid"].as_str().unwrap_or_default().to_owned(),
            roles
                .filter_map(|role| Some(role.as_str()?.to_owned()))
                .collect(),
        ))
    }

    /// A signed token with these claims.
    pub(crate) fn token(&self, claims: &Value) -> String {
        let header = json!({ "alg": "HS256", "typ": "JWT", "kid": "fake" });
        let [header, claims] =
            [&header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
        let signature = self.seal(&format!("{header}.{claims}"));
        format!("{header}.{claims}.{signature}")
    }

    fn claims(&self, token: &str, now: Timestamp) -> Result<Value, Reply> {
        let (signed, signature) = token
            .rsplit_once('.')
            .ok_or_else(|| unauthorized("The token is no token."))?;
        let expected = self.seal(signed);
        if !bool::from(expected.as_bytes().ct_eq(signature.as_bytes())) {
            return Err(unauthorized("The token is forged."));
        }
        let claims = signed
            .split_once('.')
            .and_then(|(_, claims)| URL_SAFE_NO_PAD.decode(claims).ok())
            .and_then(|claims| serde_json::from_slice::<Value>(&claims).ok())
            .ok_or_else(|| unauthorized("The token is no token."))?;
        if claims["exp"].as_i64().unwrap_or(0) <= now.as_second() {
            return Err(unauthorized("The token has expired."));
        }
        Ok(claims)
    }

    fn seal(&self, text: &str) -> String {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(b"the fake's own").expect("any length will do");
        mac.update(text.as_bytes());
        URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
    }
}

fn bearer(request: &Request) -> Result<&str, Reply> {
    request
        .header("authorization")
        .and_then(|value| value.strip_prefix("Bearer "))
        .ok_or_else(|| unauthorized("There is no token."))
}
