//! What can be compared: runs, baselines, and predictions that are scored on the way.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use goldspan::baseline::{self, Baseline};
use goldspan::counts::Annotated;
use goldspan::error::{Error, Problem, Result};
use goldspan::ledger::{CorpusLedger, Ledger, SystemLedger};
use goldspan::mistakes::Listed;
use goldspan::run::paired::{self, Keeping, Scored, Scoring};
use goldspan::store;

use super::super::{score, threads};
use crate::args::CompareArguments;
use crate::message::{number, say};

/// The file whose presence says that a folder is a run's.
const MANIFEST: &str = "manifest.json";

/// One of the things to compare.
pub(super) struct Operand {
    /// As it was typed.
    pub(super) typed: String,
    /// Where the counts come from, such as `run 20260102T030405Z-abcd`.
    pub(super) origin: String,
    /// The same in a word.
    pub(super) short: String,
    /// The counts.
    pub(super) ledger: Ledger,
    /// The extractor that was named.
    extractor: Option<String>,
    /// The mistakes by corpus and extractor, where they are known and wanted.
    pub(super) mistakes: Option<BTreeMap<(String, String), Listed>>,
    /// Whether it is a file of predictions, whose corpus has no name of its own.
    pub(super) is_file: bool,
}

impl Operand {
    /// Whether a system is meant: the one that was named, else every one that has a score on the corpus.
    pub(super) fn wants(&self, system: &SystemLedger, corpus: &CorpusLedger) -> bool {
        match &self.extractor {
            Some(name) => *name == system.name,
            None => {
                let mut tasks = system.tasks.iter();
                tasks.any(|task| corpus.annotated.tasks.contains(task))
            }
        }
    }

    /// Whether it stands for everything that it holds: a run or a baseline of which no extractor was named.
    pub(super) fn is_whole(&self) -> bool {
        self.extractor.is_none() && !self.is_file
    }
}

/// What a reference is.
enum Place {
    Run(PathBuf),
    Baseline(PathBuf),
    Predictions(PathBuf),
}

/// Finds and reads everything to compare.
pub(super) fn all(arguments: &CompareArguments) -> Result<Vec<Operand>> {
    arguments.reading.refuse_more_than(2)?;
    let places: Vec<(Place, Option<String>)> = arguments
        .systems
        .iter()
        .map(|typed| place_and_extractor(arguments, typed))
        .collect::<Result<_>>()?;
    let is_file = |(place, _): &(Place, Option<String>)| matches!(place, Place::Predictions(_));
    if arguments.gold.is_some() && !places.iter().any(is_file) {
        let problem = Problem::new("--gold is for predictions that are files, and there are none");
        let problem = problem.found(arguments.systems.join(" "));
        return Err(problem
            .mend("leave --gold out: runs and baselines know their gold")
            .into());
    }
    let mut operands = Vec::new();
    for ((place, extractor), typed) in places.into_iter().zip(&arguments.systems) {
        let mut operand = read(arguments, typed, &place)?;
        if let Some(name) = extractor {
            refuse_unknown(&operand.ledger, typed, &name)?;
            operand.extractor = Some(name);
        }
        operands.push(operand);
    }
    Ok(operands)
}

/// What was typed, split at its last colon only where the whole is nothing and its left part is something.
fn place_and_extractor(
    arguments: &CompareArguments,
    typed: &str,
) -> Result<(Place, Option<String>)> {
    let whole = place(arguments, typed);
    let Err(error) = whole else {
        return whole.map(|place| (place, None));
    };
    let parts = typed.rsplit_once(':');
    let Some((reference, extractor)) =
        parts.filter(|(left, right)| !left.is_empty() && !right.is_empty())
    else {
        return Err(error);
    };
    match place(arguments, reference) {
        Ok(place) => Ok((place, Some(extractor.to_owned()))),
        // Of a path with a colon the left part is nothing that anybody meant.
        Err(_) if extractor.contains(['/', '\\']) => Err(error),
        Err(own) => Err(own),
    }
}

