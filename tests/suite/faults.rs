//! What becomes of a run whose extractor crashes, hangs, lies or litters: what is kept, what is told, and that no process is left.
//!
//! The bad extractor is played by the test [`child`]; see `played`.

#![allow(
    clippy::exit,
    clippy::print_stderr,
    clippy::zombie_processes,
    reason = "a played extractor is a program"
)]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use serde_json::{Value, json};
use snapbox::{assert_data_eq, str};

use crate::played::{self, Voice};
use crate::scratch::Scratch;

/// The articles, all alike; one of them is the one that the extractor cannot bear.
const TEXT: &str = "Ana Kos left 😀 Paris.\n";
const GUILTY: &str = "d3";

/// The part that goldspan starts. Run as a test it does nothing.
#[test]
fn child() {
    if let Some(voice) = Voice::found() {
        Bad { voice }.play();
    }
}

struct Bad {
    voice: Voice,
}

impl Bad {
    fn play(&mut self) {
        let mut pids = fs::OpenOptions::new();
        let mut pids = pids.append(true).create(true).open("pids").unwrap();
        writeln!(pids, "{}", std::process::id()).unwrap();
        let mut fault = String::new();
        let mut batch = 4;
        for message in played::messages() {
            match message["t"].as_str().unwrap() {
                "hello" => {
                    fault = message["params"]["fault"].as_str().unwrap().to_owned();
                    if message["params"]["batch"] == "1" {
                        batch = 1;
                    }
                    self.hello(&fault, batch);
                }
                "extract" => self.extract(&message, &fault),
                "cancel" if fault == "cancelled" => {
                    let id = &message["id"];
                    self.voice
                        .say(&json!({"t": "error", "id": id, "code": "cancelled", "message": ""}));
                }
                "bye" if fault == "stays" => forever(),
                "bye" => std::process::exit(if fault == "bad-bye" { 7 } else { 0 }),
                _ => {}
            }
        }
        if fault == "stays" {
            forever();
        }
        std::process::exit(0);
    }

    fn hello(&mut self, fault: &str, batch: usize) {
        match fault {
            "never-ready" => forever(),
            "never-silent" => loop {
                self.voice
                    .say(&json!({"t": "log", "level": "info", "message": "loading"}));
            },
            "dies-at-start" => {
                eprintln!("no module named spacy");
                std::process::exit(1);
            }
            "chatty-at-start" => self.voice.raw(b"Loading the model ...\n"),
            "second-dies-at-start" if std::env::var("GOLDSPAN_WORKER").unwrap() == "1" => {
                eprintln!("no memory on the device");
                std::process::exit(1);
            }
            "refuses" => {
                self.voice.say(
                    &json!({"t": "error", "code": "no_model", "message": "there is no model x"}),
                );
            }
            "other-version" => {
                self.voice.say(&json!({"t": "ready", "protocol": 2, "name": "bad", "version": "1", "tasks": ["entities"]}));
            }
            _ => {}
        }
        let parallel = if fault.starts_with("in-flight") { 3 } else { 1 };
        let features: &[&str] = match fault {
            "cancelled" | "late" => &["cancel"],
            _ => &[],
        };
        self.voice.say(&json!({
            "t": "ready", "protocol": 1, "name": "bad", "version": "1", "tasks": ["entities"],
            "batch": batch, "in_flight": parallel, "features": features,
        }));
    }

    fn extract(&mut self, message: &Value, fault: &str) {
        let documents = message["docs"].as_array().unwrap();
        let (id, attempt) = (
            message["id"].as_u64().unwrap(),
            message["attempt"].as_u64().unwrap(),
        );
        let guilty = documents.iter().any(|document| document["id"] == GUILTY);
        if guilty && !self.bear(fault, id, attempt) {
            return;
        }
        if fault == "second-dies-at-start" {
            // So slow that the other worker has something to do.
            sleep(Duration::from_millis(100));
        }
        let mut entries: Vec<Value> = documents
            .iter()
            .map(|document| entry(document, fault, attempt))
            .collect();
        match fault {
            "forgets" => entries.retain(|entry| entry["id"] != GUILTY),
            "twice" if guilty => entries.push(entries[0].clone()),
            "stranger" if guilty => entries.push(json!({"id": "nobody", "entities": []})),
            _ => {}
        }
        self.voice
            .say(&json!({"t": "result", "id": id, "docs": entries}));
    }

