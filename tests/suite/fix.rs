//! `goldspan check --fix` and `--diff`: what is mended in each format, that every other byte stays, and what is left to people and said.

use std::io::Write;

use snapbox::{IntoData, str};

use crate::scratch::Scratch;

/// `--fix` makes `after` of `before` in a file of this name, and nothing is left to mend; `--diff` shows the same and changes nothing.
#[track_caller]
fn mends(name: &str, before: &str, after: &str, articles: &[(&str, &str)]) {
    let scratch = Scratch::new();
    for (name, text) in articles {
        scratch.write(name, text);
    }
    scratch.write(name, before);
    let run = |arguments: &str| {
        let command = format!("check {name} {arguments}");
        let output = scratch.goldspan(&command).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let diff = run("--diff --ignore same-text,near-duplicate");
    assert_eq!(scratch.read(name), before, "--diff changes nothing");
    let fixed = run("--fix --ignore same-text,near-duplicate");
    assert_eq!(scratch.read(name), after);
    assert_eq!(diff, fixed, "--diff shows what --fix does");
    let left = run("");
    assert!(
        !left.contains("edge-space") && !left.contains("duplicate"),
        "{left}"
    );
    run("--fix");
    assert_eq!(scratch.read(name), after, "nothing is left to mend");
}

#[test]
fn brat_is_mended_with_what_it_quotes() {
    let before = "T1\tPERSON 0 4\tAna \nT2\tPERSON 0 3\tAna\n#1\tAnnotatorNotes T1\tsure?\nT3\tPERSON 0 3\tAna\nT4\tGPE 8 13;14 17\t Oslo and\nT5\tGPE 9 13\tOslo";
    let after = "T1\tPERSON 0 3\tAna\n#1\tAnnotatorNotes T1\tsure?\nT4\tGPE 9 13;14 17\tOslo and\nT5\tGPE 9 13\tOslo";
    mends(
        "d1.ann",
        before,
        after,
        &[("d1.txt", "Ana left Oslo and Rome.\n")],
    );
}

#[test]
fn standoff_with_crlf_and_a_byte_order_mark_keeps_both() {
    let before = "\u{feff}T1\tPERSON 0 4\tAna \r\nT2\tPERSON 0 3\tAna\r\nT3\tGPE 9 13\tOslo\r\n";
    let after = "\u{feff}T1\tPERSON 0 3\tAna\r\nT3\tGPE 9 13\tOslo\r\n";
    mends(
        "d1.ann",
        before,
        after,
        &[("d1.txt", "Ana left Oslo and Rome.\r\n")],
    );
}

#[test]
fn json_lines_are_mended_and_keep_their_spaces_and_keys() {
    let before = "\u{feff}{\"id\": \"d1\",  \"x\": [1, 2.0], \"text\": \"Ana left\\u0020Oslo.\", \"entities\": [ {\"start\": 0, \"end\": 4, \"label\": \"P\", \"text\": \"Ana \", \"note\": \"é\"} , {\"label\": \"P\", \"start\":0,\"end\":3}, {\"start\": 9, \"end\": 13, \"label\": \"G\"}, {\"start\": 9, \"end\": 13, \"label\": \"G\"} ]}\r\n\r\n{\"id\": \"d2\", \"entities\": []}\r\n";
    let after = "\u{feff}{\"id\": \"d1\",  \"x\": [1, 2.0], \"text\": \"Ana left\\u0020Oslo.\", \"entities\": [ {\"start\": 0, \"end\": 3, \"label\": \"P\", \"text\": \"Ana\", \"note\": \"é\"} , {\"start\": 9, \"end\": 13, \"label\": \"G\"} ]}\r\n\r\n{\"id\": \"d2\", \"entities\": []}\r\n";
    mends("a.jsonl", before, after, &[]);
}

#[test]
fn copies_at_the_beginning_in_the_middle_and_at_the_end_of_a_list_are_taken_out() {
    let doc = |labels: &str| format!("{{\"text\":\"Ana left\",\"label\":[{labels}]}}\n");
    let (p, q) = ("[0,3,\"P\"]", "[4,8,\"Q\"]");
    let before = doc(&format!("{p}, {p}, {p}"))
        + &doc(&format!("{p},{p},{q},{q},{p},{q}"))
        + &doc(&format!("{q} ,{p} ,{p}"));
    let after = doc(p) + &doc(&format!("{p},{q}")) + &doc(&format!("{q} ,{p} "));
    mends("all.jsonl", &before, &after, &[]);
}

#[test]
fn doccano_is_mended_in_both_shapes() {
    // UTF-16 units: the emoji is two of them.
    let before = "{\"id\":1,\"text\":\"😀 Ana left\",\"label\":[[2,6,\"P\"],[3,6,\"P\"]],\"Comments\":[]}\n{\"id\":2,\"text\":\"Ana left\",\"entities\":[{\"id\":5,\"label\":\"P\",\"start_offset\":0,\"end_offset\":4},{\"id\":6,\"label\":\"P\",\"start_offset\":0,\"end_offset\":3}],\"relations\":[]}\n";
    let after = "{\"id\":1,\"text\":\"😀 Ana left\",\"label\":[[3,6,\"P\"]],\"Comments\":[]}\n{\"id\":2,\"text\":\"Ana left\",\"entities\":[{\"id\":5,\"label\":\"P\",\"start_offset\":0,\"end_offset\":3}],\"relations\":[]}\n";
    mends("all.jsonl", before, after, &[]);
}

#[test]
fn prodigy_is_mended() {
    let before = "{\"text\":\"Ana left\",\"_input_hash\":7,\"spans\":[{\"start\":0,\"end\":4,\"token_start\":0,\"token_end\":0,\"label\":\"P\"},{\"start\":0,\"end\":3,\"label\":\"P\"}],\"answer\":\"accept\"}\n";
    let after = "{\"text\":\"Ana left\",\"_input_hash\":7,\"spans\":[{\"start\":0,\"end\":3,\"token_start\":0,\"token_end\":0,\"label\":\"P\"}],\"answer\":\"accept\"}\n";
    mends("set.jsonl", before, after, &[]);
}

#[test]
fn spacy_is_mended_in_both_shapes() {
    let before = "[\n  {\"text\": \"Ana left\", \"ents\": [{\"start\": 3, \"end\": 8, \"label\": \"V\"}, {\"start\": 4, \"end\": 8, \"label\": \"V\"}], \"tokens\": []},\n  {\"text\": \"Eva sang\", \"ents\": []}\n]\n";
    let after = "[\n  {\"text\": \"Ana left\", \"ents\": [{\"start\": 4, \"end\": 8, \"label\": \"V\"}], \"tokens\": []},\n  {\"text\": \"Eva sang\", \"ents\": []}\n]\n";
    mends("gold.json", before, after, &[]);
    let before = "[\"Ana left\", {\"entities\": [[0, 4, \"P\"], [0, 3, \"P\"]]}]\n";
    let after = "[\"Ana left\", {\"entities\": [[0, 3, \"P\"]]}]\n";
    mends("pairs.jsonl", before, after, &[]);
}

/// A task of Label Studio with these entries in its result.
fn task(result: &str) -> String {
    format!(
        "[\n {{\"id\": 1, \"data\": {{\"text\": \"Ana left\"}}, \"annotations\": [{{\"id\": 9, \"completed_by\": 2, \"result\": [{result}]}}]}}\n]\n"
    )
}

fn region(id: &str, start: usize, end: usize, text: &str, labels: &str) -> String {
    format!(
        "{{\"value\": {{\"start\": {start}, \"end\": {end}, \"text\": \"{text}\", \"labels\": [{labels}]}}, \"id\": \"{id}\", \"type\": \"labels\"}}"
    )
}

#[test]
fn label_studio_is_mended() {
    let before = [
        region("a", 0, 4, "Ana ", "\"P\""),
        region("b", 0, 3, "Ana", "\"P\""),
        region("c", 3, 8, " left", "\"V\", \"W\""),
    ];
    let after = [
        region("a", 0, 3, "Ana", "\"P\""),
        region("c", 4, 8, "left", "\"V\", \"W\""),
    ];
    mends(
        "p.json",
        &task(&before.join(", ")),
        &task(&after.join(", ")),
        &[],
    );
}

/// What `--fix` leaves as it is, and what it says of it on standard error.
#[track_caller]
fn leaves(name: &str, content: &str, articles: &[(&str, &str)], told: impl IntoData) {
    let scratch = Scratch::new();
    for (name, text) in articles {
        scratch.write(name, text);
    }
    scratch.write(name, content);
    let fixed = scratch.goldspan(&format!("check {name} --fix")).assert();
    fixed.code(0).stderr_eq(told);
    assert_eq!(scratch.read(name), content);
}

#[test]
fn a_region_keeps_a_label_that_no_other_has() {
    let result = [
        region("a", 0, 3, "Ana", "\"P\""),
        region("b", 0, 3, "Ana", "\"P\", \"Q\""),
    ];
    leaves(
        "p.json",
        &task(&result.join(", ")),
        &[],
        str![[r#"
note: left as they are: 1 annotation with white space at the edges, or a copy; --fix mends mentions in files of brat, jsonl, doccano, prodigy, spacy, label-studio, but not parts of claims, fragments in JSON, and copies that something refers to or whose region has another label too
Mended 0 annotations in 0 files

"#]],
    );
    let twice = region("a", 0, 3, "Ana", "\"P\", \"P\"");
    leaves(
        "p.json",
        &task(&twice),
        &[],
        str![[r#"
note: left as they are: 1 annotation with white space at the edges, or a copy; --fix mends mentions in files of brat, jsonl, doccano, prodigy, spacy, label-studio, but not parts of claims, fragments in JSON, and copies that something refers to or whose region has another label too
Mended 0 annotations in 0 files

"#]],
    );
}

#[test]
fn a_copy_that_relations_refer_to_is_left_and_said() {
    let copies =
        "T1\tPERSON 0 3\tAna\nT2\tPERSON 0 3\tAna\nT3\tVERB 4 8\tleft\nR1\tWho Arg1:T3 Arg2:T2\n";
    leaves(
        "d1.ann",
        copies,
        &[("d1.txt", "Ana left.\n")],
        str![[r#"
note: left as they are: 1 annotation with white space at the edges, or a copy; --fix mends mentions in files of brat, jsonl, doccano, prodigy, spacy, label-studio, but not parts of claims, fragments in JSON, and copies that something refers to or whose region has another label too
Mended 0 annotations in 0 files

"#]],
    );
    let doccano = "{\"id\":2,\"text\":\"Ana left\",\"entities\":[{\"id\":5,\"label\":\"P\",\"start_offset\":0,\"end_offset\":3},{\"id\":6,\"label\":\"P\",\"start_offset\":0,\"end_offset\":3}],\"relations\":[{\"id\":1,\"from_id\":5,\"to_id\":6,\"type\":\"is\"}]}\n";
    leaves(
        "all.jsonl",
        doccano,
        &[],
        str![[r#"
note: left as they are: 1 annotation with white space at the edges, or a copy; --fix mends mentions in files of brat, jsonl, doccano, prodigy, spacy, label-studio, but not parts of claims, fragments in JSON, and copies that something refers to or whose region has another label too
Mended 0 annotations in 0 files

"#]],
    );
    let relation = "{\"from_id\": \"a\", \"to_id\": \"b\", \"type\": \"relation\"}";
    let regions = [
        region("a", 0, 3, "Ana", "\"P\""),
        region("b", 0, 3, "Ana", "\"P\""),
        relation.to_owned(),
    ];
    leaves(
        "p.json",
        &task(&regions.join(", ")),
        &[],
        str![[r#"
note: left as they are: 1 annotation with white space at the edges, or a copy; --fix mends mentions in files of brat, jsonl, doccano, prodigy, spacy, label-studio, but not parts of claims, fragments in JSON, and copies that something refers to or whose region has another label too
Mended 0 annotations in 0 files

"#]],
    );
}

#[test]
fn a_copy_that_is_referred_to_is_said_beside_what_is_mended() {
    let scratch = Scratch::new();
    scratch.write("d1.txt", "Ana left.\n");
    let copies =
        "T1\tPERSON 0 3\tAna\nT2\tPERSON 0 3\tAna\nT3\tVERB 3 8\t left\nR1\tWho Arg1:T3 Arg2:T2\n";
    scratch.write("d1.ann", copies);
    let fixed = scratch.goldspan("check d1.ann --fix").assert();
    fixed
        .code(0)
        .stderr_eq(str![[r#"
note: left as they are: 1 annotation with white space at the edges, or a copy; --fix mends mentions in files of brat, jsonl, doccano, prodigy, spacy, label-studio, but not parts of claims, fragments in JSON, and copies that something refers to or whose region has another label too
Mended 1 annotation in 1 file

"#]])
        .stdout_eq(str![[r#"
warning[duplicate]: T2: the same mention as T1
 --> d1.ann:2:11
  |
2 | T2    PERSON 0 3    Ana
  |              ^^^
  |
  = help: delete one of the two; both are counted as gold
warning[edge-space]: T3: it begins or ends in white space
 --> d1.ann:3:9
  |
3 | T3    VERB 3 8     left
  |            ^^^ found " left"
  |
  = note: expected "left"
  = help: take the white space off its edges; --fix does it in the formats that it can write to

      1 warning  duplicate       A mention stands twice.
      1 warning  edge-space      An annotation begins or ends in white space.
      1 note     not read        relations that are no part of claims
Checked 1 document, 3 mentions, 0 claims
Labels: PERSON 2, VERB 1
--- d1.ann
+++ d1.ann
@@ -2,3 +2,3 @@
 T2	PERSON 0 3	Ana
-T3	VERB 3 8	 left
+T3	VERB 4 8	left
 R1	Who Arg1:T3 Arg2:T2

"#]]);
}

#[test]
fn fragments_of_json_lines_are_left_and_said() {
    // The copy of what cannot be trimmed is left too: it is the better of the two.
    let lines = "{\"id\":\"d1\",\"text\":\"Ana left Oslo\",\"entities\":[{\"spans\":[[0,4],[9,13]],\"label\":\"P\"},{\"spans\":[[0,3],[9,13]],\"label\":\"P\"}]}\n";
    leaves(
        "a.jsonl",
        lines,
        &[],
        str![[r#"
note: left as they are: 1 annotation with white space at the edges, or a copy; --fix mends mentions in files of brat, jsonl, doccano, prodigy, spacy, label-studio, but not parts of claims, fragments in JSON, and copies that something refers to or whose region has another label too
Mended 0 annotations in 0 files

"#]],
    );
}

#[test]
fn white_space_at_the_edge_of_a_part_of_a_claim_is_left_and_said() {
    let gold = "T1\tSource 0 4\tAna \nT2\tCue 4 8\tsaid\nT3\tContent 9 16\tit fell\nE1\tAttribution:T2 Source:T1 Cue:T2 Content:T3\n";
    leaves(
        "d1.ann",
        gold,
        &[("d1.txt", "Ana said it fell.\n")],
        str![[r#"
note: left as they are: 1 annotation with white space at the edges, or a copy; --fix mends mentions in files of brat, jsonl, doccano, prodigy, spacy, label-studio, but not parts of claims, fragments in JSON, and copies that something refers to or whose region has another label too
Mended 0 annotations in 0 files

"#]],
    );
}

#[test]
fn a_format_that_fix_cannot_write_to_is_said() {
    let table = "document,start,end,label\nd1,0,4,P\nd1,0,4,P\n";
    leaves(
        "t.csv",
        table,
        &[("d1.txt", "Ana left.\n")],
        str![[r#"
note: left as they are: 2 annotations with white space at the edges, or a copy; --fix mends mentions in files of brat, jsonl, doccano, prodigy, spacy, label-studio, but not parts of claims, fragments in JSON, and copies that something refers to or whose region has another label too
Mended 0 annotations in 0 files

"#]],
    );
}

#[test]
fn a_compressed_file_is_left_alone_and_said() {
    let scratch = Scratch::new();
    let line = "{\"id\":\"d1\",\"text\":\"Ana left\",\"entities\":[{\"start\":0,\"end\":4,\"label\":\"P\"}]}\n";
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(line.as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    for name in ["a.jsonl.gz", "b.jsonl"] {
        let path = scratch.write(name, &packed);
        let fixed = scratch.goldspan(&format!("check {name} --fix")).assert();
        fixed.code(0).stderr_eq(str![[r#"
note: [..] is compressed, and was not changed
note: left as they are: 1 annotation with white space at the edges, or a copy; --fix mends mentions in files of brat, jsonl, doccano, prodigy, spacy, label-studio, but not parts of claims, fragments in JSON, and copies that something refers to or whose region has another label too
Mended 0 annotations in 0 files

"#]]);
        assert_eq!(std::fs::read(path).unwrap(), packed);
    }
}

#[test]
fn what_changes_is_shown_as_a_diff_after_the_findings() {
    let scratch = Scratch::new();
    scratch.write("d1.txt", "Ana left.\n");
    scratch.write("d1.ann", "T1\tPERSON 0 4\tAna \n");
    let shown = scratch.goldspan("check d1.ann --diff").assert();
    shown.code(0).stderr_eq("").stdout_eq(str![[r#"
warning[edge-space]: T1: it begins or ends in white space
 --> d1.ann:1:11
  |
1 | T1    PERSON 0 4    Ana 
  |              ^^^ found "Ana "
  |
  = note: expected "Ana"
  = help: take the white space off its edges; --fix does it in the formats that it can write to

      1 warning  edge-space      An annotation begins or ends in white space.
Checked 1 document, 1 mention, 0 claims
Labels: PERSON 1
--- d1.ann
+++ d1.ann
@@ -1 +1 @@
-T1	PERSON 0 4	Ana 
+T1	PERSON 0 3	Ana

"#]]);
    let fixed = scratch.goldspan("check d1.ann --fix").assert();
    fixed.code(0).stderr_eq(str![[r#"
Mended 1 annotation in 1 file

"#]]);
}

#[test]
fn a_report_for_machines_is_not_mixed_with_the_diff() {
    let scratch = Scratch::new();
    scratch.write("d1.txt", "Ana left.\n");
    scratch.write("d1.ann", "T1\tPERSON 0 4\tAna \n");
    let output = scratch
        .goldspan("check d1.ann --fix -f json")
        .output()
        .unwrap();
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(found.as_array().unwrap().len(), 1);
    assert_eq!(scratch.read("d1.ann"), "T1\tPERSON 0 3\tAna\n");
}

#[test]
#[cfg(unix)]
fn a_link_stays_a_link() {
    let scratch = Scratch::new();
    scratch.write("d1.txt", "Ana left.\n");
    scratch.write("real/d1.ann", "T1\tPERSON 0 4\tAna \n");
    let link = scratch.path().join("d1.ann");
    std::os::unix::fs::symlink("real/d1.ann", &link).unwrap();
    scratch.goldspan("check d1.ann --fix").assert().code(0);
    assert!(link.is_symlink());
    assert_eq!(scratch.read("real/d1.ann"), "T1\tPERSON 0 3\tAna\n");
}

#[test]
fn a_rule_that_is_ignored_is_not_mended() {
    let scratch = Scratch::new();
    let line = "{\"text\":\"Ana left\",\"label\":[[0,4,\"P\"],[0,4,\"P\"],[3,8,\"V\"]]}\n";
    scratch.write("a.jsonl", line);
    let fixed = scratch.goldspan("check a.jsonl --fix --ignore edge-space");
    fixed.assert().code(0);
    let copy = line.replace(",[0,4,\"P\"],[3", ",[3");
    assert_eq!(scratch.read("a.jsonl"), copy);
    scratch.write("a.jsonl", line);
    let fixed = scratch.goldspan("check a.jsonl --fix --ignore duplicate");
    fixed.assert().code(0);
    let trimmed = line.replace("0,4", "0,3").replace("3,8", "4,8");
    assert_eq!(scratch.read("a.jsonl"), trimmed);
}
