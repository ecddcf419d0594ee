//! Which RTP streams belong to which transceiver (RFC 8843, 9.2), in both directions.

mod info;

use std::collections::HashMap;

use foyer_media::encoded::VideoCodec;
use rtc::interceptor::StreamInfo;
use rtc::rtp::Header;

use crate::transceiver::{MediaKind, TransceiverId};

pub(crate) use info::{rtx_info, stream_info};

/// Streams that the far side may start on one transceiver; further ones replace the oldest unsignalled one.
const MAX_LEARNT: usize = 8;

pub(crate) const MID_URI: &str = "urn:ietf:params:rtp-hdrext:sdes:mid";
pub(crate) const TWCC_URI: &str =
    "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";
pub(crate) const LEVEL_URI: &str = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";
pub(crate) const RID_URI: &str = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id";
pub(crate) const REPAIRED_RID_URI: &str = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id";

/// What an RTP payload type stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum MediaCodec {
    Opus,
    Video(VideoCodec),
}

impl MediaCodec {
    pub(crate) fn clock_rate(self) -> u32 {
        match self {
            Self::Opus => 48_000,
            Self::Video(_) => 90_000,
        }
    }

    pub(crate) fn mime(self) -> &'static str {
        match self {
            Self::Opus => "audio/opus",
            Self::Video(VideoCodec::H264) => "video/H264",
            Self::Video(VideoCodec::Vp8) => "video/VP8",
        }
    }
}

/// A negotiated payload type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Payload {
    pub pt: u8,
    pub codec: MediaCodec,
    pub rtx: Option<u8>,
    /// Of the keys of a telephone beside the sound (RFC 4733), at its clock rate.
    pub tones: Option<u8>,
    /// Of packets that repeat earlier sound (RFC 2198).
    pub red: Option<u8>,
    /// They are preferred to plain ones.
    pub red_first: bool,
    pub nack: bool,
    pub twcc: bool,
}

impl Payload {
    /// True if packets of this type hold its media, plain or with repetitions.
    pub(crate) fn carries(&self, pt: u8) -> bool {
        self.pt == pt || self.red == Some(pt)
    }
}

/// Negotiated ids of header extensions (RFC 8285).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Extensions {
    pub mid: Option<u8>,
    pub twcc: Option<u8>,
    pub level: Option<u8>,
    pub rid: Option<u8>,
    pub repaired_rid: Option<u8>,
}

impl Extensions {
    /// Each with its name.
    pub(crate) fn named(&self) -> [(Option<u8>, &'static str); 5] {
        [
            (self.level, LEVEL_URI),
            (self.twcc, TWCC_URI),
            (self.mid, MID_URI),
            (self.rid, RID_URI),
            (self.repaired_rid, REPAIRED_RID_URI),
        ]
    }

    /// Those that `other` has as well, under our ids.
    pub(crate) fn shared_with(&self, other: &Self) -> Self {
        Self {
            mid: self.mid.and(other.mid),
            twcc: self.twcc.and(other.twcc),
            level: self.level.and(other.level),
            rid: self.rid.and(other.rid),
            repaired_rid: self.repaired_rid.and(other.repaired_rid),
        }
    }
}

/// An RTP stream and the one that repairs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StreamSsrc {
    pub ssrc: u32,
    pub rtx: Option<u32>,
}

impl StreamSsrc {
    /// Numbers for a stream of our own.
    pub(crate) fn random(kind: MediaKind) -> Self {
        Self {
            ssrc: rand::random::<u32>().max(1),
            rtx: (kind == MediaKind::Video).then(|| rand::random::<u32>().max(1)),
        }
    }
}

/// What one m-line receives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Route {
    pub transceiver: TransceiverId,
    pub kind: MediaKind,
    pub mid: String,
    pub receive: bool,
    pub payloads: Vec<Payload>,
    pub signalled: Vec<StreamSsrc>,
    pub extensions: Extensions,
}

/// A stream that is bound to the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Bound {
    transceiver: TransceiverId,
    payload: Payload,
    rtx: Option<u32>,
    signalled: bool,
    /// It repairs this one.
    repairs: Option<u32>,
}

/// What the chain must be told before the packet at hand.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    pub unbind: Vec<StreamInfo>,
    pub bind: Vec<StreamInfo>,
}

/// Tells which transceiver a packet belongs to, and learns streams that no SDP announced.
#[derive(Debug, Default)]
pub(crate) struct Demux {
    routes: Vec<Route>,
    bound: HashMap<u32, Bound>,
    learnt: Vec<u32>,
}

/// Where a packet goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Destination {
    pub transceiver: TransceiverId,
    pub payload: Payload,
    /// Id of the audio level extension.
    pub level: Option<u8>,
}

