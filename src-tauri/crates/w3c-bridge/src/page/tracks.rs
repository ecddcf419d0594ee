//! Local tracks of a page: opened with the guest's consent, made by the page, cloned, changed, stopped.

use std::sync::Arc;

use foyer_contract::bridge::connection::MediaKind;
use foyer_contract::bridge::event::{Answer, WireError};
use foyer_contract::bridge::media::{OpenTrack, Source, TrackSettings};
use foyer_contract::bridge::{Command, Event, Handle};
use foyer_media::device::{CaptureError, DeviceId, DeviceInfo, DeviceKind, VideoWant};
use foyer_media::frame::{I420, MAX_SIDE};
use foyer_media::share::Share;
use foyer_media::voice::VoiceSwitches;

use super::{Object, Page, Track};
use crate::devices;
use crate::socket::{self, make, watch_video};
use crate::sound::{self, Origin};
use crate::trouble;
use crate::video::{Shape, VideoSource, VideoTrack};

/// What a page that does not say gets of a camera, as in browsers.
const CAMERA: VideoWant = VideoWant {
    width: 640,
    height: 480,
    fps: 30,
};
/// And of a screen.
const SCREEN: VideoWant = VideoWant {
    width: 1920,
    height: 1080,
    fps: 15,
};
/// No source gives more.
const FASTEST: f64 = 60.0;

type Answered = Result<Answer, WireError>;

impl Page {
    /// Beside everything else: the guest may have to be asked, and devices take their time.
    pub(super) fn open_track(self: &Arc<Self>, seq: u32, track: Handle, source: Source) {
        let page = Arc::clone(self);
        self.spawn(async move {
            let outcome = match source {
                Source::Camera(settings) => page.open_camera(track, settings).await,
                Source::Microphone(settings) => page.open_microphone(track, settings).await,
                Source::Screen(settings) => page.open_screen(track, settings).await,
            };
            page.answer(seq, outcome.map(Answer::Track)).await;
        });
    }

    async fn choose(&self, kind: DeviceKind, id: Option<&str>) -> Result<DeviceInfo, WireError> {
        let listed = devices::list(&self.house.surroundings.devices, kind)
            .await
            .map_err(|error| trouble::of_device(&error))?;
        devices::choose(listed, id).ok_or_else(|| trouble::of_device(&CaptureError::NotFound))
    }

    async fn open_camera(
        self: &Arc<Self>,
        track: Handle,
        settings: TrackSettings,
    ) -> Result<OpenTrack, WireError> {
        check(&settings)?;
        let info = self
            .choose(DeviceKind::Camera, settings.device_id.as_deref())
            .await?;
        if !self.house.surroundings.consent.camera(&info).await {
            return Err(trouble::refused());
        }
        let want = want(&settings, CAMERA);
        let open = self.open_pictures(DeviceKind::Camera, info.id.clone(), want);
        let source = open.await.map_err(|error| trouble::of_device(&error))?;
        self.begin_pictures(track, source, info, settings, want)
            .await
    }

    async fn open_screen(
        self: &Arc<Self>,
        track: Handle,
        settings: TrackSettings,
    ) -> Result<OpenTrack, WireError> {
        check(&settings)?;
        let listed = devices::list(&self.house.surroundings.devices, DeviceKind::Screen)
            .await
            .map_err(|error| trouble::of_device(&error))?;
        let chosen = self.house.surroundings.consent.screen(&listed).await;
        let chosen = chosen.ok_or_else(trouble::refused)?;
        let (info, surface) = devices::shared(&self.house.surroundings.devices, listed, chosen)
            .await
            .ok_or_else(trouble::refused)?;
        let want = want(&settings, SCREEN);
        let open = self.open_pictures(DeviceKind::Screen, info.id.clone(), want);
        let source = open.await.map_err(|error| trouble::of_device(&error))?;
        let mut opened = self
            .begin_pictures(track, source, info, settings, want)
            .await?;
        opened.display_surface = Some(surface.to_owned());
        Ok(opened)
    }

