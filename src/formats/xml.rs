//! What the readers of XML share: one pass over the elements of a block with their places, decoded as XML says, and refusal of all that is no plain XML.
//!
//! Line ends follow XML's own rule: CRLF and CR that stand in the file become LF in text and a space in attributes, while `&#13;` and `&#10;` stay what they
//! are. Entities that a file declares itself are never expanded.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::attributes::Attributes;
use quick_xml::events::{BytesDecl, BytesRef, Event};
use quick_xml::{Reader, XmlVersion};

use super::claims::Mapping;
use super::options::MOST_XML_DEPTH;
use super::{Block, Head};
use crate::annotation::ALL_LABELS;
use crate::error::Problem;

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

/// Whether XML has a place for a character at all.
pub(super) const fn is_legal(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{fffd}' | '\u{10000}'..)
}

/// The text with a space for every character that XML forbids, and how many those were. All of them are one unit of UTF-16 long, as the space is.
pub(super) fn legal(text: &str) -> (Cow<'_, str>, u64) {
    let count = text.chars().filter(|c| !is_legal(*c)).count() as u64;
    if count == 0 {
        return (Cow::Borrowed(text), 0);
    }
    let replaced = text.chars().map(|c| if is_legal(c) { c } else { ' ' });
    (Cow::Owned(replaced.collect()), count)
}

/// Adds text to an attribute, so that every character of it survives.
pub(super) fn push_attribute(out: &mut String, text: &str) {
    push_escaped(out, text, |c| match c {
        '\n' => Some("&#10;"),
        '\t' => Some("&#9;"),
        '"' => Some("&quot;"),
        _ => None,
    });
}

/// Adds text to an element, so that every character of it survives.
pub(super) fn push_text(out: &mut String, text: &str) {
    push_escaped(out, text, |_| None);
}

fn push_escaped(out: &mut String, text: &str, more: impl Fn(char) -> Option<&'static str>) {
    for c in text.chars() {
        let escaped = match c {
            '&' => Some("&amp;"),
            '<' => Some("&lt;"),
            '>' => Some("&gt;"),
            '\r' => Some("&#13;"),
            // Readers of XML 1.1 would take these for line ends.
            '\u{85}' => Some("&#133;"),
            '\u{2028}' => Some("&#8232;"),
            _ => more(c),
        };
        match escaped {
            Some(escaped) => out.push_str(escaped),
            None => out.push(c),
        }
    }
}

/// Whether a label can be written in XML, and is read back as that of a mention.
pub(super) fn is_label(label: &str) -> bool {
    static DEFAULT: LazyLock<Mapping> = LazyLock::new(Mapping::default);
    let written = !label.is_empty() && label != ALL_LABELS && label.chars().all(is_legal);
    written && DEFAULT.part(label).is_none()
}

#[cfg(test)]
pub(super) mod tests {
    use std::path::Path;

    use super::*;
    use crate::annotation::{Annotations, Certainty, Claim, Content, Mention, Polarity};
    use crate::document::Document;
    use crate::formats::{Format, Losses, Options, Parted, Piece, Record, Whole};
    use crate::span::{Extent, Span};

    /// The steps of a file in short, or the problem that ends them.
    fn steps(text: &str) -> Result<String, Problem> {
        let block = Block::new("a.xml", 1, text);
        let mut xml = Xml::new(&block);
        let mut out = String::new();
        loop {
            match xml.step()? {
                Step::Begin(element) => {
                    out.push_str(&format!("<{}", element.name()));
                    for attribute in element.attributes(&block) {
                        let (name, value) = attribute?;
                        out.push_str(&format!(" {name}={value:?}"));
                    }
                    out.push('>');
                }
                Step::End => out.push_str("</>"),
                Step::Text(text) => out.push_str(&format!("{text:?}")),
                Step::Done => return Ok(out),
            }
        }
    }

    fn refused(text: &str) -> String {
        steps(text).unwrap_err().to_string()
    }

