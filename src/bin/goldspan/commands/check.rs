//! `goldspan check`: what is wrong or odd, where, and how to mend it; and mending it where that is safe.

use std::collections::BTreeMap;
use std::io::{BufWriter, IsTerminal, Write};
use std::path::Path;

use anyhow::Context;
use goldspan::check::{Finding, Rule, Severity, fix};
use goldspan::config::{Config, ExtractorConfig, FILE_NAME};
use goldspan::corpus::Corpus;
use goldspan::error::{Error, Kind, Problem, Result, visible};
use goldspan::formats::{is_compressed, read_text};
use goldspan::host::Engine;
use goldspan::report::findings;
use goldspan::run::check::{self, Checked, Set};
use goldspan::run::probe::probe;

use super::threads;
use crate::args::{CheckArguments, FindingsFormat};
use crate::exit::Exit;
use crate::message;

/// How many articles an extractor is asked for where nothing is said.
const PROBED: usize = 4;

/// Does the verb.
pub(crate) fn check(arguments: &CheckArguments) -> anyhow::Result<Exit> {
    let sides = 1 + usize::from(!arguments.predictions.is_empty());
    arguments.reading.refuse_more_than(sides)?;
    let (sets, found, tried) = sets(arguments)?;
    let mut predictions = Vec::new();
    for path in &arguments.predictions {
        let source = arguments
            .reading
            .source(path, false, arguments.articles.as_ref())?;
        predictions.push((source, arguments.reading.of_predictions()));
    }
    let wanted = fix::Wanted {
        edges: !arguments.ignore.contains(&Rule::EdgeSpace),
        copies: !arguments.ignore.contains(&Rule::Duplicate),
    };
    let mut checked = check::check(&sets, &predictions, wanted, threads(arguments.jobs))?;
    checked.findings.splice(0..0, found);
    checked
        .findings
        .retain(|finding| !arguments.ignore.contains(&finding.rule));
    check::refuse_nothing(&checked, &sets)?;
    print(arguments, &checked, &tried)?;
    if arguments.fix || arguments.diff {
        mend(arguments, &checked)?;
    }
    let bad = checked
        .findings
        .iter()
        .any(|finding| finding.rule.severity() == Severity::Error || arguments.strict);
    Ok(if bad { Exit::Input } else { Exit::Complete })
}

/// What is to be looked at, and what was found on the way: files without articles, extractors that cannot start; and which extractors were asked.
fn sets(arguments: &CheckArguments) -> Result<(Vec<Set>, Vec<Finding>, Vec<String>)> {
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
        return Ok((sets, findings, Vec::new()));
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
    let mut asked = Vec::new();
    for extractor in &config.extractors {
        findings.extend(tried(extractor, &sets, arguments.probe, &mut asked));
    }
    if sets.is_empty() {
        let problem = Problem::new("no corpora are configured").in_file(path);
        let problem = problem.expected("at least one table [corpus.NAME]");
        return Err(Error::one(Kind::Nothing, problem));
    }
    Ok((sets, findings, asked))
}

/// What is wrong with an extractor: that it cannot start; and where it lives elsewhere, what shows when it is asked for some articles several times.
fn tried(
    extractor: &ExtractorConfig,
    sets: &[Set],
    count: Option<usize>,
    asked: &mut Vec<String>,
) -> Vec<Finding> {
    let engine = match extractor.start() {
        Ok(engine) => engine,
        Err(error) => {
            let finding = |problem| Finding {
                rule: Rule::Extractor,
                problem,
            };
            return error.problems.into_iter().map(finding).collect();
        }
    };
    let Engine::Remote(host) = engine else {
        return Vec::new();
    };
    let corpora = sets.iter().filter_map(|set| match set {
        Set::Corpus(corpus) => Some(&corpus.entries),
        Set::Source(..) => None,
    });
    let usual = if extractor.costs() { 0 } else { PROBED };
    // An article that cannot be read is told of elsewhere.
    let documents = corpora.flatten().filter_map(|entry| entry.document().ok());
    let documents: Vec<_> = documents.take(count.unwrap_or(usual)).collect();
    let about = host.about();
    let ways = match (documents.len(), !about.varies()) {
        (0, _) => String::new(),
        (_, true) => ", in order, backwards, alone and started anew".to_owned(),
        (_, false) => ", once, since it says that its answers may vary".to_owned(),
    };
    asked.push(format!(
        "{} ({} {}) asked for {}{ways}",
        extractor.name,
        about.name,
        about.version,
        message::number(documents.len() as u64, "article")
    ));
    probe(&extractor.name, host.as_ref(), &documents)
}

