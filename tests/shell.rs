//! The commands, through Tauri's mock runtime: names, arguments and answers as the page sends and gets them.

#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use foyer_app::calling;
use foyer_app::settings::Settings;
use foyer_app::shell::{Launch, Shell};
use foyer_app::teams::TeamsSetup;
use foyer_app::window;
use foyer_effects::Effects;
use foyer_media::clock::MonotonicClock;
use serde_json::{Value, json};
use tauri::ipc::{CallbackFn, InvokeBody};
use tauri::test::{MockRuntime, mock_context, noop_assets};
use tauri::webview::InvokeRequest;
use tauri::{App, WebviewWindow, WebviewWindowBuilder};

struct Page {
    webview: WebviewWindow<MockRuntime>,
    app: App<MockRuntime>,
}

impl Page {
    fn open(launch: Launch) -> Self {
        let devices = Arc::new(foyer_devices::SystemDevices::new(MonotonicClock::shared()));
        let shell = |_: &_| {
            let teams = TeamsSetup::load(None, None);
            let settings = Settings::load(None);
            Shell::new(launch, settings, devices, Effects::default(), teams)
        };
        let mut context = mock_context(noop_assets());
        let settings = json!({ "pubkey": "" });
        let plugins = &mut context.config_mut().plugins.0;
        plugins.insert("updater".into(), settings);
        let app = window::build(context, shell).unwrap();
        let webview = WebviewWindowBuilder::new(&app, window::MAIN, Default::default())
            .build()
            .unwrap();
        Self { webview, app }
    }

    fn invoke(&self, command: &str, arguments: Value) -> Result<Value, Value> {
        invoke(&self.app, &self.webview, command, arguments)
    }
}

fn invoke(
    app: &App<MockRuntime>,
    webview: &WebviewWindow<MockRuntime>,
    command: &str,
    arguments: Value,
) -> Result<Value, Value> {
    let request = InvokeRequest {
        cmd: command.into(),
        callback: CallbackFn(0),
        error: CallbackFn(1),
        url: "tauri://localhost".parse().unwrap(),
        body: InvokeBody::Json(arguments),
        headers: Default::default(),
        invoke_key: app.invoke_key().to_owned(),
    };
    tauri::test::get_ipc_response(webview, request).map(|body| body.deserialize().unwrap())
}

