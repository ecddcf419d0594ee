//! Takes part in a practice meeting: what a call does, as calls and events.
//!
//! One task owns signalling ([`signalling`]) and media ([`lines`]); the handle only leaves wishes. Wishes are
//! states (muted, camera, share, watched feeds): the newest wins, and they are told again after an interruption.

mod lines;
mod signalling;
mod task;
mod wishes;

use std::sync::Arc;

use foyer_media::clock::SharedClock;
use foyer_meeting::link::{LinkError, parse_practice_link};
use foyer_meeting::reaction::Reaction;
use foyer_rtc::{Impairment, Stats, Transceiver, TransceiverId};
use tokio::sync::{mpsc, oneshot};

use self::signalling::{Greeting, Signalling};
use self::task::{Command, Task};
use self::wishes::Wishes;
use crate::protocol::{ChatMessage, ClientMessage, Participant, Role, TrackKind, Waiting, Watch};

/// Commands that may wait.
const COMMANDS: usize = 256;
/// Events that may wait before the client waits for its reader.
const EVENTS: usize = 1024;

/// How to join.
#[derive(Clone)]
pub struct ClientConfig {
    /// A practice link.
    pub link: String,
    /// Shown to the others.
    pub name: String,
    /// Makes a host. Never logged.
    pub secret: Option<String>,
    /// Tells the time.
    pub clock: SharedClock,
    /// A bad network, for tests and trials.
    pub impairment: Option<Impairment>,
}

impl ClientConfig {
    /// A guest on a good network.
    pub fn guest(link: impl Into<String>, name: impl Into<String>, clock: SharedClock) -> Self {
        Self {
            link: link.into(),
            name: name.into(),
            secret: None,
            clock,
            impairment: None,
        }
    }
}

/// Why somebody could not join.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConnectError {
    /// Not a link to a practice meeting.
    #[error("not a practice link: {0}")]
    Link(LinkError),
    /// No server answers there, or it is no practice server.
    #[error("no answer from the server: {0}")]
    Unreachable(String),
    /// The server refused; the code is the server's (`meeting.unknown`, `meeting.full`, `meeting.ended`,
    /// `name.invalid`, `auth.bad_secret` …).
    #[error("refused: {0}")]
    Refused(String),
    /// The server does not speak the protocol.
    #[error("the server answered nonsense")]
    Protocol,
}

impl ConnectError {
    /// Stable across releases.
    pub fn code(&self) -> &str {
        match self {
            Self::Link(_) => "link.invalid",
            Self::Unreachable(_) => "net.unreachable",
            Self::Refused(code) => code,
            Self::Protocol => "protocol.bad_message",
        }
    }
}

/// What happens in the meeting. After [`Denied`](Self::Denied), [`Removed`](Self::Removed), [`Ended`](Self::Ended) and
/// [`ServerGone`](Self::ServerGone) nothing more comes.
#[derive(Clone, Debug)]
pub enum ClientEvent {
    /// First of all.
    Welcome {
        /// Our own id.
        participant: String,
        /// Of the meeting.
        title: String,
        /// What we may do.
        role: Role,
    },
    /// Waiting to be let in.
    Lobby,
    /// In.
    Admitted,
    /// Turned away by a host.
    Denied,
    /// Put out by a host.
    Removed,
    /// A host ended the meeting, or it was over when we came back.
    Ended,
    /// Everybody in the meeting, ourselves included; on each change.
    Roster(Vec<Participant>),
    /// Everybody in the lobby, for hosts; on each change.
    Waiting(Vec<Waiting>),
    /// Who speaks, the loudest first; on each change.
    Speaking(Vec<String>),
    /// Somebody, ourselves included, wrote something or changed what they wrote.
    Chat(ChatMessage),
    /// Whose hand is up, the first first; on each change.
    Hands(Vec<String>),
    /// Somebody, ourselves included, reacts.
    Reaction {
        /// Who.
        participant: String,
        /// How.
        reaction: Reaction,
    },
    /// Who writes right now; on each change.
    Typing(Vec<String>),
    /// A host muted us. The microphone's state at the server is muted now; unmuting is up to us.
    MutedByHost,
    /// The share that was wished for is not to be; the wish is withdrawn.
    ShareRefused {
        /// Why, such as `share.taken`.
        code: String,
    },
    /// An m-line of our own is ready to be fed.
    Outgoing {
        /// With what.
        kind: TrackKind,
        /// Where.
        transceiver: Transceiver,
    },
    /// It is gone.
    OutgoingEnded {
        /// Which.
        kind: TrackKind,
    },
    /// A stream of somebody else arrives from now on, if they send.
    Incoming {
        /// Whose.
        participant: String,
        /// What.
        kind: TrackKind,
        /// Where from.
        transceiver: Transceiver,
    },
    /// It is gone.
    IncomingEnded {
        /// Whose.
        participant: String,
        /// What.
        kind: TrackKind,
    },
    /// Somebody cannot go on without a key frame.
    KeyFrameWanted {
        /// Of which of our streams.
        kind: TrackKind,
    },
    /// What the network allows us to send on all video together, in bits per second.
    Bandwidth(u32),
    /// Media flows, for the first time or again.
    Connected,
    /// Signalling or media broke; the client tries for 30 s to get it back.
    ConnectionLost,
    /// It did not come back, or the server put us out.
    ServerGone,
    /// Something was refused, by the server or because the server sent what cannot be used.
    Error {
        /// Stable.
        code: String,
    },
}

/// What passed over the media connection so far.
#[derive(Clone, Debug)]
pub struct Measured {
    /// The counters.
    pub stats: Stats,
    /// Whose line each transceiver is.
    pub lines: Vec<MeasuredLine>,
}

