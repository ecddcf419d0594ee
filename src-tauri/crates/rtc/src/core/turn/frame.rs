//! Datagrams on a stream (RFC 8656 3.2), and the little of STUN (RFC 8489) that tells how a server took a request.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use bytes::{Buf, Bytes, BytesMut};

const STUN_HEADER: usize = 20;
const CHANNEL_HEADER: usize = 4;
const ALLOCATE: u16 = 0x003;
const REFRESH: u16 = 0x004;
const REQUEST: u16 = 0x000;
const SUCCESS: u16 = 0x100;
const ERROR: u16 = 0x110;
const USERNAME: u16 = 0x0006;
const ERROR_CODE: u16 = 0x0009;
/// RFC 8656 19: the server has no allocation for who asks.
const ALLOCATION_MISMATCH: u16 = 437;
const LIFETIME: u16 = 0x000d;
const XOR_RELAYED_ADDRESS: u16 = 0x0016;

/// STUN's transaction id.
pub(super) type Transaction = [u8; 12];

/// The stream does not carry STUN and ChannelData.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the server speaks something else than TURN")]
pub(super) struct NotTurn;

/// The length of the frame that begins here without its padding, and with it; `None` if more must be read to tell.
fn lengths(head: &[u8]) -> Result<Option<(usize, usize)>, NotTurn> {
    let &[first, _, high, low, ..] = head else {
        return Ok(None);
    };
    let length = usize::from(u16::from_be_bytes([high, low]));
    match first >> 6 {
        0 if length.is_multiple_of(4) => {
            let whole = STUN_HEADER + length;
            Ok(Some((whole, whole)))
        }
        1 => {
            let whole = CHANNEL_HEADER + length;
            Ok(Some((whole, whole.next_multiple_of(4))))
        }
        _ => Err(NotTurn),
    }
}

/// Appends a datagram as it goes on a stream. What is neither STUN nor ChannelData is left out.
pub(super) fn write(datagram: &[u8], stream: &mut Vec<u8>) {
    let Ok(Some((whole, padded))) = lengths(datagram) else {
        return;
    };
    let Some(frame) = datagram.get(..whole) else {
        return;
    };
    stream.extend_from_slice(frame);
    stream.resize(stream.len() + padded - whole, 0);
}

/// Takes the next whole frame off a stream; `None` if more must be read.
pub(super) fn read(stream: &mut BytesMut) -> Result<Option<Bytes>, NotTurn> {
    let Some((whole, padded)) = lengths(stream)? else {
        return Ok(None);
    };
    if stream.len() < padded {
        return Ok(None);
    }
    let frame = stream.split_to(whole).freeze();
    stream.advance(padded - whole);
    Ok(Some(frame))
}

/// What a message means to the one who watches an allocation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A request; with credentials or without.
    Request {
        /// Its id.
        transaction: Transaction,
        /// It asks for the allocation.
        allocate: bool,
        /// It gives the allocation back.
        release: bool,
        /// It is signed.
        signed: bool,
    },
    /// The server gave an allocation, at this address.
    Allocated(Option<SocketAddr>),
    /// The server refused one.
    Refused {
        /// Of the request.
        transaction: Transaction,
        /// RFC 8489 14.8, RFC 8656 19.
        code: u16,
        /// The server's words.
        reason: String,
    },
    /// The server knows nothing of the allocation any more.
    Forgotten,
    /// Anything else.
    Other,
}

/// Reads a datagram. Never fails: what is malformed means nothing.
pub(super) fn meaning(datagram: &[u8]) -> Meaning {
    stun(datagram).unwrap_or(Meaning::Other)
}

fn stun(datagram: &[u8]) -> Option<Meaning> {
    let head: &[u8; STUN_HEADER] = datagram.first_chunk()?;
    if head[0] >> 6 != 0 {
        return None;
    }
    let kind = u16::from_be_bytes([head[0], head[1]]);
    let (class, method) = (kind & 0x110, kind & !0x110);
    let transaction: Transaction = *head.last_chunk()?;
    let body = &datagram[STUN_HEADER..];
    match (class, method) {
        (REQUEST, method) => Some(Meaning::Request {
            transaction,
            allocate: method == ALLOCATE,
            release: method == REFRESH && attribute(body, LIFETIME) == Some(&[0; 4]),
            signed: attribute(body, USERNAME).is_some(),
        }),
        (SUCCESS, ALLOCATE) => {
            let address = attribute(body, XOR_RELAYED_ADDRESS);
            let address = address.and_then(|value| address_of(value, head));
            Some(Meaning::Allocated(address))
        }
        (ERROR, ALLOCATE) => {
            let (code, reason) = error_code(body)?;
            Some(Meaning::Refused {
                transaction,
                code,
                reason,
            })
        }
        (ERROR, _) => {
            let (code, _) = error_code(body)?;
            (code == ALLOCATION_MISMATCH).then_some(Meaning::Forgotten)
        }
        _ => None,
    }
}

/// RFC 8489 14.2.
fn address_of(value: &[u8], head: &[u8; STUN_HEADER]) -> Option<SocketAddr> {
    let [_, family, high, low, ip @ ..] = value else {
        return None;
    };
    let port = u16::from_be_bytes([high ^ head[4], low ^ head[5]]);
    // The cookie, and for IPv6 the transaction id after it.
    let mask = &head[4..];
    let ip = match family {
        1 => {
            let ip: [u8; 4] = ip.try_into().ok()?;
            IpAddr::V4(Ipv4Addr::from(std::array::from_fn(|i| ip[i] ^ mask[i])))
        }
        2 => {
            let ip: [u8; 16] = ip.try_into().ok()?;
            let bytes: [u8; 16] = std::array::from_fn(|i| ip[i] ^ mask[i]);
            IpAddr::V6(Ipv6Addr::from(bytes))
        }
        _ => return None,
    };
    Some(SocketAddr::new(ip, port))
}

