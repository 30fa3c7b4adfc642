//! An extractor that lives elsewhere, as `goldspan.toml` says it: how it is spoken to, what it depends on, how long it may take.

mod services;

use std::path::Path;
use std::time::Duration;

use super::tables::{Place, Table};
use super::{natural, reading, tasks};
use crate::error::Problem;
use crate::host::{PredictionFiles, Settings, Transport};
use crate::offset::Unit;

/// More workers than this are of no use to anybody.
const MOST_WORKERS: usize = 1024;

/// The keys that say what an extractor is, of which each has one.
pub(super) const KINDS: [&str; 6] = ["builtin", "command", "once", "http", "predictions", "llm"];

/// How an extractor is spoken to, by the key that says so; `None` where it is built in.
pub(super) fn transport(table: &mut Table<'_>, problems: &mut Vec<Problem>) -> Option<Transport> {
    let command = words(table, "command", problems).map(Transport::Command);
    let once = words(table, "once", problems).map(Transport::Once);
    let predictions = table.text("predictions", problems);
    let predictions = predictions.map(|(pattern, _)| {
        Transport::Predictions(PredictionFiles {
            pattern,
            format: reading::format(table, problems),
            reading: reading::options(table, problems),
        })
    });
    let http = services::http(table, problems).map(Transport::Http);
    let llm = services::llm(table, problems).map(Transport::Llm);
    command.or(once).or(predictions).or(http).or(llm)
}

/// The words of a command, of which there is at least one.
fn words(
    table: &mut Table<'_>,
    key: &'static str,
    problems: &mut Vec<Problem>,
) -> Option<Vec<String>> {
    let words: Vec<String> = table
        .texts(key, problems)?
        .into_iter()
        .map(|(word, _)| word)
        .collect();
    if words
        .first()
        .is_none_or(|program| program.trim().is_empty())
    {
        let problem = table.place().problem(format!("{key} is empty"));
        problems.push(problem.expected(format!(
            "a program and its arguments: {key} = [\"python3\", \"extractors/x.py\"]"
        )));
    }
    Some(words)
}

/// Everything else that is said about an extractor that lives elsewhere.
pub(super) fn settings(
    name: &str,
    transport: Transport,
    base: &Path,
    table: &mut Table<'_>,
    problems: &mut Vec<Problem>,
) -> Settings {
    let mut settings = Settings::new(name, transport);
    settings.base = base.to_owned();
    settings.tasks = tasks(table, problems).unwrap_or(settings.tasks);
    if matches!(settings.transport, Transport::Predictions(_)) {
        return settings;
    }
    let params = table.strings("params", problems).into_iter();
    settings.params = params
        .map(|[(name, _), (value, _)]| (name, value))
        .collect();
    let mut texts = |key| {
        let texts = table.texts(key, problems).unwrap_or_default();
        texts.into_iter().map(|(text, _)| text).collect()
    };
    settings.inputs = texts("inputs");
    settings.env = texts("env");
    settings.cache = table.truth("cache", problems).unwrap_or(settings.cache);
    limits(&mut settings, table, problems);
    if matches!(settings.transport, Transport::Http(_) | Transport::Llm(_)) {
        services::requests(&mut settings, table, problems);
    }
    if matches!(settings.transport, Transport::Once(_)) {
        by_hand(&mut settings, table, problems);
    }
    settings
}

/// What a program that does not speak the protocol cannot say itself.
fn by_hand(settings: &mut Settings, table: &mut Table<'_>, problems: &mut Vec<Problem>) {
    if let Some((version, _)) = table.text_or_whole("version", problems) {
        settings.version = version;
    }
    if let Some((name, place)) = table.text("offsets", problems) {
        let known = Unit::ALL.map(Unit::name);
        match Unit::from_name(&name) {
            Some(unit) => settings.unit = unit,
            None => {
                let problem = place
                    .problem("there is no unit of offsets of this name")
                    .found(format!("{name:?}"))
                    .expected(format!("one of {}", known.join(", ")));
                problems.push(super::suggest(problem, &name, known));
            }
        }
    }
}

