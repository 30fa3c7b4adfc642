//! Runs that are killed or interrupted and started again: they go on, end with the same bytes, and ask for nothing twice. And the cache, which outlives runs.

#![allow(
    clippy::exit,
    clippy::print_stderr,
    reason = "a played extractor is a program"
)]

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::played::{self, Voice};
use crate::scratch::Scratch;

/// How many documents the runs have.
const DOCUMENTS: usize = 60;

/// Plays the extractor where goldspan has started it; see `played`. It marks the first word, takes a moment for each document, and notes what it was asked for.
#[test]
fn child() {
    use std::io::Write;
    let Some(mut voice) = Voice::found() else {
        return;
    };
    let mut asked = fs::OpenOptions::new();
    let mut asked = asked.append(true).create(true).open("asked").unwrap();
    let mut pause = 0;
    let mut label = String::new();
    for message in played::messages() {
        let answer = match message["t"].as_str().unwrap() {
            "hello" => {
                pause = message["params"]["pause"]
                    .as_str()
                    .unwrap()
                    .parse()
                    .unwrap();
                label = fs::read_to_string("label").unwrap_or_else(|_| "PERSON".to_owned());
                serde_json::json!({
                    "t": "ready", "protocol": 1, "name": "first", "version": "1", "tasks": ["entities"],
                    "fingerprint": "first-1", "batch": 2, "in_flight": 2,
                })
            }
            "extract" => {
                let entry = |document: &Value| {
                    // One answers only when it is asked again.
                    if document["id"] == "d05"
                        && message["attempt"] == 1
                        && Path::new("flaky").exists()
                    {
                        return serde_json::json!({"id": "d05", "error": {"code": "busy", "message": "later", "retryable": true}});
                    }
                    let text = document["text"].as_str().unwrap();
                    let end = text.split(' ').next().unwrap().chars().count();
                    serde_json::json!({"id": document["id"], "entities": [{"start": 0, "end": end, "label": label}]})
                };
                let documents = message["docs"].as_array().unwrap();
                let entries: Vec<Value> = documents.iter().map(entry).collect();
                for document in documents {
                    writeln!(asked, "{}", document["id"].as_str().unwrap()).unwrap();
                    sleep(Duration::from_millis(pause));
                }
                serde_json::json!({"t": "result", "id": message["id"], "docs": entries})
            }
            _ => std::process::exit(0),
        };
        voice.say(&answer);
    }
    std::process::exit(0);
}

/// A project whose extractor takes `pause` milliseconds for a document.
fn project(pause: u64) -> Scratch {
    let scratch = Scratch::new();
    for number in 0..DOCUMENTS {
        let text = format!("Ana{} met Jan in Zürich.\n", "a".repeat(number % 7));
        scratch.write(&format!("news/d{number:02}.txt"), &text);
        // Of every third the gold is another than the answer.
        let end = if number % 3 == 0 { 2 } else { 3 + number % 7 };
        let ann = format!("T1\tPERSON 0 {end}\t{}\n", &text[..end]);
        scratch.write(&format!("news/d{number:02}.ann"), ann);
    }
    let command = played::command("going_on::child");
    scratch.write(
        "goldspan.toml",
        format!(
            "[corpus.news]\narticles = \"news\"\ntasks = [\"entities\"]\n\
             [extractor.first]\n\
             {command}\
             params = {{ pause = {pause} }}\nworkers = 2\n\
             [extractor.shape]\nbuiltin = \"shape\"\n"
        ),
    );
    scratch
}

/// The files of a run that must be the same however it came about; the predictions as a set of lines.
fn kept(folder: &Path) -> Vec<(String, String)> {
    let names = [
        "manifest.json", "documents.csv", "scores.csv", "confusion.csv", "mistakes.csv",
        "results.json", "predictions.jsonl",
    ];
    let read = |name: &str| {
        let text = fs::read_to_string(folder.join(name)).unwrap();
        let mut lines: Vec<&str> = text.lines().collect();
        if name == "predictions.jsonl" {
            lines.sort_unstable();
        }
        (name.to_owned(), lines.join("\n"))
    };
    names.map(read).to_vec()
}

