//! One format to another: every document read and checked, written, read back and compared; what could not be carried is counted.

use std::collections::{BTreeMap, HashSet};
use std::num::NonZeroUsize;

use super::documents::{self, Found};
use super::pool;
use crate::annotation::Task;
use crate::corpus::Source;
use crate::document::Document;
use crate::error::{Error, Kind, Problem, Result};
use crate::formats::{
    Files, Format, Layout, Losses, Options, Output, Read, Record, Says, Whole, verify,
};

/// What was converted.
#[derive(Debug, Default)]
pub struct Converted {
    /// How many documents were written.
    pub documents: u64,
    /// How many mentions and claims they have.
    pub mentions: u64,
    /// How many claims they have.
    pub claims: u64,
    /// Documents that were left out on purpose, by why.
    pub left_out: BTreeMap<String, u64>,
    /// What could not be carried.
    pub losses: Losses,
    /// What a person should know though it is no error.
    pub remarks: Vec<Problem>,
    /// In how many documents offsets were found to count something else than the format says, by what.
    pub tried: BTreeMap<String, u64>,
}

/// What came of one document.
enum Done {
    Written {
        id: String,
        /// The id that it is read back with.
        back: String,
        /// The problem that the document stands twice, should it do so.
        twice: Box<Problem>,
        outputs: Vec<Output>,
        losses: Losses,
        counts: [u64; 2],
        remarks: Vec<Problem>,
        tried: Option<String>,
    },
    LeftOut(String),
    Wrong(Vec<Problem>),
}

/// Converts the documents of a source. Nothing is kept where any of them cannot be read, or where there is none.
///
/// # Errors
/// Every problem of every document; [`Kind::Machine`] where something cannot be written.
pub fn convert(
    source: &Source,
    options: &Options,
    format: &'static Format,
    mut files: Files,
    threads: NonZeroUsize,
) -> Result<Converted> {
    let pool = pool(threads)?;
    let mut converted = Converted::default();
    let mut problems = Vec::new();
    let mut ids: HashSet<String> = HashSet::new();
    let said = if format.name == "jsonl" {
        tasks(source, options, &pool)?
    } else {
        [true; 2]
    };
    let work = |found: Found<'_>| one(found, options, format, said);
    documents::each(source, options, &pool, work, |done| {
        match done {
            Done::LeftOut(why) => *converted.left_out.entry(why).or_default() += 1,
            Done::Wrong(found) => problems.extend(found),
            Done::Written {
                id,
                back,
                twice,
                outputs,
                losses,
                counts,
                remarks,
                tried,
            } => {
                // Two ids may become one where white space has no place.
                if !ids.insert(back) {
                    problems.push(*twice);
                }
                if problems.is_empty() {
                    files.write(&id, &outputs)?;
                }
                converted.losses.append(losses);
                converted.mentions += counts[0];
                converted.claims += counts[1];
                converted.remarks.extend(remarks);
                if let Some(unit) = tried {
                    *converted.tried.entry(unit).or_default() += 1;
                }
            }
        }
        Ok(())
    })?;
    Error::all(Kind::Input, problems)?;
    if ids.is_empty() {
        return Ok(converted);
    }
    converted.documents = files.finish()?;
    Ok(converted)
}

/// The tasks that any document of the source has an annotation of, or says that it was annotated for: where a format cannot say what was annotated, the whole
/// set does.
fn tasks(source: &Source, options: &Options, pool: &rayon::ThreadPool) -> Result<[bool; 2]> {
    let mut said = [false; 2];
    let look = |found: Found<'_>| match found {
        Ok(Some(record)) => Task::ALL.map(|task| record.says(task, options) == Says::Yes),
        _ => [false; 2],
    };
    documents::each(source, options, pool, look, |found| {
        said = [said[0] || found[0], said[1] || found[1]];
        Ok(())
    })?;
    // Nothing anywhere: annotated, and nothing there.
    Ok(if said == [false; 2] { [true; 2] } else { said })
}

fn one(found: Found<'_>, options: &Options, format: &'static Format, said: [bool; 2]) -> Done {
    let record = match found {
        Ok(Some(record)) => record,
        Ok(None) => return Done::LeftOut("nothing is in them".to_owned()),
        Err(problems) => return Done::Wrong(problems),
    };
    if let Some(why) = &record.draft.left_out {
        return Done::LeftOut(why.to_string());
    }
    let document = match record.text() {
        Some(text) => Document::new(record.id(), text),
        None => Document::without_text(record.id(), record.stand_in()),
    };
    let read = match record.read(&document, options) {
        Ok(read) => read,
        Err(problems) => return Done::Wrong(problems),
    };
    if format.writer.layout == Layout::FilesByDocument && !Files::is_name(document.id()) {
        return Done::Wrong(vec![no_name(&record)]);
    }
    if document.is_stand_in() && format.name != "jsonl" && format.name != "table" {
        return Done::Wrong(vec![without_text(&record, format)]);
    }
    write(&record, &document, read, format, said)
}

fn write(
    record: &Record<'_>,
    document: &Document,
    read: Read,
    format: &'static Format,
    said: [bool; 2],
) -> Done {
    let mut losses = Losses::default();
    for (what, count) in &record.draft.unread {
        losses.add_many(what.as_ref(), *count, document.id(), "");
    }
    for (what, count) in &read.unread {
        losses.add_many(*what, *count, document.id(), "");
    }
    let whole = Whole {
        document,
        annotations: &read.annotations,
        says: [
            said[0] && record.draft.says(Task::Entities) != Says::No,
            said[1] && record.draft.says(Task::Claims) != Says::No,
        ],
    };
    let (outputs, kept) = format.writer.document(&whole, &mut losses);
    if !format.writer.holds.exact_text && !document.is_stand_in() {
        losses.add(
            format!("texts, which {} does not keep as they are", format.title),
            document.id(),
            "",
        );
    }
    let untouched = losses.is_empty();
    let back = match verify(format, document, &outputs, &kept, untouched) {
        Ok(back) => back,
        Err(problems) => return Done::Wrong(problems),
    };
    if back != document.id() {
        losses.add("ids, which are written otherwise", document.id(), &back);
    }
    Done::Written {
        id: document.id().to_owned(),
        back,
        twice: Box::new(twice(record)),
        counts: [
            (kept.mentions.len() + kept.unplaced.len()) as u64,
            kept.claims.len() as u64,
        ],
        outputs,
        losses,
        tried: read.unit_was_tried.then(|| read.counted()),
        remarks: read.remarks,
    }
}

fn twice(record: &Record<'_>) -> Problem {
    record
        .problem(format!("document {}: it stands twice", record.id()))
        .expected("one document for each id")
        .mend("take one out, rename it, or choose one of several people with --annotator")
}

/// The problem that an id would lead to another folder, or to no file at all.
fn no_name(record: &Record<'_>) -> Problem {
    record
        .problem("this document's id cannot be the name of a file")
        .found(format!("{:?}", record.id()))
        .expected("an id without slashes, colons and a dot at its beginning")
        .mend("convert to a format of one file, such as jsonl, or rename the document")
}

fn without_text(record: &Record<'_>, format: &Format) -> Problem {
    let what = format!(
        "document {}: its text is not known, and {} needs it",
        record.id(),
        format.title
    );
    record
        .problem(what)
        .expected("the text, in the file or as an article beside it")
        .mend("name the folder of the articles with --articles, or convert to jsonl or table")
}
