use super::*;

const CANARY: &str = "Y2FuYXJ5LWNhbmFyeS1jYW5hcnktY2FuYXJ5LWNhbmFyeQ==";

fn good() -> String {
    format!(
        r#"
        public_url = "https://join.contoso.example/"
        [azure]
        connection_string = "endpoint=https://contoso.communication.azure.com/;accesskey={CANARY}"
        [[invitations.keys]]
        id = "k1"
        secret = "{CANARY}"
        "#
    )
}

fn load(text: &str, environment: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    let environment = environment
        .iter()
        .map(|(name, value)| (format!("{PREFIX}{name}"), (*value).to_owned()));
    Config::load(Some(file.path()), environment)
}

#[test]
fn the_least_that_must_be_said_is_enough() {
    let config = load(&good(), &[]).unwrap();
    assert_eq!(config.public_url, "https://join.contoso.example");
    assert!(!config.guests.open && config.oidc.is_none() && config.graph.is_none());
    assert!(config.azure.requests_per_30s < 1_000);
    assert!(matches!(config.store, Store::Memory));
    let shown = format!("{config:?}");
    assert!(
        !shown.contains(CANARY) && !shown.contains("canary"),
        "{shown}"
    );
}

#[test]
fn the_environment_outweighs_the_file_and_can_replace_it() {
    let config = load(
        &good(),
        &[
            ("HTTP__LISTEN", "0.0.0.0:9000"),
            ("POOL__SIZE", "7"),
            ("GUESTS__OPEN", "true"),
            ("AZURE__SCOPES", r#"["voip"]"#),
            ("OIDC__ISSUER", "https://login.example"),
            ("OIDC__JWKS_URL", "https://login.example/keys"),
            ("OIDC__AUDIENCE", "123"),
        ],
    );
    // A text of digits is read as a number, and an audience is a text: said, not guessed.
    assert_eq!(config.unwrap_err().key, "oidc.audience");
    let connection = format!("endpoint=https://contoso.test;accesskey={CANARY}");
    let keys = format!(r#"[{{ id = "e", secret = "{CANARY}" }}]"#);
    let environment = [
        ("PUBLIC_URL", "https://env.example"),
        ("AZURE__CONNECTION_STRING", connection.as_str()),
        ("INVITATIONS__KEYS", keys.as_str()),
        ("POOL__SIZE", "7"),
    ];
    let environment = environment.map(|(name, value)| (format!("{PREFIX}{name}"), value.into()));
    let config = Config::load(None, environment.into_iter()).unwrap();
    assert_eq!(config.pool.size, 7);
    assert_eq!(config.public_url, "https://env.example");
}

#[test]
fn secrets_can_stand_in_files_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("connection");
    std::fs::write(
        &path,
        format!("endpoint=https://c.test;accesskey={CANARY}\n"),
    )
    .unwrap();
    let text = good().replace("connection_string", "x");
    let text = text
        .lines()
        .filter(|line| !line.trim().starts_with("x ="))
        .collect::<Vec<_>>()
        .join("\n");
    let path = path.to_str().unwrap();
    let config = load(&text, &[("AZURE__CONNECTION_STRING_FILE", path)]).unwrap();
    assert_eq!(config.azure.endpoint.as_str(), "https://c.test");
    let both = load(&good(), &[("AZURE__CONNECTION_STRING_FILE", path)]).unwrap_err();
    assert_eq!(both.key, "azure.connection_string_file");
    let none = load(&text, &[("AZURE__CONNECTION_STRING_FILE", "/nowhere")]).unwrap_err();
    assert_eq!(none.key, "azure.connection_string_file");
}

#[test]
fn every_mistake_is_named_by_its_key_and_never_quoted() {
    let canary = "canary-canary";
    for (name, value, key) in [
        ("PUBLIC_URL", "http://join.contoso.example", "public_url"),
        ("PUBLIC_URL", "", "public_url"),
        ("HTTP__LISTEN", canary, "http.listen"),
        ("HTTP__LISTEM", canary, "http"),
        ("HTTP__REQUEST_TIMEOUT", "2h", "http.request_timeout"),
        ("HTTP__DRAIN_DELAY", canary, "http.drain_delay"),
        ("HTTP__MAX_CONNECTIONS", "0", "http.max_connections"),
        ("HTTP__FORWARDED_HOPS", "300", "http.forwarded_hops"),
        ("AZURE", canary, "azure"),
        (
            "AZURE__CONNECTION_STRING",
            canary,
            "azure.connection_string",
        ),
        (
            "AZURE__ENDPOINT",
            "https://a.test",
            "azure.connection_string",
        ),
        ("AZURE__SCOPES", "voip", "azure.scopes"),
        ("AZURE__SCOPES", "[]", "azure.scopes"),
        ("AZURE__TOKEN_LIFETIME", "30m", "azure.token_lifetime"),
        ("AZURE__REQUESTS_PER_30S", "1001", "azure.requests_per_30s"),
        ("AZURE__TRUST", "/nowhere", "azure.trust"),
        ("POOL__FRESH_FOR", "24h", "pool.fresh_for"),
        ("TRACES__ENDPOINT", "collector:4318", "traces.endpoint"),
        ("INVITATIONS__KEYS", "[]", "invitations.keys"),
        (
            "INVITATIONS__KEYS",
            r#"[{ id = "a" }]"#,
            "invitations.keys[0].secret",
        ),
        (
            "INVITATIONS__KEYS",
            r#"[{ id = "a", secret = "canary" }]"#,
            "invitations.keys[0].secret",
        ),
        (
            "INVITATIONS__DEFAULT_LIFE",
            "1000d",
            "invitations.default_life",
        ),
        (
            "INVITATIONS__DEFAULT_USES",
            "2000",
            "invitations.default_uses",
        ),
        ("GUESTS__OPEN", canary, "guests.open"),
        (
            "ORGANIZERS__KEYS",
            r#"[{ name = "a", key = "canary" }]"#,
            "organizers.keys[0].key",
        ),
        ("OIDC__ISSUER", "https://login.example", "oidc.jwks_url"),
        ("GRAPH__TENANT", "contoso", "graph.client_id"),
        ("STORE__REDIS", canary, "store.redis"),
        ("STORE__INSTANCES", "2", "store.redis"),
        (
            "LANDING__DOWNLOAD_URL",
            "ftp://canary",
            "landing.download_url",
        ),
    ] {
        let error = load(&good(), &[(name, value)]).unwrap_err();
        assert!(error.key.starts_with(key), "{name}: {error}");
        assert!(!error.to_string().contains("canary"), "{error}");
    }
}

#[test]
fn a_shared_secret_never_checks_who_signed_in() {
    for algorithms in [r#"["HS256"]"#, r#"["none"]"#, "[]"] {
        let error = load(
            &good(),
            &[
                ("OIDC__ISSUER", "https://login.example"),
                ("OIDC__JWKS_URL", "https://login.example/keys"),
                ("OIDC__AUDIENCE", "foyer"),
                ("OIDC__ALGORITHMS", algorithms),
            ],
        );
        assert_eq!(error.unwrap_err().key, "oidc.algorithms");
    }
}

#[test]
fn a_file_that_is_no_toml_is_named_by_its_line() {
    let error = load(&format!("{}\n = canary", good()), &[]).unwrap_err();
    assert!(error.reason.contains("line 9"), "{error}");
    assert!(!error.to_string().contains("canary"));
    let missing = Config::load(Some(Path::new("/nowhere.toml")), std::iter::empty());
    assert_eq!(missing.unwrap_err().key, "/nowhere.toml");
}

#[test]
fn quotes_around_a_value_of_the_environment_are_not_part_of_it() {
    for (given, read) in [
        (
            "\"https://join.contoso.example\"",
            "https://join.contoso.example",
        ),
        (
            "'https://join.contoso.example'",
            "https://join.contoso.example",
        ),
        (
            "https://join.contoso.example",
            "https://join.contoso.example",
        ),
    ] {
        let config = load(&good(), &[("PUBLIC_URL", given)]).unwrap();
        assert_eq!(config.public_url, read);
    }
}
