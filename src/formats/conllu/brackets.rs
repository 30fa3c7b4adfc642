//! Mentions in brackets: what opens, what closes, and what is still open.

use std::collections::{HashMap, HashSet};

use crate::error::{Problem, quoted};
use crate::formats::Draft;

/// A bracket of an `Entity` value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bracket<'a> {
    /// A mention, or a fragment of one, begins; `closed` says whether it ends in the same token.
    Open { fields: &'a str, closed: bool },
    /// One ends.
    Close { id: &'a str },
}

/// The brackets of a value, in order.
#[derive(Debug)]
pub(super) struct Brackets<'a>(pub(super) &'a str);

impl<'a> Iterator for Brackets<'a> {
    /// A bracket, or what is none.
    type Item = Result<Bracket<'a>, &'a str>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.0;
        if rest.is_empty() {
            return None;
        }
        let Some(inside) = rest.strip_prefix('(') else {
            let end = rest.find(['(', ')']);
            let closes = end.filter(|end| rest[*end..].starts_with(')') && *end > 0);
            self.0 = closes.map_or("", |end| &rest[end + 1..]);
            return Some(closes.map_or(Err(rest), |end| Ok(Bracket::Close { id: &rest[..end] })));
        };
        let end = inside.find(['(', ')']).unwrap_or(inside.len());
        let closed = inside[end..].starts_with(')');
        let fields = &inside[..end];
        self.0 = &inside[end + usize::from(closed)..];
        if fields.is_empty() {
            self.0 = "";
            return Some(Err(rest));
        }
        Some(Ok(Bracket::Open { fields, closed }))
    }
}

/// An id, and which fragment of how many it names.
fn part(id: &str) -> Option<(&str, Option<(u32, u32)>)> {
    let Some((own, part)) = id.strip_suffix(']').and_then(|id| id.rsplit_once('[')) else {
        return Some((id, None));
    };
    let (at, of) = part.split_once('/')?;
    let (at, of): (u32, u32) = (at.parse().ok()?, of.parse().ok()?);
    (at >= 1 && at <= of).then_some((own, Some((at, of))))
}

/// A mention: its words, by the indices of the first and the one after the last of each fragment.
#[derive(Debug)]
pub(super) struct Marked<'a> {
    pub(super) label: &'a str,
    pub(super) fragments: Vec<(usize, usize)>,
    /// How many fragments it should have.
    parts: u32,
    /// Where it begins in the file.
    pub(super) at: &'a str,
}

/// Which fields of an entity are its group and its type.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields {
    group: usize,
    kind: usize,
}

impl Fields {
    /// Those of a declaration such as `GRP-etype-infstat`; `None` where it has no field for the type.
    pub(super) fn declared(declaration: &str) -> Option<Self> {
        let place = |names: &[&str]| {
            declaration
                .split('-')
                .position(|field| names.contains(&field.trim()))
        };
        Some(Self {
            group: place(&["GRP", "eid"]).unwrap_or(0),
            kind: place(&["etype"])?,
        })
    }
}

impl Default for Fields {
    fn default() -> Self {
        Self { group: 0, kind: 1 }
    }
}

/// The mentions of a document.
#[derive(Debug, Default)]
pub(super) struct Mentions<'a> {
    pub(super) all: Vec<Marked<'a>>,
    pub(super) fields: Fields,
    /// The open mentions of each group, the last opened last: mention, first word.
    open: HashMap<&'a str, Vec<(usize, usize)>>,
    /// The mentions that wait for this fragment: group, fragment, how many fragments.
    waiting: HashMap<(&'a str, u32, u32), Vec<usize>>,
    groups: HashSet<&'a str>,
}

