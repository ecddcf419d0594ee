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
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(text: &str) -> Inline {
        Inline::Text(text.into())
    }

    fn paragraph(line: &str) -> Block {
        Block::Paragraph(vec![text(line)])
    }

    #[test]
    fn an_ordinary_message_of_teams_is_a_paragraph() {
        assert_eq!(
            parse("<p>Hello&nbsp;&amp; welcome</p>"),
            [paragraph("Hello\u{a0}& welcome")]
        );
        assert_eq!(
            parse("<div>a</div><div>b</div>"),
            [paragraph("a"), paragraph("b")]
        );
        assert_eq!(parse("plain"), [paragraph("plain")]);
        assert_eq!(parse("<p>&nbsp;</p><p> </p>"), []);
        assert_eq!(
            parse("one<br>two<br/>"),
            [Block::Paragraph(vec![
                text("one"),
                Inline::Break,
                text("two")
            ])]
        );
    }

    #[test]
    fn formatting_nests_and_white_space_collapses() {
        assert_eq!(
            parse("<p> a <b>bold <i> both</i></b>\n <u>u</u><s>s</s> <code>let  x</code> </p>"),
            [Block::Paragraph(vec![
                text("a "),
                Inline::Strong(vec![text("bold "), Inline::Emphasis(vec![text("both")])]),
                text(" "),
                Inline::Underline(vec![text("u")]),
                Inline::Strike(vec![text("s")]),
                text(" "),
                Inline::Code("let  x".into()),
            ])]
        );
    }

    #[test]
    fn lists_quotes_code_and_tables_come_through() {
        let html = "<blockquote itemscope><b>Olga</b><p>said</p></blockquote><ol start=3><li>a<li>b<ul><li>c</ul></ol>\
                    <pre class=x><code>fn main() {\n  1 &lt; 2\n}</code></pre><h2>Title</h2><hr>\
                    <table><tbody><tr><th>k</th><td>v<p>w</p></td></tr></tbody></table>";
        assert_eq!(
            parse(html),
            [
                Block::Quote(vec![
                    Block::Paragraph(vec![Inline::Strong(vec![text("Olga")])]),
                    paragraph("said")
                ]),
                Block::List {
                    from: Some(3),
                    items: vec![
                        vec![paragraph("a")],
                        vec![
                            paragraph("b"),
                            Block::List {
                                from: None,
                                items: vec![vec![paragraph("c")]]
                            }
                        ],
                    ]
                },
                Block::Code("fn main() {\n  1 < 2\n}".into()),
                Block::Heading(2, vec![text("Title")]),
                Block::Rule,
                Block::Table(vec![vec![
                    Cell {
                        header: true,
                        blocks: vec![paragraph("k")]
                    },
                    Cell {
                        header: false,
                        blocks: vec![paragraph("v"), paragraph("w")]
                    },
                ]]),
            ]
        );
    }

    #[test]
    fn only_links_that_may_be_opened_are_links() {
        let link = |href: &str| parse(&format!("<a href=\"{href}\" onclick=x()>here</a>"));
        for good in [
            "https://contoso.test/a?b=c",
            "http://contoso.test/",
            "mailto:olga@contoso.test",
        ] {
            let children = vec![text("here")];
            let expected = Block::Paragraph(vec![Inline::Link {
                href: good.into(),
                children,
            }]);
            assert_eq!(link(good), [expected]);
        }
        for bad in [
            "javascript:alert(1)",
            " JaVaScRiPt:alert(1)",
            "java\nscript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "vbscript:x",
            "//contoso.test",
            "/relative",
            "",
            "https://user@evil.test/",
            "&#106;avascript:alert(1)",
            "foyer:join",
            "blob:https://x.test/1",
        ] {
            assert_eq!(link(bad), [paragraph("here")], "{bad}");
        }
    }

    #[test]
    fn pictures_are_named_and_never_fetched_by_source() {
        assert_eq!(
            parse("<p><img src=https://track.test/x id=0-eus-d1-a alt='a cat'></p>"),
            [Block::Paragraph(vec![Inline::Image {
                id: "0-eus-d1-a".into(),
                alt: "a cat".into()
            }])]
        );
        let smile =
            "<p>hi <img alt=\"🙂\" itemtype=\"http://schema.skype.com/Emoji\" id=smile src=x></p>";
        assert_eq!(parse(smile), [paragraph("hi 🙂")]);
        assert_eq!(parse("<img src=https://track.test/x>"), []);
        assert_eq!(parse("<img id='a b\"' alt=z>"), [paragraph("z")]);
    }

    #[test]
    fn what_is_no_text_for_people_goes_with_its_content() {
        for hostile in [
            "<script>alert(1)</script>",
            "<style>p{}</style>",
            "<svg><text>x</text></svg>",
            "<title>t</title>",
            "<iframe src=x>y</iframe>",
            "<object>z</object>",
            "<!-- c -->",
            "<textarea><p>q</textarea>",
            "<SCRIPT src=x></SCRIPT>",
            "<math><mi>x</mi></math>",
            "<template><p>x</p></template>",
        ] {
            assert_eq!(
                parse(&format!("{hostile}<p>after</p>")),
                [paragraph("after")],
                "{hostile}"
            );
        }
        assert_eq!(parse("<p>a<script>b"), [paragraph("a")]);
        assert_eq!(
            parse("<at id=0>Olga</at> <custom onload=x>hi</custom>"),
            [paragraph("Olga hi")]
        );
    }

    #[test]
    fn texts_are_shown_as_they_were_typed() {
        assert_eq!(
            from_text("<b>not bold</b>\r\nnext\u{202e}"),
            [Block::Paragraph(vec![
                text("<b>not bold</b>"),
                Inline::Break,
                text("next")
            ])]
        );
        assert_eq!(from_text(" \n "), []);
    }

    #[test]
    fn the_words_can_be_had_alone() {
        let blocks =
            parse("<p>Hi <b>you</b></p><ul><li>one</li><li>two</li></ul><p><img id=a alt=cat></p>");
        assert_eq!(plain(&blocks), "Hi you\none\ntwo\ncat");
    }

    #[test]
    fn bombs_do_not_go_off() {
        for bomb in [
            "<b>".repeat(20_000),
            "<blockquote>".repeat(5_000) + "x",
            "<ul><li>".repeat(5_000) + "x" + &"</li></ul>".repeat(5_000),
            "<table><tr><td>".repeat(4_000),
            "<p>x".repeat(20_000),
            "</p>".repeat(20_000),
            "&amp;".repeat(30_000),
            "<a href=https://x.test>".repeat(3_000),
            format!("<a href=\"{}\">x</a>", "x".repeat(60_000)),
            "<".repeat(70_000),
            "é".repeat(70_000),
            "a<br>".repeat(20_000),
        ] {
            let blocks = parse(&bomb);
            assert!(nodes(&blocks) <= 2 * MOST_NODES);
            assert!(depth(&blocks) <= 2 * DEEPEST, "{}", depth(&blocks));
            assert!(nodes(&from_text(&bomb)) <= 2 * MOST_NODES);
        }
    }

    fn nodes(blocks: &[Block]) -> usize {
        let line = |line: &[Inline]| line.iter().map(inline_nodes).sum::<usize>();
        blocks
            .iter()
            .map(|block| match block {
                Block::Paragraph(children) | Block::Heading(_, children) => 1 + line(children),
                Block::List { items, .. } => {
                    1 + items.iter().map(|item| nodes(item)).sum::<usize>()
                }
                Block::Quote(blocks) => 1 + nodes(blocks),
                Block::Code(_) | Block::Rule => 1,
                Block::Table(rows) => {
                    1 + rows
                        .iter()
                        .flatten()
                        .map(|cell| nodes(&cell.blocks))
                        .sum::<usize>()
                }
            })
            .sum()
    }

    fn inline_nodes(inline: &Inline) -> usize {
        match inline {
            Inline::Strong(children)
            | Inline::Emphasis(children)
            | Inline::Underline(children)
            | Inline::Strike(children)
            | Inline::Link { children, .. } => 1 + children.iter().map(inline_nodes).sum::<usize>(),
            Inline::Text(_) | Inline::Code(_) | Inline::Image { .. } | Inline::Break => 1,
        }
    }

    fn depth(blocks: &[Block]) -> usize {
        let shown = format!("{blocks:?}");
        let mut open = 0_usize;
        let mut deepest = 0;
        for c in shown.chars() {
            match c {
                '[' => open += 1,
                ']' => open = open.saturating_sub(1),
                _ => {}
            }
            deepest = deepest.max(open);
        }
        deepest
    }

    fn fragment() -> impl Strategy<Value = String> {
        prop_oneof![
            Just("<".to_owned()),
            "[a-z&;#x0-9<>/\"' =!\\-]{0,12}",
            "</?(p|b|i|a|ul|ol|li|table|tr|td|th|pre|code|blockquote|script|style|svg|img|br|div|span|h1|hr)( [a-z]+=[\"']?[a-z:/]*[\"']?)?/?>",
            "\\PC{0,8}",
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]
        #[test]
        fn whatever_is_written_is_read_within_bounds(parts in proptest::collection::vec(fragment(), 0..120)) {
            let html = parts.concat();
            let blocks = parse(&html);
            prop_assert!(nodes(&blocks) <= 2 * MOST_NODES);
            let words = plain(&blocks);
            prop_assert!(words.len() <= 2 * html.len() + 2 * MOST_NODES);
            let shown = format!("{blocks:?}");
            prop_assert!(!shown.contains("href: \"javascript"));
        }
    }
}
