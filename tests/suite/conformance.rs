//! The suite for authors of extractors: the examples pass it, and each wrong extractor of `tests/extractors` fails the case that is meant for it and no other.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, OnceLock};
use std::thread;
use std::time::Duration;

use goldspan::host::conformance::{CaseResult, Failure, Outcome, Report, cases, conform};
use goldspan::host::{Settings, Transport};
use snapbox::str;

use crate::scratch::{Scratch, repository};

/// How many extractors are tried at once: they mostly wait.
const AT_ONCE: usize = 8;

/// How many seconds an extractor that should pass may take: the machine may be busy.
const PATIENCE: u64 = 20;

/// What a program prints; `None`, told on standard error, where there is no such program.
fn printed(command: &[&str]) -> Option<String> {
    let output = Command::new(command[0]).args(&command[1..]).output().ok();
    let output = output.filter(|output| output.status.success());
    if output.is_none() {
        // Not through the macros, which the test runner would swallow.
        let _ = writeln!(std::io::stderr(), "DID NOT RUN: there is no {}", command[0]);
    }
    Some(String::from_utf8(output?.stdout).unwrap().trim().to_owned())
}

/// Python itself: what is called `python3` may be a script that takes long to find it.
fn python() -> Option<&'static str> {
    static PYTHON: OnceLock<Option<String>> = OnceLock::new();
    let find = || printed(&["python3", "-c", "import sys; print(sys.executable)"]);
    PYTHON.get_or_init(find).as_deref()
}

fn settings(command: &[&str]) -> Settings {
    let command = command.iter().map(|word| (*word).to_owned()).collect();
    let mut settings = Settings::new("under test", Transport::Command(command));
    settings.base = repository().to_owned();
    settings
}

/// What came of a command that is given so many seconds for everything.
fn tried(command: &[&str], patience: u64) -> Report {
    let mut settings = settings(command);
    let patience = Duration::from_secs(patience);
    settings.timeout = patience;
    settings.start_timeout = patience;
    settings.grace = patience;
    conform(&settings, &()).unwrap()
}

fn failure(case: &CaseResult) -> Option<&Failure> {
    match &case.outcome {
        Outcome::Failed(failure) => Some(failure),
        _ => None,
    }
}

fn failed(report: &Report) -> Vec<&str> {
    let failed = report.cases.iter().filter(|case| failure(case).is_some());
    failed.map(|case| case.name).collect()
}

fn not_applicable(report: &Report) -> Vec<&str> {
    let cases = report.cases.iter();
    let none = cases.filter(|case| matches!(case.outcome, Outcome::NotApplicable { .. }));
    none.map(|case| case.name).collect()
}

#[test]
fn the_example_in_python_passes() {
    let Some(python) = python() else { return };
    let report = tried(&[python, "-B", "extractors/years.py"], PATIENCE);
    assert_eq!(failed(&report), [""; 0], "{report:#?}");
    let mut not_applicable = not_applicable(&report);
    // Its only error is that of a request that was cancelled in time, which is a race that either may win.
    not_applicable.retain(|case| *case != "errors");
    assert_eq!(not_applicable, ["batch", "one task"]);
    assert_eq!(report.extractor, "years 1");
}

#[test]
fn the_example_in_javascript_passes() {
    if printed(&["node", "--version"]).is_none() {
        return;
    }
    let report = tried(&["node", "extractors/quotes.mjs"], PATIENCE);
    assert_eq!(failed(&report), [""; 0], "{report:#?}");
    assert_eq!(not_applicable(&report), ["one task", "cancel", "errors"]);
}

/// What a wrong extractor says of itself.
struct Wrong {
    path: PathBuf,
    fails: Vec<String>,
    says: Option<String>,
    remarks: Vec<String>,
    patience: u64,
    tries: u64,
}

impl Wrong {
    fn read(path: PathBuf) -> Self {
        let text = fs::read_to_string(&path).unwrap();
        let said = |key: &str| {
            let mut lines = text.lines();
            lines
                .find_map(|line| line.strip_prefix(key))
                .map(str::to_owned)
        };
        let list = |key: &str| -> Vec<String> {
            let said = said(key).filter(|said| said != "nothing");
            let names = said.as_deref().unwrap_or_default().split(", ");
            names
                .filter(|name| !name.is_empty())
                .map(str::to_owned)
                .collect()
        };
        let number = |key: &str| said(key).map(|said| said.parse().unwrap());
        assert!(said("# fails: ").is_some(), "{}", path.display());
        Self {
            fails: list("# fails: "),
            says: said("# says: "),
            remarks: list("# remarks: "),
            patience: number("# patience: ").unwrap_or(PATIENCE),
            tries: number("# tries: ").unwrap_or(1),
            path,
        }
    }

