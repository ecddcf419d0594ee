//! Every command finds whoever obeys it.

use std::sync::Arc;

use foyer_contract::bridge::connection::{CertificateKey, Configuration};
use foyer_contract::bridge::event::{Answer, CertificateInfo};
use foyer_contract::bridge::{Command, Handle};
use foyer_rtc::{Certificate, KeyKind};
use tokio::sync::mpsc;

use super::{Object, Page, Track};
use crate::channel::Sends;
use crate::connection;
use crate::sound::SinkState;
use crate::task::Task;
use crate::trouble;

/// Milliseconds since 1970 that a certificate can still name: the end of the year 9999.
const LATEST: f64 = 253_402_300_799_000.0;
/// Commands that wait for a connection.
const QUEUE: usize = 1_024;

type Followed = Result<(), &'static str>;

impl Page {
    /// An error means that the page broke the rules: it is cut off.
    pub(super) async fn obey(self: &Arc<Self>, seq: u32, command: Command) -> Followed {
        match command {
            Command::PcNew { pc, configuration } => self.new_connection(pc, configuration),
            Command::PcClose { pc } => {
                self.close_connection(pc);
                Ok(())
            }
            Command::TransceiverNew {
                pc,
                transceiver,
                receiver_track,
                ..
            } => {
                made_by_page(transceiver)?;
                made_by_page(receiver_track)?;
                let track = Track::Remote {
                    pc,
                    root: receiver_track,
                };
                {
                    let mut objects = self.objects();
                    objects.insert(transceiver, Object::Transceiver { pc })?;
                    objects.insert(receiver_track, Object::Track(track))?;
                }
                self.forward(pc, seq, command).await;
                Ok(())
            }
            Command::ChannelNew { pc, channel, .. } => {
                made_by_page(channel)?;
                let sends = Sends::new();
                self.objects()
                    .insert(channel, Object::Channel { pc, sends })?;
                self.forward(pc, seq, command).await;
                Ok(())
            }
            Command::PcConfigure { pc, .. }
            | Command::PcRestartIce { pc }
            | Command::PcCreateOffer { pc }
            | Command::PcCreateAnswer { pc }
            | Command::PcSetLocal { pc, .. }
            | Command::PcSetRemote { pc, .. }
            | Command::PcAddCandidate { pc, .. }
            | Command::PcStats { pc, .. } => {
                self.forward(pc, seq, command).await;
                Ok(())
            }
            Command::TransceiverDirect { transceiver, .. }
            | Command::TransceiverStreams { transceiver, .. }
            | Command::TransceiverCodecs { transceiver, .. }
            | Command::TransceiverStop { transceiver }
            | Command::SenderEncodings { transceiver, .. }
            | Command::SenderTrack { transceiver, .. }
            | Command::SenderTone { transceiver, .. }
            | Command::ReceiverDelay { transceiver, .. }
            | Command::ReceiverSources { transceiver } => {
                self.forward(transceiver, seq, command).await;
                Ok(())
            }
            Command::ChannelClose { channel } => {
                if let Some(Object::Channel { sends, .. }) = self.objects().get(channel) {
                    sends.close();
                }
                Ok(())
            }
            Command::CertificateNew {
                certificate,
                key,
                expires,
            } => {
                made_by_page(certificate)?;
                self.new_certificate(seq, certificate, key, expires);
                Ok(())
            }
            Command::Devices => {
                let page = Arc::clone(self);
                self.spawn(async move {
                    let listed = crate::devices::all(&page.house.surroundings.devices).await;
                    page.answer(seq, Ok(Answer::Devices(listed))).await;
                });
                Ok(())
            }
            Command::SinkSet {
                sink,
                tracks,
                volume,
                muted,
                device_id,
            } => {
                let tracks = tracks.into_iter().map(|track| self.heard(track)).collect();
                let gain = if muted { 0.0 } else { volume.clamp(0.0, 1.0) };
                self.sound.set_sink(
                    sink,
                    SinkState {
                        tracks,
                        gain: gain as f32,
                        device: device_id,
                    },
                );
                Ok(())
            }
            Command::SinkClose { sink } => {
                self.sound.close_sink(sink);
                Ok(())
            }
            Command::TrackOpen { track, source } => {
                made_by_page(track)?;
                self.open_track(seq, track, source);
                Ok(())
            }
            Command::TrackMake { track, kind } => {
                made_by_page(track)?;
                self.make_track(seq, track, kind).await
            }
            Command::TrackClone { track, of } => {
                made_by_page(track)?;
                self.clone_track(track, of)
            }
            Command::TrackApply { track, settings } => {
                self.apply_settings(seq, track, settings).await;
                Ok(())
            }
            Command::TrackEnable { track, enabled } => {
                self.enable_track(track, enabled);
                Ok(())
            }
            Command::TrackStop { track } => {
                self.stop_track(track);
                Ok(())
            }
            Command::TrackWatch { track } => {
                self.watch_track(seq, track).await;
                Ok(())
            }
        }
    }

