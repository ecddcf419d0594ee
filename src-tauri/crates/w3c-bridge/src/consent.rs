//! The guest's word, asked for outside of the page.

use async_trait::async_trait;
use foyer_media::device::{DeviceId, DeviceInfo};

/// Asks the guest before a page gets to see or hear anything. A page that goes away meanwhile drops the question.
#[async_trait]
pub trait Consent: Send + Sync + 'static {
    /// May the page use this camera?
    async fn camera(&self, device: &DeviceInfo) -> bool;
    /// May the page use this microphone?
    async fn microphone(&self, device: &DeviceInfo) -> bool;
    /// What may the page show: one of these screens, a part of it, or a window, as [`Share`] writes it; `None` for nothing.
    ///
    /// [`Share`]: foyer_media::share::Share
    async fn screen(&self, screens: &[DeviceInfo]) -> Option<DeviceId>;

    /// Resolves once the page may (`allowed`) or may not use this camera, microphone or screen (by the id that
    /// [`screen`](Self::screen) gave); at once if it is so already. The word that is never taken back is the default.
    async fn until(&self, _device: &DeviceInfo, allowed: bool) {
        if !allowed {
            std::future::pending().await
        }
    }
}

/// Says yes to everything and shows the first screen, for tests.
#[derive(Clone, Copy, Debug, Default)]
pub struct ConsentToAll;

#[async_trait]
impl Consent for ConsentToAll {
    async fn camera(&self, _: &DeviceInfo) -> bool {
        true
    }

    async fn microphone(&self, _: &DeviceInfo) -> bool {
        true
    }

    async fn screen(&self, screens: &[DeviceInfo]) -> Option<DeviceId> {
        screens.first().map(|screen| screen.id.clone())
    }
}