/// One line of a media connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeasuredLine {
    /// As in the counters.
    pub transceiver: TransceiverId,
    /// Whose; `None` for ours.
    pub participant: Option<String>,
    /// What it carries.
    pub kind: TrackKind,
}

struct Shared {
    wishes: Arc<Wishes>,
    commands: mpsc::Sender<Command>,
}

/// A handle on our part in a meeting. Cloning shares it; dropping the last says goodbye and leaves.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
}

/// Joins. Microphone and camera count as off until told otherwise. Needs a tokio runtime.
pub async fn connect(
    config: ClientConfig,
) -> Result<(Client, mpsc::Receiver<ClientEvent>), ConnectError> {
    let link = parse_practice_link(&config.link).map_err(ConnectError::Link)?;
    let join = ClientMessage::Join {
        name: config.name.clone(),
        secret: config.secret.clone(),
        resume_token: None,
    };
    let url = link.socket_url();
    let (signalling, greeting): (Signalling, Greeting) = Signalling::open(&url, &join).await?;
    let (commands, inbox) = mpsc::channel(COMMANDS);
    let (events, happened) = mpsc::channel(EVENTS);
    let wishes = Arc::new(Wishes::default());
    let loopback =
        link.host == "localhost" || link.host == "[::1]" || link.host.starts_with("127.");
    let mut rtc = if loopback {
        foyer_rtc::Config::loopback(Arc::clone(&config.clock))
    } else {
        foyer_rtc::Config::new(Arc::clone(&config.clock))
    };
    rtc.impairment = config.impairment;
    let task = Task::new(url, config.name, rtc, Arc::clone(&wishes), events);
    tokio::spawn(task.run(signalling, greeting, inbox));
    let shared = Arc::new(Shared { wishes, commands });
    Ok((Client { shared }, happened))
}

impl Client {
    /// Tells the others whether our microphone is off. The server forwards no sound while it is.
    pub fn set_muted(&self, muted: bool) {
        self.shared.wishes.change(|state| state.muted = muted);
    }

    /// Tells the others whether our camera is on. The server forwards no pictures while it is off.
    pub fn set_camera(&self, on: bool) {
        self.shared.wishes.change(|state| state.camera = on);
    }

    /// Starts or stops sharing: [`ClientEvent::Outgoing`] or [`ClientEvent::ShareRefused`] follows.
    /// With `sound`, what the microphone's line carries is forwarded although the microphone is muted.
    pub fn set_share(&self, on: bool, sound: bool) {
        let sound = on && sound;
        self.shared.wishes.change(|state| {
            state.share = on;
            state.share_sound = sound;
        });
    }

    /// Names every video feed that is shown. Before the first call all are forwarded.
    pub fn watch(&self, feeds: Vec<Watch>) {
        self.shared.wishes.watch(feeds);
    }

    /// Says something; it comes back as [`ClientEvent::Chat`] with this mark.
    pub fn chat(&self, client_id: &str, text: &str) {
        self.say(ClientMessage::Chat {
            client_id: client_id.to_owned(),
            text: text.to_owned(),
        });
    }

    /// Puts another text in place of ours, by the server's id.
    pub fn edit_chat(&self, message: &str, text: &str) {
        self.say(ClientMessage::EditChat {
            message: message.to_owned(),
            text: text.to_owned(),
        });
    }

    /// Takes a text of ours back, by the server's id.
    pub fn delete_chat(&self, message: &str) {
        let message = message.to_owned();
        self.say(ClientMessage::DeleteChat { message });
    }

    /// Tells the others that we write, for six seconds.
    pub fn typing(&self) {
        self.say(ClientMessage::Typing);
    }

    /// Raises or lowers our hand.
    pub fn raise_hand(&self, up: bool) {
        self.say(ClientMessage::Hand { up });
    }

    /// Reacts; it comes back as [`ClientEvent::Reaction`].
    pub fn react(&self, reaction: Reaction) {
        let reaction = reaction.word().to_owned();
        self.say(ClientMessage::React { reaction });
    }

    /// Says goodbye; no events come any more.
    pub fn leave(&self) {
        self.command(Command::Leave);
    }

    /// Host: lets somebody in.
    pub fn admit(&self, participant: &str) {
        let participant = participant.to_owned();
        self.say(ClientMessage::Admit { participant });
    }

    /// Host: turns somebody away.
    pub fn deny(&self, participant: &str) {
        let participant = participant.to_owned();
        self.say(ClientMessage::Deny { participant });
    }

    /// Host: mutes somebody.
    pub fn mute_participant(&self, participant: &str) {
        let participant = participant.to_owned();
        self.say(ClientMessage::MuteParticipant { participant });
    }

    /// Host: puts somebody out.
    pub fn remove(&self, participant: &str) {
        let participant = participant.to_owned();
        self.say(ClientMessage::Remove { participant });
    }

    /// Host: ends the meeting for all.
    pub fn end_meeting(&self) {
        self.say(ClientMessage::EndMeeting);
    }

    /// Counters of the media connection; `None` while there is none.
    pub async fn stats(&self) -> Option<Stats> {
        self.measured().await.map(|measured| measured.stats)
    }

    /// Those counters with whose they are; `None` while there is no media connection.
    pub async fn measured(&self) -> Option<Measured> {
        let (reply, measured) = oneshot::channel();
        let asked = self.shared.commands.send(Command::Stats(reply)).await;
        asked.ok()?;
        measured.await.ok().flatten()
    }

    fn say(&self, message: ClientMessage) {
        self.command(Command::Say(message));
    }

    fn command(&self, command: Command) {
        if self.shared.commands.try_send(command).is_err() {
            tracing::debug!("a command was dropped: left, or too many at once");
        }
    }
}