/// How many, how long, how large.
fn limits(settings: &mut Settings, table: &mut Table<'_>, problems: &mut Vec<Problem>) {
    let once = matches!(settings.transport, Transport::Once(_));
    let process = once || matches!(settings.transport, Transport::Command(_));
    let llm = matches!(settings.transport, Transport::Llm(_));
    if once && let Ok(processors) = std::thread::available_parallelism() {
        settings.workers = processors.get();
    }
    let mut number = |key, least| at_least(table, key, least, problems);
    let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    settings.workers = number("workers", 1)
        .unwrap_or(settings.workers)
        .min(MOST_WORKERS);
    settings.retries = number("retries", 0).map_or(settings.retries, small);
    if process {
        settings.threads = number("threads", 1).unwrap_or(settings.threads);
        settings.restarts = number("restarts", 0).map_or(settings.restarts, small);
    }
    if !llm {
        settings.batch = number("batch", 1);
    }
    for (key, time, has) in [
        ("timeout", &mut settings.timeout, true),
        ("slow-after", &mut settings.slow_after, true),
        ("grace", &mut settings.grace, process),
        ("start-timeout", &mut settings.start_timeout, !llm),
    ] {
        let expected = "a time such as \"30s\", \"250ms\" or \"2m\"";
        let value = has.then(|| parsed(table, key, parse_time, expected, problems));
        *time = value.flatten().unwrap_or(*time);
    }
    let expected = "a size such as \"4GiB\" or \"512MiB\"";
    if process {
        settings.memory = parsed(table, "memory", parse_size, expected, problems);
    }
    if let Some(size) = parsed(table, "max-line", parse_size, expected, problems) {
        settings.line_bytes = usize::try_from(size).unwrap_or(usize::MAX);
    }
}

/// The whole number at `key`, which is not less than `least`.
fn at_least(
    table: &mut Table<'_>,
    key: &'static str,
    least: usize,
    problems: &mut Vec<Problem>,
) -> Option<usize> {
    let (number, place) = table.whole(key, problems)?;
    let number = natural(number, &place, problems)?;
    if number >= least {
        return Some(number);
    }
    let problem = place.problem(format!("{key} is too small"));
    problems.push(
        problem
            .found(number.to_string())
            .expected(format!("{least} or more")),
    );
    None
}

/// The value of a key as `parse` reads it.
fn parsed<T>(
    table: &mut Table<'_>,
    key: &'static str,
    parse: impl Fn(&str) -> Option<T>,
    expected: &str,
    problems: &mut Vec<Problem>,
) -> Option<T> {
    let (text, place): (String, Place<'_>) = table.text_or_whole(key, problems)?;
    let value = parse(&text);
    if value.is_none() {
        let problem = place.problem(format!("{key} cannot be read"));
        problems.push(problem.found(format!("{text:?}")).expected(expected));
    }
    value
}

/// Reads `30s`, `250ms`, `1.5m`, `2h`.
#[must_use]
pub fn parse_time(text: &str) -> Option<Duration> {
    let units = [("ms", 1.0), ("s", 1e3), ("m", 6e4), ("h", 3.6e6)];
    let milliseconds = with_unit(text, &units)?;
    (1.0..=1e10)
        .contains(&milliseconds)
        .then(|| Duration::from_micros((milliseconds * 1e3) as u64))
}

/// Reads `4GiB`, `512MiB`, `64KiB`, `2GB`.
fn parse_size(text: &str) -> Option<u64> {
    let units = [
        ("KiB", 1024.0),
        ("MiB", 1_048_576.0),
        ("GiB", 1_073_741_824.0),
        ("KB", 1e3),
        ("MB", 1e6),
        ("GB", 1e9),
        ("B", 1.0),
    ];
    let bytes = with_unit(text, &units)?;
    (1.0..=1e15).contains(&bytes).then_some(bytes as u64)
}

fn with_unit(text: &str, units: &[(&str, f64)]) -> Option<f64> {
    let text = text.trim();
    let (number, factor) = units.iter().find_map(|(unit, factor)| {
        let number = text.strip_suffix(unit)?.trim_end();
        Some((number, factor))
    })?;
    let plain = |c: char| c.is_ascii_digit() || c == '.';
    let number = Some(number).filter(|number| number.chars().all(plain))?;
    Some(number.parse::<f64>().ok()? * factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_sizes_need_their_units() {
        let time = |text| parse_time(text).map(|time| time.as_millis());
        assert_eq!(
            [
                "30s", "250ms", "1.5m", "2 h", "30", "s", "-1s", "1e3s", "0s"
            ]
            .map(time),
            [
                Some(30_000),
                Some(250),
                Some(90_000),
                Some(7_200_000),
                None,
                None,
                None,
                None,
                None
            ]
        );
        assert_eq!(
            ["4GiB", "64 KiB", "2GB", "100B", "4", "GiB", "1e9B"].map(parse_size),
            [
                Some(4 << 30),
                Some(65_536),
                Some(2_000_000_000),
                Some(100),
                None,
                None,
                None
            ]
        );
    }
}
