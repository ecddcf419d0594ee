//! What Foyer can send and receive, and what of it a remote m-line shares.

use foyer_media::encoded::VideoCodec;

use super::sdp::Media;
use crate::core::route::{
    Extensions, LEVEL_URI, MID_URI, MediaCodec, Payload, REPAIRED_RID_URI, RID_URI, TWCC_URI,
};
use crate::transceiver::MediaKind;

const OPUS_FMTP: &str = "minptime=10;useinbandfec=1";
/// Keys 0 to 9, star, hash and A to D, which every receiver knows without being told (RFC 4733, 2.4.1).
const TONES: &str = "telephone-event/48000";
const TONES_FMTP: &str = "0-15";
const RED: &str = "red/48000/2";
const H264_PROFILE: &str = "42e01f";

/// A payload type with what is needed to write it down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Format {
    pub payload: Payload,
    /// Value of `a=fmtp`, without the payload type.
    pub fmtp: String,
    pub pli: bool,
    pub fir: bool,
}

fn video(pt: u8, rtx: u8, codec: VideoCodec, fmtp: String) -> Format {
    Format {
        payload: Payload {
            pt,
            codec: MediaCodec::Video(codec),
            rtx: Some(rtx),
            tones: None,
            red: None,
            red_first: false,
            nack: true,
            twcc: true,
        },
        fmtp,
        pli: true,
        fir: true,
    }
}

fn h264_fmtp(profile: &str) -> String {
    format!("level-asymmetry-allowed=1;packetization-mode=1;profile-level-id={profile}")
}

/// What is offered when nothing was agreed on before, best first.
pub(crate) fn defaults(kind: MediaKind) -> Vec<Format> {
    match kind {
        MediaKind::Audio => vec![Format {
            payload: Payload {
                pt: 111,
                codec: MediaCodec::Opus,
                rtx: None,
                tones: Some(110),
                red: Some(63),
                red_first: false,
                nack: false,
                twcc: true,
            },
            fmtp: OPUS_FMTP.to_owned(),
            pli: false,
            fir: false,
        }],
        MediaKind::Video => vec![
            video(102, 103, VideoCodec::H264, h264_fmtp(H264_PROFILE)),
            video(96, 97, VideoCodec::Vp8, String::new()),
        ],
    }
}

/// Keeps the codecs an application wants, in its order; all if it has no wish.
pub(crate) fn preferred(formats: Vec<Format>, wanted: &[VideoCodec]) -> Vec<Format> {
    if wanted.is_empty() {
        return formats;
    }
    wanted
        .iter()
        .flat_map(|codec| {
            formats
                .iter()
                .filter(|format| format.payload.codec == MediaCodec::Video(*codec))
                .cloned()
        })
        .collect()
}

fn parameter<'a>(fmtp: &'a str, name: &str) -> Option<&'a str> {
    fmtp.split(';').find_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        key.trim().eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

fn fmtp_of(media: &Media, pt: u8) -> &str {
    media
        .values("fmtp")
        .find_map(|line| {
            let (number, value) = line.split_once(' ')?;
            (number.trim() == pt.to_string()).then(|| value.trim())
        })
        .unwrap_or("")
}

fn feedback(media: &Media, pt: u8, wanted: &str) -> bool {
    media.values("rtcp-fb").any(|line| {
        let Some((number, value)) = line.split_once(' ') else {
            return false;
        };
        (number == "*" || number == pt.to_string()) && value.trim().eq_ignore_ascii_case(wanted)
    })
}

/// How well an H.264 variant suits: `None` if not at all. What is sent is constrained baseline in packetization mode 1.
fn h264_rank(fmtp: &str) -> Option<u8> {
    if parameter(fmtp, "packetization-mode") != Some("1") {
        return None;
    }
    let profile = parameter(fmtp, "profile-level-id")
        .unwrap_or("420010")
        .to_ascii_lowercase();
    match profile.get(..4)? {
        "42e0" | "42c0" => Some(0),
        "4200" => Some(1),
        "4d00" | "4de0" | "6400" | "640c" => Some(2),
        _ if profile.starts_with("42") => Some(1),
        _ => None,
    }
}

/// The formats of a remote m-line that Foyer has too, best first: H.264 before VP8, constrained baseline before others.
pub(crate) fn shared(media: &Media, kind: MediaKind) -> Vec<Format> {
    let mut ranked = known(media, kind);
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, format)| format).collect()
}

/// The formats of an m-line that Foyer has, in the order of the line.
pub(crate) fn listed(media: &Media, kind: MediaKind) -> Vec<Format> {
    let formats = known(media, kind).into_iter();
    formats.map(|(_, format)| format).collect()
}

