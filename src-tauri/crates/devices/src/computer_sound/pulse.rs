//! Every other program's streams of a PulseAudio server, each recorded alone (`direct_on_input` of the native protocol).
//! Streams of programs name the process that plays them; ours, and those of the server itself, which may carry ours on,
//! are left out.
//!
//! One connection and one thread. It ends when nobody holds the source any more, or with the server.

use std::collections::{HashMap, HashSet};
use std::io::{Cursor, ErrorKind, Read};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::Duration;

use foyer_media::clock::MediaTime;
use foyer_media::device::CaptureError;
use foyer_media::sound::{AudioSource, BLOCK, SAMPLE_RATE};
use pulseaudio::protocol::{
    AuthParams, AuthReply, Command, CommandReply, CreateRecordStreamReply, DESCRIPTOR_SIZE,
    MAX_VERSION, Prop, Props, ProtocolError, RecordStreamParams, SampleFormat, SampleSpec,
    SetClientNameReply, SinkInputInfo, SinkInputInfoList, SubscriptionMask, read_command_message,
    read_reply_message, write_command_message,
};
use pulseaudio::protocol::{ChannelMap, stream};

use super::mix::Mix;
use crate::deadline::within;
use crate::sound::LIMIT;

/// Longest that the thread waits before it looks whether it is still wanted.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// No message of the server is longer: its blocks of memory are smaller by far.
const LONGEST: usize = 4 << 20;
/// Of each stream so much is sent at once: 10 ms.
const FRAGMENT: u32 = (BLOCK * size_of::<f32>()) as u32;

/// Whether there is a server that tells programs apart.
pub(crate) fn is_offered() -> bool {
    within("computer sound", LIMIT, Connection::open).is_ok()
}

/// Begins to record. Programs that start to play later are recorded from then on.
pub(crate) fn open() -> Result<Box<dyn AudioSource>, CaptureError> {
    let mut connection = within("computer sound", LIMIT, Connection::open)?;
    let state = Arc::new(Mutex::new(State::default()));
    let of = Arc::downgrade(&state);
    thread::Builder::new()
        .name("computer sound".into())
        .spawn(move || {
            let error = match connection.record(&of) {
                Ok(()) => return,
                Err(error) => error,
            };
            tracing::warn!(%error, "the sound of other programs has ended");
            if let Some(state) = of.upgrade() {
                lock(&state).ended = true;
            }
        })
        .map_err(|error| CaptureError::Failed(error.to_string()))?;
    Ok(Box::new(ComputerSound(state)))
}

#[derive(Default)]
struct State {
    mix: Mix,
    ended: bool,
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    // Nothing is half done under this lock that matters more than a click.
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

struct ComputerSound(Arc<Mutex<State>>);

impl AudioSource for ComputerSound {
    fn pull(&mut self, now: MediaTime, out: &mut Vec<f32>) -> Result<(), CaptureError> {
        let mut state = lock(&self.0);
        if state.ended {
            return Err(CaptureError::Lost);
        }
        state.mix.pull(now, out);
        Ok(())
    }

    fn dropped(&self) -> u64 {
        lock(&self.0).mix.dropped()
    }
}

/// What a request asked for, to read its answer by.
enum Asked {
    Nothing,
    List,
    /// To record this sink input.
    Record(u32),
}

/// One connection to the server.
struct Connection {
    socket: UnixStream,
    version: u16,
    unread: Vec<u8>,
    last: u32,
    asked: HashMap<u32, Asked>,
    /// Sink inputs that are recorded, or about to be, and on which channel.
    recorded: HashMap<u32, Option<u32>>,
    /// Channels that are known.
    channels: HashSet<u32>,
}

fn lost(error: &ProtocolError) -> CaptureError {
    match error {
        ProtocolError::Io(_) => CaptureError::Lost,
        other => CaptureError::Failed(other.to_string()),
    }
}

impl Connection {
    fn open() -> Result<Self, CaptureError> {
        let missing =
            || CaptureError::Unsupported("no sound server that tells programs apart".into());
        let path = pulseaudio::socket_path_from_env().ok_or_else(missing)?;
        let socket = UnixStream::connect(path).map_err(|_| missing())?;
        // Without a cookie the server goes by who the user is.
        let cookie = pulseaudio::cookie_path_from_env()
            .and_then(|path| std::fs::read(path).ok())
            .unwrap_or_default();
        let mut connection = Self {
            socket,
            version: MAX_VERSION,
            unread: Vec::new(),
            last: 0,
            asked: HashMap::new(),
            recorded: HashMap::new(),
            channels: HashSet::new(),
        };
        let refused = |error: ProtocolError| match error {
            ProtocolError::ServerError(_) => CaptureError::NotAllowed,
            other => lost(&other),
        };
        let auth = Command::Auth(AuthParams {
            version: MAX_VERSION,
            supports_shm: false,
            supports_memfd: false,
            cookie,
        });
        let reply: AuthReply = connection.ask_at_once(auth).map_err(refused)?;
        connection.version = reply.version.min(MAX_VERSION);
        let mut props = Props::new();
        props.set(Prop::ApplicationName, c"Foyer");
        let named = connection.ask_at_once(Command::SetClientName(props));
        let _: SetClientNameReply = named.map_err(refused)?;
        Ok(connection)
    }

