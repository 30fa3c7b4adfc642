//! `shape`: names and numbers by what they look like - the figures room for numbers, the names room for capitals.

mod figures;
mod names;

use super::{About, ExtractError, Extractor};
use crate::annotation::{Annotations, Label, Mention, Prediction, Task};
use crate::document::Document;
use crate::span::Span;

pub(super) struct ShapeRules {
    about: About,
    figures: figures::Figures,
}

impl ShapeRules {
    pub(super) fn new() -> Self {
        Self {
            about: About::new(
                "shape",
                "1",
                &[Task::Entities],
                "Capitalised sequences with their titles and head words; dates, times, amounts and numbers by pattern; no nested names.",
            ),
            figures: figures::Figures::new(),
        }
    }
}

impl Extractor for ShapeRules {
    fn about(&self) -> &About {
        &self.about
    }

    fn extract(&self, document: &Document) -> Result<Prediction, ExtractError> {
        let text = document.text();
        let mut found = self.figures.find(text);
        found.extend(names::find(text, &found));
        found.sort_unstable_by_key(|piece| (piece.start, piece.end));
        let mention = |piece: &Piece| {
            Span::new(text, piece.start, piece.end).map(|span| Mention {
                extent: span.into(),
                label: Label::Borrowed(piece.label),
            })
        };
        let mentions: Result<Vec<Mention>, _> = found.iter().map(mention).collect();
        Ok(Prediction(Annotations {
            mentions: mentions.map_err(|error| ExtractError::new(error.to_string()))?,
            claims: Vec::new(),
            ..Annotations::default()
        }))
    }
}

/// A labelled stretch of text: the bytes `start..end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Piece {
    start: usize,
    end: usize,
    label: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each case is a text in which `[LABEL:...]` marks what is expected.
    fn check(marked: &str) {
        let mut text = String::new();
        let mut rest = marked;
        while let Some(open) = rest.find('[') {
            let close = open + rest[open..].find(']').unwrap();
            text.push_str(&rest[..open]);
            text.push_str(rest[open..close].split_once(':').unwrap().1);
            rest = &rest[close + 1..];
        }
        text.push_str(rest);
        let shape = ShapeRules::new();
        let prediction = shape.extract(&Document::new("a", text.as_str())).unwrap();
        let mut shown = String::new();
        let mut at = 0;
        for mention in &prediction.0.mentions {
            let extent = &mention.extent;
            shown.push_str(&text[at..extent.start()]);
            shown.push_str(&format!("[{}:{}]", mention.label, extent.text(&text)));
            at = extent.end();
        }
        shown.push_str(&text[at..]);
        assert_eq!(shown, marked);
    }

    #[test]
    fn money_percent_and_measures_carry_their_units_and_their_approximation() {
        check(
            "It paid [MONEY:about $4.2 billion], [MONEY:300 million euros] and [MONEY:CHF 1.1 billion].",
        );
        check(
            "Up [PERCENT:3.4 %], or [PERCENT:between 10 and 15 percent], from [PERCENT:two percentage points].",
        );
        check(
            "[QUANTITY:More than 40 km] of road, [QUANTITY:1,200 tonnes], a [QUANTITY:40-kilometre] drive, [QUANTITY:18 degrees Celsius].",
        );
    }

    #[test]
    fn dates_times_and_ages_are_one_mention_each() {
        check(
            "On [DATE:Monday, March 3, 2025], in [DATE:early 2024], [DATE:from 1994 to 1998], [DATE:2019-2023] and the [DATE:1990s].",
        );
        check(
            "It began [DATE:14 years ago], [DATE:last Friday], at [TIME:6.30 a.m.] on [DATE:2 May], after [TIME:three hours], on [TIME:Tuesday night].",
        );
        check("A [DATE:54-year-old] man, [DATE:a week later], in the [DATE:past two years].");
    }

    #[test]
    fn other_numbers_are_cardinals_or_ordinals() {
        check(
            "[CARDINAL:Two] ships, [CARDINAL:dozens] of men, [CARDINAL:at least 300] others, a [CARDINAL:2-1] win and the [ORDINAL:21st] time.",
        );
    }

    #[test]
    fn titles_mark_persons_and_stay_outside() {
        check(
            "He told President [PERSON:Ana Horvat] and Gen. [PERSON:Oleh Bondar]. Later [PERSON:Bondar] left.",
        );
    }

    #[test]
    fn head_words_say_what_a_capitalised_sequence_is() {
        check(
            "the [ORG:Ministry of Trade and Industry], the [FAC:Manas Airport], the [LOC:Velna River] and [EVENT:Storm Ylva]",
        );
        check("the [ORG:University of Geneva]; [ORG:Banca Meridiana SpA]; the [ORG:WMO] said");
    }

    #[test]
    fn a_capital_that_only_begins_a_sentence_is_no_name() {
        check("The ships left. Nobody saw them. However, it rained.");
    }
}
