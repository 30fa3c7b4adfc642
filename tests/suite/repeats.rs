//! Extractors that are asked several times for each document: sums, the spread between repeats, the cache, going on, failures, what may be configured.

#![allow(
    clippy::exit,
    clippy::print_stderr,
    reason = "a played extractor is a program"
)]

use std::fs;
use std::io::Write;
use std::process::Command;

use serde_json::{Value, json};
use snapbox::{assert_data_eq, str};

use crate::played::{self, Voice};
use crate::scratch::Scratch;

/// Plays the extractor where goldspan has started it; see `played`. What it answers depends on how often it was asked for a document, of which it keeps count in files.
#[test]
fn child() {
    let Some(mut voice) = Voice::found() else {
        return;
    };
    let mut mood = String::new();
    for message in played::messages() {
        let answer = match message["t"].as_str().unwrap() {
            "hello" => {
                mood = message["params"]["mood"].as_str().unwrap().to_owned();
                let mut ready = json!({
                    "t": "ready", "protocol": 1, "name": "dice", "version": "1", "tasks": ["entities"],
                    "fingerprint": "dice-1", "batch": 2,
                });
                if mood != "silent" {
                    ready["deterministic"] = json!(mood == "sure");
                }
                ready
            }
            "extract" => {
                let documents = message["docs"].as_array().unwrap();
                let ids: Vec<&str> = documents
                    .iter()
                    .map(|d| d["id"].as_str().unwrap())
                    .collect();
                assert!(ids[1..].iter().all(|id| *id != ids[0]), "{ids:?}");
                let entries: Vec<Value> = ids.iter().map(|id| answer(id, &mood)).collect();
                json!({"t": "result", "id": message["id"], "docs": entries})
            }
            _ => break,
        };
        voice.say(&answer);
    }
    std::process::exit(0);
}

/// Of three documents the first time all are right, the second time not the first of them, the third time only the last.
fn answer(id: &str, mood: &str) -> Value {
    let times = asked(id) + 1;
    if mood == "killer" && id == "b" && times == 2 && !fs::exists("killed").unwrap() {
        fs::write("killed", "").unwrap();
        let host = std::os::unix::process::parent_id().to_string();
        Command::new("kill").args(["-9", &host]).status().unwrap();
        std::process::exit(0);
    }
    let mut file = fs::OpenOptions::new();
    let file = file.append(true).create(true);
    let mut file = file.open(format!("asked-{id}")).unwrap();
    file.write_all(b".").unwrap();
    if mood == "fails" && (id == "b" || id == "c" && times == 3) {
        return json!({"id": id, "error": {"code": "tired", "message": format!("of {id}")}});
    }
    let wrong = (id == "a" && times >= 2) || (id == "b" && times >= 3);
    let label = if wrong { "ORG" } else { "PERSON" };
    json!({"id": id, "entities": [{"start": 0, "end": 7, "label": label}]})
}

/// How often the extractor was asked for a document, where it runs.
fn asked(id: &str) -> usize {
    fs::read(format!("asked-{id}")).map_or(0, |bytes| bytes.len())
}

/// A project of three articles with this extractor.
fn project(mood: &str, keys: &str) -> Scratch {
    let scratch = Scratch::new();
    for id in ["a", "b", "c"] {
        scratch.write(&format!("news/{id}.txt"), "Ana Kos met Jan.\n");
        scratch.write(&format!("news/{id}.ann"), "T1\tPERSON 0 7\tAna Kos\n");
    }
    let command = played::command("repeats::child");
    scratch.write(
        "goldspan.toml",
        format!(
            "[corpus.news]\narticles = \"news\"\ntasks = [\"entities\"]\n[score]\nentity = [\"strict\"]\n\
             [extractor.x]\n{command}params = {{ mood = \"{mood}\" }}\n{keys}"
        ),
    );
    scratch
}

