//! All words for people on standard error: problems with their place and mend, and the lines around a run.

use std::io::Write;
use std::path::Path;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use goldspan::check::Severity;
use goldspan::error::{Error, Excerpt, Problem, visible};
use goldspan::run::Inspection;

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
        io.is_some_and(|io| io.kind() == std::io::ErrorKind::BrokenPipe)
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
