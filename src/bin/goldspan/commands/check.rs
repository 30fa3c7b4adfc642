//! `goldspan check`: what is wrong or odd, where, and how to mend it; and mending it where that is safe.

use std::collections::BTreeMap;
use std::io::{BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use goldspan::check::{Finding, Rule, Severity, fix};
use goldspan::config::{Config, FILE_NAME};
use goldspan::corpus::Corpus;
use goldspan::error::{Error, Kind, Problem, Result, visible};
use goldspan::formats::read_text;
use goldspan::report::findings;
use goldspan::run::check::{self, Checked, Set};

use super::threads;
use crate::args::{CheckArguments, FindingsFormat};
use crate::exit::Exit;
use crate::message;

/// Does the verb.
pub(crate) fn check(arguments: &CheckArguments) -> anyhow::Result<Exit> {
    let (sets, found) = sets(arguments)?;
    let mut predictions = Vec::new();
    for path in &arguments.predictions {
        let source = arguments
            .reading
            .source(path, false, arguments.articles.as_ref())?;
        predictions.push((source, arguments.reading.options()));
    }
    let mut checked = check::check(&sets, &predictions, threads(arguments.jobs))?;
    checked.findings.splice(0..0, found);
    checked
        .findings
        .retain(|finding| !arguments.ignore.contains(&finding.rule));
    check::refuse_nothing(&checked)?;
    print(arguments, &checked)?;
    if arguments.fix || arguments.diff {
        mend(arguments, &checked)?;
    }
    let bad = checked
        .findings
        .iter()
        .any(|finding| finding.rule.severity() == Severity::Error || arguments.strict);
    Ok(if bad { Exit::Input } else { Exit::Complete })
}

/// What is to be looked at, and what was found wrong on the way: files without articles, extractors that cannot start.
fn sets(arguments: &CheckArguments) -> Result<(Vec<Set>, Vec<Finding>)> {
    let mut sets = Vec::new();
    let mut findings = Vec::new();
    if !arguments.paths.is_empty() {
        for path in &arguments.paths {
            let source = arguments
                .reading
                .source(path, true, arguments.articles.as_ref())?;
            arguments.reading.refuse_idle(&[&source])?;
            sets.push(Set::Source(source, Box::new(arguments.reading.options())));
        }
        return Ok((sets, findings));
    }
    let path = arguments.config.as_deref().unwrap_or(Path::new(FILE_NAME));
    if arguments.config.is_none() && !path.is_file() {
        let problem = Problem::new("there is nothing to check")
            .expected(format!("files to check, or {FILE_NAME} in this folder"));
        return Err(problem
            .mend("name files, go to the project's folder, or name a file with --config")
            .into());
    }
    let config = Config::read(path)?;
    for corpus in config.corpora {
        let mut location = corpus.location;
        location.format = arguments.reading.declared(true).or(location.format);
        arguments.reading.lay_over(&mut location.reading);
        let (corpus, problems) = Corpus::find(&location)?;
        let unreadable = |problem| Finding {
            rule: Rule::Unreadable,
            problem,
        };
        findings.extend(problems.into_iter().map(unreadable));
        sets.push(Set::Corpus(corpus));
    }
    for extractor in &config.extractors {
        if let Err(error) = extractor.start() {
            findings.extend(error.problems.into_iter().map(|problem| Finding {
                rule: Rule::Extractor,
                problem,
            }));
        }
    }
    if sets.is_empty() {
        let problem = Problem::new("no corpora are configured").in_file(path);
        let problem = problem.expected("at least one table [corpus.NAME]");
        return Err(Error::one(Kind::Nothing, problem));
    }
    Ok((sets, findings))
}

fn print(arguments: &CheckArguments, checked: &Checked) -> std::io::Result<()> {
    let mut out = BufWriter::new(anstream::stdout().lock());
    let findings = &checked.findings;
    match arguments.format {
        FindingsFormat::Text => {
            write_text(arguments, checked, &mut out)?;
        }
        FindingsFormat::Json => findings::write_json(findings, &mut out)?,
        FindingsFormat::Sarif => {
            findings::write_sarif(findings, env!("CARGO_PKG_VERSION"), &mut out)?
        }
        FindingsFormat::Github => findings::write_github(findings, &mut out)?,
    }
    out.flush()
}

/// The first findings of each rule whole, then how many there are of each, then what was looked at.
fn write_text(
    arguments: &CheckArguments,
    checked: &Checked,
    out: &mut impl Write,
) -> std::io::Result<()> {
    let mut counts: BTreeMap<Rule, u64> = BTreeMap::new();
    for finding in &checked.findings {
        let count = counts.entry(finding.rule).or_default();
        *count += 1;
        let severity = finding.rule.severity();
        // Errors are all told, up to what anybody reads.
        let most = if severity == Severity::Error {
            50
        } else {
            arguments.show as u64
        };
        if *count <= most {
            let shown = message::render_finding(&finding.problem, severity, finding.rule.name());
            writeln!(out, "{shown}")?;
        } else if *count == most + 1 {
            let all = checked
                .findings
                .iter()
                .filter(|other| other.rule == finding.rule)
                .count() as u64;
            let name = finding.rule.name();
            writeln!(
                out,
                "{}[{name}]: and {} more; --show N shows more of each rule, --format json all",
                severity.name(),
                all - most
            )?;
        }
    }
    if !counts.is_empty() {
        writeln!(out)?;
    }
    for rule in Rule::ALL {
        if let Some(count) = counts.get(&rule) {
            let severity = rule.severity().name();
            writeln!(
                out,
                "{count:>7} {severity:<8} {:<15} {}",
                rule.name(),
                rule.about()
            )?;
        }
    }
    for (what, count) in &checked.unread {
        writeln!(out, "{count:>7} note     not read        {}", visible(what))?;
    }
    for (why, count) in &checked.left_out {
        writeln!(
            out,
            "{count:>7} note     left out        documents, because {}",
            visible(why)
        )?;
    }
    let labels: Vec<String> = checked
        .labels
        .iter()
        .map(|(label, count)| format!("{} {count}", visible(label)))
        .collect();
    let verdict = if checked.findings.is_empty() {
        "; nothing is wrong"
    } else {
        ""
    };
    writeln!(
        out,
        "Checked {}, {}, {}{verdict}",
        message::number(checked.documents, "document"),
        message::number(checked.mentions, "mention"),
        message::number(checked.claims, "claim"),
    )?;
    if !labels.is_empty() {
        writeln!(out, "Labels: {}", labels.join(", "))?;
    }
    Ok(())
}

/// Prints what changes in each file, and with --fix changes it.
fn mend(arguments: &CheckArguments, checked: &Checked) -> anyhow::Result<()> {
    let mut mended: Vec<(PathBuf, String)> = Vec::new();
    let mut out = std::io::stdout().lock();
    let mut changes = 0;
    for (path, blocks) in &checked.edits {
        let compressed = ["gz", "zst"]
            .into_iter()
            .any(|end| path.extension().is_some_and(|found| found == end));
        if compressed {
            message::say(&format!(
                "note: {} is compressed, and was not changed",
                path.display()
            ));
            continue;
        }
        let before = read_text(path).map_err(Error::from)?;
        let after = fix::apply(&before, blocks);
        if before == after {
            continue;
        }
        let name = path.display().to_string();
        let diff = similar::TextDiff::from_lines(&before, &after);
        let diff = diff
            .unified_diff()
            .context_radius(1)
            .header(&name, &name)
            .to_string();
        if out.is_terminal() {
            // A file's control characters are for no terminal.
            for line in diff.lines() {
                writeln!(out, "{}", visible(line))?;
            }
        } else {
            out.write_all(diff.as_bytes())?;
        }
        changes += blocks.iter().map(|(_, edits)| edits.len()).sum::<usize>();
        mended.push((path.clone(), after));
    }
    out.flush()?;
    let unmendable = checked
        .findings
        .iter()
        .filter(|finding| matches!(finding.rule, Rule::EdgeSpace | Rule::Duplicate));
    let others = unmendable.filter(|finding| {
        let path = finding.problem.path.as_ref();
        path.is_some_and(|path| !checked.edits.contains_key(path))
    });
    let others = others.count();
    if others > 0 {
        message::say(&format!(
            "note: {others} findings are in files that --fix does not write to, or are referred to; it writes {}",
            fix::FORMATS.join(", ")
        ));
    }
    if arguments.fix {
        for (path, text) in &mended {
            write(path, text).with_context(|| format!("cannot write {}", path.display()))?;
        }
        message::say(&format!(
            "Changed {changes} places in {}",
            message::number(mended.len() as u64, "file")
        ));
    }
    Ok(())
}

/// Writes aside and renames, keeping who may read the file.
fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    file.write_all(text.as_bytes())?;
    std::fs::set_permissions(file.path(), std::fs::metadata(path)?.permissions())?;
    file.persist(path)?;
    Ok(())
}
