//! `goldspan convert`: every format to every other through files, what is told as lost, what is refused, and that nothing half is written.

use goldspan::formats::{Format, Layout};
use snapbox::{IntoData, str};

use crate::scratch::Scratch;

/// Mentions that every format can hold: apart from each other, whole words, in two documents.
const PLAIN: &str = r#"{"id":"d1","text":"Ana Kos left Oslo .","entities":[{"start":0,"end":7,"label":"PERSON"},{"start":13,"end":17,"label":"GPE"}]}
{"id":"d2","text":"Nobody sang in Zürich 😀 with Eva .","entities":[{"start":15,"end":21,"label":"GPE"},{"start":29,"end":32,"label":"PERSON"}]}
"#;

/// A document with all that some formats cannot hold.
const RICH: &str = r#"{"id":"d1","text":"Ana Kos said the bank of Kenya fell. She did.","entities":[{"start":0,"end":7,"label":"PERSON"},{"start":0,"end":3,"label":"FIRST"},{"spans":[[17,21],[25,30]],"label":"ORG"},{"start":25,"end":30,"label":"A B|C"}],"claims":[{"content":[[13,35]],"source":[[0,7]],"cue":[[8,12]],"attributes":{"polarity":"affirmed","certainty":"certain"}},{"content":"she fell too","source":[[37,40]]}]}
"#;

/// Where a format is written to, in a folder of its own.
fn place(format: &Format, from: &str) -> String {
    match format.writer.layout {
        Layout::OneFile { extension, .. } => format!("{from}-{}.{extension}", format.name),
        Layout::FilesByDocument | Layout::SharedFiles => format!("{from}-{}", format.name),
    }
}

/// Flags that say what cannot be seen in a file.
fn flags(format: &str) -> &'static str {
    if format == "conll" {
        "--scheme iob2"
    } else {
        ""
    }
}

fn format(name: &str) -> &'static Format {
    Format::from_name(name).unwrap()
}

/// `goldspan ARGUMENTS`, which must succeed; what it says on standard error.
#[track_caller]
fn says(scratch: &Scratch, arguments: &str) -> String {
    let output = scratch.goldspan(arguments).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{arguments}: {said}");
    said
}

/// The rows of micro averages of the strict measure.
fn strict(scratch: &Scratch, arguments: &str) -> (i32, String) {
    let output = scratch.goldspan(arguments).output().unwrap();
    let csv = String::from_utf8(output.stdout).unwrap();
    let row = csv.lines().find(|line| line.contains(",strict,*,micro,"));
    let told = String::from_utf8(output.stderr).unwrap();
    (
        output.status.code().unwrap(),
        row.map_or(told, str::to_owned),
    )
}

/// The articles of formats that have none beside them: those that brat was written with.
fn articles(format: &str) -> &'static str {
    match format {
        "table" | "knowtator" => "--articles gold-brat",
        _ => "",
    }
}

#[test]
fn every_format_is_converted_to_every_other_and_scores_one() {
    let scratch = Scratch::new();
    scratch.write("gold.jsonl", PLAIN);
    let names = Format::names();
    // Standoff first: its articles are those of others.
    assert_eq!(names[0], "brat");
    let convert = |source: &str, from: &str, to: &str, product: &str| {
        let flags = format!("{} {}", articles(from), flags(from));
        let command = format!("convert {source} --from {from} --to {to} -o {product} {flags}");
        let said = says(&scratch, &command);
        assert!(said.contains("Converted 2 documents with 4 mentions and 0 claims"));
    };
    let score = |to: &str, product: &str| {
        // Columns pair by position, and so with columns only.
        let original = match to {
            "conll" => "gold-conll.conll",
            _ => "gold.jsonl",
        };
        let flags = format!("{} {}", articles(to), flags(to));
        let command = format!("score {original} {product} -f csv {flags}");
        let (code, row) = strict(&scratch, &command);
        let whole = row.contains(",strict,*,micro,4,0,0,0,0,4,4,1.0,1.0,1.0,");
        assert!(code == 0 && whole, "{product}: {row}");
    };
    for to in &names {
        let product = place(format(to), "gold");
        convert("gold.jsonl", "jsonl", to, &product);
        score(to, &product);
    }
    for from in &names {
        for to in &names {
            let product = place(format(to), from);
            convert(&place(format(from), "gold"), from, to, &product);
            // What is the same as was scored already need not be scored again.
            let read = |name: &str| std::fs::read(scratch.path().join(name)).ok();
            let known = read(&place(format(to), "gold"));
            if known.is_none() || read(&product) != known {
                score(to, &product);
            }
        }
    }
}

