//! What may differ between two runs of the same plan, gathered for `run.json` and for the words at the end.

use std::collections::BTreeMap;

use goldspan::grounding::Tally;
use goldspan::host::{Engine, Epilogue, Identity};
use goldspan::run::{Origins, Plan, PlannedExtractor, Run};
use goldspan::store::{AgainOut, Circumstances, ExtractorCircumstances};

use crate::message::{listed, number};

/// When a run began, and how long it took.
pub(super) struct Clock {
    pub(super) timestamp: jiff::Timestamp,
    pub(super) seconds: f64,
}

/// Everything that may differ; `epilogues` are those of the extractors, in the plan's order.
pub(super) fn of(
    plan: &Plan,
    run: &Run,
    epilogues: Vec<Epilogue>,
    clock: Clock,
    bytes: u64,
) -> Circumstances {
    let extractors = plan.extractors.iter().zip(epilogues).enumerate();
    let extractors = extractors.map(|(index, (planned, epilogue))| {
        let uncached = match &planned.engine {
            Engine::Remote(host) => match host.identity() {
                Identity::Unknown { why, .. } => Some(format!("not cached: {why}")),
                Identity::Known(_) => None,
            },
            Engine::BuiltIn(_) => None,
        };
        let mut own = extractor(&planned.name, index, run);
        own.remarks.extend(uncached);
        own.remarks.extend(foreign(index, run));
        own.remarks.extend(unmeasured(planned));
        own.remarks.extend(epilogue.remarks);
        own.totals.extend(epilogue.totals);
        own
    });
    Circumstances {
        began: clock.timestamp.to_string(),
        seconds: clock.seconds,
        threads: plan.threads.get(),
        bytes,
        extractors: extractors.collect(),
    }
}

/// That an extractor answered with labels that it does not name among its own: they count, as wrong where the gold does not have them.
fn foreign(index: usize, run: &Run) -> Option<String> {
    let mut labels = BTreeMap::<&str, u64>::new();
    for corpus in &run.corpora {
        for (label, count) in &corpus.extractors[index].origins.foreign {
            *labels.entry(label).or_default() += count;
        }
    }
    let mentions = labels.values().sum();
    let names: Vec<&str> = labels.into_keys().collect();
    (mentions > 0).then(|| {
        format!(
            "{} with a label that is not among its own, and counted all the same: {}",
            number(mentions, "mention"),
            listed(&names)
        )
    })
}

/// That nobody knows how much an extractor varies that says that it does.
fn unmeasured(planned: &PlannedExtractor) -> Option<String> {
    let once = planned.engine.about().varies() && planned.repeats.get() == 1;
    once.then(|| "it says that it may answer differently each time; repeats = 3 in its table, or --repeats 3, measures by how much".to_owned())
}

/// One extractor over all corpora.
fn extractor(name: &str, index: usize, run: &Run) -> ExtractorCircumstances {
    let results = || run.corpora.iter().map(|corpus| &corpus.extractors[index]);
    let origins = || results().map(|result| &result.origins);
    let sum = |of: fn(&Origins) -> u64| origins().map(of).sum();
    let oldest = origins().filter_map(|origins| origins.oldest).min();
    let oldest =
        oldest.and_then(|oldest| jiff::Timestamp::from_second(oldest.try_into().ok()?).ok());
    let again = origins().flat_map(|origins| &origins.again);
    ExtractorCircumstances {
        name: name.to_owned(),
        seconds: results().map(|result| result.time.as_secs_f64()).sum(),
        ran: sum(|origins| origins.ran),
        cached: sum(|origins| origins.cached),
        oldest: oldest.map(|oldest| oldest.to_string()),
        kept: sum(|origins| origins.kept),
        again: again
            .map(|again| AgainOut {
                document: again.document.clone(),
                repeat: again.repeat,
                attempts: again.attempts,
                earlier: again.earlier.clone(),
                answered: again.answered,
            })
            .collect(),
        audited: sum(|origins| origins.audited),
        unaudited: origins()
            .flat_map(|origins| origins.unaudited.clone())
            .collect(),
        differing: origins()
            .flat_map(|origins| origins.differing.clone())
            .collect(),
        totals: quotations(origins().map(|origins| &origins.tally)),
        remarks: Vec::new(),
    }
}

/// How quotations were found, where there were any.
fn quotations<'a>(tallies: impl Iterator<Item = &'a Tally>) -> BTreeMap<String, f64> {
    let mut sum = Tally::default();
    for tally in tallies {
        sum += *tally;
    }
    if sum.total() == 0 {
        return BTreeMap::new();
    }
    let classes = [
        ("exact", sum.exact),
        ("normalised", sum.normalised),
        ("fuzzy", sum.fuzzy),
        ("ambiguous", sum.ambiguous),
        ("nowhere", sum.nowhere),
    ];
    let named = |(name, count): (&str, u64)| (format!("quotations {name}"), count as f64);
    classes.into_iter().map(named).collect()
}
