//! The header of a WebAnno file: its version, its layers, and what each column of a row says.

use std::collections::HashMap;
use std::ops::Range;

use super::{BEGIN, CHAIN, CLAIM_PART, NAMED_ENTITY, RELATION, SPAN};
use crate::error::{Problem, quoted};
use crate::formats::claims::Mapping;
use crate::formats::{Block, Options};

/// The features that say what an annotation is, the better before the worse.
const LABELS: [&str; 4] = ["value", "label", "entity", "identifier"];

/// DKPro's types are about words and syntax, but for those of named entities.
const BUILT_IN: &str = "de.tudarmstadt.ukp.dkpro.core.api.";
const BUILT_IN_ENTITIES: &str = "de.tudarmstadt.ukp.dkpro.core.api.ner.";

/// What a layer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Span,
    Chain,
    /// A relation between annotations of this type.
    Relation(Base),
}

/// The type of annotation that a relation or slot leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Base {
    /// The layer of this index.
    Layer(usize),
    /// A layer that is not read.
    Unread,
    /// Any.
    Any,
}

/// A layer.
#[derive(Debug)]
pub(super) struct Layer<'a> {
    pub(super) kind: Kind,
    /// The name of its type.
    pub(super) name: &'a str,
    /// Whether it is read.
    pub(super) wanted: bool,
    /// Whether its short name is a part of claims, and so the label of all that it holds.
    pub(super) fixed: bool,
    /// How many of its cells were passed over.
    pub(super) unread: u64,
}

impl<'a> Layer<'a> {
    /// The name of its type without its packages.
    pub(super) fn short(&self) -> &'a str {
        short(self.name)
    }
}

/// A type's name without its packages.
pub(super) fn short(name: &str) -> &str {
    name.rsplit(['.', ':']).next().unwrap_or(name)
}

/// What a column says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Says {
    /// The value of a feature. The lower its rank, the rather it is the label; none where it never is.
    Feature { rank: Option<u8> },
    /// The roles of slots.
    Roles,
    /// The targets of the slots before.
    Targets(Base),
    /// Where relations begin.
    Begins,
}

/// A column.
#[derive(Debug)]
pub(super) struct Column<'a> {
    pub(super) layer: usize,
    pub(super) says: Says,
    /// The name of its feature.
    pub(super) name: &'a str,
    /// What it says of claims, by the name that claims know.
    pub(super) attribute: Option<&'static str>,
    /// How many of its values have no place.
    pub(super) unread: u64,
}

/// A header.
#[derive(Debug, Default)]
pub(super) struct Schema<'a> {
    pub(super) layers: Vec<Layer<'a>>,
    /// The span layers by the names of their types.
    spans: HashMap<&'a str, usize>,
    pub(super) columns: Vec<Column<'a>>,
    /// Whether texts are escaped as Java source is.
    pub(super) as_java: bool,
    /// Whether the file has a layer of its own for the parts of claims.
    pub(super) claim_parts: bool,
    /// How many lines say something else.
    pub(super) others: u64,
    /// Where the header ends.
    pub(super) end: usize,
}

/// Reads the header of a file.
pub(super) fn read<'a>(block: &'a Block, options: &Options) -> Result<Schema<'a>, Vec<Problem>> {
    let text = block.text();
    let mut schema = Schema {
        as_java: version(block).map_err(|problem| vec![problem])? < 2,
        ..Schema::default()
    };
    let mut declared: Vec<(Kind, &'a str)> = Vec::new();
    while let Some(line) = text[schema.end..].split_inclusive('\n').next() {
        let bare = line.trim_end_matches(['\n', '\r']);
        if !bare.is_empty() && (!bare.starts_with('#') || bare.starts_with("#Text=")) {
            break;
        }
        let kinds = [
            (SPAN, Kind::Span),
            (CHAIN, Kind::Chain),
            (RELATION, Kind::Relation(Base::Any)),
        ];
        let layer = kinds
            .into_iter()
            .find_map(|(begin, kind)| Some((kind, bare.strip_prefix(begin)?)));
        match layer {
            Some(layer) => declared.push(layer),
            None => schema.others += u64::from(!bare.is_empty() && schema.end > 0),
        }
        schema.end += line.len();
    }
    schema.declare(&declared, &options.claims, options.layer.as_deref());
    schema
        .check(block, options)
        .map_err(|problem| vec![problem])?;
    Ok(schema)
}

/// The minor version.
fn version(block: &Block) -> Result<u32, Problem> {
    let text = block.text();
    let first = text[..block.first_line()].trim_end();
    let number = first.strip_prefix(BEGIN).and_then(|version| {
        let (major, minor) = version.split_once('.')?;
        (major == "3").then(|| minor.parse().ok()).flatten()
    });
    number.ok_or_else(|| {
        block
            .problem(0..first.len(), "this is no WebAnno TSV 3")
            .found(quoted(first))
            .expected(format!("a first line {BEGIN}3.0 to 3.3"))
            .mend("export the document again as WebAnno TSV v3")
    })
}

/// What goldspan calls a feature that is said of claims.
fn attribute(name: &str) -> Option<&'static str> {
    let known = [
        ("polarity", "polarity"),
        ("certainty", "certainty"),
        ("negated", "negated"),
        ("kind", "type"),
        ("type", "type"),
    ];
    let lower = name.to_lowercase();
    known
        .into_iter()
        .find_map(|(known, means)| (lower == known).then_some(means))
}

