//! The bundled corpus and its gold keep their promises: every label fits its text, the guidelines' edges hold, the documents state true numbers.

use std::fs;

use goldspan::annotation::{Certainty, Claim, Gold, Polarity};
use goldspan::corpus::{Corpus, Location};
use goldspan::document::Document;
use goldspan::span::{Extent, Span};

use crate::scratch::repository;

const LABELS: [&str; 14] = [
    "PERSON", "NORP", "ORG", "GPE", "LOC", "FAC", "EVENT", "DATE", "TIME", "MONEY", "PERCENT",
    "QUANTITY", "CARDINAL", "ORDINAL",
];

fn corpus(articles: &str, gold: &str) -> Corpus {
    Corpus::find(&Location {
        name: "newswire".to_owned(),
        base: repository().to_owned(),
        articles: Some(articles.to_owned()),
        gold: Some(gold.to_owned()),
        manifest: Some("corpora/newswire/manifest.csv".to_owned()),
        ..Location::default()
    })
    .unwrap()
    .0
}

fn newswire() -> Vec<(Document, Gold)> {
    let entries = corpus("corpora/newswire", "gold/newswire").entries;
    let read = |entry: &goldspan::corpus::Entry| {
        let document = entry.document().unwrap();
        let labelled = entry.labelled(&document).unwrap().unwrap();
        assert_eq!(labelled.warnings, [], "{}", entry.id);
        (document, labelled.gold)
    };
    entries.iter().map(read).collect()
}

#[test]
fn every_article_is_annotated_and_has_the_promised_length_and_density() {
    let all = newswire();
    assert!(all.len() >= 24);
    for (document, gold) in &all {
        let words = document.text().split_whitespace().count();
        assert!(
            (250..=600).contains(&words),
            "{}: {words} words",
            document.id()
        );
        let (mentions, claims) = (gold.0.mentions.len(), gold.0.claims.len());
        assert!(
            (25..=95).contains(&mentions),
            "{}: {mentions} mentions",
            document.id()
        );
        assert!(
            (5..=25).contains(&claims),
            "{}: {claims} claims",
            document.id()
        );
        for key in ["date", "topic", "outlet", "style", "split"] {
            assert!(
                document.metadata().contains_key(key),
                "{}: no {key}",
                document.id()
            );
        }
        assert!(!document.text().contains('\r') && document.text().ends_with('\n'));
    }
    let split = |name: &str| {
        all.iter()
            .filter(|(document, _)| document.metadata()["split"] == name)
            .count()
    };
    assert_eq!(split("dev"), split("test"));
}

#[test]
fn mentions_have_known_labels_clean_edges_and_do_not_cross() {
    for (document, gold) in newswire() {
        let text = document.text();
        for mention in &gold.0.mentions {
            let covered = mention.extent.text(text);
            assert!(
                LABELS.contains(&mention.label.as_ref()),
                "{}: {}",
                document.id(),
                mention.label
            );
            assert_eq!(covered.trim(), covered, "{}", document.id());
            assert!(
                !covered.contains('\n') && !covered.ends_with("'s") && !covered.ends_with("’s"),
                "{}: {covered:?}",
                document.id()
            );
            let determiner = ["the ", "The "].iter().any(|the| covered.starts_with(the))
                && covered != "The Hague";
            assert!(
                !determiner || covered.starts_with("The "),
                "{}: {covered:?} (E3)",
                document.id()
            );
            assert_whole_words(document.id(), text, &mention.extent);
        }
        let mentions = &gold.0.mentions;
        for (at, a) in mentions.iter().enumerate() {
            for b in &mentions[at + 1..] {
                let (first, second) = if a.extent <= b.extent {
                    (&a.extent, &b.extent)
                } else {
                    (&b.extent, &a.extent)
                };
                let crossing = first.start() < second.start()
                    && second.start() < first.end()
                    && first.end() < second.end();
                assert!(
                    !crossing && first != second,
                    "{}: {a:?} and {b:?}",
                    document.id()
                );
            }
        }
    }
}

fn assert_whole_words(id: &str, text: &str, extent: &Extent) {
    for span in extent.spans() {
        let cuts = |before: Option<char>, after: Option<char>| {
            before.is_some_and(char::is_alphanumeric) && after.is_some_and(char::is_alphanumeric)
        };
        let edge = |at: usize| cuts(text[..at].chars().next_back(), text[at..].chars().next());
        assert!(
            !edge(span.start()) && !edge(span.end()),
            "{id}: {:?} cuts a word",
            span.of(text)
        );
    }
}

#[test]
fn claims_have_both_attributes_clean_edges_and_parents_that_hold_them() {
    for (document, gold) in newswire() {
        let text = document.text();
        for claim in &gold.0.claims {
            assert!(
                claim.polarity.is_some() && claim.certainty.is_some(),
                "{}",
                document.id()
            );
            for extent in [
                claim.content.extent(),
                claim.source.as_ref(),
                claim.cue.as_ref(),
            ]
            .into_iter()
            .flatten()
            {
                assert_whole_words(document.id(), text, extent);
                for span in extent.spans() {
                    let covered = span.of(text);
                    assert_eq!(
                        covered.trim_matches([' ', ',', ';', ':', '\n']),
                        covered,
                        "{}: edges (C4)",
                        document.id()
                    );
                    assert!(
                        !covered.contains('\n'),
                        "{}: {covered:?} crosses a line end (C5)",
                        document.id()
                    );
                }
            }
            let roles = [claim.source.as_ref(), claim.cue.as_ref()];
            assert!(
                roles
                    .iter()
                    .flatten()
                    .all(|role| !role.overlaps(claim.content.extent().unwrap())),
                "{}: a role lies in its content",
                document.id()
            );
            if let Some(parent) = claim.parent {
                let parent = &gold.0.claims[parent];
                assert!(
                    claim
                        .content
                        .extent()
                        .unwrap()
                        .overlaps(parent.content.extent().unwrap()),
                    "{}: outside its parent",
                    document.id()
                );
            }
        }
        assert_no_parent_cycle(&gold.0.claims);
    }
}