    async fn open_pictures(
        &self,
        kind: DeviceKind,
        id: DeviceId,
        want: VideoWant,
    ) -> Result<VideoSource, CaptureError> {
        let devices = Arc::clone(&self.house.surroundings.devices);
        let is_screen = kind == DeviceKind::Screen;
        let opened = tokio::task::spawn_blocking(move || {
            if !is_screen {
                return Ok::<_, CaptureError>((devices.open_camera(&id, want)?, None));
            }
            let capture = devices.open_screen(&id, want)?;
            let sound = Share::named(&id.0).sound;
            let sound = sound.then(|| devices.open_computer_sound()).transpose()?;
            Ok((capture, sound))
        });
        let (mut capture, sound) = opened
            .await
            .map_err(|_| CaptureError::Failed("opening panicked".into()))??;
        if let Some(sound) = sound {
            // It ends with the pictures.
            capture.guard = Box::new((capture.guard, self.sound.accompany(sound)));
        }
        Ok(VideoSource::new(capture, is_screen))
    }

    /// The page learns the size, so the first picture is waited for.
    async fn begin_pictures(
        self: &Arc<Self>,
        track: Handle,
        source: VideoSource,
        info: DeviceInfo,
        settings: TrackSettings,
        want: VideoWant,
    ) -> Result<OpenTrack, WireError> {
        let first = source
            .first()
            .await
            .map_err(|error| trouble::of_device(&error))?;
        let natural = (first.image.width(), first.image.height());
        let shape = Shape {
            size: wanted_size(&settings, natural),
            rate: settings.frame_rate,
            disabled: false,
        };
        let (width, height) = shape.size.unwrap_or(natural);
        self.begin_track(track, source, shape, Some(info.clone()))
            .map_err(|why| trouble::dom("InvalidStateError", why))?;
        Ok(OpenTrack {
            label: info.label,
            settings: TrackSettings {
                device_id: Some(info.id.0),
                width: Some(width),
                height: Some(height),
                frame_rate: Some(settings.frame_rate.unwrap_or(f64::from(want.fps))),
                ..TrackSettings::default()
            },
            display_surface: None,
        })
    }

    /// Tells the page when the source ends by itself, or when the guest takes back the word for this device.
    fn begin_track(
        self: &Arc<Self>,
        handle: Handle,
        source: VideoSource,
        shape: Shape,
        device: Option<DeviceInfo>,
    ) -> Result<(), &'static str> {
        let source = Arc::new(source);
        let consent = Arc::clone(&self.house.surroundings.consent);
        let ended = source.ended();
        let of = Arc::downgrade(&source);
        let track = Arc::new(VideoTrack::new(source, shape));
        self.objects()
            .insert(handle, Object::Track(Track::Video(track)))?;
        let page = Arc::downgrade(self);
        self.spawn(async move {
            let withdrawn = async {
                match &device {
                    Some(device) => consent.until(device, false).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = ended => {}
                () = withdrawn => {}
            }
            let (Some(page), Some(source)) = (page.upgrade(), of.upgrade()) else {
                return;
            };
            let gone = page.objects().tracks_of(&source);
            for track in gone {
                page.objects().remove(track);
                page.outbox.event(Event::TrackEnded { track }).await;
            }
        });
        Ok(())
    }

    async fn open_microphone(
        &self,
        track: Handle,
        settings: TrackSettings,
    ) -> Result<OpenTrack, WireError> {
        let info = self
            .choose(DeviceKind::Microphone, settings.device_id.as_deref())
            .await?;
        if !self.house.surroundings.consent.microphone(&info).await {
            return Err(trouble::refused());
        }
        let devices = Arc::clone(&self.house.surroundings.devices);
        let id = info.id.clone();
        let source = tokio::task::spawn_blocking(move || devices.open_microphone(&id))
            .await
            .map_err(|_| CaptureError::Failed("opening panicked".into()))
            .flatten()
            .map_err(|error| trouble::of_device(&error))?;
        let (source, switch) = sound::switched(source);
        let consent = Arc::clone(&self.house.surroundings.consent);
        let devices = Arc::clone(&self.house.surroundings.devices);
        self.spawn(switch.follow(consent, devices, info.clone()));
        let switches = switches(&settings, VoiceSwitches::ALL);
        self.objects()
            .insert(track, Object::Track(Track::Audio))
            .map_err(|why| trouble::dom("InvalidStateError", why))?;
        self.sound.open(
            track,
            Box::new(source),
            Origin::Microphone(hears_room(&info).then_some(switches)),
        );
        Ok(OpenTrack {
            label: info.label,
            settings: TrackSettings {
                device_id: Some(info.id.0),
                echo_cancellation: Some(switches.echo_cancellation),
                noise_suppression: Some(switches.noise_suppression),
                auto_gain_control: Some(switches.auto_gain),
                ..TrackSettings::default()
            },
            display_surface: None,
        })
    }

