//! What it costs to let extractors live elsewhere: the protocol's overhead for each document, what a second worker brings, hits of the cache, and memory.
//!
//! Timed: from handing documents to the host until the last answer is checked against its article. The extractor is this program itself, which answers at once (or works for
//! a given time) with one mention; its start is not timed. Documents have 2 KB. Medians of several rounds; `cargo bench --bench hosting`, or with the names of parts: `-- cache memory`.

#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a bench tells what it measured, and stops where it cannot"
)]

use std::hint::black_box;
use std::io::{BufRead, Write};
use std::time::{Duration, Instant};

use goldspan::cache::{Cache, Key};
use goldspan::document::Document;
use goldspan::host::{Answer, Listener, Remote, Settings, Transport, start};
use rayon::prelude::*;

fn main() {
    if std::env::var_os("GOLDSPAN_WORKER").is_some() {
        return play();
    }
    // Memory first: what is told is the most that was ever used.
    let parts: [(&str, fn()); 4] = [
        ("memory", memory),
        ("protocol", protocol),
        ("workers", workers),
        ("cache", cache),
    ];
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    for (name, part) in parts {
        if wanted.is_empty() || wanted.iter().any(|word| word == name) {
            part();
        }
    }
}

fn protocol() {
    println!("protocol, microseconds a document (2 KB, one worker):");
    for (batch, in_flight, documents) in [
        (1, 1, 4_000),
        (1, 4, 8_000),
        (32, 1, 40_000),
        (32, 2, 40_000),
    ] {
        let time = overhead(batch, in_flight, documents);
        println!("  batch {batch:2}, in flight {in_flight}: {time:6.1}");
    }
}

fn workers() {
    println!("a second worker, 2 ms of work a document:");
    let ratios: Vec<f64> = (0..5)
        .map(|_| working(1).as_secs_f64() / working(2).as_secs_f64())
        .collect();
    println!(
        "  {:.2} times one worker ({ratios:.2?})",
        median(ratios.clone())
    );
}

fn text(number: usize) -> String {
    let mut text = format!("Ana Kos wrote report {number}. ");
    while text.len() < 2_000 {
        text.push_str("The ministers met on Monday to speak about the bases. ");
    }
    text
}

fn documents(count: usize) -> Vec<Document> {
    (0..count)
        .map(|number| Document::new(format!("d{number}"), text(number)))
        .collect()
}

/// Speaks the protocol: one mention for each document, after so many microseconds of work.
fn play() {
    let stdout = std::io::stdout();
    let mut out = stdout.lock();
    let mut work = 0;
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("the host writes lines");
        // Reading the whole message costs as much as the host's own work; the ids are enough here.
        if line.starts_with("{\"t\":\"hello\"") {
            let number = |key: &str| -> u64 {
                let rest = line.split(&format!("\"{key}\":\"")).nth(1);
                let digits = rest.and_then(|rest| rest.split('"').next());
                digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
            };
            work = number("work");
            writeln!(
                out,
                "{{\"t\":\"ready\",\"protocol\":1,\"name\":\"bench\",\"version\":\"1\",\"tasks\":[\"entities\"],\"batch\":{},\"in_flight\":{}}}",
                number("batch"),
                number("flight")
            )
            .expect("the host reads");
        } else if line.starts_with("{\"t\":\"extract\"") {
            let id = line
                .split("\"id\":")
                .nth(1)
                .and_then(|rest| rest.split(',').next());
            let entries: Vec<String> = line
                .split("{\"id\":\"")
                .skip(1)
                .filter_map(|rest| rest.split('"').next())
                .map(|id| {
                    let begun = Instant::now();
                    while begun.elapsed() < Duration::from_micros(work) {
                        std::hint::spin_loop();
                    }
                    format!("{{\"id\":\"{id}\",\"entities\":[{{\"start\":0,\"end\":7,\"label\":\"PERSON\"}}]}}")
                })
                .collect();
            writeln!(
                out,
                "{{\"t\":\"result\",\"id\":{},\"docs\":[{}]}}",
                id.unwrap_or("0"),
                entries.join(",")
            )
            .expect("the host reads");
        } else {
            break;
        }
        out.flush().expect("the host reads");
    }
}

