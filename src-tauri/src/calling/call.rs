//! A call and the page that carries it: what the one wants goes to the other, and back.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use foyer_contract::calling::request::{App, Join, Locator, Token, Told};
use foyer_contract::calling::{Event, Request};
use foyer_session::teams::{CallingWindowError, Joining, WindowEvent};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

/// For hanging up and being gone for the others; then the window goes in any case.
pub(super) const GOODBYE: Duration = Duration::from_secs(5);

/// Says something to the page. Does nothing for one that is gone: its end is told by itself.
pub(super) type Say = Arc<dyn Fn(Request) + Send + Sync>;

/// A page that listens. Dropping it closes it, with all that it has open.
pub(super) trait Page: Send {
    fn say(&self) -> Say;

    /// What happens next; `None` once the page's process is gone or its seat was given away.
    fn next(&mut self) -> impl Future<Output = Option<Event>> + Send;

    fn has_crashed(&self) -> bool;
}

/// A call and its page.
pub(super) struct Call {
    pub joining: Joining,
    pub asked: mpsc::Receiver<Request>,
    pub to: mpsc::Sender<WindowEvent>,
}

impl Call {
    /// Until the call lets go of its line, or the page is gone. `second` opens a page of the other origin: once, if
    /// Microsoft's servers do not take the first one's.
    pub async fn run<P: Page>(
        mut self,
        mut page: P,
        mut second: Option<impl AsyncFnOnce() -> Result<P, CallingWindowError>>,
    ) {
        page.say()(Request::Join { join: self.join() });
        loop {
            tokio::select! {
                request = self.asked.recv() => match request {
                    Some(Request::Leave { for_everyone }) => return goodbye(page, for_everyone).await,
                    Some(Request::HangUp) => return self.afterwards(page).await,
                    Some(request) => page.say()(request),
                    None => return goodbye(page, false).await,
                },
                event = page.next() => match event {
                    Some(Event::TokenWanted { ask }) => self.give_token(&page, ask),
                    Some(Event::OriginRefused { host }) => {
                        tracing::warn!(host, "the server does not answer pages of this origin");
                        if let Some(open) = second.take() {
                            // One identity, one page.
                            drop(page);
                            match self.opened(open()).await {
                                Some(next) => page = next,
                                None => return,
                            }
                            page.say()(Request::Join { join: self.join() });
                        }
                    }
                    Some(event) => {
                        tracing::debug!(?event, "sdk");
                        if self.to.send(event.into()).await.is_err() {
                            return goodbye(page, false).await;
                        }
                    }
                    None => {
                        let crashed = page.has_crashed();
                        // Camera and microphone first.
                        drop(page);
                        self.asked.close();
                        if crashed {
                            // The call may be over already.
                            self.to.send(WindowEvent::Crashed).await.ok();
                        }
                        return;
                    }
                },
            }
        }
    }

    /// The call is over; the guest may still say what they thought of it, until the line is let go of. Whatever else
    /// happens concerns nobody.
    async fn afterwards(mut self, mut page: impl Page) {
        page.say()(Request::HangUp);
        loop {
            tokio::select! {
                request = self.asked.recv() => match request {
                    Some(request @ Request::Survey { .. }) => page.say()(request),
                    Some(Request::Leave { for_everyone }) => return goodbye(page, for_everyone).await,
                    Some(request) => tracing::debug!(?request, "the call is over"),
                    None => return goodbye(page, false).await,
                },
                event = page.next() => match event {
                    Some(Event::TokenWanted { ask }) => self.give_token(&page, ask),
                    Some(event) => tracing::debug!(?event, "sdk, after the call"),
                    None => return,
                },
            }
        }
    }

