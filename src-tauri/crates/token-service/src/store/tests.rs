use super::*;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn counted(id: &str, most: Option<u32>) -> Counted {
    Counted {
        id: id.into(),
        most,
        expires: at(1_000),
    }
}

fn caller<'a>(address: &'a str, invitation: Option<&'a Counted>, now: i64) -> Caller<'a> {
    Caller {
        address,
        address_rate: Rate::per_minute(60),
        invitation,
        invitation_rate: Rate::per_minute(60),
        now: at(now),
    }
}

async fn counts_and_gives_back(store: Store) {
    let three = counted("three", Some(3));
    for _ in 0..3 {
        store.admit(caller("a", Some(&three), 0)).await.unwrap();
    }
    let refused = store.admit(caller("a", Some(&three), 0)).await;
    assert_eq!(refused, Err(Denied::UsedUp));
    store.give_back(&three).await;
    store.admit(caller("a", Some(&three), 0)).await.unwrap();
    let endless = counted("endless", None);
    for now in 1..40 {
        store.admit(caller("b", Some(&endless), now)).await.unwrap();
    }
    store.admit(caller("c", None, 0)).await.unwrap();
}

#[tokio::test]
async fn uses_are_counted_in_memory() {
    counts_and_gives_back(Store::memory()).await;
}

#[tokio::test]
async fn uses_are_counted_in_a_file_and_outlive_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("uses.redb");
    counts_and_gives_back(Store::file(&path).unwrap()).await;
    // The thread closes the file after its last order.
    let reopened = loop {
        match Store::file(&path) {
            Ok(store) => break store,
            Err(_) => tokio::task::yield_now().await,
        }
    };
    let three = counted("three", Some(3));
    let refused = reopened.admit(caller("a", Some(&three), 0)).await;
    assert_eq!(refused, Err(Denied::UsedUp));
    assert!(Store::file(&path).is_err(), "one instance a file");
    reopened.tidy(at(1_000)).await;
    reopened.admit(caller("a", Some(&three), 0)).await.unwrap();
}

#[tokio::test]
async fn many_at_once_get_no_more_than_there_is() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::file(&folder.path().join("uses.redb")).unwrap();
    let ten = counted("ten", Some(10));
    let rate = Rate::per_minute(1_000_000);
    let asking = (0..200).map(|_| {
        store.admit(Caller {
            address_rate: rate,
            invitation_rate: rate,
            ..caller("a", Some(&ten), 0)
        })
    });
    let answers = futures_util::future::join_all(asking).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 10);
}

#[tokio::test]
async fn whoever_asks_too_often_waits_and_others_do_not() {
    let store = Store::memory();
    let one = counted("one", None);
    let mut denied = None;
    for _ in 0..100 {
        if let Err(reason) = store.admit(caller("a", None, 0)).await {
            denied = Some(reason);
        }
    }
    assert_eq!(
        denied,
        Some(Denied::AddressTooOften(Duration::from_secs(1)))
    );
    for number in 0..60 {
        let address = format!("{number}");
        store.admit(caller(&address, Some(&one), 0)).await.unwrap();
    }
    let refused = store.admit(caller("z", Some(&one), 0)).await;
    assert_eq!(
        refused,
        Err(Denied::InvitationTooOften(Duration::from_secs(1)))
    );
}
