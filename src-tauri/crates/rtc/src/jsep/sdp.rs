//! Session descriptions as text (RFC 8866): a reader that forgives, a writer that does not have to be forgiven.

use std::fmt::Write;

use crate::error::NegotiationError;

/// Longest description that is read.
pub(crate) const MAX_BYTES: usize = 256 * 1024;
/// Most m-lines that are read or made.
pub(crate) const MAX_MEDIA: usize = 64;

/// `a=name` or `a=name:value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attribute {
    pub name: String,
    pub value: Option<String>,
}

/// An m-line with what belongs to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Media {
    pub kind: String,
    pub port: u16,
    pub proto: String,
    pub formats: Vec<String>,
    pub attributes: Vec<Attribute>,
    /// Where it stood in the text.
    pub line: usize,
}

/// A description as far as it matters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Description {
    pub session_id: u64,
    pub version: u64,
    pub attributes: Vec<Attribute>,
    pub media: Vec<Media>,
}

fn refuse(line: usize, reason: impl Into<String>) -> NegotiationError {
    NegotiationError::Sdp {
        line,
        reason: reason.into(),
    }
}

fn attribute(text: &str) -> Attribute {
    match text.split_once(':') {
        Some((name, value)) => Attribute {
            name: name.trim().to_owned(),
            value: Some(value.trim().to_owned()),
        },
        None => Attribute {
            name: text.trim().to_owned(),
            value: None,
        },
    }
}

pub(crate) fn parse(text: &str) -> Result<Description, NegotiationError> {
    if text.len() > MAX_BYTES {
        return Err(refuse(1, format!("longer than {MAX_BYTES} bytes")));
    }
    let mut description = Description::default();
    let mut versioned = false;
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        let line = line.trim_end();
        if line.is_empty() {
            continue;
        }
        let Some((name, value)) = line.split_once('=') else {
            return Err(refuse(number, "not of the form x=value"));
        };
        if name.len() != 1 || !name.as_bytes()[0].is_ascii_lowercase() {
            return Err(refuse(number, "not of the form x=value"));
        }
        if !versioned && name != "v" {
            return Err(refuse(number, "does not begin with v="));
        }
        match name {
            "v" if value.trim() != "0" => return Err(refuse(number, "version is not 0")),
            "v" => versioned = true,
            "o" => {
                let mut fields = value.split_whitespace().skip(1);
                let mut next = || fields.next().and_then(|field| field.parse().ok());
                description.session_id = next().unwrap_or(0);
                description.version = next().unwrap_or(0);
            }
            "m" => {
                if description.media.len() == MAX_MEDIA {
                    return Err(refuse(number, format!("more than {MAX_MEDIA} m-lines")));
                }
                description.media.push(media(value, number)?);
            }
            "a" => {
                let attribute = attribute(value);
                match description.media.last_mut() {
                    Some(media) => media.attributes.push(attribute),
                    None => description.attributes.push(attribute),
                }
            }
            _ => {}
        }
    }
    if !versioned {
        return Err(refuse(1, "empty"));
    }
    Ok(description)
}

fn media(value: &str, line: usize) -> Result<Media, NegotiationError> {
    let mut fields = value.split_whitespace();
    let (Some(kind), Some(port), Some(proto)) = (fields.next(), fields.next(), fields.next())
    else {
        return Err(refuse(line, "m-line without kind, port and protocol"));
    };
    let port = port.split('/').next().unwrap_or(port);
    let Ok(port) = port.parse() else {
        return Err(refuse(line, "m-line without a port number"));
    };
    Ok(Media {
        kind: kind.to_owned(),
        port,
        proto: proto.to_owned(),
        formats: fields.map(str::to_owned).collect(),
        attributes: Vec::new(),
        line,
    })
}

fn find<'a>(attributes: &'a [Attribute], name: &str) -> Option<&'a Attribute> {
    attributes.iter().find(|attribute| attribute.name == name)
}

