//! `goldspan accept`: a run becomes the baseline that later ones are held against, unless something would fall unseen.

use std::io::Write;
use std::path::Path;

use goldspan::baseline::{self, Baseline, Changes, Provenance, ScoreChange};
use goldspan::error::{Problem, Result};
use goldspan::report::accepted;
use goldspan::store::{self, Recorded};
use jiff::Timestamp;

use crate::args::AcceptArguments;
use crate::exit::Exit;
use crate::message::{listed, number, say};

/// Does the verb.
pub(crate) fn accept(arguments: &AcceptArguments) -> anyhow::Result<Exit> {
    refuse_in_ci(arguments)?;
    let path = baseline::place(&arguments.dir, &arguments.name)?;
    let recorded = store::read(&store::find(&arguments.runs, &arguments.run)?)?;
    let documents: usize = recorded
        .ledger
        .corpora
        .iter()
        .map(|own| own.documents.len())
        .sum();
    if documents == 0 {
        let problem = Problem::new("this run scored no document").in_file(&recorded.path);
        let mend = "accept a run of documents with gold; goldspan runs list shows which there are";
        return Err(goldspan::error::Error::from(problem.mend(mend)).into());
    }
    let before = existing(&path, arguments.force)?;
    let provenance = Provenance {
        goldspan: env!("CARGO_PKG_VERSION").to_owned(),
        run: recorded.id.clone(),
        accepted: Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        commit: arguments.commit.clone(),
        message: arguments.message.clone(),
    };
    let ledger = recorded.ledger.clone();
    let accepted = Baseline::new(arguments.name.clone(), provenance, ledger);
    if before
        .as_ref()
        .is_some_and(|own| own.ledger == accepted.ledger)
    {
        say(&format!(
            "Nothing changed: {} says the same as this run",
            path.display()
        ));
        return Ok(Exit::Complete);
    }
    let changes = Changes::between(before.as_ref().map(|own| &own.ledger), &accepted.ledger);
    let mut out = std::io::stdout().lock();
    out.write_all(accepted::table(&changes).as_bytes())?;
    out.flush()?;
    tell_changes(&changes);
    let reasons = reasons(&recorded, &changes);
    if !reasons.is_empty() && !arguments.force {
        return Err(refused(arguments, &path, &reasons).into());
    }
    if !reasons.is_empty() {
        say(&format!(
            "warning: with --force, though {}",
            reasons.join("; ")
        ));
    }
    finish(arguments, &accepted, &path, documents as u64)?;
    Ok(Exit::Complete)
}

/// Refuses where nobody looks at what is accepted: a baseline that a machine renews guards nothing.
fn refuse_in_ci(arguments: &AcceptArguments) -> Result<()> {
    let ci = std::env::var_os("CI").map(|own| own.to_string_lossy().to_lowercase());
    let Some(ci) = ci.filter(|own| !matches!(own.as_str(), "" | "0" | "false")) else {
        return Ok(());
    };
    let problem = Problem::new("baselines are not accepted in CI")
        .found(format!("the environment variable CI={ci}"))
        .expected("a person who accepts one, and others who review it in the pull request");
    let mend = format!(
        "on your own machine: goldspan run, then goldspan accept latest{}, then commit the file",
        flags(arguments)
    );
    Err(problem.mend(mend).into())
}

/// The flags that name the baseline, as they would be typed again.
fn flags(arguments: &AcceptArguments) -> String {
    let dir = match arguments.dir.as_path() {
        dir if dir == Path::new("baselines") => String::new(),
        dir => format!(" --dir {}", dir.display()),
    };
    format!(" --name {}{dir}", arguments.name)
}

