//! The verbs, one file each, and what they share.

pub(crate) mod accept;
pub(crate) mod agree;
pub(crate) mod cache;
pub(crate) mod check;
pub(crate) mod compare;
pub(crate) mod convert;
mod estimating;
pub(crate) mod extractor;
mod gating;
pub(crate) mod run;
pub(crate) mod runs;
pub(crate) mod score;

use std::io::Write;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use goldspan::error::{Problem, Result};
use goldspan::gate::Judgement;
use goldspan::report;
use goldspan::run::Run;
use goldspan::run::estimates::Estimates;

use crate::args::{Format, ShowArguments};

/// As many threads as asked for, or one for each processor.
fn threads(asked: Option<u16>) -> NonZeroUsize {
    asked
        .and_then(|jobs| NonZeroUsize::new(jobs.into()))
        .or_else(|| std::thread::available_parallelism().ok())
        .unwrap_or(NonZeroUsize::MIN)
}

/// Refuses to write a list where nothing can be written, or over the files that are read.
fn refuse_place(
    [list, verb]: [&str; 2],
    flag: &str,
    inputs: &[&PathBuf],
    path: &Path,
) -> Result<()> {
    let real = |path: &Path| path.canonicalize().ok();
    let own = real(path);
    let over = own.is_some() && inputs.iter().any(|input| real(input) == own);
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let found = if over {
        format!("one of the files to {verb}")
    } else if path.is_dir() {
        "a folder".to_owned()
    } else if folder.is_some_and(|folder| !folder.is_dir()) {
        "a path in a folder that does not exist".to_owned()
    } else {
        return Ok(());
    };
    let problem = Problem::new(format!("the {list} cannot be written there")).in_file(path);
    let problem = problem.found(found).expected("a file of its own");
    Err(problem
        .mend(format!("name another file with {flag}"))
        .into())
}

/// Prints the results on standard output.
fn print(
    finished: &Run,
    estimates: &Estimates,
    judgement: Option<&Judgement>,
    show: &ShowArguments,
) -> std::io::Result<()> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let presentation = show.presentation();
    match show.format {
        Format::Table => {
            let tables = report::table::render(finished, estimates, &presentation);
            out.write_all(tables.as_bytes())?;
        }
        Format::Json => report::json::write(finished, estimates, judgement, &mut out)?,
        Format::Csv => report::csv::write_scores(finished, estimates, &mut out)?,
    }
    out.flush()
}
