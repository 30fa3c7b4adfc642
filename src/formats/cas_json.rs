//! UIMA CAS JSON 0.4. The rules by which annotations become mentions and claims are those of `cas.rs`.
//!
//! Offsets are UTF-16. Feature structures stand in a list, or by their ids in an object, which some versions write.

mod write;

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Range;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::cas::{self, Cas, Sofa, Structure, Types, Value};
use super::complaints::Complaints;
use super::json::{range_of, unreadable};
use super::{Block, Draft, Format, Head, Options, Parted};
use crate::error::Problem;
use crate::offset::Unit;

/// The format.
pub static FORMAT: Format = Format {
    name: "cas-json",
    title: "UIMA CAS JSON 0.4",
    extensions: &["json"],
    unit: Unit::Utf16,
    about_offsets: "UIMA counts UTF-16 units from 0, end exclusive; files of other tools may count characters: say --offsets codepoint then",
    parted: Parted::Not,
    recognise,
    read,
    annotators: None,
    frames: false,
    writer: write::WRITER,
};

const EXPECTED: &str = "UIMA CAS JSON: an object with %TYPES, %FEATURE_STRUCTURES and %VIEWS";

fn recognise(head: &Head<'_>) -> bool {
    let object = head.text.trim_start().starts_with('{');
    let keys = ["%FEATURE_STRUCTURES", "%TYPES", "%VIEWS"];
    object && keys.iter().any(|key| head.has_key(key))
}

/// A string, borrowed where nothing in it is escaped.
#[derive(Debug, Clone)]
struct Text<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Borrowed<'b>(#[serde(borrow)] Cow<'b, str>);
        Borrowed::deserialize(deserializer).map(|text| Self(text.0))
    }
}

/// The keys and values of an object, in order.
struct Pairs<'a, T>(Vec<(Text<'a>, T)>);

impl<'de: 'a, 'a, T: Deserialize<'de>> Deserialize<'de> for Pairs<'a, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Keys<'a, T>(PhantomData<(&'a (), T)>);
        impl<'de: 'a, 'a, T: Deserialize<'de>> Visitor<'de> for Keys<'a, T> {
            type Value = Pairs<'a, T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(Keys(PhantomData))
    }
}

#[derive(Deserialize)]
struct File<'a> {
    #[serde(borrow, rename = "%TYPES")]
    types: Option<Pairs<'a, IgnoredAny>>,
    #[serde(borrow, rename = "%FEATURE_STRUCTURES")]
    structures: Option<&'a RawValue>,
    #[serde(borrow, rename = "%VIEWS")]
    views: Option<Pairs<'a, View>>,
}

#[derive(Deserialize)]
struct View {
    #[serde(rename = "%SOFA")]
    sofa: Option<i64>,
    #[serde(default, rename = "%MEMBERS")]
    members: Option<Vec<i64>>,
}

/// The value of a feature, as JSON has it.
enum Held<'a> {
    Text(Cow<'a, str>),
    Number(i64),
    /// The whole numbers of a list.
    List(Vec<i64>),
    Other,
}

impl<'de> Deserialize<'de> for Held<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Held<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("any value")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Held::Text(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Held::Text(Cow::Owned(text.to_owned())))
            }

            fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
                let text = if value { "true" } else { "false" };
                Ok(Held::Text(Cow::Borrowed(text)))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
                Ok(Held::Number(value))
            }

            fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Self::Value, E> {
                let value = i64::try_from(value);
                value
                    .map(Held::Number)
                    .map_err(|_| E::custom("a number that is too large"))
            }

            fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
                Ok(Held::Other)
            }

            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Held::Other)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut found = Vec::new();
                while let Some(element) = list.next_element::<Held<'de>>()? {
                    if let Held::Number(number) = element {
                        found.push(number);
                    }
                }
                Ok(Held::List(found))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Held::Other)
            }
        }
        deserializer.deserialize_any(Any)
    }
}

