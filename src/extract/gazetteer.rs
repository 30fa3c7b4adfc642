//! `gazetteer`: marks every name of a lexicon wherever it stands as a whole word.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, MatchKind};

use super::{About, ExtractError, Extractor, Params, StartError};
use crate::annotation::{ALL_LABELS, Annotations, Label, Mention, Prediction, Task};
use crate::document::Document;
use crate::span::Span;

/// The lexicon that is used unless the configuration names another.
const LEXICON: &str = include_str!("lexicon.tsv");

/// Names shorter than this are not also looked for in capitals (datelines, headlines): "IN" is hardly India.
const SHORTEST_CAPITALS_CHARS: usize = 4;

pub(super) struct Gazetteer {
    about: About,
    names: AhoCorasick,
    /// The label of each pattern of `names`.
    labels: Vec<Label>,
}

impl Gazetteer {
    pub(super) fn new(params: &Params) -> Result<Self, StartError> {
        let lexicon = params.get("lexicon").map_or(LEXICON, String::as_str);
        let entries = read(lexicon)?;
        let names = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(entries.keys())
            .map_err(|_| StartError::BadParam {
                param: "gazetteer.lexicon".to_owned(),
                value: format!("{} names", entries.len()),
                expected: "fewer names: the search automaton would not fit",
            })?;
        let digest = blake3::hash(lexicon.as_bytes()).to_hex();
        Ok(Self {
            about: About {
                params: [("lexicon".to_owned(), format!("blake3:{}", &digest[..16]))].into(),
                ..About::new(
                    "gazetteer",
                    "1",
                    &[Task::Entities],
                    "Names that stand in its lexicon, as whole words; knows no other name, no numbers, no dates but weekdays.",
                )
            },
            names,
            labels: entries.into_values().collect(),
        })
    }
}

impl Extractor for Gazetteer {
    fn about(&self) -> &About {
        &self.about
    }

    fn extract(&self, document: &Document) -> Result<Prediction, ExtractError> {
        let text = document.text();
        let mut mentions = Vec::new();
        let mut from = 0;
        // Not an iterator: a name that turns out to be part of a word must not hide one that begins inside it.
        while let Some(found) = self
            .names
            .find(aho_corasick::Input::new(text).range(from..))
        {
            if is_whole_word(text, found.start(), found.end()) {
                let span = Span::new(text, found.start(), found.end())
                    .map_err(|error| ExtractError::new(error.to_string()))?;
                mentions.push(Mention {
                    extent: span.into(),
                    label: self.labels[found.pattern().as_usize()].clone(),
                });
                from = found.end();
            } else {
                from = next_boundary(text, found.start());
            }
        }
        Ok(Prediction(Annotations {
            mentions,
            claims: Vec::new(),
            ..Annotations::default()
        }))
    }
}

/// The lexicon's names and their labels; names in capitals are added where they are long enough.
fn read(lexicon: &str) -> Result<BTreeMap<String, Label>, StartError> {
    let mut entries = BTreeMap::new();
    let mut capitals = BTreeMap::new();
    for (index, line) in lexicon.lines().enumerate() {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let refuse = |what| StartError::Lexicon {
            line: index + 1,
            what,
            found: line.to_owned(),
        };
        let (label, name) = line.split_once('\t').ok_or_else(|| refuse("no tab"))?;
        let (label, name) = (label.trim(), name.trim());
        if label.is_empty() || name.is_empty() {
            return Err(refuse("an empty label or name"));
        }
        if label == ALL_LABELS {
            return Err(refuse("a star is no label: it stands for all labels"));
        }
        let label = Label::Owned(label.to_owned());
        if name.chars().count() >= SHORTEST_CAPITALS_CHARS && name.starts_with(char::is_uppercase) {
            capitals.insert(name.to_uppercase(), label.clone());
        }
        if let Some(earlier) = entries.insert(name.to_owned(), label.clone())
            && earlier != label
        {
            return Err(refuse("this name already has another label"));
        }
    }
    for (name, label) in capitals {
        entries.entry(name).or_insert(label);
    }
    Ok(entries)
}

/// Whether nothing that could belong to a word stands directly before or after.
fn is_whole_word(text: &str, start: usize, end: usize) -> bool {
    let joins = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    !joins(text[..start].chars().next_back()) && !joins(text[end..].chars().next())
}

fn next_boundary(text: &str, at: usize) -> usize {
    at + text[at..].chars().next().map_or(1, char::len_utf8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(lexicon: Option<&str>, text: &str) -> Vec<(String, String)> {
        let params = lexicon.map(|l| ("lexicon".to_owned(), l.to_owned()));
        let gazetteer = Gazetteer::new(&params.into_iter().collect()).unwrap();
        let prediction = gazetteer.extract(&Document::new("a", text)).unwrap();
        let mentions = prediction.0.mentions.iter();
        mentions
            .map(|m| (m.label.to_string(), m.extent.text(text)))
            .collect()
    }

    fn row(label: &str, name: &str) -> (String, String) {
        (label.to_owned(), name.to_owned())
    }

    #[test]
    fn the_longest_whole_name_wins_and_parts_of_words_do_not_count() {
        assert_eq!(
            found(
                None,
                "GENEVA - South Sudan's Nigerian envoy left Romea, Omani Oman."
            ),
            [
                row("GPE", "GENEVA"),
                row("GPE", "South Sudan"),
                row("NORP", "Nigerian"),
                row("NORP", "Omani"),
                row("GPE", "Oman"),
            ]
        );
    }

    #[test]
    fn a_name_inside_a_longer_word_does_not_hide_the_next_name() {
        assert_eq!(
            found(Some("X\tab\nY\tb c"), "zab c"),
            [] as [(String, String); 0]
        );
        assert_eq!(found(Some("X\tab c\nY\tc d"), "zab c d"), [row("Y", "c d")]);
    }

    #[test]
    fn a_broken_lexicon_is_refused_with_its_line() {
        let error = read("# fine\nGPE\tRome\nLOC Alps\n").unwrap_err();
        assert_eq!(
            error.to_string(),
            "line 3 of the lexicon: no tab: found \"LOC Alps\", expected a label, a tab, and a name"
        );
        assert!(read("GPE\tRome\nLOC\tRome\n").is_err());
    }
}