    /// A page that is being opened, unless the guest leaves meanwhile or it fails, which is told.
    async fn opened<P>(
        &mut self,
        opening: impl Future<Output = Result<P, CallingWindowError>>,
    ) -> Option<P> {
        tokio::pin!(opening);
        loop {
            tokio::select! {
                opened = &mut opening => match opened {
                    Ok(page) => return Some(page),
                    Err(error) => {
                        tracing::warn!(code = error.code(), %error, "no second page");
                        self.to.send(WindowEvent::Crashed).await.ok();
                        return None;
                    }
                },
                request = self.asked.recv() => match request {
                    Some(Request::Leave { .. }) | None => return None,
                    // Before the call stands there is nothing that the page could do.
                    Some(request) => tracing::debug!(?request, "no page yet"),
                },
            }
        }
    }

    fn join(&self) -> Join {
        let told = |secret: &foyer_acs::Secret| Told(secret.clone());
        Join {
            locator: match &self.joining.locator {
                foyer_session::teams::Locator::Link(link) => Locator::Link { url: told(link) },
                foyer_session::teams::Locator::Id { id, passcode } => Locator::Id {
                    id: id.clone(),
                    passcode: passcode.as_ref().map(told),
                },
            },
            name: self.joining.name.clone(),
            app: App {
                name: env!("CARGO_PKG_NAME").to_owned(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
            },
            // The call says otherwise once we are in.
            muted: true,
            camera: false,
            relays: Vec::new(),
        }
    }

    fn give_token(&self, page: &impl Page, ask: u32) {
        let say = page.say();
        let tokens = Arc::clone(&self.joining.tokens);
        tokio::spawn(async move {
            let token = match tokens.access(None).await {
                Ok(access) => Some(Token {
                    token: Told(access.token),
                    expires_ms: access.expires_on.as_millisecond() as f64,
                }),
                Err(error) => {
                    tracing::warn!(code = error.code(), "no token for the SDK");
                    None
                }
            };
            say(Request::Token { ask, token });
        });
    }
}

/// Hangs up, so that others see us go at once, and closes the page.
async fn goodbye(mut page: impl Page, for_everyone: bool) {
    page.say()(Request::Leave { for_everyone });
    let end = Instant::now() + GOODBYE;
    loop {
        tokio::select! {
            event = page.next() => match event {
                Some(Event::Left) | None => return,
                Some(_) => {}
            },
            () = sleep_until(end) => {
                tracing::warn!("the calling page did not hang up in time");
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::Mutex;

    use foyer_acs::Timestamp;
    use foyer_acs::clock::TokioClock;
    use foyer_acs::token::{TokenError, TokenKeeper};
    use foyer_contract::calling::event::CallState;
    use tokio::sync::watch;

    use super::*;

    /// What a page was asked, with the page's name.
    type Log = Arc<Mutex<Vec<String>>>;

    struct Scripted {
        name: &'static str,
        log: Log,
        events: mpsc::Receiver<Event>,
    }

    impl Scripted {
        fn new(name: &'static str, log: &Log) -> (Self, mpsc::Sender<Event>) {
            let (script, events) = mpsc::channel(8);
            let log = Arc::clone(log);
            (Self { name, log, events }, script)
        }
    }

    impl Drop for Scripted {
        fn drop(&mut self) {
            self.log.lock().unwrap().push(format!("{} gone", self.name));
        }
    }

    impl Page for Scripted {
        fn say(&self) -> Say {
            let (name, log) = (self.name, Arc::clone(&self.log));
            Arc::new(move |request| {
                let what = match request {
                    Request::Join { .. } => "joins",
                    Request::HangUp => "hangs up",
                    Request::Survey { .. } => "rates",
                    Request::Leave { .. } => "leaves",
                    _ => "does something",
                };
                log.lock().unwrap().push(format!("{name} {what}"));
            })
        }

        async fn next(&mut self) -> Option<Event> {
            self.events.recv().await
        }

        fn has_crashed(&self) -> bool {
            false
        }
    }

    fn call() -> (Call, mpsc::Sender<Request>, mpsc::Receiver<WindowEvent>) {
        let clock = TokioClock::shared(|| Timestamp::UNIX_EPOCH);
        let refused = Box::new(|| Box::pin(async { Err(TokenError::Expired) }) as _);
        let joining = Joining {
            locator: foyer_session::teams::Locator::Id {
                id: "1".into(),
                passcode: None,
            },
            name: "Ada".into(),
            user: "8:acs:a".into(),
            tokens: Arc::new(TokenKeeper::new(clock, None, refused)),
            allowed: watch::channel(Default::default()).1,
        };
        let (requests, asked) = mpsc::channel(8);
        let (to, told) = mpsc::channel(8);
        (Call { joining, asked, to }, requests, told)
    }

    fn refused() -> Event {
        Event::OriginRefused {
            host: "go.trouter.skype.com".into(),
        }
    }

    const CONNECTING: Event = Event::State {
        state: CallState::Connecting,
    };

    #[tokio::test]
    async fn an_origin_that_is_refused_is_tried_once_more_from_the_other() {
        let log = Log::default();
        let (call, requests, mut told) = call();
        let (first, script) = Scripted::new("scheme", &log);
        let (second, again) = Scripted::new("loopback", &log);
        let running = tokio::spawn(call.run(first, Some(async || Ok(second))));
        script.send(refused()).await.unwrap();
        again.send(refused()).await.unwrap();
        again.send(CONNECTING).await.unwrap();
        // Of both refusals the call hears nothing, and the second one changes nothing.
        assert_eq!(told.recv().await, Some(CONNECTING.into()));
        assert!(script.is_closed());
        again.send(Event::Left).await.unwrap();
        requests
            .send(Request::Leave {
                for_everyone: false,
            })
            .await
            .unwrap();
        running.await.unwrap();
        assert_eq!(
            *log.lock().unwrap(),
            [
                "scheme joins",
                "scheme gone",
                "loopback joins",
                "loopback leaves",
                "loopback gone"
            ]
        );
    }

    #[tokio::test]
    async fn a_second_page_that_does_not_open_ends_the_call() {
        let (call, _requests, mut told) = call();
        let (first, script) = Scripted::new("scheme", &Log::default());
        let opening = async || Err(CallingWindowError::Silent);
        let running = tokio::spawn(call.run(first, Some(opening)));
        script.send(refused()).await.unwrap();
        assert_eq!(told.recv().await, Some(WindowEvent::Crashed));
        running.await.unwrap();
    }

    #[tokio::test]
    async fn a_survey_reaches_the_page_after_the_call_and_before_it_goes() {
        let log = Log::default();
        let (call, requests, told) = call();
        let (page, script) = Scripted::new("page", &log);
        let second = None::<fn() -> std::future::Ready<Result<Scripted, CallingWindowError>>>;
        let running = tokio::spawn(call.run(page, second));
        requests.send(Request::HangUp).await.unwrap();
        while log.lock().unwrap().len() < 2 {
            tokio::task::yield_now().await;
        }
        // The call has ended and hears nothing more, which is no reason to go.
        drop(told);
        script.send(CONNECTING).await.unwrap();
        let survey = Default::default();
        requests.send(Request::Survey { survey }).await.unwrap();
        script.send(Event::Left).await.unwrap();
        script.reserve_many(8).await.unwrap();
        assert!(!running.is_finished());
        drop(requests);
        while script.send(Event::Left).await.is_ok() {}
        running.await.unwrap();
        assert_eq!(
            *log.lock().unwrap(),
            [
                "page joins",
                "page hangs up",
                "page rates",
                "page leaves",
                "page gone"
            ]
        );
    }

    #[tokio::test]
    async fn whoever_leaves_waits_for_no_second_page() {
        let log = Log::default();
        let (call, requests, _told) = call();
        let (first, script) = Scripted::new("scheme", &log);
        let (begins, begun) = tokio::sync::oneshot::channel();
        let opening = async move || {
            begins.send(()).unwrap();
            std::future::pending().await
        };
        let running = tokio::spawn(call.run(first, Some(opening)));
        script.send(refused()).await.unwrap();
        begun.await.unwrap();
        drop(requests);
        running.await.unwrap();
        assert_eq!(*log.lock().unwrap(), ["scheme joins", "scheme gone"]);
    }
}
