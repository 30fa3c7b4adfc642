//! The annotations of a document as feature structures, for both of UIMA's formats: named entities, parts of claims, and relations between those.

use std::borrow::Cow;

use crate::formats::claims::as_links;
use crate::formats::writing::Claims;
use crate::formats::xml::is_label;
use crate::formats::{Holds, Whole};
use crate::offset::{CodePoints, Unit};
use crate::span::Span;

/// What UIMA can hold in either format.
pub(in crate::formats) const HOLDS: Holds = Holds {
    overlapping: true,
    repeated: true,
    discontinuous: false,
    unplaced: false,
    claims: Claims::Stretches,
    attributes: true,
    exact_text: true,
    edges: true,
    controls: true,
    label: is_label,
};

/// The id of the text.
pub(in crate::formats) const SOFA: usize = 1;

/// The id of the first structure after it.
pub(in crate::formats) const FIRST: usize = 2;

/// A type that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::formats) enum Kind {
    Document,
    Entity,
    Part,
    Relation,
}

/// The name of the type of parts, which relations refer to.
pub(in crate::formats) const PART: &str = "webanno.custom.ClaimPart";

const STRING: &str = "uima.cas.String";

impl Kind {
    /// Those that a type system must declare.
    pub(in crate::formats) const DECLARED: [Self; 3] = [Self::Entity, Self::Part, Self::Relation];

    /// Its full name.
    pub(in crate::formats) const fn name(self) -> &'static str {
        match self {
            Self::Document => "uima.tcas.DocumentAnnotation",
            Self::Entity => "de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity",
            Self::Part => PART,
            Self::Relation => "webanno.custom.ClaimRelation",
        }
    }

    /// Its features, and what each may hold.
    pub(in crate::formats) const fn features(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Document => &[],
            Self::Entity => &[("value", STRING), ("identifier", STRING)],
            Self::Part => &[
                ("label", STRING),
                ("polarity", STRING),
                ("certainty", STRING),
                ("kind", STRING),
            ],
            Self::Relation => &[("Governor", PART), ("Dependent", PART), ("label", STRING)],
        }
    }
}

/// What a feature holds.
#[derive(Debug)]
pub(in crate::formats) enum Held<'a> {
    Text(Cow<'a, str>),
    /// The id of another structure.
    Id(usize),
}

/// A structure that is written. Its id is its index and [`FIRST`].
#[derive(Debug)]
pub(in crate::formats) struct Written<'a> {
    pub(in crate::formats) kind: Kind,
    /// Offsets in UTF-16.
    pub(in crate::formats) begin: usize,
    pub(in crate::formats) end: usize,
    pub(in crate::formats) features: Vec<(&'static str, Held<'a>)>,
}

/// The structures of a document.
pub(in crate::formats) fn structures<'a>(whole: &Whole<'a>) -> Vec<Written<'a>> {
    let text = whole.document.text();
    let points = CodePoints::new(text);
    let place = |span: &Span| {
        let offset = |byte| points.offset_of(byte, Unit::Utf16).unwrap_or(byte);
        (offset(span.start()), offset(span.end()))
    };
    let mut all = vec![Written {
        kind: Kind::Document,
        begin: 0,
        end: points.end(Unit::Utf16),
        features: vec![("language", Held::Text(Cow::Borrowed("x-unspecified")))],
    }];
    for mention in &whole.annotations.mentions {
        for span in mention.extent.spans() {
            let (begin, end) = place(span);
            all.push(Written {
                kind: Kind::Entity,
                begin,
                end,
                features: vec![("value", Held::Text(Cow::Borrowed(&mention.label)))],
            });
        }
    }
    let linked = as_links(whole.annotations);
    let first = all.len();
    for (label, span) in &linked.stretches {
        let (begin, end) = place(span);
        all.push(Written {
            kind: Kind::Part,
            begin,
            end,
            features: vec![("label", Held::Text(Cow::Borrowed(label)))],
        });
    }
    for (stretch, name, value) in linked.attributes {
        let name = match name {
            "Polarity" => "polarity",
            "Certainty" => "certainty",
            _ => "kind",
        };
        let features = &mut all[first + stretch].features;
        features.push((name, Held::Text(Cow::Owned(value))));
    }
    for (kind, from, to) in linked.links {
        let end = &all[first + to];
        all.push(Written {
            kind: Kind::Relation,
            begin: end.begin,
            end: end.end,
            features: vec![
                ("label", Held::Text(Cow::Borrowed(kind))),
                ("Governor", Held::Id(FIRST + first + from)),
                ("Dependent", Held::Id(FIRST + first + to)),
            ],
        });
    }
    all
}
