//! One gated score: from what was measured to a verdict and its reason.

use super::{Gate, Verdict};
use crate::run::resample::Difference;
use crate::statistics::{ALPHA, Interval};

/// Within this two scores are the same.
const TOLERANCE: f64 = 1e-12;

/// What was found out about one gated score.
#[derive(Debug, Default)]
pub(super) struct Measured {
    /// Why there is no score.
    pub(super) missing: Option<String>,
    /// How many documents there are.
    pub(super) documents: usize,
    /// How many gold items there are, each counted once however often the extractor was asked.
    pub(super) support: u64,
    /// The score; `None` where it is undefined.
    pub(super) score: Option<f64>,
    /// Why there is no baseline.
    pub(super) no_baseline: Option<String>,
    /// Why the baseline cannot be compared with.
    pub(super) other: Option<String>,
    /// The difference to the baseline.
    pub(super) difference: Option<Difference>,
}

/// The verdict, and why. The order of the questions is that of the classes of failure: is there a score, is it above its floor, can it be compared, has it dropped?
pub(super) fn settled(
    gate: &Gate,
    measured: &Measured,
    adjusted: Option<f64>,
) -> (Verdict, String) {
    if let Some(missing) = &measured.missing {
        return (Verdict::Worse, missing.clone());
    }
    if measured.support == 0 {
        let reason = match &gate.slice {
            Some((key, value)) if measured.documents == 0 => {
                format!("no document has {key} = {value:?}")
            }
            _ => "there is no gold for it".to_owned(),
        };
        return (Verdict::Worse, reason);
    }
    if let Some(least) = gate.min_support.filter(|least| measured.support < *least) {
        let reason = format!("n = {}, fewer than {least}: not judged", measured.support);
        return (Verdict::Thin, reason);
    }
    let Some(score) = measured.score else {
        let reason = "the score is undefined: nothing was predicted".to_owned();
        return (Verdict::Worse, reason);
    };
    if let Some(floor) = gate.floor.filter(|floor| score < floor - TOLERANCE) {
        return (
            Verdict::Worse,
            format!("{score:.4} is below the floor {floor:.4}"),
        );
    }
    if gate.max_drop.is_none() && gate.hard_drop.is_none() {
        return (
            Verdict::NotWorse,
            format!("{score:.4} is not below its floor"),
        );
    }
    if let Some(why) = &measured.no_baseline {
        return match gate.allow_missing_baseline {
            true => (Verdict::NotWorse, format!("{why}, which is allowed here")),
            false => (Verdict::Incomparable, why.clone()),
        };
    }
    if let Some(why) = &measured.other {
        return (Verdict::Incomparable, why.clone());
    }
    let compared = measured.difference.as_ref();
    match compared.and_then(|own| Some((own, own.difference?))) {
        Some((own, difference)) => dropped(gate, own, difference, adjusted),
        None => {
            let reason =
                "the baseline's score is undefined, so there is no drop to judge".to_owned();
            (Verdict::NotWorse, reason)
        }
    }
}

fn dropped(
    gate: &Gate,
    own: &Difference,
    difference: f64,
    adjusted: Option<f64>,
) -> (Verdict, String) {
    let change = format!("{:+.1} points{}", 100.0 * difference, between(own.interval));
    let beyond = |drop: f64| difference < -drop - TOLERANCE;
    if let Some(hard) = gate.hard_drop.filter(|hard| beyond(*hard)) {
        let reason = format!(
            "{change}: a drop by more than {:.1} is never allowed",
            100.0 * hard
        );
        return (Verdict::Worse, reason);
    }
    let Some(allowed) = gate.max_drop else {
        return (Verdict::NotWorse, change);
    };
    let allowed_points = 100.0 * allowed;
    let p = adjusted.map_or_else(String::new, |p| match p < 0.001 {
        true => " (p < 0.001)".to_owned(),
        false => format!(" (p = {p:.3})"),
    });
    if beyond(allowed) {
        return match adjusted.is_some_and(|p| p < ALPHA) {
            true => (
                Verdict::Worse,
                format!(
                    "{change}: a drop by more than the allowed {allowed_points:.1}, and significant{p}"
                ),
            ),
            false => (
                Verdict::Inconclusive,
                format!(
                    "{change}: a drop by more than the allowed {allowed_points:.1}, but it may be chance{p}"
                ),
            ),
        };
    }
    // Where no document differs there is nothing to exclude, however few there are.
    let same = own.tested.is_some_and(|tested| tested.differing == 0);
    let reaches = !same
        && own
            .interval
            .is_none_or(|interval| interval.low < -allowed - TOLERANCE);
    if reaches {
        let reason = format!(
            "{change}: too few documents to exclude a drop by more than {allowed_points:.1}"
        );
        return (Verdict::Inconclusive, reason);
    }
    let reason = format!("{change}: no drop by more than {allowed_points:.1}");
    (Verdict::NotWorse, reason)
}

fn between(interval: Option<Interval>) -> String {
    interval.map_or_else(String::new, |interval| {
        format!(
            " (95 % CI {:.1} to {:.1})",
            100.0 * interval.low,
            100.0 * interval.high
        )
    })
}