fn host(batch: usize, in_flight: usize, workers: usize, work: u64) -> Box<dyn Remote> {
    let own = std::env::current_exe().expect("a program has a path");
    let command = vec![own.display().to_string()];
    let mut settings = Settings::new("bench", Transport::Command(command));
    settings.workers = workers;
    let params = [
        ("batch", batch as u64),
        ("flight", in_flight as u64),
        ("work", work),
    ];
    settings.params = params
        .map(|(name, value)| (name.to_owned(), value.to_string()))
        .into();
    start(settings).expect("the bench plays its extractor")
}

struct Sink;

impl Listener for Sink {
    fn answered(&self, _: usize, answer: Answer) {
        let prediction = black_box(answer.outcome).expect("an answer");
        assert_eq!(prediction.0.mentions.len(), 1);
    }
}

/// Asks in the batches of a run.
fn ask(host: &dyn Remote, documents: &[Document]) {
    for batch in documents.chunks(256) {
        let batch: Vec<&Document> = batch.iter().collect();
        host.extract_all(&batch, &Sink);
    }
}

/// Microseconds a document.
fn overhead(batch: usize, in_flight: usize, count: usize) -> f64 {
    let documents = documents(count);
    let host = host(batch, in_flight, 1, 0);
    ask(host.as_ref(), &documents[..256]);
    let rounds = (0..5).map(|_| {
        let begun = Instant::now();
        ask(host.as_ref(), &documents);
        begun.elapsed().as_secs_f64() * 1e6 / count as f64
    });
    let time = median(rounds.collect());
    host.finish();
    time
}

fn working(workers: usize) -> Duration {
    let documents = documents(512);
    let host = host(4, 2, workers, 2_000);
    ask(host.as_ref(), &documents[..32]);
    let begun = Instant::now();
    ask(host.as_ref(), &documents);
    let time = begun.elapsed();
    host.finish();
    time
}

/// 100,000 hits on the threads of a run.
fn cache() {
    const COUNT: usize = 100_000;
    let folder = tempfile::tempdir().expect("a place for the cache");
    let path = folder.path().join("c.redb");
    let documents = documents(COUNT);
    let entity = |at: usize| {
        format!(
            "{{\"start\":{},\"end\":{},\"label\":\"PERSON\"}}",
            at * 20,
            at * 20 + 7
        )
    };
    let line = format!(
        "{{\"id\":\"d\",\"entities\":[{}],\"claims\":[]}}",
        (0..15).map(entity).collect::<Vec<_>>().join(",")
    );
    let cache = Cache::open(&path).expect("a cache");
    let begun = Instant::now();
    for document in &documents {
        cache.put(Key::of("bench", document), "bench", &line);
    }
    assert_eq!(cache.close(), None);
    let put = begun.elapsed().as_secs_f64();
    let cache = Cache::open(&path).expect("a cache");
    let rounds = (0..5).map(|_| {
        let begun = Instant::now();
        documents.par_iter().for_each(|document| {
            let found = cache.get(&Key::of("bench", document), document);
            assert_eq!(
                black_box(found).expect("a hit").annotations.mentions.len(),
                15
            );
        });
        COUNT as f64 / begun.elapsed().as_secs_f64()
    });
    println!(
        "cache, {COUNT} documents of 2 KB with 15 mentions, {} threads:",
        rayon::current_num_threads()
    );
    println!(
        "  {:.0} hits a second; {:.0} puts a second",
        median(rounds.collect()),
        COUNT as f64 / put
    );
}

/// The most memory that the host used after ten thousand documents, and after a million.
fn memory() {
    let documents = documents(1_000);
    let host = host(32, 2, 2, 0);
    println!("memory, documents asked for in the batches of a run, two workers:");
    let mut asked = 0;
    for until in [10_000, 100_000, 1_000_000] {
        while asked < until {
            ask(host.as_ref(), &documents);
            asked += documents.len();
        }
        println!("  {until:7} documents: peak {:.1} MiB", peak());
    }
    host.finish();
}

/// The most resident memory of this process so far, in MiB; 0 where the system does not tell.
fn peak() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
    kilobytes.unwrap_or(0.0) / 1024.0
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
