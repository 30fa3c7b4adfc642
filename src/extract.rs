//! The socket for extractors, and the door to the four that are built in.
//!
//! An extractor sees one [`Document`] at a time and cannot reach gold. The library calls it from many threads at once; it must give
//! the same answer for the same document, whatever came before.

mod attribution;
mod clause;
mod cues;
mod gazetteer;
mod quotes;
mod shape;
mod speech;
mod text;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use crate::annotation::{Prediction, Task};
use crate::document::Document;
use crate::error::nearest;

/// What an extractor says about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    /// Its name.
    pub name: String,
    /// Its version, raised whenever it may answer differently.
    pub version: String,
    /// The tasks that it attempts.
    pub tasks: Vec<Task>,
    /// What it attempts and what it leaves to others, in one sentence for people; empty where it does not say.
    pub attempts: String,
    /// Its parameters, defaults filled in.
    pub params: BTreeMap<String, String>,
    /// The labels that it may give; empty where it does not say.
    pub labels: Vec<String>,
    /// What changes whenever its answers may; `None` where it does not say, and its name, version and parameters are all that is known.
    pub fingerprint: Option<String>,
    /// Whether the same document always has the same answer; `None` where it does not say, which is taken for yes until it is seen to vary.
    pub deterministic: Option<bool>,
}

impl About {
    /// A deterministic extractor of this name and version, without parameters.
    #[must_use]
    pub fn new(name: &str, version: &str, tasks: &[Task], attempts: &str) -> Self {
        Self {
            name: name.to_owned(),
            version: version.to_owned(),
            tasks: tasks.to_vec(),
            attempts: attempts.to_owned(),
            deterministic: Some(true),
            ..Self::default()
        }
    }

    /// Whether it says that the same document may have another answer the next time.
    #[must_use]
    pub fn varies(&self) -> bool {
        self.deterministic == Some(false)
    }
}

/// Why an extractor gave no answer for one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtractError {
    /// What kind of error it is, in a word such as `timeout` or `too_long`; empty where there is no kind.
    pub code: Cow<'static, str>,
    /// What went wrong.
    pub message: String,
    /// Whether asking again may help.
    pub retryable: bool,
}

impl ExtractError {
    /// An error of no kind, which asking again does not mend.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self::of("", message)
    }

    /// An error of this kind, which asking again does not mend.
    #[must_use]
    pub fn of(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            message: message.into(),
            retryable: false,
        }
    }

    /// The same error, which asking again may mend.
    #[must_use]
    pub fn retryable(mut self) -> Self {
        self.retryable = true;
        self
    }
}

impl fmt::Display for ExtractError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code.as_ref() {
            "" => f.write_str(&self.message),
            code => write!(f, "{code}: {}", self.message),
        }
    }
}

impl std::error::Error for ExtractError {}

/// The plug-in socket: says what it is, and finds annotations in a document.
pub trait Extractor: Send + Sync {
    /// What this extractor is.
    fn about(&self) -> &About;

    /// The annotations of one document. Spans must be made for this document's text.
    ///
    /// # Errors
    /// Where this document cannot be done; the run lists it and goes on.
    fn extract(&self, document: &Document) -> Result<Prediction, ExtractError>;
}

/// The names of the built-in extractors, in the order of the documentation.
pub const BUILTINS: [&str; 4] = ["gazetteer", "shape", "quotes", "attribution"];

/// Why a built-in extractor cannot start.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    /// There is no such extractor.
    #[error("there is no built-in extractor {name:?}{}", suggestion(.nearest))]
    Unknown {
        /// The name that was asked for.
        name: String,
        /// The name that was probably meant.
        nearest: Option<&'static str>,
    },
    /// A parameter that this extractor does not have.
    #[error("{extractor} has no parameter {param:?}; it has {known}")]
    UnknownParam {
        /// The extractor.
        extractor: String,
        /// The parameter.
        param: String,
        /// The parameters that it has.
        known: String,
    },
    /// A parameter's value that cannot be used.
    #[error("{param} cannot be {value:?}: expected {expected}")]
    BadParam {
        /// The parameter.
        param: String,
        /// The value.
        value: String,
        /// What would be accepted.
        expected: &'static str,
    },
    /// A line of a lexicon that cannot be read.
    #[error(
        "line {line} of the lexicon: {what}: found {found:?}, expected a label, a tab, and a name"
    )]
    Lexicon {
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        what: &'static str,
        /// The line's text.
        found: String,
    },
}

fn suggestion(nearest: &Option<&'static str>) -> String {
    nearest.map_or_else(String::new, |name| format!("; did you mean {name:?}?"))
}