fn assert_no_parent_cycle(claims: &[Claim]) {
    for claim in claims {
        let mut steps = 0;
        let mut at = claim.parent;
        while let Some(parent) = at {
            steps += 1;
            assert!(steps <= claims.len(), "claims are each other's parents");
            at = claims[parent].parent;
        }
    }
}

#[test]
fn the_corpus_is_as_hard_as_it_says() {
    let all = newswire();
    let whole: String = all.iter().map(|(document, _)| document.text()).collect();
    for mark in [
        "“", "\"", "‘", "'", "\u{a0}", " \n", "—", "Leave a Reply", "according to", "reportedly",
        "é", "%", "€", "$",
    ] {
        assert!(whole.contains(mark), "no {mark:?} anywhere");
    }
    let emoji = whole
        .chars()
        .filter(|c| ('\u{1f300}'..='\u{1faff}').contains(c))
        .count();
    assert_eq!(emoji, 1, "one emoji");
    let claims: Vec<&Claim> = all.iter().flat_map(|(_, gold)| &gold.0.claims).collect();
    let share = |of: &dyn Fn(&Claim) -> bool| claims.iter().filter(|claim| of(claim)).count();
    assert!(
        share(&|claim| claim.content.extent().unwrap().spans().len() > 1) >= 50,
        "interrupted contents"
    );
    assert!(
        share(&|claim| claim.parent.is_some()) >= 40,
        "nested claims"
    );
    assert!(
        share(&|claim| claim.source.is_none()) >= 30,
        "claims without source"
    );
    assert!(
        share(&|claim| claim.cue.is_none()) >= 5,
        "claims without cue"
    );
}

#[test]
fn the_readme_of_the_corpus_states_its_true_size() {
    let all = newswire();
    let mentions: usize = all.iter().map(|(_, gold)| gold.0.mentions.len()).sum();
    let claims: usize = all.iter().map(|(_, gold)| gold.0.claims.len()).sum();
    let words: usize = all
        .iter()
        .map(|(document, _)| document.text().split_whitespace().count())
        .sum();
    let kinds = |of: &dyn Fn(&Claim) -> bool| {
        all.iter()
            .flat_map(|(_, gold)| &gold.0.claims)
            .filter(|claim| of(claim))
            .count()
    };
    let most = |of: &dyn Fn(&Gold) -> usize| {
        let counts = || all.iter().map(|(_, gold)| of(gold));
        (counts().min().unwrap(), counts().max().unwrap())
    };
    let (few_mentions, many_mentions) = most(&|gold| gold.0.mentions.len());
    let (few_claims, many_claims) = most(&|gold| gold.0.claims.len());
    let statements = [
        format!(
            "{} articles, {words} words, {mentions} mentions, {claims} claims",
            all.len()
        ),
        format!(
            "claims inside claims ({} of {claims})",
            kinds(&|claim| claim.parent.is_some())
        ),
        format!(
            "interrupted by their cue ({})",
            kinds(&|claim| claim.content.extent().unwrap().spans().len() > 1)
        ),
        format!("source ({})", kinds(&|claim| claim.source.is_none())),
        format!(
            "denials ({})",
            kinds(&|claim| claim.polarity == Some(Polarity::Denied))
        ),
        format!(
            "hedges ({})",
            kinds(&|claim| claim.certainty == Some(Certainty::Hedged))
        ),
        format!(
            "{few_mentions} to {many_mentions} mentions and {few_claims} to {many_claims} claims an article"
        ),
    ];
    let readme = fs::read_to_string(repository().join("corpora/newswire/README.md")).unwrap();
    for statement in statements {
        assert!(
            readme.contains(&statement),
            "corpora/newswire/README.md should say: {statement}"
        );
    }
}

/// The texts that no label may cover are the rubbish at the end of scraped pages (E14).
#[test]
fn the_rubbish_of_scraped_pages_is_not_labelled() {
    let mut seen = 0;
    for (document, gold) in newswire() {
        for phrase in [
            "Leave a Reply",
            "Your email address",
            "Share this:",
            "Comments are closed",
            "Sign up to our newsletter",
        ] {
            let Some(at) = document.text().find(phrase) else {
                continue;
            };
            seen += 1;
            let span: Extent = Span::new(document.text(), at, at + phrase.len())
                .unwrap()
                .into();
            let covered = gold
                .0
                .mentions
                .iter()
                .any(|mention| mention.extent.overlaps(&span));
            assert!(!covered, "{}: {phrase:?} is labelled", document.id());
        }
    }
    assert!(seen >= 3, "there is rubbish");
}
