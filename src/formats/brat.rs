//! brat standoff: text-bounds with fragments, events, relations, attributes, notes; entities and claims from one file.
//!
//! Offsets are code points, end exclusive. Events of type `Attribution` are claims; text-bounds of type `Source`, `Cue`, `Content` are their parts, triggers belong
//! to their events, every other text-bound is an entity mention. See <https://brat.nlplab.org/standoff.html>.

mod lines;
mod write;

use std::borrow::Cow;
use std::collections::HashMap;

use self::lines::{Line, Record};
use super::{Attribute, Block, Draft, Format, Frame, Head, Link, Options, Parted, Stretch, Target};
use crate::error::Problem;
use crate::offset::Unit;

/// The format.
pub static FORMAT: Format = Format {
    name: "brat",
    title: "brat standoff",
    extensions: &["ann"],
    unit: Unit::CodePoint,
    about_offsets: "brat counts characters (code points) from 0, end exclusive; was the article edited after it was labelled?",
    parted: Parted::WithArticle("txt"),
    recognise,
    read,
    annotators: None,
    frames: true,
    writer: write::WRITER,
};

fn recognise(head: &Head<'_>) -> bool {
    head.ends("ann")
}

fn read<'a>(block: &'a Block, _: &Options) -> Result<Option<Draft<'a>>, Vec<Problem>> {
    let (lines, faults) = lines::parse(block.text());
    let fault = |(range, what, expected): lines::Fault| {
        let problem = block.problem(range, what).expected(expected);
        problem.mend("correct the line, or delete it")
    };
    let mut reader = Reader {
        block,
        targets: HashMap::with_capacity(lines.len()),
        draft: Draft {
            id: Cow::Owned(block.stem()),
            text: block
                .companions
                .first()
                .map(|article| Cow::Borrowed(article.text.as_str())),
            ..Draft::default()
        },
    };
    for found in faults {
        reader.draft.complain(|| fault(found));
    }
    reader.name(&lines);
    for line in &lines {
        reader.frame(line);
    }
    for line in &lines {
        reader.take(line);
    }
    Ok(Some(reader.draft))
}

/// What an id of the file stands for.
#[derive(Clone, Copy)]
enum Named {
    Target(Target),
    /// A relation, an attribute, a normalisation, or a line that could not be read.
    Other,
}

struct Reader<'a> {
    block: &'a Block,
    targets: HashMap<&'a str, (Named, usize)>,
    draft: Draft<'a>,
}

