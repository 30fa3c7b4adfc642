//! Extractors behind HTTP, and language models: what is kept and what is told when a service is good, slow, busy, broken or secretive.

mod server;

use std::collections::BTreeMap;
use std::process::Output;
use std::time::{Duration, Instant};
use std::{fs, thread};

use serde_json::{Value, json};
use snapbox::cmd::Command;

use self::server::{Heard, Reply, Server};
use crate::scratch::Scratch;

/// What is found in each article, as predictions have it.
const ANA: &str = r#"[{"end":3,"label":"PERSON","start":0}]"#;

/// A project of articles with these ids, each `Ana met Jan.` with Ana as gold, and this extractor.
fn project(ids: &[&str], extractor: &str) -> Scratch {
    let scratch = Scratch::new();
    for id in ids {
        scratch.write(&format!("news/{id}.txt"), "Ana met Jan.\n");
        scratch.write(&format!("news/{id}.ann"), "T1\tPERSON 0 3\tAna\n");
    }
    let config = format!(
        "[corpus.news]\narticles = \"news\"\ntasks = [\"entities\"]\n\n[extractor.svc]\n{extractor}\n"
    );
    scratch.write("goldspan.toml", config);
    scratch
}

/// A project whose extractor is this service.
fn service(ids: &[&str], server: &Server, more: &str) -> Scratch {
    project(
        ids,
        &format!("http = \"http://{}\"\n{more}", server.place()),
    )
}

/// `goldspan run` with its folder in `out`; proxies of whoever runs the tests are none of its business.
fn command(scratch: &Scratch) -> Command {
    let command = scratch.goldspan("run -o out -f csv");
    command.env("NO_PROXY", "127.0.0.1")
}

/// A run with the key in its environment.
fn keyed(scratch: &Scratch) -> Output {
    command(scratch).env("SVC_KEY", KEY).output().unwrap()
}

/// What a run left, in a few lines: exit code, predictions, documents asked for again, and what was told of the extractor.
fn outcome(scratch: &Scratch, server: &Server) -> String {
    let output = command(scratch).output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    let mut lines = vec![format!("exit {}", output.status.code().unwrap())];
    let predictions: BTreeMap<String, String> = scratch
        .read("out/predictions.jsonl")
        .lines()
        .map(|line| {
            let value: Value = serde_json::from_str(line).unwrap();
            let id = value["id"].as_str().unwrap().to_owned();
            let said = match value.get("error") {
                Some(error) => error.as_str().unwrap().to_owned(),
                None => value["entities"].to_string(),
            };
            (id, said)
        })
        .collect();
    lines.extend(
        predictions
            .into_iter()
            .map(|(id, said)| format!("{id}: {said}")),
    );
    for again in run_json(scratch)["again"].as_array().unwrap() {
        lines.push(format!("again: {again}"));
    }
    let own = |line: &&str| {
        line.starts_with("svc:") || line.starts_with("warning: svc") || line.starts_with("slow")
    };
    lines.extend(told.lines().filter(own).map(without_age));
    lines.join("\n").replace(&server.place(), "HOST") + "\n"
}

/// A line that says how old something is, without saying so.
fn without_age(line: &str) -> String {
    match (line.find("(oldest "), line.find(" second")) {
        (Some(from), Some(to)) => {
            let rest = line[to..]
                .trim_start_matches(" seconds")
                .trim_start_matches(" second");
            format!("{}(oldest N seconds{rest}", &line[..from])
        }
        _ => line.to_owned(),
    }
}

/// What `run.json` says of the extractor.
fn run_json(scratch: &Scratch) -> Value {
    let run: Value = serde_json::from_str(&scratch.read("out/run.json")).unwrap();
    run["extractors"][0].clone()
}

/// What the service says of itself.
fn ready() -> Value {
    json!({"t": "ready", "protocol": 1, "name": "named", "version": "1", "tasks": ["entities"], "fingerprint": "f1"})
}

/// The right answer to a request: Ana in each document.
fn right(heard: &Heard) -> Value {
    let docs = heard.body["docs"].as_array().unwrap();
    let docs: Vec<Value> = docs
        .iter()
        .map(|document| json!({"id": document["id"], "entities": [{"start": 0, "end": 3, "label": "PERSON"}]}))
        .collect();
    json!({"t": "result", "id": heard.body["id"], "docs": docs})
}

/// A service that is ready, and answers requests so.
fn serving(answer: impl Fn(&Heard) -> Reply + Send + Sync + 'static) -> Server {
    Server::start(move |heard| match heard.line.as_str() {
        "GET /ready" => Reply::of(200, ready()),
        "POST /extract" => answer(heard),
        other => Reply::of(404, format!("no {other}")),
    })
}

#[test]
fn a_good_service_is_asked_once_and_its_answers_are_cached() {
    let server = serving(|heard| Reply::of(200, right(heard)).packed());
    let scratch = service(&["a", "b"], &server, "params = { depth = 2 }");
    assert_eq!(
        outcome(&scratch, &server),
        format!("exit 0\na: {ANA}\nb: {ANA}\nsvc: 0 cached; 2 run\nsvc: requests 2\n")
    );
    let mut asked = server.asked();
    assert_eq!(asked.len(), 2);
    asked.sort_by_key(|heard| heard.body["docs"][0]["id"].to_string());
    let document = json!({"id": "a", "text": "Ana met Jan.\n", "meta": {}});
    let id = asked[0].body["id"].clone();
    assert_eq!(
        asked[0].body,
        json!({"t": "extract", "id": id, "attempt": 1, "tasks": ["entities"], "deadline_ms": 30000, "docs": [document]})
    );
    // The second run asks nothing but whether the service is ready.
    assert_eq!(
        outcome(&scratch, &server),
        format!(
            "exit 0\na: {ANA}\nb: {ANA}\nsvc: 2 cached (oldest N seconds); 0 run\nsvc: requests 0\n"
        )
    );
    assert_eq!(server.asked().len(), 2);
    let lines: Vec<String> = server.heard().into_iter().map(|heard| heard.line).collect();
    assert_eq!(lines.last().unwrap(), "GET /ready");
}

