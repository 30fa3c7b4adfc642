//! Gates for the verbs that score: baselines are read, scores judged, and the verdict told where people and CI look for it.

use std::fs::OpenOptions;
use std::io::Write;
use std::num::NonZeroUsize;
use std::path::Path;

use anyhow::Context;
use goldspan::baseline::{self, Baseline};
use goldspan::compare::Asked;
use goldspan::config::{Gate, Statistics};
use goldspan::error::Result;
use goldspan::gate::{Baselines, Judgement, Verdict, judge};
use goldspan::ledger::Ledger;
use goldspan::report::judgement;
use goldspan::scores::Conventions;

use crate::args::GateArguments;
use crate::exit::Exit;
use crate::message;

/// Judges the gates; `None` where there are none, or none are to be judged.
///
/// # Errors
/// Where threads cannot be had.
pub(crate) fn judged(
    gates: &[Gate],
    ledger: impl FnOnce() -> Ledger,
    arguments: &GateArguments,
    statistics: &Statistics,
    threads: NonZeroUsize,
) -> Result<Option<Judgement>> {
    if gates.is_empty() || arguments.no_gate {
        return Ok(None);
    }
    let baselines = read(gates, &arguments.baselines);
    let asked = asked(statistics, threads);
    judge(gates, &ledger(), &baselines, &asked).map(Some)
}

/// How gates compare: F1 is F1, whatever beta the tables have.
pub(crate) fn asked(statistics: &Statistics, threads: NonZeroUsize) -> Asked {
    Asked {
        primary: None,
        intersect: false,
        slices: Vec::new(),
        cluster: statistics.cluster.clone(),
        replicates: statistics.resamples,
        conventions: Conventions::default(),
        threads,
    }
}

/// The baselines that gates name.
fn read(gates: &[Gate], folder: &Path) -> Baselines {
    let wanted = gates
        .iter()
        .filter(|gate| gate.max_drop.or(gate.hard_drop).is_some());
    let mut baselines = Baselines::new();
    for gate in wanted {
        let name = &gate.baseline;
        if baselines.contains_key(name) {
            continue;
        }
        let path = match baseline::place(folder, name) {
            // A baseline that is not there yet is another matter than one that cannot be used.
            Ok(path) if !path.exists() => continue,
            path => path,
        };
        let read = path.and_then(|path| Baseline::read(&path));
        let ledger = read
            .map(|own| own.ledger)
            .map_err(|mut error| error.problems.remove(0));
        baselines.insert(name.clone(), ledger);
    }
    baselines
}

/// Tells the verdicts: the table on standard error (or output, where that is a table too), the files that were asked for, and GitHub's places.
///
/// # Errors
/// Where a file that was asked for cannot be written.
pub(crate) fn told(
    judgement: &Judgement,
    gates: &[Gate],
    arguments: &GateArguments,
    statistics: &Statistics,
) -> anyhow::Result<()> {
    let units = match statistics.cluster {
        Some(_) => "clusters",
        None => "documents",
    };
    message::say(judgement::table(judgement, units).trim_end());
    let markdown = judgement::markdown(judgement, "goldspan", units);
    let written = |path: &Path, text: &str| {
        std::fs::write(path, text)
            .with_context(|| format!("cannot write the verdicts to {}", path.display()))
    };
    if let Some(path) = &arguments.junit {
        written(path, &judgement::junit(judgement)?)?;
    }
    if let Some(path) = &arguments.markdown {
        written(path, &markdown)?;
    }
    append("GITHUB_OUTPUT", &judgement::outputs(judgement));
    append("GITHUB_STEP_SUMMARY", &markdown);
    if std::env::var("GITHUB_ACTIONS").is_ok_and(|value| value == "true") {
        for line in judgement::annotations(judgement, gates) {
            message::say(&line);
        }
    }
    Ok(())
}

/// Adds to a file that GitHub Actions names in the environment; where that fails the verdict stands all the same.
fn append(variable: &str, text: &str) {
    let Some(path) = std::env::var_os(variable).filter(|path| !path.is_empty()) else {
        return;
    };
    let file = OpenOptions::new().append(true).create(true).open(&path);
    let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
    if let Err(error) = written {
        message::say(&format!(
            "warning: the verdict could not be added to {variable}: {error}"
        ));
    }
}

/// The exit code of the verdicts; `otherwise` is that of everything else, which an incomparable baseline outweighs, and which outweighs a failed gate.
pub(crate) fn exit(judgement: Option<&Judgement>, otherwise: Exit, strict: bool) -> Exit {
    let verdict = judgement.and_then(Judgement::verdict);
    match (verdict, otherwise) {
        (Some(Verdict::Incomparable), _) => Exit::Incomparable,
        (_, Exit::Complete) => match verdict {
            Some(Verdict::Worse) => Exit::Failed,
            Some(Verdict::Inconclusive) if strict => Exit::Inconclusive,
            _ => Exit::Complete,
        },
        (_, otherwise) => otherwise,
    }
}
