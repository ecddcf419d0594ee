//! A data channel's task: the crate's channel on one side, our handle on the other.

use std::sync::{Arc, Mutex};

use bytes::{Bytes, BytesMut};
use tokio::sync::{mpsc, watch};
use webrtc::data_channel::{DataChannel as CoreChannel, DataChannelEvent};

use crate::data_channel::{
    COMMAND_QUEUE, DataChannel, DataChannelError, DataChannelState, DataCommand, DataMessage,
    MESSAGE_QUEUE,
};

pub(crate) fn start(channel: Arc<dyn CoreChannel>, label: String) -> DataChannel {
    let (commands, received_commands) = mpsc::channel(COMMAND_QUEUE);
    let (state_tx, state) = watch::channel(DataChannelState::Connecting);
    let (messages_tx, messages) = mpsc::channel(MESSAGE_QUEUE);
    tokio::spawn(read(Arc::clone(&channel), messages_tx, state_tx));
    tokio::spawn(write(channel, received_commands, state.clone()));
    DataChannel {
        label,
        commands,
        state,
        messages: Arc::new(Mutex::new(Some(messages))),
    }
}

async fn read(
    channel: Arc<dyn CoreChannel>,
    messages: mpsc::Sender<DataMessage>,
    state: watch::Sender<DataChannelState>,
) {
    while let Some(event) = channel.poll().await {
        match event {
            DataChannelEvent::OnOpen => {
                state.send_replace(DataChannelState::Open);
            }
            DataChannelEvent::OnMessage(message) => {
                let data = message.data.freeze();
                let message = if message.is_string {
                    DataMessage::Text(String::from_utf8_lossy(&data).into_owned())
                } else {
                    DataMessage::Binary(data)
                };
                // Without a reader messages are dropped; with a slow one SCTP holds the far side back.
                if messages.send(message).await.is_err() {
                    tracing::debug!("data channel message without a reader");
                }
            }
            DataChannelEvent::OnClose | DataChannelEvent::OnError => break,
            _ => {}
        }
    }
    state.send_replace(DataChannelState::Closed);
}

async fn write(
    channel: Arc<dyn CoreChannel>,
    mut commands: mpsc::Receiver<DataCommand>,
    mut state: watch::Receiver<DataChannelState>,
) {
    loop {
        let command = tokio::select! {
            command = commands.recv() => command,
            closed = state.wait_for(|state| *state == DataChannelState::Closed) => {
                drop(closed);
                return;
            }
        };
        match command {
            Some(DataCommand::Send(message, done)) => {
                let result = send(&*channel, message, &state).await;
                // The sender may have lost interest.
                let _ = done.send(result);
            }
            Some(DataCommand::Close) | None => break,
        }
    }
    if let Err(error) = channel.close().await {
        tracing::debug!(%error, "data channel not closed cleanly");
    }
}

async fn send(
    channel: &dyn CoreChannel,
    message: DataMessage,
    state: &watch::Receiver<DataChannelState>,
) -> Result<(), DataChannelError> {
    if *state.borrow() != DataChannelState::Open {
        return Err(DataChannelError::Closed);
    }
    let sent = match message {
        DataMessage::Text(text) => channel.send_text(&text).await,
        DataMessage::Binary(bytes) => channel.send(copy(&bytes)).await,
    };
    sent.map_err(|error| DataChannelError::Refused(error.to_string()))
}

fn copy(bytes: &Bytes) -> BytesMut {
    BytesMut::from(&bytes[..])
}