/// What a first answer of each kind leads to, for one document that is answered well when it is asked for again.
#[test]
fn what_goes_wrong_once_is_asked_again_and_recorded() {
    let result = json!({"t": "result", "id": 1, "docs": []}).to_string();
    let error = json!({"t": "error", "id": 1, "code": "oom", "message": "no memory", "retryable": true, "retry_after_ms": 1});
    let cold = json!({"t": "error", "id": 1, "code": "cold", "message": "not loaded"});
    let foreign = json!({"t": "result", "id": 1, "docs": [{"id": "z", "entities": []}]});
    let refused =
        json!({"id": "a", "error": {"code": "busy", "message": "later", "retryable": true}});
    let cases = [
        (
            Reply::of(500, "oh"),
            "http_500: the service answers with status 500: \"oh\"",
        ),
        (
            Reply::of(503, ""),
            "http_503: the service answers with status 503",
        ),
        (Reply::hung_up(), "disconnected: Peer disconnected"),
        (
            Reply::of(200, &result).cut(9),
            "disconnected: Peer disconnected",
        ),
        (
            Reply::of(200, "<html>"),
            "protocol: its answer is no message of the protocol: \"<html>\" (expected value at line 1 column 1)",
        ),
        (
            Reply::of(200, json!({"t": "result", "id": 77, "docs": []})),
            "protocol: it answered request 77 instead of 1",
        ),
        (
            Reply::of(200, foreign),
            "protocol: its result has an entry for \"z\", which was not asked for",
        ),
        (
            Reply::of(200, ready()),
            "protocol: its answer is neither \"result\" nor \"error\"",
        ),
        (Reply::of(200, error), "oom: no memory"),
        (Reply::of(500, cold), "cold: not loaded"),
        (
            Reply::of(200, json!({"t": "result", "id": 1, "docs": [refused]})),
            "busy: later",
        ),
    ];
    thread::scope(|scope| {
        for (first, expected) in cases {
            scope.spawn(move || {
                let server = serving(move |heard| match heard.before {
                    0 => first.clone(),
                    _ => Reply::of(200, right(heard)),
                });
                let scratch = service(&["a"], &server, "");
                let again = json!({"document": "a", "attempts": 2, "earlier": [expected], "answered": true});
                assert_eq!(
                    outcome(&scratch, &server),
                    format!(
                        "exit 0\na: {ANA}\nagain: {again}\nsvc: 0 cached; 1 run\nwarning: svc is flaky: 1 document answered only when asked again: a\nsvc: requests 2\n"
                    )
                );
            });
        }
    });
}

/// What an answer of each kind leads to that is not asked for again, beside a document that is answered well.
#[test]
fn what_stays_wrong_costs_its_document_and_is_told() {
    let entry = |entry: Value| json!({"t": "result", "id": 0, "docs": [entry]});
    let long = entry(json!({"id": "a", "error": {"code": "too_long", "message": "9,000 tokens"}}));
    let outside = entry(json!({"id": "a", "entities": [{"start": 0, "end": 99, "label": "X"}]}));
    let other = entry(
        json!({"id": "a", "entities": [{"start": 4, "end": 7, "label": "X", "text": "Ana"}]}),
    );
    let cases = [
        (
            Reply::of(404, "no such thing"),
            "http_404: the service answers with status 404: \"no such thing\"",
        ),
        (
            Reply::of(422, ""),
            "http_422: the service answers with status 422",
        ),
        (
            Reply::of(
                422,
                json!({"t": "error", "code": "too_odd", "message": "not that"}),
            ),
            "too_odd: not that",
        ),
        (Reply::of(200, long), "too_long: 9,000 tokens"),
        (
            Reply::of(
                200,
                entry(json!({"id": "a"}))
                    .to_string()
                    .replace("\"docs\":[{\"id\":\"a\"}]", "\"docs\":[]"),
            ),
            "no_answer: its result has no entry for this document",
        ),
        (Reply::of(200, outside), "bad_answer: "),
        (Reply::of(200, other), "span_mismatch: "),
        (
            Reply::of(200, "x".repeat(2000)),
            "protocol: its answer has more than 1024 bytes (max-line)",
        ),
    ];
    thread::scope(|scope| {
        for (reply, expected) in cases {
            scope.spawn(move || {
                let server = serving(move |heard| match heard.body["docs"][0]["id"].as_str() {
                    Some("a") => reply.clone().numbered(&heard.body["id"]),
                    _ => Reply::of(200, right(heard)),
                });
                let scratch = service(&["a", "b"], &server, "max-line = \"1KiB\"");
                let told = outcome(&scratch, &server);
                let (first, rest) = told.split_once("\nb: ").unwrap();
                assert!(
                    first.starts_with(&format!("exit 104\na: {expected}")),
                    "{told}"
                );
                assert_eq!(
                    rest,
                    format!("{ANA}\nsvc: 0 cached; 2 run\nsvc: requests 2\n")
                );
                let results: Value =
                    serde_json::from_str(&scratch.read("out/results.json")).unwrap();
                let failures = results["corpora"][0]["extractors"][0]["failures"].to_string();
                assert!(
                    failures.contains("\"document\":\"a\"") && !failures.contains("\"b\""),
                    "{failures}"
                );
            });
        }
    });
}

#[test]
fn a_service_that_is_busy_is_left_alone_as_long_as_it_asks() {
    let server = serving(|heard| match heard.before {
        0 => Reply::of(429, "").with("retry-after: 1"),
        _ => Reply::of(200, right(heard)),
    });
    let scratch = service(&["a", "b", "c", "d", "e", "f"], &server, "workers = 1");
    let again = json!({"document": "a", "attempts": 2, "earlier": ["http_429: the service answers with status 429"], "answered": true});
    let found: String = ["a", "b", "c", "d", "e", "f"]
        .map(|id| format!("{id}: {ANA}\n"))
        .concat();
    assert_eq!(
        outcome(&scratch, &server),
        format!(
            "exit 0\n{found}again: {again}\nsvc: 0 cached; 6 run\nwarning: svc is flaky: 1 document answered only when asked again: a\nsvc: asked to be asked less often, with 1 of its answers\nsvc: requests 7\n"
        )
    );
    let asked = server.asked();
    let pause = asked[1].at - asked[0].at;
    assert!(
        pause >= Duration::from_secs(1) && pause < Duration::from_secs(20),
        "{pause:?}"
    );
    let (connections, _) = server.load();
    assert_eq!(connections, 1, "one connection serves them all");
}

