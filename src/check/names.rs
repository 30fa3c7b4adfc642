//! The rules about names: the same string labelled in one place and not in another, or labelled differently.
//!
//! Two passes: the first remembers every labelled name and its labels, the second, over the same documents, finds where a name stands unlabelled. A name has a
//! capital letter or a digit, and is labelled at least twice: other strings are often rightly labelled in one place only.

use std::collections::{BTreeMap, HashMap};

use unicode_segmentation::UnicodeSegmentation;

use super::{Finding, Rule, View, in_context};
use crate::span::Span;

/// The labelled names, and how often each has which label.
#[derive(Debug, Default)]
pub struct Names(HashMap<String, BTreeMap<String, u64>>);

/// The names that are worth a second look, by their first word.
#[derive(Debug, Default)]
pub struct Odd {
    /// For each first word the names that begin with it, the longest first.
    by_word: HashMap<String, Vec<String>>,
    /// How often each name is labelled, with its commonest label.
    labelled: HashMap<String, (u64, String)>,
    /// Names with several labels: all but the commonest, and how they are told.
    varied: HashMap<String, (String, String)>,
}

/// Where names stand unlabelled, or with a label that they do not have elsewhere.
#[derive(Debug, Default)]
pub struct Stands {
    /// How often a name stands unlabelled, and where first.
    unlabelled: BTreeMap<String, (u64, Finding)>,
    varied: BTreeMap<String, Finding>,
}

impl Names {
    /// The names of one document.
    #[must_use]
    pub fn of(view: &View<'_>) -> Self {
        let mut names = Self::default();
        let Some((_, read)) = view.gold.filter(|_| !view.document.is_stand_in()) else {
            return names;
        };
        for mention in &read.annotations.mentions {
            let [span] = mention.extent.spans() else {
                continue;
            };
            let name = span.of(view.document.text());
            if is_name(name) {
                let labels = names.0.entry(name.to_owned()).or_default();
                *labels.entry(mention.label.to_string()).or_default() += 1;
            }
        }
        names
    }

    /// Adds the names of other documents.
    #[allow(clippy::iter_over_hash_type)] // Sums do not depend on the order of names.
    pub fn append(&mut self, others: Self) {
        for (name, labels) in others.0 {
            let own = self.0.entry(name).or_default();
            for (label, count) in labels {
                *own.entry(label).or_default() += count;
            }
        }
    }

    /// The names that are worth a second look.
    #[must_use]
    pub fn odd(&self) -> Odd {
        let mut odd = Odd::default();
        // Sorted, so that no map decides an order.
        let mut names: Vec<_> = self.0.iter().collect();
        names.sort();
        for (name, labels) in names {
            let total: u64 = labels.values().sum();
            let commonest = labels
                .iter()
                .max_by_key(|(label, count)| (**count, std::cmp::Reverse(*label)));
            let Some((commonest, most)) = commonest.filter(|_| total >= 2) else {
                continue;
            };
            if labels.len() > 1 && *most * 2 > total {
                let told = labels
                    .iter()
                    .map(|(label, count)| format!("{label} {count}"));
                let told = told.collect::<Vec<_>>().join(", ");
                odd.varied.insert(name.clone(), (commonest.clone(), told));
            }
            let first = name.unicode_words().next().unwrap_or(name);
            if name.starts_with(first) {
                odd.by_word
                    .entry(first.to_owned())
                    .or_default()
                    .push(name.clone());
                odd.labelled
                    .insert(name.clone(), (total, commonest.clone()));
            }
        }
        let Odd { by_word, .. } = &mut odd;
        // The order of the map's keys decides nothing here.
        #[allow(clippy::iter_over_hash_type)]
        for names in by_word.values_mut() {
            names.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        }
        odd
    }
}

/// Whether a labelled string is a name: short, of at least three characters, with a capital letter or a digit.
fn is_name(text: &str) -> bool {
    let telling = |c: char| c.is_uppercase() || c.is_numeric();
    text.len() <= 80
        && text.chars().count() >= 3
        && text.chars().any(telling)
        && !text.contains('\n')
}