fn read<'a>(block: &'a Block, options: &Options) -> Result<Option<Draft<'a>>, Vec<Problem>> {
    let file: File<'a> = serde_json::from_str(block.text())
        .map_err(|error| vec![unreadable(block, &error, EXPECTED)])?;
    let mut types = Types::new(options);
    for (name, _) in file.types.iter().flat_map(|types| &types.0) {
        types.declare(&name.0);
    }
    let mut cas = Cas {
        typed: true,
        ..Cas::default()
    };
    let Some(structures) = file.structures else {
        let problem = block.problem(0..block.first_line(), "this CAS has no feature structures");
        return Err(vec![
            problem.expected(EXPECTED).mend("export the document again"),
        ]);
    };
    let mut complaints = Complaints::default();
    let all = parted(block, structures).map_err(|problem| vec![problem])?;
    cas.structures.reserve(all.len());
    for (id, raw) in all {
        if let Err(misread) = take(block, id, raw, &mut types, &mut cas) {
            complaints.add(|| misread.problem(block));
        }
    }
    complaints.or(block, ())?;
    for (_, view) in file.views.into_iter().flat_map(|views| views.0) {
        if let (Some(sofa), Some(members)) = (view.sofa, view.members) {
            cas.views.push((sofa, members));
        }
    }
    cas::draft(block, cas, &mut types, options).map(Some)
}

/// The feature structures, each with the id that it has as a key of an object.
fn parted<'a>(
    block: &'a Block,
    all: &'a RawValue,
) -> Result<Vec<(Option<i64>, &'a RawValue)>, Problem> {
    let misread = |error: serde_json::Error| {
        let place = range_of(block.text(), all);
        let problem = block.problem(
            place.start..place.start + 1,
            "the feature structures cannot be read",
        );
        problem
            .found(error.to_string())
            .expected("a list of objects, or an object of them")
    };
    if all.get().starts_with('{') {
        let Pairs(pairs) =
            serde_json::from_str::<Pairs<'a, &'a RawValue>>(all.get()).map_err(misread)?;
        let pairs = pairs.into_iter().map(|(id, raw)| {
            let id =
                id.0.parse()
                    .map_err(|_| misread(serde_json::Error::custom("a key that is no id")))?;
            Ok((Some(id), raw))
        });
        return pairs.collect();
    }
    let list: Vec<&'a RawValue> = serde_json::from_str(all.get()).map_err(misread)?;
    Ok(list.into_iter().map(|raw| (None, raw)).collect())
}

/// A feature structure that cannot be read.
struct Misread {
    at: Range<usize>,
    found: String,
    expected: &'static str,
}

impl Misread {
    fn problem(self, block: &Block) -> Problem {
        let problem = block.problem(self.at, "this feature structure cannot be read");
        let problem = problem.found(self.found).expected(self.expected);
        problem.mend("export the document again")
    }
}

/// Takes one feature structure.
fn take<'a>(
    block: &'a Block,
    id: Option<i64>,
    raw: &'a RawValue,
    types: &mut Types<'a>,
    cas: &mut Cas<'a>,
) -> Result<(), Misread> {
    let at = range_of(block.text(), raw);
    let misread = |found: String, expected| Misread {
        at: at.clone(),
        found,
        expected,
    };
    let Pairs(pairs) = serde_json::from_str::<Pairs<'a, Held<'a>>>(raw.get())
        .map_err(|error| misread(error.to_string(), "an object"))?;
    let kind = pairs.iter().find(|(name, _)| name.0 == "%TYPE");
    let Some((_, Held::Text(Cow::Borrowed(kind)))) = kind else {
        return Err(misread(
            "no %TYPE".to_owned(),
            "the name of a type in %TYPE",
        ));
    };
    if *kind == "uima.cas.Sofa" {
        let sofa = sofa(id, pairs);
        cas.sofas
            .push(sofa.ok_or_else(|| misread("no id".to_owned(), "a number in %ID"))?);
        return Ok(());
    }
    let short = kind.rsplit('.').next().unwrap_or(kind);
    let kind = types.index(Cow::Borrowed(kind), short);
    let found = structure(id, pairs, kind, types.is_read(kind), at.clone());
    let no_number = |name| misread(format!("no whole number in {name}"), "a whole number");
    cas.structures.push(found.map_err(no_number)?);
    Ok(())
}

