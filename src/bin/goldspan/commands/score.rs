//! `goldspan score`: two files, paired, counted and reported; no configuration needed.

use std::path::Path;

use goldspan::annotation::{Gold, Prediction, Task};
use goldspan::counts::{Annotated, CountTable, Measures};
use goldspan::document::Document;
use goldspan::error::{Error, Kind, Problem, Result};
use goldspan::extract::{About, Params};
use goldspan::formats::conll::{self, IllFormed, Scheme};
use goldspan::formats::jsonl::{self, Records};
use goldspan::formats::read_text;
use goldspan::run::{self, Case, CorpusResult, ExtractorResult, Failure, Run};

use super::{print, threads};
use crate::args::{Repair, ScoreArguments};
use crate::exit::Exit;
use crate::message;

/// Two files, paired.
struct Paired {
    cases: Vec<Case>,
    /// What the gold annotates.
    annotated: Vec<Task>,
    /// What the predictions attempt of it.
    attempted: Vec<Task>,
    /// Documents of the gold without a prediction, which count as nothing predicted.
    missing: Vec<Failure>,
    /// Documents that were predicted and have no gold.
    extra: Vec<String>,
}

/// Does the verb.
pub(crate) fn score(arguments: &ScoreArguments) -> anyhow::Result<Exit> {
    let gold = read_text(&arguments.gold).map_err(Error::from)?;
    let predicted = read_text(&arguments.predictions).map_err(Error::from)?;
    let paired = match arguments.scheme {
        Some(scheme) => columns(arguments, scheme, &gold, &predicted)?,
        None => json_lines(arguments, &gold, &predicted)?,
    };
    if paired.cases.is_empty() || paired.annotated.is_empty() {
        return Err(nothing(&arguments.gold).into());
    }
    let mut measures = Measures::default();
    if !arguments.measure.is_empty() {
        measures.entity.clone_from(&arguments.measure);
    }
    let table = run::score(
        &paired.cases,
        &measures,
        &paired.attempted,
        threads(arguments.jobs),
    )?;
    let documents = paired.cases.len() as u64;
    let corpus = CorpusResult {
        name: arguments.gold.display().to_string(),
        annotated: Annotated {
            tasks: paired.annotated,
            ..Annotated::default()
        },
        documents,
        scored: documents,
        changed: Vec::new(),
        extra: paired.extra,
        extractors: vec![predictions(
            &arguments.predictions, &paired.attempted, table, paired.missing,
        )],
    };
    let finished = Run {
        corpora: vec![corpus],
        measures,
    };
    print(&finished, arguments.format)?;
    let (failed, total) = finished.failures();
    if arguments.max_failures.allows(failed, total) {
        return Ok(Exit::Complete);
    }
    message::tell_incomplete(
        "documents have no prediction",
        failed,
        total,
        arguments.max_failures,
    );
    Ok(Exit::Incomplete)
}

/// Pairs JSON Lines by id.
fn json_lines(arguments: &ScoreArguments, gold: &str, predicted: &str) -> Result<Paired> {
    let (gold, predicted) = both(
        jsonl::read(&arguments.gold, gold),
        jsonl::read(&arguments.predictions, predicted),
    )?;
    let annotated = tasks(&gold);
    let attempted = tasks(&predicted)
        .into_iter()
        .filter(|task| annotated.contains(task))
        .collect();
    let (cases, missing) = cases(arguments, &gold, &predicted)?;
    let extra = predicted
        .by_id
        .keys()
        .filter(|id| !gold.by_id.contains_key(*id));
    Ok(Paired {
        cases,
        annotated,
        attempted,
        missing,
        extra: extra.cloned().collect(),
    })
}

