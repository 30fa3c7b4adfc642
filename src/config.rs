//! `goldspan.toml`: which corpora, which extractors, which measures; every mistake with its line and what to write instead.

mod budget;
mod elsewhere;
mod gates;
mod reading;
mod statistics;
mod tables;

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

pub use self::budget::Budget;
pub use self::elsewhere::parse_time;
pub use self::gates::{BASELINE, Gate};
pub use self::statistics::Statistics;

use self::tables::{Place, Reader, Table};
use crate::annotation::{ALL_LABELS, Task};
use crate::corpus::Location;
use crate::counts::{Annotated, Measures, Role};
use crate::error::{Error, Excerpt, Kind, Problem, Result, nearest};
use crate::extract::{self, BUILTINS, Params, StartError};
use crate::formats::read_text;
use crate::host::{self, Engine, Settings, Transport};
use crate::matching::{EntityMeasure, Level};

/// The name of the file that is looked for when none is named.
pub const FILE_NAME: &str = "goldspan.toml";

/// How often an extractor may be asked for each document: more says little more of its spread, and costs as much.
pub const MOST_REPEATS: u32 = 100;

/// The version of the configuration's shape.
const SCHEMA: i64 = 1;

/// A whole configuration.
#[derive(Debug, Clone)]
pub struct Config {
    /// The corpora, by name.
    pub corpora: Vec<CorpusConfig>,
    /// The extractors, in order of name.
    pub extractors: Vec<ExtractorConfig>,
    /// What to count.
    pub measures: Measures,
    /// How many failures a run may have.
    pub max_failures: Budget,
    /// How intervals and tests are to be made.
    pub statistics: Statistics,
    /// What must hold, in the order of the file.
    pub gates: Vec<Gate>,
}

/// One corpus: where it lies and what its gold annotates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorpusConfig {
    /// Where it lies.
    pub location: Location,
    /// What its gold annotates.
    pub annotated: Annotated,
}

/// One extractor as configured.
#[derive(Debug, Clone)]
pub struct ExtractorConfig {
    /// Its name in reports.
    pub name: String,
    /// What it is.
    pub source: ExtractorSource,
    /// Its labels onto those of the gold; a label that is not here stays as it is.
    pub labels: BTreeMap<String, String>,
    /// How often it is asked for each document.
    pub repeats: NonZeroU32,
}

/// What an extractor is.
#[derive(Debug, Clone)]
pub enum ExtractorSource {
    /// Built in.
    BuiltIn(BuiltIn),
    /// A program, a service, files.
    Elsewhere(Box<Settings>),
}

/// A built-in extractor as configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuiltIn {
    /// Its name in reports.
    pub name: String,
    /// The extractor that it is.
    pub builtin: String,
    /// Its parameters.
    pub params: Params,
    /// The folder that relative paths in `params` start from.
    pub base: PathBuf,
    /// Where a configuration names the extractor's lexicon.
    pub lexicon: Option<(PathBuf, Excerpt)>,
}

impl Config {
    /// The configuration of somebody who has none: no corpora, the built-in extractors, the default measures.
    #[must_use]
    pub fn builtin() -> Self {
        let extractor = |name: &str| ExtractorConfig {
            name: name.to_owned(),
            labels: BTreeMap::new(),
            repeats: NonZeroU32::MIN,
            source: ExtractorSource::BuiltIn(BuiltIn {
                name: name.to_owned(),
                builtin: name.to_owned(),
                params: Params::new(),
                base: PathBuf::new(),
                lexicon: None,
            }),
        };
        Self {
            corpora: Vec::new(),
            extractors: BUILTINS.into_iter().map(extractor).collect(),
            measures: Measures::default(),
            max_failures: Budget::Number(0),
            statistics: Statistics::default(),
            gates: Vec::new(),
        }
    }

    /// Reads the configuration at `path`.
    ///
    /// # Errors
    /// Every problem of the file.
    pub fn read(path: &Path) -> Result<Self> {
        let source = read_text(path)?;
        let base = path.parent().unwrap_or(Path::new("")).to_owned();
        let mut problems = Vec::new();
        let reader = Reader::new(path, &source);
        let config = reader
            .root(&mut problems, |root, problems| {
                from_root(root, &base, problems)
            })
            .map_err(|problems| Error {
                kind: Kind::Input,
                problems,
                more: 0,
            })?;
        Error::all(Kind::Input, problems)?;
        Ok(config)
    }
}

