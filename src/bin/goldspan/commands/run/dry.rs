//! `goldspan run --dry-run`: what would be done, and how long it would take.

use std::io::Write;
use std::path::Path;

use goldspan::cache::Key;
use goldspan::document::Document;
use goldspan::host::{Engine, Identity, Remote};
use goldspan::run::{Inspection, Plan, PlannedExtractor};
use goldspan::store::{Place, Unfinished, seconds_a_document};

use crate::exit::Exit;
use crate::message::number;

/// What there is to do for one extractor.
#[derive(Default)]
struct Work {
    kept: u64,
    cached: u64,
    oldest: Option<u64>,
    left: u64,
}

/// Prints the plan on standard output.
pub(super) fn tell(
    plan: &Plan,
    inspection: &Inspection,
    place: &Place,
    fresh: bool,
) -> anyhow::Result<Exit> {
    let unfinished = match fresh {
        true => None,
        false => Unfinished::find(place, plan, inspection)?,
    };
    let mut out = std::io::stdout().lock();
    for (planned, documents) in plan.corpora.iter().zip(&inspection.corpora) {
        let annotated = documents.iter().filter(|d| d.gold.is_some()).count();
        writeln!(
            out,
            "corpus {}: {}, {annotated} of them annotated",
            planned.corpus.name,
            number(documents.len() as u64, "document")
        )?;
    }
    if let Some(unfinished) = &unfinished {
        writeln!(out, "goes on with {}", unfinished.path.display())?;
    }
    let runs = Path::new(".goldspan/runs");
    for extractor in &plan.extractors {
        let about = extractor.engine.about();
        write!(out, "extractor {}", extractor.name)?;
        if !about.version.is_empty() {
            write!(out, " ({} {})", about.name, about.version)?;
        }
        let Engine::Remote(host) = &extractor.engine else {
            let documents: u64 = inspection.corpora.iter().map(|c| c.len() as u64).sum();
            writeln!(out, ": {documents} to run; built in, so in no time")?;
            continue;
        };
        let work = work(plan, extractor, host.as_ref(), unfinished.as_ref());
        write!(out, ": ")?;
        if unfinished.is_some() {
            write!(out, "{} kept, ", work.kept)?;
        }
        match host.identity() {
            Identity::Known(_) if plan.caching.cache.is_some() => {
                write!(
                    out,
                    "{} cached{}, ",
                    work.cached,
                    crate::message::age(work.oldest)
                )?;
            }
            Identity::Known(_) => {}
            Identity::Unknown(why) => write!(out, "not cached ({why}), ")?,
        }
        write!(out, "{} to run", work.left)?;
        match seconds_a_document(runs, &extractor.name) {
            Some(each) => {
                let seconds = each * work.left as f64 / host.workers().max(1) as f64;
                writeln!(
                    out,
                    "; about {seconds:.1} s ({:.1} ms a document in earlier runs, {})",
                    each * 1e3,
                    number(host.workers() as u64, "worker")
                )?;
            }
            None => writeln!(out, "; how long is not known, since it never ran here")?,
        }
    }
    out.flush()?;
    for extractor in &plan.extractors {
        if let Engine::Remote(host) = &extractor.engine {
            host.finish();
        }
    }
    Ok(Exit::Complete)
}

fn work(
    plan: &Plan,
    extractor: &PlannedExtractor,
    host: &dyn Remote,
    unfinished: Option<&Unfinished>,
) -> Work {
    let mut work = Work::default();
    let caching = &plan.caching;
    for planned in &plan.corpora {
        for entry in &planned.corpus.entries {
            let corpus = &planned.corpus.name;
            let kept = unfinished.is_some_and(|run| run.has(corpus, &extractor.name, &entry.id));
            let made = |document: Document| match (&caching.cache, host.identity()) {
                (Some(cache), Identity::Known(identity)) if caching.read => {
                    cache.made(&Key::of(identity, &document))
                }
                _ => None,
            };
            if kept {
                work.kept += 1;
            } else if let Some(made) = entry.document().ok().and_then(made) {
                work.cached += 1;
                work.oldest = Some(work.oldest.map_or(made, |oldest| oldest.min(made)));
            } else {
                work.left += 1;
            }
        }
    }
    work
}
