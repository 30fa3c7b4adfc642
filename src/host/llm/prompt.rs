//! The prompt of a language model: a file of words with places for the article, the tasks, the labels and parameters.

use super::super::protocol::names;
use super::super::settings::{LlmSettings, Settings};
use crate::error::{Problem, nearest};

/// A prompt, filled in but for the article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Prompt {
    /// What stands around the article; a single part where the article is sent beside it.
    parts: Vec<String>,
}

impl Prompt {
    /// Fills in everything but the article.
    ///
    /// # Errors
    /// Where there is a place for something that is not known.
    pub(super) fn new(
        template: &str,
        llm: &LlmSettings,
        settings: &Settings,
    ) -> Result<Self, Problem> {
        let tasks = names(&settings.tasks).join(", ");
        let labels = llm.label_set.join(", ");
        let mut known = vec![("tasks", tasks.as_str())];
        if !llm.label_set.is_empty() {
            known.push(("labels", &labels));
        }
        known.extend(
            settings
                .params
                .iter()
                .map(|(a, b)| (a.as_str(), b.as_str())),
        );
        let mut parts = vec![String::new()];
        let mut rest = template;
        while let Some((before, name, after)) = next_place(rest) {
            let last = parts.len() - 1;
            parts[last].push_str(before);
            match known.iter().find(|(known, _)| *known == name) {
                _ if name == "text" => parts.push(String::new()),
                Some((_, value)) => parts[last].push_str(value),
                None => return Err(unknown(name, &known, settings)),
            }
            rest = after;
        }
        let last = parts.len() - 1;
        parts[last].push_str(rest);
        Ok(Self { parts })
    }

    /// The messages for an article: the prompt with the article in its place, or the prompt and then the article where it has no place.
    pub(super) fn messages(&self, text: &str) -> serde_json::Value {
        let message =
            |role: &str, content: &str| serde_json::json!({"role": role, "content": content});
        match self.parts.as_slice() {
            [prompt] => vec![message("system", prompt), message("user", text)],
            parts => vec![message("user", &parts.join(text))],
        }
        .into()
    }
}

/// What stands before the next `{{name}}`, its name, and what follows. Braces around anything but a name are words of the prompt.
fn next_place(text: &str) -> Option<(&str, &str, &str)> {
    for (at, _) in text.match_indices("{{") {
        let inside = &text[at + 2..];
        let end = inside.find("}}")?;
        let name = inside[..end].trim();
        let letter = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if !name.is_empty() && name.chars().all(letter) {
            return Some((&text[..at], name, &inside[end + 2..]));
        }
    }
    None
}

fn unknown(name: &str, known: &[(&str, &str)], settings: &Settings) -> Problem {
    let all = || std::iter::once("text").chain(known.iter().map(|(known, _)| *known));
    let listed: Vec<String> = all().map(|known| format!("{{{{{known}}}}}")).collect();
    let what = "its prompt has a place for something that is not known";
    let problem = super::super::refusal(&settings.name, what)
        .found(format!("{{{{{name}}}}}"))
        .expected(format!("one of {}", listed.join(", ")));
    if name == "labels" {
        return problem.mend("name the labels: label-set = [\"PERSON\", \"ORG\"] in llm");
    }
    match nearest(name, all()) {
        Some(near) => problem.mend(format!("did you mean {{{{{near}}}}}?")),
        None => problem.mend(format!("correct the prompt, or add {name} to params")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::Transport;

    fn prompt(template: &str) -> Result<Prompt, Problem> {
        let llm = LlmSettings {
            endpoint: String::new(),
            model: String::new(),
            prompt: String::new(),
            temperature: None,
            seed: None,
            max_tokens: None,
            input_price: None,
            output_price: None,
            label_set: vec!["PERSON".to_owned(), "ORG".to_owned()],
            api_key: None,
        };
        let mut settings = Settings::new("x", Transport::Llm(llm.clone()));
        settings
            .params
            .insert("tone".to_owned(), "dry {{text}}".to_owned());
        Prompt::new(template, &llm, &settings)
    }

    #[test]
    fn places_are_filled_once_and_other_braces_are_words() {
        let filled = prompt("{{tasks}} {{ labels }} {{tone}} {{\"a\": 1}} {{ text }}!{{").unwrap();
        assert_eq!(
            filled.messages("{{labels}}"),
            serde_json::json!([{"role": "user", "content": "entities, claims PERSON, ORG dry {{text}} {{\"a\": 1}} {{labels}}!{{"}])
        );
        assert_eq!(
            prompt("Find.").unwrap().messages("Ana."),
            serde_json::json!([{"role": "system", "content": "Find."}, {"role": "user", "content": "Ana."}])
        );
        let problem = prompt("{{txt}}").unwrap_err();
        assert_eq!(problem.mend.as_deref(), Some("did you mean {{text}}?"));
    }
}
