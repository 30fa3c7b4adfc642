//! Gates through the program: what is worse, not worse, inconclusive or not comparable, and what `sh`, `make` and CI see of it.

use std::fmt::Write;
use std::process::Output;

use crate::scratch::{Scratch, goldspan};

const DOCUMENTS: usize = 40;

/// A project whose extractor is a file of predictions, which tests replace, with these keys of one gate.
fn project(gate: &str) -> Scratch {
    let scratch = Scratch::new();
    configure(&scratch, gate);
    let mut gold = String::new();
    for number in 0..DOCUMENTS {
        let _ = writeln!(
            gold,
            r#"{{"id": "d{number:02}", "text": "Ana Kos met Bo Li in Oslo.", "entities": [{{"start": 0, "end": 7, "label": "PERSON"}}, {{"start": 12, "end": 17, "label": "PERSON"}}, {{"start": 21, "end": 25, "label": "GPE"}}]}}"#
        );
    }
    scratch.write("gold.jsonl", gold);
    scratch
}

fn configure(scratch: &Scratch, gate: &str) {
    let config = format!(
        "[corpus.news]\ngold = \"gold.jsonl\"\ntasks = [\"entities\"]\n\n[extractor.x]\npredictions = \"pred.jsonl\"\n\n[statistics]\nresamples = 2000\n\n[[gate]]\n{gate}\n"
    );
    scratch.write("goldspan.toml", config);
}

/// Predictions that find so many of the three mentions of each document.
fn predict(scratch: &Scratch, found: impl Fn(usize) -> usize) {
    let mentions = [
        r#"{"start": 0, "end": 7, "label": "PERSON"}"#,
        r#"{"start": 12, "end": 17, "label": "PERSON"}"#,
        r#"{"start": 21, "end": 25, "label": "GPE"}"#,
    ];
    let mut lines = String::new();
    for number in 0..DOCUMENTS {
        let own = mentions[..found(number)].join(", ");
        let _ = writeln!(lines, r#"{{"id": "d{number:02}", "entities": [{own}]}}"#);
    }
    scratch.write("pred.jsonl", lines);
}

/// Every mention in three of four documents, two of three in the others.
fn usual(number: usize) -> usize {
    if number.is_multiple_of(4) { 2 } else { 3 }
}

/// The exit code, and what was said of the gates.
fn run(scratch: &Scratch, arguments: &str) -> (i32, String) {
    told(
        &scratch
            .goldspan(&format!("run -q {arguments}"))
            .output()
            .unwrap(),
    )
}

fn told(output: &Output) -> (i32, String) {
    let stderr = String::from_utf8(output.stderr.clone()).unwrap();
    (output.status.code().unwrap(), stderr)
}

/// A project with an accepted baseline of the usual predictions.
fn accepted(gate: &str) -> Scratch {
    let scratch = project(gate);
    predict(&scratch, usual);
    let (_, said) = run(&scratch, "--no-gate");
    let output = scratch.goldspan("accept latest").output().unwrap();
    assert!(output.status.success(), "{said}{output:?}");
    scratch
}

const DROP: &str = "metric = \"entity.strict.f1\"\nmax-drop = \"1.0pt\"\nhard-drop = \"30pt\"";

#[test]
fn the_same_predictions_are_not_worse() {
    let scratch = accepted(DROP);
    let (code, said) = run(&scratch, "--strict");
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("1 not worse"), "{said}");
    let results = scratch.read(&format!("{}/results.json", latest(&scratch)));
    assert!(results.contains("\"verdict\": \"not-worse\""), "{results}");
}

/// The folder of the latest run.
fn latest(scratch: &Scratch) -> String {
    let runs = std::fs::read_dir(scratch.path().join(".goldspan/runs")).unwrap();
    let mut names: Vec<_> = runs.map(|run| run.unwrap().file_name()).collect();
    names.sort();
    format!(".goldspan/runs/{}", names.pop().unwrap().to_string_lossy())
}

