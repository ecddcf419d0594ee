#![allow(clippy::unwrap_used)]
//! What becomes of messages, ours above all.

mod support;

use foyer_meeting::ability::Abilities;
use foyer_meeting::call::{Call, Effect, News, Wish};
use foyer_meeting::chat::{Incoming, Message, MessageState, Shown};
use support::{in_meeting, message, news, send, wish};

fn shown(effects: &[Effect]) -> Vec<&Message> {
    let messages = effects.iter().filter_map(|effect| match effect {
        Effect::ShowMessage(message) => Some(message),
        _ => None,
    });
    messages.collect()
}

fn only(effects: &[Effect]) -> (&str, Shown, &str) {
    match shown(effects)[..] {
        [message] => (&message.id, message.state, &message.text),
        ref other => panic!("{other:?}"),
    }
}

fn sending(client_id: &str, text: &str) -> Effect {
    Effect::SendChat {
        client_id: client_id.to_owned(),
        text: text.to_owned(),
    }
}

fn with_edits() -> Call {
    let mut call = in_meeting();
    let edit_chat = true;
    news(
        &mut call,
        News::Abilities(Abilities {
            edit_chat,
            ..Abilities::default()
        }),
    );
    call
}

fn edited(id: &str, text: &str, state: MessageState) -> News {
    News::Chat(Incoming {
        id: id.to_owned(),
        participant: "1".to_owned(),
        text: text.to_owned(),
        state,
        ..Incoming::default()
    })
}

#[test]
fn messages_count_as_unread_until_the_pane_is_open() {
    let mut call = in_meeting();
    news(&mut call, message("2", "hello", None));
    assert_eq!(call.unread(), 1);
    wish(&mut call, Wish::ShowChat(true));
    news(&mut call, message("2", "again", None));
    assert_eq!(call.unread(), 0);
}

#[test]
fn a_message_of_ours_keeps_its_id_whatever_the_service_calls_it() {
    let mut call = with_edits();
    let effects = wish(&mut call, send("  hi "));
    assert_eq!(only(&effects), ("m1", Shown::Sending, "hi"));
    assert_eq!(effects.last(), Some(&sending("m1", "hi")));
    let mine = shown(&effects)[0];
    assert_eq!((mine.mine, mine.sent_at_ms, &*mine.from), (true, 6, "Ada"));
    let effects = news(&mut call, message("1", "hi", Some("m1")));
    assert_eq!(
        only(&effects),
        ("m1", Shown::As(MessageState::New), "hi"),
        "the service calls it c"
    );
    let (id, text) = ("m1".to_owned(), " hi! ".to_owned());
    let effects = wish(&mut call, Wish::EditChat { id, text });
    let (id, text) = ("c".to_owned(), "hi!".to_owned());
    assert_eq!(effects, [Effect::EditChat { id, text }]);
    let effects = news(&mut call, edited("c", "hi!", MessageState::Edited));
    assert_eq!(
        only(&effects),
        ("m1", Shown::As(MessageState::Edited), "hi!")
    );
    let effects = wish(&mut call, Wish::DeleteChat("m1".to_owned()));
    assert_eq!(effects, [Effect::DeleteChat("c".to_owned())]);
    let effects = news(&mut call, edited("c", "", MessageState::Deleted));
    assert_eq!(only(&effects), ("m1", Shown::As(MessageState::Deleted), ""));
}

#[test]
fn messages_of_others_are_not_ours_to_change() {
    let mut call = with_edits();
    news(&mut call, message("2", "hello", Some("m1")));
    for id in ["c", "m1", ""] {
        let (id, text) = (id.to_owned(), "x".to_owned());
        assert_eq!(
            wish(
                &mut call,
                Wish::EditChat {
                    id: id.clone(),
                    text
                }
            ),
            []
        );
        assert_eq!(wish(&mut call, Wish::DeleteChat(id.clone())), []);
        assert_eq!(wish(&mut call, Wish::ResendChat(id)), []);
    }
}

#[test]
fn nothing_is_changed_where_that_is_not_possible() {
    let mut call = in_meeting();
    wish(&mut call, send("hi"));
    news(&mut call, message("1", "hi", Some("m1")));
    let (id, text) = ("m1".to_owned(), "x".to_owned());
    assert_eq!(
        wish(
            &mut call,
            Wish::EditChat {
                id: id.clone(),
                text
            }
        ),
        []
    );
    assert_eq!(wish(&mut call, Wish::DeleteChat(id)), []);
}

#[test]
fn what_was_not_sent_is_kept_and_can_be_sent_again() {
    let mut call = in_meeting();
    wish(&mut call, send("one"));
    let client_id = "m1".to_owned();
    let effects = news(&mut call, News::ChatNotSent { client_id });
    assert_eq!(only(&effects), ("m1", Shown::Failed, "one"));
    assert_eq!(call.notices().last().unwrap().code, "chat.notSent");
    let again = || Wish::ResendChat("m1".to_owned());
    let effects = wish(&mut call, again());
    assert_eq!(only(&effects), ("m1", Shown::Sending, "one"));
    assert_eq!(effects.last(), Some(&sending("m1", "one")));
    assert_eq!(wish(&mut call, again()), [], "it is on its way");
    let effects = news(&mut call, News::ConnectionLost);
    assert_eq!(only(&effects), ("m1", Shown::Failed, "one"));
    let effects = wish(&mut call, send("two"));
    assert_eq!(only(&effects), ("m2", Shown::Failed, "two"));
    assert_eq!(effects.len(), 1, "nobody listens");
    assert_eq!(wish(&mut call, again()), [], "still nobody");
    news(&mut call, News::ConnectionBack);
    assert_eq!(wish(&mut call, again()).last(), Some(&sending("m1", "one")));
    let effects = wish(&mut call, Wish::DeleteChat("m2".to_owned()));
    assert_eq!(only(&effects), ("m2", Shown::As(MessageState::Deleted), ""));
    let gone = Wish::ResendChat("m2".to_owned());
    assert_eq!(wish(&mut call, gone), [], "it was thrown away");
}

#[test]
fn a_confirmation_that_comes_late_still_counts() {
    let mut call = in_meeting();
    wish(&mut call, send("one"));
    news(&mut call, News::ConnectionLost);
    news(&mut call, News::ConnectionBack);
    let effects = news(&mut call, message("1", "one", Some("m1")));
    assert_eq!(only(&effects), ("m1", Shown::As(MessageState::New), "one"));
    let again = Wish::ResendChat("m1".to_owned());
    assert_eq!(wish(&mut call, again), [], "it was sent after all");
}

#[test]
fn a_message_is_at_most_four_thousand_characters() {
    let mut call = in_meeting();
    assert_eq!(wish(&mut call, send(&"x".repeat(4_001))), []);
    assert_eq!(call.notices().last().unwrap().code, "chat.tooLong");
    assert_eq!(wish(&mut call, send(&"x".repeat(4_000))).len(), 2);
}
