//! A pool of processes that speak the protocol: keeps each busy, bounds its time, starts it again, and finds out which document is to blame.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::answer;
use super::desk::{Desk, Job};
use super::inputs;
use super::knowledge::Knowledge;
use super::protocol::{FromExtractor, Offsets, Ready, read};
use super::settings::Settings;
use super::worker::{Heard, Worker, shown};
use super::{Card, Epilogue, Listener, Remote};
use crate::document::Document;
use crate::error::Result;
use crate::extract::ExtractError;

/// How long a worker listens before it looks whether the work was stopped.
const LISTEN: Duration = Duration::from_millis(50);

/// How many requests a worker may have unanswered at most, whatever it says.
const MOST_IN_FLIGHT: usize = 32;

/// How long a worker rests at most where it asks to be left alone for a while.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Processes of one extractor.
pub(super) struct Pool {
    settings: Settings,
    card: Card,
    ready: Ready,
    offsets: Offsets,
    slots: Vec<Mutex<Slot>>,
    restarts: AtomicU32,
    late: AtomicU64,
}

/// A place for a process.
#[derive(Default)]
struct Slot {
    worker: Option<Worker>,
    /// Whether there ever was one: the first start is no restart.
    started: bool,
    /// Why there will be none any more; the others do its work.
    retired: Option<ExtractError>,
    /// Before this nothing is asked of it, since it said so.
    rests_until: Option<Instant>,
}

impl Slot {
    /// How long the worker is to be left alone yet.
    fn rest(&self) -> Duration {
        let left = |until: Instant| until.saturating_duration_since(Instant::now());
        self.rests_until.map_or(Duration::ZERO, left)
    }
}

/// A request that is not answered.
struct Open {
    id: u64,
    job: Job,
    /// When the worker could begin with it.
    begun: Instant,
    told_slow: bool,
    cancelled: Option<Instant>,
}

impl Pool {
    /// Starts one process, meets it, and leaves the others until there is work.
    ///
    /// # Errors
    /// Why it cannot start.
    pub(super) fn start(mut settings: Settings) -> Result<Self> {
        let (worker, ready) = Worker::start(&settings, 0).map_err(super::refused)?;
        let known = Knowledge::of(&ready, &mut settings).map_err(super::refused)?;
        let identity = inputs::identity(&settings, &known.about, known.offsets.name())?;
        let slots = 1..settings.workers.max(1);
        let first = Slot {
            worker: Some(worker),
            started: true,
            ..Slot::default()
        };
        let slots = std::iter::once(first).chain(slots.map(|_| Slot::default()));
        Ok(Self {
            card: Card {
                about: known.about,
                identity,
                workers: settings.workers.max(1),
                per_minute: None,
            },
            ready,
            offsets: known.offsets,
            slots: slots.map(Mutex::new).collect(),
            restarts: AtomicU32::new(0),
            late: AtomicU64::new(0),
            settings,
        })
    }

    fn batch(&self) -> usize {
        let own = self.ready.batch.unwrap_or(1).max(1);
        self.settings.batch.map_or(own, |most| most.clamp(1, own))
    }

