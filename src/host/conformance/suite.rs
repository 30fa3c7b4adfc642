//! What the cases share: the extractor under test, the process that is kept from case to case, asking and comparing.

use std::time::{Duration, Instant};

use serde_json::Value;
use serde_json::value::RawValue;

use super::super::answer;
use super::super::protocol::{Offsets, ToExtractor, names};
use super::super::quotations::Found;
use super::super::settings::{Settings, Transport};
use super::super::worker::{shown, unstartable};
use super::ledger::{Ledger, cut};
use super::session::{Reply, Said, Session};
use super::{Audience, Failure};
use crate::annotation::{Annotations, Task};
use crate::document::Document;
use crate::error::{Error, Kind, Problem, Result};

/// `None` where a case passed, why it says nothing of this extractor, or what is wrong.
pub(super) type Verdict = Result<Option<String>, Failure>;

/// What an extractor said of itself.
pub(super) struct Known {
    pub(super) ready: Value,
    /// What it does and is asked for.
    pub(super) tasks: Vec<Task>,
    pub(super) labels: Option<Vec<String>>,
    pub(super) offsets: Offsets,
    pub(super) batch: usize,
    pub(super) in_flight: usize,
    pub(super) deterministic: bool,
    pub(super) cancel: bool,
}

/// What the cases share.
pub(super) struct Suite<'a> {
    pub(super) settings: &'a Settings,
    command: &'a [String],
    pub(super) ledger: Ledger<'a>,
    pub(super) known: Option<Known>,
    remarks: Vec<String>,
    kept: Option<Session>,
    numbered: u64,
    /// What was said before hello.
    pub(super) early: Vec<String>,
    /// What came of the first document, until it is looked at.
    pub(super) first: Option<Result<Reply, Failure>>,
    /// What was left when the process ended after bye; `None` where it did not end.
    pub(super) left: Option<Vec<String>>,
    /// Whether the same document got the same answer twice.
    pub(super) steady: bool,
}

impl<'a> Suite<'a> {
    /// # Errors
    /// Where there is no program of this name.
    pub(super) fn new(settings: &'a Settings, audience: &'a dyn Audience) -> Result<Self> {
        let Transport::Command(command) = &settings.transport else {
            let problem = Problem::new("only programs that speak the protocol can be tried");
            return Err(problem.into());
        };
        let mut suite = Self {
            settings,
            command,
            ledger: Ledger::new(audience),
            known: None,
            remarks: Vec::new(),
            kept: None,
            numbered: 0,
            early: Vec::new(),
            first: None,
            left: None,
            steady: false,
        };
        match Session::start(command, settings, 0) {
            Ok(session) => suite.kept = Some(session),
            Err(error) => {
                let problem = unstartable(settings, command, &error);
                return Err(Error::one(Kind::Extractor, problem));
            }
        }
        Ok(suite)
    }

    pub(super) fn begin(&mut self, case: &'static str) {
        self.ledger.case = case;
    }

    pub(super) fn remark(&mut self, remark: String) {
        self.remarks.push(remark);
    }

    pub(super) fn remarks(&mut self) -> Vec<String> {
        std::mem::take(&mut self.remarks)
    }

    /// The name and version that the extractor gave itself.
    pub(super) fn extractor(&self) -> String {
        let part = |key| {
            let ready = self.known.as_ref().map(|known| &known.ready);
            ready.and_then(|ready| ready.get(key)?.as_str())
        };
        match (part("name"), part("version")) {
            (Some(name), Some(version)) => format!("{name} {version}"),
            _ => String::new(),
        }
    }

    /// Ends what still runs.
    pub(super) fn end(mut self) {
        if let Some(session) = self.kept.take() {
            session.leave();
        }
    }

    pub(super) fn tasks(&self) -> Vec<Task> {
        let known = self.known.as_ref();
        known.map_or_else(Vec::new, |known| known.tasks.clone())
    }

    pub(super) fn offsets(&self) -> Offsets {
        let known = self.known.as_ref();
        known.map_or(Offsets::Of(crate::offset::Unit::CodePoint), |known| {
            known.offsets
        })
    }

    pub(super) fn batch(&self) -> usize {
        self.known.as_ref().map_or(1, |known| known.batch)
    }

    /// The process that was started first and is told nothing yet, for the handshake.
    pub(super) fn stranger(&mut self) -> Option<Session> {
        self.kept.take()
    }

