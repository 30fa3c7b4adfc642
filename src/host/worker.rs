//! One process that speaks the protocol: the handshake, requests, and what its lines mean.

use std::time::{Duration, Instant};

use super::process::{Event, Process, described};
use super::protocol::{FromExtractor, Ready, Refusal, ToExtractor, read};
use super::settings::{Settings, Transport};
use crate::document::Document;
use crate::error::Problem;

/// How many lines of standard error an error shows.
const WORDS_SHOWN: usize = 4;

/// A process that has said that it is ready.
pub(super) struct Worker {
    process: Process,
    requests: u64,
}

/// What a worker says, or that it says nothing.
#[derive(Debug)]
pub(super) enum Heard {
    /// The line of a result, with the id of its request.
    Result(Vec<u8>, u64),
    /// A request failed as a whole.
    Refused(u64, Refusal),
    /// Words for people.
    Log,
    /// Something that no extractor may say; the worker is of no more use.
    Nonsense(String),
    /// It has ended, or closed its standard output.
    Gone(String),
    /// Nothing until the time.
    Silence,
}

impl Worker {
    /// Starts a process and meets it.
    ///
    /// # Errors
    /// Why it is not ready.
    pub(super) fn start(settings: &Settings, number: usize) -> Result<(Self, Ready), Problem> {
        let command = match &settings.transport {
            Transport::Command(command) | Transport::Once(command) => command,
            _ => {
                return Err(super::refusal(&settings.name, "it has no command"));
            }
        };
        let process = Process::start(command, settings, number, &[])
            .map_err(|error| unstartable(settings, command, &error))?;
        let mut worker = Self {
            process,
            requests: 0,
        };
        let hello = ToExtractor::hello(&settings.tasks, &settings.params).line();
        worker.process.send(hello);
        match worker.ready(settings) {
            Ok(ready) => Ok((worker, ready)),
            Err(problem) => {
                worker.process.kill();
                Err(problem)
            }
        }
    }

    /// Waits until the process says that it is ready.
    fn ready(&mut self, settings: &Settings) -> Result<Ready, Problem> {
        let until = Instant::now() + settings.start_timeout;
        let refuse = |what: String| super::refusal(&settings.name, &what);
        loop {
            // One that says much and never that it is ready is not waited for either.
            let next = Some(until).filter(|until| Instant::now() < *until);
            match next.and_then(|until| self.process.next(until)) {
                None => {
                    let what = format!(
                        "it did not say within {} that it is ready",
                        shown(settings.start_timeout)
                    );
                    let problem = refuse(what).expected("its message \"ready\"");
                    return Err(self.with_words(problem).mend(
                        "does it read standard input and flush standard output? if it needs longer to load, raise start-timeout",
                    ));
                }
                Some(Event::Line(line)) => match read(&line) {
                    Ok(FromExtractor::Ready(ready)) => return ready.of_our_version(settings),
                    Ok(FromExtractor::Log { level, message }) => {
                        self.process.add_words(&format!("{level}: {message}\n"));
                    }
                    Ok(FromExtractor::Error { error, .. }) => {
                        let error = crate::extract::ExtractError::from(error);
                        return Err(self.with_words(refuse(error.to_string())));
                    }
                    Ok(FromExtractor::Result { .. }) => {
                        let problem = refuse("it answered hello with a result".into());
                        return Err(problem.expected("its message \"ready\""));
                    }
                    Err(reason) => {
                        let problem = refuse(reason).expected("its message \"ready\"");
                        let mend = if is_message(&line) {
                            "goldspan extractor test -- COMMAND tells which key is wrong"
                        } else {
                            "print everything else on standard error; for a program that does not speak the protocol write once = [...] instead of command"
                        };
                        return Err(self.with_words(problem).mend(mend));
                    }
                },
                Some(event) => {
                    let what = self.last(event);
                    let problem = refuse(what).expected("its message \"ready\"");
                    return Err(self
                        .with_words(problem)
                        .mend("run the command by hand: goldspan extractor test -- COMMAND"));
                }
            }
        }
    }

    /// The worker, unless it has ended in the meantime.
    pub(super) fn alive(mut self) -> Option<Self> {
        self.process.ended(Instant::now()).is_none().then_some(self)
    }

    /// Asks for documents; gives the number of the request.
    pub(super) fn ask(
        &mut self,
        documents: &[&Document],
        attempt: u32,
        settings: &Settings,
    ) -> u64 {
        self.requests += 1;
        let request = ToExtractor::extract(self.requests, attempt, documents, settings);
        self.process.send(request.line());
        self.requests
    }

    /// Says that the answer to a request is not waited for any longer.
    pub(super) fn cancel(&self, id: u64) {
        self.process.send(ToExtractor::Cancel { id }.line());
    }

    /// Whether a request of this number was ever made.
    pub(super) const fn asked(&self, id: u64) -> bool {
        id >= 1 && id <= self.requests
    }

