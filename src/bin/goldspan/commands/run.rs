//! `goldspan run`: plan, inspect, extract and count, keep, report.

mod circumstances;
mod dry;

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Instant;

use goldspan::annotation::Task;
use goldspan::cache::{Cache, Unopened};
use goldspan::config::{
    Budget, Config, CorpusConfig, ExtractorConfig, FILE_NAME, Gate, Statistics,
};
use goldspan::corpus::{Corpus, Location};
use goldspan::counts::Annotated;
use goldspan::error::{Error, Kind, Problem, Result, nearest};
use goldspan::host::{Engine, Identity};
use goldspan::run::{self, Caching, Inspection, Plan, PlannedCorpus, PlannedExtractor, Run};
use goldspan::scores::Conventions;
use goldspan::store::{Circumstances, Place, RunFolder};

use super::estimating::{estimated, estimated_as_shown, refuse_unknown_cluster};
use super::{gating, print, threads};
use crate::args::{CacheUse, RunArguments};
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::message;
use crate::progress::Progress;

/// Does the verb.
pub(crate) fn run(arguments: &RunArguments) -> anyhow::Result<Exit> {
    let began = Instant::now();
    let timestamp = jiff::Timestamp::now();
    arguments.reading.refuse_more_than(1)?;
    let config = configuration(arguments)?;
    let asked = Asked {
        statistics: arguments.statistics.over(config.statistics.clone()),
        gates: config.gates.clone(),
        budget: arguments.max_failures.unwrap_or(config.max_failures),
    };
    let (mut plan, problems) = plan(arguments, config)?;
    refuse_nothing(&plan)?;
    let inspection = inspected(&plan, problems)?;
    refuse_cluster(&asked.statistics, &plan)?;
    let all = || inspection.corpora.iter().flatten();
    let documents = all().count() as u64;
    let annotated = all().filter(|document| document.gold.is_some()).count() as u64;
    if annotated == 0 {
        return Err(no_gold(documents).into());
    }
    if !arguments.quiet {
        tell_asked_once(&plan, arguments.repeats);
    }
    if arguments.dry_run {
        return dry::tell(&plan, &inspection, &place(arguments), arguments.fresh);
    }
    let folder = RunFolder::create(&place(arguments), &plan, &inspection, arguments.fresh)?;
    if !arguments.quiet {
        message::tell_remarks(&inspection.warnings);
        message::tell_start(
            documents,
            annotated,
            &inspection,
            plan.extractors.len() as u64,
            began.elapsed().as_secs_f64(),
        );
        tell_going_on(&folder);
    }
    let interrupt = Interrupt::listen();
    let extracting = Instant::now();
    let progress = Progress::new(&folder, documents, arguments.quiet, interrupt.clone());
    let outcome = run::run(&plan, &progress);
    progress.finish();
    let epilogues = ended(&mut plan);
    let finished = match outcome {
        Err(error) if error.kind == Kind::Interrupted => return Ok(tell_interrupted(&interrupt)),
        outcome => outcome?,
    };
    let seconds = extracting.elapsed().as_secs_f64();
    let circumstances = circumstances::of(
        &plan,
        &finished,
        epilogues,
        circumstances::Clock { timestamp, seconds },
        bytes(&inspection),
    );
    if !arguments.quiet {
        message::tell_origins(&plan, &circumstances);
    }
    judge(
        arguments, &asked, &plan, &inspection, folder, &finished, &circumstances,
    )
}

/// What is asked of a finished run.
struct Asked {
    statistics: Statistics,
    gates: Vec<Gate>,
    budget: Budget,
}

/// Makes the intervals, judges the gates, and tells everything.
fn judge(
    arguments: &RunArguments,
    asked: &Asked,
    plan: &Plan,
    inspection: &Inspection,
    folder: RunFolder,
    finished: &Run,
    circumstances: &Circumstances,
) -> anyhow::Result<Exit> {
    let (statistics, gates) = (&asked.statistics, &asked.gates);
    let estimates = estimated(finished, statistics, Conventions::default(), plan.threads)?;
    let ledger = || finished.ledger_of(inspection);
    let judgement = gating::judged(gates, ledger, &arguments.gate, statistics, plan.threads)?;
    let path = folder.finish(finished, &estimates, judgement.as_ref(), circumstances)?;
    let shown = arguments.show.presentation().conventions;
    let estimates = estimated_as_shown(estimates, finished, shown, plan.threads)?;
    print(finished, &estimates, judgement.as_ref(), &arguments.show)?;
    if !arguments.quiet {
        message::tell_end(
            inspection.corpora.iter().flatten().count() as u64,
            plan.extractors.len() as u64,
            circumstances.bytes,
            circumstances.seconds,
            &path,
        );
    }
    if let Some(judgement) = &judgement {
        gating::told(judgement, gates, &arguments.gate, statistics)?;
    }
    let otherwise = judged(finished, circumstances, asked.budget);
    Ok(gating::exit(
        judgement.as_ref(),
        otherwise,
        arguments.gate.strict,
    ))
}

