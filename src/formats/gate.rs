//! GATE XML: text with nodes in it, and sets of annotations between nodes.
//!
//! What an offset is, is told by where its node stands in the text, not by the node's number: XML makes LF of every CRLF, and GATE counted before that. One set is
//! read: the one that `layer` names, else the unnamed one, else the only other.

mod write;

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ops::Range;

use super::cas::SAID;
use super::claims::Mapping;
use super::complaints::Complaints;
use super::xml::{self, Element, Step, Xml};
use super::{Attribute, Block, Draft, Format, Head, Options, Parted, Stretch};
use crate::error::Problem;
use crate::offset::Unit;

/// The format.
pub static FORMAT: Format = Format {
    name: "gate",
    title: "GATE XML",
    extensions: &["xml"],
    unit: Unit::Byte,
    about_offsets: "the nodes of GATE stand in the text itself, so their offsets always fit",
    parted: Parted::Not,
    recognise,
    read,
    annotators: None,
    frames: false,
    writer: write::WRITER,
};

/// The set that GATE makes of the tags that a document had.
const MARKUPS: &str = "Original markups";

/// Types that describe the text.
const SEGMENTS: [&str; 7] = [
    "Token", "SpaceToken", "Sentence", "Lookup", "Split", "paragraph", "DEFAULT_TOKEN",
];

fn recognise(head: &Head<'_>) -> bool {
    let root = xml::first_tag(head).and_then(|tag| tag.split_whitespace().next());
    root == Some("GateDocument")
}

/// An annotation as it stands in the file.
struct Annotation<'a> {
    id: Cow<'a, str>,
    kind: Cow<'a, str>,
    /// The ids of the nodes where it begins and ends.
    nodes: [Cow<'a, str>; 2],
    /// The features that say something of claims: what is said, and its value.
    said: Vec<(&'static str, Cow<'a, str>)>,
    at: Range<usize>,
}

/// A set of annotations: those that may be read, and how many there are besides.
struct Set<'a> {
    name: Cow<'a, str>,
    annotations: Vec<Annotation<'a>>,
}

struct Reader<'a, 'r> {
    block: &'a Block,
    mapping: &'r Mapping,
    xml: Xml<'a>,
    text: String,
    /// The byte of the text at which each node stands.
    nodes: HashMap<Cow<'a, str>, i64>,
    sets: Vec<Set<'a>>,
    draft: Draft<'a>,
}

fn read<'a>(block: &'a Block, options: &Options) -> Result<Option<Draft<'a>>, Vec<Problem>> {
    let mut reader = Reader {
        block,
        mapping: &options.claims,
        xml: Xml::new(block),
        text: String::new(),
        nodes: HashMap::new(),
        sets: Vec::new(),
        draft: Draft {
            id: Cow::Owned(block.stem()),
            unit: Some(Unit::Byte),
            ..Draft::default()
        },
    };
    reader
        .elements(options.layer.as_deref())
        .map_err(|problem| vec![problem])?;
    let chosen = reader
        .chosen(options.layer.as_deref())
        .map_err(|problem| vec![problem])?;
    reader.stretches(chosen).map(Some)
}