fn start(scratch: &Scratch, arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_goldspan"))
        .current_dir(scratch.path())
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn asked(scratch: &Scratch) -> usize {
    let asked = fs::read_to_string(scratch.path().join("asked")).unwrap_or_default();
    asked.lines().count()
}

fn alive(run: &mut Child) -> bool {
    run.try_wait().unwrap().is_none()
}

/// Waits until so many documents were asked for; a run that ends before would be waited for without end.
fn until_asked(scratch: &Scratch, run: &mut Child, count: usize) {
    while asked(scratch) < count {
        assert!(alive(run), "the run ended before it had asked for {count}");
        sleep(Duration::from_millis(2));
    }
}

/// Random enough to kill at any moment, and the same in each run of the tests.
fn moments(seed: u64) -> impl Iterator<Item = u64> {
    let mut state = seed;
    std::iter::repeat_with(move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        state >> 33
    })
}

/// Kills runs of the project at random moments, starts them again until each is done, and compares the results with those of a run that nobody disturbed.
fn kill_and_go_on(runs: usize, seed: u64) {
    let scratch = project(2);
    let done = start(
        &scratch,
        &["run", "-q", "--cache", "off", "-o", "undisturbed"],
    )
    .wait();
    assert!(done.unwrap().success());
    let expected = kept(&scratch.path().join("undisturbed"));
    let mut moments = moments(seed);
    let (mut killed, mut finished) = (0, 0);
    while killed < runs {
        let mut kills = 0;
        loop {
            let mut run = start(&scratch, &["run", "-q", "--cache", "off", "-o", "out"]);
            let begun = Instant::now();
            let moment = Duration::from_millis(moments.next().unwrap() % 220);
            // A run that is killed again and again must not be so for ever.
            while kills < 6 && alive(&mut run) && begun.elapsed() < moment {
                sleep(Duration::from_millis(1));
            }
            if kills < 6 && alive(&mut run) {
                run.kill().unwrap();
                run.wait().unwrap();
                kills += 1;
                killed += 1;
                continue;
            }
            assert!(run.wait().unwrap().success());
            break;
        }
        finished += 1;
        assert_eq!(
            kept(&scratch.path().join("out")),
            expected,
            "after {kills} kills"
        );
        fs::remove_dir_all(scratch.path().join("out")).unwrap();
    }
    assert!(finished > 0);
}

#[test]
fn runs_killed_at_any_moment_go_on_and_end_with_the_same_bytes() {
    kill_and_go_on(25, 7);
}

#[cfg(feature = "slow")]
#[test]
fn two_hundred_killed_runs_go_on_and_end_with_the_same_bytes() {
    kill_and_go_on(200, 11);
}

#[test]
fn a_killed_run_is_gone_on_with_and_nothing_is_asked_for_twice() {
    let scratch = project(10);
    let mut run = start(&scratch, &["run", "--cache", "off"]);
    until_asked(&scratch, &mut run, 20);
    run.kill().unwrap();
    run.wait().unwrap();
    // What was asked for and not answered is asked for again: at most two requests of two for each of two workers.
    sleep(Duration::from_millis(100));
    let output = scratch.goldspan("run --cache off").output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{stderr}");
    assert!(
        stderr.contains("Going on with the unfinished run in .goldspan/runs/"),
        "{stderr}"
    );
    assert!(asked(&scratch) <= DOCUMENTS + 8, "{}", asked(&scratch));
    let runs = fs::read_dir(scratch.path().join(".goldspan/runs")).unwrap();
    assert_eq!(runs.count(), 1, "the same folder");
}