    /// An error means that the page broke the rules.
    pub(super) async fn make_track(
        self: &Arc<Self>,
        seq: u32,
        track: Handle,
        kind: MediaKind,
    ) -> Result<(), &'static str> {
        let outcome = match socket::expect(&self.house, track) {
            Ok((socket, expected)) => {
                match kind {
                    MediaKind::Video => {
                        let clock = Arc::clone(&self.house.surroundings.clock);
                        let source = VideoSource::new(make::pictures(expected, clock), false);
                        self.begin_track(track, source, Shape::default(), None)?;
                    }
                    MediaKind::Audio => {
                        self.objects().insert(track, Object::Track(Track::Audio))?;
                        self.sound
                            .open(track, make::samples(expected), Origin::Page);
                    }
                }
                Ok(Answer::Media(socket))
            }
            Err(error) => Err(trouble::dom("OperationError", error.to_string())),
        };
        self.answer(seq, outcome).await;
        Ok(())
    }

    pub(super) fn clone_track(&self, handle: Handle, of: Handle) -> Result<(), &'static str> {
        let mut objects = self.objects();
        // It may have ended while the command was on its way.
        let Some(original) = objects.track(of) else {
            return Ok(());
        };
        let track = match original {
            Track::Video(track) => Track::Video(Arc::new(track.duplicate())),
            Track::Audio => {
                self.sound.clone_track(handle, of);
                Track::Audio
            }
            remote @ Track::Remote { .. } => remote,
        };
        objects.insert(handle, Object::Track(track))
    }

    pub(super) async fn apply_settings(&self, seq: u32, handle: Handle, settings: TrackSettings) {
        let track = self.objects().track(handle);
        let outcome = match track {
            Some(Track::Video(track)) => reshape(&track, &settings).await,
            Some(Track::Audio) => {
                let switches = switches(&settings, VoiceSwitches::ALL);
                self.sound.process(handle, switches);
                Ok(opened(TrackSettings {
                    echo_cancellation: Some(switches.echo_cancellation),
                    noise_suppression: Some(switches.noise_suppression),
                    auto_gain_control: Some(switches.auto_gain),
                    ..settings
                }))
            }
            Some(Track::Remote { .. }) => Ok(opened(settings)),
            None => Err(trouble::unknown_handle()),
        };
        self.answer(seq, outcome).await;
    }

    pub(super) fn enable_track(&self, handle: Handle, enabled: bool) {
        let track = self.objects().track(handle);
        match track {
            Some(Track::Video(track)) => track.reshape(|shape| shape.disabled = !enabled),
            Some(Track::Audio | Track::Remote { .. }) => self.sound.enable(handle, enabled),
            None => {}
        }
    }

    /// A receiver's own track stays: it may be watched through clones.
    pub(super) fn stop_track(&self, handle: Handle) {
        let mut objects = self.objects();
        match objects.track(handle) {
            Some(Track::Remote { root, .. }) if root == handle => {}
            Some(Track::Audio) => {
                self.sound.stop(handle);
                objects.remove(handle);
            }
            Some(_) => {
                objects.remove(handle);
            }
            None => {}
        }
    }

    pub(super) async fn watch_track(&self, seq: u32, handle: Handle) {
        let track = self.objects().track(handle);
        let outcome = match track {
            Some(Track::Remote { root, .. }) => {
                let command = Command::TrackWatch { track: root };
                return self.forward(root, seq, command).await;
            }
            Some(local) => self.watch_local(handle, &local),
            None => Err(trouble::unknown_handle()),
        };
        self.answer(seq, outcome).await;
    }

    fn watch_local(&self, handle: Handle, track: &Track) -> Answered {
        let (socket, expected) = socket::expect(&self.house, handle)
            .map_err(|error| trouble::dom("OperationError", error.to_string()))?;
        match track {
            Track::Video(track) => self.spawn(watch_video::local(expected, track.pictures())),
            _ => self.spawn(sound::watch(expected, self.sound.clone(), handle)),
        }
        Ok(Answer::Media(socket))
    }
}