    /// What is not as this extractor says it is.
    fn complaint(&self, python: &str) -> Option<String> {
        let command = [python, "-BS", self.path.to_str().unwrap()];
        let report = tried(&command, self.patience);
        let told: Vec<&Failure> = report.cases.iter().filter_map(failure).collect();
        let texts = told
            .iter()
            .map(|failure| format!("{} {} {}", failure.found, failure.expected, failure.mend));
        let texts: Vec<String> = texts.collect();
        let said = |words: &String| texts.iter().any(|text| text.contains(words));
        let remarked = |name: &String| {
            let mut cases = report.cases.iter();
            cases.any(|case| case.name == name && !case.remarks.is_empty())
        };
        let right = failed(&report) == self.fails
            && self.says.as_ref().is_none_or(said)
            && self.remarks.iter().all(remarked);
        let complete = told
            .iter()
            .all(|failure| ![&failure.sent, &failure.expected].contains(&&String::new()));
        let name = self.path.file_name().unwrap().to_string_lossy();
        (!right || !complete).then(|| format!("{name}: {:?} {told:#?}", failed(&report)))
    }
}

fn wrong_extractors() -> Vec<Wrong> {
    let folder = repository().join("tests/extractors");
    let paths = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let scripts = paths.filter(|path| {
        path.extension().is_some_and(|extension| extension == "py") && !path.ends_with("base.py")
    });
    scripts.map(Wrong::read).collect()
}

#[test]
fn each_wrong_extractor_fails_the_case_that_is_meant_for_it_and_no_other() {
    let Some(python) = python() else { return };
    let wrong = wrong_extractors();
    assert!(wrong.len() >= 36, "{}", wrong.len());
    let (waiting, complaints) = (Mutex::new(wrong), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let Some(next) = waiting.lock().unwrap().pop() else {
                        return;
                    };
                    let mut complaint = next.complaint(python);
                    for _ in 1..next.tries {
                        complaint = complaint.and_then(|_| next.complaint(python));
                    }
                    complaints.lock().unwrap().extend(complaint);
                }
            });
        }
    });
    let complaints = complaints.into_inner().unwrap();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn a_wrong_extractor_is_there_for_each_case() {
    let tried: BTreeSet<String> = wrong_extractors()
        .into_iter()
        .flat_map(|wrong| [wrong.fails, wrong.remarks].concat())
        .collect();
    let rest = cases().filter(|(name, _)| !tried.contains(*name));
    assert_eq!(rest.map(|(name, _)| name).collect::<Vec<_>>(), [""; 0]);
}

/// `goldspan extractor ...` on a wrong extractor, in a folder of its own.
fn goldspan(python: &str, arguments: &str, script: &str) -> snapbox::cmd::Command {
    let path = repository().join("tests/extractors").join(script);
    let command = Scratch::new().goldspan(&format!("extractor test {arguments} -- {python} -B"));
    command.arg(path).current_dir(repository())
}

