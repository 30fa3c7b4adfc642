//! What a run survives, and what never changes its result: failing extractors, threads, order.

use std::io;
use std::num::{NonZeroU32, NonZeroUsize};
use std::sync::Mutex;

use goldspan::annotation::{Annotations, Mention, Prediction, Task};
use goldspan::corpus::{Corpus, Location};
use goldspan::counts::{Annotated, Counts, Measure, Measures, Rules};
use goldspan::document::Document;
use goldspan::error::Kind;
use goldspan::extract::{About, ExtractError, Extractor, Params, builtin};
use goldspan::matching::EntityMeasure;
use goldspan::run::{
    Caching, Counted, Observer, Plan, PlannedCorpus, PlannedExtractor, Run, inspect, run,
};
use goldspan::span::Span;

use crate::scratch::{Scratch, repository};

/// An extractor that marks the first word, panics on documents whose id begins with `p` and fails on those with `f`.
struct Moody(About);

impl Moody {
    fn new() -> Self {
        let about = About::new("moody", "1", &[Task::Entities], "The first word.");
        Self(about)
    }
}

impl Extractor for Moody {
    fn about(&self) -> &About {
        &self.0
    }

    fn extract(&self, document: &Document) -> Result<Prediction, ExtractError> {
        assert!(!document.id().starts_with('p'), "no {}", document.id());
        if document.id().starts_with('f') {
            return Err(ExtractError::new("not today"));
        }
        let end = document.text().find(' ').unwrap_or(document.text().len());
        let extent = Span::new(document.text(), 0, end).unwrap().into();
        let mention = Mention {
            extent,
            label: "X".into(),
        };
        Ok(Prediction(Annotations {
            mentions: vec![mention],
            claims: vec![],
            ..Annotations::default()
        }))
    }
}

#[derive(Default)]
struct Hearing {
    predictions: Mutex<Vec<String>>,
    documents: Mutex<Vec<String>>,
    deaf: bool,
}

impl Observer for Hearing {
    fn prediction(&self, line: &str) -> io::Result<()> {
        if self.deaf {
            return Err(io::Error::other("disk full"));
        }
        self.predictions.lock().unwrap().push(line.to_owned());
        Ok(())
    }

    fn render(&self, counted: &Counted<'_>) -> io::Result<Vec<u8>> {
        Ok(format!("{counted:?}").into_bytes())
    }

    fn document(&self, rendered: &[u8]) -> io::Result<()> {
        let rendered = String::from_utf8(rendered.to_vec()).unwrap();
        self.documents.lock().unwrap().push(rendered);
        Ok(())
    }
}

fn planned(name: &str, extractor: Box<dyn Extractor>, labels: &[(&str, &str)]) -> PlannedExtractor {
    PlannedExtractor {
        name: name.to_owned(),
        engine: extractor.into(),
        repeats: NonZeroU32::MIN,
        labels: labels
            .iter()
            .map(|(from, to)| ((*from).to_owned(), (*to).to_owned()))
            .collect(),
    }
}

fn location(base: &std::path::Path, articles: &str, gold: Option<&str>) -> Location {
    Location {
        name: "news".to_owned(),
        base: base.to_owned(),
        articles: Some(articles.to_owned()),
        gold: gold.map(str::to_owned),
        ..Location::default()
    }
}

fn plan(location: &Location, extractors: Vec<PlannedExtractor>, threads: usize) -> Plan {
    Plan {
        corpora: vec![PlannedCorpus {
            corpus: Corpus::find(location).unwrap().0,
            annotated: Annotated::default(),
        }],
        extractors,
        measures: Measures::default(),
        threads: NonZeroUsize::new(threads).unwrap(),
        caching: Caching::default(),
    }
}

fn moody_corpus() -> (Scratch, Location) {
    let scratch = Scratch::new();
    for id in ["a", "fails", "panics", "z"] {
        scratch.write(&format!("{id}.txt"), "Ana met Jan\n");
        scratch.write(&format!("{id}.ann"), "T1\tPERSON 0 3\tAna\n");
    }
    scratch.write("unlabelled.txt", "Ana met Jan\n");
    let location = location(scratch.path(), "", None);
    (scratch, location)
}

