//! `goldspan compare`: is this version better? Two systems with everything that differs, or several ranked.

mod gates;
mod operands;

use std::collections::BTreeSet;
use std::io::Write;

use goldspan::compare::{self, Asked, Comparison, Items, Several, Side};
use goldspan::config::Config;
use goldspan::error::{Error, Kind, Problem, Result};
use goldspan::ledger::{CorpusLedger, SystemLedger};
use goldspan::report::comparison::{self, Shown};
use goldspan::scores::{Conventions, Metric};

use self::operands::Operand;
use super::estimating::refuse_unknown_cluster;
use super::threads;
use crate::args::{CompareArguments, CompareFormat};
use crate::exit::Exit;
use crate::message::say;

/// Does the verb.
pub(crate) fn compare(arguments: &CompareArguments) -> anyhow::Result<Exit> {
    let primary = arguments.metric.as_deref().map(metric).transpose()?;
    let operands = operands::all(arguments)?;
    let config = arguments.gates.as_deref().map(Config::read).transpose()?;
    let (gates, configured) =
        config.map_or_else(Default::default, |config| (config.gates, config.statistics));
    gates::refuse_several(&gates, &operands)?;
    let statistics = arguments.statistics.over(configured);
    let corpora = operands.iter().flat_map(|own| &own.ledger.corpora);
    let documents = corpora.flat_map(|own| &own.documents);
    refuse_unknown_cluster(documents.map(|own| &own.metadata), &statistics)?;
    let asked = Asked {
        primary,
        intersect: arguments.intersect,
        slices: arguments.slice.clone(),
        cluster: statistics.cluster.clone(),
        replicates: statistics.resamples,
        conventions: Conventions::default(),
        threads: threads(arguments.jobs),
    };
    let mut comparisons: Vec<Comparison> = Vec::new();
    let mut rankings: Vec<Several> = Vec::new();
    let mut without: Vec<(Option<String>, Error)> = Vec::new();
    let groups = groups(arguments, &operands)?;
    for chosen in &groups {
        let named: Vec<Named<'_>> = names(chosen);
        let sides: Vec<Side<'_>> = named.iter().map(Named::side).collect();
        let outcome = match sides.as_slice() {
            [first, second] => {
                let items = items(chosen, [first, second]);
                compare::compare(first, second, items, &asked).map(|own| comparisons.push(own))
            }
            sides => compare::compare_all(sides, &asked).map(|own| rankings.push(own)),
        };
        match outcome {
            // Of several extractors only some attempt the task that the score is of.
            Err(error) if groups.len() > 1 && compare::is_without_score(&error) => {
                without.push((sides.first().map(|side| side.name.to_owned()), error));
            }
            outcome => outcome?,
        }
    }
    tell_without(without, comparisons.is_empty() && rankings.is_empty())?;
    let shown = Shown {
        comparisons: &comparisons,
        rankings: &rankings,
        items: arguments.items,
        all: arguments.all,
    };
    print(&shown, arguments.format)?;
    gates::judged(&gates, &groups, arguments, &asked, &statistics)
}

/// Says which extractors have no such score; where none has, that is an error.
fn tell_without(without: Vec<(Option<String>, Error)>, none: bool) -> Result<()> {
    for (name, error) in without {
        if none {
            return Err(error);
        }
        let name = name.unwrap_or_default();
        say(&format!(
            "note: not compared, since it has no such score: {name}"
        ));
    }
    Ok(())
}

fn print(shown: &Shown<'_>, format: CompareFormat) -> std::io::Result<()> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    match format {
        CompareFormat::Table => out.write_all(comparison::table(shown).as_bytes())?,
        CompareFormat::Json => comparison::write_json(shown, &mut out)?,
        CompareFormat::Csv => comparison::write_csv(shown, &mut out)?,
        CompareFormat::Markdown => out.write_all(comparison::markdown(shown).as_bytes())?,
    }
    out.flush()
}