impl Demux {
    /// Replaces the routes. Streams of m-lines that no longer receive, and signalled streams that are gone, are
    /// unbound.
    pub(crate) fn set_routes(&mut self, routes: Vec<Route>) -> Changes {
        self.routes = routes;
        let mut changes = Changes::default();
        let routes = &self.routes;
        self.bound.retain(|ssrc, bound| {
            let keep = routes
                .iter()
                .find(|route| route.transceiver == bound.transceiver && route.receive)
                .is_some_and(|route| {
                    let known = |wanted: u32| {
                        route
                            .signalled
                            .iter()
                            .any(|s| s.ssrc == wanted || s.rtx == Some(wanted))
                    };
                    let taken = routes.iter().any(|other| {
                        other.transceiver != bound.transceiver
                            && other
                                .signalled
                                .iter()
                                .any(|s| s.ssrc == *ssrc || s.rtx == Some(*ssrc))
                    });
                    let payload_stands = route.payloads.contains(&bound.payload);
                    payload_stands && !taken && (!bound.signalled || known(*ssrc))
                });
            if !keep {
                changes.unbind.push(stream_info(
                    *ssrc,
                    bound.rtx,
                    &bound.payload,
                    &Extensions::default(),
                ));
            }
            keep
        });
        self.learnt.retain(|ssrc| self.bound.contains_key(ssrc));
        changes
    }

    /// Every stream will be new to the chain.
    pub(crate) fn forget(&mut self) {
        self.bound.clear();
        self.learnt.clear();
    }

    /// The transceiver that a feedback packet of ours about `ssrc` is for.
    pub(crate) fn transceiver_of(&self, ssrc: u32) -> Option<TransceiverId> {
        self.bound.get(&ssrc).map(|bound| bound.transceiver)
    }

    /// Primary streams that are bound for a transceiver, the newest last.
    pub(crate) fn streams_of(&self, transceiver: TransceiverId) -> Vec<u32> {
        self.bound
            .iter()
            .filter(|(_, bound)| bound.transceiver == transceiver && bound.repairs.is_none())
            .map(|(ssrc, _)| *ssrc)
            .collect()
    }

    /// The stream that repairs this one.
    pub(crate) fn rtx_of(&self, ssrc: u32) -> Option<u32> {
        let announced = self.bound.get(&ssrc)?.rtx;
        let learnt = || {
            let repairs = |(_, bound): &(&u32, &Bound)| bound.repairs == Some(ssrc);
            self.bound.iter().find(repairs).map(|(rtx, _)| *rtx)
        };
        announced.or_else(learnt)
    }

    /// Where an unwrapped packet goes; `None` for what the packet's m-line did not negotiate.
    pub(crate) fn destination(&self, ssrc: u32, pt: u8) -> Option<Destination> {
        let bound = self.bound.get(&ssrc)?;
        let route = self
            .routes
            .iter()
            .find(|route| route.transceiver == bound.transceiver)?;
        let payload = *route.payloads.iter().find(|payload| payload.carries(pt))?;
        Some(Destination {
            transceiver: bound.transceiver,
            payload,
            level: route.extensions.level,
        })
    }

    /// Finds the transceiver of an arriving packet. A packet of a new stream is placed by its signalled SSRC, else
    /// by its MID, else by a payload type that only one receiving m-line has.
    pub(crate) fn admit(&mut self, header: &Header) -> Option<Changes> {
        if let Some(bound) = self.bound.get(&header.ssrc).copied() {
            return Some(self.follow(header, bound));
        }
        let (index, signalled) = self.place(header)?;
        let route = &self.routes[index];
        let transceiver = route.transceiver;
        let extensions = route.extensions;
        let mut changes = Changes::default();

        let primary_payload = route
            .payloads
            .iter()
            .find(|payload| payload.carries(header.payload_type))
            .copied();
        let repaired_payload = route
            .payloads
            .iter()
            .find(|payload| payload.rtx == Some(header.payload_type))
            .copied();
        match (primary_payload, repaired_payload) {
            (Some(payload), _) => {
                let rtx = signalled.and_then(|stream| stream.rtx);
                self.insert(
                    header.ssrc,
                    transceiver,
                    payload,
                    rtx,
                    signalled.is_some(),
                    None,
                );
                changes
                    .bind
                    .push(stream_info(header.ssrc, rtx, &payload, &extensions));
                if let Some(rtx) = rtx.filter(|_| payload.rtx.is_some()) {
                    self.insert(rtx, transceiver, payload, None, true, Some(header.ssrc));
                    changes.bind.push(rtx_info(rtx, &payload, &extensions));
                }
            }
            (None, Some(payload)) => {
                let primary = match signalled {
                    Some(stream) => stream.ssrc,
                    None => self.only_stream(transceiver)?,
                };
                self.insert(
                    primary,
                    transceiver,
                    payload,
                    Some(header.ssrc),
                    signalled.is_some(),
                    None,
                );
                self.insert(
                    header.ssrc,
                    transceiver,
                    payload,
                    None,
                    signalled.is_some(),
                    Some(primary),
                );
                changes.bind.push(stream_info(
                    primary,
                    Some(header.ssrc),
                    &payload,
                    &extensions,
                ));
                changes
                    .bind
                    .push(rtx_info(header.ssrc, &payload, &extensions));
            }
            (None, None) => return None,
        }
        if signalled.is_none() {
            self.learnt.push(header.ssrc);
            self.forget_oldest(transceiver, &mut changes);
        }
        Some(changes)
    }

