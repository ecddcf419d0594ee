//! Between the words of the wire and those of the engine.

use foyer_contract::bridge::connection as wire;
use foyer_contract::bridge::event::RtpSource;
use foyer_media::clock::MediaTime;
use foyer_rtc as rtc;

pub(crate) fn ice_servers(servers: Vec<wire::IceServer>) -> Vec<rtc::IceServer> {
    let servers = servers.into_iter().map(|server| rtc::IceServer {
        urls: server.urls,
        username: server.username,
        credential: server.credential,
    });
    servers.collect()
}

pub(crate) fn direction(direction: wire::Direction) -> rtc::Direction {
    match direction {
        wire::Direction::SendRecv => rtc::Direction::SendRecv,
        wire::Direction::SendOnly => rtc::Direction::SendOnly,
        wire::Direction::RecvOnly => rtc::Direction::RecvOnly,
        wire::Direction::Inactive => rtc::Direction::Inactive,
    }
}

pub(crate) fn direction_out(direction: rtc::Direction) -> wire::Direction {
    match direction {
        rtc::Direction::SendRecv => wire::Direction::SendRecv,
        rtc::Direction::SendOnly => wire::Direction::SendOnly,
        rtc::Direction::RecvOnly => wire::Direction::RecvOnly,
        rtc::Direction::Inactive => wire::Direction::Inactive,
    }
}

pub(crate) fn kind(kind: wire::MediaKind) -> rtc::MediaKind {
    match kind {
        wire::MediaKind::Audio => rtc::MediaKind::Audio,
        wire::MediaKind::Video => rtc::MediaKind::Video,
    }
}

pub(crate) fn kind_out(kind: rtc::MediaKind) -> wire::MediaKind {
    match kind {
        rtc::MediaKind::Audio => wire::MediaKind::Audio,
        rtc::MediaKind::Video => wire::MediaKind::Video,
    }
}

pub(crate) fn sdp_kind(kind: wire::SdpType) -> rtc::SdpKind {
    match kind {
        wire::SdpType::Offer => rtc::SdpKind::Offer,
        wire::SdpType::Pranswer => rtc::SdpKind::PrAnswer,
        wire::SdpType::Answer => rtc::SdpKind::Answer,
        wire::SdpType::Rollback => rtc::SdpKind::Rollback,
    }
}

pub(crate) fn signaling(state: rtc::SignalingState) -> wire::SignalingState {
    match state {
        rtc::SignalingState::Stable => wire::SignalingState::Stable,
        rtc::SignalingState::HaveLocalOffer => wire::SignalingState::HaveLocalOffer,
        rtc::SignalingState::HaveRemoteOffer => wire::SignalingState::HaveRemoteOffer,
        rtc::SignalingState::HaveLocalPranswer => wire::SignalingState::HaveLocalPranswer,
        rtc::SignalingState::HaveRemotePranswer => wire::SignalingState::HaveRemotePranswer,
    }
}

fn description(description: &rtc::Description) -> wire::Description {
    let kind = match description.kind {
        rtc::SdpKind::Offer => wire::SdpType::Offer,
        rtc::SdpKind::PrAnswer => wire::SdpType::Pranswer,
        rtc::SdpKind::Answer => wire::SdpType::Answer,
        rtc::SdpKind::Rollback => wire::SdpType::Rollback,
    };
    wire::Description {
        kind,
        sdp: description.sdp.clone(),
    }
}

pub(crate) fn descriptions(snapshot: &rtc::Snapshot) -> wire::Descriptions {
    wire::Descriptions {
        current_local: snapshot.current_local.as_ref().map(description),
        pending_local: snapshot.pending_local.as_ref().map(description),
        current_remote: snapshot.current_remote.as_ref().map(description),
        pending_remote: snapshot.pending_remote.as_ref().map(description),
    }
}

pub(crate) fn candidate(init: wire::CandidateInit) -> rtc::Candidate {
    rtc::Candidate {
        candidate: init.candidate,
        sdp_mid: init.sdp_mid,
        sdp_m_line_index: init.sdp_m_line_index,
        username_fragment: init.username_fragment,
    }
}

pub(crate) fn candidate_out(candidate: rtc::Candidate) -> wire::CandidateInit {
    wire::CandidateInit {
        candidate: candidate.candidate,
        sdp_mid: candidate.sdp_mid,
        sdp_m_line_index: candidate.sdp_m_line_index,
        username_fragment: candidate.username_fragment,
    }
}

pub(crate) fn codec(codec: wire::Codec) -> rtc::Codec {
    rtc::Codec {
        payload_type: codec.payload_type,
        mime_type: codec.mime_type,
        clock_rate: codec.clock_rate,
        channels: codec.channels,
        sdp_fmtp_line: codec.sdp_fmtp_line,
    }
}

pub(crate) fn codec_out(codec: rtc::Codec) -> wire::Codec {
    wire::Codec {
        mime_type: codec.mime_type,
        clock_rate: codec.clock_rate,
        channels: codec.channels,
        sdp_fmtp_line: codec.sdp_fmtp_line,
        payload_type: codec.payload_type,
    }
}

pub(crate) fn extension_out(extension: rtc::HeaderExtension) -> wire::HeaderExtension {
    wire::HeaderExtension {
        uri: extension.uri,
        id: extension.id.into(),
    }
}

pub(crate) fn capability(kind: rtc::MediaKind) -> wire::Capability {
    let all = rtc::capabilities(kind);
    wire::Capability {
        codecs: all.codecs.into_iter().map(codec_out).collect(),
        header_extensions: all
            .header_extensions
            .into_iter()
            .map(extension_out)
            .collect(),
    }
}

pub(crate) fn source(source: rtc::Source, now: MediaTime) -> RtpSource {
    RtpSource {
        source: source.source,
        contributing: source.contributing,
        age: now.since(MediaTime(source.at)).as_secs_f64() * 1_000.0,
        rtp_timestamp: source.rtp_timestamp,
        audio_level: source.audio_level,
    }
}

pub(crate) fn gathering_word(state: rtc::IceGatheringState) -> &'static str {
    match state {
        rtc::IceGatheringState::New => "new",
        rtc::IceGatheringState::Gathering => "gathering",
        rtc::IceGatheringState::Complete => "complete",
    }
}

pub(crate) fn ice_word(state: rtc::IceConnectionState) -> &'static str {
    match state {
        rtc::IceConnectionState::New => "new",
        rtc::IceConnectionState::Checking => "checking",
        rtc::IceConnectionState::Connected => "connected",
        rtc::IceConnectionState::Completed => "completed",
        rtc::IceConnectionState::Disconnected => "disconnected",
        rtc::IceConnectionState::Failed => "failed",
        rtc::IceConnectionState::Closed => "closed",
    }
}

pub(crate) fn dtls_word(state: rtc::DtlsState) -> &'static str {
    match state {
        rtc::DtlsState::New => "new",
        rtc::DtlsState::Connecting => "connecting",
        rtc::DtlsState::Connected => "connected",
        rtc::DtlsState::Closed => "closed",
        rtc::DtlsState::Failed => "failed",
    }
}

pub(crate) fn connection_word(state: rtc::ConnectionState) -> &'static str {
    match state {
        rtc::ConnectionState::New => "new",
        rtc::ConnectionState::Connecting => "connecting",
        rtc::ConnectionState::Connected => "connected",
        rtc::ConnectionState::Disconnected => "disconnected",
        rtc::ConnectionState::Failed => "failed",
        rtc::ConnectionState::Closed => "closed",
    }
}
