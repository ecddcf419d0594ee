//! HTML as a tree of the elements that matter, within the limits.

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag as HtmlTag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer,
    TokenizerOpts,
};

use super::{DEEPEST, MOST_NODES};

/// The elements that mean something here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    Root,
    Paragraph,
    Division,
    Heading(u8),
    Unordered,
    Ordered,
    Item,
    Quote,
    Preformatted,
    Table,
    Row,
    Cell {
        header: bool,
    },
    Strong,
    Emphasis,
    Underline,
    Strike,
    Mention,
    Code,
    Link,
    /// With all that is in it.
    Dropped,
}

/// What stands in the tree.
#[derive(Debug)]
pub(super) enum Node {
    Element(Element),
    Text(String),
    Break,
    Rule,
    Image {
        id: String,
        alt: String,
        emoji: bool,
    },
}

#[derive(Debug)]
pub(super) struct Element {
    pub tag: Tag,
    pub href: Option<String>,
    pub start: Option<u32>,
    pub children: Vec<Node>,
    /// To find the end tag of what is dropped.
    name: String,
}

impl Element {
    fn new(tag: Tag, name: &str) -> Self {
        Self {
            tag,
            href: None,
            start: None,
            children: Vec::new(),
            name: name.to_owned(),
        }
    }
}

/// Reads HTML as browsers read tags; what is open at the end is closed.
pub(super) fn read(html: &str) -> Vec<Node> {
    let tokenizer = Tokenizer::new(Tree::default(), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(html));
    // It stops at script ends, for browsers to run them.
    while !input.is_empty() {
        let _ = tokenizer.feed(&input);
    }
    tokenizer.end();
    tokenizer.sink.0.into_inner().finish()
}

struct Tree(RefCell<Building>);

impl Default for Tree {
    fn default() -> Self {
        Self(RefCell::new(Building {
            open: vec![Element::new(Tag::Root, "")],
            nodes: 0,
            spans: Vec::new(),
        }))
    }
}

impl TokenSink for Tree {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut building = self.0.borrow_mut();
        match token {
            Token::CharacterTokens(text) => building.text(&text),
            Token::TagToken(tag) if tag.kind == TagKind::EndTag => building.end(&tag.name),
            Token::TagToken(tag) => {
                building.start(&tag);
                return raw_text(&tag);
            }
            Token::DoctypeToken(_)
            | Token::CommentToken(_)
            | Token::NullCharacterToken
            | Token::EOFToken
            | Token::ParseError(_) => {}
        }
        TokenSinkResult::Continue
    }
}

/// In these, tags are text until the element ends.
fn raw_text(tag: &HtmlTag) -> TokenSinkResult<()> {
    match &*tag.name {
        "script" => TokenSinkResult::RawData(RawKind::ScriptData),
        "style" | "xmp" | "iframe" | "noembed" | "noframes" => {
            TokenSinkResult::RawData(RawKind::Rawtext)
        }
        "title" | "textarea" => TokenSinkResult::RawData(RawKind::Rcdata),
        _ => TokenSinkResult::Continue,
    }
}

fn known(name: &str) -> Option<Tag> {
    Some(match name {
        "p" => Tag::Paragraph,
        "div" | "section" | "article" | "header" | "footer" | "address" | "figure" | "dl"
        | "dt" | "dd" => Tag::Division,
        "h1" => Tag::Heading(1),
        "h2" => Tag::Heading(2),
        "h3" => Tag::Heading(3),
        "h4" => Tag::Heading(4),
        "h5" => Tag::Heading(5),
        "h6" => Tag::Heading(6),
        "ul" => Tag::Unordered,
        "ol" => Tag::Ordered,
        "li" => Tag::Item,
        "blockquote" => Tag::Quote,
        "pre" => Tag::Preformatted,
        "table" => Tag::Table,
        "tr" => Tag::Row,
        "td" => Tag::Cell { header: false },
        "th" => Tag::Cell { header: true },
        "b" | "strong" => Tag::Strong,
        "i" | "em" => Tag::Emphasis,
        "u" | "ins" => Tag::Underline,
        "s" | "del" | "strike" => Tag::Strike,
        "at" => Tag::Mention,
        "code" | "kbd" | "samp" | "tt" => Tag::Code,
        "a" => Tag::Link,
        "script" | "style" | "xmp" | "iframe" | "noembed" | "noframes" | "title" | "textarea"
        | "svg" | "math" | "object" | "template" | "select" | "audio" | "video" | "canvas" => {
            Tag::Dropped
        }
        _ => return None,
    })
}

struct Building {
    /// What is open, outermost first; never empty.
    open: Vec<Element>,
    nodes: usize,
    /// Spans that are open, and whether each is somebody who is addressed: only those are elements here.
    spans: Vec<bool>,
}

impl Building {
    fn finish(mut self) -> Vec<Node> {
        self.close_to(1);
        self.open
            .pop()
            .map(|root| root.children)
            .unwrap_or_default()
    }

    fn top(&mut self) -> &mut Element {
        self.open.last_mut().expect("the root stays open")
    }

    fn add(&mut self, node: Node) {
        if self.nodes < MOST_NODES && self.top().tag != Tag::Dropped {
            self.nodes += 1;
            self.top().children.push(node);
        }
    }

