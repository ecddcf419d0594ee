#![allow(dead_code, missing_docs, clippy::unwrap_used)] // Each test needs its part of it.
//! A call that is told things one by one.

use foyer_meeting::call::{Call, Choices, DeviceNews, Effect, Input, News, Phase, Wish};
use foyer_meeting::chat::Incoming;
use foyer_meeting::device::{Attempt, Slot};
use foyer_meeting::roster::{Person, Role};

pub fn wish(call: &mut Call, wish: Wish) -> Vec<Effect> {
    call.step(0, Input::Guest(wish))
}

pub fn news(call: &mut Call, news: News) -> Vec<Effect> {
    call.step(0, Input::Service(news))
}

pub fn opened(call: &mut Call, slot: Slot, attempt: u32) -> Vec<Effect> {
    let attempt = Attempt(attempt);
    call.step(0, Input::Device(DeviceNews::Opened { slot, attempt }))
}

pub fn choices() -> Choices {
    Choices {
        name: " Ada ".into(),
        camera_on: true,
        microphone_on: true,
        ..Choices::default()
    }
}

pub fn in_meeting() -> Call {
    let mut call = Call::default();
    wish(&mut call, Wish::Choose(choices()));
    opened(&mut call, Slot::Microphone, 1);
    opened(&mut call, Slot::Camera, 1);
    opened(&mut call, Slot::Speaker, 1);
    wish(&mut call, Wish::Join);
    let (me, title) = ("1".into(), "Interview".into());
    news(&mut call, News::Welcomed { me, title });
    news(&mut call, News::Admitted { at: 5 });
    assert_eq!(call.phase(), Phase::InMeeting);
    call
}

pub fn message(participant: &str, text: &str, client_id: Option<&str>) -> News {
    News::Chat(Incoming {
        id: "c".into(),
        participant: participant.into(),
        from: "Grace".into(),
        text: text.into(),
        sent_at_ms: 7,
        client_id: client_id.map(str::to_owned),
        ..Incoming::default()
    })
}

pub fn send(text: &str) -> Wish {
    Wish::SendChat {
        text: text.to_owned(),
        at_ms: 6,
    }
}

pub fn person(id: &str, name: &str) -> Person {
    Person {
        id: id.into(),
        name: name.into(),
        role: Role::Guest,
        muted: false,
        camera_on: true,
        sharing: false,
    }
}
