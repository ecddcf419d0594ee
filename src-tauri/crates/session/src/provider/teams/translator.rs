//! What the SDK and the chat tell, as news for the call.

use foyer_contract::calling::event::Failure;
use foyer_media::clock::SharedClock;
use foyer_meeting::call::News;
use foyer_meeting::captions::Spoken;
use foyer_meeting::end::EndReason;
use foyer_meeting::keeping::Kept;
use foyer_meeting::reaction::Reaction;
use tokio::sync::mpsc;

use super::people::People;
use super::pictures::Pictures;
use super::signs::Signs;
use super::{chat, ending, figures, surroundings};
use crate::provider::ProviderEvent;
use crate::teams::{CallState, Event, Request, WindowEvent};

/// Turns what the SDK and the chat tell into news.
pub(super) struct Translator {
    to: mpsc::Sender<ProviderEvent>,
    clock: SharedClock,
    chat: chat::Handle,
    end: Option<(u32, Option<u32>)>,
    admitted: bool,
    /// Guests have none in channel meetings.
    has_chat: bool,
    thread: Option<String>,
    people: People,
    signs: Signs,
    requests: mpsc::Sender<Request>,
    pictures: Pictures,
}

impl Translator {
    pub fn new(
        to: mpsc::Sender<ProviderEvent>,
        clock: SharedClock,
        chat: chat::Handle,
        has_chat: bool,
        requests: mpsc::Sender<Request>,
        pictures: Pictures,
    ) -> Self {
        Self {
            to,
            clock,
            chat,
            end: None,
            admitted: false,
            has_chat,
            thread: None,
            people: People::default(),
            signs: Signs::new(has_chat),
            requests,
            pictures,
        }
    }

    /// Ends with the window, or when nobody listens any more.
    pub async fn run(
        mut self,
        mut happened: mpsc::Receiver<WindowEvent>,
        mut said: mpsc::Receiver<News>,
        welcome: News,
    ) {
        if !self.tell(welcome).await {
            return;
        }
        let mut shows_ours = false;
        loop {
            let news = tokio::select! {
                event = happened.recv() => match event {
                    Some(WindowEvent::Sdk(Event::Stats { samples })) => {
                        let stats = figures::stats(&samples, &self.people);
                        if self.to.send(ProviderEvent::Stats(stats)).await.is_err() {
                            return;
                        }
                        continue;
                    }
                    Some(WindowEvent::Sdk(event)) => self.translated(event).await,
                    Some(WindowEvent::Crashed) => {
                        self.outside().await;
                        vec![News::Ended(EndReason::WindowLost)]
                    }
                    None => return,
                },
                Some(news) = said.recv() => vec![news],
            };
            for news in news {
                if !self.tell(news).await {
                    return;
                }
            }
            if self.admitted && !std::mem::replace(&mut shows_ours, self.admitted) {
                for event in self.pictures.sent() {
                    if self.to.send(event).await.is_err() {
                        return;
                    }
                }
            }
            // After the roster: feeds belong to somebody who is in it.
            let people = self.admitted.then(|| self.people.present());
            for event in self.pictures.update(people.into_iter().flatten()) {
                if self.to.send(event).await.is_err() {
                    return;
                }
            }
        }
    }

    async fn tell(&self, news: News) -> bool {
        self.to.send(ProviderEvent::News(news)).await.is_ok()
    }