    fn ask(&mut self, command: &Command, asked: Asked) -> Result<(), ProtocolError> {
        self.last += 1;
        self.asked.insert(self.last, asked);
        write_command_message(&mut self.socket, self.last, command, self.version)
    }

    /// Before anything comes that nobody asked for.
    fn ask_at_once<T: CommandReply>(&mut self, command: Command) -> Result<T, ProtocolError> {
        self.last += 1;
        write_command_message(&mut self.socket, self.last, &command, self.version)?;
        let message = loop {
            match self.next_message()? {
                Some(message) => break message,
                None => self.read()?,
            }
        };
        Ok(read_reply_message(&mut Cursor::new(message), self.version)?.1)
    }

    /// Waits for bytes, as long as the socket lets us.
    fn read(&mut self) -> Result<(), ProtocolError> {
        let mut bytes = [0; 16 << 10];
        match self.socket.read(&mut bytes) {
            Ok(0) => Err(ProtocolError::Io(ErrorKind::UnexpectedEof.into())),
            Ok(length) => {
                self.unread.extend_from_slice(&bytes[..length]);
                Ok(())
            }
            Err(error) => match error.kind() {
                ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted => Ok(()),
                _ => Err(ProtocolError::Io(error)),
            },
        }
    }

    /// The first whole message, with its descriptor.
    fn next_message(&mut self) -> Result<Option<Vec<u8>>, ProtocolError> {
        let Some((length, _)) = self.unread.split_first_chunk::<4>() else {
            return Ok(None);
        };
        let length = u32::from_be_bytes(*length) as usize;
        if length > LONGEST {
            return Err(ProtocolError::Invalid(format!(
                "a message of {length} bytes"
            )));
        }
        let whole = DESCRIPTOR_SIZE + length;
        if self.unread.len() < whole {
            return Ok(None);
        }
        let rest = self.unread.split_off(whole);
        Ok(Some(std::mem::replace(&mut self.unread, rest)))
    }

    /// Until nobody wants it any more, or the server ends.
    fn record(&mut self, state: &Weak<Mutex<State>>) -> Result<(), ProtocolError> {
        self.socket
            .set_read_timeout(Some(LOOK_EVERY))
            .map_err(ProtocolError::Io)?;
        let subscribe = Command::Subscribe(SubscriptionMask::SINK_INPUT);
        self.ask(&subscribe, Asked::Nothing)?;
        self.ask(&Command::GetSinkInputInfoList, Asked::List)?;
        loop {
            {
                let Some(state) = state.upgrade() else {
                    return Ok(());
                };
                while let Some(message) = self.next_message()? {
                    self.take(&message, &state)?;
                }
            }
            self.read()?;
        }
    }

    fn take(&mut self, message: &[u8], state: &Mutex<State>) -> Result<(), ProtocolError> {
        let (descriptor, payload) = message.split_at(DESCRIPTOR_SIZE);
        let channel =
            u32::from_be_bytes([descriptor[4], descriptor[5], descriptor[6], descriptor[7]]);
        if channel != u32::MAX {
            // What was on its way when the stream ended belongs to nobody.
            if self.channels.contains(&channel) {
                let samples = payload
                    .as_chunks::<4>()
                    .0
                    .iter()
                    .copied()
                    .map(f32::from_le_bytes);
                lock(state).mix.add(channel, samples);
            }
            return Ok(());
        }
        if let Some(number) = answered(payload) {
            let asked = self.asked.remove(&number).unwrap_or(Asked::Nothing);
            return self.answer(message, asked, state);
        }
        match read_command_message(&mut Cursor::new(message), self.version) {
            Ok((_, Command::SubscribeEvent(_))) => {
                self.ask(&Command::GetSinkInputInfoList, Asked::List)
            }
            Ok((_, Command::RecordStreamKilled(channel))) => {
                self.forget(channel, state);
                Ok(())
            }
            // Nothing else that a server says of its own accord concerns us, known or not.
            _ => Ok(()),
        }
    }

