//! CoNLL columns: a token a line, its tag in the last column, sentences parted by blank lines; the scheme of the tags is declared, never guessed.

mod documents;
mod rows;
mod scheme;
mod seqeval;

use std::path::Path;

use self::rows::Reader;
use super::{Format, Head, Parted};
use crate::annotation::{Annotations, Mention};
use crate::error::Problem;
use crate::formats::Block;
use crate::offset::Unit;
use crate::span::Span;

pub use scheme::{IllFormed, Reading, Scheme, TagColumn, Width};

/// The format.
pub static FORMAT: Format = Format {
    name: "conll",
    title: "CoNLL columns",
    extensions: &["conll", "bio", "iob", "iob2", "bioes"],
    unit: Unit::Byte,
    about_offsets: "",
    parted: Parted::ByMarker("-DOCSTART-"),
    recognise,
    read: documents::read,
    annotators: None,
    frames: false,
    writer: documents::WRITER,
};

/// Most lines are a token and a tag: `O`, or a letter, a hyphen and a type.
fn recognise(head: &Head<'_>) -> bool {
    let is_tag = |cell: &str| {
        let letter = cell.split_once('-').map(|(letter, _)| letter);
        cell == "O"
            || letter.is_some_and(|letter| matches!(letter, "B" | "I" | "E" | "L" | "S" | "U"))
    };
    let tagged = |line: &str| cells(line).count() > 1 && cells(line).last().is_some_and(is_tag);
    let (mut yes, mut all) = (0, 0);
    for line in head.lines().take(200) {
        yes += usize::from(tagged(line));
        all += 1;
    }
    all > 0 && yes * 2 > all
}

/// The problem that columns are to be read and nobody said what their tags mean.
#[must_use]
pub fn undeclared(path: &Path) -> Problem {
    Problem::new("the tags of these columns are not declared")
        .in_file(path)
        .expected(format!(
            "one of {}",
            Scheme::ALL.map(Scheme::name).join(", ")
        ))
        .mend("declare the tags with --scheme, such as --scheme iob2; a scheme is never guessed")
}

/// How columns that goldspan itself wrote are to be read.
pub const WRITTEN: Option<Reading> = Some(Reading {
    scheme: Scheme::Iob2,
    ill_formed: IllFormed::Refuse,
});

/// One sentence: its tokens, and its mentions in the text that the tokens make, a token a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence<'a> {
    /// The tokens.
    pub tokens: Vec<&'a str>,
    /// The tokens joined by line ends, as they stand in the file; mentions lie in this text.
    pub text: String,
    /// The mentions.
    pub annotations: Annotations,
    /// The line of the first token, from 1.
    pub line: usize,
}

impl Sentence<'_> {
    /// The annotations of this sentence, laid over the tokens of `other`, which has as many: predictions on tokens that were written differently.
    #[must_use]
    pub fn on(&self, other: &Self) -> Annotations {
        if self.text == other.text {
            return self.annotations.clone();
        }
        let (own, others) = (starts(&self.tokens), starts(&other.tokens));
        // Every mention begins and ends with a token.
        let token = |at: usize| own.partition_point(|start| *start <= at) - 1;
        let mention = |mention: &Mention| {
            let (first, last) = (
                token(mention.extent.start()),
                token(mention.extent.end() - 1),
            );
            let end = others[last] + other.tokens[last].len();
            Span::new(&other.text, others[first], end)
                .ok()
                .map(|span| Mention {
                    extent: span.into(),
                    label: mention.label.clone(),
                })
        };
        Annotations {
            mentions: self
                .annotations
                .mentions
                .iter()
                .filter_map(mention)
                .collect(),
            claims: Vec::new(),
            ..Annotations::default()
        }
    }
}

/// The byte at which each token begins in the text of its sentence.
fn starts(tokens: &[&str]) -> Vec<usize> {
    let start = |at: &mut usize, token: &&str| {
        let begun = *at;
        *at += token.len() + 1;
        Some(begun)
    };
    tokens.iter().scan(0, start).collect()
}

/// How many columns the lines of a file have, by the first of them; two at least.
#[must_use]
pub fn columns(first: &Block) -> usize {
    let line = first.text().lines().next().unwrap_or_default();
    cells(line).count().max(2)
}