#[test]
fn a_service_that_says_at_once_is_left_alone_longer_and_longer_all_the_same() {
    let server = serving(|heard| match heard.before {
        0 | 1 => Reply::of(429, "").with("retry-after: 0"),
        _ => Reply::of(200, right(heard)),
    });
    let scratch = service(&["a"], &server, "");
    assert!(outcome(&scratch, &server).starts_with("exit 0\n"));
    let asked = server.asked();
    let pauses = [asked[1].at - asked[0].at, asked[2].at - asked[1].at];
    let least = [500, 1000].map(Duration::from_millis);
    assert!(pauses[0] >= least[0] && pauses[1] >= least[1], "{pauses:?}");
}

#[test]
fn a_pause_holds_for_all_requests_and_is_no_longer_than_the_time_limit() {
    let server = serving(|heard| match heard.before {
        0 => Reply::of(429, "").with("retry-after: 3600").after(300),
        _ => Reply::of(200, right(heard)).after(600),
    });
    let scratch = service(
        &["a", "b", "c", "d"],
        &server,
        "workers = 2\ntimeout = \"1s\"",
    );
    assert!(outcome(&scratch, &server).starts_with("exit 0\n"));
    let asked = server.asked();
    assert_eq!(asked.len(), 5);
    // The second was under way already; the others come after the pause.
    let early = asked
        .iter()
        .filter(|heard| heard.at - asked[0].at < Duration::from_millis(900));
    assert_eq!(early.count(), 2);
    assert!(asked[2].at - asked[0].at < Duration::from_secs(20));
}

#[test]
fn as_many_requests_are_made_at_a_time_as_there_are_workers() {
    let server = serving(|heard| Reply::of(200, right(heard)).after(150));
    let ids = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
    let scratch = service(&ids, &server, "workers = 3");
    assert!(outcome(&scratch, &server).starts_with("exit 0\n"));
    let (connections, most) = server.load();
    assert_eq!(most, 3);
    assert!(
        connections <= 3,
        "connections are used again: {connections}"
    );
}

#[test]
fn requests_per_minute_are_kept() {
    let server = serving(|heard| Reply::of(200, right(heard)));
    let scratch = service(&["a", "b", "c", "d"], &server, "requests-per-minute = 200");
    assert!(outcome(&scratch, &server).starts_with("exit 0\n"));
    let asked = server.asked();
    // 300 ms lie between two of them, less what the first was late.
    let took = asked[3].at - asked[0].at;
    assert!(took > Duration::from_millis(600), "{took:?}");
}

#[test]
fn a_slow_request_is_told_of_while_it_lasts_and_one_without_end_is_given_up() {
    let server = serving(|heard| match heard.body["docs"][0]["id"].as_str() {
        Some("a") => Reply::of(200, right(heard)).after(400),
        _ => Reply::of(200, right(heard)).after(5000),
    });
    let more = "slow-after = \"200ms\"\ntimeout = \"1s\"\nretries = 0";
    let scratch = service(&["a", "b"], &server, more);
    let told = outcome(&scratch, &server);
    let expected = format!("exit 104\na: {ANA}\nb: timeout: no answer within 1 s\n");
    assert!(told.starts_with(&expected), "{told}");
    assert!(told.contains("\nslow: svc has worked on "), "{told}");
}

#[test]
fn a_request_of_several_that_fails_is_parted_to_find_the_guilty_document() {
    let server = Server::start(|heard| match heard.line.as_str() {
        "GET /ready" => {
            let mut ready = ready();
            ready["batch"] = 8.into();
            Reply::of(200, ready)
        }
        _ if heard.body["docs"].to_string().contains("\"id\":\"b\"") => Reply::of(413, "too large"),
        _ => Reply::of(200, right(heard)),
    });
    let scratch = service(&["a", "b", "c", "d"], &server, "workers = 1\nbatch = 4");
    let told = outcome(&scratch, &server);
    let again = |id: &str, answered: bool| json!({"document": id, "attempts": 2, "earlier": [], "answered": answered});
    let expected = format!(
        "exit 104\na: {ANA}\nb: http_413: the service answers with status 413: \"too large\"\nc: {ANA}\nd: {ANA}\nagain: {}\nagain: {}\n",
        again("a", true),
        again("b", false)
    );
    assert!(told.starts_with(&expected), "{told}");
    let sizes: Vec<usize> = server
        .asked()
        .iter()
        .map(|heard| heard.body["docs"].as_array().unwrap().len())
        .collect();
    assert_eq!(sizes, [2, 1, 1, 1, 1]);
}

#[test]
fn a_service_that_fails_in_itself_is_given_up_after_a_while() {
    let server = serving(|_| Reply::of(401, json!({"detail": "who are you?"})));
    let ids: Vec<String> = (10..40).map(|number| number.to_string()).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let scratch = service(&ids, &server, "workers = 1");
    let told = outcome(&scratch, &server);
    assert_eq!(server.asked().len(), 20);
    assert_eq!(
        told.matches("\n1").count() + told.matches("\n2").count() + told.matches("\n3").count(),
        30
    );
    let gave_up = "gave_up: 20 requests in a row failed, the last: http_401: the service answers with status 401: \"{\\\"detail\\\":\\\"who are you?\\\"}\"";
    assert_eq!(told.matches(gave_up).count(), 11, "{told}");
}

#[test]
fn a_redirection_is_followed_where_no_header_would_be_carried_away() {
    let server = Server::start(|heard| match heard.line.as_str() {
        "GET /here/ready" => Reply::of(302, "").with("location: /there/ready"),
        "GET /there/ready" => Reply::of(200, ready()),
        _ => Reply::of(200, right(heard)),
    });
    let scratch = project(
        &["a"],
        &format!("http = \"http://{}/here/\"", server.place()),
    );
    assert!(outcome(&scratch, &server).starts_with("exit 0\n"));
    let more = format!(
        "http = \"http://{}/here\"\nheaders = {{ X-Key = \"env:SVC_KEY\" }}",
        server.place()
    );
    let output = command(&project(&["a"], &more))
        .env("SVC_KEY", KEY)
        .output()
        .unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(105));
    assert!(
        told.contains("status 302; it is at \"/there/ready\""),
        "{told}"
    );
}

