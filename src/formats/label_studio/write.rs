//! Writes tasks that Label Studio imports, each with one annotation; the document's id is among the task's data.

use serde::Serialize;

use crate::formats::claims::as_links;
use crate::formats::json::output;
use crate::formats::writing::Claims;
use crate::formats::{Holds, Layout, Losses, Output, Whole, Writer};
use crate::offset::CodePoints;
use crate::span::Span;

pub(super) const WRITER: Writer = Writer {
    layout: Layout::OneFile {
        extension: "json",
        begin: "[\n",
        between: ",\n",
        end: "\n]\n",
    },
    holds: Holds {
        discontinuous: false,
        claims: Claims::Stretches,
        ..Holds::EVERYTHING
    },
    write,
};

/// The names of the labelling configuration's tags: `<Labels name="label" toName="text">` over `<Text name="text">`.
const CONTROL: &str = "label";
const OBJECT: &str = "text";

#[derive(Serialize)]
struct Task<'a> {
    data: Data<'a>,
    annotations: [Annotation<'a>; 1],
}

#[derive(Serialize)]
struct Data<'a> {
    id: &'a str,
    text: &'a str,
}

#[derive(Serialize)]
struct Annotation<'a> {
    result: Vec<Entry<'a>>,
}

#[derive(Serialize)]
#[serde(tag = "type")]
enum Entry<'a> {
    #[serde(rename = "labels")]
    Region {
        id: String,
        from_name: &'static str,
        to_name: &'static str,
        value: Value<'a>,
    },
    #[serde(rename = "choices")]
    Choice {
        id: String,
        from_name: &'static str,
        to_name: &'static str,
        value: Value<'a>,
    },
    #[serde(rename = "relation")]
    Relation {
        from_id: String,
        to_id: String,
        direction: &'static str,
        labels: [&'static str; 1],
    },
}

#[derive(Serialize)]
struct Value<'a> {
    start: usize,
    end: usize,
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    labels: Option<[&'a str; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    choices: Option<[&'a str; 1]>,
}

fn write(whole: &Whole<'_>, losses: &mut Losses) -> Vec<Output> {
    let (document, annotations) = (whole.document, whole.annotations);
    let text = document.text();
    let points = CodePoints::new(text);
    let offset = |byte| points.of_byte(byte);
    let value = |span: Span| Value {
        start: offset(span.start()),
        end: offset(span.end()),
        text: span.of(text),
        labels: None,
        choices: None,
    };
    let region = |id: String, label, span| Entry::Region {
        id,
        from_name: CONTROL,
        to_name: OBJECT,
        value: Value {
            labels: Some([label]),
            ..value(span)
        },
    };
    let linked = as_links(annotations);
    let part = |at: usize| format!("c{at}");
    let mut result: Vec<Entry<'_>> = Vec::new();
    for (at, mention) in annotations.mentions.iter().enumerate() {
        result.push(region(
            format!("m{at}"),
            &mention.label,
            mention.extent.spans()[0],
        ));
    }
    for (at, (label, span)) in linked.stretches.iter().enumerate() {
        result.push(region(part(at), label, *span));
    }
    for (at, name, choice) in &linked.attributes {
        result.push(Entry::Choice {
            id: part(*at),
            from_name: name,
            to_name: OBJECT,
            value: Value {
                choices: Some([choice]),
                ..value(linked.stretches[*at].1)
            },
        });
    }
    for (kind, from, to) in &linked.links {
        result.push(Entry::Relation {
            from_id: part(*from),
            to_id: part(*to),
            direction: "right",
            labels: [kind],
        });
    }
    let id = document.id();
    let task = serde_json::to_string(&Task {
        data: Data { id, text },
        annotations: [Annotation { result }],
    });
    let mut outputs = output(task, id, losses);
    // What parts the tasks of the list ends their lines.
    for output in &mut outputs {
        output.text.pop();
    }
    outputs
}
