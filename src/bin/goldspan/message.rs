//! All words for people on standard error: problems with their place and mend, and the lines around a run.

use std::io::Write;
use std::path::Path;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use goldspan::check::Severity;
use goldspan::error::{Error, Excerpt, Problem, visible};
use goldspan::host::Engine;
use goldspan::run::{Inspection, Plan, PlannedExtractor};
use goldspan::store::{Circumstances, ExtractorCircumstances};

use crate::exit::Exit;

/// How many problems are shown whole; the rest is counted.
const SHOWN_PROBLEMS: usize = 50;

/// How many remarks on gold are shown.
const SHOWN_WARNINGS: usize = 5;

/// Tells why the program failed; gives the exit code.
pub(crate) fn tell_failure(failure: &anyhow::Error) -> Exit {
    if let Some(error) = failure.downcast_ref::<Error>() {
        tell_problems(error);
        return error.kind.into();
    }
    let broken_pipe = |cause: &(dyn std::error::Error + 'static)| {
        let io = cause.downcast_ref::<std::io::Error>();
        // The csv crate keeps the words of an error of writing, and not its kind. 32 is EPIPE.
        let words = std::io::Error::from_raw_os_error(32).to_string();
        io.is_some_and(|io| io.kind() == std::io::ErrorKind::BrokenPipe)
            || (cfg!(unix) && cause.to_string() == words)
    };
    if failure.chain().any(broken_pipe) {
        return Exit::Complete;
    }
    say(&format!("error: {failure:#}"));
    Exit::Unexpected
}

/// Lines on standard error. What they name may come from somebody's file, so no control character of theirs reaches the terminal.
pub(crate) fn say(lines: &str) {
    let lines: Vec<String> = lines.split('\n').map(visible).collect();
    show(&lines.join("\n"));
}

/// Text that holds no control characters but those of its own style. Nobody can be told that standard error is closed.
fn show(text: &str) {
    let _ = writeln!(anstream::stderr(), "{text}");
}

fn tell_problems(error: &Error) {
    for problem in error.problems.iter().take(SHOWN_PROBLEMS) {
        show(&render(problem, Level::ERROR));
    }
    let total = error.problems.len() as u64 + error.more;
    if total > SHOWN_PROBLEMS as u64 {
        say(&format!(
            "error: and {} more problems; mend these first",
            total - SHOWN_PROBLEMS as u64
        ));
    } else if total > 1 {
        say(&format!("error: {total} problems; nothing was evaluated"));
    }
}

/// Tells the remarks that are no errors.
pub(crate) fn tell_remarks(warnings: &[Problem]) {
    for warning in warnings.iter().take(SHOWN_WARNINGS) {
        show(&render(warning, Level::WARNING));
    }
    let total = warnings.len();
    if total > SHOWN_WARNINGS {
        say(&format!(
            "warning: and {} more such remarks",
            total - SHOWN_WARNINGS
        ));
    }
}

/// A problem as compilers show theirs: what, where with the line, expected, and the mend; `rule` is what found it, where that has a name.
pub(crate) fn render_finding(problem: &Problem, severity: Severity, rule: &str) -> String {
    let level = match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    render_with(problem, level, Some(rule))
}

fn render(problem: &Problem, level: Level<'static>) -> String {
    render_with(problem, level, None)
}

fn render_with(problem: &Problem, level: Level<'static>, rule: Option<&str>) -> String {
    let path = problem
        .path
        .as_deref()
        .map(|path| visible(&path.display().to_string()));
    let title = level.primary_title(visible(&problem.what));
    let title = match rule {
        Some(rule) => title.id(rule),
        None => title,
    };
    let mut group: Group<'_> = title.elements(Vec::<Origin<'_>>::new());
    let found = problem
        .found
        .as_deref()
        .map(|found| format!("found {}", visible(found)));
    let mut found_shown = false;
    match (&problem.excerpt, &path) {
        (Some(excerpt), Some(path)) => {
            let (text, mark) = shown(excerpt);
            let mut annotation = AnnotationKind::Primary.span(mark);
            if let Some(found) = &found {
                annotation = annotation.label(found.clone());
                found_shown = true;
            }
            group = group.element(
                Snippet::source(text)
                    .line_start(excerpt.line)
                    .path(path.clone())
                    .fold(false)
                    .annotation(annotation),
            );
        }
        (_, Some(path)) => group = group.element(Origin::path(path.clone())),
        _ => {}
    }
    if let Some(found) = found.filter(|_| !found_shown) {
        group = group.element(Level::NOTE.message(found));
    }
    if let Some(expected) = &problem.expected {
        group = group.element(Level::NOTE.message(format!("expected {}", visible(expected))));
    }
    if let Some(mend) = &problem.mend {
        group = group.element(Level::HELP.message(visible(mend)));
    }
    let renderer = Renderer::styled().decor_style(DecorStyle::Ascii);
    renderer.render(&[group])
}

/// The line of an excerpt without control characters, each of which becomes one replacement character, and the mark in it.
fn shown(excerpt: &Excerpt) -> (String, std::ops::Range<usize>) {
    let (text, mark) = (&excerpt.text, &excerpt.mark);
    let begun = if excerpt.skipped > 0 { "..." } else { "" };
    let before = format!("{begun}{}", visible(&text[..mark.start]));
    let inside = visible(&text[mark.clone()]);
    let after = visible(&text[mark.end..]);
    let mark = before.len()..before.len() + inside.len();
    (format!("{before}{inside}{after}"), mark)
}

