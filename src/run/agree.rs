//! Annotators in place of extractors: the same documents by several people, each pair scored as gold and prediction, and all of them held against chance.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;

use rayon::prelude::*;

use super::documents::{self, Found};
use super::pool;
use crate::agreement::{Alpha, Disagreement, Kappa, Units, all_labels, alpha_u, categories};
use crate::annotation::{Annotations, Gold, Mention, Prediction, Task};
use crate::corpus::Source;
use crate::counts::{Annotated, CountTable, Measures, Rules, count};
use crate::document::Document;
use crate::error::{Error, Kind, Problem, Result};
use crate::formats::{Options, Record, Says};
use crate::mistakes::{self, Listed, Ranked};

/// One annotator: the name in reports, and where the annotations are.
#[derive(Debug)]
pub struct Annotator {
    /// The name.
    pub name: String,
    /// The documents.
    pub source: Source,
    /// How they are read.
    pub options: Options,
}

/// How far annotators agree.
#[derive(Debug)]
pub struct Agreement {
    /// The annotators, and how many documents each annotated.
    pub annotators: Vec<(String, u64)>,
    /// How many documents at least two annotators have, and how many all have.
    pub shared: u64,
    /// How many documents all annotators have.
    pub by_all: u64,
    /// The documents that one annotator alone has, with the annotator: they are not compared.
    pub alone: Vec<(String, String)>,
    /// The tasks that were annotated.
    pub tasks: Vec<Task>,
    /// Every pair of annotators.
    pub pairs: Vec<Pair>,
    /// What was counted.
    pub measures: Measures,
    /// Krippendorff's nominal alpha on tokens: of all labels together, and of each.
    pub alpha: Option<f64>,
    /// The same for each label alone.
    pub alpha_by_label: BTreeMap<String, Option<f64>>,
    /// The unitizing alpha on the documents that all annotators have: of all labels together, and of each.
    pub alpha_u: Option<f64>,
    /// The same for each label alone.
    pub alpha_u_by_label: BTreeMap<String, Option<f64>>,
}

/// Two annotators.
#[derive(Debug)]
pub struct Pair {
    /// The first, in the place of gold.
    pub one: String,
    /// The second, in the place of the predictions.
    pub other: String,
    /// How many documents both have.
    pub documents: u64,
    /// The counts.
    pub table: CountTable,
    /// Cohen's kappa on tokens: of all labels together.
    pub kappa: Option<f64>,
    /// The same for each label alone.
    pub kappa_by_label: BTreeMap<String, Option<f64>>,
    /// Where the two differ.
    pub differences: Ranked,
}

/// The documents of one annotator.
type Documents = BTreeMap<String, (Document, Annotations)>;

