//! A program that is started for each document: the article on standard input, one JSON object on standard output. For the simplest scripts.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::answer::by_offsets;
use super::desk::{Desk, Job};
use super::inputs;
use super::process::{Event, Process, described};
use super::protocol::names;
use super::quotations::Found;
use super::settings::{Settings, Transport};
use super::worker::{shown, told, unstartable};
use super::{Card, Epilogue, Listener, Remote};
use crate::annotation::Prediction;
use crate::document::Document;
use crate::error::{Problem, Result};
use crate::extract::{About, ExtractError};

/// How long a program is listened to before it is looked whether the work was stopped.
const LISTEN: Duration = Duration::from_millis(50);

/// A program for each document.
pub(super) struct Once {
    settings: Settings,
    command: Vec<String>,
    card: Card,
    leftovers: AtomicUsize,
}

impl Once {
    /// Makes sure that the program is there; it is not run.
    ///
    /// # Errors
    /// Where it is not there.
    pub(super) fn start(settings: Settings) -> Result<Self> {
        let command = match &settings.transport {
            Transport::Once(command) => command.clone(),
            _ => Vec::new(),
        };
        // A script that has no version is told apart by its bytes.
        let version = match settings.version.as_str() {
            "" => format!("blake3:{}", &inputs::program(&settings)[..8]),
            version => version.to_owned(),
        };
        let about = About {
            params: settings.params.clone(),
            // It cannot say so.
            deterministic: None,
            ..About::new(&settings.name, &version, &settings.tasks, "")
        };
        let identity = inputs::identity(&settings, &about, settings.unit.name())?;
        let once = Self {
            command,
            card: Card {
                about,
                identity,
                workers: settings.workers,
                per_minute: None,
            },
            settings,
            leftovers: AtomicUsize::new(0),
        };
        once.present().map_err(super::refused)?;
        Ok(once)
    }

    /// Whether the program's file is there, where it is named by a path; a program of the search path shows when it is run.
    fn present(&self) -> Result<(), Problem> {
        if super::program_is_there(&self.command, &self.settings.base) || cfg!(windows) {
            return Ok(());
        }
        let error = std::io::Error::from(std::io::ErrorKind::NotFound);
        Err(unstartable(&self.settings, &self.command, &error))
    }

    /// What the program gets to know beside the article.
    fn env(&self, document: &Document) -> Vec<(String, String)> {
        let mut env = vec![
            ("GOLDSPAN_DOCUMENT".to_owned(), document.id().to_owned()),
            (
                "GOLDSPAN_TASKS".to_owned(),
                names(&self.settings.tasks).join(","),
            ),
        ];
        let params = self.settings.params.iter();
        env.extend(params.map(|(name, value)| {
            let name = name.to_uppercase().replace('-', "_");
            (format!("GOLDSPAN_PARAM_{name}"), value.clone())
        }));
        env
    }

    /// Runs the program for one document; `None` where the work was stopped.
    fn run(
        &self,
        document: &Document,
        index: usize,
        listener: &dyn Listener,
        number: usize,
    ) -> Option<Result<Prediction, ExtractError>> {
        let env = self.env(document);
        let mut process = match Process::start(&self.command, &self.settings, number, &env) {
            Ok(process) => process,
            Err(error) => {
                let what = format!("the program cannot be run: {error}");
                return Some(Err(ExtractError::of("crash", what).retryable()));
            }
        };
        process.send(document.text().as_bytes().to_vec());
        process.close_input();
        let begun = Instant::now();
        let mut told_slow = false;
        let mut output = Vec::new();
        loop {
            match process.next(Instant::now() + LISTEN) {
                Some(Event::Line(line)) => {
                    output.extend(line);
                    output.push(b'\n');
                }
                Some(Event::Partial(rest)) => output.extend(rest),
                Some(Event::Closed) => break,
                Some(Event::TooLong(_)) => output.resize(self.settings.line_bytes + 1, b' '),
                // It has ended, and something that it started holds its standard output.
                None if process.ended(Instant::now()).is_some() => break,
                None => {}
            }
            if output.len() > self.settings.line_bytes {
                process.kill();
                let what = format!("it wrote more than {} bytes", self.settings.line_bytes);
                return Some(Err(ExtractError::of("protocol", what)));
            }
            if listener.stopped() {
                process.end(self.settings.grace.min(Duration::from_secs(1)));
                return None;
            }
            let took = begun.elapsed();
            if took >= self.settings.slow_after && !std::mem::replace(&mut told_slow, true) {
                listener.slow(&[index], took);
            }
            if took >= self.settings.timeout {
                process.end(self.settings.grace);
                process.settle_words();
                let words = told(&process.last_words(4));
                let what = format!("no answer within {}{words}", shown(self.settings.timeout));
                return Some(Err(ExtractError::of("timeout", what).retryable()));
            }
        }
        Some(self.ended(process, &output, document))
    }

