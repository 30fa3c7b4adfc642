//! Reads a task: chooses the annotation, and makes stretches of its regions and links of its relations.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use serde_json::value::RawValue;

use super::wire::{Annotation, Entry, GlobalOffsets, Task, TextOrLines, Value};
use crate::error::Problem;
use crate::formats::json::{range_of, unreadable};
use crate::formats::{Attribute, Block, Draft, Link, Options, Says, Stretch, Target};

/// The keys under which texts commonly lie, the likeliest first.
const TEXT_KEYS: [&str; 5] = ["text", "content", "article", "body", "dialogue"];

/// The keys of `data` that name the document.
const ID_KEYS: [&str; 4] = ["id", "document_id", "doc_id", "document"];

pub(super) fn read<'a>(
    block: &'a Block,
    options: &Options,
) -> Result<Option<Draft<'a>>, Vec<Problem>> {
    let keys: BTreeMap<Cow<'_, str>, &RawValue> =
        serde_json::from_str(block.text()).map_err(|error| refuse(block, &error))?;
    if !keys.contains_key("data") {
        return Ok(Some(minimal(block, keys, options)));
    }
    let task: Task<'_> =
        serde_json::from_str(block.text()).map_err(|error| refuse(block, &error))?;
    let annotations = task.annotations().map_err(|error| refuse(block, &error))?;
    let predictions = task.predictions().map_err(|error| refuse(block, &error))?;
    let mut problems = Vec::new();
    let text = text_of(block, &task.data, &mut problems);
    let number = || Cow::Owned(block.ordinal.to_string());
    let mut draft = Draft {
        id: id_of(&task.data)
            .or(task.id.map(|id| id.text()))
            .unwrap_or_else(number),
        text,
        problems,
        ..Draft::default()
    };
    match chosen(block, &annotations, &predictions, options, &draft.id) {
        Ok(Some(annotation)) => {
            draft.annotator = annotation.names().into_iter().next().map(Cow::Owned);
            entries(block, &annotation.entries(), &mut draft);
        }
        Ok(None) if options.annotator.is_some() && !annotations.is_empty() => {
            draft.left_out = Some(Cow::Borrowed("they are by other annotators"));
        }
        Ok(None) => draft.left_out = Some(Cow::Borrowed("nobody annotated them")),
        Err(problem) => draft.problems.push(*problem),
    }
    Ok(Some(draft))
}

/// Everybody who annotated a task, each by the first name that there is.
pub(super) fn annotators(block: &Block) -> Vec<String> {
    let task: Option<Task<'_>> = serde_json::from_str(block.text()).ok();
    let annotations = task
        .and_then(|task| task.annotations().ok())
        .unwrap_or_default();
    let done = annotations
        .iter()
        .filter(|annotation| annotation.was_cancelled != Some(true));
    done.filter_map(|annotation| annotation.names().into_iter().next())
        .collect()
}

fn refuse(block: &Block, error: &serde_json::Error) -> Vec<Problem> {
    let expected = "a task with data and annotations, as Label Studio exports JSON";
    let problem = unreadable(block, error, expected);
    vec![problem.mend("export as JSON, or say --from what format this is")]
}

fn string<'a>(value: &'a RawValue) -> Option<Cow<'a, str>> {
    let text: Option<crate::formats::json::Text<'a>> = serde_json::from_str(value.get()).ok();
    text.map(|text| text.0)
}

fn id_of<'a>(data: &BTreeMap<Cow<'a, str>, &'a RawValue>) -> Option<Cow<'a, str>> {
    let id = ID_KEYS.into_iter().find_map(|key| data.get(key))?;
    let id: Option<crate::formats::json::Id<'a>> = serde_json::from_str(id.get()).ok();
    id.map(|id| id.text())
}

/// The text of a task: under a key that is commonly the text's, else the only string there is.
fn text_of<'a>(
    block: &Block,
    data: &BTreeMap<Cow<'a, str>, &'a RawValue>,
    problems: &mut Vec<Problem>,
) -> Option<Cow<'a, str>> {
    let common = TEXT_KEYS.into_iter().find_map(|key| string(data.get(key)?));
    if common.is_some() {
        return common;
    }
    let others = data
        .iter()
        .filter(|(key, _)| !ID_KEYS.contains(&key.as_ref()));
    let mut strings: Vec<_> = others
        .filter_map(|(key, value)| Some((key, string(value)?)))
        .collect();
    if strings.len() == 1 {
        return strings.pop().map(|(_, text)| text);
    }
    let keys: Vec<&str> = strings.iter().map(|(key, _)| key.as_ref()).collect();
    let problem = block.problem(
        0..block.first_line(),
        "it is not clear which data of this task is its text",
    );
    let problem = problem.found(match keys.as_slice() {
        [] => "no string under data".to_owned(),
        keys => format!("data with {}", keys.join(", ")),
    });
    problems.push(
        problem
            .expected(format!(
                "one string, or one of the keys {}",
                TEXT_KEYS.join(", ")
            ))
            .mend("rename the key of the text in the export"),
    );
    None
}

