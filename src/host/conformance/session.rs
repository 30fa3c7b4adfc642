//! A conversation with one process of the extractor under test. It is heard more leniently than in a run, so that a fault is told once, by the case that is meant for it.

use std::io;
use std::time::{Duration, Instant};

use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value};

use super::super::process::{Event, Process, described};
use super::super::protocol::{Refusal, read};
use super::super::settings::Settings;
use super::ledger::{Ledger, cut};
use crate::error::quoted;

/// How long a session listens before it looks around.
const SLICE: Duration = Duration::from_millis(50);

/// How many lines of standard error a failure shows.
const WORDS_SHOWN: usize = 4;

/// A process and the requests that it was sent.
pub(super) struct Session {
    pub(super) process: Process,
    last: u64,
    open: Vec<Request>,
    answered: Vec<Request>,
    /// Whether it has said that it is ready.
    pub(super) met: bool,
}

/// A request that was sent.
struct Request {
    id: u64,
    documents: Vec<String>,
    sent: String,
}

/// The answer to a request.
pub(super) struct Reply {
    /// The request, cut where it is long.
    pub(super) sent: String,
    /// The answer, cut where it is long.
    pub(super) came: String,
    /// What it says of each document, in the order of the request.
    pub(super) entries: Vec<Option<Box<RawValue>>>,
    /// That the request failed as a whole.
    pub(super) refusal: Option<Refusal>,
}

impl Reply {
    /// The error that stands in the place of this document's annotations.
    pub(super) fn error(&self, index: usize) -> Option<String> {
        let said = |code: &str, message: &str| {
            let code = if code.is_empty() { "error" } else { code };
            format!("{code}: {message}")
        };
        if let Some(refusal) = &self.refusal {
            return Some(said(&refusal.code, &refusal.message));
        }
        let entry: Value = serde_json::from_str(self.entries.get(index)?.as_ref()?.get()).ok()?;
        let error = entry.get("error").filter(|error| !error.is_null())?;
        let part = |key| error.get(key).and_then(Value::as_str).unwrap_or_default();
        Some(said(part("code"), part("message")))
    }
}

/// What a process says, or that it says nothing.
pub(super) enum Said {
    Ready(Value),
    /// It cannot start.
    Sorry(Refusal),
    Reply(Reply),
    Silence,
    /// It has ended, or said what cannot be gone on from.
    Gone(String),
}

impl Session {
    /// Starts a process; it is told nothing yet.
    ///
    /// # Errors
    /// Where it cannot be started.
    pub(super) fn start(
        command: &[String],
        settings: &Settings,
        number: usize,
    ) -> io::Result<Self> {
        Ok(Self {
            process: Process::start(command, settings, number, &[])?,
            last: 0,
            open: Vec::new(),
            answered: Vec::new(),
            met: false,
        })
    }

    /// The number of the next request. Numbers rise, and need not follow each other.
    pub(super) fn next_id(&mut self, step: u64) -> u64 {
        self.last += step;
        self.last
    }

    /// Sends a request for documents of these ids.
    pub(super) fn send(&mut self, id: u64, documents: Vec<String>, line: Vec<u8>) {
        self.open.push(Request {
            id,
            documents,
            sent: cut(&String::from_utf8_lossy(&line)),
        });
        self.process.send(line);
    }

    /// How many requests are not answered.
    pub(super) fn unanswered(&self) -> usize {
        self.open.len()
    }

    /// The oldest request that is not answered, cut where it is long.
    pub(super) fn waiting_for(&self) -> String {
        let first = self.open.first();
        first.map_or_else(String::new, |request| request.sent.clone())
    }

    /// What it says until then. What is no message is written down and passed over.
    pub(super) fn hear(&mut self, ledger: &mut Ledger<'_>, until: Instant) -> Said {
        loop {
            let now = Instant::now();
            if now >= until || ledger.stopped() {
                return Said::Silence;
            }
            ledger.look_at_threads(self.process.id());
            match self.process.next(until.min(now + SLICE)) {
                None => {}
                Some(Event::Line(line)) => {
                    if let Some(said) = self.understand(&line, ledger) {
                        return said;
                    }
                }
                Some(event) => return Said::Gone(self.last(event)),
            }
        }
    }

