//! The configuration as it is written: a file, and the environment over it.

use std::path::Path;

use foyer_acs::Secret;
use serde::Deserialize;
use toml::{Table, Value};

use super::ConfigError;

/// What the names of our environment variables begin with; `__` stands between a section and a key.
pub const PREFIX: &str = "FOYER_TOKEN_SERVICE_";

/// Keys that may be given as `<key>_file` instead: what secrets stores of container platforms provide.
const FROM_FILES: [&str; 5] = [
    "connection_string",
    "client_secret",
    "secret",
    "key",
    "redis",
];

macro_rules! section {
    ($name:ident { $($field:ident: $type:ty),* $(,)? }) => {
        #[derive(Debug, Default, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub(super) struct $name { $(pub $field: $type),* }
    };
}

section!(Raw {
    public_url: Option<String>,
    http: Http,
    azure: Azure,
    pool: Pool,
    invitations: Invitations,
    guests: Guests,
    organizers: Organizers,
    oidc: Option<Oidc>,
    graph: Option<Entra>,
    store: Store,
    landing: Landing,
    traces: Traces,
});
section!(Traces {
    endpoint: Option<String>,
});
section!(Http {
    listen: Option<String>,
    forwarded_hops: Option<u8>,
    max_connections: Option<usize>,
    request_timeout: Option<String>,
    drain_delay: Option<String>,
    drain_timeout: Option<String>,
});
section!(Azure {
    connection_string: Option<Secret>,
    endpoint: Option<String>,
    entra: Option<Entra>,
    trust: Option<String>,
    scopes: Option<Vec<String>>,
    token_lifetime: Option<String>,
    requests_per_30s: Option<usize>,
});
section!(Entra {
    tenant: Option<String>,
    client_id: Option<String>,
    client_secret: Option<Secret>,
    authority: Option<String>,
    endpoint: Option<String>,
});
section!(Pool {
    size: Option<usize>,
    fresh_for: Option<String>,
});
section!(Invitations {
    keys: Vec<SealingKey>,
    default_life: Option<String>,
    longest_life: Option<String>,
    default_uses: Option<u32>,
    most_uses: Option<u32>,
});
section!(SealingKey {
    id: Option<String>,
    secret: Option<Secret>,
});
section!(Guests {
    open: Option<bool>,
    refresh_for: Option<String>,
    per_address: Option<u32>,
    per_invitation: Option<u32>,
});
section!(Organizers {
    keys: Vec<OrganizerKey>,
});
section!(OrganizerKey {
    name: Option<String>,
    key: Option<Secret>,
});
section!(Oidc {
    issuer: Option<String>,
    jwks_url: Option<String>,
    audience: Option<String>,
    algorithms: Option<Vec<String>>,
    guests: Option<bool>,
    organizer_role: Option<String>,
});
section!(Store {
    path: Option<String>,
    redis: Option<Secret>,
    instances: Option<u32>,
});
section!(Landing {
    download_url: Option<String>,
});

/// Reads the file, then what the environment says instead of it.
pub(super) fn read(
    file: Option<&Path>,
    environment: impl Iterator<Item = (String, String)>,
) -> Result<Raw, ConfigError> {
    let mut table = match file {
        Some(path) => parse(path)?,
        None => Table::new(),
    };
    for (name, value) in environment {
        if let Some(name) = name.strip_prefix(PREFIX) {
            let keys: Vec<_> = name.split("__").map(str::to_ascii_lowercase).collect();
            insert(&mut table, &keys, &keys.join("."), &value)?;
        }
    }
    from_files(&mut table, "")?;
    serde_path_to_error::deserialize(Value::Table(table)).map_err(|error| {
        let key = error.path().to_string();
        let reason = error.into_inner().to_string();
        // serde quotes a value of the wrong type, which may be a secret in the wrong place. Names it may quote.
        let reason = if reason.starts_with("unknown field") {
            reason.lines().next().unwrap_or_default().to_owned()
        } else {
            "is of the wrong type".into()
        };
        ConfigError::new(&key, reason)
    })
}

fn parse(path: &Path) -> Result<Table, ConfigError> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).map_err(|error| {
        ConfigError::new(&shown.to_string(), format!("cannot be read: {error}"))
    })?;
    text.parse().map_err(|error: toml::de::Error| {
        // Not toml's own text: it shows the line, and with it perhaps a secret.
        let at = error.span().map_or(0, |span| span.start);
        let line = text
            .get(..at)
            .map_or(0, |before| before.matches('\n').count())
            + 1;
        ConfigError::new(&shown.to_string(), format!("is no TOML: line {line}"))
    })
}

fn insert(table: &mut Table, keys: &[String], whole: &str, text: &str) -> Result<(), ConfigError> {
    let Some((first, rest)) = keys.split_first() else {
        return Ok(());
    };
    if rest.is_empty() {
        table.insert(first.clone(), value(text));
        return Ok(());
    }
    let below = table
        .entry(first.clone())
        .or_insert_with(|| Value::Table(Table::new()));
    match below {
        Value::Table(below) => insert(below, rest, whole, text),
        _ => Err(ConfigError::new(whole, "is below a key that holds a value")),
    }
}

/// A text, unless it can only be meant as something else: a list, a table, a number, yes or no. Programs that hand on
/// a file of variables leave the quotes around values: one pair of them is not part of the text.
fn value(text: &str) -> Value {
    for quote in ['"', '\''] {
        let inner = text
            .strip_prefix(quote)
            .and_then(|rest| rest.strip_suffix(quote));
        if let Some(inner) = inner.filter(|inner| !inner.contains(quote)) {
            return Value::String(inner.to_owned());
        }
    }
    let meant = text.starts_with(['[', '{'])
        || text == "true"
        || text == "false"
        || !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let parsed = || {
        let mut table: Table = format!("x = {text}").parse().ok()?;
        table.remove("x")
    };
    meant
        .then(parsed)
        .flatten()
        .unwrap_or_else(|| Value::String(text.to_owned()))
}

fn from_files(table: &mut Table, above: &str) -> Result<(), ConfigError> {
    for name in FROM_FILES {
        let key = format!("{name}_file");
        let Some(path) = table.remove(&key) else {
            continue;
        };
        let whole = format!("{above}{key}");
        if table.contains_key(name) {
            return Err(ConfigError::new(
                &whole,
                format!("and {name} are both given"),
            ));
        }
        let path = path
            .as_str()
            .ok_or_else(|| ConfigError::new(&whole, "is no path"))?;
        let text = std::fs::read_to_string(path)
            .map_err(|error| ConfigError::new(&whole, format!("cannot be read: {error}")))?;
        table.insert(name.to_owned(), Value::String(text.trim().to_owned()));
    }
    for (name, below) in table.iter_mut() {
        match below {
            Value::Table(below) => from_files(below, &format!("{above}{name}."))?,
            Value::Array(items) => {
                for (at, item) in items.iter_mut().enumerate() {
                    if let Value::Table(item) = item {
                        from_files(item, &format!("{above}{name}[{at}]."))?;
                    }
                }
            }
            Value::String(_)
            | Value::Integer(_)
            | Value::Float(_)
            | Value::Boolean(_)
            | Value::Datetime(_) => {}
        }
    }
    Ok(())
}
