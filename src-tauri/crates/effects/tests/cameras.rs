//! Cameras with effects: what is handed out, to whom, and when no longer.

#![allow(clippy::unwrap_used)]

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use foyer_effects::{
    Backdrop, Background, EffectDevices, Effects, FindPerson, FinderError, MASK_HEIGHT, MASK_WIDTH,
    MakeFinder, Status, Stop,
};
use foyer_media::clock::{Clock, ManualClock, MediaTime};
use foyer_media::device::{
    CaptureError, DeviceId, DeviceInfo, DeviceKind, Devices, VideoCapture, VideoWant,
};
use foyer_media::frame::{I420, VideoFrame};
use foyer_media::latest::{LatestTx, latest};
use foyer_media::sound::{AudioSink, AudioSource};

const WANT: VideoWant = VideoWant {
    width: 64,
    height: 48,
    fps: 30,
};
/// Luma of the room; no background has it.
const ROOM: u8 = 235;

/// A camera and a screen whose pictures the test hands out.
#[derive(Default)]
struct Studio {
    camera: Mutex<Option<LatestTx<Result<VideoFrame, CaptureError>>>>,
    screen: Mutex<Option<LatestTx<Result<VideoFrame, CaptureError>>>>,
    opened: AtomicUsize,
    open: Arc<AtomicUsize>,
}

struct Light(Arc<AtomicUsize>);

impl Drop for Light {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Studio {
    fn shoot(&self) -> bool {
        put(&self.camera, Ok(room()))
    }

    fn light(&self) -> usize {
        self.open.load(Ordering::SeqCst)
    }

    fn capture(
        &self,
        place: &Mutex<Option<LatestTx<Result<VideoFrame, CaptureError>>>>,
    ) -> VideoCapture {
        let (tx, frames) = latest();
        *place.lock().unwrap() = Some(tx);
        self.opened.fetch_add(1, Ordering::SeqCst);
        self.open.fetch_add(1, Ordering::SeqCst);
        VideoCapture {
            frames,
            guard: Box::new(Light(Arc::clone(&self.open))),
        }
    }
}

fn put(
    place: &Mutex<Option<LatestTx<Result<VideoFrame, CaptureError>>>>,
    frame: Result<VideoFrame, CaptureError>,
) -> bool {
    place.lock().unwrap().as_ref().unwrap().put(frame)
}

fn room() -> VideoFrame {
    let mut image = I420::black(64, 48).unwrap();
    image.planes_mut()[0].fill(ROOM);
    VideoFrame {
        at: MediaTime(0),
        image: Arc::new(image),
    }
}

impl Devices for Studio {
    fn list(&self, _: DeviceKind) -> Result<Vec<DeviceInfo>, CaptureError> {
        Ok(Vec::new())
    }

    fn open_camera(&self, _: &DeviceId, _: VideoWant) -> Result<VideoCapture, CaptureError> {
        Ok(self.capture(&self.camera))
    }

    fn open_screen(&self, _: &DeviceId, _: VideoWant) -> Result<VideoCapture, CaptureError> {
        Ok(self.capture(&self.screen))
    }

    fn open_microphone(&self, _: &DeviceId) -> Result<Box<dyn AudioSource>, CaptureError> {
        Err(CaptureError::NotFound)
    }

