//! What is written in a format is read back as it was, and counts the same in every format; by random search over odd texts.

use goldspan::annotation::{
    Annotations, Certainty, Claim, Content, Gold, Mention, Polarity, Prediction, Task, Unplaced,
};
use goldspan::counts::{Annotated, CountTable, Measure, Measures, Rules, count};
use goldspan::document::Document;
use goldspan::formats::{Claims, FORMATS, Format, Losses, Options, Whole, conll, read_back};
use goldspan::span::{Extent, Span};
use proptest::prelude::*;

/// Texts with characters of one to four bytes, combining marks, joined emoji, and every kind of white space that articles have.
const TEXTS: [&str; 7] = [
    "“We will stay,” said Ana Kos. She left Zürich on Monday.\n",
    "😀👩‍👧 e\u{301}tude  \u{a0}two\n\n\tthree.\nIt's U.S.-led; a|b_[c]\\d *->* x=1 (y)\n",
    "One\r\ntwo\r\n\r\nthree 🇫🇷 four",
    " leading and trailing \n",
    "a b c d e f g h",
    "<p>&amp; \"quoted\" 'single' ]]> &lt;</p>",
    "page\u{c}break \0 \u{7} \u{1b}[1m end",
];

fn boundaries(text: &str) -> Vec<usize> {
    (0..=text.len())
        .filter(|at| text.is_char_boundary(*at))
        .collect()
}

/// An extent of visible text; what lies at its edges is mostly visible too, as annotators' tools have it.
fn extent(text: &'static str, most: usize) -> impl Strategy<Value = Extent> {
    let at = boundaries(text);
    let last = at.len() - 1;
    let edges = prop::bool::weighted(0.2);
    let fragments = prop::collection::vec((0..last, 1..9_usize, edges), 1..=most);
    fragments.prop_filter_map("no fragments", move |pieces| {
        let seen = |(start, length, _): &(usize, usize, bool)| {
            let piece = &text[at[*start]..at[(start + length).min(last)]];
            !piece.trim().is_empty()
        };
        let visible = pieces.iter().any(seen);
        let span = |(start, length, edges): (usize, usize, bool)| {
            let (start, end) = (at[start], at[(start + length).min(last)]);
            let piece = &text[start..end];
            if edges && visible {
                return Span::new(text, start, end).ok();
            }
            let start = end - piece.trim_start().len();
            let end = start + piece.trim().len();
            Span::new(text, start, end).ok()
        };
        Extent::new(pieces.into_iter().map(span).collect::<Option<Vec<_>>>()?).ok()
    })
}