fn sofa<'a>(id: Option<i64>, pairs: Vec<(Text<'a>, Held<'a>)>) -> Option<Sofa<'a>> {
    let mut found = Sofa {
        id: id.unwrap_or_default(),
        view: Cow::Borrowed(""),
        text: None,
    };
    let mut known = id.is_some();
    for (name, value) in pairs {
        match (&*name.0, value) {
            ("%ID", Held::Number(id)) => {
                found.id = id;
                known = true;
            }
            ("sofaID", Held::Text(view)) => found.view = view,
            ("sofaString", Held::Text(text)) => found.text = Some(text),
            _ => {}
        }
    }
    known.then_some(found)
}

/// The structure of these features, or the name of the one that should be a number and is none.
fn structure<'a>(
    id: Option<i64>,
    pairs: Vec<(Text<'a>, Held<'a>)>,
    kind: usize,
    is_read: bool,
    at: Range<usize>,
) -> Result<Structure<'a>, String> {
    let mut found = Structure {
        id,
        kind,
        sofa: None,
        begin: None,
        end: None,
        features: Vec::new(),
        elements: Vec::new(),
        at,
    };
    for (Text(name), value) in pairs {
        let place = match &*name {
            "%ID" => &mut found.id,
            "@sofa" => &mut found.sofa,
            "begin" | "^begin" => &mut found.begin,
            "end" | "^end" => &mut found.end,
            "%ELEMENTS" => {
                if let Held::List(list) = value {
                    found.elements = list;
                }
                continue;
            }
            _ if name.starts_with('%') || !is_read => continue,
            _ => {
                found.features.push(feature(name, value)?);
                continue;
            }
        };
        let Held::Number(number) = value else {
            return Err(name.into_owned());
        };
        *place = Some(number);
    }
    Ok(found)
}