/// Refuses to cluster by what no document has, before anything is extracted.
fn refuse_cluster(statistics: &Statistics, plan: &Plan) -> Result<()> {
    let corpora = plan.corpora.iter();
    let entries = corpora.flat_map(|planned| &planned.corpus.entries);
    refuse_unknown_cluster(entries.map(|entry| &entry.metadata), statistics)
}

/// What a finished run comes to; what is wrong with it is told.
fn judged(finished: &Run, circumstances: &Circumstances, budget: Budget) -> Exit {
    if message::tell_differing(circumstances) {
        return Exit::StaleCache;
    }
    let (failed, total) = finished.failures();
    if budget.allows(failed, total) {
        return Exit::Complete;
    }
    message::tell_incomplete("extractions failed", failed, total, budget);
    Exit::Incomplete
}

/// Says that an unfinished run is gone on with.
fn tell_going_on(folder: &RunFolder) {
    if folder.kept() > 0 {
        message::say(&format!(
            "Going on with the unfinished run in {}: {} kept (--fresh begins anew)",
            folder.path().display(),
            message::number(folder.kept(), "prediction")
        ));
    }
}

/// Says which extractors are not asked as often as `--repeats` says.
fn tell_asked_once(plan: &Plan, repeats: Option<NonZeroU32>) {
    let Some(repeats) = repeats else { return };
    for planned in &plan.extractors {
        if matches!(planned.engine, Engine::Remote(_)) && planned.repeats != repeats {
            message::say(&format!(
                "{}: --repeats {repeats} passes it over, since its answers are said never to vary; repeats = {repeats} in its table would not",
                planned.name
            ));
        }
    }
}

/// Says how to go on.
fn tell_interrupted(interrupt: &Interrupt) -> Exit {
    // Quoted for a shell where that is needed; what began anew would begin anew again.
    let quoted = |word: std::ffi::OsString| {
        let word = word.to_string_lossy().into_owned();
        let plain = |c: char| c.is_alphanumeric() || "-_./=:,%+@".contains(c);
        if !word.is_empty() && word.chars().all(plain) {
            word
        } else {
            format!("'{}'", word.replace('\'', "'\\''"))
        }
    };
    let words = std::env::args_os().filter(|word| word != "--fresh");
    let command: Vec<String> = words.map(quoted).collect();
    message::say(&format!(
        "interrupted; what was predicted is kept, and the same command goes on with it:\n  {}",
        command.join(" ")
    ));
    if interrupt.is_from_keyboard() {
        Exit::Interrupted
    } else {
        Exit::Terminated
    }
}

/// Ends the extractors that live elsewhere, and closes the cache; gives what they have to say, in the plan's order.
fn ended(plan: &mut Plan) -> Vec<goldspan::host::Epilogue> {
    if let Some(failure) = plan.caching.cache.take().and_then(Cache::close) {
        message::say(&format!(
            "warning: predictions could not be cached: {failure}; the results are not touched by that"
        ));
    }
    let extractors = plan.extractors.iter();
    extractors
        .map(|planned| match &planned.engine {
            Engine::Remote(host) => host.finish(),
            Engine::BuiltIn(_) => Default::default(),
        })
        .collect()
}

