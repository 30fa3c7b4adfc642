//! Looks up the offsets of one document, and compares what lies there with what the file quotes.

use super::{MOST_CHARACTERS, Record};
use crate::document::Document;
use crate::error::Problem;
use crate::formats::draft::{MOST_PROBLEMS, Pair, Stretch, Use};
use crate::offset::{Miss, Ruler, Unit};
use crate::span::{Extent, Span, SpanError};

/// The work on one document, and what was found wrong on the way.
pub(super) struct LookUp<'r, 'a> {
    pub(super) record: &'r Record<'a>,
    ruler: &'r Ruler<'r>,
    text: &'r str,
    /// Whether the text is the article's, so that quoted text can be compared with it.
    known: bool,
    pub(super) problems: Vec<Problem>,
    /// How many problems more there are.
    pub(super) more: u64,
    /// How many attributes of claims mean nothing to the scores.
    pub(super) other_attributes: u64,
    pub(super) remarks: Vec<Problem>,
    /// How many remarks more there are.
    pub(super) more_remarks: u64,
}

impl<'r, 'a> LookUp<'r, 'a> {
    pub(super) fn new(
        record: &'r Record<'a>,
        ruler: &'r Ruler<'r>,
        document: &'r Document,
    ) -> Self {
        Self {
            record,
            ruler,
            text: document.text(),
            known: !document.is_stand_in(),
            problems: Vec::new(),
            more: 0,
            other_attributes: 0,
            remarks: Vec::new(),
            more_remarks: 0,
        }
    }

    /// Adds a problem, or counts it where enough were told.
    pub(super) fn complain(&mut self, problem: impl FnOnce() -> Problem) {
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(problem());
        } else {
            self.more += 1;
        }
    }

    /// Adds a remark, or counts it where enough were told.
    pub(super) fn remark(&mut self, remark: impl FnOnce() -> Problem) {
        if self.remarks.len() < MOST_PROBLEMS {
            self.remarks.push(remark());
        } else {
            self.more_remarks += 1;
        }
    }

    /// Where a stretch lies; `None` where it lies nowhere, which is complained of.
    pub(super) fn extent(&mut self, at: usize) -> Option<Extent> {
        let record = self.record;
        let stretch: &Stretch<'_> = &record.draft.stretches[at];
        match place(self.ruler, self.text, stretch.pairs.as_slice()) {
            Ok(extent) => self.checked(at, extent),
            Err((error, pair)) => {
                let (ruler, text) = (self.ruler, self.text);
                self.complain(|| refused(record, ruler, text, at, error, pair));
                None
            }
        }
    }

    /// The extent, if it covers something that can be seen and the text that the file quotes for it.
    fn checked(&mut self, at: usize, extent: Extent) -> Option<Extent> {
        let (record, text) = (self.record, self.text);
        let blank = |span: &Span| span.of(text).trim_start().is_empty();
        if extent.spans().iter().all(blank) {
            self.complain(|| {
                let title = record.title(at);
                record
                    .problem_at(
                        &record.stretch_at(at),
                        format!("{title}: nothing but white space is annotated"),
                    )
                    .expected("at least one visible character")
                    .mend("correct the offsets, or delete the annotation")
            });
            return None;
        }
        let stretch = &record.draft.stretches[at];
        let Some(quoted) = stretch.quoted.as_ref().filter(|_| self.known) else {
            return Some(extent);
        };
        match agreement(&extent, text, quoted) {
            Agreement::Same => Some(extent),
            Agreement::OtherSigns => {
                self.remark(|| {
                    let title = record.title(at);
                    let what =
                        format!("{title}: the quoted text has other white space than the article");
                    let remark = record.problem_at(&stretch.quoted_at, what);
                    let remark = remark.found(format!("{quoted:?}"));
                    remark.expected(format!("{:?}", extent.text(text)))
                });
                Some(extent)
            }
            Agreement::Other => {
                let ruler = self.ruler;
                self.complain(|| misquoted(record, ruler, text, at, &extent));
                None
            }
        }
    }
}