impl<'a> Reader<'a, '_> {
    fn elements(&mut self, wanted: Option<&str>) -> Result<(), Problem> {
        let mut with_text = false;
        loop {
            match self.xml.step()? {
                Step::Done if with_text => return Ok(()),
                Step::Done => {
                    let place = 0..self.block.first_line();
                    let problem = self.block.problem(place, "this GATE document has no text");
                    let problem = problem.expected("an element TextWithNodes");
                    return Err(problem.mend("save the document again as GATE XML"));
                }
                Step::Begin(element) => match (self.xml.depth(), element.name()) {
                    (1, "GateDocument") => {}
                    (1, other) => {
                        let what = "this XML is no document of GATE";
                        let problem = self.block.problem(element.at.clone(), what);
                        let problem = problem.found(format!("the element {other}"));
                        return Err(problem
                            .expected("GateDocument")
                            .mend("say what it is with --from"));
                    }
                    (_, "TextWithNodes") => {
                        with_text = true;
                        self.text_with_nodes()?;
                    }
                    (_, "AnnotationSet") => self.set(&element, wanted)?,
                    (_, "GateDocumentFeatures") => {}
                    (_, "Feature") => {
                        self.draft.pass_over("features of documents");
                        self.xml.skip()?;
                    }
                    (_, other) => {
                        self.draft.pass_over(format!("{other} elements"));
                        self.xml.skip()?;
                    }
                },
                Step::End | Step::Text(_) => {}
            }
        }
    }

    fn text_with_nodes(&mut self) -> Result<(), Problem> {
        let inside = self.xml.depth();
        while self.xml.depth() >= inside {
            match self.xml.step()? {
                Step::Text(text) => self.text.push_str(&text),
                Step::Begin(element) if element.name() == "Node" => {
                    let id = element.needed(self.block, "id")?;
                    let place = i64::try_from(self.text.len()).unwrap_or(i64::MAX);
                    match self.nodes.entry(id) {
                        Entry::Occupied(known) if *known.get() != place => {
                            let what = format!("the node {} stands at two places", known.key());
                            let problem = self.block.problem(element.at.clone(), what);
                            let problem = problem.expected("an id of its own for every node");
                            return Err(problem.mend("save the document again as GATE XML"));
                        }
                        Entry::Occupied(_) => {}
                        Entry::Vacant(free) => {
                            free.insert(place);
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn set(&mut self, element: &Element<'a>, wanted: Option<&str>) -> Result<(), Problem> {
        let name = element.attribute(self.block, "Name")?.unwrap_or_default();
        let is_wanted = match wanted {
            Some(wanted) => name == wanted,
            None => name != MARKUPS,
        };
        let mut found = Set {
            name,
            annotations: Vec::new(),
        };
        let mut other = 0;
        let inside = self.xml.depth();
        while self.xml.depth() >= inside {
            match self.xml.step()? {
                Step::Begin(element) if element.name() == "Annotation" => {
                    if is_wanted {
                        found.annotations.extend(self.annotation(&element)?);
                    } else {
                        other += 1;
                        self.xml.skip()?;
                    }
                }
                Step::Begin(_) => self.xml.skip()?,
                _ => {}
            }
        }
        if other > 0 {
            *self.draft.unread.entry(of_set(&found.name)).or_default() += other;
        }
        self.sets.push(found);
        Ok(())
    }

    /// An annotation and its features; `None` where it only describes the text.
    fn annotation(&mut self, element: &Element<'a>) -> Result<Option<Annotation<'a>>, Problem> {
        let [mut id, mut kind, mut start, mut end] = [const { None }; 4];
        for attribute in element.attributes(self.block) {
            let (name, value) = attribute?;
            match name {
                "Id" => id = Some(value),
                "Type" => kind = Some(value),
                "StartNode" => start = Some(value),
                "EndNode" => end = Some(value),
                _ => self.draft.pass_over("features"),
            }
        }
        let needed = |value: Option<Cow<'a, str>>, name| {
            value.ok_or_else(|| element.without(self.block, name))
        };
        let kind = needed(kind, "Type")?;
        let part = self.mapping.part(&kind).is_some();
        if SEGMENTS.contains(&&*kind) && !part {
            self.draft.pass_over(format!("{kind} annotations"));
            return self.xml.skip().map(|()| None);
        }
        let nodes = [needed(start, "StartNode")?, needed(end, "EndNode")?];
        let mut said = Vec::new();
        let (mut name, mut value) = (Cow::Borrowed(""), Cow::Borrowed(""));
        let inside = self.xml.depth();
        while self.xml.depth() >= inside {
            match self.xml.step()? {
                Step::Begin(element) => match element.name() {
                    "Name" => name = self.xml.text()?.0,
                    "Value" => value = self.xml.text()?.0,
                    _ => {}
                },
                Step::End if self.xml.depth() == inside => {
                    let known = SAID
                        .iter()
                        .find(|(known, _)| name.eq_ignore_ascii_case(known));
                    let value = std::mem::take(&mut value);
                    name = Cow::Borrowed("");
                    match known {
                        Some((_, what)) if part => said.push((*what, value)),
                        _ => self.draft.pass_over("features"),
                    }
                }
                _ => {}
            }
        }
        Ok(Some(Annotation {
            id: id.unwrap_or_default(),
            kind,
            nodes,
            said,
            at: element.at.clone(),
        }))
    }

    /// The set that is read.
    fn chosen(&mut self, wanted: Option<&str>) -> Result<Option<usize>, Problem> {
        let place = 0..self.block.first_line();
        let full = |set: &Set<'_>| !set.annotations.is_empty();
        if let Some(wanted) = wanted {
            let found = self.sets.iter().position(|set| set.name == wanted);
            if found.is_none() {
                let what = format!("no set of annotations of this document is called {wanted}");
                let names = shown(self.sets.iter());
                let remark = self.block.problem(place, what).found(names);
                let mend = "correct the name of --layer, if the document should have this set";
                self.draft.remarks.push(remark.mend(mend));
            }
            return Ok(found);
        }
        let unnamed = self
            .sets
            .iter()
            .position(|set| set.name.is_empty() && full(set));
        if unnamed.is_some() {
            return Ok(unnamed);
        }
        let mut others = self.sets.iter().enumerate().filter(|(_, set)| full(set));
        match (others.next(), others.next()) {
            (Some((only, _)), None) => Ok(Some(only)),
            (None, _) => Ok(None),
            _ => {
                let names = shown(self.sets.iter().filter(|set| full(set)));
                let what = "this document has several sets of annotations";
                let problem = self.block.problem(place, what).found(names);
                let problem =
                    problem.expected("annotations in the unnamed set, or one set, or a choice");
                Err(problem.mend("name the set with --layer NAME"))
            }
        }
    }

    /// Makes the stretches of the set that is read.
    fn stretches(mut self, chosen: Option<usize>) -> Result<Draft<'a>, Vec<Problem>> {
        let mut complaints = Complaints::default();
        let draft = &mut self.draft;
        for (at, set) in self.sets.into_iter().enumerate() {
            if Some(at) != chosen {
                let count = set.annotations.len() as u64;
                if count > 0 {
                    *draft.unread.entry(of_set(&set.name)).or_default() += count;
                }
                continue;
            }
            for found in set.annotations {
                let places = found.nodes.each_ref().map(|id| self.nodes.get(id).copied());
                let [Some(start), Some(end)] = places else {
                    complaints.add(|| without_node(self.block, &found, places));
                    continue;
                };
                // GATE allows it, and nothing could be scored.
                if start == end {
                    draft.pass_over("annotations of no characters");
                    continue;
                }
                let stretch = draft.stretches.len();
                let said = found.said.into_iter().map(|(name, value)| Attribute {
                    name: Cow::Borrowed(name),
                    value,
                    id: Cow::Borrowed(""),
                    at: found.at.clone().into(),
                });
                draft.attributes.extend(said.map(|said| (stretch, said)));
                draft.stretches.push(Stretch {
                    name: found.id,
                    at: found.at.into(),
                    ..Stretch::new(found.kind, start, end)
                });
            }
        }
        draft.text = Some(Cow::Owned(self.text));
        complaints.or(self.block, self.draft)
    }
}

fn without_node(block: &Block, found: &Annotation<'_>, places: [Option<i64>; 2]) -> Problem {
    let at = usize::from(places[0].is_some());
    let end = ["StartNode", "EndNode"][at];
    let what = format!(
        "the {end} of the annotation {} is no node of the text",
        found.id
    );
    let problem = block.problem(found.at.clone(), what);
    let problem = problem.found(format!("the id {:?}", found.nodes[at]));
    let problem = problem.expected("the id of a Node in TextWithNodes");
    problem.mend("save the document again as GATE XML, or delete the annotation")
}

/// What annotations of a set that is not read are called.
fn of_set(name: &str) -> Cow<'static, str> {
    match name {
        "" => Cow::Borrowed("annotations of the unnamed set"),
        _ => Cow::Owned(format!("annotations of the set {name}")),
    }
}

fn shown<'s>(sets: impl Iterator<Item = &'s Set<'s>>) -> String {
    let name = |set: &Set<'_>| match set.name.as_ref() {
        "" => "the unnamed set".to_owned(),
        name => name.to_owned(),
    };
    let names: Vec<String> = sets.map(name).collect();
    if names.is_empty() {
        "no set".to_owned()
    } else {
        names.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::formats::Record;
    use crate::formats::xml::tests::{example, round_trip};

    fn block(sets: &str) -> Block {
        // The nodes' numbers are those of a text with CRLF, and not even in order.
        let text = format!(
            "<?xml version='1.0' encoding='utf-8'?>\n<GateDocument version=\"3\">\n<GateDocumentFeatures><Feature><Name>n</Name><Value>v</Value></Feature></GateDocumentFeatures>\n<TextWithNodes>\u{1f600} <Node id=\"3\"/>Anna<Node id=\"7\"/>\r\n<Node id=\"2\"/>B &amp; <Node id=\"1\"/>C<Node id=\"99\"/></TextWithNodes>\n{sets}\n</GateDocument>\n"
        );
        let mut block = Block::new("x/a.xml", 1, text);
        block.whole = true;
        block
    }

    fn set(name: &str, annotations: &[(&str, u32, u32)]) -> String {
        let inside = annotations.iter().enumerate().map(|(at, (kind, start, end))| {
            format!("<Annotation Id=\"{at}\" Type=\"{kind}\" StartNode=\"{start}\" EndNode=\"{end}\"><Feature><Name className=\"java.lang.String\">polarity</Name><Value className=\"java.lang.String\">denied</Value></Feature></Annotation>\n")
        });
        let name = if name.is_empty() {
            String::new()
        } else {
            format!(" Name=\"{name}\"")
        };
        format!(
            "<AnnotationSet{name}>\n{}</AnnotationSet>\n",
            inside.collect::<String>()
        )
    }

    /// The mentions of a block and what was passed over, or the problems.
    fn taken(sets: &str, layer: Option<&str>) -> Result<(Vec<String>, Vec<String>), String> {
        let shown = |problems: Vec<Problem>| {
            let problems = problems.iter().map(ToString::to_string);
            problems.collect::<Vec<_>>().join("\n")
        };
        let options = Options {
            layer: layer.map(str::to_owned),
            ..Options::default()
        };
        let block = block(sets);
        let record = Record::of(&FORMAT, &block, &options)
            .map_err(shown)?
            .unwrap();
        let text = record.text().unwrap().to_owned();
        assert_eq!(text, "\u{1f600} Anna\nB & C");
        let read = record
            .read(&Document::new("a", text.clone()), &options)
            .map_err(shown)?;
        let mentions = read.annotations.mentions.iter();
        let mut found: Vec<_> = mentions
            .map(|m| format!("{}/{}", m.extent.text(&text), m.label))
            .collect();
        for claim in &read.annotations.claims {
            found.push(format!(
                "{:?} {}",
                claim.polarity.unwrap(),
                claim.content.words(&text)
            ));
        }
        found.extend(read.remarks.iter().map(ToString::to_string));
        let unread = record
            .draft
            .unread
            .iter()
            .map(|(what, count)| format!("{count} {what}"));
        Ok((found, unread.collect()))
    }

    #[test]
    fn offsets_are_where_nodes_stand_whatever_their_numbers() {
        let sets = set(
            "",
            &[
                ("Person", 3, 7),
                ("Org", 2, 99),
                ("X", 1, 99),
                ("Token", 3, 7),
                ("Empty", 3, 3),
                ("Content", 2, 1),
            ],
        );
        let (found, unread) = taken(&sets, None).unwrap();
        assert_eq!(found, ["Anna/Person", "B & C/Org", "C/X", "Denied B & "]);
        assert_eq!(
            unread,
            [
                "1 Token annotations",
                "1 annotations of no characters",
                "4 features",
                "1 features of documents"
            ]
        );
    }

    #[test]
    fn the_unnamed_set_is_read_else_the_only_other_else_the_one_that_is_named() {
        let (one, other) = (set("Key", &[("A", 3, 7)]), set("Old", &[("B", 2, 1)]));
        let (markups, tokens) = (set(MARKUPS, &[("p", 3, 99)]), set("", &[("Token", 3, 7)]));
        let unnamed = set("", &[("C", 1, 99)]);
        let of = |sets: &[&String], layer| {
            let sets: String = sets.iter().map(|set| set.as_str()).collect();
            taken(&sets, layer).map(|(found, _)| found)
        };
        assert_eq!(
            of(&[&unnamed, &one, &other, &markups], None).unwrap(),
            ["C/C"]
        );
        assert_eq!(of(&[&tokens, &markups, &one], None).unwrap(), ["Anna/A"]);
        assert_eq!(
            of(&[&unnamed, &one, &other], Some("Old")).unwrap(),
            ["B & /B"]
        );
        assert_eq!(of(&[&unnamed, &one], Some("")).unwrap(), ["C/C"]);
        assert_eq!(of(&[&markups], Some(MARKUPS)).unwrap(), ["Anna\nB & C/p"]);
        assert_eq!(of(&[&markups], None).unwrap(), Vec::<String>::new());
        assert_eq!(
            of(&[&tokens, &one, &other, &markups], None).unwrap_err(),
            "x/a.xml:1:1: this document has several sets of annotations: found Key, Old, expected annotations in the unnamed set, or one set, or a choice (name the set with --layer NAME)"
        );
        assert_eq!(
            of(&[&unnamed, &one], Some("Keys")).unwrap(),
            [
                "x/a.xml:1:1: no set of annotations of this document is called Keys: found the unnamed set, Key (correct the name of --layer, if the document should have this set)"
            ]
        );
    }

    #[test]
    fn nodes_that_are_not_there_or_stand_twice_are_refused() {
        let message = taken(&set("", &[("A", 3, 77)]), None).unwrap_err();
        assert_eq!(
            message,
            "x/a.xml:7:1: the EndNode of the annotation 0 is no node of the text: found the id \"77\", expected the id of a Node in TextWithNodes (save the document again as GATE XML, or delete the annotation)"
        );
        let message = taken(&set("", &[("A", 7, 3)]), None).unwrap_err();
        assert!(
            message.starts_with("x/a.xml:7:1: 0: the end is not after the start"),
            "{message}"
        );
        let twice = block("").text().replace("id=\"99\"", "id=\"3\"");
        let twice = Block::new("a.xml", 1, twice);
        let message = read(&twice, &Options::default()).unwrap_err()[0].to_string();
        assert!(
            message.starts_with("a.xml:5:38: the node 3 stands at two places"),
            "{message}"
        );
    }

    #[test]
    fn what_is_written_is_read_back() {
        round_trip(&FORMAT, &example(false));
    }
}