#[test]
fn what_was_flaky_before_a_run_was_killed_is_flaky_after_it() {
    let scratch = project(10);
    scratch.write("flaky", "");
    let mut run = start(&scratch, &["run", "--cache", "off", "-o", "out"]);
    until_asked(&scratch, &mut run, 40);
    run.kill().unwrap();
    run.wait().unwrap();
    let before = scratch.read("out/asked-again.jsonl");
    assert!(before.contains("\"d05\""), "{before}");
    fs::remove_file(scratch.path().join("flaky")).unwrap();
    let output = scratch.goldspan("run --cache off -o out").output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    let expected = "warning: first is flaky: 1 document answered only when asked again: d05";
    assert!(
        stderr.contains("Going on") && stderr.contains(expected),
        "{stderr}"
    );
    let told: Value = serde_json::from_str(&scratch.read("out/run.json")).unwrap();
    let again = &told["extractors"][0]["again"][0];
    let expected = serde_json::json!({"document": "d05", "attempts": 2, "earlier": ["busy: later"], "answered": true});
    assert_eq!(*again, expected);
    assert!(!scratch.path().join("out/asked-again.jsonl").exists());
}

#[test]
fn what_a_run_leaves_that_was_killed_as_it_began_is_in_nobodys_way() {
    let scratch = project(0);
    scratch.write("out/.tmpAbC123", "{");
    scratch.goldspan("run -q -o out").assert().code(0);
    assert!(!scratch.path().join("out/.tmpAbC123").exists());
    scratch.write("other/.tmp-of-mine", "{");
    scratch.goldspan("run -q -o other").assert().code(2);
    assert!(scratch.path().join("other/.tmp-of-mine").exists());
}

#[test]
fn a_run_begun_anew_or_changed_takes_nothing_from_an_unfinished_one() {
    let scratch = project(10);
    let killed = || {
        let before = asked(&scratch);
        let mut run = start(&scratch, &["run", "--cache", "off", "--fresh"]);
        until_asked(&scratch, &mut run, before + 20);
        run.kill().unwrap();
        run.wait().unwrap();
    };
    let goes_on = |arguments: &str| {
        let output = scratch.goldspan(arguments).output().unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stderr)
            .unwrap()
            .contains("Going on")
    };
    killed();
    assert!(!goes_on("run --cache off --fresh"));
    assert!(
        !goes_on("run --cache off"),
        "the one begun anew has taken its place"
    );
    killed();
    let config = scratch.read("goldspan.toml");
    scratch.write(
        "goldspan.toml",
        config.replace("workers = 2", "cache = false"),
    );
    assert!(
        !goes_on("run --cache off"),
        "what is said of the extractor has changed"
    );
}

#[test]
fn an_interrupted_run_ends_tidily_and_says_how_to_go_on() {
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let scratch = project(20);
        let mut run = start(&scratch, &["run", "--cache", "off", "-o", "out"]);
        until_asked(&scratch, &mut run, 10);
        let pid = run.id().to_string();
        Command::new("kill")
            .args([&format!("-{signal}"), &pid])
            .status()
            .unwrap();
        let output = run.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(code));
        let stderr = String::from_utf8(output.stderr).unwrap();
        let said =
            "interrupted; what was predicted is kept, and the same command goes on with it:\n";
        assert!(
            stderr.contains(said) && stderr.contains(" run --cache off -o out\n"),
            "{stderr}"
        );
        let output = scratch.goldspan("run --cache off -o out").output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(
            output.status.success() && stderr.contains("Going on"),
            "{stderr}"
        );
        assert!(asked(&scratch) <= DOCUMENTS + 8);
    }
}

#[test]
fn a_run_that_finds_no_space_says_so_and_goes_on_once_there_is_some() {
    let scratch = project(0);
    // No file may grow beyond so many kilobytes: the plan and the predictions fit, the counts do not.
    let run = |kilobytes: &str| {
        let script = format!(
            "trap '' XFSZ; ulimit -f {kilobytes}; exec '{}' run --cache off -o out",
            env!("CARGO_BIN_EXE_goldspan")
        );
        let mut command = Command::new("bash");
        let command = command.args(["-c", &script]).current_dir(scratch.path());
        command.output()
    };
    let Ok(output) = run("24") else {
        eprintln!("DID NOT RUN: there is no bash, whose ulimit stands in for a full disk");
        return;
    };
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    let said = "error: cannot write the results of the run";
    assert!(stderr.contains(said), "{stderr}");
    let output = run("unlimited").unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(
        output.status.success() && stderr.contains("Going on"),
        "{stderr}"
    );
    let done = start(
        &scratch,
        &["run", "-q", "--cache", "off", "-o", "undisturbed"],
    )
    .wait();
    assert!(done.unwrap().success());
    let kept = |name: &str| kept(&scratch.path().join(name));
    assert_eq!(kept("out"), kept("undisturbed"));
}

