//! Reads the rows of WebAnno files: units with offsets, each checked against the text; `columns.rs` takes what the layers say of them.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use super::TEXT;
use super::article::{Article, Misfit};
use super::cells::Stack;
use super::links::Pending;
use super::schema::{self, Schema, range_of};
use crate::error::{Problem, quoted};
use crate::formats::draft::MOST_PROBLEMS;
use crate::formats::{Attribute, Block, Draft, Options, Says as Task, Stretch, Use};
use crate::offset::Unit;

/// The number of a sentence, of a token in it, and of a part of that, or 0.
pub(super) type UnitId = (u32, u32, u32);

/// Reads a document.
pub(super) fn read<'a>(
    block: &'a Block,
    options: &Options,
) -> Result<Option<Draft<'a>>, Vec<Problem>> {
    let schema = schema::read(block, options)?;
    let unit = options.unit.unwrap_or(Unit::Utf16);
    if unit == Unit::Grapheme {
        let problem = block.problem(
            0..block.first_line(),
            "the offsets of such files count no graphemes",
        );
        return Err(vec![problem.expected(
            "UTF-16 units, or code points where another tool wrote them",
        )]);
    }
    let mut reader = Reader::new(block, schema, unit);
    reader.rows();
    reader.finish(unit, options)
}

/// An annotation in the making.
#[derive(Debug)]
pub(super) struct Made<'a> {
    pub(super) layer: usize,
    pub(super) label: Cow<'a, str>,
    /// How good the label is, and the column that it stands in.
    pub(super) rank: u8,
    pub(super) label_column: usize,
    /// The number of the row where it begins.
    pub(super) row: usize,
    /// The number of the row where it was met last, and the column where it was met there.
    pub(super) seen: (usize, usize),
    /// The column that it was first met in, and what stands there.
    pub(super) first: (usize, &'a str),
    pub(super) begin: usize,
    pub(super) end: usize,
    /// The number of the token where it ends so far, and whether that token ends there too.
    pub(super) token: usize,
    pub(super) ends: bool,
}

/// A row's unit.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Row {
    pub(super) begin: usize,
    pub(super) end: usize,
    /// The number of its token, counted through the document, and where that lies.
    pub(super) token: usize,
    pub(super) token_begin: usize,
    pub(super) token_end: usize,
}

