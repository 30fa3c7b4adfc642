//! The cases that all others rest on: the handshake, silence before it, flushing, one document, annotations that fit.

use std::time::{Duration, Instant};

use serde_json::Value;

use super::super::worker::shown;
use super::Failure;
use super::ledger::cut;
use super::ready;
use super::session::{Said, Session};
use super::suite::{Suite, Verdict, entry};
use super::texts::ARTICLES;

/// How long a process is listened to before it is spoken to.
const SILENCE: Duration = Duration::from_millis(1500);

/// How long is listened for what comes only when standard input is closed.
const AFTERWARDS: Duration = Duration::from_secs(2);

/// How long is listened for a second "ready" after one that came too early.
const MOMENT: Duration = Duration::from_millis(200);

const FLUSH: &str = "flush standard output after every line: print(..., flush=True) in Python, fflush(stdout) in C, $| = 1 in Perl; most languages keep what is printed to a pipe until much has gathered; or, where more than a line is read before anything is done, read line by line";

pub(super) fn handshake(suite: &mut Suite<'_>) -> Verdict {
    let Some(mut session) = suite.stranger() else {
        return Ok(Some("there is no process".to_owned()));
    };
    let hello = suite.hello();
    let sent = cut(&String::from_utf8_lossy(&hello));
    let mut ready = before_hello(suite, &mut session)?;
    session.process.send(hello);
    let early = ready.is_some();
    let patience = if early {
        MOMENT
    } else {
        suite.settings.start_timeout
    };
    let until = Instant::now() + patience;
    match session.hear(&mut suite.ledger, until) {
        Said::Ready(said) => ready = Some(said),
        Said::Silence if early => {}
        said => return Err(not_ready(suite, session, said, sent)),
    }
    let Some(ready) = ready else {
        return Ok(Some("it said nothing".to_owned()));
    };
    match ready::known(&ready, &suite.settings.tasks) {
        Ok(known) => suite.known = Some(known),
        Err(wrong) => {
            return Err(Failure {
                sent,
                found: format!("{}: {}", wrong.join("; "), cut(&ready.to_string())),
                expected: "protocol (1), name and version (strings), tasks (a list of \"entities\", \"claims\"); where they are there: labels and features (lists of strings), fingerprint (a string), offsets (codepoint, utf16, byte, grapheme or none), batch and in_flight (whole numbers from 1), deterministic (true or false)".to_owned(),
                mend: "correct these keys of \"ready\"".to_owned(),
            });
        }
    }
    suite.ledger.readies.push(ready);
    suite.keep(session);
    Ok(None)
}

/// Listens to a process that was told nothing. Gives its "ready", where it says that already.
fn before_hello(suite: &mut Suite<'_>, session: &mut Session) -> Result<Option<Value>, Failure> {
    let until = Instant::now() + SILENCE;
    let strays = suite.ledger.strays.len();
    let mut ready = None;
    loop {
        match session.hear(&mut suite.ledger, until) {
            Said::Silence => break,
            Said::Ready(said) => {
                suite.early.push(cut(&said.to_string()));
                ready = Some(said);
            }
            Said::Sorry(refusal) => suite
                .early
                .push(format!("{}: {}", refusal.code, refusal.message)),
            Said::Reply(reply) => suite.early.push(reply.came),
            Said::Gone(how) => {
                return Err(Failure {
                    sent: "nothing yet".to_owned(),
                    found: how,
                    expected: "a process that waits for hello on its standard input".to_owned(),
                    mend: "run the command by hand: it should wait; a program that does its work and ends is an extractor of the kind `once`".to_owned(),
                });
            }
        }
    }
    for stray in &suite.ledger.strays[strays..] {
        suite.early.push(format!("stray {stray}"));
    }
    Ok(ready)
}

/// Why the handshake failed.
fn not_ready(suite: &mut Suite<'_>, mut session: Session, said: Said, sent: String) -> Failure {
    let failure = |found: String, mend: &str| Failure {
        sent: sent.clone(),
        found,
        expected: format!(
            "its message \"ready\" within {}",
            shown(suite.settings.start_timeout)
        ),
        mend: mend.to_owned(),
    };
    match said {
        Said::Sorry(refusal) => failure(
            format!("the error {}: {}", refusal.code, refusal.message),
            "it says itself why it cannot start; parameters are given with --param NAME=VALUE",
        ),
        Said::Reply(reply) => failure(reply.came, "answer hello with \"ready\""),
        Said::Gone(how) => failure(
            how,
            "it should wait for hello and answer it; its last words may say what it lacks",
        ),
        Said::Ready(_) | Said::Silence => {
            session.process.close_input();
            let late = session.hear(&mut suite.ledger, Instant::now() + AFTERWARDS);
            let strays = suite.ledger.strays.join("; ");
            match late {
                Said::Ready(_) => failure(
                    "\"ready\" only when standard input was closed".to_owned(),
                    FLUSH,
                ),
                _ if !strays.is_empty() => failure(
                    format!("no message, but {strays}"),
                    "print messages of the protocol on standard output, and everything else on standard error",
                ),
                _ => failure(
                    format!("nothing{}", session.words()),
                    "read standard input line by line, and answer hello; where loading takes longer, raise --start-timeout",
                ),
            }
        }
    }
}