    /// A process that is ready, the one that is kept or a new one.
    pub(super) fn session(&mut self) -> Result<Session, Failure> {
        match self.kept.take() {
            Some(session) => Ok(session),
            None => self.another(0),
        }
    }

    /// Keeps a process for the next case: all that it was asked is answered.
    pub(super) fn keep(&mut self, session: Session) {
        if session.met && session.unanswered() == 0 {
            self.kept = Some(session);
        }
    }

    /// The first message.
    pub(super) fn hello(&self) -> Vec<u8> {
        ToExtractor::hello(&self.settings.tasks, &self.settings.params).line()
    }

    /// A new process that is ready, beside the one that is kept.
    pub(super) fn another(&mut self, number: usize) -> Result<Session, Failure> {
        let hello = self.hello();
        self.met(number, hello)
    }

    /// A new process that is ready, in the place of the one that was kept.
    pub(super) fn anew(&mut self, hello: Vec<u8>) -> Result<Session, Failure> {
        if let Some(session) = self.kept.take() {
            session.leave();
        }
        self.met(0, hello)
    }

    /// A new process that is ready after this hello.
    fn met(&mut self, number: usize, hello: Vec<u8>) -> Result<Session, Failure> {
        let sent = cut(&String::from_utf8_lossy(&hello));
        let failure = |found: String| Failure {
            sent: sent.clone(),
            found,
            expected: "its message \"ready\", as from the first process".to_owned(),
            mend:
                "what one process leaves behind - a file, a lock, a port - must not stop the next"
                    .to_owned(),
        };
        let mut session = Session::start(self.command, self.settings, number)
            .map_err(|error| failure(format!("it cannot be run: {error}")))?;
        session.process.send(hello);
        let until = Instant::now() + self.settings.start_timeout;
        match session.hear(&mut self.ledger, until) {
            Said::Ready(ready) => {
                self.ledger.readies.push(ready);
                Ok(session)
            }
            Said::Sorry(refusal) => Err(failure(format!("{}: {}", refusal.code, refusal.message))),
            Said::Gone(how) => Err(failure(how)),
            Said::Reply(reply) => Err(failure(reply.came)),
            Said::Silence => Err(failure(format!(
                "nothing for {}{}",
                shown(self.settings.start_timeout),
                session.words()
            ))),
        }
    }

    /// A document with an id that no other has.
    pub(super) fn document(&mut self, text: impl Into<String>) -> Document {
        self.numbered += 1;
        let metadata = [("topic".to_owned(), "elections".to_owned())].into();
        Document::new(format!("d{}", self.numbered), text).with_metadata(metadata)
    }

    /// The line of a request.
    pub(super) fn request(&self, id: u64, documents: &[&Document], tasks: &[Task]) -> Vec<u8> {
        let request = ToExtractor::Extract {
            id,
            attempt: 1,
            tasks: names(tasks),
            deadline_ms: u64::try_from(self.settings.timeout.as_millis()).unwrap_or(u64::MAX),
            docs: documents
                .iter()
                .map(|document| (*document).into())
                .collect(),
        };
        request.line()
    }

    /// Asks for documents, and waits for nothing.
    pub(super) fn send(&mut self, session: &mut Session, documents: &[&Document]) -> u64 {
        let id = session.next_id(1);
        let line = self.request(id, documents, &self.tasks());
        session.send(id, ids(documents), line);
        id
    }

    /// The next answer.
    pub(super) fn reply(&mut self, session: &mut Session) -> Result<Reply, Failure> {
        self.reply_within(session, self.settings.timeout)
    }

    /// The next answer, if it comes in this time.
    pub(super) fn reply_within(
        &mut self,
        session: &mut Session,
        time: Duration,
    ) -> Result<Reply, Failure> {
        let failure = |session: &Session, found: String| {
            Failure {
            sent: session.waiting_for(),
            found,
            expected: "a result, or an error with the id of the request".to_owned(),
            mend: "answer every request: what cannot be worked on gets an entry with \"error\", and the process goes on".to_owned(),
        }
        };
        match session.hear(&mut self.ledger, Instant::now() + time) {
            Said::Reply(reply) => Ok(reply),
            Said::Gone(how) => Err(failure(session, how)),
            Said::Sorry(refusal) => Err(failure(session, refusal.message)),
            Said::Ready(_) => Err(failure(session, "a second \"ready\"".to_owned())),
            Said::Silence => {
                let words = session.words();
                Err(failure(
                    session,
                    format!("no answer for {}{words}", shown(time)),
                ))
            }
        }
    }

