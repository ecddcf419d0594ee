//! Descriptions that are legal and unlike a browser's.

/// Makes other SDP of an SDP.
pub type Rewrite = fn(&str) -> String;

/// One way to write an offer, and what has to be taken out of its answer again before the page sees it.
pub struct Munge {
    /// What is different.
    pub name: &'static str,
    /// Changes the page's offer.
    pub offer: Rewrite,
    /// Changes our answer to it.
    pub answer: Rewrite,
}

const fn plain(name: &'static str, offer: Rewrite) -> Munge {
    Munge {
        name,
        offer,
        answer: str::to_owned,
    }
}

/// Offers.
pub const OFFERS: &[Munge] = &[
    plain("without SSRC lines", without_ssrc),
    plain("without SSRC and MSID lines", without_ssrc_and_msid),
    plain("without directions", without_directions),
    plain("with foreign attributes", with_foreign_attributes),
    plain("with the profile RTP/SAVP", with_plain_profile),
    plain("with bare line feeds", |sdp| sdp.replace("\r\n", "\n")),
    plain(
        "with the fingerprint for the session",
        with_session_fingerprint,
    ),
    plain("as the active side", |sdp| {
        sdp.replace("a=setup:actpass", "a=setup:active")
    }),
    plain("as the passive side", |sdp| {
        sdp.replace("a=setup:actpass", "a=setup:passive")
    }),
    plain("with feedback for every payload type", with_star_feedback),
    Munge {
        name: "with a line of unknown kind",
        offer: |sdp| {
            format!("{sdp}m=x-data 9 UDP/TLS/RTP/SAVPF 0\r\nc=IN IP4 0.0.0.0\r\na=mid:unknown\r\n")
        },
        answer: without_last_line,
    },
    Munge {
        name: "with a bare rejected line",
        offer: |sdp| format!("{sdp}m=video 0 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\n"),
        answer: without_last_line,
    },
];

/// Answers.
pub const ANSWERS: &[(&str, Rewrite)] = &[
    ("without SSRC lines", without_ssrc),
    ("without SSRC and MSID lines", without_ssrc_and_msid),
    ("with foreign attributes", with_foreign_attributes),
    ("with bare line feeds", |sdp| sdp.replace("\r\n", "\n")),
    (
        "with the fingerprint for the session",
        with_session_fingerprint,
    ),
];

/// Says which one is being tried, in the output of a test that fails.
pub fn note(name: &str) {
    let line = format!("description {name}\n");
    let _ = std::io::Write::write_all(&mut std::io::stderr(), line.as_bytes());
}

fn keep(sdp: &str, wanted: impl Fn(&str) -> bool) -> String {
    sdp.split_inclusive("\r\n")
        .filter(|line| wanted(line))
        .collect()
}

fn without_ssrc(sdp: &str) -> String {
    keep(sdp, |line| !line.starts_with("a=ssrc"))
}

fn without_ssrc_and_msid(sdp: &str) -> String {
    keep(&without_ssrc(sdp), |line| !line.starts_with("a=msid:"))
}

fn without_directions(sdp: &str) -> String {
    keep(sdp, |line| line != "a=sendrecv\r\n")
}

fn with_plain_profile(sdp: &str) -> String {
    sdp.replace("UDP/TLS/RTP/SAVPF", "RTP/SAVP")
}

fn with_foreign_attributes(sdp: &str) -> String {
    let extra = "a=x-source-streamid:7\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj\r\na=x-mediabw:main send=1000;recv=1000\r\n";
    let mut text = String::new();
    for line in sdp.split_inclusive("\r\n") {
        text.push_str(line);
        if line.starts_with("a=mid:") {
            text.push_str(extra);
        }
    }
    text
}

fn with_session_fingerprint(sdp: &str) -> String {
    let fingerprint = sdp
        .split_inclusive("\r\n")
        .find(|line| line.starts_with("a=fingerprint:"));
    let fingerprint = fingerprint.unwrap_or_default();
    let rest = keep(sdp, |line| !line.starts_with("a=fingerprint:"));
    rest.replacen("\r\nm=", &format!("\r\n{fingerprint}m="), 1)
}

fn with_star_feedback(sdp: &str) -> String {
    let mut text = String::new();
    let mut video = false;
    for line in keep(sdp, |line| !line.starts_with("a=rtcp-fb:")).split_inclusive("\r\n") {
        text.push_str(line);
        if line.starts_with("m=") {
            video = line.starts_with("m=video");
        } else if video && line.starts_with("a=mid:") {
            for feedback in ["nack", "nack pli", "ccm fir", "transport-cc"] {
                text.push_str(&format!("a=rtcp-fb:* {feedback}\r\n"));
            }
        }
    }
    text
}

fn without_last_line(sdp: &str) -> String {
    let end = sdp.rfind("\r\nm=").map_or(sdp.len(), |at| at + 2);
    sdp[..end].to_owned()
}