fn from_root(root: &mut Table<'_>, base: &Path, problems: &mut Vec<Problem>) -> Config {
    if let Some((schema, place)) = root.whole("schema", problems)
        && schema != SCHEMA
    {
        let problem = place
            .problem("this configuration has another shape")
            .found(format!("schema = {schema}"))
            .expected(format!("schema = {SCHEMA}"))
            .mend("use the goldspan that this file was written for, or write it anew");
        problems.push(problem);
    }
    let mut config = Config {
        corpora: Vec::new(),
        extractors: Vec::new(),
        ..Config::builtin()
    };
    // Also of what cannot be read: a gate that names it is not wrong besides.
    let (mut corpora, mut extractors) = (Vec::new(), Vec::new());
    root.tables("corpus", problems, |name, table, problems| {
        corpora.push(name.to_owned());
        config.corpora.extend(corpus(name, table, base, problems));
    });
    root.tables("extractor", problems, |name, table, problems| {
        extractors.push(name.to_owned());
        config
            .extractors
            .extend(extractor(name, table, base, problems));
    });
    if extractors.is_empty() {
        config.extractors = Config::builtin().extractors;
        extractors.extend(BUILTINS.map(str::to_owned));
    }
    let before = problems.len();
    root.table("score", problems, |table, problems| {
        measures(table, &mut config.measures, problems)
    });
    let measures_are_read = problems.len() == before;
    root.table("statistics", problems, |table, problems| {
        config.statistics = statistics::read(table, problems);
    });
    root.table("run", problems, |table, problems| {
        config.max_failures = budget(table, problems).unwrap_or(config.max_failures);
    });
    let known = gates::Known {
        corpora: &corpora,
        extractors: &extractors,
        read: &config.corpora,
        measures: &config.measures,
        measures_are_read,
    };
    config.gates = gates::read(root, &known, problems);
    config
}

/// How many failures a run may have, where that is said.
fn budget(table: &mut Table<'_>, problems: &mut Vec<Problem>) -> Option<Budget> {
    let (text, place) = table.text_or_whole("max-failures", problems)?;
    let budget = Budget::parse(&text);
    if budget.is_none() {
        let problem = place.problem("this budget of failures cannot be read");
        let expected = "a number such as 3, or a share such as \"2.5%\"";
        problems.push(problem.found(text).expected(expected));
    }
    budget
}

fn corpus(
    name: &str,
    table: &mut Table<'_>,
    base: &Path,
    problems: &mut Vec<Problem>,
) -> Option<CorpusConfig> {
    let mut declared = BTreeMap::new();
    let mut text = |key: &'static str, table: &mut Table<'_>, problems: &mut Vec<Problem>| {
        let (text, place) = table.text(key, problems)?;
        if text.trim().is_empty() {
            problems.push(
                place
                    .problem(format!("{key} is empty"))
                    .expected("a path or a glob"),
            );
        }
        declared.insert(key, place.kept());
        Some(text)
    };
    let before = problems.len();
    let articles = text("articles", table, problems);
    let gold = text("gold", table, problems);
    if articles.is_none() && gold.is_none() && problems.len() == before {
        let problem = table
            .place()
            .problem(format!("corpus.{name} has no articles"));
        problems.push(problem.expected(
            "the articles: articles = \"corpora/news/*.txt\", or gold that has the texts itself",
        ));
    }
    let manifest = text("manifest", table, problems);
    let expected = table.whole("expect-documents", problems);
    if let Some((_, place)) = &expected {
        declared.insert("expect-documents", place.kept());
    }
    let location = Location {
        name: name.to_owned(),
        base: base.to_owned(),
        articles,
        gold,
        format: reading::format(table, problems),
        reading: reading::options(table, problems),
        manifest,
        expect_documents: expected.and_then(|(number, place)| natural(number, &place, problems)),
        declared,
    };
    let annotated = annotated(table, problems);
    let somewhere = location.articles.is_some() || location.gold.is_some();
    somewhere.then_some(CorpusConfig {
        location,
        annotated,
    })
}

/// `tasks = ["entities", "claims"]`.
fn tasks(table: &mut Table<'_>, problems: &mut Vec<Problem>) -> Option<Vec<Task>> {
    let known = Task::ALL.map(Task::name);
    choices(table, "tasks", "task", known, Task::from_name, problems)
}

/// What the gold of a corpus annotates.
fn annotated(table: &mut Table<'_>, problems: &mut Vec<Problem>) -> Annotated {
    let mut annotated = Annotated::default();
    if let Some(tasks) = tasks(table, problems) {
        annotated.tasks = tasks;
    }
    if let Some(roles) = choices(
        table,
        "roles",
        "role",
        Role::ALL.map(Role::name),
        Role::from_name,
        problems,
    ) {
        annotated.roles = roles;
    }
    annotated
}

fn natural(number: i64, place: &Place<'_>, problems: &mut Vec<Problem>) -> Option<usize> {
    let natural = usize::try_from(number).ok();
    if natural.is_none() {
        let problem = place.problem("this number cannot be negative");
        problems.push(problem.found(number.to_string()).expected("0 or more"));
    }
    natural
}

