//! Writes UIMA CAS JSON, with the types that it uses.

use serde_json::{Map, Value, json};

use crate::formats::cas::write::{FIRST, HOLDS, Held, Kind, SOFA, structures};
use crate::formats::{Layout, Losses, Output, Whole, Writer};

pub(super) const WRITER: Writer = Writer {
    layout: Layout::FilesByDocument,
    holds: HOLDS,
    write,
};

fn write(whole: &Whole<'_>, _: &mut Losses) -> Vec<Output> {
    let all = structures(whole);
    let mut types = Map::new();
    for kind in Kind::DECLARED {
        types.insert(kind.name().to_owned(), declared(kind));
    }
    let sofa = json!({
        "%ID": SOFA,
        "%TYPE": "uima.cas.Sofa",
        "sofaNum": 1,
        "sofaID": "_InitialView",
        "mimeType": "text/plain",
        "sofaString": whole.document.text(),
    });
    let mut out = format!(
        "{{\n\"%TYPES\": {},\n\"%FEATURE_STRUCTURES\": [\n{sofa}",
        Value::Object(types)
    );
    for (at, structure) in all.iter().enumerate() {
        let mut found = json!({
            "%ID": FIRST + at,
            "%TYPE": structure.kind.name(),
            "@sofa": SOFA,
            "begin": structure.begin,
            "end": structure.end,
        });
        for (name, held) in &structure.features {
            match held {
                Held::Text(text) => found[*name] = Value::from(text.as_ref()),
                Held::Id(id) => found[format!("@{name}")] = Value::from(*id),
            }
        }
        out.push_str(",\n");
        out.push_str(&found.to_string());
    }
    let members: Vec<usize> = (FIRST..FIRST + all.len()).collect();
    let views = json!({"_InitialView": {"%SOFA": SOFA, "%MEMBERS": members}});
    out.push_str(&format!("\n],\n\"%VIEWS\": {views}\n}}\n"));
    vec![Output {
        file: ".json",
        text: out,
    }]
}

/// The declaration of a type.
fn declared(kind: Kind) -> Value {
    let mut declared = json!({
        "%NAME": kind.name(),
        "%SUPER_TYPE": "uima.tcas.Annotation",
    });
    for (name, range) in kind.features() {
        declared[*name] = json!({"%NAME": name, "%RANGE": range});
    }
    declared
}
