//! Hands, reactions, changed messages, volumes and figures in a practice meeting.

use foyer_contract::chat::MessageState;
use foyer_contract::event::{CallEvent, Reaction};
use foyer_contract::intent::Intent;
use foyer_contract::stats::{CallStats, StreamDirection, StreamKind};
use foyer_contract::view::{CallView, CaptionsState};
use foyer_media::level::windows_with_tone;
use foyer_practice::MeetingOptions;
use foyer_scenarios::guest::Guest;
use foyer_scenarios::hall::Hall;
use foyer_scenarios::until;

async fn enter(guest: &Guest) {
    guest.join_with(false, false);
    guest.until("in", |view| view.chat_open).await;
}

fn reactions(guest: &Guest) -> Vec<(Option<String>, String, Reaction)> {
    guest.told(|event| match event {
        CallEvent::Reaction {
            person_id,
            name,
            reaction,
        } => Some((person_id.clone(), name.clone(), *reaction)),
        _ => None,
    })
}

fn stats(guest: &Guest) -> Vec<CallStats> {
    guest.told(|event| match event {
        CallEvent::Stats { stats } => Some(stats.clone()),
        _ => None,
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hands_have_an_order_that_everybody_sees() {
    let hall = Hall::open().await;
    let (ada, grace) = (Guest::open(&hall, 0, "Ada"), Guest::open(&hall, 1, "Grace"));
    enter(&ada).await;
    enter(&grace).await;
    let view = ada.sees("Grace", |_| true).await;
    assert_eq!((view.hand, view.volume, view.typing), (None, 100, false));
    let may = ada.now().abilities;
    assert!(may.hand && may.react && may.edit_chat && may.volume && !may.captions);

    grace.ask(Intent::RaiseHand { up: true });
    ada.sees("Grace", |person| person.hand == Some(1)).await;
    ada.ask(Intent::RaiseHand { up: true });
    grace.sees("Ada", |person| person.hand == Some(2)).await;
    ada.until("second", |view| view.me.hand == Some(2)).await;
    let late = Guest::open(&hall, 2, "Late");
    enter(&late).await;
    late.sees("Ada", |person| person.hand == Some(2)).await;
    grace.ask(Intent::RaiseHand { up: false });
    ada.until("first now", |view| view.me.hand == Some(1)).await;
    ada.sees("Grace", |person| person.hand.is_none()).await;
    ada.ask(Intent::Leave);
    late.until("no hand is up", |view| {
        view.people.len() == 1 && view.people[0].hand.is_none()
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reaction_is_seen_by_all_and_ours_is_told_apart() {
    let hall = Hall::open().await;
    let (ada, grace) = (Guest::open(&hall, 0, "Ada"), Guest::open(&hall, 1, "Grace"));
    enter(&ada).await;
    enter(&grace).await;
    let grace_at_ada = ada.sees("Grace", |_| true).await.id;
    grace.sees("Ada", |_| true).await;
    grace.ask(Intent::React {
        reaction: Reaction::Applause,
    });
    until("both saw it", || {
        !reactions(&ada).is_empty() && !reactions(&grace).is_empty()
    })
    .await;
    let seen = (Some(grace_at_ada), "Grace".to_owned(), Reaction::Applause);
    assert_eq!(reactions(&ada), [seen]);
    assert_eq!(
        reactions(&grace),
        [(None, "Grace".to_owned(), Reaction::Applause)]
    );
    let on = true;
    ada.ask(Intent::SetCaptions { on, language: None });
    ada.ask(Intent::React {
        reaction: Reaction::Like,
    });
    until("the next one", || reactions(&grace).len() == 2).await;
    assert_eq!(
        ada.now().captions.state,
        CaptionsState::Off,
        "there are none"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_can_be_changed_and_taken_back_by_their_writer() {
    let hall = Hall::open().await;
    let (ada, grace) = (Guest::open(&hall, 0, "Ada"), Guest::open(&hall, 1, "Grace"));
    enter(&ada).await;
    enter(&grace).await;
    grace.sees("Ada", |_| true).await;

    ada.ask(Intent::Typing);
    grace.sees("Ada", |person| person.typing).await;
    let text = "helo".to_owned();
    ada.ask(Intent::SendChat { text });
    grace.sees("Ada", |person| !person.typing).await;
    until("sent", || ada.messages().len() == 2).await;
    let mine = ada.messages()[1].0.clone();
    let (id, text) = (mine.clone(), "hello".to_owned());
    ada.ask(Intent::EditChat { id, text });
    until("changed", || ada.messages().len() == 3).await;
    ada.ask(Intent::DeleteChat { id: mine.clone() });
    until("taken back", || {
        ada.messages().len() == 4 && grace.messages().len() == 3
    })
    .await;
    let states = |of: &Guest| {
        let messages = of.messages().into_iter();
        messages
            .map(|(_, state, text)| (state, text))
            .collect::<Vec<_>>()
    };
    let became = [
        (MessageState::New, "helo".to_owned()),
        (MessageState::Edited, "hello".to_owned()),
        (MessageState::Deleted, String::new()),
    ];
    assert_eq!(states(&grace), became);
    assert_eq!(states(&ada)[0], (MessageState::Sending, "helo".to_owned()));
    assert_eq!(states(&ada)[1..], became);
    assert!(ada.messages().iter().all(|(id, _, _)| *id == mine));

    let theirs = grace.messages()[0].0.clone();
    let (id, text) = (mine, "again".to_owned());
    ada.ask(Intent::EditChat { id, text });
    let said = |view: &CallView| view.notices.iter().any(|n| n.code == "chat.notChanged");
    ada.until("what is gone is not changed", said).await;
    let text = "mine now".to_owned();
    grace.ask(Intent::EditChat { id: theirs, text });
    let text = "the last".to_owned();
    grace.ask(Intent::SendChat { text });
    until("the last", || {
        ada.messages().iter().any(|(_, _, text)| text == "the last")
    })
    .await;
    assert_eq!(ada.messages().len(), 5, "{:?}", ada.messages());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_person_can_be_heard_less_without_touching_the_others() {
    let hall = Hall::open().await;
    let ada = Guest::open(&hall, 0, "Ada");
    let (grace, alan) = (
        Guest::open(&hall, 1, "Grace"),
        Guest::open(&hall, 2, "Alan"),
    );
    for guest in [&ada, &grace, &alan] {
        guest.enter().await;
    }
    let grace_at_ada = ada.sees("Grace", |person| !person.muted).await.id;
    let second = 48_000;
    let mut heard: Vec<f32> = Vec::new();
    let mut share = |guest: &Guest, hertz: f64| {
        heard.extend(guest.rig.take_heard());
        let start = heard.len().saturating_sub(second);
        let enough = heard.len() >= second;
        enough.then(|| windows_with_tone(&heard[start..], hertz, 0.2))
    };
    let both =
        |ada: &Guest, share: &mut dyn FnMut(&Guest, f64) -> Option<f64>, grace_wanted: bool| {
            let (grace, alan) = (share(ada, grace.rig.hertz()), share(ada, alan.rig.hertz()));
            let (Some(grace), Some(alan)) = (grace, alan) else {
                return false;
            };
            alan > 0.9
                && if grace_wanted {
                    grace > 0.9
                } else {
                    grace < 0.05
                }
        };
    until("both are heard", || both(&ada, &mut share, true)).await;
    let volume = |volume| Intent::SetVolume {
        person_id: grace_at_ada.clone(),
        volume,
    };
    ada.ask(volume(0));
    ada.sees("Grace", |person| person.volume == 0).await;
    until("only Alan is heard", || both(&ada, &mut share, false)).await;
    ada.ask(volume(100));
    until("both again", || both(&ada, &mut share, true)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn figures_come_while_they_are_watched_and_say_whose_stream_it_is() {
    let hall = Hall::open().await;
    let (ada, grace) = (Guest::open(&hall, 0, "Ada"), Guest::open(&hall, 1, "Grace"));
    ada.enter().await;
    grace.enter().await;
    let person = ada
        .sees("Grace", |person| person.camera_feed.is_some())
        .await;
    let feed = person.camera_feed.expect("waited for");
    ada.watch(&[feed]);
    ada.pictures(feed, 10).await;
    assert!(stats(&ada).is_empty(), "nobody asked");
    ada.ask(Intent::WatchStats { on: true });
    let complete = |stats: &CallStats| {
        let find = |direction, kind| {
            let mut streams = stats.streams.iter();
            streams.find(|stream| stream.direction == direction && stream.kind == kind)
        };
        let received = find(StreamDirection::Received, StreamKind::Video);
        let sent = find(StreamDirection::Sent, StreamKind::Video);
        received.is_some_and(|stream| {
            stream.name == "Grace"
                && stream.person_id.as_ref() == Some(&person.id)
                && (stream.width, stream.height) == (Some(640), Some(360))
                && stream.codec.eq_ignore_ascii_case("h264")
                && stream.kbps > 10.0
                && stream.fps.is_some_and(|fps| fps > 5.0)
        }) && sent.is_some_and(|stream| stream.width == Some(640) && stream.kbps > 10.0)
            && find(StreamDirection::Received, StreamKind::Audio)
                .is_some_and(|stream| stream.name == "Grace" && stream.width.is_none())
            && find(StreamDirection::Sent, StreamKind::Audio).is_some()
            && stats.relayed == Some(false)
            && stats.received_kbps > 10.0
    };
    until("complete figures", || stats(&ada).iter().any(complete)).await;
    ada.until("heard", |view| view.dominant == [person.id.clone()])
        .await;
    let live = ada.now().live;
    assert!(live.camera_ms > 0.0 && live.microphone_ms > 0.0 && live.share_ms == 0.0);
    ada.ask(Intent::WatchStats { on: false });
    ada.ask(Intent::Leave);
    ada.ended().await;
    let end = ada.now();
    let (since, until) = (end.in_meeting_since_ms.expect("was in"), end.now_ms);
    assert!(end.live.camera_ms >= live.camera_ms && until > since);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bots_show_how_hands_and_reactions_look() {
    let options = MeetingOptions {
        bots: 2,
        ..MeetingOptions::default()
    };
    let hall = Hall::with(options, None).await;
    let ada = Guest::open(&hall, 0, "Ada");
    enter(&ada).await;
    ada.until("two bots", |view| view.people.len() == 2).await;
    ada.ask(Intent::React {
        reaction: Reaction::Heart,
    });
    until("a bot joins in", || {
        let all = reactions(&ada);
        all.iter()
            .any(|(id, _, reaction)| id.is_some() && *reaction == Reaction::Heart)
    })
    .await;
    let text = "hello".to_owned();
    ada.ask(Intent::SendChat { text });
    ada.until("a bot types", |view| {
        view.people.iter().any(|person| person.typing)
    })
    .await;
    ada.until("a bot's hand", |view| {
        view.people.iter().any(|person| person.hand == Some(1))
    })
    .await;
}
