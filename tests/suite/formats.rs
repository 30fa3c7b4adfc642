//! How files are read: every format known by a small example as its tool writes it, and what is said about offsets, line ends, characters, people, layers and claims.

use goldspan::formats::Format;
use snapbox::{IntoData, str};

use crate::scratch::Scratch;

const TEXT: &str = "Ana Kos left Oslo.";

/// A file of each format as its tool writes it, with PERSON 0-7 and GPE 13-17 in the text above; and what else it needs.
const EXAMPLES: [(&str, &str, &str); 15] = [
    (
        "brat",
        "d1.ann",
        "T1\tPERSON 0 7\tAna Kos\nT2\tGPE 13 17\tOslo\n",
    ),
    (
        "webanno",
        "d1.tsv",
        "#FORMAT=WebAnno TSV 3.3\n#T_SP=de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity|identifier|value\n\n\n#Text=Ana Kos left Oslo.\n1-1\t0-3\tAna\t*[1]\tPERSON[1]\t\n1-2\t4-7\tKos\t*[1]\tPERSON[1]\t\n1-3\t8-12\tleft\t_\t_\t\n1-4\t13-17\tOslo\t*\tGPE\t\n1-5\t17-18\t.\t_\t_\t\n",
    ),
    (
        "conllu",
        "d1.conllu",
        "# newdoc id = d1\n# global.Entity = eid-etype-head-other\n# sent_id = s1\n# text = Ana Kos left Oslo.\n1\tAna\t_\t_\t_\t_\t_\t_\t_\tEntity=(e1-PERSON-1-\n2\tKos\t_\t_\t_\t_\t_\t_\t_\tEntity=e1)\n3\tleft\t_\t_\t_\t_\t_\t_\t_\t_\n4\tOslo\t_\t_\t_\t_\t_\t_\t_\tEntity=(e2-GPE-1-)|SpaceAfter=No\n5\t.\t_\t_\t_\t_\t_\t_\t_\t_\n\n",
    ),
    (
        "xmi",
        "d1.xmi",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><xmi:XMI xmlns:xmi=\"http://www.omg.org/XMI\" xmlns:cas=\"http:///uima/cas.ecore\" xmlns:type4=\"http:///de/tudarmstadt/ukp/dkpro/core/api/ner/type.ecore\" xmi:version=\"2.0\"><cas:NULL xmi:id=\"0\"/><type4:NamedEntity xmi:id=\"2\" sofa=\"1\" begin=\"0\" end=\"7\" value=\"PERSON\"/><type4:NamedEntity xmi:id=\"3\" sofa=\"1\" begin=\"13\" end=\"17\" value=\"GPE\"/><cas:Sofa xmi:id=\"1\" sofaNum=\"1\" sofaID=\"_InitialView\" mimeType=\"text\" sofaString=\"Ana Kos left Oslo.\"/><cas:View sofa=\"1\" members=\"2 3\"/></xmi:XMI>\n",
    ),
    (
        "gate",
        "d1.xml",
        "<?xml version='1.0' encoding='UTF-8'?>\n<GateDocument version=\"3\">\n<GateDocumentFeatures>\n</GateDocumentFeatures>\n<TextWithNodes><Node id=\"0\"/>Ana Kos<Node id=\"7\"/> left <Node id=\"13\"/>Oslo<Node id=\"17\"/>.</TextWithNodes>\n<AnnotationSet>\n<Annotation Id=\"1\" Type=\"PERSON\" StartNode=\"0\" EndNode=\"7\">\n</Annotation>\n<Annotation Id=\"2\" Type=\"GPE\" StartNode=\"13\" EndNode=\"17\">\n</Annotation>\n</AnnotationSet>\n</GateDocument>\n",
    ),
    (
        "knowtator",
        "d1.txt.knowtator.xml",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<annotations textSource=\"d1.txt\">\n  <annotation>\n    <mention id=\"i1\" />\n    <annotator id=\"a1\">ana</annotator>\n    <span start=\"0\" end=\"7\" />\n    <spannedText>Ana Kos</spannedText>\n  </annotation>\n  <classMention id=\"i1\">\n    <mentionClass id=\"PERSON\">PERSON</mentionClass>\n  </classMention>\n  <annotation>\n    <mention id=\"i2\" />\n    <annotator id=\"a1\">ana</annotator>\n    <span start=\"13\" end=\"17\" />\n    <spannedText>Oslo</spannedText>\n  </annotation>\n  <classMention id=\"i2\">\n    <mentionClass id=\"GPE\">GPE</mentionClass>\n  </classMention>\n</annotations>\n",
    ),
    (
        "cas-json",
        "d1.json",
        "{\"%TYPES\":{\"de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity\":{\"%NAME\":\"de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity\",\"%SUPER_TYPE\":\"uima.tcas.Annotation\",\"value\":{\"%NAME\":\"value\",\"%RANGE\":\"uima.cas.String\"}}},\"%FEATURE_STRUCTURES\":[{\"%ID\":1,\"%TYPE\":\"uima.cas.Sofa\",\"sofaNum\":1,\"sofaID\":\"_InitialView\",\"mimeType\":\"text\",\"sofaString\":\"Ana Kos left Oslo.\"},{\"%ID\":2,\"%TYPE\":\"de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity\",\"@sofa\":1,\"begin\":0,\"end\":7,\"value\":\"PERSON\"},{\"%ID\":3,\"%TYPE\":\"de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity\",\"@sofa\":1,\"begin\":13,\"end\":17,\"value\":\"GPE\"}],\"%VIEWS\":{\"_InitialView\":{\"%SOFA\":1,\"%MEMBERS\":[2,3]}}}\n",
    ),
    (
        "re3d",
        "set/entities.json",
        "{\"_id\":\"e1\",\"documentId\":\"d1\",\"begin\":0,\"end\":7,\"type\":\"PERSON\",\"value\":\"Ana Kos\",\"confidence\":1}\n{\"_id\":\"e2\",\"documentId\":\"d1\",\"begin\":13,\"end\":17,\"type\":\"GPE\",\"value\":\"Oslo\",\"confidence\":1}\n",
    ),
    (
        "label-studio",
        "d1.json",
        "[{\"id\":1,\"annotations\":[{\"id\":1,\"completed_by\":1,\"result\":[{\"value\":{\"start\":0,\"end\":7,\"text\":\"Ana Kos\",\"labels\":[\"PERSON\"]},\"id\":\"a\",\"from_name\":\"label\",\"to_name\":\"text\",\"type\":\"labels\"},{\"value\":{\"start\":13,\"end\":17,\"text\":\"Oslo\",\"labels\":[\"GPE\"]},\"id\":\"b\",\"from_name\":\"label\",\"to_name\":\"text\",\"type\":\"labels\"}],\"was_cancelled\":false,\"ground_truth\":false}],\"drafts\":[],\"predictions\":[],\"data\":{\"id\":\"d1\",\"text\":\"Ana Kos left Oslo.\"}}]\n",
    ),
    (
        "spacy",
        "d1.jsonl",
        "{\"text\":\"Ana Kos left Oslo.\",\"ents\":[{\"start\":0,\"end\":7,\"label\":\"PERSON\"},{\"start\":13,\"end\":17,\"label\":\"GPE\"}],\"tokens\":[{\"id\":0,\"start\":0,\"end\":3}]}\n",
    ),
    (
        "prodigy",
        "d1.jsonl",
        "{\"text\":\"Ana Kos left Oslo.\",\"_input_hash\":11,\"_task_hash\":12,\"tokens\":[{\"text\":\"Ana\",\"start\":0,\"end\":3,\"id\":0}],\"spans\":[{\"start\":0,\"end\":7,\"token_start\":0,\"token_end\":1,\"label\":\"PERSON\"},{\"start\":13,\"end\":17,\"token_start\":3,\"token_end\":3,\"label\":\"GPE\"}],\"answer\":\"accept\",\"_session_id\":\"set-ana\",\"meta\":{\"id\":\"d1\"}}\n",
    ),
    (
        "doccano",
        "d1.jsonl",
        "{\"id\":1,\"text\":\"Ana Kos left Oslo.\",\"label\":[[0,7,\"PERSON\"],[13,17,\"GPE\"]],\"Comments\":[]}\n",
    ),
    (
        "jsonl",
        "d1.jsonl",
        "{\"id\":\"d1\",\"text\":\"Ana Kos left Oslo.\",\"entities\":[{\"start\":0,\"end\":7,\"label\":\"PERSON\"},{\"start\":13,\"end\":17,\"label\":\"GPE\"}]}\n",
    ),
    (
        "table",
        "gold.csv",
        "document,start,end,label,text\nd1,0,7,PERSON,Ana Kos\nd1,13,17,GPE,Oslo\n",
    ),
    (
        "conll",
        "d1.conll",
        "Ana B-PERSON\nKos I-PERSON\nleft O\nOslo B-GPE\n. O\n",
    ),
];

