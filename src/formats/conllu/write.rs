//! Writes CoNLL-U with entities in brackets: one sentence for each line of text, all white space in `SpacesAfter`, each mention a group of its own.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write;

use super::spaces::escape;
use super::{DOCUMENT, FIELDS};
use crate::annotation::Mention;
use crate::formats::writing::{Claims, Token, covered, sentences, tokens};
use crate::formats::{Holds, Layout, Losses, Output, Whole, Writer};

pub(super) const WRITER: Writer = Writer {
    layout: Layout::one_file("conllu"),
    holds: Holds {
        claims: Claims::No,
        attributes: false,
        edges: false,
        label: is_type,
        ..Holds::EVERYTHING
    },
    write,
};

/// Nothing escapes what parts the fields of an entity and the last column.
fn is_type(label: &str) -> bool {
    let allowed =
        |c: char| !matches!(c, '-' | '(' | ')' | '|' | '=') && (c == ' ' || !c.is_whitespace());
    !label.is_empty() && label != "_" && label == label.trim() && label.chars().all(allowed)
}

/// A fragment of a mention: its first token and the one after its last.
struct Fragment<'a> {
    first: usize,
    end: usize,
    /// The number of the mention, which fragment this is, and how many there are.
    mention: usize,
    part: usize,
    parts: usize,
    label: &'a str,
}

impl Fragment<'_> {
    fn id(&self, out: &mut String) {
        // Writing to a string cannot fail.
        let _ = write!(out, "e{}", self.mention);
        if self.parts > 1 {
            let _ = write!(out, "[{}/{}]", self.part, self.parts);
        }
    }
}

fn write(whole: &Whole<'_>, losses: &mut Losses) -> Vec<Output> {
    let (text, annotations) = (whole.document.text(), whole.annotations);
    let id: String = whole
        .document
        .id()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let mut out = String::with_capacity(text.len() * 8);
    let _ = writeln!(out, "{DOCUMENT} id = {id}");
    if whole.says[0] || !annotations.mentions.is_empty() {
        let _ = writeln!(out, "{FIELDS} = GRP-etype");
    }
    let all = tokens(text, annotations);
    if all.is_empty() && !text.is_empty() {
        losses.add("texts of nothing but white space", whole.document.id(), "");
    }
    let fragments = fragments(
        &all,
        text,
        &annotations.mentions,
        whole.document.id(),
        losses,
    );
    let mut brackets = Brackets {
        fragments,
        next: 0,
        open: BTreeMap::new(),
    };
    let mut first = 0;
    for (number, sentence) in sentences(text, &all, annotations).into_iter().enumerate() {
        let _ = write!(out, "# sent_id = {}\n# text = ", number + 1);
        for (at, token) in sentence.iter().enumerate() {
            if at > 0 && sentence[at - 1].end < token.start {
                out.push(' ');
            }
            out.push_str(&text[token.start..token.end]);
        }
        out.push('\n');
        for (at, token) in sentence.iter().enumerate() {
            let own = first + at;
            let _ = write!(out, "{}\t{}", at + 1, &text[token.start..token.end]);
            out.push_str("\t_\t_\t_\t_\t_\t_\t_\t");
            let before = if own == 0 { &text[..token.start] } else { "" };
            let next = all.get(own + 1).map_or(text.len(), |next| next.start);
            let inner = at + 1 < sentence.len();
            misc(
                &mut out,
                brackets.at(own),
                before,
                &text[token.end..next],
                inner,
            );
            out.push('\n');
        }
        out.push('\n');
        first += sentence.len();
    }
    if all.is_empty() {
        out.push('\n');
    }
    Output::one(out)
}

/// Writes the last column: the brackets, and the white space around a token.
fn misc(out: &mut String, brackets: String, before: &str, after: &str, inner: bool) {
    let begin = out.len();
    let mut part = |name: &str| {
        if out.len() > begin {
            out.push('|');
        }
        out.push_str(name);
    };
    if !brackets.is_empty() {
        part(&format!("Entity={brackets}"));
    }
    if after.is_empty() {
        part("SpaceAfter=No");
    } else if after != " " || !inner {
        let mut value = String::from("SpacesAfter=");
        escape(&mut value, after);
        part(&value);
    }
    if !before.is_empty() {
        let mut value = String::from("SpacesBefore=");
        escape(&mut value, before);
        part(&value);
    }
    if out.len() == begin {
        out.push('_');
    }
}

/// The fragments of all mentions, in the order in which they open.
fn fragments<'a>(
    all: &[Token],
    text: &str,
    mentions: &'a [Mention],
    id: &str,
    losses: &mut Losses,
) -> Vec<Fragment<'a>> {
    let mut found = Vec::with_capacity(mentions.len());
    for (at, mention) in mentions.iter().enumerate() {
        let spans = mention.extent.spans().iter();
        let places: Vec<_> = spans
            .filter_map(|span| {
                let (place, exact) = covered(all, *span);
                if !exact {
                    losses.add("white space at the edges of annotations", id, span.of(text));
                }
                (!place.is_empty()).then_some(place)
            })
            .collect();
        let parts = places.len();
        for (part, place) in places.into_iter().enumerate() {
            found.push(Fragment {
                first: place.start,
                end: place.end,
                mention: at + 1,
                part: part + 1,
                parts,
                label: &mention.label,
            });
        }
    }
    // What holds another opens before it and closes after it.
    found.sort_by_key(|fragment| (fragment.first, Reverse(fragment.end), fragment.mention));
    found
}

/// The brackets of each token, as a sweep over the tokens meets them.
struct Brackets<'a> {
    fragments: Vec<Fragment<'a>>,
    next: usize,
    /// The open ones by the token after their last, in the order in which they open.
    open: BTreeMap<usize, Vec<usize>>,
}

impl Brackets<'_> {
    fn at(&mut self, token: usize) -> String {
        let (mut opening, mut closing) = (String::new(), String::new());
        let fragments = &self.fragments;
        for at in self.open.remove(&(token + 1)).into_iter().flatten().rev() {
            fragments[at].id(&mut closing);
            closing.push(')');
        }
        let mut opened = false;
        while let Some(fragment) = fragments.get(self.next).filter(|next| next.first == token) {
            opening.push('(');
            fragment.id(&mut opening);
            let _ = write!(opening, "-{}", fragment.label);
            if fragment.end == token + 1 {
                opening.push(')');
            } else {
                opened = true;
                self.open.entry(fragment.end).or_default().push(self.next);
            }
            self.next += 1;
        }
        // What begins and ends here lies in what ends here; but an end cannot stand behind a beginning, whose label it would be taken for.
        if opened {
            closing + &opening
        } else {
            opening + &closing
        }
    }
}