impl Media {
    pub(crate) fn new(kind: &str, port: u16, proto: &str, formats: Vec<String>) -> Self {
        Self {
            kind: kind.to_owned(),
            port,
            proto: proto.to_owned(),
            formats,
            ..Self::default()
        }
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        find(&self.attributes, name).is_some()
    }

    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        find(&self.attributes, name)?.value.as_deref()
    }

    pub(crate) fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        values(&self.attributes, name)
    }

    pub(crate) fn flag(&mut self, name: &str) {
        self.attributes.push(Attribute {
            name: name.to_owned(),
            value: None,
        });
    }

    pub(crate) fn add(&mut self, name: &str, value: impl Into<String>) {
        self.attributes.push(Attribute {
            name: name.to_owned(),
            value: Some(value.into()),
        });
    }
}

fn values<'a>(attributes: &'a [Attribute], name: &'a str) -> impl Iterator<Item = &'a str> {
    attributes
        .iter()
        .filter(move |attribute| attribute.name == name)
        .filter_map(|attribute| attribute.value.as_deref())
}

impl Description {
    pub(crate) fn has(&self, name: &str) -> bool {
        find(&self.attributes, name).is_some()
    }

    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        find(&self.attributes, name)?.value.as_deref()
    }

    pub(crate) fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        values(&self.attributes, name)
    }

    pub(crate) fn add(&mut self, name: &str, value: impl Into<String>) {
        self.attributes.push(Attribute {
            name: name.to_owned(),
            value: Some(value.into()),
        });
    }

    pub(crate) fn write(&self) -> String {
        let mut text = String::with_capacity(1024 + self.media.len() * 1024);
        let line = |text: std::fmt::Arguments<'_>, out: &mut String| {
            out.write_fmt(text).expect("writing to a string");
            out.push_str("\r\n");
        };
        let (id, version) = (self.session_id, self.version);
        line(format_args!("v=0"), &mut text);
        line(
            format_args!("o=- {id} {version} IN IP4 127.0.0.1"),
            &mut text,
        );
        line(format_args!("s=-"), &mut text);
        line(format_args!("t=0 0"), &mut text);
        let attributes = |attributes: &[Attribute], text: &mut String| {
            for Attribute { name, value } in attributes {
                match value {
                    Some(value) => line(format_args!("a={name}:{value}"), text),
                    None => line(format_args!("a={name}"), text),
                }
            }
        };
        attributes(&self.attributes, &mut text);
        for media in &self.media {
            let formats = media.formats.join(" ");
            writeln!(
                text,
                "m={} {} {} {formats}\r\nc=IN IP4 0.0.0.0\r",
                media.kind, media.port, media.proto
            )
            .expect("writing to a string");
            attributes(&media.attributes, &mut text);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let mut description = Description {
            session_id: 7,
            version: 2,
            ..Description::default()
        };
        description.add("group", "BUNDLE 0");
        let mut media = Media::new("audio", 9, "UDP/TLS/RTP/SAVPF", vec!["111".into()]);
        media.add("mid", "0");
        media.flag("sendrecv");
        description.media.push(media);
        let mut read = parse(&description.write()).unwrap();
        read.media[0].line = 0;
        assert_eq!(read, description);
    }

    #[test]
    fn text_that_is_no_sdp_is_refused_with_its_line() {
        for (text, wanted) in [
            ("", 1),
            ("hello", 1),
            ("v=1", 1),
            ("o=- 1 1 IN IP4 0", 1),
            ("v=0\r\nnonsense", 2),
            ("v=0\nm=audio", 2),
            ("v=0\nm=audio x RTP 0", 2),
            ("v=0\nab=c", 2),
            ("v=0\n=", 2),
        ] {
            match parse(text) {
                Err(NegotiationError::Sdp { line, .. }) => assert_eq!(line, wanted, "{text:?}"),
                other => panic!("{text:?} gave {other:?}"),
            }
        }
    }

    #[test]
    fn limits_hold() {
        let many = format!("v=0\n{}", "m=audio 9 X 0\n".repeat(MAX_MEDIA + 1));
        assert!(parse(&many).is_err());
        let long = format!("v=0\na=x:{}", "y".repeat(MAX_BYTES));
        assert!(parse(&long).is_err());
    }

    #[test]
    fn unix_line_ends_unknown_lines_and_blanks_are_read() {
        let read =
            parse("v=0\nb=AS:3\n\nz=0 0\na=ice-lite\nm=x-data 9 FOO 1\na=x-y:z:1\n").unwrap();
        assert!(read.has("ice-lite"));
        assert_eq!(read.media[0].kind, "x-data");
        assert_eq!(read.media[0].value("x-y"), Some("z:1"));
    }
}
