//! The tree of what others write, as the blocks that the call takes. What is nested deeper than those becomes lines.

use foyer_acs::chat::html::{Block as Tree, Cell, Inline};
use foyer_meeting::chat::{Block, Look, Span};

/// The blocks of a message; none where its plain text says it all.
pub(super) fn blocks(tree: &[Tree]) -> Vec<Block> {
    let mut shape = Shape::default();
    for block in tree {
        shape.block(block);
    }
    let says_it_all = shape.blocks.iter().all(is_plain);
    if says_it_all {
        Vec::new()
    } else {
        shape.blocks
    }
}

fn is_plain(block: &Block) -> bool {
    let bare = |span: &Span| span.look == Look::default() && span.link.is_none() && !span.mention;
    matches!(block, Block::Paragraph(spans) if spans.iter().all(bare))
}

#[derive(Default)]
struct Shape {
    blocks: Vec<Block>,
}

impl Shape {
    fn block(&mut self, block: &Tree) {
        match block {
            Tree::Paragraph(line) => self.paragraph(line, Look::default()),
            Tree::Heading(_, line) => {
                let bold = true;
                self.paragraph(
                    line,
                    Look {
                        bold,
                        ..Look::default()
                    },
                );
            }
            Tree::List { from, items } => {
                let mut list = Vec::new();
                let mut images = Vec::new();
                for item in items {
                    let mut lines = Lines::default();
                    lines.blocks(item, 0);
                    images.append(&mut lines.images);
                    list.push(lines.spans);
                }
                self.blocks.push(Block::List {
                    ordered: from.is_some(),
                    items: list,
                });
                self.blocks.append(&mut images);
            }
            Tree::Quote(quoted) => {
                let mut lines = Lines::default();
                lines.blocks(quoted, 0);
                self.blocks.push(Block::Quote(lines.spans));
                self.blocks.append(&mut lines.images);
            }
            Tree::Code(text) => self.blocks.push(Block::Code(text.clone())),
            Tree::Table(rows) => {
                for row in rows {
                    let mut lines = Lines::default();
                    lines.row(row);
                    self.blocks.push(Block::Paragraph(lines.spans));
                    self.blocks.append(&mut lines.images);
                }
            }
            Tree::Rule => {}
        }
    }

    fn paragraph(&mut self, line: &[Inline], look: Look) {
        let mut lines = Lines::default();
        lines.inlines(line, &Style::of(look));
        if !lines.spans.is_empty() {
            self.blocks.push(Block::Paragraph(lines.spans));
        }
        self.blocks.append(&mut lines.images);
    }
}

/// What the elements around a text say of it.
#[derive(Clone, Default)]
struct Style {
    look: Look,
    link: Option<String>,
    mention: bool,
}

impl Style {
    fn of(look: Look) -> Self {
        Self {
            look,
            ..Self::default()
        }
    }
}

/// Text in lines, and the pictures that stood between.
struct Lines {
    spans: Vec<Span>,
    images: Vec<Block>,
    /// The line has just begun.
    fresh: bool,
}

impl Default for Lines {
    fn default() -> Self {
        Self {
            spans: Vec::new(),
            images: Vec::new(),
            fresh: true,
        }
    }
}

impl Lines {
    fn blocks(&mut self, blocks: &[Tree], depth: usize) {
        for block in blocks {
            let is_list = matches!(block, Tree::List { .. });
            let depth = depth + usize::from(is_list);
            self.begin(depth);
            match block {
                Tree::Paragraph(line) => self.inlines(line, &Style::default()),
                Tree::Heading(_, line) => {
                    let bold = true;
                    let look = Look {
                        bold,
                        ..Look::default()
                    };
                    self.inlines(line, &Style::of(look));
                }
                Tree::List { from, items } => {
                    for (index, item) in items.iter().enumerate() {
                        if index > 0 {
                            self.begin(depth);
                        }
                        let mark = match from {
                            Some(from) => format!("{}. ", *from as usize + index),
                            None => "– ".to_owned(),
                        };
                        self.mark(&mark);
                        self.blocks(item, depth);
                    }
                }
                Tree::Quote(quoted) => self.blocks(quoted, depth + 1),
                Tree::Code(text) => {
                    let code = true;
                    let look = Look {
                        code,
                        ..Look::default()
                    };
                    self.text(text, &Style::of(look));
                }
                Tree::Table(rows) => {
                    for (index, row) in rows.iter().enumerate() {
                        if index > 0 {
                            self.begin(depth);
                        }
                        self.row(row);
                    }
                }
                Tree::Rule => {}
            }
        }
    }

    /// A line of its own, unless one has just begun.
    fn begin(&mut self, depth: usize) {
        if !self.fresh {
            // Deeper than this nobody reads.
            let indent = "  ".repeat(depth.min(4));
            self.text(&format!("\n{indent}"), &Style::default());
            self.fresh = true;
        }
    }

    /// What stands before an entry; its text follows on the same line.
    fn mark(&mut self, mark: &str) {
        self.text(mark, &Style::default());
        self.fresh = true;
    }

    fn row(&mut self, row: &[Cell]) {
        for (index, cell) in row.iter().enumerate() {
            if index > 0 {
                self.text(" | ", &Style::default());
            }
            let mut lines = Self::default();
            lines.blocks(&cell.blocks, 0);
            for mut span in lines.spans {
                span.look.bold |= cell.header;
                span.text = span.text.replace('\n', " ");
                self.push(span);
            }
            self.images.append(&mut lines.images);
        }
    }

