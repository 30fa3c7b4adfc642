//! Where quotations get their places: the rules as facts, and what holds for every text and every quotation.

use std::time::{Duration, Instant};

use goldspan::annotation::{Content, Polarity};
use goldspan::document::Document;
use goldspan::grounding::{Found, Grounded, Grounder, QuotedClaim, QuotedMention, Tally, ground};
use proptest::prelude::*;

/// How some words are found, and what of the text.
fn found(text: &str, words: &str) -> String {
    told(text, &Grounder::new(text).find(words))
}

fn content(text: &str, words: &str) -> String {
    told(text, &Grounder::new(text).find_content(words))
}

fn told(text: &str, found: &Found) -> String {
    let how = match found {
        Found::Exact(_) => "exact",
        Found::Normalised(_) => "normalised",
        Found::Fuzzy { .. } => "fuzzy",
        Found::Ambiguous { .. } => "ambiguous",
        Found::Nowhere => return "nowhere".to_owned(),
    };
    let places = found.spans().iter();
    let places = places.map(|span| format!("{} {}", span.start(), span.of(text)));
    format!("{how}: {}", places.collect::<Vec<_>>().join(" | "))
}

fn mentions(text: &str, quoted: &[(&str, &str)]) -> Grounded {
    let quoted: Vec<QuotedMention<'_>> = quoted
        .iter()
        .map(|&(words, label)| QuotedMention { words, label })
        .collect();
    ground(&Document::new("a", text), &quoted, &[])
}

fn starts(grounded: &Grounded) -> Vec<usize> {
    let mentions = grounded.annotations.mentions.iter();
    mentions.map(|mention| mention.extent.start()).collect()
}

fn claim<'a>(content: &'a str, source: &'a str, cue: &'a str) -> QuotedClaim<'a> {
    QuotedClaim {
        content,
        source: Some(source),
        cue: Some(cue),
        ..QuotedClaim::default()
    }
}

