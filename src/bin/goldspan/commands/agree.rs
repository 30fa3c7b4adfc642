//! `goldspan agree`: how far annotators agree, and where they do not.

use std::collections::BTreeSet;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::Context;
use goldspan::corpus::Source;
use goldspan::counts::Measures;
use goldspan::error::{Problem, Result};
use goldspan::report::agreement as report;
use goldspan::run::agree::{self, Agreement, Annotator};

use super::{refuse_place, threads};
use crate::args::{AgreeArguments, Format, Required, once_each};
use crate::exit::Exit;
use crate::message;

/// Does the verb.
pub(crate) fn agree(arguments: &AgreeArguments) -> anyhow::Result<Exit> {
    if let Some(path) = &arguments.disagreements {
        let inputs: Vec<_> = arguments.paths.iter().collect();
        refuse_place(["differences", "compare"], "--disagreements", &inputs, path)?;
    }
    let annotators = annotators(arguments)?;
    let mut measures = Measures::default();
    if !arguments.measure.is_empty() {
        measures.entity = once_each(&arguments.measure);
    }
    if !arguments.level.is_empty() {
        measures.claim = once_each(&arguments.level);
    }
    if let Some(Required(roles)) = &arguments.require {
        measures.require.clone_from(roles);
    }
    let agreement = agree::agree(&annotators, measures, threads(arguments.jobs))?;
    if let Some(path) = &arguments.disagreements {
        write(&agreement, path).with_context(|| format!("cannot write {}", path.display()))?;
    }
    let mut out = BufWriter::new(std::io::stdout().lock());
    match arguments.format {
        Format::Table => out.write_all(report::render(&agreement, arguments.show).as_bytes())?,
        Format::Json => report::write_json(&agreement, &mut out)?,
        Format::Csv => report::write_csv(&agreement, &mut out)?,
    }
    out.flush()?;
    let mut pairs = agreement.pairs.iter();
    let differ = pairs.any(|pair| !pair.differences.mistakes.is_empty());
    if differ && arguments.disagreements.is_none() && arguments.format == Format::Table {
        message::say("note: --disagreements FILE writes all of them, by document");
    }
    Ok(Exit::Complete)
}

/// Each file is an annotator; a single file that holds several people's annotations is parted by them.
fn annotators(arguments: &AgreeArguments) -> Result<Vec<Annotator>> {
    let reading = &arguments.reading;
    let mut sources = Vec::new();
    reading.refuse_more_than(arguments.paths.len().min(2))?;
    for (at, path) in arguments.paths.iter().enumerate() {
        sources.push(reading.source(path, at == 0, arguments.articles.as_ref())?);
    }
    let all: Vec<&Source> = sources.iter().collect();
    reading.refuse_idle(&all)?;
    if let [source] = sources.as_slice() {
        return inside(source, arguments);
    }
    let names = names(&arguments.paths);
    let annotator = |(at, (name, source))| Annotator {
        name,
        source,
        options: if at == 0 {
            reading.options()
        } else {
            reading.of_others()
        },
    };
    let named = names.into_iter().zip(sources);
    Ok(named.enumerate().map(annotator).collect())
}

/// The people whose annotations one file holds.
fn inside(source: &Source, arguments: &AgreeArguments) -> Result<Vec<Annotator>> {
    let options = arguments.reading.options();
    let mut people: BTreeSet<String> = BTreeSet::new();
    if let Some(annotators) = source.format.annotators {
        for block in source.blocks(source.format.parted, options.limits)? {
            // What cannot be read is told when it is read for what it says.
            people.extend(block.iter().flat_map(annotators));
        }
    }
    if people.len() < 2 {
        let problem = Problem::new("there is only one annotator to compare").in_file(&source.name);
        let problem = problem.found(match people.first() {
            Some(name) => format!("annotations by {name}"),
            None => format!("{}, which does not say who annotated", source.format.title),
        });
        let problem = problem.expected(
            "two files or more, or one of Label Studio or Prodigy with several annotators",
        );
        return Err(problem.mend("name the other annotators' files too").into());
    }
    let person = |name: String| Annotator {
        source: source.clone(),
        options: goldspan::formats::Options {
            annotator: Some(name.clone()),
            ..options.clone()
        },
        name,
    };
    Ok(people.into_iter().map(person).collect())
}

/// What tells the files apart: their names without endings, where these differ, else all of their paths.
fn names(paths: &[std::path::PathBuf]) -> Vec<String> {
    let short = |path: &std::path::PathBuf| {
        let stem = path.file_stem().unwrap_or(path.as_os_str());
        stem.to_string_lossy().into_owned()
    };
    let names: Vec<String> = paths.iter().map(short).collect();
    let distinct: BTreeSet<&String> = names.iter().collect();
    if distinct.len() == names.len() {
        return names;
    }
    let whole = |path: &std::path::PathBuf| path.display().to_string();
    let mut names: Vec<String> = paths.iter().map(whole).collect();
    // Even a file that is named twice is two annotators.
    for at in 1..names.len() {
        let before = paths[..at]
            .iter()
            .filter(|path| **path == paths[at])
            .count();
        if before > 0 {
            names[at] = format!("{} ({})", names[at], before + 1);
        }
    }
    names
}

/// Writes aside and renames, so that the list is never half there.
fn write(agreement: &Agreement, path: &Path) -> std::io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    report::write_differences(agreement, &mut file)?;
    file.persist(path)?;
    Ok(())
}
