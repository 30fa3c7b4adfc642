//! `goldspan score`: two files, paired, counted and reported; no configuration needed.

use std::io::BufWriter;
use std::path::Path;

use anyhow::Context;
use goldspan::annotation::Task;
use goldspan::config::{Config, Gate, Statistics};
use goldspan::corpus::Source;
use goldspan::counts::{Annotated, Measures, Role};
use goldspan::error::{Error, Kind, Problem, Result};
use goldspan::extract::About;
use goldspan::mistakes::Listed;
use goldspan::report::{self, Section};
use goldspan::run::paired::{self, Keeping, Pairing, Scored, Scoring};
use goldspan::run::{CorpusResult, ExtractorResult, Origins, Run};

use super::estimating::estimated;
use super::{gating, print, refuse_place, threads};
use crate::args::{self, CountingArguments, Format, Pair, ScoreArguments, once_each};
use crate::exit::Exit;
use crate::message;

/// Does the verb.
pub(crate) fn score(arguments: &ScoreArguments) -> anyhow::Result<Exit> {
    let sides = 1 + usize::from(arguments.predictions.is_some());
    arguments.reading.refuse_more_than(sides)?;
    if let Some(path) = &arguments.mistakes {
        let inputs: Vec<_> = [&arguments.gold]
            .into_iter()
            .chain(&arguments.predictions)
            .collect();
        refuse_place(["mistakes", "score"], "--mistakes", &inputs, path)?;
    }
    let config = arguments.gates.as_deref().map(Config::read).transpose()?;
    let (gates, configured) =
        config.map_or_else(Default::default, |config| (config.gates, config.statistics));
    let measures = measures(&arguments.counting);
    let roles = roles(&arguments.counting);
    let labels = arguments.counting.labels.iter().cloned().collect();
    let listed = arguments.mistakes.is_some() || arguments.show.show.contains(&Section::Mistakes);
    let (gold, predicted) = sources(arguments)?;
    let (gold_options, options) = (
        arguments.reading.options(),
        arguments.reading.of_predictions(),
    );
    let scoring = Scoring {
        options: [&gold_options, &options],
        pairing: pairing(&arguments.counting),
        measures: &measures,
        labels: (!arguments.counting.labels.is_empty()).then_some(&labels),
        roles: &roles,
        extra_is_spurious: arguments.counting.count_extra,
        mistakes: listed,
        ledger: match arguments.statistics.resamples {
            Some(0) if gates.is_empty() => Keeping::Nothing,
            _ if gates.is_empty() => Keeping::Counts,
            _ => Keeping::CountsAndDigests,
        },
        threads: threads(arguments.jobs),
    };
    let scored = paired::score(&scoring, &gold, predicted.as_ref())?;
    if scored.scored == 0 || scored.annotated.is_empty() {
        return Err(nothing(&arguments.gold).into());
    }
    // Tables name these documents themselves.
    if arguments.show.format != Format::Table {
        tell_extra(&arguments.counting, &scored);
    }
    tell_left_out(&scored);
    tell_roles(&roles, &scored);
    let (failed, total) = (scored.missing.len() as u64, scored.documents);
    let finished = finished(arguments, measures, listed, scored);
    if let Some(path) = &arguments.mistakes {
        write_mistakes(&finished, path)
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    let otherwise = || complete(arguments, failed, total);
    judge(arguments, &gates, configured, &finished, otherwise)
}

/// Makes the intervals, judges the gates, and tells everything.
fn judge(
    arguments: &ScoreArguments,
    gates: &[Gate],
    configured: Statistics,
    finished: &Run,
    otherwise: impl FnOnce() -> Exit,
) -> anyhow::Result<Exit> {
    let conventions = arguments.show.presentation().conventions;
    let statistics = arguments.statistics.over(configured);
    let threads = threads(arguments.jobs);
    let estimates = estimated(finished, &statistics, conventions, threads)?;
    let ledger = || finished.ledger();
    let judgement = gating::judged(gates, ledger, &arguments.gate, &statistics, threads)?;
    print(finished, &estimates, judgement.as_ref(), &arguments.show)?;
    if let Some(judgement) = &judgement {
        gating::told(judgement, gates, &arguments.gate, &statistics)?;
    }
    Ok(gating::exit(
        judgement.as_ref(),
        otherwise(),
        arguments.gate.strict,
    ))
}

/// Whether enough documents have a prediction.
fn complete(arguments: &ScoreArguments, failed: u64, total: u64) -> Exit {
    if arguments.max_failures.allows(failed, total) {
        return Exit::Complete;
    }
    message::tell_incomplete(
        "documents have no prediction",
        failed,
        total,
        arguments.max_failures,
    );
    Exit::Incomplete
}

/// Writes the list aside and renames it, so that it is never half there.
fn write_mistakes(finished: &Run, path: &Path) -> std::io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    let mut out = BufWriter::new(file);
    report::csv::write_mistakes(finished, &mut out)?;
    let file = out
        .into_inner()
        .map_err(std::io::IntoInnerError::into_error)?;
    file.persist(path)?;
    Ok(())
}

/// The roles that the gold is said to annotate: content always, and the claim as a whole.
pub(super) fn roles(arguments: &CountingArguments) -> Vec<Role> {
    let named = arguments.roles.as_ref().map(|args::Required(roles)| roles);
    let wanted = |role: &Role| match role {
        Role::Claim | Role::Content => true,
        Role::Source | Role::Cue => named.is_none_or(|named| named.contains(role)),
    };
    Role::ALL.into_iter().filter(wanted).collect()
}

