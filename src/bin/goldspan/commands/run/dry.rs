//! `goldspan run --dry-run`: what would be done, and how long it would take.

use std::io::Write;
use std::path::Path;

use goldspan::cache::{Cache, Key};
use goldspan::document::Document;
use goldspan::host::{Engine, Identity, Remote};
use goldspan::run::{Inspection, Plan, PlannedExtractor};
use goldspan::store::{Place, Unfinished, seconds_a_document};

use crate::exit::Exit;
use crate::message::{age, number};

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
    for extractor in &plan.extractors {
        writeln!(
            out,
            "{}",
            line(plan, inspection, extractor, unfinished.as_ref())
        )?;
    }
    out.flush()?;
    for extractor in &plan.extractors {
        if let Engine::Remote(host) = &extractor.engine {
            host.finish();
        }
    }
    Ok(Exit::Complete)
}

/// What there is to do for one extractor, in a line.
fn line(
    plan: &Plan,
    inspection: &Inspection,
    extractor: &PlannedExtractor,
    unfinished: Option<&Unfinished>,
) -> String {
    let about = extractor.engine.about();
    let version = match about.version.as_str() {
        "" => String::new(),
        version => format!(" ({} {version})", about.name),
    };
    let title = format!("extractor {}{version}", extractor.name);
    let repeats = match extractor.repeats.get() {
        1 => String::new(),
        repeats => format!(" ({repeats} repeats of each document)"),
    };
    let Engine::Remote(host) = &extractor.engine else {
        let documents: u64 = inspection.corpora.iter().map(|c| c.len() as u64).sum();
        let documents = documents * u64::from(extractor.repeats.get());
        return format!("{title}: {documents} to run{repeats}; built in, so in no time");
    };
    let work = work(plan, extractor, host.as_ref(), unfinished);
    let kept = unfinished.map_or_else(String::new, |_| format!("{} kept, ", work.kept));
    let cached = match host.identity() {
        Identity::Known(_) if plan.caching.cache.is_some() => {
            format!("{} cached{}, ", work.cached, age(work.oldest))
        }
        Identity::Known(_) => String::new(),
        Identity::Unknown { why, .. } => format!("not cached ({why}), "),
    };
    let workers = host.workers().max(1);
    let runs = Path::new(".goldspan/runs");
    let per_minute = host.card().per_minute;
    let time = match (seconds_a_document(runs, &extractor.name), per_minute) {
        (Some(each), limit) => {
            let alone = each * work.left as f64 / workers as f64;
            let limited = limit.map_or(0.0, |most| work.left as f64 * 60.0 / most as f64);
            format!(
                "about {:.1} s ({:.1} ms a document in earlier runs, {}{})",
                alone.max(limited),
                each * 1e3,
                number(workers as u64, "worker"),
                if limited > alone {
                    ", as many a minute as requests-per-minute allows"
                } else {
                    ""
                }
            )
        }
        (None, Some(most)) => format!(
            "at least {:.1} s, as requests-per-minute has it; it never ran here",
            work.left as f64 * 60.0 / most as f64
        ),
        (None, None) => "how long is not known, since it never ran here".to_owned(),
    };
    format!(
        "{title}: {kept}{cached}{} to run{repeats}; {time}",
        work.left
    )
}

fn work(
    plan: &Plan,
    extractor: &PlannedExtractor,
    host: &dyn Remote,
    unfinished: Option<&Unfinished>,
) -> Work {
    let mut work = Work::default();
    let caching = &plan.caching;
    let identity = match host.identity() {
        Identity::Known(identity) => Some(identity),
        Identity::Unknown { .. } => None,
    };
    let cache = caching.cache.as_ref().filter(|_| caching.read);
    for planned in &plan.corpora {
        for entry in &planned.corpus.entries {
            let (corpus, name) = (&planned.corpus.name, &extractor.name);
            let document = cache
                .zip(identity)
                .and_then(|with| Some((with, entry.document().ok()?)));
            for repeat in 1..=extractor.repeats.get() {
                let made = |((cache, identity), document): &((&Cache, &String), Document)| {
                    cache.made(&Key::of(identity, document).of_repeat(repeat))
                };
                if unfinished.is_some_and(|run| run.has(corpus, name, &entry.id, repeat)) {
                    work.kept += 1;
                } else if let Some(made) = document.as_ref().and_then(made) {
                    work.cached += 1;
                    work.oldest = Some(work.oldest.map_or(made, |oldest| oldest.min(made)));
                } else {
                    work.left += 1;
                }
            }
        }
    }
    work
}
