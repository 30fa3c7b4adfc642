//! The cases that all others rest on: the handshake, silence before it, flushing, one document, annotations that fit.

use std::time::{Duration, Instant};

use serde_json::{Map, Value};

use super::super::protocol::{Offsets, VERSION};
use super::super::worker::shown;
use super::Failure;
use super::ledger::cut;
use super::session::{Said, Session};
use super::suite::{Known, Suite, Verdict, entry};
use super::texts::ARTICLES;
use crate::annotation::Task;
use crate::error::nearest;
use crate::offset::Unit;

/// How long a process is listened to before it is spoken to.
const SILENCE: Duration = Duration::from_millis(1500);

/// How long is listened for what comes only when standard input is closed.
const AFTERWARDS: Duration = Duration::from_secs(2);

const FLUSH: &str = "flush standard output after every line: print(..., flush=True) in Python, fflush(stdout) in C, $| = 1 in Perl; most languages keep what is printed to a pipe until much has gathered";

pub(super) fn handshake(suite: &mut Suite<'_>) -> Verdict {
    let Some(mut session) = suite.stranger() else {
        return Ok(Some("there is no process".to_owned()));
    };
    let hello = suite.hello();
    let sent = cut(&String::from_utf8_lossy(&hello));
    let mut ready = before_hello(suite, &mut session)?;
    session.process.send(hello);
    let early = ready.is_some();
    let until = Instant::now()
        + if early {
            Duration::from_millis(200)
        } else {
            suite.settings.start_timeout
        };
    match session.hear(&mut suite.ledger, until) {
        Said::Ready(said) => ready = Some(said),
        Said::Silence if early => {}
        said => return Err(not_ready(suite, session, said, sent)),
    }
    let Some(ready) = ready else {
        return Ok(Some("it said nothing".to_owned()));
    };
    match known(&ready, &suite.settings.tasks) {
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

/// What `ready` says.
///
/// # Errors
/// Everything that is wrong with it.
fn known(ready: &Value, asked: &[Task]) -> Result<Known, Vec<String>> {
    let mut wrong = Vec::new();
    let none = Map::new();
    let keys = ready.as_object().unwrap_or(&none);
    let mut must = |holds: bool, what: &str| {
        if !holds {
            wrong.push(what.to_owned());
        }
    };
    let word = |value: &Value| value.as_str().is_some_and(|text| !text.trim().is_empty());
    let strings = |value: &Value| value.as_array().is_some_and(|list| list.iter().all(word));
    let has = |key: &str, holds: &dyn Fn(&Value) -> bool| keys.get(key).is_some_and(holds);
    // A key that is null is a key that is not there.
    let may = |key: &str, holds: &dyn Fn(&Value) -> bool| {
        keys.get(key)
            .is_none_or(|value| value.is_null() || holds(value))
    };
    let count = |value: &Value| value.as_u64().is_some_and(|count| count >= 1);
    must(
        has("protocol", &|value| value == VERSION),
        "protocol is not the 1 that hello offers",
    );
    must(has("name", &word), "name is no string of some length");
    must(has("version", &word), "version is no string of some length");
    must(has("tasks", &strings), "tasks is no list of strings");
    must(may("labels", &strings), "labels is no list of strings");
    must(may("labels", &distinct), "a label is announced twice");
    must(
        may("fingerprint", &word),
        "fingerprint is no string of some length",
    );
    must(may("batch", &count), "batch is no whole number from 1");
    must(
        may("in_flight", &count),
        "in_flight is no whole number from 1",
    );
    must(
        may("deterministic", &Value::is_boolean),
        "deterministic is neither true nor false",
    );
    must(may("features", &strings), "features is no list of strings");
    let list = |key: &str| {
        let list = keys.get(key).and_then(Value::as_array)?;
        Some(
            list.iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect::<Vec<_>>(),
        )
    };
    let own = list("tasks").unwrap_or_default();
    for name in own.iter().filter(|name| Task::from_name(name).is_none()) {
        wrong.push(unknown("task", name, &Task::ALL.map(Task::name)));
    }
    let tasks: Vec<Task> = asked
        .iter()
        .copied()
        .filter(|task| own.iter().any(|name| name == task.name()))
        .collect();
    if tasks.is_empty() && wrong.is_empty() {
        let asked: Vec<&str> = asked.iter().map(|task| task.name()).collect();
        wrong.push(format!(
            "it does none of the tasks that are asked for ({})",
            asked.join(", ")
        ));
    }
    let named = keys.get("offsets").filter(|value| !value.is_null());
    let named = named.map_or("codepoint", |value| value.as_str().unwrap_or_default());
    let offsets = Offsets::from_name(named);
    if offsets.is_none() {
        let units = ["codepoint", "utf16", "byte", "grapheme", "none"];
        wrong.push(unknown("unit of offsets", named, &units));
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let number = |key: &str| {
        let number = keys.get(key).and_then(Value::as_u64).unwrap_or(1);
        usize::try_from(number).unwrap_or(usize::MAX)
    };
    Ok(Known {
        tasks,
        labels: list("labels"),
        offsets: offsets.unwrap_or(Offsets::Of(Unit::CodePoint)),
        batch: number("batch"),
        in_flight: number("in_flight"),
        deterministic: keys.get("deterministic") != Some(&Value::Bool(false)),
        cancel: list("features").is_some_and(|known| known.iter().any(|name| name == "cancel")),
        ready: ready.clone(),
    })
}

fn distinct(list: &Value) -> bool {
    let list = list.as_array().map_or(&[][..], Vec::as_slice);
    (1..list.len()).all(|at| !list[..at].contains(&list[at]))
}

fn unknown(what: &str, name: &str, known: &[&'static str]) -> String {
    let near = nearest(name, known.iter().copied());
    let near = near.map_or_else(String::new, |near| format!(", did you mean {near:?}?"));
    format!("there is no {what} {name:?}{near}")
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