/// What a reference is: a run, a baseline or a file of predictions, tried in this order.
fn place(arguments: &CompareArguments, reference: &str) -> Result<Place> {
    let path = Path::new(reference);
    let run = store::find(&arguments.runs, reference);
    let named = baseline::place(&arguments.gate.baselines, reference);
    let named = named.ok().filter(|path| path.is_file());
    match (run, named) {
        // A folder of predictions is a folder too.
        (Ok(folder), None) if folder.join(MANIFEST).is_file() => Ok(Place::Run(folder)),
        (Ok(folder), Some(own)) if folder.join(MANIFEST).is_file() => {
            Err(both(reference, &folder, &own))
        }
        (_, Some(own)) => Ok(Place::Baseline(own)),
        (Err(error), None) if reference == "latest" || reference.starts_with("latest~") => {
            Err(error)
        }
        _ if is_baseline(path) => Ok(Place::Baseline(path.to_owned())),
        _ if arguments.gold.is_some() && (path.exists() || reference.contains(['*', '?', '['])) => {
            Ok(Place::Predictions(path.to_owned()))
        }
        _ if path.exists() => Err(without_gold(path)),
        // It can have been nothing but a baseline.
        _ if path.extension().is_some_and(|own| own == "json") && arguments.gold.is_none() => {
            Ok(Place::Baseline(path.to_owned()))
        }
        (Err(error), None) => Err(unknown(arguments, reference, error)),
        (Ok(_), None) => Err(without_gold(path)),
    }
}

fn both(reference: &str, folder: &Path, own: &Path) -> Error {
    let problem =
        Problem::new("a run and a baseline are called so").found(format!("{reference:?}"));
    let mend = format!(
        "write the path of the one that you mean: {} or {}",
        folder.display(),
        own.display()
    );
    problem.mend(mend).into()
}

/// Whether the file says itself that it is a baseline, however damaged.
fn is_baseline(path: &Path) -> bool {
    let json = path.extension().is_some_and(|own| own == "json");
    let begin = json.then(|| std::fs::read(path).ok()).flatten();
    begin.is_some_and(|bytes| {
        let begin = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).into_owned();
        begin.contains("\"goldspan-baseline\"")
    })
}

fn without_gold(path: &Path) -> Error {
    let problem =
        Problem::new("this is no run and no baseline, and predictions need gold to be compared")
            .in_file(path);
    problem
        .mend("name the gold of the predictions with --gold")
        .into()
}

/// That a reference is nothing: what can be meant besides a run.
fn unknown(arguments: &CompareArguments, reference: &str, mut error: Error) -> Error {
    let names = baseline::names(&arguments.gate.baselines);
    let baselines = match names.as_slice() {
        [] => format!("no baseline in {}", arguments.gate.baselines.display()),
        names => format!(
            "no baseline in {}, which has {}",
            arguments.gate.baselines.display(),
            names.join(", ")
        ),
    };
    if let Some(problem) = error.problems.first_mut() {
        problem.found = Some(format!(
            "{reference:?}, which is also {baselines}, and no file"
        ));
    }
    error
}

fn refuse_unknown(ledger: &Ledger, typed: &str, name: &str) -> Result<()> {
    let systems = ledger.corpora.iter().flat_map(|own| &own.systems);
    let known: BTreeSet<&str> = systems.map(|own| own.name.as_str()).collect();
    if known.contains(name) {
        return Ok(());
    }
    let problem = Problem::new("there is no extractor of this name").found(format!("{typed:?}"));
    let known: Vec<&str> = known.into_iter().collect();
    let problem = problem.expected(format!("one of {}", known.join(", ")));
    let near = goldspan::error::nearest(name, known.iter().copied());
    Err(match near {
        Some(near) => problem.mend(format!("did you mean {near}?")).into(),
        None => problem.into(),
    })
}

