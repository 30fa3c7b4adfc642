//! The work of one call: which documents are asked for next, which again and alone, and which are answered. Shared by the workers of an extractor.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use super::quotations::Found;
use super::{Answer, Listener};
use crate::document::Document;
use crate::extract::ExtractError;
use crate::grounding::Tally;

/// Documents to be asked for together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Job {
    /// Their indices.
    pub(super) documents: Vec<usize>,
    /// The attempt that this is, from 1.
    pub(super) attempt: u32,
    /// Whether nothing else may be asked of the worker meanwhile, so that it is clear what failed.
    pub(super) alone: bool,
}

/// The work of one call.
pub(super) struct Desk<'a> {
    /// The documents.
    pub(super) documents: &'a [&'a Document],
    /// Who hears of the answers.
    pub(super) listener: &'a dyn Listener,
    /// How often a document is asked for again that failed alone.
    retries: u32,
    /// How many documents a request has at most.
    batch: usize,
    /// How many workers share the work.
    workers: usize,
    /// What no message may show.
    secrets: &'a [String],
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    next: usize,
    again: VecDeque<Job>,
    /// Why documents failed that were asked for alone.
    earlier: HashMap<usize, Vec<ExtractError>>,
}

impl<'a> Desk<'a> {
    pub(super) fn new(
        documents: &'a [&'a Document],
        listener: &'a dyn Listener,
        retries: u32,
        batch: usize,
        workers: usize,
    ) -> Self {
        Self {
            documents,
            listener,
            retries,
            batch: batch.max(1),
            workers: workers.max(1),
            secrets: &[],
            state: Mutex::default(),
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The same, where messages must not show these: a service may repeat a key that it does not like.
    pub(super) const fn hiding(mut self, secrets: &'a [String]) -> Self {
        self.secrets = secrets;
        self
    }

    fn hidden(&self, mut error: ExtractError) -> ExtractError {
        for secret in self.secrets {
            error.message = error.message.replace(secret.as_str(), "[...]");
            // A message may quote only the beginning of an answer, and so of a secret.
            let begins = secret.char_indices().map(|(at, _)| &secret[..at]);
            for begin in begins.filter(|begin| begin.len() >= 4).rev() {
                let cut = format!("{begin}\"...");
                error.message = error.message.replace(&cut, "[...]\"...");
            }
            if error.code.contains(secret.as_str()) {
                error.code = "error".into();
            }
        }
        error
    }

    /// Lets as many workers as share the work do it, each with its number, and waits for all.
    pub(super) fn share(&self, work: impl Fn(usize) + Sync) {
        thread::scope(|scope| {
            let work = &work;
            for number in 1..self.workers {
                scope.spawn(move || work(number));
            }
            work(0);
        });
    }

    /// Lets workers share the work that may be lost, each with its number, until it is done or none is left; then the rest fails for the reason that the last was lost for.
    pub(super) fn share_while_there_are_any(
        &self,
        work: impl Fn(usize) -> Result<(), ExtractError> + Sync,
    ) {
        let lost: Vec<OnceLock<ExtractError>> = vec![OnceLock::new(); self.workers];
        let last = Mutex::new(None);
        loop {
            self.share(|number| {
                if lost[number].get().is_none()
                    && let Err(error) = work(number)
                {
                    let _ = lost[number].set(error.clone());
                    *last.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                }
            });
            if self.is_done() || self.listener.stopped() {
                return;
            }
            // One may have had nothing to do before another was lost whose work is at the desk now.
            if lost.iter().all(|lost| lost.get().is_some()) {
                let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(error) = last.take() {
                    self.give_up(&error);
                }
                return;
            }
        }
    }

    /// Whether nothing waits to be asked.
    pub(super) fn is_done(&self) -> bool {
        let state = self.state();
        state.again.is_empty() && state.next == self.documents.len()
    }

    /// The next job; `busy` says that the worker has unanswered requests, beside which nothing is asked alone.
    pub(super) fn take(&self, busy: bool) -> Option<Job> {
        if self.listener.stopped() {
            return None;
        }
        let mut state = self.state();
        if let Some(job) = state.again.front() {
            if job.alone && busy {
                return None;
            }
            return state.again.pop_front();
        }
        let left = self.documents.len() - state.next;
        if left == 0 {
            return None;
        }
        // Towards the end requests grow smaller, so that no worker waits long for another.
        let count = self.batch.min(left.div_ceil(2 * self.workers)).max(1);
        let documents = (state.next..state.next + count).collect();
        state.next += count;
        Some(Job {
            documents,
            attempt: 1,
            alone: false,
        })
    }

    /// A job that was not begun, or whose worker failed for another's sake.
    pub(super) fn put_back(&self, job: Job) {
        self.state().again.push_front(job);
    }

    /// One document of a job is answered. `alone` says that nothing but this document can be the reason for a failure.
    pub(super) fn answered(
        &self,
        job: &Job,
        index: usize,
        outcome: Result<Found, ExtractError>,
        time: Duration,
    ) {
        let outcome = outcome.map_err(|error| self.hidden(error));
        let mut state = self.state();
        let earlier = state.earlier.entry(index).or_default();
        match outcome {
            Err(error) if error.retryable && self.may_again(earlier) => {
                earlier.push(error);
                state.again.push_back(Job {
                    documents: vec![index],
                    attempt: job.attempt + 1,
                    alone: true,
                });
            }
            outcome => {
                let earlier = state.earlier.remove(&index).unwrap_or_default();
                drop(state);
                let tally = outcome
                    .as_ref()
                    .map_or_else(|_| Tally::default(), |found| found.tally);
                let answer = Answer {
                    outcome: outcome.map(|found| found.prediction),
                    tally,
                    attempts: job.attempt,
                    earlier,
                    time,
                };
                self.listener.answered(index, answer);
            }
        }
    }

    /// Whether a job that fails now for a reason that may pass is asked for again.
    pub(super) fn would_ask_again(&self, job: &Job) -> bool {
        let state = self.state();
        match job.documents.as_slice() {
            [index] => state
                .earlier
                .get(index)
                .is_none_or(|earlier| self.may_again(earlier)),
            _ => true,
        }
    }

    /// Whether a document that was asked for alone has failed with this code before.
    pub(super) fn has_failed_so(&self, index: usize, code: &str) -> bool {
        let state = self.state();
        let mut earlier = state.earlier.get(&index).into_iter().flatten();
        earlier.any(|error| error.code == code)
    }

    fn may_again(&self, earlier: &[ExtractError]) -> bool {
        earlier.len() < usize::try_from(self.retries).unwrap_or(usize::MAX)
    }

    /// A job failed as a whole. Where it had company - several documents, or other requests beside it - its documents are asked for again one at a time, to find the
    /// guilty one; where it had none, the document failed.
    pub(super) fn failed(&self, job: &Job, error: &ExtractError, company: bool, time: Duration) {
        if let ([index], false) = (job.documents.as_slice(), company) {
            self.answered(job, *index, Err(error.clone()), time);
            return;
        }
        let again = job.documents.iter().map(|index| Job {
            documents: vec![*index],
            attempt: job.attempt + 1,
            alone: true,
        });
        self.state().again.extend(again);
    }

    /// All documents that are not answered and that nobody works on fail with this error.
    pub(super) fn give_up(&self, error: &ExtractError) {
        while let Some(job) = self.take(false) {
            for index in &job.documents {
                let earlier = self.state().earlier.remove(index).unwrap_or_default();
                let answer = Answer {
                    outcome: Err(error.clone()),
                    tally: Tally::default(),
                    attempts: job.attempt,
                    earlier,
                    time: Duration::ZERO,
                };
                self.listener.answered(*index, answer);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Heard(Mutex<Vec<(usize, bool, u32, usize)>>);

    impl Listener for Heard {
        fn answered(&self, index: usize, answer: Answer) {
            let heard = (
                index,
                answer.outcome.is_ok(),
                answer.attempts,
                answer.earlier.len(),
            );
            self.0.lock().unwrap().push(heard);
        }
    }

    fn job(documents: &[usize], attempt: u32, alone: bool) -> Job {
        Job {
            documents: documents.to_vec(),
            attempt,
            alone,
        }
    }

    #[test]
    fn requests_grow_smaller_towards_the_end() {
        let document = Document::new("d", "");
        let documents = [&document; 20];
        let heard = Heard::default();
        let desk = Desk::new(&documents, &heard, 0, 8, 2);
        let sizes: Vec<usize> =
            std::iter::from_fn(|| desk.take(false).map(|job| job.documents.len())).collect();
        assert_eq!(sizes, [5, 4, 3, 2, 2, 1, 1, 1, 1]);
    }

    #[test]
    fn a_failed_request_of_several_is_asked_again_one_by_one_and_alone() {
        let document = Document::new("d", "");
        let documents = [&document; 2];
        let heard = Heard::default();
        let desk = Desk::new(&documents, &heard, 1, 8, 1);
        let both = job(&[0, 1], 1, false);
        desk.take(false);
        desk.take(false);
        let error = ExtractError::of("crash", "it crashed").retryable();
        desk.failed(&both, &error, false, Duration::ZERO);
        assert_eq!(
            desk.take(true),
            None,
            "beside other requests nothing is asked alone"
        );
        let first = desk.take(false).unwrap();
        let second = desk.take(false).unwrap();
        assert_eq!(
            (&first, &second),
            (&job(&[0], 2, true), &job(&[1], 2, true))
        );
        desk.answered(&first, 0, Ok(Found::default()), Duration::ZERO);
        // The guilty one fails alone, is asked for once more, and then has failed.
        desk.failed(&second, &error, false, Duration::ZERO);
        let third = desk.take(false).unwrap();
        assert_eq!(third, job(&[1], 3, true));
        desk.failed(&third, &error, false, Duration::ZERO);
        assert_eq!(desk.take(false), None);
        assert_eq!(
            *heard.0.lock().unwrap(),
            [(0, true, 2, 0), (1, false, 3, 1)]
        );
    }
}