impl Odd {
    /// Where the names of the first pass stand in one document, unlabelled or with another label.
    #[must_use]
    pub fn look_at(&self, view: &View<'_>) -> Stands {
        let mut stands = Stands::default();
        let Some((record, read)) = view.gold.filter(|_| !view.document.is_stand_in()) else {
            return stands;
        };
        let text = view.document.text();
        let mut covered: Vec<Span> = Vec::with_capacity(read.annotations.mentions.len());
        for (mention, stretch) in read.annotations.mentions.iter().zip(&read.stretches) {
            covered.extend(mention.extent.spans());
            let [span] = mention.extent.spans() else {
                continue;
            };
            let name = span.of(text);
            let varied = self
                .varied
                .get(name)
                .filter(|(commonest, _)| *commonest != mention.label);
            if let Some((commonest, told)) = varied {
                let what = format!(
                    "{}: {name:?} has another label elsewhere",
                    record.title(*stretch)
                );
                let problem = record
                    .problem_at(&record.stretch_at(*stretch), what)
                    .found(format!("{} here; in all {told}", mention.label))
                    .expected(commonest.clone());
                let problem =
                    problem.mend("correct the label, or leave it where the two are two things");
                let finding = Finding::new(Rule::LabelVaries, problem);
                stands.varied.entry(name.to_owned()).or_insert(finding);
            }
        }
        covered.sort_unstable();
        self.unlabelled(view, text, &covered, &mut stands);
        stands
    }

    fn unlabelled(&self, view: &View<'_>, text: &str, covered: &[Span], stands: &mut Stands) {
        let mut reach = 0;
        let mut next = 0;
        let mut past = 0;
        for (start, word) in text.unicode_word_indices() {
            while next < covered.len() && covered[next].start() <= start {
                reach = reach.max(covered[next].end());
                next += 1;
            }
            if start < past || start < reach {
                continue;
            }
            let Some(names) = self.by_word.get(word) else {
                continue;
            };
            let found = names.iter().find(|name| {
                text[start..].starts_with(name.as_str())
                    && !text[start + name.len()..].starts_with(char::is_alphanumeric)
            });
            let Some(name) = found else { continue };
            let end = start + name.len();
            past = end;
            // A mention that begins within the name covers it too.
            if covered.get(next).is_some_and(|span| span.start() < end) {
                continue;
            }
            match stands.unlabelled.get_mut(name) {
                Some((count, _)) => *count += 1,
                None => {
                    let what = format!("{name:?} is not labelled here");
                    let problem = view.problem(start..end, what);
                    let problem = problem.found(format!("{:?}", in_context(text, start, end)));
                    let finding = Finding::new(Rule::Unlabelled, problem);
                    stands.unlabelled.insert(name.clone(), (1, finding));
                }
            }
        }
    }

    /// What is odd, once all documents were looked at.
    #[must_use]
    pub fn findings(&self, stands: Stands) -> Vec<Finding> {
        let mut findings: Vec<Finding> = stands.varied.into_values().collect();
        for (name, (unlabelled, mut finding)) in stands.unlabelled {
            let Some((labelled, label)) = self.labelled.get(&name) else {
                continue;
            };
            // What is mostly unlabelled is mostly something else.
            if *labelled <= unlabelled {
                continue;
            }
            finding.problem = finding
                .problem
                .expected(format!(
                    "{label}, as in {labelled} other places; it stands unlabelled in {unlabelled}"
                ))
                .mend("label it, or leave it where it is something else");
            findings.push(finding);
        }
        findings
    }
}

impl Stands {
    /// Adds what stands in documents that come after these.
    pub fn append(&mut self, others: Self) {
        for (name, (count, finding)) in others.unlabelled {
            self.unlabelled.entry(name).or_insert((0, finding)).0 += count;
        }
        for (name, finding) in others.varied {
            self.varied.entry(name).or_insert(finding);
        }
    }
}