#[test]
fn a_significant_drop_beyond_what_is_allowed_is_worse() {
    let scratch = accepted(DROP);
    predict(
        &scratch,
        |number| if number.is_multiple_of(2) { 2 } else { 3 },
    );
    let (code, said) = run(&scratch, "--junit junit.xml --markdown gate.md");
    assert_eq!(code, 100, "{said}");
    assert!(said.contains("significant (p = 0.0"), "{said}");
    assert!(scratch.read("junit.xml").contains("<failure"), "{said}");
    assert!(scratch.read("gate.md").starts_with("<!-- goldspan -->"));
}

#[test]
fn a_drop_that_may_be_chance_is_inconclusive_and_fails_only_where_it_is_asked_to() {
    let scratch = accepted(DROP);
    // Four documents lose a mention, one wins one.
    predict(&scratch, |number| match number {
        1 | 2 | 3 | 5 => 2,
        4 => 3,
        number => usual(number),
    });
    let (code, said) = run(&scratch, "");
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("may be chance"), "{said}");
    let (code, said) = run(&scratch, "--strict");
    assert_eq!(code, 102, "{said}");
}

#[test]
fn a_hard_drop_fails_whatever_the_test_says() {
    let scratch =
        accepted("metric = \"entity.strict.f1\"\nmax-drop = \"1pt\"\nhard-drop = \"2pt\"");
    predict(&scratch, |number| {
        if number == 1 {
            0
        } else if (2..4).contains(&number) {
            2
        } else {
            usual(number)
        }
    });
    let (code, said) = run(&scratch, "");
    assert_eq!(code, 100, "{said}");
    assert!(said.contains("never allowed"), "{said}");
}

#[test]
fn a_floor_needs_no_baseline() {
    let scratch = project("metric = \"entity.strict.recall\"\nfloor = 0.95");
    predict(&scratch, usual);
    let (code, said) = run(&scratch, "");
    assert_eq!(code, 100, "{said}");
    assert!(said.contains("0.9167 is below the floor 0.9500"), "{said}");
    configure(&scratch, "metric = \"entity.strict.recall\"\nfloor = 0.9");
    assert_eq!(run(&scratch, "").0, 0);
}

#[test]
fn a_baseline_that_is_missing_or_of_other_gold_is_not_compared_with() {
    let scratch = project(DROP);
    predict(&scratch, usual);
    let (code, said) = run(&scratch, "");
    assert_eq!(code, 103, "{said}");
    assert!(
        said.contains("goldspan accept latest --name main"),
        "{said}"
    );
    configure(&scratch, &format!("{DROP}\nallow-missing-baseline = true"));
    assert_eq!(run(&scratch, "").0, 0);

    let scratch = accepted(DROP);
    let gold = scratch.read("gold.jsonl").replacen("\"GPE\"", "\"LOC\"", 1);
    scratch.write("gold.jsonl", gold);
    let (code, said) = run(&scratch, "");
    assert_eq!(code, 103, "{said}");
    assert!(
        said.contains("the gold is another in 1 document (\"d00\")"),
        "{said}"
    );
    scratch.write("baselines/main.json", "{\"schema\": 1");
    let (code, said) = run(&scratch, "");
    assert_eq!(code, 103, "{said}");
}

#[test]
fn what_is_missing_or_empty_is_never_green() {
    let scratch = accepted(DROP);
    predict(&scratch, |_| 0);
    let (code, said) = run(&scratch, "");
    assert_eq!(code, 100, "{said}");
    assert!(said.contains("nothing was predicted"), "{said}");
    configure(
        &scratch,
        "metric = \"entity.strict.f1\"\nlabel = \"TIME\"\nfloor = 0.1",
    );
    let (code, said) = run(&scratch, "");
    assert_eq!(code, 100, "{said}");
    assert!(said.contains("there is no gold for it"), "{said}");
    predict(&scratch, usual);
    configure(
        &scratch,
        "metric = \"entity.strict.f1\"\nmin-support = 500\nfloor = 0.99",
    );
    let (code, said) = run(&scratch, "");
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("n = 120, fewer than 500"), "{said}");
    // Where nothing at all was judged nobody can tell.
    assert_eq!(run(&scratch, "--strict").0, 102);
}