/// Says where a role is scored that no gold claim has: it may be that nobody annotated it.
pub(super) fn tell_roles(roles: &[Role], scored: &Scored) {
    if !scored.attempted.contains(&Task::Claims) {
        return;
    }
    for role in roles
        .iter()
        .filter(|role| matches!(role, Role::Source | Role::Cue))
    {
        if !scored.gold_roles.contains(role) {
            message::say(&format!(
                "warning: no gold claim has a {}; where the gold does not annotate it, say what it does with --roles, or predictions of it count as wrong",
                role.name()
            ));
        }
    }
}

/// What two documents have in common that are one.
pub(super) fn pairing(arguments: &CountingArguments) -> Pairing {
    match arguments.pair {
        Pair::Id => Pairing::Id,
        Pair::Text => Pairing::Text,
    }
}

/// What is counted.
pub(super) fn measures(arguments: &CountingArguments) -> Measures {
    let mut measures = Measures {
        nested: !arguments.no_nested,
        ..Measures::default()
    };
    if !arguments.measure.is_empty() {
        measures.entity = once_each(&arguments.measure);
    }
    if !arguments.level.is_empty() {
        measures.claim = once_each(&arguments.level);
    }
    if let Some(args::Required(roles)) = &arguments.require {
        measures.require.clone_from(roles);
    }
    measures
}

/// Finds both files, or tells of both that they cannot be found.
fn sources(arguments: &ScoreArguments) -> Result<(Source, Option<Source>)> {
    let articles = arguments.counting.articles.as_ref();
    let reading = &arguments.reading;
    let gold = reading.source(&arguments.gold, true, articles);
    let predicted = arguments.predictions.as_deref();
    let predicted = predicted
        .map(|path| reading.source(path, false, articles))
        .transpose();
    if let (Err(gold), Err(predicted)) = (&gold, &predicted) {
        let problems = gold.problems.iter().chain(&predicted.problems);
        Error::all(gold.kind, problems.cloned().collect())?;
    }
    let (gold, predicted) = (gold?, predicted?);
    let both: Vec<&Source> = [Some(&gold), predicted.as_ref()]
        .into_iter()
        .flatten()
        .collect();
    reading.refuse_idle(&both)?;
    Ok((gold, predicted))
}

/// Names documents that were predicted without gold.
pub(super) fn tell_extra(arguments: &CountingArguments, scored: &Scored) {
    if !arguments.count_extra && !scored.extra.is_empty() {
        message::say(&format!(
            "warning: documents that were predicted without gold, so not scored: {}, the first of them {:?}; --count-extra counts them",
            scored.extra.len(),
            scored.extra[0]
        ));
    }
}

/// Says what was not scored as it stands.
pub(super) fn tell_left_out(scored: &Scored) {
    if scored.other_tokens > 0 {
        message::say(&format!(
            "warning: tokens of the predictions that differ from the gold's: {}; all are paired by position",
            scored.other_tokens
        ));
    }
    for ((file, unit), documents) in &scored.tried {
        message::say(&format!(
            "note: {}: by the texts that it quotes, offsets count {unit} in {documents} of its documents, and were read so; {} what they count",
            file.display(),
            message::declaring(unit)
        ));
    }
    for (why, documents) in &scored.left_out {
        message::say(&format!(
            "note: documents left out because {why}: {documents}"
        ));
    }
    message::tell_remarks(&scored.remarks);
    let mentions: u64 = scored.other_labels.values().sum();
    if mentions > 0 {
        let labels: Vec<&str> = scored.other_labels.keys().map(String::as_str).collect();
        message::say(&format!(
            "left out, because of their labels, on either side: {mentions}, with {}",
            labels.join(", ")
        ));
    }
}

/// What was scored as the run of a single extractor that says nothing of itself.
fn finished(arguments: &ScoreArguments, measures: Measures, listed: bool, scored: Scored) -> Run {
    // The list of tasks is one of a few constants, as every extractor's is.
    let roles = roles(&arguments.counting);
    let name = |path: &Path| path.display().to_string();
    let predictions = ExtractorResult {
        name: match (&arguments.name, &arguments.predictions) {
            (Some(name), _) => name.clone(),
            (None, Some(path)) => name(path),
            (None, None) => "last column".to_owned(),
        },
        about: About::new("predictions", "", &scored.attempted, ""),
        repeats: 1,
        table: scored.table,
        by_repeat: Vec::new(),
        rows: scored.rows,
        mistakes: listed.then(|| {
            let kept = scored.mistakes;
            Listed { kept, cut: false }.ranked()
        }),
        failed: scored.missing.len() as u64,
        failures: scored.missing,
        time: std::time::Duration::ZERO,
        origins: Origins::default(),
    };
    let (counted, extra) = (arguments.counting.count_extra, scored.extra.len() as u64);
    let corpus = CorpusResult {
        name: arguments
            .corpus
            .clone()
            .unwrap_or_else(|| name(&arguments.gold)),
        annotated: Annotated {
            tasks: scored.annotated,
            roles,
        },
        documents: scored.documents + if counted { extra } else { 0 },
        scored: scored.scored,
        changed: Vec::new(),
        extra: scored.extra,
        extra_is_spurious: counted,
        keys: scored.keys,
        extractors: vec![predictions],
    };
    Run {
        corpora: vec![corpus],
        measures,
        labels: arguments.counting.labels.clone(),
    }
}

pub(super) fn nothing(path: &Path) -> Error {
    let problem = Problem::new("this gold holds nothing to score")
        .in_file(path)
        .found("no document with entities or claims")
        .expected(
            "at least one line with entities or claims; an empty list means that there are none",
        )
        .mend("name the gold first and the predictions second");
    Error::one(Kind::Nothing, problem)
}