/// The words of the content, and where source and cue begin.
fn placed(text: &str, claims: &[QuotedClaim<'_>]) -> Vec<(String, Option<usize>, Option<usize>)> {
    let grounded = ground(&Document::new("a", text), &[], claims);
    let claims = grounded.annotations.claims.iter();
    claims
        .map(|claim| {
            let words = claim.content.words(text).into_owned();
            let start = |role: &Option<goldspan::span::Extent>| role.as_ref().map(|e| e.start());
            (words, start(&claim.source), start(&claim.cue))
        })
        .collect()
}

#[test]
fn the_very_words_are_exact() {
    let text = "Ana Kos met the Bank of England.";
    assert_eq!(found(text, "Bank of England"), "exact: 16 Bank of England");
    assert_eq!(found(text, " Ana Kos\n"), "exact: 0 Ana Kos");
    assert_eq!(found(text, " "), "nowhere");
    assert_eq!(found("", "Ana"), "nowhere");
}

#[test]
fn case_quotation_marks_dashes_and_white_space_do_not_matter() {
    let text = "The \u{201c}Anglo\u{2013}Irish\n  deal\u{201d} of St. John\u{2019}s";
    assert_eq!(
        found(text, "anglo-irish deal"),
        "normalised: 7 Anglo\u{2013}Irish\n  deal"
    );
    assert_eq!(
        found(text, "'Anglo-Irish Deal'"),
        "normalised: 4 \u{201c}Anglo\u{2013}Irish\n  deal\u{201d}"
    );
    assert_eq!(
        found(text, "St. John's"),
        "normalised: 34 St. John\u{2019}s"
    );
    assert_eq!(found(text, "\"the\""), "normalised: 0 The");
    assert_eq!(
        found("zero\u{200b}width co\u{ad}op", "zerowidth coop"),
        "normalised: 0 zero\u{200b}width co\u{ad}op"
    );
    assert_eq!(
        found("``We won''", "\"we won\""),
        "normalised: 0 ``We won''"
    );
}

#[test]
fn an_accent_is_the_same_in_one_character_or_two_and_never_left_behind() {
    assert_eq!(
        found("in Zu\u{308}rich", "Zürich"),
        "normalised: 3 Zu\u{308}rich"
    );
    assert_eq!(found("in Zürich", "ZU\u{308}RICH"), "normalised: 3 Zürich");
    assert_eq!(found("the cafe\u{301}", "cafe"), "nowhere");
    assert_eq!(found("the café", "Cafe"), "nowhere");
    assert_eq!(content("the café", "Cafe"), "nowhere");
    assert_eq!(found("2 ≠ 3", "2 ="), "nowhere");
    assert_eq!(found("İzmir, Σίσυφος", "i̇zmir"), "normalised: 0 İzmir");
    assert_eq!(found("İzmir, Σίσυφος", "ΣΊΣΥΦΟΣ"), "normalised: 8 Σίσυφος");
}

#[test]
fn exact_goes_before_normalised_and_both_before_fuzzy() {
    assert_eq!(found("us and US", "US"), "exact: 7 US");
    assert_eq!(found("us and Us", "US"), "ambiguous: 0 us | 7 Us");
    let text = "Prime Minister Anna Kos, prime minister ana kos";
    assert_eq!(
        found(text, "Prime Minister Ana Kos"),
        "normalised: 25 prime minister ana kos"
    );
}

#[test]
fn mentions_are_whole_words_and_contents_need_not_be() {
    assert_eq!(found("The USSR", "US"), "nowhere");
    assert_eq!(content("The USSR", "US"), "exact: 4 US");
    assert_eq!(content("The USSR and us", "US"), "normalised: 13 us");
    assert_eq!(content("The USSR", "us"), "normalised: 4 US");
    assert_eq!(found("Ana's (Kos-Levy) C++!", "Kos"), "exact: 7 Kos");
    assert_eq!(found("C++x", "C++"), "exact: 0 C++");
    // An occurrence within a word does not hide one that begins in it.
    assert_eq!(found("ba a a", "a a"), "exact: 3 a a");
}

#[test]
fn scripts_without_spaces_have_no_edges_of_words() {
    assert_eq!(found("安倍晋三首相は東京で", "東京"), "exact: 21 東京");
    assert_eq!(found("서울에서", "서울"), "exact: 0 서울");
}

#[test]
fn a_near_miss_is_found_between_words_with_its_likeness() {
    let text = "On Monday the Prime Minister, Ana Kos, told the Bank of Ruritania to wait.";
    let words = "the prime minster Ana Kos";
    let Found::Fuzzy { span, alike } = Grounder::new(text).find(words) else {
        panic!("{:?}", Grounder::new(text).find(words));
    };
    assert_eq!((span.of(text), alike), ("the Prime Minister, Ana Kos", 925));
    assert_eq!(
        found(text, "Bnk of Ruritania"),
        "fuzzy: 48 Bank of Ruritania"
    );
    assert_eq!(found(text, "Bnk of Rurit"), "nowhere");
    assert_eq!(found(text, "Ana Koss"), "nowhere");
    assert_eq!(found(text, "the Prime Ministry of Ana Kosova"), "nowhere");
    let text = "He said: we will never, ever surrender the islands. The end.";
    assert_eq!(
        content(text, "\"We will never ever surrender these islands\""),
        "fuzzy: 9 we will never, ever surrender the islands"
    );
}

#[test]
fn an_answer_that_lists_a_name_as_often_as_it_occurs_is_grounded_completely() {
    let text = "Kos met Kos. Kos!";
    let all = mentions(text, &[("Kos", "PER"), ("Kos", "PER"), ("Kos", "PER")]);
    assert_eq!(starts(&all), [0, 8, 13]);
    assert_eq!(
        all.tally,
        Tally {
            exact: 3,
            ..Tally::default()
        }
    );
    let some = mentions(text, &[("Kos", "PER"), ("Kos", "PER")]);
    assert_eq!(starts(&some), [0, 8]);
    assert_eq!(
        some.tally,
        Tally {
            ambiguous: 2,
            ..Tally::default()
        }
    );
    let more = mentions(text, &[("Kos", "PER"); 5]);
    assert_eq!(starts(&more), [0, 8, 13]);
    assert_eq!(
        more.tally,
        Tally {
            exact: 3,
            nowhere: 2,
            ..Tally::default()
        }
    );
    assert_eq!(more.annotations.unplaced.len(), 2);
    assert_eq!(more.remarks.len(), 2);
    assert_eq!(
        more.remarks[0],
        "the mention \"Kos\" (PER) is listed more often than it occurs, which is 3"
    );
}

#[test]
fn labels_take_occurrences_each_for_itself_and_spellings_together() {
    let text = "Kos met Kos.";
    let two = mentions(text, &[("Kos", "PER"), ("Kos", "ORG"), ("kos", "PER")]);
    assert_eq!(starts(&two), [0, 0, 8]);
    assert_eq!(two.tally.ambiguous, 3);
    let none = mentions(text, &[("Nobody", "PER"), ("", "PER")]);
    assert_eq!(none.annotations.unplaced[0].words.as_ref(), "Nobody");
    assert_eq!(
        none.remarks,
        [
            "the mention \"Nobody\" (PER) is nowhere",
            "the mention \"\" (PER) is nowhere"
        ]
    );
}

#[test]
fn a_source_and_a_cue_are_those_nearest_to_their_content() {
    let text = "Kos said no. \"We will stay,\" Kos said. Levy said no.";
    let claims = [
        claim("We will stay", "Kos", "said"),
        claim("no", "Kos", "said"),
    ];
    assert_eq!(
        placed(text, &claims),
        [
            ("We will stay".to_owned(), Some(29), Some(33)),
            ("no".to_owned(), Some(0), Some(4))
        ]
    );
    // Two equally near: the one before. One within the content: only where there is no other.
    assert_eq!(
        placed("Ana: yes yes :Ana", &[claim("yes yes", "Ana", "")])[0].1,
        Some(0)
    );
    assert_eq!(
        placed("Ana: Ana goes", &[claim("Ana goes", "Ana", "goes")]),
        [("Ana goes".to_owned(), Some(0), Some(9))]
    );
}

#[test]
fn contents_that_stand_more_than_once_are_taken_one_after_the_other() {
    let text = "no, no";
    let contents = |times: usize| {
        let claims = vec![claim("no", "", ""); times];
        let grounded = ground(&Document::new("a", text), &[], &claims);
        let starts = grounded.annotations.claims.iter();
        let starts: Vec<_> = starts
            .filter_map(|claim| Some(claim.content.extent()?.start()))
            .collect();
        (starts, grounded.tally)
    };
    assert_eq!(
        contents(1),
        (
            vec![0],
            Tally {
                ambiguous: 1,
                ..Tally::default()
            }
        )
    );
    assert_eq!(
        contents(2),
        (
            vec![0, 4],
            Tally {
                exact: 2,
                ..Tally::default()
            }
        )
    );
    assert_eq!(
        contents(3),
        (
            vec![0, 4, 0],
            Tally {
                exact: 3,
                ..Tally::default()
            }
        )
    );
}

#[test]
fn what_is_nowhere_of_a_claim_is_told_and_its_content_stays_as_words() {
    let claims = [QuotedClaim {
        polarity: Some(Polarity::Denied),
        kind: Some("fact"),
        ..claim("It rained", "Levy", " ")
    }];
    let grounded = ground(&Document::new("a", "Kos said nothing."), &[], &claims);
    let claim = &grounded.annotations.claims[0];
    assert_eq!(claim.content, Content::Text("It rained".into()));
    assert_eq!(
        (&claim.source, &claim.cue, claim.polarity),
        (&None, &None, Some(Polarity::Denied))
    );
    assert_eq!(
        grounded.tally,
        Tally {
            nowhere: 2,
            ..Tally::default()
        }
    );
    assert_eq!(
        grounded.remarks,
        [
            "the content \"It rained\" is nowhere",
            "the source \"Levy\" is nowhere"
        ]
    );
}

#[test]
fn a_difference_is_shown_and_remarks_are_bounded() {
    let text = "The Bank of Ruritania waits.";
    let one = mentions(text, &[("Bank of Rurittania", "ORG")]);
    assert_eq!(
        one.tally,
        Tally {
            fuzzy: 1,
            ..Tally::default()
        }
    );
    assert_eq!(
        one.remarks,
        [
            "the mention \"Bank of Rurittania\" (ORG) stands there as \"Bank of Ruritania\", alike to 944 in 1000"
        ]
    );
    let many = mentions(text, &[("Kos", "PER"); 250]);
    assert_eq!(
        (many.remarks.len(), many.remarks[100].as_str()),
        (101, "and 150 more")
    );
    assert_eq!(many.tally.total(), 250);
}

#[test]
fn a_text_that_is_not_known_has_no_places() {
    let quoted = [QuotedMention {
        words: "x",
        label: "PER",
    }];
    let grounded = ground(&Document::without_text("a", 1), &quoted, &[]);
    assert_eq!(grounded.tally.nowhere, 1);
}

#[test]
fn a_long_article_with_many_quotations_is_grounded_in_bounded_time() {
    let mut seed = 1_u64;
    let mut number = |below: usize| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below
    };
    let words: Vec<String> = (0..3000)
        .map(|_| {
            (0..2 + number(7))
                .map(|_| char::from(b'a' + number(26) as u8))
                .collect()
        })
        .collect();
    let all: Vec<&str> = (0..160_000)
        .map(|_| words[number(words.len())].as_str())
        .collect();
    let text = all.join(" ");
    let quotations: Vec<String> = (0..200)
        .map(|at| {
            let start = number(all.len() - 200);
            let mut quoted: Vec<&str> = all[start..start + 5 + number(100)].to_vec();
            quoted[2] = if at % 2 == 0 { "???" } else { quoted[2] };
            quoted.join(" ")
        })
        .collect();
    let claims: Vec<QuotedClaim<'_>> = quotations
        .iter()
        .map(|words| claim(words, "nobody at all here", ""))
        .collect();
    let begun = Instant::now();
    let grounded = ground(&Document::new("a", text), &[], &claims);
    assert!(
        grounded.tally.fuzzy > 80 && grounded.tally.exact >= 100,
        "{:?}",
        grounded.tally
    );
    // Texts made to be slow: one letter, two letters.
    let text = "a".repeat(300_000);
    let claims = vec![claim(&text[..150_001], &text[..4_000], "aaaaaaaaaaaab"); 20];
    let _ = ground(&Document::new("a", text.as_str()), &[], &claims);
    let text = "ab ".repeat(100_000);
    let odd = text[..3_000].replace("b ab", "b ba");
    let quoted: Vec<String> = (0..20).map(|at| format!("{odd}{at}")).collect();
    let quoted: Vec<QuotedMention<'_>> = quoted
        .iter()
        .map(|words| QuotedMention { words, label: "A" })
        .collect();
    let _ = ground(&Document::new("a", text.as_str()), &quoted, &[]);
    assert!(
        begun.elapsed() < Duration::from_secs(60),
        "{:?}",
        begun.elapsed()
    );
}

