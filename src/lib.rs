//! goldspan evaluates claim and entity extractors: it applies many of them to a corpus of news articles in parallel, pairs what they find with
//! hand-labelled gold, and reports precision and recall.
//!
//! # The tour
//!
//! Data goes one way, and so do imports: a room may use only rooms above it in this list, which a test enforces.
//!
//! | floor | room | what for |
//! |---|---|---|
//! | vocabulary | [`error`] | what can go wrong with input, where, and how to mend it |
//! | | [`span`] | half-open byte ranges, and extents of one or more of them |
//! | | [`document`] | an article: id, exact text, metadata |
//! | | [`annotation`] | mentions, claims, gold, predictions |
//! | | [`offset`] | code points to bytes and back |
//! | | [`grounding`] | quotations get their places: exact, normalised, fuzzy |
//! | reading | [`formats`] | annotation files: brat, JSON Lines, CoNLL columns |
//! | | [`corpus`] | which articles there are, which gold belongs to them |
//! | | [`check`] | what is wrong or odd in annotated documents |
//! | doing | [`extract`] | the socket for extractors and the built-in ones; sees one document, never gold |
//! | | [`host`] | extractors that live elsewhere: programs, services, language models, files |
//! | | [`cache`] | predictions by content, so that none is paid for twice |
//! | judging | [`matching`] | pairs gold with predictions: an alignment of indices |
//! | | [`counts`] | alignments become integers that add up |
//! | | [`ledger`] | the counts of every document, packed |
//! | | [`mistakes`] | every item that went wrong |
//! | | [`scores`] | integers become precision, recall, F, error rates, averages |
//! | | [`statistics`] | what chance can do to a score: intervals, tests, power |
//! | | [`agreement`] | kappa and alpha: annotators beyond chance |
//! | planning | [`config`] | `goldspan.toml` |
//! | running | [`run`] | every document through everything; the only parallel room |
//! | | [`baseline`] | accepted results, kept in version control |
//! | | [`compare`] | is this version better: differences, items fixed and broken, rankings |
//! | | [`gate`] | what must hold, and the verdict |
//! | telling | [`report`] | renders a run: table, JSON, CSV |
//! | | [`store`] | the folder that a run leaves, and reading it again |
//!
//! # What always holds
//!
//! - The stored truth of a run is a table of integer counts; every ratio is computed from it, and an undefined one is `None`.
//! - correct + incorrect + partial + missing = gold items; correct + incorrect + partial + spurious = predictions.
//! - The order of annotations, of files and of threads never changes a number.
//! - Offsets inside the library are bytes on character boundaries; files use code points, converted in [`offset`] alone.
//! - The library never prints and never exits.
//!
//! # A pairing by hand
//!
//! ```
//! use goldspan::annotation::{Annotations, Gold, Mention, Prediction, Task};
//! use goldspan::counts::{Annotated, Measure, Measures, Rules, count};
//! use goldspan::document::Document;
//! use goldspan::matching::EntityMeasure;
//! use goldspan::scores::Scores;
//! use goldspan::span::Span;
//!
//! let document = Document::new("a", "Ana Kos met the Bank of England.");
//! let mention = |start, end, label: &'static str| Mention {
//!     extent: Span::new(document.text(), start, end).unwrap().into(),
//!     label: label.into(),
//! };
//! let annotations = |mentions| Annotations { mentions, claims: vec![], ..Annotations::default() };
//! let gold = Gold(annotations(vec![mention(0, 7, "PERSON"), mention(16, 31, "ORG")]));
//! let prediction = Prediction(annotations(vec![mention(0, 3, "PERSON"), mention(16, 31, "ORG")]));
//!
//! let rules = Rules { measures: &Measures::default(), annotated: &Annotated::default(), tasks: &Task::ALL };
//! let table = count(&document, &gold, &prediction, rules);
//! let strict = Scores::from(table.get(Measure::Entity(EntityMeasure::Strict), "*"));
//! let partial = Scores::from(table.get(Measure::Entity(EntityMeasure::Partial), "*"));
//! assert_eq!((strict.f, partial.f), (Some(0.5), Some(0.75)));
//! ```

pub mod agreement;
pub mod annotation;
pub mod baseline;
pub mod cache;
pub mod check;
pub mod compare;
pub mod config;
pub mod corpus;
pub mod counts;
pub mod document;
pub mod error;
pub mod extract;
pub mod formats;
pub mod gate;
pub mod grounding;
pub mod host;
pub mod ledger;
pub mod matching;
pub mod mistakes;
pub mod offset;
pub mod report;
pub mod run;
pub mod scores;
pub mod span;
pub mod statistics;
pub mod store;
