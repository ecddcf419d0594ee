//! Redundant sound (RFC 2198) with Chromium on the far side.
#![cfg(target_os = "linux")] // The browser is where Linux has it.
#![allow(clippy::unwrap_used, dead_code)]

#[path = "chromium/browser.rs"]
mod browser;
#[path = "chromium/media.rs"]
mod media;
#[path = "chromium/rig.rs"]
mod rig;

use std::time::Duration;

use foyer_rtc::{Impairment, MediaKind, TransceiverInit, capabilities};
use media::Feeder;
use rig::{PATIENCE, Rig};

/// Packets that are looked at: ten seconds.
const PACKETS: usize = 500;

#[tokio::test(flavor = "multi_thread")]
async fn the_page_hears_redundant_sound() {
    let rig = Rig::start(None).await;
    let init = TransceiverInit::send_only("foyer", "microphone");
    let near = rig.connection.add_transceiver(MediaKind::Audio, init).await;
    let near = near.unwrap();
    let mut codecs = capabilities(MediaKind::Audio).codecs;
    codecs.sort_by_key(|codec| codec.mime_type != "audio/red");
    near.set_codec_preferences(codecs);
    rig.offer(None).await;
    rig.connected().await;
    let _tone = Feeder::tone(near.clone(), rig.clock.clone());
    let mid = near.mid().unwrap();
    rig.until("the page hears the tone", async || {
        let stats = rig.page_stats("in", &mid).await;
        stats["packets"].as_u64() > Some(100) && stats["energy"].as_f64() > Some(1e-2)
    })
    .await;
    // Which codec it was the page does not tell: it names the one inside. Once, the tone takes 80 bytes a packet.
    let sent = rig.connection.stats().await.streams.remove(0);
    assert!(sent.bytes > sent.packets * 130, "{sent:?}");
    rig.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_s_redundant_sound_fills_the_holes_of_loss() {
    let rig = Rig::start(Some(Impairment {
        loss_in: 0.2,
        loss_out: 0.0,
        delay: Duration::ZERO,
        seed: 5,
    }))
    .await;
    rig.browser.call("send({ kinds: ['audio'] })").await;
    let prefer = "pc.getTransceivers()[0].setCodecPreferences(RTCRtpReceiver.getCapabilities('audio').codecs\
                  .sort((a, b) => (b.mimeType === 'audio/red') - (a.mimeType === 'audio/red')))";
    rig.browser.call(prefer).await;
    rig.page_offers("{}").await;
    rig.connected().await;
    let mut received = rig.track("0").await.receive_audio();
    let mut heard = Vec::new();
    while heard.len() < PACKETS {
        let packet = tokio::time::timeout(PATIENCE, received.recv()).await;
        heard.push(packet.unwrap().unwrap().sequence);
    }
    let count = heard.len();
    heard.sort_unstable();
    heard.dedup();
    assert_eq!(heard.len(), count, "nothing is heard twice");
    // A plain packet is heard once at most: what is beyond came with the packets behind it.
    let stats = rig.connection.stats().await.streams.remove(0);
    assert!(stats.lost > 0, "{stats:?}");
    assert!(stats.frames >= stats.packets + 20, "{stats:?}");
    rig.close().await;
}
