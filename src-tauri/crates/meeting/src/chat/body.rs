//! The shape of a message's text.

/// A part of a message with lines of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A run of text; line breaks in it count.
    Paragraph(Vec<Span>),
    /// A list.
    List {
        /// Numbered from 1.
        ordered: bool,
        /// Its entries.
        items: Vec<Vec<Span>>,
    },
    /// What somebody else said.
    Quote(Vec<Span>),
    /// Text for machines, with its line breaks.
    Code(String),
    /// A picture.
    Image {
        /// What it shows, as its writer says.
        alt: String,
    },
}

/// A piece of text that looks the same all through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// What it says.
    pub text: String,
    /// How it looks.
    pub look: Look,
    /// Where it leads.
    pub link: Option<String>,
    /// It names somebody.
    pub mention: bool,
}

/// How a piece of text looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Strong.
    pub bold: bool,
    /// Emphasised.
    pub italic: bool,
    /// Underlined.
    pub underline: bool,
    /// Struck out.
    pub strike: bool,
    /// For machines.
    pub code: bool,
}