    /// A stream may change its codec: the chain has to know the new payload type and its repairs.
    fn follow(&mut self, header: &Header, bound: Bound) -> Changes {
        let mut changes = Changes::default();
        let same = bound.payload.carries(header.payload_type)
            || bound.payload.rtx == Some(header.payload_type);
        let route = self
            .routes
            .iter()
            .find(|route| route.transceiver == bound.transceiver);
        let (false, None, Some(route)) = (same, bound.repairs, route) else {
            return changes;
        };
        let extensions = route.extensions;
        let payload = route
            .payloads
            .iter()
            .find(|payload| payload.carries(header.payload_type));
        if let Some(payload) = payload.copied() {
            changes.unbind.push(stream_info(
                header.ssrc,
                bound.rtx,
                &bound.payload,
                &extensions,
            ));
            changes
                .bind
                .push(stream_info(header.ssrc, bound.rtx, &payload, &extensions));
            self.bound.insert(header.ssrc, Bound { payload, ..bound });
        }
        changes
    }

    fn insert(
        &mut self,
        ssrc: u32,
        transceiver: TransceiverId,
        payload: Payload,
        rtx: Option<u32>,
        signalled: bool,
        repairs: Option<u32>,
    ) {
        self.bound.insert(
            ssrc,
            Bound {
                transceiver,
                payload,
                rtx,
                signalled,
                repairs,
            },
        );
    }

    fn only_stream(&self, transceiver: TransceiverId) -> Option<u32> {
        match self.streams_of(transceiver)[..] {
            [ssrc] => Some(ssrc),
            _ => None,
        }
    }

    fn forget_oldest(&mut self, transceiver: TransceiverId, changes: &mut Changes) {
        let of_this: Vec<u32> = self
            .learnt
            .iter()
            .copied()
            .filter(|ssrc| self.transceiver_of(*ssrc) == Some(transceiver))
            .collect();
        if of_this.len() <= MAX_LEARNT {
            return;
        }
        let oldest = of_this[0];
        self.learnt.retain(|ssrc| *ssrc != oldest);
        if let Some(bound) = self.bound.remove(&oldest) {
            changes.unbind.push(stream_info(
                oldest,
                bound.rtx,
                &bound.payload,
                &Extensions::default(),
            ));
        }
    }

    fn place(&self, header: &Header) -> Option<(usize, Option<StreamSsrc>)> {
        let receiving = || {
            self.routes
                .iter()
                .enumerate()
                .filter(|(_, route)| route.receive)
        };
        for (index, route) in receiving() {
            let stream = route
                .signalled
                .iter()
                .find(|stream| stream.ssrc == header.ssrc || stream.rtx == Some(header.ssrc));
            if let Some(stream) = stream {
                return Some((index, Some(*stream)));
            }
        }
        for (index, route) in receiving() {
            let Some(id) = route.extensions.mid else {
                continue;
            };
            if header.get_extension(id).as_deref() == Some(route.mid.as_bytes()) {
                return Some((index, None));
            }
        }
        let speaks = |route: &Route| {
            route.payloads.iter().any(|payload| {
                payload.carries(header.payload_type) || payload.rtx == Some(header.payload_type)
            })
        };
        let candidates: Vec<usize> = receiving()
            .filter(|(_, route)| speaks(route))
            .map(|(index, _)| index)
            .collect();
        if let [index] = candidates[..] {
            return Some((index, None));
        }
        // Several m-lines share the payload type: the packet can only belong to one that has no stream of its own.
        let free: Vec<usize> = candidates
            .into_iter()
            .filter(|index| {
                let route = &self.routes[*index];
                route.signalled.is_empty() && self.streams_of(route.transceiver).is_empty()
            })
            .collect();
        match free[..] {
            [index] => Some((index, None)),
            _ => None,
        }
    }
}
