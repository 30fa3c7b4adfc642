//! The cases of requests: batches, several at once, ids, keys and tasks, answering alike, cancelling.

use std::time::{Duration, Instant};

use serde_json::{Map, Value};

use super::super::protocol::ToExtractor;
use super::super::worker::shown;
use super::Failure;
use super::ledger::cut;
use super::session::{Reply, Said, Session};
use super::suite::{Suite, Verdict, canonical, entry};
use super::texts::ARTICLES;
use crate::document::Document;

/// How many documents a request holds at most, whatever the extractor says.
const MOST_DOCUMENTS: usize = 256;

/// How many requests are unanswered at most, whatever the extractor says.
const MOST_REQUESTS: usize = 32;

/// How long is listened for an answer that should not come.
const MOMENT: Duration = Duration::from_millis(150);

/// So many documents, no two with the same text.
fn documents(suite: &mut Suite<'_>, count: usize) -> Vec<Document> {
    let text = |at: usize| {
        format!(
            "{} It was report number {at}.",
            ARTICLES[at % ARTICLES.len()]
        )
    };
    (0..count).map(|at| suite.document(text(at))).collect()
}

pub(super) fn batch(suite: &mut Suite<'_>) -> Verdict {
    let most = suite.batch();
    if most == 1 {
        return Ok(Some("it takes one document at a time (batch 1)".to_owned()));
    }
    let documents = documents(suite, most.min(MOST_DOCUMENTS));
    // What fails here must not fail again wherever a batch is needed.
    if let Some(known) = &mut suite.known {
        known.batch = 1;
    }
    let all: Vec<&Document> = documents.iter().collect();
    let mut session = suite.session()?;
    let mut reply = suite.ask(&mut session, &all)?;
    suite.keep(session);
    let missing = reply.entries.iter().filter(|entry| entry.is_none()).count();
    if missing > 0 {
        return Err(Failure {
            found: format!(
                "no entry for {missing} of {} documents: {}",
                all.len(),
                reply.came
            ),
            sent: reply.sent,
            expected: "one entry for each of them, in any order".to_owned(),
            mend: "answer for all documents of the request, or say a smaller \"batch\"".to_owned(),
        });
    }
    for (index, document) in documents.iter().enumerate() {
        (reply, _) = entry(reply, index, document)?;
    }
    if let Some(known) = &mut suite.known {
        known.batch = most;
    }
    Ok(None)
}

pub(super) fn in_flight(suite: &mut Suite<'_>) -> Verdict {
    let most = suite.known.as_ref().map_or(1, |known| known.in_flight);
    if most == 1 {
        return Ok(Some(
            "it takes one request at a time (in_flight 1)".to_owned(),
        ));
    }
    let documents = documents(suite, most.min(MOST_REQUESTS));
    let mut session = suite.session()?;
    for document in &documents {
        suite.send(&mut session, &[document]);
    }
    for answered in 0..documents.len() {
        suite.reply(&mut session).map_err(|failure| Failure {
            found: format!(
                "{answered} answers to {} requests, then {}",
                documents.len(),
                failure.found
            ),
            expected: "an answer to each of them, in any order".to_owned(),
            mend: "go on to read requests after an answer, or say \"in_flight\": 1".to_owned(),
            ..failure
        })?;
    }
    suite.keep(session);
    Ok(None)
}

pub(super) fn unusual_ids(suite: &mut Suite<'_>) -> Verdict {
    let long = "long-".repeat(60);
    let names = [
        "with space", "../a/b\\c.txt", "Žižek 😀", "e\u{301}", "a\"b'c", "{\"id\":1}", "tab\there",
        "007", &long,
    ];
    let before = suite.ledger.ids.len();
    for name in names {
        let document = Document::new(name, ARTICLES[0]);
        let answered = suite.entry(&document);
        // Ids that are wrong only here are told here.
        let wrong = suite
            .ledger
            .ids
            .split_off(before.min(suite.ledger.ids.len()));
        let (reply, _) = answered?;
        if before == 0
            && let Some(found) = wrong.into_iter().next()
        {
            return Err(Failure {
                sent: reply.sent,
                found,
                expected: format!("the id as it was sent: {name:?}"),
                mend: "keep ids as they are, byte by byte: they are no file names and no numbers"
                    .to_owned(),
            });
        }
    }
    Ok(None)
}