impl<'a> Mentions<'a> {
    /// Takes the brackets at a word. Such as stand at an empty node begin with the next word and end with the one before.
    pub(super) fn take(
        &mut self,
        value: &'a str,
        word: usize,
        after: usize,
        draft: &mut Draft<'a>,
        complain: &mut impl FnMut(&'a str, &str, &dyn Fn(Problem) -> Problem),
    ) {
        for bracket in Brackets(value) {
            match bracket {
                Err(found) => complain(found, "these are no brackets of entities", &|problem| {
                    let expected = "(ID-TYPE to begin, ID) to end, (ID-TYPE) for a single token";
                    problem.found(quoted(found)).expected(expected)
                }),
                Ok(Bracket::Open { fields, closed }) => {
                    let Some(opened) = self.open(fields, draft) else {
                        complain(fields, "this entity cannot be read", &|problem| {
                            let expected = "an ID and a type, and for one of several fragments such as ID[1/2], each in order";
                            problem.found(quoted(fields)).expected(expected)
                        });
                        continue;
                    };
                    let (group, mention) = opened;
                    self.open.entry(group).or_default().push((mention, word));
                    if closed {
                        self.close(group, after);
                    }
                }
                Ok(Bracket::Close { id }) => {
                    let group = part(id).map(|(group, _)| group);
                    if group.is_none_or(|group| !self.close(group, after)) {
                        complain(id, "an entity ends that did not begin", &|problem| {
                            let problem = problem
                                .found(format!("{id})"))
                                .expected(format!("({id} before it"));
                            problem.mend("add the beginning, or take out the end")
                        });
                    }
                }
            }
        }
    }

    /// Opens a mention, or the next fragment of one: its group and its index.
    fn open(&mut self, fields: &'a str, draft: &mut Draft<'a>) -> Option<(&'a str, usize)> {
        let mut each = fields.split('-');
        let last = self.fields.group.max(self.fields.kind);
        let (mut id, mut label) = ("", "");
        for at in 0..=last {
            let field = each.next().unwrap_or_default();
            if at == self.fields.group {
                id = field;
            }
            if at == self.fields.kind {
                label = field;
            }
        }
        let (group, part) = part(id).filter(|(group, _)| !group.is_empty())?;
        if let Some((at, of)) = part.filter(|(at, _)| *at > 1) {
            let waiting = self.waiting.get_mut(&(group, at, of))?;
            let mention = waiting.pop()?;
            if at < of {
                self.waiting
                    .entry((group, at + 1, of))
                    .or_default()
                    .push(mention);
            }
            return Some((group, mention));
        }
        if each.next().is_some() {
            draft.pass_over("other fields of entities");
        }
        if !self.groups.insert(group) {
            draft.pass_over("coreferences");
        }
        let mention = self.all.len();
        let parts = part.map_or(1, |(_, of)| of);
        if parts > 1 {
            self.waiting
                .entry((group, 2, parts))
                .or_default()
                .push(mention);
        }
        self.all.push(Marked {
            label: if label.is_empty() || label == "_" {
                "Entity"
            } else {
                label
            },
            fragments: Vec::new(),
            parts,
            at: fields,
        });
        Some((group, mention))
    }

    /// Closes the mention of a group that was opened last, before the word of this index.
    fn close(&mut self, group: &str, after: usize) -> bool {
        let Some((mention, first)) = self.open.get_mut(group).and_then(Vec::pop) else {
            return false;
        };
        if first < after {
            self.all[mention].fragments.push((first, after));
        }
        true
    }

    /// The mentions that are still open, or lack fragments, in the order in which they begin.
    pub(super) fn unfinished(&self) -> Vec<usize> {
        let open = self.open.values().flatten().map(|(mention, _)| *mention);
        let waiting = self.waiting.values().flatten().copied();
        let mut found: Vec<usize> = open.chain(waiting).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Whether a mention of several fragments lacks some.
    pub(super) fn lacks(&self, mention: usize) -> bool {
        self.all[mention].parts > 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_are_parted_whatever_stands_beside_them() {
        let open = |fields, closed| Ok(Bracket::Open { fields, closed });
        let close = |id| Ok(Bracket::Close { id });
        let all = |value| Brackets(value).collect::<Vec<_>>();
        assert_eq!(
            all("(1-a-b(2-c)3)(e5[1/2]-d)e5[2/2])"),
            [
                open("1-a-b", false),
                open("2-c", true),
                close("3"),
                open("e5[1/2]-d", true),
                close("e5[2/2]")
            ]
        );
        assert_eq!(all("1"), [Err("1")]);
        assert_eq!(all("1)x(2"), [close("1"), Err("x(2")]);
        assert_eq!(all("()"), [Err("()")]);
        assert_eq!(all(")"), [Err(")")]);
    }

    #[test]
    fn fields_stand_where_they_are_declared() {
        let fields =
            |declared| Fields::declared(declared).map(|fields| (fields.group, fields.kind));
        assert_eq!(fields("GRP-etype-infstat"), Some((0, 1)));
        assert_eq!(fields("minspan-eid-x-etype"), Some((1, 3)));
        assert_eq!(fields("eid-head"), None);
        assert_eq!(part("e5[2/3]"), Some(("e5", Some((2, 3)))));
        assert_eq!(part("e5[3/2]"), None);
        assert_eq!(part("e5"), Some(("e5", None)));
    }
}