    #[test]
    fn elements_attributes_and_text_are_decoded_as_xml_says() {
        let text = "<?xml version='1.0' encoding='UTF-8'?>\n<!-- c --><a b=\"1&#10;&#13;&lt;\r\n2\" c='&quot;'>x\r\ny&#13;&amp;<![CDATA[<&]]><d/></a>\n";
        let expected = "<a b=\"1\\n\\r< 2\" c=\"\\\"\">\"x\\ny\"\"\\r\"\"&\"\"<&\"<d></></>";
        assert_eq!(steps(text).unwrap(), expected);
    }

    #[test]
    fn entities_of_a_file_are_refused_and_never_expanded() {
        let laughs = "<!DOCTYPE a [<!ENTITY l \"ha\"><!ENTITY m \"&l;&l;&l;&l;\">]><a>&m;</a>";
        assert_eq!(
            refused(laughs),
            "a.xml:1:1: this XML declares entities of its own, expected no entity declarations: they can make a small file fill any memory, and none is expanded (take the DOCTYPE out, and write the text that the entities stand for)"
        );
        let message = refused("<a>x\n&uuml;</a>");
        assert!(
            message.starts_with("a.xml:2:1: this XML refers to a character that is not known: found the reference &uuml;, expected "),
            "{message}"
        );
        assert!(refused("<a b='&uuml;'/>").contains("attributes of this element cannot be read"));
        assert!(steps("<!DOCTYPE a SYSTEM \"a.dtd\"><a/>").is_ok());
    }

    #[test]
    fn what_is_no_well_formed_xml_is_refused_with_its_place() {
        assert_eq!(
            refused("<a>\n<b>x"),
            "a.xml:2:4: this XML cannot be read: found the end of the file, with 2 elements open, expected well-formed XML (export the file again, or correct it in an editor that checks XML)"
        );
        for (text, place) in [
            ("<a>\n<b></a>", "a.xml:2:4: this XML cannot be read"),
            ("", "a.xml:1:1: this XML cannot be read: found no element"),
            (
                "<a/><b/>",
                "a.xml:1:5: this XML cannot be read: found a second outermost element",
            ),
            (
                "text<a/>",
                "a.xml:1:1: this XML cannot be read: found text outside",
            ),
            (
                "<a b=1/>",
                "a.xml:1:1: the attributes of this element cannot be read",
            ),
            (
                "<a b='1' b='2'/>",
                "a.xml:1:1: the attributes of this element cannot be read",
            ),
            ("<a>&#0;</a>", "a.xml:1:4: this XML refers to a character"),
            (
                "<a>&#xD800;</a>",
                "a.xml:1:4: this XML refers to a character",
            ),
            ("<a", "a.xml:1:1: this XML cannot be read"),
            (
                "<?xml version='1.0' encoding='ISO-8859-1'?><a/>",
                "a.xml:1:1: this XML says that it is not UTF-8: found the encoding \"ISO-8859-1\"",
            ),
        ] {
            let message = refused(text);
            assert!(message.starts_with(place), "{text}: {message}");
        }
    }

    #[test]
    fn deep_elements_and_masses_of_attributes_are_refused() {
        let deep = |depth: usize| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
        assert!(steps(&deep(MOST_XML_DEPTH)).is_ok());
        assert!(refused(&deep(100_000)).contains("elements are nested too deep"));
        let many: String = (0..5000).map(|at| format!(" a{at}=''")).collect();
        assert!(refused(&format!("<a{many}/>")).contains("more than 256 attributes"));
    }

    #[test]
    fn what_is_escaped_is_read_back_exactly() {
        let text = "\r\n\t a\u{85}\u{2028}<&>\"'😀 ]]>";
        let mut out = String::from("<a b=\"");
        push_attribute(&mut out, text);
        out.push_str("\">");
        push_text(&mut out, text);
        out.push_str("</a>");
        let block = Block::new("a.xml", 1, out);
        let mut xml = Xml::new(&block);
        let Step::Begin(element) = xml.step().unwrap() else {
            panic!("no element");
        };
        assert_eq!(element.attribute(&block, "b").unwrap().unwrap(), text);
        assert_eq!(xml.text().unwrap().0, text);
        assert_eq!(legal("a\u{1}b\u{ffff}"), (Cow::Borrowed("a b "), 2));
    }

