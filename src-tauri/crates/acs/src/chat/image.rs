//! Pictures in messages: where they are to be had, and what is taken for one.

use bytes::Bytes;
use url::Url;

use super::error::ChatError;
use super::message::{Attachment, AttachmentKind};
use crate::endpoint::Endpoint;

/// The largest picture that is fetched, in bytes.
pub const LARGEST: usize = 12 << 20;

/// A picture of a kind that every webview draws. Its kind is read from its bytes, whatever the service says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// For a blob or a data URL.
    pub mime: &'static str,
    /// As they came.
    pub bytes: Bytes,
}

/// Why there is no picture.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum ImageError {
    /// The attachment is no picture, or says nowhere where it is.
    #[error("the attachment is no picture")]
    NotAnImage,
    /// Its address is not one of the chat service: the token must not go there.
    #[error("the picture is not the chat service's")]
    Elsewhere,
    /// What came is no PNG, JPEG, GIF or WebP.
    #[error("the picture is of no known kind")]
    UnknownKind,
    /// The service did not give it.
    #[error(transparent)]
    Chat(ChatError),
}

impl ImageError {
    /// Stable across releases.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotAnImage => "image.not_an_image",
            Self::Elsewhere => "image.elsewhere",
            Self::UnknownKind => "image.unknown_kind",
            Self::Chat(error) => error.code(),
        }
    }
}

/// The service names a host of its own; with the guest's token the resource's endpoint answers for it.
pub(super) fn address(
    endpoint: &Endpoint,
    image: &Attachment,
    large: bool,
) -> Result<Url, ImageError> {
    if image.kind != AttachmentKind::Image {
        return Err(ImageError::NotAnImage);
    }
    let (first, second) = match large {
        true => (&image.url, &image.preview_url),
        false => (&image.preview_url, &image.url),
    };
    let link = first
        .as_ref()
        .or(second.as_ref())
        .ok_or(ImageError::NotAnImage)?;
    let url = Url::parse(link).map_err(|_| ImageError::NotAnImage)?;
    if url.scheme() != "https" || !url.path().starts_with("/chat/") {
        return Err(ImageError::Elsewhere);
    }
    Ok(endpoint.rehost(&url))
}

impl Picture {
    pub(super) fn read(bytes: Bytes) -> Result<Self, ImageError> {
        let mime = match &*bytes {
            [0x89, b'P', b'N', b'G', ..] => "image/png",
            [0xFF, 0xD8, 0xFF, ..] => "image/jpeg",
            [b'G', b'I', b'F', b'8', ..] => "image/gif",
            [
                b'R',
                b'I',
                b'F',
                b'F',
                _,
                _,
                _,
                _,
                b'W',
                b'E',
                b'B',
                b'P',
                ..,
            ] => "image/webp",
            _ => return Err(ImageError::UnknownKind),
        };
        Ok(Self { mime, bytes })
    }
}
