//! One file in the window: from the navigation to what its harness reports.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use fantoccini::Client;
use fantoccini::elements::{Element, ElementRef};
use fantoccini::error::{CmdError, ErrorStatus};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::{Instant, timeout};

use crate::outcome::{Report, Status, Subtest};
use crate::permission::SetPermission;
use crate::suite::Test;

/// What the harness gives a file, as `testharness.js` has it.
const SHORT: Duration = Duration::from_secs(10);
const LONG: Duration = Duration::from_secs(60);
/// What a page that lives may take beyond that.
const GRACE: Duration = Duration::from_secs(15);
/// What a driver may take for one answer.
const ANSWER: Duration = Duration::from_secs(20);
/// Before asking a page again that was just being replaced.
const PAUSE: Duration = Duration::from_millis(50);

/// Waits in the page for a while until there is news; arguments are the file's path and milliseconds.
const WAIT: &str = "
    const [path, limit, done] = arguments;
    const end = Date.now() + limit;
    (function look() {
        const report = location.pathname + location.search === path ? window.__wpt : undefined;
        if (report?.done) {
            const { status, message, tests } = report;
            return done({ state: 'done', status, message, tests });
        }
        if (report?.actions.length) return done({ state: 'action', ...report.actions.shift() });
        if (Date.now() > end) return done({ state: 'waiting' });
        setTimeout(look, 10);
    })();
";

/// What the page says.
#[derive(Deserialize)]
#[serde(tag = "state", rename_all = "lowercase")]
enum News {
    Waiting,
    Done {
        status: u64,
        message: Option<String>,
        tests: Vec<Subtest>,
    },
    Action(Action),
}

/// What a test asks of its driver.
#[derive(Deserialize)]
struct Action {
    id: String,
    kind: String,
    frames: Vec<u16>,
    #[serde(default)]
    descriptor: Value,
    #[serde(default)]
    permission_state: Value,
}

/// How a file ended, and whether the session has to be replaced for the next one.
pub struct Ended {
    /// What it came to.
    pub report: Report,
    /// A permission was changed, which stays so in the session.
    pub stained: bool,
}

/// Runs one file. Its time limits are multiplied by `patience`.
pub async fn run(client: &Client, origin: &str, test: &Test, patience: u32) -> Ended {
    let began = Instant::now();
    let limit = if test.long { LONG } else { SHORT } * patience + GRACE;
    let mut run = Run {
        client,
        test,
        stained: false,
    };
    let (status, message, subtests) = match run.through(origin, began + limit).await {
        Ok(Some((status, message, tests))) => (Status::of_harness(status), message, tests),
        Ok(None) => (Status::Late, None, Vec::new()),
        Err(Broken::Hang) => (Status::Hang, None, Vec::new()),
        Err(Broken::Crash(why)) => (Status::Crash, Some(why), Vec::new()),
    };
    Ended {
        stained: run.stained,
        report: Report {
            file: test.file.clone(),
            status,
            message,
            subtests,
            milliseconds: began.elapsed().as_millis().try_into().unwrap_or(u64::MAX),
            broken_runs: 0,
        },
    }
}

/// Why a browser cannot be used any longer.
enum Broken {
    Hang,
    Crash(String),
}

struct Run<'a> {
    client: &'a Client,
    test: &'a Test,
    stained: bool,
}

type Harness = (u64, Option<String>, Vec<Subtest>);