    fn new_certificate(
        self: &Arc<Self>,
        seq: u32,
        handle: Handle,
        key: CertificateKey,
        expires: f64,
    ) {
        let page = Arc::clone(self);
        let kind = match key {
            CertificateKey::Ecdsa => KeyKind::Ecdsa,
            CertificateKey::Rsa => KeyKind::Rsa,
        };
        self.spawn(async move {
            // What is no time of ours is none at all.
            let until = expires.clamp(0.0, LATEST) as u64;
            let making = tokio::task::spawn_blocking(move || Certificate::generate(kind, until));
            let outcome = match making.await {
                Ok(Ok(made)) => {
                    let info = CertificateInfo {
                        expires,
                        fingerprint: made.fingerprint().to_owned(),
                    };
                    let kept = page.objects().insert(handle, Object::Certificate(made));
                    kept.map(|()| Answer::Certificate(info))
                        .map_err(|why| trouble::dom("OperationError", why))
                }
                Ok(Err(error)) => Err(trouble::dom("OperationError", error.to_string())),
                Err(_) => Err(trouble::dom("OperationError", "making it panicked")),
            };
            page.answer(seq, outcome).await;
        });
    }

    fn new_connection(self: &Arc<Self>, pc: Handle, configuration: Configuration) -> Followed {
        made_by_page(pc)?;
        let (commands, received) = mpsc::channel(QUEUE);
        let actor = Task::spawn(connection::run(
            Arc::clone(self),
            pc,
            configuration,
            received,
        ));
        self.objects().insert(
            pc,
            Object::Connection {
                commands,
                _actor: actor,
            },
        )
    }

    /// Drops the handle of its actor once the goodbye is said.
    fn close_connection(&self, pc: Handle) {
        let objects = self.objects().remove_connection(pc);
        self.spawn(async move {
            let mut objects = objects;
            let actor = objects.pop();
            drop(objects);
            if let Some(Object::Connection { commands, _actor }) = actor {
                let close = async {
                    commands.send((0, Command::PcClose { pc })).await.ok();
                    commands.closed().await;
                };
                tokio::time::timeout(connection::GOODBYE, close).await.ok();
            }
        });
    }

    /// To the actor of the connection that this handle is, or belongs to.
    pub(super) async fn forward(&self, handle: Handle, seq: u32, command: Command) {
        let queue = self.objects().connection(handle);
        let lost = match queue {
            Some(queue) => queue.send((seq, command)).await.err().map(|lost| lost.0.1),
            None => Some(command),
        };
        if let Some(command) = lost
            && is_answered(&command)
        {
            self.answer(seq, Err(trouble::unknown_handle())).await;
        }
    }

    /// The receiver's own track, for a clone of one.
    fn heard(&self, track: Handle) -> Handle {
        match self.objects().track(track) {
            Some(Track::Remote { root, .. }) => root,
            _ => track,
        }
    }
}

/// Handles of the page are odd.
pub(super) fn made_by_page(handle: Handle) -> Followed {
    if handle % 2 == 1 {
        Ok(())
    } else {
        Err("a handle that is the engine's to make")
    }
}

fn is_answered(command: &Command) -> bool {
    matches!(
        command,
        Command::PcCreateOffer { .. }
            | Command::PcCreateAnswer { .. }
            | Command::PcSetLocal { .. }
            | Command::PcSetRemote { .. }
            | Command::PcAddCandidate { .. }
            | Command::PcStats { .. }
            | Command::SenderEncodings { .. }
            | Command::SenderTrack { .. }
            | Command::TrackWatch { .. }
    )
}