/// Texts in which much repeats itself, with signs of every kind.
fn text() -> impl Strategy<Value = String> {
    let pieces = vec![
        "Ana", "ana", "Kos", "Bank of Ruritania", "said", "US", "USSR", " ", " ", " ", "\n ", "\"",
        "\u{201c}", "\u{201d}", "'", "-", "\u{2013}", "é", "e\u{301}", "\u{301}", "İ", "ß", "서울",
        "東京", "\u{200b}", "\u{ad}", "😀", "≠", ",", "x", "",
    ];
    let piece = prop_oneof![8 => prop::sample::select(pieces).prop_map(str::to_owned), 1 => any::<String>()];
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

/// A stretch of a text, cut anywhere between characters.
fn stretch(text: &str, start: usize, len: usize) -> &str {
    let bounds: Vec<usize> = text
        .char_indices()
        .map(|(at, _)| at)
        .chain([text.len()])
        .collect();
    let start = start % bounds.len();
    &text[bounds[start]..bounds[(start + len).min(bounds.len() - 1)]]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_stretch_of_a_text_is_found_exactly(text in text(), start in any::<usize>(), len in 1..60_usize) {
        let words = stretch(&text, start, len).trim();
        let grounder = Grounder::new(&text);
        let found = grounder.find_content(words);
        if words.is_empty() {
            prop_assert_eq!(found, Found::Nowhere);
        } else if !matches!(grounder.find(words), Found::Normalised(_) | Found::Ambiguous { exact: false, .. }) {
            prop_assert!(matches!(found, Found::Exact(_) | Found::Ambiguous { exact: true, .. }), "{:?}", found);
            prop_assert!(found.spans().iter().all(|span| span.of(&text) == words));
        }
    }

    #[test]
    fn every_place_is_a_stretch_of_the_text_and_every_quotation_is_counted(text in text(), other in text(), cuts in prop::collection::vec((any::<usize>(), 1..40_usize, any::<bool>()), 0..8)) {
        let words: Vec<&str> = cuts.iter().map(|&(start, len, own)| stretch(if own { &text } else { &other }, start, len)).collect();
        let mentions: Vec<QuotedMention<'_>> = words.iter().map(|words| QuotedMention { words, label: "A" }).collect();
        let claims: Vec<QuotedClaim<'_>> = words.windows(3).map(|words| claim(words[0], words[1], words[2])).collect();
        let grounded = ground(&Document::new("a", text.as_str()), &mentions, &claims);
        let found = &grounded.annotations;
        prop_assert_eq!(found.mentions.len() + found.unplaced.len(), mentions.len());
        prop_assert_eq!(found.claims.len(), claims.len());
        let roles = claims.iter().flat_map(|claim| [claim.source, claim.cue]).flatten().filter(|words| !words.trim().is_empty());
        prop_assert_eq!(grounded.tally.total() as usize, mentions.len() + claims.len() + roles.count());
        let roles = found.claims.iter().flat_map(|claim| [claim.content.extent(), claim.source.as_ref(), claim.cue.as_ref()]).flatten();
        for extent in found.mentions.iter().map(|mention| &mention.extent).chain(roles) {
            for span in extent.spans() {
                prop_assert_eq!(goldspan::span::Span::new(&text, span.start(), span.end()), Ok(*span));
                prop_assert_eq!(span.of(&text).trim(), span.of(&text));
            }
        }
        // Twice the same is the same.
        prop_assert_eq!(ground(&Document::new("a", text.as_str()), &mentions, &claims), grounded);
    }

    #[test]
    fn the_order_of_mentions_whose_words_share_no_place_never_matters(text in text(), start in prop::collection::vec((any::<usize>(), 1..20_usize), 0..6)) {
        let grounder = Grounder::new(&text);
        let mut mentions: Vec<QuotedMention<'_>> = Vec::new();
        for (start, len) in start {
            let words = stretch(&text, start, len);
            let places = grounder.find(words);
            let apart = |other: &QuotedMention<'_>| !grounder.find(other.words).spans().iter().any(|span| places.spans().contains(span));
            if mentions.iter().all(apart) {
                mentions.push(QuotedMention { words, label: "A" });
            }
        }
        let sorted = |mentions: &[QuotedMention<'_>]| {
            let Grounded { mut annotations, tally, mut remarks } = ground(&Document::new("a", text.as_str()), mentions, &[]);
            annotations.mentions.sort();
            annotations.unplaced.sort();
            remarks.sort();
            (annotations, tally, remarks)
        };
        let forwards = sorted(&mentions);
        mentions.reverse();
        prop_assert_eq!(sorted(&mentions), forwards);
    }
}
