//! The shapes that Label Studio writes.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::formats::json::{Id, Text};

/// A task of the full export.
#[derive(Debug, Deserialize)]
pub(super) struct Task<'a> {
    #[serde(borrow)]
    pub(super) id: Option<Id<'a>>,
    #[serde(borrow)]
    pub(super) data: BTreeMap<Cow<'a, str>, &'a RawValue>,
    #[serde(borrow, default, alias = "completions")]
    annotations: Option<Vec<&'a RawValue>>,
    #[serde(borrow, default)]
    predictions: Option<Vec<&'a RawValue>>,
}

impl<'a> Task<'a> {
    /// The annotations of people.
    ///
    /// # Errors
    /// Where one cannot be read.
    pub(super) fn annotations(&self) -> Result<Vec<Annotation<'a>>, serde_json::Error> {
        whole(self.annotations.as_ref())
    }

    /// The annotations of models. A plain export holds only their numbers, which say nothing.
    ///
    /// # Errors
    /// Where one cannot be read.
    pub(super) fn predictions(&self) -> Result<Vec<Annotation<'a>>, serde_json::Error> {
        whole(self.predictions.as_ref())
    }
}

fn whole<'a>(values: Option<&Vec<&'a RawValue>>) -> Result<Vec<Annotation<'a>>, serde_json::Error> {
    let values = values.into_iter().flatten();
    let objects = values.filter(|value| value.get().starts_with('{'));
    objects
        .map(|value| serde_json::from_str(value.get()))
        .collect()
}

/// What one person, or one model, made of a task.
#[derive(Debug, Deserialize)]
pub(super) struct Annotation<'a> {
    #[serde(borrow)]
    pub(super) completed_by: Option<Person<'a>>,
    #[serde(borrow)]
    pub(super) model_version: Option<Text<'a>>,
    #[serde(default, alias = "skipped")]
    pub(super) was_cancelled: Option<bool>,
    #[serde(default)]
    pub(super) ground_truth: Option<bool>,
    #[serde(borrow, default)]
    result: Option<Vec<&'a RawValue>>,
}

/// Who annotated: a number, or an object with an address.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Person<'a> {
    Number(i64),
    #[serde(borrow)]
    Name(Cow<'a, str>),
    Whole {
        id: Option<i64>,
        #[serde(borrow)]
        email: Option<Cow<'a, str>>,
        #[serde(borrow)]
        username: Option<Cow<'a, str>>,
    },
}

impl<'a> Annotation<'a> {
    /// The entries of the result; some writers put the relations into a list within the list.
    pub(super) fn entries(&self) -> Vec<&'a RawValue> {
        let mut entries = Vec::new();
        for value in self.result.iter().flatten() {
            if value.get().starts_with('[') {
                let inner: Vec<&'a RawValue> =
                    serde_json::from_str(value.get()).unwrap_or_default();
                entries.extend(inner);
            } else {
                entries.push(*value);
            }
        }
        entries
    }

    /// Every name that the annotator goes by.
    pub(super) fn names(&self) -> Vec<String> {
        let person = match &self.completed_by {
            None => Vec::new(),
            Some(Person::Number(number)) => vec![number.to_string()],
            Some(Person::Name(name)) => vec![name.to_string()],
            Some(Person::Whole {
                id,
                email,
                username,
            }) => {
                let id = id.map(|id| id.to_string());
                let names = [email, username].into_iter().flatten();
                names.map(ToString::to_string).chain(id).collect()
            }
        };
        let model = self
            .model_version
            .as_ref()
            .map(|Text(model)| model.to_string());
        person.into_iter().chain(model).collect()
    }
}

/// One entry of a result: a region, a relation, or something said of a region.
#[derive(Debug, Deserialize)]
pub(super) struct Entry<'a> {
    #[serde(borrow)]
    pub(super) id: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "type")]
    pub(super) kind: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) from_name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) value: Option<Value<'a>>,
    #[serde(borrow)]
    pub(super) from_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) to_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) direction: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(super) labels: Option<Vec<Cow<'a, str>>>,
}

/// Where a region lies and what it is, or what is said of it.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Value<'a> {
    pub(super) start: Option<Place>,
    pub(super) end: Option<Place>,
    #[serde(rename = "globalOffsets")]
    pub(super) global: Option<GlobalOffsets>,
    /// An offset within a turn or an element, beside which start and end count these.
    #[serde(rename = "startOffset")]
    pub(super) within: Option<f64>,
    #[serde(borrow)]
    pub(super) text: Option<TextOrLines<'a>>,
    #[serde(borrow, alias = "hypertextlabels", alias = "paragraphlabels")]
    pub(super) labels: Option<Vec<Cow<'a, str>>>,
    #[serde(borrow)]
    pub(super) choices: Option<Vec<Cow<'a, str>>>,
}

/// An offset, or the XPath of a region in HTML.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Place {
    Offset(i64),
    /// Offsets of some importers are written with a fraction of nothing.
    Float(f64),
    Path(serde::de::IgnoredAny),
}

impl Place {
    /// The offset, where it is a whole number.
    pub(super) fn offset(&self) -> Option<i64> {
        match self {
            Self::Offset(offset) => Some(*offset),
            // Every whole number of a text's length is exact in a float.
            Self::Float(offset) if offset.fract() == 0.0 && offset.abs() < 1e15 => {
                Some(*offset as i64)
            }
            Self::Float(_) | Self::Path(_) => None,
        }
    }
}

/// Offsets in the text that HTML shows.
#[derive(Debug, Deserialize)]
pub(super) struct GlobalOffsets {
    pub(super) start: i64,
    pub(super) end: i64,
}

/// The text of a region, or the lines of a text area.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum TextOrLines<'a> {
    #[serde(borrow)]
    Text(Cow<'a, str>),
    Lines(serde::de::IgnoredAny),
}
