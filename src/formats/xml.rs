//! What the readers of XML share: one pass over the elements of a block with their places, decoded as XML says, and refusal of all that is no plain XML.
//!
//! Line ends follow XML's own rule: CRLF and CR that stand in the file become LF in text and a space in attributes, while `&#13;` and `&#10;` stay what they
//! are. Entities that a file declares itself are never expanded.

mod escape;
#[cfg(test)]
pub(super) mod tests;

use std::borrow::Cow;
use std::ops::Range;

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::attributes::Attributes;
use quick_xml::events::{BytesDecl, BytesRef, Event};
use quick_xml::{Reader, XmlVersion};

use super::options::MOST_XML_DEPTH;
use super::{Block, Head};
use crate::error::Problem;

pub(super) use escape::{is_label, is_legal, legal, push_attribute, push_text};

/// An element with more attributes than this is refused: each must be compared with every other.
const MOST_ATTRIBUTES: usize = 256;

/// What to do about a file that is no XML.
const EXPORT_AGAIN: &str = "export the file again, or correct it in an editor that checks XML";

/// One step through a file.
pub(super) enum Step<'a> {
    /// An element begins.
    Begin(Element<'a>),
    /// The innermost element ends.
    End,
    /// Text within the innermost element.
    Text(Cow<'a, str>),
    /// The file is at its end.
    Done,
}

/// The beginning of an element.
#[derive(Debug, Clone)]
pub(super) struct Element<'a> {
    /// What stands between its angle brackets.
    tag: &'a str,
    /// How many bytes of that are its name.
    name: usize,
    /// Where its first tag stands.
    pub(super) at: Range<usize>,
    version: XmlVersion,
}

/// A pass over the XML of a block.
pub(super) struct Xml<'a> {
    block: &'a Block,
    reader: Reader<&'a [u8]>,
    depth: usize,
    /// Whether the outermost element has begun.
    begun: bool,
    version: XmlVersion,
}

impl<'a> Xml<'a> {
    pub(super) fn new(block: &'a Block) -> Self {
        let mut reader = Reader::from_str(block.text());
        reader.config_mut().expand_empty_elements = true;
        Self {
            block,
            reader,
            depth: 0,
            begun: false,
            version: XmlVersion::Implicit1_0,
        }
    }

    /// How many elements are open.
    pub(super) const fn depth(&self) -> usize {
        self.depth
    }

