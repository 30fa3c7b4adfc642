//! Writes UIMA CAS XMI, and beside it the type system without which no tool can load it.

use std::fmt::Write;

use crate::formats::cas::write::{FIRST, HOLDS, Held, Kind, SOFA, Written, structures};
use crate::formats::xml::{legal, push_attribute};
use crate::formats::{Holds, Layout, Losses, Output, Whole, Writer};

pub(super) const WRITER: Writer = Writer {
    layout: Layout::FilesByDocument,
    holds: Holds {
        controls: false,
        ..HOLDS
    },
    write,
};

const BEGIN: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore" xmlns:tcas="http:///uima/tcas.ecore" xmlns:type="http:///de/tudarmstadt/ukp/dkpro/core/api/ner/type.ecore" xmlns:custom="http:///webanno/custom.ecore" xmi:version="2.0">
  <cas:NULL xmi:id="0"/>
"#;

const fn element(kind: Kind) -> &'static str {
    match kind {
        Kind::Document => "tcas:DocumentAnnotation",
        Kind::Entity => "type:NamedEntity",
        Kind::Part => "custom:ClaimPart",
        Kind::Relation => "custom:ClaimRelation",
    }
}

fn write(whole: &Whole<'_>, losses: &mut Losses) -> Vec<Output> {
    let id = whole.document.id();
    let (text, forbidden) = legal(whole.document.text());
    losses.add_many("characters that XML forbids", forbidden, id, "");
    let all = structures(whole);
    let mut out = String::with_capacity(text.len() + all.len() * 100);
    out.push_str(BEGIN);
    for (at, structure) in all.iter().enumerate() {
        push(&mut out, FIRST + at, structure, id, losses);
    }
    // Writing to a string cannot fail.
    let _ = write!(
        out,
        "  <cas:Sofa xmi:id=\"{SOFA}\" sofaNum=\"1\" sofaID=\"_InitialView\" mimeType=\"text/plain\" sofaString=\""
    );
    push_attribute(&mut out, &text);
    let _ = write!(out, "\"/>\n  <cas:View sofa=\"{SOFA}\" members=\"");
    for at in 0..all.len() {
        let space = if at > 0 { " " } else { "" };
        let _ = write!(out, "{space}{}", FIRST + at);
    }
    out.push_str("\"/>\n</xmi:XMI>\n");
    vec![
        Output {
            file: ".xmi",
            text: out,
        },
        Output {
            file: ".TypeSystem.xml",
            text: type_system(),
        },
    ]
}

fn push(out: &mut String, number: usize, found: &Written<'_>, id: &str, losses: &mut Losses) {
    let _ = write!(
        out,
        "  <{} xmi:id=\"{number}\" sofa=\"{SOFA}\" begin=\"{}\" end=\"{}\"",
        element(found.kind),
        found.begin,
        found.end
    );
    for (name, held) in &found.features {
        match held {
            Held::Id(other) => {
                let _ = write!(out, " {name}=\"{other}\"");
            }
            Held::Text(text) => {
                let (text, forbidden) = legal(text);
                losses.add_many("characters that XML forbids", forbidden, id, "");
                let _ = write!(out, " {name}=\"");
                push_attribute(out, &text);
                out.push('"');
            }
        }
    }
    out.push_str("/>\n");
}

/// The types that are written, as UIMA describes types.
fn type_system() -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<typeSystemDescription xmlns=\"http://uima.apache.org/resourceSpecifier\">\n  <types>\n",
    );
    for kind in Kind::DECLARED {
        let _ = write!(
            out,
            "    <typeDescription>\n      <name>{}</name>\n      <description/>\n      <supertypeName>uima.tcas.Annotation</supertypeName>\n      <features>\n",
            kind.name()
        );
        for (name, range) in kind.features() {
            let _ = writeln!(
                out,
                "        <featureDescription>\n          <name>{name}</name>\n          <description/>\n          <rangeTypeName>{range}</rangeTypeName>\n        </featureDescription>"
            );
        }
        out.push_str("      </features>\n    </typeDescription>\n");
    }
    out.push_str("  </types>\n</typeSystemDescription>\n");
    out
}
