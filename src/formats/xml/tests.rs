//! Facts about reading and writing XML, and what the tests of its formats share.

use std::path::Path;

use super::*;
use crate::annotation::{Annotations, Certainty, Claim, Content, Mention, Polarity};
use crate::document::Document;
use crate::formats::{Format, Losses, Options, Parted, Piece, Record, Whole};
use crate::span::{Extent, Span};

/// The steps of a file in short, or the problem that ends them.
fn steps(text: &str) -> Result<String, Problem> {
    let block = Block::new("a.xml", 1, text);
    let mut xml = Xml::new(&block);
    let mut out = String::new();
    loop {
        match xml.step()? {
            Step::Begin(element) => {
                out.push_str(&format!("<{}", element.name()));
                for attribute in element.attributes(&block) {
                    let (name, value) = attribute?;
                    out.push_str(&format!(" {name}={value:?}"));
                }
                out.push('>');
            }
            Step::End => out.push_str("</>"),
            Step::Text(text) => out.push_str(&format!("{text:?}")),
            Step::Done => return Ok(out),
        }
    }
}

fn refused(text: &str) -> String {
    steps(text).unwrap_err().to_string()
}

#[test]
fn elements_attributes_and_text_are_decoded_as_xml_says() {
    let text = "<?xml version='1.0' encoding='UTF-8'?>\n<!-- c --><a b=\"1&#10;&#13;&lt;\r\n2\" c='&quot;'>x\r\ny&#13;&amp;<![CDATA[<&]]><d/></a>\n";
    let expected = "<a b=\"1\\n\\r< 2\" c=\"\\\"\">\"x\\ny\"\"\\r\"\"&\"\"<&\"<d></></>";
    assert_eq!(steps(text).unwrap(), expected);
}

#[test]
fn entities_of_a_file_are_refused_and_never_expanded() {
    let laughs = "<!DOCTYPE a [<!ENTITY l \"ha\"><!ENTITY m \"&l;&l;&l;&l;\">]><a>&m;</a>";
    assert_eq!(
        refused(laughs),
        "a.xml:1:1: this XML declares entities of its own, expected no entity declarations: they can make a small file fill any memory, and none is expanded (take the DOCTYPE out, and write the text that the entities stand for)"
    );
    let message = refused("<a>x\n&uuml;</a>");
    assert!(
        message.starts_with("a.xml:2:1: this XML refers to a character that is not known: found the reference &uuml;, expected "),
        "{message}"
    );
    assert!(refused("<a b='&uuml;'/>").contains("attributes of this element cannot be read"));
    assert!(steps("<!DOCTYPE a SYSTEM \"a.dtd\"><a/>").is_ok());
}

#[test]
fn what_is_no_well_formed_xml_is_refused_with_its_place() {
    assert_eq!(
        refused("<a>\n<b>x"),
        "a.xml:2:4: this XML cannot be read: found the end of the file, with 2 elements open, expected well-formed XML (export the file again, or correct it in an editor that checks XML)"
    );
    for (text, place) in [
        ("<a>\n<b></a>", "a.xml:2:4: this XML cannot be read"),
        ("", "a.xml:1:1: this XML cannot be read: found no element"),
        (
            "<a/><b/>",
            "a.xml:1:5: this XML cannot be read: found a second outermost element",
        ),
        (
            "text<a/>",
            "a.xml:1:1: this XML cannot be read: found text outside",
        ),
        (
            "<a b=1/>",
            "a.xml:1:1: the attributes of this element cannot be read",
        ),
        (
            "<a b='1' b='2'/>",
            "a.xml:1:1: the attributes of this element cannot be read",
        ),
        ("<a>&#0;</a>", "a.xml:1:4: this XML refers to a character"),
        (
            "<a>&#xD800;</a>",
            "a.xml:1:4: this XML refers to a character",
        ),
        ("<a", "a.xml:1:1: this XML cannot be read"),
        (
            "<?xml version='1.0' encoding='ISO-8859-1'?><a/>",
            "a.xml:1:1: this XML says that it is not UTF-8: found the encoding \"ISO-8859-1\"",
        ),
    ] {
        let message = refused(text);
        assert!(message.starts_with(place), "{text}: {message}");
    }
}

#[test]
fn deep_elements_and_masses_of_attributes_are_refused() {
    let deep = |depth: usize| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
    assert!(steps(&deep(MOST_XML_DEPTH)).is_ok());
    assert!(refused(&deep(100_000)).contains("elements are nested too deep"));
    let many: String = (0..5000).map(|at| format!(" a{at}=''")).collect();
    assert!(refused(&format!("<a{many}/>")).contains("more than 256 attributes"));
}

