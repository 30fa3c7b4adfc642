//! Looks at whole sets of annotated documents in parallel: every document once, then once more where names are odd.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::documents::{self, Found};
use super::pool;
use crate::check::fix::{self, Edit, Wanted};
use crate::check::{
    Alike, Finding, Labels, Names, Rule, Sketch, Stands, View, look_at, sketch, unknown_labels,
};
use crate::corpus::{Corpus, Entry, Source};
use crate::document::Document;
use crate::error::{Error, Kind, Problem, Result};
use crate::formats::{Block, Options, Read, Record};
use crate::offset::Unit;

/// How many documents of a corpus are in work at once.
const BATCH_DOCUMENTS: usize = 512;

/// A set of documents to look at.
#[derive(Debug)]
pub enum Set {
    /// Documents in files of one format.
    Source(Source, Box<Options>),
    /// The articles of a corpus, with gold or without.
    Corpus(Corpus),
}

/// What was found.
#[derive(Debug, Default)]
pub struct Checked {
    /// The findings, in order of rule, file and line.
    pub findings: Vec<Finding>,
    /// How many documents, mentions and claims were looked at.
    pub documents: u64,
    /// How many mentions they have.
    pub mentions: u64,
    /// How many claims they have.
    pub claims: u64,
    /// The labels and how often each occurs.
    pub labels: Vec<(String, u64)>,
    /// What files say that goldspan has no place for.
    pub unread: BTreeMap<String, u64>,
    /// Documents left out on purpose, by why.
    pub left_out: BTreeMap<String, u64>,
    /// The changes that mend files, by file and in the order of their blocks.
    pub edits: BTreeMap<PathBuf, Vec<(String, Vec<Edit>)>>,
    /// How many annotations these changes mend, by file.
    pub mended: BTreeMap<PathBuf, u64>,
    /// How many annotations have a fault of that kind and are left as they are.
    pub left: u64,
}

/// What one document shows.
#[derive(Default)]
struct Looked {
    findings: Vec<Finding>,
    labels: Labels,
    names: Names,
    text: Option<(Sketch, String, String, Problem)>,
    id: String,
    lengths: [usize; 3],
    /// The problem that the document stands twice, where it does.
    twice: Option<Problem>,
    counts: [u64; 3],
    unread: BTreeMap<String, u64>,
    left_out: Option<String>,
    edits: Option<(PathBuf, (String, Vec<Edit>))>,
    mended: u64,
    left: u64,
}

/// Looks at sets of documents; several sets, or the splits of a corpus, must have no text in common. Predictions are held against the documents of all sets.
///
/// # Errors
/// Where a source cannot be opened at all, or threads cannot be had; what is wrong with documents is among the findings.
pub fn check(
    sets: &[Set],
    predictions: &[(Source, Options)],
    wanted: Wanted,
    threads: NonZeroUsize,
) -> Result<Checked> {
    let pool = pool(threads)?;
    let mut first = First::default();
    let several = sets.len() > 1;
    for set in sets {
        first.ids.clear();
        each(set, &pool, &first_look(set, several, wanted), |looked| {
            first.take(looked);
        })?;
    }
    let First {
        mut checked,
        labels,
        names,
        alike,
        texts,
        ..
    } = first;
    let odd = names.odd();
    let mut stands = Stands::default();
    for set in sets {
        let second = |view: &View<'_>| odd.look_at(view);
        each(
            set,
            &pool,
            &|seen| seen.view().map(|view| second(&view)),
            |found| {
                if let Some(found) = found {
                    stands.append(found);
                }
            },
        )?;
    }
    checked.findings.extend(labels.findings());
    checked.findings.extend(odd.findings(stands));
    checked.findings.extend(alike.findings());
    for (source, options) in predictions {
        predicted(source, options, &pool, &texts, &labels, &mut checked)?;
    }
    checked.labels = labels
        .iter()
        .map(|(label, count)| (label.to_owned(), count))
        .collect();
    checked.findings.sort_by(|a, b| {
        a.rule
            .cmp(&b.rule)
            .then_with(|| a.problem.in_order(&b.problem))
    });
    checked
        .edits
        .retain(|_, blocks| blocks.iter().any(|(_, edits)| !edits.is_empty()));
    Ok(checked)
}