/// The exit code of `goldspan ARGUMENTS`, what it printed, and what it said of the extractor.
fn run(scratch: &Scratch, arguments: &str) -> (i32, String, String) {
    let output = scratch.goldspan(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let stderr = text(output.stderr);
    let own = stderr.lines().filter(|line| line.starts_with("x: "));
    let own = own.collect::<Vec<_>>().join("\n");
    let code = output.status.code().unwrap_or(-1);
    (code, text(output.stdout), own)
}

/// What the extractor got, as `results.json` has it.
fn result(scratch: &Scratch) -> Value {
    let results: Value = serde_json::from_str(&scratch.read("out/results.json")).unwrap();
    results["corpora"][0]["extractors"][0].clone()
}

/// The files of a run that must be the same however it came about.
fn kept(scratch: &Scratch, folder: &str) -> Vec<String> {
    let names = [
        "manifest.json", "documents.csv", "scores.csv", "confusion.csv", "mistakes.csv",
        "results.json", "predictions.jsonl",
    ];
    let read = |name: &str| {
        let text = scratch.read(&format!("{folder}/{name}"));
        let mut lines: Vec<&str> = text.lines().collect();
        if name == "predictions.jsonl" {
            lines.sort_unstable();
        }
        lines.join("\n")
    };
    names.map(read).to_vec()
}

#[test]
fn counts_are_sums_and_the_spread_between_repeats_is_told() {
    let scratch = project("noisy", "repeats = 3\n");
    let (code, table, told) = run(&scratch, "run -o out --cache off");
    assert_eq!((code, told.as_str()), (0, "x: 0 cached; 9 run"));
    assert_data_eq!(
        table,
        str![[r#"
x (dice) version 1 on news: 3 of 3 documents scored

   entities                   P       R      F1  95 % CI        correct  incorrect  partial  missing  spurious  support
   strict                0.6667  0.6667  0.6667  0.3333–1.0000        6          3        0        0         0        9

   by label, strict           P       R      F1  95 % CI        correct  incorrect  partial  missing  spurious  support
   ORG                   0.0000       -       -  -                    0          0        0        0         3        0
   PERSON                1.0000  0.6667  0.8000  0.5000–1.0000        6          0        0        3         0        9

  3 repeats of each document; counts are sums, and support is 3 times the gold; strict F1 of the repeats: 1.0000 0.6667 0.3333 (standard deviation 0.3333)

  note: few documents (3 of at least 50): the intervals, BCa bootstrap, may be too narrow

  note: the mistakes of --show mistakes, mistakes.csv and results.json are those of the first repeat alone


"#]]
    );
    let result = result(&scratch);
    assert_eq!(result["repeats"], 3);
    let spread = result["spread"].as_array().unwrap();
    let names: Vec<&str> = spread
        .iter()
        .map(|row| row["score"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["precision", "recall", "f1"]);
    for row in spread {
        assert_eq!(
            (&row["measure"], &row["label"]),
            (&json!("strict"), &json!("*"))
        );
        assert_eq!((&row["defined"], &row["max"]), (&json!(3), &json!(1.0)));
        for (name, expected) in [
            ("mean", 2.0 / 3.0),
            ("deviation", 1.0 / 3.0),
            ("min", 1.0 / 3.0),
        ] {
            let found = row[name].as_f64().unwrap();
            assert!((found - expected).abs() < 1e-12, "{name}: {found}");
        }
    }
    assert_eq!(result["mistakes"], json!([]), "the first repeat made none");
    let rows = scratch.read("out/documents.csv");
    assert!(
        rows.contains("news,a,x,entities,strict,*,1,2,0,0,0\n"),
        "{rows}"
    );
    assert!(scratch.read("out/manifest.json").contains("\"repeats\": 3"));
    let predictions = scratch.read("out/predictions.jsonl");
    let lines = |part: &str| {
        predictions
            .lines()
            .filter(|line| line.contains(part))
            .count()
    };
    assert_eq!((lines("\"id\""), lines("\"repeat\":")), (9, 6));
    assert_eq!((lines("\"repeat\":2"), lines("\"repeat\":3")), (3, 3));
}

#[test]
fn each_repeat_is_cached_apart_and_the_first_is_that_of_a_run_without_repeats() {
    let scratch = project("noisy", "");
    let (_, _, told) = run(&scratch, "run -o out");
    assert_eq!(
        told,
        "x: 0 cached; 3 run\nx: it says that it may answer differently each time; repeats = 3 in its table, or --repeats 3, measures by how much"
    );
    assert_eq!(result(&scratch)["repeats"], 1);
    assert_eq!(result(&scratch).get("spread"), None);
    let (_, plan, _) = run(&scratch, "run --repeats 3 --dry-run");
    let line = plan.lines().last().unwrap();
    assert!(
        line.contains(": 3 cached (oldest ")
            && line.contains(", 6 to run (3 repeats of each document);"),
        "{line}"
    );
    let (code, _, told) = run(&scratch, "run -o out --repeats 3");
    assert_eq!(code, 0);
    assert!(
        told.starts_with("x: 3 cached (") && told.ends_with("; 6 run"),
        "{told}"
    );
    let first = scratch.read("out/results.json");
    let (_, _, told) = run(&scratch, "run -o out --repeats 3");
    assert!(
        told.starts_with("x: 9 cached (") && told.ends_with("; 0 run"),
        "{told}"
    );
    assert_eq!(scratch.read("out/results.json"), first);
    let (_, _, told) = run(&scratch, "run -o out --repeats 3 --cache refresh");
    assert_eq!(told, "x: 0 cached; 9 run");
}

#[test]
fn a_killed_run_goes_on_within_its_repeats_and_ends_with_the_same_bytes() {
    let undisturbed = project("killer", "repeats = 3\n");
    undisturbed.write("killed", "");
    assert_eq!(run(&undisturbed, "run -q --cache off -o out").0, 0);
    let scratch = project("killer", "repeats = 3\n");
    let (code, ..) = run(&scratch, "run -q --cache off -o out");
    assert_eq!(code, -1, "it was killed");
    // What was answered and not yet taken down is asked for again; here all that was answered was in the repeat before.
    let before: Vec<String> = scratch
        .read("out/predictions.jsonl")
        .lines()
        .map(str::to_owned)
        .collect();
    assert_eq!(before.len(), 3, "{before:?}");
    // The extractor that was killed with its host had counted the document beside the guilty one.
    scratch.write("asked-a", ".");
    let (code, _, told) = run(&scratch, "run --cache off -o out");
    assert_eq!(
        (code, told.as_str()),
        (0, "x: 3 kept by the unfinished run; 0 cached; 6 run")
    );
    assert_eq!(kept(&scratch, "out"), kept(&undisturbed, "out"));
}

#[test]
fn a_run_without_some_of_its_lines_asks_for_these_repeats_alone() {
    let scratch = project("noisy", "repeats = 3\n");
    assert_eq!(run(&scratch, "run -q --cache off -o out").0, 0);
    let before = kept(&scratch, "out");
    fs::remove_file(scratch.path().join("out/results.json")).unwrap();
    let text = scratch.read("out/predictions.jsonl");
    let gone = |line: &str| line.contains("\"c\"") && line.contains("\"repeat\":2");
    let left: Vec<&str> = text.lines().filter(|line| !gone(line)).collect();
    scratch.write(
        "out/predictions.jsonl",
        left.join("\n") + "\n{\"id\":\"c\",\"cor",
    );
    let (_, plan, _) = run(&scratch, "run --cache off -o out --dry-run");
    assert!(
        plan.contains("8 kept, 1 to run (3 repeats of each document)"),
        "{plan}"
    );
    // What it says of c is always the same.
    let (code, _, told) = run(&scratch, "run --cache off -o out");
    assert_eq!(
        (code, told.as_str()),
        (0, "x: 8 kept by the unfinished run; 0 cached; 1 run")
    );
    assert_eq!(kept(&scratch, "out"), before);
    let counted = fs::read(scratch.path().join("asked-c")).unwrap().len();
    assert_eq!(counted, 4);
}

#[test]
fn a_repeat_that_fails_counts_as_nothing_predicted_and_once_for_the_budget() {
    let scratch = project("fails", "repeats = 3\n");
    let output = scratch
        .goldspan("run -q --cache off -o out")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(104));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(
        stderr.contains("4 of 9 extractions failed, more than the budget of 0"),
        "{stderr}"
    );
    let result = result(&scratch);
    assert_eq!(
        result["failures"],
        json!([
            {"document": "b", "error": "3 of 3 repeats: tired: of b"},
            {"document": "c", "error": "1 of 3 repeats: tired: of c (repeat 3)"},
        ])
    );
    let row = &result["scores"][0];
    let counts = ["correct", "incorrect", "missing"].map(|name| row[name].as_u64().unwrap());
    assert_eq!(counts, [3, 2, 4]);
    assert_eq!(
        result["mistakes"].as_array().unwrap().len(),
        1,
        "b, the first time"
    );
    for (budget, code) in [("4", 0), ("3", 104), ("45%", 0), ("44%", 104)] {
        let arguments = format!("run -q --cache off -o out --max-failures {budget}");
        for id in ["a", "b", "c"] {
            fs::remove_file(scratch.path().join(format!("asked-{id}"))).unwrap();
        }
        assert_eq!(run(&scratch, &arguments).0, code, "{budget}");
    }
}

#[test]
fn threads_and_workers_change_no_byte() {
    let files = ["-j 1", "-j 4"].map(|jobs| {
        let shape =
            "repeats = 3\nworkers = 2\n[extractor.shape]\nbuiltin = \"shape\"\nrepeats = 2\n";
        let scratch = project("noisy", shape);
        assert_eq!(
            run(&scratch, &format!("run -q --cache off -o out {jobs}")).0,
            0
        );
        kept(&scratch, "out")
    });
    assert_eq!(files[0], files[1]);
    let results: Value = serde_json::from_str(&files[0][5]).unwrap();
    let shape = &results["corpora"][0]["extractors"][0];
    assert_eq!(
        (&shape["name"], &shape["repeats"]),
        (&json!("shape"), &json!(2))
    );
    assert_eq!(shape["scores"][0]["possible"], 6);
    assert_eq!(
        shape["spread"][1]["deviation"], 0.0,
        "built in, so always the same"
    );
}

#[test]
fn the_flag_is_for_those_that_may_vary() {
    for (mood, repeats) in [("noisy", 2), ("silent", 2), ("sure", 1)] {
        let shape = "repeats = 1\n[extractor.z]\nbuiltin = \"shape\"\n";
        let scratch = project(mood, shape);
        let (_, plan, told) = run(&scratch, "run --dry-run --cache off --repeats 2");
        let lines: Vec<&str> = plan.lines().skip(1).collect();
        let to_run = format!(": {} to run", 3 * repeats);
        assert!(lines[0].contains(&to_run), "{mood}: {plan}");
        assert!(lines[1].contains(": 3 to run; built in"), "{plan}");
        let said = "x: --repeats 2 passes it over, since its answers are said never to vary; repeats = 2 in its table would not";
        assert_eq!(told, if mood == "sure" { said } else { "" });
    }
}

#[test]
fn how_often_is_a_number_from_one_to_a_hundred() {
    let expect = |keys: &str, stderr: &str| {
        let scratch = project("noisy", keys);
        scratch
            .goldspan("run")
            .assert()
            .code(2)
            .stderr_eq(stderr.to_owned());
    };
    expect(
        "repeats = 0\n",
        "error: an extractor cannot be asked for each document so often\n --> goldspan.toml:9:11\n  |\n9 | repeats = 0\n  |           ^ found 0\n  |\n  = note: expected 1 to 100, such as repeats = 3\n",
    );
    expect(
        "repeats = 101\n",
        "error: an extractor cannot be asked for each document so often\n --> goldspan.toml:9:11\n  |\n9 | repeats = 101\n  |           ^^^ found 101\n  |\n  = note: expected 1 to 100, such as repeats = 3\n",
    );
    expect(
        "repeats = \"x\"\n",
        "error: repeats has the wrong type\n...\n",
    );
    for wrong in ["0", "101", "x", "-1"] {
        let output = project("noisy", "")
            .goldspan(&format!("run --repeats={wrong}"))
            .output();
        let output = output.unwrap();
        assert_eq!(output.status.code(), Some(2));
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(
            stderr.contains("expected a whole number from 1 to 100"),
            "{stderr}"
        );
    }
}
