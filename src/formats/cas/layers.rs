//! Which types of a CAS are read: all that are not built in, or those that a person names.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::error::Problem;
use crate::formats::claims::Mapping;
use crate::formats::{Block, Draft, Options};

/// Packages of types that describe text, documents and layers.
const BUILT_IN: [&str; 5] = [
    "uima.",
    "de.tudarmstadt.ukp.dkpro.core.api.",
    "org.dkpro.core.api.",
    "de.tudarmstadt.ukp.clarin.webanno.",
    "de.tudarmstadt.ukp.inception.",
];

/// The one package among them that holds annotations of people.
const NAMED_ENTITIES: &str = ".api.ner.type.";

/// Types of this name describe text, whatever their package.
const SEGMENTS: [&str; 6] = ["Token", "Sentence", "Paragraph", "Lemma", "Stem", "POS"];

/// What is done with the annotations of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layer {
    /// They are mentions, or parts of claims.
    Read,
    /// They are parts of claims, relations, or nothing: another layer was named.
    Claims,
    /// They are counted only.
    BuiltIn,
}

/// The types of a file, in the order in which they first stand there.
#[derive(Debug)]
pub(in crate::formats) struct Types<'a> {
    names: Vec<(Cow<'a, str>, Layer)>,
    /// The types' short names; those that need no allocation of their own are borrowed from where the types were read.
    shorts: Vec<&'a str>,
    indices: HashMap<Cow<'a, str>, usize>,
    wanted: Option<String>,
    mapping: Mapping,
    /// Whether the file declares the type that is wanted, with or without annotations.
    declared: bool,
}

impl<'a> Types<'a> {
    pub(in crate::formats) fn new(options: &Options) -> Self {
        Self {
            names: Vec::new(),
            shorts: Vec::new(),
            indices: HashMap::new(),
            wanted: options.layer.clone(),
            mapping: options.claims.clone(),
            declared: false,
        }
    }

    /// The index of a type, whose short name is given as it stands in the file.
    pub(in crate::formats) fn index(&mut self, name: Cow<'a, str>, short: &'a str) -> usize {
        if let Some(known) = self.indices.get(&name) {
            return *known;
        }
        let at = self.names.len();
        let layer = self.layer(&name, short);
        self.indices.insert(name.clone(), at);
        self.names.push((name, layer));
        self.shorts.push(short);
        at
    }

    fn layer(&self, name: &str, short: &str) -> Layer {
        match &self.wanted {
            Some(wanted) if is_named(name, wanted) => Layer::Read,
            _ if is_built_in(name, short) && self.mapping.part(short).is_none() => Layer::BuiltIn,
            Some(_) => Layer::Claims,
            None => Layer::Read,
        }
    }

    /// Takes note of a type that the file declares.
    pub(in crate::formats) fn declare(&mut self, name: &str) {
        let wanted = self.wanted.as_ref();
        self.declared |= wanted.is_some_and(|wanted| is_named(name, wanted));
    }

    pub(in crate::formats) const fn len(&self) -> usize {
        self.names.len()
    }

    /// The name of a type without its package.
    pub(in crate::formats) fn short(&self, kind: usize) -> &'a str {
        self.shorts[kind]
    }

    /// Whether the features of this type are of any use.
    pub(in crate::formats) fn is_read(&self, kind: usize) -> bool {
        self.names[kind].1 != Layer::BuiltIn
    }

    /// Whether annotations of this type may be mentions.
    pub(super) fn is_mention(&self, kind: usize) -> bool {
        self.names[kind].1 == Layer::Read
    }

    /// Complains where the layer that a person named is not clear, and remarks where the document has none.
    pub(super) fn check(&mut self, block: &Block, draft: &mut Draft<'a>) -> Result<(), Problem> {
        let Some(wanted) = &self.wanted else {
            return Ok(());
        };
        let names = || self.names.iter().map(|(name, _)| name.as_ref());
        let found: Vec<&str> = names().filter(|name| is_named(name, wanted)).collect();
        let exact = found.contains(&wanted.as_str());
        let place = 0..block.first_line();
        if found.len() > 1 && !exact {
            let problem = block.problem(place, format!("several layers are called {wanted}"));
            let problem = problem.found(found.join(", "));
            return Err(problem
                .expected("the name of one")
                .mend("give --layer its full name"));
        }
        if found.is_empty() && !self.declared {
            let what = format!("no annotation of the layer {wanted} stands in this document");
            let others = self
                .names
                .iter()
                .filter(|(_, layer)| *layer != Layer::BuiltIn);
            let others: Vec<&str> = others.map(|(name, _)| name.as_ref()).collect();
            let remark = block.problem(place, what);
            let remark = if others.is_empty() {
                remark
            } else {
                remark.found(others.join(", "))
            };
            draft
                .remarks
                .push(remark.mend("correct the name of --layer, if the document should have some"));
        }
        // The full name of one may be the end of another's.
        let others = self
            .names
            .iter_mut()
            .filter(|(name, _)| exact && name != wanted);
        for (_, layer) in others.filter(|(_, layer)| *layer == Layer::Read) {
            *layer = Layer::Claims;
        }
        Ok(())
    }
}

/// Whether a person who says `wanted` means this type: its full name, or what stands behind a dot of it.
fn is_named(name: &str, wanted: &str) -> bool {
    let rest = name.strip_suffix(wanted);
    rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

fn is_built_in(name: &str, short: &str) -> bool {
    let packaged = BUILT_IN.iter().any(|package| name.starts_with(package));
    packaged && !name.contains(NAMED_ENTITIES) || SEGMENTS.contains(&short)
}
