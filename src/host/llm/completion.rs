//! What an endpoint like OpenAI's is asked, and what it answers.

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::settings::LlmSettings;
use crate::annotation::Task;
use crate::error::quoted;
use crate::extract::ExtractError;

/// The body of a request.
pub(super) fn body(llm: &LlmSettings, tasks: &[Task], messages: Value) -> Value {
    let mut body = json!({
        "model": llm.model,
        "messages": messages,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "quotations", "strict": true, "schema": schema(llm, tasks)},
        },
    });
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            body[key] = value;
        }
    };
    put("temperature", llm.temperature.map(Value::from));
    put("seed", llm.seed.map(Value::from));
    put("max_tokens", llm.max_tokens.map(Value::from));
    body
}

/// The shape of an answer: quotations, as `quotations` reads them.
fn schema(llm: &LlmSettings, tasks: &[Task]) -> Value {
    // A strict schema names every key as required, and allows no others.
    let object = |properties: Value| {
        let keys: Vec<String> = properties
            .as_object()
            .map(|keys| keys.keys().cloned().collect())
            .unwrap_or_default();
        json!({"type": "object", "properties": properties, "required": keys, "additionalProperties": false})
    };
    let text = || json!({"type": "string"});
    let label = match llm.label_set.as_slice() {
        [] => text(),
        labels => json!({"type": "string", "enum": labels}),
    };
    let list = |items: Value| json!({"type": "array", "items": items});
    let perhaps = || json!({"type": ["string", "null"]});
    let mut all = json!({});
    for task in tasks {
        all[task.name()] = match task {
            Task::Entities => list(object(json!({"text": text(), "label": label}))),
            Task::Claims => list(object(
                json!({"content": text(), "source": perhaps(), "cue": perhaps()}),
            )),
        };
    }
    object(all)
}

/// An answer, as far as it is read.
#[derive(Debug, Deserialize)]
pub(super) struct Completion {
    #[serde(default)]
    choices: Vec<Choice>,
    /// What some services say instead, with a status that all is well.
    error: Option<Complaint>,
    /// How many tokens it took; what is no such thing was not told, and costs no answer.
    #[serde(default, deserialize_with = "usage")]
    pub(super) usage: Option<Usage>,
}

#[derive(Debug, Deserialize)]
struct Complaint {
    message: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Choice {
    message: Message,
    finish_reason: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Message {
    content: Option<String>,
    refusal: Option<String>,
}

/// How many tokens an answer took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Usage {
    /// Of the question.
    pub(super) prompt_tokens: u64,
    /// Of the answer.
    pub(super) completion_tokens: u64,
}

/// How many tokens an answer took, where it says so in whole numbers, of whatever kind.
fn usage<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Usage>, D::Error> {
    let told = Value::deserialize(from)?;
    let count = |name: &str| {
        let told = told.get(name)?;
        let whole = |float: &f64| *float >= 0.0 && float.fract() == 0.0 && *float < 1e15;
        told.as_u64()
            .or_else(|| told.as_f64().filter(whole).map(|float| float as u64))
            .or_else(|| told.as_str()?.parse().ok())
    };
    let (Some(prompt_tokens), Some(completion_tokens)) =
        (count("prompt_tokens"), count("completion_tokens"))
    else {
        return Ok(None);
    };
    Ok(Some(Usage {
        prompt_tokens,
        completion_tokens,
    }))
}

impl Completion {
    /// What the model wrote, to its end.
    ///
    /// # Errors
    /// Where it did not write to its end, or would not.
    pub(super) fn content(&self) -> Result<&str, ExtractError> {
        let Some(choice) = self.choices.first() else {
            let said = self.error.as_ref().and_then(|error| error.message.as_ref());
            let what = match said {
                Some(said) => format!("the service answers with an error: {}", quoted(said)),
                None => "there is no choice in the answer".to_owned(),
            };
            return Err(ExtractError::of("bad_answer", what));
        };
        let refusal = choice.message.refusal.as_deref().unwrap_or_default();
        if !refusal.is_empty() {
            let what = format!("the model will not answer: {}", quoted(refusal));
            return Err(ExtractError::of("refused", what));
        }
        match choice.finish_reason.as_deref() {
            Some("length") => {
                let what =
                    "the answer ended before it was complete; raise max-tokens, or ask for less";
                Err(ExtractError::of("truncated", what))
            }
            Some("content_filter") => {
                let what = "the answer was held back by a filter of the service";
                Err(ExtractError::of("refused", what))
            }
            _ => {
                let content = choice.message.content.as_deref();
                content.map(unfenced).ok_or_else(|| {
                    ExtractError::of("bad_answer", "the model answered without words")
                })
            }
        }
    }
}

/// The words between a fence's lines, or all where there is no fence.
fn unfenced(content: &str) -> &str {
    let content = content.trim();
    let Some(inside) = content
        .strip_prefix("```")
        .and_then(|rest| rest.strip_suffix("```"))
    else {
        return content;
    };
    let (first, rest) = inside.split_once('\n').unwrap_or(("", inside));
    let language = first.trim().chars().all(|c| c.is_ascii_alphanumeric());
    if language { rest.trim() } else { inside.trim() }
}

/// The words of an error of the API, from its body.
pub(super) fn complaint(body: &[u8]) -> Option<String> {
    let value: Value = serde_json::from_slice(body).ok()?;
    let said = value
        .pointer("/error/message")
        .or_else(|| value.get("message"));
    said.and_then(Value::as_str).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_counted_where_they_are_told_and_cost_no_answer_where_not() {
        let told = |usage: &str| {
            let json = format!(r#"{{"choices": [], "usage": {usage}}}"#);
            let completion: Completion = serde_json::from_str(&json).unwrap();
            completion
                .usage
                .map(|usage| (usage.prompt_tokens, usage.completion_tokens))
        };
        for usage in [
            r#"{"prompt_tokens": 7, "completion_tokens": 2}"#,
            r#"{"prompt_tokens": 7.0, "completion_tokens": "2"}"#,
        ] {
            assert_eq!(told(usage), Some((7, 2)), "{usage}");
        }
        for usage in [
            "null",
            "{}",
            "3",
            r#"{"prompt_tokens": 7, "completion_tokens": null}"#,
            r#"{"prompt_tokens": -7, "completion_tokens": 2}"#,
        ] {
            assert_eq!(told(usage), None, "{usage}");
        }
    }

    #[test]
    fn a_fence_around_an_answer_is_passed_over() {
        for content in [
            "{}", " {}\n", "```json\n{}\n```", "```\n{}\n```\n", "``` {} ```",
        ] {
            assert_eq!(unfenced(content), "{}", "{content:?}");
        }
        assert_eq!(unfenced("```json\n{}"), "```json\n{}");
    }
}
