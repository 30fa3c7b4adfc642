//! Writes WebAnno TSV 3.3: mentions as named entities, claims as parts and relations of two layers of their own.
//!
//! Every annotation has a number. The white space after a sentence belongs to its `#Text=`, but for one line end before the next; white space before the first token
//! is a token itself unless it is spaces: so the text comes back exactly.

use std::fmt::Write;
use std::ops::Range;

use super::cells::{escape, escape_text};
use super::{BEGIN, CLAIM_PART, CLAIM_RELATION, NAMED_ENTITY, RELATION, SPAN, TEXT};
use crate::formats::claims::{Linked, as_links};
use crate::formats::writing::{Claims, Token, covered, sentences, tokens};
use crate::formats::{Holds, Layout, Losses, Output, Whole, Writer};
use crate::span::Span;

pub(super) const WRITER: Writer = Writer {
    layout: Layout::FilesByDocument,
    holds: Holds {
        discontinuous: false,
        claims: Claims::Stretches,
        edges: false,
        label: |label| !label.is_empty(),
        ..Holds::EVERYTHING
    },
    write,
};

/// An annotation of a layer: its tokens, its number, and the values of its features.
struct Entry {
    tokens: Range<usize>,
    number: usize,
    values: Vec<Option<String>>,
}

/// A relation to an annotation that begins at a token.
struct Arc {
    token: usize,
    kind: &'static str,
    from_token: usize,
    numbers: (usize, usize),
}

/// What is said of the parts of claims, in the order of the columns.
const FEATURES: [&str; 3] = ["Polarity", "Certainty", "Type"];

fn write(whole: &Whole<'_>, losses: &mut Losses) -> Vec<Output> {
    let (text, annotations) = (whole.document.text(), whole.annotations);
    let mut all = tokens(text, annotations);
    let begin = all.first().map_or(text.len(), |token| token.start);
    if text[..begin].chars().any(|c| c != ' ') || (all.is_empty() && begin > 0) {
        // Gaps before the first token are read as spaces, so other white space must be a token.
        let lead = Token {
            start: 0,
            end: begin,
        };
        all.insert(0, lead);
    }
    let mut places = Places {
        all: &all,
        text,
        id: whole.document.id(),
        losses,
        number: 0,
    };
    let mut entities = Vec::with_capacity(annotations.mentions.len());
    for mention in &annotations.mentions {
        for span in mention.extent.spans() {
            entities.extend(places.entry(*span, vec![Some(mention.label.to_string())]));
        }
    }
    let linked = as_links(annotations);
    let (parts, arcs) = claims(&linked, &mut places);
    let [entities_said, claims_said] = whole.says;
    let with_entities = entities_said || !annotations.mentions.is_empty();
    let with_claims = claims_said || !annotations.claims.is_empty();
    let mut rows = Rows {
        text,
        out: String::with_capacity(text.len() * 12),
        entities: with_entities.then(|| Layer::new(entities, 1)),
        parts: with_claims.then(|| Layer::new(parts, 1 + FEATURES.len())),
        arcs,
        names: names(&all, text, annotations),
        units: (0, 0),
    };
    rows.header();
    let sentences = sentences(text, &all, annotations);
    let mut first = 0;
    for (at, sentence) in sentences.iter().enumerate() {
        let next = sentences.get(at + 1).and_then(|next| next.first());
        let end = next.map_or(text.len(), |next| {
            next.start - usize::from(text[..next.start].ends_with('\n'))
        });
        rows.sentence(sentence, first, end);
        first += sentence.len();
    }
    let text = rows.out;
    vec![Output { file: ".tsv", text }]
}

/// The numbers of sentence and token of each token.
fn names(
    all: &[Token],
    text: &str,
    annotations: &crate::annotation::Annotations,
) -> Vec<(usize, usize)> {
    let sentences = sentences(text, all, annotations);
    let numbered = sentences.iter().enumerate();
    let names =
        numbered.flat_map(|(at, sentence)| (1..=sentence.len()).map(move |token| (at + 1, token)));
    names.collect()
}

/// Finds the tokens of annotations.
struct Places<'t, 'l> {
    all: &'t [Token],
    text: &'t str,
    id: &'t str,
    losses: &'l mut Losses,
    number: usize,
}

impl Places<'_, '_> {
    fn entry(&mut self, span: Span, values: Vec<Option<String>>) -> Option<Entry> {
        let (tokens, exact) = covered(self.all, span);
        if !exact {
            let what = "white space at the edges of annotations";
            self.losses.add(what, self.id, span.of(self.text));
        }
        self.number += 1;
        (!tokens.is_empty()).then_some(Entry {
            tokens,
            number: self.number,
            values,
        })
    }
}

