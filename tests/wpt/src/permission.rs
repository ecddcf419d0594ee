//! WebDriver's command `Set Permission` (W3C Permissions, §7), which the client library lacks.

use fantoccini::wd::WebDriverCompatibleCommand;
use http::Method;
use serde_json::{Value, json};
use url::{ParseError, Url};

/// Grants or denies a permission to the page's origin, until the session ends.
#[derive(Debug)]
pub struct SetPermission {
    /// Such as `{"name": "camera"}`.
    pub descriptor: Value,
    /// `granted`, `denied` or `prompt`.
    pub state: Value,
}

impl WebDriverCompatibleCommand for SetPermission {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!(
            "session/{}/permissions",
            session.unwrap_or_default()
        ))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        let body = json!({ "descriptor": self.descriptor, "state": self.state });
        (Method::POST, Some(body.to_string()))
    }
}