#[test]
fn what_is_escaped_is_read_back_exactly() {
    let text = "\r\n\t a\u{85}\u{2028}<&>\"'😀 ]]>";
    let mut out = String::from("<a b=\"");
    push_attribute(&mut out, text);
    out.push_str("\">");
    push_text(&mut out, text);
    out.push_str("</a>");
    let block = Block::new("a.xml", 1, out);
    let mut xml = Xml::new(&block);
    let Step::Begin(element) = xml.step().unwrap() else {
        panic!("no element");
    };
    assert_eq!(element.attribute(&block, "b").unwrap().unwrap(), text);
    assert_eq!(xml.text().unwrap().0, text);
    assert_eq!(legal("a\u{1}b\u{ffff}"), (Cow::Borrowed("a b "), 2));
}

#[test]
fn what_xml_or_a_format_has_no_place_for_is_told_and_the_rest_keeps_its_offsets() {
    let text = "\u{1}a\u{2}b \u{3} c\u{1f600}d";
    let document = Document::new("a", text);
    let mention = |words: &str, label: &'static str| {
        let start = text.find(words).unwrap();
        let span = Span::new(text, start, start + words.len()).unwrap();
        Mention {
            extent: span.into(),
            label: label.into(),
        }
    };
    let mut mentions = vec![
        mention("a\u{2}b", "X"),
        mention("d", "Y"),
        mention("b", "Source"),
    ];
    mentions.extend([
        mention("\u{3}", "Z"),
        mention("c", "Token"),
        mention("c", "a\u{1}"),
    ]);
    let annotations = Annotations {
        mentions,
        claims: Vec::new(),
        ..Annotations::default()
    };
    let whole = Whole {
        document: &document,
        annotations: &annotations,
        says: [true, true],
    };
    for (name, kept) in [
        ("xmi", &["a b/X", "c/Token", "d/Y"][..]),
        ("gate", &["a b/X", "d/Y"]),
    ] {
        let format = Format::from_name(name).unwrap();
        let mut losses = Losses::default();
        let output = format.writer.document(&whole, &mut losses).0.swap_remove(0);
        let mut lost: Vec<_> = losses
            .iter()
            .map(|(what, count, _)| format!("{count} {what}"))
            .collect();
        lost.retain(|what| !what.contains("Token"));
        assert_eq!(
            lost,
            [
                "3 characters that XML forbids",
                "1 mentions of nothing but characters that XML forbids",
                "1 mentions with the label \"Source\"",
                "1 mentions with the label \"a\\u{1}\"",
            ]
        );
        let block = Block::new("a", 1, output.text);
        let record = Record::of(format, &block, &Options::default())
            .unwrap()
            .unwrap();
        let own = record.text().unwrap();
        assert_eq!(own, " a b   c\u{1f600}d");
        let read = record
            .read(&Document::new("a", own), &Options::default())
            .unwrap();
        let read = read.annotations.mentions.iter();
        let found: Vec<_> = read
            .map(|m| format!("{}/{}", m.extent.text(own), m.label))
            .collect();
        assert_eq!(found, kept, "{name}");
    }
}

#[test]
fn each_format_of_xml_is_recognised_by_its_first_element() {
    let (document, annotations) = example(false);
    let whole = Whole {
        document: &document,
        annotations: &annotations,
        says: [true, true],
    };
    let recognised = |path: &str, text: &str| {
        let path = Path::new(path);
        let head = Head {
            path,
            extension: crate::formats::extension(path),
            text,
        };
        let found = crate::formats::FORMATS
            .into_iter()
            .find(|format| (format.recognise)(&head));
        found.map(|format| format.name)
    };
    for name in ["knowtator", "xmi", "gate", "cas-json"] {
        let format = Format::from_name(name).unwrap();
        let outputs = format.writer.document(&whole, &mut Losses::default());
        let annotated = outputs.0.iter().filter(|output| {
            format
                .extensions
                .iter()
                .any(|ending| output.file.ends_with(&format!(".{ending}")))
        });
        let first = annotated.into_iter().next().unwrap();
        let comment = format!("\n<!-- a > b -->\n{}", first.text);
        let text = if name == "cas-json" {
            &first.text
        } else {
            &comment
        };
        assert_eq!(recognised(&format!("a{}", first.file), text), Some(name));
    }
    let types = "<?xml version=\"1.0\"?>\n<typeSystemDescription xmlns=\"x\"/>";
    assert_eq!(recognised("a.xml", types), None);
    assert_eq!(
        recognised("a.xml", "<annotations><a textSource=''/></annotations>"),
        None
    );
}