impl Run<'_> {
    /// What the harness reports; none if it did not until then.
    async fn through(&mut self, origin: &str, until: Instant) -> Result<Option<Harness>, Broken> {
        let path = format!("/{}", self.test.file);
        self.answer(self.client.goto(&format!("{origin}{path}")))
            .await?;
        while Instant::now() < until {
            let arguments = vec![json!(path), json!(1000)];
            let news = self
                .answer(self.client.execute_async(WAIT, arguments))
                .await?;
            let news = news.map(serde_json::from_value::<News>);
            match news {
                Some(Ok(News::Done {
                    status,
                    message,
                    tests,
                })) => {
                    self.close_others().await?;
                    return Ok(Some((status, message, tests)));
                }
                Some(Ok(News::Action(action))) => self.act(action).await?,
                Some(Ok(News::Waiting)) => {}
                // The page was replaced meanwhile.
                Some(Err(_)) | None => tokio::time::sleep(PAUSE).await,
            }
        }
        self.close_others().await?;
        Ok(None)
    }

    /// A command's answer; none if the page could not carry it out right now.
    async fn answer<T>(
        &self,
        command: impl Future<Output = Result<T, CmdError>>,
    ) -> Result<Option<T>, Broken> {
        match timeout(ANSWER, command).await {
            Err(_) => Err(Broken::Hang),
            Ok(Ok(answer)) => Ok(Some(answer)),
            Ok(Err(error)) if passes(&error) => Ok(None),
            Ok(Err(error)) => Err(Broken::Crash(error.to_string())),
        }
    }

    async fn act(&mut self, action: Action) -> Result<(), Broken> {
        let done = match timeout(ANSWER, self.try_to(&action)).await {
            Err(_) => return Err(Broken::Hang),
            Ok(done) => done.map_err(|error| format!("{error:#}")).err(),
        };
        let settle = "window.__wpt?.settle(arguments[0], arguments[1]);";
        let arguments = vec![json!(action.id), json!(done)];
        self.answer(self.client.execute(settle, arguments)).await?;
        Ok(())
    }

    async fn try_to(&mut self, action: &Action) -> Result<()> {
        match action.kind.as_str() {
            "click" => self.click(&action.frames).await,
            "permission" => {
                self.stained = true;
                let command = SetPermission {
                    descriptor: action.descriptor.clone(),
                    state: action.permission_state.clone(),
                };
                let set = self.client.issue_cmd(command).await;
                // These are the words by which WPT knows a browser without the command.
                set.context("set_permission not implemented")?;
                Ok(())
            }
            other => bail!("{other}() is not implemented"),
        }
    }

    /// Clicks as the user would on the element that the page has set aside in one of its frames.
    async fn click(&self, frames: &[u16]) -> Result<()> {
        for frame in frames {
            self.client.enter_frame(*frame).await?;
        }
        let clicked = async {
            let target = self.client.execute("return window.__wptTarget;", vec![]);
            let target: ElementRef = element(&target.await?)?;
            Element::from_element_id(self.client.clone(), target)
                .click()
                .await?;
            anyhow::Ok(())
        }
        .await;
        for _ in frames {
            self.client.enter_parent_frame().await?;
        }
        clicked
    }

    /// The next file finds the one window again.
    async fn close_others(&self) -> Result<(), Broken> {
        let Some(windows) = self.answer(self.client.windows()).await? else {
            return Ok(());
        };
        if windows.len() < 2 {
            return Ok(());
        }
        let Some(own) = self.answer(self.client.window()).await? else {
            return Ok(());
        };
        for window in windows.into_iter().filter(|window| *window != own) {
            self.answer(self.client.switch_to_window(window)).await?;
            self.answer(self.client.close_window()).await?;
        }
        self.answer(self.client.switch_to_window(own)).await?;
        Ok(())
    }
}

/// A reference to an element as WebDriver writes it: an object with one entry.
fn element(value: &Value) -> Result<ElementRef> {
    let entry = value.as_object().and_then(|object| object.values().next());
    let id = entry
        .and_then(Value::as_str)
        .context("no element is set aside")?;
    Ok(id.to_owned().into())
}

/// Errors of a page that is just being left or loaded; all others mean that it is gone.
fn passes(error: &CmdError) -> bool {
    let CmdError::Standard(error) = error else {
        return false;
    };
    let gone = ["crash", "disconnected", "terminated"];
    let says_gone = gone.iter().any(|word| error.message.contains(word));
    !says_gone
        && !matches!(
            error.error,
            ErrorStatus::InvalidSessionId | ErrorStatus::NoSuchWindow
        )
}