    /// What the last event of a process means.
    fn last(&mut self, event: Event) -> String {
        let soon = Instant::now() + Duration::from_millis(500);
        let how = match event {
            Event::TooLong(begin) => format!(
                "its line is longer than any may be; it begins {}",
                quoted(&String::from_utf8_lossy(&begin))
            ),
            Event::Partial(begin) => format!(
                "{}, in the middle of a line: {}",
                described(self.process.ended(soon)),
                quoted(&String::from_utf8_lossy(&begin))
            ),
            Event::Closed | Event::Line(_) => described(self.process.ended(soon)),
        };
        format!("{how}{}", self.words())
    }

    /// The last words on standard error, as they follow a sentence.
    pub(super) fn words(&self) -> String {
        self.process.settle_words();
        match self.process.last_words(WORDS_SHOWN).as_slice() {
            [] => "; nothing on its standard error".to_owned(),
            words => format!("; on its standard error: {}", words.join(" | ")),
        }
    }

    /// What a line means; `None` where it asks for nothing.
    fn understand(&mut self, line: &[u8], ledger: &mut Ledger<'_>) -> Option<Said> {
        let Ok(text) = str::from_utf8(line) else {
            let shown = String::from_utf8_lossy(line);
            ledger.stray(format!("a line that is not UTF-8: {}", quoted(&shown)));
            return None;
        };
        let Some((stray, message)) = message(text) else {
            ledger.stray(match text.trim() {
                "" => "an empty line".to_owned(),
                _ => quoted(text),
            });
            return None;
        };
        if !stray.is_empty() {
            ledger.stray(format!("{} before a message", quoted(stray)));
        }
        match message["t"].as_str().unwrap_or_default() {
            "ready" if self.met => {
                ledger.stray("a second \"ready\"".to_owned());
                None
            }
            "ready" => {
                self.met = true;
                Some(Said::Ready(Value::Object(message)))
            }
            "log" => {
                let words = message.get("message").and_then(Value::as_str);
                self.process
                    .add_words(&format!("{}\n", words.unwrap_or_default()));
                None
            }
            "error" if !self.met => Some(Said::Sorry(refusal(&message))),
            "result" | "error" => {
                let numbered = message.get("id").is_some_and(Value::is_u64);
                if let Err(reason) = read(&text.as_bytes()[stray.len()..])
                    && numbered
                {
                    ledger.stray(reason);
                }
                self.settle(&message, text, ledger).map(Said::Reply)
            }
            other => {
                ledger.stray(format!("a message of the unknown kind {other:?}"));
                None
            }
        }
    }

    /// Finds the request that a message answers. Wrong numbers are written down.
    fn settle(
        &mut self,
        message: &Map<String, Value>,
        text: &str,
        ledger: &mut Ledger<'_>,
    ) -> Option<Reply> {
        let docs = message.get("docs").and_then(Value::as_array);
        let docs: &[Value] = docs.map_or(&[], Vec::as_slice);
        let about = |request: &Request| {
            let known = |doc: &Value| id_of(doc).is_some_and(|id| request.documents.contains(&id));
            docs.iter().any(known)
        };
        let number = message.get("id").and_then(Value::as_u64);
        let own = self.open.iter().position(|open| Some(open.id) == number);
        let at = own.or_else(|| {
            let shown = message
                .get("id")
                .map_or("none".to_owned(), Value::to_string);
            let by_documents = self.open.iter().position(about);
            let before = self.answered.iter().find(|past| Some(past.id) == number);
            let theirs: Vec<Option<String>> = docs.iter().map(id_of).collect();
            let again = before.is_some_and(|past| {
                let own = past.documents.iter().cloned().map(Some);
                theirs.is_empty() || self.open.is_empty() || own.collect::<Vec<_>>() == theirs
            });
            if again {
                ledger.id(format!("request {shown} was answered twice"));
                return None;
            }
            let open: Vec<String> = self.open.iter().map(|open| open.id.to_string()).collect();
            ledger.id(match open.as_slice() {
                [] => format!("an answer with the id {shown}, which no request had"),
                open => format!(
                    "an answer with the id {shown} to request {}",
                    open.join(" or ")
                ),
            });
            by_documents.or((!self.open.is_empty()).then_some(0))
        })?;
        let request = self.open.remove(at);
        let refusal = (message["t"] == "error").then(|| {
            ledger.error(Some(&Value::Object(message.clone())), text);
            refusal(message)
        });
        let entries = match &refusal {
            Some(_) => Vec::new(),
            None => entries(&request, docs, ledger),
        };
        let reply = Reply {
            sent: request.sent.clone(),
            came: cut(text),
            entries,
            refusal,
        };
        self.answered.push(request);
        Some(reply)
    }