/// Reads a sentence, whose lines have so many columns.
///
/// # Errors
/// Every line with too few or too many columns, every tag that the scheme does not have, and, unless they are to be repaired, every tag that cannot stand
/// where it stands.
pub fn sentence<'a>(
    block: &'a Block,
    reading: Reading,
    width: Width,
    column: TagColumn,
) -> Result<Sentence<'a>, Vec<Problem>> {
    let mut reader = Reader {
        block,
        reading,
        width,
        column,
        problems: Vec::new(),
        more: 0,
        ragged: 0,
    };
    let rows = reader.rows(0..block.text().len());
    // Around a line that could not be read no sequence means anything.
    if reader.problems.is_empty() {
        let sentence = reader.sentence(&rows);
        if reader.problems.is_empty() {
            return Ok(sentence);
        }
    }
    Err(reader.told())
}

fn cells(line: &str) -> impl Iterator<Item = &str> {
    let blank = |c: char| matches!(c, '\t' | ' ' | '\r');
    line.split(blank).filter(|cell| !cell.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The mentions of a sentence of tags, as `type from-to`, or the number of problems.
    fn found(tags: &str, scheme: Scheme, ill_formed: IllFormed) -> Result<Vec<String>, usize> {
        let source: String = tags
            .split(' ')
            .enumerate()
            .map(|(at, tag)| format!("t{at} {tag}\n"))
            .collect();
        let block = Block::new("x", 1, source.trim_end());
        let reading = Reading { scheme, ill_formed };
        let sentence = sentence(&block, reading, Width::Exactly(2), TagColumn::Last)
            .map_err(|problems| problems.len())?;
        let token = |text: &str, at: usize| text[..at].matches('\n').count();
        let show = |sentence: &Sentence<'_>, mention: &Mention| {
            let (from, to) = (
                token(&sentence.text, mention.extent.start()),
                token(&sentence.text, mention.extent.end()),
            );
            format!("{} {from}-{to}", mention.label)
        };
        let mentions = |sentence: &'_ Sentence<'_>| -> Vec<String> {
            sentence
                .annotations
                .mentions
                .iter()
                .map(|mention| show(sentence, mention))
                .collect()
        };
        Ok(mentions(&sentence))
    }

    #[test]
    fn every_scheme_reads_its_own_sequences() {
        let expected = Ok(vec![
            "A 0-1".to_owned(),
            "A 2-2".to_owned(),
            "B 4-4".to_owned(),
        ]);
        for (scheme, tags) in [
            (Scheme::Iob2, "B-A I-A B-A O B-B"),
            (Scheme::Iob1, "I-A I-A B-A O I-B"),
            (Scheme::Ioe2, "I-A E-A E-A O E-B"),
            (Scheme::Ioe1, "I-A E-A I-A O I-B"),
            (Scheme::Iobes, "B-A E-A S-A O S-B"),
            (Scheme::Bilou, "B-A L-A U-A O U-B"),
        ] {
            assert_eq!(found(tags, scheme, IllFormed::Refuse), expected, "{scheme}");
            for repair in [IllFormed::Conlleval, IllFormed::SeqevalStrict] {
                assert_eq!(found(tags, scheme, repair), expected, "{scheme}");
            }
        }
    }

    #[test]
    fn sequences_that_cannot_be_are_refused_or_repaired_as_conlleval_does() {
        let repaired = |tags, scheme| found(tags, scheme, IllFormed::Conlleval).unwrap();
        let refused = |tags, scheme| found(tags, scheme, IllFormed::Refuse).unwrap_err();
        assert_eq!(refused("I-A I-A O I-B", Scheme::Iob2), 2);
        assert_eq!(repaired("I-A I-A O I-B", Scheme::Iob2), ["A 0-1", "B 3-3"]);
        assert_eq!(refused("B-A I-B", Scheme::Iob2), 1);
        assert_eq!(repaired("B-A I-B", Scheme::Iob2), ["A 0-0", "B 1-1"]);
        assert_eq!(refused("B-A I-A", Scheme::Iob1), 1);
        assert_eq!(refused("I-A O", Scheme::Ioe2), 1);
        assert_eq!(refused("E-A O", Scheme::Ioe1), 1);
        assert_eq!(refused("B-A S-A", Scheme::Iobes), 1);
        assert_eq!(repaired("B-A S-A", Scheme::Iobes), ["A 0-0", "A 1-1"]);
        assert_eq!(repaired("U-A U-A", Scheme::Bilou), ["A 0-0", "A 1-1"]);
        assert_eq!(refused("S-A O", Scheme::Iob2), 1);
    }
}