/// A feature; else the name of one that should be a reference and is none.
fn feature<'a>(name: Cow<'a, str>, value: Held<'a>) -> Result<(Cow<'a, str>, Value<'a>), String> {
    let without = match &name {
        Cow::Borrowed(name) => name.strip_prefix('@').map(Cow::Borrowed),
        Cow::Owned(name) => name
            .strip_prefix('@')
            .map(|name| Cow::Owned(name.to_owned())),
    };
    match (without, value) {
        (Some(without), Held::Number(id)) => Ok((without, Value::Id(id))),
        // A reference to nothing.
        (Some(without), Held::Other) => Ok((without, Value::Other)),
        (Some(_), _) => Err(name.into_owned()),
        (None, Held::Text(text)) => Ok((name, Value::Text(text))),
        (None, _) => Ok((name, Value::Other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::formats::Record;
    use crate::formats::xml::tests::{example, round_trip};

    const SOFA: &str = r#"{"%ID": 1, "%TYPE": "uima.cas.Sofa", "sofaNum": 1, "sofaID": "_InitialView", "mimeType": "text", "sofaString": "😀 Anna\r\nsaid \"so\"."}"#;

    fn block(structures: &str) -> Block {
        let text = format!(
            "{{\"%TYPES\": {{\"custom.Empty\": {{}}}},\n\"%FEATURE_STRUCTURES\": {structures},\n\"%VIEWS\": {{\"_InitialView\": {{\"%SOFA\": 1, \"%MEMBERS\": [2, 3, 4, 5]}}}}}}"
        );
        let mut block = Block::new("x/a.json", 1, text);
        block.whole = true;
        block
    }

    /// The mentions and claims of a block in short, or the problems.
    fn taken(structures: &str, options: &Options) -> Result<Vec<String>, String> {
        let shown = |problems: Vec<Problem>| {
            let problems = problems.iter().map(ToString::to_string);
            problems.collect::<Vec<_>>().join("\n")
        };
        let block = block(structures);
        let record = Record::of(&FORMAT, &block, options)
            .map_err(shown)?
            .unwrap();
        let text = record.text().unwrap().to_owned();
        let read = record
            .read(&Document::new("a", text.clone()), options)
            .map_err(shown)?;
        let mentions = read.annotations.mentions.iter();
        let mut found: Vec<_> = mentions
            .map(|m| format!("{}/{}", m.extent.text(&text), m.label))
            .collect();
        for claim in &read.annotations.claims {
            let source = claim.source.as_ref().map(|source| source.text(&text));
            found.push(format!(
                "{}: {}",
                source.unwrap_or_default(),
                claim.content.words(&text)
            ));
        }
        found.extend(read.remarks.iter().map(ToString::to_string));
        Ok(found)
    }

    const REST: &str = r#"
{"%ID": 2, "%TYPE": "custom.Name", "@sofa": 1, "begin": 3, "end": 7, "number": 12, "flag": true, "list": [1, {"a": []}], "nothing": null, "value": "P\u0041"},
{"%ID": 3, "%TYPE": "custom.Source", "@sofa": 1, "begin": 3, "end": 7},
{"%ID": 4, "%TYPE": "custom.Content", "@sofa": 1, "begin": 14, "end": 18, "@slots": 7},
{"%ID": 7, "%TYPE": "uima.cas.FSArray", "%ELEMENTS": [8, null]},
{"%ID": 8, "%TYPE": "custom.Slot", "role": "source", "@target": 3}"#;

    #[test]
    fn structures_stand_in_a_list_or_by_their_ids() {
        let list = format!("[{SOFA},{REST}]");
        let expected = ["Anna/PA", "Anna: \"so\""];
        assert_eq!(taken(&list, &Options::default()).unwrap(), expected);
        let ids = |text: &str| {
            let lines = text.lines().filter(|line| !line.is_empty());
            let lines = lines.map(|line| {
                line.replacen("{\"%ID\": ", "\"", 1)
                    .replacen(',', "\": {", 1)
            });
            lines.collect::<Vec<_>>().join("\n")
        };
        let object = format!("{{{},{}}}", ids(SOFA), ids(REST));
        assert_eq!(taken(&object, &Options::default()).unwrap(), expected);
    }

    #[test]
    fn a_layer_that_is_declared_may_be_empty() {
        let options = |name: &str| Options {
            layer: Some(name.to_owned()),
            ..Options::default()
        };
        let list = format!("[{SOFA},{REST}]");
        assert_eq!(taken(&list, &options("Empty")).unwrap(), ["Anna: \"so\""]);
        let remarks = taken(&list, &options("None")).unwrap();
        assert!(
            remarks[1].contains("no annotation of the layer None"),
            "{remarks:?}"
        );
    }

    #[test]
    fn what_cannot_be_read_is_refused_with_its_place() {
        let all = format!("[{SOFA},{REST}]");
        for (from, to, expected) in [
            (
                "\"begin\": 14",
                "\"begin\": \"14\"",
                "x/a.json:5:1: this feature structure cannot be read: found no whole number in begin",
            ),
            (
                "\"begin\": 14",
                "\"begin\": 1.5",
                "x/a.json:5:1: this feature structure cannot be read: found no whole number in begin",
            ),
            (
                "\"end\": 18",
                "\"end\": 180",
                "x/a.json:5:1: 4: an offset lies outside the text: found 14 180",
            ),
            (
                "\"%ID\": 4",
                "\"%ID\": 3",
                "x/a.json:5:1: two structures have one id",
            ),
            (
                "\"@target\": 3",
                "\"@target\": 33",
                "x/a.json:7:1: the target of the Slot 8 refers to nothing: found the id 33",
            ),
            (
                "\"@slots\": 7",
                "\"@slots\": 77",
                "x/a.json:5:1: the feature slots refers to nothing: found the id 77",
            ),
            (
                "\"@target\": 3",
                "\"@target\": \"3\"",
                "x/a.json:7:1: this feature structure cannot be read: found no whole number in @target",
            ),
            (
                "\"%TYPE\": \"custom.Slot\"",
                "\"TYPE\": 1",
                "x/a.json:7:1: this feature structure cannot be read: found no %TYPE",
            ),
            (
                "\"sofaString\"",
                "\"sofaURI\"",
                "x/a.json:1:1: the Sofa of this CAS has no text",
            ),
            (
                "[{",
                "[1, {",
                "x/a.json:2:25: this feature structure cannot be read",
            ),
            ("},\n{", "},\n,{", "x/a.json:3:"),
        ] {
            let found = taken(&all.replacen(from, to, 1), &Options::default());
            let found = found.unwrap_err();
            assert!(found.starts_with(expected), "{found}");
        }
        let deep = "[".repeat(100_000);
        assert!(
            taken(&deep, &Options::default())
                .unwrap_err()
                .contains("cannot be read")
        );
    }

    #[test]
    fn what_is_written_is_read_back() {
        round_trip(&FORMAT, &example(false));
    }
}
