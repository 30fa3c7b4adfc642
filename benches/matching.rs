//! How long pairing and counting take on sparse, dense and pathological documents, per span.
//!
//! Timed: finding overlaps, pairing under all five measures, label rows and confusion, for mentions that are already in memory.
//! Not timed: reading. `sparse` is 2,500 documents of 40 spans a side, `dense` 50 documents of 2,000: as many spans in all, so the throughputs compare
//! directly. `nested` is `dense` with every mention inside another. `heap` is one document of 5,000 spans a side that all overlap each other, which is
//! paired greedily and must finish within a second.

// A bench whose own input is wrong has nothing to say: it stops.
#![allow(clippy::expect_used)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use goldspan::annotation::{Annotations, Gold, Mention, Prediction, Task};
use goldspan::counts::{Annotated, CountTable, Measures, Rules};
use goldspan::document::Document;
use goldspan::matching::EntityMeasure;
use goldspan::span::Span;

const LABELS: [&str; 6] = ["PER", "ORG", "GPE", "DATE", "EVENT", "LAW"];

/// A document with its gold and a prediction.
type Case = (Document, Gold, Prediction);

/// A small generator of numbers (a linear congruence): the same on every machine.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % limit).expect("small")
    }

    fn label(&mut self) -> &'static str {
        LABELS[self.below(LABELS.len() as u64)]
    }
}

fn mention(text: &str, start: usize, end: usize, label: &'static str) -> Mention {
    let span = Span::new(text, start, end.min(text.len())).expect("a span of the text");
    Mention {
        extent: span.into(),
        label: label.into(),
    }
}

fn case(characters: usize, gold: Vec<Mention>, predicted: Vec<Mention>) -> Case {
    let annotations = |mentions| Annotations {
        mentions,
        claims: Vec::new(),
        ..Annotations::default()
    };
    (
        Document::without_text("a", characters),
        Gold(annotations(gold)),
        Prediction(annotations(predicted)),
    )
}

/// `spans` gold mentions with gaps between them, each within another where `nested`; one prediction in four is wrong in some way.
fn document(numbers: &mut Numbers, spans: usize, nested: bool) -> Case {
    let characters = spans * 20 + 40;
    let text = "x".repeat(characters);
    let (mut gold, mut predicted) = (Vec::new(), Vec::new());
    for at in 0..spans {
        let at = if nested { at / 2 * 2 } else { at };
        let start = at * 20 + numbers.below(4);
        let (end, label) = (start + 3 + numbers.below(9), numbers.label());
        gold.push(mention(&text, start, end, label));
        match numbers.below(16) {
            0 => {}
            1 => predicted.push(mention(&text, start, end + 2, label)),
            2 => predicted.push(mention(&text, start, end, numbers.label())),
            3 => predicted.push(mention(&text, end + 1, end + 3, label)),
            _ => predicted.push(mention(&text, start, end, label)),
        }
    }
    case(characters, gold, predicted)
}

/// Spans that all hold the middle of the text.
fn heap(numbers: &mut Numbers, spans: usize) -> Case {
    let text = "x".repeat(40_000);
    let mut side = || -> Vec<Mention> {
        let spans = (0..spans).map(|_| {
            let (start, end) = (numbers.below(20_000), 20_001 + numbers.below(19_000));
            mention(&text, start, end, numbers.label())
        });
        spans.collect()
    };
    let (gold, predicted) = (side(), side());
    case(text.len(), gold, predicted)
}

fn count(cases: &[Case]) -> CountTable {
    let mut measures = Measures::default();
    measures
        .entity
        .extend(EntityMeasure::from_name("overlap:0.5"));
    let annotated = Annotated::default();
    let rules = Rules {
        measures: &measures,
        annotated: &annotated,
        tasks: &[Task::Entities],
    };
    let mut table = CountTable::default();
    for (document, gold, prediction) in cases {
        table.count(document, gold, prediction, rules);
    }
    table
}

fn matching(criterion: &mut Criterion) {
    let mut numbers = Numbers(20_261_124);
    let mut many = |documents: usize, spans, nested| -> Vec<Case> {
        let cases = (0..documents).map(|_| document(&mut numbers, spans, nested));
        cases.collect()
    };
    let sets = [
        ("sparse", many(2500, 40, false)),
        ("dense", many(50, 2000, false)),
        ("nested", many(50, 2000, true)),
        ("heap", vec![heap(&mut Numbers(7), 5000)]),
    ];
    let mut group = criterion.benchmark_group("matching");
    group.sample_size(10);
    for (name, cases) in &sets {
        let spans = cases.iter().map(|(_, gold, prediction)| {
            gold.0.mentions.len() as u64 + prediction.0.mentions.len() as u64
        });
        group.throughput(Throughput::Elements(spans.sum()));
        group.bench_function(*name, |bencher| bencher.iter(|| count(cases)));
    }
    group.finish();
}

criterion_group!(benches, matching);
criterion_main!(benches);
