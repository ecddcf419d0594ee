//! From elements to what is shown: lines into paragraphs, white space as browsers have it.

use super::raw::{Element, Node, Tag};
use super::{Block, Cell, Inline, clean, safe_href};

/// The blocks that a run of nodes makes.
pub(super) fn blocks(nodes: &[Node]) -> Vec<Block> {
    let mut shaped = Shaped::default();
    for node in nodes {
        shaped.add(node);
    }
    shaped.end_line();
    shaped.blocks
}

#[derive(Default)]
struct Shaped {
    blocks: Vec<Block>,
    line: Vec<Inline>,
}

impl Shaped {
    fn add(&mut self, node: &Node) {
        let element = match node {
            Node::Element(element) => element,
            Node::Rule => return self.block(Block::Rule),
            other => return inline(other, &mut self.line),
        };
        let children = &element.children;
        match element.tag {
            Tag::Paragraph | Tag::Division | Tag::Root => {
                self.end_line();
                self.blocks.extend(blocks(children));
            }
            Tag::Heading(level) => {
                let line = settle(inlines(children));
                if !line.is_empty() {
                    self.block(Block::Heading(level, line));
                }
            }
            Tag::Unordered => self.list(element, None),
            Tag::Ordered => self.list(element, Some(element.start.unwrap_or(1))),
            // An entry, row or cell that lost its list or table is a paragraph.
            Tag::Item | Tag::Row | Tag::Cell { .. } => {
                self.end_line();
                self.blocks.extend(blocks(children));
            }
            Tag::Quote => {
                let quoted = blocks(children);
                if !quoted.is_empty() {
                    self.block(Block::Quote(quoted));
                }
            }
            Tag::Preformatted => {
                let mut text = String::new();
                verbatim(children, &mut text);
                let text = clean(text.trim_matches('\n'));
                if !text.trim().is_empty() {
                    self.block(Block::Code(text));
                }
            }
            Tag::Table => {
                let mut rows = Vec::new();
                collect_rows(children, &mut rows);
                if !rows.is_empty() {
                    self.block(Block::Table(rows));
                }
            }
            Tag::Strong
            | Tag::Emphasis
            | Tag::Underline
            | Tag::Strike
            | Tag::Mention
            | Tag::Code
            | Tag::Link
            | Tag::Dropped => inline(node, &mut self.line),
        }
    }

    fn list(&mut self, element: &Element, from: Option<u32>) {
        let mut items = Vec::new();
        for child in &element.children {
            let item = match child {
                Node::Element(item) if item.tag == Tag::Item => blocks(&item.children),
                other => blocks(std::slice::from_ref(other)),
            };
            if !item.is_empty() {
                items.push(item);
            }
        }
        if !items.is_empty() {
            self.block(Block::List { from, items });
        }
    }

    fn block(&mut self, block: Block) {
        self.end_line();
        self.blocks.push(block);
    }

    fn end_line(&mut self) {
        let line = settle(std::mem::take(&mut self.line));
        if !line.is_empty() {
            self.blocks.push(Block::Paragraph(line));
        }
    }
}

fn inlines(nodes: &[Node]) -> Vec<Inline> {
    let mut line = Vec::new();
    for node in nodes {
        inline(node, &mut line);
    }
    line
}

fn inline(node: &Node, line: &mut Vec<Inline>) {
    let element = match node {
        Node::Text(text) => return push_text(line, &clean(text)),
        Node::Break | Node::Rule => return line.push(Inline::Break),
        Node::Image { id, alt, emoji } => {
            let alt = clean(alt).trim().to_owned();
            let named = (1..=256).contains(&id.len())
                && id
                    .bytes()
                    .all(|c| c.is_ascii_alphanumeric() || b"-_.:".contains(&c));
            if named && !emoji {
                line.push(Inline::Image {
                    id: id.clone(),
                    alt,
                });
            } else if !alt.is_empty() {
                push_text(line, &alt);
            }
            return;
        }
        Node::Element(element) => element,
    };
    let children = &element.children;
    match element.tag {
        Tag::Strong => line.push(Inline::Strong(inlines(children))),
        Tag::Emphasis => line.push(Inline::Emphasis(inlines(children))),
        Tag::Underline => line.push(Inline::Underline(inlines(children))),
        Tag::Strike => line.push(Inline::Strike(inlines(children))),
        Tag::Mention => line.push(Inline::Mention(inlines(children))),
        Tag::Code => {
            let mut text = String::new();
            verbatim(children, &mut text);
            line.push(Inline::Code(clean(&text)));
        }
        Tag::Link => match element.href.as_deref().and_then(safe_href) {
            Some(href) => line.push(Inline::Link {
                href,
                children: inlines(children),
            }),
            None => line.extend(inlines(children)),
        },
        Tag::Dropped => {}
        // A block inside of formatting: its lines stay lines.
        Tag::Root
        | Tag::Paragraph
        | Tag::Division
        | Tag::Heading(_)
        | Tag::Unordered
        | Tag::Ordered
        | Tag::Item
        | Tag::Quote
        | Tag::Preformatted
        | Tag::Table
        | Tag::Row
        | Tag::Cell { .. } => {
            if !matches!(line.last(), None | Some(Inline::Break)) {
                line.push(Inline::Break);
            }
            line.extend(inlines(children));
            line.push(Inline::Break);
        }
    }
}