fn extractor(
    name: &str,
    table: &mut Table<'_>,
    base: &Path,
    problems: &mut Vec<Problem>,
) -> Option<ExtractorConfig> {
    let said: Vec<&str> = elsewhere::KINDS
        .into_iter()
        .filter(|kind| table.has(kind))
        .collect();
    if said.len() != 1 {
        let what = match said.len() {
            0 => format!("extractor {name} does not say what it is"),
            _ => format!("extractor {name} is several things at once"),
        };
        let mut problem = table.place().problem(what);
        if !said.is_empty() {
            problem = problem.found(said.join(", "));
        }
        let builtins = BUILTINS.join(", ");
        problems.push(problem.expected(format!(
            "one of {}; builtin = one of {builtins}",
            elsewhere::KINDS.join(", ")
        )));
        // Only so that its keys are not complained of as well.
        table.ask_nothing_more();
        return None;
    }
    let builtin = table.text("builtin", problems);
    let source = match builtin {
        Some((builtin, place)) => built_in(name, builtin, &place, table, base, problems)?,
        None => {
            let transport = elsewhere::transport(table, problems)?;
            let settings = elsewhere::settings(name, transport, base, table, problems);
            ExtractorSource::Elsewhere(Box::new(settings))
        }
    };
    Some(ExtractorConfig {
        name: name.to_owned(),
        source,
        labels: labels(table, problems),
        repeats: repeats(table, problems).unwrap_or(NonZeroU32::MIN),
    })
}

/// A built-in extractor, which there must be.
fn built_in(
    name: &str,
    builtin: String,
    place: &Place<'_>,
    table: &mut Table<'_>,
    base: &Path,
    problems: &mut Vec<Problem>,
) -> Option<ExtractorSource> {
    if !BUILTINS.contains(&builtin.as_str()) {
        let problem = place
            .problem("there is no built-in extractor of this name")
            .found(format!("{builtin:?}"))
            .expected(format!("one of {}", BUILTINS.join(", ")));
        problems.push(suggest(problem, &builtin, BUILTINS));
        table.ask_nothing_more();
        return None;
    }
    let (params, lexicon) = params(&builtin, table, problems);
    Some(ExtractorSource::BuiltIn(BuiltIn {
        name: name.to_owned(),
        params,
        builtin,
        base: base.to_owned(),
        lexicon,
    }))
}

/// The parameters, each of which the extractor must have, and where its lexicon is named.
fn params(
    builtin: &str,
    table: &mut Table<'_>,
    problems: &mut Vec<Problem>,
) -> (Params, Option<(PathBuf, Excerpt)>) {
    let known = extract::params_of(builtin);
    let mut params = Params::new();
    let mut lexicon = None;
    for [(name, place), (value, value_place)] in table.strings("params", problems) {
        if !known.contains(&name.as_str()) {
            let problem = place
                .problem(format!("{builtin} has no parameter of this name"))
                .found(format!("{name:?}"))
                .expected(format!("one of {}", known.join(", ")));
            let near = nearest(&name, known.iter().copied());
            problems.push(match near {
                Some(near) => problem.mend(format!("did you mean {near:?}?")),
                None => problem,
            });
        }
        if name == "lexicon" {
            lexicon = Some(value_place.kept());
        }
        params.insert(name, value);
    }
    (params, lexicon)
}

/// How often an extractor is asked for each document, where that is said.
fn repeats(table: &mut Table<'_>, problems: &mut Vec<Problem>) -> Option<NonZeroU32> {
    let (number, place) = table.whole("repeats", problems)?;
    let repeats = u32::try_from(number).ok().and_then(NonZeroU32::new);
    let repeats = repeats.filter(|repeats| repeats.get() <= MOST_REPEATS);
    if repeats.is_none() {
        let problem = place.problem("an extractor cannot be asked for each document so often");
        let expected = format!("1 to {MOST_REPEATS}, such as repeats = 3");
        problems.push(problem.found(number.to_string()).expected(expected));
    }
    repeats
}

/// The label map; no label may be mapped onto what stands for all of them.
fn labels(table: &mut Table<'_>, problems: &mut Vec<Problem>) -> BTreeMap<String, String> {
    let mut labels = BTreeMap::new();
    for [(from, _), (to, place)] in table.strings("labels", problems) {
        if to == ALL_LABELS {
            let problem = place.problem(format!(
                "{ALL_LABELS} is no label: it stands for all labels in every report"
            ));
            problems.push(problem.mend("name a label of the gold"));
        }
        labels.insert(from, to);
    }
    labels
}