#[test]
fn the_app_says_what_it_was_started_for() {
    let page = Page::open(Launch {
        link: Some("http://127.0.0.1:1/meet/x".to_owned()),
        name: Some("Ada".into()),
        ..Launch::default()
    });
    let info = page.invoke("app_info", json!({})).unwrap();
    assert_eq!(info["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(info["suggestedName"], "Ada");
    page.invoke("listen_links", json!({ "links": "__CHANNEL__:1" }))
        .unwrap();
}

#[test]
fn a_pasted_text_is_judged_by_code() {
    let page = Page::open(Launch::default());
    let judge = |text: &str| page.invoke("check_link", json!({ "text": text })).unwrap();
    assert_eq!(
        judge("Join: http://127.0.0.1:8080/meet/abc")["verdict"],
        "join"
    );
    let teams = judge("https://teams.microsoft.com/l/meetup-join/19%3ameeting_x%40thread.v2/0");
    assert_eq!(teams["verdict"], "refused");
    assert_eq!(teams["code"], "link.teams_unavailable");
    assert_eq!(
        teams["kind"], "teamsLong",
        "the card shows what was recognised"
    );
    assert_eq!(judge("hello")["code"], "link.nothing_found");
}

#[test]
fn only_pages_and_mails_are_opened_outside_and_a_clipboard_that_is_not_there_is_told() {
    let page = Page::open(Launch::default());
    for address in ["file:///etc/passwd", "javascript:alert(1)", "foyer://join"] {
        let refused = page.invoke("open_link", json!({ "address": address }));
        assert_eq!(refused.unwrap_err()["code"], "link.not_opened", "{address}");
    }
    let refused = page.invoke("copy_text", json!({ "text": "x" }));
    assert_eq!(refused.unwrap_err()["code"], "clipboard.unreachable");
    let refused = page.invoke("clipboard_text", json!({}));
    assert_eq!(refused.unwrap_err()["code"], "clipboard.unreachable");
}

#[test]
fn every_picker_offers_something_that_needs_no_hardware_but_displays() {
    let page = Page::open(Launch::default());
    let lists = page.invoke("list_devices", json!({})).unwrap();
    for kind in ["cameras", "microphones", "speakers"] {
        let list = lists[kind].as_array().unwrap();
        assert!(
            list.iter().any(|device| device["synthetic"] == true),
            "{kind}: {list:?}"
        );
    }
    assert!(lists["screens"].is_array());
}

#[test]
fn a_practice_meeting_can_be_reached_and_one_that_is_gone_is_named() {
    let page = Page::open(Launch::default());
    let meeting = page
        .invoke("start_practice", json!({ "bots": 0, "lobby": false }))
        .unwrap();
    let check = |text: &Value| page.invoke("check_network", json!({ "text": text }));
    assert_eq!(check(&meeting["guestLink"]).unwrap()["state"], "good");
    let gone = check(&json!("http://127.0.0.1:1/meet/x")).unwrap();
    assert_eq!(gone["state"], "failed");
    assert_eq!(gone["items"][0]["host"], "127.0.0.1:1");
    let none = check(&json!("hello")).unwrap_err();
    assert_eq!(none["code"], "link.nothing_found");
}

#[test]
fn a_practice_meeting_is_on_this_machine_and_its_link_can_be_joined() {
    let page = Page::open(Launch::default());
    let meeting = page
        .invoke("start_practice", json!({ "bots": 0, "lobby": false }))
        .unwrap();
    let link = meeting["guestLink"].as_str().unwrap();
    assert!(link.starts_with("http://127.0.0.1:"), "{link}");
    let verdict = page.invoke("check_link", json!({ "text": link })).unwrap();
    assert_eq!(verdict["url"], link);
}

#[test]
fn what_cannot_be_joined_is_refused_by_code_and_without_a_call_there_is_nothing_to_say() {
    let page = Page::open(Launch::default());
    let refused = page
        .invoke(
            "open_call",
            json!({ "text": "https://example.org", "events": "__CHANNEL__:1" }),
        )
        .unwrap_err();
    assert_eq!(refused["code"], "link.other_site", "{refused}");
    let nobody = page
        .invoke("send_intent", json!({ "intent": { "intent": "join" } }))
        .unwrap_err();
    assert_eq!(nobody["code"], "call.none");
    page.invoke("close_call", json!({})).unwrap();
}

#[test]
fn an_intent_that_is_none_is_refused_without_harm() {
    let page = Page::open(Launch::default());
    for intent in [
        json!(null),
        json!({ "intent": "fly" }),
        json!({ "intent": "setMuted" }),
    ] {
        assert!(
            page.invoke("send_intent", json!({ "intent": intent }))
                .is_err()
        );
    }
    assert!(page.invoke("send_intent", json!({})).is_err());
    assert!(page.invoke("app_info", json!({})).is_ok());
}

#[test]
fn a_call_opens_in_pre_join_takes_intents_and_gives_way_to_the_next() {
    let page = Page::open(Launch::default());
    let meeting = page
        .invoke("start_practice", json!({ "bots": 0, "lobby": false }))
        .unwrap();
    let open = || {
        let arguments = json!({ "text": meeting["guestLink"], "events": "__CHANNEL__:1" });
        page.invoke("open_call", arguments)
            .unwrap()
            .as_u64()
            .unwrap()
    };
    let first = open();
    let leave = json!({ "intent": { "intent": "setMuted", "muted": true } });
    page.invoke("send_intent", leave).unwrap();
    assert_eq!(open(), first + 1);
    page.invoke("close_call", json!({})).unwrap();
}

#[test]
fn preferences_and_recent_meetings_are_asked_for_and_changed() {
    let page = Page::open(Launch::default());
    let mut preferences = page.invoke("load_preferences", json!({})).unwrap();
    let expected = json!({
        "theme": "system", "language": null, "scale": 100, "mirror": true, "rememberName": true,
        "keepRecents": false, "offerTranscript": false, "survey": true, "chimes": true, "notifications": true, "notifyChat": true, "notifyHost": true,
        "globalMute": false, "miniOnMinimise": true, "reducedMotion": false,
        "singleKeys": false, "shortcuts": {},
    });
    assert_eq!(preferences, expected);
    preferences["theme"] = json!("contrast");
    preferences["scale"] = json!(1_000);
    let save = json!({ "preferences": preferences });
    assert_eq!(page.invoke("save_preferences", save).unwrap(), json!(null));
    let kept = page.invoke("load_preferences", json!({})).unwrap();
    assert_eq!(
        (&kept["theme"], &kept["scale"]),
        (&json!("contrast"), &json!(150))
    );
    assert_eq!(
        page.invoke("recent_meetings", json!({})).unwrap(),
        json!([])
    );
    for id in [json!(null), json!("r1")] {
        let answer = page.invoke("forget_recent", json!({ "id": id }));
        assert_eq!(answer.unwrap(), json!(null));
    }
}

#[test]
fn a_meeting_that_was_joined_is_recent_for_who_wants_that() {
    let page = Page::open(Launch::default());
    let mut preferences = page.invoke("load_preferences", json!({})).unwrap();
    preferences["keepRecents"] = json!(true);
    let save = json!({ "preferences": preferences });
    page.invoke("save_preferences", save).unwrap();
    let meeting = page
        .invoke("start_practice", json!({ "bots": 0, "lobby": false }))
        .unwrap();
    let arguments = json!({ "text": meeting["guestLink"], "events": "__CHANNEL__:1" });
    page.invoke("open_call", arguments).unwrap();
    let choices = json!({
        "name": "Ada", "cameraId": null, "microphoneId": null, "speakerId": "test:silence",
        "cameraOn": false, "microphoneOn": false,
    });
    for intent in [
        json!({ "intent": "choose", "choices": choices }),
        json!({ "intent": "join" }),
    ] {
        page.invoke("send_intent", json!({ "intent": intent }))
            .unwrap();
    }
    let mut looks = 0;
    let recent = loop {
        let recents = page.invoke("recent_meetings", json!({})).unwrap();
        if let Some(recent) = recents.get(0) {
            break recent.clone();
        }
        looks += 1;
        assert!(looks < 1_500, "nothing is kept");
        std::thread::sleep(std::time::Duration::from_millis(20));
    };
    assert_eq!(recent["link"], meeting["guestLink"]);
    assert!(recent["joinedAtMs"].as_f64().unwrap() > 0.0);
    let id = json!({ "id": recent["id"] });
    page.invoke("forget_recent", id).unwrap();
    assert_eq!(
        page.invoke("recent_meetings", json!({})).unwrap(),
        json!([])
    );
    page.invoke("close_call", json!({})).unwrap();
}

#[test]
fn a_share_has_a_window_of_its_own_only_while_there_is_one() {
    let page = Page::open(Launch::default());
    let open = json!({ "title": "Screen", "closed": "__CHANNEL__:1" });
    let refused = page.invoke("pop_out_share", open).unwrap_err();
    assert_eq!(refused["code"], "share.none");
    page.invoke("bring_back_share", json!({})).unwrap();
    let feed = json!({ "feed": 1, "width": 1, "height": 1, "refresh": false });
    let refused = page.invoke("watch_share", json!({ "feed": feed }));
    assert_eq!(refused.unwrap_err()["code"], "share.none");
}

/// What another window gets of the calling window's commands, and the calling window of everything else's.
#[test]
fn each_window_has_its_own_commands_and_no_others() {
    let page = Page::open(Launch::default());
    let calling = WebviewWindowBuilder::new(&page.app, calling::LABEL, Default::default())
        .build()
        .unwrap();
    let batch = json!({ "batch": { "first": 1, "events": [] } });
    let listen = json!({ "requests": "__CHANNEL__:1" });
    for (command, arguments) in [("calling_tell", &batch), ("calling_listen", &listen)] {
        let main = page.invoke(command, arguments.clone()).unwrap_err();
        assert_eq!(main["code"], "calling.unexpected", "{command}");
        // Nobody has opened it for a call.
        let own = invoke(&page.app, &calling, command, arguments.clone()).unwrap_err();
        assert_eq!(own["code"], "calling.unexpected", "{command}");
    }
}

/// The files that Tauri enforces: the mock runtime has none.
#[test]
fn the_capabilities_name_one_window_each_and_share_no_command() {
    let read = |name: &str| -> Value {
        let folder =
            std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src-tauri/capabilities");
        serde_json::from_slice(&std::fs::read(folder.join(name)).unwrap()).unwrap()
    };
    let (main, calling, share) = (read("main.json"), read("calling.json"), read("share.json"));
    assert_eq!(main["windows"], json!(["main"]));
    assert_eq!(calling["windows"], json!(["calling"]));
    for own in ["allow-listen-share", "allow-watch-share"] {
        assert!(
            !main["permissions"]
                .as_array()
                .unwrap()
                .contains(&json!(own))
        );
    }
    assert_eq!(
        calling["permissions"],
        json!(["allow-calling-listen", "allow-calling-tell"])
    );
    let mains = main["permissions"].as_array().unwrap();
    let shared = calling["permissions"].as_array().unwrap();
    assert!(!shared.iter().any(|permission| mains.contains(permission)));
    assert_eq!(share["windows"], json!(["share"]));
    assert_eq!(
        share["permissions"],
        json!([
            "allow-listen-share",
            "allow-watch-share",
            "allow-load-preferences"
        ])
    );
    for capability in [main, calling, share] {
        assert_eq!(capability.get("remote"), None, "no page from elsewhere");
    }
}
