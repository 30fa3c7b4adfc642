//! `goldspan convert`: one format to another, and what could not be carried.

use std::path::Path;

use goldspan::error::{Error, Kind, Problem, visible};
use goldspan::formats::{Files, Options, Place};
use goldspan::run::convert::{self, Converted};

use super::threads;
use crate::args::ConvertArguments;
use crate::exit::Exit;
use crate::message;

/// Does the verb.
pub(crate) fn convert(arguments: &ConvertArguments) -> anyhow::Result<Exit> {
    let reading = &arguments.reading;
    reading.refuse_more_than(1)?;
    let source = reading.source(&arguments.input, true, arguments.articles.as_ref())?;
    reading.refuse_idle(&[&source])?;
    let place = match &arguments.output {
        None => Place::Stream,
        Some(path) if path == Path::new("-") => Place::Stream,
        Some(path) => Place::Path(path.clone()),
    };
    let files = Files::create(arguments.to, &place, arguments.force, std::io::stdout())?;
    let threads = threads(arguments.jobs);
    let options = Options {
        unplaced: true,
        ..reading.options()
    };
    let converted = convert::convert(&source, &options, arguments.to, files, threads)?;
    message::tell_remarks(&converted.remarks);
    if converted.documents == 0 {
        tell_left_out(&converted);
        let problem = Problem::new("no document was converted").in_file(&arguments.input);
        let problem = problem.expected("at least one document that is not left out");
        return Err(Error::one(Kind::Nothing, problem).into());
    }
    tell(arguments, source.format.title, &converted);
    Ok(Exit::Complete)
}

fn tell_left_out(converted: &Converted) {
    for (why, documents) in &converted.left_out {
        message::say(&format!(
            "note: documents left out because {why}: {documents}"
        ));
    }
}

/// Says what was converted, and all that was not.
fn tell(arguments: &ConvertArguments, from: &str, converted: &Converted) {
    for (unit, documents) in &converted.tried {
        message::say(&format!(
            "note: by the texts that the files quote, offsets count {unit} in {}, and were read so; {} what they count",
            message::number(*documents, "document"),
            message::declaring(unit)
        ));
    }
    tell_left_out(converted);
    message::say(&format!(
        "Converted {} with {} and {} from {from} to {}; all were read back and compared",
        message::number(converted.documents, "document"),
        message::number(converted.mentions, "mention"),
        message::number(converted.claims, "claim"),
        arguments.to.title,
    ));
    if arguments.to.name == "conll" {
        message::say("The tags are IOB2: --scheme iob2 reads them");
    }
    if converted.losses.is_empty() {
        message::say("Nothing was left behind");
        return;
    }
    message::say(&format!("Not carried to {}:", arguments.to.title));
    for (what, count, examples) in converted.losses.iter() {
        // An id with line ends would pass for lines of ours.
        let (what, examples) = (visible(what), visible(&examples.join(", ")));
        message::say(&format!("  {what}: {count} (such as {examples})"));
    }
}