#[test]
fn the_program_prints_a_line_for_each_case_and_how_to_mend_what_failed() {
    let Some(python) = python() else { return };
    goldspan(python, "--task entities", "counts_utf16.py")
        .assert()
        .code(2)
        .stderr_eq("")
        .stdout_eq(str![[r#"
ok       handshake
ok       silence
ok       fingerprint
ok       flush
ok       one document
ok       annotations
ok       batch
ok       in flight
ok       unusual ids
ok       unknown keys
skipped  one task: it is asked for one task anyway
ok       empty text
ok       blank text
FAILED   emoji: Offsets count what "ready" says, also after emoji and combining characters.
           sent      {"t":"extract","id":6,"attempt":1,"tasks":["entities"],"deadline_ms":10000,"docs":[{"id":"d17","text":"Look 😀, the café of 👩/u{200d}👩/u{200d}👧 and 🇸🇮 is open. Ana Kos, the mayor of Ljubljana, said on Monday that the bridge would cost 4.2 million euros. /"We will stay,/" said Ana Kos. The Ministry of Transport announced the work on 3 March 2025, according to Reuters. /"The bases were closed in 1999,/" Peter Nov... (597 bytes in all)
           found     offsets that count UTF-16 units, where "ready" says "offsets": "codepoint": {"t": "result", "id": 6, "docs": [{"id": "d17", "entities": [{"start": 229, "end": 233, "label": "DATE"}, {"start": 283, "end": 287, "label": "DATE"}, {"start": 421, "end": 425, "label": "DATE"}]}]}
           expected  the places of these words: DATE: 1999; DATE: 2024; DATE: 2025
           mend      say "offsets": "utf16" in "ready", or count code points
ok       line ends
ok       edges
ok       line separators
ok       huge text
ok       same answer
ok       order
ok       cancel
ok       bye
ok       nothing left behind
ok       end of input
ok       second worker
ok       same ready
ok       ids
ok       messages
skipped  errors: it never answered with an error
ok       threads

years 1: 27 passed, 1 failed, 2 not applicable

"#]]);
}

#[test]
fn what_cannot_start_has_an_exit_code_of_its_own_and_nothing_else_is_tried() {
    let Some(python) = python() else { return };
    goldspan(python, "", "cannot_start.py")
        .assert()
        .code(105)
        .stderr_eq("")
        .stdout_eq(str![[r#"
FAILED   handshake: Hello is answered in time by a "ready" whose keys make sense.
           sent      {"t":"hello","protocol":[1],"tasks":["entities","claims"],"params":{},"seed":0,"features":["cancel"]}
           found     the error no_model: there is no model
           expected  its message "ready" within 60 s
           mend      it says itself why it cannot start; parameters are given with --param NAME=VALUE
untried  what rests on a case that failed: silence, fingerprint, flush, one document, annotations, batch, in flight, unusual ids, unknown keys, one task, empty text, blank text, emoji, line ends, edges, line separators, huge text, same answer, order, cancel, bye, nothing left behind, end of input, second worker, same ready, ids, messages, errors, threads

0 passed, 1 failed, 0 not applicable, 29 not tried

"#]]);
    let scratch = Scratch::new();
    scratch
        .goldspan("extractor test -- no-such-program")
        .assert()
        .code(105)
        .stdout_eq("")
        .stderr_eq(str![[r#"
error: extractor under test cannot start: its program cannot be run
 |
 = note: found "no-such-program", which is not there
 = help: install it, or correct the first word of the command; relative paths start at the configuration's folder

"#]]);
}

#[test]
fn json_has_the_same_and_a_dump_shows_what_passes() {
    let Some(python) = python() else { return };
    let output = goldspan(python, "--format json --dump", "greets.py")
        .output()
        .unwrap();
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&json["failed"], &json["extractor"]),
        (&1.into(), &"years 1".into())
    );
    let cases = json["cases"].as_array().unwrap();
    let messages = cases
        .iter()
        .find(|case| case["name"] == "messages")
        .unwrap();
    assert_eq!(messages["outcome"], "failed");
    assert!(messages["mend"].as_str().unwrap().contains("sys.stderr"));
    let dump = String::from_utf8(output.stderr).unwrap();
    for line in [
        "# handshake",
        "< Loading the model...",
        "> {\"t\":\"hello\",\"protocol\":[1],\"tasks\":[\"entities\",\"claims\"],\"params\":{},\"seed\":0,\"features\":[\"cancel\"]}",
        "> {\"t\":\"bye\"}",
    ] {
        assert!(dump.lines().any(|found| found == line), "{line}\n{dump}");
    }
    // Nothing is cut in the middle of an escape, and a megabyte is no line of a dump.
    assert!(dump.contains("\\u{2028}\\u{2029}\\u{85}"), "{dump}");
    assert!(dump.lines().all(|line| line.len() < 2000), "{dump}");
}

#[test]
fn a_dump_in_a_file_has_all_bytes() {
    let Some(python) = python() else { return };
    let scratch = Scratch::new();
    let path = scratch.path().join("dump.txt");
    let dump = format!("--dump={}", path.display());
    goldspan(python, &dump, "right.py")
        .assert()
        .code(0)
        .stderr_eq("");
    let written = fs::read_to_string(&path).unwrap();
    assert!(
        written
            .lines()
            .any(|line| line.starts_with("> {\"t\":\"extract\"") && line.len() > 1_000_000)
    );
}

#[test]
fn parameters_are_handed_on_and_what_makes_no_sense_is_refused() {
    let Some(python) = python() else { return };
    let script: &Path = &repository().join("extractors/years.py");
    let scratch = Scratch::new();
    let refused = scratch
        .goldspan(&format!("extractor test --param model=big -- {python} -B"))
        .arg(script)
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(105));
    let told = String::from_utf8(refused.stdout).unwrap();
    assert!(told.contains("no parameter is called model"), "{told}");
    for arguments in [
        "extractor test --",
        "extractor test",
        "extractor test --param x -- true",
        "extractor test --timeout never -- true",
        "extractor test --task names -- true",
    ] {
        scratch.goldspan(arguments).assert().code(2).stdout_eq("");
    }
    let help = scratch.goldspan("extractor").output().unwrap();
    assert!(
        String::from_utf8(help.stderr)
            .unwrap()
            .contains("Usage: goldspan extractor")
    );
}