    /// What a program says that has closed its standard output.
    fn ended(
        &self,
        mut process: Process,
        output: &[u8],
        document: &Document,
    ) -> Result<Prediction, ExtractError> {
        let status = process.ended(Instant::now() + self.settings.grace);
        if process.end(self.settings.grace) {
            self.leftovers.fetch_add(1, Ordering::Relaxed);
        }
        if status.is_none_or(|status| !status.success()) {
            process.settle_words();
            let words = told(&process.last_words(4));
            let what = format!("{}{words}", described(status));
            let error = ExtractError::of("crash", what);
            // A program that says with its exit code that it cannot do this will say so again.
            let own = status.is_some_and(|status| status.code().is_some());
            return Err(if own { error } else { error.retryable() });
        }
        let text = str::from_utf8(output)
            .map_err(|_| ExtractError::of("protocol", "what it printed is not UTF-8"))?;
        let annotations = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(text);
        let mut annotations = annotations.map_err(|error| {
            let shown = crate::error::quoted(text);
            let what = format!("what it printed is no JSON object: {shown} ({error})");
            ExtractError::of("protocol", what)
        })?;
        let known = ["entities", "claims", "error"];
        if !known.iter().any(|key| annotations.contains_key(*key)) {
            let shown = crate::error::quoted(text);
            let what = format!(
                "what it printed has neither entities nor claims nor error: {shown}; a list may be empty"
            );
            return Err(ExtractError::of("protocol", what));
        }
        if let Some(error) = annotations.get("error").filter(|error| !error.is_null()) {
            let said = error.get("message").unwrap_or(error);
            let what = said
                .as_str()
                .map_or_else(|| said.to_string(), str::to_owned);
            return Err(ExtractError::of("error", what));
        }
        annotations.insert("id".to_owned(), document.id().into());
        for task in names(&self.settings.tasks) {
            let nothing = serde_json::Value::Array(Vec::new());
            annotations.entry(task).or_insert(nothing);
        }
        let line = serde_json::Value::Object(annotations).to_string();
        by_offsets(&line, document, self.settings.unit, &self.card.about.tasks)
    }

    fn drive(&self, number: usize, desk: &Desk<'_>) {
        while let Some(job) = desk.take(false) {
            for (at, index) in job.documents.iter().enumerate() {
                let begun = Instant::now();
                let document = desk.documents[*index];
                match self.run(document, *index, desk.listener, number) {
                    Some(outcome) => {
                        let outcome = outcome.map(Found::from);
                        desk.answered(&job, *index, outcome, begun.elapsed());
                    }
                    None => {
                        desk.put_back(Job {
                            documents: job.documents[at..].to_vec(),
                            ..job
                        });
                        return;
                    }
                }
            }
        }
    }
}

impl Remote for Once {
    fn card(&self) -> &Card {
        &self.card
    }

    fn extract_all(&self, documents: &[&Document], listener: &dyn Listener) {
        let workers = self.settings.workers.clamp(1, documents.len().max(1));
        let desk = Desk::new(documents, listener, self.settings.retries, 1, workers);
        desk.share(|number| self.drive(number, &desk));
    }

    fn finish(&self) -> Epilogue {
        let leftovers = self.leftovers.load(Ordering::Relaxed);
        let mut epilogue = Epilogue::default();
        if leftovers > 0 {
            let documents = if leftovers == 1 {
                "document"
            } else {
                "documents"
            };
            let what =
                format!("left processes behind for {leftovers} {documents}, which were ended");
            epilogue.remarks.push(what);
        }
        epilogue
    }
}