    /// Asks for documents in one request, and waits for the answer.
    pub(super) fn ask(
        &mut self,
        session: &mut Session,
        documents: &[&Document],
    ) -> Result<Reply, Failure> {
        self.send(session, documents);
        self.reply(session)
    }

    /// Asks the kept process for one document.
    pub(super) fn one(&mut self, document: &Document) -> Result<Reply, Failure> {
        let mut session = self.session()?;
        let reply = self.ask(&mut session, &[document])?;
        self.keep(session);
        Ok(reply)
    }

    /// Asks the kept process for one ordinary document, which must have annotations or none, but no error.
    pub(super) fn entry(&mut self, document: &Document) -> Result<(Reply, Box<RawValue>), Failure> {
        let reply = self.one(document)?;
        entry(reply, 0, document)
    }

    /// The annotations of an entry, laid over the document.
    ///
    /// # Errors
    /// Why they do not fit.
    pub(super) fn found(&self, entry: &RawValue, document: &Document) -> Result<Found, String> {
        answer::prediction(entry, document, self.offsets(), &self.tasks())
            .map_err(|error| error.message)
    }
}

/// The ids of documents.
pub(super) fn ids(documents: &[&Document]) -> Vec<String> {
    documents
        .iter()
        .map(|document| document.id().to_owned())
        .collect()
}

/// What an answer says of one of its documents.
///
/// # Errors
/// Where it says nothing, or has an error.
pub(super) fn entry(
    reply: Reply,
    index: usize,
    document: &Document,
) -> Result<(Reply, Box<RawValue>), Failure> {
    if let Some(error) = reply.error(index) {
        return Err(Failure {
            sent: reply.sent,
            found: format!("the error {error}"),
            expected: "annotations, or none".to_owned(),
            mend: "this article is an ordinary one; what went wrong may stand on standard error: --dump shows it".to_owned(),
        });
    }
    let Some(entry) = reply.entries.get(index).cloned().flatten() else {
        return Err(Failure {
            found: format!("no entry for {}: {}", crate::error::quoted(document.id()), reply.came),
            sent: reply.sent,
            expected: "exactly one entry for each document of the request".to_owned(),
            mend: "answer with {\"id\": ..., \"entities\": [], \"claims\": []} where nothing is found, and with {\"id\": ..., \"error\": {...}} where the work failed".to_owned(),
        });
    };
    Ok((reply, entry))
}

/// Annotations in a form that does not depend on their order.
pub(super) fn canonical(annotations: &Annotations) -> Vec<String> {
    let mentions = annotations.mentions.iter().map(|each| format!("{each:?}"));
    let unplaced = annotations.unplaced.iter().map(|each| format!("{each:?}"));
    let claims = annotations.claims.iter().map(|claim| {
        let parent = claim.parent.and_then(|at| annotations.claims.get(at));
        let parent = parent.map(|parent| &parent.content);
        format!(
            "{:?} in {parent:?}",
            crate::annotation::Claim {
                parent: None,
                ..claim.clone()
            }
        )
    });
    let mut all: Vec<String> = mentions.chain(unplaced).chain(claims).collect();
    all.sort();
    all
}

/// What was found as words with their labels and roles, in a form that does not depend on their places: of each only letters, digits and marks of ASCII.
pub(super) fn words(annotations: &Annotations, text: &str) -> Vec<String> {
    let plain = |words: &str| -> String { words.chars().filter(char::is_ascii_graphic).collect() };
    let mut all = Vec::new();
    for mention in &annotations.mentions {
        all.push(format!(
            "{}: {}",
            mention.label,
            plain(&mention.extent.text(text))
        ));
    }
    for claim in &annotations.claims {
        let role = |extent: &Option<crate::span::Extent>| {
            extent
                .as_ref()
                .map_or_else(String::new, |extent| plain(&extent.text(text)))
        };
        all.push(format!(
            "claim: {} by {} with {}",
            plain(&claim.content.words(text)),
            role(&claim.source),
            role(&claim.cue)
        ));
    }
    all.sort();
    all
}