    /// What the worker says until then.
    pub(super) fn hear(&mut self, until: Instant) -> Heard {
        let line = match self.process.next(until) {
            None => return self.silence(),
            Some(Event::Line(line)) => line,
            Some(event @ Event::TooLong(_)) => return Heard::Nonsense(self.last(event)),
            Some(event) => return Heard::Gone(self.last(event)),
        };
        match read(&line) {
            Ok(FromExtractor::Result { id, .. }) => Heard::Result(line, id),
            Ok(FromExtractor::Error {
                id: Some(id),
                error,
            }) => Heard::Refused(id, error),
            Ok(FromExtractor::Error { id: None, error }) => {
                Heard::Nonsense(format!("it gave up: {}", error.message))
            }
            Ok(FromExtractor::Log { level, message }) => {
                self.process.add_words(&format!("{level}: {message}\n"));
                Heard::Log
            }
            Ok(FromExtractor::Ready(_)) => Heard::Nonsense("it said twice that it is ready".into()),
            Err(reason) => Heard::Nonsense(reason),
        }
    }

    /// What it means that nothing was said. A process that has ended goes on saying nothing while something that it started holds its standard output open.
    fn silence(&mut self) -> Heard {
        match self.process.ended(Instant::now()) {
            None => Heard::Silence,
            ended => Heard::Gone(format!(
                "{}, and left processes behind that hold its standard output",
                described(ended)
            )),
        }
    }

    /// What the last event of a process means.
    fn last(&mut self, event: Event) -> String {
        let soon = Instant::now() + Duration::from_millis(500);
        match event {
            Event::TooLong(begin) => format!(
                "its line is longer than max-line allows; it begins {}",
                crate::error::quoted(&String::from_utf8_lossy(&begin))
            ),
            Event::Partial(begin) => format!(
                "{}, in the middle of a line: {}",
                described(self.process.ended(soon)),
                crate::error::quoted(&String::from_utf8_lossy(&begin))
            ),
            Event::Closed | Event::Line(_) => described(self.process.ended(soon)),
        }
    }

    /// The last words of the process on standard error, as they follow a message.
    pub(super) fn words(&self) -> String {
        self.process.settle_words();
        told(&self.process.last_words(WORDS_SHOWN))
    }

    fn with_words(&self, problem: Problem) -> Problem {
        self.process.settle_words();
        let words = self.process.last_words(WORDS_SHOWN);
        if words.is_empty() {
            problem.found("nothing on its standard error")
        } else {
            problem.found(format!("on its standard error: {}", words.join(" | ")))
        }
    }

    /// Ends the process at once.
    pub(super) fn kill(mut self) {
        self.process.kill();
    }

    /// Ends the process, asking first.
    pub(super) fn stop(mut self, grace: Duration) {
        self.process.end(grace);
    }

    /// Says goodbye and waits for the end; gives what was not as it should be.
    pub(super) fn bye(mut self, grace: Duration) -> Vec<String> {
        let mut remarks = Vec::new();
        self.process.send(ToExtractor::Bye.line());
        self.process.close_input();
        match self.process.ended(Instant::now() + grace) {
            None => remarks.push(format!(
                "did not end within {} after bye, and was ended",
                shown(grace)
            )),
            Some(status) if !status.success() => {
                remarks.push(format!("after bye {}", described(Some(status))));
            }
            Some(_) => {}
        }
        if self.process.end(grace) {
            remarks.push("left processes behind, which were ended".to_owned());
        }
        remarks
    }
}

/// Whether a line means to be a message, whatever is wrong with it.
fn is_message(line: &[u8]) -> bool {
    serde_json::from_slice::<serde_json::Value>(line).is_ok_and(|value| value["t"].is_string())
}

/// Last words as they follow a message.
pub(super) fn told(words: &[String]) -> String {
    if words.is_empty() {
        String::new()
    } else {
        format!("; its last words: {}", words.join(" | "))
    }
}

/// A time as people write it: `30s`, `250ms`.
pub(super) fn shown(time: Duration) -> String {
    if time.subsec_millis() == 0 {
        format!("{} s", time.as_secs())
    } else {
        format!("{} ms", time.as_millis())
    }
}

/// The problem that a program cannot be started at all.
pub(super) fn unstartable(
    settings: &Settings,
    command: &[String],
    error: &std::io::Error,
) -> Problem {
    let program = command.first().map_or("", String::as_str);
    let mend = match error.kind() {
        std::io::ErrorKind::NotFound => {
            "install it, or correct the first word of the command; relative paths start at the configuration's folder"
        }
        std::io::ErrorKind::PermissionDenied => {
            "make it executable, or name its interpreter first: [\"python3\", \"x.py\"]"
        }
        _ => "run the command by hand",
    };
    super::refusal(&settings.name, "its program cannot be run")
        .found(match error.kind() {
            std::io::ErrorKind::NotFound => format!("{program:?}, which is not there"),
            _ => format!("{program:?}: {error}"),
        })
        .mend(mend)
}
