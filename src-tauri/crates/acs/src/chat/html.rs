//! What others write, as a tree of what can be shown.
//!
//! Only what is listed here comes through; everything else loses its tags and keeps its text, or is dropped with its
//! text where that is no text for people. Nothing that a writer does makes this panic, recurse deeply or grow beyond
//! the limits. No HTML leaves this module.

mod raw;
mod shape;

use url::Url;

/// The longest text that is read, in bytes; the service takes 28 KB.
pub const LONGEST: usize = 64 << 10;
/// Most elements and texts of one message.
pub const MOST_NODES: usize = 4096;
/// How deep they nest.
pub const DEEPEST: usize = 32;
/// Longest address of a link: wrapped ones are long.
const LONGEST_HREF: usize = 8 << 10;

/// A part of a message with lines of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A run of text.
    Paragraph(Vec<Inline>),
    /// A heading, 1 being the largest; 6 the smallest.
    Heading(u8, Vec<Inline>),
    /// A list, and whether it is numbered.
    List {
        /// Numbered, from this.
        from: Option<u32>,
        /// Its entries.
        items: Vec<Vec<Block>>,
    },
    /// What somebody else said; so do replies begin.
    Quote(Vec<Block>),
    /// Text for machines, with its line breaks.
    Code(String),
    /// Rows of cells.
    Table(Vec<Vec<Cell>>),
    /// A line across.
    Rule,
}

/// A cell of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// It names its row or column.
    pub header: bool,
    /// What is in it.
    pub blocks: Vec<Block>,
}

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inline {
    /// Plain text, without controls and direction overrides.
    Text(String),
    /// Bold.
    Strong(Vec<Inline>),
    /// Italic.
    Emphasis(Vec<Inline>),
    /// Underlined.
    Underline(Vec<Inline>),
    /// Struck out.
    Strike(Vec<Inline>),
    /// Somebody who is addressed.
    Mention(Vec<Inline>),
    /// Text for machines.
    Code(String),
    /// A link to http, https or mailto. Its text may claim another address: show this one.
    Link {
        /// Where it leads.
        href: String,
        /// What it says.
        children: Vec<Inline>,
    },
    /// A picture, named by the id of its attachment. Its source in the text is never used.
    Image {
        /// The attachment's id.
        id: String,
        /// What it shows.
        alt: String,
    },
    /// The line ends here.
    Break,
}

/// Reads HTML.
pub fn parse(html: &str) -> Vec<Block> {
    shape::blocks(&raw::read(cut(html)))
}

/// Takes a text as it is.
pub fn from_text(text: &str) -> Vec<Block> {
    let text = clean(cut(text));
    let mut line = Vec::new();
    for (number, part) in text.trim().lines().enumerate() {
        if line.len() >= MOST_NODES {
            break;
        }
        if number > 0 {
            line.push(Inline::Break);
        }
        if !part.is_empty() {
            line.push(Inline::Text(part.to_owned()));
        }
    }
    match line.is_empty() {
        true => Vec::new(),
        false => vec![Block::Paragraph(line)],
    }
}

/// The words alone, for a notification or a screen reader.
pub fn plain(blocks: &[Block]) -> String {
    let mut text = String::new();
    shape::words(blocks, &mut text);
    text.trim().to_owned()
}

fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(LONGEST)]
}

/// Drops what could make a text look other than it is: controls but for line breaks and tabs, direction overrides.
fn clean(text: &str) -> String {
    text.chars()
        .filter(|&c| {
            let override_ = matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
            !override_ && (c == '\n' || c == '\t' || !c.is_control())
        })
        .collect()
}

/// An address that may be opened, or `None`.
fn safe_href(href: &str) -> Option<String> {
    let href = href.trim();
    if href.len() > LONGEST_HREF {
        return None;
    }
    let url = Url::parse(href).ok()?;
    match url.scheme() {
        "http" | "https"
            if url.has_host() && url.username().is_empty() && url.password().is_none() => {}
        "mailto" => {}
        _ => return None,
    }
    Some(url.into())
}

#[cfg(test)]
mod tests;