fn print(arguments: &CheckArguments, checked: &Checked, tried: &[String]) -> std::io::Result<()> {
    let mut out = BufWriter::new(anstream::stdout().lock());
    let findings = &checked.findings;
    match arguments.format {
        FindingsFormat::Text => {
            write_text(arguments, checked, &mut out)?;
            for tried in tried {
                writeln!(out, "Extractor {}", visible(tried))?;
            }
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
    let counts = write_findings(arguments, &checked.findings, out)?;
    if !counts.is_empty() {
        writeln!(out)?;
    }
    for rule in Rule::ALL {
        if let Some(count) = counts.get(&rule) {
            let (severity, name) = (rule.severity().name(), rule.name());
            writeln!(out, "{count:>7} {severity:<8} {name:<15} {}", rule.about())?;
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
    let verdict = match (checked.findings.is_empty(), arguments.ignore.is_empty()) {
        (true, true) => "; nothing is wrong",
        (true, false) => "; nothing is wrong by the other rules",
        (false, _) => "",
    };
    writeln!(
        out,
        "Checked {}, {}, {}{verdict}",
        message::number(checked.documents, "document"),
        message::number(checked.mentions, "mention"),
        message::number(checked.claims, "claim"),
    )?;
    if !checked.labels.is_empty() {
        let labels = checked.labels.iter();
        let labels: Vec<String> = labels
            .map(|(label, count)| format!("{label} {count}"))
            .collect();
        writeln!(out, "Labels: {}", visible(&labels.join(", ")))?;
    }
    Ok(())
}

/// Writes the first findings of each rule, and gives how many there are of each.
fn write_findings(
    arguments: &CheckArguments,
    findings: &[Finding],
    out: &mut impl Write,
) -> std::io::Result<BTreeMap<Rule, u64>> {
    let mut totals: BTreeMap<Rule, u64> = BTreeMap::new();
    for finding in findings {
        *totals.entry(finding.rule).or_default() += 1;
    }
    let mut counts: BTreeMap<Rule, u64> = BTreeMap::new();
    for finding in findings {
        let count = counts.entry(finding.rule).or_default();
        *count += 1;
        let (severity, name) = (finding.rule.severity(), finding.rule.name());
        // Errors are all told, up to what anybody reads.
        let most = match severity {
            Severity::Error => 50,
            Severity::Warning => arguments.show as u64,
        };
        if *count <= most {
            let shown = message::render_finding(&finding.problem, severity, name);
            writeln!(out, "{shown}")?;
        } else if *count == most + 1 && most > 0 {
            let more = totals[&finding.rule] - most;
            let severity = severity.name();
            writeln!(
                out,
                "{severity}[{name}]: and {more} more; --show N shows more of each rule, --format json all"
            )?;
        }
    }
    Ok(counts)
}

/// Prints what changes in each file, and with --fix changes it. Beside a report for machines the changes are printed on standard error.
fn mend(arguments: &CheckArguments, checked: &Checked) -> anyhow::Result<()> {
    let mut mended: Vec<(&Path, String)> = Vec::new();
    let (stdout, stderr) = (std::io::stdout(), std::io::stderr());
    let (mut out, seen): (Box<dyn Write>, bool) = match arguments.format {
        FindingsFormat::Text => (Box::new(stdout.lock()), stdout.is_terminal()),
        _ => (Box::new(stderr.lock()), stderr.is_terminal()),
    };
    let (mut changes, mut left) = (0, checked.left);
    for (path, blocks) in &checked.edits {
        let count = checked.mended.get(path).copied().unwrap_or_default();
        if is_compressed(path).map_err(Error::from)? {
            left += count;
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
        if seen {
            // A file's control characters are for no terminal.
            for line in diff.lines() {
                writeln!(out, "{}", visible(line))?;
            }
        } else {
            out.write_all(diff.as_bytes())?;
        }
        changes += count;
        mended.push((path, after));
    }
    out.flush()?;
    // Another lock on standard error would wait for this one.
    drop(out);
    if left > 0 {
        message::say(&format!(
            "note: left as they are: {} with white space at the edges, or a copy; --fix mends mentions in files of {}, but not parts of claims, fragments in JSON, and copies that something refers to or whose region has another label too",
            message::number(left, "annotation"),
            fix::FORMATS.join(", ")
        ));
    }
    if arguments.fix {
        for (path, text) in &mended {
            write(path, text).with_context(|| format!("cannot write {}", path.display()))?;
        }
        message::say(&format!(
            "Mended {} in {}",
            message::number(changes, "annotation"),
            message::number(mended.len() as u64, "file")
        ));
    }
    Ok(())
}

/// Writes aside and renames, keeping who may read the file; of a link, the file that it leads to.
fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let path = &path.canonicalize()?;
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    file.write_all(text.as_bytes())?;
    std::fs::set_permissions(file.path(), std::fs::metadata(path)?.permissions())?;
    file.persist(path)?;
    Ok(())
}
