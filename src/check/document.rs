//! The rules that look at one document: what stands twice, crosses, begins or ends in white space or within a word.

use super::{Finding, Rule, View, in_context};
use crate::annotation::{Content, Mention};
use crate::formats::{Read, Record};
use crate::span::{Extent, Span};

/// How white space at the edges of a mention is mended, and of a part of a claim, which `--fix` leaves to people.
const MEND_MENTION: &str =
    "take the white space off its edges; --fix does it in the formats that it can write to";
const MEND_PART: &str = "take the white space off its edges";

/// Everything that one document by itself shows.
#[must_use]
pub fn look_at(view: &View<'_>) -> Vec<Finding> {
    let Some((record, read)) = view.gold else {
        return Vec::new();
    };
    let finding = |rule| move |problem| Finding::new(rule, problem);
    let mut findings: Vec<Finding> = Vec::new();
    findings.extend(read.remarks.iter().cloned().map(finding(Rule::Remark)));
    findings.extend(unit(record, read));
    findings.extend(
        record
            .repeated(read)
            .into_iter()
            .map(finding(Rule::Duplicate)),
    );
    let text = view.document.text();
    if view.document.is_stand_in() {
        return findings;
    }
    findings.extend(crossing(record, read, text));
    for (mention, stretch) in read.annotations.mentions.iter().zip(&read.stretches) {
        let name = || record.title(*stretch);
        let at = || record.stretch_at(*stretch);
        let problem = |what: String| record.problem_at(&at(), what);
        findings.extend(edges(&mention.extent, text, &name, &problem, MEND_MENTION));
    }
    for (at, claim) in read.annotations.claims.iter().enumerate() {
        let content = match &claim.content {
            Content::Spans(extent) => Some(("content", extent)),
            Content::Text(_) => None,
        };
        let source = claim.source.as_ref().map(|extent| ("source", extent));
        let cue = claim.cue.as_ref().map(|extent| ("cue", extent));
        for (part, extent) in [content, source, cue].into_iter().flatten() {
            let name = || record.named(&format!("claim {at}, {part}"));
            let problem =
                |what: String| record.problem_at(&record.claim_at(&read.claims_at[at]), what);
            findings.extend(edges(extent, text, &name, &problem, MEND_PART));
        }
    }
    findings
}

fn unit(record: &Record<'_>, read: &Read) -> Option<Finding> {
    read.unit_was_tried.then(|| {
        let what = record.named(&format!("its offsets count {}", read.counted()));
        let problem = record
            .problem(what)
            .found(format!(
                "{}, by the texts that the file quotes",
                read.counted()
            ))
            .expected(format!(
                "{}, as {} has it",
                record.format.unit.plural(),
                record.format.title
            ));
        let offsets =
            (read.unit != record.format.unit).then(|| format!("--offsets {}", read.unit.name()));
        let crlf = read.crlf_is_one.then(|| "--crlf-is-one".to_owned());
        let flags: Vec<String> = offsets.into_iter().chain(crlf).collect();
        let mend = format!("declare it with {}", flags.join(" "));
        Finding::new(Rule::Unit, problem.mend(mend))
    })
}

/// Of more mentions within each other than this, which nobody makes by hand, the outermost are not compared with those within.
const MOST_NESTED: usize = 200;

/// Mentions that share characters though neither holds the other. Of many that cross one place the nearest are told.
fn crossing(record: &Record<'_>, read: &Read, text: &str) -> Vec<Finding> {
    let mut order: Vec<usize> = (0..read.annotations.mentions.len()).collect();
    let mentions = &read.annotations.mentions;
    order.sort_by_key(|at| {
        let extent = &mentions[*at].extent;
        (extent.start(), std::cmp::Reverse(extent.end()), *at)
    });
    // The mentions that the ones before lie in, outermost first.
    let mut open: Vec<usize> = Vec::new();
    let mut findings = Vec::new();
    for at in order {
        let extent = &mentions[at].extent;
        open.retain(|other| mentions[*other].extent.end() > extent.start());
        let crossed = open.iter().rev().find(|other| {
            let other = &mentions[**other].extent;
            other.overlaps(extent) && !holds(other, extent) && !holds(extent, other)
        });
        if let Some(other) = crossed {
            findings.push(crossed_finding(record, read, text, at, *other));
        }
        open.push(at);
        if open.len() > MOST_NESTED {
            open.remove(0);
        }
    }
    findings
}

fn crossed_finding(
    record: &Record<'_>,
    read: &Read,
    text: &str,
    at: usize,
    other: usize,
) -> Finding {
    let mentions = &read.annotations.mentions;
    let stretch = read.stretches[at];
    let shown = |mention: &Mention| format!("{} {:?}", mention.label, mention.extent.text(text));
    let what = format!("{}: this mention crosses another", record.title(stretch));
    let problem = record
        .problem_at(&record.stretch_at(stretch), what)
        .found(format!(
            "{}, which crosses {}",
            shown(&mentions[at]),
            shown(&mentions[other])
        ))
        .expected("mentions apart from each other, or one within the other");
    Finding::new(
        Rule::Crossing,
        problem.mend("correct the edges of one of the two"),
    )
}

/// Whether every character of `inner` is one of `outer`.
fn holds(outer: &Extent, inner: &Extent) -> bool {
    let shared: usize = outer
        .intersection(inner)
        .map(|span| span.end() - span.start())
        .sum();
    let all: usize = inner
        .spans()
        .iter()
        .map(|span| span.end() - span.start())
        .sum();
    shared == all
}

/// What is odd about the edges of a stretch.
fn edges(
    extent: &Extent,
    text: &str,
    name: &dyn Fn() -> String,
    problem: &dyn Fn(String) -> crate::error::Problem,
    mend: &'static str,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let spaced = |span: &&Span| {
        let covered = span.of(text);
        covered.starts_with(char::is_whitespace) || covered.ends_with(char::is_whitespace)
    };
    if let Some(span) = extent.spans().iter().find(spaced) {
        let trimmed = span.of(text).trim();
        findings.push(Finding::new(
            Rule::EdgeSpace,
            problem(format!("{}: it begins or ends in white space", name()))
                .found(format!("{:?}", span.of(text)))
                .expected(format!("{trimmed:?}"))
                .mend(mend),
        ));
    }
    let cuts = |at: usize| {
        let (before, after) = (text[..at].chars().next_back(), text[at..].chars().next());
        // Scripts without spaces between words are cut between any two letters.
        let letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && !is_unspaced(c));
        letter(before) && letter(after)
    };
    let cut = extent
        .spans()
        .iter()
        .find(|span| cuts(span.start()) || cuts(span.end()));
    if let Some(span) = cut {
        findings.push(Finding::new(
            Rule::CutWord,
            problem(format!("{}: it begins or ends within a word", name()))
                .found(format!("{:?}", in_context(text, span.start(), span.end())))
                .expected("whole words")
                .mend("move the edge to that of the word"),
        ));
    }
    findings
}

/// Whether a letter belongs to a script that writes no spaces between words: Han, Kana, Thai, Lao, Khmer, Burmese.
const fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}