fn strict(run: &Run, extractor: usize) -> Counts {
    run.corpora[0].extractors[extractor]
        .table
        .get(Measure::Entity(EntityMeasure::Strict), "*")
}

#[test]
fn a_panic_or_failure_costs_that_document_for_that_extractor_only() {
    let (_scratch, location) = moody_corpus();
    let extractors = vec![
        planned("moody", Box::new(Moody::new()), &[("X", "PERSON")]),
        planned(
            "gazetteer",
            builtin(
                "gazetteer",
                &[("lexicon".to_owned(), "PERSON\tAna".to_owned())].into(),
            )
            .unwrap(),
            &[],
        ),
    ];
    let plan = plan(&location, extractors, 2);
    let hearing = Hearing::default();
    let run = run(&plan, &hearing).unwrap();
    let moody = &run.corpora[0].extractors[0];
    let failures: Vec<(&str, &str)> = moody
        .failures
        .iter()
        .map(|f| (f.document.as_str(), f.error.as_str()))
        .collect();
    assert_eq!(
        failures,
        [("fails", "not today"), ("panics", "panicked: no panics")]
    );
    // Failed documents stay in the denominator: 2 right, 2 missing of 4 annotated ones.
    let expected = |correct, missing| Counts {
        correct,
        missing,
        ..Counts::default()
    };
    assert_eq!(strict(&run, 0), expected(2, 2));
    assert_eq!(strict(&run, 1), expected(4, 0));
    assert_eq!((run.corpora[0].documents, run.corpora[0].scored), (5, 4));
    assert_eq!(run.failures(), (2, 10));
    assert_eq!(
        hearing.predictions.lock().unwrap().len(),
        10,
        "every document is journalled for every extractor"
    );
}

#[test]
fn counts_and_order_are_the_same_for_any_number_of_threads() {
    let location = location(
        repository(),
        "corpora/newswire/*.txt",
        Some("gold/newswire/*.ann"),
    );
    let outcome = |threads| {
        let extractors = goldspan::extract::BUILTINS
            .map(|name| planned(name, builtin(name, &Params::new()).unwrap(), &[]));
        let hearing = Hearing::default();
        let run = run(
            &plan(&location, extractors.into_iter().collect(), threads),
            &hearing,
        )
        .unwrap();
        let tables: Vec<_> = run.corpora[0]
            .extractors
            .iter()
            .map(|result| result.table.clone())
            .collect();
        let mut predictions = hearing.predictions.into_inner().unwrap();
        predictions.sort();
        (tables, predictions, hearing.documents.into_inner().unwrap())
    };
    let one = outcome(1);
    assert_eq!(one.2.len(), 28);
    assert!(one == outcome(2) && one == outcome(5));
}

#[test]
fn a_run_that_cannot_keep_its_results_stops_with_an_error() {
    let (_scratch, location) = moody_corpus();
    let plan = plan(
        &location,
        vec![planned(
            "shape",
            builtin("shape", &Params::new()).unwrap(),
            &[],
        )],
        2,
    );
    let deaf = Hearing {
        deaf: true,
        ..Hearing::default()
    };
    let error = run(&plan, &deaf).unwrap_err();
    assert_eq!(error.kind, Kind::Machine);
    assert!(error.to_string().contains("disk full"), "{error}");
}

#[test]
fn an_article_that_changes_during_the_run_is_listed_and_the_rest_is_kept() {
    let (scratch, location) = moody_corpus();
    let plan = plan(
        &location,
        vec![planned(
            "shape",
            builtin("shape", &Params::new()).unwrap(),
            &[],
        )],
        1,
    );
    inspect(&plan).unwrap();
    scratch.write("z.txt", "x");
    let run = run(&plan, &Hearing::default()).unwrap();
    let failures = &run.corpora[0].changed;
    assert_eq!(failures.len(), 1);
    assert_eq!(run.failures(), (1, 5));
    assert!(
        failures[0].document == "z"
            && failures[0]
                .error
                .contains("an offset lies outside the text"),
        "{failures:?}"
    );
    assert_eq!(strict(&run, 0).possible(), 3);
}