    async fn translated(&mut self, event: Event) -> Vec<News> {
        match event {
            Event::State { state } => self.state(state).await,
            Event::Thread { id } => {
                self.thread = Some(id);
                self.open_chat().await;
                Vec::new()
            }
            Event::EndReason { code, sub_code } => {
                self.end = Some((code, sub_code));
                Vec::new()
            }
            Event::Agent { error: Some(error) } => {
                tracing::info!(code = error.code, sub_code = error.sub_code, "no agent");
                vec![ending::of_agent(&error)]
            }
            Event::Roster { changed, removed } => {
                self.people.update(changed, &removed);
                self.people.news()
            }
            Event::Recording {
                active,
                consent_required,
            } => vec![News::Recording(Kept {
                active,
                needs_consent: consent_required,
            })],
            Event::Transcription {
                active,
                consent_required,
            } => vec![News::Transcription(Kept {
                active,
                needs_consent: consent_required,
            })],
            Event::OptimalVideoCount { count } => {
                self.pictures.limit(count as usize);
                Vec::new()
            }
            Event::MutedByOthers => vec![News::MutedByHost],
            Event::Moved { in_breakout } => {
                self.people.clear();
                let mut news = vec![News::Moved(in_breakout)];
                news.extend(self.people.news());
                news.extend(self.signs.moved());
                news
            }
            Event::Capabilities { capabilities } => self.signs.capabilities(capabilities),
            Event::Unsupported { feature, reason } => {
                tracing::info!(feature, reason, "the SDK cannot do this here");
                self.signs.unsupported(feature)
            }
            Event::Hands { hands } => self.signs.hands(hands),
            Event::Spotlight { participants } => self.signs.spotlight(participants),
            Event::DominantSpeakers { speakers } => vec![News::Dominant(speakers)],
            Event::Reaction {
                participant,
                reaction,
            } => match Reaction::of_word(&reaction) {
                Some(reaction) => vec![News::Reaction {
                    participant,
                    reaction,
                }],
                // A later SDK's.
                None => Vec::new(),
            },
            Event::CaptionState { captions } => self.signs.captions(captions),
            Event::Caption { caption } => vec![News::Caption(Spoken {
                participant: caption.participant,
                name: caption.name,
                text: caption.text,
                done: caption.done,
            })],
            Event::Breakout { room } => vec![surroundings::room(room)],
            Event::Lobby { waiting } => vec![surroundings::waiting(waiting)],
            Event::DialIn {
                conference_id,
                phones,
            } => vec![surroundings::dial_in(conference_id, phones)],
            Event::Diagnostic {
                name,
                value,
                quality,
            } => surroundings::trouble(&name, value, quality)
                .into_iter()
                .collect(),
            Event::Failed { request, failure } => self.failed(&request, &failure),
            _ => Vec::new(),
        }
    }

    fn failed(&self, request: &str, failure: &Failure) -> Vec<News> {
        tracing::warn!(
            request,
            code = failure.code,
            sub_code = failure.sub_code,
            name = failure.name,
            "the SDK did not do it"
        );
        match request {
            "join" => vec![ending::of_agent(failure)],
            "grantConsent" => vec![News::ConsentNotTaken],
            "raiseHand" => vec![News::NotDone("hand.refused".to_owned())],
            "react" => vec![News::NotDone("reaction.refused".to_owned())],
            "setCaptions" => vec![News::CaptionsRefused],
            "setSpokenLanguage" => vec![News::NotDone("captions.refused".to_owned())],
            "joinBreakout" | "leaveBreakout" => vec![News::NotDone("room.refused".to_owned())],
            "muteOther" | "remove" | "admit" | "reject" | "setSpotlight" => {
                vec![News::NotDone("moderation.refused".to_owned())]
            }
            "setShare" => vec![News::ShareRefused("share.refused".to_owned())],
            _ => Vec::new(),
        }
    }

    async fn state(&mut self, state: CallState) -> Vec<News> {
        let at = self.clock.now().as_millis();
        match state {
            CallState::InLobby => {
                self.outside().await;
                vec![News::InLobby { at }]
            }
            CallState::Connected => {
                let first = !std::mem::replace(&mut self.admitted, true);
                self.open_chat().await;
                let mut news = vec![News::Admitted { at }];
                if first {
                    // Answered where the meeting has numbers.
                    if let Err(error) = self.requests.try_send(Request::DialIn) {
                        tracing::warn!(%error, "the calling window does not listen");
                    }
                    // Who was told of before we were in.
                    news.extend(self.people.news());
                    news.extend(self.signs.news());
                    // Until the service has shown us the thread.
                    let code = if self.has_chat {
                        "chat.opening"
                    } else {
                        "chat.missing"
                    };
                    news.push(News::ChatAbsent(code.to_owned()));
                }
                news
            }
            CallState::Disconnected => {
                self.outside().await;
                let (code, sub_code) = self.end.unwrap_or_default();
                tracing::info!(code, sub_code, "the SDK's call is over");
                vec![ending::news(code, sub_code)]
            }
            CallState::Disconnecting => {
                self.outside().await;
                Vec::new()
            }
            CallState::None
            | CallState::Connecting
            | CallState::Ringing
            | CallState::EarlyMedia
            | CallState::LocalHold
            | CallState::RemoteHold => Vec::new(),
        }
    }

    /// Chat exists only between admission and leaving.
    async fn open_chat(&self) {
        let is_open = self.admitted && self.has_chat;
        if let Some(thread) = self.thread.as_ref().filter(|_| is_open) {
            self.chat.admitted(thread).await;
        }
    }

    async fn outside(&mut self) {
        if std::mem::take(&mut self.admitted) {
            self.chat.left().await;
        }
    }
}
