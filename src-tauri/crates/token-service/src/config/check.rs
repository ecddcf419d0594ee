//! From what was written to what is meant.

use std::net::SocketAddr;
use std::time::Duration;

use foyer_acs::identity::{AccessKey, ConnectionString, LIFETIMES, Scope};
use foyer_acs::{Endpoint, Secret};
use jiff::SignedDuration;
use jsonwebtoken::Algorithm;
use url::Url;

use super::{
    Azure, AzureCredential, Config, ConfigError, Entra, Graph, Guests, Http, Invitations, Oidc,
    OrganizerKey, Pool, Store, raw,
};
use crate::seal::{Key, Keys};

/// What Azure allows in 30 seconds.
const AZURE_LIMIT: usize = 1_000;
/// A request that was signed with a wrong clock is sent twice, so not everything is planned.
const PLANNED: usize = 950;
/// The shortest key that an organiser may have.
const SHORTEST_KEY: usize = 32;
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(86_400);

type Checked<T> = Result<T, ConfigError>;

pub(super) fn check(raw: raw::Raw) -> Checked<Config> {
    let config = Config {
        public_url: public_url(raw.public_url)?,
        http: http(raw.http)?,
        azure: azure(raw.azure)?,
        pool: pool(&raw.pool)?,
        invitations: invitations(raw.invitations)?,
        guests: guests(raw.guests)?,
        organizers: organizers(raw.organizers)?,
        oidc: raw.oidc.map(oidc).transpose()?,
        graph: raw.graph.map(graph).transpose()?,
        store: store(raw.store)?,
        download_url: download_url(raw.landing.download_url)?,
        traces: match raw.traces.endpoint {
            Some(text) => Some(endpoint("traces.endpoint", &text)?),
            None => None,
        },
    };
    if config.pool.fresh_for >= config.azure.token_lifetime {
        return wrong("pool.fresh_for", "is not shorter than azure.token_lifetime");
    }
    Ok(config)
}

fn wrong<T>(key: &str, reason: impl Into<String>) -> Checked<T> {
    Err(ConfigError::new(key, reason))
}

fn needed<T>(key: &str, value: Option<T>) -> Checked<T> {
    value.ok_or_else(|| ConfigError::new(key, "is missing"))
}

fn text(key: &str, value: Option<String>) -> Checked<String> {
    match needed(key, value)?.trim() {
        "" => wrong(key, "is empty"),
        text => Ok(text.to_owned()),
    }
}

fn duration(key: &str, value: Option<String>, default: Duration) -> Checked<Duration> {
    let Some(value) = value else {
        return Ok(default);
    };
    value
        .parse::<SignedDuration>()
        .ok()
        .and_then(|duration| Duration::try_from(duration).ok())
        .ok_or_else(|| ConfigError::new(key, "is no duration such as \"90s\", \"15m\" or \"12h\""))
}

fn between(
    key: &str,
    value: Duration,
    range: std::ops::RangeInclusive<Duration>,
) -> Checked<Duration> {
    if range.contains(&value) {
        return Ok(value);
    }
    let (least, most) = (range.start().as_secs(), range.end().as_secs());
    wrong(key, format!("is not between {least}s and {most}s"))
}

fn count<T: PartialOrd + std::fmt::Display + Copy>(
    key: &str,
    value: T,
    range: std::ops::RangeInclusive<T>,
) -> Checked<T> {
    if range.contains(&value) {
        return Ok(value);
    }
    let (least, most) = (range.start(), range.end());
    wrong(key, format!("is not between {least} and {most}"))
}

fn endpoint(key: &str, value: &str) -> Checked<Endpoint> {
    Endpoint::parse(value).map_err(|error| ConfigError::new(key, error.to_string()))
}

fn public_url(value: Option<String>) -> Checked<String> {
    let value = text("public_url", value)?;
    Ok(endpoint("public_url", &value)?.as_str().to_owned())
}

fn http(raw: raw::Http) -> Checked<Http> {
    let listen = raw.listen.unwrap_or_else(|| "127.0.0.1:8080".into());
    let Ok(listen) = listen.parse::<SocketAddr>() else {
        return wrong("http.listen", "is no address and port");
    };
    let seconds = Duration::from_secs;
    let timeout = duration("http.request_timeout", raw.request_timeout, seconds(15))?;
    Ok(Http {
        listen,
        forwarded_hops: raw.forwarded_hops.unwrap_or(0),
        max_connections: count(
            "http.max_connections",
            raw.max_connections.unwrap_or(10_000),
            1..=1_000_000,
        )?,
        request_timeout: between("http.request_timeout", timeout, seconds(1)..=MINUTE)?,
        drain_delay: duration("http.drain_delay", raw.drain_delay, seconds(5))?,
        drain_timeout: duration("http.drain_timeout", raw.drain_timeout, seconds(10))?,
    })
}