/// How what lies at a place compares with what the file quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Agreement {
    Same,
    /// Only white space differs, and not merely by line ends and the spaces that tools write for them, or quotation marks are straight in one and curly in the other.
    OtherSigns,
    Other,
}

/// Compares what an extent covers with what the file quotes. White space is compared loosely: tools write line ends within spans in several ways.
pub(super) fn agreement(extent: &Extent, text: &str, quoted: &str) -> Agreement {
    let spans = extent.spans();
    if let [one] = spans
        && one.of(text) == quoted
    {
        return Agreement::Same;
    }
    let covered = || spans.iter().flat_map(|span| span.of(text).chars());
    let visible = |c: &char| !c.is_whitespace();
    let (found, said) = (
        || covered().filter(visible),
        || quoted.chars().filter(visible),
    );
    // Which marks quote, and how they are curved, is what tools normalise.
    let straight = |c: char| match c {
        '\u{2018}'..='\u{201f}' | '\'' => '"',
        _ => c,
    };
    if !found().map(straight).eq(said().map(straight)) {
        return Agreement::Other;
    }
    let strange = |c: &char| c.is_whitespace() && !matches!(c, ' ' | '\n' | '\r' | '\t');
    let same_space = covered().filter(strange).eq(quoted.chars().filter(strange));
    if same_space && found().eq(said()) {
        Agreement::Same
    } else {
        Agreement::OtherSigns
    }
}

/// Where some pairs of offsets lie; else why not, and which of them is wrong, where it is one.
pub(super) fn place(
    ruler: &Ruler<'_>,
    text: &str,
    pairs: &[Pair],
) -> Result<Extent, (SpanError, Option<Pair>)> {
    let span = |pair: &Pair| {
        let [start, end] = *pair;
        let found = if start >= end {
            Err(SpanError::Empty)
        } else {
            match (ruler.byte(start), ruler.byte(end)) {
                (Ok(start), Ok(end)) => Span::new(text, start, end),
                (Err(Miss::Outside), _) | (_, Err(Miss::Outside)) => Err(SpanError::Outside),
                _ => Err(SpanError::InsideCharacter),
            }
        };
        found.map_err(|error| (error, Some(*pair)))
    };
    match pairs {
        // Nearly every extent is one span, which needs no list.
        [one] => span(one).map(Extent::from),
        _ => {
            let spans = pairs.iter().map(span).collect::<Result<_, _>>()?;
            Extent::new(spans).map_err(|error| (error, None))
        }
    }
}

fn refused(
    record: &Record<'_>,
    ruler: &Ruler<'_>,
    text: &str,
    at: usize,
    error: SpanError,
    pair: Option<Pair>,
) -> Problem {
    let shown = |pairs: &[Pair]| {
        let pairs = pairs.iter().map(|[start, end]| format!("{start} {end}"));
        pairs.collect::<Vec<_>>().join(";")
    };
    let found = match &pair {
        Some(pair) => shown(&[*pair]),
        None if error == SpanError::NoSpan => "no offsets at all".to_owned(),
        None => shown(record.draft.stretches[at].pairs.as_slice()),
    };
    let expected = match error {
        SpanError::Empty => "an end after the start".to_owned(),
        SpanError::NoSpan => "a start and a later end".to_owned(),
        SpanError::Overlapping => "fragments that do not share characters".to_owned(),
        SpanError::Outside if text.len() == MOST_CHARACTERS => {
            format!("offsets of at most {MOST_CHARACTERS} where no text is given")
        }
        SpanError::Outside => format!(
            "offsets up to {}, the length of the text in {}",
            ruler.end(),
            ruler.unit().plural()
        ),
        SpanError::InsideCharacter => {
            format!(
                "boundaries of characters, counted in {} from 0",
                ruler.unit().plural()
            )
        }
    };
    let title = record.title(at);
    let problem = record
        .problem_at(&record.stretch_at(at), format!("{title}: {error}"))
        .found(found)
        .expected(expected);
    // Bytes are the most that any way of counting comes to.
    let last = pair.into_iter().flatten().max();
    let beyond_all = last.is_some_and(|last| usize::try_from(last).is_ok_and(|at| at > text.len()));
    match error {
        SpanError::Outside if beyond_all && text.len() != MOST_CHARACTERS => problem.mend(
            "no way of counting reaches so far into this text: restore the text that was labelled, or correct the offsets",
        ),
        SpanError::Outside | SpanError::InsideCharacter => {
            problem.mend(record.format.about_offsets)
        }
        _ => problem.mend("correct the offsets, or delete the annotation"),
    }
}

