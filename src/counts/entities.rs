//! Counts the mentions of one document: all labels together, each label by itself, and which label was taken for which.

use super::{Confused, Confusion, CountTable, Counts};
use crate::annotation::{Annotations, Label, Mention};
use crate::matching::{Alignment, Candidates, EntityMeasure};

/// Adds a document under each measure.
///
/// A label's row is what would be counted if no other label existed, so a PERSON predicted as ORG is a missing PERSON and a spurious ORG. This is the
/// per-type convention of conlleval, seqeval and nervaluate. The confusion shows the pair itself. A prediction without a place pairs with nothing: it is
/// spurious under every measure.
pub(super) fn count(
    table: &mut CountTable,
    text: &str,
    measures: &[EntityMeasure],
    gold: &[Mention],
    prediction: &Annotations,
) {
    let mut ids = |labels: &mut dyn Iterator<Item = &Label>| -> Vec<usize> {
        labels.map(|label| table.label(label)).collect()
    };
    let (predicted, unplaced) = (&prediction.mentions, &prediction.unplaced);
    let gold_labels = ids(&mut gold.iter().map(|mention| &mention.label));
    let predicted_labels = ids(&mut predicted.iter().map(|mention| &mention.label));
    let unplaced = ids(&mut unplaced.iter().map(|unplaced| &unplaced.label));
    let candidates = Candidates::between(text, gold, predicted);
    table.predictions += (predicted.len() + unplaced.len()) as u64;
    table.ungrounded += unplaced.len() as u64;
    table.repeated += candidates.repeated_gold() as u64;
    for &measure in measures {
        let at = table.measure(measure);
        let alignment = candidates.align(measure);
        table.approximate += u64::from(alignment.approximate);
        let mut pooled = Counts {
            missing: alignment.missing.len() as u64,
            spurious: (alignment.spurious.len() + unplaced.len()) as u64,
            ..Counts::default()
        };
        for &(g, p) in &alignment.pairs {
            pooled.add_pair(candidates.judge(measure, g, p));
        }
        debug_assert_eq!(pooled.possible(), gold.len() as u64);
        debug_assert_eq!(pooled.actual(), (predicted.len() + unplaced.len()) as u64);
        *table.pooled(at) += pooled;
        table.add_document(measure, pooled);

        let same_extent = |g: usize, p: usize| gold[g].extent == predicted[p].extent;
        confuse(
            table, at, &alignment, &gold_labels, &predicted_labels, same_extent,
        );
        for &label in &unplaced {
            let confusion = Confusion {
                measure: at,
                gold: None,
                predicted: Some(label),
            };
            let confused = Confused {
                items: 1,
                same_extent: 0,
            };
            table.confuse(confusion, confused);
            table.of_label(at, label).spurious += 1;
        }

        let alignment = candidates.align_labels(measure);
        for &(g, p) in &alignment.pairs {
            let judgement = candidates.judge(measure, g, p);
            table.of_label(at, gold_labels[g]).add_pair(judgement);
        }
        for g in alignment.missing {
            table.of_label(at, gold_labels[g]).missing += 1;
        }
        for p in alignment.spurious {
            table.of_label(at, predicted_labels[p]).spurious += 1;
        }
    }
}

/// Adds the pairs and the leftovers of one alignment to the confusion.
fn confuse(
    table: &mut CountTable,
    measure: usize,
    alignment: &Alignment,
    gold: &[usize],
    predicted: &[usize],
    same_extent: impl Fn(usize, usize) -> bool,
) {
    let mut add = |gold, predicted, same_extent| {
        let confusion = Confusion {
            measure,
            gold,
            predicted,
        };
        table.confuse(
            confusion,
            Confused {
                items: 1,
                same_extent: u64::from(same_extent),
            },
        );
    };
    for &(g, p) in &alignment.pairs {
        add(Some(gold[g]), Some(predicted[p]), same_extent(g, p));
    }
    for &g in &alignment.missing {
        add(Some(gold[g]), None, false);
    }
    for &p in &alignment.spurious {
        add(None, Some(predicted[p]), false);
    }
}