    fn position(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX)
    }

    /// The next step.
    ///
    /// # Errors
    /// Where the file is no well-formed XML, or declares entities or another encoding than UTF-8.
    pub(super) fn step(&mut self) -> Result<Step<'a>, Problem> {
        loop {
            let before = self.position();
            let event = self.reader.read_event();
            let at = before..self.position();
            match event {
                Ok(Event::Start(_) | Event::Empty(_)) => return self.begin(at).map(Step::Begin),
                Ok(Event::End(_)) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Step::End);
                }
                Ok(Event::Text(text)) => {
                    if self.depth > 0 {
                        return Ok(Step::Text(text.xml_content(self.version)));
                    }
                    if !text.trim().is_empty() {
                        return Err(self.malformed(at, "text outside of every element"));
                    }
                }
                Ok(Event::CData(text)) => return Ok(Step::Text(text.xml_content(self.version))),
                Ok(Event::GeneralRef(reference)) => {
                    return self.reference(&reference, at).map(Step::Text);
                }
                Ok(Event::Decl(declaration)) => self.declared(&declaration, at)?,
                Ok(Event::DocType(declared)) => self.check_types(&declared, at)?,
                Ok(Event::Comment(_) | Event::PI(_)) => {}
                Ok(Event::Eof) if self.depth > 0 => {
                    let end = self.block.text().trim_end().len();
                    let at = end.saturating_sub(1)..end;
                    let open = format!("the end of the file, with {} elements open", self.depth);
                    return Err(self.malformed(at, &open));
                }
                Ok(Event::Eof) if !self.begun => {
                    return Err(self.malformed(0..1, "no element"));
                }
                Ok(Event::Eof) => return Ok(Step::Done),
                Err(error) => {
                    let at = usize::try_from(self.reader.error_position()).unwrap_or(before);
                    return Err(self.malformed(at..at + 1, &error.to_string()));
                }
            }
        }
    }

    fn begin(&mut self, at: Range<usize>) -> Result<Element<'a>, Problem> {
        if self.depth == 0 && self.begun {
            return Err(self.malformed(at, "a second outermost element"));
        }
        self.begun = true;
        self.depth += 1;
        if self.depth > MOST_XML_DEPTH {
            let what = "elements are nested too deep";
            let problem = self.block.problem(at, what);
            return Err(problem
                .expected(format!(
                    "at most {MOST_XML_DEPTH} elements within each other"
                ))
                .mend("no annotation tool writes such a file; export it again"));
        }
        let inside = self
            .block
            .text()
            .get(at.start + 1..at.end.saturating_sub(1));
        let inside = inside.unwrap_or_default();
        let tag = inside.strip_suffix('/').unwrap_or(inside);
        let name = tag.find(|c: char| c.is_ascii_whitespace());
        Ok(Element {
            tag,
            name: name.unwrap_or(tag.len()),
            at,
            version: self.version,
        })
    }

    /// The character that a reference stands for.
    fn reference(&self, found: &BytesRef<'_>, at: Range<usize>) -> Result<Cow<'a, str>, Problem> {
        if let Some(known) = resolve_predefined_entity(found) {
            return Ok(Cow::Borrowed(known));
        }
        match found.resolve_char_ref() {
            Ok(Some(character)) => Ok(Cow::Owned(character.to_string())),
            Ok(None) | Err(_) => {
                let what = format!("the reference &{};", &**found);
                Err(unknown_entity(self.block, at, &what))
            }
        }
    }

    fn declared(&mut self, found: &BytesDecl<'_>, at: Range<usize>) -> Result<(), Problem> {
        self.version = found.xml_version().unwrap_or(XmlVersion::Implicit1_0);
        let encoding = match found.encoding() {
            Some(Ok(encoding)) => encoding,
            Some(Err(error)) => return Err(self.malformed(at, &error.to_string())),
            None => return Ok(()),
        };
        let known = ["utf-8", "utf8", "us-ascii", "ascii"];
        if known
            .iter()
            .any(|known| encoding.eq_ignore_ascii_case(known))
        {
            return Ok(());
        }
        let problem = self.block.problem(at, "this XML says that it is not UTF-8");
        Err(problem
            .found(format!("the encoding {encoding:?}"))
            .expected("UTF-8")
            .mend("convert the file to UTF-8, and take the encoding out of its first line"))
    }

    fn check_types(&self, declared: &str, at: Range<usize>) -> Result<(), Problem> {
        if !declared.contains("<!ENTITY") {
            return Ok(());
        }
        let problem = self
            .block
            .problem(at, "this XML declares entities of its own");
        Err(problem
            .expected("no entity declarations: they can make a small file fill any memory, and none is expanded")
            .mend("take the DOCTYPE out, and write the text that the entities stand for"))
    }

    /// Skips all that stands within the innermost element, and its end.
    pub(super) fn skip(&mut self) -> Result<(), Problem> {
        let inside = self.depth;
        while self.depth >= inside {
            self.step()?;
        }
        Ok(())
    }

    /// The text of the innermost element, whose end is passed, without that of elements in it.
    pub(super) fn text(&mut self) -> Result<(Cow<'a, str>, Range<usize>), Problem> {
        let (inside, begin) = (self.depth, self.position());
        let (mut text, mut end) = (Cow::Borrowed(""), begin);
        loop {
            match self.step()? {
                Step::Text(more) if self.depth == inside => {
                    end = self.position();
                    if text.is_empty() {
                        text = more;
                    } else {
                        text.to_mut().push_str(&more);
                    }
                }
                Step::End if self.depth < inside => return Ok((text, begin..end)),
                Step::Done => return Ok((text, begin..end)),
                _ => {}
            }
        }
    }

    fn malformed(&self, at: Range<usize>, found: &str) -> Problem {
        let problem = self.block.problem(at, "this XML cannot be read");
        let problem = problem.found(found);
        problem.expected("well-formed XML").mend(EXPORT_AGAIN)
    }
}

fn unknown_entity(block: &Block, at: Range<usize>, found: &str) -> Problem {
    let problem = block.problem(at, "this XML refers to a character that is not known");
    problem
        .found(found)
        .expected("&lt; &gt; &amp; &quot; &apos; or the number of a character such as &#233;")
        .mend("write the character itself; entities of a DOCTYPE are not expanded")
}

