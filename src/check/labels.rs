//! The rules about labels: those that only one mention has, those with nearly the same name, and those of predictions that the gold does not have.

use std::collections::BTreeMap;

use super::{Finding, Rule, View};
use crate::error::{Problem, nearest};

/// How often each label occurs, and where first.
#[derive(Debug, Default)]
pub struct Labels(BTreeMap<String, (u64, Problem)>);

impl Labels {
    /// The labels of one document.
    #[must_use]
    pub fn of(view: &View<'_>) -> Self {
        let mut labels = Self::default();
        let Some((record, read)) = view.gold else {
            return labels;
        };
        for (mention, stretch) in read.annotations.mentions.iter().zip(&read.stretches) {
            match labels.0.get_mut(mention.label.as_ref()) {
                Some((count, _)) => *count += 1,
                None => {
                    let what = format!("{}: the label {}", record.title(*stretch), mention.label);
                    let place = record.problem_at(&record.stretch_at(*stretch), what);
                    labels.0.insert(mention.label.to_string(), (1, place));
                }
            }
        }
        labels
    }

    /// Adds the labels of documents that come after these.
    pub fn append(&mut self, others: Self) {
        for (label, (count, place)) in others.0 {
            self.0.entry(label).or_insert((0, place)).0 += count;
        }
    }

    /// The labels and how often each occurs, in order of name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u64)> {
        self.0
            .iter()
            .map(|(label, (count, _))| (label.as_str(), *count))
    }

    /// What is odd about the labels of all documents together.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        // Labels in such numbers are names of their own, in which a letter is no slip, and comparing all with all would take hours.
        let compared = self.0.len() <= MOST_COMPARED;
        let all: u64 = self.0.values().map(|(count, _)| count).sum();
        for (label, (count, place)) in &self.0 {
            let others = self.0.iter().filter(|(other, _)| *other != label);
            let mut others = others.take(if compared { usize::MAX } else { 0 });
            // The rarer of the two is the likelier mistake; of equals the later by name.
            let near = others.find(|(other, (often, _))| {
                let slip = *often >= SLIPS * count;
                is_near(label, other, slip) && (*often, label.as_str()) > (*count, other.as_str())
            });
            if let Some((other, (often, _))) = near {
                let mut problem = place.clone();
                problem.what = format!("{} is nearly that of another", place.what);
                findings.push(Finding::new(
                    Rule::SimilarLabels,
                    problem
                        .found(format!("{label}, {}", times(*count)))
                        .expected(format!("{other}, which stands {}", times(*often)))
                        .mend(format!("rename {label} to {other} where it is meant")),
                ));
            } else if *count == 1 && all >= ENOUGH_MENTIONS {
                let mut problem = place.clone();
                problem.what = format!("{} stands only here", place.what);
                findings.push(Finding::new(
                    Rule::RareLabel,
                    problem.mend("is it a slip? no score of one mention means anything"),
                ));
            }
        }
        findings
    }
}

/// How many labels are compared with each other.
const MOST_COMPARED: usize = 1000;

/// How many labels a message names.
const MOST_NAMED: usize = 50;

/// `once`, `7 times`.
fn times(count: u64) -> String {
    match count {
        1 => "once".to_owned(),
        _ => format!("{count} times"),
    }
}

/// Of fewer mentions than this every label may be rare.
const ENOUGH_MENTIONS: u64 = 30;

/// How many times rarer than another a short label must be for a letter's difference to be a slip.
const SLIPS: u64 = 20;

/// Whether two labels differ by case, by signs between words, or by a letter; `slip` says whether the one is so rare that this holds for short labels too.
fn is_near(a: &str, b: &str, slip: bool) -> bool {
    let plain = |label: &str| label.to_lowercase().replace(['-', '_', ' ', '.'], "");
    let (a, b) = (plain(a), plain(b));
    // Numbers are told apart by their digits: identifiers of an ontology are no slips of each other.
    let digits = |label: &str| {
        label
            .chars()
            .filter(char::is_ascii_digit)
            .collect::<String>()
    };
    if digits(&a) != digits(&b) {
        return false;
    }
    // Of short labels a letter is most of the word: PER and PERC are no slip of each other, LOC and LOG may be two classes.
    let long = a.chars().count().min(b.chars().count()) >= 5;
    a == b || (long || slip) && strsim::osa_distance(&a, &b) == 1
}

/// The labels of predictions that the gold does not have.
#[must_use]
pub fn unknown_labels(predicted: &Labels, gold: &Labels) -> Vec<Finding> {
    let known: Vec<&str> = gold.iter().map(|(label, _)| label).collect();
    let compared = if known.len() <= MOST_COMPARED {
        known.as_slice()
    } else {
        &[]
    };
    let more = if known.len() > MOST_NAMED {
        ", ..."
    } else {
        ""
    };
    let named = known[..known.len().min(MOST_NAMED)].join(", ");
    let unknown = predicted
        .0
        .iter()
        .filter(|(label, _)| !gold.0.contains_key(*label));
    let finding = |(label, (count, place)): (&String, &(u64, Problem))| {
        let mut problem = place.clone();
        problem.what = format!("{} is none of the gold's", place.what);
        let problem = problem
            .found(format!("{label}, {}", times(*count)))
            .expected(format!("one of {named}{more}"));
        let near = compared
            .iter()
            .find(|known| is_near(label, known, true))
            .copied();
        let near = near.or_else(|| nearest(label, compared.iter().copied()));
        let mend = near.map_or_else(
            || "map it onto a label of the gold, or every such prediction is wrong".to_owned(),
            |near| format!("is it {near}? map it, or every such prediction is wrong"),
        );
        Finding::new(Rule::UnknownLabel, problem.mend(mend))
    };
    unknown.map(finding).collect()
}