/// What `convert` says and prints of these documents.
#[track_caller]
fn converts(gold: &str, arguments: &str, code: i32, product: impl IntoData, told: impl IntoData) {
    let scratch = Scratch::new();
    scratch.write("gold.jsonl", gold);
    let command = format!("convert gold.jsonl {arguments}");
    let converted = scratch.goldspan(&command).assert().code(code);
    converted.stderr_eq(told).stdout_eq(product);
}

#[test]
fn what_columns_cannot_hold_is_told() {
    converts(
        RICH,
        "--to conll",
        0,
        str![[r#"
-DOCSTART- (d1)

Ana	B-PERSON
Kos	I-PERSON
said	O
the	O
bank	O
of	O
Kenya	O
fell	O
.	O
She	O
did	O
.	O


"#]],
        str![[r#"
Converted 1 document with 1 mention and 0 claims from goldspan JSON Lines to CoNLL columns; all were read back and compared
The tags are IOB2: --scheme iob2 reads them
Not carried to CoNLL columns:
  claims: 2 (such as d1: "the bank of Kenya fell")
  mentions of several fragments: 1 (such as d1: "bank Kenya")
  mentions that share characters with others: 1 (such as d1: "Ana")
  mentions with the label "A B|C": 1 (such as d1: "Kenya")
  texts, which CoNLL columns does not keep as they are: 1 (such as d1)

"#]],
    );
}

#[test]
fn what_a_tool_of_spans_and_relations_cannot_hold_is_told() {
    converts(
        RICH,
        "--to label-studio -o out.json",
        0,
        "",
        str![[r#"
Converted 1 document with 3 mentions and 1 claim from goldspan JSON Lines to Label Studio JSON; all were read back and compared
Not carried to Label Studio JSON:
  claims in words of their own: 1 (such as d1: "she fell too")
  mentions of several fragments: 1 (such as d1: "bank Kenya")

"#]],
    );
    converts(
        RICH,
        "--to spacy -o out.jsonl",
        0,
        "",
        str![[r#"
Converted 1 document with 2 mentions and 0 claims from goldspan JSON Lines to spaCy Doc.to_json; all were read back and compared
Not carried to spaCy Doc.to_json:
  claims: 2 (such as d1: "the bank of Kenya fell")
  mentions of several fragments: 1 (such as d1: "bank Kenya")
  mentions that share characters with others: 1 (such as d1: "Ana")

"#]],
    );
    converts(
        RICH,
        "--to webanno -o out",
        0,
        "",
        str![[r#"
Converted 1 document with 3 mentions and 1 claim from goldspan JSON Lines to WebAnno TSV 3; all were read back and compared
Not carried to WebAnno TSV 3:
  claims in words of their own: 1 (such as d1: "she fell too")
  mentions of several fragments: 1 (such as d1: "bank Kenya")

"#]],
    );
}

#[test]
fn what_standoff_cannot_hold_is_told() {
    converts(
        RICH,
        "--to brat -o out",
        0,
        "",
        str![[r#"
Converted 1 document with 3 mentions and 1 claim from goldspan JSON Lines to brat standoff; all were read back and compared
Not carried to brat standoff:
  claims in words of their own: 1 (such as d1: "she fell too")
  mentions with the label "A B|C": 1 (such as d1: "Kenya")

"#]],
    );
}

#[test]
fn nothing_is_lost_on_the_way_to_json_lines() {
    converts(
        RICH,
        "--to jsonl",
        0,
        str![[r#"
{"id":"d1","text":"Ana Kos said the bank of Kenya fell. She did.","entities":[{"start":0,"end":7,"label":"PERSON"},{"start":0,"end":3,"label":"FIRST"},{"spans":[[17,21],[25,30]],"label":"ORG"},{"start":25,"end":30,"label":"A B|C"}],"claims":[{"content":[[13,35]],"source":[[0,7]],"cue":[[8,12]],"attributes":{"polarity":"affirmed","certainty":"certain"}},{"content":"she fell too","source":[[37,40]],"attributes":{}}]}

"#]],
        str![[r#"
Converted 1 document with 4 mentions and 2 claims from goldspan JSON Lines to goldspan JSON Lines; all were read back and compared
Nothing was left behind

"#]],
    );
}

#[test]
fn marks_of_a_file_that_goldspan_has_no_place_for_are_told_as_lost() {
    let scratch = Scratch::new();
    scratch.write("d1.txt", "Ana left.\n");
    scratch.write(
        "d1.ann",
        "T1\tPERSON 0 3\tAna\nT2\tVERB 4 8\tleft\nE1\tVERB:T2 Who:T1\nA1\tTense E1 past\nA2\tGender T1 f\nR1\tWho Arg1:T2 Arg2:T1\nN1\tReference T1 Wikidata:Q1\tAna\n#1\tAnnotatorNotes T1\tsure?\n",
    );
    let converted = scratch.goldspan("convert d1.ann --to jsonl").assert();
    converted.code(0).stdout_eq(str![[r#"
{"id":"d1","text":"Ana left./n","entities":[{"start":0,"end":3,"label":"PERSON"}]}

"#]]).stderr_eq(str![[r#"
Converted 1 document with 1 mention and 0 claims from brat standoff to goldspan JSON Lines; all were read back and compared
Not carried to goldspan JSON Lines:
  attributes of what is no claim: 1 (such as d1)
  events that are no claims: 1 (such as d1)
  normalisations: 1 (such as d1)
  notes: 1 (such as d1)
  relations that are no part of claims: 1 (such as d1)

"#]]);
}

#[test]
fn what_is_there_is_written_over_only_with_force() {
    let scratch = Scratch::new();
    scratch.write("gold.jsonl", PLAIN);
    scratch.write("out.jsonl", "mine");
    scratch.write("out/notes.md", "mine");
    for (command, told) in [
        (
            "convert gold.jsonl --to jsonl -o out.jsonl",
            str![[r#"
error: there is something at this place already
--> out.jsonl
 = note: expected a file that is not there yet
 = help: name another place with -o, or write over it with --force

"#]],
        ),
        (
            "convert gold.jsonl --to brat -o out",
            str![[r#"
error: there is something at this place already
--> out
 = note: expected an empty folder, or one that is not there yet
 = help: name another place with -o, or write over it with --force

"#]],
        ),
    ] {
        let refused = scratch.goldspan(command).assert().code(2);
        refused.stdout_eq("").stderr_eq(told);
    }
    assert_eq!(scratch.read("out.jsonl"), "mine");
    assert_eq!(files(&scratch, "out"), ["notes.md"]);
    says(&scratch, "convert gold.jsonl --to brat -o out --force");
    assert_eq!(scratch.read("out/notes.md"), "mine");
    says(
        &scratch,
        "convert gold.jsonl --to jsonl -o out.jsonl --force",
    );
    assert_eq!(scratch.read("out.jsonl").lines().count(), 2);
    // A file may take its own place.
    says(
        &scratch,
        "convert out.jsonl --to jsonl -o out.jsonl --force",
    );
    assert_eq!(scratch.read("out.jsonl").lines().count(), 2);
}

#[test]
fn a_format_of_several_files_needs_a_folder() {
    converts(
        PLAIN,
        "--to brat",
        2,
        "",
        str![[r#"
error: brat standoff is several files, which standard output cannot hold
 |
 = note: expected a folder
 = help: name a folder with -o

"#]],
    );
    converts(
        PLAIN,
        "--to brat -o gold.jsonl --force",
        2,
        "",
        str![[r#"
error: this cannot be written over
--> gold.jsonl
 = note: found a file
 = note: expected a folder
 = help: name another place with -o

"#]],
    );
}

#[test]
fn an_id_that_is_a_path_is_no_name_of_a_file() {
    let gold = PLAIN.replace("d2", "../d2");
    let scratch = Scratch::new();
    scratch.write("in/gold.jsonl", gold);
    let refused = scratch.goldspan("convert in/gold.jsonl --to brat -o in/out");
    refused.assert().code(2).stdout_eq("").stderr_eq(str![[r#"
error: this document's id cannot be the name of a file
 --> in/gold.jsonl:2:1
  |
2 | {"id":"../d2","text":"Nobody sang in Zürich 😀 with Eva .","entities":[{"start":15,"end":21,"label":"GPE"},{"start":29,"end":32,"label":"PERSON"}]}
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found "../d2"
  |
  = note: expected an id without slashes, colons and a dot at its beginning
  = help: convert to a format of one file, such as jsonl, or rename the document

"#]]);
    assert!(!scratch.path().join("in/d2.txt").exists());
    assert_eq!(files(&scratch, "in/out"), Vec::<String>::new());
}

/// The names of what is in a folder; nothing where it is not there.
fn files(scratch: &Scratch, folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(scratch.path().join(folder));
    let mut names: Vec<String> = entries
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_document_without_text_is_refused_where_the_format_needs_it() {
    let gold = "{\"id\":\"d1\",\"entities\":[{\"start\":0,\"end\":3,\"label\":\"P\"}]}\n";
    converts(
        gold,
        "--to brat -o out",
        2,
        "",
        str![[r#"
error: document d1: its text is not known, and brat standoff needs it
 --> gold.jsonl:1:1
  |
1 | {"id":"d1","entities":[{"start":0,"end":3,"label":"P"}]}
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = note: expected the text, in the file or as an article beside it
  = help: name the folder of the articles with --articles, or convert to jsonl or table

"#]],
    );
    converts(
        gold,
        "--to table",
        0,
        str![[r#"
document,start,end,label,text
d1,0,3,P,

"#]],
        str![[r#"
Converted 1 document with 1 mention and 0 claims from goldspan JSON Lines to CSV or TSV; all were read back and compared
Nothing was left behind

"#]],
    );
}

#[test]
fn nothing_is_written_where_a_document_is_bad() {
    let bad = PLAIN.to_owned()
        + "{\"id\":\"d3\",\"text\":\"short\",\"entities\":[{\"start\":0,\"end\":99,\"label\":\"P\"}]}\n";
    for format in Format::names() {
        let scratch = Scratch::new();
        scratch.write("gold.jsonl", &bad);
        let out = place(self::format(format), "out");
        let command = format!("convert gold.jsonl --to {format} -o {out}");
        scratch.goldspan(&command).assert().code(2).stdout_eq("");
        assert_eq!(files(&scratch, &out), Vec::<String>::new(), "{format}");
        let left = files(&scratch, ".");
        assert!(
            left == ["gold.jsonl"] || left == ["gold.jsonl", &out],
            "{left:?}"
        );
        assert!(!scratch.path().join(&out).is_file());
    }
    converts(
        &bad,
        "--to jsonl",
        2,
        "",
        str![[r#"
error: document d3: entity 0: an offset lies outside the text
 --> gold.jsonl:3:39
  |
3 | {"id":"d3","text":"short","entities":[{"start":0,"end":99,"label":"P"}]}
  |                                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found 0 99
  |
  = note: expected offsets up to 5, the length of the text in code points
  = help: no way of counting reaches so far into this text: restore the text that was labelled, or correct the offsets

"#]],
    );
    converts(
        &bad,
        "--to label-studio -o -",
        2,
        "",
        str![[r#"
error: document d3: entity 0: an offset lies outside the text
 --> gold.jsonl:3:39
  |
3 | {"id":"d3","text":"short","entities":[{"start":0,"end":99,"label":"P"}]}
  |                                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found 0 99
  |
  = note: expected offsets up to 5, the length of the text in code points
  = help: no way of counting reaches so far into this text: restore the text that was labelled, or correct the offsets

"#]],
    );
}

#[test]
fn two_documents_of_one_id_are_refused() {
    let twice = PLAIN.replace("d2", "d1");
    converts(
        &twice,
        "--to jsonl",
        2,
        "",
        str![[r#"
error: document d1: it stands twice
 --> gold.jsonl:2:1
  |
2 | {"id":"d1","text":"Nobody sang in Zürich 😀 with Eva .","entities":[{"start":15,"end":21,"label":"GPE"},{"start":29,"end":32,"label":"PERSON"}]}
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = note: expected one document for each id
  = help: take one out, rename it, or choose one of several people with --annotator

"#]],
    );
    let scratch = Scratch::new();
    scratch.write("gold.jsonl", twice);
    let refused = scratch.goldspan("convert gold.jsonl --to brat -o out");
    refused.assert().code(2);
    assert_eq!(files(&scratch, "out"), Vec::<String>::new());
}

#[test]
fn nothing_to_convert_is_said() {
    converts(
        "",
        "--to jsonl",
        4,
        "",
        str![[r#"
error: no document was converted
--> gold.jsonl
 = note: expected at least one document that is not left out

"#]],
    );
    let scratch = Scratch::new();
    scratch.write(
        "p.json",
        "[{\"id\":1,\"data\":{\"text\":\"Ana\"},\"annotations\":[]}]",
    );
    let converted = scratch.goldspan("convert p.json --to jsonl -o out.jsonl");
    converted.assert().code(4).stdout_eq("").stderr_eq(str![[r#"
note: documents left out because nobody annotated them: 1
error: no document was converted
--> p.json
 = note: expected at least one document that is not left out

"#]]);
    assert_eq!(files(&scratch, "."), ["p.json"]);
}

#[test]
fn a_name_of_a_compressed_file_is_refused() {
    converts(
        PLAIN,
        "--to jsonl -o out.jsonl.gz",
        2,
        "",
        str![[r#"
error: compressed files are read and not written
--> out.jsonl.gz
 = note: expected a name without .gz
 = help: compress it afterwards, or write to standard output and through a compressor

"#]],
    );
}

/// Tokens have no white space at their edges, and XML has no place for control characters: what is written is what such formats can hold, and the rest is told.
#[test]
fn white_space_at_edges_and_control_characters_are_losses_and_no_mistakes() {
    let edges = r#"{"id":"a","text":"Ana Kos  met\nBob.  \n","entities":[{"start":0,"end":8,"label":"P"},{"start":3,"end":7,"label":"Q"},{"start":12,"end":17,"label":"R"}],"claims":[{"content":[[9,14],[14,20]],"source":[[0,4]]}]}"#;
    let controls = r#"{"id":"a","text":"Ana\fKos \u0007 met\ufffe\nBob. ","entities":[{"start":0,"end":7,"label":"P"},{"start":8,"end":9,"label":"Q"},{"start":11,"end":15,"label":"P"}]}"#;
    for (text, name, told) in [
        (
            edges,
            "webanno",
            "white space at the edges of annotations: 5",
        ),
        (
            edges,
            "conllu",
            "white space at the edges of annotations: 3",
        ),
        (edges, "conll", "white space at the edges of annotations: 3"),
        (edges, "xmi", "Nothing was left behind"),
        (edges, "doccano", "Nothing was left behind"),
        (controls, "xmi", "characters that XML forbids: 3"),
        (controls, "gate", "characters that XML forbids: 3"),
        (
            controls,
            "gate",
            "mentions of nothing but characters that XML forbids: 1",
        ),
        (controls, "cas-json", "Nothing was left behind"),
    ] {
        let scratch = Scratch::new();
        scratch.write("a.jsonl", text.to_owned() + "\n");
        let said = says(&scratch, &format!("convert a.jsonl --to {name} -o out"));
        assert!(said.contains(told), "{name}: {said}");
    }
}

/// An id may hold what a line cannot: it is written otherwise, which is told, and never becomes that of another document or lines of its own.
#[test]
fn ids_that_cannot_be_written_are_written_otherwise_and_told() {
    let line = |id: &str| PLAIN.lines().next().unwrap().replace("d1", id) + "\n";
    let scratch = Scratch::new();
    scratch.write("a.jsonl", line("a b\\n1\\tx") + &line("c"));
    scratch.write("b.jsonl", line("a b") + &line("a_b"));
    scratch.write("c.jsonl", line("a b") + &line("a\\tb"));
    for (name, once, twice, id) in [
        ("conll", "a.jsonl", "b.jsonl", "a_b_1_x"),
        ("conllu", "a.jsonl", "c.jsonl", "a b 1 x"),
    ] {
        let said = says(&scratch, &format!("convert {once} --to {name} -o {name}"));
        let told =
            format!("ids, which are written otherwise: 1 (such as a b\u{fffd}1\u{9}x: {id:?})");
        assert!(said.contains(&told), "{said}");
        let flags = flags(name);
        says(
            &scratch,
            &format!("convert {name} --from {name} {flags} --to jsonl -o {name}.jsonl"),
        );
        let back = scratch.read(&format!("{name}.jsonl"));
        assert!(back.contains(&format!("{{\"id\":\"{id}\"")), "{back}");
        assert_eq!(back.lines().count(), 2);
        let output = scratch
            .goldspan(&format!("convert {twice} --to {name} -o twice"))
            .output()
            .unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains("it stands twice"), "{told}");
        assert!(!scratch.path().join("twice").exists());
    }
}

#[test]
fn words_without_a_place_are_carried_to_json_lines_alone_and_are_predictions_alone() {
    let scratch = Scratch::new();
    let line = r#"{"id":"d1","text":"Ana Kos left.","entities":[{"start":0,"end":7,"label":"PERSON"},{"text":"Ana Koss","label":"PERSON"}]}"#;
    scratch.write("a.jsonl", format!("{line}\n"));
    says(&scratch, "convert a.jsonl --to jsonl -o b.jsonl");
    assert_eq!(scratch.read("b.jsonl"), format!("{line}\n"));
    let said = says(&scratch, "convert a.jsonl --to brat -o c");
    assert!(
        said.contains("mentions without a place: 1 (such as d1: \"Ana Koss\")"),
        "{said}"
    );
    scratch.write(
        "gold.jsonl",
        line.replace(r#",{"text":"Ana Koss","label":"PERSON"}"#, ""),
    );
    says(&scratch, "check gold.jsonl --predictions a.jsonl");
    for refused in [
        "check a.jsonl", "agree a.jsonl gold.jsonl", "agree gold.jsonl a.jsonl",
        "score a.jsonl gold.jsonl",
    ] {
        let output = scratch.goldspan(refused).output().unwrap();
        let told = [output.stdout, output.stderr].concat();
        let told = String::from_utf8(told).unwrap();
        assert!(
            told.contains("document d1: entity 1 has no place"),
            "{refused}: {told}"
        );
        assert_eq!(output.status.code(), Some(2), "{refused}");
    }
}
