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
    entities: Option<Vec<EntityWire>>,
    claims: Option<Vec<ClaimWire>>,
}

impl Quoted {
    /// The annotations of an object. A list in its place, which serde would take by position, is none.
    fn read(json: &str) -> Result<Self, String> {
        if json.trim_start().starts_with('[') {
            return Err("it is no object".to_owned());
        }
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    /// The name of a task whose list is not there.
    fn missing(&self, tasks: &[Task]) -> Option<&'static str> {
        let there = |task: &Task| match task {
            Task::Entities => self.entities.is_some(),
            Task::Claims => self.claims.is_some(),
        };
        tasks
            .iter()
            .find(|task| !there(task))
            .map(|task| task.name())
    }
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

/// The annotations of an object whose entities and claims are quotations, found in the article as far as they are there; the lists of the `needed` tasks must be there, be they
/// empty.
///
/// # Errors
/// Why it cannot be read.
pub(super) fn read(
    json: &str,
    document: &Document,
    tasks: &[Task],
    needed: &[Task],
) -> Result<Found, ExtractError> {
    let quoted = Quoted::read(json).and_then(|quoted| match quoted.missing(needed) {
        // One word that is misspelt, and a model would seem to have found nothing.
        Some(name) => Err(format!("there is no list {name:?}")),
        None => Ok(quoted),
    });
    let quoted = quoted.map_err(|error| {
        let shown = crate::error::quoted(json);
        let what = format!(
            "its quotations cannot be read: {error}, in {shown}; expected {{\"entities\": [{{\"text\", \"label\"}}], \"claims\": [{{\"content\", \"source\", \"cue\"}}]}}"
        );
        ExtractError::of("bad_answer", what)
    })?;
    let no_label = |entity: &&EntityWire| entity.label.is_empty() || entity.label == ALL_LABELS;
    let entities = quoted.entities.unwrap_or_default();
    if let Some(entity) = entities.iter().find(no_label) {
        let what = format!("{:?} is no label, of {:?}", entity.label, entity.text);
        return Err(ExtractError::of("bad_answer", what));
    }
    let mentions = entities.iter().map(|entity| QuotedMention {
        words: &entity.text,
        label: &entity.label,
    });
    let mentions: Vec<_> = mentions
        .filter(|_| tasks.contains(&Task::Entities))
        .collect();
    let claims = quoted.claims.unwrap_or_default();
    let claims = claims.iter().map(claim).collect::<Result<Vec<_>, _>>()?;
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
        let found = read(json, &document, &Task::ALL, &[]).unwrap();
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
    fn a_list_that_is_not_there_is_an_error_and_no_empty_one() {
        let document = Document::new("d", "Ana");
        let code = |json, tasks: &[Task]| match read(json, &document, tasks, tasks) {
            Ok(found) => format!("{} found", found.prediction.0.mentions.len()),
            Err(error) => error.to_string().split(", in ").next().unwrap().to_owned(),
        };
        let cannot = "bad_answer: its quotations cannot be read: ";
        for (json, tasks, expected) in [
            (
                r#"{"entities": []}"#,
                &[Task::Entities][..],
                "0 found".to_owned(),
            ),
            (
                r#"{"entities": [], "claims": [], "thoughts": ""}"#,
                &Task::ALL,
                "0 found".to_owned(),
            ),
            (
                r#"{"Entities": []}"#,
                &Task::ALL,
                format!("{cannot}there is no list \"entities\""),
            ),
            (
                r#"{"entities": []}"#,
                &Task::ALL,
                format!("{cannot}there is no list \"claims\""),
            ),
            (
                r#"{"entities": null}"#,
                &[Task::Entities],
                format!("{cannot}there is no list \"entities\""),
            ),
            (
                r#"{"answer": {"entities": []}}"#,
                &[Task::Entities],
                format!("{cannot}there is no list \"entities\""),
            ),
            (
                "{}",
                &[Task::Entities],
                format!("{cannot}there is no list \"entities\""),
            ),
            ("[]", &[Task::Entities], format!("{cannot}it is no object")),
            (
                r#"[[{"text": "Ana", "label": "PERSON"}], []]"#,
                &Task::ALL,
                format!("{cannot}it is no object"),
            ),
        ] {
            assert_eq!(code(json, tasks), expected, "{json}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_an_error_with_its_reason() {
        let document = Document::new("d", "Ana");
        let code = |json| read(json, &document, &Task::ALL, &[]).map_err(|error| error.to_string());
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