fn measures(table: &mut Table<'_>, measures: &mut Measures, problems: &mut Vec<Problem>) {
    let names = ["strict", "exact", "partial", "type", "overlap:0.5"];
    if let Some(entity) = choices(
        table,
        "entity",
        "measure",
        names,
        EntityMeasure::from_name,
        problems,
    ) {
        measures.entity = entity;
    }
    table.table("claim", problems, |table, problems| {
        if let Some(levels) = choices(
            table,
            "levels",
            "level",
            [
                "exact", "trimmed", "partial", "overlap:0.5", "any", "characters",
            ],
            Level::from_name,
            problems,
        ) {
            measures.claim = levels;
        }
        let known = [Role::Source, Role::Cue].map(Role::name);
        let from_name = |name: &str| {
            Role::from_name(name).filter(|role| matches!(role, Role::Source | Role::Cue))
        };
        if let Some(require) = choices(table, "require", "role", known, from_name, problems) {
            measures.require = require;
        }
        if let Some(nested) = table.truth("nested", problems) {
            measures.nested = nested;
        }
    });
}

/// A list of names, each read by `from_name`; what cannot be read, or stands twice, is a problem.
fn choices<T: PartialEq, const N: usize>(
    table: &mut Table<'_>,
    key: &'static str,
    what: &str,
    known: [&'static str; N],
    from_name: impl Fn(&str) -> Option<T>,
    problems: &mut Vec<Problem>,
) -> Option<Vec<T>> {
    let names = table.texts(key, problems)?;
    let mut found: Vec<T> = Vec::new();
    for (name, place) in names {
        match from_name(&name) {
            Some(value) if found.contains(&value) => {
                let problem = place
                    .problem(format!("this {what} stands twice"))
                    .found(format!("{name:?}"));
                problems.push(problem.mend("take one out"));
            }
            Some(value) => found.push(value),
            None => {
                let problem = place
                    .problem(format!("there is no {what} of this name"))
                    .found(format!("{name:?}"))
                    .expected(format!("one of {}", known.join(", ")));
                problems.push(suggest(problem, &name, known));
            }
        }
    }
    Some(found)
}

fn suggest<const N: usize>(problem: Problem, name: &str, known: [&'static str; N]) -> Problem {
    match nearest(name, known) {
        Some(near) => problem.mend(format!("did you mean {near:?}?")),
        None => problem,
    }
}

impl ExtractorConfig {
    /// Makes the extractor, or starts it and meets it.
    ///
    /// # Errors
    /// [`Kind::Extractor`] where it cannot start.
    pub fn start(&self) -> Result<Engine> {
        match &self.source {
            ExtractorSource::BuiltIn(built_in) => built_in.start(),
            ExtractorSource::Elsewhere(settings) => {
                host::start((**settings).clone()).map(Engine::Remote)
            }
        }
    }
}

impl ExtractorConfig {
    /// Whether each answer costs money.
    #[must_use]
    pub fn costs(&self) -> bool {
        match &self.source {
            ExtractorSource::Elsewhere(settings) => {
                matches!(settings.transport, Transport::Llm(_))
            }
            ExtractorSource::BuiltIn(_) => false,
        }
    }
}

impl BuiltIn {
    /// Makes the extractor; the file that `lexicon` names is read here, since extractors open no files.
    fn start(&self) -> Result<Engine> {
        let refuse = |problem: Problem| Error::one(Kind::Extractor, problem);
        let mut params = self.params.clone();
        let mut lexicon = None;
        if let Some(param) = params.get_mut("lexicon") {
            let path = self.base.join(&*param);
            *param =
                read_text(&path).map_err(|problem| refuse(problem.named(self.lexicon.as_ref())))?;
            lexicon = Some((path, param.clone()));
        }
        let unusable = |error| refuse(self.unusable(&error, lexicon));
        extract::builtin(&self.builtin, &params)
            .map(Engine::BuiltIn)
            .map_err(unusable)
    }

    /// Why the extractor cannot start, pointing into its lexicon where that is the reason.
    fn unusable(&self, error: &StartError, lexicon: Option<(PathBuf, String)>) -> Problem {
        let problem =
            |what: &str| Problem::new(format!("extractor {} cannot start: {what}", self.name));
        match (error, lexicon) {
            (StartError::Lexicon { line, what, found }, Some((path, source))) => {
                let start: usize = source
                    .split_inclusive('\n')
                    .take(line - 1)
                    .map(str::len)
                    .sum();
                problem(what)
                    .in_file(&path)
                    .at(Excerpt::of(&source, start..start + found.len()))
                    .expected("a label, a tab and a name; lines that begin with # are left out")
                    .mend("correct the line, or delete it")
            }
            _ => problem(&error.to_string()),
        }
    }
}