    /// Does what is done to the guilty document before it would be answered; gives whether it still will be.
    fn bear(&mut self, fault: &str, id: u64, attempt: u64) -> bool {
        match fault {
            "crash" | "in-flight-crash" => {
                eprintln!("index out of range");
                std::process::exit(3);
            }
            "flaky" if attempt < 3 => std::process::exit(3),
            "hang" => forever(),
            "hang-with-words" => {
                eprintln!("waiting for the model");
                forever();
            }
            "cancelled" => return false,
            "ignores-term" => {
                let deaf = std::sync::Arc::default();
                signal_hook::flag::register(signal_hook::consts::SIGTERM, deaf).unwrap();
                fs::write("hangs", "yes").unwrap();
                forever();
            }
            "grandchild" => {
                Command::new("sleep").arg("1000").spawn().unwrap();
                forever();
            }
            "leaves-and-dies" => {
                Command::new("sleep").arg("1000").spawn().unwrap();
                std::process::exit(3);
            }
            "late" => {
                // Past its time, but within the grace; the answer to a request that was given up.
                sleep(Duration::from_millis(1400));
            }
            "slow" => sleep(Duration::from_millis(300)),
            "garbage" => self.voice.raw(b"processing d3 ...\n"),
            "partial" => {
                self.voice.raw(b"{\"t\": \"result\", \"id\"");
                std::process::exit(0);
            }
            "huge" => {
                let line = vec![b'x'; 2 << 20];
                self.voice.raw(&line);
                forever();
            }
            "not-utf8" => self.voice.raw(b"{\"t\": \"log\", \"message\": \"\xff\"}\n"),
            "unknown-id" => self
                .voice
                .say(&json!({"t": "result", "id": id + 1000, "docs": []})),
            "unknown-message" => self.voice.say(&json!({"t": "finished", "id": id})),
            "out-of-memory" => {
                let mut hoard: Vec<Vec<u8>> = Vec::new();
                loop {
                    hoard.push(Vec::with_capacity(64 << 20));
                }
            }
            "whole-request" => {
                self.voice.say(&json!({"t": "error", "id": id, "code": "busy", "message": "try later", "retryable": true, "retry_after_ms": 10}));
                return false;
            }
            _ => {}
        }
        true
    }
}

fn entry(document: &Value, fault: &str, attempt: u64) -> Value {
    let id = &document["id"];
    let guilty = id == GUILTY;
    match fault {
        "typed" if guilty => {
            return json!({"id": id, "error": {"code": "too_long", "message": "9 tokens, at most 8"}});
        }
        "retryable" if guilty && attempt == 1 => {
            return json!({"id": id, "error": {"code": "busy", "message": "try later", "retryable": true}});
        }
        "misspelt" if guilty => return json!({"id": id, "entitys": []}),
        "outside" if guilty => {
            return json!({"id": id, "entities": [{"start": 0, "end": 999, "label": "PERSON"}]});
        }
        // Paris stands at 15 in code points, and at 16 in UTF-16 units.
        "utf16" => {
            let paris = json!({"start": 16, "end": 21, "label": "GPE", "text": "Paris"});
            return json!({"id": id, "entities": [paris]});
        }
        _ => {}
    }
    json!({"id": id, "entities": [{"start": 0, "end": 7, "label": "PERSON", "text": "Ana Kos"}]})
}

fn forever() -> ! {
    loop {
        sleep(Duration::from_secs(1000));
    }
}

