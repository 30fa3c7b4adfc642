//! `goldspan runs`: which runs there are, what one was, deleting some; how scores went is in `runs/scores.rs`.

mod scores;

use std::collections::BTreeMap;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Duration;

use goldspan::error::{Error, Kind, Problem, Result};
use goldspan::report::history::{
    self as shown, Headline, Listed, Shown, ShownCorpus, ShownExtractor, ShownFailure, ShownScore,
};
use goldspan::run::Failure;
use goldspan::scores::{Average, Ratio};
use goldspan::store::{self, Recorded, Removal, State, Summary, SystemScores};
use jiff::Timestamp;

use crate::args::{RunsArguments, RunsFormat, RunsVerb, ShowFormat};
use crate::exit::Exit;
use crate::message::{number, say};

/// Does the verb.
pub(crate) fn runs(arguments: &RunsArguments) -> anyhow::Result<Exit> {
    let folder = &arguments.folder;
    let mut out = BufWriter::new(std::io::stdout().lock());
    match &arguments.verb {
        None => list(&mut out, folder, RunsFormat::Table)?,
        Some(RunsVerb::List { format }) => list(&mut out, folder, *format)?,
        Some(RunsVerb::Show { run, format }) => show(&mut out, folder, run, *format)?,
        Some(RunsVerb::Rm { names }) => remove(&mut out, folder, names)?,
        Some(RunsVerb::Prune {
            keep,
            older_than,
            unfinished,
            dry_run,
        }) => {
            let old = Old {
                keep: *keep,
                older_than: *older_than,
                unfinished: *unfinished,
            };
            prune(&mut out, folder, &old, *dry_run)?;
        }
        Some(RunsVerb::Export { format, metric }) => {
            scores::export(&mut out, folder, metric, *format)?;
        }
        Some(RunsVerb::Trend {
            metric,
            extractor,
            corpus,
            last,
            format,
        }) => {
            let wanted = scores::Wanted {
                metric,
                extractor: extractor.as_deref(),
                corpus: corpus.as_deref(),
                last: *last,
            };
            scores::trend(&mut out, folder, &wanted, *format)?;
        }
    }
    out.flush()?;
    Ok(Exit::Complete)
}

fn list(out: &mut impl Write, folder: &Path, format: RunsFormat) -> anyhow::Result<()> {
    let listed: Vec<Listed> = store::list(folder)?.into_iter().map(listed).collect();
    match format {
        RunsFormat::Table => out.write_all(shown::list_table(&listed).as_bytes())?,
        RunsFormat::Json => shown::write_json(&listed, out)?,
        RunsFormat::Csv => shown::write_list_csv(&listed, out)?,
    }
    Ok(())
}

fn listed(run: Summary) -> Listed {
    let headline = |own: &SystemScores| {
        let headline = own.headline();
        Headline {
            corpus: own.corpus.clone(),
            extractor: own.extractor.clone(),
            version: own.version.clone(),
            metric: headline.map(|(metric, _)| metric.to_string()),
            value: headline.and_then(|(_, value)| value),
        }
    };
    let scored = run.systems.iter().map(headline);
    let planned = run.extractors.iter().map(|(name, version)| Headline {
        extractor: name.clone(),
        version: version.clone(),
        ..Headline::default()
    });
    let (state, remark) = match &run.state {
        State::Finished => ("finished", None),
        State::Unfinished { predicted, wanted } => (
            "unfinished",
            Some(format!(
                "{predicted} of {wanted} predictions; the same goldspan run command goes on with it"
            )),
        ),
        State::Unreadable(error) => ("unreadable", Some(why(error))),
    };
    Listed {
        extractors: match run.state {
            State::Finished => scored.collect(),
            _ => planned.collect(),
        },
        began: run.began.map(|began| began.to_string()),
        run: run.id,
        seconds: run.seconds,
        goldspan: run.goldspan,
        state,
        remark,
        documents: run.documents,
    }
}

/// What is wrong with a run, in one clause.
fn why(error: &Error) -> String {
    let what = error.problems.iter().map(|problem| problem.what.as_str());
    what.collect::<Vec<_>>().join("; ")
}

fn show(out: &mut impl Write, folder: &Path, run: &str, format: ShowFormat) -> anyhow::Result<()> {
    let path = store::find(folder, run)?;
    let recorded = store::read(&path)?;
    let shown = shown_of(&recorded, &Summary::of(&path));
    match format {
        ShowFormat::Table => out.write_all(shown::show_table(&shown).as_bytes())?,
        ShowFormat::Json => shown::write_json(&shown, out)?,
    }
    Ok(())
}

