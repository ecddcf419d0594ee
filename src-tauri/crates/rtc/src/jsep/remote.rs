//! What a remote description means, with all that it may leave out filled in.

use super::capability::{Format, listed, shared, shared_extensions};
use super::sdp::{self, Description, Media};
use super::simulcast::Simulcast;
use crate::core::route::{Extensions, StreamSsrc};
use crate::direction::Direction;
use crate::error::NegotiationError;
use crate::transceiver::MediaKind;

/// Who opens DTLS (RFC 8842).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Setup {
    ActPass,
    Active,
    Passive,
}

impl Setup {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::ActPass => "actpass",
            Self::Active => "active",
            Self::Passive => "passive",
        }
    }
}

/// How to reach the far side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RemoteTransport {
    pub ufrag: String,
    pub pwd: String,
    /// SHA-256, the hex part.
    pub fingerprint: String,
    pub setup: Setup,
    pub lite: bool,
}

/// What an m-line is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LineKind {
    Media(MediaKind),
    Data,
    /// Nothing we know: answered with port 0.
    Unknown,
}

/// One m-line.
#[derive(Clone, Debug)]
pub(crate) struct RemoteLine {
    pub kind: LineKind,
    /// `None` if the line has none.
    pub mid: Option<String>,
    pub rejected: bool,
    /// Shares the one transport.
    pub bundled: bool,
    pub direction: Direction,
    pub stream_ids: Vec<String>,
    pub track_id: Option<String>,
    pub formats: Vec<Format>,
    pub extensions: Extensions,
    pub ssrcs: Vec<StreamSsrc>,
    pub simulcast: Simulcast,
    pub sctp_port: u16,
    pub max_message_size: Option<u64>,
    /// As it was written, for an answer that rejects it.
    pub head: Media,
}

/// A whole description.
#[derive(Clone, Debug)]
pub(crate) struct Remote {
    pub transport: Option<RemoteTransport>,
    pub lines: Vec<RemoteLine>,
    pub candidates: Vec<String>,
    /// It said `ice-options:trickle`.
    pub trickles: bool,
}

/// Whose order of codecs counts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Ours,
    Written,
}

fn refuse(line: usize, reason: &str) -> NegotiationError {
    NegotiationError::Sdp {
        line,
        reason: reason.to_owned(),
    }
}

pub(crate) fn read(text: &str) -> Result<Remote, NegotiationError> {
    read_in(text, Order::Ours)
}

/// A description of our own that somebody has edited: its codecs stay in the order of its m-lines.
pub(crate) fn read_own(text: &str) -> Result<Remote, NegotiationError> {
    read_in(text, Order::Written)
}

fn read_in(text: &str, order: Order) -> Result<Remote, NegotiationError> {
    let description = sdp::parse(text)?;
    let bundle: Vec<&str> = description
        .values("group")
        .filter_map(|value| value.strip_prefix("BUNDLE"))
        .flat_map(str::split_whitespace)
        .collect();
    let anchor = description
        .media
        .iter()
        .find(|media| !is_rejected(media) && kind_of(media) != LineKind::Unknown);
    let transport = anchor
        .map(|media| transport(&description, media))
        .transpose()?;

    let mut lines = Vec::with_capacity(description.media.len());
    for media in &description.media {
        let line = line(&description, media, &bundle, anchor, order)?;
        let twice = line.mid.is_some()
            && lines
                .iter()
                .any(|other: &RemoteLine| other.mid == line.mid && !other.rejected);
        if twice && !line.rejected {
            return Err(refuse(media.line, "two m-lines with one mid"));
        }
        lines.push(line);
    }
    let candidates = description
        .media
        .iter()
        .flat_map(|media| media.values("candidate"))
        .chain(description.values("candidate"))
        .map(|value| format!("candidate:{value}"))
        .collect();
    let trickles = |value: &str| value.split_whitespace().any(|option| option == "trickle");
    let trickles = description
        .values("ice-options")
        .chain(
            description
                .media
                .iter()
                .flat_map(|media| media.values("ice-options")),
        )
        .any(trickles);
    Ok(Remote {
        transport,
        lines,
        candidates,
        trickles,
    })
}

fn is_rejected(media: &Media) -> bool {
    media.port == 0 && !media.has("bundle-only")
}

fn kind_of(media: &Media) -> LineKind {
    let rtp = media.proto.contains("RTP/");
    match media.kind.as_str() {
        "audio" if rtp => LineKind::Media(MediaKind::Audio),
        "video" if rtp => LineKind::Media(MediaKind::Video),
        "application" if media.proto.to_ascii_uppercase().contains("SCTP") => LineKind::Data,
        _ => LineKind::Unknown,
    }
}

fn transport(
    description: &Description,
    media: &Media,
) -> Result<RemoteTransport, NegotiationError> {
    let attribute = |name: &str| media.value(name).or_else(|| description.value(name));
    let (Some(ufrag), Some(pwd)) = (attribute("ice-ufrag"), attribute("ice-pwd")) else {
        return Err(refuse(media.line, "no ICE credentials"));
    };
    let token = |text: &str, least: usize| {
        (least..=256).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"+/-_=".contains(&byte))
    };
    if !token(ufrag, 1) || !token(pwd, 1) {
        return Err(refuse(media.line, "malformed ICE credentials"));
    }
    let fingerprint = media
        .values("fingerprint")
        .chain(description.values("fingerprint"))
        .filter_map(|value| value.split_once(char::is_whitespace))
        .find(|(hash, _)| hash.eq_ignore_ascii_case("sha-256"))
        .map(|(_, hex)| hex.trim().to_ascii_uppercase());
    let Some(fingerprint) = fingerprint else {
        return Err(refuse(media.line, "no SHA-256 fingerprint"));
    };
    let bytes: Vec<&str> = fingerprint.split(':').collect();
    let hex = |byte: &&str| byte.len() == 2 && byte.bytes().all(|b| b.is_ascii_hexdigit());
    if bytes.len() != 32 || !bytes.iter().all(hex) {
        return Err(refuse(media.line, "malformed fingerprint"));
    }
    Ok(RemoteTransport {
        ufrag: ufrag.to_owned(),
        pwd: pwd.to_owned(),
        fingerprint,
        setup: match attribute("setup") {
            Some("active") => Setup::Active,
            Some("passive") => Setup::Passive,
            _ => Setup::ActPass,
        },
        lite: description.has("ice-lite"),
    })
}

