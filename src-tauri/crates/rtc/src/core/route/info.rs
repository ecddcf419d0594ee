//! Streams in the words of the RTP chain.

use rtc::interceptor::{RTCPFeedback, RTPHeaderExtension, StreamInfo};

use super::{Extensions, MID_URI, MediaCodec, Payload, REPAIRED_RID_URI, RID_URI, TWCC_URI};

/// A stream as the RTP chain needs to know it.
pub(crate) fn stream_info(
    ssrc: u32,
    rtx: Option<u32>,
    payload: &Payload,
    extensions: &Extensions,
) -> StreamInfo {
    let mut feedback = Vec::new();
    if payload.nack {
        feedback.push(RTCPFeedback {
            typ: "nack".to_owned(),
            parameter: String::new(),
        });
    }
    let mut headers = Vec::new();
    if let (true, Some(id)) = (payload.twcc, extensions.twcc) {
        feedback.push(RTCPFeedback {
            typ: "transport-cc".to_owned(),
            parameter: String::new(),
        });
        headers.push(RTPHeaderExtension {
            uri: TWCC_URI.to_owned(),
            id: id.into(),
        });
    }
    let names = [
        (extensions.mid, MID_URI),
        (extensions.rid, RID_URI),
        (extensions.repaired_rid, REPAIRED_RID_URI),
    ];
    headers.extend(names.into_iter().filter_map(|(id, uri)| {
        Some(RTPHeaderExtension {
            uri: uri.to_owned(),
            id: id?.into(),
        })
    }));
    StreamInfo {
        ssrc,
        ssrc_rtx: rtx.filter(|_| payload.rtx.is_some()),
        payload_type: payload.pt,
        payload_type_rtx: payload.rtx.filter(|_| rtx.is_some()),
        rtp_header_extensions: headers,
        mime_type: payload.codec.mime().to_owned(),
        clock_rate: payload.codec.clock_rate(),
        channels: if payload.codec == MediaCodec::Opus {
            2
        } else {
            0
        },
        rtcp_feedback: feedback,
        ..StreamInfo::default()
    }
}

/// The repairing stream in its own right: counted for congestion control, never asked for again.
pub(crate) fn rtx_info(ssrc: u32, payload: &Payload, extensions: &Extensions) -> StreamInfo {
    let mut info = stream_info(ssrc, None, payload, extensions);
    info.payload_type = payload.rtx.unwrap_or(payload.pt);
    info.mime_type = "video/rtx".to_owned();
    info.rtcp_feedback.retain(|feedback| feedback.typ != "nack");
    info
}
