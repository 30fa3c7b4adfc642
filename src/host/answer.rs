//! From an entry of an extractor's answer to a prediction: offsets looked up, quotations compared, annotations checked against the article.

use std::time::Instant;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::desk::{Desk, Job};
use super::protocol::{Offsets, Refusal};
use super::quotations::{self, Found};
use crate::annotation::{Prediction, Task};
use crate::document::Document;
use crate::error::Problem;
use crate::extract::ExtractError;
use crate::formats::jsonl;
use crate::offset::Unit;

/// An entry as far as it is the protocol's; the annotations are goldspan JSON Lines.
#[derive(Debug, Deserialize)]
struct Entry {
    id: String,
    error: Option<Refusal>,
    entities: Option<IgnoredAny>,
    claims: Option<IgnoredAny>,
}

/// Whose entry this is.
///
/// # Errors
/// Why it is no entry.
fn id_of(entry: &RawValue) -> Result<String, String> {
    serde_json::from_str::<Entry>(entry.get())
        .map(|entry| entry.id)
        .map_err(|error| {
            format!(
                "an entry of its result cannot be read: {} ({error})",
                crate::error::quoted(entry.get())
            )
        })
}

/// Gives the documents of a job their answers: each has one entry in a result.
///
/// # Errors
/// Where the result is not one for this job; then no document of it is answered.
pub(super) fn deal(
    docs: Vec<&RawValue>,
    job: &Job,
    desk: &Desk<'_>,
    offsets: Offsets,
    tasks: &[Task],
    begun: Instant,
) -> Result<(), String> {
    let mut entries: Vec<Option<&RawValue>> = vec![None; job.documents.len()];
    for entry in docs {
        let id = id_of(entry)?;
        let mut asked = job.documents.iter();
        let Some(at) = asked.position(|index| desk.documents[*index].id() == id) else {
            return Err(format!(
                "its result has an entry for {}, which was not asked for",
                crate::error::quoted(&id)
            ));
        };
        if entries[at].replace(entry).is_some() {
            return Err(format!(
                "its result has two entries for {}",
                crate::error::quoted(&id)
            ));
        }
    }
    let time = begun.elapsed() / u32::try_from(entries.len()).unwrap_or(1).max(1);
    for (index, entry) in job.documents.iter().zip(entries) {
        let outcome = match entry {
            Some(entry) => prediction(entry, desk.documents[*index], offsets, tasks),
            None => Err(ExtractError::of(
                "no_answer",
                "its result has no entry for this document",
            )),
        };
        desk.answered(job, *index, outcome, time);
    }
    Ok(())
}

/// What an entry says of `document`.
///
/// # Errors
/// What the extractor says went wrong, or why its annotations do not fit the article.
pub(super) fn prediction(
    entry: &RawValue,
    document: &Document,
    offsets: Offsets,
    tasks: &[Task],
) -> Result<Found, ExtractError> {
    match serde_json::from_str::<Entry>(entry.get()) {
        Ok(Entry {
            error: Some(refusal),
            ..
        }) => return Err(refusal.into()),
        Ok(Entry {
            entities: None,
            claims: None,
            ..
        }) => {
            // One key that is misspelt, and the extractor would seem to have found nothing.
            let shown = crate::error::quoted(entry.get());
            let what = format!(
                "its entry has neither entities nor claims nor error: {shown}; a list may be empty"
            );
            return Err(ExtractError::of("bad_answer", what));
        }
        _ => {}
    }
    match offsets {
        Offsets::Of(unit) => by_offsets(entry.get(), document, unit, tasks).map(Found::from),
        Offsets::Quotations => quotations::read(entry.get(), document, tasks, &[]),
    }
}

/// The annotations of a line of goldspan JSON Lines, laid over the document.
///
/// # Errors
/// Why they do not fit the article.
pub(super) fn by_offsets(
    json: &str,
    document: &Document,
    unit: Unit,
    tasks: &[Task],
) -> Result<Prediction, ExtractError> {
    match jsonl::annotations(json, document, unit) {
        Ok(mut annotations) => {
            // What nobody asked for, or it does not attempt, says nothing.
            if !tasks.contains(&Task::Entities) {
                annotations.mentions.clear();
                annotations.unplaced.clear();
            }
            if !tasks.contains(&Task::Claims) {
                annotations.claims.clear();
            }
            Ok(Prediction(annotations))
        }
        Err(problems) => Err(mismatch(json, document, unit).unwrap_or_else(|| unfit(&problems))),
    }
}

/// The error that offsets count something else than was said, where everything fits in another unit.
fn mismatch(json: &str, document: &Document, said: Unit) -> Option<ExtractError> {
    let other = Unit::ALL
        .into_iter()
        .find(|unit| *unit != said && jsonl::annotations(json, document, *unit).is_ok())?;
    Some(ExtractError::of(
        "span_mismatch",
        format!(
            "its offsets do not fit the article when they count {}, as it says, but fit when they count {}; let it say \"offsets\": {:?}, or count {}",
            said.plural(),
            other.plural(),
            other.name(),
            said.plural()
        ),
    ))
}

/// The first problem of an answer, and how many more there are.
fn unfit(problems: &[Problem]) -> ExtractError {
    let quotation = |problem: &&Problem| problem.what.contains("quoted text");
    let code = match problems.iter().find(quotation) {
        Some(_) => "span_mismatch",
        None => "bad_answer",
    };
    let Some(first) = problems.first() else {
        return ExtractError::of(code, "its answer cannot be read");
    };
    let mut message = first.what.clone();
    if let Some(found) = &first.found {
        message.push_str(&format!(": found {found}"));
    }
    if let Some(expected) = &first.expected {
        message.push_str(&format!(", expected {expected}"));
    }
    if problems.len() > 1 {
        message.push_str(&format!("; and {} more", problems.len() - 1));
    }
    ExtractError::of(code, message)
}
