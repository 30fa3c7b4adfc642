//! Tests of the XMI reader and writer, and of the rules that UIMA's formats share.

use super::*;
use crate::document::Document;
use crate::formats::claims::Mapping;
use crate::formats::xml::tests::{example, round_trip};
use crate::formats::{Read, Record};

const BEGIN: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore" xmlns:tcas="http:///uima/tcas.ecore" xmlns:seg="http:///de/tudarmstadt/ukp/dkpro/core/api/segmentation/type.ecore" xmlns:type="http:///de/tudarmstadt/ukp/dkpro/core/api/ner/type.ecore" xmlns:custom="http:///webanno/custom.ecore" xmlns:none="http:///uima/noNamespace.ecore" xmi:version="2.0">
<cas:NULL xmi:id="0"/><tcas:DocumentAnnotation xmi:id="90" sofa="1" begin="0" end="36" language="en"/><seg:Token xmi:id="91" sofa="1" begin="3" end="7"/>
"#;

/// Where words lie in the text below: Anna 3-7, said 8-12, she 17-20, won 21-24, Bob 28-31.
const TEXT: &str = "\u{1f600} Anna said&#13;&#10;&#10;&#9; she won &amp; &lt;Bob&gt;.";

fn file(inside: &str) -> Block {
    let text = format!(
        "{BEGIN}{inside}\n<cas:Sofa xmi:id=\"1\" sofaNum=\"1\" sofaID=\"_InitialView\" mimeType=\"text\" sofaString=\"{TEXT}\"/>\n</xmi:XMI>\n"
    );
    let mut block = Block::new("x/a.xmi", 1, text);
    block.whole = true;
    block
}

fn taken(block: &Block, options: &Options) -> Result<(String, Read, Vec<String>), String> {
    let shown = |problems: Vec<Problem>| {
        let problems = problems.iter().map(ToString::to_string);
        problems.collect::<Vec<_>>().join("\n")
    };
    let record = Record::of(&FORMAT, block, options).map_err(shown)?.unwrap();
    let text = record.text().unwrap().to_owned();
    let read = record
        .read(&Document::new("a", text.clone()), options)
        .map_err(shown)?;
    let unread = record
        .draft
        .unread
        .iter()
        .map(|(what, count)| format!("{count} {what}"));
    Ok((text, read, unread.collect()))
}

fn mentions(inside: &str, options: &Options) -> Result<Vec<String>, String> {
    let (text, read, _) = taken(&file(inside), options)?;
    let mentions = read.annotations.mentions.iter();
    Ok(mentions
        .map(|m| format!("{}/{}", m.extent.text(&text), m.label))
        .collect())
}

fn layer(name: &str) -> Options {
    Options {
        layer: Some(name.to_owned()),
        ..Options::default()
    }
}

#[test]
fn the_text_is_decoded_exactly_and_offsets_are_utf_16() {
    let inside = r#"<type:NamedEntity xmi:id="2" sofa="1" begin="3" end="7" value="PER" identifier="Q1"/><type:NamedEntity xmi:id="3" sofa="1" begin="28" end="31" value="PER"/>"#;
    let (text, read, unread) = taken(&file(inside), &Options::default()).unwrap();
    assert_eq!(text, "\u{1f600} Anna said\r\n\n\t she won & <Bob>.");
    let found: Vec<String> = read
        .annotations
        .mentions
        .iter()
        .map(|m| m.extent.text(&text))
        .collect();
    assert_eq!(found, ["Anna", "Bob"]);
    assert_eq!(
        unread,
        [
            "1 DocumentAnnotation annotations",
            "1 Token annotations",
            "1 features"
        ]
    );
}

