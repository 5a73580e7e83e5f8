//! XML in, tree and faults out.

use super::{Document, Element, Node};
use crate::addin::evidence::Spot;

fn parse(text: &str) -> Document {
    Document::parse(text, &Spot::file("a.xml"))
}

fn root(text: &str) -> Element {
    parse(text).root.expect("a root")
}

fn faults(text: &str) -> Vec<String> {
    let told = |fault: &crate::addin::evidence::Value| {
        format!("{}:{} {}", fault.at.line, fault.at.column, fault.raw)
    };
    parse(text).faults.iter().map(told).collect()
}

#[test]
fn elements_and_attributes_have_line_and_column_in_characters() {
    let root = root(
        "<?xml version=\"1.0\"?>\r\n<ä xmlns='urn:a'>\r\n  <!-- ü --> <b c='1'\n d=\"2&amp;3\"/>text</ä>",
    );
    assert_eq!((root.at.line, root.at.column), (2, 1));
    assert_eq!(root.namespace.as_deref(), Some("urn:a"));
    let b = root.child("b").expect("b");
    assert_eq!((b.at.line, b.at.column), (3, 14));
    assert_eq!(b.namespace.as_deref(), Some("urn:a"));
    let d = b.attribute("d").expect("d");
    assert_eq!((d.raw.as_str(), d.at.line, d.at.column), ("2&3", 4, 2));
    assert_eq!(b.attribute("c").map(|c| (c.at.line, c.at.column)), Some((3, 17)));
    assert!(root.text().raw.ends_with("text"));
}

#[test]
fn text_points_at_its_first_letter_and_keeps_its_blanks() {
    let text = root("<a>\n  https://h/?x=1&amp;y<![CDATA[&z]]>&#33;\n</a>").text();
    assert_eq!(text.raw, "\n  https://h/?x=1&y&z!\n");
    assert_eq!((text.at.line, text.at.column), (2, 3));
}

#[test]
fn comments_are_kept_where_they_stand() {
    let document = parse("<!--Published:1--><a><!--<b c='d'/>--></a><!-- last -->");
    let told: Vec<&str> = document.comments.iter().map(|comment| comment.value.raw.as_str()).collect();
    assert_eq!(told, ["Published:1", "<b c='d'/>", " last "]);
    let root = document.root.expect("a root");
    assert!(matches!(root.children.as_slice(), [Node::Comment(_)]));
    assert!(document.faults.is_empty());
}

#[test]
fn a_comment_can_be_read_as_a_document_with_places_of_the_whole() {
    let text = "<a>\n<!-- <b c='d'/> --></a>";
    let comment = parse(text).comments.remove(0);
    let inner = Document::parse_part(text, comment.span, &Spot::file("a.xml"));
    let at = inner.root.expect("b").attribute("c").map(|c| (c.at.line, c.at.column));
    assert_eq!(at, Some((2, 9)));
}

#[test]
fn two_hyphens_in_a_comment_are_a_fault() {
    assert_eq!(
        faults("<a><!-- b -- c --></a>"),
        ["1:11 two hyphens inside of a comment, where XML allows none"]
    );
    assert_eq!(faults("<a><!-- b ---></a>"), ["1:11 two hyphens inside of a comment, where XML allows none"]);
    assert!(faults("<a><!-- b - c --></a>").is_empty());
}

#[test]
fn a_bare_ampersand_is_a_fault_and_the_rest_is_read() {
    let text = "<a>\n<b>x?1=2&b=3</b><c d='e&f'/></a>";
    assert_eq!(
        faults(text),
        ["2:9 an & that is not written as &amp;", "2:24 an & that is not written as &amp;"]
    );
    let root = root(text);
    assert_eq!(root.child("b").map(|b| b.text().raw), Some("x?1=2&b=3".to_owned()));
    assert_eq!(root.child("c").and_then(|c| c.attribute("d")).map(|d| d.raw.as_str()), Some("e&f"));
}

#[test]
fn entities_and_doctypes_are_refused() {
    let told = faults("<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>");
    assert_eq!(
        told,
        [
            "1:1 a document type definition; it is not evaluated",
            "1:34 a reference to an entity that XML does not define"
        ]
    );
    assert_eq!(faults("<a>&#0;</a>").len(), 1);
}

