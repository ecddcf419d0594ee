//! Formats and header extensions in the words of webrtc-pc (5.2.9 to 5.2.12), and preferences among them.

use super::capability::{self, Format};
use crate::core::route::{Extensions, MediaCodec};
use crate::snapshot::{Capabilities, Codec, HeaderExtension};
use crate::transceiver::{MediaKind, Settings};

const TONES: &str = "audio/telephone-event";
const RED: &str = "audio/red";

fn codec(format: &Format, pt: u8) -> Codec {
    let codec = format.payload.codec;
    Codec {
        payload_type: pt,
        mime_type: codec.mime().to_owned(),
        clock_rate: codec.clock_rate(),
        channels: (codec == MediaCodec::Opus).then_some(2),
        sdp_fmtp_line: (!format.fmtp.is_empty()).then(|| format.fmtp.clone()),
    }
}

fn repair(format: &Format, rtx: u8) -> Codec {
    Codec {
        payload_type: rtx,
        mime_type: "video/rtx".to_owned(),
        clock_rate: format.payload.codec.clock_rate(),
        channels: None,
        sdp_fmtp_line: Some(format!("apt={}", format.payload.pt)),
    }
}

fn tones(format: &Format, pt: u8) -> Codec {
    Codec {
        payload_type: pt,
        mime_type: TONES.to_owned(),
        clock_rate: format.payload.codec.clock_rate(),
        channels: Some(1),
        sdp_fmtp_line: None,
    }
}

fn redundant(format: &Format, pt: u8) -> Codec {
    let repeated = format.payload.pt;
    Codec {
        payload_type: pt,
        mime_type: RED.to_owned(),
        clock_rate: format.payload.codec.clock_rate(),
        channels: Some(2),
        sdp_fmtp_line: Some(format!("{repeated}/{repeated}")),
    }
}

/// `RTCRtpParameters.codecs`, each with its retransmissions behind it.
pub(crate) fn codecs(formats: &[Format]) -> Vec<Codec> {
    formats
        .iter()
        .flat_map(|format| {
            let rtx = format.payload.rtx.map(|rtx| repair(format, rtx));
            let tones = format.payload.tones.map(|pt| tones(format, pt));
            let own = Some(codec(format, format.payload.pt));
            let red = format.payload.red.map(|pt| redundant(format, pt));
            let first = if format.payload.red_first {
                [red, own]
            } else {
                [own, red]
            };
            first.into_iter().flatten().chain(rtx).chain(tones)
        })
        .collect()
}

/// `RTCRtpParameters.headerExtensions`.
pub(crate) fn header_extensions(extensions: &Extensions) -> Vec<HeaderExtension> {
    let named = extensions.named().into_iter();
    named
        .filter_map(|(id, uri)| {
            Some(HeaderExtension {
                uri: uri.to_owned(),
                id: id?,
            })
        })
        .collect()
}

/// What any connection can send and receive (`getCapabilities`). Payload types and ids are 0; there is one entry for
/// all retransmissions.
pub fn capabilities(kind: MediaKind) -> Capabilities {
    let formats = capability::defaults(kind);
    let mut codecs: Vec<Codec> = formats.iter().map(|format| codec(format, 0)).collect();
    let with_red = |format: &Format| format.payload.red.map(|_| redundant(format, 0));
    codecs.extend(formats.iter().filter_map(with_red));
    let with_tones = formats
        .iter()
        .filter(|format| format.payload.tones.is_some());
    codecs.extend(with_tones.map(|format| tones(format, 0)));
    if kind == MediaKind::Video {
        codecs.push(Codec {
            payload_type: 0,
            mime_type: "video/rtx".to_owned(),
            clock_rate: 90_000,
            channels: None,
            sdp_fmtp_line: None,
        });
    }
    let extensions = capability::default_extensions(kind);
    let header_extensions = header_extensions(&extensions)
        .into_iter()
        .map(|extension| HeaderExtension { id: 0, ..extension })
        .collect();
    Capabilities {
        codecs,
        header_extensions,
    }
}

/// Formats as the application prefers them; all if that leaves none.
pub(crate) fn preferred(formats: &[Format], settings: &Settings) -> Vec<Format> {
    let mut chosen = capability::preferred(formats.to_vec(), &settings.codecs);
    let wanted = &settings.preferences;
    if !wanted.is_empty() {
        let is = |codec: &Codec, mime: &str| codec.mime_type.eq_ignore_ascii_case(mime);
        let place = |mime: &str| wanted.iter().position(|codec| is(codec, mime));
        let red = place(RED);
        let with_tones = wanted.iter().any(|codec| is(codec, TONES));
        let repaired = wanted.iter().any(|codec| is(codec, "video/rtx"));
        let mut ordered: Vec<Format> = Vec::new();
        for codec in wanted {
            for format in &chosen {
                if is(codec, format.payload.codec.mime()) && !ordered.contains(format) {
                    ordered.push(format.clone());
                }
            }
        }
        for format in &mut ordered {
            format.payload.rtx = format.payload.rtx.filter(|_| repaired);
            format.payload.tones = format.payload.tones.filter(|_| with_tones);
            format.payload.red = format.payload.red.filter(|_| red.is_some());
            let before = red < place(format.payload.codec.mime());
            format.payload.red_first = format.payload.red.is_some() && before;
        }
        chosen = ordered;
    }
    if chosen.is_empty() {
        return formats.to_vec();
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(preferences: &[&str]) -> Settings {
        let named = |mime: &&str| Codec {
            payload_type: 0,
            mime_type: (*mime).to_owned(),
            clock_rate: 90_000,
            channels: None,
            sdp_fmtp_line: None,
        };
        Settings {
            stream_ids: Vec::new(),
            track_id: String::new(),
            codecs: Vec::new(),
            preferences: preferences.iter().map(named).collect(),
            paused_layers: Vec::new(),
        }
    }

    #[test]
    fn preferences_order_and_leave_out() {
        let all = capability::defaults(MediaKind::Video);
        let mimes = |preferences: &[&str]| -> Vec<String> {
            let chosen = preferred(&all, &settings(preferences));
            codecs(&chosen)
                .into_iter()
                .map(|codec| codec.mime_type)
                .collect()
        };
        assert_eq!(
            mimes(&[]),
            ["video/H264", "video/rtx", "video/VP8", "video/rtx"]
        );
        assert_eq!(
            mimes(&["video/vp8", "video/rtx", "video/H264"]),
            ["video/VP8", "video/rtx", "video/H264", "video/rtx"]
        );
        assert_eq!(mimes(&["video/VP8"]), ["video/VP8"]);
        assert_eq!(mimes(&["video/AV1"]).len(), 4);
    }

    #[test]
    fn capabilities_name_what_is_offered() {
        let audio = capabilities(MediaKind::Audio);
        assert_eq!(audio.codecs[0].channels, Some(2));
        assert_eq!(audio.header_extensions.len(), 3);
        let video = capabilities(MediaKind::Video);
        assert_eq!(
            video.codecs.last().map(|c| c.mime_type.as_str()),
            Some("video/rtx")
        );
    }
}