/// The message with keys that no extractor can know.
fn with_unknown_keys(line: &[u8]) -> Vec<u8> {
    let mut message: Map<String, Value> = serde_json::from_slice(line).unwrap_or_default();
    let extra = serde_json::json!({"a": [1, null, {"t": "bye"}]});
    message.insert("future".to_owned(), extra.clone());
    let documents = message.get_mut("docs").and_then(Value::as_array_mut);
    for document in documents.into_iter().flatten() {
        if let Some(document) = document.as_object_mut() {
            document.insert("language".to_owned(), extra.clone());
        }
    }
    let mut line = serde_json::to_vec(&message).unwrap_or_default();
    line.push(b'\n');
    line
}

pub(super) fn unknown_keys(suite: &mut Suite<'_>) -> Verdict {
    let mend = |failure: Failure| Failure {
        mend: "read the keys that are needed and pass over the others: later hosts may send more"
            .to_owned(),
        ..failure
    };
    let hello = with_unknown_keys(&suite.hello());
    let mut session = suite.anew(hello).map_err(mend)?;
    let document = suite.document(ARTICLES[0]);
    let id = session.next_id(1);
    let line = with_unknown_keys(&suite.request(id, &[&document], &suite.tasks()));
    session.send(id, ids_of(&[&document]), line);
    let reply = suite.reply(&mut session).map_err(mend)?;
    entry(reply, 0, &document).map_err(mend)?;
    suite.keep(session);
    Ok(None)
}

pub(super) fn one_task(suite: &mut Suite<'_>) -> Verdict {
    let tasks = suite.tasks();
    if tasks.len() < 2 {
        return Ok(Some("it is asked for one task anyway".to_owned()));
    }
    for task in &tasks {
        let document = suite.document(ARTICLES[0]);
        let mut session = suite.session()?;
        let id = session.next_id(1);
        let line = suite.request(id, &[&document], &[*task]);
        session.send(id, ids_of(&[&document]), line);
        let reply = suite.reply(&mut session)?;
        suite.keep(session);
        let (_, entry) = entry(reply, 0, &document)?;
        let found: Value = serde_json::from_str(entry.get()).unwrap_or_default();
        let others = tasks.iter().filter(|other| *other != task);
        for other in others {
            let list = found.get(other.name()).and_then(Value::as_array);
            if list.is_some_and(|list| !list.is_empty()) {
                suite.remark(format!(
                    "it gives {} too where only {} are asked for; they are passed over",
                    other.name(),
                    task.name()
                ));
            }
        }
    }
    Ok(None)
}

/// An entry in a form that can be compared, and its text for people.
fn comparable(
    suite: &Suite<'_>,
    reply: &Reply,
    index: usize,
    document: &Document,
) -> (Vec<String>, String) {
    let Some(entry) = reply.entries.get(index).and_then(Option::as_ref) else {
        return (vec![reply.came.clone()], reply.came.clone());
    };
    let shown = cut(entry.get());
    match suite.found(entry, document) {
        Ok(found) => (canonical(&found.prediction.0), shown),
        Err(_) => (vec![entry.get().to_owned()], shown),
    }
}

const VARYING: &str = "what makes answers vary: the order of a set or a hash map, random numbers without the seed of hello, state that one document leaves for the next, the clock, padding in batches; where it cannot be helped say \"deterministic\": false";

fn differing(reply: &Reply, first: &str, then: &str) -> Failure {
    Failure {
        sent: reply.sent.clone(),
        found: format!("first {first}, then {then}"),
        expected: "the same answer each time".to_owned(),
        mend: VARYING.to_owned(),
    }
}

pub(super) fn same_answer(suite: &mut Suite<'_>) -> Verdict {
    if suite
        .known
        .as_ref()
        .is_some_and(|known| !known.deterministic)
    {
        return Ok(Some("it says that it is not deterministic".to_owned()));
    }
    for text in ARTICLES {
        let document = suite.document(text);
        let first = suite.one(&document)?;
        let then = suite.one(&document)?;
        let (one, shown) = comparable(suite, &first, 0, &document);
        let (two, then_shown) = comparable(suite, &then, 0, &document);
        if one != two {
            return Err(differing(&then, &shown, &then_shown));
        }
    }
    suite.steady = true;
    Ok(None)
}