fn error_code(body: &[u8]) -> Option<(u16, String)> {
    let [_, _, class, number, reason @ ..] = attribute(body, ERROR_CODE)? else {
        return None;
    };
    let reason = String::from_utf8_lossy(reason);
    let reason = reason.chars().filter(|c| !c.is_control()).take(128);
    Some((
        u16::from(class & 7) * 100 + u16::from(*number),
        reason.collect(),
    ))
}

fn attribute(mut body: &[u8], wanted: u16) -> Option<&[u8]> {
    loop {
        let &[a, b, high, low, ref rest @ ..] = body else {
            return None;
        };
        let length = usize::from(u16::from_be_bytes([high, low]));
        if u16::from_be_bytes([a, b]) == wanted {
            return rest.get(..length);
        }
        body = rest.get(length.next_multiple_of(4)..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(kind: u16, attributes: &[(u16, &[u8])]) -> Vec<u8> {
        let mut body = Vec::new();
        for (name, value) in attributes {
            body.extend(name.to_be_bytes());
            body.extend((value.len() as u16).to_be_bytes());
            body.extend_from_slice(value);
            body.resize(body.len().next_multiple_of(4), 0);
        }
        let mut message = kind.to_be_bytes().to_vec();
        message.extend((body.len() as u16).to_be_bytes());
        message.extend([0x21, 0x12, 0xa4, 0x42]);
        message.extend([7; 12]);
        message.extend(body);
        message
    }

    #[test]
    fn frames_survive_any_cut() {
        let stun = message(0x0003, &[(USERNAME, b"alice")]);
        let channel = [&[0x40, 1, 0, 5][..], b"hello"].concat();
        let mut stream = Vec::new();
        for datagram in [&stun, &channel, &stun] {
            write(datagram, &mut stream);
        }
        assert_eq!(stream.len() % 4, 0);
        for step in 1..=stream.len() {
            let mut buffer = BytesMut::new();
            let mut found = Vec::new();
            for piece in stream.chunks(step) {
                buffer.extend_from_slice(piece);
                while let Some(frame) = read(&mut buffer).unwrap() {
                    found.push(frame.to_vec());
                }
            }
            assert_eq!(found, [stun.clone(), channel.clone(), stun.clone()]);
            assert!(buffer.is_empty());
        }
    }

    #[test]
    fn padding_of_a_datagram_is_not_doubled() {
        let padded = [&[0x40, 1, 0, 5][..], b"hello", &[0, 0, 0]].concat();
        let mut stream = Vec::new();
        write(&padded, &mut stream);
        assert_eq!(stream, padded);
    }

    #[test]
    fn something_else_is_noticed() {
        let mut http = BytesMut::from(&b"HTTP/1.1 400 Bad Request\r\n"[..]);
        // `H` looks like ChannelData, whose length then never comes to match.
        assert_eq!(read(&mut http), Ok(None));
        assert_eq!(
            read(&mut BytesMut::from(&[0x80, 0, 0, 0][..])),
            Err(NotTurn)
        );
        assert_eq!(read(&mut BytesMut::from(&[0, 1, 0, 3][..])), Err(NotTurn));
    }

    #[test]
    fn answers_are_understood() {
        let signed = message(0x0003, &[(0x0019, &[17, 0, 0, 0]), (USERNAME, b"bob")]);
        assert_eq!(
            meaning(&signed),
            Meaning::Request {
                transaction: [7; 12],
                allocate: true,
                release: false,
                signed: true,
            }
        );
        let release = message(0x0004, &[(LIFETIME, &[0; 4])]);
        assert!(matches!(
            meaning(&release),
            Meaning::Request { release: true, .. }
        ));
        assert_eq!(meaning(&message(0x0103, &[])), Meaning::Allocated(None));
        // RFC 5769 2.2: 192.0.2.1 port 32853.
        let address = [0, 1, 0xa1, 0x47, 0xe1, 0x12, 0xa6, 0x43];
        assert_eq!(
            meaning(&message(0x0103, &[(XOR_RELAYED_ADDRESS, &address)])),
            Meaning::Allocated(Some("192.0.2.1:32853".parse().unwrap()))
        );
        let mut value = vec![0, 0, 4, 1];
        value.extend(b"Unauthorized");
        let refused = meaning(&message(0x0113, &[(ERROR_CODE, &value)]));
        assert_eq!(
            refused,
            Meaning::Refused {
                transaction: [7; 12],
                code: 401,
                reason: "Unauthorized".to_owned(),
            }
        );
        let gone = message(0x0114, &[(ERROR_CODE, &[0, 0, 4, 37])]);
        assert_eq!(meaning(&gone), Meaning::Forgotten);
        assert_eq!(meaning(&message(0x0016, &[])), Meaning::Other);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_judged(bytes in proptest::collection::vec(0_u8.., 0..200)) {
            meaning(&bytes);
            write(&bytes, &mut Vec::new());
            let mut buffer = BytesMut::from(&bytes[..]);
            while let Ok(Some(_)) = read(&mut buffer) {}
        }
    }
}
