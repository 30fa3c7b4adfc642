//! Every kind of bad input: one clear message with its place and mend, the exit code of the design, and nothing half written.

use snapbox::str;

use crate::scratch::{ARTICLE, CONFIG, GOLD, Scratch};

/// Runs the project and compares what it tells on standard error; nothing may be left behind.
#[track_caller]
fn refused(scratch: &Scratch, arguments: &str, code: i32, told: impl snapbox::IntoData) {
    scratch
        .goldspan(arguments)
        .assert()
        .code(code)
        .stdout_eq("")
        .stderr_eq(told);
    assert!(
        !scratch.path().join(".goldspan").exists(),
        "a refused run leaves no folder"
    );
}

#[test]
fn an_article_that_is_not_utf_8_is_named_with_its_first_bad_byte() {
    let scratch = Scratch::project();
    scratch.write("news/a.txt", b"fine\nna\xEFve\n");
    refused(
        &scratch,
        "run",
        2,
        str![[r#"
error: this file is not UTF-8
 --> news/a.txt:2:3
  |
2 | na�ve
  |   ^ found the byte 0xEF at offset 7
  |
  = note: expected UTF-8 text
  = help: convert it, for example: iconv -f WINDOWS-1252 -t UTF-8 OLD > NEW

"#]],
    );
}

#[test]
fn all_gold_errors_of_a_run_are_told_at_once_before_any_extraction() {
    let scratch = Scratch::project();
    scratch.write("news/b.txt", ARTICLE);
    scratch.write(
        "gold/a.ann",
        GOLD.replace("39 45\tZürich", "39 45\tZurich")
            .replace("Monday", "Tuesday")
            .replace("49 55", "49 99"),
    );
    scratch.write(
        "gold/b.ann",
        GOLD.replace("Source:T4", "Source:T9")
            .replace("T3\tDATE", "T1\tDATE")
            .replace("affirmed", "maybe")
            + "T7\tDATE x 3\ty\n",
    );
    refused(
        &scratch,
        "run",
        2,
        str![[r#"
error: T2: the quoted text is not what the article has there
 --> gold/a.ann:2:14
  |
2 | T2    GPE 39 45    Zurich
  |                    ^^^^^^ found "Zurich"
  |
  = note: expected "Zürich"
  = help: restore the article that was labelled, or label this again
error: T3: an offset lies outside the text
 --> gold/a.ann:3:9
  |
3 | T3    DATE 49 99    Tuesday
  |            ^^^^^ found 49 99
  |
  = note: expected offsets up to 57, the length of the text in code points
  = help: no way of counting reaches so far into this text: restore the text that was labelled, or correct the offsets
error: the id T1 is used twice
 --> gold/b.ann:3:1
  |
3 | T1    DATE 49 55    Monday
  | ^^ found T1 again, first used in line 1
  |
  = note: expected an id of its own for every line
  = help: rename one of the two, and what refers to it
error: E1: Source refers to nothing
 --> gold/b.ann:7:4
  |
7 | E1    Attribution:T5 Source:T9 Cue:T5 Content:T6
  |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found T9
  |
  = note: expected the id of a line of this file
  = help: add T9, or take Source:T9 out of E1
error: A1: this attribute cannot be read
 --> gold/b.ann:8:4
  |
8 | A1    Polarity E1 maybe
  |       ^^^^^^^^^^^^^^^^^ found Polarity maybe
  |
  = note: expected one Polarity: affirmed or denied
  = help: correct the value, or take the repeated one out
error: T7: these offsets cannot be read
 --> gold/b.ann:9:9
  |
9 | T7    DATE x 3    y
  |            ^^^
  |
  = note: expected TYPE START END, a tab, and the text, such as PERSON 0 7<TAB>Ana Kos
  = help: correct the line, or delete it
error: 6 problems; nothing was evaluated

"#]],
    );
}

#[test]
fn references_to_nothing_and_repeated_ids_are_errors() {
    let scratch = Scratch::project();
    let broken = GOLD
        .replace("Source:T4", "Source:T9")
        .replace("T3\tDATE", "T1\tDATE")
        .replace("affirmed", "maybe");
    scratch.write("gold/a.ann", broken + "A2\tPolarity E7 denied\nT8\tDATE 5 5\t\nR1\tLinks Arg1:T1 Arg2:T44\nE2\tAttribution:T5 Parent:E2\n");
    refused(
        &scratch,
        "run",
        2,
        str![[r#"
error: the id T1 is used twice
 --> gold/a.ann:3:1
  |
3 | T1    DATE 49 55    Monday
  | ^^ found T1 again, first used in line 1
  |
  = note: expected an id of its own for every line
  = help: rename one of the two, and what refers to it
error: E1: Source refers to nothing
 --> gold/a.ann:7:4
  |
7 | E1    Attribution:T5 Source:T9 Cue:T5 Content:T6
  |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ found T9
  |
  = note: expected the id of a line of this file
  = help: add T9, or take Source:T9 out of E1
error: A1: this attribute cannot be read
 --> gold/a.ann:8:4
  |
8 | A1    Polarity E1 maybe
  |       ^^^^^^^^^^^^^^^^^ found Polarity maybe
  |
  = note: expected one Polarity: affirmed or denied
  = help: correct the value, or take the repeated one out
error: A2: Polarity refers to nothing
 --> gold/a.ann:9:4
  |
9 | A2    Polarity E7 denied
  |       ^^^^^^^^^^^^^^^^^^ found E7
  |
  = note: expected the id of a line of this file
  = help: add E7, or take Polarity:E7 out of A2
error: T8: the end is not after the start
  --> gold/a.ann:10:9
   |
10 | T8    DATE 5 5    
   |            ^^^ found 5 5
   |
   = note: expected an end after the start
   = help: correct the offsets, or delete the annotation
error: R1: Arg2 refers to nothing
  --> gold/a.ann:11:4
   |
11 | R1    Links Arg1:T1 Arg2:T44
   |       ^^^^^^^^^^^^^^^^^^^^^^ found T44
   |
   = note: expected the id of a line of this file
   = help: add T44, or take Arg2:T44 out of R1
error: E2: a claim without content
  --> gold/a.ann:12:4
   |
12 | E2    Attribution:T5 Parent:E2
   |       ^^^^^^^^^^^^^^^^^^^^^^^^
   |
   = note: expected a content, such as an argument Content:Tn
   = help: add the content, or delete the claim
error: E2: its parent is no other claim
  --> gold/a.ann:12:4
   |
12 | E2    Attribution:T5 Parent:E2
   |       ^^^^^^^^^^^^^^^^^^^^^^^^
   |
   = note: expected another claim of this document
   = help: name the claim whose content holds this one, or take the parent out
error: 8 problems; nothing was evaluated

"#]],
    );
}

#[test]
fn claims_that_are_each_others_parents_are_errors() {
    let scratch = Scratch::project();
    let circle = GOLD.replace("Content:T6", "Content:T6 Parent:E2")
        + "E2\tAttribution:T5 Content:T6 Parent:E1\nE3\tAttribution:T5 Content:T6 Parent:T5\n";
    scratch.write("gold/a.ann", circle);
    refused(
        &scratch,
        "run",
        2,
        str![[r#"
error: E1: its parents lead back to it
 --> gold/a.ann:7:4
  |
7 | E1    Attribution:T5 Source:T4 Cue:T5 Content:T6 Parent:E2
  |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = note: expected parents that end at a claim without one
  = help: take the parent out of the outermost claim
error: E2: its parents lead back to it
 --> gold/a.ann:9:4
  |
9 | E2    Attribution:T5 Content:T6 Parent:E1
  |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = note: expected parents that end at a claim without one
  = help: take the parent out of the outermost claim
error: E3: its parent is no other claim
  --> gold/a.ann:10:4
   |
10 | E3    Attribution:T5 Content:T6 Parent:T5
   |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   |
   = note: expected another claim of this document
   = help: name the claim whose content holds this one, or take the parent out
error: 3 problems; nothing was evaluated

"#]],
    );
}

#[test]
fn gold_without_article_is_an_error_that_names_the_nearest_article() {
    let scratch = Scratch::project();
    scratch.write("news/interview-1.txt", ARTICLE);
    scratch.write("gold/interview-l.ann", "");
    refused(
        &scratch,
        "run",
        2,
        str![[r#"
error: this gold has no article
--> gold/interview-l.ann
 = note: found gold for "interview-l"
 = note: expected an article with this id in the corpus
 = help: is it the gold of interview-1? rename it, or add the article, or delete the file

"#]],
    );
}

#[test]
fn two_articles_with_one_id_are_an_error() {
    let scratch = Scratch::project();
    scratch.write("news/more/a.txt", ARTICLE);
    scratch.write(
        "goldspan.toml",
        CONFIG.replace("\"news\"", "\"news/**/*.txt\""),
    );
    refused(
        &scratch,
        "run",
        2,
        str![[r#"
error: two articles have the same id
--> news/more/a.txt
 = note: found a, which is also news/a.txt
 = note: expected one file for each id
 = help: rename one of the two, or narrow the glob

"#]],
    );
}

#[test]
fn an_empty_corpus_and_a_glob_that_matches_nothing_exit_with_4() {
    let scratch = Scratch::project();
    scratch.write(
        "goldspan.toml",
        CONFIG.replace("\"news\"", "\"nwes/*.txt\""),
    );
    refused(
        &scratch,
        "run",
        4,
        str![[r#"
error: corpus news: no article matches
 --> goldspan.toml:2:12
  |
2 | articles = "nwes/*.txt"
  |            ^^^^^^^^^^^^ found 0 files
  |
  = note: expected .txt files at nwes/*.txt
  = help: correct the path; a folder means its .txt files

"#]],
    );
    std::fs::create_dir(scratch.path().join("empty")).unwrap();
    refused(
        &scratch,
        "run --articles empty",
        4,
        str![[r#"
error: corpus articles: no article matches
 |
 = note: found 0 files
 = note: expected .txt files at empty
 = help: correct the path; a folder means its .txt files

"#]],
    );
    scratch.write(
        "goldspan.toml",
        CONFIG.replace("\"gold\"", "\"gold/*.xml\""),
    );
    refused(
        &scratch,
        "run",
        4,
        str![[r#"
error: corpus news: no gold file matches
 --> goldspan.toml:3:8
  |
3 | gold = "gold/*.xml"
  |        ^^^^^^^^^^^^ found 0 files
  |
  = note: expected .ann files at gold/*.xml
  = help: correct the path; a folder means its .ann files

"#]],
    );
}

#[test]
fn articles_without_any_gold_exit_with_4() {
    let scratch = Scratch::project();
    refused(
        &scratch,
        "run --articles news",
        4,
        str![[r#"
error: none of the articles is annotated, so nothing can be scored
 |
 = note: found articles without gold: 1
 = note: expected a .ann file with the name of its article, in the gold folder or beside it
 = help: name the gold with --gold or in the configuration

"#]],
    );
}

#[test]
fn a_split_that_no_article_is_in_exits_with_4_and_names_the_splits() {
    let scratch = Scratch::project();
    refused(
        &scratch,
        "run --split test",
        4,
        str![[r#"
error: corpus news: no article is in this split
 |
 = note: found "test"
 = note: expected a manifest with a column split

"#]],
    );
    scratch.write("news/manifest.csv", "id,split\na,dev\n");
    scratch.write(
        "goldspan.toml",
        CONFIG.replace("gold =", "manifest = \"news/manifest.csv\"\ngold ="),
    );
    refused(
        &scratch,
        "run --split test",
        4,
        str![[r#"
error: corpus news: no article is in this split
 |
 = note: found "test"
 = note: expected one of dev

"#]],
    );
    refused(
        &scratch,
        "run --limit 0",
        4,
        str![[r#"
error: --limit 0 leaves nothing to evaluate

"#]],
    );
}

#[test]
fn a_manifest_that_disagrees_with_the_articles_is_an_error() {
    let scratch = Scratch::project();
    scratch.write(
        "goldspan.toml",
        CONFIG.replace("gold =", "manifest = \"news/manifest.csv\"\ngold ="),
    );
    scratch.write("news/b.txt", ARTICLE);
    scratch.write(
        "news/manifest.csv",
        "id,split\na,dev\na,dev\nc,dev\nd,dev,1\n",
    );
    refused(
        &scratch,
        "run",
        2,
        str![[r#"
error: the manifest has no row for an article
--> news/manifest.csv
 = note: found no row "b"
 = note: expected one row for each article
 = help: add the row, or take the article out of the corpus
error: the manifest names an article twice
 --> news/manifest.csv:3:1
  |
3 | a,dev
  | ^ found "a" again
  |
  = note: expected one row for each article
  = help: delete one of the rows
error: the manifest names an article that is not there
 --> news/manifest.csv:4:1
  |
4 | c,dev
  | ^ found "c"
  |
  = note: expected the id of an article of the corpus
  = help: add the article, or delete the row
error: this line of the manifest cannot be read
 --> news/manifest.csv:5:1
  |
5 | d,dev,1
  | ^ found CSV error: record 4 (line: 5, byte: 27): found record with 3 fields, but the previous record has 2 fields
  |
  = note: expected as many cells as the header line has
  = help: quote cells that hold commas
error: 4 problems; nothing was evaluated

"#]],
    );
    scratch.write("news/manifest.csv", "name,split\na,dev\n");
    refused(
        &scratch,
        "run",
        2,
        str![[r#"
error: the manifest has no column "id"
 --> news/manifest.csv:1:1
  |
1 | name,split
  | ^^^^^^^^^^
  |
  = note: expected a header line such as id,date,topic
  = help: add the column, or correct its name

"#]],
    );
}

#[test]
fn a_number_of_articles_that_was_not_expected_is_an_error() {
    let scratch = Scratch::project();
    scratch.write(
        "goldspan.toml",
        CONFIG.replace("gold =", "expect-documents = 2\ngold ="),
    );
    refused(
        &scratch,
        "run",
        2,
        str![[r#"
error: corpus news: the number of articles is not the expected one
 --> goldspan.toml:3:20
  |
3 | expect-documents = 2
  |                    ^ found 1 articles at news
  |
  = note: expected 2, from expect-documents
  = help: find what is missing or too much, or correct expect-documents

"#]],
    );
}

#[test]
fn every_mistake_of_the_configuration_is_told_with_its_line_and_what_to_write() {
    let scratch = Scratch::project();
    scratch.write(
        "goldspan.toml",
        "\
schema = 2
[corpus.news]
atricles = \"news\"
gold = 3
tasks = [\"entitys\"]
expect-documents = -1

[extractor.names]
builtin = \"gazeteer\"

[extractor.empty]

[score]
entity = [\"strict\", \"strikt\", \"strict\"]
claim = { levels = [\"overlap:1.5\"], require = [\"content\"] }

[run]
max-failures = \"many\"

[scores]
",
    );
    refused(
        &scratch,
        "run",
        2,
        str![[r#"
error: this configuration has another shape
 --> goldspan.toml:1:10
  |
1 | schema = 2
  |          ^ found schema = 2
  |
  = note: expected schema = 1
  = help: use the goldspan that this file was written for, or write it anew
error: corpus.news has no key of this name
 --> goldspan.toml:3:1
  |
3 | atricles = "news"
  | ^^^^^^^^ found "atricles"
  |
  = note: expected one of articles, gold, manifest, expect-documents, format, scheme, repair, offsets, crlf-is-one, ragged, annotator, layer, claims, tasks, roles
  = help: did you mean "articles"?
error: gold has the wrong type
 --> goldspan.toml:4:8
  |
4 | gold = 3
  |        ^ found an integer
  |
  = note: expected a text in quotation marks
error: there is no task of this name
 --> goldspan.toml:5:10
  |
5 | tasks = ["entitys"]
  |          ^^^^^^^^^ found "entitys"
  |
  = note: expected one of entities, claims
  = help: did you mean "entities"?
error: this number cannot be negative
 --> goldspan.toml:6:20
  |
6 | expect-documents = -1
  |                    ^^ found -1
  |
  = note: expected 0 or more
error: there is no built-in extractor of this name
 --> goldspan.toml:9:11
  |
9 | builtin = "gazeteer"
  |           ^^^^^^^^^^ found "gazeteer"
  |
  = note: expected one of gazetteer, shape, quotes, attribution
  = help: did you mean "gazetteer"?
error: extractor empty does not say what it is
  --> goldspan.toml:11:12
   |
11 | [extractor.empty]
   |            ^^^^^
   |
   = note: expected one of builtin, command, once, http, predictions, llm; builtin = one of gazetteer, shape, quotes, attribution
error: there is no measure of this name
  --> goldspan.toml:14:21
   |
14 | entity = ["strict", "strikt", "strict"]
   |                     ^^^^^^^^ found "strikt"
   |
   = note: expected one of strict, exact, partial, type, overlap:0.5
   = help: did you mean "strict"?
error: this measure stands twice
  --> goldspan.toml:14:31
   |
14 | entity = ["strict", "strikt", "strict"]
   |                               ^^^^^^^^ found "strict"
   |
   = help: take one out
error: there is no level of this name
  --> goldspan.toml:15:21
   |
15 | claim = { levels = ["overlap:1.5"], require = ["content"] }
   |                     ^^^^^^^^^^^^^ found "overlap:1.5"
   |
   = note: expected one of exact, trimmed, partial, overlap:0.5, any, characters
   = help: did you mean "overlap:0.5"?
error: there is no role of this name
  --> goldspan.toml:15:48
   |
15 | claim = { levels = ["overlap:1.5"], require = ["content"] }
   |                                                ^^^^^^^^^ found "content"
   |
   = note: expected one of source, cue
error: this budget of failures cannot be read
  --> goldspan.toml:18:16
   |
18 | max-failures = "many"
   |                ^^^^^^ found many
   |
   = note: expected a number such as 3, or a share such as "2.5%"
error: the file has no key of this name
  --> goldspan.toml:20:2
   |
20 | [scores]
   |  ^^^^^^ found "scores"
   |
   = note: expected one of schema, corpus, extractor, score, statistics, run, gate
   = help: did you mean "score"?
error: 13 problems; nothing was evaluated

"#]],
    );
}

#[test]
fn a_corpus_with_neither_articles_nor_gold_is_told() {
    let scratch = Scratch::new();
    scratch.write("goldspan.toml", "[corpus.news]\ntasks = [\"claims\"]\n");
    refused(
        &scratch,
        "run",
        2,
        str![[r#"
error: corpus.news has no articles
 --> goldspan.toml:1:9
  |
1 | [corpus.news]
  |         ^^^^
  |
  = note: expected the articles: articles = "corpora/news/*.txt", or gold that has the texts itself

"#]],
    );
}

#[test]
fn a_configuration_that_is_not_toml_is_told_with_its_line() {
    let scratch = Scratch::project();
    scratch.write("goldspan.toml", "[corpus.news\narticles = \"news\"\n");
    refused(
        &scratch,
        "run",
        2,
        str![[r#"
error: this is not TOML
 --> goldspan.toml:1:13
  |
1 | [corpus.news
  |             ^ found unclosed table, expected `]`
  |
  = note: expected keys and values such as articles = "news", in tables such as [corpus.news]

"#]],
    );
}

#[test]
fn no_configuration_at_all_says_where_to_begin() {
    let scratch = Scratch::new();
    refused(
        &scratch,
        "run",
        2,
        str![[r#"
error: there is nothing to run
 |
 = note: expected goldspan.toml in this folder
 = help: go to the project's folder, name a file with --config, or name articles with --articles

"#]],
    );
    refused(
        &scratch,
        "run --config nowhere.toml",
        2,
        str![[r#"
error: cannot read this file
--> nowhere.toml
 = note: found No such file or directory (os error 2)
 = help: check that it exists and that you may read it

"#]],
    );
}

#[test]
fn an_unknown_corpus_or_extractor_on_the_command_line_is_told_with_the_nearest() {
    let scratch = Scratch::project();
    refused(
        &scratch,
        "run -e shapes",
        2,
        str![[r#"
error: there is no extractor of this name
 |
 = note: found "shapes"
 = note: expected one of quotes, shape
 = help: did you mean "shape"?

"#]],
    );
    refused(
        &scratch,
        "run --corpus wire",
        2,
        str![[r#"
error: there is no corpus of this name
 |
 = note: found "wire"
 = note: expected one of news
 = help: correct the name

"#]],
    );
}

#[test]
fn an_extractor_that_cannot_start_exits_with_105() {
    let scratch = Scratch::project();
    let config = |params: &str| {
        format!(
            "{CONFIG}\n[extractor.gazetteer]\nbuiltin = \"gazetteer\"\nparams = {{ {params} }}\n"
        )
    };
    scratch.write("goldspan.toml", config("lexicon = \"names.tsv\""));
    refused(
        &scratch,
        "run",
        105,
        str![[r#"
error: cannot read this file
--> names.tsv
 = note: found No such file or directory (os error 2)
 = help: check that it exists and that you may read it; it is named at goldspan.toml:13:22

"#]],
    );
    scratch.write("names.tsv", "GPE\tRome\nLOC Alps\n");
    refused(
        &scratch,
        "run",
        105,
        str![[r#"
error: extractor gazetteer cannot start: no tab
 --> names.tsv:2:1
  |
2 | LOC Alps
  | ^^^^^^^^
  |
  = note: expected a label, a tab and a name; lines that begin with # are left out
  = help: correct the line, or delete it

"#]],
    );
    // A parameter that does not exist is a mistake of the configuration, told before anything is started.
    scratch.write("goldspan.toml", config("lexikon = \"names.tsv\""));
    refused(
        &scratch,
        "run",
        2,
        str![[r#"
error: gazetteer has no parameter of this name
  --> goldspan.toml:13:12
   |
13 | params = { lexikon = "names.tsv" }
   |            ^^^^^^^ found "lexikon"
   |
   = note: expected one of lexicon, max-characters
   = help: did you mean "lexicon"?

"#]],
    );
}

#[test]
#[cfg(unix)]
fn a_file_that_cannot_be_read_is_named() {
    let scratch = Scratch::project();
    std::os::unix::fs::symlink("gone.txt", scratch.path().join("news/b.txt")).unwrap();
    refused(
        &scratch,
        "run",
        2,
        str![[r#"
error: cannot read this file
--> news/b.txt
 = note: found No such file or directory (os error 2)
 = help: check that it exists and that you may read it

"#]],
    );
}

#[test]
fn an_output_folder_that_cannot_be_written_is_refused_before_any_extraction() {
    let scratch = Scratch::project();
    scratch.write("file", "x");
    refused(
        &scratch,
        "run -o file/out",
        2,
        str![[r#"
error: cannot write the results of the run here
--> file/out
 = note: found Not a directory (os error 20)
 = note: expected a folder that can be written
 = help: name another folder with -o, or check rights and space

"#]],
    );
    refused(
        &scratch,
        "run -o file",
        2,
        str![[r#"
error: this output folder holds something that is no run
--> file
 = note: found a file
 = note: expected a folder that is new, empty, or an earlier run's
 = help: name another folder with -o, or empty this one

"#]],
    );
    refused(
        &scratch,
        "run -o news",
        2,
        str![[r#"
error: this output folder holds something that is no run
--> news
 = note: found other files
 = note: expected a folder that is new, empty, or an earlier run's
 = help: name another folder with -o, or empty this one

"#]],
    );
    assert_eq!(
        scratch.read("news/a.txt"),
        ARTICLE,
        "what lay there is still there"
    );
}

#[test]
fn wrong_usage_exits_with_2() {
    let scratch = Scratch::project();
    refused(
        &scratch,
        "run --jobs 0",
        2,
        str![[r#"
error: invalid value '0' for '--jobs <N>': 0 is not in 1..=512

For more information, try '--help'.

"#]],
    );
    refused(
        &scratch,
        "run --max-failures lots",
        2,
        str![[r#"
error: invalid value 'lots' for '--max-failures <N>': expected a number such as 3, or a share such as 2.5%

For more information, try '--help'.

"#]],
    );
    refused(
        &scratch,
        "run --articles news --task relations",
        2,
        str![[r#"
error: invalid value 'relations' for '--task <TASK>': expected one of entities, claims

For more information, try '--help'.

"#]],
    );
}

#[test]
fn a_terminal_cannot_be_written_to_through_a_file() {
    let scratch = Scratch::project();
    scratch.write("gold/a.ann", "T1\tPERSON 0 3\t\u{1b}[31mred\n");
    refused(
        &scratch,
        "run",
        2,
        str![[r#"
error: T1: the quoted text is not what the article has there
 --> gold/a.ann:1:15
  |
1 | T1    PERSON 0 3    �[31mred
  |                     ^^^^^^^^ found "/u{1b}[31mred"
  |
  = note: expected "“We"
  = help: restore the article that was labelled, or label this again

"#]],
    );
}

#[test]
fn a_role_that_names_no_text_is_an_error_and_an_unknown_role_a_warning() {
    let scratch = Scratch::project();
    scratch.write(
        "gold/a.ann",
        GOLD.to_owned() + "E2\tAttribution:T5 Content:E1\n",
    );
    refused(
        &scratch,
        "run",
        2,
        str![[r#"
error: E2: Content is no text
 --> gold/a.ann:9:4
  |
9 | E2    Attribution:T5 Content:E1
  |       ^^^^^^^^^^^^^^^^^^^^^^^^^ found Content:E1
  |
  = note: expected the id of a text-bound (T)
  = help: name the text; where the content of this claim holds another claim, give the other one Parent

"#]],
    );
    scratch.write("gold/a.ann", GOLD.replace("Source:T4", "Sorce:T4"));
    scratch
        .goldspan("run -o out -f csv -e quotes")
        .assert()
        .code(0)
        .stderr_eq(str![[r#"
warning: E1: the role Sorce is not scored
 --> gold/a.ann:7:4
  |
7 | E1    Attribution:T5 Sorce:T4 Cue:T5 Content:T6
  |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = note: expected Content, Source, Cue or Parent
  = help: did you mean Source?
warning: T4: this Source belongs to no claim
 --> gold/a.ann:4:11
  |
4 | T4    Source 21 28    Ana Kos
  |              ^^^^^
  |
  = help: join it with the other parts of its claim, or say with --claims which labels are parts of claims
Loaded 1 document (1 annotated: 3 mentions, 1 claim) and 1 extractor in [..] s
Evaluated 1 document with 1 extractor in [..] s ([..] MB/s)
Results in out

"#]]);
}

#[test]
fn no_label_may_be_the_star_that_stands_for_all() {
    let scratch = Scratch::project();
    scratch.write("gold/a.ann", GOLD.replace("PERSON", "*"));
    refused(
        &scratch,
        "run",
        2,
        str![[r#"
error: T1: "*" is no label
 --> gold/a.ann:1:6
  |
1 | T1    * 21 28    Ana Kos
  |         ^^^^^
  |
  = note: expected a name such as PERSON: the star stands for all labels in every report
  = help: rename the label

"#]],
    );
    scratch.write(
        "goldspan.toml",
        format!("{CONFIG}labels = {{ PERSON = \"*\" }}\n"),
    );
    refused(
        &scratch,
        "run",
        2,
        str![[r#"
error: * is no label: it stands for all labels in every report
  --> goldspan.toml:10:21
   |
10 | labels = { PERSON = "*" }
   |                     ^^^
   |
   = help: name a label of the gold

"#]],
    );
}

#[test]
fn a_line_without_its_tab_is_an_error_of_its_own() {
    let scratch = Scratch::project();
    scratch.write("gold/a.ann", GOLD.replace("T2\tGPE", "T2 GPE") + "E9\n");
    refused(
        &scratch,
        "run",
        2,
        str![[r#"
error: T2: no tab after the id
 --> gold/a.ann:2:1
  |
2 | T2 GPE 39 45    Zürich
  | ^^^^^^^^^^^^^^^^^^^^^^
  |
  = note: expected an id, a tab, and what it says
  = help: correct the line, or delete it
error: E9: no tab after the id
 --> gold/a.ann:9:1
  |
9 | E9
  | ^^
  |
  = note: expected an id, a tab, and what it says
  = help: correct the line, or delete it
error: 2 problems; nothing was evaluated

"#]],
    );
}

#[test]
fn annotations_of_white_space_alone_are_errors() {
    let scratch = Scratch::project();
    scratch.write("gold/a.ann", "T1\tPERSON 15 16\t \n");
    refused(
        &scratch,
        "run",
        2,
        str![[r#"
error: T1: nothing but white space is annotated
 --> gold/a.ann:1:11
  |
1 | T1    PERSON 15 16     
  |              ^^^^^
  |
  = note: expected at least one visible character
  = help: correct the offsets, or delete the annotation

"#]],
    );
}

#[test]
fn names_of_files_and_what_is_inside_them_are_told_together() {
    let scratch = Scratch::project();
    scratch.write("gold/z.ann", "");
    scratch.write("gold/a.ann", "T1\tPERSON 21 28\tAna Kot\n");
    refused(
        &scratch,
        "run",
        2,
        str![[r#"
error: T1: the quoted text is not what the article has there
 --> gold/a.ann:1:17
  |
1 | T1    PERSON 21 28    Ana Kot
  |                       ^^^^^^^ found "Ana Kot"
  |
  = note: expected "Ana Kos"
  = help: restore the article that was labelled, or label this again
error: this gold has no article
--> gold/z.ann
 = note: found gold for "z"
 = note: expected an article with this id in the corpus
 = help: add the article, or delete the file
error: 2 problems; nothing was evaluated

"#]],
    );
}

#[test]
fn a_manifest_with_windows_line_ends_blank_lines_and_a_byte_order_mark_is_pointed_into() {
    let scratch = Scratch::project();
    scratch.write(
        "goldspan.toml",
        CONFIG.replace("gold =", "manifest = \"news/manifest.csv\"\ngold ="),
    );
    scratch.write(
        "news/manifest.csv",
        "\u{feff}topic,id\r\n\r\nx,a\r\nbb,b\r\n",
    );
    refused(
        &scratch,
        "run",
        2,
        str![[r#"
error: the manifest names an article that is not there
 --> news/manifest.csv:4:4
  |
4 | bb,b
  |    ^ found "b"
  |
  = note: expected the id of an article of the corpus
  = help: add the article, or delete the row

"#]],
    );
    scratch.write(
        "goldspan.toml",
        CONFIG.replace("gold =", "manifest = \"gone.csv\"\ngold ="),
    );
    refused(
        &scratch,
        "run",
        2,
        str![[r#"
error: cannot read this file
--> gone.csv
 = note: found No such file or directory (os error 2)
 = help: check that it exists and that you may read it; it is named at goldspan.toml:3:12

"#]],
    );
}

#[test]
fn a_run_that_could_score_nothing_exits_with_4() {
    let scratch = Scratch::project();
    refused(
        &scratch,
        "run --articles news --gold gold --task claims -e shape",
        4,
        str![[r#"
error: nothing would be scored
 |
 = note: found no task that the gold annotates, a measure counts, and an extractor attempts
 = note: expected at least one such task: entities or claims
 = help: choose another extractor with -e, or another task with --task, tasks or [score]

"#]],
    );
    scratch.write(
        "goldspan.toml",
        CONFIG.replace("gold =", "tasks = []\ngold ="),
    );
    refused(
        &scratch,
        "run",
        4,
        str![[r#"
error: nothing would be scored
 |
 = note: found no task that the gold annotates, a measure counts, and an extractor attempts
 = note: expected at least one such task: entities or claims
 = help: choose another extractor with -e, or another task with --task, tasks or [score]

"#]],
    );
    scratch.write(
        "goldspan.toml",
        format!("{CONFIG}[score]\nentity = []\nclaim = {{ levels = [] }}\n"),
    );
    refused(
        &scratch,
        "run",
        4,
        str![[r#"
error: nothing would be scored
 |
 = note: found no task that the gold annotates, a measure counts, and an extractor attempts
 = note: expected at least one such task: entities or claims
 = help: choose another extractor with -e, or another task with --task, tasks or [score]

"#]],
    );
}

#[test]
fn a_folder_that_only_looks_like_a_run_is_never_touched() {
    let scratch = Scratch::project();
    scratch.write("site/manifest.json", "{}");
    scratch.write("site/index.html", "mine");
    refused(
        &scratch,
        "run -o site",
        2,
        str![[r#"
error: this output folder holds something that is no run
--> site
 = note: found other files
 = note: expected a folder that is new, empty, or an earlier run's
 = help: name another folder with -o, or empty this one

"#]],
    );
    scratch.write("site/manifest.json", "{\"goldspan\": \"0.1.0\"}");
    refused(
        &scratch,
        "run -o site",
        2,
        str![[r#"
error: this output folder holds something that is no run
--> site
 = note: found other files
 = note: expected a folder that is new, empty, or an earlier run's
 = help: name another folder with -o, or empty this one

"#]],
    );
    assert_eq!(scratch.read("site/index.html"), "mine");
}
