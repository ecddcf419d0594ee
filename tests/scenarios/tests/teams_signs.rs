//! What the SDK tells beside the call itself, played in any order and with gaps: hands, reactions, captions,
//! capabilities, figures; and what becomes of chat messages.

use foyer_acs::fake::Fault;
use foyer_acs::identity::UserId;
use foyer_contract::calling::event::{Breakout, Capability, Failure, Sample};
use foyer_contract::calling::people::{Caption as Spoken, CaptionState, Hand, Participant, Phone};
use foyer_contract::chat::{ChatBlock, MessageState};
use foyer_contract::event::{CallEvent, Caption, Reaction};
use foyer_contract::intent::{Intent, Moderation};
use foyer_contract::stats::CallStats;
use foyer_contract::view::{Abilities, CallView, CaptionsState, Role};
use foyer_scenarios::guest::Guest;
use foyer_scenarios::office::{Office, Sdk};
use foyer_scenarios::{soon, until};
use foyer_session::teams::{CallState, Event, Request};
use serde_json::json;

/// A guest on the way in, and the SDK.
async fn joining(office: &Office) -> (Guest, Sdk) {
    let ada = office.guest(&office.invitation().await, "Ada", office.teams(false));
    ada.join_with(false, false);
    let sdk = office.sdk().await;
    (ada, sdk)
}

async fn admit(office: &Office, ada: &Guest, sdk: &Sdk) {
    let user = UserId(sdk.joining.user.clone());
    office.meeting.admit(&user, "Ada");
    sdk.is(CallState::Connected).await;
    let id = office.meeting.thread_id().to_owned();
    sdk.tells(Event::Thread { id }).await;
    office
        .pass_until("the chat opens", || ada.now().chat_open)
        .await;
}

fn somebody(id: &str, name: &str, role: &str) -> Participant {
    Participant {
        id: id.to_owned(),
        name: name.to_owned(),
        state: "Connected".to_owned(),
        role: role.to_owned(),
        ..Participant::default()
    }
}

fn capabilities(present: &[(&str, bool)]) -> Event {
    let capability = |(name, present): &(&str, bool)| {
        let capability = Capability {
            present: *present,
            ..Capability::default()
        };
        ((*name).to_owned(), capability)
    };
    Event::Capabilities {
        capabilities: present.iter().map(capability).collect(),
    }
}

/// The next request that is wanted; others are passed over.
async fn asked<T>(sdk: &mut Sdk, what: &str, wanted: impl Fn(Request) -> Option<T>) -> T {
    let found = async {
        loop {
            let request = sdk.requests.recv().await.expect("the window is open");
            if let Some(found) = wanted(request) {
                return found;
            }
        }
    };
    soon(what, found).await
}

fn hand(participant: &str, order: u32) -> Hand {
    Hand {
        participant: participant.to_owned(),
        order,
    }
}

