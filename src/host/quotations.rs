//! Answers that are quotations instead of offsets: each is looked for in the article.

use serde::Deserialize;

use crate::annotation::{ALL_LABELS, Certainty, Polarity, Prediction, Task};
use crate::document::Document;
use crate::extract::ExtractError;
use crate::grounding::{QuotedClaim, QuotedMention, Tally, ground};

/// What was found, and how what was quoted was found in the article.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) prediction: Prediction,
    pub(super) tally: Tally,
}

impl From<Prediction> for Found {
    fn from(prediction: Prediction) -> Self {
        Self {
            prediction,
            tally: Tally::default(),
        }
    }
}

/// Annotations that are quotations.
#[derive(Debug, Deserialize)]
struct Quoted {
    #[serde(default)]
    entities: Vec<EntityWire>,
    #[serde(default)]
    claims: Vec<ClaimWire>,
}

#[derive(Debug, Deserialize)]
struct EntityWire {
    text: String,
    label: String,
}

#[derive(Debug, Deserialize)]
struct ClaimWire {
    content: String,
    source: Option<String>,
    cue: Option<String>,
    #[serde(default)]
    attributes: Attributes,
}

#[derive(Debug, Default, Deserialize)]
struct Attributes {
    polarity: Option<String>,
    certainty: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
}

/// The annotations of an object whose entities and claims are quotations, found in the article as far as they are there.
///
/// # Errors
/// Why it cannot be read.
pub(super) fn read(json: &str, document: &Document, tasks: &[Task]) -> Result<Found, ExtractError> {
    let quoted: Quoted = serde_json::from_str(json).map_err(|error| {
        let shown = crate::error::quoted(json);
        let what = format!(
            "its quotations cannot be read: {error}, in {shown}; expected {{\"entities\": [{{\"text\", \"label\"}}], \"claims\": [{{\"content\", \"source\", \"cue\"}}]}}"
        );
        ExtractError::of("bad_answer", what)
    })?;
    let no_label = |entity: &&EntityWire| entity.label.is_empty() || entity.label == ALL_LABELS;
    if let Some(entity) = quoted.entities.iter().find(no_label) {
        let what = format!("{:?} is no label, of {:?}", entity.label, entity.text);
        return Err(ExtractError::of("bad_answer", what));
    }
    let mentions = quoted.entities.iter().map(|entity| QuotedMention {
        words: &entity.text,
        label: &entity.label,
    });
    let mentions: Vec<_> = mentions
        .filter(|_| tasks.contains(&Task::Entities))
        .collect();
    let claims = quoted
        .claims
        .iter()
        .map(claim)
        .collect::<Result<Vec<_>, _>>()?;
    let claims: Vec<_> = claims
        .into_iter()
        .filter(|_| tasks.contains(&Task::Claims))
        .collect();
    let grounded = ground(document, &mentions, &claims);
    Ok(Found {
        prediction: Prediction(grounded.annotations),
        tally: grounded.tally,
    })
}

/// A claim as it is looked for.
///
/// # Errors
/// Where an attribute has a value that is not known.
fn claim(wire: &ClaimWire) -> Result<QuotedClaim<'_>, ExtractError> {
    let said = &wire.attributes;
    let unknown = |name: &str, found: &str, known: &str| {
        let what = format!("there is no {name} {found:?}; expected {known}");
        ExtractError::of("bad_answer", what)
    };
    let polarity = match said.polarity.as_deref() {
        None => None,
        Some("affirmed") => Some(Polarity::Affirmed),
        Some("denied") => Some(Polarity::Denied),
        Some(other) => return Err(unknown("polarity", other, "affirmed or denied")),
    };
    let certainty = match said.certainty.as_deref() {
        None => None,
        Some("certain") => Some(Certainty::Certain),
        Some("hedged") => Some(Certainty::Hedged),
        Some(other) => return Err(unknown("certainty", other, "certain or hedged")),
    };
    Ok(QuotedClaim {
        content: &wire.content,
        source: wire.source.as_deref(),
        cue: wire.cue.as_deref(),
        polarity,
        certainty,
        kind: said.kind.as_deref(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotations_are_found_and_those_nowhere_stay_predictions() {
        let document = Document::new("d", "Ana Kos said the bases were closed.");
        let json = r#"{"entities": [{"text": "Ana Kos", "label": "PERSON"}, {"text": "Paris", "label": "GPE"}],
            "claims": [{"content": "the bases were closed", "source": "Ana Kos", "cue": "said", "attributes": {"polarity": "affirmed"}}]}"#;
        let found = read(json, &document, &Task::ALL).unwrap();
        let annotations = &found.prediction.0;
        assert_eq!(
            (annotations.mentions.len(), annotations.unplaced.len()),
            (1, 1)
        );
        assert_eq!(
            annotations.claims[0].content.words(document.text()),
            "the bases were closed"
        );
        assert_eq!((found.tally.exact, found.tally.nowhere), (4, 1));
    }

    #[test]
    fn what_cannot_be_read_is_an_error_with_its_reason() {
        let document = Document::new("d", "Ana");
        let code = |json| read(json, &document, &Task::ALL).map_err(|error| error.to_string());
        assert_eq!(
            code(r#"{"entities": [{"text": "Ana", "label": ""}]}"#),
            Err("bad_answer: \"\" is no label, of \"Ana\"".to_owned())
        );
        assert_eq!(
            code(r#"{"claims": [{"content": "x", "attributes": {"polarity": "maybe"}}]}"#),
            Err(
                "bad_answer: there is no polarity \"maybe\"; expected affirmed or denied"
                    .to_owned()
            )
        );
    }
}