fn push_text(line: &mut Vec<Inline>, text: &str) {
    match line.last_mut() {
        Some(Inline::Text(before)) => before.push_str(text),
        _ => line.push(Inline::Text(text.to_owned())),
    }
}

fn verbatim(nodes: &[Node], text: &mut String) {
    for node in nodes {
        match node {
            Node::Text(part) => text.push_str(part),
            Node::Break | Node::Rule => text.push('\n'),
            Node::Image { alt, .. } => text.push_str(alt),
            Node::Element(element) => verbatim(&element.children, text),
        }
    }
}

fn collect_rows(nodes: &[Node], rows: &mut Vec<Vec<Cell>>) {
    for node in nodes {
        let Node::Element(element) = node else {
            continue;
        };
        match element.tag {
            Tag::Row => {
                let cells: Vec<_> = element.children.iter().filter_map(cell).collect();
                if !cells.is_empty() {
                    rows.push(cells);
                }
            }
            Tag::Cell { .. } => rows.extend(cell(node).map(|cell| vec![cell])),
            _ => {
                let blocks = blocks(std::slice::from_ref(node));
                if !blocks.is_empty() {
                    rows.push(vec![Cell {
                        header: false,
                        blocks,
                    }]);
                }
            }
        }
    }
}

fn cell(node: &Node) -> Option<Cell> {
    let Node::Element(element) = node else {
        return None;
    };
    Some(match element.tag {
        Tag::Cell { header } => Cell {
            header,
            blocks: blocks(&element.children),
        },
        _ => Cell {
            header: false,
            blocks: blocks(std::slice::from_ref(node)),
        },
    })
}

/// A line as it is drawn: runs of white space are one space, none at the ends of lines, nothing empty left.
fn settle(mut line: Vec<Inline>) -> Vec<Inline> {
    collapse(&mut line, &mut true);
    while line.last_mut().is_some_and(ends_blank) {
        line.pop();
    }
    let blank = |inline: &Inline| match inline {
        Inline::Text(text) => text.chars().all(char::is_whitespace),
        Inline::Break => true,
        _ => false,
    };
    if line.iter().all(blank) {
        line.clear();
    }
    line
}

/// True if the whole of it is blank, so that it can go; otherwise its trailing white space is gone.
fn ends_blank(inline: &mut Inline) -> bool {
    match inline {
        Inline::Text(text) => {
            text.truncate(text.trim_end_matches(' ').len());
            text.is_empty()
        }
        Inline::Break => true,
        Inline::Strong(children)
        | Inline::Emphasis(children)
        | Inline::Underline(children)
        | Inline::Strike(children)
        | Inline::Mention(children)
        | Inline::Link { children, .. } => {
            while children.last_mut().is_some_and(ends_blank) {
                children.pop();
            }
            children.is_empty()
        }
        Inline::Code(_) | Inline::Image { .. } => false,
    }
}

fn collapse(line: &mut Vec<Inline>, after_space: &mut bool) {
    for inline in line.iter_mut() {
        match inline {
            Inline::Text(text) => {
                let mut kept = String::with_capacity(text.len());
                for c in text.chars() {
                    let space = matches!(c, ' ' | '\n' | '\t');
                    if !space {
                        kept.push(c);
                    } else if !*after_space {
                        kept.push(' ');
                    }
                    *after_space = space;
                }
                *text = kept;
            }
            Inline::Break => *after_space = true,
            Inline::Strong(children)
            | Inline::Emphasis(children)
            | Inline::Underline(children)
            | Inline::Strike(children)
            | Inline::Mention(children)
            | Inline::Link { children, .. } => collapse(children, after_space),
            Inline::Code(_) | Inline::Image { .. } => *after_space = false,
        }
    }
    line.retain(|inline| match inline {
        Inline::Text(text) | Inline::Code(text) => !text.is_empty(),
        Inline::Strong(children)
        | Inline::Emphasis(children)
        | Inline::Underline(children)
        | Inline::Strike(children)
        | Inline::Mention(children)
        | Inline::Link { children, .. } => !children.is_empty(),
        Inline::Image { .. } | Inline::Break => true,
    });
}

/// Appends the words, one line each.
pub(super) fn words(blocks: &[Block], text: &mut String) {
    for block in blocks {
        match block {
            Block::Paragraph(line) | Block::Heading(_, line) => {
                line_words(line, text);
                end(text);
            }
            Block::List { items, .. } => items.iter().for_each(|item| words(item, text)),
            Block::Quote(quoted) => words(quoted, text),
            Block::Code(code) => {
                text.push_str(code);
                end(text);
            }
            Block::Table(rows) => {
                for cell in rows.iter().flatten() {
                    words(&cell.blocks, text);
                }
            }
            Block::Rule => end(text),
        }
    }
}

fn end(text: &mut String) {
    if !text.ends_with('\n') {
        text.push('\n');
    }
}

fn line_words(line: &[Inline], text: &mut String) {
    for inline in line {
        match inline {
            Inline::Text(part) | Inline::Code(part) | Inline::Image { alt: part, .. } => {
                text.push_str(part);
            }
            Inline::Strong(children)
            | Inline::Emphasis(children)
            | Inline::Underline(children)
            | Inline::Strike(children)
            | Inline::Mention(children)
            | Inline::Link { children, .. } => line_words(children, text),
            Inline::Break => end(text),
        }
    }
}