fn has_notice(code: &str) -> impl Fn(&CallView) -> bool {
    move |view| view.notices.iter().any(|notice| notice.code == code)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_told_before_admission_counts_and_capabilities_decide() {
    let office = Office::open(&[]).await;
    let (ada, mut sdk) = joining(&office).await;
    let me = sdk.joining.user.clone();
    let hands = vec![hand(&me, 9), hand("8:orgid:olga", 4), hand("gone", 1)];
    for event in [
        capabilities(&[
            ("raiseHand", true),
            ("useReactions", true),
            ("teleport", true),
        ]),
        Event::Hands { hands },
        Event::Spotlight {
            participants: vec!["8:orgid:olga".to_owned()],
        },
        Event::Roster {
            changed: vec![
                somebody("8:orgid:olga", "Olga", "Organizer"),
                somebody("8:orgid:ben", "Ben", "Presenter"),
                somebody("8:acs:cleo", "Cleo", "SomethingNew"),
            ],
            removed: Vec::new(),
        },
    ] {
        sdk.tells(event).await;
    }
    admit(&office, &ada, &sdk).await;
    let view = ada
        .until("hands in order", |view| view.me.hand == Some(2))
        .await;
    let seen: Vec<_> = view
        .people
        .iter()
        .map(|person| (person.role, person.hand, person.spotlit))
        .collect();
    assert_eq!(
        seen,
        [
            (Role::Organizer, Some(1), true),
            (Role::Presenter, None, false),
            (Role::Guest, None, false),
        ]
    );
    let may = Abilities {
        hand: true,
        react: true,
        edit_chat: true,
        ..Abilities::default()
    };
    assert_eq!(
        view.abilities, may,
        "no captions were told of, and no volumes"
    );

    let speakers = ["8:orgid:ben", "unknown", "8:orgid:olga"].map(str::to_owned);
    sdk.tells(Event::DominantSpeakers {
        speakers: speakers.to_vec(),
    })
    .await;
    ada.until("who is heard most", |view| {
        view.dominant == ["8:orgid:ben", "8:orgid:olga"]
    })
    .await;

    ada.ask(Intent::RaiseHand { up: false });
    let lowered = |request| match request {
        Request::RaiseHand { raised } => Some(raised),
        _ => None,
    };
    assert!(!asked(&mut sdk, "the hand is lowered", lowered).await);
    sdk.tells(Event::Failed {
        request: "raiseHand".to_owned(),
        failure: Failure::default(),
    })
    .await;
    ada.until("told so", has_notice("hand.refused")).await;
    sdk.tells(capabilities(&[("raiseHand", false)])).await;
    ada.until("taken away", |view| !view.abilities.hand).await;
    ada.ask(Intent::RaiseHand { up: true });
    ada.ask(Intent::React {
        reaction: Reaction::Surprised,
    });
    let next = |request| match request {
        Request::RaiseHand { .. } => Some("raised".to_owned()),
        Request::React { reaction } => Some(reaction),
        _ => None,
    };
    assert_eq!(
        asked(&mut sdk, "only the reaction", next).await,
        "surprised"
    );
    for (participant, reaction) in [
        (me.as_str(), "surprised"),
        ("8:orgid:ben", "confetti"),
        ("unknown", "like"),
        ("8:orgid:ben", "like"),
    ] {
        let (participant, reaction) = (participant.to_owned(), reaction.to_owned());
        sdk.tells(Event::Reaction {
            participant,
            reaction,
        })
        .await;
    }
    let reactions = || {
        ada.told(|event| match event {
            CallEvent::Reaction {
                person_id,
                reaction,
                ..
            } => Some((person_id.clone(), *reaction)),
            _ => None,
        })
    };
    until("both reactions", || reactions().len() == 2).await;
    let ben = Some("8:orgid:ben".to_owned());
    assert_eq!(
        reactions(),
        [(None, Reaction::Surprised), (ben, Reaction::Like)]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_presenter_lets_people_in_and_everybody_goes_to_their_room_and_back() {
    let office = Office::open(&[]).await;
    let (ada, mut sdk) = joining(&office).await;
    sdk.tells(Event::Lobby {
        waiting: vec![somebody("8:acs:kurt", "Kurt", "Unknown")],
    })
    .await;
    let ben = Event::Roster {
        changed: vec![somebody("8:orgid:ben", "Ben", "Presenter")],
        removed: Vec::new(),
    };
    sdk.tells(ben.clone()).await;
    admit(&office, &ada, &sdk).await;
    let numbers = |request| matches!(request, Request::DialIn).then_some(());
    asked(&mut sdk, "telephone numbers", numbers).await;
    sdk.tells(Event::DialIn {
        conference_id: "123 456 789".to_owned(),
        phones: vec![Phone {
            toll: "+49 30 1".to_owned(),
            city: "Berlin".to_owned(),
            ..Phone::default()
        }],
    })
    .await;
    let view = ada
        .until("the numbers", |view| view.dial_in.is_some())
        .await;
    assert!(view.waiting.is_empty(), "nobody said that we may know");
    assert_eq!(view.dial_in.unwrap().numbers[0].place, "Berlin");

    sdk.tells(capabilities(&[("manageLobby", true), ("muteOthers", true)]))
        .await;
    let view = ada.until("who waits", |view| view.waiting.len() == 1).await;
    assert_eq!(view.waiting[0].name, "Kurt");
    let person_id = || "8:orgid:ben".to_owned();
    for deed in [
        Moderation::Remove {
            person_id: person_id(),
        },
        Moderation::Mute {
            person_id: Some(person_id()),
        },
        Moderation::Admit {
            person_id: "8:acs:kurt".to_owned(),
        },
    ] {
        ada.ask(Intent::Moderate { deed });
    }
    let deed = |request| match request {
        Request::Remove { participant } => Some(format!("remove {participant}")),
        Request::MuteOther { participant } => Some(format!("mute {participant:?}")),
        Request::Admit { participant } => Some(format!("admit {participant}")),
        _ => None,
    };
    let first = asked(&mut sdk, "mute", deed).await;
    assert_eq!(
        first, "mute Some(\"8:orgid:ben\")",
        "removing is not allowed"
    );
    assert_eq!(asked(&mut sdk, "admit", deed).await, "admit 8:acs:kurt");
    sdk.tells(Event::Failed {
        request: "admit".to_owned(),
        failure: Failure::default(),
    })
    .await;
    ada.until("told so", has_notice("moderation.refused")).await;

    let room = |open| Event::Breakout {
        room: Some(Breakout {
            thread: "19:room".to_owned(),
            name: "Room 2".to_owned(),
            open,
            automatic: false,
            may_return: true,
        }),
    };
    sdk.tells(room(false)).await;
    ada.until("a room that is not open", |view| {
        view.room.as_ref().is_some_and(|room| !room.may_change)
    })
    .await;
    sdk.tells(room(true)).await;
    ada.until("an open room", |view| {
        view.room.as_ref().is_some_and(|room| room.may_change)
    })
    .await;
    ada.ask(Intent::ChangeRoom { enter: true });
    let change = |request| match request {
        Request::JoinBreakout => Some(true),
        Request::LeaveBreakout => Some(false),
        _ => None,
    };
    assert!(asked(&mut sdk, "into the room", change).await);
    sdk.tells(Event::Moved { in_breakout: true }).await;
    let view = ada
        .until("inside", |view| {
            view.room.as_ref().is_some_and(|room| room.inside)
        })
        .await;
    assert!(view.people.is_empty(), "whoever is there is told anew");
    ada.ask(Intent::ChangeRoom { enter: false });
    assert!(!asked(&mut sdk, "back", change).await);
    sdk.tells(Event::Moved { in_breakout: false }).await;
    sdk.tells(ben).await;
    ada.until("back among the others", |view| {
        view.people.len() == 1 && view.room.as_ref().is_some_and(|room| !room.inside)
    })
    .await;

    let diagnostic = |value| Event::Diagnostic {
        name: "networkSendQuality".to_owned(),
        value,
        quality: true,
    };
    sdk.tells(diagnostic(3)).await;
    ada.until("a bad line", |view| view.troubles == ["network.send"])
        .await;
    sdk.tells(diagnostic(1)).await;
    ada.until("a good one", |view| view.troubles.is_empty())
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn captions_are_read_by_who_wants_them() {
    let office = Office::open(&[]).await;
    let (ada, mut sdk) = joining(&office).await;
    admit(&office, &ada, &sdk).await;
    let state = |active, spoken: &str| Event::CaptionState {
        captions: CaptionState {
            active,
            spoken: spoken.to_owned(),
            spoken_languages: vec!["en-us".to_owned(), "ru-ru".to_owned()],
            ..CaptionState::default()
        },
    };
    let line = |text: &str, done| Event::Caption {
        caption: Spoken {
            participant: "8:orgid:olga".to_owned(),
            name: "Olga".to_owned(),
            text: text.to_owned(),
            done,
            ..Spoken::default()
        },
    };
    sdk.tells(state(false, "")).await;
    sdk.tells(line("nobody reads this", true)).await;
    sdk.tells(capabilities(&[("startLiveMeetingCaptions", true)]))
        .await;
    let view = ada
        .until("there are some", |view| view.abilities.captions)
        .await;
    assert_eq!(view.captions.language, None);
    assert_eq!(view.captions.languages, ["en-us", "ru-ru"]);
    let language = Some("en-us".to_owned());
    ada.ask(Intent::SetCaptions { on: true, language });
    let started = |request| match request {
        Request::SetCaptions { on, spoken } => Some((on, spoken)),
        _ => None,
    };
    let on = asked(&mut sdk, "captions", started).await;
    assert_eq!(on, (true, Some("en-us".to_owned())));
    ada.until("starting", |view| {
        view.captions.state == CaptionsState::Starting
    })
    .await;
    sdk.tells(state(true, "en-us")).await;
    ada.until("on", |view| view.captions.state == CaptionsState::On)
        .await;
    sdk.tells(line("Hel", false)).await;
    sdk.tells(line("Hello", true)).await;
    sdk.tells(line("Next", false)).await;
    let lines = || {
        ada.told(|event| match event {
            CallEvent::Caption { caption } => Some(caption.clone()),
            _ => None,
        })
    };
    until("three lines", || lines().len() == 3).await;
    let caption = |id, text: &str, done| Caption {
        id,
        name: "Olga".to_owned(),
        text: text.to_owned(),
        done,
    };
    let shown = [
        caption(1, "Hel", false),
        caption(1, "Hello", true),
        caption(2, "Next", false),
    ];
    assert_eq!(lines(), shown);
    let language = Some("ru-ru".to_owned());
    ada.ask(Intent::SetCaptions { on: true, language });
    let spoken = |request| match request {
        Request::SetSpokenLanguage { language } => Some(language),
        _ => None,
    };
    assert_eq!(asked(&mut sdk, "Russian", spoken).await, "ru-ru");
    ada.ask(Intent::SetCaptions {
        on: false,
        language: None,
    });
    assert_eq!(asked(&mut sdk, "the end", started).await, (false, None));
    sdk.tells(line("unread", true)).await;
    sdk.tells(state(false, "ru-ru")).await;
    ada.until("past that", |view| {
        view.captions.language.as_deref() == Some("ru-ru")
    })
    .await;
    ada.ask(Intent::SetCaptions {
        on: true,
        language: None,
    });
    assert_eq!(asked(&mut sdk, "again", started).await, (true, None));
    sdk.tells(Event::Failed {
        request: "setCaptions".to_owned(),
        failure: Failure::default(),
    })
    .await;
    let view = ada.until("told so", has_notice("captions.refused")).await;
    assert_eq!(view.captions.state, CaptionsState::Off);
    assert_eq!(lines().len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn figures_are_the_sdks_and_only_while_they_are_watched() {
    let office = Office::open(&[]).await;
    let (ada, mut sdk) = joining(&office).await;
    ada.ask(Intent::WatchStats { on: true });
    admit(&office, &ada, &sdk).await;
    let collected = |request| match request {
        Request::Collect { every } => Some(every),
        _ => None,
    };
    assert_eq!(asked(&mut sdk, "figures", collected).await, Some(1));
    let sample = || Sample {
        kind: "audio".to_owned(),
        figures: [("bitrate".to_owned(), 24_000.0)].into(),
        ..Sample::default()
    };
    let samples = vec![sample()];
    sdk.tells(Event::Stats { samples }).await;
    let stats = || {
        ada.told(|event| match event {
            CallEvent::Stats { stats } => Some(stats.clone()),
            _ => None,
        })
    };
    until("figures", || stats().len() == 1).await;
    let CallStats {
        rtt_ms,
        received_kbps,
        relayed,
        streams,
        ..
    } = stats().remove(0);
    assert_eq!((rtt_ms, received_kbps, relayed), (None, 24.0, None));
    assert_eq!((streams.len(), streams[0].fps), (1, None));
    ada.ask(Intent::WatchStats { on: false });
    assert_eq!(asked(&mut sdk, "no more", collected).await, None);
    let samples = vec![sample()];
    sdk.tells(Event::Stats { samples }).await;
    sdk.ends(0, 5000).await;
    ada.ended().await;
    assert_eq!(stats().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn formatted_messages_keep_their_shape_and_ours_can_be_changed_and_sent_again() {
    let office = Office::open(&[]).await;
    let (ada, sdk) = joining(&office).await;
    admit(&office, &ada, &sdk).await;
    let olga = office.meeting.organizer().clone();
    let html = r#"<p>Hi <at id="0">Ada</at>, <b>read</b> <a href="https://x.example/a">this</a></p>
        <ul><li>one</li><li>two</li></ul>"#;
    office.meeting.says(&olga, html);
    office
        .pass_until("the message", || ada.chat().len() == 1)
        .await;
    let got = ada.chat().remove(0);
    assert_eq!(got.text, "Hi Ada, read this\none\ntwo");
    let [
        ChatBlock::Paragraph { spans },
        ChatBlock::List { ordered, items },
    ] = &got.blocks[..]
    else {
        panic!("{:?}", got.blocks);
    };
    let told: Vec<_> = spans
        .iter()
        .map(|span| (&*span.text, span.bold, span.mention, span.link.is_some()))
        .collect();
    assert_eq!(
        told,
        [
            ("Hi ", false, false, false),
            ("Ada", false, true, false),
            (", ", false, false, false),
            ("read", true, false, false),
            (" ", false, false, false),
            ("this", false, false, true),
        ]
    );
    assert_eq!((*ordered, items.len()), (false, 2));

    office.fake.fail(Fault::once("/messages", 403).on("POST"));
    let text = "helo".to_owned();
    ada.ask(Intent::SendChat { text });
    let last = || ada.messages().last().cloned().expect("there is one");
    until("it failed", || last().1 == MessageState::Failed).await;
    let (mine, _, kept) = last();
    assert_eq!(kept, "helo");
    ada.until("told so", has_notice("chat.notSent")).await;
    office
        .pass_until("the chat is there", || ada.now().chat_open)
        .await;
    ada.ask(Intent::ResendChat { id: mine.clone() });
    office
        .pass_until("sent", || last().1 == MessageState::New)
        .await;
    let (id, text) = (mine.clone(), "hello".to_owned());
    ada.ask(Intent::EditChat { id, text });
    until("changed", || last().1 == MessageState::Edited).await;
    assert_eq!(last().2, "hello");
    ada.ask(Intent::Typing);
    until("others see that Ada types", || {
        !office.meeting.typing().is_empty()
    })
    .await;
    office
        .fake
        .fail(Fault::once("/messages/", 500).on("DELETE"));
    ada.ask(Intent::DeleteChat { id: mine.clone() });
    ada.until("not done", has_notice("chat.notChanged")).await;
    ada.ask(Intent::DeleteChat { id: mine.clone() });
    until("taken back", || last().1 == MessageState::Deleted).await;
    let ours: Vec<_> = ada.messages().into_iter().skip(1).collect();
    assert!(ours.iter().all(|(id, _, _)| *id == mine), "{ours:?}");
    let all = office.meeting.messages();
    assert!(
        all.iter()
            .any(|message| message["deletedOn"] != json!(null))
    );
}