/// The parts of claims, and the relations between them in the order of the tokens that they lead to.
fn claims(linked: &Linked, places: &mut Places<'_, '_>) -> (Vec<Entry>, Vec<Arc>) {
    let mut values: Vec<Vec<Option<String>>> = linked
        .stretches
        .iter()
        .map(|(label, _)| {
            let mut values = vec![None; 1 + FEATURES.len()];
            values[0] = Some((*label).to_owned());
            values
        })
        .collect();
    for (stretch, name, value) in &linked.attributes {
        if let Some(at) = FEATURES.iter().position(|feature| feature == name) {
            values[*stretch][at + 1] = Some(value.clone());
        }
    }
    let spans = linked.stretches.iter().map(|(_, span)| *span);
    let parts: Vec<Option<Entry>> = spans
        .zip(values)
        .map(|(span, values)| places.entry(span, values))
        .collect();
    let mut arcs: Vec<Arc> = Vec::with_capacity(linked.links.len());
    for (kind, from, to) in &linked.links {
        if let (Some(from), Some(to)) = (&parts[*from], &parts[*to]) {
            arcs.push(Arc {
                token: to.tokens.start,
                kind,
                from_token: from.tokens.start,
                numbers: (from.number, to.number),
            });
        }
    }
    arcs.sort_by_key(|arc| arc.token);
    (parts.into_iter().flatten().collect(), arcs)
}

/// The annotations of a layer, as a sweep over the tokens meets them.
struct Layer {
    /// In the order of their first tokens.
    entries: Vec<Entry>,
    columns: usize,
    next: usize,
    active: Vec<usize>,
}

impl Layer {
    fn new(mut entries: Vec<Entry>, columns: usize) -> Self {
        entries.sort_by_key(|entry| entry.tokens.start);
        Self {
            entries,
            columns,
            next: 0,
            active: Vec::new(),
        }
    }

    /// Writes the cells of a token.
    fn cells(&mut self, token: usize, out: &mut String) {
        let entries = &self.entries;
        self.active.retain(|at| entries[*at].tokens.end > token);
        while entries
            .get(self.next)
            .is_some_and(|entry| entry.tokens.start <= token)
        {
            self.active.push(self.next);
            self.next += 1;
        }
        for column in 0..self.columns {
            for (at, entry) in self.active.iter().enumerate() {
                if at > 0 {
                    out.push('|');
                }
                match &self.entries[*entry].values[column] {
                    Some(value) => escape(out, value),
                    None => out.push('*'),
                }
                // Writing to a string cannot fail.
                let _ = write!(out, "[{}]", self.entries[*entry].number);
            }
            out.push_str(if self.active.is_empty() { "_\t" } else { "\t" });
        }
    }
}

struct Rows<'a> {
    text: &'a str,
    out: String,
    entities: Option<Layer>,
    parts: Option<Layer>,
    arcs: Vec<Arc>,
    names: Vec<(usize, usize)>,
    /// A byte, and how many UTF-16 units stand before it.
    units: (usize, usize),
}

impl Rows<'_> {
    fn header(&mut self) {
        let out = &mut self.out;
        let _ = writeln!(out, "{BEGIN}3.3");
        if self.entities.is_some() {
            let _ = writeln!(out, "{SPAN}{NAMED_ENTITY}|value");
        }
        if self.parts.is_some() {
            let _ = writeln!(out, "{SPAN}{CLAIM_PART}|label|polarity|certainty|kind");
            let _ = writeln!(out, "{RELATION}{CLAIM_RELATION}|label|BT_{CLAIM_PART}");
        }
        out.push('\n');
    }

    /// How many UTF-16 units stand before a byte, which must not lie before the last that was asked for.
    fn unit(&mut self, byte: usize) -> usize {
        let between = &self.text[self.units.0..byte];
        let count: usize = between.chars().map(char::len_utf16).sum();
        self.units = (byte, self.units.1 + count);
        self.units.1
    }

    /// Writes a sentence whose first token has this index and whose text ends at this byte.
    fn sentence(&mut self, sentence: &[Token], first: usize, end: usize) {
        let begin = sentence.first().map_or(end, |token| token.start);
        self.out.push('\n');
        for line in self.text[begin..end].split('\n') {
            self.out.push_str(TEXT);
            escape_text(&mut self.out, line);
            self.out.push('\n');
        }
        for (at, token) in sentence.iter().enumerate() {
            let (start, end) = (self.unit(token.start), self.unit(token.end));
            let (sentence, number) = self.names[first + at];
            let _ = write!(self.out, "{sentence}-{number}\t{start}-{end}\t");
            let form = &self.text[token.start..token.end];
            if form.contains(['\t', '\n', '\r']) {
                escape_text(&mut self.out, form);
            } else {
                self.out.push_str(form);
            }
            self.out.push('\t');
            self.layers(first + at);
            self.out.push('\n');
        }
    }

    fn layers(&mut self, token: usize) {
        if let Some(layer) = &mut self.entities {
            layer.cells(token, &mut self.out);
        }
        let Some(layer) = &mut self.parts else {
            return;
        };
        layer.cells(token, &mut self.out);
        let from = self.arcs.partition_point(|arc| arc.token < token);
        let to = self.arcs.partition_point(|arc| arc.token <= token);
        let here = &self.arcs[from..to];
        if here.is_empty() {
            self.out.push_str("_\t_\t");
            return;
        }
        let kinds: Vec<&str> = here.iter().map(|arc| arc.kind).collect();
        let begins = here.iter().map(|arc| {
            let (sentence, number) = self.names[arc.from_token];
            let (from, to) = arc.numbers;
            format!("{sentence}-{number}[{from}_{to}]")
        });
        let begins = begins.collect::<Vec<_>>().join("|");
        let _ = write!(self.out, "{}\t{begins}\t", kinds.join("|"));
    }
}