fn azure(raw: raw::Azure) -> Checked<Azure> {
    let (endpoint, credential) = match (raw.connection_string, raw.endpoint, raw.entra) {
        (Some(connection), None, None) => connection_string(&connection)?,
        (None, Some(address), Some(entra_raw)) => (
            endpoint("azure.endpoint", &address)?,
            AzureCredential::Entra(entra("azure.entra", entra_raw)?),
        ),
        (None, Some(_), None) => return wrong("azure.entra", "is missing beside azure.endpoint"),
        (None, None, _) => return wrong("azure.connection_string", "is missing"),
        (Some(_), _, _) => {
            return wrong(
                "azure.connection_string",
                "is given together with azure.endpoint or azure.entra",
            );
        }
    };
    let names = raw
        .scopes
        .unwrap_or_else(|| vec!["voip.join".into(), "chat.join.limited".into()]);
    let scopes: Result<Vec<Scope>, _> = names.iter().map(|name| name.parse()).collect();
    let scopes = match scopes {
        Ok(scopes) if !scopes.is_empty() => scopes,
        Ok(_) => return wrong("azure.scopes", "is empty"),
        Err(error) => return wrong("azure.scopes", error.to_string()),
    };
    let trust = raw.trust.map(|path| {
        std::fs::read_to_string(path)
            .map_err(|error| ConfigError::new("azure.trust", format!("cannot be read: {error}")))
    });
    let life = duration("azure.token_lifetime", raw.token_lifetime, DAY)?;
    Ok(Azure {
        endpoint,
        credential,
        trust: trust.transpose()?,
        scopes,
        token_lifetime: between("azure.token_lifetime", life, LIFETIMES)?,
        requests_per_30s: count(
            "azure.requests_per_30s",
            raw.requests_per_30s.unwrap_or(PLANNED),
            10..=AZURE_LIMIT,
        )?,
    })
}

fn connection_string(text: &Secret) -> Checked<(Endpoint, AzureCredential)> {
    let connection = ConnectionString::parse(text.expose())
        .map_err(|error| ConfigError::new("azure.connection_string", error.to_string()))?;
    let key: AccessKey = connection.key;
    Ok((connection.endpoint, AzureCredential::Key(key)))
}

fn entra(section: &str, raw: raw::Entra) -> Checked<Entra> {
    let key = |name: &str| format!("{section}.{name}");
    let authority = raw
        .authority
        .unwrap_or_else(|| "https://login.microsoftonline.com".into());
    Ok(Entra {
        tenant: text(&key("tenant"), raw.tenant)?,
        client_id: text(&key("client_id"), raw.client_id)?,
        client_secret: needed(&key("client_secret"), raw.client_secret)?,
        authority: endpoint(&key("authority"), &authority)?,
    })
}

fn graph(raw: raw::Entra) -> Checked<Graph> {
    let address = raw
        .endpoint
        .clone()
        .unwrap_or_else(|| "https://graph.microsoft.com".into());
    Ok(Graph {
        endpoint: endpoint("graph.endpoint", &address)?,
        entra: entra("graph", raw)?,
    })
}

fn pool(raw: &raw::Pool) -> Checked<Pool> {
    Ok(Pool {
        size: count("pool.size", raw.size.unwrap_or(100), 0..=20_000)?,
        fresh_for: duration("pool.fresh_for", raw.fresh_for.clone(), 4 * HOUR)?,
    })
}

fn invitations(raw: raw::Invitations) -> Checked<Invitations> {
    if raw.keys.is_empty() {
        return wrong("invitations.keys", "is missing");
    }
    let mut keys = Vec::new();
    for (at, key) in raw.keys.into_iter().enumerate() {
        let name = |field: &str| format!("invitations.keys[{at}].{field}");
        let id = text(&name("id"), key.id)?;
        let secret = needed(&name("secret"), key.secret)?;
        keys.push(Key::parse(&id, &secret).map_err(|error| {
            let field = if error == crate::seal::KeyError::Id {
                "id"
            } else {
                "secret"
            };
            ConfigError::new(&name(field), error.to_string())
        })?);
    }
    let Some(keys) = Keys::new(keys) else {
        return wrong("invitations.keys", "has two keys with one id");
    };
    let longest = duration("invitations.longest_life", raw.longest_life, 90 * DAY)?;
    let default = duration("invitations.default_life", raw.default_life, 7 * DAY)?;
    let most_uses = count(
        "invitations.most_uses",
        raw.most_uses.unwrap_or(1_000),
        1..=1_000_000,
    )?;
    Ok(Invitations {
        keys,
        longest_life: between("invitations.longest_life", longest, MINUTE..=366 * DAY)?,
        default_life: between("invitations.default_life", default, MINUTE..=longest)?,
        most_uses,
        default_uses: count(
            "invitations.default_uses",
            raw.default_uses.unwrap_or(10),
            1..=most_uses,
        )?,
    })
}

