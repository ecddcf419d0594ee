//! The SDP between us and the core: always the same audio m-line, and the data channel if there is one.

use super::remote::{RemoteTransport, Setup};
use super::sdp::{self, Description, Media};
use crate::error::NegotiationError;

/// Payload type of the core's own audio line. Outside of what peers use, so that no packet is ever taken for it.
pub(crate) const PLACEHOLDER_PT: u8 = 62;

/// How we can be reached, as the core says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct LocalTransport {
    pub ufrag: String,
    pub pwd: String,
    pub fingerprint: String,
    /// Candidates that are known already, with `candidate:`.
    pub candidates: Vec<String>,
    pub gathered: bool,
}

impl LocalTransport {
    /// Reads what the core has written.
    pub(crate) fn read(text: &str) -> Result<(Self, Setup), NegotiationError> {
        let wrong = || NegotiationError::Engine("the core wrote an unusable SDP".to_owned());
        let description = sdp::parse(text)?;
        let media = description.media.first().ok_or_else(wrong)?;
        let value = |name: &str| media.value(name).or_else(|| description.value(name));
        let fingerprint = value("fingerprint").ok_or_else(wrong)?;
        let setup = match value("setup") {
            Some("active") => Setup::Active,
            Some("passive") => Setup::Passive,
            _ => Setup::ActPass,
        };
        let transport = Self {
            ufrag: value("ice-ufrag").ok_or_else(wrong)?.to_owned(),
            pwd: value("ice-pwd").ok_or_else(wrong)?.to_owned(),
            fingerprint: fingerprint.to_owned(),
            candidates: Vec::new(),
            gathered: false,
        };
        Ok((transport, setup))
    }

    /// Takes over what stays valid: the sockets outlive an ICE restart, and the core does not name them again.
    pub(crate) fn inherit(&mut self, before: &Self) {
        self.candidates.clone_from(&before.candidates);
        self.gathered = before.gathered;
    }

    pub(crate) fn describe(&self, media: &mut Media, setup: Setup) {
        media.add("ice-ufrag", self.ufrag.clone());
        media.add("ice-pwd", self.pwd.clone());
        media.add("ice-options", "trickle");
        media.add("fingerprint", self.fingerprint.clone());
        media.add("setup", setup.as_str());
    }

    /// Writes the candidates that are known already into the m-line that carries the transport.
    pub(crate) fn reach(&self, description: &mut Description) {
        let carrier = description.media.iter_mut().find(|media| media.port != 0);
        let Some(media) = carrier else { return };
        for candidate in &self.candidates {
            media.add(
                "candidate",
                candidate.trim_start_matches("candidate:").to_owned(),
            );
        }
        if self.gathered {
            media.flag("end-of-candidates");
        }
    }
}

/// Mids of the core's own lines, from its own description.
pub(crate) fn mids(text: &str) -> Result<Vec<(String, String)>, NegotiationError> {
    Ok(sdp::parse(text)?
        .media
        .iter()
        .map(|media| {
            let mid = media.value("mid").unwrap_or("0");
            (media.kind.clone(), mid.to_owned())
        })
        .collect())
}

/// A remote description for the core.
pub(crate) fn remote(
    version: u64,
    lines: &[(String, String)],
    transport: &RemoteTransport,
    setup: Setup,
    sctp_port: u16,
    max_message_size: u64,
) -> String {
    let mut description = Description {
        session_id: 1,
        version,
        ..Description::default()
    };
    if transport.lite {
        description.attributes.push(sdp::Attribute {
            name: "ice-lite".to_owned(),
            value: None,
        });
    }
    description.add("ice-options", "trickle");
    let mids: Vec<&str> = lines.iter().map(|(_, mid)| mid.as_str()).collect();
    description.add("group", format!("BUNDLE {}", mids.join(" ")));
    for (kind, mid) in lines {
        let mut media = if kind == "application" {
            let mut media = Media::new(kind, 9, "UDP/DTLS/SCTP", vec!["webrtc-datachannel".into()]);
            media.add("sctp-port", sctp_port.to_string());
            media.add("max-message-size", max_message_size.to_string());
            media
        } else {
            let format = PLACEHOLDER_PT.to_string();
            let mut media = Media::new(kind, 9, "UDP/TLS/RTP/SAVPF", vec![format.clone()]);
            media.add("rtpmap", format!("{format} opus/48000/2"));
            media.flag("recvonly");
            media.flag("rtcp-mux");
            media
        };
        media.add("mid", mid.clone());
        media.add("ice-ufrag", transport.ufrag.clone());
        media.add("ice-pwd", transport.pwd.clone());
        media.add("fingerprint", format!("sha-256 {}", transport.fingerprint));
        media.add("setup", setup.as_str());
        description.media.push(media);
    }
    description.write()
}