#[test]
fn missing_end_tags_are_told_and_the_tree_is_closed() {
    let document = parse("<a>\n<b><c/></a>");
    assert_eq!(document.faults.len(), 1);
    assert_eq!(document.faults[0].raw, "the end tag </b> is missing, for the element that begins in line 2");
    assert!(document.root.expect("a").child("b").expect("b").child("c").is_some());
    let document = parse("<a><b>");
    assert_eq!(document.unclosed.iter().map(|value| value.raw.as_str()).collect::<Vec<_>>(), ["b", "a"]);
    assert_eq!(faults("<a></b></a>"), ["1:4 an end tag of an element that is not open"]);
}

#[test]
fn two_roots_and_text_outside_are_faults() {
    assert_eq!(faults("<a/><b/>"), ["1:5 a second root element; the rest is left out"]);
    assert_eq!(faults("x<a/>"), ["1:1 text outside of the root element"]);
    assert_eq!(faults(" "), ["1:2 there is no element in it"]);
    assert_eq!(
        faults("\n<?xml version='1.0'?><a/>"),
        ["2:1 an XML declaration that is not at the very beginning"]
    );
}

#[test]
fn attributes_twice_without_quotes_or_with_typographic_ones_are_faults() {
    assert_eq!(faults("<a b='1' b='2'/>"), ["1:10 an attribute that the same element already has"]);
    let bare = "<a b=http://x c=“y z”/>";
    assert_eq!(faults(bare).len(), 2);
    let root = root(bare);
    assert_eq!(root.attribute("b").map(|b| b.raw.as_str()), Some("http://x"));
    assert_eq!(root.attribute("c").map(|c| c.raw.as_str()), Some("y z"));
    assert_eq!(faults("<a b='1'c='2'/>").len(), 1);
}

#[test]
fn a_byte_order_mark_in_the_middle_hides_nothing() {
    let root = root("\u{feff}\u{feff}<a \u{feff}b='1'>\u{feff}<c/></a>");
    assert!(root.child("c").is_some());
    assert_eq!(root.attribute("b").map(|b| b.raw.as_str()), Some("1"));
}

#[test]
fn prefixes_are_resolved_where_they_are_declared() {
    let root = root("<x:a xmlns:x='urn:1'><x:b xmlns:x='urn:2'/><x:c/><d/></x:a>");
    let told: Vec<Option<&str>> = root.descendants().map(|element| element.namespace.as_deref()).collect();
    assert_eq!(told, [Some("urn:1"), Some("urn:2"), Some("urn:1"), None]);
    assert_eq!(faults("<y:a/>"), ["1:1 a prefix that is not declared"]);
}

#[test]
fn depth_and_count_are_limited() {
    let deep = "<a>".repeat(100_000);
    assert!(faults(&deep)[0].contains("deeper"));
    let wide = format!("<a>{}</a>", "<b/>".repeat(super::MOST_NODES + 10));
    assert!(parse(&wide).faults[0].raw.contains("more elements"));
    let large = format!("<a>{}", "x".repeat(super::LARGEST + 10));
    assert!(parse(&large).faults[0].raw.contains("larger"));
}

#[test]
fn faults_do_not_quote_values() {
    let canary = "qX7canaryQ9";
    for text in [
        format!("<a ClientSecret=\"{canary}\"{canary}\"/>"),
        format!("<a ClientSecret={canary}/>"),
        format!("<a><b>&{canary};</b><{canary}</a>"),
        format!("<a ClientSecret=\"{canary}"),
    ] {
        assert!(!format!("{:?}", parse(&text).faults).contains(canary), "{text}");
    }
}

#[test]
fn every_beginning_of_a_document_is_read() {
    let text = "\u{feff}<?xml version='1.0'?><!--Published:x--><a b='ü&amp;' c=\"d\"><e>f&#x41;<![CDATA[g]]></e><h/></a>";
    for (end, _) in text.char_indices() {
        let document = parse(text.get(..end).unwrap_or_default());
        assert!(!document.is_well_formed(), "{end}");
    }
    assert!(parse(text).is_well_formed());
}

proptest::proptest! {
    #[test]
    fn any_text_is_read(text in "[<>/='\"&;!\\-\\[\\]a-c \n\u{feff}?xmlnsD:“#]{0,60}") {
        let document = parse(&text);
        if let Some(root) = document.root {
            for element in root.descendants() {
                proptest::prop_assert!(text.get(element.span.clone()).is_some());
                for attribute in &element.attributes {
                    proptest::prop_assert!(text.get(attribute.span.clone()).is_some());
                }
            }
        }
    }
}
