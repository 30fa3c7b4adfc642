//! WebAnno TSV 3.0 to 3.3, as WebAnno and INCEpTION export it: tokens in rows, layers in columns, one document in a file.
//!
//! Offsets are UTF-16 code units, end exclusive. The text is put together from the `#Text=` lines, each sentence standing where its first token begins. What stands
//! between two sentences is not stored in such files: a gap of one unit is read as a line end, a wider one as a line end and spaces, one before the first sentence as
//! spaces, and nothing is added after the last sentence. Every token is checked against the text at its offsets.
//!
//! An annotation is all units of a layer that share one number in brackets, or a single unit without. Its label is the first of the features `value`, `label`, `entity`,
//! `identifier` that has a value, else the first feature that has one, else the layer's short name. All span layers are read but DKPro's own for parts of speech, lemmas,
//! syntax and the like; `layer` chooses one of all. Relations lead from the unit in their last column to the annotation in whose row they stand; slots lead from their
//! annotation to their targets.

mod article;
mod cells;
mod columns;
mod links;
mod read;
mod schema;
mod write;

use super::{Format, Head, Parted};
use crate::offset::Unit;

/// What every file begins with; the version follows.
const BEGIN: &str = "#FORMAT=WebAnno TSV ";
const SPAN: &str = "#T_SP=";
const CHAIN: &str = "#T_CH=";
const RELATION: &str = "#T_RL=";
const TEXT: &str = "#Text=";

/// The layers that are written: DKPro's for named entities, and those of claims.
const NAMED_ENTITY: &str = "de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity";
const CLAIM_PART: &str = "webanno.custom.ClaimPart";
const CLAIM_RELATION: &str = "webanno.custom.ClaimRelation";

/// The format.
pub static FORMAT: Format = Format {
    name: "webanno",
    title: "WebAnno TSV 3",
    extensions: &["tsv"],
    unit: Unit::Utf16,
    about_offsets: "WebAnno counts UTF-16 code units from 0, end exclusive; a character beyond U+FFFF, such as most emoji, counts as two",
    parted: Parted::Not,
    recognise,
    read: read::read,
    annotators: None,
    frames: false,
    writer: write::WRITER,
};