/// The parameters of an extractor as they stand in the configuration. For `lexicon` the value is the file's *content*: rooms that extract open no files.
pub type Params = BTreeMap<String, String>;

/// Makes the built-in extractor `name`.
///
/// # Errors
/// Where there is none of this name, or its parameters cannot be used.
pub fn builtin(name: &str, params: &Params) -> Result<Box<dyn Extractor>, StartError> {
    if BUILTINS.contains(&name) {
        known_params(name, params)?;
    }
    let limit = limit(name, params)?;
    let inner: Box<dyn Extractor> = match name {
        "gazetteer" => Box::new(gazetteer::Gazetteer::new(params)?),
        "shape" => Box::new(shape::ShapeRules::new()),
        "quotes" => Box::new(quotes::Quotes::new()),
        "attribution" => Box::new(attribution::Attribution::new()),
        _ => {
            return Err(StartError::Unknown {
                name: name.to_owned(),
                nearest: nearest(name, BUILTINS),
            });
        }
    };
    Ok(match limit {
        Some(characters) => Box::new(Limited::new(inner, characters)),
        None => inner,
    })
}

/// The parameter that every built-in extractor has: articles with more characters than this are refused.
const LIMIT: &str = "max-characters";

fn limit(name: &str, params: &Params) -> Result<Option<usize>, StartError> {
    let Some(value) = params.get(LIMIT) else {
        return Ok(None);
    };
    match value.parse() {
        Ok(characters) if characters > 0 => Ok(Some(characters)),
        _ => Err(StartError::BadParam {
            param: format!("{name}.{LIMIT}"),
            value: value.clone(),
            expected: "a whole number of characters above 0",
        }),
    }
}

/// An extractor that refuses long articles instead of spending a run's time on one.
struct Limited {
    inner: Box<dyn Extractor>,
    about: About,
    characters: usize,
}

impl Limited {
    fn new(inner: Box<dyn Extractor>, characters: usize) -> Self {
        let mut about = inner.about().clone();
        about
            .params
            .insert(LIMIT.to_owned(), characters.to_string());
        Self {
            inner,
            about,
            characters,
        }
    }
}

impl Extractor for Limited {
    fn about(&self) -> &About {
        &self.about
    }

    fn extract(&self, document: &Document) -> Result<Prediction, ExtractError> {
        // Bytes bound characters from above, so most articles need no count.
        if document.text().len() > self.characters {
            let found = document.text().chars().count();
            if found > self.characters {
                return Err(ExtractError::new(format!(
                    "the article has {found} characters, more than {LIMIT} = {}",
                    self.characters
                )));
            }
        }
        self.inner.extract(document)
    }
}

/// The parameters that the built-in extractor `name` has; none where there is no such extractor.
#[must_use]
pub fn params_of(name: &str) -> Vec<&'static str> {
    match name {
        "gazetteer" => vec!["lexicon", LIMIT],
        "shape" | "quotes" | "attribution" => vec![LIMIT],
        _ => Vec::new(),
    }
}

/// Refuses parameters that `extractor` does not have.
fn known_params(extractor: &str, params: &Params) -> Result<(), StartError> {
    let known = params_of(extractor);
    match params.keys().find(|param| !known.contains(&param.as_str())) {
        Some(param) => Err(StartError::UnknownParam {
            extractor: extractor.to_owned(),
            param: param.clone(),
            known: known.join(", "),
        }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_name_or_parameter_is_refused_with_what_would_do() {
        let message = |name: &str, params: &[(&str, &str)]| {
            let params = params
                .iter()
                .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
            builtin(name, &params.collect())
                .err()
                .map(|error| error.to_string())
        };
        assert_eq!(
            message("gazeteer", &[]).as_deref(),
            Some("there is no built-in extractor \"gazeteer\"; did you mean \"gazetteer\"?")
        );
        assert_eq!(
            message("shape", &[("lexikon", "x")]).as_deref(),
            Some("shape has no parameter \"lexikon\"; it has max-characters")
        );
        assert_eq!(
            message("quotes", &[("max-characters", "many")]).as_deref(),
            Some(
                "quotes.max-characters cannot be \"many\": expected a whole number of characters above 0"
            )
        );
        assert_eq!(message("attribution", &[]), None);
    }

    #[test]
    fn an_article_over_the_limit_is_refused_by_its_characters_not_its_bytes() {
        let params = [(LIMIT.to_owned(), "4".to_owned())].into();
        let extractor = builtin("shape", &params).unwrap();
        assert!(extractor.extract(&Document::new("a", "äöüß")).is_ok());
        let error = extractor.extract(&Document::new("a", "äöüßx")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the article has 5 characters, more than max-characters = 4"
        );
    }
}
