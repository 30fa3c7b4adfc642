//! How many bytes of article a second go through extraction, matching and counting, for each built-in extractor and for all, at 1 and 2 threads.
//!
//! Timed: extract, map labels, pair, count under the default measures, and the sum of the tables, on the bundled corpus repeated to 64 MB.
//! Not timed: reading articles and gold, the journal and the tables on disk (whole-process runs of `goldspan run` show those).

// A bench without its corpus has nothing to say: it stops.
#![allow(clippy::expect_used)]

use std::path::Path;
use std::time::Duration;

use criterion::{
    BenchmarkId, Criterion, SamplingMode, Throughput, criterion_group, criterion_main,
};
use goldspan::annotation::{Gold, Prediction};
use goldspan::corpus::{Corpus, Location};
use goldspan::counts::{Annotated, CountTable, Measures, Rules};
use goldspan::document::Document;
use goldspan::extract::{BUILTINS, Extractor, Params, builtin};
use rayon::prelude::*;

const TARGET_BYTES: usize = 64_000_000;

fn corpus() -> Vec<(Document, Gold)> {
    let location = Location {
        name: "newswire".to_owned(),
        base: Path::new(env!("CARGO_MANIFEST_DIR")).to_owned(),
        articles: Some("corpora/newswire".to_owned()),
        gold: Some("gold/newswire".to_owned()),
        ..Location::default()
    };
    let (corpus, _) = Corpus::find(&location).expect("the bundled corpus");
    let read = |entry: &goldspan::corpus::Entry| {
        let document = entry.document().expect("a readable article");
        let labelled = entry.labelled(&document).expect("readable gold");
        (document, labelled.expect("an annotated article").gold)
    };
    corpus.entries.iter().map(read).collect()
}

fn planned(name: &str) -> Box<dyn Extractor> {
    builtin(name, &Params::new()).expect("a built-in extractor")
}

/// Extracts and counts `times` the corpus on the current pool; the sum keeps the work from being optimised away.
fn evaluate(
    corpus: &[(Document, Gold)],
    times: usize,
    extractors: &[Box<dyn Extractor>],
) -> CountTable {
    let (measures, annotated) = (Measures::default(), Annotated::default());
    let one = |(document, gold): &(Document, Gold)| {
        let mut table = CountTable::default();
        for extractor in extractors {
            let prediction = extractor
                .extract(document)
                .unwrap_or_else(|_| Prediction::default());
            let rules = Rules {
                measures: &measures,
                annotated: &annotated,
                tasks: &extractor.about().tasks,
            };
            table.count(document, gold, &prediction, rules);
        }
        table
    };
    let add = |mut sum: CountTable, table: CountTable| {
        sum += &table;
        sum
    };
    let work = (0..times * corpus.len()).into_par_iter();
    work.map(|at| one(&corpus[at % corpus.len()]))
        .reduce(CountTable::default, add)
}

fn pipeline(criterion: &mut Criterion) {
    let corpus = corpus();
    let bytes: usize = corpus
        .iter()
        .map(|(document, _)| document.text().len())
        .sum();
    let times = TARGET_BYTES.div_ceil(bytes);
    let mut sets: Vec<(&str, Vec<Box<dyn Extractor>>)> = BUILTINS
        .into_iter()
        .map(|name| (name, vec![planned(name)]))
        .collect();
    sets.push(("all", BUILTINS.into_iter().map(planned).collect()));
    let mut group = criterion.benchmark_group("pipeline");
    group
        .sampling_mode(SamplingMode::Flat)
        .sample_size(10)
        .warm_up_time(Duration::from_millis(500));
    group.throughput(Throughput::BytesDecimal((times * bytes) as u64));
    for (name, extractors) in &sets {
        for threads in [1, 2] {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .expect("threads");
            group.bench_function(
                BenchmarkId::new(*name, format!("{threads} threads")),
                |bencher| {
                    bencher.iter(|| pool.install(|| evaluate(&corpus, times, extractors)));
                },
            );
        }
    }
    group.finish();
}

criterion_group!(benches, pipeline);
criterion_main!(benches);
