//! What services over HTTP share, language models among them: connections, headers from the environment, limits, pauses, and a lane for each request at a time.

mod fault;

use std::io::Read;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use backon::{BackoffBuilder, ExponentialBuilder};
use crossbeam_channel::{RecvTimeoutError, bounded};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use ureq::http::{HeaderValue, Response};
use ureq::{Agent, Body};

pub(super) use self::fault::{Fault, Reply};

use super::desk::{Desk, Job};
use super::settings::{Header, Settings};
use super::{Epilogue, Listener};
use crate::document::Document;
use crate::error::Problem;
use crate::extract::ExtractError;

/// How long a lane sleeps or listens before it looks whether the work was stopped.
const SLICE: Duration = Duration::from_millis(50);

/// How long a lane rests after the first failure; after each further one of the same documents twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// How long a lane rests at most, also where the service asks for more.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// How long a connection that nobody uses is kept: shorter than services keep theirs, since one that was closed in the meantime would cost a document an attempt.
const KEPT_IDLE: Duration = Duration::from_secs(3);

/// How many requests in a row may fail at least for reasons that lie in the service and not in documents, before it is given up.
const LEAST_IN_VAIN: u32 = 20;

/// Values shorter than this are no secrets, and would be found in any answer.
const SHORTEST_SECRET: usize = 8;

/// The way to one service.
pub(super) struct Web {
    agent: Agent,
    headers: Vec<(String, HeaderValue)>,
    /// What may be shown nowhere.
    secrets: Vec<String>,
    limiter: Option<DefaultDirectRateLimiter>,
    clock: DefaultClock,
    /// How many bytes an answer may have.
    most: usize,
    /// How long a request may take.
    timeout: Duration,
    slow_after: Duration,
    retries: u32,
    /// How many requests in a row may fail for reasons that lie in the service.
    most_in_vain: u32,
    /// Before this nothing is asked, since the service said so.
    not_before: Mutex<Option<Instant>>,
    requests: AtomicU64,
    /// How many requests in a row failed for reasons that lie in the service.
    in_vain: AtomicU32,
    told_to_wait: AtomicU64,
}

/// A service that is asked for documents.
pub(super) trait Service: Sync {
    /// The way to it.
    fn web(&self) -> &Arc<Web>;

    /// The address and the body of a request for a job.
    fn request(&self, job: &Job, desk: &Desk<'_>) -> Request;

    /// Gives the documents of a job what a reply says of them.
    ///
    /// # Errors
    /// Why the request failed as a whole; then no document of it is answered.
    fn understand(&self, reply: &Reply, request: &Asked<'_>, desk: &Desk<'_>) -> Result<(), Fault>;
}

/// A request.
pub(super) struct Request {
    /// Its number, where it has one.
    pub(super) id: u64,
    /// The address.
    pub(super) url: String,
    /// What is sent there.
    pub(super) body: Vec<u8>,
}

/// A request that was answered.
pub(super) struct Asked<'a> {
    /// Its number, where it has one.
    pub(super) id: u64,
    /// What it asked for.
    pub(super) job: &'a Job,
    /// When it was made.
    pub(super) begun: Instant,
}

impl Web {
    /// The way to the service of these settings; nothing is asked yet.
    ///
    /// # Errors
    /// Where an environment variable is not set, or holds what no header can.
    pub(super) fn new(settings: &Settings) -> Result<Self, Problem> {
        let mut headers = Vec::new();
        let mut secrets = Vec::new();
        for header in &settings.headers {
            let (value, secret) = value(header, settings)?;
            headers.push((header.name.clone(), value));
            if secret.len() >= SHORTEST_SECRET {
                secrets.push(secret);
            }
        }
        // A redirection would take the headers to somebody else.
        let redirects = if headers.is_empty() { 10 } else { 0 };
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(redirects)
            .max_idle_age(KEPT_IDLE)
            .max_idle_connections(settings.workers)
            .max_idle_connections_per_host(settings.workers)
            .user_agent(concat!("goldspan/", env!("CARGO_PKG_VERSION")))
            .accept("application/json");
        let lanes = u32::try_from(settings.workers).unwrap_or(u32::MAX);
        let each = |number: NonZeroU32| Quota::with_period(Duration::from_secs(60) / number.get());
        let quota = settings.requests_per_minute.and_then(NonZeroU32::new);
        Ok(Self {
            agent: config.build().into(),
            headers,
            secrets,
            limiter: quota.and_then(each).map(RateLimiter::direct),
            clock: DefaultClock::default(),
            most: settings.line_bytes,
            timeout: settings.timeout,
            slow_after: settings.slow_after,
            retries: settings.retries,
            // As many as it takes for every lane to try what one document is granted.
            most_in_vain: LEAST_IN_VAIN
                .max(settings.retries.saturating_add(1).saturating_mul(lanes)),
            not_before: Mutex::new(None),
            requests: AtomicU64::new(0),
            in_vain: AtomicU32::new(0),
            told_to_wait: AtomicU64::new(0),
        })
    }