/// Pairs the sentences of CoNLL columns by position; they must be as many, and as long.
fn columns(
    arguments: &ScoreArguments,
    scheme: Scheme,
    gold: &str,
    predicted: &str,
) -> Result<Paired> {
    let ill_formed = arguments
        .repair
        .map_or(IllFormed::Refuse, |Repair::Conlleval| IllFormed::Conlleval);
    let (gold, predicted) = both(
        conll::read(&arguments.gold, gold, scheme, ill_formed),
        conll::read(&arguments.predictions, predicted, scheme, ill_formed),
    )?;
    let unlike = |found: String, expected: String| {
        Error::from(
            Problem::new("the predictions are not on the sentences of the gold")
                .in_file(&arguments.predictions)
                .found(found)
                .expected(expected)
                .mend("predict on the tokens of the gold; sentences are parted by blank lines"),
        )
    };
    if gold.len() != predicted.len() {
        return Err(unlike(
            format!("{} sentences", predicted.len()),
            format!("{}, as in the gold", gold.len()),
        ));
    }
    let mut cases = Vec::new();
    let mut different = 0;
    for (at, (gold, predicted)) in gold.into_iter().zip(predicted).enumerate() {
        let (found, expected) = (predicted.tokens.len(), gold.tokens.len());
        if found != expected {
            let found = format!("{found} tokens in the sentence at line {}", predicted.line);
            return Err(unlike(
                found,
                format!("{expected}, as in the gold's at line {}", gold.line),
            ));
        }
        different += gold
            .tokens
            .iter()
            .zip(&predicted.tokens)
            .filter(|(a, b)| a != b)
            .count();
        cases.push(Case {
            document: Document::new((at + 1).to_string(), gold.text.clone()),
            prediction: Prediction(predicted.on(&gold)),
            gold: Gold(gold.annotations),
        });
    }
    if different > 0 {
        message::say(&format!(
            "warning: tokens of the predictions that differ from the gold's: {different}; all are paired by position"
        ));
    }
    Ok(Paired {
        cases,
        annotated: vec![Task::Entities],
        attempted: vec![Task::Entities],
        missing: Vec::new(),
        extra: Vec::new(),
    })
}

/// Both results, or the problems of both.
fn both<T>(gold: Result<T, Vec<Problem>>, predicted: Result<T, Vec<Problem>>) -> Result<(T, T)> {
    let refuse = |problems: Vec<Problem>| Error {
        kind: Kind::Input,
        problems,
    };
    match (gold, predicted) {
        (Ok(gold), Ok(predicted)) => Ok((gold, predicted)),
        (gold, predicted) => {
            let problems = gold.err().into_iter().chain(predicted.err());
            Err(refuse(problems.flatten().collect()))
        }
    }
}

/// The tasks that at least one line of the file says something about.
fn tasks(records: &Records<'_>) -> Vec<Task> {
    let says = |task: &Task| {
        records.by_id.values().any(|record| match task {
            Task::Entities => record.has_entities,
            Task::Claims => record.has_claims,
        })
    };
    Task::ALL.into_iter().filter(says).collect()
}

/// The documents of the gold, each with its prediction; and those without one, which count as nothing predicted.
fn cases(
    arguments: &ScoreArguments,
    gold: &Records<'_>,
    predicted: &Records<'_>,
) -> Result<(Vec<Case>, Vec<Failure>)> {
    let mut cases = Vec::new();
    let mut missing = Vec::new();
    let mut problems = Vec::new();
    for (id, record) in &gold.by_id {
        let prediction = predicted.by_id.get(id);
        let own = record
            .text
            .as_ref()
            .or(prediction.and_then(|record| record.text.as_ref()));
        let text = own.map_or_else(
            || {
                let other = prediction.map_or(0, Records::stand_in);
                "x".repeat(Records::stand_in(record).max(other))
            },
            ToString::to_string,
        );
        if record.text.is_some() {
            problems.extend(prediction.and_then(|record| predicted.other_text(record, &text)));
        }
        let gold = gold.annotations(record, &text, arguments.offsets);
        let predicted = prediction.map_or_else(
            || Ok(Default::default()),
            |record| predicted.annotations(record, &text, arguments.offsets),
        );
        if prediction.is_none() {
            missing.push(Failure {
                document: id.clone(),
                error: format!("no line in {}", arguments.predictions.display()),
            });
        }
        match both(gold, predicted) {
            Ok((gold, predicted)) => cases.push(Case {
                document: Document::new(id.clone(), text),
                gold: Gold(gold),
                prediction: Prediction(predicted),
            }),
            Err(error) => problems.extend(error.problems),
        }
    }
    Error::all(Kind::Input, problems)?;
    Ok((cases, missing))
}

/// The result of predictions that say nothing of who made them.
fn predictions(
    path: &Path,
    attempted: &[Task],
    table: CountTable,
    missing: Vec<Failure>,
) -> ExtractorResult {
    // The list of tasks is one of a few constants, as every extractor's is.
    let tasks: &'static [Task] = match attempted {
        [Task::Entities] => &[Task::Entities],
        [Task::Claims] => &[Task::Claims],
        [] => &[],
        _ => &Task::ALL,
    };
    ExtractorResult {
        name: path.display().to_string(),
        about: About {
            name: "predictions",
            version: "",
            tasks,
            attempts: "",
            params: Params::new(),
        },
        table,
        failures: missing,
        time: std::time::Duration::ZERO,
    }
}

fn nothing(path: &Path) -> Error {
    let problem = Problem::new("this gold holds nothing to score")
        .in_file(path)
        .found("no document with entities or claims")
        .expected(
            "at least one line with entities or claims; an empty list means that there are none",
        )
        .mend("name the gold first and the predictions second");
    Error::one(Kind::Nothing, problem)
}