/// The annotation to be read; `None` where nobody annotated the task.
fn chosen<'t, 'a>(
    block: &Block,
    annotations: &'t [Annotation<'a>],
    predictions: &'t [Annotation<'a>],
    options: &Options,
    id: &str,
) -> Result<Option<&'t Annotation<'a>>, Box<Problem>> {
    let done = annotations
        .iter()
        .filter(|annotation| annotation.was_cancelled != Some(true));
    let mut done: Vec<&Annotation<'_>> = done.collect();
    if let Some(wanted) = &options.annotator {
        let all = done.iter().copied().chain(predictions);
        let mut by = all.filter(|annotation| annotation.names().contains(wanted));
        return Ok(by.next());
    }
    if done.is_empty() && annotations.is_empty() {
        // An export of predictions alone is a model's.
        done = predictions.iter().collect();
    }
    match done.as_slice() {
        [] => return Ok(None),
        [one] => return Ok(Some(one)),
        _ => {}
    }
    let mut truth = done
        .iter()
        .filter(|annotation| annotation.ground_truth == Some(true));
    if let (Some(first), None) = (truth.next(), truth.next()) {
        return Ok(Some(first));
    }
    let names = done.iter().map(|annotation| {
        let name = annotation.names().into_iter().next();
        name.unwrap_or_else(|| "somebody without a name".to_owned())
    });
    let what = format!("document {id}: it holds {} annotations", done.len());
    let problem = block.problem(0..block.first_line(), what);
    let problem = problem.found(format!(
        "annotations by {}",
        names.collect::<Vec<_>>().join(", ")
    ));
    Err(Box::new(
        problem
            .expected("one annotation, or one that is the ground truth")
            .mend("choose one with --annotator NAME, or compare them with goldspan agree"),
    ))
}

/// Takes the entries of an annotation.
fn entries<'a>(block: &'a Block, result: &[&'a RawValue], draft: &mut Draft<'a>) {
    let mut regions: HashMap<Cow<'a, str>, usize> = HashMap::new();
    let mut read = Vec::with_capacity(result.len());
    for value in result {
        let place = range_of(block.text(), value);
        match serde_json::from_str::<Entry<'a>>(value.get()) {
            Ok(entry) => read.push((entry, place)),
            Err(error) => {
                draft.complain(|| {
                    let problem = block.problem(place, "this entry of a result cannot be read");
                    let problem = problem.found(error.to_string());
                    problem.expected("an entry with a type and a value")
                });
            }
        }
    }
    let (regional, others): (Vec<_>, Vec<_>) = read.into_iter().partition(|(entry, _)| {
        entry
            .value
            .as_ref()
            .is_some_and(|value| value.labels.is_some())
    });
    for (entry, place) in regional {
        region(block, entry, place, draft, &mut regions);
    }
    for (entry, place) in others {
        match entry.kind.as_ref() {
            "relation" => relation(block, &entry, place, draft, &regions),
            "choices" => say(&entry, place, draft, &regions),
            kind => draft.pass_over(format!("entries of type {kind}")),
        }
    }
}

/// Makes a stretch for each label of a region.
fn region<'a>(
    block: &Block,
    entry: Entry<'a>,
    place: Range<usize>,
    draft: &mut Draft<'a>,
    regions: &mut HashMap<Cow<'a, str>, usize>,
) {
    let value = entry.value.unwrap_or_default();
    let Value {
        start,
        end,
        global,
        within,
        text,
        labels,
        ..
    } = value;
    let ends = start
        .as_ref()
        .zip(end.as_ref())
        .filter(|_| within.is_none());
    let offsets = ends.and_then(|(start, end)| start.offset().zip(end.offset()));
    let Some((start, end)) = offsets else {
        let id = draft.id.clone();
        draft.complain(|| not_in_text(block, place, &id, global));
        return;
    };
    let quoted = match text {
        Some(TextOrLines::Text(text)) => Some(text),
        Some(TextOrLines::Lines(_)) | None => None,
    };
    if let Some(id) = &entry.id {
        regions.insert(id.clone(), draft.stretches.len());
    }
    for label in labels.into_iter().flatten() {
        draft.stretches.push(Stretch {
            name: entry.id.clone().unwrap_or_default(),
            quoted: quoted.clone(),
            at: place.clone().into(),
            quoted_at: place.clone().into(),
            ..Stretch::new(label, start, end)
        });
    }
}

