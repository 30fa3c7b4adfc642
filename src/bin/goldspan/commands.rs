//! The verbs, one file each, and what they share.

pub(crate) mod agree;
pub(crate) mod check;
pub(crate) mod convert;
pub(crate) mod run;
pub(crate) mod score;

use std::io::Write;
use std::num::NonZeroUsize;

use goldspan::report;
use goldspan::run::Run;

use crate::args::{Format, ShowArguments};

/// As many threads as asked for, or one for each processor.
fn threads(asked: Option<u16>) -> NonZeroUsize {
    asked
        .and_then(|jobs| NonZeroUsize::new(jobs.into()))
        .or_else(|| std::thread::available_parallelism().ok())
        .unwrap_or(NonZeroUsize::MIN)
}

/// Prints the results on standard output.
fn print(finished: &Run, show: &ShowArguments) -> std::io::Result<()> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let presentation = show.presentation();
    let conventions = presentation.conventions;
    match show.format {
        Format::Table => {
            let tables = report::table::render(finished, &presentation);
            out.write_all(tables.as_bytes())?;
        }
        Format::Json => report::json::write(finished, conventions, &mut out)?,
        Format::Csv => report::csv::write_scores(finished, conventions, &mut out)?,
    }
    out.flush()
}
