//! Tries whether a program keeps to the extractor protocol, also where it fails, and tells its author what to mend.
//!
//! Cases go from the basic to the fine, and what cannot be judged because something more basic failed is not tried. Most share a process, as documents of a run do: an
//! extractor may need a minute to load. No two run at once but where that is the question. After a case that failed the next one begins with a new process.

mod basics;
mod endings;
mod ledger;
mod ready;
mod session;
mod suite;
mod texts;
mod traffic;

use super::settings::Settings;
use crate::error::{Error, Kind, Problem, Result};

use self::suite::{Suite, Verdict};

/// Who hears how the cases go.
pub trait Audience {
    /// A case begins.
    fn begins(&self, name: &str) {
        let _ = name;
    }

    /// A case has ended.
    fn ended(&self, case: &CaseResult) {
        let _ = case;
    }

    /// Whether the suite is to end before it is done.
    fn stopped(&self) -> bool {
        false
    }
}

/// An audience that does not listen.
impl Audience for () {}

/// What came of one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseResult {
    /// Its name.
    pub name: &'static str,
    /// What it is for, in a sentence.
    pub about: &'static str,
    /// How it ended.
    pub outcome: Outcome,
    /// What is allowed, and worth knowing.
    pub remarks: Vec<String>,
}

/// How a case ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// All is as it should be.
    Passed,
    /// Something is not.
    Failed(Failure),
    /// It says nothing of this extractor, or could not be tried.
    NotApplicable {
        /// Why not.
        why: String,
    },
    /// It was not tried.
    Untried {
        /// The case that did not pass, on which it rests.
        needs: &'static str,
    },
}

/// What is wrong, for the extractor's author.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What the extractor was sent, cut where it is long.
    pub sent: String,
    /// What came.
    pub found: String,
    /// What should have come.
    pub expected: String,
    /// How to mend it.
    pub mend: String,
}

/// What came of all cases.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The name and version that the extractor gave itself; empty where it did not get so far.
    pub extractor: String,
    /// Every case, in order.
    pub cases: Vec<CaseResult>,
}

impl Report {
    /// How many cases passed, failed, were not applicable, and were not tried.
    #[must_use]
    pub fn counts(&self) -> [usize; 4] {
        let mut counts = [0; 4];
        for case in &self.cases {
            counts[match case.outcome {
                Outcome::Passed => 0,
                Outcome::Failed(_) => 1,
                Outcome::NotApplicable { .. } => 2,
                Outcome::Untried { .. } => 3,
            }] += 1;
        }
        counts
    }

    /// Whether the extractor got ready: without that nothing else was tried.
    #[must_use]
    pub fn started(&self) -> bool {
        let ready = |case: &CaseResult| case.name == HANDSHAKE && case.outcome == Outcome::Passed;
        self.cases.iter().any(ready)
    }
}