/// What is remembered of a text, to hold predictions against it.
struct Text {
    sketch: Sketch,
    /// Its length in code points, UTF-16 units and bytes.
    lengths: [usize; 3],
}

impl Text {
    fn length(&self, unit: Unit) -> Option<usize> {
        match unit {
            Unit::CodePoint => Some(self.lengths[0]),
            Unit::Utf16 => Some(self.lengths[1]),
            Unit::Byte => Some(self.lengths[2]),
            // To count these takes longer than all else, and few files do.
            Unit::Grapheme => None,
        }
    }
}

/// What the first look at all documents gave.
#[derive(Default)]
struct First {
    checked: Checked,
    labels: Labels,
    names: Names,
    alike: Alike,
    /// The texts of all documents by id; `None` where the text is not known.
    texts: BTreeMap<String, Option<Text>>,
    /// The ids of the set that is looked at.
    ids: BTreeSet<String>,
}

impl First {
    fn take(&mut self, looked: Looked) {
        self.labels.append(looked.labels);
        self.names.append(looked.names);
        let checked = &mut self.checked;
        checked.findings.extend(looked.findings);
        checked.documents += looked.counts[0];
        checked.mentions += looked.counts[1];
        checked.claims += looked.counts[2];
        for (what, count) in looked.unread {
            *checked.unread.entry(what).or_default() += count;
        }
        if let Some(why) = looked.left_out {
            *checked.left_out.entry(why).or_default() += 1;
        }
        checked.left += looked.left;
        if let Some((path, edits)) = looked.edits {
            *checked.mended.entry(path.clone()).or_default() += looked.mended;
            checked.edits.entry(path).or_default().push(edits);
        }
        let Some(twice) = looked.twice else {
            return;
        };
        if !self.ids.insert(looked.id.clone()) {
            // That its text is the same too says no more.
            checked.findings.push(Finding::new(Rule::Unreadable, twice));
            return;
        }
        let text = looked.text.map(|(sketch, id, split, place)| {
            self.alike.add(sketch.clone(), &id, &split, place);
            let lengths = looked.lengths;
            Text { sketch, lengths }
        });
        self.texts.insert(looked.id, text);
    }
}

/// A document as it was found.
struct Seen<'a> {
    document: Option<Document>,
    article: Option<&'a Path>,
    split: &'a str,
    record: Option<Record<'a>>,
    read: Option<Read>,
    problems: Vec<Problem>,
}

impl Seen<'_> {
    fn view(&self) -> Option<View<'_>> {
        let document = self.document.as_ref()?;
        Some(View {
            document,
            article: self.article,
            gold: self.record.as_ref().zip(self.read.as_ref()),
        })
    }
}

/// Applies `work` to every document of a set, in parallel, and gives its results to `take` in order.
fn each<T: Send>(
    set: &Set,
    pool: &rayon::ThreadPool,
    work: &(dyn Fn(&Seen<'_>) -> T + Sync),
    mut take: impl FnMut(T),
) -> Result<()> {
    match set {
        Set::Source(source, options) => {
            let one = |found: Found<'_>| work(&of_source(found, options));
            documents::each(source, options, pool, one, |result| {
                take(result);
                Ok(())
            })
        }
        Set::Corpus(corpus) => {
            for batch in corpus.entries.chunks(BATCH_DOCUMENTS) {
                let one = |entry: &Entry| of_entry(entry, work);
                let done: Vec<T> = pool.install(|| batch.par_iter().map(one).collect());
                done.into_iter().for_each(&mut take);
            }
            Ok(())
        }
    }
}

fn of_source<'a>(found: Found<'a>, options: &Options) -> Seen<'a> {
    let mut seen = Seen {
        document: None,
        article: None,
        split: "",
        record: None,
        read: None,
        problems: Vec::new(),
    };
    match found {
        Ok(Some(record)) => {
            let document = match record.text() {
                Some(text) => Document::new(record.id(), text),
                None => Document::without_text(record.id(), record.stand_in()),
            };
            if record.draft.left_out.is_none() {
                let (read, problems) = record.read_what_fits(&document, options);
                (seen.read, seen.problems) = (Some(read), problems);
            }
            seen.document = Some(document);
            seen.record = Some(record);
        }
        Ok(None) => {}
        Err(problems) => seen.problems = problems,
    }
    seen
}

