//! Gates on a comparison: the first system takes the place of the baseline, whatever it is called.

use goldspan::compare::Asked;
use goldspan::config::{Gate, Statistics};
use goldspan::error::{Problem, Result};
use goldspan::gate::{Baselines, judge};
use goldspan::ledger::{CorpusLedger, Ledger};

use super::Chosen;
use super::operands::Operand;
use crate::args::CompareArguments;
use crate::commands::gating;
use crate::exit::Exit;

/// Refuses gates on more than two systems, and a file without gates.
pub(super) fn refuse_several(gates: &[Gate], operands: &[Operand]) -> Result<()> {
    if gates.is_empty() || operands.len() == 2 {
        return Ok(());
    }
    let problem = Problem::new("gates are judged between two systems")
        .found(format!("{} systems", operands.len()))
        .expected("the baseline, then what is held against it");
    Err(problem
        .mend("leave out --gates, or compare two at a time")
        .into())
}

/// Judges the gates on what was compared, tells the verdicts, and gives the exit code.
pub(super) fn judged(
    gates: &[Gate],
    groups: &[Vec<Chosen<'_>>],
    arguments: &CompareArguments,
    asked: &Asked,
    statistics: &Statistics,
) -> anyhow::Result<Exit> {
    let pairs: Vec<[Chosen<'_>; 2]> = groups
        .iter()
        .filter_map(|group| match group.as_slice() {
            [first, second] => Some([*first, *second]),
            _ => None,
        })
        .collect();
    let Some([first, second]) =
        ledgers(&pairs).filter(|_| !gates.is_empty() && !arguments.gate.no_gate)
    else {
        return Ok(Exit::Complete);
    };
    let gates = &named(gates, &pairs);
    let names = gates.iter().map(|gate| gate.baseline.clone());
    let baselines: Baselines = names.map(|name| (name, Ok(first.clone()))).collect();
    let judgement = judge(gates, &second, &baselines, asked)?;
    gating::told(&judgement, gates, &arguments.gate, statistics)?;
    Ok(gating::exit(
        Some(&judgement),
        Exit::Complete,
        arguments.gate.strict,
    ))
}

/// The gates; those of files, which have no names of corpora and extractors, are of the one pair that there is, whatever names the gates have.
fn named(gates: &[Gate], pairs: &[[Chosen<'_>; 2]]) -> Vec<Gate> {
    let unnamed = pairs.len() == 1 && pairs.iter().all(|pair| pair[1].operand.is_file);
    let gates = gates.iter().cloned();
    let own = gates.map(|gate| match unnamed {
        true => Gate {
            corpus: None,
            extractor: None,
            ..gate
        },
        false => gate,
    });
    own.collect()
}

/// Adds the extractors of the first side that had nobody to be compared with: what is gone must not be green.
fn with_unpaired(
    mut corpora: Vec<CorpusLedger>,
    pairs: &[[Chosen<'_>; 2]],
    operand: &Operand,
) -> Vec<CorpusLedger> {
    for [first, second] in pairs {
        let paired = |name: &str| {
            let mut own = pairs
                .iter()
                .filter(|pair| pair[0].corpus.name == first.corpus.name);
            own.any(|pair| pair[0].system.name == name)
        };
        let systems = first.corpus.systems.iter();
        let alone = systems.filter(|own| operand.wants(own, first.corpus) && !paired(&own.name));
        let known = corpora
            .iter_mut()
            .find(|own| own.name == second.corpus.name);
        if let Some(corpus) = known {
            for system in alone {
                if !corpus.systems.iter().any(|own| own.name == system.name) {
                    corpus.systems.push(system.clone());
                }
            }
        }
    }
    corpora
}

/// What both sides kept, the first under the names of the second; `None` where nothing was compared.
fn ledgers(pairs: &[[Chosen<'_>; 2]]) -> Option<[Ledger; 2]> {
    let of = |side: usize| -> Option<Ledger> {
        let mut corpora: Vec<CorpusLedger> = Vec::new();
        for pair in pairs {
            let (own, named) = (pair[side], pair[1]);
            let mut system = own.system.clone();
            system.name.clone_from(&named.system.name);
            let known = corpora
                .iter_mut()
                .find(|corpus| corpus.name == named.corpus.name);
            match known {
                Some(corpus) => corpus.systems.push(system),
                None => corpora.push(CorpusLedger {
                    name: named.corpus.name.clone(),
                    annotated: own.corpus.annotated.clone(),
                    documents: own.corpus.documents.clone(),
                    systems: vec![system],
                }),
            }
        }
        let operand = pairs.first()?[side].operand;
        // Who names one extractor of the second does not ask for the others.
        if side == 0 && pairs.iter().all(|pair| pair[1].operand.is_whole()) {
            corpora = with_unpaired(corpora, pairs, operand);
        }
        let ledger = &operand.ledger;
        Some(Ledger {
            measures: ledger.measures.clone(),
            labels: ledger.labels.clone(),
            corpora,
        })
    };
    Some([of(0)?, of(1)?])
}