fn recognise(head: &Head<'_>) -> bool {
    head.text.starts_with(BEGIN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotation::{Annotations, Certainty, Claim, Label, Mention, Polarity};
    use crate::document::Document;
    use crate::error::Problem;
    use crate::formats::{Block, Losses, Options, Read, Record, Says, Whole};
    use crate::span::{Extent, Span};

    /// What a file says: its text, its annotations, what was passed over.
    struct Said {
        text: String,
        read: Read,
        unread: Vec<(String, u64)>,
        says: [Says; 2],
    }

    fn said(source: &str, options: &Options) -> Result<Said, Vec<Problem>> {
        let block = Block::new("d.tsv", 1, source);
        let record = Record::of(&FORMAT, &block, options)?.unwrap();
        let text = record.text().unwrap().to_owned();
        let read = record.read(&Document::new("d", text.clone()), options)?;
        let unread = record.draft.unread.iter();
        Ok(Said {
            text,
            read,
            unread: unread
                .map(|(what, count)| (what.to_string(), *count))
                .collect(),
            says: record.draft.says,
        })
    }

    fn read(source: &str) -> Said {
        said(source, &Options::default()).unwrap()
    }

    /// Label and words of each mention.
    fn mentions(said: &Said) -> Vec<String> {
        let all = said.read.annotations.mentions.iter();
        all.map(|mention| format!("{} {}", mention.label, mention.extent.text(&said.text)))
            .collect()
    }

    fn claims(said: &Said) -> Vec<String> {
        let words = |extent: &Option<Extent>| {
            extent
                .as_ref()
                .map_or("-".to_owned(), |extent| extent.text(&said.text))
        };
        let all = said.read.annotations.claims.iter();
        let shown = all.map(|claim| {
            let content = claim.content.words(&said.text).into_owned();
            let parent = claim
                .parent
                .map_or(String::new(), |parent| format!(" in {parent}"));
            format!(
                "{}: {}: {content}{parent}",
                words(&claim.source),
                words(&claim.cue)
            )
        });
        shown.collect()
    }

    const ENTITIES: &str = "#FORMAT=WebAnno TSV 3.3\n\
        #T_SP=de.tudarmstadt.ukp.dkpro.core.api.lexmorph.type.pos.POS|PosValue\n\
        #T_SP=de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity|identifier|value\n\n\n";

    #[test]
    fn annotations_are_stacked_run_over_tokens_and_stand_in_parts_of_tokens() {
        let source = format!(
            "{ENTITIES}#Text=Ms. Haag \u{1f60a}plays.\n\
            1-1\t0-3\tMs.\tNNP\t*[1]|*[2]\tPER[1]|PERpart[2]\t\n\
            1-2\t4-8\tHaag\tNNP\t*[1]\tPER[1]\t\n\
            1-3\t9-16\t\u{1f60a}plays\t_\t_\t_\t\n\
            1-3.1\t9-11\t\u{1f60a}\t_\t*\tEMO\t\n\
            1-3.2\t11-11\t\t_\t*\tNIL\t\n\
            1-3.3\t13-16\tays\t_\t*[3]\tX\\_Y[3]\t\n\
            1-4\t16-17\t.\t_\t*[3]\tX\\_Y[3]\t\n\n\
            #Sentence.id=s2\n#Text=Oslo\n2-1\t18-22\tOslo\t_\thttp://q/2\t*\t\n"
        );
        let found = read(&source);
        assert_eq!(found.text, "Ms. Haag \u{1f60a}plays.\nOslo");
        assert_eq!(
            mentions(&found),
            [
                "PER Ms. Haag", "PERpart Ms.", "EMO \u{1f60a}", "X_Y ays.", "http://q/2 Oslo"
            ]
        );
        let unread = |what: &str, count| (what.to_owned(), count);
        assert_eq!(
            found.unread,
            [
                unread("annotations of no width", 1),
                unread("cells of the layer POS", 2),
                unread("other lines of headers", 1)
            ]
        );
        assert_eq!(found.says, [Says::Yes, Says::Perhaps]);
        let windows = read(&source.replace('\n', "\r\n"));
        assert_eq!((windows.text, windows.read), (found.text, found.read));
    }

    #[test]
    fn a_layer_is_chosen_by_the_end_of_its_name() {
        let source = "#FORMAT=WebAnno TSV 3.2\n#Summary=x\n#T_SP=custom.Place|\n#T_SP=custom.Other|kind|certainty\n\n\n\
            #Text=a b\n1-1\t0-1\ta\t*\t*\t*\n1-2\t2-3\tb\t_\tk\tc\n";
        assert_eq!(mentions(&read(source)), ["Place a", "Other a", "k b"]);
        let layer = |name: &str| Options {
            layer: Some(name.to_owned()),
            ..Options::default()
        };
        for name in ["Place", "custom.Place"] {
            assert_eq!(mentions(&said(source, &layer(name)).unwrap()), ["Place a"]);
        }
        for name in ["lace", "", "Nothing"] {
            let problems = said(source, &layer(name)).err().unwrap();
            assert_eq!(
                problems[0].expected.as_deref(),
                Some("one of custom.Place, custom.Other")
            );
        }
    }

    #[test]
    fn layers_are_parts_of_claims_by_name_or_by_label_and_relations_join_them() {
        let found = read(
            "#FORMAT=WebAnno TSV 3.3\n#T_SP=custom.Cue|\n#T_SP=custom.Part|label|negated|kind\n\
            #T_RL=custom.Belongs|role|BT_uima.tcas.Annotation\n\n\n\
            #Text=Bo denied that it rains .\n\
            1-1\t0-2\tBo\t_\tSource\t*\t*\t_\t_\t\n\
            1-2\t3-9\tdenied\t*\t_\t_\t_\tsource\t1-1\t\n\
            1-3\t10-14\tthat\t_\tContent[4]\ttrue[4]\tfact[4]\t*\t1-2[0_4]\t\n\
            1-4\t15-17\tit\t_\tContent[4]\ttrue[4]\tfact[4]\t_\t_\t\n\
            1-5\t18-23\train\t_\t_\t_\t_\t_\t_\t\n"
                .replace("rain\t_", "rains\t_")
                .as_str(),
        );
        assert_eq!(claims(&found), ["Bo: denied: that it"]);
        let claim = &found.read.annotations.claims[0];
        assert_eq!(
            (claim.polarity, claim.kind.as_deref()),
            (Some(Polarity::Denied), Some("fact"))
        );
        assert!(mentions(&found).is_empty());
        assert_eq!(found.says, [Says::Perhaps, Says::Yes]);
    }

    #[test]
    fn the_slots_of_an_annotation_are_its_roles() {
        let found = read(
            "#FORMAT=WebAnno TSV 3.3\n#T_SP=custom.Arg|\n\
            #T_SP=custom.Attribution|ROLE_custom.Attribution:parts_custom.Link|custom.Arg\n\n\n\
            #Text=Ann said no way\n\
            1-1\t0-3\tAnn\t*\t_\t_\t\n\
            1-2\t4-8\tsaid\t*\tSource;Cue;Content\t1-1;1-2;1-3[2]\t\n\
            1-3\t9-11\tno\t*[2]\t_\t_\t\n1-4\t12-15\tway\t*[2]\t_\t_\t\n",
        );
        assert_eq!(claims(&found), ["Ann: said: no way"]);
    }

    #[test]
    fn coreference_and_dependencies_are_no_errors() {
        let found = read(
            "#FORMAT=WebAnno TSV 3.2\n#T_SP=custom.Referent|entity\n\
            #T_CH=de.tudarmstadt.ukp.dkpro.core.api.coref.type.CoreferenceLink|referenceType|referenceRelation\n\
            #T_RL=custom.Coref|type|BT_custom.Referent\n\
            #T_RL=de.tudarmstadt.ukp.dkpro.core.api.syntax.type.dependency.Dependency|DependencyType|BT_de.tudarmstadt.ukp.dkpro.core.api.lexmorph.type.pos.POS\n\n\n\
            #Text=He saw himself\n\
            1-1\t0-2\tHe\tperson[1]|x[2]\tpr[1]\tcoref->1-1\tana|appos\t1-3[0_1]|1-3\tSBJ\t1-2\t\n\
            1-2\t3-6\tsaw\t_\t_\t_\t_\t_\tROOT\t1-2\t\n\
            1-3\t7-14\thimself\tperson\tpr[1]\t*->1-2\t_\t_\tOBJ\t1-2\t\n"
                .replace("|1-3\t", "|1-3[0_2]\t")
                .as_str(),
        );
        assert_eq!(mentions(&found), ["person He", "x He", "person himself"]);
        let count = |what: &str| {
            found
                .unread
                .iter()
                .find(|(name, _)| name == what)
                .unwrap()
                .1
        };
        assert_eq!(count("cells of the layer CoreferenceLink"), 4);
        assert_eq!(count("cells of the layer Dependency"), 6);
    }

    /// A wrong text, and what is told of it: how many problems, the first one's line, what it is, what was found.
    type Wrong = (&'static str, (usize, usize, &'static str, &'static str));

    const WRONG: &[Wrong] = &[
        (
            "#Text=a\n1-1\t0-1\ta\t_\n",
            (1, 7, "a row with too few columns", "4"),
        ),
        (
            "#Text=a\n1-1\t0-1\ta\t_\t_\t_\t\tx\n",
            (
                1,
                7,
                "a row with more columns than the header declares",
                "\"x\"",
            ),
        ),
        (
            "#Text=a\nx\n",
            (1, 7, "a row without offsets and token", "\"x\""),
        ),
        (
            "#Text=a\n1\t0-1\ta\t_\t_\t_\n",
            (1, 7, "this is no number of a token", "\"1\""),
        ),
        (
            "#Text=a\n1-1\t0\ta\t_\t_\t_\n",
            (1, 7, "these are no offsets", "\"0\""),
        ),
        (
            "#Text=a\n1-1\t1-0\ta\t_\t_\t_\n",
            (1, 7, "these are no offsets", "\"1-0\""),
        ),
        (
            "1-1\t0-1\ta\t_\t_\t_\n",
            (1, 6, "a sentence without its text", ""),
        ),
        (
            "#Text=a b\n1-1\t0-1\ta\t_\t_\t_\n1-1\t2-3\tb\t_\t_\t_\n",
            (1, 8, "the rows are not in order", "1-1"),
        ),
        (
            "#Text=a b\n1-1\t0-1\ta\t_\t_\t_\n1-2\t2-3\tc\t_\t_\t_\n",
            (1, 8, "this token is not what the #Text has there", "\"c\""),
        ),
        (
            "#Text=a b\n1-1\t0-2\ta\t_\t_\t_\n",
            (1, 7, "this token is not what the #Text has there", "\"a\""),
        ),
        (
            "#Text=a b\n1-1\t0-4\ta b\t_\t_\t_\n",
            (1, 7, "this unit ends after its sentence", "\"0-4\""),
        ),
        (
            "#Text=ab\n1-1\t0-2\tab\t_\t_\t_\n1-2\t1-2\tb\t_\t_\t_\n",
            (
                1,
                8,
                "this unit begins before what stands before it ends",
                "\"1-2\"",
            ),
        ),
        (
            "#Text=ab\n1-1\t0-1\ta\t_\t_\t_\n1-1.1\t0-2\tab\t_\t_\t_\n",
            (1, 8, "this part of a token lies outside it", "0-2"),
        ),
        (
            "#Text=\u{1f60a}\n1-1\t0-1\tx\t_\t_\t_\n",
            (1, 7, "an offset lies inside a character", "\"0-1\""),
        ),
        (
            "#Text=a\n1-1\t0-1\ta\t_\t_\t_\n\n#Text=b\n2-1\t0-1\tb\t_\t_\t_\n",
            (
                1,
                10,
                "this unit begins before what stands before it ends",
                "\"0-1\"",
            ),
        ),
        (
            "#Text=a\n1-1\t999999999-1000000000\ta\t_\t_\t_\n",
            (1, 7, "no text is so long", "\"999999999-1000000000\""),
        ),
        (
            "#Text=a\n1-1\t0-1\ta\tX[y]\t_\t_\n",
            (1, 7, "the number of an annotation cannot be read", "[y]"),
        ),
        (
            "#Text=a\n1-1\t0-1\ta\tX[1]|Y[1]\t_\t_\n",
            (1, 7, "an annotation stands twice in one cell", "[1] twice"),
        ),
        (
            "#Text=a b\n1-1\t0-1\ta\tX[1]\t_\t_\n1-2\t2-3\tb\tY[1]\t_\t_\n",
            (
                1,
                8,
                "the units of an annotation have different values",
                "\"Y\"",
            ),
        ),
        (
            "#Text=a b c\n1-1\t0-1\ta\tX[1]\t_\t_\n1-2\t2-3\tb\t_\t_\t_\n1-3\t4-5\tc\tX[1]\t_\t_\n",
            (
                1,
                9,
                "the units of an annotation do not follow each other",
                "[1] after a gap",
            ),
        ),
        (
            "#Text=a\n1-1\t0-1\ta\tX\tk\t1-9\n",
            (
                1,
                7,
                "the beginning of a relation refers to nothing",
                "\"1-9\"",
            ),
        ),
        (
            "#Text=a\n1-1\t0-1\ta\tX\tk\t1-1[0_7]\n",
            (
                1,
                7,
                "the beginning of a relation refers to nothing",
                "\"1-1[0_7]\"",
            ),
        ),
        (
            "#Text=a\n1-1\t0-1\ta\tX\tk\t1-1[x_0]\n",
            (1, 7, "the number of an annotation cannot be read", "[x]"),
        ),
        (
            "#Text=a\n1-1\t0-1\ta\tX[1]|Y[2]\tk\t1-1\n",
            (
                1,
                7,
                "the beginning of a relation may be one of several annotations",
                "\"1-1\"",
            ),
        ),
    ];

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let head = "#FORMAT=WebAnno TSV 3.3\n#T_SP=c.E|value\n#T_RL=c.R|k|BT_c.E\n\n\n";
        let told = |body: &str| {
            let source = format!("{head}{body}");
            let problems = said(&source, &Options::default()).err().unwrap();
            let line = problems[0].excerpt.as_ref().unwrap().line;
            assert!(problems.iter().all(|problem| problem.path.is_some()));
            (
                problems.len(),
                line,
                problems[0].what.clone(),
                problems[0].found.clone().unwrap_or_default(),
            )
        };
        for (body, (count, line, what, found)) in WRONG.iter().copied() {
            assert_eq!(
                told(body),
                (count, line, what.to_owned(), found.to_owned()),
                "{body}"
            );
        }
        let old = said("#FORMAT=WebAnno TSV 2.0\n", &Options::default())
            .err()
            .unwrap();
        assert_eq!(old[0].found.as_deref(), Some("\"#FORMAT=WebAnno TSV 2.0\""));
    }

    /// The extent of each of some words, taken from the text at the n-th place where they stand.
    fn extent(text: &str, words: &[&str]) -> Extent {
        let span = |words: &&str| {
            let start = text.find(*words).unwrap();
            Span::new(text, start, start + words.len()).unwrap()
        };
        Extent::new(words.iter().map(span).collect()).unwrap()
    }

    fn mention(label: &'static str, extent: Extent) -> Mention {
        Mention {
            extent,
            label: Label::Borrowed(label),
        }
    }

    fn written(text: &str, annotations: &Annotations) -> String {
        let mut losses = Losses::default();
        let whole = Whole {
            document: &Document::new("d", text),
            annotations,
            says: [true, true],
        };
        let outputs = FORMAT.writer.document(&whole, &mut losses);
        assert_eq!(losses, Losses::default());
        outputs.0[0].text.clone()
    }

    #[test]
    fn text_comes_back_with_all_its_white_space_and_marks() {
        for text in [
            "",
            " ",
            "\n",
            "\r\n\t",
            "  a",
            "\n\na",
            "\t a",
            " \n a",
            "a",
            "a\n",
            "a \r\n\r\nb\tc\n",
            "a\n\n\n  b  \n",
            "a\\b [c] x|y _z_ -> ; *\n\\n\\t \u{1f60a}\u{1f60a} \u{1}\u{b}\u{c}",
            "\u{feff}a",
            "a\u{2028}b\u{85}c\rd\re\n",
            "#Text=a\n1-1\t0-1\ta",
            "e\u{301} \u{301}",
            "\u{1f60a}\nb \u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}\n\n",
        ] {
            let source = written(text, &Annotations::default());
            let found = read(&source);
            assert_eq!(found.text, text, "{source}");
            assert_eq!(found.says, [Says::Yes, Says::Yes]);
        }
    }

    #[test]
    fn mentions_and_claims_come_back() {
        let text = "\u{1f60a}Ann  denied\r\nthat \"it\" [rains|_x_],\tshe said -> *\n\n Bo thinks";
        let of = |words: &str| extent(text, &[words]);
        let annotations = Annotations {
            mentions: vec![
                mention("PER", of("Ann")),
                mention("PER", of("Ann")),
                mention("a|b_[c]\\;*->\td\ne", of("\u{1f60a}Ann  denied\r\nthat")),
                mention("X", of("denied\r\nthat \"it\"")),
                mention("X", of("nied")),
                mention("_", of("[rains|_x_]")),
                mention("*x", of("*\n\n Bo")),
            ],
            claims: vec![
                Claim {
                    parent: Some(1),
                    certainty: Some(Certainty::Hedged),
                    ..Claim::new(of("it"))
                },
                Claim {
                    source: Some(of("Ann")),
                    cue: Some(extent(text, &["denied", "she said"])),
                    polarity: Some(Polarity::Denied),
                    certainty: Some(Certainty::Certain),
                    kind: Some("a [b]|c".into()),
                    parent: Some(2),
                    ..Claim::new(extent(text, &["that \"it\"", "rains", "*"]))
                },
                Claim {
                    source: Some(of("Bo")),
                    ..Claim::new(of("thinks"))
                },
                Claim::new(of("thinks")),
            ],
            ..Annotations::default()
        };
        let source = written(text, &annotations);
        let found = read(&source);
        assert_eq!(found.text, text);
        let sorted = |mut mentions: Vec<Mention>| {
            mentions.sort();
            mentions
        };
        let read = found.read.annotations;
        assert_eq!(
            sorted(read.mentions),
            sorted(annotations.mentions),
            "{source}"
        );
        // Claims are read in the order in which they stand in the text.
        let order = [1, 0, 2, 3];
        let place = |at: usize| order.iter().position(|old| *old == at);
        let expected = order.iter().map(|old| {
            let claim = annotations.claims[*old].clone();
            Claim {
                parent: claim.parent.and_then(place),
                ..claim
            }
        });
        assert_eq!(read.claims, expected.collect::<Vec<_>>(), "{source}");
    }

    #[test]
    fn white_space_at_the_edge_of_a_mention_is_lost_and_told() {
        let text = "a  b";
        let annotations = Annotations {
            mentions: vec![mention("X", Extent::from(Span::new(text, 0, 2).unwrap()))],
            claims: Vec::new(),
            ..Annotations::default()
        };
        let whole = Whole {
            document: &Document::new("d", text),
            annotations: &annotations,
            says: [true, false],
        };
        let mut losses = Losses::default();
        let outputs = FORMAT.writer.document(&whole, &mut losses);
        let lost: Vec<_> = losses
            .iter()
            .map(|(what, count, _)| (what, count))
            .collect();
        assert_eq!(lost, [("white space at the edges of annotations", 1)]);
        assert_eq!(mentions(&read(&outputs.0[0].text)), ["X a"]);
        assert_eq!(
            outputs.0[0].text,
            "#FORMAT=WebAnno TSV 3.3\n#T_SP=de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity|value\n\n\n\
            #Text=a  b\n1-1\t0-1\ta\tX[1]\t\n1-2\t3-4\tb\t_\t\n"
        );
    }
}