    /// Ends the process without a look at how it ends.
    pub(super) fn leave(mut self) {
        self.process
            .send(super::super::protocol::ToExtractor::Bye.line());
        self.process.close_input();
        let _ = self
            .process
            .ended(Instant::now() + Duration::from_millis(500));
        self.process.kill();
    }
}

/// The message of a line, and what stands before it: a word that was printed without a line end stands before the next message.
fn message(text: &str) -> Option<(&str, Map<String, Value>)> {
    let object = |text: &str| match serde_json::from_str(text) {
        Ok(Value::Object(object)) if object.get("t").is_some_and(Value::is_string) => Some(object),
        _ => None,
    };
    if let Some(object) = object(text) {
        return Some(("", object));
    }
    let at = text.find("{\"t\"").filter(|at| *at > 0)?;
    Some((&text[..at], object(&text[at..])?))
}

fn id_of(doc: &Value) -> Option<String> {
    doc.get("id").and_then(Value::as_str).map(str::to_owned)
}

fn refusal(message: &Map<String, Value>) -> Refusal {
    let text = |key| {
        let text = message.get(key).and_then(Value::as_str);
        text.unwrap_or_default().to_owned()
    };
    Refusal {
        code: text("code"),
        message: text("message"),
        retryable: false,
        retry_after_ms: None,
    }
}

/// What a result says of each document. Entries of ids that were not asked for are written down, and taken in order where their number is right.
fn entries(
    request: &Request,
    docs: &[Value],
    ledger: &mut Ledger<'_>,
) -> Vec<Option<Box<RawValue>>> {
    let mut found: Vec<Option<&Value>> = vec![None; request.documents.len()];
    let mut strangers = Vec::new();
    for doc in docs {
        let id = id_of(doc);
        let at = request
            .documents
            .iter()
            .position(|own| Some(own) == id.as_ref());
        match (at, id) {
            (Some(at), Some(id)) => {
                if found[at].replace(doc).is_some() {
                    ledger.id(format!("two entries for the document {}", quoted(&id)));
                }
            }
            (_, id) => {
                ledger.id(match id {
                    Some(id) => format!(
                        "an entry for {} where {} was asked for",
                        quoted(&id),
                        quoted(&request.documents.join(", "))
                    ),
                    None => format!("an entry whose id is no string: {}", cut(&doc.to_string())),
                });
                strangers.push(doc);
            }
        }
        if let Some(error) = doc.get("error").filter(|error| !error.is_null()) {
            ledger.error(Some(error), &doc.to_string());
        }
    }
    if docs.len() == found.len() {
        let mut strangers = strangers.into_iter();
        for place in found.iter_mut().filter(|place| place.is_none()) {
            *place = strangers.next();
        }
    }
    let raw = |doc: Option<&Value>| doc.and_then(|doc| to_raw_value(&with_id(doc)).ok());
    found.into_iter().map(raw).collect()
}

/// The entry with an id of some kind: that it is a wrong one is told elsewhere.
fn with_id(doc: &Value) -> Value {
    let mut doc = doc.clone();
    if let Value::Object(object) = &mut doc
        && !object.get("id").is_some_and(Value::is_string)
    {
        object.insert("id".to_owned(), Value::from("?"));
    }
    doc
}