    /// Gets what is at this address.
    ///
    /// # Errors
    /// Where there is no answer within the time.
    pub(super) fn get(&self, url: &str, within: Duration) -> Result<Reply, Fault> {
        let mut request = self.agent.get(url);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let config = request.config().timeout_global(Some(within));
        let mut reply = self.reply(config.build().call(), within)?;
        // What a service says of itself is written down.
        reply.body = self.hidden(reply.body);
        Ok(reply)
    }

    fn post(&self, url: &str, body: &[u8]) -> Result<Reply, Fault> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let request = self.agent.post(url);
        let mut request = request.header("content-type", "application/json");
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        // What is posted is carried nowhere else: the answer says where the service is now, and the message repeats it.
        let config = request
            .config()
            .timeout_global(Some(self.timeout))
            .max_redirects(0);
        let reply = self.reply(config.build().send(body), self.timeout)?;
        if reply.is_good() && self.holds_secret(&reply.body) {
            let what = "its answer holds the value of a header that it was sent, which may be written down nowhere";
            return Err(ExtractError::of("secret", what).into());
        }
        Ok(reply)
    }

    /// Reads a response to its end, so that its connection can be used again.
    fn reply(
        &self,
        response: Result<Response<Body>, ureq::Error>,
        within: Duration,
    ) -> Result<Reply, Fault> {
        let failed = |error: &ureq::Error| Fault::of(error, within);
        let mut response = response.map_err(|error| failed(&error))?;
        let header = |name: &str| {
            let value = response.headers().get(name)?.to_str().ok()?;
            Some(self.hidden(value.as_bytes().to_vec()))
        };
        let retry_after = header("retry-after");
        let location = header("location");
        let status = response.status().as_u16();
        let mut body = Vec::new();
        let most = u64::try_from(self.most).unwrap_or(u64::MAX);
        let mut reader = response.body_mut().as_reader().take(most.saturating_add(1));
        let read = reader.read_to_end(&mut body);
        read.map_err(|error| failed(&error.into()))?;
        if body.len() > self.most {
            let what = format!("its answer has more than {} bytes (max-line)", self.most);
            return Err(ExtractError::of("protocol", what).into());
        }
        let good = status == 200 && serde_json::from_slice::<serde::de::IgnoredAny>(&body).is_ok();
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        let pause =
            retry_after.and_then(|value| fault::retry_after(&text(value), jiff::Timestamp::now()));
        Ok(Reply {
            status,
            // A good answer stays as it is; in messages the desk hides what must be hidden.
            body: if good { body } else { self.hidden(body) },
            retry_after: pause,
            location: location.map(text),
        })
    }

    fn holds_secret(&self, bytes: &[u8]) -> bool {
        let mut secrets = self.secrets.iter();
        secrets.any(|secret| memchr::memmem::find(bytes, secret.as_bytes()).is_some())
    }

    /// The same bytes, without what may be shown nowhere: a service may repeat a key that it does not like.
    fn hidden(&self, mut bytes: Vec<u8>) -> Vec<u8> {
        for secret in &self.secrets {
            while let Some(at) = memchr::memmem::find(&bytes, secret.as_bytes()) {
                bytes.splice(at..at + secret.len(), *b"[...]");
            }
        }
        bytes
    }

    /// Waits until something may be asked; gives whether the work goes on.
    fn admit(&self, listener: &dyn Listener) -> bool {
        loop {
            let until = *self
                .not_before
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            let wait = until.map_or(Duration::ZERO, |until| {
                until.saturating_duration_since(Instant::now())
            });
            if !wait.is_zero() {
                if !rest(wait, listener) {
                    return false;
                }
                continue;
            }
            match self.limiter.as_ref().map(|limiter| limiter.check()) {
                None | Some(Ok(())) => return !listener.stopped(),
                Some(Err(not_until)) => {
                    if !rest(not_until.wait_time_from(self.clock.now()), listener) {
                        return false;
                    }
                }
            }
        }
    }

    /// Asks, and says so while the answer takes long; `None` where the work was stopped.
    ///
    /// The request is made on a thread of its own: whoever is stopped does not wait for it.
    fn ask(
        self: &Arc<Self>,
        request: Request,
        indices: &[usize],
        listener: &dyn Listener,
    ) -> Option<Result<Reply, Fault>> {
        let (tell, heard) = bounded(1);
        let web = Arc::clone(self);
        thread::spawn(move || {
            // Nobody listens any more where the work was stopped.
            let _ = tell.send(web.post(&request.url, &request.body));
        });
        let begun = Instant::now();
        let mut told_slow = false;
        loop {
            match heard.recv_timeout(SLICE) {
                Ok(reply) => return Some(reply),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    let error = ExtractError::of("disconnected", "the request came to nothing");
                    return Some(Err(error.retryable().into()));
                }
            }
            if listener.stopped() {
                return None;
            }
            let took = begun.elapsed();
            if took >= self.slow_after && !std::mem::replace(&mut told_slow, true) {
                listener.slow(indices, took);
            }
        }
    }

    /// Does what a failed request calls for; gives whether the work goes on.
    fn failed(&self, job: Job, fault: &Fault, desk: &Desk<'_>, took: Duration) -> bool {
        if fault.of_service {
            let most = self.most_in_vain;
            if self.in_vain.fetch_add(1, Ordering::Relaxed) + 1 >= most {
                desk.put_back(job);
                let what = format!("{most} requests in a row failed, the last: {}", fault.error);
                desk.give_up(&ExtractError::of("gave_up", what));
                return true;
            }
        } else {
            self.in_vain.store(0, Ordering::Relaxed);
        }
        if fault.error.retryable && (fault.for_all || desk.would_ask_again(&job)) {
            // A service may say "at once", or name a moment that its clock thinks is to come.
            let pause = pause_after(job.attempt).max(fault.pause.unwrap_or_default());
            let pause = pause.min(LONGEST_PAUSE).min(self.timeout);
            if fault.for_all {
                self.told_to_wait.fetch_add(1, Ordering::Relaxed);
                self.not_before_in(pause);
            } else if !rest(pause, desk.listener) {
                desk.put_back(job);
                return false;
            }
        }
        // What lies in the service says nothing of documents: they stay together, as long as they may be asked for again.
        if fault.of_service
            && fault.error.retryable
            && job.documents.len() > 1
            && job.attempt <= self.retries
        {
            desk.put_back(Job {
                attempt: job.attempt + 1,
                ..job
            });
        } else {
            desk.failed(&job, &fault.error, job.documents.len() > 1, took);
        }
        true
    }

    /// Nothing is asked for so long.
    fn not_before_in(&self, pause: Duration) {
        let until = Instant::now() + pause;
        let mut not_before = self
            .not_before
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *not_before = (*not_before).max(Some(until));
    }

    /// What there is to know at the end.
    pub(super) fn epilogue(&self) -> Epilogue {
        let mut epilogue = Epilogue::default();
        let requests = self.requests.load(Ordering::Relaxed);
        epilogue
            .totals
            .push(("requests".to_owned(), requests as f64));
        let waits = self.told_to_wait.load(Ordering::Relaxed);
        if waits > 0 {
            let what = format!("asked to be asked less often, with {waits} of its answers");
            epilogue.remarks.push(what);
        }
        epilogue
    }
}