    fn answer(
        &mut self,
        message: &[u8],
        asked: Asked,
        state: &Mutex<State>,
    ) -> Result<(), ProtocolError> {
        let bytes = &mut Cursor::new(message);
        match asked {
            Asked::Nothing => Ok(()),
            Asked::List => {
                let (_, inputs) = read_reply_message::<SinkInputInfoList>(bytes, self.version)?;
                self.follow(&inputs, state)
            }
            Asked::Record(input) => {
                match read_reply_message::<CreateRecordStreamReply>(bytes, self.version) {
                    Ok((_, reply)) => {
                        self.channels.insert(reply.channel);
                        self.recorded.insert(input, Some(reply.channel));
                    }
                    // It has ended meanwhile, or moves to another sink: a later list tells.
                    Err(ProtocolError::ServerError(_)) => {
                        self.recorded.remove(&input);
                    }
                    Err(error) => return Err(error),
                }
                Ok(())
            }
        }
    }

    /// Begins and ends recordings by what plays now.
    fn follow(
        &mut self,
        inputs: &[SinkInputInfo],
        state: &Mutex<State>,
    ) -> Result<(), ProtocolError> {
        let others: HashSet<u32> = inputs
            .iter()
            .filter(|input| is_of_another_program(&input.props))
            .map(|input| input.index)
            .collect();
        let gone: Vec<u32> = self
            .recorded
            .iter()
            .filter(|(input, _)| !others.contains(input))
            .filter_map(|(_, channel)| *channel)
            .collect();
        for channel in gone {
            self.forget(channel, state);
            self.ask(&Command::DeleteRecordStream(channel), Asked::Nothing)?;
        }
        for input in others {
            if self.recorded.contains_key(&input) {
                continue;
            }
            self.recorded.insert(input, None);
            let stream = Command::CreateRecordStream(RecordStreamParams {
                sample_spec: SampleSpec {
                    format: SampleFormat::Float32Le,
                    channels: 1,
                    sample_rate: SAMPLE_RATE,
                },
                channel_map: ChannelMap::mono(),
                buffer_attr: stream::BufferAttr {
                    fragment_size: FRAGMENT,
                    ..Default::default()
                },
                flags: stream::StreamFlags {
                    adjust_latency: true,
                    ..Default::default()
                },
                direct_on_input_index: Some(input),
                ..Default::default()
            });
            self.ask(&stream, Asked::Record(input))?;
        }
        Ok(())
    }

    fn forget(&mut self, channel: u32, state: &Mutex<State>) {
        self.channels.remove(&channel);
        self.recorded.retain(|_, on| *on != Some(channel));
        lock(state).mix.remove(channel);
    }
}

/// The number of the request, if this is its answer: tag 2 (`REPLY`) or 0 (`ERROR`), then that number.
fn answered(payload: &[u8]) -> Option<u32> {
    match payload {
        [b'L', 0, 0, 0, 0 | 2, b'L', number @ ..] => {
            Some(u32::from_be_bytes(*number.first_chunk()?))
        }
        _ => None,
    }
}

/// False also for what names no process: streams of the server's own modules, which play on what others give them.
fn is_of_another_program(props: &Props) -> bool {
    let process = props.get(Prop::ApplicationProcessId);
    let process = process.and_then(|bytes| std::str::from_utf8(bytes).ok());
    let process: Option<u32> = process.and_then(|text| text.trim_end_matches('\0').parse().ok());
    process.is_some_and(|process| process != std::process::id())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn props(process: &std::ffi::CStr) -> Props {
        let mut props = Props::new();
        props.set(Prop::ApplicationProcessId, process);
        props
    }

    #[test]
    fn only_what_names_another_process_is_recorded() {
        let own = std::ffi::CString::new(std::process::id().to_string()).unwrap();
        assert!(is_of_another_program(&props(c"1")));
        assert!(!is_of_another_program(&props(&own)));
        assert!(!is_of_another_program(&props(c"")));
        assert!(!is_of_another_program(&props(c"nobody")));
        assert!(!is_of_another_program(&Props::new()));
    }

    #[test]
    fn answers_are_told_from_events() {
        let said = |tag: u8| [b'L', 0, 0, 0, tag, b'L', 0, 0, 1, 2];
        assert_eq!(answered(&said(2)), Some(258));
        assert_eq!(answered(&said(0)), Some(258));
        assert_eq!(answered(&said(66)), None);
        assert_eq!(answered(&said(2)[..8]), None);
        assert_eq!(answered(&[]), None);
    }
}
