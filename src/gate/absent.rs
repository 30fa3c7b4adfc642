//! What a gate is of and the run does not have: it must not be green only because somebody took it out.

use super::judge::Baselines;
use super::{Gate, Judged, Verdict};
use crate::counts::Measure;
use crate::ledger::{CorpusLedger, Ledger};

/// The gates that hold no score of the run, and what their baselines have and the run has not.
pub(super) fn absent(
    gates: &[Gate],
    run: &Ledger,
    baselines: &Baselines,
    judged: &[Judged],
) -> Vec<Judged> {
    let mut found = Vec::new();
    for (place, gate) in gates.iter().enumerate() {
        found.extend(gone(place, gate, run, baselines));
        let idle = !judged.iter().chain(&found).any(|own| own.gate == place);
        found.extend(idle.then(|| {
            let named = |name: &Option<String>, every: &str| {
                name.clone().unwrap_or_else(|| every.to_owned())
            };
            let corpus = named(&gate.corpus, "every corpus");
            let extractor = named(&gate.extractor, "every extractor");
            let reason = format!("there is no such score here, but those of {}", systems(run));
            worse(place, gate, corpus, extractor, reason)
        }));
    }
    found
}

/// The extractors on corpora that are in the gate's baseline and within its scope, and not in the run.
fn gone(place: usize, gate: &Gate, run: &Ledger, baselines: &Baselines) -> Vec<Judged> {
    let drops = gate.max_drop.or(gate.hard_drop).is_some();
    let Some(Ok(baseline)) = baselines.get(&gate.baseline).filter(|_| drops) else {
        return Vec::new();
    };
    let task = gate.metric.cell.measure.task();
    let within = |own: &Option<String>, name: &String| own.as_ref().is_none_or(|own| own == name);
    let counted = match gate.metric.cell.measure {
        Measure::Entity(measure) => baseline.measures.entity.contains(&measure),
        Measure::Claim(level) => baseline.measures.claim.contains(&level),
    };
    let corpora = baseline.corpora.iter().filter(|corpus| {
        counted && within(&gate.corpus, &corpus.name) && corpus.annotated.tasks.contains(&task)
    });
    let mut found = Vec::new();
    for corpus in corpora {
        for system in corpus
            .systems
            .iter()
            .filter(|own| own.tasks.contains(&task))
        {
            let here = run.corpora.iter().find(|own| own.name == corpus.name);
            let attempts = |own: &CorpusLedger| {
                let mut systems = own.systems.iter();
                systems.any(|own| own.name == system.name && own.tasks.contains(&task))
            };
            // An extractor that the gate names is judged by itself, wherever its corpus was run.
            let judged = here.is_some_and(attempts) || (gate.extractor.is_some() && here.is_some());
            if within(&gate.extractor, &system.name) && !judged {
                let reason = format!(
                    "it is in the baseline {:?} and not in this run",
                    gate.baseline
                );
                let (corpus, system) = (corpus.name.clone(), system.name.clone());
                found.push(worse(place, gate, corpus, system, reason));
            }
        }
    }
    found
}

/// The extractors of a run, for people.
fn systems(run: &Ledger) -> String {
    let corpora = run.corpora.iter();
    let told = corpora.map(|corpus| {
        let names: Vec<&str> = corpus.systems.iter().map(|own| own.name.as_str()).collect();
        format!("{} on {}", names.join(", "), corpus.name)
    });
    told.collect::<Vec<_>>().join("; ")
}

fn worse(place: usize, gate: &Gate, corpus: String, extractor: String, reason: String) -> Judged {
    Judged {
        gate: place,
        corpus,
        extractor,
        metric: gate.metric.clone(),
        slice: gate.slice.clone(),
        support: 0,
        score: None,
        floor: gate.floor,
        max_drop: gate.max_drop,
        hard_drop: gate.hard_drop,
        baseline: None,
        difference: None,
        adjusted: None,
        resolution: None,
        verdict: Verdict::Worse,
        reason,
    }
}