/// Compares annotators. All their documents are held in memory: what people annotate twice is small.
///
/// # Errors
/// Every problem of every document, texts that differ between annotators included; [`Kind::Nothing`] where no document was annotated twice.
pub fn agree(
    annotators: &[Annotator],
    measures: Measures,
    threads: NonZeroUsize,
) -> Result<Agreement> {
    let pool = pool(threads)?;
    let mut problems = Vec::new();
    let mut said: BTreeSet<Task> = BTreeSet::new();
    let mut all: Vec<Documents> = Vec::new();
    let texts = texts(annotators, &pool)?;
    for annotator in annotators {
        all.push(read(annotator, &texts, &pool, &mut problems, &mut said)?);
    }
    other_texts(annotators, &all, &mut problems);
    Error::all(Kind::Input, problems)?;
    let who = Who::of(&all);
    who.refuse_nothing()?;
    let tasks: Vec<Task> = if said.is_empty() {
        Task::ALL.to_vec()
    } else {
        said.into_iter().collect()
    };
    let numbers = 0..all.len();
    let places: Vec<(usize, usize)> = numbers
        .flat_map(|a| (a + 1..all.len()).map(move |b| (a, b)))
        .collect();
    let pair = |(a, b): (usize, usize)| compare(annotators, &all, a, b, &measures, &tasks);
    let pairs: Vec<Pair> = pool.install(|| places.into_par_iter().map(pair).collect());
    let tokens = tokens(&all, &who);
    let mentions = all.iter().flat_map(BTreeMap::values);
    let mentions = mentions.flat_map(|(_, found)| &found.mentions);
    let labels: BTreeSet<&str> = mentions.map(|mention| mention.label.as_ref()).collect();
    let units = unitizing(&all, &who.everyone(all.len()), &labels);
    let each = |of: &dyn Fn(&str) -> Option<f64>| {
        let each = labels.iter().map(|label| ((*label).to_owned(), of(label)));
        each.collect::<BTreeMap<_, _>>()
    };
    let names = annotators.iter().map(|annotator| annotator.name.clone());
    let sizes = all.iter().map(|own| own.len() as u64);
    Ok(Agreement {
        annotators: names.zip(sizes).collect(),
        shared: who.shared(),
        by_all: who.everyone(all.len()).len() as u64,
        alone: who.alone(annotators),
        tasks,
        pairs,
        measures,
        alpha: tokens.value(),
        alpha_by_label: each(&|label| tokens.of_label(label).value()),
        alpha_u: all_labels(&units),
        alpha_u_by_label: each(&|label| units.get(label)?.alpha()),
    })
}

/// Who annotated each document, by the annotators' numbers.
struct Who<'a>(BTreeMap<&'a String, Vec<usize>>);

impl<'a> Who<'a> {
    fn of(all: &'a [Documents]) -> Self {
        let mut who: BTreeMap<&String, Vec<usize>> = BTreeMap::new();
        for (at, documents) in all.iter().enumerate() {
            for id in documents.keys() {
                who.entry(id).or_default().push(at);
            }
        }
        Self(who)
    }

    fn shared(&self) -> u64 {
        self.0.values().filter(|who| who.len() > 1).count() as u64
    }

    fn everyone(&self, annotators: usize) -> Vec<&'a String> {
        let all = self.0.iter().filter(|(_, who)| who.len() == annotators);
        all.map(|(id, _)| *id).collect()
    }

    /// The documents that one alone has, and whose they are.
    fn alone(&self, annotators: &[Annotator]) -> Vec<(String, String)> {
        let alone = self.0.iter().filter(|(_, who)| who.len() == 1);
        alone
            .map(|(id, who)| ((*id).clone(), annotators[who[0]].name.clone()))
            .collect()
    }

    fn refuse_nothing(&self) -> Result<()> {
        if self.shared() > 0 {
            return Ok(());
        }
        let problem = Problem::new("no document was annotated by two of them")
            .expected("the same documents, by their ids, in two files at least")
            .mend("are the ids written otherwise in one of the files?");
        Err(Error::one(Kind::Nothing, problem))
    }
}

/// The texts of all documents, by id: an annotator whose file has none annotated that of the others.
fn texts(annotators: &[Annotator], pool: &rayon::ThreadPool) -> Result<BTreeMap<String, String>> {
    let mut texts = BTreeMap::new();
    let one = |found: Found<'_>| {
        let record = found.ok()??;
        Some((record.id().to_owned(), record.text()?.to_owned()))
    };
    for annotator in annotators {
        documents::each(&annotator.source, &annotator.options, pool, one, |found| {
            if let Some((id, text)) = found {
                texts.entry(id).or_insert(text);
            }
            Ok(())
        })?;
    }
    Ok(texts)
}

/// A document of one annotator: its text, what was annotated, whether each task was, and what to say where it stands twice.
type Own = (Document, Annotations, [bool; 2], Problem);