fn direction(description: &Description, media: &Media) -> Direction {
    for (name, direction) in [
        ("sendrecv", Direction::SendRecv),
        ("sendonly", Direction::SendOnly),
        ("recvonly", Direction::RecvOnly),
        ("inactive", Direction::Inactive),
    ] {
        if media.has(name) {
            return direction;
        }
    }
    for (name, direction) in [
        ("sendonly", Direction::SendOnly),
        ("recvonly", Direction::RecvOnly),
        ("inactive", Direction::Inactive),
    ] {
        if description.has(name) {
            return direction;
        }
    }
    Direction::SendRecv
}

fn line(
    description: &Description,
    media: &Media,
    bundle: &[&str],
    anchor: Option<&Media>,
    order: Order,
) -> Result<RemoteLine, NegotiationError> {
    let kind = kind_of(media);
    let mid = media
        .value("mid")
        .filter(|mid| !mid.is_empty())
        .map(str::to_owned);
    if mid.as_ref().is_some_and(|mid| mid.len() > 255) {
        return Err(refuse(media.line, "mid too long"));
    }
    let credentials = |media: &Media| {
        media
            .value("ice-ufrag")
            .or_else(|| description.value("ice-ufrag"))
            .map(str::to_owned)
    };
    let is_anchor = anchor.is_some_and(|anchor| anchor.line == media.line);
    let grouped = |media: &Media| media.value("mid").is_some_and(|mid| bundle.contains(&mid));
    let same_transport = anchor.is_some_and(|anchor| {
        (grouped(anchor) && grouped(media))
            || (media.value("ice-ufrag").is_some() || description.has("ice-ufrag"))
                && credentials(anchor) == credentials(media)
    });
    let (formats, extensions) = match kind {
        LineKind::Media(kind) => {
            let formats = match order {
                Order::Ours => shared(media, kind),
                Order::Written => listed(media, kind),
            };
            (formats, shared_extensions(media, kind))
        }
        _ => (Vec::new(), Extensions::default()),
    };
    Ok(RemoteLine {
        kind,
        mid,
        rejected: is_rejected(media),
        bundled: is_anchor || same_transport,
        direction: direction(description, media),
        stream_ids: stream_ids(media),
        track_id: track_id(media),
        formats,
        extensions,
        ssrcs: ssrcs(media),
        simulcast: match kind {
            LineKind::Media(MediaKind::Video) => Simulcast::read(media),
            _ => Simulcast::default(),
        },
        sctp_port: media
            .value("sctp-port")
            .and_then(|port| port.parse().ok())
            .unwrap_or(5000),
        max_message_size: media
            .value("max-message-size")
            .and_then(|size| size.parse().ok()),
        head: Media {
            attributes: Vec::new(),
            ..media.clone()
        },
    })
}

fn stream_ids(media: &Media) -> Vec<String> {
    let mut ids: Vec<String> = media
        .values("msid")
        .filter_map(|value| value.split_whitespace().next())
        .filter(|id| *id != "-")
        .map(str::to_owned)
        .collect();
    if ids.is_empty() {
        ids = media
            .values("ssrc")
            .filter_map(|value| value.split_once("msid:"))
            .filter_map(|(_, value)| value.split_whitespace().next())
            .filter(|id| *id != "-")
            .map(str::to_owned)
            .collect();
    }
    let mut once = Vec::with_capacity(ids.len());
    for id in ids {
        if !once.contains(&id) {
            once.push(id);
        }
    }
    once
}

fn track_id(media: &Media) -> Option<String> {
    let of_streams = media
        .values("ssrc")
        .filter_map(|value| value.split_once("msid:"))
        .map(|(_, value)| value);
    let mut ids = media
        .values("msid")
        .chain(of_streams)
        .filter_map(|value| value.split_whitespace().nth(1));
    ids.next().map(str::to_owned)
}

fn ssrcs(media: &Media) -> Vec<StreamSsrc> {
    let number = |text: &str| text.parse::<u32>().ok();
    let mut repairs = Vec::new();
    for group in media.values("ssrc-group") {
        let mut fields = group.split_whitespace();
        if fields.next() == Some("FID")
            && let (Some(primary), Some(rtx)) = (
                fields.next().and_then(number),
                fields.next().and_then(number),
            )
        {
            repairs.push((primary, rtx));
        }
    }
    let mut found: Vec<StreamSsrc> = Vec::new();
    for value in media.values("ssrc") {
        let Some(ssrc) = value.split_whitespace().next().and_then(number) else {
            continue;
        };
        let is_repair = repairs.iter().any(|(_, rtx)| *rtx == ssrc);
        if is_repair || found.iter().any(|stream| stream.ssrc == ssrc) {
            continue;
        }
        found.push(StreamSsrc {
            ssrc,
            rtx: repairs
                .iter()
                .find(|(primary, _)| *primary == ssrc)
                .map(|(_, rtx)| *rtx),
        });
    }
    found
}