/// The cache, where an extractor has a use for it.
fn caching(arguments: &RunArguments, extractors: &[PlannedExtractor]) -> Result<Caching> {
    let unread = matches!(arguments.cache, CacheUse::Off | CacheUse::Refresh);
    if unread && arguments.cache_audit.is_some() {
        let problem = Problem::new("--cache-audit has nothing to compare")
            .found("a run that takes nothing from the cache")
            .mend("leave out --cache, or say --cache read");
        return Err(problem.into());
    }
    let known = |planned: &PlannedExtractor| match &planned.engine {
        Engine::Remote(host) => matches!(host.identity(), Identity::Known(_)),
        Engine::BuiltIn(_) => false,
    };
    if arguments.cache == CacheUse::Off || !extractors.iter().any(known) {
        return Ok(Caching::default());
    }
    let path = Cache::place(Path::new(""));
    let opened = if arguments.cache == CacheUse::Read || arguments.dry_run {
        Cache::open_to_read(&path)
    } else {
        Cache::open(&path).map(Some)
    };
    let cache = match opened {
        Ok(cache) => cache,
        Err(Unopened::InUse) => {
            message::say(
                "warning: another goldspan uses the cache in .goldspan/cache; this run goes on without it",
            );
            None
        }
        Err(Unopened::Broken(error)) => return Err(error),
    };
    Ok(Caching {
        cache,
        read: arguments.cache != CacheUse::Refresh,
        write: arguments.cache != CacheUse::Read,
        audit: arguments.cache_audit.unwrap_or_default(),
    })
}

/// The configuration: named, found in this folder, or made of flags alone.
fn configuration(arguments: &RunArguments) -> Result<Config> {
    let found = Path::new(FILE_NAME);
    let mut config = match &arguments.config {
        Some(path) => Config::read(path)?,
        None if found.is_file() => Config::read(found)?,
        None if arguments.articles.is_some() || arguments.gold.is_some() => Config::builtin(),
        None => {
            let problem = Problem::new("there is nothing to run")
                .expected(format!("{FILE_NAME} in this folder"))
                .mend("go to the project's folder, name a file with --config, or name articles with --articles");
            return Err(problem.into());
        }
    };
    if arguments.articles.is_some() || arguments.gold.is_some() {
        let mut annotated = Annotated::default();
        if !arguments.task.is_empty() {
            annotated.tasks.retain(|task| arguments.task.contains(task));
        }
        config.corpora = vec![CorpusConfig {
            location: Location {
                name: "articles".to_owned(),
                articles: arguments.articles.clone(),
                gold: arguments.gold.clone(),
                ..Location::default()
            },
            annotated,
        }];
    } else if !arguments.task.is_empty() {
        let problem = Problem::new("--task says what the gold of --articles or --gold annotates")
            .expected("one of these beside it");
        return Err(problem
            .mend("in a configuration write tasks = [...] in the corpus")
            .into());
    }
    for corpus in &mut config.corpora {
        let location = &mut corpus.location;
        location.format = arguments.reading.declared(true).or(location.format);
        arguments.reading.lay_over(&mut location.reading);
    }
    Ok(config)
}

/// The plan, and what is wrong with single files of its corpora.
fn plan(arguments: &RunArguments, config: Config) -> Result<(Plan, Vec<Problem>)> {
    let corpora = chosen(
        "corpus",
        "corpora",
        &arguments.corpus,
        config.corpora,
        |corpus| &corpus.location.name,
    )?;
    let extractors = chosen(
        "extractor",
        "extractors",
        &arguments.extractor,
        config.extractors,
        |extractor| &extractor.name,
    )?;
    let mut planned = Vec::new();
    let mut problems = Vec::new();
    for corpus in corpora {
        let (found, wrong) = Corpus::find(&corpus.location)?;
        problems.extend(wrong);
        planned.push(PlannedCorpus {
            corpus: narrowed(found, arguments)?,
            annotated: corpus.annotated,
        });
    }
    let started = |config| started(config, arguments.repeats);
    let extractors: Vec<_> = extractors.into_iter().map(started).collect::<Result<_>>()?;
    let plan = Plan {
        corpora: planned,
        caching: caching(arguments, &extractors)?,
        extractors,
        measures: config.measures,
        threads: threads(arguments.jobs),
    };
    Ok((plan, problems))
}

/// What the files hold, or all that is wrong with them: with their names as found by the plan, and with what is inside them.
fn inspected(plan: &Plan, mut problems: Vec<Problem>) -> Result<Inspection> {
    let inspection = match run::inspect(plan) {
        Err(error) if error.kind == Kind::Input => {
            problems.extend(error.problems);
            None
        }
        outcome => Some(outcome?),
    };
    Error::all(Kind::Input, problems)?;
    // Without an inspection there was a problem, which has been told.
    Ok(inspection.unwrap_or_default())
}

