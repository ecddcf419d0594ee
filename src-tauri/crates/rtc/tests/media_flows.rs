//! Frames and packets between two connections over real sockets.
#![allow(clippy::unwrap_used)]

#[path = "peers/pair.rs"]
mod pair;

use foyer_rtc::{Direction, MediaKind, TransceiverInit};
use pair::{camera, h264, negotiate, next, opus, pair};

#[tokio::test(flavor = "multi_thread")]
async fn the_first_frame_arrives_whole_and_soon() {
    let (a, b) = pair().await;
    let video = a
        .connection
        .add_transceiver(MediaKind::Video, TransceiverInit::send_only("s", "v"))
        .await
        .unwrap();
    let began = a.clock.now();
    negotiate(&a, &b).await;
    let track = b.until("track", |seen| seen.tracks.len() == 1).await;
    assert_eq!(track.tracks[0].1, ["s"]);
    let mut frames = track.tracks[0].0.receive_video();
    a.connected().await;
    let connected = a.clock.now().since(began);
    let _camera = camera(&a, video, 5_000);
    let first = next(&mut frames, "the camera").await;
    let took = a.clock.now().since(began);
    tracing::info!(?connected, ?took, "offer to first frame");
    #[allow(clippy::print_stdout)] // The figure is what this test is for.
    {
        println!("offer -> connected {connected:?}, -> first frame {took:?}");
    }
    assert!(first.key);
    let wanted = h264(0, true, 5_000, first.at);
    assert_eq!(first.data, wanted.data);
    for number in 1..20 {
        let frame = next(&mut frames, "the camera").await;
        if !frame.key {
            assert_eq!(frame.data, h264(number, false, 5_000, frame.at).data);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sound_and_several_pictures_flow_both_ways() {
    let (a, b) = pair().await;
    let add = async |kind, name: &str| {
        let init = TransceiverInit::send_recv("s", name);
        a.connection.add_transceiver(kind, init).await.unwrap()
    };
    let audio = add(MediaKind::Audio, "a0").await;
    let videos = [
        add(MediaKind::Video, "v0").await,
        add(MediaKind::Video, "v1").await,
        add(MediaKind::Video, "v2").await,
    ];
    let offer = a.connection.create_offer().await.unwrap();
    a.connection
        .set_local_description(foyer_rtc::SdpKind::Offer, &offer)
        .await
        .unwrap();
    b.connection
        .set_remote_description(foyer_rtc::SdpKind::Offer, &offer)
        .await
        .unwrap();
    for transceiver in b.connection.transceivers() {
        transceiver.set_direction(Direction::SendRecv);
    }
    pair::answer(&a, &b, |_, sdp| sdp).await;
    a.connected().await;
    b.connected().await;
    a.until("tracks", |seen| seen.tracks.len() == 4).await;

    let mut cameras = Vec::new();
    let mut readers = Vec::new();
    for (index, near) in videos.iter().enumerate() {
        let far = b.by_mid(&near.mid().unwrap());
        readers.push((near.receive_video(), 3_000 + index));
        readers.push((far.receive_video(), 1_000 + index));
        cameras.push(camera(&a, near.clone(), 1_000 + index));
        cameras.push(camera(&b, far, 3_000 + index));
    }
    for (frames, size) in &mut readers {
        for _ in 0..10 {
            let frame = next(frames, "a camera").await;
            let (overhead_key, overhead) = (14 + 8 + 9, 9);
            let wanted = *size + if frame.key { overhead_key } else { overhead };
            assert_eq!(frame.data.len(), wanted, "frame of another stream");
        }
    }
    let far = b.by_mid(&audio.mid().unwrap());
    let mut to_b = far.receive_audio();
    let mut to_a = audio.receive_audio();
    for number in 0..50 {
        assert!(audio.send_audio(&opus(number, a.clock.now())));
        assert!(far.send_audio(&opus(1_000 + number, b.clock.now())));
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    for (reader, base) in [(&mut to_b, 0), (&mut to_a, 1_000)] {
        let mut last = None;
        for number in 0..50 {
            let packet = tokio::time::timeout(pair::LIMIT, reader.recv())
                .await
                .unwrap()
                .unwrap();
            assert_eq!(packet.data, opus(base + number, packet.at).data);
            assert_eq!(packet.level, Some(30));
            if let Some(last) = last {
                assert_eq!(packet.sequence, last + 1);
            }
            last = Some(packet.sequence);
        }
    }
}
