//! Services and language models, as `goldspan.toml` says them: addresses, headers that name environment variables, prices.

use super::super::tables::{Place, Table, without_its_line};
use super::at_least;
use crate::error::Problem;
use crate::host::{Header, LlmSettings, Settings, Transport};

/// The address of a service, where the extractor is one.
pub(super) fn http(table: &mut Table<'_>, problems: &mut Vec<Problem>) -> Option<String> {
    let (url, place) = table.text("http", problems)?;
    match address("http", &url, &place) {
        Some(problem) => problems.push(problem),
        None if url.contains('?') => {
            let problem = without_its_line(place.problem("the address has a query"), "http");
            problems.push(problem.expected("an address to which /ready and /extract are added"));
        }
        None => {}
    }
    Some(url)
}

/// A language model, where the extractor is one.
pub(super) fn llm(table: &mut Table<'_>, problems: &mut Vec<Problem>) -> Option<LlmSettings> {
    let mut found = None;
    table.table("llm", problems, |table, problems| {
        let endpoint = needed(table, "endpoint", "https://api.openai.com/v1", problems);
        problems.extend(
            endpoint
                .as_ref()
                .and_then(|(endpoint, place)| address("endpoint", endpoint, place)),
        );
        let mut text = |key, example| {
            let text = needed(table, key, example, problems);
            text.map(|(text, _)| text).unwrap_or_default()
        };
        let (model, prompt) = (
            text("model", "gpt-4o-mini"),
            text("prompt", "prompts/claims.md"),
        );
        let labels = table.texts("label-set", problems).unwrap_or_default();
        let most = at_least(table, "max-tokens", 1, problems);
        found = Some(LlmSettings {
            endpoint: endpoint.map(|(endpoint, _)| endpoint).unwrap_or_default(),
            model,
            prompt,
            temperature: not_negative(table, "temperature", problems),
            seed: table.whole("seed", problems).map(|(seed, _)| seed),
            max_tokens: most.map(|most| u32::try_from(most).unwrap_or(u32::MAX)),
            input_price: not_negative(table, "input-price", problems),
            output_price: not_negative(table, "output-price", problems),
            label_set: labels.into_iter().map(|(label, _)| label).collect(),
            api_key: key_variable(table, problems),
        });
    });
    found
}

/// The environment variable that holds the key.
fn key_variable(table: &mut Table<'_>, problems: &mut Vec<Problem>) -> Option<String> {
    let (variable, place) = table.text("api-key-env", problems)?;
    let header = Header::parse("Authorization", &format!("env:{variable}"));
    if header.is_none() {
        let problem = place.problem("api-key-env is no name of an environment variable");
        let problem = without_its_line(problem, "api-key-env");
        problems
            .push(problem.expected("its name, not its value: api-key-env = \"OPENAI_API_KEY\""));
    }
    header.map(|header| header.variable)
}

/// The text at a key that must be there.
fn needed<'a>(
    table: &mut Table<'a>,
    key: &'static str,
    example: &str,
    problems: &mut Vec<Problem>,
) -> Option<(String, Place<'a>)> {
    let before = problems.len();
    let text = table.text(key, problems);
    let (what, place) = match &text {
        Some((text, place)) if text.trim().is_empty() => (format!("{key} is empty"), place.clone()),
        None if problems.len() == before => (format!("llm has no {key}"), table.place()),
        _ => return text,
    };
    problems.push(place.problem(what).expected(format!("{key} = {example:?}")));
    None
}

/// What is wrong with an address.
fn address(key: &'static str, url: &str, place: &Place<'_>) -> Option<Problem> {
    let rest = url
        .strip_prefix("http://")
        .or_else(|| url.strip_prefix("https://"));
    let host = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let blank = |c: char| c.is_whitespace() || c.is_control();
    match host {
        Some(host) if host.contains('@') => {
            let problem = place.problem("the address holds a name or a password");
            let problem = without_its_line(problem, key);
            let problem = problem.expected("an address alone");
            Some(problem.mend(
                "take it from the environment: headers = { Authorization = \"Basic env:NAME\" }",
            ))
        }
        Some(host) if !host.is_empty() && !url.contains(blank) && !url.contains('#') => None,
        _ => {
            let problem = place.problem(format!("{key} is no address"));
            let problem =
                problem.expected("http:// or https://, a host, and perhaps a port and a path");
            Some(problem.found(format!("{url:?}")))
        }
    }
}

/// The number at a key, with or without a fraction.
fn not_negative(
    table: &mut Table<'_>,
    key: &'static str,
    problems: &mut Vec<Problem>,
) -> Option<f64> {
    let (text, place) = table.text_or_whole(key, problems)?;
    let number = text.parse::<f64>().ok();
    let number = number.filter(|number| number.is_finite() && *number >= 0.0);
    if number.is_none() {
        let problem = place.problem(format!("{key} is no number from 0 up"));
        problems.push(
            problem
                .found(format!("{text:?}"))
                .expected(format!("{key} = 0.5")),
        );
    }
    number
}

/// What is said about requests: their headers, and how many there may be.
pub(super) fn requests(
    settings: &mut Settings,
    table: &mut Table<'_>,
    problems: &mut Vec<Problem>,
) {
    settings.headers = headers(table, problems);
    if let Transport::Llm(llm) = &settings.transport
        && let Some(variable) = &llm.api_key
    {
        let own = |header: &Header| header.name.eq_ignore_ascii_case("authorization");
        if settings.headers.iter().any(own) {
            let problem = table.place().problem("the key is named twice");
            let problem = problem.found("api-key-env, and Authorization in headers");
            problems.push(problem.mend("take one out"));
        }
        settings.headers.push(Header {
            name: "Authorization".to_owned(),
            prefix: "Bearer".to_owned(),
            variable: variable.clone(),
        });
    }
    let most = at_least(table, "requests-per-minute", 1, problems);
    settings.requests_per_minute = most.map(|most| u32::try_from(most).unwrap_or(u32::MAX));
}

/// The headers. No problem of theirs shows its line, on which a key may stand.
fn headers(table: &mut Table<'_>, problems: &mut Vec<Problem>) -> Vec<Header> {
    let mut wrong = Vec::new();
    let mut headers = Vec::new();
    let token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    for [(name, name_place), (value, place)] in table.strings("headers", &mut wrong) {
        if name.is_empty() || !name.chars().all(token) {
            wrong.push(name_place.problem("no header has such a name"));
            continue;
        }
        let header = Header::parse(&name, &value);
        if header.is_none() {
            let problem = place.problem(format!("the value of the header {name} is written down"));
            let problem = problem
                .expected("a value from the environment: \"env:NAME\", or \"Bearer env:NAME\"");
            wrong.push(problem.mend("take the value out of the file, and export it in the shell that runs goldspan; if the file was shared, have the key replaced"));
        }
        headers.extend(header);
    }
    problems.extend(
        wrong
            .into_iter()
            .map(|problem| without_its_line(problem, "headers")),
    );
    headers
}
