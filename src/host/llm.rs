//! A language model behind an endpoint like OpenAI's: a prompt and a schema go there, quotations come back, and what they cost is counted.

mod completion;
mod prompt;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use self::completion::{Completion, Usage};
use self::prompt::Prompt;
use super::desk::{Desk, Job};
use super::inputs;
use super::quotations;
use super::settings::{LlmSettings, Settings};
use super::web::{self, Asked, Fault, Reply, Request, Service, Web};
use super::{Card, Epilogue, Listener, Remote};
use crate::document::Document;
use crate::error::{Problem, Result, quoted};
use crate::extract::{About, ExtractError};

/// What is added to an endpoint that does not end so.
const COMPLETIONS: &str = "/chat/completions";

/// How many hexadecimal digits tell one prompt from another.
const PROMPT_DIGITS: usize = 16;

/// A language model.
pub(super) struct Llm {
    settings: Settings,
    llm: LlmSettings,
    url: String,
    prompt: Prompt,
    card: Card,
    web: Arc<Web>,
    spent: Spent,
}

/// How many tokens were spent.
#[derive(Debug, Default)]
struct Spent {
    input: AtomicU64,
    output: AtomicU64,
    /// How many answers did not say.
    untold: AtomicU64,
}

impl Llm {
    /// Reads the prompt and finds the key. Nothing is asked yet: that would cost.
    ///
    /// # Errors
    /// Where the prompt cannot be read, or an environment variable is not set.
    pub(super) fn start(settings: Settings, llm: &LlmSettings) -> Result<Self> {
        let web = Web::new(&settings).map_err(super::refused)?;
        let path = settings.base.join(&llm.prompt);
        let template = std::fs::read_to_string(&path).map_err(|error| {
            let problem = super::refusal(&settings.name, "its prompt cannot be read");
            let problem = problem.in_file(&path).found(error.to_string());
            super::refused(problem.mend("correct prompt, a path from the configuration's folder"))
        })?;
        let prompt = Prompt::new(&template, llm, &settings)
            .map_err(|problem: Problem| super::refused(problem.in_file(&path)))?;
        let about = about(&settings, llm, &template, &prompt);
        Ok(Self {
            card: Card {
                identity: inputs::identity(&settings, &about, "none")?,
                about,
                workers: settings.workers,
                per_minute: settings.requests_per_minute.map(u64::from),
            },
            url: completions(&llm.endpoint),
            prompt,
            llm: llm.clone(),
            web: Arc::new(web),
            spent: Spent::default(),
            settings,
        })
    }

    /// What an answer says of a document.
    ///
    /// # Errors
    /// Why it says nothing.
    fn read(
        &self,
        completion: &Completion,
        document: &Document,
    ) -> Result<quotations::Found, ExtractError> {
        let tasks = &self.settings.tasks;
        quotations::read(completion.content()?, document, tasks, tasks)
    }
}

/// What is known of a model before it is asked.
fn about(settings: &Settings, llm: &LlmSettings, template: &str, prompt: &Prompt) -> About {
    let digest = blake3::hash(template.as_bytes()).to_hex();
    let own = [
        ("endpoint", Some(shown(&llm.endpoint).to_owned())),
        ("model", Some(llm.model.clone())),
        ("prompt", Some(digest[..PROMPT_DIGITS].to_owned())),
        (
            "temperature",
            llm.temperature.map(|value| value.to_string()),
        ),
        ("seed", llm.seed.map(|value| value.to_string())),
        ("max-tokens", llm.max_tokens.map(|value| value.to_string())),
    ];
    let own = own
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    let params: BTreeMap<String, String> = settings.params.clone().into_iter().chain(own).collect();
    // All that is sent but for the article.
    let sent = completion::body(llm, &settings.tasks, prompt.messages(""));
    let mut fingerprint = blake3::Hasher::new();
    for part in [template, &llm.endpoint, &sent.to_string()] {
        fingerprint.update(&(part.len() as u64).to_le_bytes());
        fingerprint.update(part.as_bytes());
    }
    About {
        params,
        labels: llm.label_set.clone(),
        fingerprint: Some(fingerprint.finalize().to_hex().to_string()),
        deterministic: Some(llm.temperature == Some(0.0) && llm.seed.is_some()),
        ..About::new(
            &format!("llm:{}", llm.model),
            &llm.model,
            &settings.tasks,
            "",
        )
    }
}