/// A case: its name, what it is for, the case that must not have failed, and how it is tried.
struct Case {
    name: &'static str,
    about: &'static str,
    needs: &'static str,
    run: fn(&mut Suite<'_>) -> Verdict,
}

const HANDSHAKE: &str = "handshake";

const ONE_DOCUMENT: &str = "one document";

/// The cases, the basic ones first.
#[rustfmt::skip]
const CASES: [Case; 30] = [
    Case { name: HANDSHAKE, about: "Hello is answered in time by a \"ready\" whose keys make sense.", needs: "", run: basics::handshake },
    Case { name: "silence", about: "The host speaks first: nothing is said before hello.", needs: HANDSHAKE, run: basics::silence },
    Case { name: "fingerprint", about: "A fingerprint tells when answers may change; without one nothing is cached.", needs: HANDSHAKE, run: basics::fingerprint },
    Case { name: "flush", about: "An answer is written when it is ready, not when standard input ends.", needs: HANDSHAKE, run: basics::flush },
    Case { name: ONE_DOCUMENT, about: "A request for one article gets one result with one entry.", needs: "flush", run: basics::one_document },
    Case { name: "annotations", about: "What is found lies in the article, and has labels that were announced.", needs: ONE_DOCUMENT, run: basics::annotations },
    Case { name: "batch", about: "A request may hold as many documents as the extractor says.", needs: ONE_DOCUMENT, run: traffic::batch },
    Case { name: "in flight", about: "As many requests may wait for their answers as the extractor says.", needs: ONE_DOCUMENT, run: traffic::in_flight },
    Case { name: "unusual ids", about: "Ids of documents are any text, and come back as they are.", needs: ONE_DOCUMENT, run: traffic::unusual_ids },
    Case { name: "unknown keys", about: "Keys that the extractor does not know are passed over.", needs: ONE_DOCUMENT, run: traffic::unknown_keys },
    Case { name: "one task", about: "A request may ask for one of the tasks alone.", needs: ONE_DOCUMENT, run: traffic::one_task },
    Case { name: "empty text", about: "An article without any text is answered.", needs: ONE_DOCUMENT, run: texts::empty },
    Case { name: "blank text", about: "An article of nothing but white space is answered.", needs: ONE_DOCUMENT, run: texts::blank },
    Case { name: "emoji", about: "Offsets count what \"ready\" says, also after emoji and combining characters.", needs: ONE_DOCUMENT, run: texts::emoji },
    Case { name: "line ends", about: "Offsets are those of the text with its CR LF, not of one where they became LF.", needs: ONE_DOCUMENT, run: texts::line_ends },
    Case { name: "edges", about: "Offsets are those of the text with its byte order mark and white space, not of a stripped one.", needs: ONE_DOCUMENT, run: texts::edges },
    Case { name: "line separators", about: "Only \\n ends a line of the protocol; U+2028, U+2029 and U+0085 stand within lines.", needs: ONE_DOCUMENT, run: texts::separators },
    Case { name: "huge text", about: "An article of 1 MB is answered within the time limit.", needs: ONE_DOCUMENT, run: texts::huge },
    Case { name: "same answer", about: "The same document gets the same answer again.", needs: ONE_DOCUMENT, run: traffic::same_answer },
    Case { name: "order", about: "An answer does not depend on the order of documents, nor on the others of its batch.", needs: "same answer", run: traffic::order },
    Case { name: "cancel", about: "A cancelled request is still answered, soon, and the next one works.", needs: ONE_DOCUMENT, run: traffic::cancel },
    Case { name: "bye", about: "After bye the process exits with code 0.", needs: HANDSHAKE, run: endings::bye },
    Case { name: "nothing left behind", about: "What the process started has ended when it ends.", needs: HANDSHAKE, run: endings::nothing_left },
    Case { name: "end of input", about: "The process exits also where standard input ends without bye.", needs: HANDSHAKE, run: endings::end_of_input },
    Case { name: "second worker", about: "Two processes work at the same time.", needs: ONE_DOCUMENT, run: endings::second_worker },
    Case { name: "same ready", about: "Every process says the same of itself.", needs: HANDSHAKE, run: endings::same_ready },
    Case { name: "ids", about: "Each request and document is answered once, by its own id.", needs: ONE_DOCUMENT, run: traffic::ids },
    Case { name: "messages", about: "Standard output has messages of the protocol and nothing else.", needs: HANDSHAKE, run: endings::messages },
    Case { name: "errors", about: "An error has a code for programs and a message for people.", needs: ONE_DOCUMENT, run: endings::errors },
    Case { name: "threads", about: "The process keeps about to the number of threads that its environment names.", needs: ONE_DOCUMENT, run: endings::threads },
];

/// The names of all cases with what they are for, in the order in which they are tried.
pub fn cases() -> impl Iterator<Item = (&'static str, &'static str)> {
    CASES.iter().map(|case| (case.name, case.about))
}

/// Tries all cases on a program that speaks the protocol.
///
/// # Errors
/// Where the program cannot be run at all; where the audience wants the end.
pub fn conform(settings: &Settings, audience: &dyn Audience) -> Result<Report> {
    let mut suite = Suite::new(settings, audience)?;
    let mut report = Report::default();
    // What failed, or was not tried because of what failed.
    let mut blocked: Vec<&str> = Vec::new();
    for case in &CASES {
        let outcome = if blocked.contains(&case.needs) {
            blocked.push(case.name);
            Outcome::Untried { needs: case.needs }
        } else {
            audience.begins(case.name);
            suite.begin(case.name);
            match (case.run)(&mut suite) {
                Ok(None) => Outcome::Passed,
                Ok(Some(why)) => Outcome::NotApplicable { why },
                Err(failure) => {
                    blocked.push(case.name);
                    Outcome::Failed(failure)
                }
            }
        };
        if audience.stopped() {
            let problem = Problem::new("interrupted before all cases were tried");
            return Err(Error::one(Kind::Interrupted, problem));
        }
        let result = CaseResult {
            name: case.name,
            about: case.about,
            outcome,
            remarks: suite.remarks(),
        };
        audience.ended(&result);
        report.cases.push(result);
    }
    report.extractor = suite.extractor();
    suite.end();
    Ok(report)
}