/// A project whose extractor has this fault; `more` are lines of its table.
fn project(fault: &str, more: &str) -> Scratch {
    let scratch = Scratch::new();
    for number in 1..=6 {
        scratch.write(&format!("news/d{number}.txt"), TEXT);
        scratch.write(&format!("news/d{number}.ann"), "T1\tPERSON 0 7\tAna Kos\n");
    }
    let command = played::command("faults::child");
    let batch = if more.contains("# batch 1") { "1" } else { "4" };
    let start = if fault.starts_with("never-") {
        "500ms"
    } else {
        "10s"
    };
    scratch.write(
        "goldspan.toml",
        format!(
            "[corpus.news]\narticles = \"news\"\ntasks = [\"entities\"]\n[score]\nentity = [\"strict\"]\n\
             [extractor.bad]\n\
             {command}\
             params = {{ fault = \"{fault}\", batch = {batch} }}\n\
             timeout = \"1s\"\ngrace = \"1s\"\nstart-timeout = \"{start}\"\nmax-line = \"1MiB\"\n{more}\n"
        ),
    );
    scratch
}

/// What a run told: its exit code, how many documents were right, which failed, and what it said of the extractor.
fn told(scratch: &Scratch) -> String {
    let output = scratch.goldspan("run -o out").output().unwrap();
    let mut told = format!("exit {}\n", output.status.code().unwrap_or(-1));
    let results = fs::read_to_string(scratch.path().join("out/results.json"));
    if let Ok(results) = results {
        let results: Value = serde_json::from_str(&results).unwrap();
        let extractor = &results["corpora"][0]["extractors"][0];
        let scores = extractor["scores"].as_array().unwrap();
        told += &format!("correct {}\n", scores[0]["correct"]);
        for failure in extractor["failures"].as_array().unwrap() {
            let (document, error) = (&failure["document"], failure["error"].as_str().unwrap());
            told += &format!("{}: {error}\n", document.as_str().unwrap());
        }
    }
    let stderr = String::from_utf8(output.stderr).unwrap();
    for line in stderr.lines() {
        let circumstances = [
            "Loaded ",
            "Evaluated ",
            "Results in ",
            "help: mend what the report",
            "error: 1 of 6 ",
            "error: 6 of 6 ",
            "bad: not cached: it has no fingerprint",
        ];
        let ours = !circumstances.iter().any(|begin| line.starts_with(begin));
        if ours {
            told += line;
            told.push('\n');
        }
    }
    let left = left_behind(scratch.path());
    if !left.is_empty() {
        told += &format!("LEFT BEHIND {left:?}\n");
    }
    told
}

/// The processes that live in the groups of the extractor's processes. Those that have ended and that nobody has asked after do not live.
fn left_behind(folder: &Path) -> Vec<String> {
    let pids = fs::read_to_string(folder.join("pids")).unwrap_or_default();
    let groups: Vec<&str> = pids.lines().collect();
    let mut left = Vec::new();
    let processes =
        fs::read_dir("/proc").map_or_else(|_| Vec::new(), |all| all.flatten().collect());
    for process in processes {
        let Ok(stat) = fs::read_to_string(process.path().join("stat")) else {
            continue;
        };
        // After the name in parentheses: state, parent, group.
        let Some((name, rest)) = stat.rsplit_once(')') else {
            continue;
        };
        let fields: Vec<&str> = rest.split_whitespace().collect();
        if fields[0] != "Z" && groups.contains(&fields[2]) {
            left.push(format!("{name})"));
        }
    }
    left
}