fn shown_of(recorded: &Recorded, summary: &Summary) -> Shown {
    let failures = |failures: &[Failure]| {
        let failures = failures.iter().map(|failure| ShownFailure {
            document: failure.document.clone(),
            error: failure.error.clone(),
        });
        failures.collect::<Vec<_>>()
    };
    let corpora = recorded.corpora.iter().zip(&recorded.ledger.corpora);
    let corpora = corpora.map(|(corpus, counted)| {
        let extractors = corpus.extractors.iter().filter_map(|own| {
            let scored = summary.system(&corpus.name, &own.name)?;
            Some(ShownExtractor {
                name: own.name.clone(),
                version: scored.version.clone(),
                failures: failures(&own.failures),
                scores: pooled(scored),
            })
        });
        ShownCorpus {
            name: corpus.name.clone(),
            documents: corpus.documents,
            scored: counted.documents.len() as u64,
            changed: failures(&corpus.changed),
            extractors: extractors.collect(),
        }
    });
    Shown {
        run: recorded.id.clone(),
        folder: recorded.path.display().to_string(),
        began: recorded.began.clone(),
        seconds: recorded.seconds,
        goldspan: recorded.goldspan.clone(),
        corpora: corpora.collect(),
    }
}

/// The scores of all labels together, and of the parts of claims, by their names without the ratio.
fn pooled(scored: &SystemScores) -> Vec<ShownScore> {
    let mut shown: Vec<ShownScore> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for (metric, value) in &scored.values {
        if metric.average != Average::Micro || metric.label().is_some() {
            continue;
        }
        let name = metric.to_string();
        let name = name
            .rsplit_once('.')
            .map_or(name.as_str(), |(name, _)| name);
        let place = *places.entry(name.to_owned()).or_insert_with(|| {
            shown.push(ShownScore {
                score: name.to_owned(),
                precision: None,
                recall: None,
                f1: None,
            });
            shown.len() - 1
        });
        let own = &mut shown[place];
        match metric.ratio {
            Ratio::Precision => own.precision = *value,
            Ratio::Recall => own.recall = *value,
            Ratio::F => own.f1 = *value,
        }
    }
    shown
}

/// Deletes the named runs, or none where one of them may not be.
fn remove(out: &mut impl Write, folder: &Path, names: &[String]) -> anyhow::Result<()> {
    let mut removals: Vec<Removal> = Vec::new();
    for name in names {
        let path = store::find(folder, name)?;
        // A run that was named twice is deleted once; locked here already, it would look like another's.
        let real = path.canonicalize().ok();
        let same = |own: &Removal| own.path().canonicalize().ok() == real;
        if !removals.iter().any(same) {
            removals.push(Removal::of(folder, &path)?);
        }
    }
    for removal in removals {
        let id = removal.id();
        removal.carry_out()?;
        writeln!(out, "deleted {id}")?;
    }
    Ok(())
}

/// Which runs are old.
struct Old {
    keep: Option<usize>,
    older_than: Option<Duration>,
    unfinished: bool,
}

impl Old {
    /// The runs to delete, oldest first.
    fn of(&self, runs: Vec<Summary>) -> Vec<Summary> {
        let may_go = |run: &Summary| match run.state {
            State::Finished => true,
            State::Unfinished { .. } => self.unfinished,
            State::Unreadable(_) => false,
        };
        let mut old: Vec<Summary> = runs.into_iter().filter(may_go).collect();
        if let Some(keep) = self.keep {
            old.truncate(old.len().saturating_sub(keep));
        }
        if let Some(age) = self.older_than {
            let now = Timestamp::now().as_second();
            let age = i64::try_from(age.as_secs()).unwrap_or(i64::MAX);
            let before = now.saturating_sub(age);
            old.retain(|run| run.began.is_some_and(|began| began.as_second() < before));
        }
        old
    }
}

fn prune(out: &mut impl Write, folder: &Path, old: &Old, dry: bool) -> anyhow::Result<()> {
    let runs = match store::list(folder) {
        Err(error) if error.kind == Kind::Nothing => Vec::new(),
        runs => runs?,
    };
    let (all, mut gone) = (runs.len() as u64, 0);
    for run in old.of(runs) {
        match Removal::of(folder, &run.path) {
            Ok(removal) => {
                if dry {
                    writeln!(out, "would delete {}", run.id)?;
                } else {
                    removal.carry_out()?;
                    writeln!(out, "deleted {}", run.id)?;
                }
                gone += 1;
            }
            Err(error) => say(&format!("warning: {} stays: {}", run.id, why(&error))),
        }
    }
    let done = if dry { "would be deleted" } else { "deleted" };
    writeln!(out, "{} {done}, {} left", number(gone, "run"), all - gone)?;
    Ok(())
}

/// The finished runs of a folder, oldest first; what is said of those that cannot be read is told.
fn finished(folder: &Path) -> Result<Vec<Summary>> {
    let mut runs = store::list(folder)?;
    for run in &runs {
        if let State::Unreadable(error) = &run.state {
            say(&format!("warning: {} is left out: {}", run.id, why(error)));
        }
    }
    runs.retain(|run| run.state == State::Finished);
    if runs.is_empty() {
        let problem = Problem::new("no run is finished").in_file(folder);
        let mend =
            "goldspan runs list says what there is; goldspan run goes on with what is unfinished";
        return Err(Error::one(Kind::Nothing, problem.mend(mend)));
    }
    Ok(runs)
}
