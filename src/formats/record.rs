//! Checks a draft against its text: offsets become spans, quoted text is compared, labels and links become mentions and claims. The one room that does, for
//! every format.

mod claims;
mod look_up;
mod units;

use std::cell::OnceCell;
use std::collections::HashMap;

use self::look_up::{LookUp, described};
use super::Places;
use super::claims::{Mapping, Parent, Part, assemble, parts_of};
use super::draft::MOST_PROBLEMS;
use super::{At, Block, Draft, Format, Options, Pair, Says, Use};
use crate::annotation::{ALL_LABELS, Annotations, Label, Mention, Task, Unplaced};
use crate::document::Document;
use crate::error::{Problem, nearest};
use crate::offset::{CodePoints, Unit};

/// A document without text is not believed to be longer than this: an offset beyond is a mistake, and memory is finite.
pub(super) const MOST_CHARACTERS: usize = 1 << 26;

/// One document as it stands in its file.
#[derive(Debug)]
pub struct Record<'a> {
    /// The format of the file.
    pub format: &'static Format,
    /// Where it stands.
    pub block: &'a Block,
    /// What it says.
    pub draft: Draft<'a>,
    /// The places of stretches and frames that the reader did not keep.
    places: OnceCell<Places>,
}

/// What was read of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// Its annotations.
    pub annotations: Annotations,
    /// The stretch that each mention was made of, by its index in the draft.
    pub stretches: Vec<usize>,
    /// Where each claim stands.
    pub claims_at: Vec<ClaimAt>,
    /// What its offsets count.
    pub unit: Unit,
    /// Whether that was found by trying, since it is not what the format or the person says.
    pub unit_was_tried: bool,
    /// Whether they count a carriage return and line feed as one, where that was found by trying.
    pub crlf_is_one: bool,
    /// What a person should know though it is no error.
    pub remarks: Vec<Problem>,
    /// What the document says that is no claim and has no place here, and how often, beside what its reader passed over.
    pub unread: Vec<(&'static str, u64)>,
}

impl Read {
    /// What the offsets count, as people read it.
    #[must_use]
    pub fn counted(&self) -> String {
        described(self.unit, self.crlf_is_one)
    }
}

/// Where a claim stands: at its frame, whose place is looked for when it is asked for, or where its reader says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClaimAt {
    /// The frame of this number.
    Frame(usize),
    /// This place.
    Place(At),
}

impl<'a> Record<'a> {
    /// Reads one block; `None` where it is left out on purpose.
    ///
    /// # Errors
    /// Every part of the block that cannot be read.
    pub fn of(
        format: &'static Format,
        block: &'a Block,
        options: &Options,
    ) -> Result<Option<Self>, Vec<Problem>> {
        let draft = (format.read)(block, options)?;
        Ok(draft.map(|draft| Self {
            format,
            block,
            draft,
            places: OnceCell::new(),
        }))
    }

