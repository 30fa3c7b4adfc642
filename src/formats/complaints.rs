//! The problems of one document, told up to a number and counted from there on: each costs a look for its line, and a file may hold a million of one kind.

use super::Block;
use super::draft::MOST_PROBLEMS;
use crate::error::Problem;

/// The problems of one document.
#[derive(Debug, Default)]
pub(super) struct Complaints {
    problems: Vec<Problem>,
    more: u64,
}

impl Complaints {
    /// Adds a problem, or counts it where enough were told.
    pub(super) fn add(&mut self, problem: impl FnOnce() -> Problem) {
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(problem());
        } else {
            self.more += 1;
        }
    }

    /// The value, if there are no problems.
    ///
    /// # Errors
    /// The problems, where there are any.
    pub(super) fn or<T>(mut self, block: &Block, value: T) -> Result<T, Vec<Problem>> {
        if self.problems.is_empty() {
            return Ok(value);
        }
        if self.more > 0 {
            let what = format!("more of this file cannot be read: {} places", self.more);
            self.problems
                .push(block.problem(0..block.first_line(), what));
        }
        Err(self.problems)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_problems_are_told_and_the_rest_is_counted() {
        let block = Block::new("a", 1, "text");
        let mut complaints = Complaints::default();
        assert_eq!(Complaints::default().or(&block, 1), Ok(1));
        for _ in 0..1000 {
            complaints.add(|| block.problem(0..1, "wrong"));
        }
        let problems = complaints.or(&block, 1).unwrap_err();
        assert_eq!(problems.len(), 101);
        assert_eq!(
            problems[100].what,
            "more of this file cannot be read: 900 places"
        );
    }
}