/// Refuses a plan under which no number could come out.
fn refuse_nothing(plan: &Plan) -> Result<()> {
    let measured = |task: Task| match task {
        Task::Entities => !plan.measures.entity.is_empty(),
        Task::Claims => !plan.measures.claim.is_empty(),
    };
    let attempted = |task: &Task| {
        let mut extractors = plan.extractors.iter();
        extractors.any(|planned| planned.engine.about().tasks.contains(task))
    };
    let mut tasks = plan
        .corpora
        .iter()
        .flat_map(|planned| &planned.annotated.tasks);
    if tasks.any(|task| measured(*task) && attempted(task)) {
        return Ok(());
    }
    let problem = Problem::new("nothing would be scored")
        .found("no task that the gold annotates, a measure counts, and an extractor attempts")
        .expected("at least one such task: entities or claims")
        .mend("choose another extractor with -e, or another task with --task, tasks or [score]");
    Err(Error::one(Kind::Nothing, problem))
}

/// The named ones of what is configured, in the configuration's order; all of them where none is named.
fn chosen<T>(
    what: &str,
    plural: &str,
    names: &[String],
    configured: Vec<T>,
    name: impl Fn(&T) -> &String,
) -> Result<Vec<T>> {
    let known: Vec<&str> = configured.iter().map(|item| name(item).as_str()).collect();
    let unknown = |wanted: &&String| !known.contains(&wanted.as_str());
    if let Some(wanted) = names.iter().find(unknown) {
        let near = nearest(wanted, known.iter().copied());
        let mend = near.map_or_else(
            || "correct the name".to_owned(),
            |near| format!("did you mean {near:?}?"),
        );
        let problem = Problem::new(format!("there is no {what} of this name"))
            .found(format!("{wanted:?}"))
            .expected(format!("one of {}", known.join(", ")))
            .mend(mend);
        return Err(problem.into());
    }
    if configured.is_empty() {
        let problem = Problem::new(format!("no {plural} are configured"))
            .expected(format!("at least one table [{what}.NAME] in {FILE_NAME}"));
        return Err(Error::one(Kind::Nothing, problem));
    }
    let wanted = |item: &T| names.is_empty() || names.contains(name(item));
    Ok(configured.into_iter().filter(wanted).collect())
}

/// The corpus with the articles that --split and --limit leave.
fn narrowed(mut corpus: Corpus, arguments: &RunArguments) -> Result<Corpus> {
    if let Some(split) = &arguments.split {
        let known: Vec<String> = corpus
            .values("split")
            .into_iter()
            .map(str::to_owned)
            .collect();
        corpus
            .entries
            .retain(|entry| entry.metadata.get("split") == Some(split));
        if corpus.entries.is_empty() {
            let expected = if known.is_empty() {
                "a manifest with a column split".to_owned()
            } else {
                format!("one of {}", known.join(", "))
            };
            let problem = Problem::new(format!(
                "corpus {}: no article is in this split",
                corpus.name
            ))
            .found(format!("{split:?}"))
            .expected(expected);
            return Err(Error::one(Kind::Nothing, problem));
        }
    }
    if let Some(limit) = arguments.limit {
        corpus.entries.truncate(limit);
        if corpus.entries.is_empty() {
            let problem = Problem::new("--limit 0 leaves nothing to evaluate");
            return Err(Error::one(Kind::Nothing, problem));
        }
    }
    Ok(corpus)
}

/// An extractor that was met; `repeats` is what the flag says.
fn started(config: ExtractorConfig, repeats: Option<NonZeroU32>) -> Result<PlannedExtractor> {
    let engine = config.start()?;
    // Who says that its answers never vary is taken at its word, and not paid for again.
    let may_vary =
        matches!(engine, Engine::Remote(_)) && engine.about().deterministic != Some(true);
    Ok(PlannedExtractor {
        engine,
        name: config.name,
        labels: config.labels,
        repeats: repeats.filter(|_| may_vary).unwrap_or(config.repeats),
    })
}

fn no_gold(documents: u64) -> Error {
    let problem = Problem::new("none of the articles is annotated, so nothing can be scored")
        .found(format!("articles without gold: {documents}"))
        .expected("a .ann file with the name of its article, in the gold folder or beside it")
        .mend("name the gold with --gold or in the configuration");
    Error::one(Kind::Nothing, problem)
}

fn place(arguments: &RunArguments) -> Place {
    match &arguments.output {
        Some(path) => Place::Exactly(path.clone()),
        None => Place::Within(PathBuf::from(".goldspan/runs")),
    }
}

fn bytes(inspection: &Inspection) -> u64 {
    inspection
        .corpora
        .iter()
        .flatten()
        .map(|document| document.bytes)
        .sum()
}