    fn inlines(&mut self, line: &[Inline], style: &Style) {
        for inline in line {
            let looks = |change: fn(&mut Look)| {
                let mut style = style.clone();
                change(&mut style.look);
                style
            };
            match inline {
                Inline::Text(text) => self.text(text, style),
                Inline::Break => self.text("\n", style),
                Inline::Code(text) => self.text(text, &looks(|look| look.code = true)),
                Inline::Strong(children) => {
                    self.inlines(children, &looks(|look| look.bold = true));
                }
                Inline::Emphasis(children) => {
                    self.inlines(children, &looks(|look| look.italic = true));
                }
                Inline::Underline(children) => {
                    self.inlines(children, &looks(|look| look.underline = true));
                }
                Inline::Strike(children) => {
                    self.inlines(children, &looks(|look| look.strike = true));
                }
                Inline::Mention(children) => {
                    let mut style = style.clone();
                    style.mention = true;
                    self.inlines(children, &style);
                }
                Inline::Link { href, children } => {
                    let mut style = style.clone();
                    style.link = Some(href.clone());
                    self.inlines(children, &style);
                }
                Inline::Image { alt, .. } => self.images.push(Block::Image { alt: alt.clone() }),
            }
        }
    }

    fn text(&mut self, text: &str, style: &Style) {
        self.push(Span {
            text: text.to_owned(),
            look: style.look,
            link: style.link.clone(),
            mention: style.mention,
        });
    }

    /// Joins what looks the same.
    fn push(&mut self, span: Span) {
        self.fresh = false;
        match self.spans.last_mut() {
            Some(last)
                if (last.look, &last.link, last.mention)
                    == (span.look, &span.link, span.mention) =>
            {
                last.text.push_str(&span.text);
            }
            _ => self.spans.push(span),
        }
    }
}

#[cfg(test)]
mod tests {
    use foyer_acs::chat::html::{from_text, parse};

    use super::*;

    /// Spans as text with a mark for what is not plain.
    fn told(spans: &[Span]) -> String {
        let tell = |span: &Span| {
            let look = span.look;
            let marks = [
                (look.bold, '*'),
                (look.italic, '/'),
                (look.underline, '_'),
                (look.strike, '-'),
                (look.code, '`'),
                (span.mention, '@'),
                (span.link.is_some(), '^'),
            ];
            let marks: String = marks.iter().filter(|(on, _)| *on).map(|(_, c)| c).collect();
            format!("{marks}{}{marks}", span.text)
        };
        spans.iter().map(tell).collect()
    }

    fn shaped(html: &str) -> Vec<String> {
        let tell = |block: &Block| match block {
            Block::Paragraph(spans) => told(spans),
            Block::Quote(spans) => format!("> {}", told(spans)),
            Block::Code(text) => format!("{{{text}}}"),
            Block::Image { alt } => format!("[{alt}]"),
            Block::List { ordered, items } => {
                let items: Vec<_> = items.iter().map(|item| told(item)).collect();
                format!("{}{items:?}", if *ordered { "1" } else { "-" })
            }
        };
        blocks(&parse(html)).iter().map(tell).collect()
    }

    #[test]
    fn plain_text_needs_no_blocks() {
        for html in ["", "<p>Hello</p><p>there</p>", "<div>a<br>b</div>"] {
            assert_eq!(shaped(html), Vec::<String>::new(), "{html}");
        }
        assert_eq!(blocks(&from_text("a\nb")), []);
    }

    #[test]
    fn looks_nest_and_links_keep_where_they_lead() {
        let html = r#"<p>a <b>b <i>c</i></b> <a href="https://x.example/y"><u>d</u></a>
            <s>e</s> <code>f</code> <at id="0">Ada</at></p>"#;
        assert_eq!(shaped(html), ["a *b **/c*/ _^d_^ -e- `f` @Ada@"],);
        let [Block::Paragraph(spans)] = &blocks(&parse(html))[..] else {
            panic!("one paragraph");
        };
        let links: Vec<_> = spans
            .iter()
            .filter_map(|span| span.link.as_deref())
            .collect();
        assert_eq!(links, ["https://x.example/y"]);
    }

    #[test]
    fn lists_quotes_code_and_pictures_are_blocks() {
        let html = r#"<blockquote><b>Olga</b><p>When?</p><p>Where?</p></blockquote><p>Now</p>
            <ol><li>one</li><li>two<ul><li>x</li><li>y</li></ul></li></ol>
            <pre>let a;
let b;</pre><p>see <img id="i1" alt="a cat"> this</p>"#;
        assert_eq!(
            shaped(html),
            [
                "> *Olga*\nWhen?\nWhere?",
                "Now",
                r#"1["one", "two\n  – x\n  – y"]"#,
                "{let a;\nlet b;}",
                "see  this",
                "[a cat]",
            ]
        );
    }

    #[test]
    fn a_table_is_read_row_by_row() {
        let html = "<table><tr><th>Name</th><th>Time</th></tr><tr><td>Ada</td><td><p>1</p><p>2</p></td></tr></table>";
        assert_eq!(shaped(html), ["*Name* | *Time*", "Ada | 1 2"]);
    }
}
