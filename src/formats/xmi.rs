//! UIMA CAS XMI, as INCEpTION and dkpro-cassis write it. The rules by which annotations become mentions and claims are those of `cas.rs`.
//!
//! Offsets are UTF-16. The text is an attribute, whose line ends stand as `&#10;` and `&#13;` and are taken as they are.

mod write;

use std::borrow::Cow;
use std::collections::HashMap;

use super::cas::{self, Cas, Sofa, Structure, Types, Value};
use super::xml::{self, Element, Step, Xml, whole_number};
use super::{Block, Draft, Format, Head, Options, Parted};
use crate::error::Problem;
use crate::offset::Unit;

/// The format.
pub static FORMAT: Format = Format {
    name: "xmi",
    title: "UIMA CAS XMI",
    extensions: &["xmi"],
    unit: Unit::Utf16,
    about_offsets: "UIMA counts UTF-16 units from 0, end exclusive; files of other tools may count characters: say --offsets codepoint then",
    parted: Parted::Not,
    recognise,
    read,
    annotators: None,
    frames: false,
    writer: write::WRITER,
};

fn recognise(head: &Head<'_>) -> bool {
    xml::first_tag(head).is_some_and(|tag| {
        let name = tag.split_whitespace().next().unwrap_or_default();
        let local = name.rsplit(':').next().unwrap_or_default();
        local == "XMI" && (tag.contains("xmlns:cas=") || head.ends("xmi"))
    })
}

struct Reader<'a> {
    block: &'a Block,
    xml: Xml<'a>,
    /// The package of each prefix, with a dot at its end.
    packages: HashMap<&'a str, String>,
    /// The type of each element's name.
    kinds: HashMap<&'a str, Kind>,
    types: Types<'a>,
    cas: Cas<'a>,
    several: u64,
}

/// What an element is.
#[derive(Clone, Copy)]
enum Kind {
    Null,
    Sofa,
    View,
    Type(usize),
}

fn read<'a>(block: &'a Block, options: &Options) -> Result<Option<Draft<'a>>, Vec<Problem>> {
    let mut reader = Reader {
        block,
        xml: Xml::new(block),
        packages: HashMap::new(),
        kinds: HashMap::new(),
        types: Types::new(options),
        cas: Cas::default(),
        several: 0,
    };
    reader.elements().map_err(|problem| vec![problem])?;
    if reader.several > 0 {
        let what = "values of features that have several";
        reader.cas.unread.push((what, reader.several));
    }
    cas::draft(block, reader.cas, &mut reader.types, options).map(Some)
}

impl<'a> Reader<'a> {
    fn elements(&mut self) -> Result<(), Problem> {
        loop {
            match self.xml.step()? {
                Step::Done => return Ok(()),
                Step::Begin(element) => match self.xml.depth() {
                    1 => self.root(&element)?,
                    2 => self.structure(&element)?,
                    // Lists of strings and numbers stand as elements of their own.
                    _ => self.several += 1,
                },
                Step::End | Step::Text(_) => {}
            }
        }
    }

    fn root(&mut self, element: &Element<'a>) -> Result<(), Problem> {
        if element.local() != "XMI" {
            let problem = self.block.problem(element.at.clone(), "this XML is no XMI");
            let problem = problem.found(format!("the element {}", element.name()));
            return Err(problem
                .expected("xmi:XMI")
                .mend("say what it is with --from"));
        }
        for attribute in element.attributes(self.block) {
            let (name, value) = attribute?;
            self.declare(name, &value);
        }
        Ok(())
    }

    /// Takes note of the package of a prefix.
    fn declare(&mut self, attribute: &'a str, value: &str) {
        if let Some(prefix) = attribute.strip_prefix("xmlns:") {
            let path = value.strip_prefix("http:///").unwrap_or(value);
            let path = path.strip_suffix(".ecore").unwrap_or(path);
            let package = match path {
                "uima/noNamespace" => String::new(),
                _ => path.replace('/', ".") + ".",
            };
            self.packages.insert(prefix, package);
        }
    }

    fn kind(&mut self, element: &Element<'a>) -> Result<Kind, Problem> {
        let name = element.name();
        if let Some(kind) = self.kinds.get(name) {
            return Ok(*kind);
        }
        let (prefix, local) = name.rsplit_once(':').unwrap_or(("", name));
        let Some(package) = self.packages.get(prefix) else {
            let what = format!("the prefix {prefix:?} is not declared");
            let problem = self.block.problem(element.at.clone(), what);
            let problem = problem.expected(format!("xmlns:{prefix} in the element xmi:XMI"));
            return Err(problem.mend("export the file again"));
        };
        let full = format!("{package}{local}");
        let kind = match full.as_str() {
            "uima.cas.NULL" => Kind::Null,
            "uima.cas.Sofa" => Kind::Sofa,
            "uima.cas.View" => Kind::View,
            _ => Kind::Type(self.types.index(Cow::Owned(full), local)),
        };
        self.kinds.insert(name, kind);
        Ok(kind)
    }

    fn structure(&mut self, element: &Element<'a>) -> Result<(), Problem> {
        for attribute in element.attributes(self.block) {
            let (name, value) = attribute?;
            if !name.starts_with("xmlns:") {
                break;
            }
            self.declare(name, &value);
        }
        match self.kind(element)? {
            Kind::Null => Ok(()),
            Kind::Sofa => self.sofa(element),
            Kind::View => self.view(element),
            Kind::Type(kind) => self.annotation(element, kind),
        }
    }

    fn sofa(&mut self, element: &Element<'a>) -> Result<(), Problem> {
        let view = element.attribute(self.block, "sofaID")?;
        self.cas.sofas.push(Sofa {
            id: element.number(self.block, "xmi:id")?,
            view: view.unwrap_or_default(),
            text: element.attribute(self.block, "sofaString")?,
        });
        Ok(())
    }

    fn view(&mut self, element: &Element<'a>) -> Result<(), Problem> {
        let Some(sofa) = element.attribute(self.block, "sofa")? else {
            return Ok(());
        };
        let sofa = whole_number(self.block, &element.at, "sofa", &sofa)?;
        let members = element
            .attribute(self.block, "members")?
            .unwrap_or_default();
        let members = members.split_ascii_whitespace();
        let members = members.map(|id| whole_number(self.block, &element.at, "a member", id));
        self.cas
            .views
            .push((sofa, members.collect::<Result<_, _>>()?));
        Ok(())
    }

    fn annotation(&mut self, element: &Element<'a>, kind: usize) -> Result<(), Problem> {
        let is_read = self.types.is_read(kind);
        let is_array = self.types.short(kind) == "FSArray";
        let mut found = Structure {
            id: None,
            kind,
            sofa: None,
            begin: None,
            end: None,
            features: Vec::new(),
            elements: Vec::new(),
            at: element.at.clone(),
        };
        for attribute in element.attributes(self.block) {
            let (name, value) = attribute?;
            let number = || whole_number(self.block, &element.at, name, &value).map(Some);
            match name {
                "xmi:id" => found.id = number()?,
                "sofa" => found.sofa = number()?,
                "begin" => found.begin = number()?,
                "end" => found.end = number()?,
                "elements" if is_array => {
                    let ids = value.split_ascii_whitespace();
                    found.elements = ids.filter_map(|id| id.parse().ok()).collect();
                }
                _ if is_read => {
                    let feature = (Cow::Borrowed(name), Value::Text(value));
                    found.features.push(feature);
                }
                _ => {}
            }
        }
        self.cas.structures.push(found);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
