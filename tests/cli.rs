//! The command line as people and scripts use it: exit codes, what goes where, and what bad input is told.

#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

fn foyer(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_foyer"));
    command
        .args(arguments)
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("FOYER_LOG")
        .stdin(Stdio::null());
    command
}

fn run(arguments: &[&str]) -> Output {
    foyer(arguments).output().unwrap()
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A practice meeting that ends with the test.
struct Practice {
    server: Child,
    links: Value,
}

impl Practice {
    fn start(options: &[&str]) -> Self {
        let mut server = foyer(&["practice", "--print-json"])
            .args(options)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let out = server.stdout.take().unwrap();
        BufReader::new(out).read_line(&mut line).unwrap();
        let links = serde_json::from_str(&line).unwrap();
        Self { server, links }
    }

    fn guest_link(&self) -> &str {
        self.links["guestLink"].as_str().unwrap()
    }
}

impl Drop for Practice {
    fn drop(&mut self) {
        // It may have been stopped by the test.
        self.server.kill().ok();
        self.server.wait().ok();
    }
}

#[test]
fn help_and_version_are_answers_and_not_errors() {
    for arguments in [
        &["--help"][..],
        &["help", "join"],
        &["help", "check"],
        &["--version"],
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert!(
            !output.stdout.is_empty() && output.stderr.is_empty(),
            "{arguments:?}"
        );
    }
}

#[test]
fn wrong_usage_ends_with_2_and_says_what_is_wrong() {
    for (arguments, word) in [
        (&["jion"][..], "neither a link nor a command"),
        (&["join"], "<LINK>"),
        (&["join", "http://h/meet/x"], "--name"),
        (
            &[
                "join",
                "http://h/meet/x",
                "--name",
                "A",
                "--headless",
                "--duration",
                "soon",
            ],
            "20s",
        ),
        (
            &["join", "http://h/meet/x", "--name", "A", "--say", "hi"],
            "--headless",
        ),
        (&["check"], "TEXT|FILE|-"),
        (&["practice", "--listen", "here"], "--listen"),
        (&["practice", "--bots", "10"], "0..=9"),
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(
            told(&output).contains(word),
            "{arguments:?}: {}",
            told(&output)
        );
    }
}

#[test]
fn what_cannot_be_joined_ends_with_a_reason() {
    let headless = |link: &str, name: &str| run(&["join", link, "--name", name, "--headless"]);
    let teams = headless("https://teams.microsoft.com/meet/2414128301281?p=x", "A");
    assert_eq!(teams.status.code(), Some(1));
    assert!(
        told(&teams).contains("organisation's service"),
        "{}",
        told(&teams)
    );
    let nobody = headless("http://127.0.0.1:9/meet/abc", "A");
    assert_eq!(nobody.status.code(), Some(3), "{}", told(&nobody));
    let practice = Practice::start(&[]);
    let unnamed = headless(practice.guest_link(), "  ");
    assert_eq!(unnamed.status.code(), Some(1));
    let unknown = practice.guest_link().rsplit_once('/').unwrap().0.to_owned() + "/nowhere";
    assert_eq!(headless(&unknown, "A").status.code(), Some(3));
}

#[test]
fn a_text_is_checked_for_programs_without_its_passcode() {
    let short = "https://teams.microsoft.com/meet/2414128301281";
    let joinable = format!("{short}?p=c4n4ryPasscode");
    for (text, code, verdict) in [
        (joinable.as_str(), 0, "join"),
        ("http://127.0.0.1:1/meet/x", 0, "join"),
        (short, 3, "needsPasscode"),
        ("https://teams.live.com/meet/9322879383989", 1, "refused"),
        ("hello", 1, "refused"),
    ] {
        let output = run(&["check", text, "--json"]);
        assert_eq!(output.status.code(), Some(code), "{text}");
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(answer["verdict"], verdict, "{answer}");
        let shown = run(&["check", text]);
        assert_eq!(shown.status.code(), Some(code), "{text}");
        for told in [output.stdout, output.stderr, shown.stdout, shown.stderr] {
            assert!(!String::from_utf8_lossy(&told).contains("c4n4ry"), "{text}");
        }
    }
    let answer: Value =
        serde_json::from_slice(&run(&["check", &joinable, "--json"]).stdout).unwrap();
    assert_eq!(
        answer,
        serde_json::json!({
            "verdict": "join", "kind": "teamsShort", "url": short,
            "meetingId": "2414128301281", "hasPasscode": true,
        })
    );
}

#[test]
fn a_file_and_standard_input_are_checked_like_a_text() {
    let mail = "Meeting ID: 241 412 830 128 1\nPasscode: Nz8DLM\n";
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mail.txt");
    std::fs::write(&file, mail).unwrap();
    let of_file = run(&["check", file.to_str().unwrap(), "--json"]);
    let mut piped = foyer(&["check", "-", "--json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    piped
        .stdin
        .take()
        .unwrap()
        .write_all(mail.as_bytes())
        .unwrap();
    let of_input = piped.wait_with_output().unwrap();
    for output in [of_file, of_input] {
        assert_eq!(output.status.code(), Some(0), "{}", told(&output));
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(answer["kind"], "teamsId", "{answer}");
        assert_eq!(answer["meetingId"], "2414128301281", "{answer}");
    }
}

#[test]
fn devices_are_listed_for_programs() {
    let output = run(&["devices", "--json"]);
    let lists: Value = serde_json::from_slice(&output.stdout).unwrap();
    for kind in ["cameras", "microphones", "speakers", "screens"] {
        assert!(lists[kind].is_array(), "{lists}");
    }
}

#[test]
fn a_call_without_a_window_takes_part_and_reports() {
    let practice = Practice::start(&["--bots", "1"]);
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("report.json");
    let output = foyer(&["join", practice.guest_link(), "--name", "Ada", "--headless"])
        .args([
            "--duration",
            "4s",
            "--camera",
            "test",
            "--microphone",
            "test",
            "--say",
            "hello",
        ])
        .arg("--report")
        .arg(&report)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    let report: Value = serde_json::from_slice(&std::fs::read(report).unwrap()).unwrap();
    assert_eq!(report["endReason"], "hungUp", "{report:#}");
    assert!(
        report["feeds"][0]["framesDecoded"].as_u64().unwrap() > 15,
        "{report:#}"
    );
    assert!(
        report["sent"]["camera"]["frames"].as_u64().unwrap() > 15,
        "{report:#}"
    );
    assert_eq!(report["chat"][0]["text"], "hello", "{report:#}");
}

#[cfg(unix)]
#[test]
fn a_practice_meeting_ends_in_peace_when_it_is_told_to() {
    let mut practice = Practice::start(&["--lobby"]);
    assert!(
        practice.links["hostLink"]
            .as_str()
            .unwrap()
            .contains("/host/")
    );
    let link = practice.guest_link();
    assert!(link.contains(&practice.links["port"].to_string()), "{link}");
    let stopped = Command::new("kill")
        .arg(practice.server.id().to_string())
        .status()
        .unwrap();
    assert!(stopped.success());
    assert_eq!(practice.server.wait().unwrap().code(), Some(0));
}

/// An environment in which nothing is set up but what the test sets.
fn alone(arguments: &[&str], home: &std::path::Path) -> Command {
    let mut command = foyer(arguments);
    for name in ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    command
        .env_remove("FOYER_TOKEN_SERVICE")
        .env_remove("FOYER_DEVELOPER")
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .env("HOME", home)
        .env("XDG_CONFIG_HOME", home);
    command
}

fn outcome<'a>(report: &'a Value, id: &str) -> Vec<(&'a str, &'a str)> {
    let text = |value: &'a Value| value.as_str().unwrap();
    let checks = report["checks"].as_array().unwrap();
    checks
        .iter()
        .filter(|check| check["id"] == id)
        .map(|check| (text(&check["outcome"]), text(&check["detail"])))
        .collect()
}

#[test]
fn nobody_is_told_anything_where_no_foyer_runs() {
    let home = tempfile::tempdir().unwrap();
    let ctl = |arguments: &[&str]| {
        let mut command = alone(arguments, home.path());
        let output = command
            .env("XDG_RUNTIME_DIR", home.path())
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (
            output.status.code(),
            text(output.stdout),
            text(output.stderr),
        )
    };
    let (code, out, err) = ctl(&["ctl", "mute"]);
    assert_eq!(
        (code, &*out, &*err),
        (Some(3), "", "foyer: Foyer is not running\n")
    );
    let (code, out, _) = ctl(&["ctl", "status", "--json"]);
    let answer: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (code, answer["code"].as_str()),
        (Some(3), Some("app.not_running"))
    );
    let (code, _, err) = ctl(&["ctl", "explode"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("toggle-mute"), "{err}");
}

#[test]
fn the_doctor_says_what_is_in_the_way_and_tells_no_secret() {
    let home = tempfile::tempdir().unwrap();
    let here = Practice::start(&[]);
    let server = format!("http://127.0.0.1:{}", here.links["port"]);
    let mut asked = alone(&["doctor", "--json", "--host", &server], home.path());
    let output = asked
        .env("FOYER_TOKEN_SERVICE", &server)
        .env("NO_PROXY", "127.0.0.1")
        .env("HTTPS_PROXY", "http://somebody:canary@127.0.0.1:9")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["version"], env!("CARGO_PKG_VERSION"));
    let config = format!("token service {server} (from environment variable FOYER_TOKEN_SERVICE)");
    assert_eq!(outcome(&report, "config"), [("ok", config.as_str())]);
    let service = outcome(&report, "service");
    assert_eq!(
        service[0].0, "failed",
        "a practice server is none: {service:?}"
    );
    assert!(service[0].1.contains("HTTP 404"), "{service:?}");
    let hosts = outcome(&report, "host");
    assert_eq!(hosts.len(), 6);
    assert!(
        hosts[5].0 == "ok" && hosts[5].1.contains(&server),
        "{hosts:?}"
    );
    assert!(
        hosts[..5].iter().all(|(outcome, _)| *outcome == "failed"),
        "no way leads through a proxy that is not there: {hosts:?}"
    );
    assert!(
        outcome(&report, "proxy")[0]
            .1
            .contains("HTTPS_PROXY=http://127.0.0.1:9")
    );
    for id in [
        "clock",
        "media",
        "camera",
        "microphone",
        "speaker",
        "screen",
    ] {
        assert_eq!(outcome(&report, id).len(), 1, "{id}");
    }
    let all = format!("{report}{}", told(&output));
    assert!(!all.contains("canary"), "{all}");
}

#[test]
fn a_configuration_that_is_wrong_is_named_by_the_doctor() {
    let home = tempfile::tempdir().unwrap();
    // The user's own; on Windows, where that folder is not the environment's to choose, the machine's.
    let name = if cfg!(windows) {
        "Foyer"
    } else {
        "org.foyer.Foyer"
    };
    let folder = home.path().join(name);
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("config.json"), "{\"tokenServise\": \"x\"}").unwrap();
    let mut asked = alone(&["doctor"], home.path());
    let output = asked
        .env("ProgramData", home.path())
        .env("ALL_PROXY", "http://127.0.0.1:9")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = said.lines().find(|line| line.contains("config.json"));
    assert!(
        line.is_some_and(|line| line.starts_with("FAILED") && line.contains("tokenServise")),
        "{said}"
    );
}