fn read(arguments: &CompareArguments, typed: &str, place: &Place) -> Result<Operand> {
    let typed = typed.to_owned();
    match place {
        Place::Run(folder) => {
            let recorded = store::read(folder)?;
            let wanted = arguments.items > 0 && arguments.systems.len() == 2;
            Ok(Operand {
                typed,
                mistakes: wanted.then(|| recorded.mistakes()).transpose()?,
                origin: format!("run {}", recorded.id),
                short: recorded.id,
                ledger: recorded.ledger,
                extractor: None,
                is_file: false,
            })
        }
        Place::Baseline(path) => {
            let baseline = Baseline::read(path)?;
            Ok(Operand {
                typed,
                origin: format!(
                    "baseline {} of run {}",
                    baseline.name, baseline.provenance.run
                ),
                short: format!("baseline {}", baseline.name),
                ledger: baseline.ledger,
                extractor: None,
                mistakes: None,
                is_file: false,
            })
        }
        Place::Predictions(path) => scored(arguments, typed, path),
    }
}

/// Predictions, scored as `goldspan score` does.
fn scored(arguments: &CompareArguments, typed: String, path: &Path) -> Result<Operand> {
    let (counting, reading) = (&arguments.counting, &arguments.reading);
    let gold_path = arguments.gold.as_deref().unwrap_or(Path::new(""));
    let articles = counting.articles.as_ref();
    let gold = reading.source(gold_path, true, articles)?;
    let predicted = reading.source(path, false, articles)?;
    reading.refuse_idle(&[&gold, &predicted])?;
    let (measures, roles) = (score::measures(counting), score::roles(counting));
    let labels: BTreeSet<String> = counting.labels.iter().cloned().collect();
    let wanted = arguments.items > 0 && arguments.systems.len() == 2;
    let (gold_options, options) = (reading.options(), reading.of_predictions());
    let scoring = Scoring {
        options: [&gold_options, &options],
        pairing: score::pairing(counting),
        measures: &measures,
        labels: (!labels.is_empty()).then_some(&labels),
        roles: &roles,
        extra_is_spurious: counting.count_extra,
        mistakes: wanted,
        ledger: Keeping::CountsAndDigests,
        threads: threads(arguments.jobs),
    };
    let scored = paired::score(&scoring, &gold, Some(&predicted))?;
    if scored.scored == 0 || scored.annotated.is_empty() {
        return Err(score::nothing(gold_path));
    }
    score::tell_extra(counting, &scored);
    score::tell_left_out(&scored);
    score::tell_roles(&roles, &scored);
    if !scored.missing.is_empty() {
        say(&format!(
            "note: {} without a prediction in {}, counted as nothing predicted",
            number(scored.missing.len() as u64, "document"),
            path.display()
        ));
    }
    let corpus = gold_path.display().to_string();
    let name = path.display().to_string();
    let annotated = Annotated {
        tasks: scored.annotated.clone(),
        roles,
    };
    let mut scored = scored;
    let mistakes = wanted.then(|| {
        let kept = std::mem::take(&mut scored.mistakes);
        BTreeMap::from([((corpus.clone(), name.clone()), Listed { kept, cut: false })])
    });
    Ok(Operand {
        typed,
        origin: format!("scored against {corpus}"),
        short: name.clone(),
        ledger: Ledger {
            measures,
            labels: labels.into_iter().collect(),
            corpora: vec![ledger(corpus, name, annotated, scored)],
        },
        extractor: None,
        mistakes,
        is_file: true,
    })
}

/// What was scored as the ledger of a system that says nothing of itself.
fn ledger(corpus: String, name: String, annotated: Annotated, scored: Scored) -> CorpusLedger {
    CorpusLedger {
        name: corpus,
        annotated,
        documents: scored.keys,
        systems: vec![SystemLedger {
            extractor: name.clone(),
            name,
            version: String::new(),
            tasks: scored.attempted,
            repeats: 1,
            failures: scored.missing.into_iter().map(|own| own.document).collect(),
            rows: scored.rows,
        }],
    }
}