pub(super) fn order(suite: &mut Suite<'_>) -> Verdict {
    if !suite.steady {
        return Ok(Some("it says that it is not deterministic".to_owned()));
    }
    let documents = documents(suite, 6);
    let mut first = Vec::new();
    for document in &documents {
        let reply = suite.one(document)?;
        first.push(comparable(suite, &reply, 0, document));
    }
    let mut session = suite.session()?;
    let reversed: Vec<usize> = (0..documents.len()).rev().collect();
    for group in reversed.chunks(suite.batch().clamp(1, 4)) {
        let all: Vec<&Document> = group.iter().map(|at| &documents[*at]).collect();
        let reply = suite.ask(&mut session, &all)?;
        for (index, at) in group.iter().enumerate() {
            let (again, shown) = comparable(suite, &reply, index, &documents[*at]);
            if first[*at].0 != again {
                return Err(differing(&reply, &first[*at].1, &shown));
            }
        }
    }
    suite.keep(session);
    Ok(None)
}

pub(super) fn cancel(suite: &mut Suite<'_>) -> Verdict {
    if !suite.known.as_ref().is_some_and(|known| known.cancel) {
        return Ok(Some(
            "it does not announce the feature \"cancel\"".to_owned(),
        ));
    }
    let grace = suite.settings.grace;
    let mut session = suite.session()?;
    // What is answered already cannot be cancelled; that it is tried must do no harm.
    let document = suite.document(ARTICLES[0]);
    let id = suite.send(&mut session, &[&document]);
    suite.reply(&mut session)?;
    session.process.send(ToExtractor::Cancel { id }.line());
    let long = ARTICLES.join("\n").repeat(200);
    let count = suite.batch().min(8);
    let documents: Vec<Document> = (0..count).map(|_| suite.document(long.clone())).collect();
    let all: Vec<&Document> = documents.iter().collect();
    let id = suite.send(&mut session, &all);
    session.process.send(ToExtractor::Cancel { id }.line());
    let begun = Instant::now();
    let cancelled = |failure: Failure| {
        Failure {
        sent: format!("{}, and then {{\"t\":\"cancel\",\"id\":{id}}}", failure.sent),
        expected: format!("a result, or an error of code \"cancelled\", within {}", shown(grace)),
        mend: "answer a cancelled request with {\"t\":\"error\",\"id\":...,\"code\":\"cancelled\",\"message\":\"...\"}, ignore cancel for what is answered already, and go on; an extractor that cannot read while it works does not announce the feature".to_owned(),
        ..failure
    }
    };
    let longest = grace.max(suite.settings.timeout);
    let reply = suite
        .reply_within(&mut session, longest)
        .map_err(cancelled)?;
    if begun.elapsed() > grace {
        let found = format!("an answer after {}", shown(begun.elapsed()));
        return Err(cancelled(Failure {
            sent: reply.sent,
            found,
            expected: String::new(),
            mend: String::new(),
        }));
    }
    let document = suite.document(ARTICLES[0]);
    suite.ask(&mut session, &[&document]).map_err(cancelled)?;
    suite.keep(session);
    Ok(None)
}

pub(super) fn ids(suite: &mut Suite<'_>) -> Verdict {
    let mut session = suite.session()?;
    let documents = documents(suite, suite.batch().min(3));
    let all: Vec<&Document> = documents.iter().collect();
    for step in [40, 4671] {
        let id = session.next_id(step);
        let line = suite.request(id, &all, &suite.tasks());
        session.send(id, ids_of(&all), line);
        let reply = suite.reply(&mut session)?;
        listen_on(suite, &mut session);
        if !suite.ledger.ids.is_empty() {
            return Err(Failure {
                sent: reply.sent,
                found: suite.ledger.ids.join("; "),
                expected: "\"id\" of the request in every answer, and an entry with the \"id\" of each document, each of them once".to_owned(),
                mend: "copy both from the request; do not count, and do not make them of something else".to_owned(),
            });
        }
    }
    suite.keep(session);
    Ok(None)
}

fn ids_of(documents: &[&Document]) -> Vec<String> {
    super::suite::ids(documents)
}

/// Listens for answers that nobody waits for.
fn listen_on(suite: &mut Suite<'_>, session: &mut Session) {
    let until = Instant::now() + MOMENT;
    while let Said::Reply(_) = session.hear(&mut suite.ledger, until) {}
}