/// The baseline that is there, if there is one; one that cannot be read counts as none where that is forced.
fn existing(path: &Path, force: bool) -> Result<Option<Baseline>> {
    if !path.exists() {
        return Ok(None);
    }
    match Baseline::read(path) {
        Ok(baseline) => Ok(Some(baseline)),
        Err(error) if force => {
            let what = error.problems.first().map_or("", |own| own.what.as_str());
            say(&format!(
                "warning: {}: {what}; nothing was compared with it (--force)",
                path.display()
            ));
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Why the run is not accepted unless that is forced, each with its details on standard error.
fn reasons(recorded: &Recorded, changes: &Changes) -> Vec<String> {
    let mut reasons = Vec::new();
    let falling: Vec<&ScoreChange> = changes.falling().collect();
    for score in &falling {
        say(&format!("falls: {}", fall(score)));
    }
    if !falling.is_empty() {
        let falls = if falling.len() == 1 { "falls" } else { "fall" };
        reasons.push(format!("{} {falls}", number(falling.len() as u64, "score")));
    }
    for corpus in changes.corpora.iter().filter(|own| !own.gone.is_empty()) {
        let ids: Vec<&str> = corpus.gone.iter().map(String::as_str).collect();
        reasons.push(format!(
            "{} of {} {} in the baseline and not in the run: {}",
            number(ids.len() as u64, "document"),
            corpus.name,
            if ids.len() == 1 { "is" } else { "are" },
            listed(&ids)
        ));
    }
    for system in &changes.gone {
        reasons.push(format!(
            "{} on {} is in the baseline and not in the run",
            system.extractor, system.corpus
        ));
    }
    for corpus in &recorded.corpora {
        if !corpus.changed.is_empty() {
            let ids: Vec<&str> = corpus
                .changed
                .iter()
                .map(|own| own.document.as_str())
                .collect();
            let changed = number(ids.len() as u64, "document");
            reasons.push(format!(
                "{changed} of {} changed during the run: {}",
                corpus.name,
                listed(&ids)
            ));
        }
        for own in corpus
            .extractors
            .iter()
            .filter(|own| !own.failures.is_empty())
        {
            let ids: Vec<&str> = own
                .failures
                .iter()
                .map(|own| own.document.as_str())
                .collect();
            let failed = number(ids.len() as u64, "document");
            reasons.push(format!(
                "{} failed on {failed} of {}: {}",
                own.name,
                corpus.name,
                listed(&ids)
            ));
        }
    }
    reasons
}

/// `entity strict F1 of shape on news: 0.8000 -> 0.5000 (-30.00 points)`.
fn fall(score: &ScoreChange) -> String {
    let value =
        |own: Option<f64>| own.map_or_else(|| "undefined".to_owned(), |own| format!("{own:.4}"));
    let points = accepted::points(score).map_or_else(String::new, |own| format!(" ({own} points)"));
    format!(
        "{}, {} on {}: {} -> {}{points}",
        score.metric.spoken(),
        score.system.extractor,
        score.system.corpus,
        value(score.before),
        value(score.after)
    )
}

fn refused(arguments: &AcceptArguments, path: &Path, reasons: &[String]) -> goldspan::error::Error {
    let problem = Problem::new("the baseline is not written: this run is worse, or not whole")
        .in_file(path)
        .found(reasons.join("; "));
    let mend = format!(
        "mend what fell and run again, or accept it all the same: goldspan accept {}{} --force",
        arguments.run,
        flags(arguments)
    );
    problem.mend(mend).into()
}

/// Tells what became of documents, extractors and rules, which changes scores too.
fn tell_changes(changes: &Changes) {
    if changes.other_rules {
        say(
            "warning: the run counted under other rules than the baseline (required roles, nested claims, labels, or what the gold annotates)",
        );
    }
    for corpus in changes.corpora.iter().filter(|own| !own.is_none()) {
        let lists = [
            (&corpus.added, "new"),
            (&corpus.gone, "gone"),
            (&corpus.other_text, "with another text"),
            (&corpus.other_gold, "with other gold"),
        ];
        let told = lists.into_iter().filter(|(ids, _)| !ids.is_empty());
        let told = told.map(|(ids, how)| {
            let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
            format!(
                "{} {how} ({})",
                number(ids.len() as u64, "document"),
                listed(&ids)
            )
        });
        let told: Vec<String> = told.collect();
        let compared = match corpus.same.len() {
            0 => "no document is the same, so no score is compared".to_owned(),
            same => format!("scores are compared over the {same} that are the same"),
        };
        say(&format!("{}: {}; {compared}", corpus.name, told.join(", ")));
    }
}

/// Writes the file, or says that it would be written.
fn finish(
    arguments: &AcceptArguments,
    accepted: &Baseline,
    path: &Path,
    documents: u64,
) -> Result<()> {
    let mut names: Vec<&str> = Vec::new();
    for system in accepted.ledger.corpora.iter().flat_map(|own| &own.systems) {
        if !names.contains(&system.name.as_str()) {
            names.push(&system.name);
        }
    }
    let what = format!(
        "{}: {}, {}, {:.1} kB",
        path.display(),
        number(documents, "document"),
        number(names.len() as u64, "extractor"),
        accepted.to_text().len() as f64 / 1e3
    );
    if arguments.dry_run {
        say(&format!("Would write {what}"));
        return Ok(());
    }
    accepted.write(path)?;
    say(&format!(
        "Wrote {what}\nCommit this file: git add {}",
        path.display()
    ));
    Ok(())
}