pub(super) fn silence(suite: &mut Suite<'_>) -> Verdict {
    let (strays, messages): (Vec<String>, Vec<String>) = std::mem::take(&mut suite.early)
        .into_iter()
        .partition(|said| said.starts_with("stray "));
    if !strays.is_empty() {
        suite.remark(format!(
            "it printed before hello; see the case messages: {}",
            strays.join("; ")
        ));
    }
    if messages.is_empty() {
        return Ok(None);
    }
    Err(Failure {
        sent: "nothing yet".to_owned(),
        found: messages.join("; "),
        expected: "nothing before hello, which says what versions, tasks and parameters there are"
            .to_owned(),
        mend: "read a line of standard input, and answer it".to_owned(),
    })
}

pub(super) fn fingerprint(suite: &mut Suite<'_>) -> Verdict {
    let ready = suite.known.as_ref().map(|known| &known.ready);
    if ready.is_some_and(|ready| ready.get("fingerprint").is_none_or(Value::is_null)) {
        suite.remark("it has none, so nothing is cached unless the configuration has `inputs`; make it of the code, the weights and the versions of libraries".to_owned());
    }
    Ok(None)
}

/// Asks for the first document; what came of it is for the next case.
pub(super) fn flush(suite: &mut Suite<'_>) -> Verdict {
    let mut session = suite.session()?;
    let document = suite.document(ARTICLES[0]);
    suite.send(&mut session, &[&document]);
    let sent = session.waiting_for();
    let failure = match suite.reply(&mut session) {
        Ok(reply) => {
            suite.keep(session);
            suite.first = Some(entry(reply, 0, &document).map(|(reply, _)| reply));
            return Ok(None);
        }
        Err(failure) => failure,
    };
    session.process.close_input();
    let until = Instant::now() + AFTERWARDS;
    if let Said::Reply(reply) = session.hear(&mut suite.ledger, until) {
        return Err(Failure {
            sent,
            found: format!(
                "nothing for {}, and then, when standard input was closed, {}",
                shown(suite.settings.timeout),
                reply.came
            ),
            expected:
                "the answer while standard input is open: the host sends more only when it has come"
                    .to_owned(),
            mend: FLUSH.to_owned(),
        });
    }
    suite.first = Some(Err(failure));
    Ok(Some(format!(
        "no answer came at all; see the case {}",
        super::ONE_DOCUMENT
    )))
}

pub(super) fn one_document(suite: &mut Suite<'_>) -> Verdict {
    match suite.first.take() {
        Some(Err(failure)) => Err(failure),
        _ => Ok(None),
    }
}

pub(super) fn annotations(suite: &mut Suite<'_>) -> Verdict {
    let labels = suite.known.as_ref().and_then(|known| known.labels.clone());
    let mut total = 0;
    for text in ARTICLES {
        let document = suite.document(text);
        let (reply, entry) = suite.entry(&document)?;
        let failure = |found: String, expected: &str, mend: &str| Failure {
            sent: reply.sent.clone(),
            found: format!("{found}, in {}", reply.came),
            expected: expected.to_owned(),
            mend: mend.to_owned(),
        };
        let found = suite.found(&entry, &document).map_err(|why| {
            failure(
                why,
                "entities with start, end and label (or spans and label), claims with content, source and cue as lists of [start, end]; a text, where there is one, that stands there",
                "count half-open from 0 in the text as it was sent",
            )
        })?;
        let annotations = found.prediction.0;
        let unplaced = annotations.unplaced.iter().map(|each| each.label.as_ref());
        let mut given = annotations
            .mentions
            .iter()
            .map(|each| each.label.as_ref())
            .chain(unplaced);
        if let Some(labels) = &labels
            && let Some(label) = given.find(|label| !labels.iter().any(|own| own == label))
        {
            return Err(failure(
                format!("the label {label:?}"),
                &format!(
                    "one of those that \"ready\" announces: {}",
                    labels.join(", ")
                ),
                "announce every label that may come, or leave `labels` out",
            ));
        }
        total += annotations.mentions.len() + annotations.claims.len() + annotations.unplaced.len();
    }
    if total == 0 {
        return Ok(Some(
            "it finds nothing in the articles of the suite, so there is nothing to look at"
                .to_owned(),
        ));
    }
    Ok(None)
}
