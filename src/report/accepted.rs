//! What accepting a run would change in a baseline, as tables for people: scores before and after.

use std::cmp::Ordering;

use crate::baseline::{Changes, ScoreChange, System};
use crate::scores::Ratio;

/// How many changed scores of single labels, precisions and recalls are shown of each extractor.
const SHOWN_DETAILS: usize = 20;

/// How wide the names of scores are at least.
const NAME_WIDTH: usize = 34;

/// A block for each extractor: the F1 of all labels together and of roles of claims, then what else changed.
#[must_use]
pub fn table(changes: &Changes) -> String {
    let mut text = String::new();
    let mut rest = changes.scores.as_slice();
    while let Some(first) = rest.first() {
        let own = rest.iter().take_while(|own| own.system == first.system);
        let (own, others) = rest.split_at(own.count());
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&block(changes, &first.system, own));
        rest = others;
    }
    text
}

fn block(changes: &Changes, system: &System, scores: &[ScoreChange]) -> String {
    let headlines: Vec<&ScoreChange> = scores.iter().filter(|own| own.is_headline()).collect();
    let details = scores.iter().filter(|own| is_detail(own));
    let details: Vec<&ScoreChange> = details.collect();
    let shown = details.iter().copied().take(SHOWN_DETAILS);
    let shown: Vec<&ScoreChange> = headlines.into_iter().chain(shown).collect();
    let title = format!("{} on {}", system.extractor, system.corpus);
    let names = shown.iter().map(|own| own.metric.spoken().chars().count());
    let names = names.chain([title.chars().count()]).chain([NAME_WIDTH]);
    let width = names.max().unwrap_or(NAME_WIDTH);
    let mut text = format!(
        "{title:<width$}    before   after   points\n",
        width = width
    );
    for own in shown {
        text.push_str(&format!("  {}\n", row(own, width)));
    }
    if details.len() > SHOWN_DETAILS {
        let more = details.len() - SHOWN_DETAILS;
        text.push_str(&format!("  and {more} more that changed\n"));
    }
    let corpus = changes.corpora.iter().find(|own| own.name == system.corpus);
    let compared = corpus.filter(|own| !own.is_none() && !changes.added.contains(system));
    if let Some(corpus) = compared {
        text.push_str(&format!(
            "  over the {} of {} documents that are the same in both\n",
            corpus.same.len(),
            corpus.documents()
        ));
    }
    text
}

/// Whether a score is worth a line though it is no headline: the F1 of a label that changed, a precision or recall of everything that did.
fn is_detail(score: &ScoreChange) -> bool {
    let changed = score.before.is_some() && score.direction != Ordering::Equal;
    changed && (score.is_of_label() == (score.metric.ratio == Ratio::F))
}

/// `entity strict F1   0.8000  0.8571   +5.71`.
fn row(score: &ScoreChange, width: usize) -> String {
    let value = |own: Option<f64>| own.map_or_else(|| "-".to_owned(), |own| format!("{own:.4}"));
    let (before, after) = (value(score.before), value(score.after));
    let points = points(score).unwrap_or_default();
    let row = format!(
        "{:<width$}  {before:>6}  {after:>6}  {points:>7}",
        score.metric.spoken()
    );
    row.trim_end().to_owned()
}

/// By how many points a score changes, with its sign; nothing where either is undefined.
#[must_use]
pub fn points(score: &ScoreChange) -> Option<String> {
    let (before, after) = (score.before?, score.after?);
    Some(match score.direction {
        Ordering::Equal => "0.00".to_owned(),
        _ => format!("{:+.2}", 100.0 * (after - before)),
    })
}
