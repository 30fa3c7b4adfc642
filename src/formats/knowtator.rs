//! Knowtator XML, as CRAFT and eHOST have it: mentions with spans in an article that lies beside, and classes that mentions are instances of.
//!
//! Offsets are code points, end exclusive. The label of a mention is the id of its class, such as `UBERON:0000955`. Slots, which hold attributes and relations, are
//! passed over.

mod write;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

use super::complaints::Complaints;
use super::draft::{At, Pair};
use super::xml::{self, Element, Step, Xml};
use super::{Block, Draft, Format, Head, Options, Parted, Stretch};
use crate::error::Problem;
use crate::offset::Unit;

/// The format.
pub static FORMAT: Format = Format {
    name: "knowtator",
    title: "Knowtator XML",
    extensions: &["xml"],
    unit: Unit::CodePoint,
    about_offsets: "Knowtator counts characters (code points) from 0, end exclusive; was the article edited after it was labelled?",
    parted: Parted::WithArticle("txt"),
    recognise,
    read,
    annotators: None,
    frames: false,
    writer: write::WRITER,
};

/// What stands between the fragments of a quoted text.
const BETWEEN_FRAGMENTS: &str = " ... ";

/// What a person writes to take the annotations of all annotators.
const EVERYBODY: &str = "*";

fn recognise(head: &Head<'_>) -> bool {
    let root = xml::first_tag(head).and_then(|tag| tag.strip_prefix("annotations"));
    root.is_some_and(|rest| {
        rest.starts_with(|c: char| c.is_whitespace()) && rest.contains("textSource")
    })
}

/// An annotation as it stands in the file.
#[derive(Default)]
struct Annotation<'a> {
    mention: Option<Cow<'a, str>>,
    annotator: Option<Annotator<'a>>,
    pairs: Vec<Pair>,
    quoted: Option<Cow<'a, str>>,
    quoted_at: Range<usize>,
    /// Where it stands: its first span, else its first tag.
    at: Range<usize>,
}

/// Who annotated: an id, and a name; either may be empty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Annotator<'a> {
    id: Cow<'a, str>,
    name: Cow<'a, str>,
}

impl Annotator<'_> {
    fn is(&self, wanted: &str) -> bool {
        self.id == wanted || self.name == wanted
    }

    fn shown(&self) -> &str {
        if self.name.is_empty() {
            &self.id
        } else {
            &self.name
        }
    }
}

struct Reader<'a> {
    block: &'a Block,
    xml: Xml<'a>,
    annotations: Vec<Annotation<'a>>,
    /// The class of each mention, by the mention's id.
    classes: HashMap<Cow<'a, str>, Cow<'a, str>>,
    draft: Draft<'a>,
}

fn read<'a>(block: &'a Block, options: &Options) -> Result<Option<Draft<'a>>, Vec<Problem>> {
    let mut reader = Reader {
        block,
        xml: Xml::new(block),
        annotations: Vec::new(),
        classes: HashMap::new(),
        draft: Draft {
            id: Cow::Owned(block.stem()),
            text: block
                .companions
                .first()
                .map(|article| Cow::Borrowed(article.text.as_str())),
            ..Draft::default()
        },
    };
    reader.elements().map_err(|problem| vec![problem])?;
    let chosen = reader.chosen(options)?;
    reader.stretches(chosen.as_ref()).map(Some)
}

impl<'a> Reader<'a> {
    /// Reads the elements of the file.
    fn elements(&mut self) -> Result<(), Problem> {
        loop {
            match self.xml.step()? {
                Step::Done => return Ok(()),
                Step::Begin(element) if self.xml.depth() == 1 => self.check_root(&element)?,
                Step::Begin(element) => match element.name() {
                    "annotation" => self.annotation(&element)?,
                    "classMention" => self.class(&element)?,
                    other => {
                        self.draft.pass_over(format!("{other} elements"));
                        self.xml.skip()?;
                    }
                },
                Step::End | Step::Text(_) => {}
            }
        }
    }

    fn check_root(&self, element: &Element<'_>) -> Result<(), Problem> {
        if element.name() == "annotations" {
            return Ok(());
        }
        let problem = self
            .block
            .problem(element.at.clone(), "this XML is not Knowtator's");
        let problem = problem.found(format!("the element {}", element.name()));
        Err(problem
            .expected("annotations")
            .mend("say what it is with --from"))
    }