/// The part of an address that holds no secrets.
fn shown(endpoint: &str) -> &str {
    endpoint.split('?').next().unwrap_or_default()
}

/// Where completions are asked for.
fn completions(endpoint: &str) -> String {
    let path = shown(endpoint);
    let query = &endpoint[path.len()..];
    let path = path.trim_end_matches('/');
    let path = path.strip_suffix(COMPLETIONS).unwrap_or(path);
    format!("{path}{COMPLETIONS}{query}")
}

impl Service for Llm {
    fn web(&self) -> &Arc<Web> {
        &self.web
    }

    fn request(&self, job: &Job, desk: &Desk<'_>) -> Request {
        let text = job
            .documents
            .first()
            .map_or("", |index| desk.documents[*index].text());
        let body = completion::body(&self.llm, &self.settings.tasks, self.prompt.messages(text));
        Request {
            id: 0,
            url: self.url.clone(),
            body: body.to_string().into_bytes(),
        }
    }

    fn understand(&self, reply: &Reply, request: &Asked<'_>, desk: &Desk<'_>) -> Result<(), Fault> {
        if !reply.is_good() {
            return Err(reply.fault(completion::complaint(&reply.body).as_deref()));
        }
        let completion = match serde_json::from_slice::<Completion>(&reply.body) {
            Ok(completion) => {
                self.spent.add(completion.usage);
                Ok(completion)
            }
            Err(error) => {
                let shown = String::from_utf8_lossy(&reply.body);
                let what = format!("its answer is no completion: {} ({error})", quoted(&shown));
                if !error.is_data() {
                    // Something stands between here and the service.
                    return Err(ExtractError::of("protocol", what).retryable().into());
                }
                self.spent.add(None);
                Err(ExtractError::of("bad_answer", what))
            }
        };
        for index in &request.job.documents {
            let document = desk.documents[*index];
            let mut outcome = match &completion {
                Ok(completion) => self.read(completion, document),
                Err(error) => Err(error.clone()),
            };
            if let Err(error) = &mut outcome {
                // Another answer may be a good one; a third is not paid for.
                error.retryable =
                    error.code == "bad_answer" && !desk.has_failed_so(*index, &error.code);
            }
            desk.answered(request.job, *index, outcome, request.begun.elapsed());
        }
        Ok(())
    }
}

impl Spent {
    fn add(&self, usage: Option<Usage>) {
        match usage {
            Some(usage) => {
                self.input.fetch_add(usage.prompt_tokens, Ordering::Relaxed);
                self.output
                    .fetch_add(usage.completion_tokens, Ordering::Relaxed);
            }
            None => {
                self.untold.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

impl Remote for Llm {
    fn card(&self) -> &Card {
        &self.card
    }

    fn extract_all(&self, documents: &[&Document], listener: &dyn Listener) {
        web::extract_all(self, &self.settings, 1, documents, listener);
    }

    fn finish(&self) -> Epilogue {
        let mut epilogue = self.web.epilogue();
        let count = |count: &AtomicU64| count.load(Ordering::Relaxed) as f64;
        let (input, output) = (count(&self.spent.input), count(&self.spent.output));
        let mut total = |name: &str, value| epilogue.totals.push((name.to_owned(), value));
        total("input tokens", input);
        total("output tokens", output);
        let prices = (self.llm.input_price, self.llm.output_price);
        if prices != (None, None) {
            // Prices are for a million tokens; divided last, so that no digits appear that nobody pays.
            let price = |price: Option<f64>| price.unwrap_or_default();
            let cost = input * price(prices.0) + output * price(prices.1);
            total("cost", cost / 1e6);
        }
        let untold = self.spent.untold.load(Ordering::Relaxed);
        if untold > 0 {
            let what =
                format!("did not say with {untold} of its answers how many tokens they took");
            epilogue.remarks.push(what);
        }
        epilogue
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_completed_before_its_query_which_is_never_shown() {
        assert_eq!(
            [
                "https://x/v1",
                "https://x/v1/",
                "https://x/v1/chat/completions",
                "https://x/d?api-version=1",
            ]
            .map(completions),
            [
                "https://x/v1/chat/completions",
                "https://x/v1/chat/completions",
                "https://x/v1/chat/completions",
                "https://x/d/chat/completions?api-version=1",
            ]
        );
        assert_eq!(shown("https://x/d?key=1"), "https://x/d");
    }
}