/// The problem of a region whose offsets count within an element of HTML or a turn of a dialogue.
fn not_in_text(
    block: &Block,
    place: Range<usize>,
    id: &str,
    global: Option<GlobalOffsets>,
) -> Problem {
    let what =
        format!("document {id}: this region lies in HTML or in a turn of a dialogue, not in text");
    let found = global.map_or_else(
        || "no offsets into a text".to_owned(),
        |global| {
            format!(
                "globalOffsets {} to {} in the text that the HTML shows",
                global.start, global.end
            )
        },
    );
    block
        .problem(place, what)
        .found(found)
        .expected("start and end as offsets into the task's text")
        .mend("label with <Text> in place of <HyperText> or <Paragraphs>, or convert to text before labelling")
}

fn relation<'a>(
    block: &Block,
    entry: &Entry<'a>,
    place: Range<usize>,
    draft: &mut Draft<'a>,
    regions: &HashMap<Cow<'a, str>, usize>,
) {
    let end = |id: &Option<Cow<'a, str>>| id.as_ref().and_then(|id| regions.get(id)).copied();
    let (Some(from), Some(to)) = (end(&entry.from_id), end(&entry.to_id)) else {
        let own = draft.id.clone();
        draft.complain(|| {
            let what = format!("document {own}: a relation leads to no region");
            let id = |id: &Option<Cow<'a, str>>| id.as_deref().unwrap_or("nothing").to_owned();
            block
                .problem(place, what)
                .found(format!(
                    "from_id {}, to_id {}",
                    id(&entry.from_id),
                    id(&entry.to_id)
                ))
                .expected("ids of regions of the same annotation")
                .mend("take the relation out, or export again")
        });
        return;
    };
    let (from, to) = if entry.direction.as_deref() == Some("left") {
        (to, from)
    } else {
        (from, to)
    };
    let kinds = entry.labels.clone().unwrap_or_default();
    let kinds = if kinds.is_empty() {
        vec![Cow::Borrowed("")]
    } else {
        kinds
    };
    for kind in kinds {
        draft.links.push(Link {
            kind,
            from: Target::Stretch(from),
            to: Target::Stretch(to),
            at: place.clone().into(),
        });
    }
}

/// Takes choices that were made for a region: the name of their control is what is said.
fn say<'a>(
    entry: &Entry<'a>,
    place: Range<usize>,
    draft: &mut Draft<'a>,
    regions: &HashMap<Cow<'a, str>, usize>,
) {
    let region = entry.id.as_ref().and_then(|id| regions.get(id));
    let choices = entry
        .value
        .as_ref()
        .and_then(|value| value.choices.as_ref());
    let (Some(region), Some(choices)) = (region, choices) else {
        draft.pass_over("choices about whole tasks");
        return;
    };
    for choice in choices {
        let attribute = Attribute {
            name: entry.from_name.clone().unwrap_or_default(),
            value: choice.clone(),
            id: Cow::Borrowed(""),
            at: place.clone().into(),
        };
        draft.attributes.push((*region, attribute));
    }
}

/// A task of the JSON-MIN export: its data, and regions under the name of their control.
fn minimal<'a>(
    block: &'a Block,
    keys: BTreeMap<Cow<'a, str>, &'a RawValue>,
    options: &Options,
) -> Draft<'a> {
    let mut problems = Vec::new();
    let own = [
        "annotator", "annotation_id", "created_at", "updated_at", "lead_time",
    ];
    let data = keys.iter().filter(|(key, _)| !own.contains(&key.as_ref()));
    let data: BTreeMap<Cow<'a, str>, &'a RawValue> =
        data.map(|(key, value)| (key.clone(), *value)).collect();
    let mut draft = Draft {
        text: text_of(block, &data, &mut problems),
        id: id_of(&data).unwrap_or_else(|| Cow::Owned(block.ordinal.to_string())),
        says: [Says::Perhaps; 2],
        problems,
        ..Draft::default()
    };
    let null = |key: &str| keys.get(key).is_some_and(|value| value.get() == "null");
    let annotator = keys
        .get("annotator")
        .map(|value| value.get().trim_matches('"'));
    if null("annotation_id") {
        draft.left_out = Some(Cow::Borrowed("nobody annotated them"));
    } else if options
        .annotator
        .as_deref()
        .is_some_and(|wanted| annotator != Some(wanted))
    {
        draft.left_out = Some(Cow::Borrowed("they are by other annotators"));
    }
    draft.annotator = annotator.map(|name| Cow::Owned(name.to_owned()));
    for value in keys.values() {
        let regions: Vec<&'a RawValue> = serde_json::from_str(value.get()).unwrap_or_default();
        for region in regions {
            let place = range_of(block.text(), region);
            let Ok(value) = serde_json::from_str::<Value<'a>>(region.get()) else {
                continue;
            };
            if value.labels.is_some() {
                let entry = Entry {
                    id: None,
                    kind: Cow::Borrowed("labels"),
                    from_name: None,
                    value: Some(value),
                    from_id: None,
                    to_id: None,
                    direction: None,
                    labels: None,
                };
                super::read::region(block, entry, place, &mut draft, &mut HashMap::new());
            }
        }
    }
    draft
}
