//! Whole calls between two connections of one page.

mod page;

use foyer_contract::bridge::command::Command;
use foyer_contract::bridge::event::Event;
use futures_util::SinkExt;
use tokio_tungstenite::tungstenite::Message;

use page::{Page, channel_init, message};

#[tokio::test(flavor = "multi_thread")]
async fn a_data_channel_carries_texts_and_bytes_both_ways() {
    let bridge = page::bridge().await;
    let mut page = Page::open(&bridge).await;
    let (one, other) = (page.new_connection().await, page.new_connection().await);
    let channel = page.handle();
    let init = channel_init("talk");
    page.tell(Command::ChannelNew {
        pc: one,
        channel,
        init,
    })
    .await;
    page.negotiate(one, other).await;
    page.connect_pair(one, other).await;
    let far = page
        .event(|event| match event {
            Event::ChannelNew {
                pc, channel, init, ..
            } if *pc == other => {
                assert_eq!(init.label, "talk");
                Some(*channel)
            }
            _ => None,
        })
        .await;
    assert_eq!(far % 2, 0, "the engine's handles are even");
    page.event(|event| match event {
        Event::ChannelOpen { channel: open, .. } if *open == channel => Some(()),
        _ => None,
    })
    .await;
    for (from, to, kind, payload) in [
        (channel, far, 1, "grüß dich".as_bytes()),
        (far, channel, 2, &[0, 255, 7]),
    ] {
        let sent = message(from, kind, payload);
        page.socket.send(Message::binary(sent)).await.unwrap();
        assert_eq!(page.message().await, message(to, kind, payload));
        let bytes = page
            .event(|event| match event {
                Event::ChannelSent { channel, bytes } if *channel == from => Some(*bytes),
                _ => None,
            })
            .await;
        assert_eq!(bytes as usize, payload.len());
    }
    page.tell(Command::ChannelClose { channel }).await;
    for end in [channel, far] {
        page.event(|event| match event {
            Event::ChannelClosed { channel, .. } if *channel == end => Some(()),
            _ => None,
        })
        .await;
    }
}
