//! CoNLL-U with entities in brackets, as GUM and CorefUD write them: `Entity=(e1-person` in the last column begins a mention, `e1)` ends it.
//!
//! A document begins at `# newdoc`. Its text is put together from the forms of its tokens: a token of several words counts as written, an empty node has no text. After a
//! token stands what `SpacesAfter` says, nothing where `SpaceAfter=No` says so, else a space. A sentence is followed by a space, by a line end where the next begins with
//! `# newpar` or the document ends, unless its last token says otherwise. The visible characters of `# text` are compared with the tokens'.
//!
//! `# global.Entity` says which field is the type of a mention (`etype`); without it the second is. A mention without type has the label `Entity`. Mentions may nest,
//! cross, lie in several sentences and, numbered `[1/2]`, have several fragments. Offsets are bytes of the text, which goldspan makes itself.

mod brackets;
mod read;
mod spaces;
mod write;

use super::{Format, Head, Parted};
use crate::offset::Unit;

/// What begins a document.
const DOCUMENT: &str = "# newdoc";
/// What declares the fields of entities.
const FIELDS: &str = "# global.Entity";

/// The format.
pub static FORMAT: Format = Format {
    name: "conllu",
    title: "CoNLL-U with Entity brackets",
    extensions: &["conllu"],
    unit: Unit::Byte,
    about_offsets: "the file has no offsets; its text is put together from its tokens",
    parted: Parted::ByMarker(DOCUMENT),
    recognise,
    read: read::read,
    annotators: None,
    frames: false,
    writer: write::WRITER,
};

/// How many columns a row has.
const COLUMNS: usize = 10;