impl<'a> Element<'a> {
    /// Its name with its prefix.
    pub(super) fn name(&self) -> &'a str {
        &self.tag[..self.name]
    }

    /// Its name without its prefix.
    pub(super) fn local(&self) -> &'a str {
        let name = self.name();
        name.rsplit_once(':').map_or(name, |(_, local)| local)
    }

    /// Its attributes, with their prefixes, decoded.
    ///
    /// # Errors
    /// The first that cannot be read.
    pub(super) fn attributes(
        &self,
        block: &Block,
    ) -> impl Iterator<Item = Result<(&'a str, Cow<'a, str>), Problem>> {
        let (at, version) = (self.at.clone(), self.version);
        let problem = move |found: &str| {
            let problem =
                block.problem(at.clone(), "the attributes of this element cannot be read");
            problem
                .found(found)
                .expected("well-formed XML")
                .mend(EXPORT_AGAIN)
        };
        let found = Attributes::new(self.tag, self.name).enumerate();
        found.map(move |(count, attribute)| {
            let attribute = attribute.map_err(|error| problem(&error.to_string()))?;
            if count >= MOST_ATTRIBUTES {
                return Err(problem(&format!("more than {MOST_ATTRIBUTES} attributes")));
            }
            // Nearly every value stands for itself.
            let plain = |byte: u8| byte.is_ascii() && byte >= b' ' && byte != b'&';
            let value = if attribute.value.bytes().all(plain) {
                attribute.value
            } else {
                let value = attribute.normalized_value(version);
                value.map_err(|error| problem(&error.to_string()))?
            };
            Ok((attribute.key.0, value))
        })
    }

    /// The attribute of this name.
    ///
    /// # Errors
    /// Where the attributes cannot be read.
    pub(super) fn attribute(
        &self,
        block: &Block,
        name: &str,
    ) -> Result<Option<Cow<'a, str>>, Problem> {
        for attribute in self.attributes(block) {
            let (key, value) = attribute?;
            if key == name {
                return Ok(Some(value));
            }
        }
        Ok(None)
    }

    /// The attribute of this name, which must be there.
    ///
    /// # Errors
    /// Where it is not there, or the attributes cannot be read.
    pub(super) fn needed(&self, block: &Block, name: &str) -> Result<Cow<'a, str>, Problem> {
        self.attribute(block, name)?
            .ok_or_else(|| self.without(block, name))
    }

    /// The problem that an attribute is not there.
    pub(super) fn without(&self, block: &Block, name: &str) -> Problem {
        let what = format!("this {} has no {name}", self.name());
        let problem = block.problem(self.at.clone(), what);
        problem
            .expected(format!("an attribute {name}"))
            .mend(EXPORT_AGAIN)
    }

    /// The whole number in an attribute, which must be there.
    ///
    /// # Errors
    /// Where it is not there, or no whole number.
    pub(super) fn number(&self, block: &Block, name: &str) -> Result<i64, Problem> {
        let value = self.needed(block, name)?;
        whole_number(block, &self.at, name, &value)
    }
}

/// The whole number that an attribute holds.
///
/// # Errors
/// Where it is none.
pub(super) fn whole_number(
    block: &Block,
    at: &Range<usize>,
    name: &str,
    value: &str,
) -> Result<i64, Problem> {
    value.trim().parse().map_err(|_| {
        let problem = block.problem(at.clone(), format!("{name} is no whole number"));
        let problem = problem.found(format!("{value:?}"));
        problem.expected("a whole number").mend(EXPORT_AGAIN)
    })
}

/// The first tag of a file, as much of it as was looked at; `None` where it is no XML.
pub(super) fn first_tag<'h>(head: &Head<'h>) -> Option<&'h str> {
    let mut rest = head.text.trim_start();
    loop {
        let after = if rest.starts_with("<?") {
            rest.find("?>").map(|end| end + 2)
        } else if rest.starts_with("<!--") {
            rest.find("-->").map(|end| end + 3)
        } else if rest.starts_with("<!") {
            rest.find('>').map(|end| end + 1)
        } else {
            let end = rest.find('>').unwrap_or(rest.len());
            return rest[..end].strip_prefix('<');
        };
        rest = rest[after?..].trim_start();
    }
}