#[test]
fn a_label_is_a_known_feature_else_the_only_text_else_the_type() {
    let inside = r#"
<custom:A xmi:id="2" sofa="1" begin="3" end="7" label="L" entity="E"/>
<custom:A xmi:id="3" sofa="1" begin="3" end="7" value="" entity="E" other="O"/>
<custom:A xmi:id="4" sofa="1" begin="3" end="7" identifier="I" other="O"/>
<custom:A xmi:id="5" sofa="1" begin="3" end="7" number="12" flag="true" mine="M"/>
<custom:A xmi:id="6" sofa="1" begin="3" end="7" mine="M" yours="Y"/>
<none:B xmi:id="7" sofa="1" begin="3" end="7"/>
<none:B xmi:id="8" sofa="1" begin="3" end="3"/>"#;
    let found = mentions(inside, &Options::default()).unwrap();
    assert_eq!(
        found,
        ["Anna/L", "Anna/E", "Anna/I", "Anna/M", "Anna/A", "Anna/B"]
    );
}

#[test]
fn a_layer_is_named_by_its_full_name_or_its_end() {
    let inside = r#"
<custom:Span xmi:id="2" sofa="1" begin="3" end="7" value="S"/>
<none:Span xmi:id="3" sofa="1" begin="8" end="12" value="N"/>
<type:NamedEntity xmi:id="4" sofa="1" begin="21" end="24" value="E"/>"#;
    let with = |name: &str| mentions(inside, &layer(name));
    assert_eq!(with("NamedEntity").unwrap(), ["won/E"]);
    assert_eq!(with("custom.Span").unwrap(), ["Anna/S"]);
    assert_eq!(with("Token").unwrap(), ["Anna/Token"]);
    assert_eq!(
        with("pan").unwrap(),
        Vec::<String>::new(),
        "a part of a name names nothing"
    );
    // The full name of the one is the end of the other's.
    assert_eq!(with("Span").unwrap(), ["said/N"]);
    let two = inside.replace("none:Span", "type:Span");
    let message = mentions(&two, &layer("Span")).unwrap_err();
    assert_eq!(
        message,
        "x/a.xmi:1:1: several layers are called Span: found webanno.custom.Span, de.tudarmstadt.ukp.dkpro.core.api.ner.type.Span, expected the name of one (give --layer its full name)"
    );
    let (_, read, _) = taken(&file(inside), &layer("Person")).unwrap();
    assert_eq!(
        read.remarks[0].to_string(),
        "x/a.xmi:1:1: no annotation of the layer Person stands in this document: found webanno.custom.Span, Span, de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity (correct the name of --layer, if the document should have some)"
    );
}

#[test]
fn relations_and_slots_join_the_parts_of_claims() {
    let parts = r#"
<custom:Part xmi:id="2" sofa="1" begin="3" end="7" kind_of="Source"/>
<custom:Cue xmi:id="3" sofa="1" begin="8" end="12" arguments="6 7"/>
<custom:Part xmi:id="4" sofa="1" begin="17" end="24" kind_of="Content" polarity="denied"/>"#;
    let slots = r#"<custom:CueLink xmi:id="6" role="source" target="2"/><custom:CueLink xmi:id="7" role="content" target="4"/>"#;
    let shared = r#"<custom:CueLink xmi:id="16" role="source" target="2"/><custom:CueLink xmi:id="17" role="content" target="4"/><cas:FSArray xmi:id="6" elements="16 17"/><cas:FSArray xmi:id="7" elements=""/>"#;
    let relations = r#"<custom:R xmi:id="6" sofa="1" begin="3" end="7" Governor="3" Dependent="2"/><custom:R xmi:id="7" sofa="1" begin="3" end="7" source="3" target="4" label="x"/>"#;
    for links in [slots, shared, relations] {
        let (text, read, _) =
            taken(&file(&format!("{parts}{links}")), &Options::default()).unwrap();
        let [claim] = read.annotations.claims.as_slice() else {
            panic!("{read:?}");
        };
        let words = |extent: &Option<crate::span::Extent>| extent.as_ref().unwrap().text(&text);
        assert_eq!(claim.content.words(&text), "she won");
        assert_eq!(
            (words(&claim.source), words(&claim.cue)),
            ("Anna".into(), "said".into())
        );
        assert_eq!(claim.polarity, Some(crate::annotation::Polarity::Denied));
        assert_eq!(
            (read.annotations.mentions, read.remarks),
            (vec![], vec![]),
            "{links}"
        );
    }
    let inside = parts.replace("arguments=\"6 7\"", "source=\"2\" content=\"4\"");
    let (_, read, _) = taken(&file(&inside), &Options::default()).unwrap();
    assert!(read.annotations.claims[0].source.is_some());
    let nothing = Options {
        claims: Mapping::nothing(),
        ..Options::default()
    };
    let (_, read, _) = taken(&file(&format!("{parts}{slots}")), &nothing).unwrap();
    assert_eq!(
        (
            read.annotations.mentions.len(),
            read.annotations.claims.len()
        ),
        (3, 0)
    );
}

