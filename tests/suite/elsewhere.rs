//! Extractors that live elsewhere where all goes well or is told before a run: programs for each document, files of predictions, quotations, `check`, `cache`.

#![allow(
    clippy::exit,
    clippy::print_stderr,
    reason = "a played extractor is a program"
)]

use serde_json::{Value, json};
use snapbox::{assert_data_eq, str};

use crate::played::{self, Voice};
use crate::scratch::Scratch;

/// Plays the extractor where goldspan has started it; see `played`.
#[test]
fn child() {
    let Some(mut voice) = Voice::found() else {
        return;
    };
    let mut mood = String::new();
    let mut requests = 0;
    for message in played::messages() {
        let answer = match message["t"].as_str().unwrap() {
            "hello" => {
                mood = message["params"]["mood"].as_str().unwrap().to_owned();
                let offsets = if mood == "quotes" {
                    "none"
                } else {
                    "codepoint"
                };
                let deterministic = mood != "honest";
                json!({
                    "t": "ready", "protocol": 1, "name": "moody", "version": "3", "tasks": ["entities", "claims"],
                    "offsets": offsets, "batch": 8, "deterministic": deterministic,
                })
            }
            "extract" => {
                requests += 1;
                let documents = message["docs"].as_array().unwrap();
                let entry = |document: &Value| answer(document, &mood, documents.len(), requests);
                let entries: Vec<Value> = documents.iter().map(entry).collect();
                json!({"t": "result", "id": message["id"], "docs": entries})
            }
            _ => break,
        };
        voice.say(&answer);
    }
    std::process::exit(0);
}

fn answer(document: &Value, mood: &str, together: usize, requests: usize) -> Value {
    let id = &document["id"];
    let label = match mood {
        "by-batch" if together > 1 => "ORG",
        "by-time" | "honest" if requests > 1 => "ORG",
        _ => "PERSON",
    };
    if mood == "quotes" {
        let claim =
            json!({"content": "“the bases were closed”", "source": "ana kos", "cue": "said"});
        let entities =
            json!([{"text": "Ana  Kos", "label": "PERSON"}, {"text": "Paris", "label": "GPE"}]);
        return json!({"id": id, "entities": entities, "claims": [claim]});
    }
    json!({"id": id, "entities": [{"start": 0, "end": 7, "label": label}]})
}

const TEXT: &str = "Ana Kos said the bases were closed.\n";

const GOLD: &str = "\
T1\tPERSON 0 7\tAna Kos
T2\tSource 0 7\tAna Kos
T3\tCue 8 12\tsaid
T4\tContent 13 34\tthe bases were closed
E1\tAttribution:T3 Source:T2 Cue:T3 Content:T4
";

/// A project of three articles with this extractor.
fn project(extractor: &str) -> Scratch {
    let scratch = Scratch::new();
    for id in ["a", "b", "c"] {
        scratch.write(&format!("news/{id}.txt"), TEXT);
        scratch.write(&format!("news/{id}.ann"), GOLD);
    }
    scratch.write(
        "goldspan.toml",
        format!(
            "[corpus.news]\narticles = \"news\"\n[score]\nentity = [\"strict\"]\nclaim = {{ levels = [\"exact\"] }}\n[extractor.x]\n{extractor}"
        ),
    );
    scratch
}

fn moody(mood: &str) -> Scratch {
    let command = played::command("elsewhere::child");
    project(&format!("{command}params = {{ mood = \"{mood}\" }}\n"))
}

/// The scores of all labels together, and of the parts of claims: measure, label, the five counts; then what failed.
fn scores(scratch: &Scratch, folder: &str) -> String {
    let results: Value =
        serde_json::from_str(&scratch.read(&format!("{folder}/results.json"))).unwrap();
    let extractor = &results["corpora"][0]["extractors"][0];
    let rows = extractor["scores"].as_array().unwrap().iter();
    let pooled = |row: &Value| row["label"] == "*" && row["average"] == "micro";
    let all = rows.filter(|row| row["task"] == "claims" || pooled(row));
    let line = |row: &Value| {
        let counts = ["correct", "incorrect", "partial", "missing", "spurious"];
        let counts = counts.map(|count| row[count].to_string());
        let name = |key: &str| row[key].as_str().unwrap();
        let (measure, label) = (name("measure"), name("label"));
        format!("{measure} {label} {}\n", counts.join(" "))
    };
    let mut told: String = all.map(line).collect();
    for failure in extractor["failures"].as_array().unwrap() {
        let text = |key: &str| failure[key].as_str().unwrap();
        told += &format!("{}: {}\n", text("document"), text("error"));
    }
    told
}