/// What will be evaluated.
pub(crate) fn tell_start(
    documents: u64,
    annotated: u64,
    inspection: &Inspection,
    extractors: u64,
    seconds: f64,
) {
    let sum = |of: fn(&goldspan::run::Inspected) -> u64| -> u64 {
        inspection.corpora.iter().flatten().map(of).sum()
    };
    say(&format!(
        "Loaded {} ({annotated} annotated: {}, {}) and {} in {seconds:.2} s",
        number(documents, "document"),
        number(sum(|document| document.mentions), "mention"),
        number(sum(|document| document.claims), "claim"),
        number(extractors, "extractor"),
    ));
}

/// What was evaluated, and where it lies.
pub(crate) fn tell_end(documents: u64, extractors: u64, bytes: u64, seconds: f64, folder: &Path) {
    let rate = bytes as f64 / 1e6 / seconds.max(1e-9);
    say(&format!(
        "Evaluated {} with {} in {seconds:.2} s ({rate:.1} MB/s)\nResults in {}",
        number(documents, "document"),
        number(extractors, "extractor"),
        folder.display()
    ));
}

/// The flags that declare what offsets were found to count.
pub(crate) fn declaring(counted: &str) -> &'static str {
    if counted.contains("CRLF") {
        "--offsets and --crlf-is-one declare"
    } else {
        "--offsets declares"
    }
}

/// `1 document`, `2 documents`.
pub(crate) fn number(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

/// That documents failed beyond the budget: `what` is "extractions failed" or the like.
pub(crate) fn tell_incomplete(
    what: &str,
    failed: u64,
    total: u64,
    budget: goldspan::config::Budget,
) {
    say(&format!(
        "error: {failed} of {total} {what}, more than the budget of {budget}\nhelp: mend what the report names, or allow more with --max-failures"
    ));
}

/// How the predictions of extractors that live elsewhere came about, and what was remarkable.
pub(crate) fn tell_origins(plan: &Plan, circumstances: &Circumstances) {
    for (planned, own) in plan.extractors.iter().zip(&circumstances.extractors) {
        if matches!(planned.engine, Engine::BuiltIn(_)) {
            continue;
        }
        let oldest = own
            .oldest
            .as_deref()
            .and_then(|text| text.parse::<jiff::Timestamp>().ok());
        let oldest = oldest.and_then(|oldest| u64::try_from(oldest.as_second()).ok());
        let kept = match own.kept {
            0 => String::new(),
            kept => format!("{kept} kept by the unfinished run; "),
        };
        let cached = format!("{} cached{}", own.cached, age(oldest));
        say(&format!("{}: {kept}{cached}; {} run", own.name, own.ran));
        if !own.unaudited.is_empty() {
            let failed: Vec<&str> = own.unaudited.iter().map(String::as_str).collect();
            say(&format!(
                "warning: {}: {} not compared, since the extractor failed this time: {}",
                own.name,
                number(failed.len() as u64, "cached prediction"),
                listed(&failed)
            ));
        } else if own.audited > 0 && own.differing.is_empty() {
            say(&format!(
                "{}: {} cached predictions made again, all the same",
                own.name, own.audited
            ));
        }
        tell_again(planned, own);
        for remark in &own.remarks {
            say(&format!("{}: {remark}", own.name));
        }
        for (name, total) in &own.totals {
            say(&format!("{}: {name} {total}", own.name));
        }
    }
}

/// Which documents an extractor was asked for again, and why.
fn tell_again(planned: &PlannedExtractor, own: &ExtractorCircumstances) {
    let flaky: Vec<String> = own
        .again
        .iter()
        .filter(|again| again.answered && !again.earlier.is_empty())
        .map(|again| match again.repeat {
            1 => again.document.clone(),
            repeat => format!("{} (repeat {repeat})", again.document),
        })
        .collect();
    let flaky: Vec<&str> = flaky.iter().map(String::as_str).collect();
    // A document that was asked for several times may stand there as often.
    let noun = match planned.repeats.get() {
        1 => "document",
        _ => "extraction",
    };
    if !flaky.is_empty() {
        say(&format!(
            "warning: {} is flaky: {} answered only when asked again: {}",
            own.name,
            number(flaky.len() as u64, noun),
            listed(&flaky)
        ));
    }
    let innocent = own
        .again
        .iter()
        .filter(|again| again.earlier.is_empty())
        .count();
    if innocent > 0 {
        say(&format!(
            "{}: {} asked for again since a request that they were part of failed",
            own.name,
            number(innocent as u64, noun)
        ));
    }
}

/// Tells which cached predictions are others now; gives whether there are any.
pub(crate) fn tell_differing(circumstances: &Circumstances) -> bool {
    let mut any = false;
    for own in &circumstances.extractors {
        let differing: Vec<&str> = own.differing.iter().map(String::as_str).collect();
        if !differing.is_empty() {
            any = true;
            say(&format!(
                "error: {}: {} of {} cached predictions that were made again are others now: {}\nhelp: the extractor is not deterministic, or depends on something that inputs, env and its fingerprint do not name; declare it, then run with --cache refresh",
                own.name,
                differing.len(),
                own.audited,
                listed(&differing)
            ));
        }
    }
    any
}

/// The first names of a list, and how many more there are.
pub(crate) fn listed(names: &[&str]) -> String {
    let shown = names.iter().take(5).copied().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(5) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// ` (oldest 3 days)`, or nothing where there is nothing old.
pub(crate) fn age(oldest: Option<u64>) -> String {
    let Some(oldest) = oldest else {
        return String::new();
    };
    let seconds = goldspan::cache::now().saturating_sub(oldest);
    let (count, noun) = match seconds {
        0..120 => (seconds, "second"),
        120..7_200 => (seconds / 60, "minute"),
        7_200..172_800 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    format!(" (oldest {})", number(count, noun))
}
