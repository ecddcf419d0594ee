//! A guest: a whole call of the app, driven as its UI would.

use std::sync::{Arc, Mutex, PoisonError};

use foyer_contract::chat::{ChatMessage, MessageState};
use foyer_contract::event::CallEvent;
use foyer_contract::intent::{Choices, Intent, WatchedFeed};
use foyer_contract::share::ShareChoice;
use foyer_contract::view::{CallView, PersonView, Phase};
use foyer_effects::Effects;
use foyer_media::share::Share;
use foyer_rtc::Impairment;
use foyer_session::report::Report;
use foyer_session::{CallHandle, Environment};
use tokio::sync::watch;

use crate::hall::Hall;
use crate::rig::Rig;
use crate::sight::Sight;
use crate::soon;

/// A guest with devices of their own.
pub struct Guest {
    /// The call.
    pub handle: CallHandle,
    /// Their devices.
    pub rig: Arc<Rig>,
    /// What they see.
    pub sight: Sight,
    name: String,
    view: watch::Receiver<Option<CallView>>,
    events: Arc<Mutex<Vec<CallEvent>>>,
}

impl Guest {
    /// Opens a call; nothing starts yet. `number` tells guests apart.
    pub fn open(hall: &Hall, number: u32, name: &str) -> Self {
        Self::open_on(hall, number, name, None)
    }

    /// As [`Self::open`], on a bad network.
    pub fn open_on(hall: &Hall, number: u32, name: &str, network: Option<Impairment>) -> Self {
        let rig = Rig::new(number, hall.clock.clone());
        let environment = Environment {
            devices: rig.clone(),
            effects: Effects::default(),
            clock: hall.clock.clone(),
            wall_clock: hall.wall_clock(),
            impairment: network,
            teams: None,
        };
        Self::open_in(environment, rig, &hall.meeting.guest_link, name)
    }

    /// Opens a call anywhere.
    pub fn open_in(environment: Environment, rig: Arc<Rig>, link: &str, name: &str) -> Self {
        let clock = environment.clock.clone();
        let (handle, mut streams) =
            foyer_session::open(link, None, environment).expect("the link is joinable");
        let sight = Sight::open(streams.frames, clock);
        let (tell, view) = watch::channel(None);
        let events = Arc::<Mutex<Vec<CallEvent>>>::default();
        let told = Arc::clone(&events);
        tokio::spawn(async move {
            while let Some(event) = streams.events.recv().await {
                match event {
                    CallEvent::View { view } => {
                        tell.send_replace(Some(view));
                    }
                    CallEvent::Levels { .. } => {}
                    event => {
                        let mut all = told.lock().unwrap_or_else(PoisonError::into_inner);
                        all.push(event);
                    }
                }
            }
        });
        Self {
            handle,
            rig,
            sight,
            name: name.to_owned(),
            view,
            events,
        }
    }

    /// Chooses devices and joins, with or without camera and microphone.
    pub fn join_with(&self, camera_on: bool, microphone_on: bool) {
        let choices = Choices {
            name: self.name.clone(),
            camera_id: Some("rig".into()),
            microphone_id: Some("rig".into()),
            speaker_id: Some("rig".into()),
            camera_on,
            microphone_on,
        };
        self.ask(Intent::Choose { choices });
        self.ask(Intent::Join);
    }

    /// Joins with everything on and waits until in.
    pub async fn enter(&self) {
        self.join_with(true, true);
        self.until("in the meeting", |view| view.phase == Phase::InMeeting)
            .await;
    }

    /// Sends an intent, which the call must take.
    pub fn ask(&self, intent: Intent) {
        assert!(self.handle.send(intent), "the call takes intents");
    }

    /// Shares a screen, with whatever else its name says.
    pub fn share(&self, source: &str) {
        let share = Share::named(source);
        self.ask(Intent::StartShare {
            share: ShareChoice {
                source_id: share.surface.0,
                area: None,
                pointer: share.pointer,
                sound: share.sound,
            },
        });
    }

    /// Waits for a view that fits.
    pub async fn until(&self, what: &str, mut fits: impl FnMut(&CallView) -> bool) -> CallView {
        let mut views = self.view.clone();
        let what = format!("{}: {what}", self.name);
        let found = soon(&what, async {
            let fits = |view: &Option<CallView>| view.as_ref().is_some_and(&mut fits);
            views
                .wait_for(fits)
                .await
                .ok()
                .and_then(|view| view.clone())
        });
        match found.await {
            Some(view) => view,
            None => panic!("{what}: never, last {:?}", *self.view.borrow()),
        }
    }

    /// Waits for the end; its reason and whether to join again.
    pub async fn ended(&self) -> (String, bool) {
        let view = self
            .until("ended", |view| matches!(view.phase, Phase::Ended { .. }))
            .await;
        match view.phase {
            Phase::Ended { reason, can_rejoin } => (reason, can_rejoin),
            other => panic!("{other:?} is no end"),
        }
    }

    /// The newest view.
    pub fn now(&self) -> CallView {
        self.view
            .borrow()
            .clone()
            .expect("a call begins with a view")
    }

    /// Waits until somebody is in the meeting and as wanted.
    pub async fn sees(&self, name: &str, fits: impl Fn(&PersonView) -> bool) -> PersonView {
        let what = format!("{name} as wanted");
        let fits = |view: &CallView| {
            let person = view.people.iter().find(|person| person.name == name)?;
            fits(person).then(|| person.clone())
        };
        let view = self.until(&what, |view| fits(view).is_some()).await;
        fits(&view).expect("the view was chosen for it")
    }

    /// Watches exactly these feeds.
    pub fn watch(&self, feeds: &[u32]) {
        let feeds = feeds.iter().map(|feed| WatchedFeed {
            feed: *feed,
            width: 640,
            height: 360,
            refresh: false,
        });
        self.ask(Intent::Watch {
            feeds: feeds.collect(),
        });
    }

    /// Waits until a feed has shown this many pictures more; gives the new ones.
    pub async fn pictures(&self, feed: u32, more: usize) -> Vec<crate::sight::Picture> {
        let before = self.sight.count(feed);
        let what = format!("{}: {more} pictures of feed {feed}", self.name);
        crate::until(&what, || self.sight.count(feed) >= before + more).await;
        self.sight.pictures(feed).split_off(before)
    }

    /// Every message so far, in each of its states but that of being sent.
    pub fn chat(&self) -> Vec<ChatMessage> {
        let mut messages = self.told(|event| match event {
            CallEvent::Chat { message } => Some(message.clone()),
            _ => None,
        });
        messages.retain(|message| message.state != MessageState::Sending);
        messages
    }

    /// What was told so far beside views and levels, as far as it is of the wanted kind.
    pub fn told<T>(&self, wanted: impl Fn(&CallEvent) -> Option<T>) -> Vec<T> {
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        events.iter().filter_map(wanted).collect()
    }

    /// Every message, reduced to its id, state and text.
    pub fn messages(&self) -> Vec<(String, MessageState, String)> {
        self.told(|event| match event {
            CallEvent::Chat { message } => {
                Some((message.id.clone(), message.state, message.text.clone()))
            }
            _ => None,
        })
    }

    /// What the call was like so far.
    pub async fn report(&self) -> Report {
        soon("a report", self.handle.report()).await
    }
}