    fn text(&mut self, text: &str) {
        if self.top().tag == Tag::Dropped {
            return;
        }
        // The tokenizer hands out a text in pieces.
        if let Some(Node::Text(before)) = self.top().children.last_mut() {
            before.push_str(text);
            return;
        }
        self.add(Node::Text(text.to_owned()));
    }

    fn start(&mut self, tag: &HtmlTag) {
        let attribute = |name: &str| {
            let found = tag.attrs.iter().find(|one| &*one.name.local == name);
            found.map(|one| one.value.to_string())
        };
        match &*tag.name {
            "br" => return self.add(Node::Break),
            "hr" => {
                self.close_paragraph();
                return self.add(Node::Rule);
            }
            "img" => {
                let kind = attribute("itemtype").unwrap_or_default();
                return self.add(Node::Image {
                    id: attribute("id").unwrap_or_default(),
                    alt: attribute("alt").unwrap_or_default(),
                    emoji: kind.ends_with("/Emoji"),
                });
            }
            _ => {}
        }
        let known = match &*tag.name {
            "span" => {
                let kind = attribute("itemtype").unwrap_or_default();
                let mention = kind.ends_with("/Mention") && self.top().tag != Tag::Dropped;
                if self.spans.len() < MOST_NODES {
                    self.spans.push(mention);
                }
                mention.then_some(Tag::Mention)
            }
            name => known(name),
        };
        let Some(known) = known else {
            return;
        };
        if self.top().tag == Tag::Dropped && known != Tag::Dropped {
            return;
        }
        self.imply_ends(known);
        if self.nodes >= MOST_NODES || self.open.len() > DEEPEST {
            // What must not be shown must not be shown at any depth.
            if known == Tag::Dropped && self.open.len() <= 2 * DEEPEST {
                self.open.push(Element::new(known, &tag.name));
            }
            return;
        }
        self.nodes += 1;
        let mut element = Element::new(known, &tag.name);
        if known == Tag::Link {
            element.href = attribute("href");
        }
        if known == Tag::Ordered {
            element.start = attribute("start").and_then(|start| start.trim().parse().ok());
        }
        self.open.push(element);
    }

    fn end(&mut self, name: &str) {
        if self.top().tag == Tag::Dropped {
            if self.top().name == name {
                self.close_to(self.open.len() - 1);
            }
            return;
        }
        let tag = match name {
            "span" => self
                .spans
                .pop()
                .and_then(|mention| mention.then_some(Tag::Mention)),
            name => known(name),
        };
        let Some(tag) = tag else {
            return;
        };
        let inside = |element: &Element| matches!(element.tag, Tag::Cell { .. });
        for at in (1..self.open.len()).rev() {
            if self.open[at].tag == tag {
                return self.close_to(at);
            }
            // What is in a cell ends nothing outside of it.
            if inside(&self.open[at]) && !matches!(tag, Tag::Row | Tag::Table) {
                return;
            }
        }
    }

    /// Ends that writers leave out.
    fn imply_ends(&mut self, coming: Tag) {
        match coming {
            Tag::Item => self.close_up_to(
                |tag| tag == Tag::Item,
                |tag| matches!(tag, Tag::Unordered | Tag::Ordered | Tag::Table | Tag::Quote),
            ),
            Tag::Row => self.close_up_to(|tag| tag == Tag::Row, |tag| tag == Tag::Table),
            Tag::Cell { .. } => self.close_up_to(
                |tag| matches!(tag, Tag::Cell { .. }),
                |tag| matches!(tag, Tag::Table | Tag::Row),
            ),
            Tag::Paragraph
            | Tag::Division
            | Tag::Heading(_)
            | Tag::Unordered
            | Tag::Ordered
            | Tag::Quote
            | Tag::Preformatted
            | Tag::Table => self.close_paragraph(),
            Tag::Root
            | Tag::Strong
            | Tag::Emphasis
            | Tag::Underline
            | Tag::Strike
            | Tag::Mention
            | Tag::Code
            | Tag::Link
            | Tag::Dropped => {}
        }
    }

    fn close_paragraph(&mut self) {
        self.close_up_to(
            |tag| tag == Tag::Paragraph,
            |tag| {
                matches!(
                    tag,
                    Tag::Item
                        | Tag::Cell { .. }
                        | Tag::Quote
                        | Tag::Division
                        | Tag::Table
                        | Tag::Dropped
                )
            },
        );
    }

    /// Closes the innermost element that is `wanted`, unless one that `stops` lies between.
    fn close_up_to(&mut self, wanted: impl Fn(Tag) -> bool, stops: impl Fn(Tag) -> bool) {
        for at in (1..self.open.len()).rev() {
            let tag = self.open[at].tag;
            if wanted(tag) {
                return self.close_to(at);
            }
            if stops(tag) {
                return;
            }
        }
    }

    /// Closes all but the outermost `left`.
    fn close_to(&mut self, left: usize) {
        while self.open.len() > left.max(1) {
            let Some(element) = self.open.pop() else {
                return;
            };
            if element.tag != Tag::Dropped {
                self.top().children.push(Node::Element(element));
            }
        }
    }
}