fn of_entry<T>(entry: &Entry, work: &(dyn Fn(&Seen<'_>) -> T + Sync)) -> T {
    let split = entry.metadata.get("split").map_or("", String::as_str);
    let seen = |document, problems| Seen {
        document,
        article: entry.article.as_deref(),
        split,
        record: None,
        read: None,
        problems,
    };
    let document = match entry.document() {
        Ok(document) => document,
        Err(problem) => return work(&seen(None, vec![problem])),
    };
    let block: Option<Arc<Block>> = match entry.block(&document) {
        Ok(block) => block,
        Err(problem) => return work(&seen(Some(document), vec![problem])),
    };
    let (Some(gold), Some(block)) = (&entry.gold, &block) else {
        return work(&seen(Some(document), Vec::new()));
    };
    match gold.record(block, &document) {
        Ok(None) => work(&seen(Some(document), Vec::new())),
        Err(problems) => work(&seen(Some(document), problems)),
        Ok(Some(record)) => {
            let (read, problems) = record.read_what_fits(&document, &gold.reading);
            work(&Seen {
                record: Some(record),
                read: Some(read),
                ..seen(Some(document), problems)
            })
        }
    }
}

/// The first look at each document of a set.
fn first_look(set: &Set, several: bool, wanted: Wanted) -> impl Fn(&Seen<'_>) -> Looked + Sync {
    let name = match set {
        Set::Source(source, _) => source.name.display().to_string(),
        Set::Corpus(corpus) => corpus.name.clone(),
    };
    let is_corpus = matches!(set, Set::Corpus(_));
    move |seen| {
        let mut looked = Looked::default();
        let unreadable = seen.problems.iter().cloned();
        looked
            .findings
            .extend(unreadable.map(|problem| Finding::new(Rule::Unreadable, problem)));
        let Some(view) = seen.view() else {
            return looked;
        };
        looked.id = view.document.id().to_owned();
        if let Some(record) = &seen.record {
            looked.left_out = record.draft.left_out.as_ref().map(ToString::to_string);
            looked.unread = unread(record, seen.read.as_ref());
        }
        if looked.left_out.is_some() {
            return looked;
        }
        let split = if several && seen.split.is_empty() {
            &name
        } else {
            seen.split
        };
        let place = view.problem(0..0, "");
        looked.twice = Some(twice(&view));
        if is_corpus && seen.record.is_none() && seen.problems.is_empty() {
            let mut problem = view.problem(0..0, format!("document {}: it has no gold", looked.id));
            problem.excerpt = None;
            let problem = problem.expected("gold, which may say that nothing is there");
            let problem = problem.mend("label it, or take it out: it is not scored");
            looked.findings.push(Finding::new(Rule::NoGold, problem));
        }
        looked.findings.extend(look_at(&view));
        looked.labels = Labels::of(&view);
        looked.names = Names::of(&view);
        if !view.document.is_stand_in() {
            let text = view.document.text();
            looked.lengths = [
                text.chars().count(),
                text.encode_utf16().count(),
                text.len(),
            ];
            looked.text = Some((
                sketch(view.document.text()),
                looked.id.clone(),
                split.to_owned(),
                place,
            ));
        }
        let annotations = seen.read.as_ref().map(|read| &read.annotations);
        looked.counts = [
            1,
            annotations.map_or(0, |found| found.mentions.len() as u64),
            annotations.map_or(0, |found| found.claims.len() as u64),
        ];
        if let (Some(record), Some(read)) = (&seen.record, &seen.read) {
            let mends = fix::mends(record, read, view.document, wanted);
            (looked.mended, looked.left) = (mends.mended, mends.left);
            let block = record.block;
            let edits = (block.text().to_owned(), mends.edits);
            looked.edits =
                Some((block.path().to_owned(), edits)).filter(|(_, (_, edits))| !edits.is_empty());
        }
        looked
    }
}

/// What a document says that has no place here.
fn unread(record: &Record<'_>, read: Option<&Read>) -> BTreeMap<String, u64> {
    let own = record.draft.unread.iter();
    let own = own.map(|(what, count)| (what.to_string(), *count));
    let more = read.into_iter().flat_map(|read| &read.unread);
    own.chain(more.map(|(what, count)| ((*what).to_owned(), *count)))
        .collect()
}

/// The problem that a document stands twice in one set.
fn twice(view: &View<'_>) -> Problem {
    let what = format!("document {}: it stands twice", view.document.id());
    let problem = match view.gold {
        Some((record, _)) => record.problem(what),
        None => view.problem(0..0, what),
    };
    problem
        .expected("one document for each id")
        .mend("take one out, rename it, or choose one of several people with --annotator")
}

/// The problem that offsets of a prediction without text lie beyond the text of the gold.
fn beyond(record: &Record<'_>, text: &Text, options: &Options) -> Option<Problem> {
    let unit = record.unit(options);
    let (last, length) = (record.stand_in(), text.length(unit)?);
    (last > length).then(|| {
        let what = format!(
            "document {}: an offset lies outside the gold's text",
            record.id()
        );
        record
            .problem(what)
            .found(format!("{last}"))
            .expected(format!(
                "offsets up to {length}, the length of the text in {}",
                unit.plural()
            ))
            .mend(record.format.about_offsets)
    })
}

/// Holds predictions against the documents and labels of the gold.
fn predicted(
    source: &Source,
    options: &Options,
    pool: &rayon::ThreadPool,
    texts: &BTreeMap<String, Option<Text>>,
    gold: &Labels,
    checked: &mut Checked,
) -> Result<()> {
    let mut labels = Labels::default();
    let mut missing: BTreeMap<&str, ()> = texts.keys().map(|id| (id.as_str(), ())).collect();
    let look = |found: Found<'_>| {
        let seen = of_source(found, options);
        let problems = seen.problems.iter().cloned();
        let mut findings: Vec<Finding> = problems
            .map(|problem| Finding::new(Rule::Unreadable, problem))
            .collect();
        let Some((view, record)) = seen.view().zip(seen.record.as_ref()) else {
            return (findings, Labels::default(), None);
        };
        let id = view.document.id().to_owned();
        let problem = match texts.get(&id) {
            None => Some(
                record
                    .problem(format!(
                        "document {id}: there is no gold for this prediction"
                    ))
                    .expected("the id of a document of the gold")
                    .mend("is the id written otherwise there? goldspan score can pair by texts, with --pair text"),
            ),
            Some(Some(text)) if view.document.is_stand_in() => beyond(record, text, options),
            Some(Some(text)) if text.sketch != sketch(view.document.text()) => {
                Some(
                    record
                        .problem(format!("document {id}: its text is not that of the gold"))
                        .expected("the gold's text, letter by letter")
                        .mend("predict on the text of the gold"),
                )
            }
            Some(_) => None,
        };
        findings.extend(problem.map(|problem| Finding::new(Rule::Prediction, problem)));
        (findings, Labels::of(&view), Some(id))
    };
    documents::each(source, options, pool, look, |(findings, found, id)| {
        checked.findings.extend(findings);
        labels.append(found);
        if let Some(id) = id {
            missing.remove(id.as_str());
        }
        Ok(())
    })?;
    for id in missing.into_keys() {
        let problem =
            Problem::new(format!("document {id}: it has no prediction")).in_file(&source.name);
        let problem =
            problem.mend("predict it: without a prediction it counts as nothing predicted");
        checked
            .findings
            .push(Finding::new(Rule::NoPrediction, problem));
    }
    checked.findings.extend(unknown_labels(&labels, gold));
    Ok(())
}

/// Whether nothing at all was there to look at, as an error.
///
/// # Errors
/// [`Kind::Nothing`] where there was nothing.
pub fn refuse_nothing(checked: &Checked, sets: &[Set]) -> Result<()> {
    let nothing =
        checked.documents == 0 && checked.findings.is_empty() && checked.left_out.is_empty();
    if nothing {
        let problem = Problem::new("there is nothing to check");
        let problem = match sets {
            [Set::Source(source, _)] => problem.in_file(&source.name),
            _ => problem,
        };
        let problem = problem.expected("at least one annotated document");
        return Err(Error::one(Kind::Nothing, problem));
    }
    Ok(())
}