#[test]
fn other_views_and_what_no_view_holds_are_passed_over() {
    let inside = r#"
<custom:A xmi:id="2" sofa="1" begin="3" end="7"/>
<custom:A xmi:id="3" sofa="1" begin="3" end="7"/>
<custom:A xmi:id="4" sofa="5" begin="0" end="1"/>
<cas:Sofa xmi:id="5" sofaNum="2" sofaID="other" sofaString="o"/>
<cas:View sofa="5" members="4"/><cas:View sofa="1" members="2 90 91"/>"#;
    let (_, read, unread) = taken(&file(inside), &Options::default()).unwrap();
    assert_eq!(read.annotations.mentions.len(), 1);
    let expected = [
        "1 DocumentAnnotation annotations",
        "1 Token annotations",
        "1 annotations of other views",
        "1 annotations that belong to no view",
    ];
    assert_eq!(unread, expected);
}

#[test]
fn what_refers_to_nothing_and_what_cannot_be_read_is_refused_with_its_place() {
    for (inside, expected) in [
        (
            r#"<custom:R xmi:id="6" sofa="1" begin="3" end="7" Governor="77" Dependent="91"/>"#,
            "x/a.xmi:4:1: the governor of the R 6 refers to nothing: found the id 77, expected the id of a structure of this file (export the file again, or delete what refers to it)",
        ),
        (
            r#"<custom:C xmi:id="6" sofa="1" begin="3" end="7" a="7"/><custom:L xmi:id="7" role="r" target="8"/>"#,
            "x/a.xmi:4:56: the target of the L 7 refers to nothing: found the id 8",
        ),
        (
            r#"<custom:A xmi:id="6" sofa="1" begin="3" end="7"/><custom:A xmi:id="6" sofa="1" begin="3" end="7"/>"#,
            "x/a.xmi:4:50: two structures have one id: found the id 6 again",
        ),
        (
            r#"<custom:A xmi:id="6" sofa="1" begin="x" end="7"/>"#,
            "x/a.xmi:4:1: begin is no whole number: found \"x\"",
        ),
        (
            r#"<custom:A xmi:id="6" sofa="1" begin="1" end="7"/>"#,
            "x/a.xmi:4:1: 6: a boundary lies inside a character: found 1 7",
        ),
        (
            r#"<custom:A xmi:id="6" sofa="1" begin="3" end="700"/>"#,
            "x/a.xmi:4:1: 6: an offset lies outside the text: found 3 700",
        ),
        (
            r#"<other:A xmi:id="6" sofa="1" begin="3" end="7"/>"#,
            "x/a.xmi:4:1: the prefix \"other\" is not declared",
        ),
        ("<custom:A>", "x/a.xmi:6:1: this XML cannot be read"),
    ] {
        let message = mentions(inside, &Options::default()).unwrap_err();
        assert!(message.starts_with(expected), "{message}");
    }
    let block = Block::new("a.xmi", 1, format!("{BEGIN}</xmi:XMI>"));
    let message = read(&block, &Options::default()).unwrap_err()[0].to_string();
    assert!(
        message.starts_with("a.xmi:1:1: this CAS has no text, expected a Sofa"),
        "{message}"
    );
}

#[test]
fn what_is_written_is_read_back() {
    round_trip(&FORMAT, &example(false));
}