#[test]
fn a_second_run_takes_everything_from_the_cache_and_says_so() {
    let scratch = project(0);
    let told = |arguments: &str| {
        let output = scratch.goldspan(arguments).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        let own = stderr.lines().filter(|line| line.contains("first: "));
        (
            output.status.code().unwrap(),
            own.collect::<Vec<_>>().join("\n"),
        )
    };
    assert_eq!(
        told("run -o one"),
        (0, "first: 0 cached; 60 run".to_owned())
    );
    let (code, second) = told("run -o two");
    assert!(
        code == 0 && second.starts_with("first: 60 cached (oldest "),
        "{second}"
    );
    assert_eq!(
        kept(&scratch.path().join("one")),
        kept(&scratch.path().join("two"))
    );
    assert_eq!(asked(&scratch), DOCUMENTS, "nothing was asked for twice");
    assert_eq!(told("run --cache off").1, "first: 0 cached; 60 run");
    assert_eq!(told("run --cache refresh").1, "first: 0 cached; 60 run");
    let (code, audited) = told("run --cache-audit 100%");
    assert!(
        code == 0 && audited.contains("60 cached predictions made again, all the same"),
        "{audited}"
    );
    // The extractor answers otherwise, and does not say so in its fingerprint: what an audit is for.
    scratch.write("label", "ORG");
    let (code, stale) = told("run --cache-audit 100%");
    assert_eq!(code, 106);
    let expected = "error: first: 60 of 60 cached predictions that were made again are others now: d00, d01, d02, d03, d04 and 55 more";
    assert!(stale.contains(expected), "{stale}");
}

#[test]
fn the_cache_survives_being_killed() {
    let scratch = project(5);
    let mut run = start(&scratch, &["run", "-o", "out"]);
    until_asked(&scratch, &mut run, 30);
    run.kill().unwrap();
    run.wait().unwrap();
    sleep(Duration::from_millis(50));
    let before = asked(&scratch);
    // Not the same run, so what it kept is not gone on with; but what it had answered is in the cache.
    let output = scratch.goldspan("run -o other").output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{stderr}");
    let again = asked(&scratch) - before;
    assert!(
        again + before <= DOCUMENTS + 16,
        "{again} asked for again after {before}: {stderr}"
    );
}

#[test]
fn a_changed_article_or_parameter_is_not_taken_from_the_cache() {
    let scratch = project(0);
    scratch.goldspan("run -q").assert().code(0);
    scratch.write("news/d01.txt", "Anaa met Jan in Genf.\n");
    let output = scratch.goldspan("run").output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(
        stderr.contains("first: 59 cached") && stderr.contains("; 1 run"),
        "{stderr}"
    );
    let config = scratch
        .read("goldspan.toml")
        .replace("pause = 0", "pause = 1");
    scratch.write("goldspan.toml", config);
    let output = scratch.goldspan("run --dry-run").output().unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(stdout.contains("0 cached, 60 to run; about "), "{stdout}");
}

#[test]
fn two_runs_at_once_share_no_folder_and_no_cache() {
    let scratch = project(10);
    let mut first = start(&scratch, &["run", "-o", "out"]);
    until_asked(&scratch, &mut first, 10);
    let output = scratch.goldspan("run -o out").output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(
        stderr.contains("another goldspan is at work in this output folder"),
        "{stderr}"
    );
    assert!(
        stderr.contains("another goldspan uses the cache"),
        "{stderr}"
    );
    assert!(first.wait().unwrap().success());
}
