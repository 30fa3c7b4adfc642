//! Comparisons as rows: one for each score of two systems; of a ranking one for each pair.

use std::io::{self, Write};

use super::Shown;
use super::json::DifferenceOut;

/// Writes a row for each score of each comparison, and for each pair of each ranking.
///
/// # Errors
/// Where it cannot be written.
pub fn write_csv(shown: &Shown<'_>, out: impl Write) -> io::Result<()> {
    let mut writer = ::csv::Writer::from_writer(out);
    writer.write_record([
        "corpus", "first", "second", "metric", "first_score", "second_score", "difference", "low",
        "high", "standard_error", "p", "exact", "differing", "p_adjusted",
    ])?;
    for own in shown.comparisons {
        let [first, second] = &own.names;
        for row in &own.rows {
            let numbers = DifferenceOut::of(&row.difference, row.adjusted);
            let metric = row.metric.to_string();
            writer.serialize((&own.corpus, first, second, metric, numbers.cells()))?;
        }
    }
    for own in shown.rankings.iter().map(|several| &several.ranking) {
        for (better, worse, difference, adjusted) in &own.pairs {
            let [better, worse] = [better, worse].map(|at| &own.systems[*at].name);
            // As in the other rows the difference is the second less the first.
            let numbers = DifferenceOut::of(difference, *adjusted).turned();
            let metric = own.metric.to_string();
            writer.serialize((&own.corpus, better, worse, metric, numbers.cells()))?;
        }
    }
    writer.flush()
}
