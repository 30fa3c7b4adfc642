//! Whether an extractor that lives elsewhere answers the same for the same documents: in another order, alone, and from a process that was started anew.

use std::sync::{Mutex, PoisonError};

use crate::annotation::Prediction;
use crate::check::{Finding, Rule};
use crate::document::Document;
use crate::error::Problem;
use crate::host::{Answer, Listener, Remote};

/// What an extractor answered for a document.
type Outcome = Result<Prediction, String>;

/// Asks `host` for the documents several times and compares; the findings are in order of document. Ends what it started.
#[must_use]
pub fn probe(name: &str, host: &dyn Remote, documents: &[Document]) -> Vec<Finding> {
    let forwards: Vec<&Document> = documents.iter().collect();
    let first = asked(host, &forwards);
    let mut findings: Vec<Finding> = first
        .iter()
        .zip(documents)
        .filter_map(|(outcome, document)| Some(fails(name, document, outcome.as_ref().err()?)))
        .collect();
    if !host.about().varies() {
        let mut backwards = forwards.clone();
        backwards.reverse();
        let mut turned = asked(host, &backwards);
        turned.reverse();
        let alone: Vec<Outcome> = forwards
            .iter()
            .flat_map(|document| asked(host, &[*document]))
            .collect();
        host.finish();
        let anew = asked(host, &forwards);
        let ways = [
            ("in another order", turned),
            ("alone", alone),
            ("by a process that was started anew", anew),
        ];
        for (at, document) in documents.iter().enumerate() {
            let other = ways.iter().find(|(_, answers)| answers[at] != first[at]);
            if let Some((way, answers)) = other {
                let found = differs(name, document, way, &first[at], &answers[at]);
                findings.push(found);
            }
        }
    }
    host.finish();
    findings
}

/// The answers for these documents, in their order.
fn asked(host: &dyn Remote, documents: &[&Document]) -> Vec<Outcome> {
    let missing = || Err("no answer".to_owned());
    let answers = Answers(Mutex::new(documents.iter().map(|_| missing()).collect()));
    host.extract_all(documents, &answers);
    answers
        .0
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner)
}

struct Answers(Mutex<Vec<Outcome>>);

impl Listener for Answers {
    fn answered(&self, index: usize, answer: Answer) {
        let mut answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // The order in which annotations are told never matters.
        let sorted = |mut prediction: Prediction| {
            prediction.0.mentions.sort();
            prediction
        };
        answers[index] = answer
            .outcome
            .map(sorted)
            .map_err(|error| error.to_string());
    }
}

fn fails(name: &str, document: &Document, error: &str) -> Finding {
    let what = format!("extractor {name} fails on document {}", document.id());
    let problem = Problem::new(what).found(error);
    Finding::new(
        Rule::Extractor,
        problem.mend("goldspan extractor test -- COMMAND tells more"),
    )
}

fn differs(
    name: &str,
    document: &Document,
    way: &str,
    first: &Outcome,
    other: &Outcome,
) -> Finding {
    let what = format!(
        "extractor {name} answers otherwise for document {} {way}",
        document.id()
    );
    let problem = Problem::new(what)
        .found(described(document, other, first))
        .expected(format!("as at first, {}", described(document, first, other)))
        .mend("fix its seeds, and what depends on its batches or threads; or, if it may vary, let it say \"deterministic\": false in ready");
    Finding::new(Rule::Nondeterministic, problem)
}

/// The first annotation that one answer has and the other has not, else how many there are.
fn described(document: &Document, own: &Outcome, other: &Outcome) -> String {
    let own = match own {
        Ok(prediction) => &prediction.0,
        Err(error) => return format!("the error {error}"),
    };
    let plural = |count: usize, noun: &str| match count {
        1 => format!("1 {noun}"),
        count => format!("{count} {noun}s"),
    };
    let mentions = plural(own.mentions.len(), "mention");
    let counts = format!("{mentions} and {}", plural(own.claims.len(), "claim"));
    let Ok(other) = other else { return counts };
    let only = own
        .mentions
        .iter()
        .find(|mention| !other.0.mentions.contains(mention));
    match only {
        Some(mention) => {
            let text = mention.extent.text(document.text());
            format!("{counts}, of them {} {text:?}", mention.label)
        }
        None => counts,
    }
}
