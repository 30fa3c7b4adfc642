//! A service that speaks the protocol over HTTP: what it says of itself at `/ready`, and answers to requests at `/extract`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::answer;
use super::desk::{Desk, Job};
use super::inputs;
use super::knowledge::Knowledge;
use super::protocol::{FromExtractor, Offsets, Ready, ToExtractor, message};
use super::settings::{Settings, Transport};
use super::web::{self, Asked, Fault, Reply, Request, Service, Web};
use super::{Card, Epilogue, Listener, Remote};
use crate::document::Document;
use crate::error::{Problem, Result};
use crate::extract::ExtractError;

/// A service.
pub(super) struct Http {
    settings: Settings,
    url: String,
    card: Card,
    offsets: Offsets,
    batch: usize,
    web: Arc<Web>,
    requests: AtomicU64,
}

impl Http {
    /// Meets the service.
    ///
    /// # Errors
    /// Where it cannot be reached, or says that it is not ready.
    pub(super) fn start(mut settings: Settings) -> Result<Self> {
        let url = match &settings.transport {
            Transport::Http(url) => url.trim_end_matches('/').to_owned(),
            _ => String::new(),
        };
        let web = Web::new(&settings).map_err(super::refused)?;
        let ready = ready(&web, &url, &settings).map_err(super::refused)?;
        let known = Knowledge::of(&ready, &mut settings).map_err(super::refused)?;
        let identity = inputs::identity(&settings, &known.about, known.offsets.name())?;
        let own = ready.batch.unwrap_or(1).max(1);
        let batch = settings.batch.map_or(own, |most| most.clamp(1, own));
        let requests = settings.requests_per_minute.map(u64::from);
        Ok(Self {
            batch,
            card: Card {
                about: known.about,
                identity,
                workers: settings.workers,
                per_minute: requests.map(|requests| requests.saturating_mul(batch as u64)),
            },
            offsets: known.offsets,
            web: Arc::new(web),
            requests: AtomicU64::new(0),
            url,
            settings,
        })
    }
}

/// What the service says of itself.
fn ready(web: &Web, url: &str, settings: &Settings) -> Result<Ready, Problem> {
    let url = format!("{url}/ready");
    let refuse = |what: &str| super::refusal(&settings.name, what);
    let reply = web.get(&url, settings.start_timeout).map_err(|fault| {
        refuse("its service cannot be reached")
            .found(format!("{url}: {}", fault.error))
            .mend("start the service, or correct http")
    })?;
    if !reply.is_good() {
        let fault = refusal_in(&reply).unwrap_or_else(|| reply.fault(None));
        return Err(refuse("its service is not ready")
            .found(format!("{url}: {}", fault.error))
            .mend("wait until it is, or correct http and headers"));
    }
    let expected = "the object \"ready\"";
    match message(&reply.body, "answer", "") {
        Ok(FromExtractor::Ready(ready)) => ready.of_our_version(settings),
        Ok(FromExtractor::Error { error, .. }) => {
            Err(refuse(&ExtractError::from(error).to_string()).found(url))
        }
        Ok(FromExtractor::Result { .. } | FromExtractor::Log { .. }) => {
            Err(refuse("it gives another message")
                .found(url)
                .expected(expected))
        }
        Err(reason) => Err(refuse(&reason).found(url).expected(expected)),
    }
}

/// The error that the service tells in a message of the protocol, beside its status.
fn refusal_in(reply: &Reply) -> Option<Fault> {
    let Ok(FromExtractor::Error { error, .. }) = message(&reply.body, "answer", "") else {
        return None;
    };
    let mut fault = reply.fault(None);
    let retry_after = error.retry_after_ms.map(Duration::from_millis);
    let error = ExtractError::from(error);
    fault.pause = retry_after.or(fault.pause);
    fault.error = ExtractError {
        retryable: error.retryable || fault.error.retryable,
        ..error
    };
    Some(fault)
}

/// The error that the service replied what no extractor may say.
fn nonsense(reason: String) -> Fault {
    ExtractError::of("protocol", reason).retryable().into()
}

impl Service for Http {
    fn web(&self) -> &Arc<Web> {
        &self.web
    }

    fn request(&self, job: &Job, desk: &Desk<'_>) -> Request {
        let documents: Vec<&Document> = job
            .documents
            .iter()
            .map(|index| desk.documents[*index])
            .collect();
        let id = self.requests.fetch_add(1, Ordering::Relaxed) + 1;
        let message = ToExtractor::extract(id, job.attempt, &documents, &self.settings);
        Request {
            id,
            url: format!("{}/extract", self.url),
            body: message.line(),
        }
    }

    fn understand(&self, reply: &Reply, request: &Asked<'_>, desk: &Desk<'_>) -> Result<(), Fault> {
        if !reply.is_good() {
            return Err(refusal_in(reply).unwrap_or_else(|| reply.fault(None)));
        }
        match message(&reply.body, "answer", "").map_err(nonsense)? {
            FromExtractor::Result { id, docs } if id == request.id => answer::deal(
                docs, request.job, desk, self.offsets, &self.card.about.tasks, request.begun,
            )
            .map_err(nonsense),
            FromExtractor::Result { id, .. } => Err(nonsense(format!(
                "it answered request {id} instead of {}",
                request.id
            ))),
            FromExtractor::Error { error, .. } => Err(Fault {
                pause: error.retry_after_ms.map(Duration::from_millis),
                ..ExtractError::from(error).into()
            }),
            FromExtractor::Ready(_) | FromExtractor::Log { .. } => Err(nonsense(
                "its answer is neither \"result\" nor \"error\"".to_owned(),
            )),
        }
    }
}

impl Remote for Http {
    fn card(&self) -> &Card {
        &self.card
    }

    fn extract_all(&self, documents: &[&Document], listener: &dyn Listener) {
        web::extract_all(self, &self.settings, self.batch, documents, listener);
    }

    fn finish(&self) -> Epilogue {
        self.web.epilogue()
    }
}
