//! What "ready" says, key by key, and everything that is wrong with it.

use serde_json::{Map, Value};

use super::super::protocol::{Offsets, VERSION};
use super::suite::Known;
use crate::annotation::Task;
use crate::error::nearest;

/// What offsets may be said to count.
const UNITS: [&str; 5] = ["codepoint", "utf16", "byte", "grapheme", "none"];

/// What `ready` says.
///
/// # Errors
/// Everything that is wrong with it.
pub(super) fn known(ready: &Value, asked: &[Task]) -> Result<Known, Vec<String>> {
    let none = Map::new();
    let keys = ready.as_object().unwrap_or(&none);
    let mut wrong = senseless(keys);
    let own = list(keys, "tasks").unwrap_or_default();
    for name in own.iter().filter(|name| Task::from_name(name).is_none()) {
        wrong.push(unknown("task", name, &Task::ALL.map(Task::name)));
    }
    let does = |task: &Task| own.iter().any(|name| name == task.name());
    let tasks: Vec<Task> = asked.iter().copied().filter(does).collect();
    if tasks.is_empty() && wrong.is_empty() {
        let asked: Vec<&str> = asked.iter().map(|task| task.name()).collect();
        let asked = asked.join(", ");
        wrong.push(format!(
            "it does none of the tasks that are asked for ({asked})"
        ));
    }
    let named = keys.get("offsets").filter(|value| !value.is_null());
    let named = named.map_or("codepoint", |value| value.as_str().unwrap_or_default());
    let Some(offsets) = Offsets::from_name(named).filter(|_| wrong.is_empty()) else {
        if Offsets::from_name(named).is_none() {
            wrong.push(unknown("unit of offsets", named, &UNITS));
        }
        return Err(wrong);
    };
    let number = |key: &str| {
        let number = keys.get(key).and_then(Value::as_u64).unwrap_or(1);
        usize::try_from(number).unwrap_or(usize::MAX)
    };
    let features = list(keys, "features").unwrap_or_default();
    Ok(Known {
        tasks,
        labels: list(keys, "labels"),
        offsets,
        batch: number("batch"),
        in_flight: number("in_flight"),
        deterministic: keys.get("deterministic") != Some(&Value::Bool(false)),
        cancel: features.iter().any(|name| name == "cancel"),
        ready: ready.clone(),
    })
}

/// The keys whose values make no sense, whatever the others say.
fn senseless(keys: &Map<String, Value>) -> Vec<String> {
    let word = |value: &Value| value.as_str().is_some_and(|text| !text.trim().is_empty());
    let strings = |value: &Value| value.as_array().is_some_and(|list| list.iter().all(word));
    let count = |value: &Value| value.as_u64().is_some_and(|count| count >= 1);
    let has = |key: &str, holds: &dyn Fn(&Value) -> bool| keys.get(key).is_some_and(holds);
    // A key that is null is a key that is not there.
    let may = |key: &str, holds: &dyn Fn(&Value) -> bool| {
        let value = keys.get(key).filter(|value| !value.is_null());
        value.is_none_or(holds)
    };
    let rules = [
        (
            has("protocol", &|value| value == VERSION),
            "protocol is not the 1 that hello offers",
        ),
        (has("name", &word), "name is no string of some length"),
        (has("version", &word), "version is no string of some length"),
        (has("tasks", &strings), "tasks is no list of strings"),
        (may("labels", &strings), "labels is no list of strings"),
        (may("labels", &distinct), "a label is announced twice"),
        (
            may("fingerprint", &word),
            "fingerprint is no string of some length",
        ),
        (may("batch", &count), "batch is no whole number from 1"),
        (
            may("in_flight", &count),
            "in_flight is no whole number from 1",
        ),
        (
            may("deterministic", &Value::is_boolean),
            "deterministic is neither true nor false",
        ),
        (may("features", &strings), "features is no list of strings"),
    ];
    let broken = rules.iter().filter(|(holds, _)| !holds);
    broken.map(|(_, what)| (*what).to_owned()).collect()
}

/// The strings of a list; `None` where there is none.
fn list(keys: &Map<String, Value>, key: &str) -> Option<Vec<String>> {
    let list = keys.get(key).and_then(Value::as_array)?;
    let strings = list.iter().filter_map(Value::as_str);
    Some(strings.map(str::to_owned).collect())
}

fn distinct(list: &Value) -> bool {
    let list = list.as_array().map_or(&[][..], Vec::as_slice);
    (1..list.len()).all(|at| !list[..at].contains(&list[at]))
}

fn unknown(what: &str, name: &str, known: &[&'static str]) -> String {
    let near = nearest(name, known.iter().copied());
    let near = near.map_or_else(String::new, |near| format!(", did you mean {near:?}?"));
    format!("there is no {what} {name:?}{near}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(ready: &str) -> Vec<String> {
        let ready = serde_json::from_str(ready).unwrap();
        known(&ready, &Task::ALL).err().unwrap_or_default()
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        assert_eq!(
            wrong(
                r#"{"protocol": 2, "name": "", "tasks": ["entitys"], "labels": ["A", "A"], "batch": 0, "offsets": "utf-16"}"#
            ),
            [
                "protocol is not the 1 that hello offers",
                "name is no string of some length",
                "version is no string of some length",
                "a label is announced twice",
                "batch is no whole number from 1",
                "there is no task \"entitys\", did you mean \"entities\"?",
                "there is no unit of offsets \"utf-16\", did you mean \"utf16\"?",
            ]
        );
    }

    #[test]
    fn keys_that_are_null_are_not_there() {
        let ready = r#"{"protocol": 1, "name": "a", "version": "1", "tasks": ["claims"], "labels": null, "offsets": null, "batch": null}"#;
        assert_eq!(wrong(ready), [""; 0]);
        let ready = ready.replace("claims", "");
        assert_eq!(wrong(&ready)[0], "tasks is no list of strings");
    }
}