/// Words and marks that the rules of the extractors look for, in any order.
const PIECES: [&str; 40] = [
    "said", "says", "that", "that", "\"", "“", "”", "'", "‘", "’", "’s", ",", ".", ":", ";", "-",
    "—", "\n", "according", "to", "reportedly", "quoted", "as", "saying", "Ana", "Kos", "Gen.",
    "the", "minister", "of", "and", "was", "expected", "denied", "statement", "told", "$5",
    "3.4 %", "Monday", "U.S.",
];

/// The built-in extractors, made once: compiling their patterns takes longer than a case.
static BUILT: std::sync::LazyLock<Vec<Box<dyn Extractor>>> = std::sync::LazyLock::new(|| {
    let names = goldspan::extract::BUILTINS;
    names
        .map(|name| builtin(name, &Params::new()).unwrap())
        .into_iter()
        .collect()
});

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 4000, failure_persistence: None, ..Default::default() })]

    #[test]
    fn no_built_in_extractor_fails_on_any_mixture_of_the_words_it_knows(pieces in proptest::collection::vec((0..PIECES.len(), proptest::bool::ANY), 0..60)) {
        let spaced = |&(at, space): &(usize, bool)| format!("{}{}", PIECES[at], if space { " " } else { "" });
        let text: String = pieces.iter().map(spaced).collect();
        for extractor in BUILT.iter() {
            let outcome = extractor.extract(&Document::new("odd", text.as_str()));
            proptest::prop_assert!(outcome.is_ok(), "{}: {:?} on {:?}", extractor.about().name, outcome, text);
        }
    }
}

#[test]
fn no_built_in_extractor_fails_on_odd_text() {
    let odd = [
        String::new(),
        "\u{feff}".to_owned(),
        "\"".repeat(1000),
        "'".repeat(1001),
        "“”‘’\u{a0}—…".repeat(50),
        "said that ".repeat(2000),
        "said ".repeat(2000),
        "according to ".repeat(1000),
        "Ana Kos, the minister, ".repeat(1000),
        "A".repeat(100_000),
        "1,2.3:4 ".repeat(5000),
        "😀 said 😀 that 😀, ‘😀,’ 😀 said.\r\n".repeat(200),
        "\0\u{1}\u{2}\t".repeat(100),
        "of of of President of the of Bank of of".repeat(100),
    ];
    for name in goldspan::extract::BUILTINS {
        let extractor = builtin(name, &Params::new()).unwrap();
        for text in &odd {
            let outcome = extractor.extract(&Document::new("odd", text.as_str()));
            assert!(
                outcome.is_ok(),
                "{name}: {:?} on {:?}",
                outcome,
                text.chars().take(20).collect::<String>()
            );
        }
    }
}

/// 20,000 mentions over one place on both sides: 400 million overlapping pairs.
#[test]
fn a_pathological_group_finishes_finds_the_exact_hits_and_says_that_it_is_approximate() {
    let text = "x".repeat(40_000);
    let mentions: Vec<Mention> = (0..20_000)
        .map(|at| Mention {
            extent: Span::new(&text, at, 40_000 - at).unwrap().into(),
            label: "X".into(),
        })
        .collect();
    let annotations = Annotations {
        mentions: mentions.clone(),
        claims: vec![],
        ..Annotations::default()
    };
    let gold = goldspan::annotation::Gold(annotations.clone());
    let document = Document::new("a", text);
    let measures = Measures {
        entity: vec![EntityMeasure::Strict],
        ..Measures::default()
    };
    let rules = Rules {
        measures: &measures,
        annotated: &Annotated::default(),
        tasks: &[Task::Entities],
    };
    let table = goldspan::counts::count(&document, &gold, &Prediction(annotations), rules);
    let counts = table.get(Measure::Entity(EntityMeasure::Strict), "*");
    assert_eq!(
        (counts.correct, counts.possible(), counts.actual()),
        (20_000, 20_000, 20_000)
    );
    assert!(table.approximate > 0);
}

#[test]
fn lone_quotation_marks_do_not_take_quadratic_time() {
    let text = "said \"".repeat(500_000);
    let quotes = builtin("quotes", &Params::new()).unwrap();
    let begun = std::time::Instant::now();
    quotes.extract(&Document::new("a", text)).unwrap();
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
}