#[test]
fn labels_and_slices_are_gated_each_by_itself() {
    let scratch =
        project("metric = \"entity.strict.recall\"\nlabel = [\"PERSON\", \"GPE\"]\nfloor = 0.8");
    predict(&scratch, usual);
    let (code, said) = run(&scratch, "");
    assert_eq!(code, 100, "{said}");
    assert!(said.contains("1 not worse, 1 worse"), "{said}");
}

#[test]
fn score_judges_the_gates_of_a_configuration_too() {
    let scratch = accepted(DROP);
    predict(&scratch, |_| 2);
    let score = |names: &str| {
        let arguments = format!("score gold.jsonl pred.jsonl --gates goldspan.toml {names}");
        told(&scratch.goldspan(&arguments).output().unwrap())
    };
    let (code, said) = score("--name x --corpus news");
    assert_eq!(code, 100, "{said}");
    let (code, said) = score("");
    assert_eq!(code, 103, "{said}");
}

#[test]
fn shells_make_and_workflows_see_the_verdict() {
    let scratch = accepted(DROP);
    predict(&scratch, |_| 1);
    let program = env!("CARGO_BIN_EXE_goldspan");
    let shell = |script: &str| {
        let mut command = std::process::Command::new("sh");
        let command = command.args(["-c", script]).current_dir(scratch.path());
        let command = command.env_remove("CI").env_remove("GITHUB_ACTIONS");
        command.output().unwrap()
    };
    let output = shell(&format!("set -e; '{program}' run -q; echo never"));
    assert_eq!(output.status.code(), Some(100), "{output:?}");
    assert!(!String::from_utf8_lossy(&output.stdout).contains("never"));

    // What a step of GitHub Actions has around it.
    let script = format!(
        "GITHUB_ACTIONS=true GITHUB_OUTPUT=out.txt GITHUB_STEP_SUMMARY=summary.md '{program}' run -q >/dev/null; echo code $? >>out.txt"
    );
    let output = shell(&script);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        stderr.contains(
            "::error title=worse%3A entity strict F1,file=goldspan.toml,line=11,col=1::x on news"
        ),
        "{stderr}"
    );
    let outputs = scratch.read("out.txt");
    assert!(
        outputs.contains("verdict=worse\n") && outputs.ends_with("code 100\n"),
        "{outputs}"
    );
    assert!(scratch.read("summary.md").starts_with("<!-- goldspan -->"));

    scratch.write("Makefile", format!("eval:\n\t'{program}' run -q\n"));
    if std::process::Command::new("make")
        .arg("--version")
        .output()
        .is_err()
    {
        let _ =
            std::io::Write::write_all(&mut std::io::stderr(), b"DID NOT RUN: there is no make\n");
        return;
    }
    // Make has a code of its own for every failure.
    let output = shell("make eval");
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("100"),
        "{output:?}"
    );
}

#[test]
fn results_with_gates_are_the_same_for_any_number_of_threads() {
    let scratch = accepted(DROP);
    predict(&scratch, |number| number % 4);
    let results = |threads: &str| {
        let arguments = format!("run -q -j {threads} --cache off -o out{threads}");
        goldspan(scratch.path(), &arguments).output().unwrap();
        scratch.read(&format!("out{threads}/results.json"))
    };
    assert_eq!(results("1"), results("4"));
}

#[test]
fn a_comparison_is_gated_with_its_first_system_as_the_baseline() {
    let scratch = project(DROP);
    predict(&scratch, usual);
    scratch.write("old.jsonl", scratch.read("pred.jsonl"));
    predict(&scratch, |_| 1);
    let compare = |systems: &str| {
        let arguments = format!("compare {systems} --gold gold.jsonl --gates goldspan.toml");
        told(&scratch.goldspan(&arguments).output().unwrap())
    };
    let (code, said) = compare("old.jsonl pred.jsonl");
    assert_eq!(code, 100, "{said}");
    assert!(said.contains("gate: 1 score: 1 worse"), "{said}");
    let (code, said) = compare("pred.jsonl old.jsonl");
    assert_eq!(code, 0, "{said}");
    // Files have no names of corpora and extractors, so a gate's names are no reason to leave them alone.
    configure(
        &scratch,
        &format!("{DROP}\ncorpus = \"news\"\nextractor = \"x\""),
    );
    let (code, said) = compare("old.jsonl old.jsonl");
    assert_eq!(code, 0, "{said}");
    let (code, said) = compare("old.jsonl pred.jsonl");
    assert_eq!(code, 100, "{said}");
    let (code, said) = compare("old.jsonl old.jsonl pred.jsonl");
    assert_eq!(code, 2, "{said}");
    assert!(
        said.contains("gates are judged between two systems"),
        "{said}"
    );
}

