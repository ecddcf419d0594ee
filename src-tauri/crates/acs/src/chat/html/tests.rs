//! Ordinary, hostile and random HTML.

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
fn whoever_is_addressed_is_told_apart() {
    let html = r#"<p><span>Hi <span itemscope itemtype="http://schema.skype.com/Mention" itemid="0"><span>Ada
        </span>Lovelace</span>, and</span> <at id="1">Olga</at>!</p>"#;
    assert_eq!(
        parse(html),
        [Block::Paragraph(vec![
            text("Hi "),
            Inline::Mention(vec![text("Ada Lovelace")]),
            text(", and "),
            Inline::Mention(vec![text("Olga")]),
            text("!"),
        ])]
    );
    assert_eq!(plain(&parse(html)), "Hi Ada Lovelace, and Olga!");
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
        parse("<font color=red>Olga</font> <custom onload=x>hi</custom>"),
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
            Block::List { items, .. } => 1 + items.iter().map(|item| nodes(item)).sum::<usize>(),
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
        | Inline::Mention(children)
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