/// A folder with the example of a format and what belongs to it; and the path to name.
fn example(format: &str) -> (Scratch, &'static str) {
    let scratch = Scratch::new();
    let (_, name, content) = EXAMPLES
        .into_iter()
        .find(|(own, ..)| *own == format)
        .unwrap();
    scratch.write(name, content);
    if matches!(format, "brat" | "knowtator" | "table") {
        scratch.write("d1.txt", TEXT);
    }
    if format == "re3d" {
        let document = format!("{{\"_id\":\"d1\",\"title\":\"t\",\"text\":\"{TEXT}\"}}\n");
        scratch.write("set/documents.json", document);
        return (scratch, "set");
    }
    (scratch, name)
}

fn flags(format: &str) -> &'static str {
    match format {
        "conll" => "--scheme iob2",
        _ => "",
    }
}

/// That a path of the folder is read as this format, with both mentions.
#[track_caller]
fn is_known(scratch: &Scratch, path: &str, format: &str) {
    let command = format!("convert {path} --to jsonl {}", flags(format));
    let output = scratch.goldspan(&command).output().unwrap();
    let (said, line) = (
        String::from_utf8(output.stderr).unwrap(),
        String::from_utf8(output.stdout).unwrap(),
    );
    let title = Format::from_name(format).unwrap().title;
    let expected = format!("Converted 1 document with 2 mentions and 0 claims from {title} to ");
    assert!(said.contains(&expected), "{format}: {said}");
    let entities = "\"entities\":[{\"start\":0,\"end\":7,\"label\":\"PERSON\"},{\"start\":13,\"end\":17,\"label\":\"GPE\"}]";
    assert!(line.contains(entities), "{format}: {line}");
}

#[test]
fn every_format_is_known_by_an_example() {
    let named: Vec<&str> = EXAMPLES.iter().map(|(format, ..)| *format).collect();
    assert_eq!(named, Format::names());
    for (format, ..) in EXAMPLES {
        let (scratch, path) = example(format);
        is_known(&scratch, path, format);
    }
}

#[test]
fn every_format_is_known_in_a_folder_and_behind_a_byte_order_mark() {
    for (format, name, content) in EXAMPLES {
        let (scratch, path) = example(format);
        if format != "re3d" {
            is_known(&scratch, ".", format);
        }
        // A mark in an offset file of words counts nothing.
        scratch.write(name, format!("\u{feff}{content}"));
        is_known(&scratch, path, format);
    }
}

#[test]
fn every_format_is_known_when_it_is_compressed() {
    for (format, name, content) in EXAMPLES.into_iter().filter(|(own, ..)| *own != "re3d") {
        let (scratch, _) = example(format);
        std::fs::remove_file(scratch.path().join(name)).unwrap();
        let packed = zstd::encode_all(content.as_bytes(), 1).unwrap();
        scratch.write(&format!("{name}.zst"), packed);
        is_known(&scratch, &format!("{name}.zst"), format);
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut gz, content.as_bytes()).unwrap();
        scratch.write(&format!("{name}.gz"), gz.finish().unwrap());
        is_known(&scratch, &format!("{name}.gz"), format);
    }
}

#[test]
fn gold_of_any_format_is_scored_against_predictions_of_any_other() {
    // CoNLL-U keeps a space after the last word, so that its text is another.
    let text = |format: &&str| {
        let exact = Format::from_name(format).unwrap().writer.holds.exact_text;
        exact && *format != "conllu"
    };
    let names = Format::names();
    let names: Vec<&str> = names.into_iter().filter(text).collect();
    for (at, gold) in names.iter().enumerate() {
        let predicted = names[(at + 1) % names.len()];
        let ((one, gold_path), (other, path)) = (example(gold), example(predicted));
        let command = format!(
            "score {gold_path} {} --pair text -f csv",
            other.path().join(path).display()
        );
        let output = one.goldspan(&command).output().unwrap();
        let csv = String::from_utf8(output.stdout).unwrap();
        assert!(
            csv.contains(",strict,*,micro,2,0,0,0,0,2,2,1.0,1.0,1.0,"),
            "{gold} against {predicted}: {}{csv}",
            String::from_utf8(output.stderr).unwrap()
        );
    }
}

/// `goldspan ARGUMENTS` over these files, and all that it prints.
#[track_caller]
fn prints(
    files: &[(&str, &str)],
    arguments: &str,
    code: i32,
    out: impl IntoData,
    err: impl IntoData,
) {
    let scratch = Scratch::new();
    for (name, content) in files {
        scratch.write(name, content);
    }
    let shown = scratch.goldspan(arguments).assert().code(code);
    shown.stdout_eq(out).stderr_eq(err);
}