#[test]
fn a_developers_key_is_read_from_standard_input_and_never_quoted() {
    let home = tempfile::tempdir().unwrap();
    let mut asked = alone(&["developer-key", "set"], home.path());
    let mut child = asked
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let text = b"endpoint=https://contoso.communication.azure.com;accesskey=%canary%";
    child.stdin.take().unwrap().write_all(text).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(told(&output).contains("base64"), "{}", told(&output));
    assert!(!told(&output).contains("canary"));
}

/// Windows and macOS have one for everybody.
#[cfg(target_os = "linux")]
#[test]
fn without_a_session_there_is_no_keyring_and_that_is_said() {
    let home = tempfile::tempdir().unwrap();
    let output = alone(&["developer-key", "show"], home.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(told(&output).contains("keyring"), "{}", told(&output));
}

/// A keyring of the test's own, on a session bus of its own, unlocked with a password that nobody types.
#[cfg(target_os = "linux")]
#[test]
fn a_developers_key_lives_in_the_keyring_and_nowhere_else() {
    use std::os::unix::fs::PermissionsExt;

    let home = tempfile::tempdir().unwrap();
    let runtime = home.path().join("run");
    std::fs::create_dir(&runtime).unwrap();
    std::fs::set_permissions(&runtime, std::fs::Permissions::from_mode(0o700)).unwrap();
    let script = r#"
        set -eu
        printf password | gnome-keyring-daemon --unlock --components=secrets > /dev/null
        echo 'endpoint=https://contoso.communication.azure.com/;accesskey=Y2FuYXJ5LWNhbmFyeQ==' |
            "$FOYER" developer-key set
        "$FOYER" developer-key show
        FOYER_DEVELOPER=1 "$FOYER" doctor | grep 'the stored key is for'
        "$FOYER" developer-key forget
        "$FOYER" developer-key forget
        if "$FOYER" developer-key show; then exit 9; fi
    "#;
    let output = Command::new("dbus-run-session")
        .args(["--", "bash", "-c", script])
        .env_remove("DISPLAY")
        .env("FOYER", env!("CARGO_BIN_EXE_foyer"))
        .env("HOME", home.path())
        .env("XDG_CONFIG_HOME", home.path())
        .env("XDG_DATA_HOME", home.path().join("data"))
        .env("XDG_RUNTIME_DIR", &runtime)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(0), "{said}{}", told(&output));
    let words = [
        "is kept in the keyring",
        "A key for https://contoso",
        "the stored key",
        "Forgotten",
        "There was none",
    ];
    let mut rest = said.as_str();
    for word in words {
        let at = rest.find(word);
        rest = &rest[at.unwrap_or_else(|| panic!("no {word:?} in its turn: {said}"))..];
    }
    assert!(told(&output).contains("no connection string is stored"));
    let files = Command::new("grep")
        .args(["-rlaE", "canary|Y2FuYXJ5"])
        .arg(home.path())
        .output()
        .unwrap();
    let found = String::from_utf8_lossy(&files.stdout).into_owned();
    assert!(found.is_empty(), "the key can be read in {found}");
}
