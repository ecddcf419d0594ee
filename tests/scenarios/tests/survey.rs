//! After a Teams meeting: whoever was in may say how it was, with Microsoft's SDK played by the test.

use foyer_acs::identity::UserId;
use foyer_contract::calling::request::Survey;
use foyer_contract::intent::Intent;
use foyer_contract::survey::Ratings;
use foyer_contract::view::Phase;
use foyer_scenarios::guest::Guest;
use foyer_scenarios::office::{Office, Sdk};
use foyer_scenarios::{soon, until};
use foyer_session::teams::{CallState, Request};

/// What the window is asked for, until it is to go.
async fn asked_until_goodbye(sdk: &mut Sdk) -> Vec<Request> {
    let asked = async {
        let mut all = Vec::new();
        while let Some(request) = sdk.requests.recv().await {
            let goodbye = matches!(request, Request::Leave { .. });
            all.push(request);
            if goodbye {
                return all;
            }
        }
        panic!("the window was closed without a goodbye: {all:?}");
    };
    soon("a goodbye", asked).await
}

/// On the way in; `survey` if the guest wants to be asked.
async fn joining(office: &Office, survey: bool) -> (Guest, Sdk) {
    let link = office.invitation().await;
    let mut teams = office.teams(false);
    teams.survey = survey;
    let ada = office.guest(&link, "Ada", teams);
    ada.join_with(false, true);
    let sdk = office.sdk().await;
    (ada, sdk)
}

async fn in_meeting(office: &Office, survey: bool) -> (Guest, Sdk) {
    let (ada, sdk) = joining(office, survey).await;
    office
        .meeting
        .admit(&UserId(sdk.joining.user.clone()), "Ada");
    sdk.is(CallState::Connected).await;
    ada.until("in", |view| view.phase == Phase::InMeeting).await;
    (ada, sdk)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_was_in_may_say_how_it_was_before_the_window_goes() {
    let office = Office::open(&[]).await;
    let (ada, mut sdk) = in_meeting(&office, true).await;
    ada.ask(Intent::Leave);
    assert_eq!(ada.ended().await, ("hungUp".to_owned(), true));
    assert!(ada.now().survey_ms.is_some_and(|open| open > 1_000.0));
    until("every device is closed", || ada.rig.is_dark()).await;
    let hung_up = async {
        while let Some(request) = sdk.requests.recv().await {
            if request == Request::HangUp {
                return;
            }
        }
        panic!("nobody hung up");
    };
    soon(
        "the others see us go before the guest has said anything",
        hung_up,
    )
    .await;
    ada.ask(Intent::Rate {
        ratings: Some(Ratings {
            overall: 2,
            audio: Some(1),
            video: None,
            share: Some(9),
        }),
    });
    let asked = asked_until_goodbye(&mut sdk).await;
    let survey = Survey {
        overall: Some(2),
        audio: Some(1),
        ..Survey::default()
    };
    assert_eq!(asked[..asked.len() - 1], [Request::Survey { survey }]);
    soon("the window may go", async {
        assert_eq!(sdk.requests.recv().await, None);
    })
    .await;

    // Whoever would rather not, and whoever goes on to something else.
    for rather in [true, false] {
        let (ada, mut sdk) = in_meeting(&office, true).await;
        sdk.ends(0, 4097).await;
        assert_eq!(ada.ended().await.0, "meetingEnded");
        assert!(ada.now().survey_ms.is_some());
        if rather {
            ada.ask(Intent::Rate { ratings: None });
        } else {
            drop(ada);
        }
        let asked = asked_until_goodbye(&mut sdk).await;
        let survey = |request: &Request| matches!(request, Request::Survey { .. });
        assert!(!asked.iter().any(survey), "{asked:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_asked_how_it_was_who_does_not_want_to_be_or_was_never_in() {
    let office = Office::open(&[]).await;
    let (ada, mut sdk) = in_meeting(&office, false).await;
    ada.ask(Intent::Leave);
    let asked = asked_until_goodbye(&mut sdk).await;
    assert!(!asked.contains(&Request::HangUp), "{asked:?}");
    ada.ended().await;
    assert_eq!(ada.now().survey_ms, None);

    let (ben, mut sdk) = joining(&office, true).await;
    sdk.is(CallState::InLobby).await;
    sdk.ends(0, 5854).await;
    assert_eq!(ben.ended().await.0, "deniedByHost");
    assert_eq!(ben.now().survey_ms, None);
    let asked = asked_until_goodbye(&mut sdk).await;
    assert!(!asked.contains(&Request::HangUp), "{asked:?}");

    // A window that is gone takes nothing.
    let (cleo, sdk) = in_meeting(&office, true).await;
    drop(sdk);
    cleo.ended().await;
    assert_eq!(cleo.now().survey_ms, None);
}