    #[test]
    fn what_xml_or_a_format_has_no_place_for_is_told_and_the_rest_keeps_its_offsets() {
        let text = "\u{1}a\u{2}b \u{3} c\u{1f600}d";
        let document = Document::new("a", text);
        let mention = |words: &str, label: &'static str| {
            let start = text.find(words).unwrap();
            let span = Span::new(text, start, start + words.len()).unwrap();
            Mention {
                extent: span.into(),
                label: label.into(),
            }
        };
        let mut mentions = vec![
            mention("a\u{2}b", "X"),
            mention("d", "Y"),
            mention("b", "Source"),
        ];
        mentions.extend([
            mention("\u{3}", "Z"),
            mention("c", "Token"),
            mention("c", "a\u{1}"),
        ]);
        let annotations = Annotations {
            mentions,
            claims: Vec::new(),
        };
        let whole = Whole {
            document: &document,
            annotations: &annotations,
            says: [true, true],
        };
        for (name, kept) in [
            ("xmi", &["a b/X", "c/Token", "d/Y"][..]),
            ("gate", &["a b/X", "d/Y"]),
        ] {
            let format = Format::from_name(name).unwrap();
            let mut losses = Losses::default();
            let output = format.writer.document(&whole, &mut losses).0.swap_remove(0);
            let mut lost: Vec<_> = losses
                .iter()
                .map(|(what, count, _)| format!("{count} {what}"))
                .collect();
            lost.retain(|what| !what.contains("Token"));
            assert_eq!(
                lost,
                [
                    "3 characters that XML forbids",
                    "1 mentions of nothing but characters that XML forbids",
                    "1 mentions with the label \"Source\"",
                    "1 mentions with the label \"a\\u{1}\"",
                ]
            );
            let block = Block::new("a", 1, output.text);
            let record = Record::of(format, &block, &Options::default())
                .unwrap()
                .unwrap();
            let own = record.text().unwrap();
            assert_eq!(own, " a b   c\u{1f600}d");
            let read = record
                .read(&Document::new("a", own), &Options::default())
                .unwrap();
            let read = read.annotations.mentions.iter();
            let found: Vec<_> = read
                .map(|m| format!("{}/{}", m.extent.text(own), m.label))
                .collect();
            assert_eq!(found, kept, "{name}");
        }
    }

    #[test]
    fn each_format_of_xml_is_recognised_by_its_first_element() {
        let (document, annotations) = example(false);
        let whole = Whole {
            document: &document,
            annotations: &annotations,
            says: [true, true],
        };
        let recognised = |path: &str, text: &str| {
            let path = Path::new(path);
            let head = Head {
                path,
                extension: crate::formats::extension(path),
                text,
            };
            let found = crate::formats::FORMATS
                .into_iter()
                .find(|format| (format.recognise)(&head));
            found.map(|format| format.name)
        };
        for name in ["knowtator", "xmi", "gate", "cas-json"] {
            let format = Format::from_name(name).unwrap();
            let outputs = format.writer.document(&whole, &mut Losses::default());
            let annotated = outputs.0.iter().filter(|output| {
                format
                    .extensions
                    .iter()
                    .any(|ending| output.file.ends_with(&format!(".{ending}")))
            });
            let first = annotated.into_iter().next().unwrap();
            let comment = format!("\n<!-- a > b -->\n{}", first.text);
            let text = if name == "cas-json" {
                &first.text
            } else {
                &comment
            };
            assert_eq!(recognised(&format!("a{}", first.file), text), Some(name));
        }
        let types = "<?xml version=\"1.0\"?>\n<typeSystemDescription xmlns=\"x\"/>";
        assert_eq!(recognised("a.xml", types), None);
        assert_eq!(
            recognised("a.xml", "<annotations><a textSource=''/></annotations>"),
            None
        );
    }

    /// A document with an emoji, a line end of each kind, nested, crossing, repeated and perhaps discontinuous mentions, and claims with all that claims have.
    pub(in crate::formats) fn example(discontinuous: bool) -> (Document, Annotations) {
        let text =
            "\u{1f600} Anna \"B\" <Lee> said\r\nthat Bob & Co.,\tshe thinks,\nwould not win.\n";
        let at = |words: &str| {
            let start = text.find(words).unwrap();
            Span::new(text, start, start + words.len()).unwrap()
        };
        let mention = |spans: &[&str], label: &'static str| Mention {
            extent: Extent::new(spans.iter().map(|words| at(words)).collect()).unwrap(),
            label: label.into(),
        };
        let mut mentions = vec![
            mention(&["Anna \"B\" <Lee>"], "PER"),
            mention(&["Anna"], "PER"),
            mention(&["Anna"], "PER"),
            mention(&["<Lee> said"], "A \"<b>&\u{e9}"),
            mention(&["said\r\nthat"], "X"),
            mention(&["Bob & Co."], "ORG"),
        ];
        if discontinuous {
            mentions.push(mention(&["Anna", "<Lee>"], "PER"));
        }
        let part =
            |words: &[&str]| Extent::new(words.iter().map(|words| at(words)).collect()).unwrap();
        let outer = Claim {
            source: Some(part(&["Anna", "<Lee>"])),
            cue: Some(part(&["said"])),
            polarity: Some(Polarity::Affirmed),
            certainty: Some(Certainty::Certain),
            kind: Some("fore\"cast".into()),
            ..Claim::new(part(&["Bob & Co.", "would not win."]))
        };
        let inner = Claim {
            source: Some(part(&["she"])),
            cue: Some(part(&["thinks"])),
            certainty: Some(Certainty::Hedged),
            parent: Some(0),
            ..Claim::new(part(&["would not win."]))
        };
        let alone = Claim {
            polarity: Some(Polarity::Denied),
            parent: Some(1),
            ..Claim::new(part(&["would not"]))
        };
        let claims = vec![outer, inner, alone];
        (Document::new("a&b", text), Annotations { mentions, claims })
    }

    /// Writes and reads a document, and compares all that the format says that it holds. Claims are compared with their parents in place of indices.
    pub(in crate::formats) fn round_trip(
        format: &'static Format,
        example: &(Document, Annotations),
    ) {
        let (document, annotations) = example;
        let whole = Whole {
            document,
            annotations,
            says: [true, true],
        };
        let mut losses = Losses::default();
        let outputs = format.writer.document(&whole, &mut losses);
        let claims = format.writer.holds.claims != crate::formats::Claims::No;
        let lost: Vec<&str> = losses.iter().map(|(what, _, _)| what).collect();
        assert_eq!(lost, if claims { &[][..] } else { &["claims"][..] });
        let mut pieces = outputs.0.into_iter().map(|output| Piece {
            path: Path::new(&format!("a&b{}", output.file)).into(),
            line: 1,
            text: output.text,
        });
        let article = match format.parted {
            Parted::WithArticle(_) => pieces.next(),
            _ => None,
        };
        let block = Block {
            piece: pieces.next().unwrap(),
            number: 1,
            ordinal: 1,
            whole: true,
            companions: article.into_iter().collect(),
        };
        let options = Options::default();
        let record = Record::of(format, &block, &options).unwrap().unwrap();
        assert_eq!((record.id(), record.text()), ("a&b", Some(document.text())));
        let read = record.read(document, &options).unwrap();
        assert_eq!(read.remarks, []);
        let sorted = |mentions: &[Mention]| {
            let mut mentions = mentions.to_vec();
            mentions.sort();
            mentions
        };
        assert_eq!(
            sorted(&read.annotations.mentions),
            sorted(&annotations.mentions)
        );
        let expected = if claims {
            with_parents(&annotations.claims)
        } else {
            Vec::new()
        };
        assert_eq!(with_parents(&read.annotations.claims), expected);
    }

    /// Claims in order, with the contents of those that they lie in.
    fn with_parents(claims: &[Claim]) -> Vec<(Claim, Option<Content>)> {
        let parent = |claim: &Claim| claim.parent.map(|at| claims[at].content.clone());
        let alone = |claim: &Claim| Claim {
            parent: None,
            ..claim.clone()
        };
        let mut all: Vec<_> = claims
            .iter()
            .map(|claim| (alone(claim), parent(claim)))
            .collect();
        all.sort();
        all
    }
}