fn misquoted(
    record: &Record<'_>,
    ruler: &Ruler<'_>,
    text: &str,
    at: usize,
    extent: &Extent,
) -> Problem {
    let stretch = &record.draft.stretches[at];
    let quoted = stretch.quoted.as_deref().unwrap_or_default();
    let covered = extent.text(text);
    let mend = match nearest_place(text, quoted, extent.start()) {
        Some((start, end)) => {
            let points = crate::offset::CodePoints::new(text);
            let offset = |byte| points.offset_of(byte, ruler.unit()).unwrap_or(byte);
            format!(
                "{quoted:?} stands at {} {}; correct the offsets, or restore the article that was labelled",
                offset(start),
                offset(end)
            )
        }
        None => match super::units::known_difference(quoted, &covered) {
            Some(known) => known.to_owned(),
            None => "restore the article that was labelled, or label this again".to_owned(),
        },
    };
    let title = record.title(at);
    let place = if stretch.quoted_at.range.is_empty() {
        record.stretch_at(at)
    } else {
        stretch.quoted_at.clone()
    };
    record
        .problem_at(
            &place,
            format!("{title}: the quoted text is not what the article has there"),
        )
        .found(format!("{quoted:?}"))
        .expected(format!("{covered:?}"))
        .mend(mend)
}

/// Where `quoted` stands in the text, the occurrence that begins nearest to byte `near`.
fn nearest_place(text: &str, quoted: &str, near: usize) -> Option<(usize, usize)> {
    if quoted.is_empty() {
        return None;
    }
    let found = text.match_indices(quoted).map(|(byte, _)| byte);
    let nearest = found.min_by_key(|byte| byte.abs_diff(near))?;
    Some((nearest, nearest + quoted.len()))
}

/// The number of stretches whose offsets, by this ruler, do not lie where their quoted text stands.
pub(super) fn mismatches(record: &Record<'_>, ruler: &Ruler<'_>, text: &str, most: u64) -> u64 {
    let mut count = 0;
    for stretch in &record.draft.stretches {
        let Some(quoted) = &stretch.quoted else {
            continue;
        };
        if stretch.used == Use::Unplaced {
            continue;
        }
        let fits = place(ruler, text, stretch.pairs.as_slice())
            .is_ok_and(|extent| agreement(&extent, text, quoted) != Agreement::Other);
        count += u64::from(!fits);
        if count >= most {
            break;
        }
    }
    count
}

/// Whether two rulers lead to the same places for all stretches.
pub(super) fn same_places(
    record: &Record<'_>,
    one: &Ruler<'_>,
    other: &Ruler<'_>,
    text: &str,
) -> bool {
    let stretches = record.draft.stretches.iter();
    stretches
        .map(|stretch| stretch.pairs.as_slice())
        .all(|pairs| place(one, text, pairs).ok() == place(other, text, pairs).ok())
}

/// Whether all units count the same in this text.
pub(super) fn is_plain(text: &str) -> bool {
    text.is_ascii() && !text.contains('\r')
}

/// The unit and the rule for line ends, as people read it.
pub(super) fn described(unit: Unit, crlf_is_one: bool) -> String {
    if crlf_is_one {
        format!("{}, CRLF as one", unit.plural())
    } else {
        unit.plural().to_owned()
    }
}
