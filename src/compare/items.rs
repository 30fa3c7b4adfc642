//! Items that one system gets wrong and the other does not, with their words.

use std::collections::BTreeMap;

use crate::annotation::Task;
use crate::mistakes::{Kind, Mistake, Side};

/// What changed from the first system to the second.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Items {
    /// Wrong by the first, right by the second: in order of document and place.
    pub fixed: Vec<Item>,
    /// Right by the first, wrong by the second.
    pub broken: Vec<Item>,
    /// How many are wrong by both.
    pub both: u64,
    /// Whether either list of mistakes was cut, so that there may be more.
    pub cut: bool,
}

/// One gold item that was missed or got wrong, or one prediction that has no gold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// How it went wrong, where it did.
    pub kind: Kind,
    /// Of an entity or a claim.
    pub task: Task,
    /// The role or the attribute of a claim; empty for entities.
    pub part: &'static str,
    /// The document's id.
    pub document: String,
    /// The line of the document's file that it begins in, from 1.
    pub line: usize,
    /// What gold has.
    pub gold: Option<Side>,
    /// What was predicted.
    pub predicted: Option<Side>,
}

/// What makes two mistakes of two systems mistakes about the same item: its place and label in gold, or, where gold has nothing, in the prediction.
type Key<'a> = (&'a str, Task, &'a str, bool, &'a Side);

fn key(mistake: &Mistake) -> Option<Key<'_>> {
    let side = mistake.gold.as_ref().or(mistake.predicted.as_ref())?;
    Some((
        &mistake.document,
        mistake.task,
        mistake.part,
        mistake.gold.is_some(),
        side,
    ))
}

impl Items {
    /// What changed between two lists of mistakes.
    #[must_use]
    pub fn between(first: &[Mistake], second: &[Mistake], cut: bool) -> Self {
        let (before, after) = (by_key(first), by_key(second));
        let mut items = Self {
            cut,
            ..Self::default()
        };
        for (key, mistakes) in &before {
            let others = after.get(key).map_or(0, Vec::len);
            // A copy of an item is an item of its own.
            let gone = mistakes.len().saturating_sub(others);
            items.both += (mistakes.len() - gone) as u64;
            items
                .fixed
                .extend(mistakes.iter().take(gone).copied().map(Item::of));
        }
        for (key, mistakes) in &after {
            let others = before.get(key).map_or(0, Vec::len);
            let new = mistakes.len().saturating_sub(others);
            items
                .broken
                .extend(mistakes.iter().take(new).copied().map(Item::of));
        }
        items
    }
}

fn by_key(mistakes: &[Mistake]) -> BTreeMap<Key<'_>, Vec<&Mistake>> {
    let mut found: BTreeMap<Key<'_>, Vec<&Mistake>> = BTreeMap::new();
    for mistake in mistakes {
        if let Some(key) = key(mistake) {
            found.entry(key).or_default().push(mistake);
        }
    }
    found
}

impl Item {
    fn of(mistake: &Mistake) -> Self {
        Self {
            kind: mistake.kind,
            task: mistake.task,
            part: mistake.part,
            document: mistake.document.to_string(),
            line: mistake.line,
            gold: mistake.gold.clone(),
            predicted: mistake.predicted.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistake(
        document: &str,
        gold: Option<&'static str>,
        predicted: Option<&'static str>,
    ) -> Mistake {
        let side = |label: &'static str| Side {
            spans: Box::new([(0, 3)]),
            label: label.into(),
            words: Some("Ana".into()),
        };
        Mistake {
            kind: Kind::Missed,
            document: document.into(),
            line: 1,
            task: Task::Entities,
            part: "",
            gold: gold.map(side),
            predicted: predicted.map(side),
        }
    }

    #[test]
    fn an_item_is_fixed_where_only_the_first_gets_it_wrong() {
        let first = [
            mistake("a", Some("PER"), None),
            mistake("a", None, Some("ORG")),
            mistake("b", Some("PER"), None),
        ];
        // The mention in b is still wrong, though otherwise; what was spurious in a now stands in c.
        let second = [
            mistake("b", Some("PER"), Some("ORG")),
            mistake("c", None, Some("ORG")),
        ];
        let items = Items::between(&first, &second, false);
        let told = |items: &[Item]| -> Vec<(String, bool)> {
            let items = items.iter();
            items
                .map(|item| (item.document.clone(), item.gold.is_some()))
                .collect()
        };
        assert_eq!(
            told(&items.fixed),
            [("a".to_owned(), false), ("a".to_owned(), true)]
        );
        assert_eq!(told(&items.broken), [("c".to_owned(), false)]);
        assert_eq!(items.both, 1);
    }
}
