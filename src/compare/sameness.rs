//! Whether two systems can be compared at all: the same documents with the same gold, counted by the same rules.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use super::Side;
use crate::annotation::Task;
use crate::counts::Measure;

/// How many documents a sentence names.
const NAMED: usize = 3;

/// What two sides have in common, and what not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Common {
    /// The places of the common documents in either corpus, in order of id.
    pub documents: Vec<[usize; 2]>,
    /// The measures that both counted, in order.
    pub measures: Vec<Measure>,
    /// The tasks that both attempt and both golds annotate.
    pub tasks: Vec<Task>,
    /// What only one side has, a sentence each: leaving it out must be asked for.
    pub left_out: Vec<String>,
    /// What only one side attempts, a sentence each: nobody expects it to be compared.
    pub notes: Vec<String>,
}

/// What makes two sides incomparable, a sentence each: rules that give the same name another meaning, or nothing in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unlike(pub Vec<String>);

/// Finds what two sides have in common.
///
/// # Errors
/// Where there is nothing, or where the same name means something else on either side.
pub fn common(first: &Side<'_>, second: &Side<'_>) -> Result<Common, Unlike> {
    let unlike = other_rules(first, second);
    if !unlike.is_empty() {
        return Err(Unlike(unlike));
    }
    let mut left_out = Vec::new();
    let documents = documents(first, second, &mut left_out);
    let measures = measures(first, second, &mut left_out);
    let mut notes = Vec::new();
    let tasks = tasks(first, second, &mut notes);
    let measures: Vec<Measure> = measures
        .into_iter()
        .filter(|measure| tasks.contains(&measure.task()))
        .collect();
    if documents.is_empty() || measures.is_empty() {
        left_out.push(if documents.is_empty() {
            "no document is the same on both sides".to_owned()
        } else {
            "no score is counted on both sides".to_owned()
        });
        left_out.extend(notes);
        return Err(Unlike(left_out));
    }
    Ok(Common {
        documents,
        measures,
        tasks,
        left_out,
        notes,
    })
}

/// Rules that differ.
fn other_rules(first: &Side<'_>, second: &Side<'_>) -> Vec<String> {
    let mut found = Vec::new();
    let mut hold = |what: &str, one: &dyn Debug, other: &dyn Debug, same: bool| {
        if !same {
            found.push(format!(
                "{what}: {one:?} for {}, {other:?} for {}",
                first.name, second.name
            ));
        }
    };
    let (a, b) = (first.measures, second.measures);
    let roles = |side: &Side<'_>| {
        let mut roles: Vec<&str> = side
            .corpus
            .annotated
            .roles
            .iter()
            .map(|r| r.name())
            .collect();
        roles.sort_unstable();
        roles
    };
    let required = |roles: &[crate::counts::Role]| {
        let mut roles: Vec<&str> = roles.iter().map(|role| role.name()).collect();
        roles.sort_unstable();
        roles
    };
    let claims = [first, second].iter().all(|side| {
        side.corpus.annotated.tasks.contains(&Task::Claims)
            && side.system.tasks.contains(&Task::Claims)
    });
    if claims {
        let (one, other) = (required(&a.require), required(&b.require));
        hold("what a whole claim requires", &one, &other, one == other);
        hold(
            "whether nested claims are counted",
            &a.nested,
            &b.nested,
            a.nested == b.nested,
        );
        let (one, other) = (roles(first), roles(second));
        hold(
            "the roles that the gold annotates",
            &one,
            &other,
            one == other,
        );
    }
    let (one, other) = (first.labels, second.labels);
    hold(
        "the labels that were counted alone",
        &one,
        &other,
        one == other,
    );
    let (one, other) = (first.system.repeats, second.system.repeats);
    hold(
        "how often each document was asked for",
        &one,
        &other,
        one == other,
    );
    found
}

/// The documents that are the same on both sides.
fn documents(first: &Side<'_>, second: &Side<'_>, left_out: &mut Vec<String>) -> Vec<[usize; 2]> {
    let places = |side: &Side<'_>| -> BTreeMap<String, usize> {
        let documents = side.corpus.documents.iter().enumerate();
        documents
            .map(|(place, document)| (document.id.clone(), place))
            .collect()
    };
    let (one, other) = (places(first), places(second));
    let only = |own: &BTreeMap<String, usize>, others: &BTreeMap<String, usize>| {
        let alone = own.keys().filter(|id| !others.contains_key(*id));
        alone.cloned().collect::<Vec<String>>()
    };
    for (name, ids) in [
        (first.name, only(&one, &other)),
        (second.name, only(&other, &one)),
    ] {
        left_out.extend(told(&ids, &format!("only {name} was scored on")));
    }
    let mut common = Vec::new();
    let (mut texts, mut golds) = (Vec::new(), Vec::new());
    for (id, &place) in &one {
        let Some(&partner) = other.get(id) else {
            continue;
        };
        let (a, b) = (
            &first.corpus.documents[place],
            &second.corpus.documents[partner],
        );
        if !a.same_text(b) {
            texts.push(id.clone());
        } else if !a.same_gold(b) {
            golds.push(id.clone());
        } else {
            common.push([place, partner]);
        }
    }
    left_out.extend(told(&texts, "the text is another in"));
    left_out.extend(told(&golds, "the gold is another in"));
    common
}

/// A sentence on documents, if there are any.
fn told(ids: &[String], what: &str) -> Option<String> {
    let noun = if ids.len() == 1 {
        "document"
    } else {
        "documents"
    };
    let named: Vec<String> = ids.iter().take(NAMED).map(|id| format!("{id:?}")).collect();
    let more = if ids.len() > NAMED { ", ..." } else { "" };
    (!ids.is_empty()).then(|| format!("{what} {} {noun} ({}{more})", ids.len(), named.join(", ")))
}

/// The measures of both.
fn measures(first: &Side<'_>, second: &Side<'_>, left_out: &mut Vec<String>) -> Vec<Measure> {
    let all = |side: &Side<'_>| -> BTreeSet<Measure> {
        let entity = side.measures.entity.iter().copied().map(Measure::Entity);
        let claim = side.measures.claim.iter().copied().map(Measure::Claim);
        entity.chain(claim).collect()
    };
    let (one, other) = (all(first), all(second));
    for measure in one.symmetric_difference(&other) {
        let name = if one.contains(measure) {
            first.name
        } else {
            second.name
        };
        left_out.push(format!(
            "only {name} was scored by {} {measure}",
            measure.task()
        ));
    }
    one.intersection(&other).copied().collect()
}

/// The tasks that both were scored on.
fn tasks(first: &Side<'_>, second: &Side<'_>, left_out: &mut Vec<String>) -> Vec<Task> {
    let scored = |side: &Side<'_>, task: Task| {
        side.corpus.annotated.tasks.contains(&task) && side.system.tasks.contains(&task)
    };
    let mut common = Vec::new();
    for task in Task::ALL {
        match (scored(first, task), scored(second, task)) {
            (true, true) => common.push(task),
            (false, false) => {}
            (one, _) => {
                let name = if one { first.name } else { second.name };
                left_out.push(format!("only {name} was scored on {task}"));
            }
        }
    }
    common
}