fn annotations(text: &'static str) -> impl Strategy<Value = Annotations> {
    let label = prop::sample::select(vec!["PERSON", "ORG", "geo.political"]);
    let mention = (extent(text, 2), label).prop_map(|(extent, label)| Mention {
        extent,
        label: label.into(),
    });
    let polarity = prop::option::of(prop::sample::select(vec![
        Polarity::Affirmed,
        Polarity::Denied,
    ]));
    let certainty = prop::option::of(prop::sample::select(vec![
        Certainty::Certain,
        Certainty::Hedged,
    ]));
    let kind = prop::option::of(prop::sample::select(vec!["fact", "wish"]));
    let content = prop_oneof![
        5 => extent(text, 3).prop_map(Content::Spans),
        1 => Just(Content::Text("words of its own".into())),
    ];
    let role = || prop::option::of(extent(text, 2));
    let claim = (
        content,
        role(),
        role(),
        polarity,
        certainty,
        kind,
        prop::option::of(0..5_usize),
    );
    let claims = prop::collection::vec(claim, 0..5).prop_map(|drafts| {
        let claim = |(at, draft): (
            usize,
            (Content, _, _, _, _, Option<&'static str>, Option<usize>),
        )| {
            let (content, source, cue, polarity, certainty, kind, parent) = draft;
            Claim {
                source,
                cue,
                polarity,
                certainty,
                kind: kind.map(Into::into),
                // A parent stands before its claim, so that none lies in itself.
                parent: parent.filter(|parent| *parent < at),
                ..Claim::new(content)
            }
        };
        drafts
            .into_iter()
            .enumerate()
            .map(claim)
            .collect::<Vec<_>>()
    });
    let words = prop::sample::select(vec!["nobody", " \"two\"\n words ", ""]);
    let unplaced = words.prop_map(|words| Unplaced {
        label: "PERSON".into(),
        words: words.into(),
    });
    let unplaced = prop::collection::vec(unplaced, 0..3);
    (prop::collection::vec(mention, 0..8), unplaced, claims).prop_map(
        |(mentions, unplaced, claims)| Annotations {
            mentions,
            unplaced,
            claims,
        },
    )
}

fn case() -> impl Strategy<Value = (&'static str, Annotations)> {
    prop::sample::select(TEXTS.to_vec()).prop_flat_map(|text| (Just(text), annotations(text)))
}

/// The claims in a form that neither order nor indices change.
fn shown(claims: &[Claim]) -> Vec<String> {
    fn one(claims: &[Claim], at: usize) -> String {
        let claim = Claim {
            parent: None,
            ..claims[at].clone()
        };
        let parent = claims[at].parent.map(|parent| one(claims, parent));
        format!("{claim:?} in {parent:?}")
    }
    let mut shown: Vec<String> = (0..claims.len()).map(|at| one(claims, at)).collect();
    shown.sort();
    shown
}

fn sorted(mentions: &[Mention]) -> Vec<Mention> {
    let mut mentions = mentions.to_vec();
    mentions.sort();
    mentions
}

fn options() -> Options {
    Options {
        tags: conll::WRITTEN,
        unplaced: true,
        ..Options::default()
    }
}

/// Writes a document and reads it back; the annotations that the format was said to hold, those that came back, and whether the writer itself left something out.
fn through(
    format: &'static Format,
    document: &Document,
    annotations: &Annotations,
) -> (Document, Annotations, Annotations, Losses) {
    let whole = Whole {
        document,
        annotations,
        says: [true, true],
    };
    let mut losses = Losses::default();
    let (outputs, kept) = format.writer.document(&whole, &mut losses);
    let (back, read) = read_back(format, document.id(), &outputs, &options())
        .unwrap_or_else(|problems| panic!("{}: {problems:#?}\n{outputs:#?}", format.name))
        .unwrap_or_else(|| panic!("{}: nothing was written", format.name));
    (back, kept, read.annotations, losses)
}

/// Whether the text comes back as it was: XML has no place for control characters.
fn is_exact(format: &Format, text: &str) -> bool {
    let holds = &format.writer.holds;
    holds.exact_text && (holds.controls || !text.contains(['\0', '\u{c}']))
}

/// Whether a loss concerns claims that the writer met and could not write.
fn some_claims_lost(losses: &Losses) -> bool {
    losses
        .iter()
        .any(|(what, _, _)| what.contains("another claim") || what.contains("equal parts"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_is_written_in_a_format_is_read_back_as_it_was((text, annotations) in case()) {
        let document = Document::new("d1", text);
        for format in FORMATS {
            let (back, kept, read, losses) = through(format, &document, &annotations);
            if is_exact(format, text) {
                prop_assert_eq!(back.text(), text, "{}", format.name);
                prop_assert_eq!(sorted(&read.mentions), sorted(&kept.mentions), "{}", format.name);
            } else {
                prop_assert_eq!(read.mentions.len(), kept.mentions.len(), "{}", format.name);
            }
            if !some_claims_lost(&losses) {
                prop_assert_eq!(shown(&read.claims), shown(&kept.claims), "{}", format.name);
            }
            // Nothing is left out silently: what is missing is among the losses.
            prop_assert_eq!(&read.unplaced, &kept.unplaced, "{}", format.name);
            let items = |annotations: &Annotations| annotations.mentions.len() + annotations.unplaced.len();
            let missing = items(&annotations) - items(&kept);
            let told: u64 = losses.iter().filter(|(what, ..)| what.starts_with("mentions")).map(|(_, count, _)| count).sum();
            prop_assert_eq!(told, missing as u64, "{}", format.name);
            if format.writer.holds.claims == Claims::No {
                let told: u64 = losses.iter().filter(|(what, ..)| *what == "claims").map(|(_, count, _)| count).sum();
                prop_assert_eq!(told, annotations.claims.len() as u64, "{}", format.name);
            }
        }
    }

    #[test]
    fn the_same_annotation_counts_the_same_in_every_format((text, gold) in case(), which in 0..3_usize) {
        let document = Document::new("d1", text);
        let mut predicted = gold.clone();
        predicted.mentions.truncate(which);
        predicted.claims.clear();
        for format in FORMATS.into_iter().filter(|format| is_exact(format, text)) {
            let (_, kept, gold, _) = through(format, &document, &Annotations { claims: Vec::new(), ..gold.clone() });
            let (_, kept_prediction, predicted, _) = through(format, &document, &predicted);
            let (direct, by_file) = (table(&document, kept, kept_prediction), table(&document, gold, predicted));
            for (cell, counts) in direct.iter() {
                if let Measure::Entity(_) = cell.measure {
                    prop_assert_eq!(by_file.get(cell.measure, &cell.label), counts, "{}", format.name);
                }
            }
        }
    }
}

fn table(document: &Document, gold: Annotations, predicted: Annotations) -> CountTable {
    let rules = Rules {
        measures: &Measures::default(),
        annotated: &Annotated::default(),
        tasks: &[Task::Entities],
    };
    count(document, &Gold(gold), &Prediction(predicted), rules)
}