impl<'a> Schema<'a> {
    fn declare(&mut self, declared: &[(Kind, &'a str)], mapping: &Mapping, chosen: Option<&str>) {
        for (kind, fields) in declared {
            let name = fields.split('|').next().unwrap_or_default();
            let built_in = name.starts_with(BUILT_IN) && !name.starts_with(BUILT_IN_ENTITIES);
            let wanted = match (*kind, chosen) {
                (Kind::Span, Some(chosen)) => is(name, chosen),
                (Kind::Span, None) => !built_in,
                (Kind::Relation(_), _) => !built_in,
                (Kind::Chain, _) => false,
            };
            let known = |name: &str| match kind {
                Kind::Relation(_) => {
                    mapping.part(name).is_some() || mapping.is_parent(name) || mapping.is_same(name)
                }
                _ => mapping.part(name).is_some(),
            };
            self.claim_parts |= *kind == Kind::Span && name == CLAIM_PART && wanted;
            if *kind == Kind::Span {
                self.spans.entry(name).or_insert(self.layers.len());
            }
            self.layers.push(Layer {
                kind: *kind,
                name,
                wanted,
                fixed: known(short(name)),
                unread: 0,
            });
        }
        for (layer, (kind, fields)) in declared.iter().enumerate() {
            let mut features = fields.split('|').skip(1).peekable();
            if features.peek().is_none() {
                // A layer without features has one column all the same.
                self.column(layer, *kind, "", 0);
            }
            for (at, feature) in features.enumerate() {
                self.column(layer, *kind, feature, at);
            }
        }
    }

    fn column(&mut self, layer: usize, kind: Kind, feature: &'a str, at: usize) {
        let after_roles = self
            .columns
            .last()
            .is_some_and(|last| last.says == Says::Roles);
        let mut name = feature;
        let says = match kind {
            Kind::Span if feature.starts_with("ROLE_") => {
                let own = feature.trim_start_matches("ROLE_");
                let own = own.split_once(':').map_or(own, |(_, own)| own);
                name = own.rsplit_once('_').map_or(own, |(own, _)| own);
                Says::Roles
            }
            Kind::Span if after_roles => Says::Targets(self.base(feature)),
            Kind::Relation(_) if feature.starts_with("BT_") => {
                let base = self.base(feature.trim_start_matches("BT_"));
                self.layers[layer].kind = Kind::Relation(base);
                Says::Begins
            }
            _ => Says::Feature {
                rank: rank(feature, at),
            },
        };
        self.columns.push(Column {
            layer,
            says,
            name,
            attribute: attribute(feature),
            unread: 0,
        });
    }

    fn base(&self, name: &str) -> Base {
        match self.spans.get(name) {
            Some(at) if self.layers[*at].wanted => Base::Layer(*at),
            Some(_) => Base::Unread,
            // DKPro's tokens and parts of speech have no layer where nobody annotated them.
            None if name.starts_with(BUILT_IN) => Base::Unread,
            None => Base::Any,
        }
    }

    /// Complains where a layer was chosen that the file does not have.
    fn check(&self, block: &Block, options: &Options) -> Result<(), Problem> {
        let Some(chosen) = options.layer.as_deref() else {
            return Ok(());
        };
        let spans = || self.layers.iter().filter(|layer| layer.kind == Kind::Span);
        if spans().any(|layer| layer.wanted) {
            return Ok(());
        }
        let names: Vec<&str> = spans().map(|layer| layer.name).collect();
        let problem = block
            .problem(0..block.first_line(), "this file has no layer of that name")
            .found(quoted(chosen));
        let expected = match names.as_slice() {
            [] => "a file with layers".to_owned(),
            names => format!("one of {}", names.join(", ")),
        };
        Err(problem
            .expected(expected)
            .mend("name another layer, or none for all"))
    }

    /// Whether the file has a layer for named entities that is read, and one for the parts of claims.
    pub(super) fn has(&self) -> [bool; 2] {
        let spans = || {
            self.layers
                .iter()
                .filter(|layer| layer.wanted && layer.kind == Kind::Span)
        };
        [
            spans().any(|layer| layer.name == NAMED_ENTITY),
            self.claim_parts || spans().any(|layer| layer.fixed),
        ]
    }
}

/// Whether a type has this name, perhaps given without its packages.
fn is(name: &str, chosen: &str) -> bool {
    let before = name.strip_suffix(chosen);
    !chosen.is_empty() && before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

fn rank(feature: &str, at: usize) -> Option<u8> {
    match LABELS.iter().position(|label| *label == feature) {
        Some(at) => u8::try_from(at).ok(),
        None if matches!(
            attribute(feature),
            Some("polarity" | "certainty" | "negated")
        ) =>
        {
            None
        }
        None => Some(u8::try_from(at + LABELS.len()).unwrap_or(u8::MAX - 1)),
    }
}

/// The byte range of a part of a text, which must be a slice of it.
pub(super) fn range_of(text: &str, part: &str) -> Range<usize> {
    let start = (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    start..start + part.len()
}