fn read(
    annotator: &Annotator,
    texts: &BTreeMap<String, String>,
    pool: &rayon::ThreadPool,
    problems: &mut Vec<Problem>,
    said: &mut BTreeSet<Task>,
) -> Result<Documents> {
    let options = &annotator.options;
    let one = |found: Found<'_>| -> Result<Option<Own>, Vec<Problem>> {
        let Some(record) = found?.filter(|record| record.draft.left_out.is_none()) else {
            return Ok(None);
        };
        let known = texts.get(record.id()).map(String::as_str);
        let Some(text) = record.text().or(known) else {
            return Err(vec![without_text(&record)]);
        };
        let document = Document::new(record.id(), text);
        let read = record.read(&document, options)?;
        let says = Task::ALL.map(|task| record.says(task, options) == Says::Yes);
        let twice = twice(&record);
        Ok(Some((document, read.annotations, says, twice)))
    };
    let mut own = Documents::new();
    documents::each(&annotator.source, options, pool, one, |done| {
        match done {
            Ok(None) => {}
            Ok(Some((document, annotations, says, twice))) => {
                said.extend(
                    Task::ALL
                        .into_iter()
                        .zip(says)
                        .filter(|(_, says)| *says)
                        .map(|(task, _)| task),
                );
                let id = document.id().to_owned();
                if own.insert(id, (document, annotations)).is_some() {
                    problems.push(twice);
                }
            }
            Err(found) => problems.extend(found),
        }
        Ok(())
    })?;
    Ok(own)
}

/// The problem that nobody's file has the text of a document: its words cannot be counted then.
fn without_text(record: &Record<'_>) -> Problem {
    let what = format!("document {}: its text is not known", record.id());
    record
        .problem(what)
        .expected("the text, in one of the files or as an article beside it")
        .mend("add the text to one annotator's file, or name the folder of the articles with --articles")
}

fn twice(record: &Record<'_>) -> Problem {
    let what = format!(
        "document {}: it stands twice for one annotator",
        record.id()
    );
    let problem = record.problem(what).expected("one document for each id");
    problem.mend("take one out; where a file holds several annotators, name it alone, and they are told apart")
}

/// Complains of documents whose texts differ between two annotators: offsets into one mean nothing in the other.
fn other_texts(annotators: &[Annotator], all: &[Documents], problems: &mut Vec<Problem>) {
    let mut first: BTreeMap<&str, (usize, &Document)> = BTreeMap::new();
    for (at, documents) in all.iter().enumerate() {
        for (id, (document, _)) in documents {
            let (before, other) = *first.entry(id).or_insert((at, document));
            if other.text() != document.text() {
                let what = format!("document {id}: its text is not the same for all annotators");
                let problem = Problem::new(what).in_file(&annotators[at].source.name);
                let (same, [own, others]) = where_differ(document.text(), other.text());
                let problem = problem.found(format!("{own:?} around character {same}"));
                problems.push(
                    problem
                        .expected(format!("{others:?}, as {} has it", annotators[before].name))
                        .mend("give every annotator the same text, letter by letter"),
                );
            }
        }
    }
}

/// How many characters two texts have in common at their beginning, and what stands there in each.
fn where_differ(one: &str, other: &str) -> (usize, [String; 2]) {
    let pairs = one.chars().zip(other.chars());
    let same = pairs.take_while(|(a, b)| a == b).count();
    let around = |text: &str| {
        text.chars()
            .skip(same.saturating_sub(10))
            .take(30)
            .collect()
    };
    (same, [around(one), around(other)])
}