/// The value of a key, which is to be found nowhere.
const KEY: &str = "sk-test-0123456789";

#[test]
fn a_key_goes_to_the_service_and_nowhere_else_even_if_the_service_repeats_it() {
    let server = Server::start(|heard| match heard.line.as_str() {
        "GET /ready" => {
            let mut ready = ready();
            ready["version"] = format!("1 for {KEY}").into();
            Reply::of(200, ready)
        }
        _ => match heard.body["docs"][0]["id"].as_str() {
            Some("a") => Reply::of(400, format!("bad key {KEY}")),
            Some("b") => Reply::of(200, format!("{}{KEY}", "x".repeat(70))),
            Some("c") => Reply::of(
                200,
                json!({"t": "error", "id": heard.body["id"], "code": KEY, "message": KEY}),
            ),
            Some("e") => {
                // As some services write JSON: every character escaped.
                let escape = |c: char| format!("\\u{:04x}", u32::from(c));
                let escaped: String = KEY.chars().map(escape).collect();
                let body = r#"{"t":"error","id":ID,"code":"no","message":"bad key KEY"}"#;
                let body = body.replace("ID", &heard.body["id"].to_string());
                Reply::of(200, body.replace("KEY", &escaped))
            }
            _ => Reply::of(200, right(heard)),
        },
    });
    let more = "headers = { Authorization = \"Bearer env:SVC_KEY\", X-Key = \"env:SVC_KEY\" }\nretries = 0";
    let scratch = service(&["a", "b", "c", "d", "e"], &server, more);
    let output = keyed(&scratch);
    assert_eq!(output.status.code(), Some(104));
    for heard in server.heard() {
        let head = heard.head.join("\n").to_lowercase();
        assert!(
            head.contains(&format!("authorization: bearer {KEY}\n")),
            "{head}"
        );
        assert!(head.contains(&format!("x-key: {KEY}")), "{head}");
    }
    assert!(
        scratch
            .read("out/predictions.jsonl")
            .contains("bad key [...]")
    );
    nowhere(&scratch, &[output.stdout, output.stderr]);
}

#[test]
fn an_answer_with_the_key_in_it_is_no_prediction() {
    let server = serving(|heard| {
        let id = &heard.body["docs"][0]["id"];
        let entity = json!({"start": 0, "end": 3, "label": KEY});
        Reply::of(
            200,
            json!({"t": "result", "id": heard.body["id"], "docs": [{"id": id, "entities": [entity]}]}),
        )
    });
    let scratch = service(&["a"], &server, "headers = { X-Key = \"env:SVC_KEY\" }");
    let output = keyed(&scratch);
    assert_eq!(output.status.code(), Some(104));
    let expected = "secret: its answer holds the value of a header that it was sent";
    assert!(scratch.read("out/predictions.jsonl").contains(expected));
    nowhere(&scratch, &[output.stdout, output.stderr]);
}

#[test]
fn what_is_posted_is_not_carried_elsewhere() {
    for status in [302, 307] {
        let server = serving(move |_| Reply::of(status, "").with("location: /there"));
        let told = outcome(&service(&["a"], &server, ""), &server);
        let expected = format!(
            "exit 104\na: http_{status}: the service answers with status {status}; it is at \"/there\"\n"
        );
        assert!(told.starts_with(&expected), "{told}");
        assert_eq!(server.asked().len(), 1);
    }
}

/// The key, or the beginning of it, is in no file of the project and in none of these outputs.
fn nowhere(scratch: &Scratch, outputs: &[Vec<u8>]) {
    let mut files = 0;
    let mut folders = vec![scratch.path().to_owned()];
    let mut all: Vec<(String, Vec<u8>)> = outputs
        .iter()
        .map(|output| ("output".to_owned(), output.clone()))
        .collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files += 1;
                all.push((path.display().to_string(), fs::read(&path).unwrap()));
            }
        }
    }
    assert!(files > 8, "the run folder and the cache were looked at");
    for (name, bytes) in all {
        let begun = &KEY.as_bytes()[..11];
        assert!(
            !bytes.windows(begun.len()).any(|window| window == begun),
            "{name}"
        );
    }
}

#[test]
#[cfg(unix)]
fn an_interrupted_run_does_not_wait_for_the_service_and_goes_on_later() {
    let server = serving(|heard| match heard.before {
        0 => Reply::of(200, right(heard)),
        1 => Reply::of(200, right(heard)).after(20_000),
        _ => Reply::of(200, right(heard)),
    });
    let scratch = service(&["a", "b", "c"], &server, "workers = 1");
    let mut running = std::process::Command::new(env!("CARGO_BIN_EXE_goldspan"))
        .args(["run", "-q", "-o", "out"])
        .env("NO_PROXY", "127.0.0.1")
        .current_dir(scratch.path())
        .spawn()
        .unwrap();
    while server.asked().len() < 2 {
        thread::sleep(Duration::from_millis(10));
    }
    let interrupted = Instant::now();
    let interrupt = format!("kill -INT {}", running.id());
    let sent = std::process::Command::new("sh")
        .args(["-c", &interrupt])
        .status();
    assert!(sent.unwrap().success());
    assert_eq!(running.wait().unwrap().code(), Some(130));
    assert!(
        interrupted.elapsed() < Duration::from_secs(10),
        "{:?}",
        interrupted.elapsed()
    );
    let told = outcome(&scratch, &server);
    assert!(
        told.starts_with(&format!("exit 0\na: {ANA}\nb: {ANA}\nc: {ANA}\n")),
        "{told}"
    );
    assert!(
        told.contains("svc: 1 kept by the unfinished run; 0 cached; 2 run"),
        "{told}"
    );
}

/// The end of a run that cannot begin.
fn not_begun(scratch: &Scratch, server: &Server) -> String {
    let output = command(scratch).env_remove("SVC_KEY").output().unwrap();
    assert_eq!(output.status.code(), Some(105));
    String::from_utf8(output.stderr)
        .unwrap()
        .replace(&server.place(), "HOST")
}