#[test]
fn a_folder_with_two_formats_is_not_guessed_at() {
    let files = [
        (
            "in/a.jsonl",
            "{\"id\":\"d1\",\"text\":\"Ana\",\"entities\":[]}\n",
        ),
        ("in/b.csv", "document,start,end,label\nd1,0,3,P\n"),
    ];
    prints(
        &files,
        "check in",
        2,
        "",
        str![[r#"
error: these files are in several formats
--> in
 = note: found table, jsonl
 = note: expected files of one format
 = help: name one with --from, or narrow the path to *.EXTENSION, quoted

"#]],
    );
    prints(
        &files,
        "check in --from jsonl",
        0,
        str![[r#"
Checked 1 document, 0 mentions, 0 claims; nothing is wrong

"#]],
        "",
    );
    prints(
        &files,
        "check in/*.jsonl",
        0,
        str![[r#"
Checked 1 document, 0 mentions, 0 claims; nothing is wrong

"#]],
        "",
    );
}

#[test]
fn a_file_that_looks_like_no_format_is_asked_about() {
    prints(
        &[("a.jsonl", "Dear Ana,\nhow are you?\n")],
        "check a.jsonl",
        2,
        "",
        str![[r#"
error: it is not clear what format this file has
 --> a.jsonl:1:1
  |
1 | Dear Ana,
  | ^
  |
  = note: expected one of brat, webanno, conllu, xmi, gate, knowtator, cas-json, re3d, label-studio, spacy, prodigy, doccano, jsonl, table, conll
  = help: say what it is with --from

"#]],
    );
    prints(
        &[("in/a.md", "# Notes\n")],
        "check in",
        4,
        "",
        str![[r#"
error: no annotated documents are there
--> in
 = note: expected a file, a folder or a quoted glob with files such as .ann, .bio, .bioes, .conll, .conllu, .csv, .iob, .iob2, .json, .jsonl, .ndjson, .tsv, .xmi, .xml
 = help: correct the path, or say with --from what format the files have

"#]],
    );
    prints(
        &[("a.csv", "who,what\nAna,left\n")],
        "check a.csv --from table",
        2,
        str![[r#"
error[unreadable]: the columns of this table are not clear
 --> a.csv:1:1
  |
1 | who,what
  | ^^^^^^^^ found columns who, what
  |
  = note: expected a header with document, start, end, label and text; or document, label and text
  = help: name the columns so in the first line

      1 error    unreadable      A file or an annotation cannot be read, or does not fit its text.
Checked 0 documents, 0 mentions, 0 claims

"#]],
        "",
    );
}

#[test]
fn a_name_that_is_no_format_gets_the_nearest() {
    prints(
        &[],
        "check a.jsonl --from docano",
        2,
        "",
        str![[r#"
error: invalid value 'docano' for '--from <FORMAT>': expected one of brat, webanno, conllu, xmi, gate, knowtator, cas-json, re3d, label-studio, spacy, prodigy, doccano, jsonl, table, conll; did you mean doccano?

For more information, try '--help'.

"#]],
    );
    prints(
        &[],
        "score a b --from jsonl,brat,spacy",
        2,
        "",
        str![[r#"
error: --from has more values than there are sides
 |
 = note: found 3 values
 = note: expected one value for all files, or two parted by a comma: for the first file and for the others

"#]],
    );
    prints(
        &[],
        "convert a --to jsonl --offsets utf16,byte,byte",
        2,
        "",
        str![[r#"
error: --offsets has more values than there are sides
 |
 = note: found 3 values
 = note: expected one value, for all files

"#]],
    );
}

/// A project of Label Studio with one region of this place and quoted text.
fn project(text: &str, start: usize, end: usize, quoted: &str) -> String {
    format!(
        "[{{\"id\":1,\"data\":{{\"id\":\"d1\",\"text\":\"{text}\"}},\"annotations\":[{{\"id\":7,\"completed_by\":1,\"result\":[{{\"id\":\"r1\",\"type\":\"labels\",\"value\":{{\"start\":{start},\"end\":{end},\"text\":\"{quoted}\",\"labels\":[\"P\"]}}}}]}}]}}]\n"
    )
}

#[test]
fn offsets_are_declared_for_each_side() {
    // The emoji is two units of UTF-16 and one code point.
    let gold = "{\"id\":\"d1\",\"text\":\"😀 Ana\",\"entities\":[{\"start\":3,\"end\":6,\"label\":\"P\"}]}\n";
    let predicted = "{\"id\":\"d1\",\"entities\":[{\"start\":2,\"end\":5,\"label\":\"P\"}]}\n";
    let files = [("gold.jsonl", gold), ("pred.jsonl", predicted)];
    let command = "score gold.jsonl pred.jsonl -m strict";
    prints(
        &files,
        &format!("{command} --offsets utf16,codepoint"),
        0,
        str![[r#"
pred.jsonl on gold.jsonl: 1 of 1 documents scored

   entities                   P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   strict                1.0000  1.0000  1.0000        -        1          0        0        0         0        1

   by label, strict           P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   P                     1.0000  1.0000  1.0000        -        1          0        0        0         0        1

  note: few documents (1 of at least 50): the intervals, BCa bootstrap, may be too narrow


"#]],
        "",
    );
    prints(
        &files,
        &format!("{command} --offsets codepoint"),
        2,
        "",
        str![[r#"
error: document d1: entity 0: an offset lies outside the text
 --> gold.jsonl:1:39
  |
1 | {"id":"d1","text":"😀 Ana","entities":[{"start":3,"end":6,"label":"P"}]}
  |                                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found 3 6
  |
  = note: expected offsets up to 5, the length of the text in code points
  = help: if the offsets count something else, say so: "offsets": "utf16" or "byte" in the line, or --offsets

"#]],
    );
}

#[test]
fn the_unit_that_alone_fits_quoted_text_is_taken_and_announced() {
    let gold = project("😀 Ana left", 3, 6, "Ana");
    let predicted = "{\"id\":\"d1\",\"entities\":[{\"start\":2,\"end\":5,\"label\":\"P\"}]}\n";
    let files = [("gold.json", gold.as_str()), ("pred.jsonl", predicted)];
    prints(
        &files,
        "score gold.json pred.jsonl -m strict",
        0,
        str![[r#"
pred.jsonl on gold.json: 1 of 1 documents scored

   entities                   P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   strict                1.0000  1.0000  1.0000        -        1          0        0        0         0        1

   by label, strict           P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   P                     1.0000  1.0000  1.0000        -        1          0        0        0         0        1

  note: few documents (1 of at least 50): the intervals, BCa bootstrap, may be too narrow


"#]],
        str![[r#"
note: gold.json: by the texts that it quotes, offsets count UTF-16 units in 1 of its documents, and were read so; --offsets declares what they count

"#]],
    );
    prints(
        &files,
        "convert gold.json --to jsonl",
        0,
        str![[r#"
{"id":"d1","text":"😀 Ana left","entities":[{"start":2,"end":5,"label":"P"}]}

"#]],
        str![[r#"
note: by the texts that the files quote, offsets count UTF-16 units in 1 document, and were read so; --offsets declares what they count
Converted 1 document with 1 mention and 0 claims from Label Studio JSON to goldspan JSON Lines; all were read back and compared
Nothing was left behind

"#]],
    );
}

#[test]
fn units_that_fit_equally_well_in_different_places_are_not_chosen_between() {
    // Counted in UTF-16 units and in bytes the quoted letter is found, at different places.
    let text = "😀 xxoxox";
    prints(
        &[("gold.json", &project(text, 7, 8, "o"))],
        "check gold.json",
        2,
        str![[r#"
error[unreadable]: document d1: its offsets fit its quoted texts in several ways of counting, at different places
 --> gold.json:1:1
  |
1 | {"id":1,"data":{"id":"d1","text":"😀 xxoxox"},"annotations":[{"id":7,"completed_by":1,"result":[{"id":"r1","type":"labels","value":{"start":7,"end":8,"text":"o","labels":["P"]}}]}]}
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found mismatches: 1 by code points, 0 by UTF-16 units, 0 by bytes, 1 by graphemes
  |
  = note: expected one way without any, or ways that lead to the same places
  = help: say what offsets count with --offsets
error[unreadable]: document d1: r1: the quoted text is not what the article has there
 --> gold.json:1:96
  |
1 | ...ed_by":1,"result":[{"id":"r1","type":"labels","value":{"start":7,"end":8,"text":"o","labels":["P"]}}]}]}
  |                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found "o"
  |
  = note: expected "x"
  = help: "o" stands at 6 7; correct the offsets, or restore the article that was labelled

      2 error    unreadable      A file or an annotation cannot be read, or does not fit its text.
Checked 1 document, 0 mentions, 0 claims

"#]],
        "",
    );
}

#[test]
fn text_that_fits_by_no_unit_is_told_with_the_place_where_it_stands() {
    let gold = project("😀 Ana left Eva", 4, 7, "Eva");
    prints(
        &[("gold.json", &gold)],
        "check gold.json",
        2,
        str![[r#"
error[unreadable]: document d1: r1: the quoted text is not what the article has there
 --> gold.json:1:102
  |
1 | ..._by":1,"result":[{"id":"r1","type":"labels","value":{"start":4,"end":7,"text":"Eva","labels":["P"]}}]}]}
  |                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found "Eva"
  |
  = note: expected "a l"
  = help: "Eva" stands at 11 14; correct the offsets, or restore the article that was labelled

      1 error    unreadable      A file or an annotation cannot be read, or does not fit its text.
Checked 1 document, 0 mentions, 0 claims

"#]],
        "",
    );
}

/// Standoff over an article, and what `check` says of it.
#[track_caller]
fn standoff(article: &str, annotations: &str, flags: &str, code: i32, told: impl IntoData) {
    let files = [("d1.txt", article), ("d1.ann", annotations)];
    prints(&files, &format!("check d1.ann {flags}"), code, told, "");
}

#[test]
fn a_carriage_return_and_line_feed_are_two_characters_unless_it_is_said() {
    let article = "One\r\ntwo é\r\nAna left\r\n";
    // As counted by a tool that makes one character of CRLF; no text is quoted that could tell.
    let table = "document,start,end,label\nd1,10,13,P\n";
    let files = [("d1.txt", article), ("d1.csv", table)];
    let lines = "convert d1.csv --to jsonl";
    prints(
        &files,
        &format!("{lines} --crlf-is-one"),
        0,
        str![[r#"
{"id":"d1","text":"One/r/ntwo é/r/nAna left/r/n","entities":[{"start":12,"end":15,"label":"P"}]}

"#]],
        str![[r#"
Converted 1 document with 1 mention and 0 claims from CSV or TSV to goldspan JSON Lines; all were read back and compared
Nothing was left behind

"#]],
    );
    prints(
        &files,
        "check d1.csv --crlf-is-one",
        0,
        str![[r#"
Checked 1 document, 1 mention, 0 claims; nothing is wrong
Labels: P 1

"#]],
        "",
    );
    // Where text is quoted it tells by itself.
    standoff(
        article,
        "T1\tP 10 13\tAna\n",
        "",
        0,
        str![[r#"
warning[unit]: its offsets count code points, CRLF as one
 --> d1.ann:1:1
  |
1 | T1    P 10 13    Ana
  | ^^^^^^^^^^^^^^^^^^^^ found code points, CRLF as one, by the texts that the file quotes
  |
  = note: expected code points, as brat standoff has it
  = help: declare it with --crlf-is-one

      1 warning  unit            Offsets fit their quoted texts only when counted otherwise than the format does.
Checked 1 document, 1 mention, 0 claims
Labels: P 1

"#]],
    );
    standoff(
        article,
        "T1\tP 12 15\tAna\n",
        "",
        0,
        str![[r#"
Checked 1 document, 1 mention, 0 claims; nothing is wrong
Labels: P 1

"#]],
    );
}

#[test]
fn a_byte_order_mark_of_the_article_is_a_character_of_it() {
    let article = "\u{feff}Ana left\n";
    standoff(
        article,
        "T1\tP 1 4\tAna\n",
        "",
        0,
        str![[r#"
Checked 1 document, 1 mention, 0 claims; nothing is wrong
Labels: P 1

"#]],
    );
    standoff(
        article,
        "T1\tP 0 3\tAna\n",
        "",
        2,
        str![[r#"
error[unreadable]: T1: the quoted text is not what the article has there
 --> d1.ann:1:10
  |
1 | T1    P 0 3    Ana
  |                ^^^ found "Ana"
  |
  = note: expected "/u{feff}An"
  = help: "Ana" stands at 1 4; correct the offsets, or restore the article that was labelled

      1 error    unreadable      A file or an annotation cannot be read, or does not fit its text.
Checked 1 document, 0 mentions, 0 claims

"#]],
    );
}

#[test]
fn composed_and_decomposed_letters_are_told_apart_and_named() {
    let gold = "{\"id\":\"d1\",\"text\":\"Zu\u{308}rich fell\",\"entities\":[{\"start\":0,\"end\":7,\"label\":\"G\"}]}\n";
    let predicted = "{\"id\":\"d1\",\"text\":\"Z\u{fc}rich fell\",\"entities\":[{\"start\":0,\"end\":6,\"label\":\"G\"}]}\n";
    let files = [("gold.jsonl", gold), ("pred.jsonl", predicted)];
    prints(
        &files,
        "score gold.jsonl pred.jsonl",
        2,
        "",
        str![[r#"
error: document d1: its text is not that of the gold
 --> pred.jsonl:1:1
  |
1 | {"id":"d1","text":"Zürich fell","entities":[{"start":0,"end":6,"label":"G"}]}
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found "Zürich fell" around character 1
  |
  = note: expected "Zu/u{308}rich fell"
  = help: they differ in Unicode normalisation (NFC and NFD): normalise both before labelling, since offsets differ

"#]],
    );
    standoff(
        "Zu\u{308}rich fell\n",
        "T1\tG 0 7\tZ\u{fc}rich\n",
        "",
        2,
        str![[r#"
error[unreadable]: T1: the quoted text is not what the article has there
 --> d1.ann:1:10
  |
1 | T1    G 0 7    Zürich
  |                ^^^^^^ found "Zürich"
  |
  = note: expected "Zu/u{308}rich"
  = help: they differ in Unicode normalisation (NFC and NFD): normalise both before labelling, since offsets differ

      1 error    unreadable      A file or an annotation cannot be read, or does not fit its text.
Checked 1 document, 0 mentions, 0 claims

"#]],
    );
}

#[test]
fn entities_of_html_and_spaces_that_do_not_break_are_named_as_what_differs() {
    for (gold, predicted, told) in [
        (
            "A &amp; B fell",
            "A & B fell",
            str![[r#"
error: document d1: its text is not that of the gold
 --> pred.jsonl:1:1
  |
1 | {"id":"d1","text":"A & B fell","entities":[]}
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found "A & B fell" around character 3
  |
  = note: expected "A &amp; B fell"
  = help: one of the two has HTML entities such as &amp; where the other has the character: unescape both before labelling

"#]],
        ),
        (
            "10\u{a0}km away",
            "10 km away",
            str![[r#"
error: document d1: its text is not that of the gold
 --> pred.jsonl:1:1
  |
1 | {"id":"d1","text":"10 km away","entities":[]}
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found "10 km away" around character 2
  |
  = note: expected "10/u{a0}km away"
  = help: they differ in non-breaking spaces: keep them or replace them in both

"#]],
        ),
        (
            "One\\r\\ntwo",
            "One\\ntwo",
            str![[r#"
error: document d1: its text is not that of the gold
 --> pred.jsonl:1:1
  |
1 | {"id":"d1","text":"One/ntwo","entities":[]}
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found "One/ntwo" around character 3
  |
  = note: expected "One/r/ntwo"
  = help: they differ in line ends: keep CRLF or LF in both, or say --crlf-is-one where offsets count CRLF as one character

"#]],
        ),
        (
            "\u{feff}One two",
            "One two",
            str![[r#"
error: document d1: its text is not that of the gold
 --> pred.jsonl:1:1
  |
1 | {"id":"d1","text":"One two","entities":[]}
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found "One two" around character 0
  |
  = note: expected "/u{feff}One two"
  = help: one of the two begins with a byte order mark, which offsets count: take it out, or leave it in both

"#]],
        ),
        (
            "One two",
            "Two one",
            str![[r#"
error: document d1: its text is not that of the gold
 --> pred.jsonl:1:1
  |
1 | {"id":"d1","text":"Two one","entities":[]}
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found "Two one" around character 0
  |
  = note: expected "One two"
  = help: use the text of the gold, or leave the text out where the offsets are those of the gold's text

"#]],
        ),
    ] {
        let line = |text: &str| format!("{{\"id\":\"d1\",\"text\":\"{text}\",\"entities\":[]}}\n");
        let (gold, predicted) = (line(gold), line(predicted));
        let files = [
            ("gold.jsonl", gold.as_str()),
            ("pred.jsonl", predicted.as_str()),
        ];
        prints(&files, "score gold.jsonl pred.jsonl", 2, "", told);
    }
}

/// A task that Ana and Ben annotated.
const BOTH: &str = "[{\"id\":1,\"data\":{\"id\":\"d1\",\"text\":\"Ana left\"},\"annotations\":[{\"completed_by\":{\"id\":1,\"email\":\"ana@x.org\"},\"result\":[{\"id\":\"a\",\"type\":\"labels\",\"value\":{\"start\":0,\"end\":3,\"text\":\"Ana\",\"labels\":[\"P\"]}}]},{\"completed_by\":2,\"result\":[]}]}]\n";

#[test]
fn one_of_several_annotators_is_chosen_by_name_or_asked_for() {
    let files = [("p.json", BOTH)];
    prints(
        &files,
        "convert p.json --to jsonl",
        2,
        "",
        str![[r#"
error: document d1: it holds 2 annotations
 --> p.json:1:1
  |
1 | {"id":1,"data":{"id":"d1","text":"Ana left"},"annotations":[{"completed_by":{"id":1,"email":"ana@x.org"},"result":[{"id":"a","type":"labels","value":{"start":0,"end":3,"text":"Ana","labels":["P"]}}]},{"completed_by":2,"result":[]}]}
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found annotations by ana@x.org, 2
  |
  = note: expected one annotation, or one that is the ground truth
  = help: choose one with --annotator NAME, or compare them with goldspan agree

"#]],
    );
    prints(
        &files,
        "convert p.json --to jsonl --annotator ana@x.org",
        0,
        str![[r#"
{"id":"d1","text":"Ana left","entities":[{"start":0,"end":3,"label":"P"}]}

"#]],
        str![[r#"
Converted 1 document with 1 mention and 0 claims from Label Studio JSON to goldspan JSON Lines; all were read back and compared
Nothing was left behind

"#]],
    );
    prints(
        &files,
        "convert p.json --to jsonl --annotator 2",
        0,
        str![[r#"
{"id":"d1","text":"Ana left","entities":[],"claims":[]}

"#]],
        str![[r#"
Converted 1 document with 0 mentions and 0 claims from Label Studio JSON to goldspan JSON Lines; all were read back and compared
Nothing was left behind

"#]],
    );
    prints(
        &files,
        "convert p.json --to jsonl --annotator eva",
        4,
        "",
        str![[r#"
note: documents left out because they are by other annotators: 1
error: no document was converted
--> p.json
 = note: expected at least one document that is not left out

"#]],
    );
}

#[test]
fn an_annotator_is_chosen_of_the_gold_and_not_of_the_predictions() {
    let predicted = "{\"id\":\"d1\",\"entities\":[{\"start\":0,\"end\":3,\"label\":\"P\"}]}\n";
    let files = [("p.json", BOTH), ("pred.jsonl", predicted)];
    let command = "score p.json pred.jsonl -m strict --annotator";
    prints(
        &files,
        &format!("{command} 2"),
        0,
        str![[r#"
pred.jsonl on p.json: 1 of 1 documents scored
  claims: not attempted, so not scored

   entities                   P  R  F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   strict                0.0000  -   -        -        0          0        0        0         1        0

   by label, strict           P  R  F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   P                     0.0000  -   -        -        0          0        0        0         1        0

  note: few documents (1 of at least 50): the intervals, BCa bootstrap, may be too narrow


"#]],
        "",
    );
}

#[test]
fn a_layer_is_chosen_by_name_and_others_are_told() {
    let spans = "{\"text\":\"Ana left\",\"ents\":[{\"start\":0,\"end\":3,\"label\":\"P\"}],\"spans\":{\"sc\":[{\"start\":0,\"end\":8,\"label\":\"S\"}]}}\n";
    let files = [("d.jsonl", spans)];
    prints(
        &files,
        "check d.jsonl",
        0,
        str![[r#"
      1 note     not read        spans under the key "sc", which --layer sc reads
Checked 1 document, 1 mention, 0 claims; nothing is wrong
Labels: P 1

"#]],
        "",
    );
    prints(
        &files,
        "check d.jsonl --layer sc",
        0,
        str![[r#"
Checked 1 document, 1 mention, 0 claims; nothing is wrong
Labels: S 1

"#]],
        "",
    );
    prints(
        &files,
        "check d.jsonl --layer sd",
        2,
        str![[r#"
error[unreadable]: this document has no spans under this key
 --> d.jsonl:1:1
  |
1 | {"text":"Ana left","ents":[{"start":0,"end":3,"label":"P"}],"spans":{"sc":[{"start":0,"end":8,"label":"S"}]}}
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found --layer sd
  |
  = note: expected one of ents, sc
  = help: name a key that the documents have, or leave --layer out

      1 error    unreadable      A file or an annotation cannot be read, or does not fit its text.
Checked 1 document, 0 mentions, 0 claims

"#]],
        "",
    );
    let (gate, path) = example("gate");
    gate.goldspan(&format!("check {path} --layer Key"))
        .assert()
        .code(0)
        .stdout_eq(str![[r#"
warning[remark]: no set of annotations of this document is called Key
 --> d1.xml:1:1
  |
1 | <?xml version='1.0' encoding='UTF-8'?>
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found the unnamed set
  |
  = help: correct the name of --layer, if the document should have this set

      1 warning  remark          A reader read something that is no error and worth knowing.
      2 note     not read        annotations of the unnamed set
Checked 1 document, 0 mentions, 0 claims

"#]]);
    let (xmi, path) = example("xmi");
    xmi.goldspan(&format!("check {path} --layer custom.Claim"))
        .assert()
        .code(0)
        .stdout_eq(str![[r#"
warning[remark]: no annotation of the layer custom.Claim stands in this document
 --> d1.xmi:1:1
  |
1 | <?xml version="1.0" encoding="UTF-8"?><xmi:XM...><cas:View sofa="1" members="2 3"/></xmi:XMI>
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^...^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity
  |
  = help: correct the name of --layer, if the document should have some

      1 warning  remark          A reader read something that is no error and worth knowing.
      2 note     not read        NamedEntity annotations
Checked 1 document, 0 mentions, 0 claims

"#]]);
}

#[test]
fn labels_and_relations_are_claims_as_the_mapping_says() {
    let annotations = "T1\tSpeaker 0 3\tAna\nT2\tVerb 4 8\tsaid\nT3\tQuote 9 16\tit fell\nR1\tsays Arg1:T2 Arg2:T3\nR2\tby Arg1:T2 Arg2:T1\n";
    let files = [("d1.txt", "Ana said it fell.\n"), ("d1.ann", annotations)];
    let mapped = "--claims source=Speaker,cue=Verb,content=Quote+Said";
    prints(
        &files,
        &format!("convert d1.ann --to jsonl {mapped}"),
        0,
        str![[r#"
{"id":"d1","text":"Ana said it fell./n","claims":[{"content":[[9,16]],"source":[[0,3]],"cue":[[4,8]],"attributes":{}}]}

"#]],
        str![[r#"
Converted 1 document with 0 mentions and 1 claim from brat standoff to goldspan JSON Lines; all were read back and compared
Nothing was left behind

"#]],
    );
    prints(
        &files,
        "convert d1.ann --to jsonl",
        0,
        str![[r#"
{"id":"d1","text":"Ana said it fell./n","entities":[{"start":0,"end":3,"label":"Speaker"},{"start":4,"end":8,"label":"Verb"},{"start":9,"end":16,"label":"Quote"}]}

"#]],
        str![[r#"
Converted 1 document with 3 mentions and 0 claims from brat standoff to goldspan JSON Lines; all were read back and compared
Not carried to goldspan JSON Lines:
  relations that are no part of claims: 2 (such as d1)

"#]],
    );
    let own = annotations
        .replace("Speaker", "Source")
        .replace("Verb", "Cue")
        .replace("Quote", "Content");
    let files = [("d1.txt", "Ana said it fell.\n"), ("d1.ann", own.as_str())];
    prints(
        &files,
        "convert d1.ann --to jsonl",
        0,
        str![[r#"
{"id":"d1","text":"Ana said it fell./n","claims":[{"content":[[9,16]],"source":[[0,3]],"cue":[[4,8]],"attributes":{}}]}

"#]],
        str![[r#"
Converted 1 document with 0 mentions and 1 claim from brat standoff to goldspan JSON Lines; all were read back and compared
Nothing was left behind

"#]],
    );
    prints(
        &files,
        "convert d1.ann --to jsonl --claims nothing",
        0,
        str![[r#"
{"id":"d1","text":"Ana said it fell./n","entities":[{"start":0,"end":3,"label":"Source"},{"start":4,"end":8,"label":"Cue"},{"start":9,"end":16,"label":"Content"}]}

"#]],
        str![[r#"
Converted 1 document with 3 mentions and 0 claims from brat standoff to goldspan JSON Lines; all were read back and compared
Not carried to goldspan JSON Lines:
  relations that are no part of claims: 2 (such as d1)

"#]],
    );
    prints(
        &files,
        "check d1.ann --claims sauce=Speaker",
        2,
        "",
        str![[r#"
error: invalid value 'sauce=Speaker' for '--claims <MAPPING>': expected one of content, source, cue, event, parent, same, relation, found "sauce"

For more information, try '--help'.

"#]],
    );
    prints(
        &files,
        "check d1.ann --claims Speaker",
        2,
        "",
        str![[r#"
error: invalid value 'Speaker' for '--claims <MAPPING>': expected KEY=NAME, such as source=Speaker, found "Speaker"

For more information, try '--help'.

"#]],
    );
}

#[test]
fn documents_without_ids_pair_by_their_texts() {
    let gold = "{\"text\":\"Ana left\",\"ents\":[{\"start\":0,\"end\":3,\"label\":\"P\"}]}\n{\"text\":\"Eva sang\",\"ents\":[{\"start\":0,\"end\":3,\"label\":\"P\"}]}\n";
    let predicted = "{\"id\":8,\"text\":\"Eva sang\",\"label\":[[0,3,\"P\"]]}\n{\"id\":9,\"text\":\"Ana left\",\"label\":[]}\n{\"id\":10,\"text\":\"Bor ran\",\"label\":[]}\n";
    let files = [("gold.jsonl", gold), ("all.jsonl", predicted)];
    let command = "score gold.jsonl all.jsonl -m strict --pair text";
    prints(
        &files,
        command,
        0,
        str![[r#"
all.jsonl on gold.jsonl: 2 of 2 documents scored
  1 document predicted without gold, so not scored (--count-extra counts it as spurious):
    10

   entities                   P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   strict                1.0000  0.5000  0.6667        -        1          0        0        1         0        2

   by label, strict           P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   P                     1.0000  0.5000  0.6667        -        1          0        0        1         0        2

  note: few documents (2 of at least 50): the intervals, BCa bootstrap, may be too narrow


"#]],
        "",
    );
    prints(
        &files,
        &format!("{command} --from spacy,doccano"),
        0,
        str![[r#"
all.jsonl on gold.jsonl: 2 of 2 documents scored
  1 document predicted without gold, so not scored (--count-extra counts it as spurious):
    10

   entities                   P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   strict                1.0000  0.5000  0.6667        -        1          0        0        1         0        2

   by label, strict           P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   P                     1.0000  0.5000  0.6667        -        1          0        0        1         0        2

  note: few documents (2 of at least 50): the intervals, BCa bootstrap, may be too narrow


"#]],
        "",
    );
    let twice = gold.replace("Eva sang", "Ana left");
    prints(
        &[("gold.jsonl", &twice), ("all.jsonl", predicted)],
        command,
        2,
        "",
        str![[r#"
error: this document stands twice
 --> gold.jsonl:2:1
  |
2 | {"text":"Ana left","ents":[{"start":0,"end":3,"label":"P"}]}
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found "2", which is also line 1
  |
  = note: expected one line for each document
  = help: take one out

"#]],
    );
}

/// A configuration with one corpus of these keys.
fn config(corpus: &str) -> String {
    format!("[corpus.own]\n{corpus}\n[extractor.shape]\nbuiltin = \"shape\"\n")
}

/// The label of the two gold mentions of the example, in a run over it: support by label.
#[track_caller]
fn runs(scratch: &Scratch, arguments: &str, told: impl IntoData) {
    let command = format!("run -q -e shape {arguments}");
    let shown = scratch.goldspan(&command).assert();
    shown.code(0).stderr_eq("").stdout_eq(told);
}

#[test]
fn a_run_takes_gold_of_a_tool_that_has_the_texts_itself() {
    for format in ["label-studio", "conllu", "doccano", "webanno", "re3d"] {
        let (scratch, path) = example(format);
        runs(
            &scratch,
            &format!("--gold {path} --task entities"),
            str![[r#"
shape version 1 on articles: 1 of 1 documents scored
  attempts: Capitalised sequences with their titles and head words; dates, times, amounts and numbers by pattern; no nested names.

   entities                   P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   strict                1.0000  0.5000  0.6667        -        1          0        0        1         0        2
   exact                 1.0000  0.5000  0.6667        -        1          0        0        1         0        2
   partial               1.0000  0.5000  0.6667        -        1          0        0        1         0        2
   type                  1.0000  0.5000  0.6667        -        1          0        0        1         0        2

   by label, strict           P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   GPE                        -  0.0000       -        -        0          0        0        1         0        1
   PERSON                1.0000  1.0000  1.0000        -        1          0        0        0         0        1

  note: few documents (1 of at least 50): the intervals, BCa bootstrap, may be too narrow


"#]],
        );
    }
}

#[test]
fn a_run_takes_a_table_over_articles() {
    let (scratch, _) = example("table");
    runs(
        &scratch,
        "--articles . --gold gold.csv --task entities",
        str![[r#"
shape version 1 on articles: 1 of 1 documents scored
  attempts: Capitalised sequences with their titles and head words; dates, times, amounts and numbers by pattern; no nested names.

   entities                   P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   strict                1.0000  0.5000  0.6667        -        1          0        0        1         0        2
   exact                 1.0000  0.5000  0.6667        -        1          0        0        1         0        2
   partial               1.0000  0.5000  0.6667        -        1          0        0        1         0        2
   type                  1.0000  0.5000  0.6667        -        1          0        0        1         0        2

   by label, strict           P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   GPE                        -  0.0000       -        -        0          0        0        1         0        1
   PERSON                1.0000  1.0000  1.0000        -        1          0        0        0         0        1

  note: few documents (1 of at least 50): the intervals, BCa bootstrap, may be too narrow


"#]],
    );
}

#[test]
fn a_run_says_which_gold_has_no_article_and_which_text_is_another() {
    let (scratch, path) = example("label-studio");
    scratch.write("news/d2.txt", TEXT);
    let command = format!("run -q -e shape --articles news --gold {path}");
    let refused = scratch.goldspan(&command).assert();
    refused.code(2).stdout_eq("").stderr_eq(str![[r#"
error: this gold has no article
 --> d1.json:1:1
  |
1 | {"id":1,"annotations":[{"id":1,"completed_by"...ata":{"id":"d1","text":"Ana Kos left Oslo."}}
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^...^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found gold for "d1"
  |
  = note: expected an article with this id in the corpus
  = help: add the article, or take the document out of this file

"#]]);
    scratch.write("news/d1.txt", "Ana  Kos left Oslo.\n");
    let refused = scratch.goldspan(&command).assert();
    refused.code(2).stdout_eq("").stderr_eq(str![[r#"
error: document d1: its text is not that of the article
 --> d1.json:1:1
  |
1 | {"id":1,"annotations":[{"id":1,"completed_by"...ata":{"id":"d1","text":"Ana Kos left Oslo."}}
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^...^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found "Ana Kos left Oslo." around character 4
  |
  = note: expected "Ana  Kos left Oslo./n"
  = help: use the text of the article, or leave the text out where the offsets are those of the article's text

"#]]);
}

#[test]
fn a_configuration_says_how_its_gold_is_read_as_the_flags_do() {
    let scratch = Scratch::new();
    scratch.write(
        "p.json",
        BOTH.replace("Ana left", "😀 Ana left").replace(
            "\"start\":0,\"end\":3,\"text\":\"Ana\"",
            "\"start\":3,\"end\":6",
        ),
    );
    scratch.write(
        "goldspan.toml",
        config("gold = \"p.json\"\nformat = \"label-studio\"\noffsets = \"utf16\"\nannotator = \"ana@x.org\"\ntasks = [\"entities\"]"),
    );
    runs(
        &scratch,
        "",
        str![[r#"
shape version 1 on own: 1 of 1 documents scored
  attempts: Capitalised sequences with their titles and head words; dates, times, amounts and numbers by pattern; no nested names.

   entities              P       R  F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   strict                -  0.0000   -        -        0          0        0        1         0        1
   exact                 -  0.0000   -        -        0          0        0        1         0        1
   partial               -  0.0000   -        -        0          0        0        1         0        1
   type                  -  0.0000   -        -        0          0        0        1         0        1

   by label, strict      P       R  F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   P                     -  0.0000   -        -        0          0        0        1         0        1

  note: few documents (1 of at least 50): the intervals, BCa bootstrap, may be too narrow


"#]],
    );
    // Whole numbers name people too.
    scratch.write(
        "goldspan.toml",
        config("gold = \"p.json\"\nannotator = 2\ntasks = [\"entities\"]"),
    );
    runs(
        &scratch,
        "",
        str![[r#"
shape version 1 on own: 1 of 1 documents scored
  attempts: Capitalised sequences with their titles and head words; dates, times, amounts and numbers by pattern; no nested names.

   entities              P  R  F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   strict                -  -   -        -        0          0        0        0         0        0
   exact                 -  -   -        -        0          0        0        0         0        0
   partial               -  -   -        -        0          0        0        0         0        0
   type                  -  -   -        -        0          0        0        0         0        0

  note: few documents (1 of at least 50): the intervals, BCa bootstrap, may be too narrow


"#]],
    );
}

#[test]
fn a_configuration_names_layers_and_parts_of_claims() {
    let scratch = Scratch::new();
    scratch.write("d.jsonl", "{\"id\":\"d1\",\"text\":\"Ana Kos left Oslo.\",\"ents\":[],\"spans\":{\"sc\":[{\"start\":0,\"end\":7,\"label\":\"PERSON\"}]}}\n");
    scratch.write("d1.txt", "Ana Kos said: “It fell.”\n");
    scratch.write("d1.ann", "T1\tSpeaker 0 7\tAna Kos\nT2\tVerb 8 12\tsaid\nT3\tQuote 15 23\tIt fell.\nR1\tsays Arg1:T2 Arg2:T3\nR2\tby Arg1:T2 Arg2:T1\n");
    scratch.write(
        "goldspan.toml",
        config("gold = \"d.jsonl\"\nlayer = \"sc\"\ntasks = [\"entities\"]"),
    );
    runs(
        &scratch,
        "",
        str![[r#"
shape version 1 on own: 1 of 1 documents scored
  attempts: Capitalised sequences with their titles and head words; dates, times, amounts and numbers by pattern; no nested names.

   entities                   P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   strict                1.0000  1.0000  1.0000        -        1          0        0        0         0        1
   exact                 1.0000  1.0000  1.0000        -        1          0        0        0         0        1
   partial               1.0000  1.0000  1.0000        -        1          0        0        0         0        1
   type                  1.0000  1.0000  1.0000        -        1          0        0        0         0        1

   by label, strict           P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   PERSON                1.0000  1.0000  1.0000        -        1          0        0        0         0        1

  note: few documents (1 of at least 50): the intervals, BCa bootstrap, may be too narrow


"#]],
    );
    scratch.write(
        "goldspan.toml",
        "[corpus.own]\narticles = \"d1.txt\"\ntasks = [\"claims\"]\nclaims = { source = [\"Speaker\"], cue = [\"Verb\"], content = [\"Quote\"] }\n[extractor.quotes]\nbuiltin = \"quotes\"\n",
    );
    let shown = scratch.goldspan("run -q").assert();
    shown.code(0).stderr_eq("").stdout_eq(str![[r#"
quotes version 1 on own: 1 of 1 documents scored
  attempts: Direct speech: whole quotations with a reporting verb before, between or after, and paragraphs that are one quotation; no indirect speech.

   claims, exact              P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   claim                 0.0000  0.0000  0.0000        -        0          1        0        0         0        1
   content               0.0000  0.0000  0.0000        -        0          1        0        0         0        1
   source                1.0000  1.0000  1.0000        -        1          0        0        0         0        1
   cue                   1.0000  1.0000  1.0000        -        1          0        0        0         0        1

   claims, overlap:0.5        P       R      F1  95 % CI  correct  incorrect  partial  missing  spurious  support
   claim                 1.0000  1.0000  1.0000        -        1          0        0        0         0        1
   content               1.0000  1.0000  1.0000        -        1          0        0        0         0        1
   source                1.0000  1.0000  1.0000        -        1          0        0        0         0        1
   cue                   1.0000  1.0000  1.0000        -        1          0        0        0         0        1

  note: few documents (1 of at least 50): the intervals, BCa bootstrap, may be too narrow

people agree with each other on public claim gold at about F1 .58 (all roles exact), .68 (all roles overlap 0.5), .80 (content overlap 0.5)

"#]]);
}

#[test]
fn wrong_values_of_a_configuration_are_all_told() {
    let scratch = Scratch::new();
    scratch.write(
        "d.jsonl",
        "{\"id\":\"d1\",\"text\":\"Ana\",\"entities\":[]}\n",
    );
    scratch.write(
        "goldspan.toml",
        config("gold = \"d.jsonl\"\nformat = \"json-lines\"\noffsets = \"utf-16\"\nlayer = 3\nclaims = { sauce = [\"Speaker\"] }\ncrlf = true"),
    );
    let refused = scratch.goldspan("run -q").assert();
    refused.code(2).stdout_eq("").stderr_eq(str![[r#"
error: there is no format of this name
 --> goldspan.toml:3:10
  |
3 | format = "json-lines"
  |          ^^^^^^^^^^^^ found "json-lines"
  |
  = note: expected one of brat, webanno, conllu, xmi, gate, knowtator, cas-json, re3d, label-studio, spacy, prodigy, doccano, jsonl, table, conll
  = help: did you mean "jsonl"?
error: there is no unit of offsets of this name
 --> goldspan.toml:4:11
  |
4 | offsets = "utf-16"
  |           ^^^^^^^^ found "utf-16"
  |
  = note: expected one of codepoint, utf16, byte, grapheme
  = help: did you mean "utf16"?
error: layer has the wrong type
 --> goldspan.toml:5:9
  |
5 | layer = 3
  |         ^ found an integer
  |
  = note: expected a text in quotation marks
error: claims has no key of this name
 --> goldspan.toml:6:12
  |
6 | claims = { sauce = ["Speaker"] }
  |            ^^^^^ found "sauce"
  |
  = note: expected one of none, content, source, cue, event, parent, same, relation
  = help: did you mean "source"?
error: corpus.own has no key of this name
 --> goldspan.toml:7:1
  |
7 | crlf = true
  | ^^^^ found "crlf"
  |
  = note: expected one of articles, gold, manifest, expect-documents, format, scheme, repair, offsets, crlf-is-one, ragged, annotator, layer, claims, tasks, roles
  = help: did you mean "crlf-is-one"?
error: 5 problems; nothing was evaluated

"#]]);
}