#[test]
fn without_a_fault_every_document_has_its_answer() {
    assert_data_eq!(
        told(&project("none", "")),
        str![[r#"
exit 0
correct 6
bad: 0 cached; 6 run

"#]]
    );
}

macro_rules! fault {
    ($name:ident, $fault:literal, $more:literal, $expected:expr) => {
        #[test]
        fn $name() {
            assert_data_eq!(told(&project($fault, $more)), $expected);
        }
    };
}

fault!(
    a_crash_costs_the_guilty_document_only,
    "crash",
    "",
    str![[r#"
exit 104
correct 5
d3: crash: it exited with code 3; its last words: index out of range
bad: 0 cached; 6 run
bad: 2 documents asked for again since a request that they were part of failed
bad: had to be started again 3 times

"#]]
);
fault!(
    a_crash_of_a_single_document_is_tried_again,
    "crash",
    "# batch 1",
    str![[r#"
exit 104
correct 5
d3: crash: it exited with code 3; its last words: index out of range
bad: 0 cached; 6 run
bad: had to be started again twice

"#]]
);
fault!(
    a_crash_beside_other_requests_costs_the_guilty_document_only,
    "in-flight-crash",
    "# batch 1",
    str![[r#"
exit 104
correct 5
d3: crash: it exited with code 3; its last words: index out of range
bad: 0 cached; 6 run
...
bad: had to be started again [..] times

"#]]
);
fault!(
    what_crashes_at_first_and_not_later_is_flaky,
    "flaky",
    "",
    str![[r#"
exit 0
correct 6
bad: 0 cached; 6 run
warning: bad is flaky: 1 document answered only when asked again: d3
bad: 2 documents asked for again since a request that they were part of failed
bad: had to be started again twice

"#]]
);
fault!(
    without_retries_nothing_is_tried_again_alone,
    "flaky",
    "retries = 0",
    str![[r#"
exit 104
correct 5
d3: crash: it exited with code 3
bad: 0 cached; 6 run
bad: 3 documents asked for again since a request that they were part of failed
bad: had to be started again twice

"#]]
);
fault!(
    a_hang_is_ended_after_its_time,
    "hang",
    "",
    str![[r#"
exit 104
correct 5
d3: timeout: no answer within 1 s
bad: 0 cached; 6 run
bad: 2 documents asked for again since a request that they were part of failed
bad: had to be started again 3 times

"#]]
);
fault!(
    a_hang_is_told_with_its_last_words,
    "hang-with-words",
    "",
    str![[r#"
exit 104
correct 5
d3: timeout: no answer within 1 s; its last words: waiting for the model
bad: 0 cached; 6 run
bad: 2 documents asked for again since a request that they were part of failed
bad: had to be started again 3 times

"#]]
);
fault!(
    a_worker_that_cannot_start_leaves_its_work_to_the_others,
    "second-dies-at-start",
    "workers = 2\n# batch 1",
    str![[r#"
exit 0
correct 6
bad: 0 cached; 6 run
bad: worker 2 was lost, and others did its work: extractor bad cannot start: it exited with code 1: found on its standard error: no memory on the device, expected its message "ready" (run the command by hand: goldspan extractor test -- COMMAND)

"#]]
);
fault!(
    an_entry_whose_keys_are_misspelt_fails_its_document,
    "misspelt",
    "",
    str![[r#"
exit 104
correct 5
d3: bad_answer: its entry has neither entities nor claims nor error: "{/"entitys/":[],/"id/":/"d3/"}"; a list may be empty
bad: 0 cached; 6 run

"#]]
);
fault!(
    who_answers_a_cancel_is_not_started_again,
    "cancelled",
    "",
    str![[r#"
exit 104
correct 5
d3: timeout: no answer within 1 s
bad: 0 cached; 6 run
bad: 2 documents asked for again since a request that they were part of failed

"#]]
);
fault!(
    who_ignores_sigterm_is_killed,
    "ignores-term",
    "",
    str![[r#"
exit 104
correct 5
d3: timeout: no answer within 1 s
bad: 0 cached; 6 run
bad: 2 documents asked for again since a request that they were part of failed
bad: had to be started again 3 times

"#]]
);
fault!(
    grandchildren_are_ended_with_a_hang,
    "grandchild",
    "",
    str![[r#"
exit 104
correct 5
d3: timeout: no answer within 1 s
bad: 0 cached; 6 run
bad: 2 documents asked for again since a request that they were part of failed
bad: had to be started again 3 times

"#]]
);
fault!(
    grandchildren_are_ended_after_a_crash,
    "leaves-and-dies",
    "",
    str![[r#"
exit 104
correct 5
d3: crash: it exited with code 3, and left processes behind that hold its standard output
bad: 0 cached; 6 run
bad: 2 documents asked for again since a request that they were part of failed
bad: had to be started again 3 times

"#]]
);
fault!(
    a_late_answer_is_dropped_and_counted,
    "late",
    "retries = 0",
    str![[r#"
exit 104
correct 5
d3: timeout: no answer within 1 s
bad: 0 cached; 6 run
bad: 3 documents asked for again since a request that they were part of failed
bad: answered late, after its time, twice

"#]]
);
fault!(
    garbage_on_standard_output_is_told,
    "garbage",
    "",
    str![[r#"
exit 104
correct 5
d3: protocol: its line is no message of the protocol: "processing d3 ..." (expected value at line 1 column 1); only messages may be printed on standard output, other words on standard error
bad: 0 cached; 6 run
bad: 2 documents asked for again since a request that they were part of failed
bad: had to be started again 3 times

"#]]
);
fault!(
    half_a_line_is_told,
    "partial",
    "",
    str![[r#"
exit 104
correct 5
d3: crash: it exited with code 0, in the middle of a line: "{/"t/": /"result/", /"id/""
bad: 0 cached; 6 run
bad: 2 documents asked for again since a request that they were part of failed
bad: had to be started again 3 times

"#]]
);
fault!(
    a_line_without_end_is_cut_off,
    "huge",
    "",
    str![[r#"
exit 104
correct 5
d3: protocol: its line is longer than max-line allows; it begins "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"...
bad: 0 cached; 6 run
bad: 2 documents asked for again since a request that they were part of failed
bad: had to be started again 3 times

"#]]
);
fault!(
    bytes_that_are_no_utf8_are_told,
    "not-utf8",
    "",
    str![[r#"
exit 104
correct 5
d3: protocol: its line is not UTF-8 (byte 25 of "{/"t/": /"log/", /"message/": /"�/"}")
bad: 0 cached; 6 run
bad: 2 documents asked for again since a request that they were part of failed
bad: had to be started again 3 times

"#]]
);
fault!(
    an_answer_to_nothing_is_told,
    "unknown-id",
    "",
    str![[r#"
exit 104
correct 5
d3: protocol: it answered request 1001, which was never made
bad: 0 cached; 6 run
bad: 2 documents asked for again since a request that they were part of failed
bad: had to be started again 3 times

"#]]
);
fault!(
    an_unknown_message_is_told,
    "unknown-message",
    "",
    str![[r#"
exit 104
correct 5
d3: protocol: there is no message "finished"; expected ready, result, error or log
bad: 0 cached; 6 run
bad: 2 documents asked for again since a request that they were part of failed
bad: had to be started again 3 times

"#]]
);
fault!(
    a_forgotten_document_fails_alone,
    "forgets",
    "",
    str![[r#"
exit 104
correct 5
d3: no_answer: its result has no entry for this document
bad: 0 cached; 6 run

"#]]
);
fault!(
    a_document_answered_twice_is_asked_for_again,
    "twice",
    "",
    str![[r#"
exit 104
correct 5
d3: protocol: its result has two entries for "d3"
bad: 0 cached; 6 run
bad: 2 documents asked for again since a request that they were part of failed
bad: had to be started again 3 times

"#]]
);
fault!(
    an_entry_for_another_document_is_told,
    "stranger",
    "",
    str![[r#"
exit 104
correct 5
d3: protocol: its result has an entry for "nobody", which was not asked for
bad: 0 cached; 6 run
bad: 2 documents asked for again since a request that they were part of failed
bad: had to be started again 3 times

"#]]
);
fault!(
    an_error_of_one_document_keeps_its_code,
    "typed",
    "",
    str![[r#"
exit 104
correct 5
d3: too_long: 9 tokens, at most 8
bad: 0 cached; 6 run

"#]]
);
fault!(
    a_retryable_error_is_tried_again_and_told_as_flaky,
    "retryable",
    "",
    str![[r#"
exit 0
correct 6
bad: 0 cached; 6 run
warning: bad is flaky: 1 document answered only when asked again: d3

"#]]
);
fault!(
    a_request_that_fails_as_a_whole_is_asked_again_in_parts,
    "whole-request",
    "",
    str![[r#"
exit 104
correct 5
d3: busy: try later
bad: 0 cached; 6 run
bad: 2 documents asked for again since a request that they were part of failed

"#]]
);
fault!(
    an_offset_outside_the_text_fails_its_document,
    "outside",
    "",
    str![[r#"
exit 104
correct 5
d3: bad_answer: document d3: entity 0: an offset lies outside the text: found 0 999, expected offsets up to 22, the length of the text in code points
bad: 0 cached; 6 run

"#]]
);
fault!(
    offsets_in_another_unit_are_recognised,
    "utf16",
    "",
    str![[r#"
exit 104
correct 0
d1: span_mismatch: its offsets do not fit the article when they count code points, as it says, but fit when they count UTF-16 units; let it say "offsets": "utf16", or count code points
d2: span_mismatch: its offsets do not fit the article when they count code points, as it says, but fit when they count UTF-16 units; let it say "offsets": "utf16", or count code points
d3: span_mismatch: its offsets do not fit the article when they count code points, as it says, but fit when they count UTF-16 units; let it say "offsets": "utf16", or count code points
d4: span_mismatch: its offsets do not fit the article when they count code points, as it says, but fit when they count UTF-16 units; let it say "offsets": "utf16", or count code points
d5: span_mismatch: its offsets do not fit the article when they count code points, as it says, but fit when they count UTF-16 units; let it say "offsets": "utf16", or count code points
d6: span_mismatch: its offsets do not fit the article when they count code points, as it says, but fit when they count UTF-16 units; let it say "offsets": "utf16", or count code points
bad: 0 cached; 6 run

"#]]
);
fault!(
    memory_has_its_limit,
    "out-of-memory",
    "memory = \"1GiB\"",
    str![[r#"
exit 104
correct 5
d3: crash: it was ended by signal 6; its last words: memory allocation of 67108864 bytes failed[..]
bad: 0 cached; 6 run
bad: 2 documents asked for again since a request that they were part of failed
bad: had to be started again 3 times

"#]]
);
fault!(
    who_does_not_leave_is_made_to,
    "stays",
    "",
    str![[r#"
exit 0
correct 6
bad: 0 cached; 6 run
bad: did not end within 1 s after bye, and was ended

"#]]
);
fault!(
    an_exit_code_after_bye_is_told,
    "bad-bye",
    "",
    str![[r#"
exit 0
correct 6
bad: 0 cached; 6 run
bad: after bye it exited with code 7

"#]]
);
fault!(
    beyond_the_budget_of_restarts_the_rest_fails,
    "crash",
    "restarts = 0",
    str![[r#"
exit 104
correct 0
d1: gave_up: the extractor had to be started again more than 0 times (restarts)
d2: gave_up: the extractor had to be started again more than 0 times (restarts)
d3: gave_up: the extractor had to be started again more than 0 times (restarts)
d4: gave_up: the extractor had to be started again more than 0 times (restarts)
d5: gave_up: the extractor had to be started again more than 0 times (restarts)
d6: gave_up: the extractor had to be started again more than 0 times (restarts)
bad: 0 cached; 6 run
bad: 3 documents asked for again since a request that they were part of failed

"#]]
);
fault!(
    who_is_slow_is_told_of,
    "slow",
    "slow-after = \"100ms\"",
    str![[r#"
exit 0
correct 6
slow: bad has worked on d1 and 2 more for [..] s
bad: 0 cached; 6 run

"#]]
);
fault!(
    who_is_never_ready_does_not_hold_up_the_run,
    "never-ready",
    "",
    str![[r#"
exit 105
error: extractor bad cannot start: it did not say within 500 ms that it is ready
 |
 = note: found nothing on its standard error
 = note: expected its message "ready"
 = help: does it read standard input and flush standard output? if it needs longer to load, raise start-timeout

"#]]
);
fault!(
    who_dies_at_the_start_is_told_with_its_last_words,
    "dies-at-start",
    "",
    str![[r#"
exit 105
error: extractor bad cannot start: it exited with code 1
 |
 = note: found on its standard error: no module named spacy
 = note: expected its message "ready"
 = help: run the command by hand: goldspan extractor test -- COMMAND

"#]]
);
fault!(
    who_prints_before_it_is_ready_is_told_how_to_mend_it,
    "chatty-at-start",
    "",
    str![[r#"
exit 105
error: extractor bad cannot start: its line is no message of the protocol: "Loading the model ..." (expected value at line 1 column 1); only messages may be printed on standard output, other words on standard error
 |
 = note: found nothing on its standard error
 = note: expected its message "ready"
 = help: print everything else on standard error; for a program that does not speak the protocol write once = [...] instead of command

"#]]
);
fault!(
    who_refuses_to_start_is_told_with_its_reason,
    "refuses",
    "",
    str![[r#"
exit 105
error: extractor bad cannot start: no_model: there is no model x
 |
 = note: found nothing on its standard error

"#]]
);
fault!(
    another_version_of_the_protocol_is_refused,
    "other-version",
    "",
    str![[r#"
exit 105
error: extractor bad cannot start: it speaks another version of the protocol
 |
 = note: found protocol 2
 = note: expected protocol 1, the one that hello offers

"#]]
);
fault!(
    who_says_much_and_never_that_it_is_ready_does_not_either,
    "never-silent",
    "",
    str![[r#"
exit 105
error: extractor bad cannot start: it did not say within 500 ms that it is ready
...
"#]]
);

/// Starts a run whose extractor ignores that its standard input ends and that it is asked to end, ends goldspan by these signals, and gives what is left a while later.
fn left_after(signals: &[&str]) -> Vec<String> {
    let scratch = project("ignores-term", "");
    let config = scratch.read("goldspan.toml");
    scratch.write(
        "goldspan.toml",
        config.replace(
            "timeout = \"1s\"\ngrace = \"1s\"",
            "timeout = \"1h\"\ngrace = \"1h\"",
        ),
    );
    let mut run = Command::new(env!("CARGO_BIN_EXE_goldspan"))
        .current_dir(scratch.path())
        .args(["run", "-q", "-o", "out"])
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    // Two documents were answered when the third hangs.
    let hangs = || {
        let pids = fs::read_to_string(scratch.path().join("hangs")).unwrap_or_default();
        !pids.is_empty()
    };
    wait_until(hangs);
    assert!(!left_behind(scratch.path()).is_empty(), "it works");
    for signal in signals {
        let pid = run.id().to_string();
        Command::new("kill")
            .args([*signal, pid.as_str()])
            .status()
            .unwrap();
        sleep(Duration::from_millis(100));
    }
    run.wait().unwrap();
    let gone = || left_behind(scratch.path()).is_empty();
    wait_until(gone);
    left_behind(scratch.path())
}

/// Waits until it is so, but not for ever.
fn wait_until(so: impl Fn() -> bool) {
    let begun = std::time::Instant::now();
    while !so() && begun.elapsed() < Duration::from_secs(20) {
        sleep(Duration::from_millis(20));
    }
}

#[test]
fn who_ignores_everything_does_not_outlive_a_killed_goldspan() {
    assert_eq!(left_after(&["-KILL"]), Vec::<String>::new());
}

#[test]
fn who_ignores_everything_does_not_outlive_a_second_interrupt() {
    assert_eq!(left_after(&["-INT", "-INT"]), Vec::<String>::new());
}