#[test]
fn a_service_that_is_not_there_or_not_ready_ends_the_run_before_it_begins() {
    let told = |reply: Reply| {
        let server = Server::start(move |_| reply.clone());
        not_begun(&service(&["a"], &server, ""), &server)
    };
    let mut version = ready();
    version["protocol"] = 2.into();
    let mut nothing = ready();
    nothing["tasks"] = json!([]);
    let all = [
        Reply::of(503, "loading"),
        Reply::hung_up(),
        Reply::of(200, "<html>"),
        Reply::of(200, version),
        Reply::of(200, nothing),
        Reply::of(
            500,
            json!({"t": "error", "code": "no_model", "message": "the model is not there"}),
        ),
    ];
    snapbox::assert_data_eq!(
        all.map(told).concat(),
        snapbox::str![[r#"
error: extractor svc cannot start: its service is not ready
 |
 = note: found http://HOST/ready: http_503: the service answers with status 503: "loading"
 = help: wait until it is, or correct http and headers
error: extractor svc cannot start: its service cannot be reached
 |
 = note: found http://HOST/ready: disconnected: Peer disconnected
 = help: start the service, or correct http
error: extractor svc cannot start: its answer is no message of the protocol: "<html>" (expected value at line 1 column 1)
 |
 = note: found http://HOST/ready
 = note: expected the object "ready"
error: extractor svc cannot start: it speaks another version of the protocol
 |
 = note: found protocol 2
 = note: expected protocol 1, the one that hello offers
error: extractor svc cannot start: it does none of the tasks that are asked for
 |
 = note: found tasks []
 = help: correct tasks, or take the extractor out
error: extractor svc cannot start: its service is not ready
 |
 = note: found http://HOST/ready: no_model: the model is not there
 = help: wait until it is, or correct http and headers

"#]]
    );
    let server = serving(|_| Reply::hung_up());
    let more = "headers = { Authorization = \"Bearer env:SVC_KEY\" }";
    snapbox::assert_data_eq!(
        not_begun(&service(&["a"], &server, more), &server),
        snapbox::str![[r#"
error: extractor svc cannot start: the environment variable SVC_KEY is not set
 |
 = note: expected the value of its header Authorization in the environment variable SVC_KEY
 = help: export SVC_KEY=...

"#]]
    );
    assert_eq!(server.heard().len(), 0);
}

#[test]
fn an_address_where_nobody_listens_ends_the_run_before_it_begins() {
    let place = "127.0.0.1:1";
    let output = command(&project(&["a"], &format!("http = \"http://{place}\"")))
        .output()
        .unwrap();
    let told = String::from_utf8(output.stderr)
        .unwrap()
        .replace(place, "HOST");
    assert_eq!(output.status.code(), Some(105));
    snapbox::assert_data_eq!(
        told,
        snapbox::str![[r#"
error: extractor svc cannot start: its service cannot be reached
 |
 = note: found http://HOST/ready: disconnected: Connection refused (os error 111)
 = help: start the service, or correct http

"#]]
    );
}

#[test]
fn mistakes_in_the_configuration_of_services_are_told_with_their_place_and_no_key_is_shown() {
    let extractor = format!(
        "http = \"127.0.0.1:80\"\nheaders = {{ Authorization = \"Bearer {KEY}\", \"a b\" = \"env:X\", X = [\"{KEY}\"] }}\nthreads = 2\nrequests-per-minute = 0\n\n\
         [extractor.password]\nhttp = \"https://me:{KEY}@host/\"\n\n[extractor.query]\nhttp = \"https://host/?key={KEY}\"\n\n\
         [extractor.model]\nllm = {{ endpoint = \"\", modell = \"m\", temperature = -1, seed = 0.5, max-tokens = 0, input-price = \"free\" }}\nbatch = 2\n\n\
         [extractor.twice]\nllm = {{ endpoint = \"http://h\", model = \"m\", prompt = \"p\", api-key-env = \"A\" }}\nheaders = {{ authorization = \"env:A\" }}\n\n\
         [extractor.pasted]\nllm = {{ endpoint = \"http://h\", model = \"m\", prompt = \"p\", api-key-env = \"{KEY}\" }}\n"
    );
    let output = command(&project(&["a"], &extractor)).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(!told.contains(&KEY[..11]), "{told}");
    snapbox::assert_data_eq!(
        told,
        snapbox::str![[r#"
error: http is no address
 --> goldspan.toml:6:8
  |
6 | http = "127.0.0.1:80"
  |        ^^^^^^^^^^^^^^ found "127.0.0.1:80"
  |
  = note: expected http:// or https://, a host, and perhaps a port and a path
error: X has the wrong type
 --> goldspan.toml:7:14
  |
7 | ...headers = "..."
  |              ^^^^^ found an array
  |
  = note: expected a text, a number, true or false
error: no header has such a name
 --> goldspan.toml:7:14
  |
7 | ...headers = "..."
  |              ^^^^^
error: the value of the header Authorization is written down
 --> goldspan.toml:7:14
  |
7 | ...headers = "..."
  |              ^^^^^
  |
  = note: expected a value from the environment: "env:NAME", or "Bearer env:NAME"
  = help: take the value out of the file, and export it in the shell that runs goldspan; if the file was shared, have the key replaced
error: extractor.svc has no key of this name
 --> goldspan.toml:8:1
  |
8 | threads = 2
  | ^^^^^^^ found "threads"
  |
  = note: expected one of builtin, command, once, predictions, http, llm, tasks, params, inputs, env, cache, workers, retries, batch, timeout, slow-after, start-timeout, max-line, headers, requests-per-minute, labels, repeats
  = help: did you mean "headers"?
error: requests-per-minute is too small
 --> goldspan.toml:9:23
  |
9 | requests-per-minute = 0
  |                       ^ found 0
  |
  = note: expected 1 or more
error: the address holds a name or a password
  --> goldspan.toml:12:8
   |
12 | http = "..."
   |        ^^^^^
   |
   = note: expected an address alone
   = help: take it from the environment: headers = { Authorization = "Basic env:NAME" }
error: the address has a query
  --> goldspan.toml:15:8
   |
15 | http = "..."
   |        ^^^^^
   |
   = note: expected an address to which /ready and /extract are added
error: llm has no model
  --> goldspan.toml:18:7
   |
18 | llm = { endpoint = "", modell = "m", temperature = -1, seed = 0.5, max-tokens = 0, input-price = "free" }
   |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   |
   = note: expected model = "gpt-4o-mini"
error: llm has no prompt
  --> goldspan.toml:18:7
   |
18 | llm = { endpoint = "", modell = "m", temperature = -1, seed = 0.5, max-tokens = 0, input-price = "free" }
   |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   |
   = note: expected prompt = "prompts/claims.md"
error: endpoint is empty
  --> goldspan.toml:18:20
   |
18 | llm = { endpoint = "", modell = "m", temperature = -1, seed = 0.5, max-tokens = 0, input-price = "free" }
   |                    ^^
   |
   = note: expected endpoint = "https://api.openai.com/v1"
error: llm has no key of this name
  --> goldspan.toml:18:24
   |
18 | llm = { endpoint = "", modell = "m", temperature = -1, seed = 0.5, max-tokens = 0, input-price = "free" }
   |                        ^^^^^^ found "modell"
   |
   = note: expected one of endpoint, model, prompt, label-set, max-tokens, temperature, seed, input-price, output-price, api-key-env
   = help: did you mean "model"?
error: temperature is no number from 0 up
  --> goldspan.toml:18:52
   |
18 | llm = { endpoint = "", modell = "m", temperature = -1, seed = 0.5, max-tokens = 0, input-price = "free" }
   |                                                    ^^ found "-1"
   |
   = note: expected temperature = 0.5
error: seed has the wrong type
  --> goldspan.toml:18:63
   |
18 | llm = { endpoint = "", modell = "m", temperature = -1, seed = 0.5, max-tokens = 0, input-price = "free" }
   |                                                               ^^^ found a float
   |
   = note: expected a whole number
error: max-tokens is too small
  --> goldspan.toml:18:81
   |
18 | llm = { endpoint = "", modell = "m", temperature = -1, seed = 0.5, max-tokens = 0, input-price = "free" }
   |                                                                                 ^ found 0
   |
   = note: expected 1 or more
error: input-price is no number from 0 up
  --> goldspan.toml:18:98
   |
18 | llm = { endpoint = "", modell = "m", temperature = -1, seed = 0.5, max-tokens = 0, input-price = "free" }
   |                                                                                                  ^^^^^^ found "free"
   |
   = note: expected input-price = 0.5
error: extractor.model has no key of this name
  --> goldspan.toml:19:1
   |
19 | batch = 2
   | ^^^^^ found "batch"
   |
   = note: expected one of builtin, command, once, predictions, http, llm, tasks, params, inputs, env, cache, workers, retries, timeout, slow-after, max-line, headers, requests-per-minute, labels, repeats
error: the key is named twice
  --> goldspan.toml:21:12
   |
21 | [extractor.twice]
   |            ^^^^^ found api-key-env, and Authorization in headers
   |
   = help: take one out
error: api-key-env is no name of an environment variable
  --> goldspan.toml:26:18
   |
26 | ...api-key-env = "..."
   |                  ^^^^^
   |
   = note: expected its name, not its value: api-key-env = "OPENAI_API_KEY"
error: 19 problems; nothing was evaluated

"#]]
    );
}

/// A project of articles in which Ana and Jan are gold, and this language model.
fn model(ids: &[&str], server: &Server, llm: &str, more: &str) -> Scratch {
    let place = server.place();
    let extractor = format!(
        "tasks = [\"entities\"]\n{more}\n[extractor.svc.llm]\nendpoint = \"http://{place}/v1\"\nmodel = \"m-1\"\nprompt = \"prompt.md\"\n{llm}"
    );
    let scratch = project(ids, &extractor);
    scratch.write("prompt.md", "Find {{tasks}}.\n\n{{text}}");
    scratch
}

/// A whole answer of an endpoint, with these words of the model.
fn completion(content: impl ToString) -> Value {
    json!({
        "id": "c-1", "object": "chat.completion", "model": "m-1-2026",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": content.to_string(), "refusal": null}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 1000, "completion_tokens": 500, "total_tokens": 1500}
    })
}

/// What the model finds in each article.
fn quoted_ana() -> Value {
    json!({"entities": [{"text": "Ana", "label": "PERSON"}]})
}

/// The shape that is asked for where entities of two labels are.
fn entities_schema() -> Value {
    let label = json!({"type": "string", "enum": ["PERSON", "GPE"]});
    let entity = json!({"type": "object", "properties": {"text": {"type": "string"}, "label": label}, "required": ["label", "text"], "additionalProperties": false});
    let list = json!({"type": "array", "items": entity});
    json!({"type": "object", "properties": {"entities": list}, "required": ["entities"], "additionalProperties": false})
}

#[test]
fn a_model_is_asked_once_for_each_article_and_its_tokens_and_cost_are_counted() {
    let invented = json!({"entities": [{"text": "Ana", "label": "PERSON"}, {"text": "Paris", "label": "GPE"}]});
    let server = Server::start(move |heard| match heard.before {
        0 => Reply::of(200, completion(&invented)),
        _ => Reply::of(200, completion(quoted_ana())),
    });
    let llm = "temperature = 0\nseed = 7\nmax-tokens = 400\ninput-price = 2\noutput-price = 8.0\nlabel-set = [\"PERSON\", \"GPE\"]\napi-key-env = \"SVC_KEY\"";
    let scratch = model(
        &["a", "b"],
        &server,
        llm,
        "workers = 1\nparams = { tone = \"dry\" }",
    );
    scratch.write("prompt.md", "Find {{tasks}} ({{labels}}), be {{tone}}.");
    let output = keyed(&scratch);
    let told = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(0), "{told}");
    let heard = server.heard();
    assert_eq!(heard.len(), 2);
    assert_eq!(heard[0].line, "POST /v1/chat/completions");
    assert!(
        heard[0]
            .head
            .contains(&format!("authorization: Bearer {KEY}")),
        "{:?}",
        heard[0].head
    );
    assert_eq!(
        heard[0].body,
        json!({
            "model": "m-1", "temperature": 0.0, "seed": 7, "max_tokens": 400,
            "messages": [
                {"role": "system", "content": "Find entities (PERSON, GPE), be dry."},
                {"role": "user", "content": "Ana met Jan.\n"},
            ],
            "response_format": {"type": "json_schema", "json_schema": {"name": "quotations", "strict": true, "schema": entities_schema()}},
        })
    );
    let totals = json!({"requests": 2.0, "input tokens": 2000.0, "output tokens": 1000.0, "cost": 0.012, "quotations exact": 2.0, "quotations normalised": 0.0, "quotations fuzzy": 0.0, "quotations ambiguous": 0.0, "quotations nowhere": 1.0});
    assert_eq!(run_json(&scratch)["totals"], totals);
    let scores = scratch.read("out/scores.csv");
    assert!(scores.contains("strict"), "{scores}");
    let manifest: Value = serde_json::from_str(&scratch.read("out/manifest.json")).unwrap();
    let extractor = &manifest["extractors"][0];
    let endpoint = format!("http://{}/v1", server.place());
    let digest = &blake3::hash(b"Find {{tasks}} ({{labels}}), be {{tone}}.").to_hex()[..16];
    assert_eq!(extractor["extractor"], "llm:m-1");
    assert_eq!(
        extractor["params"],
        json!({"endpoint": endpoint, "model": "m-1", "prompt": digest, "temperature": "0", "seed": "7", "max-tokens": "400", "tone": "dry"})
    );
    // What was paid for is not paid for again.
    let second = keyed(&scratch);
    assert_eq!(second.status.code(), Some(0));
    assert_eq!(server.heard().len(), 2);
    assert_eq!(run_json(&scratch)["totals"]["cost"], 0.0);
    nowhere(
        &scratch,
        &[output.stdout, output.stderr, second.stdout, second.stderr],
    );
    // Another prompt is another extractor.
    scratch.write("prompt.md", "Find all {{tasks}}.");
    assert_eq!(keyed(&scratch).status.code(), Some(0));
    assert_eq!(server.heard().len(), 4);
}

/// A first answer and those after it, how what is left of the run begins, and how many requests that took.
type Case = (Reply, Reply, String, usize);

/// Plays each case to a run over one article.
fn play(cases: Vec<Case>) {
    thread::scope(|scope| {
        for (first, later, expected, requests) in cases {
            scope.spawn(move || {
                let server = Server::start(move |heard| match heard.before {
                    0 => first.clone(),
                    _ => later.clone(),
                });
                let scratch = model(&["a"], &server, "", "");
                let told = outcome(&scratch, &server);
                assert!(told.starts_with(&expected), "{told}\n{expected}");
                assert_eq!(server.heard().len(), requests, "{told}");
                assert_eq!(run_json(&scratch)["totals"]["requests"], requests as f64);
            });
        }
    });
}

/// A good answer whose choice is changed so.
fn changed(change: impl Fn(&mut Value)) -> Reply {
    let mut whole = completion(quoted_ana());
    change(&mut whole["choices"][0]);
    Reply::of(200, whole)
}

#[test]
fn an_answer_of_a_model_that_cannot_be_used_is_asked_for_again() {
    let good = || Reply::of(200, completion(quoted_ana()));
    let fence = completion(format!("```json\n{}\n```", quoted_ana()));
    let limit = json!({"error": {"message": "Rate limit reached", "type": "requests"}});
    let found = |first: Reply, requests| (first, good(), format!("exit 0\na: {ANA}\n"), requests);
    play(vec![
        found(Reply::of(200, fence), 1),
        found(Reply::of(200, completion("Here you are: {}")), 2),
        found(Reply::of(200, completion(json!({"Entities": []}))), 2),
        found(Reply::of(200, completion("[]")), 2),
        found(good().cut(30), 2),
        found(Reply::of(200, "<html>"), 2),
        found(Reply::of(500, "oh"), 2),
        found(Reply::of(429, limit).with("retry-after: 0"), 2),
    ]);
}

#[test]
fn a_label_that_a_model_was_not_allowed_counts_and_is_told() {
    let answer = json!({"entities": [{"text": "Ana", "label": "PERSON"}, {"text": "Jan", "label": "HUMAN"}]});
    let server = Server::start(move |_| Reply::of(200, completion(&answer)));
    let scratch = model(
        &["a", "b"],
        &server,
        "label-set = [\"PERSON\", \"ORG\"]",
        "",
    );
    let told = outcome(&scratch, &server);
    let expected =
        "svc: 2 mentions with a label that is not among its own, and counted all the same: HUMAN\n";
    assert!(
        told.starts_with("exit 0\n") && told.contains(expected),
        "{told}"
    );
    let again = outcome(&scratch, &server);
    assert!(
        again.contains("svc: 2 cached") && again.contains(expected),
        "{again}"
    );
}

#[test]
fn a_plan_of_a_service_with_few_requests_a_minute_says_how_long_that_takes() {
    let server = serving(|heard| Reply::of(200, right(heard)));
    let scratch = service(&["a", "b", "c"], &server, "requests-per-minute = 30");
    let output = scratch.goldspan("run --dry-run");
    let output = output.env("NO_PROXY", "127.0.0.1").output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    let expected = "3 to run; at least 6.0 s, as requests-per-minute has it; it never ran here";
    assert!(told.contains(expected), "{told}");
}

#[test]
fn an_answer_of_a_model_that_stays_bad_is_told_after_the_second() {
    let twice = |body: Value, error: &str| {
        let reply = Reply::of(200, body);
        (
            reply.clone(),
            reply,
            format!("exit 104\na: bad_answer: {error}"),
            2,
        )
    };
    let mut wordless = completion("");
    wordless["choices"][0]["message"]["content"] = Value::Null;
    play(vec![
        twice(
            completion("Here you are: {}"),
            "its quotations cannot be read: expected value at line 1 column 1, in \"Here you are: {}\"",
        ),
        twice(
            completion(json!({"entities": [{"text": "Ana", "label": ""}]})),
            "\"\" is no label, of \"Ana\"\n",
        ),
        twice(wordless, "the model answered without words\n"),
        twice(
            json!({"error": {"message": "no upstream", "code": 502}}),
            "the service answers with an error: \"no upstream\"\n",
        ),
        twice(
            json!({"choices": [7]}),
            "its answer is no completion: \"{\\\"choices\\\":[7]}\" (",
        ),
    ]);
}

#[test]
fn an_answer_of_a_model_that_would_come_again_is_not_asked_for_again() {
    let once = |reply: Reply, error: &str| {
        let good = Reply::of(200, completion(quoted_ana()));
        (reply, good, format!("exit 104\na: {error}\n"), 1)
    };
    let cut = changed(|choice| {
        choice["finish_reason"] = "length".into();
        choice["message"]["content"] = "{\"entities\": [{\"te".into();
    });
    let refused = changed(|choice| {
        choice["message"]["refusal"] = "I'm sorry.".into();
        choice["message"]["content"] = Value::Null;
    });
    let filtered = changed(|choice| choice["finish_reason"] = "content_filter".into());
    let key = json!({"error": {"message": "Incorrect API key", "code": "invalid_api_key"}});
    play(vec![
        once(
            cut,
            "truncated: the answer ended before it was complete; raise max-tokens, or ask for less",
        ),
        once(
            refused,
            "refused: the model will not answer: \"I'm sorry.\"",
        ),
        once(
            filtered,
            "refused: the answer was held back by a filter of the service",
        ),
        once(
            Reply::of(401, key),
            "http_401: the service answers with status 401: Incorrect API key",
        ),
    ]);
}

#[test]
fn claims_of_a_model_are_looked_for_and_answers_without_tokens_are_told() {
    let answer = json!({"claims": [{"content": "We will stay", "source": "Ana Kos", "cue": "said"}, {"content": "They left", "source": null, "cue": null}], "entities": []});
    let server = Server::start(move |_| {
        let mut whole = completion(&answer);
        whole.as_object_mut().unwrap().remove("usage");
        Reply::of(200, whole)
    });
    let scratch = Scratch::project();
    let llm = format!(
        "llm = {{ endpoint = \"http://{}/v1/chat/completions\", model = \"m\", prompt = \"p.md\" }}",
        server.place()
    );
    scratch.write(
        "goldspan.toml",
        format!("[corpus.news]\narticles = \"news\"\ngold = \"gold\"\n\n[extractor.svc]\n{llm}\n"),
    );
    scratch.write("p.md", "Claims in: {{text}}");
    let told = outcome(&scratch, &server);
    assert!(told.starts_with("exit 0\n"), "{told}");
    assert!(
        told.contains("svc: did not say with 1 of its answers how many tokens they took\n"),
        "{told}"
    );
    let body = &server.heard()[0].body;
    let content = format!("Claims in: {}", crate::scratch::ARTICLE);
    assert_eq!(
        body["messages"],
        json!([{"role": "user", "content": content}])
    );
    let claim = &body["response_format"]["json_schema"]["schema"]["properties"]["claims"]["items"];
    assert_eq!(
        claim["properties"]["source"]["type"],
        json!(["string", "null"])
    );
    assert_eq!(claim["required"], json!(["content", "cue", "source"]));
    assert_eq!(
        (
            body.get("temperature"),
            body.get("seed"),
            body.get("max_tokens")
        ),
        (None, None, None)
    );
    let rows = scratch.read("out/scores.csv");
    let claims: String = rows
        .lines()
        .filter(|line| line.contains(",claims,exact,"))
        .map(|line| format!("{line}\n"))
        .collect();
    snapbox::assert_data_eq!(
        claims,
        snapbox::str![[r#"
news,svc,claims,exact,claim,,1,0,0,0,1,1,2,0.5,1.0,0.6666666666666666,0.5,0.0,0.5,0.0,,,,,,,,,,,,,,
news,svc,claims,exact,content,,1,0,0,0,1,1,2,0.5,1.0,0.6666666666666666,0.5,0.0,0.5,0.0,,,,,,,,,,,,,,
news,svc,claims,exact,source,,1,0,0,0,1,1,2,0.5,1.0,0.6666666666666666,0.5,0.0,0.5,0.0,,,,,,,,,,,,,,
news,svc,claims,exact,cue,,1,0,0,0,1,1,2,0.5,1.0,0.6666666666666666,0.5,0.0,0.5,0.0,,,,,,,,,,,,,,

"#]]
    );
}

#[test]
fn a_model_without_its_prompt_or_its_key_ends_the_run_before_anything_is_asked() {
    let server = Server::start(|_| Reply::of(500, ""));
    let scratch = model(&["a"], &server, "api-key-env = \"SVC_KEY\"", "");
    let mut told = not_begun(&scratch, &server);
    let scratch = model(&["a"], &server, "", "");
    scratch.write("prompt.md", "Find {{labels}} in {{txt}}.");
    told.push_str(&not_begun(&scratch, &server));
    scratch.write("prompt.md", "Find it in {{txt}}.");
    told.push_str(&not_begun(&scratch, &server));
    fs::remove_file(scratch.path().join("prompt.md")).unwrap();
    told.push_str(&not_begun(&scratch, &server));
    snapbox::assert_data_eq!(
        told,
        snapbox::str![[r#"
error: extractor svc cannot start: the environment variable SVC_KEY is not set
 |
 = note: expected the value of its header Authorization in the environment variable SVC_KEY
 = help: export SVC_KEY=...
error: extractor svc cannot start: its prompt has a place for something that is not known
--> prompt.md
 = note: found {{labels}}
 = note: expected one of {{text}}, {{tasks}}
 = help: name the labels: label-set = ["PERSON", "ORG"] in llm
error: extractor svc cannot start: its prompt has a place for something that is not known
--> prompt.md
 = note: found {{txt}}
 = note: expected one of {{text}}, {{tasks}}
 = help: did you mean {{text}}?
error: extractor svc cannot start: its prompt cannot be read
--> prompt.md
 = note: found No such file or directory (os error 2)
 = help: correct prompt, a path from the configuration's folder

"#]]
    );
    assert_eq!(server.heard().len(), 0);
}
