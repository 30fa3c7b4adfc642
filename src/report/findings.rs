//! Renders what a check found for machines: JSON, SARIF 2.1.0, and the annotations of GitHub Actions.

use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;

use crate::check::{Finding, Rule, Severity};
use crate::error::{Excerpt, Problem, visible};

/// A finding as JSON has it.
#[derive(Serialize)]
struct Row<'a> {
    rule: &'static str,
    severity: &'static str,
    what: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    /// From 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    /// In code points, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    found: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mend: Option<&'a str>,
}

impl<'a> Row<'a> {
    fn of(finding: &'a Finding) -> Self {
        let problem = &finding.problem;
        Self {
            rule: finding.rule.name(),
            severity: finding.rule.severity().name(),
            what: &problem.what,
            path: path(problem),
            line: problem.excerpt.as_ref().map(|excerpt| excerpt.line),
            column: problem.excerpt.as_ref().map(crate::error::Excerpt::column),
            found: problem.found.as_deref(),
            expected: problem.expected.as_deref(),
            mend: problem.mend.as_deref(),
        }
    }
}

fn path(problem: &Problem) -> Option<String> {
    problem.path.as_ref().map(|path| path.display().to_string())
}

/// Writes the findings as a list of objects, one a line.
///
/// # Errors
/// Where they cannot be written.
pub fn write_json(findings: &[Finding], out: &mut impl Write) -> io::Result<()> {
    out.write_all(b"[")?;
    for (at, finding) in findings.iter().enumerate() {
        out.write_all(if at == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut *out, &Row::of(finding))?;
    }
    out.write_all(b"\n]\n")
}

/// What is found, expected and to be done, in one text.
fn message(problem: &Problem) -> String {
    let mut text = problem.what.clone();
    let parts = [
        ("found", &problem.found),
        ("expected", &problem.expected),
        ("mend", &problem.mend),
    ];
    for (name, part) in parts {
        if let Some(part) = part {
            text.push_str(&format!("; {name}: {part}"));
        }
    }
    text
}

/// Writes one line for each finding, which GitHub Actions shows at its place in a pull request.
///
/// # Errors
/// Where they cannot be written.
pub fn write_github(findings: &[Finding], out: &mut impl Write) -> io::Result<()> {
    for finding in findings {
        let problem = &finding.problem;
        let line = command(
            finding.rule.severity().name(),
            finding.rule.name(),
            problem.path.as_deref(),
            problem.excerpt.as_ref(),
            &message(problem),
        );
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// One workflow command of GitHub Actions, `::error title=...,file=...,line=...,col=...::...`.
pub(super) fn command(
    severity: &str,
    title: &str,
    path: Option<&Path>,
    excerpt: Option<&Excerpt>,
    message: &str,
) -> String {
    // The characters that a command may not hold, in its message and in its properties; others could move the cursor of whoever reads the log.
    let escaped = |text: &str| {
        let text = text.replace('%', "%25");
        visible(&text.replace('\r', "%0D").replace('\n', "%0A"))
    };
    let property = |text: &str| escaped(text).replace(':', "%3A").replace(',', "%2C");
    let mut command = format!("::{severity} title={}", property(title));
    if let Some(path) = path {
        command.push_str(&format!(",file={}", property(&path.display().to_string())));
    }
    if let Some(excerpt) = excerpt {
        command.push_str(&format!(",line={},col={}", excerpt.line, excerpt.column()));
    }
    format!("{command}::{}", escaped(message))
}

/// Writes the findings as a SARIF log of one run. `version` is that of the program.
///
/// # Errors
/// Where they cannot be written.
pub fn write_sarif(findings: &[Finding], version: &str, out: &mut impl Write) -> io::Result<()> {
    let level = |severity| match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let rules: Vec<_> = Rule::ALL
        .into_iter()
        .map(|rule| {
            serde_json::json!({
                "id": rule.name(),
                "shortDescription": {"text": rule.about()},
                "defaultConfiguration": {"level": level(rule.severity())},
            })
        })
        .collect();
    let result = |finding: &Finding| {
        let problem = &finding.problem;
        let place = path(problem).map(|path| {
            let mut physical = serde_json::json!({"artifactLocation": {"uri": uri(&path)}});
            if let Some(excerpt) = &problem.excerpt {
                physical["region"] = serde_json::json!({
                    "startLine": excerpt.line,
                    "startColumn": excerpt.column(),
                });
            }
            serde_json::json!({"physicalLocation": physical})
        });
        serde_json::json!({
            "ruleId": finding.rule.name(),
            "level": level(finding.rule.severity()),
            "message": {"text": message(problem)},
            "locations": place.into_iter().collect::<Vec<_>>(),
        })
    };
    let log = serde_json::json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": "goldspan", "version": version, "rules": rules}},
            "columnKind": "unicodeCodePoints",
            "results": findings.iter().map(result).collect::<Vec<_>>(),
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &log)?;
    out.write_all(b"\n")
}

/// A path as a URI, relative where it is: slashes, and the characters that URIs may not hold escaped.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.replace('\\', "/").bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}