/// The value of a header, and what of it is secret.
fn value(header: &Header, settings: &Settings) -> Result<(HeaderValue, String), Problem> {
    let refuse = |what: &str| {
        let problem = super::refusal(&settings.name, what);
        problem.expected(format!(
            "the value of its header {} in the environment variable {}",
            header.name, header.variable
        ))
    };
    let secret = std::env::var(&header.variable).unwrap_or_default();
    let secret = secret.trim();
    if secret.is_empty() {
        let what = format!("the environment variable {} is not set", header.variable);
        return Err(refuse(&what).mend(format!("export {}=...", header.variable)));
    }
    let whole = [header.prefix.as_str(), secret].join(" ");
    let mut value = HeaderValue::from_str(whole.trim_start())
        .map_err(|_| refuse("no header can hold the value of an environment variable"))?;
    value.set_sensitive(true);
    Ok((value, secret.to_owned()))
}

/// Sleeps in slices; gives whether the work goes on.
fn rest(time: Duration, listener: &dyn Listener) -> bool {
    let until = Instant::now() + time;
    loop {
        if listener.stopped() {
            return false;
        }
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return true;
        }
        thread::sleep(left.min(SLICE));
    }
}

/// How long to rest after this attempt has failed.
fn pause_after(attempt: u32) -> Duration {
    let pauses = ExponentialBuilder::new()
        .with_min_delay(FIRST_PAUSE)
        .with_max_delay(LONGEST_PAUSE)
        .without_max_times();
    let at = usize::try_from(attempt.saturating_sub(1)).unwrap_or(usize::MAX);
    // Beyond so many all are the longest.
    pauses.build().nth(at.min(16)).unwrap_or(LONGEST_PAUSE)
}

