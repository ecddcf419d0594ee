//! Messages on their way to the UI.

use foyer_meeting::chat::{Block, Message, MessageState as CallMessageState, Shown, Span};

use crate::chat::{ChatBlock, ChatMessage, ChatSpan, MessageState};

impl From<Message> for ChatMessage {
    fn from(message: Message) -> Self {
        Self {
            id: message.id,
            from: message.from,
            mine: message.mine,
            text: message.text,
            blocks: message.blocks.into_iter().map(Into::into).collect(),
            sent_at_ms: message.sent_at_ms as f64,
            state: message.state.into(),
        }
    }
}

impl From<Shown> for MessageState {
    fn from(shown: Shown) -> Self {
        match shown {
            Shown::As(CallMessageState::New) => Self::New,
            Shown::As(CallMessageState::Edited) => Self::Edited,
            Shown::As(CallMessageState::Deleted) => Self::Deleted,
            Shown::Sending => Self::Sending,
            Shown::Failed => Self::Failed,
        }
    }
}

impl From<Block> for ChatBlock {
    fn from(block: Block) -> Self {
        match block {
            Block::Paragraph(line) => Self::Paragraph { spans: spans(line) },
            Block::List { ordered, items } => Self::List {
                ordered,
                items: items.into_iter().map(spans).collect(),
            },
            Block::Quote(line) => Self::Quote { spans: spans(line) },
            Block::Code(text) => Self::Code { text },
            Block::Image { alt } => Self::Image { alt },
        }
    }
}

fn spans(line: Vec<Span>) -> Vec<ChatSpan> {
    line.into_iter().map(Into::into).collect()
}

impl From<Span> for ChatSpan {
    fn from(span: Span) -> Self {
        Self {
            text: span.text,
            bold: span.look.bold,
            italic: span.look.italic,
            underline: span.look.underline,
            strike: span.look.strike,
            code: span.look.code,
            link: span.link,
            mention: span.mention,
        }
    }
}