pub(super) struct Reader<'a> {
    pub(super) block: &'a Block,
    pub(super) schema: Schema<'a>,
    article: Article<'a>,
    /// The units, in order.
    pub(super) units: Vec<UnitId>,
    pub(super) row: Row,
    pub(super) made: Vec<Made<'a>>,
    pub(super) by_id: HashMap<(usize, u64), usize>,
    /// The annotations of the layer at hand in the row at hand.
    pub(super) current: Vec<usize>,
    /// The annotations in whose slots the targets to come belong, and the roles.
    pub(super) hosts: Vec<Option<(usize, &'a str)>>,
    /// The features of the relation layer at hand in the row at hand: column and values.
    pub(super) features: Vec<(usize, Stack<'a>)>,
    pub(super) pending: Vec<Pending<'a>>,
    /// Annotation, column, value and place of what may be said of claims.
    pub(super) attributes: Vec<(usize, usize, Cow<'a, str>, Range<usize>)>,
    /// Whether a unit of the sentence did not fit, so that no other one needs to be told of.
    lost: bool,
    problems: Vec<Problem>,
    more: u64,
}

impl<'a> Reader<'a> {
    fn new(block: &'a Block, schema: Schema<'a>, unit: Unit) -> Self {
        let article = Article::new(unit, schema.as_java, block.text().len() / 4);
        Self {
            block,
            schema,
            article,
            units: Vec::new(),
            row: Row::default(),
            made: Vec::new(),
            by_id: HashMap::new(),
            current: Vec::new(),
            hosts: Vec::new(),
            features: Vec::new(),
            pending: Vec::new(),
            attributes: Vec::new(),
            lost: false,
            problems: Vec::new(),
            more: 0,
        }
    }

    /// Adds a problem at a part of the block's text, or counts it where enough were told.
    pub(super) fn complain(
        &mut self,
        part: &str,
        what: &str,
        with: impl FnOnce(Problem) -> Problem,
    ) {
        if self.problems.len() >= MOST_PROBLEMS {
            self.more += 1;
            return;
        }
        let range = range_of(self.block.text(), part);
        self.problems.push(with(self.block.problem(range, what)));
    }

    fn rows(&mut self) {
        let text = self.block.text();
        let mut at = self.schema.end;
        let mut in_rows = false;
        while at < text.len() {
            let rest = &text.as_bytes()[at..];
            let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            let line = &text[at..at + length];
            let line = line.strip_suffix('\r').unwrap_or(line);
            at += length + 1;
            if let Some(sentence) = line.strip_prefix(TEXT) {
                in_rows = false;
                self.lost = false;
                self.article.line(sentence);
            } else if line.is_empty() {
                in_rows = false;
                self.sentence_without_tokens(line);
            } else if line.starts_with('#') {
                self.schema.others += 1;
            } else {
                self.row(line, in_rows);
                in_rows = true;
            }
        }
        self.sentence_without_tokens(&text[text.len()..]);
    }

    fn sentence_without_tokens(&mut self, line: &'a str) {
        if self.article.waits()
            && let Err(misfit) = self.article.without_tokens()
        {
            self.misfit(line, &misfit);
        }
    }

    fn misfit(&mut self, part: &str, misfit: &Misfit) {
        self.lost = true;
        let told = |problem: Problem| problem.found(quoted(part));
        let mend = super::FORMAT.about_offsets;
        match misfit {
            Misfit::TooEarly(end) => self.complain(
                part,
                "this unit begins before what stands before it ends",
                |problem| {
                    told(problem)
                        .expected(format!("an offset of at least {end}"))
                        .mend(mend)
                },
            ),
            Misfit::TooFar => self.complain(part, "no text is so long", |problem| {
                told(problem).mend("correct the offsets")
            }),
            Misfit::Outside(end) => {
                self.complain(part, "this unit ends after its sentence", |problem| {
                    let expected = format!("offsets up to {end}, where its #Text ends");
                    told(problem).expected(expected).mend(mend)
                })
            }
            Misfit::Inside => self.complain(part, "an offset lies inside a character", |problem| {
                told(problem).mend(mend)
            }),
            Misfit::Other(text) => self.complain(
                part,
                "this token is not what the #Text has there",
                |problem| told(problem).expected(quoted(text)).mend(mend),
            ),
        }
    }

    /// Takes a row; `known` says whether the one before belongs to the same sentence.
    fn row(&mut self, line: &'a str, known: bool) {
        let mut cells = line.split('\t');
        let (id, offsets, form) = (cells.next(), cells.next(), cells.next());
        let (Some(id), Some(offsets), Some(form)) = (id, offsets, form) else {
            self.complain(line, "a row without offsets and token", |problem| {
                let expected = "sentence-token, begin-end and the token, parted by tabs";
                problem
                    .found(quoted(line))
                    .expected(expected)
                    .mend("restore the row, or export the document again")
            });
            return;
        };
        let Some(unit) = unit_id(id) else {
            self.complain(id, "this is no number of a token", |problem| {
                problem
                    .found(quoted(id))
                    .expected("such as 3-14, or 3-14.1 for a part of a token")
            });
            return;
        };
        if self.units.last().is_some_and(|last| *last >= unit) {
            self.complain(id, "the rows are not in order", |problem| {
                let problem = problem
                    .found(id)
                    .expected("each token once, in order of sentences and tokens");
                problem.mend("renumber the rows, or export the document again")
            });
            return;
        }
        let Some((begin, end)) = pair(offsets) else {
            self.complain(offsets, "these are no offsets", |problem| {
                problem
                    .found(quoted(offsets))
                    .expected("begin-end, such as 14-17")
            });
            return;
        };
        self.units.push(unit);
        if !self.place(unit, begin..end, [offsets, form], known) {
            return;
        }
        self.cells(line, cells);
    }

    /// Finds the place of a unit in the text, and checks it.
    fn place(
        &mut self,
        unit: UnitId,
        range: Range<usize>,
        cells: [&'a str; 2],
        known: bool,
    ) -> bool {
        let [offsets, form] = cells;
        if self.lost {
            return false;
        }
        if self.article.waits() {
            if let Err(misfit) = self.article.sentence(range.start) {
                self.misfit(offsets, &misfit);
                return false;
            }
        } else if !known {
            self.complain(offsets, "a sentence without its text", |problem| {
                problem
                    .expected("a line #Text= before its first token")
                    .mend("export the document again as WebAnno TSV v3")
            });
            return false;
        }
        let row = &mut self.row;
        if unit.2 == 0 {
            if range.start < row.token_end {
                let misfit = Misfit::TooEarly(row.token_end);
                self.misfit(offsets, &misfit);
                return false;
            }
            row.token += 1;
            (row.token_begin, row.token_end) = (range.start, range.end);
        } else if range.start < row.token_begin || range.end > row.token_end {
            let expected = format!("offsets from {} to {}", row.token_begin, row.token_end);
            self.complain(offsets, "this part of a token lies outside it", |problem| {
                problem.found(offsets).expected(expected)
            });
            return false;
        }
        (row.begin, row.end) = (range.start, range.end);
        match self.article.check(range, form) {
            Ok(()) => true,
            Err(misfit) => {
                let part = if matches!(misfit, Misfit::Other(_)) {
                    form
                } else {
                    offsets
                };
                self.misfit(part, &misfit);
                false
            }
        }
    }

    fn finish(mut self, unit: Unit, options: &Options) -> Result<Option<Draft<'a>>, Vec<Problem>> {
        let mut draft = Draft {
            id: Cow::Owned(self.block.stem()),
            unit: Some(unit),
            says: self
                .schema
                .has()
                .map(|has| if has { Task::Yes } else { Task::Perhaps }),
            ..Draft::default()
        };
        self.resolve(&mut draft);
        if !self.problems.is_empty() {
            if self.more > 0 {
                let what = format!("more of its rows do not fit: {}", self.more);
                self.problems
                    .push(self.block.problem(0..self.block.first_line(), what));
            }
            return Err(self.problems);
        }
        let is_part: Vec<bool> = self
            .made
            .iter()
            .map(|made| options.claims.part(&made.label).is_some())
            .collect();
        for (made, column, value, place) in self.attributes {
            let own = &mut self.schema.columns[column];
            match own.attribute {
                Some(name) if is_part[made] => {
                    let attribute = Attribute {
                        name: Cow::Borrowed(name),
                        value,
                        id: Cow::Borrowed(""),
                        at: place.into(),
                    };
                    draft.attributes.push((made, attribute));
                }
                _ => own.unread += 1,
            }
        }
        let text = self.block.text();
        let offset = |at: usize| i64::try_from(at).unwrap_or(i64::MAX);
        draft.stretches.reserve_exact(self.made.len());
        for made in self.made {
            let mentions_only = self.schema.claim_parts
                && self.schema.layers[made.layer].name == super::NAMED_ENTITY;
            draft.stretches.push(Stretch {
                at: range_of(text, made.first.1).into(),
                used: if mentions_only {
                    Use::Mention
                } else {
                    Use::ByLabel
                },
                ..Stretch::new(made.label, offset(made.begin), offset(made.end))
            });
        }
        without_width(&mut draft);
        self.schema.pass_over(&mut draft);
        draft.text = Some(Cow::Owned(self.article.text));
        Ok(Some(draft))
    }
}

impl Schema<'_> {
    /// Counts what has no place.
    fn pass_over(&self, draft: &mut Draft<'_>) {
        let mut add = |what: String, count: u64| {
            if count > 0 {
                *draft.unread.entry(Cow::Owned(what)).or_default() += count;
            }
        };
        add("other lines of headers".to_owned(), self.others);
        for layer in &self.layers {
            add(
                format!("cells of the layer {}", layer.short()),
                layer.unread,
            );
        }
        for column in &self.columns {
            add(
                format!("values of the feature {}", column.name),
                column.unread,
            );
        }
    }
}

/// Takes out the annotations between two characters, which no text belongs to.
fn without_width(draft: &mut Draft<'_>) {
    let empty =
        |stretch: &Stretch<'_>| matches!(stretch.pairs.as_slice(), [[begin, end]] if begin == end);
    if !draft.stretches.iter().any(empty) {
        return;
    }
    let mut count = 0;
    let places: Vec<Option<usize>> = draft
        .stretches
        .iter()
        .map(|stretch| {
            count += usize::from(!empty(stretch));
            (!empty(stretch)).then(|| count - 1)
        })
        .collect();
    let left = places.iter().filter(|place| place.is_none()).count() as u64;
    draft
        .unread
        .insert(Cow::Borrowed("annotations of no width"), left);
    draft.stretches.retain(|stretch| !empty(stretch));
    let place = |target: &mut crate::formats::Target| match target {
        crate::formats::Target::Stretch(at) => places[*at].map(|place| *at = place).is_some(),
        crate::formats::Target::Frame(_) => true,
    };
    draft
        .links
        .retain_mut(|link| place(&mut link.from) && place(&mut link.to));
    draft
        .attributes
        .retain_mut(|(at, _)| places[*at].map(|place| *at = place).is_some());
}

/// The numbers of `3-14` or `3-14.1`.
pub(super) fn unit_id(id: &str) -> Option<UnitId> {
    let (sentence, token) = id.split_once('-')?;
    let (token, part) = match token.split_once('.') {
        Some((token, part)) => (token, part.parse().ok().filter(|part| *part > 0)?),
        None => (token, 0),
    };
    Some((sentence.parse().ok()?, token.parse().ok()?, part))
}

fn pair(offsets: &str) -> Option<(usize, usize)> {
    let (begin, end) = offsets.split_once('-')?;
    let (begin, end) = (begin.parse().ok()?, end.parse().ok()?);
    (begin <= end).then_some((begin, end))
}