    fn annotation(&mut self, element: &Element<'a>) -> Result<(), Problem> {
        let mut found = Annotation {
            at: element.at.clone(),
            ..Annotation::default()
        };
        let inside = self.xml.depth();
        while self.xml.depth() >= inside {
            let Step::Begin(element) = self.xml.step()? else {
                continue;
            };
            match element.name() {
                "mention" => found.mention = Some(element.needed(self.block, "id")?),
                "span" => {
                    if found.pairs.is_empty() {
                        found.at = element.at.clone();
                    }
                    let [start, end] = ["start", "end"];
                    let start = element.number(self.block, start)?;
                    found.pairs.push([start, element.number(self.block, end)?]);
                }
                "annotator" => {
                    let id = element.attribute(self.block, "id")?.unwrap_or_default();
                    let (name, _) = self.xml.text()?;
                    found.annotator = Some(Annotator { id, name });
                }
                "spannedText" => {
                    let (quoted, at) = self.xml.text()?;
                    (found.quoted, found.quoted_at) = (Some(quoted), at);
                }
                other => {
                    self.draft.pass_over(format!("{other} elements"));
                    self.xml.skip()?;
                }
            }
        }
        self.annotations.push(found);
        Ok(())
    }

    fn class(&mut self, element: &Element<'a>) -> Result<(), Problem> {
        let mention = element.needed(self.block, "id")?;
        let mut class = None;
        let inside = self.xml.depth();
        while self.xml.depth() >= inside {
            let Step::Begin(child) = self.xml.step()? else {
                continue;
            };
            if child.name() == "mentionClass" {
                let id = child.attribute(self.block, "id")?.unwrap_or_default();
                let (name, _) = self.xml.text()?;
                class = Some(if id.is_empty() { name } else { id });
            } else {
                self.draft.pass_over("slots");
                self.xml.skip()?;
            }
        }
        let Some(class) = class else {
            let what = format!("the mention {mention} has no class");
            let problem = self.block.problem(element.at.clone(), what);
            return Err(problem
                .expected("an element mentionClass in it")
                .mend("give it a class, or delete it"));
        };
        let other = self.classes.get(&mention).filter(|known| **known != class);
        if let Some(known) = other {
            let what = format!("the mention {mention} has two classes");
            let problem = self.block.problem(element.at.clone(), what);
            let problem = problem.found(format!("{class:?} and {known:?}"));
            return Err(problem.expected("one class").mend("delete one of the two"));
        }
        self.classes.insert(mention, class);
        Ok(())
    }

    /// Whose annotations are taken; `None` for all of them.
    fn chosen(&mut self, options: &Options) -> Result<Option<String>, Vec<Problem>> {
        // By id, else by name: the first that stands there is told.
        let mut known: BTreeMap<&str, &Annotator<'_>> = BTreeMap::new();
        for annotator in self
            .annotations
            .iter()
            .filter_map(|found| found.annotator.as_ref())
        {
            let id = if annotator.id.is_empty() {
                &annotator.name
            } else {
                &annotator.id
            };
            known.entry(id).or_insert(annotator);
        }
        let names: Vec<&str> = known.values().map(|known| known.shown()).collect();
        match &options.annotator {
            Some(wanted) if wanted == EVERYBODY => Ok(None),
            Some(wanted) => {
                if !self.annotations.is_empty() && !known.values().any(|known| known.is(wanted)) {
                    let what = format!("no annotation of {wanted}, only of {}", names.join(", "));
                    self.draft.left_out = Some(Cow::Owned(what));
                }
                Ok(Some(wanted.clone()))
            }
            None if names.len() > 1 => {
                let at = self.block.first_line();
                let problem = self
                    .block
                    .problem(0..at, "several people annotated this file");
                Err(vec![problem
                    .found(names.join(", "))
                    .expected("one annotator, or a choice")
                    .mend("name one with --annotator NAME, or take all of them together with --annotator '*'")])
            }
            None => Ok(None),
        }
    }

