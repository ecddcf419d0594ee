//! What the current descriptions say of each m-line, for webrtc-pc's check whether an offer is due (4.7.3).

use std::collections::HashMap;

use foyer_contract::bridge::connection::Descriptions;
use foyer_contract::bridge::connection::{Direction, Negotiated, SdpType};

struct Section {
    direction: Direction,
    stream_ids: Vec<String>,
}

/// By mid.
pub(super) struct Agreed {
    local: HashMap<String, Section>,
    remote: HashMap<String, Section>,
    local_offered: bool,
}

impl Agreed {
    pub fn read(descriptions: &Descriptions) -> Self {
        let read = |description: &Option<_>| match description {
            Some(foyer_contract::bridge::connection::Description { sdp, .. }) => sections(sdp),
            None => HashMap::new(),
        };
        Self {
            local: read(&descriptions.current_local),
            remote: read(&descriptions.current_remote),
            local_offered: descriptions
                .current_local
                .as_ref()
                .is_some_and(|local| local.kind == SdpType::Offer),
        }
    }

    pub fn on(&self, mid: &str) -> Option<Negotiated> {
        let (local, remote) = (self.local.get(mid)?, self.remote.get(mid)?);
        Some(Negotiated {
            local_direction: local.direction,
            local_stream_ids: local.stream_ids.clone(),
            remote_direction: remote.direction,
            local_offered: self.local_offered,
        })
    }
}

fn sections(sdp: &str) -> HashMap<String, Section> {
    let mut found = HashMap::new();
    let mut common = Direction::SendRecv;
    let mut mid: Option<String> = None;
    let mut section = None;
    let mut finish = |mid: Option<String>, section: Option<Section>| {
        if let (Some(mid), Some(section)) = (mid, section) {
            found.insert(mid, section);
        }
    };
    for line in sdp.lines().map(str::trim_end) {
        if line.starts_with("m=") {
            let fresh = Section {
                direction: common,
                stream_ids: Vec::new(),
            };
            finish(mid.take(), section.replace(fresh));
            continue;
        }
        let Some(attribute) = line.strip_prefix("a=") else {
            continue;
        };
        if let Some(direction) = direction(attribute) {
            match &mut section {
                Some(section) => section.direction = direction,
                None => common = direction,
            }
        }
        let Some(section) = &mut section else {
            continue;
        };
        if let Some(name) = attribute.strip_prefix("mid:") {
            mid = Some(name.to_owned());
        }
        if let Some(msid) = attribute.strip_prefix("msid:") {
            let stream = msid.split(' ').next().unwrap_or_default();
            if !stream.is_empty() && stream != "-" {
                section.stream_ids.push(stream.to_owned());
            }
        }
    }
    finish(mid, section);
    found
}

fn direction(attribute: &str) -> Option<Direction> {
    match attribute {
        "sendrecv" => Some(Direction::SendRecv),
        "sendonly" => Some(Direction::SendOnly),
        "recvonly" => Some(Direction::RecvOnly),
        "inactive" => Some(Direction::Inactive),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use foyer_contract::bridge::connection::Description;

    use super::*;

    #[test]
    fn directions_and_streams_are_read_by_mid() {
        let local = "v=0\r\na=inactive\r\nm=audio 9 X 0\r\na=mid:a\r\na=sendonly\r\na=msid:s1 t\r\na=msid:s2 t\r\n\
                     m=video 9 X 0\r\na=mid:b\r\na=msid:- t\r\n";
        let remote =
            "v=0\r\nm=audio 9 X 0\r\na=mid:a\r\na=recvonly\r\nm=video 9 X 0\r\na=mid:b\r\n";
        let description = |kind, sdp: &str| {
            Some(Description {
                kind,
                sdp: sdp.to_owned(),
            })
        };
        let agreed = Agreed::read(&Descriptions {
            current_local: description(SdpType::Offer, local),
            current_remote: description(SdpType::Answer, remote),
            ..Descriptions::default()
        });
        let audio = agreed.on("a").unwrap();
        assert_eq!(audio.local_stream_ids, ["s1", "s2"]);
        assert_eq!(audio.local_direction, Direction::SendOnly);
        assert_eq!(audio.remote_direction, Direction::RecvOnly);
        assert!(audio.local_offered);
        let video = agreed.on("b").unwrap();
        assert_eq!(video.local_direction, Direction::Inactive);
        assert_eq!(video.remote_direction, Direction::SendRecv);
        assert!(video.local_stream_ids.is_empty());
        assert!(agreed.on("c").is_none());
    }
}