fn run(scratch: &Scratch) -> (i32, String) {
    let output = scratch.goldspan("run -o out").output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    let own: Vec<&str> = stderr
        .lines()
        .filter(|line| line.starts_with("x: "))
        .collect();
    (output.status.code().unwrap(), own.join("\n"))
}

#[test]
fn a_program_for_each_document_reads_the_text_and_prints_an_object() {
    let script = "#!/bin/sh\ncat > \"$GOLDSPAN_DOCUMENT.seen\"\n\
        [ \"$GOLDSPAN_DOCUMENT\" = b ] && { echo no such word >&2; exit 4; }\n\
        [ \"$GOLDSPAN_DOCUMENT\" = c ] && { echo loading; }\n\
        echo '{\"entities\": [{\"start\": 0, \"end\": '$GOLDSPAN_PARAM_END', \"label\": \"'$GOLDSPAN_TASKS'\"}]}'\n";
    let scratch = project(
        "once = [\"sh\", \"x.sh\"]\ntasks = [\"entities\"]\nparams = { end = 7 }\nlabels = { entities = \"PERSON\" }\ninputs = [\"x.sh\"]\nversion = 2\n",
    );
    scratch.write("x.sh", script);
    let (code, told) = run(&scratch);
    assert_eq!((code, told.as_str()), (104, "x: 0 cached; 3 run"));
    assert_eq!(scratch.read("a.seen"), TEXT);
    assert_data_eq!(
        scores(&scratch, "out"),
        str![[r#"
strict * 1 0 0 2 0
b: crash: it exited with code 4; its last words: no such word
c: protocol: what it printed is no JSON object: "loading/n{/"entities/": [{/"start/": 0, /"end/": 7, /"label/": /"entities/"}]}/n" (expected value at line 1 column 1)

"#]]
    );
    // Only what worked is kept.
    let told = run(&scratch).1;
    assert!(
        told.starts_with("x: 1 cached (oldest ") && told.ends_with("; 2 run"),
        "{told}"
    );
}

#[test]
fn a_program_may_leave_something_behind_and_may_answer_with_an_error() {
    let scratch = project("once = [\"sh\", \"x.sh\"]\ntasks = [\"entities\"]\ntimeout = \"5s\"\n");
    scratch.write(
        "x.sh",
        "cat >/dev/null; [ $GOLDSPAN_DOCUMENT = b ] && { echo '{\"error\": {\"message\": \"too long\"}}'; exit 0; }\n\
         sleep 100 & echo '{\"entities\": [{\"start\": 0, \"end\": 7, \"label\": \"PERSON\"}]}'\n",
    );
    let (code, told) = run(&scratch);
    assert_eq!(code, 104);
    assert!(
        told.contains("x: left processes behind for 2 documents, which were ended"),
        "{told}"
    );
    assert_eq!(
        scores(&scratch, "out"),
        "strict * 2 0 0 1 0\nb: error: too long\n"
    );
}

#[test]
#[cfg(target_os = "linux")]
fn the_memory_of_what_a_program_starts_is_limited_too() {
    let scratch = project("once = [\"sh\", \"x.sh\"]\ntasks = [\"entities\"]\nmemory = \"1GiB\"\n");
    scratch.write(
        "x.sh",
        "env -i /bin/sh -c 'ulimit -v' >> limits; cat >/dev/null; echo '{\"entities\": []}'\n",
    );
    for _ in 0..5 {
        assert_eq!(run(&scratch).0, 0);
    }
    let limits = scratch.read("limits");
    assert_eq!(limits, "1048576\n".repeat(15));
}

#[test]
fn what_a_program_prints_with_a_misspelt_key_is_no_empty_answer() {
    let scratch = project("once = [\"sh\", \"x.sh\"]\ntasks = [\"entities\"]\n");
    scratch.write("x.sh", "cat >/dev/null; echo '{\"entitys\": []}'\n");
    assert_eq!(run(&scratch).0, 104);
    let told = scores(&scratch, "out");
    let expected = "a: protocol: what it printed has neither entities nor claims nor error: ";
    assert!(told.contains(expected), "{told}");
}

#[test]
fn a_folder_whose_name_looks_like_a_pattern_holds_inputs_all_the_same() {
    let scratch = Scratch::new();
    scratch.write("p[1]/news/a.txt", TEXT);
    scratch.write("p[1]/news/a.ann", GOLD);
    scratch.write("p[1]/x.sh", "cat >/dev/null; echo '{\"entities\": []}'\n");
    scratch.write(
        "p[1]/goldspan.toml",
        "[corpus.news]\narticles = \"news\"\n[extractor.x]\nonce = [\"sh\", \"x.sh\"]\ntasks = [\"entities\"]\ninputs = [\"./*.sh\"]\n",
    );
    let told = || {
        let output = scratch.goldspan("run -c ./p[1]/goldspan.toml -o out");
        let output = output.output().unwrap();
        String::from_utf8(output.stderr).unwrap()
    };
    let first = told();
    assert!(first.contains("x: 0 cached; 1 run"), "{first}");
    assert!(told().contains("x: 1 cached (oldest"));
    scratch.write(
        "p[1]/x.sh",
        "cat >/dev/null; echo '{\"entities\": []}' # other\n",
    );
    assert!(
        told().contains("x: 0 cached; 1 run"),
        "the input is another"
    );
}

#[test]
fn a_cache_that_is_only_read_is_not_made() {
    let scratch = moody("plain");
    let config = scratch.read("goldspan.toml") + "inputs = [\"news/a.txt\"]\n";
    scratch.write("goldspan.toml", config);
    let there = || scratch.path().join(".goldspan/cache").exists();
    for arguments in ["run --cache read -o out", "run --dry-run"] {
        scratch.goldspan(arguments).assert().code(0);
        assert!(!there(), "{arguments}");
    }
    scratch.goldspan("run -o out").assert().code(0);
    assert!(there());
    let output = scratch
        .goldspan("run --cache read -o out")
        .output()
        .unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("x: 3 cached (oldest"), "{stderr}");
}

#[test]
fn an_audit_without_a_cache_to_read_is_refused() {
    for how in ["off", "refresh"] {
        let arguments = format!("run --cache {how} --cache-audit 5%");
        let output = moody("plain").goldspan(&arguments).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(
            stderr.contains("--cache-audit has nothing to compare"),
            "{stderr}"
        );
    }
}

#[test]
fn files_of_predictions_are_an_extractor_in_any_format() {
    let scratch = project("predictions = \"preds\"\n");
    scratch.write("preds/a.ann", GOLD);
    scratch.write("preds/b.ann", "T1\tPERSON 0 3\tAna\n");
    let (code, told) = run(&scratch);
    assert_eq!(code, 104);
    assert_eq!(
        told,
        "x: 0 cached; 3 run\nx: not cached: its answers are files already"
    );
    assert_data_eq!(
        scores(&scratch, "out"),
        str![[r#"
strict * 1 1 0 1 0
exact claim 1 0 0 2 0
exact content 1 0 0 2 0
exact source 1 0 0 2 0
exact cue 1 0 0 2 0
c: missing: the files have no prediction for this document

"#]]
    );
    scratch.write(
        "preds.jsonl",
        r#"{"id": "a", "entities": [{"start": 0, "end": 7, "label": "PERSON"}]}
{"id": "b", "error": "too long"}
{"id": "c", "entities": [{"start": 0, "end": 99, "label": "PERSON"}]}
"#,
    );
    let config = scratch
        .read("goldspan.toml")
        .replace("\"preds\"", "\"preds.jsonl\"");
    scratch.write("goldspan.toml", config);
    assert_eq!(run(&scratch).0, 104);
    assert_data_eq!(
        scores(&scratch, "out"),
        str![[r#"
strict * 1 0 0 2 0
b: failed: too long
c: bad_answer: preds.jsonl:3:26: document c: entity 0: an offset lies outside the text: found 0 99, expected offsets up to 36, the length of the text in code points (no way of counting reaches so far into this text: restore the text that was labelled, or correct the offsets)

"#]]
    );
}

#[test]
fn quotations_are_found_in_the_article_and_those_nowhere_are_spurious() {
    let scratch = moody("quotes");
    let (code, told) = run(&scratch);
    assert_eq!(code, 0);
    assert_data_eq!(
        told,
        str![[r#"
x: 0 cached; 3 run
x: not cached: it has no fingerprint, and no inputs are declared
x: quotations ambiguous 0
x: quotations exact 3
x: quotations fuzzy 0
x: quotations normalised 9
x: quotations nowhere 3
"#]]
    );
    assert_data_eq!(
        scores(&scratch, "out"),
        str![[r#"
strict * 3 0 0 0 3
exact claim 3 0 0 0 0
exact content 3 0 0 0 0
exact source 3 0 0 0 0
exact cue 3 0 0 0 0

"#]]
    );
}

#[test]
fn only_the_tasks_that_are_asked_for_are_answered() {
    let scratch = moody("plain");
    let config = scratch.read("goldspan.toml") + "tasks = [\"claims\"]\n";
    scratch.write("goldspan.toml", config);
    assert_eq!(run(&scratch).0, 0);
    assert_data_eq!(
        scores(&scratch, "out"),
        str![[r#"
exact claim 0 0 0 3 0
exact content 0 0 0 3 0
exact source 0 0 0 3 0
exact cue 0 0 0 3 0

"#]]
    );
}

#[test]
fn an_extractor_that_answers_otherwise_when_asked_otherwise_is_found_by_check() {
    let findings = |mood: &str| {
        let output = moody(mood).goldspan("check").output().unwrap();
        let stdout = String::from_utf8(output.stdout).unwrap();
        let own = stdout
            .lines()
            .filter(|line| line.contains("[nondeterministic]"));
        own.map(|line| format!("{line}\n")).collect::<String>()
    };
    assert_eq!(findings("plain"), "");
    assert_eq!(findings("honest"), "", "who says that it varies may");
    assert_data_eq!(
        findings("by-batch"),
        str![[r#"
warning[nondeterministic]: extractor x answers otherwise for document a in another order
warning[nondeterministic]: extractor x answers otherwise for document b alone
warning[nondeterministic]: extractor x answers otherwise for document c in another order

"#]]
    );
    assert_data_eq!(
        findings("by-time"),
        str![[r#"
warning[nondeterministic]: extractor x answers otherwise for document a in another order
warning[nondeterministic]: extractor x answers otherwise for document b in another order

"#]]
    );
}

#[test]
fn what_is_wrong_in_the_configuration_of_an_extractor_is_told_with_its_line() {
    let scratch =
        project("command = []\ntimeout = \"30\"\nmemory = \"4\"\nworkers = 0\nretry = 2\n");
    let config = scratch.read("goldspan.toml")
        + "[extractor.y]\nonce = [\"x\"]\nbuiltin = \"shape\"\n\
           [extractor.z]\nonce = [\"no-such-program-here\"]\noffsets = \"utf8\"\n";
    scratch.write("goldspan.toml", config);
    scratch.goldspan("run").assert().code(2).stderr_eq(str![[r#"
error: command is empty
 --> goldspan.toml:6:12
  |
6 | [extractor.x]
  |            ^
  |
  = note: expected a program and its arguments: command = ["python3", "extractors/x.py"]
error: timeout cannot be read
 --> goldspan.toml:8:11
  |
8 | timeout = "30"
  |           ^^^^ found "30"
  |
  = note: expected a time such as "30s", "250ms" or "2m"
error: memory cannot be read
 --> goldspan.toml:9:10
  |
9 | memory = "4"
  |          ^^^ found "4"
  |
  = note: expected a size such as "4GiB" or "512MiB"
error: workers is too small
  --> goldspan.toml:10:11
   |
10 | workers = 0
   |           ^ found 0
   |
   = note: expected 1 or more
error: extractor.x has no key of this name
  --> goldspan.toml:11:1
   |
11 | retry = 2
   | ^^^^^ found "retry"
   |
   = note: expected one of builtin, command, once, predictions, http, llm, tasks, params, inputs, env, cache, workers, retries, threads, restarts, batch, timeout, slow-after, grace, start-timeout, memory, max-line, labels, repeats
   = help: did you mean "retries"?
error: extractor y is several things at once
  --> goldspan.toml:12:12
   |
12 | [extractor.y]
   |            ^ found builtin, once
   |
   = note: expected one of builtin, command, once, http, predictions, llm; builtin = one of gazetteer, shape, quotes, attribution
error: there is no unit of offsets of this name
  --> goldspan.toml:17:11
   |
17 | offsets = "utf8"
   |           ^^^^^^ found "utf8"
   |
   = note: expected one of codepoint, utf16, byte, grapheme
   = help: did you mean "utf16"?
error: 7 problems; nothing was evaluated

"#]]);
    let scratch = project("once = [\"no-such-program-here\"]\n");
    scratch
        .goldspan("run")
        .assert()
        .code(105)
        .stderr_eq(str![[r#"
error: extractor x cannot start: its program cannot be run
 |
 = note: found "no-such-program-here", which is not there
 = help: install it, or correct the first word of the command; relative paths start at the configuration's folder

"#]]);
    let scratch = project("once = [\"sh\"]\ninputs = [\"models/*.bin\"]\n");
    scratch.goldspan("run").assert().code(2).stderr_eq(str![[r#"
error: extractor x: no file matches this of its inputs
 |
 = note: found "models/*.bin"
 = note: expected files, relative to the configuration's folder
 = help: correct inputs; what is not there cannot be hashed into the cache key

"#]]);
}

#[test]
fn the_cache_says_what_it_holds_and_gives_up_what_it_is_told_to() {
    let scratch = moody("plain");
    let config = scratch.read("goldspan.toml") + "inputs = [\"news/a.txt\"]\n";
    scratch.write("goldspan.toml", config);
    scratch
        .goldspan("cache stat")
        .assert()
        .code(0)
        .stdout_eq(str![[r#"
there is no cache: .goldspan/cache/predictions.redb does not exist

"#]]);
    assert_eq!(run(&scratch).0, 0);
    scratch
        .goldspan("cache stat")
        .assert()
        .code(0)
        .stdout_eq(str![[r#"
.goldspan/cache/predictions.redb: 3 predictions in [..] MB
  x: 3, 365 bytes
  all extractors (oldest [..])

"#]]);
    scratch
        .goldspan("cache prune --older-than 1d")
        .assert()
        .code(0)
        .stdout_eq(str![[r#"
0 predictions taken out, 3 left

"#]]);
    scratch
        .goldspan("cache verify")
        .assert()
        .code(0)
        .stdout_eq(str![[r#"
.goldspan/cache/predictions.redb: 3 predictions in [..] MB
  x: 3, 365 bytes
  all extractors (oldest [..])
all of them are whole

"#]]);
    scratch
        .goldspan("cache prune --extractor x")
        .assert()
        .code(0)
        .stdout_eq(str![[r#"
3 predictions taken out, 0 left

"#]]);
    scratch.write(".goldspan/cache/predictions.redb", "not a database");
    scratch
        .goldspan("cache stat")
        .assert()
        .code(2)
        .stderr_eq(str![[r#"
error: the cache of predictions cannot be used
--> .goldspan/cache/predictions.redb
 = note: found I/O error: Not a redb database: magic number mismatch
 = note: expected a cache that goldspan wrote, in a folder that can be written
 = help: delete the file, which costs only time, or run with --cache off

"#]]);
    // Nothing is lost with a cache that is broken, and nothing is done behind anyone's back.
    scratch.goldspan("run -o out2").assert().code(2);
    scratch
        .goldspan("run -q --cache off -o out2")
        .assert()
        .code(0);
}
