//! The 16 Wikinews articles of GUM in three formats - brat, WebAnno TSV, CoNLL-U - which must say the same mention by mention, but for known differences.

use std::collections::BTreeMap;

use goldspan::annotation::{Annotations, Claim};
use goldspan::corpus::Source;
use goldspan::document::Document;
use goldspan::formats::{Block, Format, Limits, Losses, Options, Read, Record, Whole, recognise};

use crate::real_input::data;

/// An article as one of the formats has it.
#[derive(Debug)]
struct Article {
    text: String,
    read: Read,
    unread: BTreeMap<String, u64>,
}

/// The articles of a folder by their ids.
fn articles(folder: &str, format: &str) -> Option<BTreeMap<String, Article>> {
    let folder = data(&format!("gum-news/{folder}"))?;
    let format = Format::from_name(format).unwrap();
    let (options, limits) = (Options::default(), Limits::default());
    let source = Source::find(&folder, Some(format), None, limits).unwrap();
    assert_eq!(recognise(&source.files[0], limits).unwrap(), format);
    let mut found = BTreeMap::new();
    for block in source.blocks(format.parted, limits).unwrap() {
        let block = block.unwrap();
        let record = Record::of(format, &block, &options).unwrap().unwrap();
        let text = record.text().unwrap().to_owned();
        let document = Document::new(record.id(), text.clone());
        let read = record.read(&document, &options).unwrap();
        let unread = record.draft.unread.iter();
        let unread = unread
            .map(|(what, count)| (what.to_string(), *count))
            .collect();
        let article = Article { text, read, unread };
        assert!(
            found.insert(record.id().to_owned(), article).is_none(),
            "{}",
            record.id()
        );
    }
    Some(found)
}

/// The mentions of an article: label, and the numbers of the visible characters where its fragments begin and end.
fn mentions(article: &Article) -> Vec<(String, Vec<(usize, usize)>)> {
    let mut before = vec![0; article.text.len() + 1];
    let mut count = 0;
    for (at, c) in article.text.char_indices() {
        before[at] = count;
        count += usize::from(!c.is_whitespace());
    }
    before[article.text.len()] = count;
    let all = &article.read.annotations.mentions;
    let mut found: Vec<_> = all
        .iter()
        .map(|mention| {
            let spans = mention.extent.spans().iter();
            let spans = spans.map(|span| (before[span.start()], before[span.end()]));
            (mention.label.to_string(), spans.collect::<Vec<_>>())
        })
        .collect();
    found.sort();
    found
}

/// How often the articles together have something that goldspan has no place for.
fn unread(articles: &BTreeMap<String, Article>, what: &str) -> u64 {
    articles
        .values()
        .filter_map(|article| article.unread.get(what))
        .sum()
}

#[test]
fn brat_and_conllu_have_the_same_text_and_mentions() {
    let (Some(brat), Some(conllu)) = (articles("entities", "brat"), articles("conllu", "conllu"))
    else {
        return;
    };
    assert_eq!(brat.len(), 16);
    assert_eq!(
        brat.keys().collect::<Vec<_>>(),
        conllu.keys().collect::<Vec<_>>()
    );
    let mut total = 0;
    for (id, gold) in &brat {
        let found = &conllu[id];
        assert_eq!(found.text, gold.text, "{id}");
        let sorted = |article: &Article| {
            let mut mentions = article.read.annotations.mentions.clone();
            mentions.sort();
            mentions
        };
        assert_eq!(sorted(found), sorted(gold), "{id}");
        total += sorted(found).len();
    }
    assert_eq!(total, 3580);
    assert_eq!(unread(&conllu, "other fields of entities"), 3580);
    assert_eq!(unread(&conllu, "empty nodes"), 4);
}

#[test]
fn webanno_has_the_same_mentions_in_a_text_with_spaces_between_all_tokens() {
    let (Some(brat), Some(webanno)) = (
        articles("entities", "brat"),
        articles("webanno-tsv", "webanno"),
    ) else {
        return;
    };
    assert_eq!(
        brat.keys().collect::<Vec<_>>(),
        webanno.keys().collect::<Vec<_>>()
    );
    let (mut total, mut other_texts, mut same_places) = (0, 0, 0);
    for (id, gold) in &brat {
        let found = &webanno[id];
        let visible = |text: &str| {
            text.chars()
                .filter(|c| !c.is_whitespace())
                .collect::<String>()
        };
        assert_eq!(visible(&found.text), visible(&gold.text), "{id}");
        assert_eq!(mentions(found), mentions(gold), "{id}");
        total += mentions(found).len();
        // The texts of the WebAnno files were put together from tokens, each sentence in a line of its own.
        other_texts += usize::from(found.text != gold.text);
        let mut places = gold.read.annotations.mentions.iter();
        same_places +=
            usize::from(places.all(|mention| found.read.annotations.mentions.contains(mention)));
    }
    assert_eq!((total, other_texts, same_places), (3580, 16, 0));
    assert_eq!(unread(&webanno, "values of the feature infstat"), 3580);
}

/// What a format gives back of annotations that it wrote.
fn again(format: &str, document: &Document, annotations: &Annotations) -> (String, Annotations) {
    let format = Format::from_name(format).unwrap();
    let mut losses = Losses::default();
    let whole = Whole {
        document,
        annotations,
        says: [
            !annotations.mentions.is_empty(),
            !annotations.claims.is_empty(),
        ],
    };
    let written = format.writer.document(&whole, &mut losses);
    assert_eq!(losses, Losses::default(), "{}", document.id());
    let block = Block::new("again.x", 1, written.0[0].text.as_str());
    let options = Options::default();
    let record = Record::of(format, &block, &options).unwrap().unwrap();
    let text = record.text().unwrap().to_owned();
    let read = record
        .read(&Document::new("again", text.clone()), &options)
        .unwrap();
    (text, read.annotations)
}

#[test]
fn what_is_written_of_real_mentions_comes_back() {
    let Some(brat) = articles("entities", "brat") else {
        return;
    };
    for (id, article) in &brat {
        let document = Document::new(id, article.text.clone());
        let mut expected = article.read.annotations.clone();
        expected.mentions.sort();
        for format in ["webanno", "conllu"] {
            let (text, mut found) = again(format, &document, &article.read.annotations);
            found.mentions.sort();
            assert_eq!(
                (text.as_str(), &found),
                (article.text.as_str(), &expected),
                "{format} {id}"
            );
        }
    }
}

/// The claims in an order of their own, each with the claims that it lies in.
fn chains(claims: &[Claim]) -> Vec<Vec<Claim>> {
    let parent = |claim: &Claim| claim.parent.map(|at| claims[at].clone());
    let mut chains: Vec<Vec<Claim>> = claims
        .iter()
        .map(|claim| {
            let chain = std::iter::successors(Some(claim.clone()), parent);
            let place = |claim| Claim {
                parent: None,
                ..claim
            };
            chain.map(place).collect()
        })
        .collect();
    chains.sort();
    chains
}

#[test]
fn what_webanno_is_given_of_real_claims_comes_back() {
    let Some(brat) = articles("claims", "brat") else {
        return;
    };
    let mut total = 0;
    for (id, article) in &brat {
        let document = Document::new(id, article.text.clone());
        let (text, found) = again("webanno", &document, &article.read.annotations);
        assert_eq!(text, article.text, "{id}");
        let expected = &article.read.annotations;
        assert_eq!(chains(&found.claims), chains(&expected.claims), "{id}");
        assert_eq!(found.mentions, expected.mentions);
        total += found.claims.len();
    }
    assert_eq!(total, 176);
}