fn recognise(head: &Head<'_>) -> bool {
    if head.ends("conllu") {
        return true;
    }
    let known = [DOCUMENT, FIELDS, "# sent_id", "# text"];
    let first = head.lines().next().unwrap_or_default();
    let row = head
        .lines()
        .find(|line| !line.starts_with('#'))
        .unwrap_or_default();
    known.iter().any(|known| first.starts_with(known)) && row.split('\t').count() == COLUMNS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotation::{Annotations, Label, Mention};
    use crate::document::Document;
    use crate::error::Problem;
    use crate::formats::{Block, Blocks, Losses, Options, Record, Whole};
    use crate::span::{Extent, Span};

    /// What a document says: its text, and the label and words of each mention.
    type Said = (String, Vec<String>);

    fn of_block(block: &Block) -> Result<Option<(String, Annotations)>, Vec<Problem>> {
        let options = Options::default();
        let Some(record) = Record::of(&FORMAT, block, &options)? else {
            return Ok(None);
        };
        let text = record.text().unwrap().to_owned();
        let read = record.read(&Document::new("d", text.clone()), &options)?;
        Ok(Some((text, read.annotations)))
    }

    /// Rows of number, form and last column, the cells between left empty.
    fn rows(source: &str) -> String {
        let row = |line: &str| {
            let cells: Vec<&str> = line.split(' ').collect();
            match cells.as_slice() {
                [number, form, misc] if !line.starts_with('#') => {
                    format!("{number}\t{form}{}\t{misc}\n", "\t_".repeat(7))
                }
                _ => format!("{line}\n"),
            }
        };
        source.lines().map(row).collect()
    }

    fn read(source: &str) -> Said {
        let (text, annotations) = of_block(&Block::new("d.conllu", 1, rows(source)))
            .unwrap()
            .unwrap();
        let shown = |mention: &Mention| format!("{} {}", mention.label, mention.extent.text(&text));
        let mentions = annotations.mentions.iter().map(shown).collect();
        (text, mentions)
    }

    #[test]
    fn a_token_of_several_words_counts_as_written_and_an_empty_node_has_no_text() {
        let (text, mentions) = read(
            "# newdoc id = x\n# newpar\n# text = Trump's dudit zoo\n\
            1-2 Trump's _\n1 Trump Entity=(1-person)\n2 's _\n2.1 gone Entity=(2-nil)\n\
            3-4 dudit SpaceAfter=No\n3 de Entity=(3-a\n4 ledit Entity=3)(4-b)\n4.1 e Entity=(5-c\n5 zoo Entity=5)\n\n\
            # newpar_block = 1\n1 Next SpacesAfter=\\s\\n\\t\n\n# newpar\n1 One _\n\n# newpar\n1 a SpaceAfter=No\n2 b SpacesInToken=b\\sb|SpacesBefore=\\s",
        );
        assert_eq!(text, "Trump's duditzoo Next \n\tOne\na b b\n");
        assert_eq!(mentions, ["person Trump", "a dudit", "b dudit", "c zoo"]);
    }

    #[test]
    fn mentions_nest_cross_continue_and_fall_back_on_a_label() {
        let (_, mentions) = read(
            "# global.Entity = minspan-eid-etype-x\n\
            1 a Entity=(1-e1-A(2-e2-B-y\n2 b Entity=e1)(1-e2--)(1-e3[1/2]-C)\n3 c Entity=e2)(1-e4\n4 d Entity=e4)(1-e3[2/2]-C\n\n1 e Entity=e3[2/2])",
        );
        assert_eq!(
            mentions,
            ["A a b", "B a b c", "Entity b", "C b d e", "Entity c d"]
        );
    }

    #[test]
    fn documents_begin_at_their_markers() {
        let source = "# global.columns = ID\n\n# newdoc id = one\n1 a _\n\n# newdoc\n1 b Entity=(1-X)\n\n# newdoc id = three\n\n";
        let blocks = Blocks::of(
            "d.conllu".as_ref(),
            std::io::Cursor::new(rows(source)),
            FORMAT.parted,
        );
        let read: Vec<_> = blocks
            .map(|block| {
                let block = block.unwrap();
                let record = Record::of(&FORMAT, &block, &Options::default()).unwrap();
                record.map(|record| {
                    (
                        record.id().to_owned(),
                        record.text().unwrap().to_owned(),
                        record.draft.stretches.len(),
                    )
                })
            })
            .collect();
        let some = |id: &str, text: &str, count| Some((id.to_owned(), text.to_owned(), count));
        assert_eq!(
            read,
            [
                None,
                some("one", "a\n", 0),
                some("d-3", "b\n", 1),
                some("three", "", 0)
            ]
        );
    }

    /// A wrong text, and what is told of it: how many problems, the first one's line, what it is, what was found.
    type Wrong = (&'static str, (usize, usize, &'static str, &'static str));

    const WRONG: &[Wrong] = &[
        (
            "1 a _\n2\tb\t_",
            (1, 2, "a row with another number of columns", "3"),
        ),
        (
            "1 a _\n3 b _\n4 c _",
            (1, 2, "this is not the number of the next word", "\"3\""),
        ),
        (
            "x a _\n1 b _",
            (1, 1, "this is not the number of the next word", "\"x\""),
        ),
        (
            "1-x a _",
            (1, 1, "this is not the number of the next word", "\"1-x\""),
        ),
        (
            "1-2 ab _\n1 a _\n",
            (1, 3, "a token of several words lacks words", ""),
        ),
        (
            "1 a Entity=(1-x\n2 b Entity=2)",
            (2, 2, "an entity ends that did not begin", "2)"),
        ),
        (
            "# newdoc\n1 a Entity=(1-x\n2 b _",
            (1, 2, "this entity does not end", "(1-x"),
        ),
        (
            "1 a Entity=(1[1/2]-x)\n2 b _",
            (1, 1, "this entity does not end", "(1[1/2]-x"),
        ),
        (
            "1 a Entity=(1[2/2]-x)\n2 b _",
            (1, 1, "this entity cannot be read", "\"1[2/2]-x\""),
        ),
        (
            "1 a Entity=(1[x]-x)\n2 b _",
            (1, 1, "this entity cannot be read", "\"1[x]-x\""),
        ),
        (
            "1 a Entity=1\n2 b _",
            (1, 1, "these are no brackets of entities", "\"1\""),
        ),
        (
            "# global.Entity = GRP-kind\n1 a _",
            (1, 1, "no type of entities is declared", "\"GRP-kind\""),
        ),
        (
            "# text = a c\n1 a _\n2 b _",
            (
                1,
                1,
                "the tokens are not what # text says",
                "\"ab\" from the tokens",
            ),
        ),
    ];

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let told = |source: &str| {
            let problems = of_block(&Block::new("d.conllu", 1, rows(source)))
                .err()
                .unwrap();
            let line = problems[0].excerpt.as_ref().unwrap().line;
            (
                problems.len(),
                line,
                problems[0].what.clone(),
                problems[0].found.clone().unwrap_or_default(),
            )
        };
        for (source, (count, line, what, found)) in WRONG.iter().copied() {
            assert_eq!(
                told(source),
                (count, line, what.to_owned(), found.to_owned()),
                "{source}"
            );
        }
    }

    fn written(text: &str, annotations: &Annotations) -> (String, Losses) {
        let mut losses = Losses::default();
        let whole = Whole {
            document: &Document::new("d", text),
            annotations,
            says: [true, true],
        };
        let outputs = FORMAT.writer.document(&whole, &mut losses);
        (outputs.0[0].text.clone(), losses)
    }

    /// What comes back of a written document by way of a file.
    fn again(written: &str) -> (String, Annotations) {
        let mut blocks = Blocks::of(
            "d.conllu".as_ref(),
            std::io::Cursor::new(written.to_owned()),
            FORMAT.parted,
        );
        let found = of_block(&blocks.next().unwrap().unwrap()).unwrap().unwrap();
        assert!(blocks.next().is_none());
        found
    }

    #[test]
    fn text_comes_back_with_all_its_white_space() {
        for text in [
            "",
            "  a",
            "\n\na",
            "a",
            "a\n",
            "a \r\n\r\nb\tc\n",
            "a\n\n\n  b  \n",
            "a_b [c] x|y _ # - \\n \u{1f60a}\u{1f60a}\n",
            "\u{feff}a",
            "a\u{2028}b\u{85}c\rd\re\n",
            "# newdoc\n1\ta\n",
            "e\u{301} \u{301}",
            "a\u{202f}b\u{a0}c\u{3000}\u{b}\u{c}d ",
        ] {
            let (source, losses) = written(text, &Annotations::default());
            assert_eq!(
                (again(&source).0.as_str(), losses),
                (text, Losses::default()),
                "{source}"
            );
        }
        let (_, losses) = written(" \n", &Annotations::default());
        assert_eq!(
            losses.iter().map(|(what, ..)| what).collect::<Vec<_>>(),
            ["texts of nothing but white space"]
        );
    }

    #[test]
    fn mentions_come_back_however_they_lie() {
        let text = "\u{1f60a}Ann  denied\r\nthat \"it\" [rains|_x_],\tshe said (no)\n\n Bo thinks";
        let mention = |label: &'static str, words: &[&str]| {
            let span = |words: &&str| {
                let start = text.find(*words).unwrap();
                Span::new(text, start, start + words.len()).unwrap()
            };
            Mention {
                extent: Extent::new(words.iter().map(span).collect()).unwrap(),
                label: Label::Borrowed(label),
            }
        };
        let mut annotations = Annotations {
            mentions: vec![
                mention("PER", &["Ann"]),
                mention("PER", &["Ann"]),
                mention("GEO [x]", &["\u{1f60a}Ann  denied\r\nthat"]),
                mention("X", &["denied\r\nthat \"it\""]),
                mention("X", &["nied"]),
                mention("Y", &["Ann", "that", "rains"]),
                mention("Y", &["Ann", "that", "Bo"]),
                mention("Z", &["de", "nied"]),
                mention("Z", &["(no)\n\n Bo"]),
            ],
            claims: Vec::new(),
            ..Annotations::default()
        };
        let (source, losses) = written(text, &annotations);
        let (found, mut read) = again(&source);
        assert_eq!((found.as_str(), losses), (text, Losses::default()));
        annotations.mentions.sort();
        read.mentions.sort();
        assert_eq!(read, annotations, "{source}");
    }

    #[test]
    fn brackets_are_in_an_order_in_which_a_stack_nests_them() {
        let text = "a b c";
        let mention = |label: &'static str, start, end| Mention {
            extent: Span::new(text, start, end).unwrap().into(),
            label: label.into(),
        };
        let mentions = vec![
            mention("A", 0, 5),
            mention("B", 0, 3),
            mention("C", 2, 3),
            mention("D", 0, 1),
            mention("E", 4, 5),
            mention("b-d", 0, 1),
        ];
        let annotations = Annotations {
            mentions,
            claims: Vec::new(),
            ..Annotations::default()
        };
        let (source, losses) = written(text, &annotations);
        assert_eq!(
            source.replace("\t_\t_\t_\t_\t_\t_\t_\t", " "),
            "# newdoc id = d\n# global.Entity = GRP-etype\n# sent_id = 1\n# text = a b c\n\
            1\ta Entity=(e1-A(e2-B(e3-D)\n2\tb Entity=(e4-C)e2)\n3\tc Entity=(e5-E)e1)|SpaceAfter=No\n\n"
        );
        assert_eq!(
            losses.iter().map(|(what, ..)| what).collect::<Vec<_>>(),
            ["mentions with the label \"b-d\""]
        );
    }
}
