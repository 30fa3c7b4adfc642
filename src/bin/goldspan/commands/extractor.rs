//! `goldspan extractor test`: the conformance suite for authors of extractors, a line for each case as it ends.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context;
use goldspan::error::visible;
use goldspan::host::conformance::{Audience, CaseResult, Outcome, Report, conform};
use goldspan::host::{Settings, Trace, Transport, Way};
use serde::Serialize;

use crate::args::{CasesFormat, ExtractorArguments, ExtractorVerb, TestArguments, once_each};
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::message;

/// How many characters of a line a dump shows.
const DUMPED: usize = 400;

/// Does the verb.
pub(crate) fn extractor(arguments: &ExtractorArguments) -> anyhow::Result<Exit> {
    match &arguments.verb {
        ExtractorVerb::Test(arguments) => test(arguments),
    }
}

fn test(arguments: &TestArguments) -> anyhow::Result<Exit> {
    let mut settings = Settings::new("under test", Transport::Command(arguments.command.clone()));
    settings.params = arguments.param.iter().cloned().collect();
    if !arguments.task.is_empty() {
        settings.tasks = once_each(&arguments.task);
    }
    settings.timeout = arguments.timeout;
    settings.start_timeout = arguments.start_timeout;
    settings.grace = arguments.grace;
    settings.trace = match &arguments.dump {
        None => None,
        Some(None) => Some(Trace(Arc::new(|way, bytes| {
            message::say(&shown(way, bytes))
        }))),
        Some(Some(path)) => Some(into_file(path)?),
    };
    let listening = Listening {
        text: arguments.format == CasesFormat::Text,
        marks: arguments.dump == Some(None),
        interrupt: Interrupt::listen(),
        unwritten: RefCell::new(None),
    };
    let outcome = conform(&settings, &listening);
    if let Some(error) = listening.unwritten.take() {
        return Err(error.into());
    }
    let report = outcome?;
    let [passed, failed, not, _] = report.counts();
    let mut out = anstream::stdout().lock();
    match arguments.format {
        CasesFormat::Text => {
            let name = match report.extractor.as_str() {
                "" => String::new(),
                name => format!("{}: ", visible(name)),
            };
            let untried = untried(&report, &mut out)?;
            writeln!(
                out,
                "\n{name}{passed} passed, {failed} failed, {not} not applicable{untried}"
            )?;
        }
        CasesFormat::Json => write_json(&report, &mut out)?,
    }
    out.flush()?;
    Ok(match (report.started(), failed) {
        (false, _) => Exit::Extractor,
        (true, 0) => Exit::Complete,
        (true, _) => Exit::Input,
    })
}

/// Writes how the cases go while they go.
struct Listening {
    text: bool,
    marks: bool,
    interrupt: Interrupt,
    unwritten: RefCell<Option<io::Error>>,
}

impl Audience for Listening {
    fn begins(&self, name: &str) {
        if self.marks {
            message::say(&format!("# {name}"));
        }
    }

    fn ended(&self, case: &CaseResult) {
        if self.text
            && let Err(error) = write_case(case, &mut anstream::stdout().lock())
        {
            self.unwritten.replace(Some(error));
        }
    }

    fn stopped(&self) -> bool {
        self.interrupt.came() || self.unwritten.borrow().is_some()
    }
}

fn write_case(case: &CaseResult, out: &mut impl Write) -> io::Result<()> {
    match &case.outcome {
        Outcome::Passed => writeln!(out, "ok       {}", case.name)?,
        Outcome::NotApplicable { why } => {
            writeln!(out, "skipped  {}: {}", case.name, visible(why))?;
        }
        Outcome::Untried { .. } => {}
        Outcome::Failed(failure) => {
            writeln!(out, "FAILED   {}: {}", case.name, case.about)?;
            for (name, part) in [
                ("sent", &failure.sent),
                ("found", &failure.found),
                ("expected", &failure.expected),
                ("mend", &failure.mend),
            ] {
                writeln!(out, "           {name:<9} {}", legible(part))?;
            }
        }
    }
    for remark in &case.remarks {
        writeln!(out, "           {:<9} {}", "note", legible(remark))?;
    }
    out.flush()
}