    /// Makes the stretches of the annotations of `wanted`.
    fn stretches(mut self, wanted: Option<&String>) -> Result<Draft<'a>, Vec<Problem>> {
        let mut complaints = Complaints::default();
        let (mut annotator, mut several): (Option<String>, bool) = (None, false);
        let mut used: HashSet<&str> = HashSet::with_capacity(self.classes.len());
        let (classes, draft) = (&self.classes, &mut self.draft);
        for found in self.annotations {
            let by = found.annotator.as_ref();
            let key = found
                .mention
                .as_ref()
                .and_then(|mention| classes.get_key_value(mention));
            used.extend(key.map(|(mention, _)| &**mention));
            if wanted.is_some_and(|wanted| !by.is_some_and(|by| by.is(wanted))) {
                draft.pass_over("annotations of other annotators");
                continue;
            }
            if found.pairs.is_empty() {
                draft.pass_over("annotations without a span");
                continue;
            }
            let Some((mention, class)) = key else {
                complaints.add(|| without_class(self.block, &found));
                continue;
            };
            if let Some(by) = by.filter(|by| !several && annotator.as_deref() != Some(by.shown())) {
                several = annotator.is_some();
                annotator = Some(by.shown().to_owned());
            }
            let quoted = found.quoted.map(|quoted| unjoined(quoted, &found.pairs));
            draft.stretches.push(Stretch {
                name: mention.clone(),
                pairs: found.pairs.into(),
                quoted,
                at: found.at.into(),
                quoted_at: At::from(found.quoted_at),
                ..Stretch::new(class.clone(), 0, 0)
            });
        }
        draft.annotator = annotator.filter(|_| !several).map(Cow::Owned);
        let unused = classes.len() - used.len();
        for _ in 0..unused {
            draft.pass_over("class mentions without an annotation");
        }
        complaints.or(self.block, self.draft)
    }
}

fn without_class(block: &Block, found: &Annotation<'_>) -> Problem {
    let what = match &found.mention {
        Some(mention) => format!("no class is given for the mention {mention}"),
        None => "this annotation names no mention".to_owned(),
    };
    let problem = block.problem(found.at.clone(), what);
    problem
        .expected("an element classMention of this id")
        .mend("give the mention a class, or delete the annotation")
}

/// The quoted text with its fragments in order of position and joined by one space. Where fragments end is told by their lengths, since three dots may be quoted too.
fn unjoined<'a>(quoted: Cow<'a, str>, pairs: &[Pair]) -> Cow<'a, str> {
    if pairs.len() < 2 || !quoted.contains(BETWEEN_FRAGMENTS) {
        return quoted;
    }
    let by_length = fragments_by_length(&quoted, pairs);
    let pieces = by_length.unwrap_or_else(|| quoted.split(BETWEEN_FRAGMENTS).collect());
    if pieces.len() != pairs.len() {
        return quoted;
    }
    let mut pieces: Vec<(i64, &str)> = pairs.iter().map(|pair| pair[0]).zip(pieces).collect();
    pieces.sort_by_key(|(start, _)| *start);
    let pieces: Vec<&str> = pieces.into_iter().map(|(_, piece)| piece).collect();
    Cow::Owned(pieces.join(" "))
}

