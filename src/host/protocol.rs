//! The messages of the extractor protocol, version 1: JSON Lines, one object a line. `docs/extractors.md` is the specification.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::settings::Settings;
use crate::annotation::Task;
use crate::document::Document;
use crate::error::Problem;
use crate::extract::ExtractError;
use crate::offset::Unit;

/// The version of the protocol that this goldspan speaks.
pub const VERSION: u32 = 1;

/// What the host says.
#[derive(Debug, Serialize)]
#[serde(tag = "t", rename_all = "lowercase")]
pub(super) enum ToExtractor<'a> {
    /// The first message.
    Hello {
        protocol: [u32; 1],
        tasks: Vec<&'static str>,
        params: &'a BTreeMap<String, String>,
        seed: u64,
        features: [&'static str; 1],
    },
    /// A request.
    Extract {
        id: u64,
        attempt: u32,
        tasks: Vec<&'static str>,
        deadline_ms: u64,
        docs: Vec<DocumentOut<'a>>,
    },
    /// The answer to a request is not waited for any longer.
    Cancel { id: u64 },
    /// The last message.
    Bye,
}

/// A document of a request.
#[derive(Debug, Serialize)]
pub(super) struct DocumentOut<'a> {
    id: &'a str,
    text: &'a str,
    meta: &'a BTreeMap<String, String>,
}

impl<'a> From<&'a Document> for DocumentOut<'a> {
    fn from(document: &'a Document) -> Self {
        Self {
            id: document.id(),
            text: document.text(),
            meta: document.metadata(),
        }
    }
}

impl<'a> ToExtractor<'a> {
    /// The first message.
    pub(super) fn hello(tasks: &[Task], params: &'a BTreeMap<String, String>) -> Self {
        Self::Hello {
            protocol: [VERSION],
            tasks: names(tasks),
            params,
            seed: 0,
            features: ["cancel"],
        }
    }

    /// A request.
    pub(super) fn extract(
        id: u64,
        attempt: u32,
        documents: &[&'a Document],
        settings: &Settings,
    ) -> Self {
        Self::Extract {
            id,
            attempt,
            tasks: names(&settings.tasks),
            deadline_ms: u64::try_from(settings.timeout.as_millis()).unwrap_or(u64::MAX),
            docs: documents
                .iter()
                .map(|document| (*document).into())
                .collect(),
        }
    }

    /// The message as a line.
    pub(super) fn line(&self) -> Vec<u8> {
        // Strings, numbers and maps of strings have always a form in JSON.
        let mut line = serde_json::to_vec(self).unwrap_or_default();
        line.push(b'\n');
        line
    }
}

/// The names of tasks.
pub(super) fn names(tasks: &[Task]) -> Vec<&'static str> {
    tasks.iter().map(|task| task.name()).collect()
}

/// What an extractor says.
#[derive(Debug)]
pub(super) enum FromExtractor<'a> {
    /// The answer to hello.
    Ready(Ready),
    /// The answer to a request.
    Result { id: u64, docs: Vec<&'a RawValue> },
    /// A request, or the start, failed as a whole.
    Error { id: Option<u64>, error: Refusal },
    /// Words for people.
    Log { level: String, message: String },
}

/// Every key of every message: which belong together is told by `t`.
#[derive(Debug, Deserialize)]
struct Wire<'a> {
    #[serde(borrow)]
    t: Cow<'a, str>,
    id: Option<u64>,
    #[serde(borrow)]
    docs: Option<Vec<&'a RawValue>>,
    level: Option<String>,
    message: Option<String>,
    code: Option<String>,
    #[serde(default)]
    retryable: bool,
    retry_after_ms: Option<u64>,
}

/// What an extractor says of itself in answer to hello.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Ready {
    pub(super) protocol: u32,
    pub(super) name: String,
    pub(super) version: String,
    pub(super) tasks: Vec<String>,
    #[serde(default)]
    pub(super) labels: Vec<String>,
    pub(super) fingerprint: Option<String>,
    pub(super) offsets: Option<String>,
    pub(super) batch: Option<usize>,
    pub(super) in_flight: Option<usize>,
    pub(super) deterministic: Option<bool>,
    #[serde(default)]
    pub(super) features: Vec<String>,
}

