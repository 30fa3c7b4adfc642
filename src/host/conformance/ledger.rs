//! What is seen in any conversation of the suite, and told by the case that is meant for it: stray words, wrong ids, the shape of errors, threads.

use std::time::{Duration, Instant};

use serde_json::Value;

use super::Audience;
use crate::host::group;

/// How many examples of one fault are kept.
const KEPT: usize = 3;

/// How many characters of a message a failure shows.
const SHOWN: usize = 400;

/// How often threads are counted at most.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// What was seen.
pub(super) struct Ledger<'a> {
    audience: &'a dyn Audience,
    /// The case that is being tried.
    pub(super) case: &'static str,
    /// What came on standard output and is no message.
    pub(super) strays: Vec<String>,
    /// Wrong ids of requests and documents.
    pub(super) ids: Vec<String>,
    /// How many errors came, of documents and of requests.
    pub(super) errors: u64,
    /// Errors of another shape than they should have.
    pub(super) bad_errors: Vec<String>,
    /// What every process said of itself.
    pub(super) readies: Vec<Value>,
    /// The most threads that a process group had at once.
    pub(super) threads: Option<usize>,
    looked: Option<Instant>,
}

impl<'a> Ledger<'a> {
    pub(super) fn new(audience: &'a dyn Audience) -> Self {
        Self {
            audience,
            case: "",
            strays: Vec::new(),
            ids: Vec::new(),
            errors: 0,
            bad_errors: Vec::new(),
            readies: Vec::new(),
            threads: None,
            looked: None,
        }
    }

    /// Whether somebody wants the suite to end.
    pub(super) fn stopped(&self) -> bool {
        self.audience.stopped()
    }

    /// Something on standard output that is no message.
    pub(super) fn stray(&mut self, what: String) {
        let what = self.in_case(&what);
        keep(&mut self.strays, what);
    }

    /// A wrong id.
    pub(super) fn id(&mut self, what: String) {
        let what = self.in_case(&what);
        keep(&mut self.ids, what);
    }

    /// An error, whose shape is looked at.
    pub(super) fn error(&mut self, error: Option<&Value>, shown: &str) {
        self.errors += 1;
        let word = |key| {
            let value = error.and_then(|error| error.get(key));
            value
                .and_then(Value::as_str)
                .is_some_and(|text| !text.trim().is_empty())
        };
        let truth = |key| {
            let value = error.and_then(|error| error.get(key));
            value.is_none_or(Value::is_boolean)
        };
        let missing = match (word("code"), word("message"), truth("retryable")) {
            (true, true, true) => return,
            (false, ..) => "no code",
            (_, false, _) => "no message",
            _ => "a retryable that is neither true nor false",
        };
        let what = self.in_case(&format!("an error with {missing}: {}", cut(shown)));
        keep(&mut self.bad_errors, what);
    }

    fn in_case(&self, what: &str) -> String {
        format!("{what} (seen in the case {})", self.case)
    }

    /// Counts the threads of a process group, unless that was done a moment ago.
    pub(super) fn look_at_threads(&mut self, group: u32) {
        if self
            .looked
            .is_some_and(|looked| looked.elapsed() < LOOK_EVERY)
        {
            return;
        }
        self.looked = Some(Instant::now());
        if let Some(members) = group::members(group) {
            let threads = members.iter().map(|member| member.threads).sum();
            self.threads = self.threads.max(Some(threads));
        }
    }
}

fn keep(list: &mut Vec<String>, what: String) {
    if list.len() < KEPT {
        list.push(what);
    }
}

/// A message as a failure shows it: without its line end, cut where it is long.
pub(super) fn cut(text: &str) -> String {
    let text = text.trim_end_matches('\n');
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}... ({} bytes in all)", &text[..end], text.len()),
        None => text.to_owned(),
    }
}