    /// The document's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.draft.id
    }

    /// The text, where the file or its companion has it.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.draft.text.as_deref()
    }

    /// The number of the document's first line, from 1.
    #[must_use]
    pub const fn line(&self) -> usize {
        self.block.line()
    }

    /// Why nothing was predicted for this document, where the file says that the extractor failed on it, or says nothing at all.
    #[must_use]
    pub fn failure(&self) -> Option<&str> {
        self.draft.failure.as_deref()
    }

    /// Whether the document says something about this task: by its format, or because it has such an annotation.
    #[must_use]
    pub fn says(&self, task: Task, options: &Options) -> Says {
        match self.draft.says(task) {
            Says::Perhaps => {
                let mapping = &options.claims;
                let part = |at| super::claims::part_of(&self.draft, mapping, at).is_some();
                let stretches = &self.draft.stretches;
                let has = match task {
                    Task::Entities => (0..stretches.len()).any(|at| !part(at)),
                    Task::Claims => (0..stretches.len()).any(part),
                };
                if has { Says::Yes } else { Says::Perhaps }
            }
            said => said,
        }
    }

    /// A problem of this document as a whole.
    #[must_use]
    pub fn problem(&self, what: impl Into<String>) -> Problem {
        self.block.problem(0..self.block.first_line(), what)
    }

    /// The problem at a place of this document.
    #[must_use]
    pub fn problem_at(&self, at: &At, what: impl Into<String>) -> Problem {
        match at.part.checked_sub(1) {
            None if at.range.is_empty() => self.problem(what),
            None => self.block.problem(at.range.clone(), what),
            Some(companion) => match self.block.companions.get(companion) {
                Some(piece) => Problem::new(what)
                    .in_file(&piece.path)
                    .at(piece.excerpt(at.range.clone())),
                None => self.problem(what),
            },
        }
    }

    /// Where a stretch stands.
    #[must_use]
    pub fn stretch_at(&self, stretch: usize) -> At {
        let kept = &self.draft.stretches[stretch].at;
        if !kept.range.is_empty() || self.draft.locate.is_none() {
            return kept.clone();
        }
        let places = &self.places().0;
        places.get(stretch).cloned().unwrap_or_default().into()
    }

    /// Where a claim stands.
    #[must_use]
    pub fn claim_at(&self, at: &ClaimAt) -> At {
        match at {
            ClaimAt::Frame(frame) => self.frame_at(*frame),
            ClaimAt::Place(at) => at.clone(),
        }
    }

    /// Where a frame stands.
    pub(super) fn frame_at(&self, frame: usize) -> At {
        let kept = &self.draft.frames[frame].at;
        if !kept.range.is_empty() || self.draft.locate.is_none() {
            return kept.clone();
        }
        let places = &self.places().1;
        places.get(frame).cloned().unwrap_or_default().into()
    }

    fn places(&self) -> &Places {
        self.places.get_or_init(|| {
            let locate = self.draft.locate;
            locate.map_or_else(Default::default, |locate| locate(self.block.text()))
        })
    }

    /// `T3`, or `document d1: entity 3`: what a stretch is called in messages.
    #[must_use]
    pub fn title(&self, stretch: usize) -> String {
        let found = &self.draft.stretches[stretch];
        let own = match (found.name.is_empty(), found.used) {
            (false, _) => found.name.clone().into_owned(),
            (true, Use::Part) => self.part_title(stretch),
            (true, _) => format!("entity {stretch}"),
        };
        self.named(&own)
    }

    /// `claim 2, content`, by the frame that has the stretch.
    fn part_title(&self, stretch: usize) -> String {
        let frames = self.draft.frames.iter().enumerate();
        let mut roles = frames.flat_map(|(at, frame)| {
            let arguments = frame.arguments.iter();
            arguments.map(move |(role, target)| (at, role, target))
        });
        let own = super::Target::Stretch(stretch);
        let found = roles.find(|(_, _, target)| **target == own);
        found.map_or_else(
            || format!("stretch {stretch}"),
            |(at, role, _)| format!("claim {at}, {}", role.to_lowercase()),
        )
    }

    /// The name of a part, with that of the document where a file holds several.
    #[must_use]
    pub fn named(&self, part: &str) -> String {
        if self.block.whole {
            part.to_owned()
        } else {
            format!("document {}: {part}", self.id())
        }
    }

    /// The annotations of the document, laid over the text of `document`, which may be that of its partner, or letters in its place.
    ///
    /// # Errors
    /// Every annotation that does not fit the text, and every value that is not known.
    pub fn read(&self, document: &Document, options: &Options) -> Result<Read, Vec<Problem>> {
        let (read, problems) = self.read_what_fits(document, options);
        if problems.is_empty() {
            Ok(read)
        } else {
            Err(problems)
        }
    }

    /// The same, for those who look for mistakes: the annotations that fit, and everything that is wrong with the others.
    #[must_use]
    pub fn read_what_fits(&self, document: &Document, options: &Options) -> (Read, Vec<Problem>) {
        let points = CodePoints::new(document.text());
        let (ruler, tried, misfit) = self.ruler(&points, document, options);
        let mut look = LookUp::new(self, &ruler, document);
        let mut read = Read {
            annotations: Annotations::default(),
            stretches: Vec::new(),
            claims_at: Vec::new(),
            unit: ruler.unit(),
            unit_was_tried: tried.is_some(),
            crlf_is_one: tried == Some(true),
            remarks: self.draft.remarks.clone(),
            unread: Vec::new(),
        };
        look.problems.extend(self.draft.problems.iter().cloned());
        look.more += self.draft.more;
        look.problems.extend(misfit);
        let mapping = if self.draft.plain_claims {
            Mapping::standard()
        } else {
            &options.claims
        };
        let parts = parts_of(&self.draft, mapping);
        self.read_mentions(&mut look, &parts, &mut read);
        let assembled = assemble(&self.draft, mapping, &parts, self.format.frames);
        self.read_claims(&mut look, &assembled, &mut read);
        if look.other_attributes > 0 {
            let what = "attributes of claims besides polarity, certainty and type";
            read.unread.push((what, look.other_attributes));
        }
        read.remarks.append(&mut look.remarks);
        if look.more_remarks > 0 {
            let what = format!("more remarks on its annotations: {}", look.more_remarks);
            read.remarks.push(self.problem(self.named(&what)));
        }
        if look.more > 0 {
            let what = format!("more of its annotations do not fit: {}", look.more);
            look.problems.push(self.problem(self.named(&what)));
        }
        (read, look.problems)
    }

    /// The stretches that are no parts of claims, as mentions, with a place or without one.
    fn read_mentions(&self, look: &mut LookUp<'_, 'a>, parts: &[Option<Part>], read: &mut Read) {
        let mut triggers = vec![false; self.draft.stretches.len()];
        for trigger in self.draft.frames.iter().filter_map(|frame| frame.trigger) {
            triggers[trigger] = true;
        }
        read.annotations
            .mentions
            .reserve(self.draft.stretches.len());
        for (at, stretch) in self.draft.stretches.iter().enumerate() {
            if parts[at].is_some() || stretch.used == Use::Part || triggers[at] {
                continue;
            }
            let unplaced = stretch.used == Use::Unplaced;
            let extent = if unplaced { None } else { look.extent(at) };
            if stretch.label == ALL_LABELS || stretch.label.is_empty() {
                let what = format!("{}: {:?} is no label", self.title(at), stretch.label);
                look.complain(|| {
                    let problem = self.problem_at(&self.stretch_at(at), what);
                    problem
                        .expected(
                            "a name such as PERSON: the star stands for all labels in every report",
                        )
                        .mend("rename the label")
                });
            }
            let label = || Label::Owned(stretch.label.clone().into_owned());
            if unplaced {
                let words = stretch.quoted.as_deref().unwrap_or_default().into();
                let label = label();
                read.annotations.unplaced.push(Unplaced { label, words });
            }
            if let Some(extent) = extent {
                let label = label();
                read.annotations.mentions.push(Mention { extent, label });
                read.stretches.push(at);
            }
        }
    }

    /// A remark for each mention that stands in the document already.
    #[must_use]
    pub fn repeated(&self, read: &Read) -> Vec<Problem> {
        let mut seen: HashMap<&Mention, usize> = HashMap::new();
        let mut remarks = Vec::new();
        let mut more = 0_u64;
        for (mention, stretch) in read.annotations.mentions.iter().zip(&read.stretches) {
            let first = *seen.entry(mention).or_insert(*stretch);
            if first != *stretch && remarks.len() >= MOST_PROBLEMS {
                more += 1;
            } else if first != *stretch {
                let first = match self.draft.stretches[first].name.as_ref() {
                    "" => format!("entity {first}"),
                    name => name.to_owned(),
                };
                let what = format!("{}: the same mention as {first}", self.title(*stretch));
                let remark = self.problem_at(&self.stretch_at(*stretch), what);
                remarks.push(remark.mend("delete one of the two; both are counted as gold"));
            }
        }
        if more > 0 {
            let what = format!("more of its mentions stand there already: {more}");
            remarks.push(self.problem(self.named(&what)));
        }
        remarks
    }

    /// The problem that a value is not one of the known ones.
    pub(super) fn unknown(
        &self,
        at: &At,
        what: &str,
        found: &str,
        known: &[&'static str],
    ) -> Problem {
        let problem = self
            .problem_at(at, format!("there is no {what} of this name"))
            .found(format!("{found:?}"))
            .expected(format!("one of {}", known.join(", ")));
        match nearest(found, known.iter().copied()) {
            Some(near) => problem.mend(format!("did you mean {near:?}?")),
            None => problem,
        }
    }

    /// The problem that the text of this document is not `text`, that of `whose`, if that is so: offsets into one mean nothing in the other.
    #[must_use]
    pub fn other_text(&self, text: &str, whose: &str) -> Option<Problem> {
        let own = self.text().filter(|own| *own != text)?;
        let same = own
            .chars()
            .zip(text.chars())
            .take_while(|(a, b)| a == b)
            .count();
        let around = |text: &str| -> String {
            text.chars()
                .skip(same.saturating_sub(10))
                .take(30)
                .collect()
        };
        let what = format!("document {}: its text is not that of {whose}", self.id());
        let problem = self
            .problem(what)
            .found(format!("{:?} around character {same}", around(own)))
            .expected(format!("{:?}", around(text)));
        let mend = units::known_difference(own, text).map_or_else(
            || format!("use the text of {whose}, or leave the text out where the offsets are those of {whose}'s text"),
            str::to_owned,
        );
        Some(problem.mend(mend))
    }

    /// How many characters the smallest text has that holds every offset of a document without one, up to 67,108,864.
    #[must_use]
    pub fn stand_in(&self) -> usize {
        let pairs = self
            .draft
            .stretches
            .iter()
            .map(|stretch| stretch.pairs.as_slice());
        let last = pairs.flatten().map(|pair: &Pair| pair[1]).max();
        usize::try_from(last.unwrap_or_default())
            .unwrap_or_default()
            .min(MOST_CHARACTERS)
    }

    /// Whether the contents of claims are words of their own: some of them, and some of them not.
    #[must_use]
    pub fn contents(&self) -> (bool, bool) {
        let frames = &self.draft.frames;
        let wordy = frames.iter().any(|frame| frame.words.is_some());
        let parts = self
            .draft
            .stretches
            .iter()
            .any(|stretch| matches!(stretch.used, Use::Part | Use::ByLabel));
        (
            wordy,
            parts && frames.iter().any(|frame| frame.words.is_none()),
        )
    }

    /// What the offsets of the document count, by the file, else by the person, else by the format.
    #[must_use]
    pub fn unit(&self, options: &Options) -> Unit {
        self.draft.unit.or(options.unit).unwrap_or(self.format.unit)
    }
}

/// The problem of a parent, if it is none.
fn is_wrong(parent: Parent) -> bool {
    parent == Parent::Wrong
}