/// Names what was not tried, in one line; gives how the summary goes on.
fn untried(report: &Report, out: &mut impl Write) -> io::Result<String> {
    let cases = report.cases.iter();
    let names = cases.filter(|case| matches!(case.outcome, Outcome::Untried { .. }));
    let names: Vec<&str> = names.map(|case| case.name).collect();
    if names.is_empty() {
        return Ok(String::new());
    }
    writeln!(
        out,
        "untried  what rests on a case that failed: {}",
        names.join(", ")
    )?;
    Ok(format!(", {} not tried", names.len()))
}

/// The report as JSON has it.
#[derive(Serialize)]
struct Told<'a> {
    extractor: &'a str,
    passed: usize,
    failed: usize,
    not_applicable: usize,
    not_tried: usize,
    cases: Vec<ToldCase<'a>>,
}

#[derive(Serialize)]
struct ToldCase<'a> {
    name: &'a str,
    about: &'a str,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    needs: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sent: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    found: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mend: Option<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    remarks: &'a [String],
}

impl<'a> ToldCase<'a> {
    fn of(case: &'a CaseResult) -> Self {
        let (outcome, why, needs, failure) = match &case.outcome {
            Outcome::Passed => ("passed", None, None, None),
            Outcome::Failed(failure) => ("failed", None, None, Some(failure)),
            Outcome::NotApplicable { why } => ("not applicable", Some(why.as_str()), None, None),
            Outcome::Untried { needs } => ("not tried", None, Some(*needs), None),
        };
        Self {
            name: case.name,
            about: case.about,
            outcome,
            why,
            needs,
            sent: failure.map(|failure| failure.sent.as_str()),
            found: failure.map(|failure| failure.found.as_str()),
            expected: failure.map(|failure| failure.expected.as_str()),
            mend: failure.map(|failure| failure.mend.as_str()),
            remarks: &case.remarks,
        }
    }
}

fn write_json(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let [passed, failed, not_applicable, not_tried] = report.counts();
    let told = Told {
        extractor: &report.extractor,
        passed,
        failed,
        not_applicable,
        not_tried,
        cases: report.cases.iter().map(ToldCase::of).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &told)?;
    out.write_all(b"\n")
}

/// All bytes of both sides into a file, a line for each line.
fn into_file(path: &Path) -> anyhow::Result<Trace> {
    let told = || format!("{} cannot be written", path.display());
    let file = Mutex::new(File::create(path).with_context(told)?);
    Ok(Trace(Arc::new(move |way, bytes| {
        let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
        let mut whole = Vec::with_capacity(bytes.len() + 3);
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            whole.extend_from_slice(sign(way).as_bytes());
            whole.extend_from_slice(line);
        }
        if !whole.ends_with(b"\n") {
            whole.push(b'\n');
        }
        // A dump that cannot be written must not end what it is a dump of.
        let _ = file.write_all(&whole);
    })))
}

const fn sign(way: Way) -> &'static str {
    match way {
        Way::To => "> ",
        Way::From => "< ",
        Way::Words => "! ",
    }
}

/// Bytes that pass, as a dump shows them.
fn shown(way: Way, bytes: &[u8]) -> String {
    let ended = bytes.ends_with(b"\n");
    let body = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let lines = body.split(|byte| *byte == b'\n').map(|line| {
        // No character is longer than four bytes.
        let most = line.len().min(4 * DUMPED);
        let mut text = String::new();
        for chunk in line[..most].utf8_chunks() {
            text.push_str(&legible(chunk.valid()));
            if most == line.len() {
                text.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}")));
            }
        }
        let cut = text.char_indices().nth(DUMPED).map(|(at, _)| at);
        match cut.or((most < line.len()).then_some(text.len())) {
            Some(at) => format!("{}{}... ({} bytes)", sign(way), &text[..at], line.len()),
            None => format!("{}{text}", sign(way)),
        }
    });
    let mut lines: Vec<String> = lines.collect();
    if !ended && way == Way::From {
        lines.push("< (no line end)".to_owned());
    }
    lines.join("\n")
}

/// Text whose control characters, and others that cannot be seen, are written as escapes.
fn legible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        let unseen = matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if c.is_control() || unseen {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    shown
}