/// The score of this name.
fn metric(name: &str) -> Result<Metric> {
    Metric::from_name(name).ok_or_else(|| {
        let known = [
            "entity.strict.f1",
            "entity.partial.f1",
            "entity.strict.recall[PERSON]",
            "entity.strict.macro.f1",
            "claim.exact.f1",
            "content.overlap:0.5.recall",
        ];
        let known: Vec<String> = known.map(str::to_owned).to_vec();
        let problem = compare::no_metric(name, &known);
        let expected = format!("names such as {}", known.join(", "));
        problem.expected(expected).into()
    })
}

/// One system on one corpus of one operand.
#[derive(Clone, Copy)]
struct Chosen<'a> {
    operand: &'a Operand,
    corpus: &'a CorpusLedger,
    system: &'a SystemLedger,
}

/// What is compared with what, on every corpus that all have.
fn groups<'a>(
    arguments: &CompareArguments,
    operands: &'a [Operand],
) -> Result<Vec<Vec<Chosen<'a>>>> {
    let mut groups = Vec::new();
    for corpora in corpora(arguments, operands)? {
        let sides: Vec<(&Operand, &CorpusLedger)> = operands.iter().zip(corpora).collect();
        groups.extend(systems(&sides)?);
    }
    Ok(groups)
}

/// The corpora of each operand that belong together: by name, but whatever their names where each has but one.
fn corpora<'a>(
    arguments: &CompareArguments,
    operands: &'a [Operand],
) -> Result<Vec<Vec<&'a CorpusLedger>>> {
    let wanted = |operand: &Operand, corpus: &CorpusLedger| {
        arguments.corpus.is_empty() || operand.is_file || arguments.corpus.contains(&corpus.name)
    };
    let by: Vec<Vec<&CorpusLedger>> = operands
        .iter()
        .map(|operand| {
            operand
                .ledger
                .corpora
                .iter()
                .filter(|own| wanted(operand, own))
                .collect()
        })
        .collect();
    refuse_unknown_corpora(arguments, operands)?;
    if by.iter().all(|own| own.len() == 1) {
        return Ok(vec![by.into_iter().flatten().collect()]);
    }
    let mut together = Vec::new();
    for corpus in &by[0] {
        let same = by
            .iter()
            .map(|own| own.iter().copied().find(|other| other.name == corpus.name));
        together.extend(same.collect::<Option<Vec<_>>>());
    }
    let alone = by
        .iter()
        .zip(operands)
        .flat_map(|(own, operand)| own.iter().map(move |corpus| (operand, *corpus)));
    for (operand, corpus) in alone {
        if !together
            .iter()
            .any(|own: &Vec<&CorpusLedger>| own[0].name == corpus.name)
            && !together.is_empty()
        {
            say(&format!(
                "note: not compared, since not all have it: corpus {} of {}",
                corpus.name, operand.typed
            ));
        }
    }
    if together.is_empty() {
        let found = by.iter().zip(operands).map(|(own, operand)| {
            format!(
                "{} has {}",
                operand.typed,
                joined(own.iter().map(|own| own.name.as_str()))
            )
        });
        let problem = Problem::new("there is no corpus that all have")
            .found(found.collect::<Vec<_>>().join("; "));
        let problem =
            problem.mend("run them on the same corpora, or choose one of each with --corpus");
        return Err(Error::one(Kind::Incomparable, problem));
    }
    Ok(together)
}

/// Refuses a corpus that no run and no baseline has.
fn refuse_unknown_corpora(arguments: &CompareArguments, operands: &[Operand]) -> Result<()> {
    let named = operands.iter().filter(|own| !own.is_file);
    let known: BTreeSet<&str> = named
        .flat_map(|own| &own.ledger.corpora)
        .map(|own| own.name.as_str())
        .collect();
    let mut names = arguments.corpus.iter();
    let Some(unknown) = names.find(|name| !known.contains(name.as_str())) else {
        return Ok(());
    };
    let problem = Problem::new("there is no corpus of this name").found(format!("{unknown:?}"));
    let known = joined(known.into_iter());
    Err(problem.expected(format!("one of {known}")).into())
}