fn guests(raw: raw::Guests) -> Checked<Guests> {
    let refresh = duration("guests.refresh_for", raw.refresh_for, 24 * HOUR)?;
    let rates = 1..=10_000_000;
    Ok(Guests {
        open: raw.open.unwrap_or(false),
        refresh_for: between("guests.refresh_for", refresh, MINUTE..=30 * DAY)?,
        per_address: count(
            "guests.per_address",
            raw.per_address.unwrap_or(60),
            rates.clone(),
        )?,
        per_invitation: count(
            "guests.per_invitation",
            raw.per_invitation.unwrap_or(600),
            rates,
        )?,
    })
}

fn organizers(raw: raw::Organizers) -> Checked<Vec<OrganizerKey>> {
    let mut keys = Vec::new();
    for (at, key) in raw.keys.into_iter().enumerate() {
        let name = |field: &str| format!("organizers.keys[{at}].{field}");
        let secret = needed(&name("key"), key.key)?;
        if secret.expose().len() < SHORTEST_KEY {
            return wrong(
                &name("key"),
                format!("has fewer than {SHORTEST_KEY} characters and could be guessed"),
            );
        }
        keys.push(OrganizerKey {
            name: text(&name("name"), key.name)?,
            key: secret,
        });
    }
    Ok(keys)
}

fn oidc(raw: raw::Oidc) -> Checked<Oidc> {
    let jwks = text("oidc.jwks_url", raw.jwks_url)?;
    let names = raw.algorithms.unwrap_or_else(|| vec!["RS256".into()]);
    let mut algorithms = Vec::new();
    for name in &names {
        let algorithm = name.parse::<Algorithm>().ok().filter(|algorithm| {
            // A shared secret would let whoever can check a token make one.
            !matches!(
                algorithm,
                Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512
            )
        });
        let Some(algorithm) = algorithm else {
            return wrong(
                "oidc.algorithms",
                "names one that is unknown or uses a shared secret",
            );
        };
        algorithms.push(algorithm);
    }
    if algorithms.is_empty() {
        return wrong("oidc.algorithms", "is empty");
    }
    Ok(Oidc {
        issuer: text("oidc.issuer", raw.issuer)?,
        jwks_url: endpoint("oidc.jwks_url", &jwks)?,
        audience: text("oidc.audience", raw.audience)?,
        algorithms,
        guests: raw.guests.unwrap_or(false),
        organizer_role: raw.organizer_role,
    })
}

fn store(raw: raw::Store) -> Checked<Store> {
    match (raw.path, raw.redis) {
        (Some(_), Some(_)) => wrong("store.redis", "is given together with store.path"),
        (Some(path), None) if raw.instances.is_some_and(|instances| instances > 1) => wrong(
            "store.redis",
            format!("is missing: several instances cannot share {path}"),
        ),
        (Some(path), None) => Ok(Store::File(path.into())),
        (None, Some(url)) => {
            let scheme = Url::parse(url.expose())
                .ok()
                .map(|url| url.scheme().to_owned());
            if !matches!(
                scheme.as_deref(),
                Some("redis" | "rediss" | "redis+unix" | "unix")
            ) {
                return wrong("store.redis", "is no address such as rediss://host:6380");
            }
            let instances = count("store.instances", raw.instances.unwrap_or(4), 1..=100)?;
            Ok(Store::Redis { url, instances })
        }
        (None, None) if raw.instances.is_some_and(|instances| instances > 1) => {
            wrong("store.redis", "is missing for several instances")
        }
        (None, None) => Ok(Store::Memory),
    }
}

fn download_url(value: Option<String>) -> Checked<Option<Url>> {
    let Some(value) = value else {
        return Ok(None);
    };
    match Url::parse(&value) {
        Ok(url) if url.scheme() == "https" && url.has_host() => Ok(Some(url)),
        _ => wrong("landing.download_url", "is no https address"),
    }
}
