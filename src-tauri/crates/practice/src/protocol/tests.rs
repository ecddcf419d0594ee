#![allow(clippy::unwrap_used)]
use proptest::prelude::*;

use super::*;

#[test]
fn the_wire_looks_as_the_pages_write_it() {
    let read = |text: &str| read_client(text).unwrap();
    assert_eq!(
        read(r#"{"type":"join","name":"Ada","resumeToken":"t"}"#),
        ClientMessage::Join {
            name: "Ada".into(),
            secret: None,
            resume_token: Some("t".into())
        }
    );
    assert_eq!(read(r#"{"type":"restartIce"}"#), ClientMessage::RestartIce);
    assert_eq!(read(r#"{"type":"endMeeting"}"#), ClientMessage::EndMeeting);
    let candidate = r#"{"type":"candidate","candidate":{"candidate":"candidate:1","sdpMid":"0","sdpMLineIndex":0}}"#;
    let ClientMessage::Candidate { candidate } = read(candidate) else {
        panic!("a candidate");
    };
    assert_eq!(candidate.sdp_m_line_index, Some(0));
    let welcome = ServerMessage::Welcome {
        participant: "p1".into(),
        title: "T".into(),
        role: Role::Guest,
        resume_token: "r".into(),
    };
    assert_eq!(
        write(&welcome),
        r#"{"type":"welcome","participant":"p1","title":"T","role":"guest","resumeToken":"r"}"#
    );
}

#[test]
fn a_later_servers_words_are_skipped_and_a_later_clients_are_refused() {
    let text = r#"{"type":"confetti","amount":3}"#;
    assert_eq!(read_server(text), Ok(ServerMessage::Unknown));
    assert_eq!(read_client(text), Err(Refusal::BadMessage));
}

#[test]
fn names_are_cleaned_and_absurd_ones_refused() {
    assert_eq!(clean_name("  Ada\u{0}\u{202e} L. \n").unwrap(), "Ada L.");
    for bad in [
        "",
        "   ",
        "\u{0}\u{200b}",
        &"x".repeat(257),
        &"x".repeat(10_000),
    ] {
        assert_eq!(clean_name(bad), Err(Refusal::NameInvalid));
    }
    assert_eq!(clean_name(&"ü".repeat(256)).unwrap().chars().count(), 256);
}

#[test]
fn chat_texts_have_limits() {
    assert!(check_chat("1", "hello").is_ok());
    assert!(check_chat("1", &"ü".repeat(MAX_CHAT)).is_ok());
    for (id, text) in [
        ("1", String::new()),
        ("1", " \n".into()),
        ("1", "x".repeat(MAX_CHAT + 1)),
    ] {
        assert_eq!(check_chat(id, &text), Err(Refusal::ChatInvalid));
    }
    assert!(check_chat(&"i".repeat(MAX_CLIENT_ID + 1), "hello").is_err());
}

#[test]
fn oversized_and_deep_messages_are_refused() {
    let long = format!(r#"{{"type":"leave","x":"{}"}}"#, "x".repeat(MAX_MESSAGE));
    assert_eq!(read_client(&long), Err(Refusal::TooLarge));
    assert_eq!(read_server(&long), Err(Refusal::TooLarge));
    let deep = "[".repeat(100_000);
    assert_eq!(read_client(&deep), Err(Refusal::BadMessage));
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        any::<String>().prop_map(Into::into),
        prop_oneof![Just("join"), Just("answer"), Just("watch"), Just("camera")]
            .prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 64, 8, |inner| {
        let keys = prop_oneof![
            Just("type".to_owned()),
            Just("name".to_owned()),
            Just("feeds".to_owned()),
            Just("candidate".to_owned()),
            any::<String>()
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Into::into),
            prop::collection::hash_map(keys, inner, 0..8)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        let _ = read_client(&text);
        let _ = read_server(&text);
    }

    #[test]
    fn any_json_is_read_or_refused_and_what_is_read_can_be_written(value in json()) {
        let text = value.to_string();
        if let Ok(message) = read_client(&text) {
            prop_assert_eq!(read_client(&write(&message)), Ok(message));
        }
        let _ = read_server(&text);
    }

    #[test]
    fn a_clean_name_stays_as_it_is(name in any::<String>()) {
        if let Ok(clean) = clean_name(&name) {
            prop_assert_eq!(clean_name(&clean), Ok(clean.clone()));
            prop_assert!(!clean.chars().any(char::is_control));
        }
    }
}
