//! What gates say as a part of `results.json`.

use serde::Serialize;

use super::machine_name;
use crate::gate::{Judged, Judgement};

/// A judgement as JSON has it; what is undefined, or was not asked for, is `null`.
#[derive(Debug, Serialize)]
pub struct JudgementOut<'a> {
    /// The worst; `null` where there are no gates.
    verdict: Option<String>,
    judged: Vec<JudgedOut<'a>>,
    suggestions: &'a [String],
}

#[derive(Debug, Serialize)]
struct JudgedOut<'a> {
    /// The place of its gate in the configuration, from 0.
    gate: usize,
    corpus: &'a str,
    extractor: &'a str,
    metric: String,
    slice: Option<SliceOut<'a>>,
    verdict: String,
    reason: &'a str,
    support: u64,
    score: Option<f64>,
    floor: Option<f64>,
    max_drop: Option<f64>,
    hard_drop: Option<f64>,
    baseline: Option<&'a str>,
    baseline_score: Option<f64>,
    difference: Option<f64>,
    difference_low: Option<f64>,
    difference_high: Option<f64>,
    /// Of this score alone.
    p: Option<f64>,
    p_exact: Option<bool>,
    /// After Holm, over all scores that are gated by a drop.
    p_holm: Option<f64>,
    resolves: Option<f64>,
    units_for_a_point: Option<u64>,
}

#[derive(Debug, Serialize)]
struct SliceOut<'a> {
    key: &'a str,
    value: &'a str,
}

impl<'a> From<&'a Judgement> for JudgementOut<'a> {
    fn from(judgement: &'a Judgement) -> Self {
        Self {
            verdict: judgement.verdict().map(machine_name),
            judged: judgement.judged.iter().map(judged_out).collect(),
            suggestions: &judgement.suggestions,
        }
    }
}

fn judged_out(judged: &Judged) -> JudgedOut<'_> {
    let difference = judged.difference.as_ref();
    let interval = difference.and_then(|own| own.interval);
    let tested = difference.and_then(|own| own.tested);
    let slice = judged.slice.as_ref();
    JudgedOut {
        gate: judged.gate,
        corpus: &judged.corpus,
        extractor: &judged.extractor,
        metric: judged.metric.to_string(),
        slice: slice.map(|(key, value)| SliceOut { key, value }),
        verdict: machine_name(judged.verdict),
        reason: &judged.reason,
        support: judged.support,
        score: judged.score,
        floor: judged.floor,
        max_drop: judged.max_drop,
        hard_drop: judged.hard_drop,
        baseline: judged.baseline.as_deref(),
        baseline_score: difference.and_then(|own| own.first),
        difference: difference.and_then(|own| own.difference),
        difference_low: interval.map(|own| own.low),
        difference_high: interval.map(|own| own.high),
        p: tested.map(|own| own.p),
        p_exact: tested.map(|own| own.exact),
        p_holm: judged.adjusted,
        resolves: judged.resolution.map(|own| own.difference),
        units_for_a_point: judged.resolution.and_then(|own| own.units_for_a_point),
    }
}