async fn reshape(track: &VideoTrack, settings: &TrackSettings) -> Answered {
    check(settings)?;
    let first = track
        .source()
        .first()
        .await
        .map_err(|error| trouble::of_device(&error))?;
    let natural = (first.image.width(), first.image.height());
    let size = wanted_size(settings, natural);
    track.reshape(|shape| {
        shape.size = size;
        shape.rate = settings.frame_rate;
    });
    let (width, height) = size.unwrap_or(natural);
    Ok(opened(TrackSettings {
        width: Some(width),
        height: Some(height),
        ..settings.clone()
    }))
}

/// Only the settings have changed.
fn opened(settings: TrackSettings) -> Answer {
    Answer::Track(OpenTrack {
        label: String::new(),
        settings,
        display_surface: None,
    })
}

/// Sizes and rates that can be; the polyfill has checked them, pages need not have used it.
fn check(settings: &TrackSettings) -> Result<(), WireError> {
    let over = |name: &str| WireError {
        constraint: Some(name.to_owned()),
        ..trouble::dom("OverconstrainedError", "Cannot satisfy constraints")
    };
    let side = |side: Option<u32>| side.is_none_or(|side| (2..=MAX_SIDE).contains(&side));
    if !side(settings.width) {
        return Err(over("width"));
    }
    if !side(settings.height) {
        return Err(over("height"));
    }
    if settings
        .frame_rate
        .is_some_and(|rate| !(rate > 0.0 && rate <= 1_000.0))
    {
        return Err(over("frameRate"));
    }
    Ok(())
}

fn want(settings: &TrackSettings, usual: VideoWant) -> VideoWant {
    let (width, height) = match (settings.width, settings.height) {
        (Some(width), Some(height)) => (width, height),
        (Some(width), None) => (width, width * usual.height / usual.width),
        (None, Some(height)) => (height * usual.width / usual.height, height),
        (None, None) => (usual.width, usual.height),
    };
    let rate = settings.frame_rate.unwrap_or(f64::from(usual.fps));
    VideoWant {
        width: width.clamp(16, MAX_SIDE),
        height: height.clamp(16, MAX_SIDE),
        fps: rate.min(FASTEST).ceil() as u32,
    }
}

/// Exactly what is said; a side that is not follows the other.
fn wanted_size(settings: &TrackSettings, natural: (u32, u32)) -> Option<(u32, u32)> {
    let (w, h) = natural;
    let size = match (settings.width, settings.height) {
        (Some(width), Some(height)) => (width, height),
        (Some(width), None) => (width, (width * h / w.max(1)).max(2)),
        (None, Some(height)) => ((height * w / h.max(1)).max(2), height),
        (None, None) => return None,
    };
    I420::bytes_for(size.0, size.1).ok().map(|_| size)
}

/// What is no hardware hears no room, also where it passes for hardware.
fn hears_room(info: &DeviceInfo) -> bool {
    !info.synthetic && !info.id.0.starts_with("test:")
}

fn switches(settings: &TrackSettings, usual: VoiceSwitches) -> VoiceSwitches {
    VoiceSwitches {
        echo_cancellation: settings
            .echo_cancellation
            .unwrap_or(usual.echo_cancellation),
        noise_suppression: settings
            .noise_suppression
            .unwrap_or(usual.noise_suppression),
        auto_gain: settings.auto_gain_control.unwrap_or(usual.auto_gain),
    }
}