    fn open_speaker(&self, _: &DeviceId) -> Result<Box<dyn AudioSink>, CaptureError> {
        Err(CaptureError::NotFound)
    }
}

/// Finds nobody, and takes time for it.
struct Nobody {
    clock: Arc<ManualClock>,
    cost: Arc<AtomicU64>,
}

impl FindPerson for Nobody {
    fn find(&mut self, _: &I420) -> Result<Vec<f32>, FinderError> {
        let cost = Duration::from_millis(self.cost.load(Ordering::SeqCst));
        self.clock.advance(cost);
        Ok(vec![0.0; (MASK_WIDTH * MASK_HEIGHT) as usize])
    }
}

struct Set {
    studio: Arc<Studio>,
    effects: Effects,
    devices: EffectDevices,
    /// Milliseconds that a mask takes.
    cost: Arc<AtomicU64>,
}

fn set(background: Background) -> Set {
    let (studio, clock) = (Arc::<Studio>::default(), ManualClock::shared());
    let cost = Arc::new(AtomicU64::new(8));
    let (by, of) = (Arc::clone(&clock), Arc::clone(&cost));
    let make: MakeFinder = Arc::new(move || {
        Ok(Box::new(Nobody {
            clock: Arc::clone(&by),
            cost: Arc::clone(&of),
        }))
    });
    on(studio, clock, make, cost, background)
}

fn on(
    studio: Arc<Studio>,
    clock: Arc<dyn Clock>,
    make: MakeFinder,
    cost: Arc<AtomicU64>,
    background: Background,
) -> Set {
    let effects = Effects::default();
    effects.choose(background);
    let devices = EffectDevices::with_finder(studio.clone(), clock, effects.clone(), make);
    Set {
        studio,
        effects,
        devices,
        cost,
    }
}

impl Set {
    fn open(&self) -> VideoCapture {
        let id = DeviceId("camera".into());
        self.devices.open_camera(&id, WANT).unwrap()
    }
}

async fn soon<T>(what: &str, of: impl Future<Output = T>) -> T {
    let limit = tokio::time::timeout(Duration::from_secs(60), of);
    limit
        .await
        .unwrap_or_else(|_| panic!("{what} did not come"))
}

/// Shoots until something comes.
async fn next(set: &Set, capture: &mut VideoCapture) -> Result<VideoFrame, CaptureError> {
    soon("a picture", async {
        loop {
            set.studio.shoot();
            let wait = Duration::from_millis(50);
            if let Ok(frame) = tokio::time::timeout(wait, capture.frames.recv()).await {
                return frame.unwrap_or(Err(CaptureError::Lost));
            }
        }
    })
    .await
}

fn is_room(frame: &VideoFrame) -> bool {
    frame.image.planes()[0].contains(&ROOM)
}

const SLATE: Background = Background::Backdrop(Backdrop::Slate);

#[tokio::test]
async fn without_a_background_pictures_pass_untouched() {
    let set = set(Background::None);
    let mut capture = set.open();
    let frame = next(&set, &mut capture).await.unwrap();
    assert_eq!(*frame.image, *room().image);
    assert_eq!(set.effects.status(), Status::Idle);
}

#[tokio::test]
async fn no_untouched_picture_follows_the_choice_of_a_background() {
    for _ in 0..20 {
        let set = set(Background::None);
        let mut capture = set.open();
        assert!(is_room(&next(&set, &mut capture).await.unwrap()));
        set.studio.shoot();
        set.effects.choose(SLATE);
        // What waits in the mailbox was handed out before.
        capture.frames.try_recv();
        for _ in 0..5 {
            let frame = next(&set, &mut capture).await.unwrap();
            assert!(!is_room(&frame));
        }
        set.effects.choose(Background::None);
        soon("the room", async {
            while !is_room(&next(&set, &mut capture).await.unwrap()) {}
        })
        .await;
    }
}

#[tokio::test]
async fn nothing_is_shown_before_the_first_mask() {
    // The finder waits until the test lets it go on.
    let (go, gate) = std::sync::mpsc::channel::<()>();
    let gate = Mutex::new(gate);
    let clock = ManualClock::shared();
    let (cost, slow) = (Arc::<AtomicU64>::default(), Arc::clone(&clock));
    let make: MakeFinder = Arc::new(move || {
        gate.lock().unwrap().recv().ok();
        Ok(Box::new(Nobody {
            clock: Arc::clone(&slow),
            cost: Arc::default(),
        }))
    });
    let set = on(Arc::default(), clock, make, cost, SLATE);
    let mut capture = set.open();
    let mut status = set.effects.watch();
    set.studio.shoot();
    soon("the start", status.wait_for(|s| *s == Status::Starting))
        .await
        .unwrap();
    for _ in 0..20 {
        set.studio.shoot();
        tokio::time::sleep(Duration::from_millis(5)).await;
        assert!(capture.frames.try_recv().is_none());
    }
    go.send(()).unwrap();
    assert!(!is_room(&next(&set, &mut capture).await.unwrap()));
    soon(
        "the figures",
        status.wait_for(|s| matches!(s, Status::Running { .. })),
    )
    .await
    .unwrap();
}

#[tokio::test]
async fn a_machine_that_is_too_slow_pauses_the_camera_and_says_why() {
    let set = set(SLATE);
    let mut capture = set.open();
    for _ in 0..10 {
        assert!(!is_room(&next(&set, &mut capture).await.unwrap()));
    }
    set.cost.store(200, Ordering::SeqCst);
    let end = soon("the end", async {
        loop {
            match next(&set, &mut capture).await {
                Ok(frame) => assert!(!is_room(&frame)),
                Err(error) => return error,
            }
        }
    })
    .await;
    assert_eq!(end, CaptureError::Paused("effect.too_slow"));
    let status = set.effects.status();
    let Status::Stopped(Stop::TooSlow { per_picture, limit }) = status else {
        panic!("{status:?}");
    };
    assert!(per_picture > limit && limit == Duration::from_secs(1) / 15);
    assert_eq!(capture.frames.recv().await.map(|f| f.is_ok()), None);
    soon("the light", async {
        while set.studio.light() > 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!(set.effects.background(), SLATE, "still wanted");

    // Opened again it tries again; without a background it shows the room.
    set.cost.store(5, Ordering::SeqCst);
    let mut again = set.open();
    assert!(!is_room(&next(&set, &mut again).await.unwrap()));
    set.effects.choose(Background::None);
    soon("the room", async {
        while !is_room(&next(&set, &mut again).await.unwrap()) {}
    })
    .await;
    assert_eq!(set.effects.status(), Status::Idle);
}

#[tokio::test]
async fn a_model_that_fails_or_panics_pauses_the_camera() {
    struct Broken;
    impl FindPerson for Broken {
        fn find(&mut self, _: &I420) -> Result<Vec<f32>, FinderError> {
            panic!("as a runtime might")
        }
    }
    let fails: MakeFinder = Arc::new(|| Err(FinderError::Load("spoilt".into())));
    let panics: MakeFinder = Arc::new(|| Ok(Box::new(Broken)));
    for make in [fails, panics] {
        let set = on(
            Arc::default(),
            ManualClock::shared(),
            make,
            Arc::default(),
            SLATE,
        );
        let mut capture = set.open();
        let end = next(&set, &mut capture).await.err();
        assert_eq!(end, Some(CaptureError::Paused("effect.failed")));
        assert_eq!(set.effects.status(), Status::Stopped(Stop::Failed));
    }
}

#[tokio::test]
async fn all_who_open_a_camera_get_the_same_pictures_of_one_device() {
    let set = set(SLATE);
    let (mut preview, mut sent) = (set.open(), set.open());
    assert_eq!(set.studio.opened.load(Ordering::SeqCst), 1);
    soon("both", async {
        loop {
            let one = next(&set, &mut preview).await.unwrap();
            if let Some(other) = sent.frames.try_recv()
                && Arc::ptr_eq(&one.image, &other.unwrap().image)
            {
                return;
            }
        }
    })
    .await;
    drop(preview);
    assert!(next(&set, &mut sent).await.is_ok());
    assert_eq!(set.studio.light(), 1);
    drop(sent);
    soon("the light", async {
        while set.studio.light() > 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let mut later = set.open();
    assert!(next(&set, &mut later).await.is_ok());
    assert_eq!(set.studio.opened.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_camera_that_is_lost_is_lost_for_all() {
    let set = set(Background::None);
    let (mut one, mut other) = (set.open(), set.open());
    put(&set.studio.camera, Err(CaptureError::Lost));
    for capture in [&mut one, &mut other] {
        let end = soon("the end", capture.frames.recv()).await;
        assert_eq!(end.unwrap().err(), Some(CaptureError::Lost));
    }
}

#[tokio::test]
async fn a_shared_screen_is_never_touched() {
    let set = set(Background::StrongBlur);
    let id = DeviceId("screen".into());
    let mut capture = set.devices.open_screen(&id, WANT).unwrap();
    let shown = room();
    put(&set.studio.screen, Ok(shown.clone()));
    let frame = soon("a picture", capture.frames.recv()).await;
    assert!(Arc::ptr_eq(&frame.unwrap().unwrap().image, &shown.image));
}