/// The systems that belong together: the one of each, else namesakes.
fn systems<'a>(sides: &[(&'a Operand, &'a CorpusLedger)]) -> Result<Vec<Vec<Chosen<'a>>>> {
    let by: Vec<Vec<Chosen<'a>>> = sides
        .iter()
        .map(|(operand, corpus)| {
            let systems = corpus
                .systems
                .iter()
                .filter(|own| operand.wants(own, corpus));
            systems
                .map(|system| Chosen {
                    operand,
                    corpus,
                    system,
                })
                .collect()
        })
        .collect();
    if by.iter().all(|own| own.len() == 1) {
        return Ok(vec![by.into_iter().flatten().collect()]);
    }
    let mut together: Vec<Vec<Chosen<'a>>> = Vec::new();
    for first in by.first().into_iter().flatten() {
        let same = by.iter().map(|own| {
            own.iter()
                .copied()
                .find(|other| other.system.name == first.system.name)
        });
        together.extend(same.collect::<Option<Vec<_>>>());
    }
    if together.is_empty() {
        let found = by.iter().zip(sides).map(|(own, (operand, _))| {
            format!(
                "{} has {}",
                operand.typed,
                joined(own.iter().map(|own| own.system.name.as_str()))
            )
        });
        let problem = Problem::new("it is not clear which extractors to compare")
            .found(found.collect::<Vec<_>>().join("; "));
        let problem = problem.expected("one extractor of each, or some of the same name");
        let mend = "name one of each, such as latest:shape latest~1:quotes";
        return Err(problem.mend(mend).into());
    }
    for own in by.iter().flatten() {
        if !together
            .iter()
            .any(|group| group[0].system.name == own.system.name)
        {
            say(&format!(
                "note: not compared, since not all have it: {} of {}",
                own.system.name, own.operand.typed
            ));
        }
    }
    Ok(together)
}

fn joined<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

/// A system with the name that it is shown by.
struct Named<'a> {
    name: String,
    chosen: Chosen<'a>,
}

impl Named<'_> {
    fn side(&self) -> Side<'_> {
        let Chosen {
            operand,
            corpus,
            system,
        } = self.chosen;
        Side {
            name: &self.name,
            origin: &operand.origin,
            measures: &operand.ledger.measures,
            labels: &operand.ledger.labels,
            corpus,
            system,
        }
    }
}

/// Name and version; with the origin behind them where two would be the same and are not.
fn names<'a>(chosen: &[Chosen<'a>]) -> Vec<Named<'a>> {
    let plain = |own: &Chosen<'_>| match own.system.version.as_str() {
        "" => own.system.name.clone(),
        version => format!("{} {version}", own.system.name),
    };
    let name = |own: &Chosen<'a>| {
        let twin = |other: &Chosen<'_>| {
            plain(other) == plain(own) && other.operand.origin != own.operand.origin
        };
        let plain = plain(own);
        if chosen.iter().any(twin) {
            format!("{plain} ({})", own.operand.short)
        } else {
            plain
        }
    };
    chosen
        .iter()
        .map(|own| Named {
            name: name(own),
            chosen: *own,
        })
        .collect()
}

/// The items fixed and broken on the documents that both have; `None` where either's are not known.
fn items(chosen: &[Chosen<'_>], sides: [&Side<'_>; 2]) -> Option<Items> {
    let common = compare::common(sides[0], sides[1]).ok()?;
    let [first, second] = [0, 1].map(|side: usize| {
        let own = chosen[side];
        let key = (own.corpus.name.clone(), own.system.name.clone());
        let listed = own.operand.mistakes.as_ref()?.get(&key)?;
        let documents = common
            .documents
            .iter()
            .map(|places| own.corpus.documents[places[side]].id.as_str());
        let documents: BTreeSet<&str> = documents.collect();
        let kept = listed.kept.iter().filter(|mistake| {
            documents.contains(&*mistake.document) && common.tasks.contains(&mistake.task)
        });
        Some((kept.cloned().collect::<Vec<_>>(), listed.cut))
    });
    let ((first, cut), (second, also)) = first.zip(second)?;
    Some(Items::between(&first, &second, cut || also))
}