fn compare(
    annotators: &[Annotator],
    all: &[Documents],
    a: usize,
    b: usize,
    measures: &Measures,
    tasks: &[Task],
) -> Pair {
    let annotated = Annotated {
        tasks: tasks.to_vec(),
        ..Annotated::default()
    };
    let rules = Rules {
        measures,
        annotated: &annotated,
        tasks,
    };
    let (mut table, mut kappa, mut differences, mut documents) =
        (CountTable::default(), Kappa::default(), Vec::new(), 0);
    for (id, (document, one)) in &all[a] {
        let Some((_, other)) = all[b].get(id) else {
            continue;
        };
        documents += 1;
        let (gold, predicted) = (Gold(one.clone()), Prediction(other.clone()));
        table += &count(document, &gold, &predicted, rules);
        differences.extend(mistakes::of(document, &gold, &predicted, rules));
        let (one, other) = (
            categories(document.text(), &one.mentions),
            categories(document.text(), &other.mentions),
        );
        kappa.add(
            one.iter().map(String::as_str),
            other.iter().map(String::as_str),
        );
    }
    let labels: BTreeSet<&str> = kappa
        .categories()
        .flat_map(|category| category.split('+'))
        .filter(|label| !label.is_empty())
        .collect();
    let by_label = labels
        .into_iter()
        .map(|label| (label.to_owned(), kappa.of_label(label).value()));
    let by_label = by_label.collect();
    let listed = Listed {
        kept: differences,
        cut: false,
    };
    Pair {
        one: annotators[a].name.clone(),
        other: annotators[b].name.clone(),
        documents,
        table,
        kappa: kappa.value(),
        kappa_by_label: by_label,
        differences: listed.ranked(),
    }
}

/// The categories of every token of every document that two annotators have.
fn tokens(all: &[Documents], who: &Who<'_>) -> Alpha {
    let mut alpha = Alpha::default();
    for (id, who) in who.0.iter().filter(|(_, who)| who.len() > 1) {
        let own = who.iter().filter_map(|at| all[*at].get(*id));
        let own: Vec<_> = own
            .map(|(document, found)| categories(document.text(), &found.mentions))
            .collect();
        let tokens = own.iter().map(Vec::len).min().unwrap_or_default();
        for at in 0..tokens {
            alpha.add(own.iter().map(|categories| categories[at].clone()));
        }
    }
    alpha
}

/// The unitizing disagreement of each label: the documents that all have are laid end to end, in order of id, and counted in code points.
fn unitizing(
    all: &[Documents],
    everyone: &[&String],
    labels: &BTreeSet<&str>,
) -> BTreeMap<String, Disagreement> {
    let mut units: BTreeMap<&str, Vec<Units>> = labels
        .iter()
        .map(|label| (*label, vec![Units::new(); all.len()]))
        .collect();
    let mut length = 0;
    for id in everyone {
        let mut characters = 0;
        for (at, documents) in all.iter().enumerate() {
            let Some((document, found)) = documents.get(*id) else {
                continue;
            };
            let points = crate::offset::CodePoints::new(document.text());
            characters = points.len() as u64;
            for (label, own) in labels
                .iter()
                .map(|label| (*label, merged(&found.mentions, label)))
            {
                let place = |byte: usize| length + points.of_byte(byte) as u64;
                let own = own
                    .into_iter()
                    .map(|(start, end)| (place(start), place(end)));
                if let Some(units) = units.get_mut(label) {
                    units[at].extend(own);
                }
            }
        }
        length += characters;
    }
    let disagreement =
        |(label, units): (&str, Vec<Units>)| Some((label.to_owned(), alpha_u(&units, length)?));
    units.into_iter().filter_map(disagreement).collect()
}

/// The stretches of the mentions of a label, those that share characters made one, in bytes: what one annotator marked twice is marked once.
fn merged(mentions: &[Mention], label: &str) -> Vec<(usize, usize)> {
    let own = mentions.iter().filter(|mention| mention.label == label);
    let spans = own.flat_map(|mention| mention.extent.spans());
    let mut spans: Vec<(usize, usize)> = spans.map(|span| (span.start(), span.end())).collect();
    spans.sort_unstable();
    let mut merged: Vec<(usize, usize)> = Vec::with_capacity(spans.len());
    for (start, end) in spans {
        match merged.last_mut() {
            Some(last) if start < last.1 => last.1 = last.1.max(end),
            _ => merged.push((start, end)),
        }
    }
    merged
}