#[test]
fn the_bundled_extractors_are_not_worse_than_their_baseline() {
    let out = Scratch::new();
    let run = format!(
        "run -q -c baselines/newswire.toml -o {} --strict",
        out.path().join("run").display()
    );
    let (code, said) = told(
        &goldspan(crate::scratch::repository(), &run)
            .output()
            .unwrap(),
    );
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("gate: 5 scores: 5 not worse"), "{said}");
}

#[test]
fn what_is_taken_out_of_a_run_is_not_green() {
    let scratch = accepted(&format!("{DROP}\nallow-missing-baseline = true"));
    let config = scratch.read("goldspan.toml");
    // Renamed, and so gone under its old name.
    scratch.write(
        "goldspan.toml",
        config.replace("[extractor.x]", "[extractor.y]"),
    );
    let (code, said) = run(&scratch, "");
    assert_eq!(code, 100, "{said}");
    assert!(
        said.contains("it is in the baseline \"main\" and not in this run"),
        "{said}"
    );
}

#[test]
fn gates_are_judged_though_no_intervals_are_asked_for() {
    // No p-value is 0.
    let scratch = accepted("metric = \"entity.strict.f1\"\nmax-drop = \"1pt\"");
    predict(&scratch, |_| 1);
    let (code, said) = run(&scratch, "--resamples 0");
    assert_eq!(code, 100, "{said}");
    assert!(said.contains("and significant (p < 0.001)"), "{said}");
}

#[test]
fn support_is_gold_items_however_often_they_were_asked_for() {
    let scratch = project("metric = \"entity.strict.f1\"\nmin-support = 200\nfloor = 0.99");
    predict(&scratch, usual);
    let config = scratch.read("goldspan.toml");
    let three = config.replace("\n[statistics]", "repeats = 3\n\n[statistics]");
    scratch.write("goldspan.toml", three);
    let (code, said) = run(&scratch, "");
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("n = 120, fewer than 200"), "{said}");
}

#[test]
fn a_slice_that_no_document_belongs_to_is_told() {
    let scratch =
        project("metric = \"entity.strict.f1\"\nslice = { topic = \"war\" }\nfloor = 0.1");
    predict(&scratch, usual);
    let (code, said) = run(&scratch, "");
    assert_eq!(code, 100, "{said}");
    assert!(said.contains("no document has topic = \"war\""), "{said}");
}

#[test]
fn a_comparison_with_one_named_extractor_gates_that_one_alone() {
    let scratch = Scratch::project();
    let config = scratch.read("goldspan.toml");
    let gates = "\n[extractor.names]\nbuiltin = \"gazetteer\"\n\n[[gate]]\nmetric = \"entity.strict.f1\"\nmax-drop = \"1pt\"\n";
    scratch.write("goldspan.toml", config.clone() + gates);
    run(&scratch, "--no-gate -o old");
    let compare = |systems: &str| {
        let arguments = format!("compare {systems} --gates goldspan.toml");
        told(&scratch.goldspan(&arguments).output().unwrap())
    };
    let (code, said) = compare("old old:shape");
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("gate: 1 score: 1 not worse"), "{said}");
    // One that is gone from a whole run is worse.
    let shape_alone = config.replace("[extractor.quotes]\nbuiltin = \"quotes\"\n", "");
    scratch.write("shape.toml", shape_alone);
    run(&scratch, "-c shape.toml --no-gate -o new");
    let (code, said) = compare("old new");
    assert_eq!(code, 100, "{said}");
    assert!(said.contains("names on news"), "{said}");
}
