//! Chat, only between admission and leaving.

use foyer_contract::intent::Intent;
use foyer_contract::view::Phase;
use foyer_scenarios::guest::Guest;
use foyer_scenarios::hall::Hall;
use foyer_scenarios::until;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_go_to_those_who_are_in_and_only_to_them() {
    let hall = Hall::with_lobby().await;
    let host = hall.host().await;
    let (ada, grace) = (Guest::open(&hall, 0, "Ada"), Guest::open(&hall, 1, "Grace"));
    ada.join_with(false, false);
    host.client.admit(&host.waits_for("Ada").await);
    ada.until("in", |view| view.phase == Phase::InMeeting).await;
    grace.join_with(false, false);
    let waiting = host.waits_for("Grace").await;
    let say = |text: &str| Intent::SendChat { text: text.into() };

    ada.ask(say("before Grace"));
    until("Ada's own message", || ada.chat().len() == 1).await;
    assert!(ada.chat()[0].mine);
    grace.ask(say("from the lobby"));

    host.client.admit(&waiting);
    grace.until("in", |view| view.chat_open).await;
    ada.sees("Grace", |_| true).await;
    ada.ask(say("<b>hello</b> & welcome"));
    until("the message at Grace's", || !grace.chat().is_empty()).await;
    let got = grace.chat();
    assert_eq!(got.len(), 1, "no history, nothing from the lobby: {got:?}");
    assert_eq!(
        (got[0].text.as_str(), got[0].mine),
        ("<b>hello</b> & welcome", false)
    );
    assert_eq!(got[0].from, "Ada");
    grace.until("unread", |view| view.unread == 1).await;
    grace.ask(Intent::ShowChat { open: true });
    grace.until("read", |view| view.unread == 0).await;

    grace.ask(Intent::Leave);
    grace.ended().await;
    host.misses("Grace").await;
    assert!(!grace.now().chat_open);
    ada.ask(say("after Grace"));
    until("Ada's third message", || ada.chat().len() == 3).await;
    assert_eq!(grace.chat().len(), 1);
    let texts: Vec<_> = ada
        .report()
        .await
        .chat
        .into_iter()
        .map(|c| c.text)
        .collect();
    assert_eq!(
        texts,
        ["before Grace", "<b>hello</b> & welcome", "after Grace"]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_message_is_not_sent_and_said_so() {
    let hall = Hall::open().await;
    let ada = Guest::open(&hall, 0, "Ada");
    ada.join_with(false, false);
    ada.until("in", |view| view.chat_open).await;
    for (text, code) in [
        ("  \n ".to_owned(), "chat.empty"),
        ("x".repeat(4_001), "chat.tooLong"),
    ] {
        ada.ask(Intent::SendChat { text });
        let said =
            |view: &foyer_contract::view::CallView| view.notices.iter().any(|n| n.code == code);
        ada.until(code, said).await;
    }
    let longest = "é".repeat(4_000);
    ada.ask(Intent::SendChat {
        text: longest.clone(),
    });
    until("the longest message", || ada.chat().len() == 1).await;
    assert_eq!(ada.chat()[0].text, longest);
}