impl<'a> Reader<'a> {
    /// Makes the stretches, and remembers what each id stands for. References may lead forward.
    fn name(&mut self, lines: &[Line<'a>]) {
        let mut frames = 0;
        for line in lines {
            let named = match &line.record {
                Record::TextBound {
                    kind,
                    pairs,
                    quoted,
                } => {
                    self.draft.stretches.push(Stretch {
                        name: Cow::Borrowed(line.id),
                        quoted: Some(quoted.clone()),
                        pairs: pairs.clone(),
                        at: line.offsets.clone().into(),
                        quoted_at: line.quoted.clone().into(),
                        ..Stretch::new(*kind, 0, 0)
                    });
                    Named::Target(Target::Stretch(self.draft.stretches.len() - 1))
                }
                Record::Event { .. } => {
                    frames += 1;
                    Named::Target(Target::Frame(frames - 1))
                }
                _ => Named::Other,
            };
            if line.id.starts_with(['#', '*']) {
                continue;
            }
            let begin = line.range.start;
            if let Some((_, first)) = self.targets.insert(line.id, (named, begin)) {
                let block = self.block;
                self.draft.complain(|| {
                    let first = block.text()[..first].matches('\n').count() + 1;
                    let range = begin..begin + line.id.len();
                    let what = format!("the id {} is used twice", line.id);
                    block
                        .problem(range, what)
                        .found(format!("{} again, first used in line {first}", line.id))
                        .expected("an id of its own for every line")
                        .mend("rename one of the two, and what refers to it")
                });
            }
        }
    }

    /// What an id stands for; that it stands for nothing is complained of.
    fn target(&mut self, line: &Line<'a>, role: &str, id: &str) -> Option<Named> {
        let found = self.targets.get(id).map(|(named, _)| *named);
        if found.is_none() {
            let block = self.block;
            self.draft.complain(|| {
                let what = format!("{}: {role} refers to nothing", line.id);
                block
                    .problem(line.body.clone(), what)
                    .found(id)
                    .expected("the id of a line of this file")
                    .mend(format!("add {id}, or take {role}:{id} out of {}", line.id))
            });
        }
        found
    }

    /// Makes the frame of an event, whose attributes and partners come later.
    fn frame(&mut self, line: &Line<'a>) {
        let Record::Event {
            kind,
            trigger,
            arguments,
        } = &line.record
        else {
            return;
        };
        let trigger = match self.target(line, "the trigger", trigger) {
            Some(Named::Target(Target::Stretch(at))) => Some(at),
            _ => None,
        };
        let mut found = Vec::with_capacity(arguments.len());
        for (role, id) in arguments {
            match self.target(line, role, id) {
                Some(Named::Target(target)) => found.push((Cow::Borrowed(*role), target)),
                Some(Named::Other) => {
                    let block = self.block;
                    self.draft.complain(|| {
                        let what = format!("{}: {role} is no text", line.id);
                        let problem = block.problem(line.body.clone(), what);
                        let problem = problem.found(format!("{role}:{id}"));
                        problem.expected("the id of a text-bound (T) or an event (E)")
                    });
                }
                None => {}
            }
        }
        self.draft.frames.push(Frame {
            name: Cow::Borrowed(line.id),
            kind: Cow::Borrowed(kind),
            trigger,
            arguments: found,
            at: line.body.clone().into(),
            ..Frame::default()
        });
    }

    /// Takes what is said of text-bounds and events.
    fn take(&mut self, line: &Line<'a>) {
        match &line.record {
            Record::Relation { kind, arguments } => {
                let ends = arguments.map(|(role, id)| self.target(line, role, id));
                match ends {
                    [Some(Named::Target(from)), Some(Named::Target(to))] => {
                        self.draft.links.push(Link {
                            kind: Cow::Borrowed(kind),
                            from,
                            to,
                            at: line.body.clone().into(),
                        });
                    }
                    _ => self.draft.pass_over("relations"),
                }
            }
            Record::Attribute {
                name,
                target,
                value,
            } => {
                let attribute = Attribute {
                    name: Cow::Borrowed(name),
                    value: Cow::Borrowed(value),
                    id: Cow::Borrowed(line.id),
                    at: line.body.clone().into(),
                };
                match self.target(line, name, target) {
                    Some(Named::Target(Target::Frame(at))) if at < self.draft.frames.len() => {
                        self.draft.frames[at].attributes.push(attribute);
                    }
                    Some(Named::Target(Target::Stretch(at))) => {
                        self.draft.attributes.push((at, attribute));
                    }
                    _ => self.draft.pass_over("attributes"),
                }
            }
            Record::Other => self.draft.pass_over(match line.id.as_bytes().first() {
                Some(b'#') => "notes",
                Some(b'N') => "normalisations",
                Some(b'*') => "equivalences",
                _ => "other lines",
            }),
            Record::TextBound { .. } | Record::Event { .. } => {}
        }
    }
}

/// The block of an article and its standoff, for those who have both at hand.
#[must_use]
pub fn block(path: &std::path::Path, standoff: &str, article: &str) -> Block {
    let mut block = Block::new(path, 1, standoff);
    block.whole = true;
    block.companions = vec![super::Piece {
        path: path.with_extension("txt").as_path().into(),
        line: 1,
        text: article.to_owned(),
    }];
    block
}
