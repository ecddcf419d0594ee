//! Simulcast for a far side that receives single streams alone: each layer becomes an m-line, and what the packets say
//! of their RID is read as their MID. As the web-platform-tests do it.
#![allow(dead_code, clippy::unwrap_used)] // Each test file uses its part.

const MID: &str = "urn:ietf:params:rtp-hdrext:sdes:mid";
const RID: &str = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id";
const REPAIRED: &str = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id";

fn sections(sdp: &str) -> Vec<String> {
    let mut parts = sdp.split("\r\nm=");
    let mut found = vec![format!("{}\r\n", parts.next().unwrap())];
    found.extend(parts.map(|part| format!("m={}\r\n", part.trim_end_matches("\r\n"))));
    found
}

fn lines(section: &str, change: impl Fn(&str) -> Option<String>) -> String {
    let kept = section.lines().filter_map(change);
    kept.map(|line| format!("{line}\r\n")).collect()
}

fn id_of(section: &str, uri: &str) -> String {
    let line = section.lines().find(|line| line.ends_with(uri));
    let line = line.unwrap_or_else(|| panic!("no {uri} in {section}"));
    let (id, _) = line["a=extmap:".len()..].split_once(' ').unwrap();
    id.to_owned()
}

/// The offer, whose only m-line is video, with a line for each layer.
pub fn as_lines(offer: &str, rids: &[&str]) -> String {
    let parts = sections(offer);
    let [head, video] = &parts[..] else {
        panic!("not one m-line: {offer}");
    };
    let rid = id_of(video, RID);
    let group = format!("a=group:BUNDLE {}", rids.join(" "));
    let mut text = lines(head, |line| {
        let is_group = line.starts_with("a=group:");
        Some(if is_group {
            group.clone()
        } else {
            line.to_owned()
        })
    });
    for (index, name) in rids.iter().enumerate() {
        text += &lines(video, |line| match line {
            _ if line.starts_with("a=mid:") => Some(format!("a=mid:{name}")),
            _ if line.starts_with("a=msid:") => Some(format!("a=msid:stream layer-{name}")),
            _ if line.starts_with("a=rid:") || line.starts_with("a=simulcast:") => None,
            _ if line.ends_with(MID) => Some(format!("a=extmap:{rid} {MID}")),
            _ if line.ends_with(RID) || line.ends_with(REPAIRED) => None,
            _ if index > 0 && line.contains("candidate") => None,
            _ => Some(line.to_owned()),
        });
    }
    text
}

/// The answer to [`as_lines`] as one to the offer itself, whose line was `mid`, that takes these layers.
pub fn as_layers(offer: &str, answer: &str, mid: &str, taken: &[&str]) -> String {
    let parts = sections(answer);
    let (mid_id, rid_id) = (id_of(offer, MID), id_of(offer, RID));
    let repaired = id_of(offer, REPAIRED);
    let mut text = lines(&parts[0], |line| {
        let is_group = line.starts_with("a=group:");
        Some(if is_group {
            format!("a=group:BUNDLE {mid}")
        } else {
            line.to_owned()
        })
    });
    text += &lines(&parts[1], |line| match line {
        _ if line.starts_with("a=mid:") => Some(format!("a=mid:{mid}")),
        _ if line.ends_with(MID) => Some(format!(
            "a=extmap:{mid_id} {MID}\r\na=extmap:{rid_id} {RID}\r\na=extmap:{repaired} {REPAIRED}"
        )),
        _ => Some(line.to_owned()),
    });
    for rid in taken {
        text += &format!("a=rid:{} recv\r\n", rid.trim_start_matches('~'));
    }
    if !taken.is_empty() {
        text += &format!("a=simulcast:recv {}\r\n", taken.join(";"));
    }
    text
}