impl Ready {
    /// What is said in the version of the protocol that this goldspan speaks.
    ///
    /// # Errors
    /// Where it is another version.
    pub(super) fn of_our_version(self, settings: &Settings) -> Result<Self, Problem> {
        if self.protocol == VERSION {
            return Ok(self);
        }
        let what = "it speaks another version of the protocol";
        Err(super::refusal(&settings.name, what)
            .found(format!("protocol {}", self.protocol))
            .expected(format!("protocol {VERSION}, the one that hello offers")))
    }
}

/// An error as an extractor tells it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Refusal {
    #[serde(default)]
    pub(super) code: String,
    #[serde(default)]
    pub(super) message: String,
    #[serde(default)]
    pub(super) retryable: bool,
    pub(super) retry_after_ms: Option<u64>,
}

impl From<Refusal> for ExtractError {
    fn from(refusal: Refusal) -> Self {
        let code = match refusal.code.trim() {
            "" => Cow::Borrowed("error"),
            code => Cow::Owned(code.chars().take(60).collect()),
        };
        let message = match refusal.message.as_str() {
            "" => "the extractor says no more".to_owned(),
            message => message.chars().take(2000).collect(),
        };
        Self {
            code,
            message,
            retryable: refusal.retryable,
        }
    }
}

/// What offsets of an extractor count, and whether it gives quotations instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Offsets {
    /// They count this.
    Of(Unit),
    /// There are none: annotations are quotations, which the host looks for.
    Quotations,
}

impl Offsets {
    /// The name in `ready`.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Of(unit) => unit.name(),
            Self::Quotations => "none",
        }
    }

    /// What a name in `ready` means; `None` where nothing.
    pub(super) fn from_name(name: &str) -> Option<Self> {
        match name {
            "none" => Some(Self::Quotations),
            name => Unit::from_name(name).map(Self::Of),
        }
    }
}

/// Reads one line of standard output.
///
/// # Errors
/// Why the line is no message, for the extractor's author.
pub(super) fn read(line: &[u8]) -> Result<FromExtractor<'_>, String> {
    message(
        line,
        "line",
        "; only messages may be printed on standard output, other words on standard error",
    )
}

/// Reads one message; `what` is what holds it, and `mend` follows where that holds something else.
///
/// # Errors
/// Why it is no message, for the extractor's author.
pub(super) fn message<'a>(
    bytes: &'a [u8],
    what: &str,
    mend: &str,
) -> Result<FromExtractor<'a>, String> {
    let text = str::from_utf8(bytes).map_err(|error| {
        let shown = String::from_utf8_lossy(bytes);
        format!(
            "its {what} is not UTF-8 (byte {} of {})",
            error.valid_up_to(),
            crate::error::quoted(&shown)
        )
    })?;
    let wire: Wire<'_> = serde_json::from_str(text).map_err(|error| {
        if error.is_data() && text.trim_start().starts_with('{') {
            let shown = crate::error::quoted(text);
            return format!("its {what} has a value that no message has: {error}, in {shown}; id is the number of the request, as it was asked");
        }
        format!(
            "its {what} is no message of the protocol: {} ({error}){mend}",
            crate::error::quoted(text)
        )
    })?;
    let id = || {
        wire.id
            .ok_or_else(|| format!("its message {:?} has no id", wire.t))
    };
    match wire.t.as_ref() {
        "ready" => serde_json::from_str(text)
            .map(FromExtractor::Ready)
            .map_err(|error| format!("its message \"ready\" cannot be read: {error}")),
        "result" => Ok(FromExtractor::Result {
            id: id()?,
            docs: wire.docs.ok_or("its message \"result\" has no list docs")?,
        }),
        "error" => Ok(FromExtractor::Error {
            id: wire.id,
            error: Refusal {
                code: wire.code.unwrap_or_default(),
                message: wire.message.unwrap_or_default(),
                retryable: wire.retryable,
                retry_after_ms: wire.retry_after_ms,
            },
        }),
        "log" => Ok(FromExtractor::Log {
            level: wire.level.unwrap_or_else(|| "info".to_owned()),
            message: wire.message.unwrap_or_default(),
        }),
        other => Err(format!(
            "there is no message {:?}; expected ready, result, error or log",
            other
        )),
    }
}