/// Asks a service for documents, with as many requests at a time as it has workers.
pub(super) fn extract_all(
    service: &dyn Service,
    settings: &Settings,
    batch: usize,
    documents: &[&Document],
    listener: &dyn Listener,
) {
    let useful = documents.len().div_ceil(batch.max(1)).max(1);
    let lanes = settings.workers.clamp(1, useful);
    let desk = Desk::new(documents, listener, settings.retries, batch, lanes);
    let desk = desk.hiding(&service.web().secrets);
    desk.share(|_| lane(service, &desk));
}

/// Makes one request after another until there is nothing left to ask.
fn lane(service: &dyn Service, desk: &Desk<'_>) {
    let web = service.web();
    while let Some(job) = desk.take(false) {
        if !web.admit(desk.listener) {
            desk.put_back(job);
            return;
        }
        let begun = Instant::now();
        let request = service.request(&job, desk);
        let asked = Asked {
            id: request.id,
            job: &job,
            begun,
        };
        let Some(heard) = web.ask(request, &job.documents, desk.listener) else {
            desk.put_back(job);
            return;
        };
        match heard.and_then(|reply| service.understand(&reply, &asked, desk)) {
            Ok(()) => web.in_vain.store(0, Ordering::Relaxed),
            Err(fault) => {
                if !web.failed(job, &fault, desk, begun.elapsed()) {
                    return;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end_at_a_minute() {
        let seconds = [1, 2, 3, 7, 8, 1000].map(|attempt| pause_after(attempt).as_secs_f64());
        let expected = [0.5, 1.0, 2.0, 32.0, 60.0, 60.0];
        assert!(
            seconds
                .iter()
                .zip(expected)
                .all(|(a, b)| (a - b).abs() < 1e-9),
            "{seconds:?}"
        );
    }

    #[test]
    fn a_header_names_an_environment_variable_and_holds_no_value() {
        let parsed = |value| {
            Header::parse("Authorization", value).map(|header| (header.prefix, header.variable))
        };
        let pair = |a: &str, b: &str| Some((a.to_owned(), b.to_owned()));
        assert_eq!(parsed("env:TOKEN"), pair("", "TOKEN"));
        assert_eq!(parsed("Bearer env:TOKEN_2"), pair("Bearer", "TOKEN_2"));
        for literal in [
            "sk-1234",
            "Bearer sk-1234",
            "Bearer env:",
            "env:A B",
            "Bearerenv:A",
            "env:2A",
            "env:TOKEN sk-1",
            "sk-1234567890123456789 env:A",
        ] {
            assert_eq!(parsed(literal), None, "{literal}");
        }
    }
}
