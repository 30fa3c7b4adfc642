//! `attribution`: indirect speech - cue verbs with their clauses, "according to", cue nouns with "that" - sentence by sentence.

mod patterns;

use super::text::{sentences, tokenize};
use super::{About, ExtractError, Extractor};
use crate::annotation::{Annotations, Claim, Prediction, Task};
use crate::document::Document;
use crate::span::Extent;

pub(super) struct Attribution {
    about: About,
}

impl Attribution {
    pub(super) fn new() -> Self {
        Self {
            about: About::new(
                "attribution",
                "1",
                &[Task::Claims],
                "Indirect speech: cue verbs with a clause or infinitive, \"according to\", cue nouns with \"that\", \"reportedly\"; nested reports; no direct speech.",
            ),
        }
    }
}

impl Extractor for Attribution {
    fn about(&self) -> &About {
        &self.about
    }

    fn extract(&self, document: &Document) -> Result<Prediction, ExtractError> {
        let text = document.text();
        let mut claims = Vec::new();
        let mut tokens = Vec::new();
        for sentence in sentences(text) {
            tokens.clear();
            tokenize(text, sentence.clone(), &mut tokens);
            let from = claims.len();
            for speech in patterns::find(text, &tokens) {
                claims.extend(speech.into_claim(text)?);
            }
            nest(&mut claims, from);
        }
        Ok(Prediction(Annotations {
            mentions: Vec::new(),
            claims,
            ..Annotations::default()
        }))
    }
}

/// Gives each claim from `from` on the smallest other one in whose content its cue lies as parent.
fn nest(claims: &mut [Claim], from: usize) {
    for inner in from..claims.len() {
        let Some(cue) = claims[inner].cue.clone() else {
            continue;
        };
        let spans = |at: usize| claims[at].content.extent().map_or(&[][..], Extent::spans);
        let size = |at: usize| -> usize {
            let lengths = spans(at).iter().map(|span| span.end() - span.start());
            lengths.sum()
        };
        // A larger content only: two claims that interrupt each other are not each other's parents.
        let holds = |outer: &usize| {
            size(*outer) > size(inner)
                && claims[*outer].content.extent().is_some_and(|content| {
                    content.intersection(&cue).eq(cue.spans().iter().copied())
                })
        };
        claims[inner].parent = (from..claims.len())
            .filter(holds)
            .min_by_key(|outer| (size(*outer), *outer));
    }
}

#[cfg(test)]
mod tests {
    use super::super::speech::shown;
    use super::*;

    fn found(text: &str) -> Vec<String> {
        shown(&Attribution::new(), text)
    }

    #[test]
    fn a_cue_verb_takes_the_clause_after_it() {
        assert_eq!(
            found("The minister said on Monday that prices would fall."),
            ["The minister | said | prices would fall"]
        );
        assert_eq!(
            found("Ana Kos, the minister, said prices would fall."),
            ["Ana Kos | said | prices would fall"]
        );
        assert_eq!(
            found("The bank asked whether prices could fall."),
            ["The bank | asked | whether prices could fall"]
        );
        assert_eq!(
            found("The union promised to stay."),
            ["The union | promised | to stay"]
        );
        assert_eq!(
            found("Kos denied taking the money."),
            ["Kos | denied | taking the money"]
        );
    }

    #[test]
    fn a_report_may_stand_at_the_end_or_in_the_middle() {
        assert_eq!(
            found("Prices would fall, the minister said on Monday."),
            ["the minister | said | Prices would fall"]
        );
        assert_eq!(
            found("Prices, the bank said, would fall."),
            ["the bank | said | Prices / would fall"]
        );
        assert_eq!(
            found("Prices would fall, according to two officials."),
            ["two officials | according to | Prices would fall"]
        );
        assert_eq!(
            found("According to the bank, prices would fall."),
            ["the bank | According to | prices would fall"]
        );
    }

    #[test]
    fn claims_inside_claims_have_a_parent() {
        assert_eq!(
            found("The daily reported that the minister had said that prices would fall."),
            [
                "The daily | reported | the minister had said that prices would fall",
                "> the minister | said | prices would fall"
            ]
        );
    }

    #[test]
    fn cue_nouns_passives_and_adverbs_report_too() {
        assert_eq!(
            found("The ministry's statement that nobody was hurt is wrong."),
            ["The ministry | statement | nobody was hurt is wrong"]
        );
        assert_eq!(
            found("It was reported that two men had fled."),
            ["- | reported | two men had fled"]
        );
        assert_eq!(
            found("The ship was reportedly hit."),
            ["- | reportedly | The ship was / hit"]
        );
        assert_eq!(
            found("The trial is expected to last a month."),
            ["- | expected | The trial / to last a month"]
        );
    }

    #[test]
    fn a_speech_verb_without_a_proposition_claims_nothing() {
        assert_eq!(
            found(
                "The two spoke for an hour. She declined to comment. He would not say whether he had met her."
            ),
            [""; 0]
        );
        assert_eq!(found("\"We will stay,\" she said."), [""; 0]);
    }
}