/// A document with an emoji, a line end of each kind, nested, crossing, repeated and perhaps discontinuous mentions, and claims with all that claims have.
pub(in crate::formats) fn example(discontinuous: bool) -> (Document, Annotations) {
    let text = "\u{1f600} Anna \"B\" <Lee> said\r\nthat Bob & Co.,\tshe thinks,\nwould not win.\n";
    let at = |words: &str| {
        let start = text.find(words).unwrap();
        Span::new(text, start, start + words.len()).unwrap()
    };
    let mention = |spans: &[&str], label: &'static str| Mention {
        extent: Extent::new(spans.iter().map(|words| at(words)).collect()).unwrap(),
        label: label.into(),
    };
    let mut mentions = vec![
        mention(&["Anna \"B\" <Lee>"], "PER"),
        mention(&["Anna"], "PER"),
        mention(&["Anna"], "PER"),
        mention(&["<Lee> said"], "A \"<b>&\u{e9}"),
        mention(&["said\r\nthat"], "X"),
        mention(&["Bob & Co."], "ORG"),
    ];
    if discontinuous {
        mentions.push(mention(&["Anna", "<Lee>"], "PER"));
    }
    let part = |words: &[&str]| Extent::new(words.iter().map(|words| at(words)).collect()).unwrap();
    let outer = Claim {
        source: Some(part(&["Anna", "<Lee>"])),
        cue: Some(part(&["said"])),
        polarity: Some(Polarity::Affirmed),
        certainty: Some(Certainty::Certain),
        kind: Some("fore\"cast".into()),
        ..Claim::new(part(&["Bob & Co.", "would not win."]))
    };
    let inner = Claim {
        source: Some(part(&["she"])),
        cue: Some(part(&["thinks"])),
        certainty: Some(Certainty::Hedged),
        parent: Some(0),
        ..Claim::new(part(&["would not win."]))
    };
    let alone = Claim {
        polarity: Some(Polarity::Denied),
        parent: Some(1),
        ..Claim::new(part(&["would not"]))
    };
    let claims = vec![outer, inner, alone];
    (
        Document::new("a&b", text),
        Annotations {
            mentions,
            claims,
            ..Annotations::default()
        },
    )
}

/// Writes and reads a document, and compares all that the format says that it holds. Claims are compared with their parents in place of indices.
pub(in crate::formats) fn round_trip(format: &'static Format, example: &(Document, Annotations)) {
    let (document, annotations) = example;
    let whole = Whole {
        document,
        annotations,
        says: [true, true],
    };
    let mut losses = Losses::default();
    let outputs = format.writer.document(&whole, &mut losses);
    let claims = format.writer.holds.claims != crate::formats::Claims::No;
    let lost: Vec<&str> = losses.iter().map(|(what, _, _)| what).collect();
    assert_eq!(lost, if claims { &[][..] } else { &["claims"][..] });
    let mut pieces = outputs.0.into_iter().map(|output| Piece {
        path: Path::new(&format!("a&b{}", output.file)).into(),
        line: 1,
        text: output.text,
    });
    let article = match format.parted {
        Parted::WithArticle(_) => pieces.next(),
        _ => None,
    };
    let block = Block {
        piece: pieces.next().unwrap(),
        number: 1,
        ordinal: 1,
        whole: true,
        companions: article.into_iter().collect(),
    };
    let options = Options::default();
    let record = Record::of(format, &block, &options).unwrap().unwrap();
    assert_eq!((record.id(), record.text()), ("a&b", Some(document.text())));
    let read = record.read(document, &options).unwrap();
    assert_eq!(read.remarks, []);
    let sorted = |mentions: &[Mention]| {
        let mut mentions = mentions.to_vec();
        mentions.sort();
        mentions
    };
    assert_eq!(
        sorted(&read.annotations.mentions),
        sorted(&annotations.mentions)
    );
    let expected = if claims {
        with_parents(&annotations.claims)
    } else {
        Vec::new()
    };
    assert_eq!(with_parents(&read.annotations.claims), expected);
}

/// Claims in order, with the contents of those that they lie in.
fn with_parents(claims: &[Claim]) -> Vec<(Claim, Option<Content>)> {
    let parent = |claim: &Claim| claim.parent.map(|at| claims[at].content.clone());
    let alone = |claim: &Claim| Claim {
        parent: None,
        ..claim.clone()
    };
    let mut all: Vec<_> = claims
        .iter()
        .map(|claim| (alone(claim), parent(claim)))
        .collect();
    all.sort();
    all
}