/// The fragments, if each is as long as its offsets say and the separator stands between them.
fn fragments_by_length<'q>(quoted: &'q str, pairs: &[Pair]) -> Option<Vec<&'q str>> {
    let mut rest = quoted;
    let mut pieces = Vec::with_capacity(pairs.len());
    for (at, [start, end]) in pairs.iter().enumerate() {
        if at > 0 {
            rest = rest.strip_prefix(BETWEEN_FRAGMENTS)?;
        }
        let length = usize::try_from(end.checked_sub(*start)?).ok()?;
        let mut ends = rest
            .char_indices()
            .map(|(byte, _)| byte)
            .chain([rest.len()]);
        let (piece, after) = rest.split_at(ends.nth(length)?);
        pieces.push(piece);
        rest = after;
    }
    rest.is_empty().then_some(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::formats::xml::tests::{example, round_trip};
    use crate::formats::{Piece, Record};

    fn block(article: &str, inside: &str) -> Block {
        let text = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<annotations textSource=\"a.txt\">\n{inside}\n</annotations>\n"
        );
        let mut block = Block::new("x/a.txt.knowtator.xml", 1, text);
        block.whole = true;
        block.companions = vec![Piece {
            path: std::path::Path::new("x/a.txt").into(),
            line: 1,
            text: article.to_owned(),
        }];
        block
    }

    fn annotation(id: &str, by: &str, spans: &[(u32, u32)], quoted: &str) -> String {
        let spans = spans
            .iter()
            .map(|(start, end)| format!("<span start=\"{start}\" end=\"{end}\"/>"));
        let spans: String = spans.collect();
        format!(
            "<annotation><mention id=\"{id}\"/><annotator id=\"{by}\">{by}y</annotator>{spans}<spannedText>{quoted}</spannedText></annotation>\n<classMention id=\"{id}\"><mentionClass id=\"C:{id}\">word</mentionClass></classMention>\n"
        )
    }

    /// The mentions of a block as text and label, or the problems.
    fn mentions(block: &Block, options: &Options) -> Result<Vec<String>, String> {
        let shown = |problems: Vec<Problem>| {
            let problems = problems.iter().map(ToString::to_string);
            problems.collect::<Vec<_>>().join("\n")
        };
        let record = Record::of(&FORMAT, block, options).map_err(shown)?.unwrap();
        let text = record.text().unwrap().to_owned();
        let read = record
            .read(&Document::new("a", text.clone()), options)
            .map_err(shown)?;
        assert_eq!(read.remarks, []);
        let mentions = read.annotations.mentions.iter();
        Ok(mentions
            .map(|m| format!("{}/{}", m.extent.text(&text), m.label))
            .collect())
    }

    #[test]
    fn fragments_are_told_by_their_lengths_and_put_in_order() {
        let inside = [
            annotation("1", "Ann", &[(2, 6), (11, 14)], "Anna ... won"),
            annotation("2", "Ann", &[(11, 14), (2, 6)], "won ... Anna"),
        ];
        let block = block("\u{1f600} Anna and won", &inside.concat());
        let found = mentions(&block, &Options::default()).unwrap();
        assert_eq!(found, ["Anna won/C:1", "Anna won/C:2"]);
        let inside = annotation("3", "Ann", &[(7, 16), (17, 21)], "x ... won ... left");
        let block = self::block("\u{1f600} Anna x ... won left", &inside);
        assert_eq!(
            mentions(&block, &Options::default()).unwrap(),
            ["x ... won left/C:3"]
        );
    }

    #[test]
    fn of_several_annotators_one_is_chosen_by_id_or_name() {
        let inside =
            annotation("1", "Ann", &[(0, 4)], "Anna") + &annotation("2", "Bob", &[(5, 8)], "won");
        let block = block("Anna won", &inside);
        let with = |name: &str| Options {
            annotator: Some(name.to_owned()),
            ..Options::default()
        };
        assert_eq!(
            mentions(&block, &Options::default()).unwrap_err(),
            "x/a.txt.knowtator.xml:1:1: several people annotated this file: found Anny, Boby, expected one annotator, or a choice (name one with --annotator NAME, or take all of them together with --annotator '*')"
        );
        assert_eq!(mentions(&block, &with("Bob")).unwrap(), ["won/C:2"]);
        assert_eq!(mentions(&block, &with("Anny")).unwrap(), ["Anna/C:1"]);
        assert_eq!(
            mentions(&block, &with("*")).unwrap(),
            ["Anna/C:1", "won/C:2"]
        );
        let draft = read(&block, &with("Eve")).unwrap().unwrap();
        assert_eq!(
            draft.left_out.unwrap(),
            "no annotation of Eve, only of Anny, Boby"
        );
    }

    #[test]
    fn a_mention_without_a_class_and_broken_spans_are_refused_with_their_places() {
        let whole = annotation("1", "Ann", &[(0, 4)], "Anna");
        for (from, to, expected) in [
            (
                "classMention id=\"1\"",
                "classMention id=\"2\"",
                "x/a.txt.knowtator.xml:3:66: no class is given for the mention 1",
            ),
            (
                "start=\"0\"",
                "start=\"x\"",
                "x/a.txt.knowtator.xml:3:66: start is no whole number: found \"x\"",
            ),
            (
                "end=\"4\"",
                "",
                "x/a.txt.knowtator.xml:3:66: this span has no end",
            ),
            (
                "end=\"4\"",
                "end=\"40\"",
                "x/a.txt.knowtator.xml:3:66: 1: an offset lies outside the text: found 0 40",
            ),
            (
                "<mentionClass id=\"C:1\">word</mentionClass>",
                "",
                "x/a.txt.knowtator.xml:4:1: the mention 1 has no class",
            ),
            (
                ">Anna<",
                ">Bob<",
                "x/a.txt.knowtator.xml:3:104: 1: the quoted text is not what the article has there",
            ),
        ] {
            let block = block("Anna won", &whole.replace(from, to));
            let found = mentions(&block, &Options::default()).unwrap_err();
            assert!(found.starts_with(expected), "{found}");
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        round_trip(&FORMAT, &example(true));
    }
}