    /// A running worker at this place, started again where there is none.
    ///
    /// # Errors
    /// Where the budget of restarts is spent, or it does not start, or is another than before.
    fn worker<'w>(
        &self,
        slot: &'w mut Slot,
        number: usize,
        busy: bool,
    ) -> Result<&'w mut Worker, ExtractError> {
        let worker = match slot
            .worker
            .take()
            .and_then(|worker| if busy { Some(worker) } else { worker.alive() })
        {
            Some(worker) => worker,
            None => self.started(slot, number)?,
        };
        Ok(slot.worker.insert(worker))
    }

    fn started(&self, slot: &mut Slot, number: usize) -> Result<Worker, ExtractError> {
        let gave_up = |what: String| ExtractError::of("gave_up", what);
        let again = std::mem::replace(&mut slot.started, true);
        let most = self.settings.restarts;
        if again && self.restarts.fetch_add(1, Ordering::Relaxed) >= most {
            return Err(gave_up(format!(
                "the extractor had to be started again more than {most} times (restarts)"
            )));
        }
        let (worker, ready) = Worker::start(&self.settings, number)
            .map_err(|problem| gave_up(problem.to_string()))?;
        if ready == self.ready {
            return Ok(worker);
        }
        worker.kill();
        let what = "started again, the extractor says something else of itself than before";
        Err(gave_up(what.to_owned()))
    }

    /// Keeps the worker of this number busy until there is nothing left to ask.
    ///
    /// # Errors
    /// Why this worker is not to be had any more; what it was asked then is at the desk.
    fn drive(&self, number: usize, desk: &Desk<'_>) -> Result<(), ExtractError> {
        let mut slot = self.slots[number]
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(error) = &slot.retired {
            return Err(error.clone());
        }
        let mut open: VecDeque<Open> = VecDeque::new();
        loop {
            if desk.listener.stopped() {
                if let Some(worker) = slot.worker.take_if(|_| !open.is_empty()) {
                    worker.stop(self.settings.grace.min(Duration::from_secs(1)));
                }
                return Ok(());
            }
            self.fill(&mut slot, number, &mut open, desk)?;
            let Slot { worker, .. } = &mut *slot;
            let Some(worker) = worker.as_mut().filter(|_| !open.is_empty()) else {
                let rest = slot.rest();
                if rest.is_zero() || desk.is_done() {
                    return Ok(());
                }
                thread::sleep(rest.min(LISTEN));
                continue;
            };
            let heard = worker.hear(Instant::now() + LISTEN);
            let mut rest = Duration::ZERO;
            let failed = self.understand(worker, heard, &mut open, desk, &mut rest);
            let failed = failed.or_else(|| self.look_at_time(worker, &mut open, desk));
            if !rest.is_zero() {
                slot.rests_until = Some(Instant::now() + rest.min(LONGEST_PAUSE));
            }
            if let Some(error) = failed {
                let error = self.end(slot.worker.take(), error);
                blame(&mut open, &error, desk);
            }
        }
    }

    /// Asks a worker for as much as it may be asked for.
    ///
    /// # Errors
    /// Where there is none, and none will be.
    fn fill(
        &self,
        slot: &mut Slot,
        number: usize,
        open: &mut VecDeque<Open>,
        desk: &Desk<'_>,
    ) -> Result<(), ExtractError> {
        while slot.rest().is_zero()
            && let Some(job) = self.next_job(desk, open)
        {
            // A worker that ended while it has requests has answers to be heard, and blame to be found, first.
            let busy = !open.is_empty();
            match self.worker(slot, number, busy) {
                Ok(worker) => open.push_back(self.ask(worker, job, desk)),
                Err(error) => {
                    desk.put_back(job);
                    slot.retired = Some(error.clone());
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    /// Ends a worker that is of no more use; what it did is told with its last words.
    fn end(&self, worker: Option<Worker>, mut error: ExtractError) -> ExtractError {
        let Some(worker) = worker else { return error };
        error.message.push_str(&worker.words());
        if error.code == "crash" {
            worker.kill();
        } else {
            worker.stop(self.settings.grace);
        }
        error
    }

    /// The next job for a worker with these unanswered requests.
    fn next_job(&self, desk: &Desk<'_>, open: &VecDeque<Open>) -> Option<Job> {
        let most = self.ready.in_flight.unwrap_or(1).clamp(1, MOST_IN_FLIGHT);
        let room = open.len() < most && !open.iter().any(|open| open.job.alone);
        if room {
            desk.take(!open.is_empty())
        } else {
            None
        }
    }

    fn ask(&self, worker: &mut Worker, job: Job, desk: &Desk<'_>) -> Open {
        let documents: Vec<&Document> = job
            .documents
            .iter()
            .map(|index| desk.documents[*index])
            .collect();
        let id = worker.ask(&documents, job.attempt, &self.settings);
        Open {
            id,
            job,
            begun: Instant::now(),
            told_slow: false,
            cancelled: None,
        }
    }

    /// Takes what a worker said, and how long it wants to be left alone; gives why the worker is of no more use, where it is not.
    fn understand(
        &self,
        worker: &Worker,
        heard: Heard,
        open: &mut VecDeque<Open>,
        desk: &Desk<'_>,
        rest: &mut Duration,
    ) -> Option<ExtractError> {
        let (id, said) = match heard {
            Heard::Log | Heard::Silence => return None,
            Heard::Nonsense(reason) => return Some(nonsense(reason)),
            Heard::Gone(how) => return Some(ExtractError::of("crash", how).retryable()),
            Heard::Result(line, id) => (id, Ok(line)),
            Heard::Refused(id, refusal) => (id, Err(refusal)),
        };
        let Some(at) = open.iter().position(|request| request.id == id) else {
            if worker.asked(id) {
                self.late.fetch_add(1, Ordering::Relaxed);
                return None;
            }
            let what = format!("it answered request {id}, which was never made");
            return Some(nonsense(what));
        };
        let request = open.remove(at)?;
        // The worker begins with the next one now; one that answers out of turn has begun with the first before.
        if let Some(next) = open.front_mut().filter(|_| at == 0) {
            next.begun = Instant::now();
        }
        let took = request.begun.elapsed();
        if request.cancelled.is_some() {
            self.late
                .fetch_add(u64::from(said.is_ok()), Ordering::Relaxed);
            let company = request.job.documents.len() > 1 || !open.is_empty();
            desk.failed(&request.job, &self.timeout(), company, took);
            return None;
        }
        match said {
            Ok(line) => match self.result(&line, &request, desk) {
                Ok(()) => None,
                Err(reason) => {
                    open.push_front(request);
                    Some(nonsense(reason))
                }
            },
            Err(refusal) => {
                let pause = refusal.retry_after_ms.map(Duration::from_millis);
                let error = ExtractError::from(refusal);
                if let Some(pause) = pause.filter(|_| error.retryable) {
                    *rest = pause;
                }
                let company = request.job.documents.len() > 1 || !open.is_empty();
                desk.failed(&request.job, &error, company, took);
                None
            }
        }
    }

    fn timeout(&self) -> ExtractError {
        let what = format!("no answer within {}", shown(self.settings.timeout));
        ExtractError::of("timeout", what).retryable()
    }

    /// Looks whether the first request is slow, or takes too long; gives why the worker is of no more use, where it is not.
    fn look_at_time(
        &self,
        worker: &Worker,
        open: &mut VecDeque<Open>,
        desk: &Desk<'_>,
    ) -> Option<ExtractError> {
        let cancels = self.ready.features.iter().any(|known| known == "cancel");
        let first = open.front_mut()?;
        let took = first.begun.elapsed();
        if took >= self.settings.slow_after && !first.told_slow {
            first.told_slow = true;
            desk.listener.slow(&first.job.documents, took);
        }
        if took < self.settings.timeout {
            return None;
        }
        match first.cancelled {
            None if cancels => {
                worker.cancel(first.id);
                first.cancelled = Some(Instant::now());
                None
            }
            Some(since) if since.elapsed() < self.settings.grace => None,
            _ => Some(self.timeout()),
        }
    }

    /// Gives the documents of a result their answers.
    ///
    /// # Errors
    /// Where the result is not one for this request; then no document of it is answered.
    fn result(&self, line: &[u8], request: &Open, desk: &Desk<'_>) -> Result<(), String> {
        let Ok(FromExtractor::Result { docs, .. }) = read(line) else {
            return Err("its result cannot be read".to_owned());
        };
        answer::deal(
            docs, &request.job, desk, self.offsets, &self.card.about.tasks, request.begun,
        )
    }
}

/// The error that a worker said what no extractor may say.
fn nonsense(reason: String) -> ExtractError {
    ExtractError::of("protocol", reason).retryable()
}

/// The worker of these requests failed: the first is to blame, as far as can be told; the others were not begun, or can be asked again.
fn blame(open: &mut VecDeque<Open>, error: &ExtractError, desk: &Desk<'_>) {
    let company = open.len() > 1;
    let Some(first) = open.pop_front() else {
        return;
    };
    let company = company || first.job.documents.len() > 1;
    for request in open.drain(..).rev() {
        desk.put_back(request.job);
    }
    desk.failed(&first.job, error, company, first.begun.elapsed());
}

impl Remote for Pool {
    fn card(&self) -> &Card {
        &self.card
    }

    fn extract_all(&self, documents: &[&Document], listener: &dyn Listener) {
        let batch = self.batch();
        let useful = self.slots.len().min(documents.len().div_ceil(batch).max(1));
        let desk = Desk::new(documents, listener, self.settings.retries, batch, useful);
        desk.share_while_there_are_any(|number| self.drive(number, &desk));
    }

    fn finish(&self) -> Epilogue {
        let mut epilogue = Epilogue::default();
        let (mut workers, mut retired) = (Vec::new(), None);
        for (number, slot) in self.slots.iter().enumerate() {
            let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
            // What is started after the end is no restart.
            slot.started = false;
            if let Some(error) = slot.retired.take() {
                retired.get_or_insert((number + 1, error));
            }
            workers.extend(slot.worker.take());
        }
        if let Some((number, error)) = retired.filter(|_| !workers.is_empty()) {
            let what = format!(
                "worker {number} was lost, and others did its work: {}",
                error.message
            );
            epilogue.remarks.push(what);
        }
        // All at once: one that takes its time costs no more than the slowest.
        let grace = self.settings.grace;
        let remarks = thread::scope(|scope| {
            let ends = workers
                .into_iter()
                .map(|worker| scope.spawn(move || worker.bye(grace)));
            let ends: Vec<_> = ends.collect();
            let ends = ends.into_iter().map(|end| end.join().unwrap_or_default());
            ends.flatten().collect::<Vec<_>>()
        });
        epilogue.remarks.extend(remarks);
        let restarts = self.restarts.load(Ordering::Relaxed);
        let restarts = restarts.min(self.settings.restarts);
        if restarts > 0 {
            let started = format!("had to be started again {}", times(restarts.into()));
            epilogue.remarks.push(started);
        }
        let late = self.late.load(Ordering::Relaxed);
        if late > 0 {
            let dropped = format!("answered late, after its time, {}", times(late));
            epilogue.remarks.push(dropped);
        }
        epilogue
    }
}

fn times(count: u64) -> String {
    match count {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        count => format!("{count} times"),
    }
}