fn known(media: &Media, kind: MediaKind) -> Vec<(u8, Format)> {
    let mut ranked = Vec::new();
    let mut repairs = Vec::new();
    let mut tones = None;
    let mut redundant = Vec::new();
    for format in &media.formats {
        let Ok(pt) = format.parse::<u8>() else {
            continue;
        };
        let Some(map) = media.values("rtpmap").find_map(|line| {
            let (number, value) = line.split_once(char::is_whitespace)?;
            (number == format).then(|| value.trim().to_ascii_lowercase())
        }) else {
            continue;
        };
        let fmtp = fmtp_of(media, pt);
        let found = match (kind, map.as_str()) {
            (MediaKind::Audio, "opus/48000/2" | "opus/48000") => {
                Some((0, MediaCodec::Opus, OPUS_FMTP.to_owned()))
            }
            (MediaKind::Audio, TONES | "telephone-event/48000/1") => {
                tones = tones.or(Some(pt));
                None
            }
            (MediaKind::Audio, RED) => {
                let mut blocks = fmtp.split('/').map(|block| block.trim().parse::<u8>());
                if let Some(Ok(first)) = blocks.next()
                    && blocks.all(|block| block == Ok(first))
                {
                    redundant.push((first, pt, ranked.len()));
                }
                None
            }
            (MediaKind::Video, "h264/90000") => h264_rank(fmtp).map(|rank| {
                let profile = parameter(fmtp, "profile-level-id").unwrap_or("420010");
                (
                    rank,
                    MediaCodec::Video(VideoCodec::H264),
                    h264_fmtp(profile),
                )
            }),
            (MediaKind::Video, "vp8/90000") => {
                Some((8, MediaCodec::Video(VideoCodec::Vp8), String::new()))
            }
            (MediaKind::Video, "rtx/90000") => {
                if let Some(apt) = parameter(fmtp, "apt").and_then(|apt| apt.parse::<u8>().ok()) {
                    repairs.push((apt, pt));
                }
                None
            }
            _ => None,
        };
        if let Some((rank, codec, fmtp)) = found {
            let payload = Payload {
                pt,
                codec,
                rtx: None,
                tones: None,
                red: None,
                red_first: false,
                nack: kind == MediaKind::Video && feedback(media, pt, "nack"),
                twcc: feedback(media, pt, "transport-cc"),
            };
            let format = Format {
                payload,
                fmtp,
                pli: feedback(media, pt, "nack pli"),
                fir: feedback(media, pt, "ccm fir"),
            };
            ranked.push((rank, format));
        }
    }
    for (place, (_, format)) in ranked.iter_mut().enumerate() {
        let mut redundant = redundant.iter();
        let red = redundant.find(|(repeated, ..)| *repeated == format.payload.pt);
        format.payload.red = red.map(|(_, pt, _)| *pt);
        format.payload.red_first = red.is_some_and(|(_, _, before)| *before <= place);
        let repair = repairs.iter().find(|(apt, _)| *apt == format.payload.pt);
        format.payload.rtx = repair.map(|(_, pt)| *pt);
        format.payload.tones = tones;
    }
    ranked
}

/// Ids of the header extensions that a remote m-line shares with us. Ids beyond the one-byte form are left alone.
pub(crate) fn shared_extensions(media: &Media, kind: MediaKind) -> Extensions {
    let id_of = |wanted: &str| {
        media.values("extmap").find_map(|line| {
            let mut fields = line.split_whitespace();
            let id = fields.next()?.split('/').next()?.parse::<u8>().ok()?;
            (fields.next()? == wanted && (1..=14).contains(&id)).then_some(id)
        })
    };
    Extensions {
        mid: id_of(MID_URI),
        twcc: id_of(TWCC_URI),
        level: if kind == MediaKind::Audio {
            id_of(LEVEL_URI)
        } else {
            None
        },
        rid: id_of(RID_URI).filter(|_| kind == MediaKind::Video),
        repaired_rid: id_of(REPAIRED_RID_URI).filter(|_| kind == MediaKind::Video),
    }
}

/// The ids we offer.
pub(crate) fn default_extensions(kind: MediaKind) -> Extensions {
    Extensions {
        mid: Some(4),
        twcc: Some(3),
        level: (kind == MediaKind::Audio).then_some(1),
        rid: (kind == MediaKind::Video).then_some(10),
        repaired_rid: (kind == MediaKind::Video).then_some(11),
    }
}

/// Writes formats and extensions into an m-line.
pub(crate) fn describe(media: &mut Media, formats: &[Format], extensions: &Extensions) {
    let primary = |format: &Format| {
        let Payload {
            pt, red, red_first, ..
        } = format.payload;
        let (first, second) = if red_first {
            (red, Some(pt))
        } else {
            (Some(pt), red)
        };
        first.into_iter().chain(second)
    };
    let mut numbers: Vec<String> = formats
        .iter()
        .flat_map(primary)
        .map(|pt| pt.to_string())
        .collect();
    numbers.extend(
        formats
            .iter()
            .filter_map(|format| format.payload.rtx)
            .map(|pt| pt.to_string()),
    );
    numbers.extend(
        formats
            .iter()
            .filter_map(|format| format.payload.tones)
            .map(|pt| pt.to_string()),
    );
    media.formats = numbers;
    for (id, uri) in extensions.named() {
        if let Some(id) = id {
            media.add("extmap", format!("{id} {uri}"));
        }
    }
    for format in formats {
        let pt = format.payload.pt;
        let name = match format.payload.codec {
            MediaCodec::Opus => "opus/48000/2",
            MediaCodec::Video(VideoCodec::H264) => "H264/90000",
            MediaCodec::Video(VideoCodec::Vp8) => "VP8/90000",
        };
        media.add("rtpmap", format!("{pt} {name}"));
        let kinds = [
            (format.payload.twcc, "transport-cc"),
            (format.fir, "ccm fir"),
            (format.payload.nack, "nack"),
            (format.pli, "nack pli"),
        ];
        for (_, kind) in kinds.iter().filter(|(has, _)| *has) {
            media.add("rtcp-fb", format!("{pt} {kind}"));
        }
        if !format.fmtp.is_empty() {
            media.add("fmtp", format!("{pt} {}", format.fmtp));
        }
        if let Some(rtx) = format.payload.rtx {
            media.add("rtpmap", format!("{rtx} rtx/90000"));
            media.add("fmtp", format!("{rtx} apt={pt}"));
        }
        if let Some(red) = format.payload.red {
            media.add("rtpmap", format!("{red} {RED}"));
            media.add("fmtp", format!("{red} {pt}/{pt}"));
        }
        if let Some(tones) = format.payload.tones {
            media.add("rtpmap", format!("{tones} {TONES}"));
            media.add("fmtp", format!("{tones} {TONES_FMTP}"));
        }
    }
}
